"""Days and times that a mail names: written out, in era years, without a year, or as 本日.

Law of this file: a day is only read where its month and day are written, or a word counts from the
day of the mail itself.  Without a year the one is taken that lies nearest to the mail.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Final

from pipeline.domain.rules import TOKYO
from pipeline.mail.folding import narrowed

_ERAS: Final = {"令和": 2018, "令": 2018, "r": 2018, "平成": 1988, "h": 1988}
"""The year before each era's first."""
_WRITTEN: Final = re.compile(
    r"(?:(?P<era>令和|平成|令|(?<![a-z])[rh])\s*(?P<era_year>元|\d{1,2})\s*[年./-]\s*|"
    r"(?P<year>20\d{2})\s*[年./-]\s*|(?<![\d./-]))"
    r"(?P<month>1[0-2]|0?[1-9])\s*[月./-]\s*(?P<day>3[01]|[12]\d|0?[1-9])(?![\d/-])\s*日?"
    r"(?:\s*[(][^()]{1,3}[)])?"
    r"(?:\s*t?\s*(?P<hour>[01]?\d|2[0-3])\s*[:時]\s*(?P<minute>[0-5]\d)\s*(?:[:分]\s*(?P<second>[0-5]\d)秒?)?)?"
)
_RELATIVE: Final = re.compile(
    r"一昨日|おととい|昨日|昨夕|昨晩|本日|今日|先ほど|さきほど|先程|今朝|ただいま|只今"
)
_DAYS_BACK: Final = {"一昨日": 2, "おととい": 2, "昨日": 1, "昨夕": 1, "昨晩": 1}


def days_in(text: str, written_on: date | None) -> Iterator[date | datetime]:
    """The days of a text in their order; with its time, in Japan, where one is written.

    `written_on` is the mail's own day; without it nothing is read that counts from it.
    """
    plain = narrowed(text).lower()
    found: list[tuple[int, date | datetime]] = []
    for match in _WRITTEN.finditer(plain):
        day = _day(match, written_on)
        if day is not None:
            found.append((match.start(), _with_time(day, match)))
    if written_on is not None:
        for match in _RELATIVE.finditer(plain):
            back = _DAYS_BACK.get(match.group(), 0)
            found.append((match.start(), written_on - timedelta(days=back)))
    for _, one in sorted(found, key=lambda pair: pair[0]):
        yield one


def _day(match: re.Match[str], written_on: date | None) -> date | None:
    month, day = int(match["month"]), int(match["day"])
    if match["era"]:
        said = match["era_year"]
        return _date(_ERAS[match["era"]] + (1 if said == "元" else int(said)), month, day)
    if match["year"]:
        return _date(int(match["year"]), month, day)
    if written_on is None:
        return None
    near = (_date(written_on.year + ahead, month, day) for ahead in (-1, 0, 1))
    return min((d for d in near if d), key=lambda d: abs(d - written_on), default=None)


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _with_time(day: date, match: re.Match[str]) -> date | datetime:
    if match["hour"] is None:
        return day
    clock = time(int(match["hour"]), int(match["minute"]), int(match["second"] or 0))
    return datetime.combine(day, clock, TOKYO)
