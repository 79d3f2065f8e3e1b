"""The XML of office documents, event by event.

Law of this file: a document type is refused, so no entity can be declared and nothing outside can
be named; nothing is built in memory; depth and number of elements are bounded.  Namespaces are
left out, because each program writes its own (ISO/IEC 29500 strict and transitional).
"""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from typing import Final
from xml.parsers import expat

from pipeline.mail.unpacking import Budget, Unreadable, container, unpacked

_DEPTH_LIMIT: Final = 200
_PART_LIMIT: Final = 40 * 1024 * 1024
"""Bytes of one part of a document."""

Attributes = dict[str, str]
Start = Callable[[str, Attributes], None]
End = Callable[[str], None]
Text = Callable[[str], None]


class _Refused(Exception):  # noqa: N818 - never leaves this file
    """Markup that no office program writes."""


def walk(raw: bytes, budget: Budget, start: Start, end: End, text: Text) -> None:
    """Tell every element and every piece of text. Raises Unreadable."""
    local: dict[str, str] = {}
    depth = 0

    def name_of(name: str) -> str:
        known = local.get(name)
        if known is None:
            if len(local) > 2000:  # noqa: PLR2004 - no office document has so many names
                raise _Refused
            known = local[name] = name.rpartition("}")[2]
        return known

    def opened(name: str, attributes: Attributes) -> None:
        nonlocal depth
        depth += 1
        if depth > _DEPTH_LIMIT:
            raise _Refused
        budget.element()
        start(name_of(name), {name_of(key): value for key, value in attributes.items()})

    def closed(name: str) -> None:
        nonlocal depth
        depth -= 1
        end(name_of(name))

    def refuse(*_: object) -> None:
        raise _Refused

    parser = expat.ParserCreate(namespace_separator="}")
    parser.buffer_text = True
    parser.StartElementHandler = opened
    parser.EndElementHandler = closed
    parser.CharacterDataHandler = text
    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    try:
        parser.Parse(raw, True)  # noqa: FBT003 - expat knows no keywords
    except (expat.ExpatError, _Refused) as error:
        raise Unreadable("broken") from error


class Package:
    """The parts of an office document (ECMA-376 part 2)."""

    def __init__(self, raw: bytes, budget: Budget) -> None:
        self._opened: zipfile.ZipFile = container(raw)
        self._budget = budget
        self._entries = {
            entry.filename.replace("\\", "/").lstrip("/").lower(): entry
            for entry in self._opened.infolist()
        }

    def __contains__(self, name: str) -> bool:
        return name.lower() in self._entries

    @property
    def names(self) -> frozenset[str]:
        """Names of all parts, lower case."""
        return frozenset(self._entries)

    @property
    def opened(self) -> zipfile.ZipFile:
        """The container itself."""
        return self._opened

    def read(self, name: str) -> bytes:
        """A part's bytes; b"" when there is none. Raises Unreadable."""
        entry = self._entries.get(name.lower())
        return unpacked(self._opened, entry, self._budget, _PART_LIMIT) if entry else b""

    def walk(self, name: str, start: Start, end: End, text: Text) -> None:
        """Tell the events of a part, nothing where there is none. Raises Unreadable."""
        raw = self.read(name)
        if raw:
            walk(raw, self._budget, start, end, text)

    def related(self, name: str) -> dict[str, str]:
        """What a part refers to: identifier -> name of a part of this package."""
        folder, _, file = name.rpartition("/")
        found: dict[str, str] = {}

        def start(tag: str, attributes: Attributes) -> None:
            if tag == "Relationship" and attributes.get("TargetMode") != "External":
                target = attributes.get("Target", "")
                absolute = target.startswith("/")
                found[attributes.get("Id", "")] = (
                    target.lstrip("/") if absolute else _joined(folder, target)
                )

        self.walk(f"{folder}/_rels/{file}.rels", start, _nothing, _nothing)
        return found


def _joined(folder: str, target: str) -> str:
    parts = [part for part in folder.split("/") if part]
    for part in target.split("/"):
        if part == "..":
            parts = parts[:-1]
        elif part not in {"", "."}:
            parts.append(part)
    return "/".join(parts)


def _nothing(_: str) -> None:
    """What is not listened to."""
