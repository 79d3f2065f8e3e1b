"""A text document (.docx, .docm) as one grid: its paragraphs and its tables from top to bottom.

Law of this file: what stands on the paper counts, in the order of the paper.  Content controls are
read through and their placeholders left out; boxes are read as ☑ and ☐, however they were made;
text that was deleted or crossed out is gone; readings above a name (ruby) are no text.  python-docx
is not used, because it keeps all of a hostile document in memory and passes over content controls
and text boxes.  Facts: ECMA-376 part 1, 17.4 and 17.16; [MS-DOCX] 2.6.1 (checkbox).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from pipeline.mail.grid import CELLS_LIMIT, COLUMNS_LIMIT, ROWS_LIMIT, Cell, Grid, grid
from pipeline.mail.markup import Attributes, Package
from pipeline.mail.sheets import TICKED, UNTICKED
from pipeline.mail.unpacking import Budget, Unreadable

_CELL_LIMIT: Final = 3000
_SYMBOLS: Final = {
    "F0FE": TICKED, "F0FD": "☒", "F0FC": "✓", "F052": TICKED, "F054": "☒", "F050": "✓",
    "F0A8": UNTICKED, "F06F": UNTICKED, "F0A3": UNTICKED, "F02A": UNTICKED, "2611": TICKED,
    "2612": "☒", "2610": UNTICKED,
}  # fmt: skip
"""Boxes of the fonts Wingdings and Wingdings 2."""
_GONE: Final = frozenset({"del", "moveFrom", "rt", "Fallback", "instrText", "delText"})
"""What is in the file and not on the paper."""
_SPACES: Final = re.compile(r"[ \t]+")


@dataclass(frozen=True, slots=True)
class Document:
    """What stands on the paper."""

    grid: Grid
    lines: tuple[str, ...]
    """The paragraphs outside of tables."""
    tables: bool
    """Whether there is any table."""


def document(raw: bytes, budget: Budget) -> Document:
    """Read a document. Raises Unreadable and Locked."""
    package = Package(raw, budget)
    body = next((n for n in sorted(package.names) if n.endswith("word/document.xml")), "")
    if not body:
        raise Unreadable("a document of another kind")
    found = _Paper()
    package.walk(body, found.start, found.end, found.text)
    cells = grid("", found.cells, lettered=False)
    return Document(cells, tuple(found.lines), found.tables)


@dataclass(slots=True)
class _Table:
    """One open table; tables stand in cells of others."""

    column: int = 0
    start: int = 0
    """The row on which it begins."""
    row: int = -1
    width: int = 1
    merged: str = ""
    """Whether the open cell is merged with the one above: "", "restart" or "continue"."""
    text: list[str] = field(default_factory=list)
    length: int = 0
    struck: bool = False
    above: dict[int, int] = field(default_factory=dict)
    """Column -> index of the cell that is merged downwards there."""
    inner: list[list[Cell]] = field(default_factory=list)
    """Cells of tables that stand in this one."""
    cells: list[Cell] = field(default_factory=list)


class _Paper:
    """Listens to the document's body."""

    def __init__(self) -> None:
        self.cells: list[Cell] = []
        self.lines: list[str] = []
        self.tables = False
        self._row = 0
        self._open: list[_Table] = []
        self._line: list[str] = []
        self._gone = 0
        self._in_text = self._struck = self._placeholder = False
        self._run_struck = self._line_struck = False
        self._placeholders: list[bool] = []
        self._box: bool | None = None
        self._choices: list[str] = []
        self._chosen = 0

    # ------------------------------------------------------------ elements

    def start(self, tag: str, given: Attributes) -> None:
        if self._gone or tag in _GONE:
            self._gone += 1
            return
        opened = _OPENED.get(tag)
        if opened is not None:
            opened(self, given)

    def end(self, tag: str) -> None:
        if self._gone:
            self._gone -= 1
            return
        closed = _CLOSED.get(tag)
        if closed is not None:
            closed(self)

    def text(self, piece: str) -> None:
        if self._in_text and not self._gone:
            self.add(piece)

    def add(self, piece: str) -> None:
        """Text on the paper, unless it is crossed out or only holds a place."""
        if any(self._placeholders):
            return
        if self._run_struck:
            self._line_struck = self._line_struck or bool(piece.strip())
        else:
            self._line.append(piece)

    # ------------------------------------------------------------ paragraphs

    def paragraph(self) -> None:
        text = "".join(self._line)[:_CELL_LIMIT].strip()
        struck, self._line, self._line_struck = self._line_struck, [], False
        if self._open:
            table = self._open[-1]
            table.struck = table.struck or struck
            if text and table.length < _CELL_LIMIT:
                table.text.append(_SPACES.sub(" ", text))
                table.length += len(text)
        elif text:
            for line in text.split("\n"):
                if self._row < ROWS_LIMIT:
                    self.lines.append(line)
                    self.cells.append(
                        Cell(self._row, 0, line.strip(), width=COLUMNS_LIMIT, struck=struck)
                    )
                    self._row += 1
        else:
            self._row += 1

    # ------------------------------------------------------------ tables

    def table(self) -> None:
        self.tables = True
        self._row += 0 if self._open else 1
        self._open.append(_Table())

    def row(self) -> None:
        if self._open:
            self._open[-1].row += 1
            self._open[-1].column = 0

    def cell(self) -> None:
        if self._open:
            table = self._open[-1]
            table.width, table.merged, table.text, table.length = 1, "", [], 0
            table.struck = False

    def end_cell(self) -> None:
        if not self._open:
            return
        table = self._open[-1]
        column, table.column = table.column, table.column + table.width
        above = table.above.get(column)
        if table.merged == "continue" and above is not None:
            cell = table.cells[above]
            table.cells[above] = cell._replace(height=table.row - cell.row + 1)
            return
        table.above.pop(column, None)
        if len(table.cells) >= CELLS_LIMIT:
            return
        if table.merged == "restart":
            table.above[column] = len(table.cells)
        text = "\n".join(table.text)
        table.cells.append(Cell(table.row, column, text, width=table.width, struck=table.struck))

    def end_table(self) -> None:
        if not self._open:
            return
        table = self._open.pop()
        below = [table.cells, *table.inner]
        if self._open:
            self._open[-1].inner += below
            return
        for cells in below:
            last = max((cell.below for cell in cells), default=0)
            if len(self.cells) < CELLS_LIMIT:
                self.cells += [cell._replace(row=cell.row + self._row) for cell in cells]
            self._row += last + 1

    def properties(self, name: str, given: Attributes) -> None:
        if self._open:
            value = given.get("val", "")
            if name == "gridSpan" and value.isdecimal():
                self._open[-1].width = max(1, min(int(value[:6]), COLUMNS_LIMIT))
            elif name == "vMerge":
                self._open[-1].merged = value or "continue"

    # ------------------------------------------------------------ runs and controls

    def run(self, *, struck: bool) -> None:
        self._run_struck = struck

    def in_text(self, *, opened: bool) -> None:
        self._in_text = opened

    def control(self) -> None:
        self._placeholders.append(False)

    def placeholder(self) -> None:
        if self._placeholders:
            self._placeholders[-1] = True

    def end_control(self) -> None:
        if self._placeholders:
            self._placeholders.pop()

    def box(self) -> None:
        """An old form's box; its state comes as `default`, then perhaps as `checked`."""
        self._box = False

    def box_state(self, given: Attributes) -> None:
        if self._box is not None:
            self._box = given.get("val", "1") in {"1", "true", "on"}

    def end_box(self) -> None:
        if self._box is not None:
            self.add(TICKED if self._box else UNTICKED)
        self._box = None

    def list_(self) -> None:
        self._choices, self._chosen = [], 0

    def choice(self, given: Attributes) -> None:
        if len(self._choices) < 100:  # noqa: PLR2004 - a list of 47 prefectures fits
            self._choices.append(given.get("val", ""))

    def chosen(self, given: Attributes) -> None:
        value = given.get("val", "")
        self._chosen = int(value) if value.isdecimal() and len(value) < 4 else 0  # noqa: PLR2004 - a place in that list

    def end_list(self) -> None:
        if self._chosen < len(self._choices):
            self.add(self._choices[self._chosen])

    def symbol(self, given: Attributes) -> None:
        self.add(_SYMBOLS.get(given.get("char", "").upper(), ""))


