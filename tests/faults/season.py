"""A small season: who writes what and when, and what the bank tells.

Law of this file: it is the applicants' side.  What somebody writes depends on the seed and on the
letters that they were sent, and on nothing else; so two seasons of one seed are the same, whatever
happened inside the office.

Everybody has a part, by number in a set of fourteen:

    0, 1, 4, 5, 7   apply for one        3   applies for two       2   applies, and changes nothing
    6               withdraws and confirms       8   lacks an answer and gives it
    9               lacks an answer for ever     10  applies later
    11, 12          apply last and wait in line  13  has an address that nobody knows
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from pipeline.rehearsal import pen
from pipeline.rehearsal.cast import Applicant, applicant
from pipeline.rehearsal.evidence import Letter
from pipeline.rehearsal.pen import Draft
from pipeline.rehearsal.statements import Period, Transfer, bank_kana, zengin_03
from tests.faults.sink import REFUSED

TOKYO = ZoneInfo("Asia/Tokyo")
OFFICE = "shien@wonder-craft.co.jp"
"""As the shipped rules say; the servers on loopback take every domain for theirs."""
SET = 14
SEATS = 12
"""Seats there are for each set; those that apply on the first day take as many, less one."""
FEE = 1000


class World(Protocol):
    """What applicants and the bank can do."""

    def post(self, raw: bytes, sender: str) -> None:
        """Put a mail into the office's mailbox."""

    def call(self, raw: bytes, sender: str) -> None:
        """Hand a mail to the office's own mail server, again and again until it is taken."""

    def letters(self, address: str) -> Sequence[Letter]:
        """What somebody was sent, in order."""

    def deposit(self, name: str, content: bytes) -> None:
        """Put a file of the bank where the office looks."""

    def rest(self) -> None:
        """Let the office be stopped in order, and started again."""


@dataclass(frozen=True, slots=True)
class Phase:
    """A moment of the season, and what happens then."""

    at: datetime
    acts: Callable[[World], None]


