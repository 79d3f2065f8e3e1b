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
from functools import cache, lru_cache
from operator import attrgetter
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


_DOTS_MEAN_NOTHING = ("gmail.com", "googlemail.com")


def mailbox(address: str) -> str:
    """The mailbox behind an address: without what stands after '+' (RFC 5233), in lower case.

    Only for counting: at some servers these are different people.
    """
    local, _, domain = key(address).rpartition("@")
    local = local.partition("+")[0] or local
    if domain in _DOTS_MEAN_NOTHING:
        local, domain = local.replace(".", ""), _DOTS_MEAN_NOTHING[0]
    return f"{local}@{domain}"


def mailbox_keys(address: str) -> tuple[str, str]:
    """Under which keys the applications of a mailbox are found: its own, and its other names'."""
    plainly = mailbox(address)
    return plainly, f"mailbox:{plainly}"


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


class _Form(NamedTuple):
    """The fields of one dataclass."""

    pick: Callable[[Any], tuple[Any, ...]]
    names: tuple[str, ...]
    defaults: tuple[Any, ...]
    packs: tuple[tuple[str, Callable[[Any], Any]], ...]
    unpacks: tuple[tuple[str, Callable[[Any], Any]], ...]


@cache
def _form(kind: type) -> _Form:
    fields = dataclasses.fields(kind)
    names = tuple(field.name for field in fields)
    hints = get_type_hints(kind)
    ways = [(name, _way(hints[name])) for name in names]
    return _Form(
        pick=attrgetter(*names)
        if len(names) > 1
        else lambda value: tuple(getattr(value, name) for name in names),
        names=names,
        defaults=tuple(_default(field) for field in fields),
        packs=tuple((name, way.pack) for name, way in ways if way.pack is not None),
        unpacks=tuple((name, way.unpack) for name, way in ways if way.unpack is not None),
    )


def _default(field: dataclasses.Field[Any]) -> Any:
    if field.default_factory is not dataclasses.MISSING:
        return field.default_factory()
    return field.default  # MISSING where there is none: equal to no value


def _pack(kind: type, value: Any) -> dict[str, Any]:
    pick, names, defaults, packs, _ = _form(kind)
    packed = {
        name: one
        for name, one, default in zip(names, pick(value), defaults, strict=True)
        if one is not default and one != default
    }
    for name, pack in packs:
        one = packed.get(name)
        if one is not None:
            packed[name] = pack(one)
    return packed


@lru_cache(maxsize=1024)
def _part(kind: type, value: Any) -> dict[str, Any]:
    """The same for what stands within another value, mostly in an event and its application."""
    return _pack(kind, value)


def _unpack(kind: type, packed: dict[str, Any]) -> Any:
    for name, unpack in _form(kind).unpacks:
        one = packed.get(name)
        if one is not None:
            packed[name] = unpack(one)
    return kind(**packed)


def _way(hint: Any) -> _Way:
    if get_origin(hint) is UnionType:
        (hint,) = (each for each in get_args(hint) if each is not type(None))
    if get_origin(hint) is tuple:
        return _way_of_tuple(_way(get_args(hint)[0]))
    if dataclasses.is_dataclass(hint):
        kind: Any = hint
        return _Way(lambda value: _part(kind, value), lambda packed: _unpack(kind, packed))
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
