"""The headings of a table of people, on one line or on two.

Law of this file: headings only.  A second line names the parts of what stands above it, or it is
the second of two lines that each person takes; lists that stand side by side are told apart.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final, NamedTuple

from pipeline.mail.cellwords import Asked, Words, is_number
from pipeline.mail.grid import COLUMNS_LIMIT, Cell, Grid

_NAMES: Final = frozenset({"name", "name_kana"})
_LINES: Final = 2
"""Lines that headings take at most; what is taller is a heading beside the table."""


@dataclass(frozen=True, slots=True)
class Column:
    """One heading, and the columns that it stands over."""

    first: int
    end: int
    asked: Asked | None
    heading: str
    option: bool = False
    """Whether it is a kind of applicant, to be ticked."""

    @property
    def asks(self) -> bool:
        """Whether it asks for anything of ours."""
        return self.option or (self.asked is not None and bool(self.asked.fields))


class Headed(NamedTuple):
    """The headings of one table."""

    start: int
    """The row on which its data begin."""
    lines: list[list[Column]]
    """The columns of each line of one person."""


def headed(grid: Grid, row: int, words: Words) -> list[Headed]:
    """The headings of tables that begin on this row, side by side."""
    cells = [cell for cell in grid.row(row) if cell.row == row and cell.height <= _LINES]
    if len(cells) < 2:  # noqa: PLR2004 - a list of one column has no form
        return []
    asked = [words.asked(cell.text) for cell in cells]
    fields = [one.fields for one in asked if one and one.fields and not one.contact]
    known = sum(map(bool, fields)) if len(set(fields)) > 1 or len(fields) == 1 else 0
    named = [n for n, one in enumerate(asked) if one and _NAMES & {*one.fields} and not one.contact]
    neutral = sum(one is not None and not one.fields for one in asked) + sum(
        one is None and (is_number(c.text) or words.option(c.text) or c.width > 1)
        for one, c in zip(asked, cells, strict=True)
    )
    others = len(cells) - known - neutral
    enough = known > 1 or (known == 1 and neutral > 0 and others == 0)
    if not named or not enough or others * 2 > known:
        return []
    start, lines = _lines(grid, row, cells, words)
    lines = [_readings_apart(line) for line in lines]
    return [
        Headed(start, part)
        for part in _side_by_side(lines)
        if any(is_name(column) for line in part for column in line)
    ]


def is_name(column: Column) -> bool:
    """Whether a column holds names."""
    return column.asked is not None and "name" in column.asked.fields


def _readings_apart(line: list[Column]) -> list[Column]:
    """氏名（カナ） beside 氏名 asks only for the reading."""
    if not any(c.asked is not None and c.asked.fields == ("name",) for c in line):
        return line
    return [
        replace(c, asked=c.asked._replace(fields=("name_kana",)))
        if c.asked is not None and set(c.asked.fields) == _NAMES
        else c
        for c in line
    ]


def _side_by_side(lines: list[list[Column]]) -> list[list[list[Column]]]:
    """The columns of each of several lists that stand beside each other."""
    asked = [c.asked for c in lines[0] if is_name(c) and c.asked and not c.asked.half]
    heads = [c for c in lines[0] if c.asked is not None and c.asked.fields]
    if len(asked) < 2 or len(lines) > 1:  # noqa: PLR2004 - one list
        return [lines]
    again = [c.first for c in heads if c.asked == heads[0].asked]
    if len(again) != len(asked):
        return [lines]
    edges = [*again, COLUMNS_LIMIT]
    return [
        [[c for c in lines[0] if left <= c.first < right]]
        for left, right in pairwise(edges)
    ]  # fmt: skip


def _lines(grid: Grid, row: int, cells: list[Cell], words: Words) -> tuple[int, list[list[Column]]]:
    """Where the data begin, and the columns of each line of one person."""
    second = [cell for cell in grid.row(row + 1) if cell.row == row + 1]
    below = row + max(cell.height for cell in cells)
    if not second or not all(_is_heading(cell, words) for cell in second):
        return max(row + 1, below), [[_column(cell, words) for cell in cells]]
    first: list[Column] = []
    stacked: list[Column] = []
    for cell in cells:
        under = [c for c in grid.between(row + 1, cell.column, cell.behind) if c.row > row]
        group = words.asked(cell.text)
        if not under:
            first.append(_column(cell, words))
        elif cell.width > 1 or len(under) > 1 or group is None or not group.fields:
            first += [_column(c, words, group=cell) for c in under]
        else:
            first.append(_column(cell, words))
            stacked += [_column(c, words) for c in under]
    covered = {column.first for column in (*first, *stacked)}
    first += [_column(c, words) for c in second if c.column not in covered]
    return row + 2, [first, stacked] if stacked else [first]


def _is_heading(cell: Cell, words: Words) -> bool:
    return words.asked(cell.text) is not None or words.option(cell.text)


def _column(cell: Cell, words: Words, group: Cell | None = None) -> Column:
    asked = words.asked(cell.text)
    above = words.asked(group.text) if group is not None else None
    kinds = above is not None and above.fields == ("category",)
    if asked is None and group is not None:
        asked = words.asked(group.text + cell.text)
    option = (asked is None or kinds) and words.option(cell.text)
    return Column(cell.column, cell.behind, None if option else asked, cell.text, option)
