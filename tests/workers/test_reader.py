"""Mails are read in a process that can be killed, and only the guilty one is lost to it."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace

import pytest

from pipeline.domain.rules import Rules
from pipeline.mail.own import Own
from pipeline.mail.reading import Reading
from pipeline.store import inbox_console
from pipeline.workers.process import BATCH
from pipeline.workers.reader import Order, ReaderApart, ReaderHere, Unread
from pipeline.workers.send import Sender
from tests.workers.conftest import Desk
from tests.workers.stubborn import Stubborn

MEMORY = 512 * 1024 * 1024
Start = Callable[..., ReaderApart]


@pytest.fixture
def served(small_rules: Rules, desk: Desk) -> dict[str, tuple[Rules, Own]]:
    """An event whose office is harmed by certain addresses."""
    own = desk.office.events[small_rules.slug].own
    return {small_rules.slug: (small_rules, replace(own, addresses=Stubborn(own.addresses)))}


@pytest.fixture
def start(served: dict[str, tuple[Rules, Own]]) -> Iterator[Start]:
    readers: list[ReaderApart] = []

    def begin(seconds: float = 10.0) -> ReaderApart:
        readers.append(ReaderApart(served, seconds=seconds, memory=MEMORY))
        return readers[-1]

    yield begin
    for reader in readers:
        reader.close()


def mail_from(name: str, slug: str, padding: int = 0) -> Order:
    body = f"質問です。{name}\r\n" + "あ" * padding
    raw = f"From: {name}@example.jp\r\nSubject: {name}\r\n\r\n{body}\r\n".encode()
    return Order(zlib.crc32(raw), slug, raw)


def subjects(answers: list[Reading | Unread]) -> list[str]:
    return [a.subject if isinstance(a, Reading) else "unread" for a in answers]


def test_what_is_read_apart_is_what_would_be_read_here(
    start: Start, served: dict[str, tuple[Rules, Own]], small_rules: Rules
) -> None:
    orders = [mail_from(name, small_rules.slug) for name in ("ichi", "ni", "san")]

    here = [
        replace(answer, text="", sources=())
        for answer in ReaderHere(served).read(orders)
        if isinstance(answer, Reading)
    ]

    assert list(start().read(orders)) == here
    assert len(here) == 3


@pytest.mark.parametrize("harm", ["slow", "deadly", "hungry"])
def test_a_mail_that_harms_its_reader_is_unread_and_those_around_it_are_read(
    start: Start, small_rules: Rules, harm: str
) -> None:
    names = ["ichi", harm, "ni", harm, "san"]

    reader = start(seconds=2.0)
    answers = list(reader.read([mail_from(name, small_rules.slug) for name in names]))

    assert subjects(answers) == ["ichi", "unread", "ni", "unread", "san"]
    assert subjects(list(reader.read([mail_from("yon", small_rules.slug)]))) == ["yon"]


def test_a_reader_that_was_ended_between_two_batches_is_replaced(
    start: Start, small_rules: Rules
) -> None:
    reader = start()
    list(reader.read([mail_from("ichi", small_rules.slug)]))
    reader.start()._process.kill()
    reader.start()._process.wait()

    answers = list(reader.read([mail_from("ni", small_rules.slug)]))

    assert subjects(answers) == ["ni"]


def test_more_mail_than_a_pipe_holds_comes_through_in_its_order(
    start: Start, small_rules: Rules
) -> None:
    orders = [mail_from(f"nr{n}", small_rules.slug, padding=100_000) for n in range(40)]

    answers = list(start().read(orders))

    assert subjects(answers) == [f"nr{n}" for n in range(40)]


def test_whoever_stops_listening_gets_no_answers_of_before(
    start: Start, small_rules: Rules
) -> None:
    reader = start()
    answers = reader.read([mail_from(name, small_rules.slug) for name in ("ichi", "ni", "san")])
    next(iter(answers))
    del answers

    assert subjects(list(reader.read([mail_from("yon", small_rules.slug)]))) == ["yon"]


def test_what_was_read_ahead_is_not_read_again_and_what_was_not_is_read(
    start: Start, small_rules: Rules
) -> None:
    reader = start(seconds=2.0)
    ahead = [mail_from(name, small_rules.slug) for name in ("ichi", "slow", "ni")]

    reader.ahead(ahead)
    answers = list(reader.read([ahead[2], mail_from("san", small_rules.slug), ahead[1]]))

    assert subjects(answers) == ["ni", "san", "unread"]


@dataclass
class Watched:
    """A reader that notes at each trial of the deadly mail how many others are decided."""

    reader: ReaderApart
    decided: Callable[[], int]
    tries: list[int] = field(default_factory=list)

    def read(self, orders: Sequence[Order]) -> Iterator[Reading | Unread]:
        self.tries += [self.decided() for order in orders if b"deadly" in order.raw]
        yield from self.reader.read(orders)

    def ahead(self, orders: Sequence[Order]) -> None:
        self.tries += [self.decided() for order in orders if b"deadly" in order.raw]
        self.reader.ahead(orders)

    def close(self) -> None: ...


def test_those_behind_a_mail_that_kills_its_reader_twice_are_decided_before_its_third_trial(
    desk: Desk, start: Start, application_mail: Callable[..., bytes]
) -> None:
    def decided() -> int:
        with desk.office.database.read() as connection:
            return len(inbox_console.listing(connection, status="processed", limit=1000))

    watched = Watched(start(), decided)
    desk.office = replace(desk.office, read_by=watched)
    desk.sender = Sender(desk.office, desk.courier)
    desk.receive(application_mail(address="deadly@example.jp"))
    behind = 2 * BATCH
    for n in range(behind):
        desk.receive(application_mail(address=f"a{n}@example.jp", number=n))

    desk.work()

    assert watched.tries == [0, 0, behind]
    with desk.office.database.read() as connection:
        (shunted,) = inbox_console.listing(connection, status="shunted")
    assert shunted.attempts == 3
