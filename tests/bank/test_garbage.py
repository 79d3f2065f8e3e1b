"""Whatever bytes come: a statement or a refusal, never another exception, and no money changed."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.bank.statement import Refused, read
from pipeline.domain.remittance import Statement
from tests.bank.good import CREDITS, GOOD, LINES
from tests.bank.shipped import PROFILES

TODAY = date(2026, 3, 20)
CHECKED = {
    "01": {one.amount for one in CREDITS},
    "01 B": {one.amount for one in CREDITS},
    "03": {one.amount for one in LINES},
    "03 CSV": {one.amount for one in LINES},
}
"""Layouts whose totals cover every line, and the amounts that they may have."""


def read_or_refuse(raw: bytes) -> tuple[Statement, ...]:
    """What was read; nothing where it was refused."""
    try:
        return read(raw, PROFILES, today=TODAY)
    except Refused as refused:
        said = str(refused)
    assert said
    assert "\n" not in said
    return ()


@st.composite
def mutated(draw: st.DrawFn, raw: bytes) -> bytes:
    """A good file with some bytes changed, lost, put in, moved or cut off."""
    body = bytearray(raw)
    for _ in range(draw(st.integers(1, 4))):
        place = draw(st.integers(0, max(len(body) - 1, 0)))
        length = draw(st.sampled_from([1, 1, 1, 2, 10, 200]))
        kind = draw(st.sampled_from(["change", "lose", "put", "repeat", "cut"]))
        if kind == "change":
            body[place : place + 1] = draw(st.binary(min_size=1, max_size=1))
        elif kind == "lose":
            del body[place : place + length]
        elif kind == "put":
            body[place:place] = draw(
                st.sampled_from([b"0", b",", b'"', b"-", b"\n", b"\r\n", b"\0", b"\x1a", b"\xff"])
            )
        elif kind == "repeat":
            body[place:place] = body[place : place + length]
        else:
            del body[place:]
    return bytes(body)


@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(raw: bytes) -> None:
    read_or_refuse(raw)


@pytest.mark.parametrize(
    "start", [b"1010", b"103008031408030208031399", b"1,03,0,080314,", b"<?xml", b"<Document>"]
)
@given(st.binary(max_size=400))
def test_any_bytes_after_a_beginning_that_is_known(start: bytes, raw: bytes) -> None:
    read_or_refuse(start + raw)


@pytest.mark.parametrize("name", GOOD)
@given(data=st.data())
def test_a_file_with_some_bytes_changed_is_read_or_refused(name: str, data: st.DataObject) -> None:
    for statement in read_or_refuse(data.draw(mutated(GOOD[name]))):
        for one in statement.remittances:
            assert one.amount > 0
            if name in CHECKED:
                assert one.amount in CHECKED[name]


@pytest.mark.parametrize("name", GOOD)
@given(data=st.data())
def test_a_csv_with_a_cell_changed_is_read_or_refused(name: str, data: st.DataObject) -> None:
    rows = GOOD[name].decode("utf-8" if "yucho" in name else "cp932", "replace").split("\n")
    cells = rows[data.draw(st.integers(0, len(rows) - 1))].split(",")
    place = data.draw(st.integers(0, len(cells) - 1))
    cells[place] = data.draw(
        st.sampled_from(
            [
                "",
                "-",
                "0",
                "１０００",
                "1,0",
                "令和元年",
                "R1.2.3",
                "99999999",
                "²",
                "٣",
                "²0260302",
            ]
        )
        | st.text(max_size=8)
    )
    rows[data.draw(st.integers(0, len(rows) - 1))] = ",".join(cells)

    read_or_refuse("\n".join(rows).encode("utf-8", "replace"))


@pytest.mark.parametrize("name", CHECKED)
@given(data=st.data())
def test_no_digit_of_an_amount_changes_unseen(name: str, data: st.DataObject) -> None:
    """One digit anywhere in the file: what is still read has the same money."""
    raw = GOOD[name]
    place = data.draw(st.sampled_from([n for n, byte in enumerate(raw) if chr(byte).isdigit()]))
    digit = data.draw(st.sampled_from(b"0123456789"))

    changed = read_or_refuse(raw[:place] + bytes([digit]) + raw[place + 1 :])

    (true,) = read_or_refuse(raw)
    for statement in changed:
        assert [(one.amount, one.flow) for one in statement.remittances] == [
            (one.amount, one.flow) for one in true.remittances
        ]
        assert statement.closing_balance == true.closing_balance
