"""From the bytes of a CSV to its rows.

Law of this file: a file has one encoding, and every byte of it is read in that one; a quotation
mark that swallows a line break is refused, because it swallows money.
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from typing import Final, Literal

from pipeline.bank.refused import Refused

_BREAK: Final = re.compile(r"\r\n|\r|\n")
_OTHER: Final = (
    (b"%PDF", "a PDF; ask the bank for CSV"),
    (b"PK\x03\x04", "an Excel workbook or a ZIP archive; save it as CSV, or unpack it"),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook; save it as CSV"),
    (b"\xff\xd8\xff", "a picture"),
    (b"\x89PNG", "a picture"),
)
_PAGE: Final = re.compile(rb"\s*<(?:!doctype html|html|head|body)\b", re.IGNORECASE)
LOST: Final = "\ufffd"
"""What stands where a program could not read a character."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row, its cells without outer spaces."""

    line: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """The rows of a file that are not empty."""

    encoding: Literal["cp932", "utf-8"]
    rows: tuple[Row, ...]


def no_table(raw: bytes) -> str:
    """What a file is that is no CSV at all; "" where it may be one."""
    for start, what in _OTHER:
        if raw.startswith(start):
            return what
    if _PAGE.match(raw.removeprefix(b"\xef\xbb\xbf")):
        return "a web page, saved in place of the file; sign in to the bank and save it again"
    return ""


def sheet_of(raw: bytes) -> Sheet:
    """The rows of a CSV. Raises Refused."""
    encoding, text = _decoded(raw)
    rows = []
    for number, line in enumerate(_BREAK.split(text.rstrip("\x1a\r\n ")), 1):
        if cells := _cells(line, number):
            rows.append(Row(number, cells))
    return Sheet(encoding, tuple(rows))


def _decoded(raw: bytes) -> tuple[Literal["cp932", "utf-8"], str]:
    try:
        if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
            # Excel's own text files.
            return "utf-8", _whole(raw.decode("utf-16"))
        return "utf-8", _whole(raw.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        not_utf8 = error.start
    try:
        return "cp932", _whole(raw.decode("cp932"))
    except UnicodeDecodeError as error:
        line = len(re.findall(rb"\r\n|\r|\n", raw[: max(error.start, not_utf8)])) + 1
        raise Refused("the file is in neither Shift_JIS nor UTF-8, or in both", line) from None


def _whole(text: str) -> str:
    if LOST in text:
        line = len(_BREAK.findall(text, 0, text.index(LOST))) + 1
        raise Refused(
            "characters were lost when the file was saved; get it from the bank again", line
        )
    return text


def _cells(line: str, number: int) -> tuple[str, ...]:
    """The cells of one line; none where all of them are empty."""
    if '"' in line:
        try:
            (found,) = csv.reader([line], strict=True, skipinitialspace=True)
        except (csv.Error, ValueError):
            raise Refused(
                "a quotation mark is not closed, or stands inside a cell", number
            ) from None
    else:
        found = line.split(",")
    cells = tuple(cell.strip() for cell in found)
    return cells if any(cells) else ()
