"""Zengin files: cut into records, and put together again as statements.

Law of this file: header, data, trailer for each account, then one end record, and nothing after
it; any other order refuses the file.  Line breaks, a final 0x1A and blanks cut off the right of
a record are the transport's, and make no difference.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Final

from pipeline.bank.refused import Refused, shown
from pipeline.bank.zengin_fields import LENGTH, Record
from pipeline.bank.zengin_kinds import KINDS, Head, Kind, head_of
from pipeline.domain.remittance import Remittance, Statement

_FIXED: Final = re.compile(rb"1(?:0[13]0|[0-9]{2}[ 01][0-9 ]{6})")
"""How a fixed-length file begins: データ区分, 種別コード, コード区分, 作成日."""
_COMMAS: Final = re.compile(rb'"?1"? *, *"?0?[13]"? *, *"?[01]?"? *, *"?[0-9]{5,6}"? *,')
"""The same as CSV."""
_EBCDIC: Final = re.compile(rb"\xf1[\xf0-\xf9]{2}[\xf0\xf1][\xf0-\xf9]{6}")
_BREAK: Final = re.compile(rb"\r\n|\r|\n")
_KANA_IN_UTF8: Final = re.compile(rb"\xef[\xbd\xbe]")
_BOM: Final = b"\xef\xbb\xbf"
_REST: Final = b"\x1a \r\n"
"""What may stand after the end record."""
_OTHER: Final = {
    "11": "給与振込",
    "12": "賞与振込",
    "21": "総合振込",
    "71": "給与振込",
    "72": "賞与振込",
    "91": "口座振替",
}
"""Zengin files that are no statements, to name them to whoever took the wrong one."""
_NEXT: Final = {"": "1", "1": "28", "2": "28", "8": "19", "9": ""}
"""Which データ区分 may follow which."""
_NAMES: Final = {
    "1": "a header (1)",
    "2": "a data record (2)",
    "8": "a trailer (8)",
    "9": "an end record (9)",
}


def is_zengin(raw: bytes) -> bool:
    """Whether a file is one of these, by how it begins."""
    start = raw.removeprefix(_BOM)
    return bool(_FIXED.match(start) or _COMMAS.match(start) or _EBCDIC.match(start))


def read(raw: bytes, today: date | None) -> tuple[Statement, ...]:
    """The statements of a Zengin file. Raises Refused."""
    if _EBCDIC.match(raw):
        raise Refused("the file is in EBCDIC (コード区分 1); ask the bank for it in JIS")
    start = raw.removeprefix(_BOM)
    records = _cells(start) if _COMMAS.match(start) else _fixed(start)
    return tuple(_statements(records, today))


# ---------------------------------------------------------------- records


def _fixed(raw: bytes) -> list[Record]:
    body = _as_shift_jis(raw).rstrip(_REST)
    if not _BREAK.search(body):
        return _unbroken(body)
    lines = _BREAK.split(body)
    return [Record(line, number) for number, line in enumerate(lines, 1) if line.strip()]


def _as_shift_jis(raw: bytes) -> bytes:
    """The bytes that the bank wrote, where the file became UTF-8 on its way.

    Half-width kana have one byte in Shift_JIS and three in UTF-8, and only the former counts.
    """
    if not _KANA_IN_UTF8.search(raw):
        return raw
    try:
        return raw.decode("utf-8").encode("cp932")
    except UnicodeError:
        return raw


def _unbroken(body: bytes) -> list[Record]:
    """Records without line breaks. The end record may have lost the blanks on its right."""
    cut = len(body) % LENGTH
    if cut and not body[-cut:].startswith(b"9"):
        raise Refused(f"{len(body)} bytes are no multiple of {LENGTH}: the file is cut off")
    return [
        Record(body[start : start + LENGTH], number, "record")
        for number, start in enumerate(range(0, len(body), LENGTH), 1)
    ]


def _cells(raw: bytes) -> list[Record]:
    body = raw.rstrip(_REST)
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        text = _shift_jis(body)
    lines = re.split(r"\r\n|\r|\n", text)
    found = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            (cells,) = csv.reader([line], strict=True, skipinitialspace=True)
        except (csv.Error, ValueError):
            raise Refused("the line is no CSV", number) from None
        found.append(Record((cells[0].strip(), *cells[1:]), number))
    return found


def _shift_jis(body: bytes) -> str:
    try:
        return body.decode("cp932")
    except UnicodeDecodeError as error:
        line = len(_BREAK.findall(body, 0, error.start)) + 1
        raise Refused("the line is in neither Shift_JIS nor UTF-8", line) from None


# ---------------------------------------------------------------- statements


def _statements(records: Sequence[Record], today: date | None) -> Iterator[Statement]:
    kind = _kind_of(records[0])
    head: Head | None = None
    lines: list[Remittance] = []
    counted = accounts = 0
    before = ""
    for record in records:
        if record.kind not in _NAMES or record.kind not in _NEXT[before]:
            raise _out_of_order(record, before)
        before = record.kind
        if before == "1":
            if accounts and _kind_of(record) is not kind:
                raise record.refused("the accounts of one file have different 種別コード")
            head, lines = head_of(record, kind.header, today), []
            accounts += 1
        elif before == "2" and head is not None:
            lines.append(kind.line(record, head))
            counted += 1
        elif before == "8" and head is not None:
            done = tuple(lines)
            yield head.statement(kind.name, done, kind.close(record, head, done))
        elif before == "9":
            kind.finish(record, counted, accounts)
    if before != "9":
        raise Refused("the file ends before its end record (9): it is cut off", records[-1].line)


def _out_of_order(record: Record, before: str) -> Refused:
    found = _NAMES.get(record.kind, f"データ区分 {shown(record.kind)}")
    if before == "9":
        return record.refused(f"{found} stands after the end record (9)")
    if before == "":
        return record.refused(f"the file begins with {found}; its header (1) is missing")
    wanted = " or ".join(_NAMES[one] for one in _NEXT[before])
    return record.refused(f"{found} stands where {wanted} belongs")


def _kind_of(record: Record) -> Kind:
    """What understands the file, by the 種別コード of a header."""
    body = record.body
    if isinstance(body, bytes):
        code = body[1:3].decode("ascii", "replace")
    else:
        code = body[1].strip().zfill(2) if len(body) > 1 else ""
    if code not in KINDS:
        name = f" ({_OTHER[code]})" if code in _OTHER else ""
        raise record.refused(
            f"種別コード {code}{name} is no statement: "
            "01 振込入金通知 and 03 入出金取引明細 are read"
        )
    return KINDS[code]
