"""People as the columns of a table, beside a column of labels.

Law of this file: it is the same table with its rows and columns changed over, and only where there
are several people, or one beside a sample: a form for one has its labels at the left, too.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final, NamedTuple

from pipeline.mail.cellwords import Words
from pipeline.mail.grid import COLUMNS_LIMIT, Cell, Grid
from pipeline.mail.tables import Table, tables

_ENOUGH: Final = 3
"""Questions that make a table: the name, its reading and one more."""
_TRIED: Final = 4
"""Columns of labels beside which people may stand as columns."""


def turned(grid: Grid, words: Words) -> list[Table]:
    """People as columns: the same table, its rows and columns changed over.

    Only where there are several of them, or one beside a sample: a form of one person has labels
    at the left, too.
    """
    for column, top, bottom in _label_columns(grid, words)[:_TRIED]:
        if _asked_beside(grid, words, column, range(top, bottom)):
            continue
        cells = [
            _changed(cell, row=cell.column - column, column=cell.row - top + 1)
            for cell in grid.cells
            if top - 1 <= cell.row < bottom and cell.column >= column
        ]
        over = _Turned(grid.name, sorted(cells, key=lambda c: (c.row, c.column)), grid.lettered)
        over.shift = (top - 1, column)
        found = tables(over, words)
        if found and len(found[0].people) + found[0].samples > 1:
            return [replace(found[0], top=top - 1, bottom=bottom)]
    return []


def _asked_beside(grid: Grid, words: Words, column: int, rows: range) -> bool:
    """Whether further labels stand among the answers: a form with two labels on a row."""
    return any(
        asked.fields != ()
        for row in rows
        for cell in grid.between(row, column + 1, COLUMNS_LIMIT)
        if (asked := words.asked(cell.text)) is not None
    )


@dataclass(slots=True)
class _Turned(Grid):
    """A grid whose rows and columns are changed over."""

    shift: tuple[int, int] = (0, 0)

    def place(self, cell: Cell) -> str:
        top, left = self.shift
        back = _changed(cell, row=cell.column + top, column=cell.row + left)
        return Grid(self.name, [], self.lettered).place(back)


def _changed(cell: Cell, *, row: int, column: int) -> Cell:
    """A cell in a grid that is turned over."""
    return cell._replace(row=row, column=column, height=cell.width, width=cell.height)


def _label_columns(grid: Grid, words: Words) -> list[tuple[int, int, int]]:
    """Columns of labels with a name among them: column, first row, row behind the last.

    A run of labels ends at a gap, at anything else, and where the name is asked again.
    """
    columns: dict[int, list[_Question]] = {}
    for cell in grid.cells:
        asked = words.asked(cell.text)
        label = asked is not None and not asked.contact
        named = label and asked is not None and "name" in asked.fields
        columns.setdefault(cell.column, []).append(
            _Question(cell.row, cell.below, label=label, named=named)
        )
    found: list[tuple[int, int, int]] = []
    for column, questions in sorted(columns.items()):
        found += [(column, run[0].row, run[-1].below) for run in _runs(questions)]
    return found


class _Question(NamedTuple):
    """A cell of a column, as far as it may be one of the labels of a table."""

    row: int
    below: int
    label: bool
    named: bool


def _runs(questions: list[_Question]) -> list[list[_Question]]:
    """Labels that stand together, each run with one name among them."""
    runs: list[list[_Question]] = [[]]
    for question in questions:
        run = runs[-1]
        far = bool(run) and question.row > run[-1].below + 1
        again = question.named and any(one.named for one in run)
        if far or again or not question.label:
            runs.append([])
        if question.label:
            runs[-1].append(question)
    return [run for run in runs if len(run) >= _ENOUGH and any(one.named for one in run)]
