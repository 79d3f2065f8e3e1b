"""A list with separators (.csv, .tsv, text saved by a spreadsheet) as a grid.

Law of this file: the bytes decide.  UTF-16 is told by its mark or its zero bytes, everything else
is decoded as mail is; the separator is the one that most lines have most often.  What a
spreadsheet wrote around a text to keep its leading zero (="090…", '090…) is taken off.
"""

from __future__ import annotations

import csv
import re
from typing import Final

from pipeline.mail.charset import decode
from pipeline.mail.grid import CELLS_LIMIT, ROWS_LIMIT, Cell, Grid, grid
from pipeline.mail.unpacking import Unreadable

_TEXT_LIMIT: Final = 2 * 1024 * 1024
_SEPARATORS: Final = "\t,;"
_SAMPLED: Final = 50
"""Lines in which the separator is looked for."""
_KEPT: Final = re.compile(r'=\s*"(.*)"|\'(?=[0-9０-９+])(.*)', re.DOTALL)
_DIGITS: Final = re.compile(r"[1-9]\d{8,9}")
_NAMED: Final = re.compile(r"sep=(.)\r?\n", re.IGNORECASE)


def text_of_file(raw: bytes, charset: str | None) -> str:
    """The text of a file that holds nothing but text. Raises Unreadable."""
    if len(raw) > _TEXT_LIMIT:
        raise Unreadable("too much text")
    if raw[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        return raw.decode("utf-16", "replace")
    zeros = raw[:1000].count(0)
    if zeros > len(raw[:1000]) // 4:
        return raw.decode("utf-16-le" if raw[1:2] == b"\0" or raw[3:4] == b"\0" else "utf-16-be",
                          "replace")  # fmt: skip
    if zeros:
        raise Unreadable("no text, and no kind of file that is read")
    # Spreadsheets in Japan save lists as CP932 and say so nowhere.
    return decode(raw, charset or "cp932").text


def separated(text: str) -> Grid | None:
    """The text as cells; None when it is no list with separators."""
    named = _NAMED.match(text)
    separator = named[1] if named is not None else _separator(text)
    if separator is None:
        return None
    cells: list[Cell] = []
    lines = text[named.end() if named is not None else 0 :].splitlines(keepends=True)
    reader = csv.reader(lines, delimiter=separator, skipinitialspace=separator != "\t")
    try:
        for number, row in enumerate(reader):
            if number >= ROWS_LIMIT or len(cells) > CELLS_LIMIT:
                break
            cells += [_cell(number, column, value) for column, value in enumerate(row)]
    except csv.Error as error:
        raise Unreadable("broken") from error
    return grid("", cells, lettered=False)


def _cell(row: int, column: int, value: str) -> Cell:
    kept = _KEPT.fullmatch(value.strip())
    text = (kept[1] or kept[2] or "") if kept is not None else value.strip()
    return Cell(row, column, text, number=kept is None and _DIGITS.fullmatch(text) is not None)


def _separator(text: str) -> str | None:
    """The separator that most of the lines have; None when it is ordinary text."""
    lines = [line for line in text.split("\n", 400)[:400] if line.strip()][:_SAMPLED]
    counted = {s: sum(s in line for line in lines) for s in _SEPARATORS}
    best = max(_SEPARATORS, key=lambda s: (counted[s], sum(line.count(s) for line in lines)))
    return best if lines and counted[best] * 2 >= len(lines) else None
