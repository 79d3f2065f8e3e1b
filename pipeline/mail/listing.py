"""The people of one file: what its sheets, tables and forms say together.

Law of this file: who takes part, and what they have in common.  What stands once above a list is
everybody's in it; a sheet without people speaks for the others; one who only writes gives at most
the organisation and where it is.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

from pipeline.domain.names import name_key
from pipeline.domain.rules import FIELD_NAMES
from pipeline.mail.blocks import Block, blocks
from pipeline.mail.cellwords import Words
from pipeline.mail.grid import Grid
from pipeline.mail.records import Record
from pipeline.mail.tables import Table, tables
from pipeline.mail.turned import turned

COMMON: Final = ("organization", "department", "prefecture", "phone", "email", "category")
"""What may stand once above a list of people, for all of them."""
_FURTHER: Final = re.compile(r"同行|その他の|他の参加|ほかの|追加|以外|[2-9２-９二三]人目")
_REACH: Final = ("phone", "email")
_TITLE_ROWS: Final = 3
_TITLE: Final = 5
"""Characters of 参加申込書."""
OF_THE_CONTACT: Final = ("organization", "prefecture")
"""What people share with the one who writes for them."""


@dataclass(slots=True)
class Listing:
    """What a file says."""

    people: list[Record] = field(default_factory=list)
    asked: int = 0
    """How many of our questions stand in it, answered or not."""
    doubts: list[str] = field(default_factory=list)
    title: str = ""
    """What stands at the top of it beside questions and answers."""


def listing(grids: list[Grid], words: Words) -> Listing:
    """Read the grids of one file."""
    pages = [_page(grid, words) for grid in grids]
    found = Listing(doubts=[doubt for page in pages for doubt in page.doubts])
    found.asked = sum(page.asked for page in pages)
    found.title = "\n".join(_title(grid, words) for grid in grids)
    spoken = [p for p in pages if not p.named and not p.common.blank]
    for page in pages:
        for record in page.people:
            _hand_down(page.common, FIELD_NAMES, record)
            for giver in (other.common for other in spoken):
                _hand_down(giver, COMMON, record)
            for giver in (page.contact, *(other.contact for other in pages)):
                _hand_down(giver, OF_THE_CONTACT, record)
        found.people += page.people
    found.people, doubts = _once(found.people)
    found.doubts += doubts
    return found


def _title(grid: Grid, words: Words) -> str:
    """The first lines that ask and answer nothing."""
    top = [cell for row in grid.rows[:_TITLE_ROWS] for cell in grid.row(row) if cell.row == row]
    return "\n".join(
        cell.text for cell in top if len(cell.text) >= _TITLE and words.asked(cell.text) is None
    )


@dataclass(slots=True)
class _Page:
    """What one sheet says."""

    people: list[Record]
    common: Record
    contact: Record
    asked: int
    doubts: list[str]

    @property
    def named(self) -> bool:
        return bool(self.people)


def _page(grid: Grid, words: Words) -> _Page:
    found = tables(grid, words) or turned(grid, words)
    rows = [record for table in found for record in table.people]
    block = blocks(grid, words, [(table.top, table.bottom) for table in found])
    doubts = [doubt for table in found for doubt in table.doubts] + block.doubts
    asked = block.asked + 2 * len(found)
    if grid.cut and (rows or block.people):
        doubts.append("more cells than are read")
    if rows:
        further = any(_names_further(grid, table) for table in found)
        people, common = _beside_rows(block, rows, doubts, further=further)
    else:
        people, common = _forms(block)
    return _Page(people, common, block.contact, asked, doubts)


def _names_further(grid: Grid, table: Table) -> bool:
    """Whether a heading above a table asks for those who come beside somebody: 同行者."""
    above = [*grid.row(table.top - 1), *grid.row(table.top - 2), *grid.row(table.top)]
    return any(_FURTHER.search(cell.text) for cell in above)


def _beside_rows(
    block: Block, rows: list[Record], doubts: list[str], *, further: bool
) -> tuple[list[Record], Record]:
    """Beside a table of people, what stands outside of it is theirs in common.

    `further`: whether the table says to name those who come beside somebody.
    """
    common = Record()
    known = {name_key(record.text("name")) for record in rows}
    before: list[Record] = []
    behind: list[Record] = []
    for record in block.people:
        name = record.text("name")
        if name and name_key(name) in known:
            behind.append(record)
        elif name and not record.applicant:
            before.append(record)
            if not further:
                doubts.append(f"named beside the list: {record.answers['name'].where}")
        elif record.text("name_kana"):
            doubts.append(f"a reading beside the list: {record.answers['name_kana'].where}")
        wanted = COMMON if block.contact.text("name") or len(rows) > 1 else FIELD_NAMES
        of_somebody = bool(name or record.text("name_kana"))
        _take(record, OF_THE_CONTACT if of_somebody else wanted, common)
    return [*before, *rows, *behind], common


def _forms(block: Block) -> tuple[list[Record], Record]:
    """Forms for one each, and what stands before the first or behind the last of them."""
    named = [r for r in block.people if r.text("name") or r.text("name_kana")]
    others = [r for r in named if not r.applicant]
    common = Record()
    if others:
        for record in named:
            if record.applicant:
                _take(record, OF_THE_CONTACT, common)
        named = others
    for record in block.people:
        if not record.text("name") and not record.text("name_kana"):
            _take(record, COMMON, common)
    if len(named) > 1:
        _share_ends(named, common)
    elif named:
        # A form for one that asks only once how to be reached means the one.
        _hand_down(block.contact, _REACH, named[0])
    return _in_order(named), common


def _take(record: Record, names: tuple[str, ...], common: Record) -> None:
    for name in names:
        if record.text(name):
            common.give(name, record.text(name), record.answers[name].where)


def _share_ends(named: list[Record], common: Record) -> None:
    """What is asked before the first name alone, or behind the last alone, is everybody's."""
    first, last = named[0], named[-1]
    order = list(first.answers)
    head = order[: order.index("name")] if "name" in order else []
    for giver, names, others in ((first, head, named[1:]), (last, list(last.answers), named[:-1])):
        for name in names:
            alone = not any(name in record.answers for record in others)
            if name in COMMON and alone and giver.text(name):
                common.give(name, giver.text(name), giver.answers[name].where)


def _in_order(named: list[Record]) -> list[Record]:
    given = [record.number for record in named]
    if all(number is not None for number in given) and len(set(given)) == len(given):
        return sorted(named, key=lambda record: record.number or 0)
    return named


def _hand_down(giver: Record, names: tuple[str, ...], record: Record) -> None:
    for name in names:
        if name not in record.answers and giver.text(name):
            record.answers[name] = giver.answers[name]


# ---------------------------------------------------------------- the same person twice


def _once(people: list[Record]) -> tuple[list[Record], list[str]]:
    """Everybody once: a person's form and their line in a list are one person."""
    kept: list[Record] = []
    by_name: dict[str, Record] = {}
    doubts: list[str] = []
    for record in people:
        key = name_key(record.text("name"))
        known = by_name.get(key) if key else None
        if known is None:
            kept.append(record)
            if key:
                by_name[key] = record
            continue
        different = [
            name
            for name in FIELD_NAMES
            if record.text(name)
            and known.text(name)
            and name_key(record.text(name)) != name_key(known.text(name))
        ]
        if different:
            doubts.append(f"the same name twice: {record.answers['name'].where}")
            kept.append(record)
            continue
        for name, given in record.answers.items():
            known.give(name, given.text, given.where)
    return kept, doubts
