"""Rows of a form in a text: cells with labels left of their answers, or above, or people beside.

Law of this file: it knows where a label stands to its answer and nothing of what either means.  A
row is cut at the mark that its heading is cut at; labels left of two or more answers are people
side by side only where the row of names says so.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from pipeline.mail.labels import Label, Labels

_BARS: Final = re.compile(r"[ 　]*[\t｜|][ 　]*")
_COUNTS: Final = re.compile(r"(?:no\.?|番号|#|№|Ｎｏ．?)", re.IGNORECASE)
"""Heads a column that only counts."""
_SLASH: Final = re.compile(r"\s*[/／]\s*")
_SPACES: Final = re.compile(r"[ 　]{2,}")
_ANY_SPACE: Final = re.compile(r"\s+")
_NAMES: Final = re.compile("氏|名前|芳名|者|ame")
_PEOPLE_AHEAD: Final = 4
"""The row of names stands at most so many rows below the readings."""
_CSV_LIMIT: Final = 2000


@dataclass(frozen=True, slots=True)
class Columns:
    """A row of headings."""

    labels: tuple[Label | None, ...]
    cut: Callable[[str], list[str]]
    """How it, and so the rows below it, are cut into cells."""

    def cells(self, line: str) -> list[str] | None:
        """The cells of a row below; None when the line is none."""
        cells = self.cut(line)
        if len(cells) == len(self.labels):
            return cells
        if self.cut is _by_bar and 1 < len(cells) < len(self.labels):
            return cells + [""] * (len(self.labels) - len(cells))
        return None


def cells_of(line: str) -> list[str]:
    """The cells of a line with tabs or bars in it."""
    return _by_bar(line)


def columns_of(line: str, labels: Labels) -> Columns | None:
    """A line as a row of headings; None when it is none."""
    if _NAMES.search(line) is None:
        return None
    for cut, sign, least in _CUTS:
        if sign.search(line) is None:
            continue
        cells = cut(line)
        if len(cells) < least:
            continue
        found = tuple([labels.find(cell) if cell else None for cell in cells])
        if _heads(found, cells, loose=cut is _by_bar):
            return Columns(found, cut)
    return None


def _heads(found: Sequence[Label | None], cells: Sequence[str], *, loose: bool) -> bool:
    known = [label for label in found if label is not None]
    asked = {name for label in known for name in label.fields}
    if "name" not in asked or len(asked) < 2:  # noqa: PLR2004 - 参加者, 氏名 heads one answer
        return False
    if not loose:
        return None not in found[_COUNTS.fullmatch(cells[0]) is not None :]
    filled = [label for label, cell in zip(found, cells, strict=True) if cell]
    if len(filled) < 4:  # noqa: PLR2004 - 参加者1, フリガナ, ヤマダ heads nothing
        return None not in filled[1:]
    enough = len(known) >= (len(filled) + 1) // 2
    return enough and not _alternate(filled) and not _alternate(filled[1:])


def _alternate(found: Sequence[Label | None]) -> bool:
    """Whether label, answer, label, answer stand in one row."""
    return all((label is None) == bool(place % 2) for place, label in enumerate(found))


def pairs_of(cells: Sequence[str], labels: Labels) -> list[tuple[Label, list[str]]]:
    """Labels of a row with the cells right of each; [] when no label stands in it.

    A cell before the first label, or a label that another label follows, only heads the row.
    """
    filled = [cell for cell in cells if cell]
    first = labels.find(filled[0]) if filled else None
    if first is not None and len(filled) == 2:  # noqa: PLR2004 - an answer may read like a label: 団体
        return [(first, filled[1:])]
    pairs: list[tuple[Label, list[str]]] = []
    for cell in filled:
        label = labels.find(cell)
        if label is not None:
            if pairs and not pairs[-1][1]:
                pairs.pop()
            pairs.append((label, []))
        elif pairs:
            pairs[-1][1].append(cell)
    return pairs


def people_side_by_side(rows: Sequence[Sequence[str]], labels: Labels) -> int:
    """How many people the first of these rows has answers of, one in each column; 0 for none."""
    first = pairs_of(rows[0], labels)
    if len(first) != 1 or len(first[0][1]) < 2:  # noqa: PLR2004 - one person is no group
        return 0
    count = len(first[0][1])
    for row in rows[:_PEOPLE_AHEAD]:
        pairs = pairs_of(row, labels)
        if len(pairs) == 1 and "name" in pairs[0][0].fields:
            return count if len(pairs[0][1]) == count else 0
    return 0


# ---------------------------------------------------------------- how a line is cut


def _by_bar(line: str) -> list[str]:
    return _BARS.split(line.strip(" 　|｜"))


def _by_slash(line: str) -> list[str]:
    return _SLASH.split(line.strip())


def _by_comma(line: str) -> list[str]:
    try:
        cells = next(csv.reader([line[:_CSV_LIMIT].replace("，", ",")], skipinitialspace=True), [])
    except csv.Error:
        return []
    return [cell.strip() for cell in cells]


def _by_pause(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip().split("、")]


def _by_wide_space(line: str) -> list[str]:
    return _SPACES.split(line.strip())


def _by_space(line: str) -> list[str]:
    return _ANY_SPACE.split(line.strip())


_CUTS: Final[tuple[tuple[Callable[[str], list[str]], re.Pattern[str], int], ...]] = (
    (_by_bar, re.compile(r"[\t|｜]"), 2),
    (_by_slash, re.compile(r"[/／]"), 3),
    (_by_comma, re.compile(r"[,，]"), 3),
    (_by_pause, re.compile(r"、"), 3),
    (_by_wide_space, re.compile(r"[ 　]{2,}"), 3),
    (_by_space, re.compile(r"\s"), 3),
)
"""Ways to cut, the sign that must be there, and how many cells make a heading."""
