"""Files that would harm whoever opens them: they are told of, and cost next to nothing."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.mail.reading import Reading
from pipeline.mail.unpacking import Budget, Unreadable, container, unpacked
from tests.mail.reading.files.making import (
    LABELS,
    ONE,
    book,
    carrying,
    form,
    listed,
    saved,
    sheet,
    zipped,
)

REST = "xl/worksheets/sheet1.xml"


def changed(raw: bytes, **parts: bytes) -> bytes:
    """A workbook with some of its parts replaced; `strings`, `cells`, `book`."""
    names = {"strings": "xl/sharedStrings.xml", "cells": REST, "book": "xl/workbook.xml"}
    parts.setdefault("cells", b'<worksheet><sheetData><row r="1"><c r="A1" t="s"><v>0</v></c></row>'
                              b"</sheetData></worksheet>")  # fmt: skip
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as old, zipfile.ZipFile(
        out, "w", zipfile.ZIP_DEFLATED
    ) as new:  # fmt: skip
        told = {names[key]: content for key, content in parts.items()}
        for name in {*old.namelist(), *told}:
            new.writestr(name, told[name] if name in told else old.read(name))
    return out.getvalue()


def _million_rows() -> bytes:
    rows = b"".join(b'<row r="%d"><c r="A%d" s="1"/></row>' % (n, n) for n in range(1, 1_000_001))
    return changed(
        sheet(*form(ONE)), cells=b"<worksheet><sheetData>%s</sheetData></worksheet>" % rows
    )


def _entities() -> bytes:
    lol = b"".join(b'<!ENTITY l%d "%s">' % (n, b"&l%d;" % (n - 1) * 10) for n in range(1, 10))
    raw = (
        b'<?xml version="1.0"?><!DOCTYPE s [<!ENTITY l0 "lol">'
        + lol
        + b"]><sst><si><t>&l9;</t></si></sst>"
    )
    return changed(sheet(*form(ONE)), strings=raw)


def _external() -> bytes:
    raw = b'<!DOCTYPE s [<!ENTITY x SYSTEM "file:///etc/passwd">]><sst><si><t>&x;</t></si></sst>'
    return changed(sheet(*form(ONE)), strings=raw)


def _deep() -> bytes:
    return changed(sheet(*form(ONE)), strings=b"<a>" * 500_000)


def _many_names() -> bytes:
    raw = b"<sst>" + b"".join(b"<n%d/>" % n for n in range(200_000)) + b"</sst>"
    return changed(sheet(*form(ONE)), strings=raw)


def _strings() -> bytes:
    return changed(sheet(*form(ONE)), strings=b"<sst>" + b"<si><t>a</t></si>" * 900_000 + b"</sst>")


def _long_string() -> bytes:
    return changed(
        sheet(*form(ONE)), strings=b"<sst><si><t>" + b"a" * 30_000_000 + b"</t></si></sst>"
    )


def _zeros() -> bytes:
    return zipped(a__csv=b"\0" * 60_000_000)


def _lying() -> bytes:
    """An entry that says to be small."""
    raw = bytearray(zipped(a__csv=b"a" * 30_000_000))
    place = raw.rfind(b"PK\x01\x02")
    struct.pack_into("<I", raw, place + 24, 100)
    return bytes(raw)


def _many_entries() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        for n in range(5000):
            made.writestr(f"{n}.csv", b"")
    return out.getvalue()


def _overlapping() -> bytes:
    """Entries that share one content, so that each byte counts many times."""
    name = b"a" * 5
    packed = zipped(aaaaa=b"0" * 5_000_000)
    entry = packed[packed.find(b"PK\x01\x02") : packed.rfind(b"PK\x05\x06")]
    local = packed[: packed.find(b"PK\x01\x02")]
    entries = entry * 15
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 15, 15, len(entries), len(local), 0)
    assert name in entry
    return local + entries + end


def _merged_everything() -> bytes:
    merged = b"".join(b'<mergeCell ref="A%d:XFD1048576"/>' % n for n in range(1, 5000))
    cells = b"".join(b'<row r="%d"><c r="A%d" t="inlineStr"><is><t>x</t></is></c></row>' % (n, n)
                     for n in range(1, 5000))  # fmt: skip
    raw = b"<worksheet><sheetData>%s</sheetData><mergeCells>%s</mergeCells></worksheet>"
    return changed(sheet(*form(ONE)), cells=raw % (cells, merged))


def _labels_everywhere() -> bytes:
    words = list(LABELS.values())
    rows = [[words[(r + c) % len(words)] for c in range(100)] for r in range(70)]
    return sheet(*rows)


def _names_everywhere() -> bytes:
    return sheet(*(["氏名"] * 100 for _ in range(70)))


def _headings_everywhere() -> bytes:
    return sheet(*(["参加者①", "連絡先", "【記入例】", "氏名"] * 25 for _ in range(70)))


def _many_people() -> bytes:
    return sheet(*listed(*(ONE | {"name": f"町田 {chr(0x4E00 + n)}子"} for n in range(2000))))


def _many_sheets() -> bytes:
    return saved(book(*((f"s{n}", [("a", "b")]) for n in range(200))))


def _many_tables() -> bytes:
    cell = "<w:tc><w:p><w:r><w:t>氏名</w:t></w:r></w:p></w:tc>"
    body = "<w:tbl>" + "<w:tr>" + cell * 60 + "</w:tr>" + "</w:tbl>"
    space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    raw = f'<w:document xmlns:w="{space}"><w:body>{body * 150}</w:body></w:document>'
    return _paper(raw)


def _nested_tables() -> bytes:
    space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    depth = 40
    body = "<w:tbl><w:tr><w:tc>" * depth + "<w:p/>" + "</w:tc></w:tr></w:tbl>" * depth
    return _paper(f'<w:document xmlns:w="{space}"><w:body>{body}</w:body></w:document>')


def _paper(raw: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("[Content_Types].xml", "<Types/>")
        made.writestr("word/document.xml", raw)
    return out.getvalue()


def _one_line() -> bytes:
    return ("氏名," * 300_000).encode("cp932")


def _quotes() -> bytes:
    return ('"' * 1_000_001 + "\n氏名,フリガナ\n").encode("cp932")


def _many_columns() -> bytes:
    return ("氏名,フリガナ," * 500 + "\n").encode("cp932") * 60


def _bracket_labels() -> bytes:
    return sheet(*(["(" * 70, "（" * 70, "※" * 79, "例" * 79] for _ in range(300)))


BOMBS = (
    _million_rows, _entities, _external, _deep, _many_names, _strings, _long_string, _zeros, _lying,
    _many_entries, _overlapping, _merged_everything, _labels_everywhere, _names_everywhere,
    _headings_everywhere, _many_people, _many_sheets, _many_tables, _nested_tables, _one_line,
    _quotes, _many_columns, _bracket_labels,
)  # fmt: skip


@pytest.mark.parametrize("made", BOMBS, ids=lambda made: made.__name__.strip("_"))
def test_a_bomb_is_shown_to_a_person(
    made: Callable[[], bytes], reader: Callable[[bytes], Reading]
) -> None:
    reading = reader(carrying(("申込書.xlsx", made())))

    assert reading.kind == "application_needs_review"


def test_what_is_unpacked_is_counted_over_all_files() -> None:
    budget = Budget(unpacked=1000)
    opened = container(zipped(a__txt=b"a" * 600, b__txt=b"b" * 600))
    first, second = opened.infolist()

    assert unpacked(opened, first, budget, 10_000) == b"a" * 600
    with pytest.raises(Unreadable):
        unpacked(opened, second, budget, 10_000)


def test_nothing_is_written_outside(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, reader: Callable[[bytes], Reading]
) -> None:
    monkeypatch.chdir(tmp_path)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        made.writestr("../../../escaped.xlsx", sheet(*form(ONE)))

    reading = reader(carrying(("申込.zip", out.getvalue())))

    assert reading.kind == "application"
    assert list(tmp_path.iterdir()) == []
    assert all(".." not in line for _, _, line in reading.sources)
