"""An SMTP server that does what a test tells it, phase by phase.

    with ScriptedSmtp(Line("rcpt", "550 5.1.1 nobody", about="b@example.jp")) as server:
        courier = SmtpCourier(server.settings())

A `Line` names a phase, what happens then, what it is about, and how often it does.  Whatever is
not scripted goes well.  Phases: greeting, ehlo, starttls, auth, mail, rcpt, data, body (before the
rest of a mail is read), dot, rset.  Actions: an answer, CLOSE, SILENCE, or SLOWLY: the usual
answer byte by byte.
"""

from __future__ import annotations

import socket
import ssl
import threading
from dataclasses import dataclass
from io import BufferedReader
from typing import Any, Self

from pipeline.transport.smtp_link import SmtpSettings

CLOSE = "close"
SILENCE = "silence"
SLOWLY = "slowly"

_GOOD = {
    "greeting": "220 scripted.test ESMTP",
    "auth": "235 2.7.0 welcome",
    "mail": "250 2.1.0 ok",
    "rcpt": "250 2.1.5 ok",
    "data": "354 go on",
    "body": "",  # nothing is said
    "dot": "250 2.0.0 taken",
    "rset": "250 2.0.0 forgotten",
    "starttls": "220 2.0.0 go on",
    "quit": "221 2.0.0 bye",
}


@dataclass(slots=True)
class Line:
    """In this phase do this, so many times, when it is `about` this recipient or command."""

    phase: str
    action: str
    about: str = ""
    times: int = 1


@dataclass(frozen=True, slots=True)
class Taken:
    """One mail that was accepted."""

    sender: str
    recipient: str
    raw: bytes  # as it came, dots doubled