def _strikes(paper: _Paper, given: Attributes) -> None:
    if given.get("val", "1") in {"1", "true", "on"}:
        paper.run(struck=True)


_OPENED: Final[dict[str, Callable[[_Paper, Attributes], None]]] = {
    "tbl": lambda paper, _: paper.table(),
    "tr": lambda paper, _: paper.row(),
    "tc": lambda paper, _: paper.cell(),
    "gridSpan": lambda paper, given: paper.properties("gridSpan", given),
    "vMerge": lambda paper, given: paper.properties("vMerge", given),
    "r": lambda paper, _: paper.run(struck=False),
    "strike": _strikes,
    "dstrike": _strikes,
    "t": lambda paper, _: paper.in_text(opened=True),
    "tab": lambda paper, given: None if "pos" in given or "val" in given else paper.add("\t"),
    "br": lambda paper, _: paper.add("\n"),
    "cr": lambda paper, _: paper.add("\n"),
    "noBreakHyphen": lambda paper, _: paper.add("-"),
    "sym": lambda paper, given: paper.symbol(given),
    "sdt": lambda paper, _: paper.control(),
    "showingPlcHdr": lambda paper, _: paper.placeholder(),
    "checkBox": lambda paper, _: paper.box(),
    "txbxContent": lambda paper, _: paper.paragraph(),
    "default": lambda paper, given: paper.box_state(given),
    "checked": lambda paper, given: paper.box_state(given),
    "ddList": lambda paper, _: paper.list_(),
    "listEntry": lambda paper, given: paper.choice(given),
    "result": lambda paper, given: paper.chosen(given),
}
_CLOSED: Final[dict[str, Callable[[_Paper], None]]] = {
    "p": _Paper.paragraph,
    "tc": _Paper.end_cell,
    "tbl": _Paper.end_table,
    "r": lambda paper: paper.run(struck=False),
    "t": lambda paper: paper.in_text(opened=False),
    "sdt": _Paper.end_control,
    "checkBox": _Paper.end_box,
    "ddList": _Paper.end_list,
}
