"""People as the columns of a table, beside a column of labels.

Law of this file: it is the same table with its rows and columns changed over, and only where there
are several people, or one beside a sample: a form for one has its labels at the left, too.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from pipeline.mail.cellwords import Words
from pipeline.mail.grid import Cell, Grid
from pipeline.mail.tables import Table, tables

_TRIED: Final = 4
"""Columns of labels beside which people may stand as columns."""


def turned(grid: Grid, words: Words) -> list[Table]:
    """People as columns: the same table, its rows and columns changed over.

    Only where there are several of them, or one beside a sample: a form of one person has labels
    at the left, too.
    """
    for column, top, bottom in _label_columns(grid, words)[:_TRIED]:
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
    """Columns of labels with a name among them: column, first row, row behind the last."""
    columns: dict[int, list[tuple[int, int, bool]]] = {}
    for cell in grid.cells:
        asked = words.asked(cell.text)
        if asked is not None and not asked.contact:
            columns.setdefault(cell.column, []).append(
                (cell.row, cell.below, "name" in asked.fields)
            )
    found: list[tuple[int, int, int]] = []
    for column, rows in sorted(columns.items()):
        run: list[tuple[int, int, bool]] = []
        for row in [*rows, (10**9, 0, False)]:
            if run and row[0] > run[-1][1] + 1:
                if len(run) > 2 and any(named for _, _, named in run):  # noqa: PLR2004 - name, kana and one more
                    found.append((column, run[0][0], run[-1][1]))
                run = []
            run.append(row)
    return found
