"""Labels and their answers in a grid: an application form for one person, or several of them.

Law of this file: an answer stands to the right of its label, or below it where labels stand above;
a cell that is a label, a heading or a note is never an answer.  Who only writes for others
(担当者, 連絡先, 申込者 beside participants) is no participant.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Final

from pipeline.mail.cellwords import (
    Asked,
    Words,
    is_example,
    is_mark,
    is_noise,
    is_note,
    is_number,
    is_sample,
)
from pipeline.mail.entries import Mark
from pipeline.mail.grid import Cell, Grid
from pipeline.mail.people import PEOPLE_LIMIT
from pipeline.mail.records import Record, answers_in

_FAR: Final = 1000
_DECORATION: Final = frozenset("【■□◆◇●○◎▼▽＜<《〔［[")


@dataclass(slots=True)
class Block:
    """What stands outside of tables."""

    people: list[Record] = field(default_factory=list)
    contact: Record = field(default_factory=Record)
    """Who writes for others."""
    asked: int = 0
    """How many of our questions stand there, answered or not."""
    doubts: list[str] = field(default_factory=list)


def blocks(grid: Grid, words: Words, taken: list[tuple[int, int]]) -> Block:
    """The answers outside of the rows that tables have taken."""
    free = [cell for cell in grid.cells if not any(top <= cell.row < end for top, end in taken)]
    return _Reader(grid, words, free).read()


@dataclass(slots=True)
class _Section:
    """What the answers below or beside a heading are about."""

    kind: str
    end: int = _FAR * _FAR
    """The first row that it is not about."""


class _Reader:
    """Walks over the cells in the order of reading."""

    def __init__(self, grid: Grid, words: Words, free: list[Cell]) -> None:
        self._grid, self._words = grid, words
        self._free = free
        self._places = {(cell.row, cell.column) for cell in free}
        self._labels = {
            (cell.row, cell.column): asked
            for cell in free
            if (asked := words.asked(cell.text)) is not None
        }
        self._used: set[tuple[int, int]] = set()
        self._block = Block()
        self._sections = [_Section("participants")]
        self._strips = self._side_by_side()
        self._current: dict[int, Record] = {}
        self._sampled: set[int] = set()
        self._beside = self._value_columns()
        self._answered_beside = self._columns_with_answers()

    def read(self) -> Block:
        """Everything that is answered."""
        for cell in self._free:
            place = (cell.row, cell.column)
            if place in self._used:
                continue
            self._leave(cell.row)
            asked = self._labels.get(place)
            if self._heads(cell, asked):
                continue
            if asked is not None:
                self._answer(cell, asked)
            else:
                self._inside(cell)
        self._block.people = [
            record for record in self._block.people if not record.blank and not _is_sample(record)
        ]
        return self._block

    # ------------------------------------------------------------ headings

    def _leave(self, row: int) -> None:
        while len(self._sections) > 1 and row >= self._sections[-1].end:
            self._sections.pop()

    @property
    def _section(self) -> str:
        return self._sections[-1].kind

    def _heads(self, cell: Cell, asked: Asked | None) -> bool:
        """Whether a cell is the heading of what follows it."""
        kind = "sample" if is_sample(cell.text) else self._words.section(cell.text)
        if kind is None:
            return self._heads_person(cell)
        tall = cell.height > 1 and self._label_right_of(cell)
        if asked is not None and asked.fields and not tall and not self._alone(cell, asked):
            return False
        section = _Section(kind, cell.below) if tall else _Section(kind)
        if not tall:
            self._sections = self._sections[:1]
            if kind == "participants":
                self._sampled.clear()
        self._sections.append(section)
        if kind == "participants":
            self._current.clear()
        return True

    def _heads_person(self, cell: Cell) -> bool:
        said = self._words.said(cell.text)
        bare = is_number(cell.text) and cell.height > 1 and self._label_right_of(cell)
        if not bare and not (len(said) == 1 and said[0].mark is Mark.PERSON):
            return False
        if is_number(cell.text) and not bare:
            return False
        self._sections = self._sections[:1]
        self._sampled.clear()
        strip = self._strip(cell)
        self._current[strip] = self._new(number=said[0].person if said else None)
        return True

    def _alone(self, cell: Cell, asked: Asked) -> bool:
        """Whether nothing stands beside a cell, and labels stand below it.

        A narrow cell is a heading only when it is decorated as one, or names who writes above the
        question for their name.
        """
        if any(not is_noise(other.text) for other in self._grid.right_of(cell, cell.row)):
            return False
        below = [*self._grid.row(cell.below), *self._grid.row(cell.below + 1)]
        labels = [one for c in below if (one := self._labels.get((c.row, c.column))) is not None]
        named = asked.contact and any("name" in one.fields for one in labels)
        return bool(labels) and (cell.width > 1 or named or cell.text[0] in _DECORATION)

    def _label_right_of(self, cell: Cell) -> bool:
        beside = self._grid.right_of(cell, cell.row)
        return bool(beside) and (beside[0].row, beside[0].column) in self._labels

    # ------------------------------------------------------------ labels

    def _answer(self, cell: Cell, asked: Asked) -> None:
        found = self._values(cell, asked) if asked.fields else self._next_to(cell)
        self._used.update((one.row, one.column) for one in found)
        if not asked.fields or self._section == "other":
            return
        self._block.asked += 1
        record = self._whose(cell, asked)
        if record is None:
            return
        where = self._grid.place(found[0]) if found else self._grid.place(cell)
        if any(one.unsaved for one in found):
            self._block.doubts.append(f"a formula without its result: {where}")
        if asked.half and asked.fields[0] in record.answers:
            self._other_half(record, asked.fields[0], found)
            return
        for name, text in answers_in(asked, found):
            record.give(name, "" if is_example(text) else text, where)
        if "name" in asked.fields:
            record.applicant = record.applicant or asked.applicant

    def _other_half(self, record: Record, name: str, found: list[Cell]) -> None:
        given = record.answers[name]
        text = " ".join(cell.text.strip() for cell in found)
        record.answers[name] = given._replace(text=f"{given.text} {text}".strip())

    def _whose(self, cell: Cell, asked: Asked) -> Record | None:
        """Whom an answer is of; None when it is of nobody."""
        if self._section == "sample":
            return self._of_sample(cell, asked)
        if asked.contact or self._section == "contact":
            return self._block.contact
        return self._participant(cell, asked)

    def _of_sample(self, cell: Cell, asked: Asked) -> Record | None:
        """Answers of a sample are nobody's; a question asked again is no sample any more."""
        strip = self._strip(cell)
        if "name" not in asked.fields or self._sections[-1].end < _FAR * _FAR:
            return None
        if strip not in self._sampled:
            self._sampled.add(strip)
            return None
        self._sections = self._sections[:1]
        self._current.clear()
        return self._participant(cell, asked)

    def _participant(self, cell: Cell, asked: Asked) -> Record:
        strip = self._strip(cell)
        if asked.person is not None and "name" in asked.fields:
            self._current[strip] = self._by_number(asked.person)
        current = self._current.get(strip)
        again = (
            current is not None
            and not asked.half
            and "name" in asked.fields
            and "name" in current.answers
        )
        if asked.person is not None:
            return self._by_number(asked.person)
        if current is None or again:
            current = self._current[strip] = self._new()
        return current

    def _by_number(self, number: int) -> Record:
        known = next((r for r in self._block.people if r.number == number), None)
        return known or self._new(number)

    def _new(self, number: int | None = None) -> Record:
        record = Record(number=number)
        if len(self._block.people) <= 2 * PEOPLE_LIMIT:
            self._block.people.append(record)
        return record

    def _inside(self, cell: Cell) -> None:
        """A cell with labels and answers in itself: 氏名：山田 太郎."""
        for entry in self._words.said(cell.text):
            if entry.label is None or not entry.label.fields:
                continue
            head = entry.line.partition("：")[0].partition(":")[0]
            asked = self._words.asked(head) or Asked(entry.label.fields, entry.label.person)
            if asked.fields != entry.label.fields:
                asked = asked._replace(fields=entry.label.fields)
            self._block.asked += 1
            record = self._whose(cell, asked) if self._section != "other" else None
            if record is not None:
                piece = cell._replace(text=entry.value)
                for name, text in answers_in(asked, [piece]):
                    record.give(name, "" if is_example(text) else text, self._grid.place(cell))

    # ------------------------------------------------------------ where answers stand

    def _is_value(self, cell: Cell) -> bool:
        text = cell.text
        place = (cell.row, cell.column)
        if place not in self._places or place in self._labels:
            return False
        return not is_noise(text) and not is_note(text) and not is_sample(text)

    def _next_to(self, cell: Cell) -> list[Cell]:
        """The answer cells behind a label on its row, as far as the next label."""
        found: list[Cell] = []
        for other in self._grid.right_of(cell, cell.row):
            if is_noise(other.text) and (other.row, other.column) not in self._labels:
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

    def _values(self, cell: Cell, asked: Asked) -> list[Cell]:
        beside = self._next_to(cell)
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
            if (cell.row, cell.column) not in self._labels:
                continue
            counted = columns.setdefault(cell.column, Counter())
            beside = self._grid.right_of(cell, cell.row)
            first = next((other for other in beside if not is_noise(other.text)), None)
            if first is not None and self._is_value(first):
                counted[first.column] += 1
        return columns

    def _columns_with_answers(self) -> frozenset[int]:
        """Columns of labels that have their answers at the right: below them is no answer."""
        return frozenset(column for column, counted in self._beside.items() if counted)

    # ------------------------------------------------------------ forms side by side

    def _side_by_side(self) -> tuple[int, list[int]]:
        """Where forms begin that stand beside each other: from which row, at which columns."""
        rows: dict[int, list[int]] = {}
        for (row, column), asked in self._labels.items():
            if "name" in asked.fields and not asked.contact and not asked.half:
                rows.setdefault(row, []).append(column)
        for row, columns in sorted(rows.items()):
            if len(columns) > 1:
                return row, sorted(columns)
        return _FAR * _FAR, []

    def _strip(self, cell: Cell) -> int:
        row, columns = self._strips
        if cell.row < row - 1:
            return 0
        return max(0, sum(column <= cell.column for column in columns) - 1)


def _is_sample(record: Record) -> bool:
    return is_mark(record.text("name")) or is_sample(record.text("name"))
