"""A workbook (.xlsx, .xlsm) as grids of what a person sees in it.

Law of this file: only what is written in cells counts, as it was saved.  Formulas are never
evaluated, macros and links never followed, comments and pictures not looked at.  Hidden sheets are
lists and old data, which nobody sees who opens the file: they are left out; hidden rows and columns
are told apart, for a filter may have hidden somebody.  The readings that Excel keeps of how a name
was typed (<rPh>) are not used: the sheet does not show them, and a name is often typed by other
readings than its own; who gives no kana is asked.  openpyxl is not used, because it keeps
all of a hostile workbook in memory, and cannot tell merged or hidden cells while it streams.
Facts: ECMA-376 part 1, 18.3 and 18.8.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from pipeline.mail.grid import COLUMNS_LIMIT, ROWS_LIMIT, Cell, Grid, grid
from pipeline.mail.markup import Attributes, Package
from pipeline.mail.unpacking import Budget, Unreadable

TICKED: Final = "☑"
UNTICKED: Final = "☐"

_SHEETS_LIMIT: Final = 120
"""One form on a sheet for each of 100 people, and some more."""
_STRINGS_LIMIT: Final = 100_000
_CHARACTERS_LIMIT: Final = 5_000_000
"""Of all shared strings of a workbook."""
_CELL_LIMIT: Final = 2000
_MERGED_LIMIT: Final = 10_000
_PLACE: Final = re.compile(r"([A-Za-z]{1,3})(\d{1,7})")
_SPAN: Final = re.compile(r"\$?([A-Za-z]{1,3})\$?(\d{1,7}):\$?([A-Za-z]{1,3})\$?(\d{1,7})")
_QUOTED: Final = re.compile(r'"[^"]*"|\[[^\]]*\]|\\.')
_DATE_FORMATS: Final = frozenset({*range(14, 18), 22, *range(27, 37), *range(50, 59)})
"""Formats of dates that every program knows by number (18.8.30)."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One visible sheet."""

    seen: Grid
    """What is visible."""
    whole: Grid | None
    """With hidden rows and columns; None when there are none."""


def sheets(raw: bytes, budget: Budget) -> list[Sheet]:
    """The visible sheets in their order. Raises Unreadable and Locked."""
    package = Package(raw, budget)
    book = _Book(package)
    shown = [entry for entry in book.sheets if not entry.hidden]
    if len(shown) > _SHEETS_LIMIT:
        raise Unreadable(f"more than {_SHEETS_LIMIT} sheets")
    several = len(shown) > 1
    return [_sheet(package, book, entry, several=several) for entry in shown]


# ---------------------------------------------------------------- the workbook


@dataclass(frozen=True, slots=True)
class _Entry:
    name: str
    part: str
    hidden: bool


@dataclass(slots=True)
class _Book:
    """What all sheets share."""

    package: Package
    sheets: list[_Entry] = field(default_factory=list)
    strings: list[tuple[str, bool]] = field(default_factory=list)
    """Text, and whether it is crossed out."""
    dates: frozenset[int] = frozenset()
    """Styles that show a number as a date."""
    struck: frozenset[int] = frozenset()
    """Styles that cross out."""
    since: datetime = datetime(1899, 12, 30)  # noqa: DTZ001 - a day, no instant

    def __post_init__(self) -> None:
        names = self.package.names
        workbook = next((n for n in sorted(names) if n.endswith("workbook.xml")), "")
        if not workbook:
            raise Unreadable("a workbook of another kind")
        parts = self.package.related(workbook)

        def start(tag: str, given: Attributes) -> None:
            if tag == "sheet":
                hidden = given.get("state", "visible") != "visible"
                part = parts.get(given.get("id", ""), "")
                if len(self.sheets) < 2 * _SHEETS_LIMIT + 1:
                    self.sheets.append(_Entry(given.get("name", "")[:60], part, hidden))
            elif tag == "workbookPr" and _true(given.get("date1904", "")):
                self.since = datetime(1904, 1, 1)  # noqa: DTZ001 - a day, no instant

        self.package.walk(workbook, start, _nothing, _nothing)
        folder = workbook.rpartition("/")[0]
        strings = _Strings(self.strings)
        self.package.walk(f"{folder}/sharedStrings.xml", strings.start, strings.end, strings.text)
        styles = _Styles()
        self.package.walk(f"{folder}/styles.xml", styles.start, styles.end, _nothing)
        self.dates, self.struck = styles.dates(), styles.struck()


def _true(value: str) -> bool:
    return value in {"1", "true", "on"}


