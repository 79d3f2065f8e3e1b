"""Labels and their answers in a grid: an application form for one person, or several of them.

Law of this file: whose an answer is.  A name that is asked again begins somebody else, a heading
says whom the answers below it are about, a sample is nobody.  Who only writes for others (担当者,
連絡先, 申込者 beside participants) is no participant.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from pipeline.mail.cellwords import (
    Asked,
    Words,
    is_example,
    is_mark,
    is_noise,
    is_number,
    is_sample,
)
from pipeline.mail.entries import Mark
from pipeline.mail.grid import Cell, Grid
from pipeline.mail.headings import Headings
from pipeline.mail.people import PEOPLE_LIMIT
from pipeline.mail.questions import Questions
from pipeline.mail.records import Record, answers_in

_NAMES: Final = frozenset({"name", "name_kana"})
_FAR: Final = 1000
_BLOCK: Final = 6
"""Rows below a heading in which it is told what it is about."""
_REACH: Final = frozenset({"phone", "email", "department", "position"})
"""What is asked of whoever only writes, behind their name."""
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


class _Reader:
    """Walks over the cells in the order of reading."""

    def __init__(self, grid: Grid, words: Words, free: list[Cell]) -> None:
        self._grid, self._words = grid, words
        self._free = free
        self._questions = Questions(grid, words, free)
        self._labels = self._questions.labels
        self._used: set[tuple[int, int]] = set()
        self._block = Block()
        self._headings = Headings()
        self._writing = -_FAR, 0
        """The last row on which whoever only writes was asked about, and from which column on."""
        self._current: dict[int, Record] = {}
        self._sampled: set[int] = set()

    def read(self) -> Block:
        """Everything that is answered."""
        for cell in self._free:
            place = (cell.row, cell.column)
            if place in self._used:
                continue
            asked = self._labels.get(place)
            if self._heads(cell, asked):
                continue
            if asked is not None:
                self._answer(cell, asked)
            else:
                self._inside(cell)
        self._block.people = [
            record
            for record in self._block.people
            if not record.blank and not self._is_sample(record.text("name"))
        ]
        return self._block

    def _is_sample(self, name: str) -> bool:
        return is_mark(name) or is_sample(name) or self._words.sample_value("name", name)

    # ------------------------------------------------------------ headings

    def _heads(self, cell: Cell, asked: Asked | None) -> bool:
        """Whether a cell is the heading of what follows it."""
        kind = "sample" if is_sample(cell.text) else self._words.section(cell.text)
        if kind is None:
            return self._heads_person(cell)
        tall = cell.height > 1 and self._label_right_of(cell)
        if asked is not None and asked.fields and not tall and not self._alone(cell, asked):
            return False
        if kind == "contact" and not (asked and asked.contact) and not self._names(cell, tall=tall):
            return tall  # 連絡先 beside 電話 and メール: still the participant's
        if tall:
            self._headings.beside(cell, kind)
        else:
            first = self._grid.row(cell.row)[0] is cell
            self._headings.over(cell, kind, first=first)
        if kind == "participants":
            self._current.pop(self._questions.strip(cell), None)
            self._sampled.clear()
        return True

    def _names(self, cell: Cell, *, tall: bool) -> bool:
        """Whether somebody's name is asked for beside or below a heading."""
        rows = range(cell.row, cell.below) if tall else range(cell.below, cell.below + _BLOCK)
        for row in rows:
            cells = self._grid.row(row)
            if not cells:
                break
            asked = (self._labels.get((one.row, one.column)) for one in cells)
            if any(one is not None and "name" in one.fields for one in asked):
                return True
        return False

    def _heads_person(self, cell: Cell) -> bool:
        said = self._words.said(cell.text)
        bare = is_number(cell.text) and cell.height > 1 and self._label_right_of(cell)
        if not bare and not (len(said) == 1 and said[0].mark is Mark.PERSON):
            return False
        if is_number(cell.text) and not bare:
            return False
        self._headings.over_none()
        self._sampled.clear()
        strip = self._questions.strip(cell)
        self._current[strip] = self._new(number=said[0].person if said else None)
        return True

    def _alone(self, cell: Cell, asked: Asked) -> bool:
        """Whether nothing stands beside a cell, and labels stand below it.

        A narrow cell is a heading only when it is decorated as one, or names who writes above the
        question for their name.
        """
        beside = self._grid.right_of(cell, cell.row)
        if not all(is_noise(one.text) or self._words.section(one.text) for one in beside):
            return False
        below = [*self._grid.row(cell.below), *self._grid.row(cell.below + 1)]
        labels = [one for c in below if (one := self._labels.get((c.row, c.column))) is not None]
        writes = asked.contact or self._words.section(cell.text) == "contact"
        named = writes and any("name" in one.fields for one in labels)
        return bool(labels) and (cell.width > 1 or named or cell.text[0] in _DECORATION)

    def _label_right_of(self, cell: Cell) -> bool:
        beside = self._grid.right_of(cell, cell.row)
        return bool(beside) and (beside[0].row, beside[0].column) in self._labels

    # ------------------------------------------------------------ labels

    def _answer(self, cell: Cell, asked: Asked) -> None:
        found = (
            self._questions.values(cell, asked) if asked.fields else self._questions.next_to(cell)
        )
        self._used.update((one.row, one.column) for one in found)
        asked = self._questions.settled(cell, asked, found)
        if not asked.fields or self._headings.kind(cell) == "other":
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
        kind = self._headings.kind(cell)
        if kind == "sample":
            return self._of_sample(cell, asked)
        row, column = self._writing
        goes_on = cell.row - row <= 1 and cell.column >= column and _REACH.issuperset(asked.fields)
        if asked.contact or goes_on:
            self._writing = cell.row, cell.column if asked.contact else column
            return self._block.contact
        return self._block.contact if kind == "contact" else self._participant(cell, asked)

    def _of_sample(self, cell: Cell, asked: Asked) -> Record | None:
        """Answers of a sample are nobody's; a question asked again is no sample any more."""
        strip = self._questions.strip(cell)
        if "name" not in asked.fields or not self._headings.wide:
            return None
        if strip not in self._sampled:
            self._sampled.add(strip)
            return None
        self._headings.over_none()
        self._current.clear()
        return self._participant(cell, asked)

    def _participant(self, cell: Cell, asked: Asked) -> Record:
        strip = self._questions.strip(cell)
        if asked.person is not None and "name" in asked.fields:
            self._current[strip] = self._by_number(asked.person)
        current = self._current.get(strip)
        again = (
            current is not None
            and not asked.half
            and (
                ("name" in asked.fields and "name" in current.answers)
                or ("name_kana" in asked.fields and current.text("name_kana") != "")
            )
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
            other = self._headings.kind(cell) == "other"
            record = None if other else self._whose(cell, asked)
            if record is not None:
                piece = cell._replace(text=entry.value)
                for name, text in answers_in(asked, [piece]):
                    record.give(name, "" if is_example(text) else text, self._grid.place(cell))
