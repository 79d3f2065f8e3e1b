"""A mailbox that has thousands of mails in it when the daemon comes: all taken in, answered once.

    MANY_MAILS=20000 pytest -s tests/journeys/test_many_mails.py

prints the figures of a larger one.  The mails are laid into the Maildir as files before the daemon
starts: one in ten is a question, one in ten comes from a machine, one in ten came twice.
"""

from __future__ import annotations

import os
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from pipeline.clock import machine_seconds
from tests.bench import mails
from tests.journeys.conftest import OFFICE, Installation, Mailbox
from tests.servers.binaries import eventually
from tests.servers.dovecot import Dovecot
from tests.servers.postfix import Postfix
from tests.servers.smtp_sink import running_sink

COUNT = int(os.environ.get("MANY_MAILS", "1000"))
PATIENCE = 120 + COUNT / 20  # seconds, on a busy machine
MOST_MEGABYTES = 200
"""Resident, of each of its two processes, however many mails there are."""
FEW = 20
"""Tasks about letters that a cap holds back."""
GROWTH = 1.2
"""By how much the second half of the work may need more memory than the first."""
EVERY = 0.25
"""Seconds between two looks, which should not be what it is busy with."""
_PAGE = os.sysconf("SC_PAGE_SIZE")

pytestmark = [pytest.mark.server, pytest.mark.timeout(PATIENCE + 60)]


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "sink.log"


@pytest.fixture
def postfix(dovecot: Dovecot, log: Path) -> Iterator[Postfix]:
    """A server that takes everything as fast as it comes, in Postfix's place."""
    with running_sink(log) as port:
        yield Postfix(log.parent, port, port, dovecot.certificate.file)


def mail(number: int) -> bytes:
    """The mail of this number."""
    raw = mails.application(number, OFFICE)
    if number % 10 == 1:
        return _with_text(raw, "会場はどこですか。教えてください。")
    if number % 10 == 2:
        return b"Auto-Submitted: auto-replied\r\n" + raw
    if number % 10 == 3:
        return b"Received: from again.example.jp by mx.example.jp\r\n" + mail(number - 3)
    return raw


def _with_text(raw: bytes, text: str) -> bytes:
    head = raw.partition(b"\r\n\r\n")[0].replace(b"base64", b"8bit")
    return head + b"\r\n\r\n" + text.encode() + b"\r\n"


def test_thousands_of_mails_at_once_are_taken_in_and_answered_once(
    installation: Installation, dovecot: Dovecot, log: Path
) -> None:
    assert dovecot.fill(OFFICE, map(mail, range(COUNT))) == COUNT
    installation.environ["UKETSUKE_SMTP__SECURITY"] = "none"
    watch = Watch(installation)
    installation.start()

    eventually(watch.done, "all are taken in, decided and answered", PATIENCE)
    eventually(lambda: not Mailbox(dovecot, OFFICE).mails(), "the mailbox is empty", PATIENCE)
    assert installation.stop() == 0

    answered = {mails.address(n) for n in range(COUNT) if n % 10 not in {2, 3}}
    told = Counter(line.split()[1] for line in log.read_text("ascii").splitlines())
    held = {row[0] for row in watch.rows("SELECT recipient FROM outbox WHERE status = 'held'")}
    assert set(told.values()) == {1}
    assert told.keys() | held == answered
    assert not told.keys() & held, "what a cap holds back has not left"
    assert watch.rows("SELECT count(*) FROM application") == [(COUNT * 7 // 10,)]
    assert watch.rows("SELECT count(DISTINCT uid), count(*) FROM inbox") == [(COUNT, COUNT)]
    ((system,),) = watch.rows("SELECT count(*) FROM task WHERE kind = 'system'")
    assert isinstance(system, int)
    assert system < FEW, "the office is not drowned in what it can read in the outbox"
    watch.judge()


class Watch:
    """How far it has come, and the memory that its two processes had at each look."""

    def __init__(self, installation: Installation) -> None:
        self._installation = installation
        self._seen: list[tuple[float, int, float, float]] = []
        self._start = machine_seconds()

    def rows(self, query: str) -> list[tuple[object, ...]]:
        store = self._installation.folder / "var" / "uketsuke.sqlite3"
        with closing(sqlite3.connect(f"file:{store}?mode=ro", uri=True)) as connection:
            return connection.execute(query).fetchall()

    def done(self) -> bool:
        """Whether nothing waits any more; looked at, and noted."""
        daemon = self._installation.daemon
        if "mailbox open" not in self._installation.terminal() or daemon is None:
            return False
        assert daemon.poll() is None, self._installation.terminal()
        at = machine_seconds() - self._start
        if self._seen and at < self._seen[-1][0] + EVERY:
            return False
        ((handled, waiting),) = self.rows(
            "SELECT (SELECT count(*) FROM inbox WHERE status = 'processed'),"
            " (SELECT count(*) FROM outbox WHERE status NOT IN ('sent', 'held'))"
        )
        assert isinstance(handled, int)
        self._seen.append((at, handled, *memory(daemon.pid)))
        return handled == COUNT and waiting == 0

    def judge(self) -> None:
        """Memory is bounded, and does not grow with the work."""
        tenths = {seen[1] * 10 // COUNT: seen for seen in reversed(self._seen)}
        for at, handled, daemon, reader in map(tenths.__getitem__, sorted(tenths)):
            print(f"{at:7.1f} s  {handled:6} mails  {daemon:5.0f} MB + {reader:4.0f} MB")  # noqa: T201 - the figures
        for which in (2, 3):
            assert max(one[which] for one in self._seen) < MOST_MEGABYTES
            first, second = (
                [one[which] for one in self._seen if (one[1] > COUNT / 2) is half]
                for half in (False, True)
            )
            if COUNT >= 10_000:
                assert max(second) < max(first) * GROWTH


def memory(pid: int) -> tuple[float, float]:
    """Resident megabytes of the daemon, and of the process that reads for it."""
    children = Path(f"/proc/{pid}/task").glob("*/children")
    readers = [child for task in children for child in task.read_text().split()]
    return _resident(str(pid)), max(map(_resident, readers), default=0.0)


def _resident(pid: str) -> float:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * _PAGE / 1e6
    except (OSError, IndexError):
        return 0.0  # it has ended