@dataclass
class Season:
    """One season of one seed."""

    seed: int
    sets: int = 1
    paid_at: dict[str, int] = field(default_factory=dict)
    """Number of the file in which the whole fee of an address stood."""
    posted: list[tuple[str, str, bool]] = field(default_factory=list)
    """Message-ID, sender and whether it is a first application, of every mail."""
    _balance: int = 0
    _transfers: int = 0

    def __post_init__(self) -> None:
        self.people = [self._person(number) for number in range(self.sets * SET)]

    def _person(self, number: int) -> Applicant:
        part = number % SET
        return applicant(
            number + 1,
            self.seed,
            people=2 if part == 3 else 1,
            local=f"{REFUSED}." if part == 13 else "",
        )

    @property
    def capacity(self) -> int:
        """Seats of the event."""
        return SEATS * self.sets

    def phases(self) -> list[Phase]:
        """All of it, in order."""

        def at(month: int, day: int, hour: int = 11) -> datetime:
            return datetime(2026, month, day, hour, tzinfo=TOKYO)

        return [
            Phase(at(2, 2), self._first_day),
            Phase(at(2, 3), self._second_day),
            Phase(at(2, 4), self._third_day),
            Phase(at(2, 12), _nothing),  # a first reminder; who never completed lapses
            Phase(at(2, 13), self._first_file),
            Phase(at(2, 24), _nothing),  # access opens
            Phase(at(3, 5), self._second_file),
            Phase(at(3, 6), self._asks_for_the_password),
            Phase(at(3, 12), _nothing),  # the last day
            Phase(at(3, 16), self._last_file),
            Phase(at(3, 19), _nothing),
            Phase(at(4, 23), _nothing),
        ]

    # ------------------------------------------------------------ who writes

    def _of(self, *parts: int) -> Iterator[Applicant]:
        return (who for n, who in enumerate(self.people) if n % SET in parts)

    def _first_day(self, world: World) -> None:
        at = datetime(2026, 2, 2, 11, tzinfo=TOKYO)
        for who in self._of(0, 1, 2, 3, 4, 5, 6, 7, 13):
            raw = self._mail(who, pen.application(who), at, first=True)
            if who in (self.people[2], self.people[5]):
                world.call(raw, who.address)
            else:
                world.post(raw, who.address)
        for who in self._of(8, 9):
            lacking = pen.application(who, [(0, "phone"), (0, "name_kana")])
            world.post(self._mail(who, lacking, at, first=True), who.address)
        again = self._mail(self.people[0], pen.application(self.people[0]), at)
        trace = b"Received: from relay.test by mx.test; Mon, 2 Feb 2026 11:00:05 +0900\r\n"
        world.post(trace + again, self.people[0].address)
        stranger = applicant(900, self.seed)
        asks = Draft("駐車場について", "会場に駐車場はありますか。教えてください。\n")
        world.post(self._mail(stranger, asks, at), stranger.address)

    def _second_day(self, world: World) -> None:
        at = datetime(2026, 2, 3, 11, tzinfo=TOKYO)
        for who in self._of(8):
            for letter in _newest(world, who, "correction_needed"):
                world.post(self._mail(who, pen.filled_in(letter, who), at), who.address)
        for who in self._of(10, 11, 12):
            world.post(self._mail(who, pen.application(who), at, first=True), who.address)
        for who in self._of(6):
            for letter in _newest(world, who, "received"):
                draft = pen.reply(letter, "都合により、参加をキャンセルします。")
                world.post(self._mail(who, draft, at), who.address)

    def _third_day(self, world: World) -> None:
        at = datetime(2026, 2, 4, 11, tzinfo=TOKYO)
        for who in self._of(6):
            for letter in _newest(world, who, "withdrawal_confirm"):
                draft = pen.reply(letter, pen.asked_words(letter))
                world.post(self._mail(who, draft, at), who.address)
        for who in self._of(1):
            for letter in _newest(world, who, "received"):
                machine = (("Auto-Submitted", "auto-replied"),)
                away = Draft(f"自動応答: {letter.subject}", "不在です。\n", letter, machine)
                world.post(self._mail(who, away, at), who.address)

    def _asks_for_the_password(self, world: World) -> None:
        at = datetime(2026, 3, 6, 11, tzinfo=TOKYO)
        for who in self._of(1):
            asks = Draft("ログインについて", "特設ページのパスワードを教えてください。\n")
            world.post(self._mail(who, asks, at), who.address)

    def _mail(self, who: Applicant, draft: Draft, at: datetime, *, first: bool = False) -> bytes:
        raw = pen.mail(who, draft, to=OFFICE, at=at)
        line = next(x for x in raw.split(b"\r\n") if x.startswith(b"Message-ID:"))
        self.posted.append((line.decode().partition(" ")[2], who.address.lower(), first))
        return raw

    # ------------------------------------------------------------ who pays

    def _first_file(self, world: World) -> None:
        days = date(2026, 2, 2), date(2026, 2, 12)
        self._file(world, 1, days, [(who, date(2026, 2, 6)) for who in self._of(0, 1, 3, 11)])
        world.deposit("broken.txt", b"1010\r\nthis is no file of any bank\r\n")

    def _second_file(self, world: World) -> None:
        world.rest()
        days = date(2026, 2, 13), date(2026, 3, 4)
        self._file(world, 2, days, [(who, date(2026, 3, 3)) for who in self._of(2, 8)])

    def _last_file(self, world: World) -> None:
        days = date(2026, 3, 5), date(2026, 3, 13)
        in_time = [(who, date(2026, 3, 12)) for who in self._of(7)]
        late = [(who, date(2026, 3, 13)) for who in self._of(4)]
        self._file(world, 3, days, [*in_time, *late])

    def _file(
        self,
        world: World,
        number: int,
        days: tuple[date, date],
        payments: Sequence[tuple[Applicant, date]],
    ) -> None:
        transfers = []
        for who, day in payments:
            asked = [one for one in world.letters(who.address) if one.kind in _ASKS_FOR_MONEY]
            if not asked:
                continue  # nobody pays who was not asked to
            self._transfers += 1
            self.paid_at[who.address.lower()] = number
            for person in who.people:
                self.paid_at.setdefault(person.email.lower(), number)
            payer = f"{asked[-1].reference} {bank_kana(who.people[0].name_kana)}"
            amount = FEE * len(who.people)
            transfers.append(Transfer(self._transfers, day, day, amount, payer))
        period = Period(*days, days[1] + timedelta(days=1), self._balance)
        self._balance += sum(one.amount for one in transfers)
        world.deposit(f"bank-{number}.txt", zengin_03(transfers, period))


_ASKS_FOR_MONEY = frozenset({"received", "seat_offered", "payment_reminder"})


def _nothing(world: World) -> None:
    """Only time passes."""


def _newest(world: World, who: Applicant, kind: str) -> list[Letter]:
    """The newest letter of a kind that somebody has; none where it never came."""
    return [one for one in world.letters(who.address) if one.kind == kind][-1:]
