"""An IMAP server that does what a test tells it: for moments that no real server has on demand.

    with ScriptedImap({"SEARCH": ["* SEARCH 1 2", OK]}) as server:
        link = ImapLink(server.settings())

The script gives the lines that answer a command (the part after UID, if any); `OK` stands for the
tagged answer, `NO` for a refusal, `CLOSE` and `SILENCE` for a server that goes or hangs.  A list of
lists answers one call each, the last one for good.  Whatever is not scripted goes well.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Mapping, Sequence
from typing import Any, Self

from pipeline.transport.imap import ImapSettings

OK = "<ok>"
NO = "<no>"
CLOSE = "<close>"
SILENCE = "<silence>"
DONE = "<done>"  # wait until the client has written DONE
HALF = "<half>"  # ends a line that is not at its end yet: what follows comes in a write of its own

Answer = Sequence[str]

_USUAL: Mapping[str, Answer] = {
    "CAPABILITY": ["* CAPABILITY IMAP4rev1 IDLE MOVE UIDPLUS", OK],
    "LOGIN": [OK],
    "SELECT": ["* 1 EXISTS", "* OK [UIDVALIDITY 7] valid", OK],
    "SEARCH": ["* SEARCH", OK],
    "NOOP": [OK],
    "LIST": ['* LIST (\\Noselect) "/" ""', OK],
    "CREATE": [OK],
    "SUBSCRIBE": [OK],
    "MOVE": [OK],
    "COPY": [OK],
    "STORE": [OK],
    "EXPUNGE": [OK],
    "LOGOUT": ["* BYE", OK],
    "IDLE": ["+ idling", DONE, OK],
}


class ScriptedImap:
    """One thread a connection; `heard` lists the commands without their tags."""

    def __init__(self, script: Mapping[str, Answer | Sequence[Answer]] | None = None) -> None:
        self.heard: list[str] = []
        self.connections = 0
        self.idling = threading.Event()  # somebody has gone into IDLE
        self._script: dict[str, list[Answer]] = {}
        for command, answers in ({**_USUAL, **(script or {})}).items():
            many = answers if answers and not isinstance(answers[0], str) else [answers]
            self._script[command] = list(many)  # type: ignore[arg-type]  # told apart above
        self._over = threading.Event()
        self._links: list[socket.socket] = []
        self._threads: list[threading.Thread] = []
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._server.getsockname()[1]

    def settings(self, **more: Any) -> ImapSettings:
        settings: dict[str, Any] = {
            "host": "127.0.0.1",
            "port": self.port,
            "user": "office",
            "password": "secret",
            "security": "none",
            "timeout": 5.0,
        }
        return ImapSettings(**settings | more)

    def hang_up(self) -> None:
        for link in self._links:
            _shut(link)

    def __enter__(self) -> Self:
        self._start(self._accept)
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        _shut(self._server)
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
            self._links.append(link)
            self.connections += 1
            self._start(self._serve, link)

    def _serve(self, link: socket.socket) -> None:
        with link, link.makefile("rb") as lines:
            try:
                link.sendall(b"* OK scripted\r\n")
                for line in lines:
                    tag, _, command = line.decode("ascii").strip().partition(" ")
                    self.heard.append(command)
                    name = command.removeprefix("UID ").split(" ")[0].upper()
                    if not self._say(link, lines, tag, name):
                        break
            except OSError:
                pass  # the client has gone, or the test is over
            _shut(link)

    def _say(self, link: socket.socket, lines: Any, tag: str, name: str) -> bool:
        answers = self._script.get(name, [["* BAD what?"]])
        answer = answers.pop(0) if len(answers) > 1 else answers[0]
        text = ""
        for part in answer:
            if part == CLOSE:
                link.sendall(text.encode())
                return False
            if part == SILENCE:
                link.sendall(text.encode())
                self._over.wait(60)
                return False
            if part == DONE:
                link.sendall(text.encode())
                text = ""
                self.idling.set()
                if lines.readline() != b"DONE\r\n":
                    return False
            elif part == HALF:
                text = text.removesuffix("\r\n")
                link.sendall(text.encode())
                text = ""
                self.idling.set()
            else:
                text += {OK: f"{tag} OK fine", NO: f"{tag} NO [OVERQUOTA] full"}.get(part, part)
                text += "\r\n"
        link.sendall(text.encode())
        return True


def _shut(link: socket.socket) -> None:
    try:
        link.shutdown(socket.SHUT_RDWR)
    except OSError:
        return  # it was closed already
