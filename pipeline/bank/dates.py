"""Days as banks write them, the Japanese eras among them.

Law of this file: a day that cannot be is refused, and a year of two digits is never guessed: it
is the one of the possible years that lies nearest to a day which is known.  The eras count as
calendars do: Reiwa 8 is 2026 (元号法; 令和 from 2019-05-01, but systems wrote Heisei 31 on).
"""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from typing import Final, Literal

from pipeline.bank.amounts import narrow
from pipeline.bank.refused import Refused, shown

Form = Literal["western", "wareki", "western-short", "wareki-short"]
"""2026/3/5, 2026-03-05, 20260305 · R8.3.5, 令和8年3月5日 · 26/03/05, 260305 · 08/03/05, 080305."""

REIWA: Final = 2018
HEISEI: Final = 1988
WESTERN: Final = 2000
_ERAS: Final = {"令和": REIWA, "R": REIWA, "平成": HEISEI, "H": HEISEI}
_APART: Final = timedelta(days=2 * 366)
"""Further apart no two days of one file lie; if they do, an era was taken for another."""
_AHEAD: Final = timedelta(days=366)
"""A statement of days further ahead than this is none."""
_FIRST_YEAR: Final = 1989

_WEEKDAY: Final = re.compile(r" *\([月火水木金土日]\)$")
_TIME = r"(?:[ T]+(?P<h>\d{1,2}):(?P<mi>\d{2})(?::(?P<s>\d{2}))?)?"
_REST = r"(?P<m>\d{1,2}) *[-/.年月] *(?P<d>\d{1,2}) *日?" + _TIME
_SHAPES: Final[dict[Form, tuple[re.Pattern[str], ...]]] = {
    "western": (
        re.compile(r"(?P<y>\d{4}) *[-/.年] *" + _REST, re.ASCII),
        re.compile(r"(?P<y>\d{4})(?P<m>\d{2})(?P<d>\d{2})" + _TIME, re.ASCII),
    ),
    "wareki": (
        re.compile(r"(?P<era>令和|平成|[RH]) *(?P<y>\d{1,2}|元) *[-/.年] *" + _REST, re.ASCII),
        re.compile(r"(?P<era>[RH])(?P<y>\d{2})(?P<m>\d{2})(?P<d>\d{2})" + _TIME, re.ASCII),
    ),
    "western-short": (
        re.compile(r"(?P<y>\d{2}) *[-/.年] *" + _REST, re.ASCII),
        re.compile(r"(?P<y>\d{2})(?P<m>\d{2})(?P<d>\d{2})", re.ASCII),
    ),
    "wareki-short": (
        re.compile(r"(?P<y>\d{1,2}) *[-/.年] *" + _REST, re.ASCII),
        re.compile(r"(?P<y>\d{2})(?P<m>\d{2})(?P<d>\d{2})", re.ASCII),
    ),
}


def read_day(
    text: str, forms: tuple[Form, ...], what: str, today: date | None
) -> tuple[date, datetime | None]:
    """A day, and its time of day where one stands beside it. Raises Refused."""
    said = _WEEKDAY.sub("", narrow(text))
    for form in forms:
        for shape in _SHAPES[form]:
            if found := shape.fullmatch(said):
                day = _day(found, form, text, what, today)
                return not_ahead(day, what, today), _moment(found, day, text, what)
    raise Refused(f"{what} {shown(text)} is no date" if said else f"{what} is empty")


def _day(found: re.Match[str], form: Form, text: str, what: str, today: date | None) -> date:
    month, day = int(found["m"]), int(found["d"])
    if form == "wareki-short":
        return nearest(int(found["y"]), month, day, today, f"{what} {shown(text)}")
    year = 1 if found["y"] == "元" else int(found["y"])
    if form == "wareki":
        year += _ERAS[found["era"]]
    elif form == "western-short":
        year += WESTERN
    return whole(year, month, day, f"{what} {shown(text)}")


def _moment(found: re.Match[str], day: date, text: str, what: str) -> datetime | None:
    hour = found.groupdict().get("h")
    if hour is None:
        return None
    return at(day, int(hour), int(found["mi"]), int(found["s"] or 0), f"{what} {shown(text)}")


def at(day: date, hour: int, minute: int, second: int, what: str) -> datetime:
    """A moment of a day, Asia/Tokyo without an offset. Raises Refused."""
    try:
        return datetime(day.year, day.month, day.day, hour, minute, second)  # noqa: DTZ001 - local, as the bank writes it
    except ValueError:
        raise Refused(f"{what} is no time of day") from None


def whole(year: int, month: int, day: int, what: str) -> date:
    """A day from its figures. Raises Refused."""
    try:
        found = date(year, month, day)
    except ValueError:
        raise Refused(f"{what} is no date") from None
    if found.year < _FIRST_YEAR:
        raise Refused(f"{what} is no date of a statement")
    return found


def nearest(year: int, month: int, day: int, known: date | None, what: str) -> date:
    """A day whose year has two digits and no era: the nearest to `known`; in Reiwa without one."""
    found = []
    for era in (REIWA, HEISEI, WESTERN) if known else (REIWA,):
        try:
            found.append(date(era + year, month, day))
        except ValueError:
            continue
    if not found:
        raise Refused(f"{what} is no date")
    return min(found, key=lambda one: abs(one - known)) if known else found[0]


def yymmdd(text: str, what: str, known: date | None) -> date:
    """Six digits YYMMDD in years of the era (全銀協). Raises Refused."""
    if not (len(text) == 6 and text.isascii() and text.isdecimal()):  # noqa: PLR2004 - YYMMDD
        raise Refused(f"{what} {shown(text)} is no date (YYMMDD)")
    return nearest(int(text[:2]), int(text[2:4]), int(text[4:]), known, f"{what} {text}")


def beside(text: str, what: str, known: date) -> date:
    """A day YYMMDD of the same file as `known`: the eras guard each other. Raises Refused."""
    day = yymmdd(text, what, known)
    if abs(day - known) > _APART:
        raise Refused(f"{what} {text} lies more than two years from {known}: another era?")
    return day


def not_ahead(day: date, what: str, today: date | None) -> date:
    """The day again; refused when it lies far in the future of `today`."""
    if today is not None and day > today + _AHEAD:
        raise Refused(f"{what} {day} lies in the future")
    return day
