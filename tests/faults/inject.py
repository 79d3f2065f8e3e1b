"""Fault points laid around the daemon's steps, from outside.

Law of this file: it is imported by the test's own daemon alone, before the real one starts.  What
it wraps does what it always did; a point that is armed kills this process with SIGKILL at its
nth passing, after its name was written down, or has the store fail there, and nothing else.

UKETSUKE_FAULT="send.dotted:3 receive.move:1" arms two; the first that is reached ends the process.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType
from typing import Any

from sqlalchemy.engine import Connection

from pipeline.store.database import Database, Unavailable
from pipeline.transport import conversation
from pipeline.transport.imap import Fetched, ImapLink
from pipeline.transport.parcel import Parcel
from pipeline.transport.smtp_link import Reply, SmtpLink
from pipeline.workers import bank_folder, process, reader
from tests.faults.points import WRITERS, all_points
from tests.faults.swap import swap

_DOT = b"\r\n.\r\n"
_KNOWN = frozenset(all_points())
_PLUMBING = ("contextlib", __name__)


class Armed:
    """Which points strike, and at which passings; the harness may say anew at any time."""

    def __init__(self, words: str, told: Path, asked: Path | None = None) -> None:
        self._told = told
        self._asked = asked
        self._words = words
        self._at = _at(words)
        self._passed: Counter[str] = Counter()
        self._lock = threading.Lock()

    def comes_to(self, name: str) -> bool:
        """Whether this passing is the one."""
        with self._lock:
            self._look()
            self._passed[name] += 1
            return self._passed[name] in self._at.get(name, ())

    def _look(self) -> None:
        if self._asked is None or not self._asked.exists():
            return
        words = self._asked.read_text("ascii")
        if words != self._words:
            self._words, self._at, self._passed = words, _at(words), Counter()

    def tell(self, name: str) -> None:
        """Write down what is about to happen, so that the harness knows."""
        with self._told.open("a", encoding="ascii") as file:
            file.write(f"{name}\n")

    def point(self, name: str) -> None:
        """Pass here, or die here."""
        if self.comes_to(name):
            self.tell(name)
            os.kill(os.getpid(), signal.SIGKILL)

    def store_fails(self, name: str) -> None:
        """Pass here, or have the store fail."""
        if self.comes_to(name):
            self.tell(name)
            raise Unavailable(f"the link to the store broke at {name}")


def _at(words: str) -> dict[str, list[int]]:
    """By name the passings at which it happens."""
    found: defaultdict[str, list[int]] = defaultdict(list)
    for word in words.split():
        name, _, nth = word.partition(":")
        if name not in _KNOWN:
            raise ValueError(f"there is no fault point '{name}'")
        found[name].append(int(nth or 1))
    return found


def lay(armed: Armed) -> None:
    """Wrap every step that has a point."""
    _writes(armed)
    _mailbox(armed)
    _reading(armed)
    _files(armed)
    _letters(armed)


# ---------------------------------------------------------------- what is written


def caller(frame: FrameType | None) -> tuple[str, str]:
    """Module and function that opened the transaction, behind contextlib's plumbing."""
    while frame is not None and frame.f_globals.get("__name__") in _PLUMBING:
        frame = frame.f_back
    if frame is None:
        return "", ""
    return str(frame.f_globals.get("__name__")), frame.f_code.co_name


def _writes(armed: Armed) -> None:
    write = Database.write

    @contextmanager
    def wrapped(self: Database, *locks: str) -> Iterator[Connection]:
        place = caller(sys._getframe())
        name = WRITERS[place]
        armed.point(f"{name}.begin")
        with write(self, *locks) as connection:
            yield connection
            armed.point(f"{name}.commit")
            armed.store_fails(f"{name}.lost")
        armed.point(f"{name}.committed")
        armed.store_fails(f"{name}.unsaid")

    swap(Database, "write", wrapped)


# ---------------------------------------------------------------- what the world sees


def _mailbox(armed: Armed) -> None:
    bodies, move = ImapLink._bodies, ImapLink.move

    def fetched(self: ImapLink, *args: Any) -> list[Fetched]:
        found = bodies(self, *args)
        armed.point("receive.fetched")
        return found

    def moved(self: ImapLink, *args: Any) -> None:
        armed.point("receive.move")
        move(self, *args)
        armed.point("receive.moved")

    swap(ImapLink, "_bodies", fetched)
    swap(ImapLink, "move", moved)


def _reading(armed: Armed) -> None:
    read, answer = process._read, reader._Child.answer

    def read_all(*args: Any) -> Any:
        found = read(*args)
        armed.point("process.read")
        return found

    def answered(self: reader._Child, seconds: float) -> Any:
        if armed.comes_to("process.child"):
            armed.tell("process.child")
            self._process.kill()
            self._process.wait()
            with suppress(EOFError, OSError):  # nor has it answered before
                while self._line.recv_bytes():
                    pass
        return answer(self, seconds)

    swap(process, "_read", read_all)
    swap(reader._Child, "answer", answered)


def _files(armed: Armed) -> None:
    move = bank_folder._move

    def moved(path: Path, folder: Path) -> Path:
        armed.point("bank.move")
        target = move(path, folder)
        armed.point("bank.moved" if folder.name == bank_folder.DONE else "bank.reason")
        return target

    swap(bank_folder, "_move", moved)


def _letters(armed: Armed) -> None:
    _conversation(armed)
    opened = SmtpLink.__init__

    def connected(self: SmtpLink, *args: Any, **more: Any) -> None:
        armed.point("send.connect")
        opened(self, *args, **more)

    swap(SmtpLink, "__init__", connected)


def _conversation(armed: Armed) -> None:
    """The phases of one letter; which letter a thread has in hand says whether it is secret."""
    talk = conversation.Talk
    hand = threading.local()
    ask, answer, hand_over = talk._ask, talk._answer, talk._hand_over

    def asked(self: conversation.Talk, *args: Any) -> Reply | None:
        armed.point("send.mail")
        return ask(self, *args)

    def answered(self: conversation.Talk) -> Reply:
        phase = self._phase
        found = answer(self)
        if phase in {"rcpt", "data"}:
            armed.point(f"send.{phase}")
        return found

    def handed_over(self: conversation.Talk, parcel: Parcel) -> None:
        hand.kind, hand.text = "secret_" if parcel.guarded else "", True
        hand_over(self, parcel)
        hand.text = False

    swap(talk, "_ask", asked)
    swap(talk, "_answer", answered)
    swap(talk, "_hand_over", handed_over)
    _bytes(armed, hand)


def _bytes(armed: Armed, hand: threading.local) -> None:
    """What of a letter's text is on the wire."""
    write, reply = SmtpLink.write, SmtpLink.reply

    def written(self: SmtpLink, data: bytes) -> None:
        if not getattr(hand, "text", False):
            write(self, data)
            return
        half = f"send.{hand.kind}half"
        if armed.comes_to(half):
            armed.tell(half)
            text, _, _ = data.partition(_DOT)
            write(self, text[: len(text) // 2])
            os.kill(os.getpid(), signal.SIGKILL)
        ends = data.startswith(b".\r\n") or _DOT in data
        if ends:
            armed.point(f"send.{hand.kind}dot")
        write(self, data)
        if ends:
            armed.point(f"send.{hand.kind}dotted")

    def replied(self: SmtpLink, *, last: bool = False) -> Reply:
        found = reply(self, last=last)
        if last:
            armed.point(f"send.{hand.kind}answered")
        return found

    swap(SmtpLink, "write", written)
    swap(SmtpLink, "reply", replied)
