"""The world on loopback, for a program that has been told of no servers.

An SMTP server (our own listener) stands for the world: whoever connects may send a mail to the
office.  An IMAP server (pymap) stands for the office's mailbox.  The daemon inside is the real
one and speaks the real protocols to it.  Outgoing mail is `file_courier`'s.

Mails that nobody has fetched when the sandbox stops are kept as files and are there again after a
restart, under a new UIDVALIDITY; folders other than the inbox are not kept.
"""

from __future__ import annotations

import asyncio
import os
import secrets
import smtplib
import threading
from argparse import Namespace
from collections.abc import Sequence
from concurrent.futures import Future
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from proxyprotocol.reader import ProxyProtocolReader
from pymap.backend.dict import DictBackend
from pymap.imap import IMAPServer
from pymap.parsing.message import AppendMessage
from pymap.parsing.specials import FetchRequirement
from pysasl.hashing import BuiltinHash

from pipeline.transport.errors import LinkLost, one_line
from pipeline.transport.imap import ImapSettings
from pipeline.transport.listener import Listener, Received

USER = "office"
_HOST = "127.0.0.1"
_ENOUGH = 30.0  # seconds to start, to stop, and to file a mail


class Sandbox:
    """Both servers, in threads of their own.  `addresses` are the office's, in any case."""

    def __init__(self, *addresses: str, delimiter: str | None = "+") -> None:
        self._addresses = frozenset(address.lower() for address in addresses)
        self._delimiter = delimiter
        self.password = secrets.token_urlsafe(12)  # random: no slow hash has to protect it
        self.smtp_port = 0
        self.imap_port = 0
        self._mailbox: _Mailbox | None = None
        self._listener: Listener | None = None

    def start(self, folder: Path, smtp_port: int = 0, imap_port: int = 0) -> None:
        """Listen at these ports, 0: any free one; raises OSError where one is taken."""
        mailbox = _Mailbox(folder / "mailbox", self.password)
        listener = Listener(
            _HOST, smtp_port, keep=mailbox.file, accept=self._is_ours, hostname="sandbox.test"
        )
        self.imap_port = mailbox.start(imap_port)
        try:
            listener.start()
        except OSError:
            mailbox.stop()
            raise
        self._mailbox, self._listener = mailbox, listener
        self.smtp_port = listener.port

    def imap_settings(self) -> ImapSettings:
        """How the daemon gets into the office's mailbox."""
        return ImapSettings(
            host=_HOST,
            port=self.imap_port,
            user=USER,
            password=self.password,
            security="none",
        )

    def deliver(self, raw: bytes, sender: str, recipient: str) -> None:
        """Send a mail to the office through SMTP; it is in the mailbox when this returns.

        Raises `LinkLost` where it was not taken.
        """
        try:
            with smtplib.SMTP(_HOST, self.smtp_port, "world.test", timeout=_ENOUGH) as smtp:
                smtp.sendmail(sender, [recipient], raw)
        except (OSError, smtplib.SMTPException) as error:
            raise LinkLost(f"sandbox: {one_line(error)}") from error

    def stop(self) -> None:
        """Stop both servers and keep what lies in the inbox."""
        if self._listener is not None and self._mailbox is not None:
            self._listener.stop()
            self._mailbox.stop()
        self._listener = self._mailbox = None

    def _is_ours(self, address: str) -> bool:
        local, _, domain = address.lower().rpartition("@")
        if self._delimiter:
            local = local.split(self._delimiter, 1)[0]
        return f"{local}@{domain}" in self._addresses


