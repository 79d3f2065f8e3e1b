"""An SMTP server that accepts everything at once and remembers when: the far end of the bench.

It runs in a process of its own, so that what it costs is not what is measured.  Times are
CLOCK_MONOTONIC, which all processes of a machine share.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Connection


class _Session(asyncio.Protocol):
    """One connection. It understands pipelining (RFC 2920) because it reads whatever is there."""

    def __init__(self, accepted: list[tuple[str, float]]) -> None:
        self._accepted = accepted
        self._buffer = b""
        self._in_data = False
        self._recipient = ""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        transport.write(b"220 sink.test ESMTP\r\n")

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        answers: list[bytes] = []
        while self._step(answers):
            pass
        if answers:
            self._transport.write(b"".join(answers))

    def _step(self, answers: list[bytes]) -> bool:
        if self._in_data:
            _body, dot, rest = self._buffer.partition(b"\r\n.\r\n")
            if not dot:
                return False
            self._buffer, self._in_data = rest, False
            self._accepted.append((self._recipient, time.monotonic()))
            answers.append(b"250 kept\r\n")
            return True
        line, end, rest = self._buffer.partition(b"\r\n")
        if not end:
            return False
        self._buffer = rest
        answers.append(self._answer(line))
        return True

    def _answer(self, line: bytes) -> bytes:
        verb = line[:4].upper()
        if verb == b"EHLO":
            return b"250-sink.test\r\n250-PIPELINING\r\n250 SIZE 50000000\r\n"
        if verb == b"RCPT":
            self._recipient = line.partition(b"<")[2].partition(b">")[0].decode().lower()
        if verb == b"DATA":
            self._in_data = True
            return b"354 go on\r\n"
        return b"221 bye\r\n" if verb == b"QUIT" else b"250 ok\r\n"


def _serve(pipe: Connection) -> None:
    accepted: list[tuple[str, float]] = []

    async def main() -> None:
        loop = asyncio.get_running_loop()
        server = await loop.create_server(lambda: _Session(accepted), "127.0.0.1", 0)
        pipe.send(server.sockets[0].getsockname()[1])
        while True:
            question = await loop.run_in_executor(None, pipe.recv)
            if question == "stop":
                return
            pipe.send(len(accepted) if question == "count" else list(accepted))

    asyncio.run(main())


@dataclass
class Sink:
    """The far end, as the bench sees it."""

    port: int
    _pipe: Connection

    def count(self) -> int:
        """How many mails it has accepted."""
        self._pipe.send("count")
        number: int = self._pipe.recv()
        return number

    def accepted(self) -> list[tuple[str, float]]:
        """Recipient and moment of each mail, in order."""
        self._pipe.send("all")
        rows: list[tuple[str, float]] = self._pipe.recv()
        return rows


@contextmanager
def sink() -> Iterator[Sink]:
    """A running sink; it ends with the block."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(theirs,), daemon=True)
    process.start()
    try:
        yield Sink(ours.recv(), ours)
    finally:
        ours.send("stop")
        process.join(5)
        process.kill()
