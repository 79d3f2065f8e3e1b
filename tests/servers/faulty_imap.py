"""An IMAP server with a mailbox in memory that misbehaves where a test says so.

    with FaultyImap(Fault("FETCH", CLOSE)) as server:
        server.arrive(raw)
        link = ImapLink(server.settings())

It speaks as much of RFC 3501, IDLE, UIDPLUS and MOVE as our daemon asks of it.  A `Fault` names a
command, what happens there, and how often; whatever has no fault goes well.  Besides the commands
there are GREETING, IDLING (right after "+ idling") and DONE (the answer to the end of IDLE).
`tests/transport/scripted_imap` has no mailbox and says word for word what it is told; this one
keeps mails, so that a test can look at what is lost.
"""

from __future__ import annotations

import base64
import re
import select
import socket
import ssl
import threading
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Self

from pipeline.transport.imap import ImapSettings

NO = "no"
BAD = "bad"
BYE = "bye"  # says goodbye and goes
CLOSE = "close"
SILENCE = "silence"
CUT = "cut"  # half of the answer, then the end
STALL = "stall"  # half of the answer, then silence
DRIP = "drip"  # the answer byte by byte
NONSENSE = "nonsense"
ALWAYS = 1 << 30
FOR_EVER = 60.0  # seconds, longer than any test

Act = Callable[["FaultyImap"], Iterable[str] | None]
"""Does something to the mailbox; the lines it gives are said before the answer."""


@dataclass(slots=True)
class Fault:
    """At this command this happens, so many times, after having gone well `after` times."""

    command: str
    action: str | Act
    times: int = 1
    after: int = 0
    about: str = ""  # only where the command's words hold this


@dataclass(slots=True)
class Mail:
    """One mail in a folder."""

    raw: bytes
    flags: set[str] = field(default_factory=set)
    hidden: bool = False  # FETCH leaves it out, as some servers do with a mail they cannot read


