"""Values as JSON text and back, exactly.

Law of this file: what was stored comes back equal, byte for byte; defaults are left out, so that a
field added later needs no migration.  Instants come back aware in Asia/Tokyo.  `plain` and `key`
make text fit for columns: neither engine keeps lone surrogates, and PostgreSQL keeps no NUL; the
JSON escapes both.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable
from datetime import date, datetime
from enum import StrEnum
from functools import cache
from types import UnionType
from typing import Any, NamedTuple, get_args, get_origin, get_type_hints

from pipeline.clock import TOKYO
from pipeline.domain.application import Application
from pipeline.domain.events import Event

# ---------------------------------------------------------------- text


def plain(text: str) -> str:
    """Text as every engine keeps it: U+FFFD for NUL and for what is no character."""
    if "\0" in text:
        text = text.replace("\0", "�")
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")


def plain_or_none(text: str | None) -> str | None:
    """The same, where there may be none."""
    return None if text is None else plain(text)


def key(address: str) -> str:
    """An address as it is compared: in lower case."""
    return plain(address.lower())


_encoder = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


def dump(value: object) -> str:
    """JSON that a person can read; only what UTF-8 cannot say is escaped."""
    text = _encoder.encode(value)
    try:
        text.encode()
    except UnicodeEncodeError:
        return json.dumps(value, separators=(",", ":"))
    return text


# ---------------------------------------------------------------- applications and events


def application_text(application: Application) -> str:
    """An application as it is stored."""
    return dump(_pack(Application, application))


def application_of(text: str) -> Application:
    """What `application_text` was given."""
    application: Application = _unpack(Application, json.loads(text))
    return application


def event_text(event: Event) -> str:
    """What happened, for `explain`; its type stands in a column of its own."""
    return dump(_pack(type(event), event))


# ---------------------------------------------------------------- how, for each type of value


class _Way(NamedTuple):
    """How values of one type are packed into what JSON has, and back; None: as they are."""

    pack: Callable[[Any], Any] | None
    unpack: Callable[[Any], Any] | None


class _Field(NamedTuple):
    name: str
    default: Any
    way: _Way


_ABSENT: Any = object()


@cache
def _fields(kind: type) -> tuple[_Field, ...]:
    hints = get_type_hints(kind)
    return tuple(
        _Field(field.name, _default(field), _way(hints[field.name]))
        for field in dataclasses.fields(kind)
    )


def _default(field: dataclasses.Field[Any]) -> Any:
    if field.default_factory is not dataclasses.MISSING:
        return field.default_factory()
    return _ABSENT if field.default is dataclasses.MISSING else field.default


def _pack(kind: type, value: Any) -> dict[str, Any]:
    packed: dict[str, Any] = {}
    for name, default, way in _fields(kind):
        one = getattr(value, name)
        if one is None or one == default:
            if one is None and default is not None:
                packed[name] = None
            continue
        packed[name] = one if way.pack is None else way.pack(one)
    return packed


def _unpack(kind: type, packed: dict[str, Any]) -> Any:
    values = {}
    for name, _, way in _fields(kind):
        if name in packed:
            one = packed[name]
            values[name] = one if one is None or way.unpack is None else way.unpack(one)
    return kind(**values)


def _way(hint: Any) -> _Way:
    if get_origin(hint) is UnionType:
        (hint,) = (each for each in get_args(hint) if each is not type(None))
    if get_origin(hint) is tuple:
        return _way_of_tuple(_way(get_args(hint)[0]))
    if dataclasses.is_dataclass(hint):
        kind: Any = hint
        return _Way(lambda value: _pack(kind, value), lambda packed: _unpack(kind, packed))
    if issubclass(hint, StrEnum):
        return _Way(lambda value: value.value, hint)
    return _PLAIN_WAYS[hint]


def _way_of_tuple(each: _Way) -> _Way:
    pack, unpack = each
    return _Way(
        list if pack is None else lambda values: [pack(value) for value in values],
        tuple if unpack is None else lambda packed: tuple(unpack(one) for one in packed),
    )


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(TOKYO)


_PLAIN_WAYS: dict[Any, _Way] = {
    str: _Way(None, None),
    int: _Way(None, None),
    bool: _Way(None, None),
    datetime: _Way(datetime.isoformat, _instant),
    date: _Way(date.isoformat, date.fromisoformat),
}
