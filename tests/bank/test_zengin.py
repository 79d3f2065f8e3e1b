"""Zengin 01 and 03: read back as they were written, in whatever dress they come."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.bank.statement import read
from pipeline.domain.remittance import AccountNumber, Flow, Remittance, Statement
from tests.bank import writers_zengin as writers
from tests.bank.values import FIRST, LAST, Account, Line, accounts

TODAY = date(2026, 3, 14)
CRLF = b"\r\n"
DRESSES: dict[str, Callable[[list[bytes]], bytes]] = {
    "CRLF": lambda records: CRLF.join(records) + CRLF,
    "LF": lambda records: b"\n".join(records) + b"\n",
    "CR": lambda records: b"\r".join(records) + b"\r",
    "CRLF but for the last": CRLF.join,
    "no line breaks": b"".join,
    "no line breaks, then 0x1A": lambda records: b"".join(records) + b"\x1a",
    "0x1A": lambda records: CRLF.join(records) + CRLF + b"\x1a",
    "0x1A and blanks": lambda records: b"".join(records) + b"\x1a" + b" " * 399,
    "blanks cut off": lambda records: CRLF.join(one.rstrip(b" ") for one in records),
    "end record cut off": lambda records: b"".join(records).rstrip(b" "),
    "empty lines": (CRLF + CRLF).join,
    "UTF-8": lambda records: CRLF.join(records).decode("cp932").encode(),
    "UTF-8, BOM": lambda records: CRLF.join(records).decode("cp932").encode("utf-8-sig"),
    "UTF-8, no line breaks": lambda records: b"".join(records).decode("cp932").encode(),
    "UTF-8, blanks cut off": lambda records: b"\n".join(
        one.rstrip(b" ").decode("cp932").encode() for one in records
    ),
}


def one_of(raw: bytes) -> Statement:
    (statement,) = read(raw, (), today=TODAY)
    return statement


def expected(line: Line) -> Remittance:
    """What should be read, but for its place."""
    direction = Flow.DEBIT if line.out else Flow.CREDIT
    return Remittance(
        flow=Flow.CANCELLATION if line.cancels else direction,
        booked_on=line.day,
        value_date=line.value or line.day,
        amount=line.amount,
        payer=line.payer,
        payer_code=line.code,
        edi=line.edi,
        memo="ﾔﾏﾄ ｴｷﾏｴ",
        bank_id="",
        method=line.kind,
    )


def placeless(statement: Statement) -> list[Remittance]:
    return [replace(one, line=0, bank_id="") for one in statement.remittances]


@given(st.lists(accounts(cancels=True), min_size=1, max_size=3), st.sampled_from("AB"))
def test_a_notice_is_read_back_as_it_was_written(parts: list[Account], form: str) -> None:
    statements = read(CRLF.join(writers.notice(parts, form)), (), today=TODAY)

    assert [placeless(one) for one in statements] == [
        [expected(line) for line in one.lines] for one in parts
    ]
    for statement, part in zip(statements, parts, strict=True):
        assert statement.layout == "zengin-01"
        assert statement.account == AccountNumber("0999", part.branch, part.kind, part.number)
        assert (statement.covers_from, statement.covers_through) == (FIRST, LAST)
        assert statement.period_stated
        assert statement.made_on == part.made
        assert [one.bank_id for one in statement.remittances] == [
            f"{line.number:06}" if line.number else "" for line in part.lines
        ]


@given(st.lists(accounts(out=True, cancels=True), min_size=1, max_size=3))
def test_an_account_s_statement_is_read_back_as_it_was_written(parts: list[Account]) -> None:
    statements = read(CRLF.join(writers.account(parts)), (), today=TODAY)

    for statement, part in zip(statements, parts, strict=True):
        assert statement.layout == "zengin-03"
        assert placeless(statement) == [
            replace(expected(line), method="19" if line.cancels else line.kind)
            for line in part.lines
        ]
        assert (statement.opening_balance, statement.closing_balance) == (
            part.opening,
            part.closing,
        )
        assert statement.account == AccountNumber("0999", part.branch, part.kind, part.number)


@pytest.mark.parametrize("dress", DRESSES)
@given(st.lists(accounts(cancels=True, most=4), min_size=1, max_size=2))
def test_the_transport_makes_no_difference(dress: str, parts: list[Account]) -> None:
    for records in (writers.notice(parts), writers.notice(parts, "B"), writers.account(parts)):
        plain = read(CRLF.join(records), (), today=TODAY)
        dressed = read(DRESSES[dress](records), (), today=TODAY)

        assert [placeless(one) for one in dressed] == [placeless(one) for one in plain]
        assert [one.account for one in dressed] == [one.account for one in plain]
        assert [one.closing_balance for one in dressed] == [one.closing_balance for one in plain]


@pytest.mark.parametrize("dummy", [True, False])
@pytest.mark.parametrize("quoted", [True, False])
@given(st.lists(accounts(out=True, cancels=True), min_size=1, max_size=2))
def test_as_csv_it_says_the_same(quoted: bool, dummy: bool, parts: list[Account]) -> None:
    forms = (
        (writers.account(parts), writers.ACCOUNT_CSV),
        (writers.notice(parts), writers.NOTICE_CSV),
        (writers.notice(parts, "B"), writers.NOTICE_B_CSV),
    )
    for records, lengths in forms:
        raw = writers.as_csv(records, lengths, quoted=quoted, dummy=dummy)

        assert read(raw, (), today=TODAY) == read(CRLF.join(records), (), today=TODAY)


def test_the_lines_are_counted_as_an_editor_counts_them() -> None:
    records = writers.notice([Account((Line(), Line()))])

    assert [one.line for one in one_of(CRLF.join(records)).remittances] == [2, 3]
    assert [one.line for one in one_of(b"".join(records)).remittances] == [2, 3]
    spaced = one_of((CRLF * 2).join(records))
    assert [one.line for one in spaced.remittances] == [3, 5]


def test_a_credit_that_is_corrected_is_a_cancellation_and_a_debit_that_is_corrected_is_not() -> (
    None
):
    lines = (Line(), Line(cancels=True), Line(kind="19"), Line(out=True, kind="14"))
    statement = one_of(CRLF.join(writers.account([Account(lines)])))

    flows = [(one.flow, one.method) for one in statement.remittances]
    assert flows == [
        (Flow.CREDIT, "11"),
        (Flow.CANCELLATION, "19"),
        (Flow.CREDIT, "19"),
        (Flow.DEBIT, "14"),
    ]


def test_a_number_paid_to_is_told_by_the_bytes_without_a_field() -> None:
    records = writers.notice([Account((Line(), Line()))])
    records[2] = records[2][:148] + b"0017654321".ljust(52)

    statement = one_of(CRLF.join(records))

    assert [one.virtual_account for one in statement.remittances] == ["", "0017654321"]


def test_an_account_number_of_more_than_seven_digits_stays_whole() -> None:
    records = writers.account([Account()])
    records[0] = records[0][:63] + b"1234567890" + records[0][73:]

    assert one_of(CRLF.join(records)).account.number == "1234567890"


# ---------------------------------------------------------------- years


@pytest.mark.parametrize(
    ("years", "today", "year"),
    [
        ("08", None, 2026),
        ("08", date(2026, 3, 14), 2026),
        ("08", date(1996, 3, 14), 1996),
        ("31", date(2019, 4, 20), 2019),
        ("01", date(2019, 6, 1), 2019),
        ("26", date(2026, 3, 14), 2026),
        ("30", date(2048, 3, 14), 2048),
    ],
)
def test_the_year_is_that_of_the_era_that_lies_nearest(
    years: str, today: date | None, year: int
) -> None:
    raw = CRLF.join(writers.notice([Account((Line(day=date(2026, 3, 5)),))]))
    raw = raw.replace(b"0803", years.encode() + b"03")

    (statement,) = read(raw, (), today=today)

    assert statement.covers_from == date(year, 3, 2)
    assert statement.remittances[0].value_date == date(year, 3, 5)


def test_years_of_the_western_calendar_are_read_with_a_warning() -> None:
    raw = CRLF.join(writers.notice([Account((Line(),))])).replace(b"0803", b"2603")

    assert one_of(raw).warnings == ("the years are those of the Western calendar",)


def test_the_last_year_of_heisei_and_the_first_of_reiwa_lie_side_by_side() -> None:
    account = Account((Line(day=date(2026, 5, 7)),), first=date(2026, 4, 26), last=date(2026, 5, 7))
    raw = CRLF.join(writers.notice([replace(account, made=date(2026, 5, 8))]))
    raw = raw.replace(b"0804", b"3104").replace(b"0805", b"0105")

    (statement,) = read(raw, (), today=date(2019, 5, 8))

    assert (statement.covers_from, statement.covers_through) == (
        date(2019, 4, 26),
        date(2019, 5, 7),
    )
