"""Transfers and what the bank took back of them, spread over files in whatever order.

The oracle is the bank's own book: each transfer that was not taken back is credited once.  It does
not matter which files showed it, how they overlap, or in which order they were taken in.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, example, given, note, settings
from hypothesis import strategies as st

from pipeline.domain.application import State
from pipeline.domain.remittance import Flow
from pipeline.store import allocations, applications, remittances
from pipeline.store.database import Database
from pipeline.store.remittances import Status
from pipeline.workers.office import Office
from pipeline.workers.statements import import_statement
from tests.bank.shipped import PROFILES
from tests.bank.values import Line
from tests.servers.postgres import Postgres
from tests.workers import money as m
from tests.workers.conftest import TOKYO, Desk

LAST = 3
DAYS = [date(2026, 2, 23) + timedelta(days=n) for n in range(LAST + 1)]
Anew = Callable[[], AbstractContextManager[Office]]
QUICK = settings(
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)
"""A book that fails is small as it is; making it smaller takes minutes."""
SAYS = {"01": m.notice, "03": m.account}


@dataclass(frozen=True)
class Book:
    """What the bank knows, and the files in which it tells of it."""

    lines: tuple[Line, ...]
    files: tuple[tuple[str, int, int], ...]
    """Layout, first and last day; some file tells of each day."""

    def owed(self, payer: str) -> int:
        """Yen of this payer that were transferred and not taken back."""
        return sum(line.moves for line in self.lines if line.payer.startswith(payer))

    def file(self, layout: str, first: int, last: int) -> bytes:
        told = [line for line in self.lines if DAYS[first] <= line.day <= DAYS[last]]
        return SAYS[layout](told, DAYS[first], DAYS[last])


PAID = Line(DAYS[0], 100, "A")
TAKEN_BACK = replace(PAID, day=DAYS[2], cancels=True)


@st.composite
def books(draw: st.DrawFn, payers: tuple[str, ...] = ("A", "B")) -> Book:
    """What stands is never more than the fee of 1,000 yen: what is over waits for a person."""
    lines: list[Line] = []
    for payer in payers:
        whole = draw(st.booleans())
        for nth in range(draw(st.integers(0, 2 if whole else 4))):
            day = draw(st.integers(0, LAST))
            credit = Line(
                DAYS[day], 1000 if whole else draw(st.sampled_from([100, 100, 250])), payer
            )
            lines.append(credit)
            if draw(st.booleans()) or (whole and nth):
                later = draw(st.integers(day, LAST))
                lines.append(replace(credit, day=DAYS[later], cancels=True))
    lines.sort(key=lambda line: line.day)
    layout = st.sampled_from(sorted(SAYS))
    span = st.lists(st.integers(0, LAST), min_size=2, max_size=2).map(sorted)
    files = [(draw(layout), first, last) for first, last in draw(st.lists(span, max_size=4))]
    cut = draw(st.integers(0, LAST))
    files += [(draw(layout), 0, cut), (draw(layout), min(cut + 1, LAST), LAST)]
    return Book(tuple(lines), tuple(draw(st.permutations(files))))


@pytest.fixture
def season(desk: Desk, application_mail: Callable[..., bytes]) -> tuple[Desk, list[str]]:
    """Two applications that wait for money, and a day after all that the files tell."""
    for number, name in enumerate(("見本 花子", "見本 月子"), 1):
        desk.receive(application_mail(name, f"p{number}@example.jp", number=number))
    desk.work()
    desk.clock.set(datetime(2026, 3, 3, 9, tzinfo=TOKYO))
    return desk, [one.reference for one in desk.applications()]


@pytest.fixture
def on_sqlite(season: tuple[Desk, list[str]], tmp_path: Path) -> Anew:
    desk, _ = season
    template = desk.office.database.url.database
    assert template is not None
    desk.office.database.close()  # its log is in the file now

    @contextmanager
    def anew() -> Iterator[Office]:
        shutil.copy(template, tmp_path / "run.sqlite")
        with closing(Database(f"sqlite:///{tmp_path / 'run.sqlite'}")) as database:
            yield replace(desk.office, database=database)

    return anew


@pytest.fixture
def on_postgresql(season: tuple[Desk, list[str]], postgres: Postgres) -> Anew:
    desk, _ = season
    template = desk.office.database.url.database
    desk.office.database.close()  # a template must have no connections
    numbers = iter(range(1000))

    @contextmanager
    def anew() -> Iterator[Office]:
        name = f"{template}_run_{next(numbers)}"
        postgres.run(f"CREATE DATABASE {name} TEMPLATE {template}")
        with closing(Database(postgres.url(name))) as database:
            yield replace(desk.office, database=database)
        postgres.run(f"DROP DATABASE {name}")

    return anew


def taken_in(office: Office, book: Book, files: tuple[tuple[str, int, int], ...]) -> Any:
    """How things stand when these files were taken in, in this order."""
    for number, one in enumerate(files):
        import_statement(
            office, book.file(*one), name=f"{number}.txt", who="test", profiles=PROFILES
        )
    with office.database.read() as connection:
        kept = remittances.listing(connection)
        people = [
            (one.reference, one.state, one.credited)
            for one in applications.every(connection, next(iter(office.events)))
        ]
        shares = allocations.shares_of_many(connection, [one.id for one in kept])
    for reference, _, credited in people:
        assert credited == sum(share.get(reference, 0) for share in shares.values())
    rows = sorted((one.line.flow, one.line.booked_on, one.line.amount) for one in kept)
    fates = sorted((one.line.flow, one.line.amount, one.status) for one in kept)
    return people, rows, fates


def holds(anew: Anew, references: list[str], book: Book) -> None:
    named = dict(zip("AB", references, strict=True))
    book = replace(
        book, lines=tuple(replace(x, payer=f"{named[x.payer]} {m.KANA}") for x in book.lines)
    )
    note(repr(book))
    with anew() as office:
        people, rows, fates = taken_in(office, book, book.files)
    with anew() as office:
        other_way = taken_in(office, book, book.files[::-1])

    owed = {reference: book.owed(reference) for reference in references}
    assert {reference: credited for reference, _, credited in people} == owed
    for reference, state, _ in people:
        full = owed[reference] == 1000
        assert state is (State.ADMITTED if full else State.AWAITING_PAYMENT)
    told = [(Flow.CANCELLATION if x.cancels else Flow.CREDIT, x.day, x.amount) for x in book.lines]
    assert rows == sorted(told)
    gone = [fate for fate in fates if fate[0] is Flow.CREDIT and fate[2] is Status.REVERSED]
    assert len(gone) == sum(line.cancels for line in book.lines)
    assert other_way == (people, rows, fates)


@settings(QUICK, max_examples=25)
@given(book=books())
@example(book=Book((PAID, PAID, TAKEN_BACK, TAKEN_BACK), (("01", 0, 1), ("03", 2, 3))))
def test_what_was_not_taken_back_is_credited_once_whatever_the_files(
    season: tuple[Desk, list[str]], on_sqlite: Anew, book: Book
) -> None:
    holds(on_sqlite, season[1], book)


@pytest.mark.server
@pytest.mark.parametrize("desk", ["postgresql"], indirect=True)
@settings(QUICK, max_examples=5)
@given(book=books())
def test_the_same_on_postgresql(
    season: tuple[Desk, list[str]], on_postgresql: Anew, book: Book
) -> None:
    holds(on_postgresql, season[1], book)
