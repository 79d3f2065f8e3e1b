"""Days and hours of the event's place: business days, and the hours in which nobody is disturbed.

Law of this file: dates come in, dates go out; nothing here knows what they are for.  A business
day is neither Saturday nor Sunday, nor a national holiday (国民の祝日に関する法律, as `jpholiday`
has it), nor one of the days from 29 December to 3 January on which public offices are closed
(行政機関の休日に関する法律 §1); the banks' own closing days lie within these.

Every answer about a day is remembered: days are few, and these are asked for with every mail.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import jpholiday

from pipeline.domain.rules import QuietHours

_DAY = timedelta(days=1)
_SATURDAY = 5
_CLOSED_AT_YEAR_END = frozenset({(12, 29), (12, 30), (12, 31), (1, 1), (1, 2), (1, 3)})


@lru_cache(maxsize=4096)
def is_business_day(day: date) -> bool:
    """Whether offices and banks work on this day."""
    return not (
        day.weekday() >= _SATURDAY
        or (day.month, day.day) in _CLOSED_AT_YEAR_END
        or jpholiday.is_holiday(day)
    )


@lru_cache(maxsize=4096)
def add_business_days(day: date, count: int) -> date:
    """The `count`th business day after `day`, or before it for a negative count.

    `day` itself is never counted, so it need not be a business day; a count of 0 gives it back.
    """
    step = _DAY if count > 0 else -_DAY
    left = abs(count)
    while left:
        day += step
        left -= is_business_day(day)
    return day


@lru_cache(maxsize=4096)
def business_days_between(first: date, last: date) -> int:
    """How many business days lie after `first`, up to and with `last`; negative the other way.

    `business_days_between(day, add_business_days(day, n)) == n` for every n.
    """
    if last < first:
        # The other way round `last` is counted and `first` is not, as add_business_days counts.
        return -sum(is_business_day(last + _DAY * n) for n in range((first - last).days))
    return sum(is_business_day(first + _DAY * n) for n in range(1, (last - first).days + 1))


def is_quiet(when: datetime, quiet: QuietHours, zone: ZoneInfo) -> bool:
    """Whether an instant lies in the hours in which nothing leaves of our own accord."""
    clock = when.astimezone(zone).time()
    if quiet.starts <= quiet.ends:
        return quiet.starts <= clock < quiet.ends
    return clock >= quiet.starts or clock < quiet.ends


def next_waking(when: datetime, quiet: QuietHours, zone: ZoneInfo) -> datetime:
    """The same instant, or the end of the quiet hours that it falls into."""
    if not is_quiet(when, quiet, zone):
        return when
    local = when.astimezone(zone)
    day = local.date() if local.time() < quiet.ends else local.date() + _DAY
    return datetime.combine(day, quiet.ends, zone)
