"""A database that goes away at every moment: no half state, and nothing is done twice.

One applicant goes the whole way (taken in, answered, paid, admitted) while the wire to PostgreSQL
is cut at one message of the way, for every message there is: before the server hears it, and after
it has done it but before we hear so.  The second, at COMMIT, is the moment in which nobody can
know.  What went out is the oracle.
"""

from __future__ import annotations

import email
import smtplib
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta

import pytest

from pipeline import log
from pipeline.store import inbox_console, outbox_console
from pipeline.store.database import Database, Unavailable
from pipeline.transport.listener import Listener, Received
from pipeline.workers import reconcile
from pipeline.workers.office import Office
from pipeline.workers.process import process_next
from pipeline.workers.receive import Doorstep
from pipeline.workers.remind import remind_next
from pipeline.workers.send import Sender
from tests.servers.lossy_proxy import LossyProxy
from tests.servers.postgres import Postgres, running_postgres
from tests.workers.conftest import SECRETS, TOKYO, Desk, ScriptedCourier

Write = Callable[..., bytes]
RELEASE = datetime(2026, 2, 25, 12, tzinfo=TOKYO)
EVERY = 25
"""Every so many messages the wire is cut once; COMMIT has cuts of its own, all of them."""


@pytest.fixture(scope="module")
def postgres() -> Iterator[Postgres]:
    with running_postgres() as cluster:
        yield cluster


@dataclass
class Way:
    """An office on PostgreSQL, by a wire that can be cut."""

    office: Office
    proxy: LossyProxy
    write: Write
    courier: ScriptedCourier = field(default_factory=ScriptedCourier)
    count: int = 0

    def __post_init__(self) -> None:
        self.sender = Sender(self.office, self.courier)
        self.doorstep = Doorstep(self.office)

    def apply(self) -> bytes:
        """One more applicant's mail."""
        self.count += 1
        return self.write(address=f"p{self.count}@example.jp", number=self.count)

    def stubbornly(self, *steps: Callable[[], bool]) -> None:
        """As loops do it: again after a failure, until nothing is left to do."""
        failures = 0
        while failures < 10:
            try:
                while sum(step() for step in steps):  # each of them, every time
                    pass
            except Unavailable:
                failures += 1
            else:
                return
        raise AssertionError("it does not recover")

    def hand_over(self, raw: bytes) -> None:
        """As a mail server does it: again until we say that we have it."""
        own = next(iter(self.office.events.values())).own.address
        mail = Received(raw, "p@example.jp", (own,), datetime(2026, 2, 25, tzinfo=UTC))
        for _ in range(10):
            try:
                self.doorstep.keep([mail])
            except Unavailable:
                continue
            return
        raise AssertionError("it does not recover")

    def go(self, *, at: int, heard: bool) -> tuple[int, list[int]]:
        """The whole way of one applicant; how many messages it took, and which were commits."""
        self.proxy.cut(at=at, heard=heard)
        raw = self.apply()
        self.hand_over(raw)
        self.work()
        first, commits = self.proxy.messages, self.proxy.commits
        letter = self.letters()[0]
        # The office's own act is not the question here, so it is done without a cut.
        planned = at - first if at > first else 0
        self.proxy.cut(at=0, heard=heard)
        reconcile.record_payment(
            self.office,
            _reference_in(letter),
            amount=1000,
            value_date=date(2026, 2, 25),
            who="test",
            why="bank",
        )
        self.proxy.cut(at=planned, heard=heard)
        self.work()
        length = first + self.proxy.messages
        commits = commits + [first + number for number in self.proxy.commits]
        self.proxy.cut(at=0, heard=heard)
        return length, commits

    def work(self) -> None:
        office = self.office
        self.stubbornly(
            lambda: process_next(office), lambda: remind_next(office), self.sender.send_next
        )
        office.clock.advance(timedelta(minutes=2))  # type: ignore[attr-defined]  # the test's own
        self.stubbornly(self.sender.send_next)

    def letters(self) -> list[bytes]:
        """What the present applicant was sent."""
        to = f"p{self.count}@example.jp"
        return [parcel.raw for parcel in self.courier.sent if parcel.recipient == to]

    def was_served_once(self) -> None:
        """Instructions, then access; each once, and nothing left in anybody's hand."""
        sent = self.letters()
        secret = [SECRETS["password"] in _text(raw) for raw in sent]
        with self.office.database.read() as connection:
            mails = Counter(row.status for row in inbox_console.listing(connection, limit=10_000))
            letters = Counter(row.status for row in outbox_console.listing(connection))
        assert secret == [False, True]
        assert set(mails) == {"processed"}
        assert set(letters) == {"sent"}


