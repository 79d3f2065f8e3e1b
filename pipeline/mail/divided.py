"""Several answers in one: behind one label that asks for more, and of people named in a row.

Law of this file: what stands together is taken apart only where the parts are as many as the
questions or people, or where each part can be nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from pipeline.mail.answers import spaced
from pipeline.mail.deduced import apart, is_position
from pipeline.mail.entries import Entry
from pipeline.mail.listed import has_kanji, is_name, is_reading, person_in

_OFFICE: Final = re.compile(
    r"(?:課|係|部|室|局|科|班|センター|グループ|チーム|支所|支部|本部|担当|事業所|Ｇ|G)$"
)
_SPLIT: Final = re.compile(r"[\s／/]+")
_KANA_TAIL: Final = re.compile(r"(.*[一-龥々〆ヶ].*?)[\s／/(（・]+([ァ-ヶーぁ-ゖｦ-ﾟ・\s　]+)[)）]?")
_BETWEEN: Final = re.compile(
    r"\s*[、,，;；／/]\s*(?![^（(]*[)）])|\s*(?:及び|および)\s*|(?<=[)）])\s*と\s*"
)
_DOTTED: Final = re.compile(r"\s*[・＆&]\s*(?![^（(]*[)）])")
_SEVERAL: Final = re.compile(r"[、,，;；／/・＆&]|及び|および|[)）]\s*と")
_FULL_NAME: Final = 3
"""Characters of a family's and a given name together, at least."""


def divided(fields: tuple[str, ...], value: str) -> list[tuple[str, str]]:
    """The answers behind a label that asks for several things."""
    if fields[:2] == ("name", "name_kana"):
        if is_reading(value):
            return [("name_kana", value)]
        behind = _KANA_TAIL.fullmatch(spaced(value))
        return [("name", behind[1]), ("name_kana", behind[2])] if behind else [("name", value)]
    if fields == ("department", "position"):
        return _office_and_position(value)
    if fields[0] == "organization" and {"department", "position"}.issuperset(fields[1:]):
        return _body_office_position(fields, value)
    pieces = [piece for piece in _SPLIT.split(value.strip(), maxsplit=len(fields) - 1) if piece]
    return list(zip(fields, pieces, strict=False))


def _body_office_position(fields: tuple[str, ...], value: str) -> list[tuple[str, str]]:
    """The parts behind 所属・役職; with as many parts as questions, one for each."""
    parts = [part for part in re.split(r"[／/、,]", value) if part.strip()]
    if len(parts) == len(fields):
        return list(zip(fields, parts, strict=True))
    body, offices, titles = apart(spaced(" ".join(parts)))
    if not offices and not titles:
        body, _, rest = body.partition(" ")
        return [("organization", body), *_office_and_position(rest)]
    return [("organization", body), ("department", offices), ("position", titles)]


def _office_and_position(value: str) -> list[tuple[str, str]]:
    words = [word for word in _SPLIT.split(value.strip()) if word]
    offices = [word for word in words if _OFFICE.search(word) is not None]
    if len(words) > 1 and not offices and not is_position(words[0]):
        offices = words[:1]
    position = " ".join(word for word in words if word not in offices)
    return [("department", " ".join(offices)), ("position", position)]


# ---------------------------------------------------------------- people in a row


def spread(entries: list[Entry]) -> list[Entry]:
    """Give each of the people behind one label, 山田 太郎、鈴木 花子, their own entries."""
    named = [e for e in entries if e.label is not None and "name" in e.label.fields]
    if len(named) != 1 or named[0].person is not None or _SEVERAL.search(named[0].value) is None:
        return entries
    if named[0].label is None or len(named[0].label.fields) > 1:
        return entries
    people = _people(named[0].value)
    if len(people) < 2:  # noqa: PLR2004 - one person is no group
        return entries
    spread_out: list[Entry] = []
    for entry in entries:
        values = people if entry is named[0] else _parts(entry, len(people))
        numbered = enumerate(values, start=1)
        spread_out += [entry._replace(value=value, person=number) for number, value in numbered]
        spread_out += [] if values else [entry]
    return spread_out


def _people(value: str) -> Sequence[str]:
    """The names in a row; () when it is one name, or not only names."""
    parts = [part for part in _BETWEEN.split(value) if part]
    if len(parts) == 1:
        parts = [part for part in _DOTTED.split(value) if part]
        if not all(len(part) >= _FULL_NAME and has_kanji(part) for part in parts):
            return ()
    if any(map(is_reading, parts)) and any(map(has_kanji, parts)):
        return ()  # a name and its reading
    whole = all(is_name(part) or person_in(part, alone=True) for part in parts)
    return parts if whole and len(set(parts)) == len(parts) > 1 else ()


def _parts(entry: Entry, count: int) -> Sequence[str]:
    """An answer in as many parts as there are people; () for any other."""
    if entry.label is None or len(entry.label.fields) != 1:
        return ()
    for between in (_BETWEEN, _DOTTED):
        parts = [part for part in between.split(entry.value) if part]
        if len(parts) == count:
            return parts
    return ()
