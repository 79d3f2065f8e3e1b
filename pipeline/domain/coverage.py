"""Which days the bank's word covers, and where it has gaps.

Law of this file: a day is covered when nothing more can be booked on it that we do not know.  It
must have been over when the file was made, and when the file was imported; a file that states no
period proves only the days before its last line; and days count from the season's beginning
without a gap.  Where one file's balance does not follow from the one before, something lies
between them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from pipeline.domain import calendar

_DAY = timedelta(days=1)
_ON_BUSINESS_DAYS = "zengin"
"""Layouts of 全銀協 know 勘定日, and a bank books on business days only."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Filed:
    """What one statement says about days."""

    layout: str
    covers_from: date | None
    covers_through: date | None
    period_stated: bool
    made_on: date | None
    imported_on: date
    """The day of event time on which it was imported."""
    opening_balance: int | None = None
    closing_balance: int | None = None


@dataclass(frozen=True, slots=True)
class Gap:
    """Days of which we do not know everything."""

    first: date
    last: date
    broken: bool = False
    """Whether files cover the days, but their balances do not follow from each other."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """What is covered of one season."""

    since: date
    """The first day that counts."""
    through: date | None
    """The last day before the first gap; None: not even the first one is covered."""
    gaps: tuple[Gap, ...] = ()
    latest: date | None = None
    """The last day that any file covers, beyond the gaps."""


@dataclass(frozen=True, slots=True)
class _Span:
    first: date
    last: date
    opening: int | None
    closing: int | None


def whole_days(filed: Filed) -> tuple[date, date] | None:
    """The first and the last day that a statement covers wholly; None where there is none."""
    first, last = filed.covers_from, filed.covers_through
    if first is None or last is None:
        return None
    if not filed.period_stated:
        last -= _DAY
    last = min(last, filed.imported_on - _DAY)
    if filed.made_on is not None:
        last = min(last, filed.made_on - _DAY)
    if filed.layout.startswith(_ON_BUSINESS_DAYS):
        while not calendar.is_business_day(first - _DAY):
            first -= _DAY
    return (first, last) if first <= last else None


def coverage(statements: Iterable[Filed], since: date, word: date | None = None) -> Coverage:
    """What statements and an operator's word (everything through that day) cover together."""
    spans = _spans(statements)
    through = max(since - _DAY, word) if word is not None else since - _DAY
    gaps: list[Gap] = []
    covered: date | None = None
    closings: set[int] = set()
    for span in spans:
        if span.last <= through:
            continue
        gap = _gap(span, through, closings)
        if gap is not None:
            covered = through if not gaps else covered
            gaps.append(gap)
        through = span.last
        closings = _closings(spans, through)
    if not gaps:
        covered = through
    assert covered is not None  # set at the first gap
    known = covered if covered >= since else None
    return Coverage(since, known, tuple(gaps), through if through >= since else None)


def breaks(statements: Sequence[Filed], new: Filed) -> bool:
    """Whether a new statement's opening balance contradicts what stands before its first day."""
    days = whole_days(new)
    if days is None or new.opening_balance is None:
        return False
    before = _closings(_spans(statements), days[0] - _DAY)
    return bool(before) and new.opening_balance not in before


def _spans(statements: Iterable[Filed]) -> list[_Span]:
    found = []
    for one in statements:
        days = whole_days(one)
        if days is None:
            continue
        # A balance belongs to the file's last line: where its last day does not count, nor does it.
        whole = days[1] == one.covers_through
        closing = one.closing_balance if whole else None
        found.append(_Span(*days, one.opening_balance, closing))
    return sorted(found, key=lambda span: (span.first, span.last))


def _closings(spans: Iterable[_Span], day: date) -> set[int]:
    """Balances at the end of a day, as files have them."""
    return {s.closing for s in spans if s.last == day and s.closing is not None}


def _gap(span: _Span, through: date, closings: set[int]) -> Gap | None:
    if span.first > through + _DAY:
        return Gap(through + _DAY, span.first - _DAY)
    adjacent = span.first == through + _DAY
    if adjacent and closings and span.opening is not None and span.opening not in closings:
        return Gap(span.first, span.first, broken=True)
    return None