def _nothing(_: str) -> None:
    """What is not listened to."""


class _Strings:
    """The shared strings, without the readings beside them."""

    def __init__(self, out: list[tuple[str, bool]]) -> None:
        self._out = out
        self._rich = _Rich()
        self._left = _CHARACTERS_LIMIT

    def start(self, tag: str, given: Attributes) -> None:
        if tag == "si":
            self._rich = _Rich()
        else:
            self._rich.start(tag, given)

    def end(self, tag: str) -> None:
        if tag != "si":
            self._rich.end(tag)
            return
        text, struck = self._rich.result()
        self._left -= len(text)
        if len(self._out) >= _STRINGS_LIMIT or self._left < 0:
            raise Unreadable("too much text")
        self._out.append((text, struck))

    def text(self, piece: str) -> None:
        self._rich.text(piece)


class _Rich:
    """One text of several runs (18.4.4): crossed-out runs go, and readings are no text."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._length = 0
        self._open = self._aside = self._run_struck = self._struck = False

    def start(self, tag: str, given: Attributes) -> None:
        if tag == "t":
            self._open = not self._aside
        elif tag == "rPh":
            self._aside = True
        elif tag == "strike":
            self._run_struck = _true(given.get("val", "1"))

    def end(self, tag: str) -> None:
        if tag == "t":
            self._open = False
        elif tag == "rPh":
            self._aside = False
        elif tag == "r":
            self._run_struck = False

    def text(self, piece: str) -> None:
        if not self._open:
            return
        if self._run_struck:
            self._struck = self._struck or bool(piece.strip())
        elif self._length < _CELL_LIMIT:
            self._pieces.append(piece[:_CELL_LIMIT])
            self._length += len(piece)

    def result(self) -> tuple[str, bool]:
        """The text that stands, and whether other text was crossed out."""
        return "".join(self._pieces), self._struck


class _Styles:
    """Which styles of cells mean a date, or cross out."""

    def __init__(self) -> None:
        self._formats: set[int] = set(_DATE_FORMATS)
        self._fonts: list[bool] = []
        self._cells: list[tuple[int, int]] = []
        self._inside: list[str] = []

    def start(self, tag: str, given: Attributes) -> None:
        parent = self._inside[-1] if self._inside else ""
        self._inside.append(tag)
        if tag == "numFmt" and parent == "numFmts":
            code = _QUOTED.sub("", given.get("formatCode", "")[:200]).lower()
            if re.search(r"y|d|g+e|ggg", code) is not None:
                self._formats.add(_whole(given.get("numFmtId", "")))
        elif tag == "font" and parent == "fonts":
            self._fonts.append(False)
        elif tag == "strike" and parent == "font" and self._fonts and "fonts" in self._inside:
            self._fonts[-1] = _true(given.get("val", "1"))
        elif tag == "xf" and parent == "cellXfs":
            self._cells.append((_whole(given.get("numFmtId", "")), _whole(given.get("fontId", ""))))

    def end(self, _: str) -> None:
        self._inside.pop()

    def dates(self) -> frozenset[int]:
        return frozenset(n for n, (form, _) in enumerate(self._cells) if form in self._formats)

    def struck(self) -> frozenset[int]:
        fonts = {n for n, struck in enumerate(self._fonts) if struck}
        return frozenset(n for n, (_, font) in enumerate(self._cells) if font in fonts)


def _whole(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 9 else -1  # noqa: PLR2004 - a number of a style


# ---------------------------------------------------------------- one sheet


def _sheet(package: Package, book: _Book, entry: _Entry, *, several: bool) -> Sheet:
    found = _Cells(book)
    package.walk(entry.part, found.start, found.end, found.text)
    name = entry.name if several else ""
    cells = found.merged()
    seen = grid(name, (cell for cell in cells if not cell.hidden))
    whole = grid(name, cells) if any(cell.hidden for cell in cells) else None
    return Sheet(seen, whole)


class _Cells:
    """Listens to one sheet (18.3.1)."""

    def __init__(self, book: _Book) -> None:
        self._book = book
        self._cells: list[Cell] = []
        self._spans: dict[tuple[int, int], tuple[int, int]] = {}
        self._hidden_columns: list[tuple[int, int]] = []
        self._hidden_rows: set[int] = set()
        self._row, self._column = -1, -1
        self._kind, self._style = "", -1
        self._formula, self._open = False, False
        self._value: list[str] = []
        self._rich = _Rich()

    def start(self, tag: str, given: Attributes) -> None:
        if tag == "c":
            self._cell(given)
        elif tag == "row":
            number = given.get("r", "")
            self._row = int(number[:8]) - 1 if number.isdecimal() else self._row + 1
            self._column = -1
            if (
                _true(given.get("hidden", "")) or given.get("ht") == "0"
            ) and self._row < ROWS_LIMIT:
                self._hidden_rows.add(self._row)
        elif tag == "v":
            self._open = True
        elif tag == "f":
            self._formula = True
        elif tag == "col":
            self._width(given)
        elif tag == "mergeCell":
            self._merge(given.get("ref", ""))
        else:
            self._rich.start(tag, given)

    def end(self, tag: str) -> None:
        if tag == "c":
            if self._row < ROWS_LIMIT and 0 <= self._column < COLUMNS_LIMIT:
                self._keep()
        elif tag == "v":
            self._open = False
        else:
            self._rich.end(tag)

    def text(self, piece: str) -> None:
        if not self._open:
            self._rich.text(piece)
        elif len(self._value) < 10:  # noqa: PLR2004 - expat gives pieces of some thousand characters
            self._value.append(piece)

    def _cell(self, given: Attributes) -> None:
        place = _PLACE.fullmatch(given.get("r", ""))
        self._column = _number(place[1]) if place is not None else self._column + 1
        self._kind, self._formula = given.get("t", "n"), False
        self._style = _whole(given.get("s", ""))
        self._value, self._rich = [], _Rich()

    def _keep(self) -> None:
        text, struck = self._text()
        unsaved = self._formula and not self._value and self._kind != "str"
        if not text.strip() and not unsaved and not struck:
            return
        if self._style in self._book.struck:
            text, struck = "", True
        self._cells.append(Cell(
            self._row, self._column, text, number=self._kind == "n", struck=struck, unsaved=unsaved,
        ))  # fmt: skip

    def _text(self) -> tuple[str, bool]:
        value = "".join(self._value)[:_CELL_LIMIT]
        if self._kind == "s":
            index = _whole(value.strip())
            known = 0 <= index < len(self._book.strings)
            return self._book.strings[index] if known else ("", False)
        if self._kind == "inlineStr":
            return self._rich.result()
        if self._kind == "b":
            return TICKED if value.strip() == "1" else UNTICKED, False
        if self._kind == "e":
            return "", False  # an error is no answer
        if self._kind == "n":
            return self._numeric(value.strip()), False
        return value, False

    def _numeric(self, value: str) -> str:
        try:
            number = float(value)
        except ValueError:
            return value
        if self._formula and number == 0:
            return ""  # what a reference to an empty cell gives
        if self._style in self._book.dates and 0 < number < 100_000:  # noqa: PLR2004 - to the year 2173
            return (self._book.since + timedelta(days=number)).strftime("%Y-%m-%d")
        return str(int(number)) if number.is_integer() and abs(number) < 1e15 else value  # noqa: PLR2004 - exact to there

    # ------------------------------------------------------------ merged and hidden

    def _width(self, given: Attributes) -> None:
        if _true(given.get("hidden", "")) or given.get("width") == "0":
            first, last = given.get("min", ""), given.get("max", "")
            if first.isdecimal() and last.isdecimal() and len(self._hidden_columns) < COLUMNS_LIMIT:
                self._hidden_columns.append((int(first[:8]) - 1, int(last[:8]) - 1))

    def _merge(self, ref: str) -> None:
        found = _SPAN.fullmatch(ref)
        if found is None or len(self._spans) >= _MERGED_LIMIT:
            return
        top, left = int(found[2]) - 1, _number(found[1])
        self._spans[top, left] = int(found[4]) - top, _number(found[3]) - left + 1

    def merged(self) -> list[Cell]:
        """The cells, each with what it covers, and whether it is hidden."""
        return [self._placed(cell) for cell in self._cells]

    def _placed(self, cell: Cell) -> Cell:
        height, width = self._spans.get((cell.row, cell.column), (1, 1))
        rows = range(cell.row, min(cell.row + height, ROWS_LIMIT))
        columns = range(cell.column, min(cell.column + width, COLUMNS_LIMIT))
        hidden = self._none_shown(rows, columns)
        return cell._replace(height=max(1, len(rows)), width=max(1, len(columns)), hidden=hidden)

    def _none_shown(self, rows: Iterable[int], columns: Iterable[int]) -> bool:
        if self._hidden_rows and all(row in self._hidden_rows for row in rows):
            return True
        return bool(self._hidden_columns) and all(
            any(first <= column <= last for first, last in self._hidden_columns)
            for column in columns
        )


def _number(name: str) -> int:
    number = 0
    for letter in name.upper():
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1
