"""Reads settings from the environment and from the `.env` file beside `main.py`.

Law of this file: a variable that begins with `UKETSUKE_` and is not known is refused, because a
setting that is silently ignored is worse than none.  An empty value is the same as none; the
environment wins over the file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeVar, get_args

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined
from pydantic_settings import DotEnvSettingsSource, EnvSettingsSource

from pipeline.config.faults import Fault, did_you_mean, sentences
from pipeline.config.settings import PREFIX, Settings

SHELL: Final = "environment"
"""How a fault names the environment."""
FILE: Final = ".env"
FOR_TESTS: Final = frozenset({"UKETSUKE_REQUIRE_SERVERS"})
"""Variables that the tests read; the program passes them over."""
_ASSIGNMENT = re.compile(r"\s*(#|$|(export\s+)?[A-Za-z_][A-Za-z0-9_]*\s*=)")


@dataclass(frozen=True, slots=True)
class Known:
    """One setting that there is."""

    name: str
    """The variable's whole name."""
    default: Any
    """None where it has none."""
    example: str
    """As it may stand in `.env`: the default, or an invented value."""
    required: bool
    """Whether its group cannot do without it."""
    what: str
    """Its description."""
    group: str
    """The description of the group that it belongs to."""


def variable(place: tuple[str | int, ...]) -> str:
    """The variable of a place in `Settings`: `("imap", "host")` is UKETSUKE_IMAP__HOST."""
    return PREFIX + "__".join(str(part).upper() for part in place if isinstance(part, str))


def known_settings() -> list[Known]:
    """Every setting, in the order of `Settings`."""
    return list(_leaves(Settings, ()))


def _leaves(model: type[BaseModel], above: tuple[str, ...]) -> Iterator[Known]:
    """A group's own settings, then those of the groups within it."""
    within = []
    for name, field in model.model_fields.items():
        inner = _group_in(field.annotation)
        if inner is not None:
            within.append((inner, (*above, name)))
        else:
            yield _leaf(variable((*above, name)), field, (model.__doc__ or "").strip())
    for inner, place in within:
        yield from _leaves(inner, place)


def _leaf(name: str, field: FieldInfo, group: str) -> Known:
    default = None if field.default is PydanticUndefined else field.default
    example = field.examples[0] if field.examples else default
    shown = str(example).lower() if isinstance(example, bool) else str(example)
    return Known(name, default, shown, field.is_required(), field.description or "", group)


def _group_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((g for a in get_args(annotation) if (g := _group_in(a)) is not None), None)


@dataclass(frozen=True, slots=True)
class Given:
    """The settings, and which variable came from where, for faults."""

    settings: Settings
    """All paths are absolute."""
    where: Mapping[str, str]
    """The variables that are set, and where."""

    def touched(self, *place: str) -> bool:
        """Whether anything of a group of settings is set."""
        return any(name.startswith(variable(place) + "__") for name in self.where)

    def fault(self, *place: str, what: str) -> Fault:
        """A fault of one setting."""
        name = variable(place)
        return Fault(self.where.get(name, SHELL), name, what)


def read(
    environ: Mapping[str, str], root: Path, *, dotenv: bool = True
) -> tuple[Given, list[Fault]]:
    """The settings as far as they can be read, and every name and value that is wrong.

    Relative paths are below `root`. `dotenv`: whether the file `.env` there counts.
    """
    ours = {name.upper(): value for name, value in environ.items() if value and _ours(name)}
    filed, faults = _dotenv(root / FILE) if dotenv else ({}, [])
    values = {**filed, **ours}
    where = {name: SHELL if name in ours else FILE for name in values}
    faults += _unknown(where)
    known = {one.name for one in known_settings()}
    source = EnvSettingsSource(Settings)
    source.env_vars = {name.lower(): values[name] for name in values if name in known}
    settings, wrong = _validated(source())
    faults += [Fault(where.get(name, SHELL), name, what) for name, what in wrong]
    return Given(rooted(settings, root), {n: where[n] for n in where if n in known}), faults


def _validated(table: dict[str, Any]) -> tuple[Settings, list[tuple[str, str]]]:
    """The settings without what is wrong with them, and the names and reasons of that."""
    wrong = []
    try:
        return Settings(**table), []
    except ValidationError as error:
        for place, what in sentences(error, Settings):
            wrong.append((variable(place), what))
        for one in error.errors(include_url=False, include_input=False):
            _drop(table, one["loc"][:-1] if one["type"] == "missing" else one["loc"])
    settings, more = _validated(table)
    return settings, wrong + more


def _drop(table: dict[str, Any], place: tuple[str | int, ...]) -> None:
    *above, last = place
    for part in above:
        table = table.get(str(part), {})
    table.pop(str(last), None)


_Model = TypeVar("_Model", bound=BaseModel)


def rooted(model: _Model, root: Path) -> _Model:
    """The same settings with every path below `root`, unless it is absolute or begins with ~."""
    changes: dict[str, object] = {}
    for name in type(model).model_fields:
        value = getattr(model, name)
        if isinstance(value, Path):
            changes[name] = root / value.expanduser()
        elif isinstance(value, BaseModel):
            changes[name] = rooted(value, root)
    return model.model_copy(update=changes)


def _ours(name: str) -> bool:
    return name.upper().startswith(PREFIX) and name.upper() not in FOR_TESTS


def _unknown(where: Mapping[str, str]) -> list[Fault]:
    known = [one.name for one in known_settings()]
    return [
        Fault(where[name], name, "is not known" + did_you_mean(name, known))
        for name in where
        if name not in known
    ]


def _dotenv(path: Path) -> tuple[dict[str, str], list[Fault]]:
    """Our variables in the file, and what is wrong with its lines."""
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except FileNotFoundError:
        return {}, []
    except OSError as error:
        return {}, [Fault(FILE, "", f"cannot be read: {error.strerror}")]
    except UnicodeDecodeError:
        return {}, [Fault(FILE, "", "is not UTF-8; save the file as UTF-8")]
    faults = [
        Fault(FILE, f"line {number}", "is no NAME=value")
        for number, line in enumerate(lines, start=1)
        if not _ASSIGNMENT.match(line)
    ]
    found = DotEnvSettingsSource(Settings, env_file=path, env_file_encoding="utf-8-sig").env_vars
    return {n.upper(): v for n, v in found.items() if v and _ours(n)}, faults
