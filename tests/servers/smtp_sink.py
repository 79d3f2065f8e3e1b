"""A mail server in a process of its own that accepts everything and keeps nothing.

    with running_sink(log) as port:
        ...

It exists so that a bench does not measure the other side: it looks at bytes, not at lines.  `log`
gets a line for each mail it accepted: CLOCK_MONOTONIC in nanoseconds when it answered, a space,
and the recipient.  Run as a module it prints its port.
"""

from __future__ import annotations

import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

_END = b"\r\n.\r\n"
_EHLO = b"250-sink.test\r\n250-PIPELINING\r\n250 SIZE 50000000\r\n"


@contextmanager
def running_sink(log: Path) -> Iterator[int]:
    """Start one, give its port, stop it."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.servers.smtp_sink", str(log)],
        cwd=Path(__file__).parents[2],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    try:
        yield int(process.stdout.readline())
    finally:
        process.terminate()
        process.wait(timeout=20)
        process.stdout.close()


def _serve(log_path: str) -> None:
    server = socket.create_server(("127.0.0.1", 0))
    with Path(log_path).open("a", encoding="ascii", buffering=1) as log:
        # Only now: whoever knows the port may read the log.
        print(server.getsockname()[1], flush=True)  # noqa: T201  -- this is how it tells its port
        while True:
            link, _ = server.accept()
            link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            threading.Thread(target=_Caller(link, log).run, daemon=True).start()


class _Caller:
    def __init__(self, link: socket.socket, log: TextIO) -> None:
        self._link = link
        self._log = log
        self._bytes = b"\r\n"
        self._recipient = ""
        self._in_mail = False
        self._open = True

    def run(self) -> None:
        with self._link:
            self._link.sendall(b"220 sink.test ESMTP\r\n")
            while self._open and (more := self._link.recv(1 << 18)):
                self._bytes += more
                answers = b"".join(self._answers())
                if answers:
                    self._link.sendall(answers)

    def _answers(self) -> Iterator[bytes]:
        while True:
            if self._in_mail:
                end = self._bytes.find(_END)
                if end < 0:
                    return
                self._bytes = self._bytes[end + 3 :]
                self._in_mail = False
                self._log.write(f"{time.monotonic_ns()} {self._recipient}\n")
                yield b"250 2.0.0 taken\r\n"
            else:
                end = self._bytes.find(b"\r\n", 2)
                if end < 0:
                    return
                line, self._bytes = self._bytes[2:end], self._bytes[end:]
                yield self._answer(line)

    def _answer(self, line: bytes) -> bytes:
        verb = line[:4].upper()
        if verb == b"DATA":
            self._in_mail = True
            return b"354 go on\r\n"
        if verb == b"RCPT":
            self._recipient = line[8:].decode("ascii").strip("<> ")
        if verb == b"QUIT":
            self._open = False
            return b"221 2.0.0 bye\r\n"
        return _EHLO if verb == b"EHLO" else b"250 2.0.0 yes\r\n"


if __name__ == "__main__":
    _serve(sys.argv[1])
