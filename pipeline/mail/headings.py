"""Which heading of a form an answer stands under.

Law of this file: places only.  A heading above counts until the next one, of several on a row each
for its columns; a heading beside rows counts for these rows, and before those above.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from pipeline.mail.grid import Cell


class _Tall(NamedTuple):
    """A heading beside several rows, and what the answers behind it are about."""

    kind: str
    behind: int
    """The first column that it is about."""
    end: int
    """The first row that it is not about."""


@dataclass(slots=True)
class Headings:
    """What the answers at a place are about, by the headings above and beside them."""

    row: int = -1
    """The row of the headings that count."""
    wide: list[tuple[int, str]] = field(default_factory=list)
    """Their columns and kinds."""
    tall: list[_Tall] = field(default_factory=list)

    def over(self, cell: Cell, kind: str, *, first: bool) -> None:
        """A heading above what follows. `first`: whether nothing stands to its left."""
        if cell.row != self.row:
            self.wide.clear()
        self.row = cell.row
        self.wide.append((0 if first else cell.column, kind))

    def beside(self, cell: Cell, kind: str) -> None:
        """A heading beside what it is about."""
        self.tall = [tall for tall in self.tall if tall.end > cell.row]
        self.tall.append(_Tall(kind, cell.behind, cell.below))

    def over_none(self) -> None:
        """From here on no heading above counts."""
        self.wide.clear()

    def kind(self, cell: Cell) -> str:
        """What an answer is about; a participant's where nothing else is said."""
        for tall in reversed(self.tall):
            if tall.behind <= cell.column and cell.row < tall.end:
                return tall.kind
        before = [kind for column, kind in self.wide if column <= cell.column]
        return before[-1] if before else "participants"
