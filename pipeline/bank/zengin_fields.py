"""The records of the Zengin statements: which fields, how long, and how one is taken out.

Law of this file: positions and lengths are those of 全銀協 適用業務およびレコード・フォーマット
(200 bytes a record), and stand here alone.  A field of kind N is digits, or blank; C is text.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from pipeline.bank import dates
from pipeline.bank.refused import Refused, shown

LENGTH: Final = 200
"""Bytes of a record."""
DUMMY: Final = "ダミー"
_LONGEST: Final = 14
"""No number of these layouts has more digits."""


@dataclass(frozen=True, slots=True)
class Layout:
    """The fields of one kind of record, in their order."""

    fields: tuple[tuple[str, int], ...]
    """Name and length; together 200."""
    least: int
    """Up to here no field may be missing, when trailing blanks were cut off a record."""

    @property
    def names(self) -> tuple[str, ...]:
        """The fields' names, the last a ダミー that a CSV may leave out."""
        return tuple(name for name, _ in self.fields)


_HEAD: Final = (
    ("データ区分", 1),
    ("種別コード", 2),
    ("コード区分", 1),
    ("作成日", 6),
    ("勘定日(自)", 6),
    ("勘定日(至)", 6),
    ("銀行コード", 4),
    ("銀行名", 15),
    ("支店コード", 3),
    ("支店名", 15),
)
NOTICE_HEADER: Final = Layout(
    (*_HEAD, ("預金種目", 1), ("口座番号", 7), ("口座名", 40), (DUMMY, 93)), 67
)
"""種別 01 振込入金通知, ヘッダ・レコード."""
_NOTICE_LINE: Final = (
    ("データ区分", 1),
    ("照会番号", 6),
    ("勘定日", 6),
    ("起算日", 6),
    ("金額", 10),
    ("うち他店券金額", 10),
    ("振込依頼人コード", 10),
    ("振込依頼人名", 48),
    ("仕向銀行名", 15),
    ("仕向店名", 15),
    ("取消区分", 1),
)
NOTICE_LINE: Final = Layout((*_NOTICE_LINE, ("EDI情報", 20), (DUMMY, 52)), 29)
"""データ・レコード, format A."""
NOTICE_LINE_B: Final = Layout(
    (*_NOTICE_LINE, ("金額(2)", 12), ("うち他店券金額(2)", 12), ("EDI情報", 20), (DUMMY, 28)), 152
)
"""データ・レコード, format B: amounts of twelve digits."""
NOTICE_TRAILER: Final = Layout(
    (
        ("データ区分", 1),
        ("振込合計件数", 6),
        ("振込合計金額", 12),
        ("取消合計件数", 6),
        ("取消合計金額", 12),
        (DUMMY, 163),
    ),
    19,
)
"""トレーラ・レコード."""
NOTICE_END: Final = Layout((("データ区分", 1), (DUMMY, 199)), 1)
"""エンド・レコード."""

ACCOUNT_HEADER: Final = Layout(
    (
        *_HEAD,
        ("ダミー(1)", 3),
        ("預金種目", 1),
        ("口座番号", 10),
        ("口座名", 40),
        ("貸越区分", 1),
        ("通帳・証書区分", 1),
        ("取引前残高", 14),
        (DUMMY, 71),
    ),
    73,
)
"""種別 03 入出金取引明細, ヘッダ・レコード."""
ACCOUNT_LINE: Final = Layout(
    (
        ("データ区分", 1),
        ("照会番号", 8),
        ("勘定日", 6),
        ("預入・払出日", 6),
        ("入払区分", 1),
        ("取引区分", 2),
        ("取引金額", 12),
        ("うち他店券金額", 12),
        ("交換呈示日", 6),
        ("不渡返還日", 6),
        ("手形・小切手区分", 1),
        ("手形・小切手番号", 7),
        ("僚店番号", 3),
        ("振込依頼人コード", 10),
        ("振込依頼人名", 48),
        ("仕向銀行名", 15),
        ("仕向店名", 15),
        ("摘要内容", 20),
        ("EDI情報", 20),
        (DUMMY, 1),
    ),
    36,
)
"""データ・レコード (普通, 当座, 貯蓄)."""
ACCOUNT_TRAILER: Final = Layout(
    (
        ("データ区分", 1),
        ("入金件数", 6),
        ("入金額合計", 13),
        ("出金件数", 6),
        ("出金額合計", 13),
        ("貸越区分", 1),
        ("取引後残高", 14),
        ("データ件数", 7),
        (DUMMY, 139),
    ),
    39,
)
"""トレーラ・レコード."""
ACCOUNT_END: Final = Layout(
    (("データ区分", 1), ("レコード総件数", 10), ("口座数", 5), (DUMMY, 184)), 1
)
"""エンド・レコード."""


