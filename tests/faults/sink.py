"""The world's mail server: it keeps the bytes that it took, and answers as it is told.

Law of this file: what is in `accepted` was promised to the sender or handed over whole; nothing of
ours parses or shapes it.  A `Script` is asked at each phase of each letter.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from email import message_from_bytes, policy

from pipeline.clock import machine_seconds

CLOSE = "close"
"""Hang up without a word; at the dot: without having taken the letter."""
KEEP_AND_CLOSE = "keep and close"
"""At the dot: take the letter, and hang up without a word."""
REFUSED = "refused"
"""What the local part of an address begins with that this server does not know."""

Script = Callable[[str, str], str | None]
"""Phase (mail, rcpt, data, dot) and recipient; an answer such as "451 later", `CLOSE`, or None."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """One letter that was taken."""

    at: float
    """Machine seconds."""
    when: datetime
    """Event time."""
    sender: str
    recipient: str
    raw: bytes

    @property
    def message_id(self) -> str:
        """As it stands in the letter."""
        head = message_from_bytes(self.raw.partition(b"\r\n\r\n")[0], policy=policy.compat32)
        return str(head["Message-ID"] or "")


@dataclass
class Sink:
    """A running server."""

    port: int
    now: Callable[[], datetime]
    accepted: list[Accepted] = field(default_factory=list)
    script: Script = lambda _phase, _recipient: None
    hits: list[float] = field(default_factory=list)
    """When the script answered instead of the usual."""
    cut: list[float] = field(default_factory=list)
    """Those of them that cut a link at the dot."""
    lock: threading.Lock = field(default_factory=threading.Lock)

    def keep(self, sender: str, recipient: str, raw: bytes) -> None:
        with self.lock:
            one = Accepted(machine_seconds(), self.now(), sender, recipient.lower(), raw)
            self.accepted.append(one)

    def ask(self, phase: str, recipient: str) -> str | None:
        """What the script says; at full hours only, so that what it delays still arrives that day.

        Who gets a letter on another day does something else on that day.
        """
        answer = None if self.now().minute else self.script(phase, recipient)
        if answer is not None:
            self.hits.append(machine_seconds())
        return answer


@contextmanager
def running_sink(now: Callable[[], datetime]) -> Iterator[Sink]:
    """Start one; its links end with it."""
    server = socket.create_server(("127.0.0.1", 0), backlog=50)
    sink = Sink(server.getsockname()[1], now)
    links: set[socket.socket] = set()

    def serve() -> None:
        while True:
            try:
                link, _ = server.accept()
            except OSError:
                return
            links.add(link)
            threading.Thread(target=_serve_one, args=(sink, link), daemon=True).start()

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield sink
    finally:
        with suppress(OSError):
            server.shutdown(socket.SHUT_RDWR)
        server.close()
        for link in links:
            with suppress(OSError):
                link.shutdown(socket.SHUT_RDWR)
        thread.join(5)


def _serve_one(sink: Sink, link: socket.socket) -> None:
    link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    with link, link.makefile("rb") as lines, suppress(OSError):
        _Talk(sink, link).run(lines)


class _Talk:
    def __init__(self, sink: Sink, link: socket.socket) -> None:
        self._sink = sink
        self._link = link
        self._sender = ""
        self._recipient = ""
        self._refused = False

    def run(self, lines: Iterator[bytes]) -> None:
        self._say("220 world.test ESMTP")
        for line in lines:
            if not line.endswith(b"\r\n") or not self._obey(line, lines):
                return

    def _obey(self, line: bytes, lines: Iterator[bytes]) -> bool:
        match line[:4].upper():
            case b"EHLO":
                going = self._say("250-world.test\r\n250-PIPELINING\r\n250 SIZE 50000000")
            case b"MAIL":
                self._sender, self._recipient, self._refused = _path(line), "", False
                going = self._answer("mail", "250 2.1.0 yes")
            case b"RCPT":
                self._recipient = _path(line)
                going = self._answer("rcpt", "250 2.1.5 yes")
            case b"DATA":
                going = self._answer("data", "354 go on", then=lambda: self._text(lines))
            case b"QUIT":
                going = not self._say("221 2.0.0 bye")
            case _:
                going = self._say("250 2.0.0 yes")
        return going

    def _answer(self, phase: str, usual: str, then: Callable[[], bool] | None = None) -> bool:
        if phase == "data" and self._refused:
            return self._say("503 5.5.1 nobody to send it to")
        answer = self._sink.ask(phase, self._recipient)
        if phase == "rcpt" and self._recipient.startswith(REFUSED):
            answer = "550 5.1.1 no such person"
        if answer == CLOSE:
            return False
        if answer is not None:
            self._refused = True
            return self._say(answer)
        self._say(usual)
        return then() if then else True

    def _text(self, lines: Iterator[bytes]) -> bool:
        kept: list[bytes] = []
        for line in lines:
            if line == b".\r\n":
                break
            kept.append(line[1:] if line.startswith(b".") else line)
        else:
            return False  # the sender hung up in the middle
        answer = self._sink.ask("dot", self._recipient)
        if answer in {CLOSE, KEEP_AND_CLOSE}:
            self._sink.cut.append(machine_seconds())
        if answer in {None, KEEP_AND_CLOSE}:
            self._sink.keep(self._sender, self._recipient, b"".join(kept))
        if answer in {CLOSE, KEEP_AND_CLOSE}:
            return False
        return self._say(answer or "250 2.0.0 taken")

    def _say(self, words: str) -> bool:
        with suppress(OSError):  # whoever hangs up before our answer has handed the letter over
            self._link.sendall(words.encode("ascii") + b"\r\n")
        return True


def _path(line: bytes) -> str:
    return line.decode("ascii").partition("<")[2].partition(">")[0]
