"""What the sheets of a workbook share: texts, and the styles that change what a cell says.

Law of this file: it listens to markup and keeps only texts and flags.  The readings that Excel
keeps beside a text (<rPh>) are passed over; what is crossed out is no part of a text.
Facts: ECMA-376 part 1, 18.4 and 18.8.
"""

from __future__ import annotations

import re
from typing import Final

from pipeline.mail.markup import Attributes
from pipeline.mail.unpacking import Unreadable

CELL_LIMIT: Final = 2000
"""Characters of one cell."""
_STRINGS_LIMIT: Final = 100_000
_CHARACTERS_LIMIT: Final = 5_000_000
"""Of all shared strings of a workbook."""
_QUOTED: Final = re.compile(r'"[^"]*"|\[[^\]]*\]|\\.')
_DATE_FORMATS: Final = frozenset({*range(14, 18), 22, *range(27, 37), *range(50, 59)})
"""Formats of dates that every program knows by number (18.8.30)."""


def is_true(value: str) -> bool:
    """A boolean of XML Schema."""
    return value in {"1", "true", "on"}


class Strings:
    """The shared strings, without the readings beside them."""

    def __init__(self, out: list[tuple[str, bool]]) -> None:
        self._out = out
        self._rich = Rich()
        self._left = _CHARACTERS_LIMIT

    def start(self, tag: str, given: Attributes) -> None:
        """An element begins."""
        if tag == "si":
            self._rich = Rich()
        else:
            self._rich.start(tag, given)

    def end(self, tag: str) -> None:
        """An element ends."""
        if tag != "si":
            self._rich.end(tag)
            return
        text, struck = self._rich.result()
        self._left -= len(text)
        if len(self._out) >= _STRINGS_LIMIT or self._left < 0:
            raise Unreadable("too much text")
        self._out.append((text, struck))

    def text(self, piece: str) -> None:
        """A piece of text."""
        self._rich.text(piece)


class Rich:
    """One text of several runs (18.4.4): crossed-out runs go, and readings are no text."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._length = 0
        self._open = self._aside = self._run_struck = self._struck = False

    def start(self, tag: str, given: Attributes) -> None:
        """An element begins."""
        if tag == "t":
            self._open = not self._aside
        elif tag == "rPh":
            self._aside = True
        elif tag == "strike":
            self._run_struck = is_true(given.get("val", "1"))

    def end(self, tag: str) -> None:
        """An element ends."""
        if tag == "t":
            self._open = False
        elif tag == "rPh":
            self._aside = False
        elif tag == "r":
            self._run_struck = False

    def text(self, piece: str) -> None:
        """A piece of text."""
        if not self._open:
            return
        if self._run_struck:
            self._struck = self._struck or bool(piece.strip())
        elif self._length < CELL_LIMIT:
            self._pieces.append(piece[:CELL_LIMIT])
            self._length += len(piece)

    def result(self) -> tuple[str, bool]:
        """The text that stands, and whether other text was crossed out."""
        return "".join(self._pieces), self._struck


class Styles:
    """Which styles of cells mean a date, or cross out."""

    def __init__(self) -> None:
        self._formats: set[int] = set(_DATE_FORMATS)
        self._fonts: list[bool] = []
        self._cells: list[tuple[int, int]] = []
        self._inside: list[str] = []

    def start(self, tag: str, given: Attributes) -> None:
        """An element begins."""
        parent = self._inside[-1] if self._inside else ""
        self._inside.append(tag)
        if tag == "numFmt" and parent == "numFmts":
            code = _QUOTED.sub("", given.get("formatCode", "")[:200]).lower()
            code = code.replace("general", "")
            if re.search(r"y|d|g+e|ggg", code) is not None:
                self._formats.add(whole_number(given.get("numFmtId", "")))
        elif tag == "font" and parent == "fonts":
            self._fonts.append(False)
        elif tag == "strike" and parent == "font" and self._fonts and "fonts" in self._inside:
            self._fonts[-1] = is_true(given.get("val", "1"))
        elif tag == "xf" and parent == "cellXfs":
            self._cells.append(
                (whole_number(given.get("numFmtId", "")), whole_number(given.get("fontId", "")))
            )

    def end(self, _: str) -> None:
        """An element ends."""
        self._inside.pop()

    def dates(self) -> frozenset[int]:
        """Styles that show a number as a date."""
        return frozenset(n for n, (form, _) in enumerate(self._cells) if form in self._formats)

    def struck(self) -> frozenset[int]:
        """Styles that cross out."""
        fonts = {n for n, struck in enumerate(self._fonts) if struck}
        return frozenset(n for n, (_, font) in enumerate(self._cells) if font in fonts)


def whole_number(text: str) -> int:
    """The number of a style or a text; -1 for anything else."""
    return int(text) if text.isdecimal() and len(text) < 9 else -1  # noqa: PLR2004 - a number of a style
