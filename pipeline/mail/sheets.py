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
from pipeline.mail.workbook import CELL_LIMIT, Rich, Strings, Styles, is_true, whole_number

TICKED: Final = "☑"
UNTICKED: Final = "☐"

_SHEETS_LIMIT: Final = 120
"""One form on a sheet for each of 100 people, and some more."""
_MERGED_LIMIT: Final = 10_000
_PLACE: Final = re.compile(r"([A-Za-z]{1,3})(\d{1,7})")
_SPAN: Final = re.compile(r"\$?([A-Za-z]{1,3})\$?(\d{1,7}):\$?([A-Za-z]{1,3})\$?(\d{1,7})")


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
            elif tag == "workbookPr" and is_true(given.get("date1904", "")):
                self.since = datetime(1904, 1, 1)  # noqa: DTZ001 - a day, no instant

        self.package.walk(workbook, start, _nothing, _nothing)
        folder = workbook.rpartition("/")[0]
        strings = Strings(self.strings)
        self.package.walk(f"{folder}/sharedStrings.xml", strings.start, strings.end, strings.text)
        styles = Styles()
        self.package.walk(f"{folder}/styles.xml", styles.start, styles.end, _nothing)
        self.dates, self.struck = styles.dates(), styles.struck()


def _nothing(_: str) -> None:
    """What is not listened to."""


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
        self._rich = Rich()

    def start(self, tag: str, given: Attributes) -> None:
        if tag == "c":
            self._cell(given)
        elif tag == "row":
            number = given.get("r", "")
            self._row = int(number[:8]) - 1 if number.isdecimal() else self._row + 1
            self._column = -1
            if (
                is_true(given.get("hidden", "")) or given.get("ht") == "0"
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
        self._style = whole_number(given.get("s", ""))
        self._value, self._rich = [], Rich()

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
        value = "".join(self._value)[:CELL_LIMIT]
        if self._kind == "s":
            index = whole_number(value.strip())
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
        if is_true(given.get("hidden", "")) or given.get("width") == "0":
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
