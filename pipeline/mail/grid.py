"""Cells of a sheet, a table or a list, wherever they came from.

Law of this file: a grid is bounded when it is made, and every step over it goes from cell to
written cell, never over empty ones.  It knows neither labels nor people.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final, NamedTuple

ROWS_LIMIT: Final = 2000
"""What stands below is not looked at: a hundred people need no more."""
COLUMNS_LIMIT: Final = 100
CELLS_LIMIT: Final = 6000
"""Written cells of one grid; what stands behind them is not looked at."""
TEXT_LIMIT: Final = 1000
"""Characters of one cell."""


class Cell(NamedTuple):
    """One written cell, or one of merged cells with all that they cover."""

    row: int
    """From 0, as the column."""
    column: int
    text: str
    height: int = 1
    width: int = 1
    number: bool = False
    """Whether a number is kept there and no text: a leading zero would be lost."""
    struck: bool = False
    """Whether something in it was crossed out, which is no part of the text."""
    unsaved: bool = False
    """Whether it is a formula whose result the file does not hold."""
    hidden: bool = False
    """Whether its row or column is hidden."""

    @property
    def behind(self) -> int:
        """The first column to its right."""
        return self.column + self.width

    @property
    def below(self) -> int:
        """The first row under it."""
        return self.row + self.height


@dataclass(slots=True)
class Grid:
    """The written cells of one sheet or document."""

    name: str
    """The sheet's name; "" where there is only one."""
    cells: list[Cell]
    """In the order of reading, each once."""
    lettered: bool = True
    """Whether its places are called B4, as in a spreadsheet; else line and column."""
    cut: bool = False
    """Whether there were more cells than are looked at."""
    rows: list[int] = field(default_factory=list, init=False)
    """The rows on which anything stands, from the top."""
    _rows: dict[int, list[Cell]] = field(default_factory=dict, init=False)
    """Cells that stand on a row or reach down to it, from left to right."""

    def __post_init__(self) -> None:
        for cell in self.cells:
            for row in range(cell.row, cell.below):
                self._rows.setdefault(row, []).append(cell)
        for cells in self._rows.values():
            cells.sort(key=_column)
        self.rows = sorted(self._rows)

    def row(self, number: int) -> list[Cell]:
        """The cells of a row from left to right, those of merged rows too."""
        return self._rows.get(number, [])

    def at(self, row: int, column: int) -> Cell | None:
        """The cell at a place; None when nothing is written there."""
        cells = self.row(row)
        place = bisect_right(cells, column, key=_column) - 1
        found = cells[place] if place >= 0 else None
        return found if found is not None and column < found.behind else None

    def right_of(self, cell: Cell, row: int) -> list[Cell]:
        """The cells behind a cell on one row, from left to right."""
        cells = self.row(row)
        return cells[bisect_right(cells, cell.column, key=_column) :]

    def between(self, row: int, first: int, end: int) -> list[Cell]:
        """The cells of a row that begin in these columns, `end` not among them."""
        cells = self.row(row)
        start = bisect_left(cells, first, key=_column)
        return cells[start : bisect_left(cells, end, start, key=_column)]

    def below(self, row: int) -> list[int]:
        """The rows from this one on, on which anything stands."""
        return self.rows[bisect_left(self.rows, row) :]

    def place(self, cell: Cell) -> str:
        """How a person finds the cell."""
        if not self.lettered:
            return f"line {cell.row + 1}, column {cell.column + 1}"
        where = f"{letters(cell.column)}{cell.row + 1}"
        return f"{self.name}!{where}" if self.name else where


def _column(cell: Cell) -> int:
    return cell.column


def grid(name: str, cells: Iterable[Cell], *, lettered: bool = True) -> Grid:
    """A grid of the cells that lie within the limits and say anything."""
    kept: list[Cell] = []
    for cell in cells:
        if cell.row >= ROWS_LIMIT or cell.column >= COLUMNS_LIMIT:
            continue
        if cell.text or cell.unsaved or cell.struck:
            kept.append(cell._replace(
                text=cell.text[:TEXT_LIMIT],
                height=max(1, min(cell.height, ROWS_LIMIT - cell.row)),
                width=max(1, min(cell.width, COLUMNS_LIMIT - cell.column)),
            ))  # fmt: skip
        if len(kept) >= CELLS_LIMIT:
            break
    kept.sort(key=lambda cell: (cell.row, cell.column))
    return Grid(name, kept, lettered, cut=len(kept) >= CELLS_LIMIT)


def letters(column: int) -> str:
    """A column's letters: 0 is A, 26 is AA."""
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(ord("A") + rest) + name
    return name
