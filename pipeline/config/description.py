"""Writes the five rules files of an event, every key with its description.

Law of this file: the words come from the models of `domain.rules`, the values from rules that
exist, so that a description cannot be wrong about either: a test reads it back.  This is also how
a new event is begun: with the files of one that works.
"""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterator
from datetime import date, datetime, time
from enum import StrEnum
from pathlib import Path
from typing import Any, Final, Literal, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from pipeline.config.faults import Fault, Refused
from pipeline.config.rulebook import PARTS, ROOT, folder_faults, load_rules, shown
from pipeline.domain.rules import Rules

SHIPPED: Final = ROOT / "rules" / "r7-kenkyu-kyogikai"
"""The example: the event that is shipped."""
_WIDTH: Final = 96
_LIST_WIDTH: Final = 60
"""Characters of a list on one line; full-width ones take two columns."""


def describe(folder: Path = SHIPPED) -> str:
    """The five files of an event with every key explained, each below a line `# file: NAME`."""
    return "\n".join(
        f"# file: {name}\n\n{text}" for name, text in described(load_rules(folder)).items()
    )


def new_event(folder: Path, slug: str, like: Path = SHIPPED) -> list[Path]:
    """Begin an event in `folder/slug`: the five files, with the values of another one.

    Raises `Refused` when it is there already or may not be named so.
    """
    home = folder / slug
    faults = folder_faults(home)
    if home.exists():
        faults.append(Fault(shown(home), "", "is there already"))
    if faults:
        raise Refused(faults)
    texts = described(load_rules(like))
    home.mkdir(parents=True)
    for name, text in texts.items():
        (home / name).write_text(text, encoding="utf-8")
    return [home / name for name in texts]


def described(rules: Rules) -> dict[str, str]:
    """The text of each file."""
    return {
        f"{part}.toml": "\n".join(_table(getattr(rules, part), (), explained=True)).lstrip("\n")
        + "\n"
        for part in PARTS
    }


# ---------------------------------------------------------------- tables


def _table(model: BaseModel, above: tuple[str, ...], *, explained: bool) -> Iterator[str]:
    """The lines of one table: its own keys first, then the tables within it (TOML's order)."""
    if explained:
        yield from _comment(type(model).__doc__ or "")
    later = []
    for name, field in type(model).model_fields.items():
        value = getattr(model, name)
        if isinstance(value, BaseModel) or _holds_tables(field):
            later.append((name, field, value))
        elif explained:
            yield from _explained(name, field, value)
        elif value != field.default:
            yield f"{name} = {_value(value)}"
    for name, field, value in later:
        place = (*above, name)
        if isinstance(value, BaseModel):
            yield from ("", f"[{'.'.join(place)}]")
            yield from _table(value, place, explained=explained)
        else:
            yield from _tables(place, field, value, explained=explained)


def _tables(
    place: tuple[str, ...], field: FieldInfo, entries: tuple[BaseModel, ...], *, explained: bool
) -> Iterator[str]:
    head = f"[[{'.'.join(place)}]]"
    if explained:
        yield ""
        yield from _comment(field.description or "")
    if not entries:
        example = _example_of(field)
        yield from (
            f"# {line}".rstrip() for line in (head, *_table(example, place, explained=True))
        )
    for number, entry in enumerate(entries):
        yield from ("", head) if number else (head,)
        yield from _table(entry, place, explained=explained and number == 0)


def _holds_tables(field: FieldInfo) -> bool:
    return get_origin(field.annotation) is tuple and _model_of(field) is not None


def _model_of(field: FieldInfo) -> type[BaseModel] | None:
    inner = get_args(field.annotation)[0]
    return inner if isinstance(inner, type) and issubclass(inner, BaseModel) else None


def _example_of(field: FieldInfo) -> BaseModel:
    model = _model_of(field)
    assert model is not None
    return model.model_validate((field.examples or [{}])[0])


# ---------------------------------------------------------------- keys


def _explained(name: str, field: FieldInfo, value: Any) -> Iterator[str]:
    yield ""
    yield from _comment(" ".join([field.description or "", *_bounds(field)]))
    if value is None:
        yield f"# {name} = {_value((field.examples or [''])[0])}"
    else:
        yield f"{name} = {_value(value)}"


def _bounds(field: FieldInfo) -> Iterator[str]:
    allowed = _allowed(field.annotation)
    if allowed:
        yield f"One of: {', '.join(allowed)}."
    if not field.is_required():
        default = field.default
        yield "Optional." if default in (None, ()) else f"Unless given: {_value(default)}."


def _allowed(annotation: Any) -> list[str]:
    if get_origin(annotation) is Literal:
        return [str(word) for word in get_args(annotation)]
    if isinstance(annotation, type) and issubclass(annotation, StrEnum):
        return [str(word) for word in annotation]
    return []


def _comment(text: str) -> Iterator[str]:
    for paragraph in text.strip().split("\n\n"):
        yield from (f"# {line}" for line in textwrap.wrap(" ".join(paragraph.split()), _WIDTH))


def _value(value: Any) -> str:
    """A value as TOML writes it (toml.io, v1.0.0)."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return json.dumps(str(value), ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, dict):
        inside = ", ".join(f"{_value(key)} = {_value(inner)}" for key, inner in value.items())
        return f"{{ {inside} }}" if inside else "{}"
    if isinstance(value, tuple | list):
        return _list([_value(inner) for inner in value])
    return str(value)


def _list(items: list[str]) -> str:
    one_line = f"[{', '.join(items)}]"
    if len(one_line) <= _LIST_WIDTH:
        return one_line
    lines: list[str] = [""]
    for item in items:
        if len(lines[-1]) + len(item) > _LIST_WIDTH:
            lines.append("")
        lines[-1] += f"{item}, "
    return "\n".join(["[", *(f"  {line.rstrip()}" for line in lines if line), "]"])
