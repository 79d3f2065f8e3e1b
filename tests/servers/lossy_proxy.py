"""A wire to PostgreSQL that is cut where a test says so.

    with LossyProxy(postgres.port) as proxy:
        database = Database(proxy.url(postgres.url(name)))
        proxy.cut(at=3, heard=True)

Every message of a client is counted while a cut is planned.  At the one that is named the wire is
cut: before the server hears it, or after the server has done it and before its answer is heard.
The latter, at COMMIT, is the moment in which nobody can know.  `down` is a server that is not
there: its connections end, and nobody answers until `up`.
"""

from __future__ import annotations

import re
import selectors
import socket
import threading
from contextlib import suppress
from typing import Self

_READY = b"Z\x00\x00\x00\x05"  # the server has answered a message (ReadyForQuery)
_FOR_EVER = 30.0  # seconds, longer than any test
_HEARD = 0.3  # seconds


class LossyProxy:
    """Threads on loopback; `commits` and `messages` tell what has gone by since `cut`."""

    def __init__(self, port: int) -> None:
        self._target = port
        self._lock = threading.Lock()
        self._at = 0
        self._heard = False
        self._holding = b""
        self._is_up = True
        self.messages = 0
        self.cuts = 0
        self.commits: list[int] = []  # the numbers of those messages that held a COMMIT
        self._links: set[socket.socket] = set()
        self._threads: list[threading.Thread] = []
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._server.getsockname()[1]

    def url(self, direct: str) -> str:
        """The address of a database, by way of this wire."""
        return re.sub(r"127\.0\.0\.1:\d+", f"127.0.0.1:{self.port}", direct)

    def cut(self, *, at: int, heard: bool, holding: bytes = b"") -> None:
        """Cut the wire once, at the message with this number from now on (from 1; 0: never).

        Only those are counted that hold these bytes.
        """
        with self._lock:
            self._holding = holding
            self._at, self._heard, self.messages, self.commits = at, heard, 0, []

    def down(self) -> None:
        self._is_up = False
        self._end_all()

    def up(self) -> None:
        self._is_up = True

    def __enter__(self) -> Self:
        self._start(self._accept)
        return self

    def __exit__(self, *_: object) -> None:
        self._is_up = False
        _shut(self._server)
        self._end_all()
        for thread in self._threads:
            thread.join(10)
        self._server.close()

    def _start(self, work: object, *arguments: object) -> None:
        thread = threading.Thread(target=work, args=arguments, daemon=True)  # type: ignore[arg-type]
        self._threads.append(thread)
        thread.start()

    def _end_all(self) -> None:
        with self._lock:
            links = list(self._links)
        for link in links:
            _shut(link)

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._server.accept()
            except OSError:
                return
            if not self._is_up:
                client.close()
                continue
            try:
                server = socket.create_connection(("127.0.0.1", self._target), timeout=_FOR_EVER)
            except OSError:
                client.close()
                continue
            with self._lock:
                self._links |= {client, server}
            self._start(self._carry, client, server)

    def _carry(self, client: socket.socket, server: socket.socket) -> None:
        with selectors.DefaultSelector() as selector, client, server, suppress(OSError):
            selector.register(client, selectors.EVENT_READ, server)
            selector.register(server, selectors.EVENT_READ, client)
            while self._carry_some(selector, client, server):
                pass
        with self._lock:
            self._links -= {client, server}

    def _carry_some(
        self, selector: selectors.BaseSelector, client: socket.socket, server: socket.socket
    ) -> bool:
        for key, _ in selector.select():
            assert isinstance(key.fileobj, socket.socket)
            some = key.fileobj.recv(1 << 18)
            if not some:
                return False
            if key.fileobj is client and self._is_time(some):
                if self._heard:
                    server.sendall(some)
                    _hear_out(server)
                return False
            key.data.sendall(some)
        return True

    def _is_time(self, said: bytes) -> bool:
        with self._lock:
            if self._holding not in said:
                return False
            self.messages += 1
            if b"COMMIT" in said:
                self.commits.append(self.messages)
            if self.messages != self._at:
                return False
            self.cuts += 1
            self._at = 0
            return True


def _hear_out(server: socket.socket) -> None:
    """Wait until the server has answered: what it was told is done.

    A message in the middle of several is not answered by itself; then it has at least been heard.
    """
    answer = b""
    server.settimeout(_HEARD)
    while _READY not in answer[-6:]:
        some = server.recv(1 << 18)
        if not some:
            return
        answer += some


def _shut(link: socket.socket) -> None:
    with suppress(OSError):
        link.shutdown(socket.SHUT_RDWR)