class _Mailbox:
    """pymap with its in-memory backend: its Maildir backend writes mails anew, bytes changed."""

    def __init__(self, folder: Path, password: str) -> None:
        self._folder = folder
        self._password = password
        self._ready: Future[int] = Future()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stopping: asyncio.Event | None = None
        self._inbox: Any = None
        self._thread = threading.Thread(target=self._run, name="sandbox mailbox", daemon=True)

    def start(self, port: int) -> int:
        self._port = port
        self._thread.start()
        return self._ready.result(_ENOUGH)

    def stop(self) -> None:
        if self._loop is not None and self._stopping is not None:
            self._loop.call_soon_threadsafe(self._stopping.set)
            self._thread.join(_ENOUGH)

    def file(self, mails: Sequence[Received]) -> None:
        """Lay mails into the inbox, with what a mail server notes on the way."""
        assert self._loop is not None
        filed = self._file([(_delivered(mail), mail.received_at) for mail in mails])
        asyncio.run_coroutine_threadsafe(filed, self._loop).result(_ENOUGH)

    def _run(self) -> None:
        try:
            asyncio.run(self._serve())
        except OSError as error:
            self._ready.set_exception(error)

    async def _serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._stopping = asyncio.Event()
        backend, config = await DictBackend.init(
            _arguments(self._password), hash_context=BuiltinHash(rounds=1)
        )
        config.apply_context()
        async with AsyncExitStack() as stack:
            session = await stack.enter_async_context(
                backend.login.demo_user_identity.new_session()
            )
            self._inbox = await session.mailbox_set.get_mailbox("INBOX")
            _look_before_waiting(self._inbox)
            await self._file(self._left_over())
            speak = ProxyProtocolReader(config.proxy_protocol).get_callback(
                IMAPServer(backend.login, config)
            )
            server = await asyncio.start_server(speak, _HOST, self._port)
            self._ready.set_result(server.sockets[0].getsockname()[1])
            await self._stopping.wait()
            server.close()
            await self._leave_over()

    async def _file(self, mails: Sequence[tuple[bytes, datetime]]) -> None:
        for raw, when in mails:
            await self._inbox.append(AppendMessage(raw, when, frozenset()))

    def _left_over(self) -> list[tuple[bytes, datetime]]:
        paths = sorted(self._folder.glob("*.eml")) if self._folder.exists() else []
        return [(p.read_bytes(), datetime.fromtimestamp(p.stat().st_mtime, UTC)) for p in paths]

    async def _leave_over(self) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        for path in self._folder.glob("*.eml"):
            path.unlink()
        async for message in self._inbox.messages():
            loaded = await message.load_content(FetchRequirement.CONTENT)
            path = self._folder / f"{message.uid:09}.eml"
            path.write_bytes(bytes(loaded.get_body(None)))
            when = message.internal_date.timestamp()
            os.utime(path, (when, when))


def _look_before_waiting(inbox: Any) -> None:
    """Pymap's IDLE waits for the next change, even where one has come just before it began.

    Such a mail would lie there unheard until the next one comes.
    """
    update = inbox.update_selected

    async def update_selected(selected: Any, *, wait_on: Any = None) -> Any:
        told_of_all = selected.mod_sequence == inbox._mod_sequences.highest  # noqa: SLF001  -- see above
        return await update(selected, wait_on=wait_on if told_of_all else None)

    inbox.update_selected = update_selected


def _delivered(mail: Received) -> bytes:
    """A mail as a mail server lays it down: with its envelope on top (RFC 5321, 4.4)."""
    trace = "".join(
        f"{line}\r\n"
        for line in (
            f"Return-Path: <{mail.envelope_sender}>",
            *(f"Delivered-To: {recipient}" for recipient in mail.recipients),
            f"Received: by sandbox.test with ESMTP; {mail.received_at:%a, %d %b %Y %H:%M:%S %z}",
        )
    )
    return trace.encode("ascii", "replace") + mail.raw


def _arguments(password: str) -> Namespace:
    """What pymap would read from its command line."""
    return Namespace(
        host=_HOST,
        port=0,
        debug=False,
        cert=None,
        key=None,
        tls=False,
        passlib_cfg=None,
        proxy_protocol=None,
        demo_data=False,
        demo_user=USER,
        demo_password=password,
    )
