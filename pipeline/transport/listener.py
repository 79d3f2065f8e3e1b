"""A mail server of our own: SMTP (RFC 5321) or LMTP (RFC 2033), by aiosmtpd.

Promise 1 has its second door here: 250 is said only after `keep` has returned, and 451 when it
raised, so that the other side keeps the mail and tries again.  Law of this file: the event loop
never waits for a disk.  Mails that arrive while others are being kept wait together and are kept
in one call (group commit), in one thread beside the loop.

It stands behind a mail server of the office or on this machine; it takes mail for its own
recipients alone and relays nothing.
"""

from __future__ import annotations

import asyncio
import queue
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import SMTP, Envelope, Session

from pipeline import log
from pipeline.clock import machine_now, machine_seconds
from pipeline.log.trouble import Trouble
from pipeline.transport.errors import one_line

Keep = Callable[[Sequence["Received"]], None]

_LONGEST_LINE = 1024 * 1024  # bytes; some programs write a whole letter as one line
_TOGETHER = 100  # mails kept in one call
_RECIPIENTS = 100  # of one mail (RFC 5321, 4.5.3.1.8)
_ENOUGH = 10.0  # seconds for the threads to end


@dataclass(frozen=True, slots=True)
class Received:
    """One mail as it was handed to us."""

    raw: bytes
    envelope_sender: str  # "" is the null reverse-path
    recipients: tuple[str, ...]
    received_at: datetime  # the machine's time, UTC, at the end of the data


