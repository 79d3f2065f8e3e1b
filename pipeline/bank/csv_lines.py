"""One row of a bank's CSV, as a line of a statement.

Law of this file: every amount of a row is read exactly once and never assumed: of two columns one
has the money and the other nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Final

from pipeline.bank import dates
from pipeline.bank.amounts import narrow, signed_yen, yen
from pipeline.bank.balance import Step
from pipeline.bank.cells import Row
from pipeline.bank.csv_profile import Profile
from pipeline.bank.csv_tables import METHODS, TAKEN_BACK, Amount
from pipeline.bank.refused import Refused, shown
from pipeline.domain.remittance import Flow, Remittance

_METHODS: Final = tuple((name, re.compile(pattern)) for name, pattern in METHODS.items())
_BACK: Final = re.compile(TAKEN_BACK)
_DIGITS: Final = re.compile(r"[0-9]{2}")
_OUTER: Final = " \u3000\t"


@dataclass(frozen=True, slots=True)
class Columns:
    """Where the columns of a file stand."""

    places: Mapping[str, int]
    width: int
    """How many cells a row has at least."""

    @classmethod
    def named(cls, names: tuple[str, ...], width: int) -> Columns:
        """From the headings in their order."""
        return cls({name: place for place, name in enumerate(names)}, width)

    def __getitem__(self, name: str) -> int:
        """The place of a column."""
        return self.places[name]

    def cell(self, row: Row, name: str | None) -> str:
        """A cell; "" where this version of the layout does not have the column."""
        place = self.places.get(name) if name is not None else None
        return row.cells[place] if place is not None else ""


@dataclass(frozen=True, slots=True)
class Line:
    """A line, and how it moves the balance."""

    remittance: Remittance
    step: Step


def line_of(profile: Profile, columns: Columns, row: Row, today: date | None) -> Line | None:
    """The line of a row; None where the row is none (欠番). Raises Refused."""
    status = columns.cell(row, profile.rows.status)
    if any(word in status for word in profile.rows.skipped):
        return None
    called_off = any(word in status for word in profile.rows.cancelled)
    try:
        return _line(profile, columns, row, today, called_off=called_off)
    except Refused as refused:
        raise refused.at(row.line) from None


def _line(
    profile: Profile, columns: Columns, row: Row, today: date | None, *, called_off: bool
) -> Line:
    booked, sent = _when(profile, columns, row, today)
    amount = _amount(profile.amount, columns, row)
    texts = profile.text
    payer, kind = columns.cell(row, texts.payer), columns.cell(row, texts.kind)
    flow = _flow(amount, (kind, payer), called_off=called_off)
    prefix = TAKEN_BACK if flow is Flow.CANCELLATION and _BACK.match(payer) else texts.prefix
    remittance = Remittance(
        flow=flow,
        booked_on=booked,
        value_date=_value_date(profile, columns, row, today) or booked,
        amount=abs(amount),
        payer=_without(prefix, payer),
        payer_code=columns.cell(row, texts.payer_code),
        edi=columns.cell(row, texts.edi),
        memo=" ".join(_said(columns.cell(row, name) for name in texts.memo)),
        bank_id=columns.cell(row, texts.bank_id),
        virtual_account=columns.cell(row, texts.virtual_account),
        sent_at=sent,
        method=_method(kind, payer),
        line=row.line,
    )
    left = _balance(profile, columns, row)
    return Line(remittance, Step(row.line, booked, _moves(amount, called_off=called_off), left))


def _flow(amount: int, said: tuple[str, str], *, called_off: bool) -> Flow:
    if called_off or (amount < 0 and any(map(_BACK.match, said))):
        return Flow.CANCELLATION
    return Flow.CREDIT if amount > 0 else Flow.DEBIT


def _moves(amount: int, *, called_off: bool) -> tuple[int, ...]:
    """How a line may move the balance; banks differ in what a line that is called off does."""
    return (0, amount, -amount) if called_off else (amount,)


# ---------------------------------------------------------------- days


def _when(
    profile: Profile, columns: Columns, row: Row, today: date | None
) -> tuple[date, datetime | None]:
    day = profile.day
    if isinstance(day.booked, str):
        booked, sent = dates.read_day(columns.cell(row, day.booked), day.forms, day.booked, today)
    else:
        year, month, number = (_figure(columns, row, name) for name in day.booked)
        booked, sent = dates.whole(year, month, number, day.booked[0]), None
        dates.not_ahead(booked, day.booked[0], today)
    if day.time is not None and any(columns.cell(row, name) for name in day.time):
        hour, minute, second = (_figure(columns, row, name) for name in day.time)
        sent = dates.at(booked, hour, minute, second, day.time[0])
    return booked, sent


def _figure(columns: Columns, row: Row, name: str) -> int:
    text = narrow(columns.cell(row, name))
    if not (text.isascii() and text.isdecimal() and len(text) <= len("2026")):
        raise Refused(f"{name} {shown(text)} is no number")
    return int(text)


def _value_date(profile: Profile, columns: Columns, row: Row, today: date | None) -> date | None:
    name = profile.day.value
    text = columns.cell(row, name).strip("()（）")
    if name is None or not text:
        return None
    return dates.read_day(text, profile.day.forms, name, today)[0]


# ---------------------------------------------------------------- money


def _amount(form: Amount, columns: Columns, row: Row) -> int:
    """Yen, below zero for what went out. Raises Refused."""
    if form.signed is not None:
        amount = signed_yen(columns.cell(row, form.signed), form.signed)
    elif form.column is not None:
        amount = yen(columns.cell(row, form.column), form.column)
        amount *= _direction(form, columns, row)
    else:
        amount = _of_two(form, columns, row)
    if not amount:
        raise Refused("the amount is zero")
    return amount


def _direction(form: Amount, columns: Columns, row: Row) -> int:
    said = narrow(columns.cell(row, form.direction))
    if said in form.direction_in:
        return 1
    if said in form.direction_out:
        return -1
    raise Refused(f"{form.direction} {shown(said)} is not known")


def _of_two(form: Amount, columns: Columns, row: Row) -> int:
    came, went = columns.cell(row, form.incoming), columns.cell(row, form.outgoing)
    amount_in = yen(came, str(form.incoming)) if came else 0
    amount_out = yen(went, str(form.outgoing)) if went else 0
    if amount_in and amount_out:
        raise Refused(f"both {form.incoming} and {form.outgoing} have an amount")
    if not came and not went:
        raise Refused(f"neither {form.incoming} nor {form.outgoing} has an amount")
    return amount_in or -amount_out


def _balance(profile: Profile, columns: Columns, row: Row) -> int | None:
    if profile.balance is None:
        return None
    text = columns.cell(row, profile.balance.column)
    return signed_yen(text, profile.balance.column) if text else None


# ---------------------------------------------------------------- texts


def _said(cells: Iterable[str]) -> Iterator[str]:
    """Cells in which something stands; a dash is how some banks write an empty one."""
    return (cell for cell in cells if cell not in {"", "-"})


@lru_cache(maxsize=64)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


def _without(prefix: str, text: str) -> str:
    """The payer without what the bank puts in front of the name."""
    found = _compiled(prefix).match(text)
    return (text[found.end() :] if found else text).strip(_OUTER)


def _method(kind: str, payer: str) -> str:
    """取引区分: as 全銀協 numbers it, or the layout's own word; "" where nothing tells it."""
    if _DIGITS.fullmatch(kind):
        return kind
    for said in filter(None, (kind, payer)):
        for name, pattern in _METHODS:
            if pattern.search(said):
                return name
    return kind