class FaultyImap:
    """Threads on loopback; `heard`, `connections` and `folders` tell what happened."""

    def __init__(
        self,
        *faults: Fault,
        capabilities: str = "IMAP4rev1 IDLE MOVE UIDPLUS",
        tokens: Iterable[str] = (),
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self.folders: dict[str, dict[int, Mail]] = {"INBOX": {}}
        self.uidvalidity = 7
        self.heard: list[str] = []
        self.connections = 0
        self.idling = threading.Event()
        self.stuck = threading.Event()  # somebody is being kept waiting
        self.faults = list(faults)
        self.tokens = set(tokens)  # that XOAUTH2 lets in
        self.capabilities = capabilities
        self._tls = tls
        self._next = 1
        self.lock = threading.RLock()
        self.over = threading.Event()
        self._sessions: list[_Session] = []
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

    @property
    def inbox(self) -> dict[int, Mail]:
        return self.folders["INBOX"]

    def everywhere(self) -> list[bytes]:
        """Every mail in every folder."""
        with self.lock:
            return [m.raw for folder in self.folders.values() for m in folder.values()]

    def arrive(self, *raws: bytes) -> list[int]:
        """New mails in the inbox, and whoever is in IDLE is told; their UIDs."""
        with self.lock:
            uids = list(range(self._next, self._next + len(raws)))
            self.inbox.update(zip(uids, map(Mail, raws), strict=True))
            self._next += len(raws)
            self._tell(f"* {len(self.inbox)} EXISTS")
        return uids

    def expunge(self, *uids: int) -> list[str]:
        """They are gone, as if another client had done it; what there is to say about it."""
        with self.lock:
            order = {uid: n for n, uid in enumerate(sorted(self.inbox), 1)}
            said = []
            for gone, uid in enumerate(sorted(uids)):
                said.append(f"* {order[uid] - gone} EXPUNGE")
                del self.inbox[uid]
            self._tell(*said)
        return said

    def rebuild(self, uidvalidity: int, uids: Mapping[int, int] | None = None) -> None:
        """The same mails under other numbers (old: new), as after a restore; None: from 1 on."""
        with self.lock:
            old = self.inbox
            new = uids or {uid: n for n, uid in enumerate(sorted(old), 1)}
            self.folders["INBOX"] = {new[uid]: mail for uid, mail in old.items()}
            self._next = max(self.inbox, default=0) + 1
            self.uidvalidity = uidvalidity

    def hang_up(self) -> None:
        with self.lock:
            sessions, self._sessions = self._sessions, []
        for session in sessions:
            session.end()

    def _tell(self, *lines: str) -> None:
        for session in self._sessions:
            session.tell(lines)

    def action(self, name: str, words: str) -> str | Act | None:
        with self.lock:
            for fault in self.faults:
                if fault.command != name or not fault.times or fault.about not in words:
                    continue
                if fault.after:
                    fault.after -= 1
                    return None
                fault.times -= 1
                return fault.action
        return None

    def __enter__(self) -> Self:
        self._start(self._accept)
        return self

    def __exit__(self, *_: object) -> None:
        self.over.set()
        _shut(self._server)
        self.hang_up()
        for thread in self._threads:
            thread.join(10)
        self._server.close()

    def _start(self, work: Callable[[], None]) -> None:
        thread = threading.Thread(target=work, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while not self.over.is_set():
            try:
                link, _ = self._server.accept()
                link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            except OSError:
                return
            self.connections += 1
            self._start(lambda link=link: self._greet(link))  # type: ignore[misc]  # a default

    def _greet(self, link: socket.socket) -> None:
        with suppress(OSError):
            if self._tls is not None:
                link = self._tls.wrap_socket(link, server_side=True)
            session = _Session(self, link)
            with self.lock:
                self._sessions.append(session)
            session.run()


class _Over(Exception):  # noqa: N818  -- ends a session's thread
    pass


class _Session:
    def __init__(self, server: FaultyImap, link: socket.socket) -> None:
        self._server = server
        self._link = link
        self._lines = link.makefile("rb")
        self._news: list[str] = []
        self._ends = socket.socketpair()

    def tell(self, lines: Iterable[str]) -> None:
        """Said at once in IDLE, else with the next answer."""
        self._news += lines
        with suppress(OSError):
            self._ends[1].send(b"\0")

    def end(self) -> None:
        _shut(self._link)

    def run(self) -> None:
        try:
            self._answer("GREETING", "", [], "* OK ready")
            while line := self._lines.readline():
                tag, _, command = line.decode("utf-8").rstrip("\r\n").partition(" ")
                self._server.heard.append(command)
                name, _, words = command.removeprefix("UID ").partition(" ")
                self._command(tag, name.upper(), words)
        except (_Over, OSError, ValueError):
            pass  # the client has gone, or the test is over
        finally:
            _shut(self._link)
            self._lines.close()
            self._link.close()
            for end in self._ends:
                end.close()

    def _command(self, tag: str, name: str, words: str) -> None:
        if name == "IDLE":
            self._idle(tag)
            return
        if name == "AUTHENTICATE":
            self._authenticate(tag, words)
            return
        work = getattr(self, f"_{name.lower()}", None)
        if work is None:
            self._send(f"{tag} BAD what?\r\n".encode())
            return
        self._answer(name, words, lambda: work(words), f"{tag} OK {name} done", tag)
        if name == "LOGOUT":
            raise _Over

    # ------------------------------------------------------------ what is said

    def _answer(
        self,
        name: str,
        words: str,
        work: Callable[[], list[bytes]] | list[bytes],
        last: str,
        tag: str = "*",
    ) -> None:
        action = self._server.action(name, words)
        if action in (NO, BAD):
            self._send(f"{tag} {str(action).upper()} {name} refused by the test\r\n".encode())
            return
        self._go(action)
        said = list((action(self._server) or ()) if callable(action) else ())
        with self._server.lock:
            lines = work() if callable(work) else work
            news, self._news = self._news, []
        told = "".join(f"{line}\r\n" for line in dict.fromkeys([*news, *said]))
        self._utter(action, told.encode() + b"".join(lines) + f"{last}\r\n".encode())

    def _go(self, action: object) -> None:
        if action == BYE:
            self._send(b"* BYE the test says so\r\n")
            raise _Over
        if action == CLOSE:
            raise _Over
        if action == SILENCE:
            self._hold()
        if action == NONSENSE:
            self._send(b"* 1 FETCH (((\r\n%$ nonsense\r\n")

    def _utter(self, action: object, text: bytes) -> None:
        if action in (CUT, STALL):
            self._send(text[: len(text) // 2])
            if action == STALL:
                self._hold()
            raise _Over
        if action == DRIP:
            for n in range(len(text)):
                self._send(text[n : n + 1])
            return
        self._send(text)

    def _hold(self) -> None:
        self._server.stuck.set()
        self._server.over.wait(FOR_EVER)
        raise _Over

    def _send(self, text: bytes) -> None:
        self._link.sendall(text)

    # ------------------------------------------------------------ commands

    def _capability(self, _: str) -> list[bytes]:
        return [_line(f"* CAPABILITY {self._server.capabilities}")]

    def _login(self, _: str) -> list[bytes]:
        return []

    def _authenticate(self, tag: str, words: str) -> None:
        self._send(b"+ \r\n")
        shown = base64.b64decode(self._lines.readline()).decode()
        token = shown.partition("Bearer ")[2].rstrip("\x01")
        if token not in self._server.tokens:
            self._send(b"+ eyJzdGF0dXMiOiI0MDEifQ==\r\n")
            self._lines.readline()
            self._send(f"{tag} NO [AUTHENTICATIONFAILED] token expired\r\n".encode())
            return
        self._answer("AUTHENTICATE", words, [], f"{tag} OK welcome", tag)

    def _select(self, words: str) -> list[bytes]:
        folder = self._server.folders[words.split('"')[1] if '"' in words else words]
        return [
            _line(f"* {len(folder)} EXISTS"),
            _line(f"* OK [UIDVALIDITY {self._server.uidvalidity}] valid"),
        ]

    def _noop(self, _: str) -> list[bytes]:
        return []

    def _logout(self, _: str) -> list[bytes]:
        return [b"* BYE logging out\r\n"]

    def _list(self, words: str) -> list[bytes]:
        name = words.split('"')[3]
        if not name:
            return [b'* LIST (\\Noselect) "/" ""\r\n']
        known = name in self._server.folders
        return [_line(f'* LIST () "/" "{name}"')] if known else []

    def _create(self, words: str) -> list[bytes]:
        self._server.folders.setdefault(words.strip('"'), {})
        return []

    def _subscribe(self, _: str) -> list[bytes]:
        return []

    def _search(self, words: str) -> list[bytes]:
        asked = re.fullmatch(r"UID (\S+)(?: LARGER (\d+))?", words)
        assert asked, words
        larger = int(asked[2] or -1)
        found = [u for u in self._named(asked[1]) if len(self._server.inbox[u].raw) > larger]
        return [_line(" ".join(["* SEARCH", *map(str, found)]))]

    def _fetch(self, words: str) -> list[bytes]:
        uids, _, items = words.partition(" ")
        said = []
        numbers = {uid: n for n, uid in enumerate(sorted(self._server.inbox), 1)}
        for uid in self._named(uids):
            mail = self._server.inbox[uid]
            if not mail.hidden:
                said.append(f"* {numbers[uid]} FETCH (UID {uid}".encode())
                said += _items(mail, items)
                said.append(b")\r\n")
        return said

    def _copy(self, words: str) -> list[bytes]:
        uids, _, name = words.partition(" ")
        target = self._server.folders[name.strip('"')]
        highest = max(target, default=0)
        for number, uid in enumerate(self._named(uids), highest + 1):
            target[number] = self._server.inbox[uid]
        return []

    def _move(self, words: str) -> list[bytes]:
        self._copy(words)
        return [_line(line) for line in self._server.expunge(*self._named(words.partition(" ")[0]))]

    def _store(self, words: str) -> list[bytes]:
        for uid in self._named(words.partition(" ")[0]):
            self._server.inbox[uid].flags.add("\\Deleted")
        return []

    def _expunge(self, words: str) -> list[bytes]:
        flagged = [u for u in self._named(words) if "\\Deleted" in self._server.inbox[u].flags]
        return [_line(line) for line in self._server.expunge(*flagged)]

    def _named(self, uids: str) -> list[int]:
        """Those of a set of UIDs that exist, ascending (RFC 3501, 9, sequence-set)."""
        highest = max(self._server.inbox, default=0)
        found: set[int] = set()
        for part in uids.split(","):
            low, _, high = part.partition(":")
            first, last = sorted(highest if end == "*" else int(end) for end in (low, high or low))
            if first == last:
                found |= {first} & self._server.inbox.keys()
            else:
                found |= {uid for uid in self._server.inbox if first <= uid <= last}
        return sorted(found)

    # ------------------------------------------------------------ IDLE

    def _idle(self, tag: str) -> None:
        action = self._server.action("IDLE", "")
        if action in (NO, BAD):
            self._send(f"{tag} {str(action).upper()} IDLE refused by the test\r\n".encode())
            return
        self._go(action)
        said = list((action(self._server) or ()) if callable(action) else ())
        self._utter(action, "".join(f"{line}\r\n" for line in [*said, "+ idling"]).encode())
        self._server.idling.set()
        self._answer_in_idle()
        while not self._heard_done():
            self._say_news()
        self._answer("DONE", "", [], f"{tag} OK IDLE done", tag)

    def _answer_in_idle(self) -> None:
        action = self._server.action("IDLING", "")
        self._go(action)
        if callable(action):
            self._send("".join(f"{line}\r\n" for line in action(self._server) or ()).encode())

    def _heard_done(self) -> bool:
        ready, _, _ = select.select([self._link, self._ends[0]], [], [])
        if self._link in ready:
            if self._lines.readline() != b"DONE\r\n":
                raise _Over
            return True
        self._ends[0].recv(512)
        return False

    def _say_news(self) -> None:
        with self._server.lock:
            news, self._news = self._news, []
        self._send("".join(f"{line}\r\n" for line in news).encode())


def _items(mail: Mail, items: str) -> list[bytes]:
    said = []
    if "RFC822.SIZE" in items:
        said.append(f" RFC822.SIZE {len(mail.raw)}".encode())
    if "INTERNALDATE" in items:
        said.append(b' INTERNALDATE "02-Feb-2026 09:00:00 +0900"')
    if "HEADER" in items:
        head = mail.raw.partition(b"\r\n\r\n")[0] + b"\r\n\r\n"
        said += [f" BODY[HEADER] {{{len(head)}}}\r\n".encode(), head]
    elif "BODY" in items:
        said += [f" BODY[] {{{len(mail.raw)}}}\r\n".encode(), mail.raw]
    return said


def _line(text: str) -> bytes:
    return text.encode() + b"\r\n"


def _shut(link: socket.socket) -> None:
    with suppress(OSError):
        link.shutdown(socket.SHUT_RDWR)