class ScriptedSmtp:
    """Threads on loopback; `taken`, `heard` and `connections` tell what happened."""

    def __init__(
        self,
        *script: Line,
        extensions: tuple[str, ...] = ("PIPELINING", "SIZE 40000000"),
        tls: ssl.SSLContext | None = None,
        forgetful: bool = False,
        strict: bool = False,
        room: int = 1000,
    ) -> None:
        self.taken: list[Taken] = []
        self.handed: list[Taken] = []  # each mail whose final dot came, whatever was answered
        self.heard: list[str] = []  # commands, and "." for each final dot
        self.ahead: list[bool] = []  # for each final dot, whether more had been written already
        self.connections = 0
        self._script = list(script)
        self._extensions = extensions
        self.tls = tls  # for STARTTLS
        self.forgetful = forgetful  # drops what was written ahead, though it offers PIPELINING
        self.strict = strict  # remembers what it refused, and lets no DATA follow it
        self.room = room  # connections at a time; the others hear 421
        self.here = 0
        self._over = threading.Event()
        self._lock = threading.Lock()
        self._links: list[socket.socket] = []
        self._threads: list[threading.Thread] = []
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._server.getsockname()[1]

    def settings(self, **more: Any) -> SmtpSettings:
        """How a courier gets in."""
        settings: dict[str, Any] = {
            "host": "127.0.0.1",
            "port": self.port,
            "security": "none",
            "timeout": 10.0,
            "dot_timeout": 10.0,
        }
        return SmtpSettings(**settings | more)

    def hang_up(self) -> None:
        """Close every connection, as a server does that is restarted."""
        with self._lock:
            links, self._links = self._links, []
        for link in links:
            _shut(link)

    def __enter__(self) -> Self:
        self._start(self._accept)
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        _shut(self._server)  # close() alone does not wake accept()
        self.hang_up()
        for thread in self._threads:
            thread.join(10)
        self._server.close()

    def _start(self, work: Any, *arguments: Any) -> None:
        thread = threading.Thread(target=work, args=arguments, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while not self._over.is_set():
            try:
                link, _ = self._server.accept()
            except OSError:
                return
            link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            with self._lock:
                self._links.append(link)
            self.connections += 1
            self._start(_Caller(self, link).run)

    def action(self, phase: str, about: str) -> str:
        """What happens now."""
        with self._lock:
            for line in self._script:
                if line.phase == phase and line.times and line.about in about:
                    line.times -= 1
                    return line.action
        if phase == "ehlo":
            lines = ("scripted.test", *self._extensions)
            return "\r\n".join([*(f"250-{line}" for line in lines[:-1]), f"250 {lines[-1]}"])
        return _GOOD.get(phase, "500 5.5.1 what?")

    def wait_for_the_end(self) -> None:
        self._over.wait(60)


class _Hung(Exception):  # noqa: N818  -- ends a caller's thread
    pass


class _Caller:
    def __init__(self, server: ScriptedSmtp, link: socket.socket) -> None:
        self._server = server
        self._link = link
        self._file: BufferedReader = link.makefile("rb")
        self._sender = self._recipient = ""
        self._refused = False

    def run(self) -> None:
        self._server.here += 1
        try:
            self._greet()
            while line := self._file.readline():
                if self._server.forgetful:
                    self._forget()
                self._command(line.decode("ascii").strip())
        except (_Hung, OSError):
            pass
        finally:
            self._server.here -= 1
            self._file.close()
            _shut(self._link)
            self._link.close()

    def _command(self, command: str) -> None:
        self._server.heard.append(command)
        verb, _, argument = command.partition(" ")
        phase = verb.lower()
        if phase == "mail":
            self._sender = _path(argument)
        if phase == "rcpt":
            self._recipient = _path(argument)
        about = f"{self._recipient} {command}" if phase == "data" else command
        if phase == "data" and self._server.strict and self._refused:
            self._act("503 5.5.1 no sender or recipient")
            return
        answer = self._answer(phase, about)
        if phase in ("mail", "rcpt", "rset"):
            self._refused = not answer.startswith("2") or (phase == "rcpt" and self._refused)
        if answer.startswith("354"):
            self._mail()
        if phase == "starttls" and self._server.tls is not None:
            self._file.close()
            self._link = self._server.tls.wrap_socket(self._link, server_side=True)
            self._file = self._link.makefile("rb")
        if phase == "quit":
            raise _Hung

    def _greet(self) -> None:
        if self._server.here > self._server.room:
            self._act("421 4.7.0 too many connections")
            raise _Hung
        self._answer("greeting", "")

    def _forget(self) -> None:
        self._link.settimeout(0)
        try:
            while self._file.peek(1):
                self._file.read1(1 << 16)
        except OSError:
            return
        finally:
            self._link.settimeout(None)

    def _mail(self) -> None:
        self._answer("body", self._recipient)
        lines = []
        while (line := self._file.readline()) != b".\r\n":
            if not line:
                raise _Hung
            lines.append(line)
        self._server.heard.append(".")
        self._server.ahead.append(self._more_is_here())
        mail = Taken(self._sender, self._recipient, b"".join(lines))
        self._server.handed.append(mail)
        if self._answer("dot", self._recipient).startswith("2"):
            self._server.taken.append(mail)

    def _more_is_here(self) -> bool:
        self._link.settimeout(0)
        try:
            return bool(self._file.peek(1))
        except OSError:
            return False
        finally:
            self._link.settimeout(None)

    def _answer(self, phase: str, about: str) -> str:
        action = self._server.action(phase, about)
        if action == SLOWLY:
            action = self._server.action(phase, about)
            for letter in f"{action}\r\n":
                self._link.sendall(letter.encode("ascii"))
            return action
        self._act(action)
        return action

    def _act(self, action: str) -> None:
        if action == CLOSE:
            raise _Hung
        if not action:
            return
        if action == SILENCE:
            self._server.wait_for_the_end()
            raise _Hung
        self._link.sendall(action.encode("ascii") + b"\r\n")


def _path(argument: str) -> str:
    return argument.partition("<")[2].partition(">")[0]


def _shut(link: socket.socket) -> None:
    try:
        link.shutdown(socket.SHUT_RDWR)
    except OSError:
        return  # it was closed already
