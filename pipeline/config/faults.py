"""What is wrong with a setting or a rule, said so that a person can put it right.

Law of this file: one line for each fault, with the file (or the variable), the key, and a plain
sentence.  Everything that is wrong is collected first and said at once.  A fault never repeats
what stands in a secret.

Errors:
    Refused     the program does not start with this; the operator reads `faults` and corrects
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, get_args

from pydantic import BaseModel, ValidationError


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """One thing that is wrong."""

    file: str
    """The file as a person finds it, or the name of an environment variable."""
    key: str
    """Dotted key within the file; entries of a list are counted from 1. Empty: the whole file."""
    what: str
    """What is wrong, and where it helps what would be right."""

    def __str__(self) -> str:
        """One line."""
        return ": ".join(part for part in (self.file, self.key, self.what) if part)


Disagreement = tuple[str, str, str]
"""A part of the rules (`event` for event.toml), a key in it, and what is wrong with it."""


class Refused(Exception):  # noqa: N818 - it is what happened, and the operator's word for it
    """The settings or rules are refused; `faults` holds everything that is wrong with them."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = sorted(set(faults))
        super().__init__("\n".join(map(str, self.faults)))


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """A guess at what was meant, as the end of a sentence; empty when nothing is near."""
    near = difflib.get_close_matches(word, list(known), n=1, cutoff=0.6)
    return f"; did you mean {near[0]}?" if near else ""


def dotted(location: Sequence[str | int]) -> str:
    """A place in a table as people write it: `live.programme[3].starts`, counted from 1."""
    key = ""
    for part in location:
        if isinstance(part, int):
            key += f"[{part + 1}]"
        else:
            key += f".{part}" if key else part
    return key


def faults_of(error: ValidationError, model: type[BaseModel], file: str) -> list[Fault]:
    """Pydantic's errors as faults of one file."""
    return [Fault(file, dotted(place), what) for place, what in sentences(error, model)]


def sentences(
    error: ValidationError, model: type[BaseModel], *, secret: bool = False
) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Pydantic's errors in plain words, each with its place. `secret`: no value is repeated."""
    for one in error.errors(include_url=False):
        place = tuple(one["loc"])
        yield place, _sentence(dict(one), place, model, secret=secret)


_PLAIN = {
    "missing": "is missing",
    "date_type": "should be a date without quotation marks, such as 2026-03-12",
    "datetime_type": "should be a local time without quotation marks, such as 2026-02-02T00:00:00",
    "time_type": "should be a time of day without quotation marks, such as 09:00:00",
    "int_type": "should be a whole number without quotation marks",
    "int_parsing": "should be a whole number",
    "float_parsing": "should be a number",
    "bool_type": "should be true or false",
    "bool_parsing": "should be true or false",
    "datetime_from_date_parsing": "should be a local time such as 2026-02-02T09:00:00",
    "datetime_parsing": "should be a local time such as 2026-02-02T09:00:00",
    "string_type": "should be a text in quotation marks",
    "string_too_short": "should not be empty",
    "tuple_type": "should be a list",
    "model_type": "should be a table",
    "too_short": "should have at least one entry",
}


def _sentence(
    error: dict[str, Any], place: tuple[str | int, ...], model: type[BaseModel], *, secret: bool
) -> str:
    kind = error["type"]
    if kind == "extra_forbidden":
        return "is not known" + did_you_mean(str(place[-1]), _known_at(model, place[:-1]))
    if kind == "missing":
        return _PLAIN[kind]
    said = _PLAIN.get(kind)
    if said is None:
        said = error["msg"].removeprefix("Value error, ").replace("Input should be", "should be")
    return said if secret else said + _but_is(error["input"])


def _but_is(value: object) -> str:
    if isinstance(value, datetime | date | time):
        return f", not {value.isoformat()}"
    if isinstance(value, bool):
        return f", not {str(value).lower()}"
    if isinstance(value, int | float | str):
        return f", not {value!r}"
    return ""


def _known_at(model: type[BaseModel], place: tuple[str | int, ...]) -> list[str]:
    """The keys that a table at some place may have."""
    for part in place:
        if isinstance(part, int):
            continue
        field = model.model_fields.get(part)
        inner = _model_in(field.annotation) if field else None
        if inner is None:
            return []
        model = inner
    return list(model.model_fields)


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((m for a in get_args(annotation) if (m := _model_in(a)) is not None), None)
