"""The questions of a form, and where their answers stand.

Law of this file: an answer stands to the right of its label, or below it where labels stand above;
a cell that is a label, a heading or a note is never an answer.  With space between, it is one only
where other answers stand in the same column.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from typing import Final

from pipeline.mail.cellwords import Asked, Words, is_noise, is_note, is_sample
from pipeline.mail.grid import ROWS_LIMIT, Cell, Grid
from pipeline.mail.records import is_kana

_NAMES: Final = frozenset({"name", "name_kana"})
_TALL: Final = 6
"""Rows beside a tall label in which its answers stand."""


def _row(question: tuple[int, tuple[str, ...]]) -> int:
    return question[0]


class Questions:
    """The labels among some cells of a grid."""

    def __init__(self, grid: Grid, words: Words, free: list[Cell]) -> None:
        self._grid, self._free = grid, free
        self._places = {(cell.row, cell.column) for cell in free}
        self.labels = {
            (cell.row, cell.column): asked
            for cell in free
            if (asked := words.asked(cell.text)) is not None
        }
        self._columns: dict[int, list[tuple[int, tuple[str, ...]]]] = {}
        """Our questions by their columns, from the top: row and fields."""
        for (row, column), one in self.labels.items():
            if one.fields:
                self._columns.setdefault(column, []).append((row, one.fields))
        self._names_alone = any(
            one.fields == ("name",) and not one.contact for one in self.labels.values()
        )
        """Whether a name is asked for by itself; then 氏名（カナ） asks only for the reading."""
        self._beside = self._value_columns()
        self._answered_beside = frozenset(c for c, counted in self._beside.items() if counted)
        """Columns of labels that have their answers at the right: below them is no answer."""
        self._strips = self._side_by_side()

    def settled(self, cell: Cell, asked: Asked, found: list[Cell]) -> Asked:
        """What a label really asks for, where its neighbours or its answer tell."""
        if set(asked.fields) == _NAMES and self._names_alone:
            read = found and all(is_kana(one.text) for one in found)
            return asked._replace(fields=("name_kana",) if read or not found else ("name",))
        if asked.fields == ("name_kana",) and self._of_organization(cell):
            return asked._replace(fields=())
        return asked

    def _of_organization(self, cell: Cell) -> bool:
        """Whether a reading is that of the organisation: フリガナ above 団体名."""
        beside = (self.labels.get((c.row, c.column)) for c in self._grid.row(cell.row))
        if any(one is not None and "name" in one.fields for one in beside):
            return False
        column = self._columns[cell.column]
        place = bisect_left(column, cell.row, key=_row)
        above, below, then = (
            column[n][1] if 0 <= n < len(column) else () for n in (place - 1, place + 1, place + 2)
        )
        if "organization" in below:
            return "name" not in above
        return "organization" in above and "name" in below and "name_kana" in then

    # ------------------------------------------------------------ where answers stand

    def _is_value(self, cell: Cell) -> bool:
        text = cell.text
        place = (cell.row, cell.column)
        if place not in self._places or place in self.labels:
            return False
        return not is_noise(text) and not is_note(text) and not is_sample(text)

    def next_to(self, cell: Cell, row: int | None = None) -> list[Cell]:
        """The answer cells behind a label on its row, as far as the next label."""
        found: list[Cell] = []
        for other in self._grid.right_of(cell, cell.row if row is None else row):
            if is_noise(other.text) and (other.row, other.column) not in self.labels:
                continue
            if not self._is_value(other):
                break
            if not found and other.column > cell.behind and not self._usual(cell, other.column):
                break
            found.append(other)
        return found

    def _usual(self, label: Cell, column: int) -> bool:
        """Whether answers to labels of this column stand in that one, with space between."""
        return self._beside[label.column].get(column, 0) > 1 or len(self._free) < 4  # noqa: PLR2004 - label, answer and a title

    def values(self, cell: Cell, asked: Asked) -> list[Cell]:
        """The cells that answer a label."""
        beside = self.next_to(cell)
        for row in range(cell.row + 1, min(cell.below, cell.row + _TALL)):
            beside += [one for one in self.next_to(cell, row) if one.row == row]
        if beside or cell.column in self._answered_beside:
            return beside
        below = self._grid.at(cell.below, cell.column)
        fits = below is not None and below.column == cell.column and below.row == cell.below
        if below is not None and fits and self._is_value(below) and asked.fields:
            return [below]
        return []

    def _value_columns(self) -> dict[int, Counter[int]]:
        """Where the first thing behind a label stands, counted by the labels' columns."""
        columns: dict[int, Counter[int]] = {}
        for cell in self._free:
            if (cell.row, cell.column) not in self.labels:
                continue
            counted = columns.setdefault(cell.column, Counter())
            beside = self._grid.right_of(cell, cell.row)
            first = next((other for other in beside if not is_noise(other.text)), None)
            if first is not None and self._is_value(first):
                counted[first.column] += 1
        return columns

    # ------------------------------------------------------------ forms side by side

    def _side_by_side(self) -> tuple[int, list[int]]:
        """Where forms begin that stand beside each other: from which row, at which columns."""
        rows: dict[int, list[int]] = {}
        for (row, column), asked in self.labels.items():
            reading = self._names_alone and asked.fields != ("name",)
            if "name" in asked.fields and not (asked.contact or asked.half or reading):
                rows.setdefault(row, []).append(column)
        for row, columns in sorted(rows.items()):
            if len(columns) > 1:
                return row, sorted(columns)
        return ROWS_LIMIT + 1, []

    def strip(self, cell: Cell) -> int:
        """Which of several forms beside each other a cell belongs to, from 0."""
        row, columns = self._strips
        if cell.row < row - 1:
            return 0
        return max(0, sum(column <= cell.column for column in columns) - 1)
