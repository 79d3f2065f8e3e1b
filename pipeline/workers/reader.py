"""Who reads the mails: this process, or one of its own that can be killed.

Law of this file: a mail may cost ten seconds and 512 MiB, and never more than itself.  Reading
decides nothing and touches nothing, so it can be done elsewhere: the daemon hands a batch to a
child process, and while it decides, the child reads the next one ahead.  A mail that takes too
long, or that ends the child, is the one whose answer is outstanding: it alone is `Unread`, and a
new child reads the rest.
"""

from __future__ import annotations

import os
import pickle
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Final, Protocol

import pipeline
from pipeline.domain.rules import Rules
from pipeline.mail.own import Own
from pipeline.mail.reading import Reading, read
from pipeline.transport.dns import TextRecords

SECONDS: Final = 10.0
"""For one mail."""
MEMORY: Final = 512 * 1024 * 1024
"""Bytes for one mail, beside what the child needs to live."""
_AT_ONCE: Final = 4 * 1024 * 1024
"""Bytes of mail in one order; a single larger mail goes alone."""
_STARTS_WITHIN: Final = 60.0
"""Seconds: a machine under load loads our own modules slowly, and that is no mail's fault."""


class Unread(Exception):  # noqa: N818 - named for what is true of the mail
    """A mail could not be read: it raised, took too long, or needed too much memory."""


@dataclass(frozen=True, slots=True)
class Order:
    """One mail that is to be read."""

    mail: int
    """Its number in the inbox; by it an answer that was read ahead is found again."""
    slug: str
    """Of which event."""
    raw: bytes
    envelope_sender: str | None = None


Served = Mapping[str, tuple[Rules, Own]]
"""The events' rules, and who we are in each."""


class Reader(Protocol):
    """Reads mails. What no worker asks for (`Reading.text`, `sources`) may be missing."""

    def read(self, orders: Sequence[Order]) -> Iterator[Reading | Unread]:
        """One answer for each mail, in order."""

    def ahead(self, orders: Sequence[Order]) -> None:
        """These are likely to be asked for next."""

    def close(self) -> None:
        """There is nothing more to read."""


class ReaderHere:
    """Reads in this process: for tests, the rehearsal, and single mails."""

    def __init__(self, served: Served) -> None:
        self._served = served
        # Asked only where the rules say that signatures are verified here.
        self._resolver = TextRecords()

    def read(self, orders: Sequence[Order]) -> Iterator[Reading | Unread]:
        """One after another."""
        for order in orders:
            rules, own = self._served[order.slug]
            try:
                yield read(
                    order.raw,
                    rules,
                    own,
                    envelope_sender=order.envelope_sender,
                    resolver=self._resolver,
                )
            except Exception as error:  # noqa: BLE001 - the worker's edge: the mail is set aside
                yield Unread(f"{type(error).__name__}: {error}")

    def ahead(self, orders: Sequence[Order]) -> None:
        """Nothing is gained by reading sooner what is read by the same hands."""

    def close(self) -> None:
        """Nothing to close."""


class ReaderApart:
    """Reads in a child process, which is started again whenever it had to be killed."""

    def __init__(self, served: Served, *, seconds: float = SECONDS, memory: int = MEMORY) -> None:
        self._start_words = pickle.dumps((dict(served), memory))
        self._seconds = seconds
        self._child: _Child | None = None
        self._helper = ThreadPoolExecutor(1, thread_name_prefix="read ahead")
        self._ahead: Future[dict[int, Reading | Unread]] | None = None

    def start(self) -> _Child:
        """Have the child ready, before the first mail comes or after it was killed."""
        if self._child is None:
            self._child = _Child(self._start_words)
        return self._child

    def read(self, orders: Sequence[Order]) -> Iterator[Reading | Unread]:
        """One answer for each mail: what was read ahead, and the rest as it comes back."""
        known = self._ahead.result() if self._ahead is not None else {}
        self._ahead = None
        fresh = self._read([order for order in orders if order.mail not in known])
        for order in orders:
            yield known[order.mail] if order.mail in known else next(fresh)

    def ahead(self, orders: Sequence[Order]) -> None:
        """Have them read by the time that they are asked for."""
        if orders:
            self._ahead = self._helper.submit(self._collected, orders)

    def _collected(self, orders: Sequence[Order]) -> dict[int, Reading | Unread]:
        return {order.mail: one for order, one in zip(orders, self._read(orders), strict=True)}

    def _read(self, orders: Sequence[Order]) -> Iterator[Reading | Unread]:
        for portion in _portions(orders):
            answered = 0
            while answered < len(portion):
                for answer in self._read_portion(portion[answered:]):
                    answered += 1
                    yield answer

    def _read_portion(self, orders: Sequence[Order]) -> Iterator[Reading | Unread]:
        """The answers up to the end, or up to the mail that ended the child."""
        child = self.start()
        outstanding = len(orders)
        try:
            if not child.order(orders):
                return  # it ended while nobody asked for anything: no mail's doing
            for _ in orders:
                answer = child.answer(self._seconds)
                if child.broken:
                    yield answer
                    return
                outstanding -= 1
                yield answer
        finally:
            if outstanding:
                # What is still on the line, should anybody ask again, is no answer to that.
                self.close()

    def close(self) -> None:
        """End the child, whatever it is doing. It is started again if it is needed again."""
        if self._child is not None:
            self._child.kill()
            self._child = None


def _portions(orders: Sequence[Order]) -> Iterator[list[Order]]:
    portion: list[Order] = []
    size = 0
    for order in orders:
        if portion and size + len(order.raw) > _AT_ONCE:
            yield portion
            portion, size = [], 0
        portion.append(order)
        size += len(order.raw)
    if portion:
        yield portion


class _Child:
    """One child process and the line to it."""

    def __init__(self, start_words: bytes) -> None:
        ours, theirs = socket.socketpair()
        root = str(Path(pipeline.__file__).parent.parent)
        path = os.pathsep.join(filter(None, (root, os.environ.get("PYTHONPATH"))))
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603 - our own module
                [sys.executable, "-m", "pipeline.workers.reader_child", str(theirs.fileno())],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                env={**os.environ, "PYTHONPATH": path},
            )
        self._line: Connection = Connection(ours.detach())
        self.broken = False
        """Whether it was lost over a mail."""
        try:
            self._line.send_bytes(start_words)
            ready = self._line.poll(_STARTS_WITHIN) and self._line.recv_bytes()
        except (EOFError, OSError):
            ready = False
        if not ready:
            self.kill()
            raise RuntimeError("the process that reads mails does not start")

    def order(self, orders: Sequence[Order]) -> bool:
        """Hand over mails; False when the child is gone."""
        try:
            self._line.send_bytes(pickle.dumps(orders, pickle.HIGHEST_PROTOCOL))
        except OSError:
            return False
        return True

    def answer(self, seconds: float) -> Reading | Unread:
        """What became of the next mail."""
        try:
            if not self._line.poll(seconds):
                self.broken = True
                return Unread(f"reading took longer than {seconds:g} s")
            answer: Reading | Unread = pickle.loads(self._line.recv_bytes())  # noqa: S301 - our own child's
        except (EOFError, OSError):
            self.broken = True
            return Unread("reading it ended the process that reads")
        return answer

    def kill(self) -> None:
        """End it now."""
        with suppress(OSError):
            self._line.close()
        self._process.kill()
        self._process.wait()