def _text(raw: bytes) -> str:
    parts = email.message_from_bytes(raw).walk()
    loads = (part.get_payload(decode=True) for part in parts)
    return b"".join(load for load in loads if isinstance(load, bytes)).decode("utf-8", "replace")


def _reference_in(raw: bytes) -> str:
    found = _text(raw).partition("受付番号")[2]
    return "".join(letter for letter in found[:20] if letter.isdigit())[:6]


@pytest.fixture
def way(postgres: Postgres, desk: Desk, application_mail: Write) -> Iterator[Way]:
    direct = postgres.url(postgres.new_database())
    Database(direct).migrate()
    served = desk.office.events[desk.slug]
    event = served.rules.event.model_copy(update={"capacity": 500})
    events = {desk.slug: replace(served, rules=served.rules.model_copy(update={"event": event}))}
    desk.clock.set(RELEASE)
    with LossyProxy(postgres.port) as proxy:
        database = Database(proxy.url(direct))
        office = Office(database, desk.clock, events, random=desk.office.random)
        yield Way(office, proxy, application_mail)
        proxy.cut(at=0, heard=False)
        database.close()


@pytest.mark.server
@pytest.mark.timeout(300)
@pytest.mark.parametrize("heard", [False, True], ids=["unheard", "done and not confirmed"])
def test_a_wire_cut_at_any_message_loses_nothing_and_repeats_nothing(
    way: Way, *, heard: bool
) -> None:
    way.go(at=0, heard=heard)  # the first connection has more to say
    length, commits = way.go(at=0, heard=heard)
    way.was_served_once()
    moments = sorted({*range(1, length + 1, EVERY), *commits})
    for at in moments:
        way.go(at=at, heard=heard)
        way.was_served_once()

    assert len(commits) >= 6
    assert way.proxy.cuts >= len(moments) - 2


@pytest.mark.server
@pytest.mark.timeout(120)
def test_a_server_that_restarts_in_the_middle_costs_one_failure_each(
    way: Way, postgres: Postgres
) -> None:
    raw = way.apply()
    way.hand_over(raw)
    postgres.restart()
    failures = 0
    while True:
        try:
            if not process_next(way.office):
                break
        except Unavailable:
            failures += 1
    assert failures == 1
    claimed = way.sender._claimed(way.office.clock.now())
    way.sender._unsettled = []
    assert len(claimed) == 1
    postgres.restart()

    way.work()

    assert len(way.courier.sent) <= 1


@pytest.mark.server
def test_while_the_server_is_gone_the_listener_says_451_and_afterwards_250(way: Way) -> None:
    own = next(iter(way.office.events.values())).own.address
    listener = Listener("127.0.0.1", 0, keep=way.doorstep.keep, accept=lambda _: True)
    listener.start()
    raw = way.apply()
    try:
        with log.captured(way.office.clock.now) as lines:
            way.proxy.down()
            for _ in range(20):
                with pytest.raises(smtplib.SMTPDataError) as refused:
                    _hand_over(listener.port, raw, own)
                assert refused.value.smtp_code == 451
            way.proxy.up()
            _hand_over(listener.port, raw, own)
    finally:
        listener.stop()

    alarms = [line for line in lines if "could not keep" in str(line)]
    assert len(alarms) == 1
    way.work()
    assert len(way.letters()) == 1


def test_while_another_process_holds_the_file_the_listener_says_451_and_afterwards_250(
    desk: Desk, application_mail: Write
) -> None:
    own = desk.office.events[desk.slug].own.address
    path = desk.office.database.url.database
    assert path is not None
    with desk.office.database.write() as connection:
        connection.exec_driver_sql("PRAGMA busy_timeout = 10")
    listener = Listener("127.0.0.1", 0, keep=Doorstep(desk.office).keep, accept=lambda _: True)
    listener.start()
    other = sqlite3.connect(path, isolation_level=None)
    try:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(smtplib.SMTPDataError) as refused:
            _hand_over(listener.port, application_mail(), own)
        other.execute("ROLLBACK")
        _hand_over(listener.port, application_mail(), own)
    finally:
        other.close()
        listener.stop()

    assert refused.value.smtp_code == 451
    desk.work()
    assert len(desk.courier.sent) == 1


def _hand_over(port: int, raw: bytes, recipient: str) -> None:
    with smtplib.SMTP("127.0.0.1", port, "localhost") as smtp:
        smtp.sendmail("p@example.jp", [recipient], raw)
