"""Zengin files that are refused, each with its line and its reason."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from pipeline.bank.statement import Refused, read
from tests.bank import writers_zengin as writers
from tests.bank.values import Account, Line

TODAY = date(2026, 3, 14)
CRLF = b"\r\n"
LINES = (Line(day=date(2026, 3, 3)), Line(amount=2000, day=date(2026, 3, 4)), Line(cancels=True))
NOTICE = writers.notice([Account(LINES)])
ACCOUNT = writers.account([Account((*LINES, Line(out=True, amount=330, kind="14")))])
NO_STATEMENT = "is no statement: 01 振込入金通知 and 03 入出金取引明細 are read"
Records = list[bytes]


def reason(raw: bytes, today: date | None = TODAY) -> str:
    with pytest.raises(Refused) as refused:
        read(raw, (), today=today)
    return str(refused.value)


def put(records: Records, number: int, position: int, text: bytes) -> Records:
    """The records with some bytes of one overwritten; numbers and positions from 1."""
    body = records[number - 1]
    changed = body[: position - 1] + text + body[position - 1 + len(text) :]
    return [*records[: number - 1], changed, *records[number:]]


def without(records: Records, *numbers: int) -> Records:
    return [one for number, one in enumerate(records, 1) if number not in numbers]


NOTICES: dict[str, tuple[Records, str]] = {
    "one yen more": (
        put(NOTICE, 2, 29, b"1"),
        "line 5: 振込合計金額 says 3000, the lines before it make 3001",
    ),
    "another count": (
        put(NOTICE, 5, 2, b"000003"),
        "line 5: 振込合計件数 says 3, the lines before it make 2",
    ),
    "another count of cancellations": (
        put(NOTICE, 5, 20, b"000000"),
        "line 5: 取消合計件数 says 0, the lines before it make 1",
    ),
    "another sum of cancellations": (
        put(NOTICE, 5, 26, b"000000000999"),
        "line 5: 取消合計金額 says 999, the lines before it make 1000",
    ),
    "no sum of cancellations": (put(NOTICE, 5, 26, b" " * 12), "line 5: 取消合計金額 is blank"),
    "a cancellation that became a credit": (
        put(NOTICE, 4, 128, b"0"),
        "line 5: 振込合計件数 says 2, the lines before it make 3",
    ),
    "a line lost": (
        without(NOTICE, 3),
        "line 4: 振込合計件数 says 2, the lines before it make 1",
    ),
    "a line twice": (
        [*NOTICE[:2], *NOTICE[1:]],
        "line 6: 振込合計件数 says 2, the lines before it make 3",
    ),
    "no header": (
        without(NOTICE, 1),
        "the layout is not known",
    ),
    "no trailer": (
        without(NOTICE, 5),
        "line 5: an end record (9) stands where a data record (2) or a trailer (8) belongs",
    ),
    "no end record": (
        without(NOTICE, 6),
        "line 5: the file ends before its end record (9): it is cut off",
    ),
    "something after the end": (
        [*NOTICE, NOTICE[1]],
        "line 7: a data record (2) stands after the end record (9)",
    ),
    "two headers": (
        [NOTICE[0], *NOTICE],
        "line 2: a header (1) stands where a data record (2) or a trailer (8) belongs",
    ),
    "a data record after the trailer": (
        [*NOTICE[:5], NOTICE[1], NOTICE[5]],
        "line 6: a data record (2) stands where a header (1) or an end record (9) belongs",
    ),
    "a record of another kind": (
        put(NOTICE, 3, 1, b"7"),
        "line 3: データ区分 '7' stands where a data record (2) or a trailer (8) belongs",
    ),
    "a blank amount": (put(NOTICE, 3, 20, b" " * 10), "line 3: 金額 is blank"),
    "an amount of zero": (put(NOTICE, 3, 20, b"0" * 10), "line 3: 金額 is zero"),
    "an amount with a letter": (
        put(NOTICE, 3, 20, b"00000020O0"),
        "line 3: 金額 '00000020O0' is no number",
    ),
    "an amount shifted to the left": (
        put(NOTICE, 3, 20, b"2000  0000"),
        "line 3: 金額 '2000  0000' is no number",
    ),
    "a day that is none": (
        put(NOTICE, 2, 8, b"080231"),
        "line 2: 勘定日 080231 is no date",
    ),
    "a blank day": (put(NOTICE, 2, 8, b"      "), "line 2: 勘定日 is blank"),
    "a day outside the period": (
        put(NOTICE, 2, 8, b"080314"),
        "line 2: 勘定日 2026-03-14 lies outside the header's period 2026-03-02..2026-03-13",
    ),
    "a day of another era": (
        put(NOTICE, 2, 8, b"120303"),
        "line 2: 勘定日 120303 lies more than two years from 2026-03-14: another era?",
    ),
    "a period that ends before it begins": (
        put(NOTICE, 1, 11, b"080313080302"),
        "line 1: 勘定日(自) 2026-03-13 lies after 勘定日(至) 2026-03-02",
    ),
    "made on no day": (
        put(NOTICE, 1, 5, b"08O314"),
        "line 1: 作成日 '08O314' is no date (YYMMDD)",
    ),
    "made in the far future": (
        put(NOTICE, 1, 5, b"120314"),
        "line 1: 作成日 2030-03-14 lies in the future",
    ),
    "EBCDIC by its header": (
        put(NOTICE, 1, 4, b"1"),
        "line 1: コード区分 1: the file is in EBCDIC; ask the bank for it in JIS",
    ),
    "総合振込": (
        put(NOTICE, 1, 2, b"21"),
        f"line 1: 種別コード 21 (総合振込) {NO_STATEMENT}",
    ),
    "no number of an account": (put(NOTICE, 1, 61, b"       "), "line 1: 口座番号 is blank"),
    "a kind of account that is not": (
        put(NOTICE, 1, 60, b"8"),
        "line 1: 預金種目 '8' is not known",
    ),
    "no code of a branch": (
        put(NOTICE, 1, 42, b"ABC"),
        "line 1: 支店コード 'ABC' is not 3 digits",
    ),
    "取消区分 2": (put(NOTICE, 4, 128, b"2"), "line 4: 取消区分 '2' is not known"),
    "a record of 201 bytes": (
        [NOTICE[0], NOTICE[1] + b"X", *NOTICE[2:]],
        "line 2: the record has 201 bytes, not 200",
    ),
    "a record that lost its amount": (
        [NOTICE[0], NOTICE[1][:25], *NOTICE[2:]],
        "line 2: the record has 25 bytes, not 200, and more than blanks is lost",
    ),
    "half a kanji": (
        put(NOTICE, 2, 90, b"\x8e \x8e"),
        "line 2: the record is not in Shift_JIS",
    ),
    "two amounts that differ": (
        put(writers.notice([Account(LINES)], "B"), 2, 20, b"0000000999"),
        "line 2: 金額 999 and 金額(2) 1000 contradict each other",
    ),
}

ACCOUNTS: dict[str, tuple[Records, str]] = {
    "one yen more": (
        put(ACCOUNT, 2, 36, b"1"),
        "line 6: 入金額合計 says 3000, the lines before it make 3001",
    ),
    "another count": (
        put(ACCOUNT, 6, 2, b"000009"),
        "line 6: 入金件数 says 9, the lines before it make 2",
    ),
    "another count of payments": (
        put(ACCOUNT, 6, 21, b"000009"),
        "line 6: 出金件数 says 9, the lines before it make 2",
    ),
    "another sum of payments": (
        put(ACCOUNT, 6, 27, b"0000000000001"),
        "line 6: 出金額合計 says 1, the lines before it make 1330",
    ),
    "another count of records": (
        put(ACCOUNT, 6, 55, b"0000009"),
        "line 6: データ件数 says 9, the lines before it make 4",
    ),
    "another opening balance": (
        put(ACCOUNT, 1, 129, b"1"),
        "line 6: 取引後残高 says 201670, but 取引前残高 200001 and the lines make 201671",
    ),
    "another closing balance": (
        put(ACCOUNT, 6, 54, b"1"),
        "line 6: 取引後残高 says 201671, but 取引前残高 200000 and the lines make 201670",
    ),
    "an account that was overdrawn": (
        put(ACCOUNT, 1, 114, b"2"),
        "line 6: 取引後残高 says 201670, but 取引前残高 -200000 and the lines make -198330",
    ),
    "an overdraft of another kind": (
        put(ACCOUNT, 1, 114, b"7"),
        "line 1: 貸越区分 '7' is not known",
    ),
    "neither in nor out": (
        put(ACCOUNT, 2, 22, b"3"),
        "line 2: 入払区分 '3' is neither 1 (入金) nor 2 (出金)",
    ),
    "in that became out": (
        put(ACCOUNT, 2, 22, b"2"),
        "line 6: 入金件数 says 2, the lines before it make 1",
    ),
    "an amount of zero": (put(ACCOUNT, 2, 25, b"0" * 12), "line 2: 取引金額 is zero"),
    "another number of records in all": (
        put(ACCOUNT, 7, 2, b"0000000099"),
        "line 7: レコード総件数 says 99, the file has 7 records",
    ),
    "another number of accounts": (
        put(ACCOUNT, 7, 12, b"00002"),
        "line 7: 口座数 says 2, the lines before it make 1",
    ),
    "a balance with a letter": (
        put(ACCOUNT, 6, 45, b"A"),
        "line 6: 取引後残高 '0000A000201670' is no number",
    ),
}


@pytest.mark.parametrize("case", NOTICES)
def test_a_notice_is_refused(case: str) -> None:
    records, why = NOTICES[case]

    said = reason(CRLF.join(records) + CRLF)

    assert said.startswith(why) if case == "no header" else said == why


@pytest.mark.parametrize("case", ACCOUNTS)
def test_a_statement_of_an_account_is_refused(case: str) -> None:
    records, why = ACCOUNTS[case]

    assert reason(CRLF.join(records) + CRLF) == why


@pytest.mark.parametrize("kept", range(200, 1000, 53))
def test_a_file_that_was_cut_off_is_refused(kept: int) -> None:
    for records in (NOTICE, ACCOUNT):
        assert "cut off" in reason(b"".join(records)[:kept])


@pytest.mark.parametrize("kept", range(205, 1010, 7))
def test_a_file_with_line_breaks_that_was_cut_off_is_refused(kept: int) -> None:
    for records in (NOTICE, ACCOUNT):
        reason(CRLF.join(records)[:kept])


def test_without_line_breaks_the_record_is_named() -> None:
    raw = b"".join(put(NOTICE, 3, 20, b" " * 10))

    assert reason(raw) == "record 3: 金額 is blank"


def test_blanks_that_were_folded_into_one_are_refused_though_the_lines_may_be_short() -> None:
    folded = CRLF.join(b" ".join(one.split()) for one in NOTICE)

    assert "line 1: " in reason(folded)


def test_two_kinds_of_statement_in_one_file_are_refused() -> None:
    assert reason(CRLF.join([*NOTICE[:-1], *ACCOUNT])) == (
        "line 6: the accounts of one file have different 種別コード"
    )


def test_a_file_in_ebcdic_is_refused_by_its_bytes() -> None:
    raw = b"\xf1\xf0\xf1\xf1\xf0\xf8\xf0\xf3\xf1\xf4" + b"\x40" * 190

    assert "EBCDIC" in reason(raw)


@pytest.mark.parametrize("today", [None, TODAY])
def test_the_second_account_is_judged_by_its_own_trailer(today: date | None) -> None:
    parts = [Account(LINES), Account(LINES, number="7654321")]
    records = writers.notice(parts)
    assert len(read(CRLF.join(records), (), today=today)) == 2

    assert reason(CRLF.join(put(records, 7, 29, b"1")), today) == (
        "line 10: 振込合計金額 says 3000, the lines before it make 3001"
    )


CSV = writers.as_csv(ACCOUNT, writers.ACCOUNT_CSV, quoted=False)
CSV_CHANGES: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "a field more": (
        lambda raw: raw.replace(b"1001 ", b"1001,", 1),
        "line 2: the record has 21 fields, not 20",
    ),
    "fields lost": (
        lambda raw: raw.replace(b",000000001000,000000000000,,,,,", b",000000001000,,", 1),
        "line 2: the record has 16 fields, not 20",
    ),
    "a quotation mark left open": (
        lambda raw: raw.replace(b"\n2,", b'\n2,"', 1),
        "line 2: the line is no CSV",
    ),
    "thousands": (
        lambda raw: raw.replace(b"000000001000", b'"1,000"', 1),
        "line 2: 取引金額 '1,000' is no number",
    ),
    "a number without end": (
        lambda raw: raw.replace(b"000000001000", b"9" * 5000, 1),
        f"line 2: 取引金額 '{'9' * 40}…' is no number",
    ),
    "one yen more": (
        lambda raw: raw.replace(b"000000001000", b"1001", 1),
        "line 6: 入金額合計 says 3000, the lines before it make 3001",
    ),
    "two encodings": (
        lambda raw: raw + "2,髙".encode(),
        "line 8: the line is in neither Shift_JIS nor UTF-8",
    ),
}


@pytest.mark.parametrize("case", CSV_CHANGES)
def test_a_csv_of_the_same_fields_is_refused(case: str) -> None:
    change, why = CSV_CHANGES[case]

    assert reason(change(CSV)) == why


def test_a_csv_that_a_spreadsheet_saved_again_is_read_though_left_zeros_are_lost() -> None:
    def spared(cell: str) -> str:
        return str(int(cell)) if cell.isdecimal() else cell

    rows = [",".join(map(spared, row.split(","))) for row in CSV.decode("cp932").splitlines()]
    again = read("\n".join(rows).encode("cp932"), (), today=TODAY)
    before = read(CSV, (), today=TODAY)

    assert [one.account for one in again] == [one.account for one in before]
    assert [replace(one, payer_code="", bank_id="") for one in again[0].remittances] == [
        replace(one, payer_code="", bank_id="") for one in before[0].remittances
    ]
