"""Whatever bytes a file has, reading a mail with it ends with a verdict."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.mail.reading import Reading
from tests.mail.reading.files.making import (
    ONE,
    carrying,
    form,
    listed,
    paper,
    separated,
    sheet,
    zipped,
)

SEEDS = (
    sheet(*form(ONE)),
    sheet(*listed(ONE)),
    paper(form(ONE)),
    separated(listed(ONE), "cp932"),
    separated(listed(ONE), "utf-16", "\t"),
    zipped(a__xlsx=sheet(*form(ONE))),
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600,
)
CELLS = st.one_of(
    st.none(),
    st.sampled_from([
        "氏名", "フリガナ", "所属", "参加者1", "連絡先", "【記入例】", "担当者", "姓", "名",
        "No.", "合計", "〃", "☑", "電話番号\nメール",
        "町田 花子", "マチダ ハナコ", "(例)", "※", "○", "同上",
        "参加区分", "①",
    ]),
    st.integers(),
    st.booleans(),
    st.text(max_size=6).filter(str.isprintable),
)  # fmt: skip
ROWS = st.lists(st.lists(CELLS, max_size=6), max_size=8)


@pytest.mark.parametrize("seed", range(len(SEEDS)))
@given(
    places=st.lists(st.tuples(st.integers(0, 10_000), st.integers(0, 255)), max_size=12),
    cut=st.integers(0, 10_000),
)
def test_a_damaged_file(
    seed: int,
    places: list[tuple[int, int]],
    cut: int,
    reader: Callable[[bytes], Reading],
) -> None:
    raw = bytearray(SEEDS[seed])
    for place, value in places:
        raw[place % len(raw)] = value
    if cut % 3 == 0:
        del raw[cut % len(raw) :]

    assert reader(carrying(("申込書.xlsx", bytes(raw)))).kind


@given(rows=ROWS, merged=st.lists(st.tuples(*[st.integers(1, 6)] * 4), max_size=3))
def test_any_cells(
    rows: list[list[object]],
    merged: list[tuple[int, int, int, int]],
    reader: Callable[[bytes], Reading],
) -> None:
    spans = [
        f"{chr(64 + min(a, b))}{min(c, d)}:{chr(64 + max(a, b))}{max(c, d)}"
        for a, b, c, d in merged
        if (a, c) != (b, d)
    ]

    assert reader(carrying(("申込書.xlsx", sheet(*rows, merged=spans)))).kind


@given(part=st.binary(max_size=300))
def test_any_markup(part: bytes, reader: Callable[[bytes], Reading]) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        made.writestr("[Content_Types].xml", b"<Types/>")
        made.writestr("word/document.xml", b"<a>" + part + b"</a>")

    assert reader(carrying(("申込書.docx", out.getvalue()))).kind