class Listener:
    """Takes mail in; `start` and `stop` belong to one thread, `keep` is called in another.

    `accept` says whether an address is ours; anything else is refused with 550.  `max_size` is in
    bytes as they travel (base64 makes an attachment a third larger).
    """

    def __init__(
        self,
        host: str,
        port: int,
        *,
        keep: Keep,
        accept: Callable[[str], bool],
        lmtp: bool = False,
        max_size: int = 36 * 1024 * 1024,
        max_connections: int = 50,
        hostname: str = "localhost",
    ) -> None:
        self._place = (host, port)
        self._keeper = _Keeper(keep)
        self._reception = _Reception(self._keeper, accept, max_connections)
        self._protocol = _Lmtp if lmtp else _Smtp
        self._max_size = max_size
        self._hostname = hostname
        self._loop: asyncio.AbstractEventLoop | None = None
        self._server: asyncio.Server | None = None
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Listen; raises OSError where the port is taken."""
        loop = self._loop = asyncio.new_event_loop()
        host, port = self._place
        try:
            self._server = loop.run_until_complete(loop.create_server(self._answer, host, port))
        except OSError:
            loop.close()
            raise
        self._keeper.start()
        self._thread = threading.Thread(target=self._serve, name="listener", daemon=True)
        self._thread.start()

    @property
    def port(self) -> int:
        """The port it listens at, known after `start`."""
        assert self._server is not None
        port: int = self._server.sockets[0].getsockname()[1]
        return port

    def stop(self) -> None:
        """Close the door; what was handed over entirely is still kept and answered."""
        if self._loop is None or self._thread is None:
            return
        asyncio.run_coroutine_threadsafe(self._close(), self._loop).result(_ENOUGH)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(_ENOUGH)
        self._keeper.stop()
        self._loop = self._thread = self._server = None

    def _answer(self) -> asyncio.Protocol:
        if not self._reception.has_room():
            return _Busy()
        return self._protocol(
            self._reception,
            data_size_limit=self._max_size,
            hostname=self._hostname,
            ident="ESMTP",
            loop=self._loop,
        )

    def _serve(self) -> None:
        assert self._loop is not None
        asyncio.set_event_loop(self._loop)
        self._loop.run_forever()
        self._loop.run_until_complete(self._loop.shutdown_asyncgens())
        self._loop.close()

    async def _close(self) -> None:
        assert self._server is not None
        self._server.close()
        await self._keeper.all_told()
        self._reception.hang_up()
        await asyncio.sleep(0)  # connections end in the loop's next round


class _Keeper:
    """The one thread that keeps: whatever waits goes into one call."""

    def __init__(self, keep: Keep) -> None:
        self._keep = keep
        self._trouble = Trouble(machine_seconds)
        self._waiting: queue.SimpleQueue[tuple[Received, asyncio.Future[bool]] | None]
        self._waiting = queue.SimpleQueue()  # None: the end
        self._open: set[asyncio.Future[bool]] = set()  # belongs to the loop
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        self._thread = threading.Thread(target=self._run, name="listener keeps", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        if self._thread is not None:
            self._waiting.put(None)
            self._thread.join(_ENOUGH)
            self._thread = None

    async def kept(self, mail: Received) -> bool:
        """Whether it was kept; waits for that without stopping the loop."""
        answer: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._open.add(answer)
        answer.add_done_callback(self._open.discard)
        self._waiting.put((mail, answer))
        return await answer

    async def all_told(self) -> None:
        """Wait until everybody who waits for an answer has it."""
        if self._open:
            await asyncio.wait(self._open)

    def _run(self) -> None:
        while (first := self._waiting.get()) is not None:
            together = [first]
            while len(together) < _TOGETHER and not self._waiting.empty():
                other = self._waiting.get()
                if other is None:
                    self._waiting.put(None)  # the end, for after these
                    break
                together.append(other)
            kept = self._try_to_keep([mail for mail, _ in together])
            for _, answer in together:
                answer.get_loop().call_soon_threadsafe(_settle, answer, kept)

    def _try_to_keep(self, mails: Sequence[Received]) -> bool:
        try:
            self._keep(mails)
        except Exception as error:  # noqa: BLE001  -- a worker's edge: the sender keeps the mail
            said = "listener could not keep mail"
            self._trouble.met(error, said, mails=len(mails), reason=one_line(error))
            return False
        self._trouble.over(worker="listener")
        return True


def _settle(answer: asyncio.Future[bool], kept: bool) -> None:  # noqa: FBT001  -- its value
    if not answer.done():  # the other side has hung up meanwhile
        answer.set_result(kept)


class _Reception:
    """What aiosmtpd asks while a mail is handed over, and how many are here."""

    def __init__(self, keeper: _Keeper, accept: Callable[[str], bool], room: int) -> None:
        self._keeper = keeper
        self._accept = accept
        self._room = room
        self.connected: set[SMTP] = set()

    def has_room(self) -> bool:
        return len(self.connected) < self._room

    def hang_up(self) -> None:
        for caller in list(self.connected):
            if caller.transport is not None:
                caller.transport.close()  # what was written is still sent

    async def handle_EHLO(  # noqa: N802  -- aiosmtpd names its hooks so
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, lines: list[str]
    ) -> list[str]:
        del server, envelope
        session.host_name = hostname
        # Commands are read one by one from a stream, so a client may write ahead (RFC 2920).
        return [*lines[:-1], "250-PIPELINING", lines[-1]]

    async def handle_RCPT(  # noqa: N802  -- aiosmtpd names its hooks so
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        del server, session
        if not self._accept(address):
            return "550 5.1.1 No such recipient here"
        if len(envelope.rcpt_tos) >= _RECIPIENTS:
            return "452 4.5.3 Too many recipients"
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 2.1.5 OK"

    async def handle_DATA(  # noqa: N802  -- aiosmtpd names its hooks so
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        del server, session
        assert isinstance(envelope.content, bytes)
        sender = envelope.mail_from or ""
        mail = Received(
            raw=envelope.content,
            envelope_sender="" if sender == "<>" else sender,
            recipients=tuple(envelope.rcpt_tos),
            received_at=machine_now(),
        )
        kept = await self._keeper.kept(mail)
        return "250 2.0.0 Kept" if kept else "451 4.3.0 Not kept, please try again later"

    async def handle_exception(self, error: Exception) -> str:
        log.alarm("listener failed", reason=one_line(error))
        return "451 4.3.0 Local error, please try again later"


class _Smtp(SMTP):
    """aiosmtpd's conversation, with longer lines and counted."""

    line_length_limit = _LONGEST_LINE
    event_handler: _Reception

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.event_handler.connected.add(self)
        super().connection_made(transport)

    def connection_lost(self, error: Exception | None) -> None:
        self.event_handler.connected.discard(self)
        super().connection_lost(error)


class _Lmtp(LMTP, _Smtp):
    """LMTP answers the end of data once for every recipient (RFC 2033, 4.2)."""

    _owed = 1

    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802  -- aiosmtpd's name
        assert self.envelope is not None
        self._owed = max(1, len(self.envelope.rcpt_tos))
        try:
            await super().smtp_DATA(arg)
        finally:
            self._owed = 1

    async def push(self, status: Any) -> None:
        text = str(status)
        if self._owed > 1 and not text.startswith("354"):
            status = "\r\n".join([text] * self._owed)
        await super().push(status)


class _Busy(asyncio.Protocol):
    """For whoever comes when all places are taken (RFC 5321, 3.8)."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        transport.write(b"421 4.3.2 Too many connections, please come back later\r\n")
        transport.close()
