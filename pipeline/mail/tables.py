"""People as the rows of a table, below a row of headings.

Law of this file: a row of headings names several of our questions, the name among them, and has
names below it.  Sample rows, sums, notes and empty rows are nobody.  What says that somebody may
not take part, or cannot be read for sure, is a doubt: it is told, and nobody is left out unsaid.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from pipeline.mail.cellwords import (
    Asked,
    Words,
    folded,
    is_example,
    is_noise,
    is_note,
    is_number,
    is_sample,
    is_tick,
    is_total,
    refuses,
    speaks_of_absence,
)
from pipeline.mail.columns import Column, Headed, headed, is_name
from pipeline.mail.deduced import is_body, is_office
from pipeline.mail.grid import Cell, Grid
from pipeline.mail.people import PEOPLE_LIMIT
from pipeline.mail.records import Given, Record, answers_in, ditto, is_kana, ticked

_SHARED: Final = ("organization", "prefecture")
"""What is often written in the first row alone."""
_LOOKED_AT: Final = 6
"""Rows below the headings in which the first name must stand."""


@dataclass(slots=True)
class Table:
    """A table of people."""

    top: int
    """The row of the headings."""
    bottom: int
    """The first row that does not belong to it."""
    people: list[Record] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)
    samples: int = 0


def tables(grid: Grid, words: Words) -> list[Table]:
    """The tables of people in a grid, one below the other."""
    found: list[Table] = []
    end = -1
    for row in grid.rows:
        if row < end:
            continue
        beside = [reader.read() for reader in _readers(grid, row, words)]
        found += [table for table in beside if table.people or table.samples]
        end = max((table.bottom for table in beside), default=end)
    return found


def _readers(grid: Grid, row: int, words: Words) -> list[_Rows]:
    readers = [_Rows(grid, words, row, heads) for heads in headed(grid, row, words)]
    return [reader for reader in readers if reader.begins()]


# ---------------------------------------------------------------- the rows


class _Rows:
    """Reads the rows below one row of headings."""

    def __init__(self, grid: Grid, words: Words, top: int, heads: Headed) -> None:
        self._grid, self._words = grid, words
        self._start, self._lines = heads
        self._table = Table(top, self._start)
        self._name = next(
            column for line in self._lines for column in line if is_name(column)
        )  # fmt: skip

    def begins(self) -> bool:
        """Whether names stand below, and no further labels."""
        for row in self._grid.below(self._start)[:_LOOKED_AT]:
            cell = self._in(row, self._name)
            if cell is not None and cell.row >= self._start:
                return self._words.asked(cell.text) is None
            if self._labels(row):
                return False
        return False

    def read(self) -> Table:
        """Read row after row, until something else begins."""
        period, row = len(self._lines), self._start
        rows = self._grid.below(self._start)
        last = rows[-1] if rows else row
        while row <= last and len(self._table.people) <= PEOPLE_LIMIT:
            if self._grid.row(row) and self._ends(row):
                break
            self._take(row)
            row += period
        self._table.bottom = row
        self._fill()
        return self._table

    def _ends(self, row: int) -> bool:
        """Whether a label stands where a name should, or at the head of the row."""
        name = self._in(row, self._name)
        if name is not None and self._words.asked(name.text) is not None:
            return not self._headings_again(row)
        cells = self._grid.row(row)
        first = cells[0]
        asked = self._words.asked(first.text)
        if (
            first.row == row
            and asked is not None
            and (asked.contact or (asked.fields and not name))
        ):
            return True
        if first.row == row and first.width > 1 and self._words.section(first.text) is not None:
            return True
        return self._labels(row) > 1

    def _headings_again(self, row: int) -> bool:
        """The same headings at the top of a further page."""
        top = [folded(cell.text) for cell in self._grid.row(self._table.top)]
        return [folded(cell.text) for cell in self._grid.row(row)] == top

    def _labels(self, row: int) -> int:
        return sum(
            cell.row == row and _asks(self._words.asked(cell.text)) for cell in self._grid.row(row)
        )

    # ------------------------------------------------------------ one row

    def _take(self, row: int) -> None:
        cells = [cell for n in range(len(self._lines)) for cell in self._grid.row(row + n)]
        name = self._in(row, self._name) or self._in(row + len(self._lines) - 1, self._name)
        if not cells or is_total(cells[0].text) or self._headings_again(row):
            return
        if self._is_sample(cells, name):
            self._table.samples += 1
            return
        if name is not None and self._heads_a_group(name, cells):
            return
        record = self._record(row)
        if name is None or is_note(name.text) or is_number(name.text):
            told = is_kana(record.text("name_kana")) or "@" in record.text("email")
            if name is not None or not told:
                return
            record.answers.pop("name", None)
        if name is not None and name.struck and not name.text:
            self._doubt(f"crossed out: {self._grid.place(name)}")
            return
        if name is not None and name.row < row:
            return  # a further line of somebody whose cell reaches down to it
        self._table.people.append(record)
        self._look_at(row, cells)

    def _heads_a_group(self, name: Cell, cells: list[Cell]) -> bool:
        """Whether it is a line across the table: the office of those below it."""
        if name.behind > self._name.end:
            return True
        office = is_office(name.text) or is_body(name.text)
        return is_noise(name.text) or (len(cells) == 1 and len(self._lines[0]) > 1 and office)

    def _is_sample(self, cells: list[Cell], name: Cell | None) -> bool:
        if any(is_sample(cell.text) for cell in cells):
            return True
        if name is None:
            return False
        return is_example(name.text) or self._words.sample_value("name", name.text)

    def _record(self, row: int) -> Record:
        record = Record()
        halves: dict[str, list[Cell]] = {}
        options: list[tuple[str, list[Cell]]] = []
        for line, columns in enumerate(self._lines):
            for column in columns:
                found = self._cells(row + line, column)
                if column.option:
                    options.append((column.heading, found))
                elif column.asked is not None and column.asked.half:
                    halves.setdefault(column.asked.fields[0], []).extend(found)
                elif column.asked is not None and not column.asked.contact:
                    self._give(record, column.asked, found)
        for name, found in halves.items():
            where = self._grid.place(found[0]) if found else ""
            record.give(name, " ".join(cell.text.strip() for cell in found), where)
        if options and (kinds := ticked(options)):
            where = next((self._grid.place(c) for _, found in options for c in found), "")
            record.give("category", kinds, where)
        return record

    def _give(self, record: Record, asked: Asked, found: list[Cell]) -> None:
        before = self._table.people[-1] if self._table.people else None
        where = self._grid.place(found[0]) if found else ""
        for name, text in answers_in(asked, found):
            if before is not None and text and ditto(text):
                given = before.answers.get(name, Given("", where))
                record.give(name, given.text, where)
            else:
                record.give(name, "" if is_example(text) else text, where)

    def _cells(self, row: int, column: Column) -> list[Cell]:
        """The cells of a row under a heading; merged ones count for each row they reach."""
        return self._grid.between(row, column.first, column.end)

    def _in(self, row: int, column: Column) -> Cell | None:
        return next(iter(self._cells(row, column)), None)

    def _look_at(self, row: int, cells: list[Cell]) -> None:
        """What makes a row doubtful: a formula without its result, a remark, a refusal."""
        for cell in cells:
            place = self._grid.place(cell)
            column = self._column_of(cell)
            if column is not None and not column.asks and refuses(column.heading, cell.text):
                self._doubt(f"perhaps nobody takes part: {place}")
            elif cell.unsaved:
                self._doubt(f"a formula without its result: {place}")
            elif speaks_of_absence(cell.text) and not self._answers(cell, row, column):
                self._doubt(f"perhaps nobody takes part: {place}")

    def _answers(self, cell: Cell, row: int, column: Column | None) -> bool:
        """Whether a cell answers one of our questions, or only says no to a remark's column."""
        if column is not None:
            return column.asks
        return is_tick(cell.text) is not None or row < self._start

    def _column_of(self, cell: Cell) -> Column | None:
        columns = (column for line in self._lines for column in line)
        return next((c for c in columns if c.first <= cell.column < c.end), None)

    def _doubt(self, why: str) -> None:
        if why not in self._table.doubts:
            self._table.doubts.append(why)

    def _fill(self) -> None:
        """An organisation that stands in the first row alone is that of all rows."""
        people = self._table.people
        for name in _SHARED:
            given = [record.answers.get(name) for record in people]
            if len(people) > 1 and given[0] and given[0].text and not any(
                g.text for g in given[1:] if g is not None
            ):  # fmt: skip
                for record in people[1:]:
                    record.answers[name] = given[0]


def _asks(asked: Asked | None) -> bool:
    return asked is not None and bool(asked.fields)