@dataclass(frozen=True, slots=True)
class Record:
    """One record of a file, cut out and not yet understood."""

    body: bytes | tuple[str, ...]
    """Bytes of the file, in Shift_JIS; or the cells of a CSV."""
    line: int
    """Its line, or its number where the file has no line breaks; from 1."""
    unit: str = "line"
    """What `line` counts."""

    @property
    def kind(self) -> str:
        """データ区分, or what stands in its place."""
        if isinstance(self.body, bytes):
            return self.body[:1].decode("ascii", "replace")
        return self.body[0] if self.body else ""

    def refused(self, reason: str) -> Refused:
        """The file is refused because of this record."""
        return Refused(reason, self.line, self.unit)

    def fields(self, layout: Layout) -> Fields:
        """Its fields. Raises Refused."""
        if isinstance(self.body, tuple):
            return Fields(self, self._cells(layout, self.body))
        if len(self.body) > LENGTH:
            raise self.refused(f"the record has {len(self.body)} bytes, not {LENGTH}")
        if len(self.body) < layout.least:
            raise self.refused(
                f"the record has {len(self.body)} bytes, not {LENGTH}, and more than blanks is lost"
            )
        try:
            return Fields(self, dict(_cut(self.body, layout)))
        except UnicodeDecodeError:
            raise self.refused("the record is not in Shift_JIS") from None

    def _cells(self, layout: Layout, cells: Sequence[str]) -> Mapping[str, str]:
        names = layout.names
        if len(cells) not in {len(names), len(names) - 1}:
            raise self.refused(f"the record has {len(cells)} fields, not {len(names)}")
        return {name: cell.strip(" \u3000") for name, cell in zip(names, cells, strict=False)}


def _cut(body: bytes, layout: Layout) -> list[tuple[str, str]]:
    text = body.decode("cp932")
    # One character a byte: the usual case, and cheap. Else the bytes decide, each field alone.
    whole = text if len(text) == len(body) else body
    found, start = [], 0
    for name, length in layout.fields:
        part = whole[start : start + length]
        text = part.decode("cp932") if isinstance(part, bytes) else part
        found.append((name, text.strip(" \u3000")))
        start += length
    return found


@dataclass(frozen=True, slots=True)
class Fields:
    """The fields of one record, by their names."""

    record: Record
    texts: Mapping[str, str]

    def text(self, name: str) -> str:
        """A text, its outer spaces off; "" where the record ends before it."""
        return self.texts.get(name, "")

    def number(self, name: str) -> int | None:
        """Digits; None where the field is blank. Raises Refused."""
        text = self.texts.get(name, "")
        if not text:
            return None
        if not (text.isascii() and text.isdecimal() and len(text) <= _LONGEST):
            raise self.record.refused(f"{name} {shown(text)} is no number")
        return int(text)

    def needed(self, name: str) -> int:
        """Digits that must stand there. Raises Refused."""
        found = self.number(name)
        if found is None:
            raise self.record.refused(f"{name} is blank")
        return found

    def code(self, name: str, length: int, *, blank: bool = False) -> str:
        """Digits that name something, their left zeros kept. Raises Refused."""
        text = self.text(name)
        if not text and blank:
            return ""
        if len(text) != length or not (text.isascii() and text.isdecimal()):
            raise self.record.refused(f"{name} {shown(text)} is not {length} digits")
        return text

    def given(self, name: str) -> str:
        """A day's six digits; "" where the field is blank or all zeros. Raises Refused."""
        text = self.text(name)
        if text.strip("0") == "":
            return ""
        # A CSV may have lost the zero on the left.
        return text.zfill(6) if isinstance(self.record.body, tuple) else text

    def day(self, name: str, known: date) -> date | None:
        """A day of the same file as `known`; None where it is blank or zeros. Raises Refused."""
        text = self.given(name)
        if not text:
            return None
        try:
            return dates.beside(text, name, known)
        except Refused as refused:
            raise refused.at(self.record.line, self.record.unit) from None
