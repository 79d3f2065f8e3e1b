"""Workbooks, documents, lists and archives, written part by part.

Law of this file: no library makes them, nothing is compressed and no time stands in them, so that
the same content gives the same bytes on every machine.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

Cell = str | int | float | bool | None
DECLARED = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
HIDDEN = ' state="hidden"'
THEN = (2026, 2, 6, 9, 0, 0)


def archive(members: Mapping[str, bytes]) -> bytes:
    """A ZIP file whose members are stored."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as file:
        for name, content in members.items():
            member = zipfile.ZipInfo(name, THEN)
            member.create_system = 3  # Unix, whatever the machine
            file.writestr(member, content)
    return out.getvalue()


def column(number: int) -> str:
    """A, B, ... of 0, 1, ..."""
    return chr(ord("A") + number)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One sheet: its rows from A1 on, and the ranges that are merged."""

    name: str
    rows: Sequence[Sequence[Cell]]
    merged: Sequence[str] = ()
    hidden: bool = False
    readings: Mapping[str, str] = ()  # type: ignore[assignment]  # none is the usual thing
    """Phonetic runs that Excel keeps beside a text."""
    formulas: Mapping[str, str] = ()  # type: ignore[assignment]  # none is the usual thing
    """Cells such as "B2" that hold a formula beside their value."""


def workbook(*sheets: Sheet, extra: Mapping[str, bytes] | None = None) -> bytes:
    """An .xlsx file with shared strings, as Excel writes it."""
    texts: dict[str, int] = {}
    readings: dict[str, str] = {}
    members: dict[str, bytes] = {}
    for number, sheet in enumerate(sheets, 1):
        readings |= dict(sheet.readings)
        members[f"xl/worksheets/sheet{number}.xml"] = _sheet(sheet, texts)
    members = {
        "[Content_Types].xml": _types(len(sheets)),
        "_rels/.rels": _relations(
            (f"{_OFFICE}/officeDocument", "xl/workbook.xml"),
        ),
        "xl/workbook.xml": _book(sheets),
        "xl/_rels/workbook.xml.rels": _relations(
            *(
                (f"{_OFFICE}/worksheet", f"worksheets/sheet{n}.xml")
                for n in range(1, len(sheets) + 1)
            ),
            (f"{_OFFICE}/styles", "styles.xml"),
            (f"{_OFFICE}/sharedStrings", "sharedStrings.xml"),
        ),
        "xl/styles.xml": _styles(),
        "xl/sharedStrings.xml": _shared(texts, readings),
        **members,
        **(extra or {}),
    }
    return archive(members)


def _xml(body: str) -> bytes:
    return (DECLARED + body).encode()


def _types(sheets: int) -> bytes:
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    parts = [("/xl/workbook.xml", "sheet.main"), ("/xl/styles.xml", "styles")]
    parts += [("/xl/sharedStrings.xml", "sharedStrings")]
    parts += [(f"/xl/worksheets/sheet{n}.xml", "worksheet") for n in range(1, sheets + 1)]
    named = "".join(f'<Override PartName="{p}" ContentType="{kind}.{k}+xml"/>' for p, k in parts)
    return _xml(
        f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" ContentType='
        '"application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{named}</Types>'
    )


def _relations(*targets: tuple[str, str]) -> bytes:
    inner = "".join(
        f'<Relationship Id="rId{n}" Type="{kind}" Target="{target}"/>'
        for n, (kind, target) in enumerate(targets, 1)
    )
    return _xml(f'<Relationships xmlns="{_PACKAGE}/relationships">{inner}</Relationships>')


def _book(sheets: Sequence[Sheet]) -> bytes:
    inner = "".join(
        f'<sheet name="{escape(s.name)}" sheetId="{n}"{HIDDEN if s.hidden else ""} r:id="rId{n}"/>'
        for n, s in enumerate(sheets, 1)
    )
    return _xml(
        f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>{inner}</sheets></workbook>'
    )


def _styles() -> bytes:
    return _xml(
        f'<styleSheet xmlns="{_MAIN}"><fonts count="1"><font><sz val="11"/><name val="游ゴシック"/>'
        '</font></fonts><fills count="1"><fill><patternFill patternType="none"/></fill></fills>'
        '<borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs>'
        '<cellXfs count="2"><xf xfId="0"/><xf xfId="0" numFmtId="14"/></cellXfs>'
        '<cellStyles count="1"><cellStyle name="標準" xfId="0" builtinId="0"/></cellStyles>'
        "</styleSheet>"
    )


def _sheet(sheet: Sheet, texts: dict[str, int]) -> bytes:
    formulas = dict(sheet.formulas)
    rows = ""
    for number, row in enumerate(sheet.rows, 1):
        cells = "".join(
            _cell(f"{column(at)}{number}", value, texts, formulas.get(f"{column(at)}{number}"))
            for at, value in enumerate(row)
        )
        rows += f'<row r="{number}">{cells}</row>'
    merged = "".join(f'<mergeCell ref="{ref}"/>' for ref in sheet.merged)
    joined = f'<mergeCells count="{len(sheet.merged)}">{merged}</mergeCells>' if merged else ""
    return _xml(f'<worksheet xmlns="{_MAIN}"><sheetData>{rows}</sheetData>{joined}</worksheet>')


def _cell(place: str, value: Cell, texts: dict[str, int], formula: str | None) -> str:
    if value is None:
        return ""
    told = f"<f>{escape(formula)}</f>" if formula else ""
    if isinstance(value, bool):
        return f'<c r="{place}" t="b">{told}<v>{int(value)}</v></c>'
    if isinstance(value, int | float):
        return f'<c r="{place}">{told}<v>{value}</v></c>'
    if formula:
        return f'<c r="{place}" t="str">{told}<v>{escape(value)}</v></c>'
    return f'<c r="{place}" t="s"><v>{texts.setdefault(value, len(texts))}</v></c>'


def _shared(texts: Mapping[str, int], readings: Mapping[str, str]) -> bytes:
    inner = "".join(
        f'<si><t xml:space="preserve">{escape(text)}</t>'
        + (
            f'<rPh sb="0" eb="{len(text)}"><t>{readings[text]}</t></rPh><phoneticPr fontId="0"/>'
            if text in readings
            else ""
        )
        + "</si>"
        for text in texts
    )
    return _xml(
        f'<sst xmlns="{_MAIN}" count="{len(texts)}" uniqueCount="{len(texts)}">{inner}</sst>'
    )


# ---------------------------------------------------------------- Word


def paragraph(text: str) -> str:
    """A paragraph, its text in two runs as Word likes to cut it; "\\n" is a line break."""
    runs = [text[: len(text) // 2], text[len(text) // 2 :]]
    inner = "".join(
        "<w:r>"
        + "<w:br/>".join(
            f'<w:t xml:space="preserve">{escape(line)}</w:t>' for line in run.split("\n")
        )
        + "</w:r>"
        for run in runs
        if run
    )
    return f"<w:p>{inner}</w:p>"


def table(rows: Iterable[Sequence[str]]) -> str:
    """A table; a cell that is "<" belongs to the one left of it."""
    out = ""
    for row in rows:
        cells: list[list[str | int]] = []
        for text in row:
            if text == "<":
                cells[-1][1] = int(cells[-1][1]) + 1
            else:
                cells.append([text, 1])
        out += "<w:tr>" + "".join(
            f'<w:tc><w:tcPr><w:gridSpan w:val="{span}"/></w:tcPr>{paragraph(str(text))}</w:tc>'
            for text, span in cells
        )
        out += "</w:tr>"
    return f"<w:tbl><w:tblPr/><w:tblGrid/>{out}</w:tbl>"


def document(*blocks: str) -> bytes:
    """A .docx file of paragraphs and tables."""
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    return archive(
        {
            "[Content_Types].xml": _xml(
                f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" ContentType='
                '"application/vnd.openxmlformats-package.relationships+xml"/>'
                f'<Override PartName="/word/document.xml" ContentType="{kind}"/></Types>'
            ),
            "_rels/.rels": _relations((f"{_OFFICE}/officeDocument", "word/document.xml")),
            "word/document.xml": _xml(
                f'<w:document xmlns:w="{_WORD}"><w:body>{"".join(blocks)}<w:sectPr/></w:body>'
                "</w:document>"
            ),
        }
    )


# ---------------------------------------------------------------- locked archives


def locked(name: str, content: bytes, password: bytes, encoding: str = "cp932") -> bytes:
    """A ZIP file with one member under the old ZIP cipher (PKWARE APPNOTE 6.1)."""
    check = zlib.crc32(content)
    cipher = _Cipher(password)
    body = bytes(cipher.take(byte) for byte in bytes(11) + bytes((check >> 24,)) + content)
    stored = name.encode(encoding)
    when = b"\x00\x48\x46\x5c"
    common = (
        b"\x01\x00\x00\x00"
        + when
        + check.to_bytes(4, "little")
        + len(body).to_bytes(4, "little")
        + len(content).to_bytes(4, "little")
        + len(stored).to_bytes(2, "little")
        + b"\x00\x00"
    )
    local = b"PK\x03\x04\x14\x00" + common + stored + body
    central = b"PK\x01\x02\x14\x00\x14\x00" + common + bytes(14) + stored
    end = (
        b"PK\x05\x06\x00\x00\x00\x00\x01\x00\x01\x00"
        + len(central).to_bytes(4, "little")
        + len(local).to_bytes(4, "little")
        + b"\x00\x00"
    )
    return local + central + end


class _Cipher:
    def __init__(self, password: bytes) -> None:
        self.keys = [0x12345678, 0x23456789, 0x34567890]
        for byte in password:
            self._turn(byte)

    def _turn(self, byte: int) -> None:
        keys = self.keys
        keys[0] = _crc(keys[0], byte)
        keys[1] = ((keys[1] + (keys[0] & 0xFF)) * 134775813 + 1) & 0xFFFFFFFF
        keys[2] = _crc(keys[2], keys[1] >> 24)

    def take(self, byte: int) -> int:
        """One byte, ciphered."""
        mixed = (self.keys[2] | 2) & 0xFFFF
        stream = ((mixed * (mixed ^ 1)) >> 8) & 0xFF
        self._turn(byte)
        return byte ^ stream


def _crc(old: int, byte: int) -> int:
    value = (old ^ byte) & 0xFF
    for _ in range(8):
        value = (value >> 1) ^ (0xEDB88320 if value & 1 else 0)
    return value ^ (old >> 8)


PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)
"""The first sector of a compound file: .xls, .doc, and workbooks under a password."""
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00\xff\xd9"
