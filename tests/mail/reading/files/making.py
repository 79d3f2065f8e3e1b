"""Files as offices make them, and mails that carry them. Everybody in here is invented."""

from __future__ import annotations

import base64
import csv
import io
import zipfile
from collections.abc import Iterable, Sequence
from typing import Any

from docx import Document
from openpyxl import Workbook

from tests.mail.reading.letters import PLAIN, attached, multipart, text

XLSX = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Row = Sequence[Any]

ONE = {
    "name": "町田 花子",
    "name_kana": "マチダ ハナコ",
    "organization": "はなみずき市社会福祉協議会",
    "department": "地域福祉課",
    "position": "主任",
    "prefecture": "長野県",
    "email": "machida@example.jp",
    "phone": "026-000-1234",
    "category": "coop_shakyo",
}
TWO = ONE | {
    "name": "小川 次郎",
    "name_kana": "オガワ ジロウ",
    "position": "第2層生活支援コーディネーター",
    "email": "ogawa@example.jp",
    "phone": "026-000-1235",
    "category": "sc",
}
THREE = ONE | {
    "name": "髙﨑 守",
    "name_kana": "タカサキ マモル",
    "department": "総務係",
    "position": "係長",
    "email": "takasaki@example.jp",
    "phone": "026-000-1236",
}
LABELS = {
    "name": "氏名",
    "name_kana": "フリガナ",
    "organization": "所属",
    "department": "部署",
    "position": "役職",
    "prefecture": "都道府県",
    "email": "メールアドレス",
    "phone": "電話番号",
}
LETTER = (
    "事務局 御中",
    "",
    "お世話になっております。",
    "参加申込書を添付いたします。",
    "よろしくお願いいたします。",
)


def book(*sheets: tuple[str, Iterable[Row]], merged: Sequence[str] = ()) -> Workbook:
    """A workbook of rows; `merged` are ranges of the first sheet."""
    made = Workbook()
    made.remove(made.worksheets[0])
    for title, rows in sheets:
        sheet = made.create_sheet(title)
        for row in rows:
            sheet.append(list(row))
    for span in merged:
        made.worksheets[0].merge_cells(span)
    return made


def saved(made: Workbook) -> bytes:
    """The workbook's bytes."""
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def sheet(*rows: Row, merged: Sequence[str] = ()) -> bytes:
    """A workbook of one sheet."""
    return saved(book(("Sheet1", rows), merged=merged))


def form(person: dict[str, str], **labels: str) -> list[Row]:
    """A form: label, answer."""
    return [(label, person[name]) for name, label in (LABELS | labels).items() if label]


def listed(*people: dict[str, str], names: Sequence[str] = tuple(LABELS)) -> list[list[Any]]:
    """A list: headings, then a row for each person."""
    return [[LABELS[n] for n in names], *([p[n] for n in names] for p in people)]


def separated(rows: Iterable[Row], encoding: str, delimiter: str = ",") -> bytes:
    """A list with separators."""
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerows(rows)
    return out.getvalue().encode(encoding)


def paper(*tables: Sequence[Row], above: Sequence[str] = ()) -> bytes:
    """A document of paragraphs and tables."""
    made = Document()
    for line in above:
        made.add_paragraph(line)
    for rows in tables:
        table = made.add_table(rows=0, cols=max(len(row) for row in rows))
        for row in rows:
            cells = table.add_row().cells
            for cell, value in zip(cells, row, strict=False):
                cell.text = str(value)
        made.add_paragraph()
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def zipped(**files: bytes) -> bytes:
    """An archive; `__` in a name stands for a dot."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in files.items():
            made.writestr(name.replace("__", "."), content)
    return out.getvalue()


def word(name: str) -> bytes:
    """A file name as Outlook writes it."""
    return b'filename="=?UTF-8?B?' + base64.b64encode(name.encode()) + b'?="'


def carrying(*files: tuple[str, bytes], lines: Sequence[str] = LETTER, kind: bytes = XLSX) -> bytes:
    """A mail with files."""
    parts = [(PLAIN, text(*lines))]
    for name, content in files:
        parts.append((attached(word(name), kind), base64.encodebytes(content)))
    return multipart("mixed", *parts)


def multipart_of(*parts: tuple[bytes, bytes]) -> bytes:
    """A mail of given parts."""
    return multipart("mixed", *parts)
