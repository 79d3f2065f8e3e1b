"""The two shapes of a line: JSON for the file, and one that reads well on a terminal.

Law of this file: whatever stands in a value (a stranger may have written it) makes one line, moves
no cursor and never raises.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from functools import lru_cache
from typing import Any, Final

from pipeline.log.redaction import as_text, redacted

LEVELS: Final = ("unit", "notice", "alarm")
"""From the least to the most urgent."""
LONGEST: Final = 500
"""Characters of one value: a log holds no letters. Only `trace` may be longer."""
_WEEKDAYS = "月火水木金土日"
_FILE_ONLY = frozenset({"trace"})
_NOT_IN_REST = frozenset({"at", "level", "what", "reference", "reason"}) | _FILE_ONLY
_LISTS = (list, tuple, set, frozenset)
_COLOURS = {"unit": "", "notice": "\x1b[36m", "alarm": "\x1b[1;31m"}
_DIM, _PLAIN = "\x1b[2m", "\x1b[0m"
UNSHOWN: Final = (
    r"[\x00-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    r"\U000e0000-\U000e007f]"
)
"""What a terminal obeys or hides: control characters, line ends, invisible characters, and marks
that turn the direction of writing. As a pattern, and without those that a name may hold (the
variation selectors of kanji)."""
_UNSHOWN = re.compile(UNSHOWN)
_LINE_ENDS = "\t\r\n\x0b\x0c\x85\u2028\u2029"


def as_json(entry: Mapping[str, Any]) -> str:
    """One line of JSON. What JSON cannot say is said as text, and what is UNSHOWN as an escape."""
    said = {key: _short(key, value) for key, value in entry.items()}
    try:
        line = _ENCODER.encode(said)
    except (TypeError, ValueError, RecursionError):
        line = _ENCODER.encode({key: _text(value) for key, value in said.items()})
    return line if line.isprintable() else _UNSHOWN.sub(escape, line)


def escape(unshown: re.Match[str]) -> str:
    """A character as JSON says it within a string: the same value, and nothing to obey."""
    units = unshown[0].encode("utf-16-be", "surrogatepass").hex()
    return "".join(f"\\u{units[at : at + 4]}" for at in range(0, len(units), 4))


def parsed(line: str) -> dict[str, Any]:
    """A line of JSON as a table. Raises ValueError when it is none."""
    entry = json.loads(line)
    if not isinstance(entry, dict):
        raise ValueError("not a line of the log")  # noqa: TRY004 - whoever reads a file wants one error
    return entry


def readable(entry: Mapping[str, Any], *, colours: bool = False) -> str:
    """One line for a person: date, verb, reference, reason, and the rest as key=value."""
    level = entry.get("level", "unit")
    rest = "  ".join(
        [
            f"{key}={_text(value)}"
            for key, value in entry.items()
            if key not in _NOT_IN_REST and value is not None
        ]
    )
    head = _HEADS.get(level, _unit_head)(entry, bool(rest))
    at = when(entry["at"])
    if not colours:
        return f"{at}  {head}  {rest}" if rest else f"{at}  {head}"
    return f"{_DIM}{at}{_PLAIN}  {_COLOURS.get(level, '')}{head}{_PLAIN}  {_DIM}{rest}{_PLAIN}"


def _unit_head(entry: Mapping[str, Any], padded: bool) -> str:  # noqa: FBT001 - one of a table's functions
    reference, reason = _text(entry.get("reference") or ""), _text(entry.get("reason") or "")
    head = f"{_text(entry['what']):<8}  {reference:<6}  {reason:<26}"
    return head if padded else head.rstrip()


def _notice_head(entry: Mapping[str, Any], _: bool) -> str:  # noqa: FBT001 - one of a table's functions
    mark = "ALARM" if entry["level"] == "alarm" else "notice"
    said = (entry["what"], entry.get("reference"), entry.get("reason"))
    return f"{mark:<8}  " + "  ".join(_text(part) for part in said if part)


_HEADS = {"notice": _notice_head, "alarm": _notice_head}


def when(at: datetime | str) -> str:
    """Date, weekday and time of a line."""
    moment = datetime.fromisoformat(at) if isinstance(at, str) else at
    return _minute(moment.date(), moment.hour, moment.minute)


@lru_cache(maxsize=512)
def _minute(day: date, hour: int, minute: int) -> str:
    return f"{day.isoformat()}({_WEEKDAYS[day.weekday()]}) {hour:02}:{minute:02}"


def _text(value: Any) -> str:
    if isinstance(value, str):
        text = value
    else:
        text = ",".join(map(_text, value)) if isinstance(value, _LISTS) else str(_plain(value))
    text = text if len(text) <= LONGEST else _short("", text)
    return text if text.isprintable() else _UNSHOWN.sub(_shown, text)


def _shown(unshown: re.Match[str]) -> str:
    return " " if unshown[0] in _LINE_ENDS else "\N{REPLACEMENT CHARACTER}"


def _short(key: str, value: Any) -> Any:
    if isinstance(value, str) and len(value) > LONGEST and key not in _FILE_ONLY:
        # Blacked out first: a cut must not leave half of a secret behind.
        return redacted(value)[:LONGEST] + "…"
    return value


def _plain(value: Any) -> Any:
    """What JSON has no word for."""
    for kind, said in _SAID_AS.items():
        if isinstance(value, kind):
            return said(value)
    return str(value)


_SAID_AS: dict[type, Callable[[Any], Any]] = {
    bytes: lambda raw: _short("", as_text(raw)),
    datetime: datetime.isoformat,  # before date, whose kind it is too
    date: date.isoformat,
    set: lambda some: sorted(map(str, some)),
    frozenset: lambda some: sorted(map(str, some)),
    BaseException: lambda error: f"{type(error).__name__}: {error}",
    Mapping: lambda table: {str(key): inner for key, inner in table.items()},
}
_ENCODER = json.JSONEncoder(ensure_ascii=False, default=_plain)
