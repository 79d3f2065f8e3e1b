"""The bank of a rehearsal: it books transfers, and writes the files that the office imports.

Law of this file: what a file tells is what was booked within its days, whatever the office has
known before.  When the office learns of a transfer is noted for the checker.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from pipeline.rehearsal.acts import Import, Pay
from pipeline.rehearsal.season import Covered, Money
from pipeline.rehearsal.statements import LAYOUTS, Period, Transfer, bank_kana

_BALANCE = 250_000
"""Yen on the account before the season."""


@dataclass
class _Booked:
    """A transfer, and whose money it is."""

    transfer: Transfer
    reference: str
    numbered: bool
    missed: bool
    known: bool = False


@dataclass
class Teller:
    """All transfers to the office, and what the office knows of them."""

    money: list[Money] = field(default_factory=list)
    covered: list[Covered] = field(default_factory=list)
    _booked: list[_Booked] = field(default_factory=list)

    def book(self, pay: Pay, reference: str) -> None:
        """Somebody has made a transfer for this application."""
        # Whoever applied for several people one by one pays in the name of each.
        person = pay.who.people[min(pay.nth, len(pay.who.people) - 1)]
        name = bank_kana(person.name_kana)
        transfer = Transfer(
            number=len(self._booked) + 1,
            booked_on=pay.booked_on,
            value_date=pay.value_date,
            amount=pay.amount,
            payer=f"{reference} {name}" if pay.numbered else name,
        )
        self._booked.append(_Booked(transfer, reference, pay.numbered, pay.missed))

    def take_back(self, reference: str, at: datetime) -> None:
        """The last transfer for this application is undone on that day."""
        of_it = [one for one in self._booked if one.reference == reference]
        if of_it:
            day = at.date()
            last = of_it[-1].transfer
            undone = replace(last, booked_on=day, value_date=day, taken_back=True)
            self._booked.append(_Booked(undone, reference, numbered=True, missed=False))

    def write(self, asked: Import) -> bytes:
        """The file of these days, as the bank makes it at that time."""
        told = [
            one for one in self._told(asked) if asked.first <= one.transfer.booked_on <= asked.last
        ]
        before = sum(
            one.transfer.amount for one in self._told(asked) if one.transfer.booked_on < asked.first
        )
        writer, _ = LAYOUTS[asked.layout]
        period = Period(asked.first, asked.last, asked.at.date(), _BALANCE + before)
        for one in told:
            if one.numbered and not one.known:
                self._learned(one, asked.at)
        if asked.layout != "csv":
            # A list of lines tells of no period, and a day is over before it is covered.
            over = min(asked.last, asked.at.date() - timedelta(days=1))
            self.covered.append(Covered(over, asked.at))
        return writer([one.transfer for one in told], period)

    def assign(self, reference: str, at: datetime) -> Transfer | None:
        """An operator says that a transfer without a number was meant for this application."""
        for one in self._booked:
            if one.reference == reference and not one.numbered and not one.known:
                self._learned(one, at)
                return one.transfer
        return None

    def _told(self, asked: Import) -> list[_Booked]:
        return [one for one in self._booked if asked.corrected or not one.missed]

    def _learned(self, one: _Booked, at: datetime) -> None:
        one.known = True
        made = one.transfer
        self.money.append(Money(one.reference, made.signed, made.value_date, at))
