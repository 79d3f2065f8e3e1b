"""The CSV of every bank: read back as it was written, or refused with line and reason."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from pipeline.bank.statement import Refused, read
from pipeline.domain.remittance import AccountNumber, Flow, Statement
from tests.bank.shipped import PROFILES
from tests.bank.values import FIRST, LAST, Account, Line, accounts, texts
from tests.bank.writers_csv import WRITERS

TODAY = date(2026, 3, 20)
BALANCED = sorted(set(WRITERS) - {"mufg-bizstation"})
VALUED = {"anser", "mizuho-business-web", "resona-plus"}
NAMES = texts(20, "ｱｲｳﾀﾁﾂﾞﾟアイウタチツABC0123456789()- 　").map(
    lambda text: text.lstrip("-").strip(" \u3000")
)


def file_of(rows: list[str], encoding: str = "cp932", end: str = "\r\n") -> bytes:
    return (end.join(rows) + end).encode(encoding)


def one_of(raw: bytes) -> Statement:
    (statement,) = read(raw, PROFILES, today=TODAY)
    return statement


def reason(raw: bytes) -> str:
    with pytest.raises(Refused) as refused:
        read(raw, PROFILES, today=TODAY)
    return str(refused.value)


@pytest.mark.parametrize("name", WRITERS)
@given(accounts(out=True), st.data())
def test_what_a_bank_writes_is_read_back(name: str, part: Account, data: st.DataObject) -> None:
    part = replace(part, lines=tuple(replace(one, payer=data.draw(NAMES)) for one in part.lines))
    if name == "mufg-bizstation-all":
        # Its cells have no quotation marks, and the account stands in every file.
        part = replace(part, kind="1")

    statement = one_of(file_of(WRITERS[name](part)))

    lines = part.lines[::-1] if name == "sbi-net" else part.lines
    assert statement.layout == name
    assert [(one.booked_on, one.amount, one.payer) for one in statement.remittances] == [
        (line.day, line.amount, line.payer) for line in lines
    ]
    assert [one.flow for one in statement.remittances] == [
        Flow.DEBIT if line.out else Flow.CREDIT for line in lines
    ]
    assert [one.value_date for one in statement.remittances] == [
        (line.value if name in VALUED else None) or line.day for line in lines
    ]
    if name in BALANCED and lines:
        assert statement.opening_balance == part.opening
        assert statement.closing_balance == part.closing


@pytest.mark.parametrize("encoding", ["cp932", "utf-8", "utf-8-sig"])
@pytest.mark.parametrize("end", ["\r\n", "\n", "\r"])
@pytest.mark.parametrize("name", WRITERS)
def test_encoding_and_line_ends_make_no_difference(name: str, end: str, encoding: str) -> None:
    rows = WRITERS[name](Account((Line(), Line(amount=330, out=True), Line(amount=3000))))
    if encoding == "cp932":
        rows = [row.replace("〜", "～") for row in rows]

    plain = one_of(file_of(rows, "utf-8"))

    assert one_of(file_of(rows, encoding, end)) == plain
    assert len(plain.remittances) == 3


def test_excel_s_own_text_is_read() -> None:
    rows = WRITERS["rakuten"](Account((Line(),)))

    assert len(one_of(file_of(rows, "utf-16")).remittances) == 1


@pytest.mark.parametrize("name", WRITERS)
def test_headings_are_known_in_whatever_width_and_with_more_behind_them(name: str) -> None:
    rows = WRITERS[name](Account((Line(), Line())))
    place = next((n for n, row in enumerate(rows) if "日" in row and "残高" in row), None)
    if place is None:
        return
    rows[place] = rows[place].replace("(", "（ ").replace(")", " ）").rstrip(",") + ",備考"
    rows[place + 1 :] = [row.rstrip(",") + ",ナニカ" for row in rows[place + 1 :]]

    assert len(one_of(file_of(rows, "utf-8")).remittances) == 2


def test_a_layout_without_its_headings_is_known_by_its_cells() -> None:
    rows = WRITERS["mufg-bizstation"](Account((Line(), Line(amount=500, out=True))))

    bare, whole = (one_of(file_of(part)) for part in (rows[1:], rows))

    assert [one.amount for one in bare.remittances] == [1000, 500]
    assert bare.account == whole.account == AccountNumber("0999", "001", "1", "1234567")


@pytest.mark.parametrize(
    ("name", "account"),
    [
        ("anser", AccountNumber("", "001", "1", "1234567")),
        ("mizuho-business-web", AccountNumber("", "001", "1", "1234567")),
        ("resona-plus", AccountNumber("", "001", "1", "1234567")),
        ("mufg-bizstation", AccountNumber("0999", "001", "1", "1234567")),
        ("mufg-bizstation-all", AccountNumber("", "001", "1", "1234567")),
        ("yucho-direct", AccountNumber("9900", "038", "1", "1234567")),
        ("rakuten", AccountNumber()),
        ("sbi-net", AccountNumber()),
    ],
)
def test_the_account_is_what_the_file_tells_and_no_more(name: str, account: AccountNumber) -> None:
    assert one_of(file_of(WRITERS[name](Account((Line(),))))).account == account


@pytest.mark.parametrize("name", ["anser", "mufg-bizstation"])
def test_several_accounts_in_one_file_are_several_statements(name: str) -> None:
    first = WRITERS[name](Account((Line(), Line(amount=5)), opening=100))
    other = WRITERS[name](Account((Line(amount=7),), number="7654321", opening=999))

    statements = read(file_of([*first, *other[1:]]), PROFILES, today=TODAY)

    assert [one.account.number for one in statements] == ["1234567", "7654321"]
    assert [[line.amount for line in one.remittances] for one in statements] == [[1000, 5], [7]]


def test_several_accounts_of_marked_records_are_several_statements() -> None:
    first = WRITERS["mufg-bizstation-all"](Account((Line(),)))
    other = WRITERS["mufg-bizstation-all"](Account((), number="7654321"))

    statements = read(file_of([*first[:-1], *other]), PROFILES, today=TODAY)

    assert [(one.account.number, len(one.remittances)) for one in statements] == [
        ("1234567", 1),
        ("7654321", 0),
    ]


def test_the_period_above_the_headings_is_stated_else_it_is_the_span_of_the_lines() -> None:
    part = Account((Line(day=date(2026, 3, 4)), Line(day=date(2026, 3, 6))))

    yucho = one_of(file_of(WRITERS["yucho-direct"](part), "utf-8"))
    rakuten = one_of(file_of(WRITERS["rakuten"](part)))
    empty = one_of(file_of(WRITERS["rakuten"](Account())))

    assert (yucho.covers_from, yucho.covers_through, yucho.period_stated) == (FIRST, LAST, True)
    assert yucho.made_on == date(2026, 3, 14)
    assert (rakuten.covers_from, rakuten.covers_through) == (date(2026, 3, 4), date(2026, 3, 6))
    assert not rakuten.period_stated
    assert (empty.covers_from, empty.covers_through, empty.remittances) == (None, None, ())


def test_the_moment_of_a_transfer_is_kept() -> None:
    statement = one_of(file_of(WRITERS["paypay"](Account((Line(),)))))

    assert statement.remittances[0].sent_at == datetime(2026, 3, 2, 9, 30, 5)


def test_a_line_that_is_called_off_is_a_cancellation_and_a_missing_number_is_no_line() -> None:
    rows = WRITERS["anser"](Account((Line(), Line(), Line(cancels=True))))
    rows.append(rows[1].replace("明細", "欠番"))
    # A cancellation stands in the column of what it cancels, at most banks.
    rows[3] = rows[3].replace('"1,000","",""', '"","1,000",""')

    statement = one_of(file_of(rows))

    assert [one.flow for one in statement.remittances] == [
        Flow.CREDIT,
        Flow.CREDIT,
        Flow.CANCELLATION,
    ]


# ---------------------------------------------------------------- names


@pytest.mark.parametrize(
    ("written", "payer", "method"),
    [
        ("振込＊タカハシ　ユウキ", "タカハシ　ユウキ", "11"),
        ("振込　タカハシ　ユウキ", "タカハシ　ユウキ", "11"),
        ("振込  タカハシ", "タカハシ", "11"),
        ("振込 1001 タカハシ", "1001 タカハシ", "11"),
        ("振込1001タカハシ", "1001タカハシ", "11"),
        ("振込１ タカハシ", "タカハシ", "11"),
        ("ﾌﾘｺﾐ1 ﾀｶﾊｼ ﾀﾛｳ", "ﾀｶﾊｼ ﾀﾛｳ", "11"),
        ("ﾌﾘｺﾐ ﾀｶﾊｼ ﾀﾛｳ", "ﾀｶﾊｼ ﾀﾛｳ", "11"),
        ("フリコミ　タカハシ", "タカハシ", "11"),
        ("振込入金　タカハシ", "タカハシ", "11"),
        ("テレ振込 タカハシ", "タカハシ", "11"),
        ("IB振込 タカハシ", "タカハシ", "11"),
        ("IB ﾀｶﾊｼ", "ﾀｶﾊｼ", ""),
        ("テレ　タカハシ", "タカハシ", ""),
        ("送金　タカハシ", "タカハシ", "11"),
        ("IBARAKI TARO", "IBARAKI TARO", ""),
        ("テレサ タカハシ", "テレサ タカハシ", ""),
        ("1004 サトウ イチロウ", "1004 サトウ イチロウ", ""),
        ("振込手数料", "振込手数料", "手数料"),
        ("ことら送金　タカハシ", "タカハシ", "11"),
        ("利息", "利息", "利息"),
        ("現金", "現金", "10"),
        ("Visaデビット ミセ", "Visaデビット ミセ", "カード"),
        ("口座振替 デンキ", "口座振替 デンキ", "14"),
    ],
)
def test_a_payer_stands_without_what_the_bank_puts_before_the_name(
    written: str, payer: str, method: str
) -> None:
    rows = ["取引日,入出金(円),取引後残高(円),入出金内容", f"20260302,1000,1000,{written}"]

    (remittance,) = one_of(file_of(rows)).remittances

    assert (remittance.payer, remittance.method) == (payer, method)


@pytest.mark.parametrize(
    "word",
    ["振込取消", "振込取消＊", "取消＊", "組戻", "振込組戻し", "訂正", "トリケシ", "ﾌﾘｺﾐ ﾄﾘｹｼ"],
)
def test_what_goes_out_as_taken_back_is_a_cancellation_with_its_payer(word: str) -> None:
    rows = [
        "取引日,入出金(円),取引後残高(円),入出金内容",
        "20260302,1000,1000,振込 1001 タカハシ",
        f"20260303,-1000,0,{word} 1001 タカハシ",
    ]

    credit, back = one_of(file_of(rows)).remittances

    assert (credit.flow, back.flow) == (Flow.CREDIT, Flow.CANCELLATION)
    assert (credit.payer, back.payer) == ("1001 タカハシ", "1001 タカハシ")
    assert back.method == "取消"


def test_what_comes_back_to_us_is_named_as_such_and_keeps_its_words() -> None:
    rows = [
        "取引日,入出金(円),取引後残高(円),入出金内容",
        "20260303,1000,1000,振込組戻 タカハシ",
    ]

    (remittance,) = one_of(file_of(rows)).remittances

    assert (remittance.flow, remittance.method) == (Flow.CREDIT, "取消")
    assert remittance.payer == "振込組戻 タカハシ"


@pytest.mark.parametrize("status", ["取消", "取消明細", "訂正"])
def test_every_word_for_a_line_that_is_called_off_counts(status: str) -> None:
    rows = WRITERS["anser"](Account((Line(), Line(cancels=True))))
    rows[2] = rows[2].replace("取消", status)

    assert one_of(file_of(rows)).remittances[1].flow is Flow.CANCELLATION


def test_a_file_without_any_balance_is_read_with_a_warning() -> None:
    rows = ["取引日,入出金(円),取引後残高(円),入出金内容", "20260302,1,,x", "20260303,2,,y"]

    statement = one_of(file_of(rows))

    assert [one.amount for one in statement.remittances] == [1, 2]
    assert statement.warnings == ("取引後残高(円) is empty in every line",)


def test_a_balance_that_may_be_anything_is_not_followed_for_ever() -> None:
    lines = tuple(Line(amount=2**n, cancels=True) for n in range(12))
    rows = WRITERS["anser"](Account((Line(), *lines, Line()), opening=100_000))
    balances = Account((Line(), *lines), opening=100_000).balances()
    for place, balance in enumerate(balances[1:], 2):
        rows[place] = rows[place].replace(f'"{balance:,}"', '""')

    assert reason(file_of(rows)) == "line 8: too many lines without 残高 to follow it"


def test_a_row_of_totals_is_no_line() -> None:
    for name in ("rakuten", "smbc", "mufg-direct"):
        rows = [*WRITERS[name](Account((Line(), Line()))), "合計,,2000", ",,,"]

        assert len(one_of(file_of(rows)).remittances) == 2


def test_resona_s_columns_are_known_by_either_bank_s_words() -> None:
    rows = WRITERS["resona-plus"](Account((Line(),)))
    rows[0] = rows[0].replace("出金金額", "出金").replace("入金金額", "入金")

    assert one_of(file_of(rows)).layout == "resona-plus"


# ---------------------------------------------------------------- refusals

RAKUTEN = WRITERS["rakuten"](
    Account(
        (
            Line(day=date(2026, 3, 3)),
            Line(amount=330, out=True, day=date(2026, 3, 4)),
            Line(amount=2000, day=date(2026, 3, 5)),
        )
    )
)
CHANGES = {
    "another amount": (
        2,
        "20260304,-331,200670,x",
        "line 3: 残高 200670 does not follow; it should be 200669",
    ),
    "another sign": (
        2,
        "20260304,330,200670,x",
        "line 3: 残高 200670 does not follow; it should be 201330",
    ),
    "another balance": (
        3,
        "20260305,2000,202671,x",
        "line 4: 残高 202671 does not follow; it should be 202670",
    ),
    "no amount": (2, "20260304,,200670,x", "line 3: 入出金(円) is empty"),
    "no balance": (2, "20260304,-330,,x", "line 3: 取引後残高(円) is empty"),
    "an amount of zero": (2, "20260304,0,200670,x", "line 3: the amount is zero"),
    "a fraction": (2, "20260304,-330.5,200670,x", "line 3: 入出金(円) '-330.5' is no amount"),
    "points for thousands": (2, "20260304,-1.330,1,x", "line 3: 入出金(円) '-1.330' is no amount"),
    "a group of two": (2, '20260304,"1,33",1,x', "line 3: 入出金(円) '1,33' is no amount"),
    "a dash": (2, "20260304,-,200670,x", "line 3: 入出金(円) '-' is no amount"),
    "a word": (2, "20260304,なし,200670,x", "line 3: 入出金(円) 'なし' is no amount"),
    "two amounts run together": (
        2,
        "20260304,10001000100010,1,x",
        "line 3: 入出金(円) '10001000100010' is no amount of this world",
    ),
    "no day": (2, ",-330,200670,x", "line 3: 取引日 is empty"),
    "a day that is none": (2, "20260231,-330,200670,x", "line 3: 取引日 '20260231' is no date"),
    "a day without a year": (2, "3/4,-330,200670,x", "line 3: 取引日 '3/4' is no date"),
    "a day before all statements": (
        2,
        "19880304,-330,200670,x",
        "line 3: 取引日 '19880304' is no date of a statement",
    ),
    "a day in the far future": (
        2,
        "20280304,-330,200670,x",
        "line 3: 取引日 2028-03-04 lies in the future",
    ),
    "a cell lost": (2, "20260304,-330,200670", "line 3: the row has 3 cells, not 4"),
    "a cell more": (2, "20260304,-330,200670,x,y", "line 3: the row has 5 cells, not 4"),
    "a quotation mark left open": (
        2,
        '20260304,-330,200670,"x',
        "line 3: a quotation mark is not closed, or stands inside a cell",
    ),
    "a character lost": (
        2,
        "20260304,-330,200670,\ufffd",
        "line 3: characters were lost when the file was saved; get it from the bank again",
    ),
    "other headings": (
        0,
        "取引日,金額,残高,内容",
        "the layout is not known; line 1 has 4 cells: '取引日', '金額', '残高', '内容'",
    ),
}


@pytest.mark.parametrize("case", CHANGES)
def test_a_file_is_refused(case: str) -> None:
    place, row, why = CHANGES[case]
    rows = [*RAKUTEN[:place], row, *RAKUTEN[place + 1 :]]

    assert reason(file_of(rows, "utf-8")) == why


@pytest.mark.parametrize(
    "amount",
    ["1,000", "¥1,000", "￥1,000", "\\1,000", "1000円", "+1000", "＋1,000", "１０００", "1000 "],
)
def test_thousands_yen_signs_and_width_are_fine(amount: str) -> None:
    rows = ["取引日,入出金(円),取引後残高(円),入出金内容", f'20260302,"{amount}",1000,x']

    assert one_of(file_of(rows, "utf-8")).remittances[0].amount == 1000


@pytest.mark.parametrize("sign", ["-", "－", "▲", "△", "−"])
def test_every_minus_sign_is_one(sign: str) -> None:
    rows = ["取引日,入出金(円),取引後残高(円),入出金内容", f"20260302,{sign}330,1000,x"]

    assert one_of(file_of(rows, "utf-8")).remittances[0].flow is Flow.DEBIT


@pytest.mark.parametrize("day", ["2026/3/5", "2026-03-05", "2026.3.5", "20260305", "2026年3月5日"])
@pytest.mark.parametrize("era", ["R8.3.5", "令和8年3月5日", "R08/03/05", "令和 8 年 3 月 5 日"])
def test_days_are_read_as_they_are_written(day: str, era: str) -> None:
    head = "取引日,入出金(円),取引後残高(円),入出金内容"
    for written in (day, era, f"{day} 12:34", f"{day}（木）"):
        rows = [head, f"{written},1000,1000,x"]
        (remittance,) = one_of(file_of(rows, "utf-8")).remittances
        assert remittance.booked_on == date(2026, 3, 5)


@pytest.mark.parametrize("name", BALANCED)
@given(part=accounts(out=True, most=6), data=st.data())
def test_one_digit_of_money_that_changed_is_never_read(
    name: str, part: Account, data: st.DataObject
) -> None:
    """But for the first line in time: nothing in the file says what stood before it."""
    lines = tuple(replace(one, payer="ﾀｶﾊｼ", number=0, value=None) for one in part.lines)
    assume(len(lines) > 1 and lines[0].day != lines[-1].day)
    place = data.draw(st.integers(1, len(lines) - 1))
    changed = replace(lines[place], amount=lines[place].amount + data.draw(st.integers(1, 9999)))
    true, false = (
        replace(part, lines=lines),
        replace(part, lines=(*lines[:place], changed, *lines[place + 1 :])),
    )
    rows, other = WRITERS[name](true), WRITERS[name](false)
    row = next(n for n, (one, two) in enumerate(zip(rows, other, strict=True)) if one != two)
    if name == "yucho-direct":
        row = 8 + place
    if name == "sbi-net":
        row = len(lines) - place
    forged = [*rows[:row], _amount_of(other[row], rows[row]), *rows[row + 1 :]]

    with pytest.raises(Refused):
        read(file_of(forged, "utf-8"), PROFILES, today=TODAY)


def _amount_of(other: str, own: str) -> str:
    """A row with the other's amount and its own balance, which is the last long number in it."""
    import csv

    (theirs,), (mine,) = csv.reader([other]), csv.reader([own])
    differ = [n for n, (one, two) in enumerate(zip(theirs, mine, strict=True)) if one != two]
    mine[differ[0]] = theirs[differ[0]]
    return ",".join(f'"{cell}"' for cell in mine)


@pytest.mark.parametrize(
    "row", ["20260302,{},1,x", "20260302,1,{},x", "{},1,1,x", "20260302,1,1,{}"]
)
def test_a_cell_without_end_is_refused_or_read_and_nothing_else(row: str) -> None:
    rows = ["取引日,入出金(円),取引後残高(円),入出金内容", row.format("9" * 100_000)]

    try:
        statement = one_of(file_of(rows))
    except Refused:
        return
    assert statement.remittances[0].amount == 1


def test_both_columns_filled_are_refused() -> None:
    rows = ["日付,内容,出金金額(円),入金金額(円),残高(円),メモ", "2026/3/5,x,1000,1000,1000,-"]

    assert reason(file_of(rows)) == ("line 2: both 入金金額(円) and 出金金額(円) have an amount")


def test_neither_column_filled_is_refused() -> None:
    rows = ["日付,内容,出金金額(円),入金金額(円),残高(円),メモ", "2026/3/5,x,,,1000,-"]

    assert reason(file_of(rows)) == ("line 2: neither 入金金額(円) nor 出金金額(円) has an amount")


def test_less_than_nothing_in_a_column_is_refused() -> None:
    rows = ["日付,内容,出金金額(円),入金金額(円),残高(円),メモ", "2026/3/5,x,,-1000,1000,-"]

    assert reason(file_of(rows)) == "line 2: 入金金額(円) '-1000' is below zero"


def test_a_count_of_lines_that_is_not_theirs_is_refused() -> None:
    rows = WRITERS["yucho-direct"](Account((Line(), Line())))
    del rows[-1]

    assert reason(file_of(rows, "utf-8")) == "line 7: the file says '2' lines and has 1"


def test_a_line_outside_the_stated_period_is_refused() -> None:
    rows = WRITERS["yucho-direct"](Account((Line(day=date(2026, 3, 19)),)))

    assert reason(file_of(rows, "utf-8")) == (
        "line 9: 2026-03-19 lies outside the period 2026-03-02..2026-03-13"
    )


def test_a_stated_period_that_ends_before_it_begins_is_refused() -> None:
    rows = WRITERS["yucho-direct"](Account((Line(),)))
    rows[5] = rows[5].replace("03 月 02 日", "04 月 02 日")

    assert reason(file_of(rows, "utf-8")) == (
        "line 6: the period 2026-04-02..2026-03-13 ends before it begins"
    )


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ("7,2026.3.2,振込,x,,1,1", "line 3: record '7' is not known"),
        ("1,0999", "line 3: the row has 2 cells, not 15"),
        ("2,2026.3.2,振込,x,,1", "line 3: the row has 6 cells, not 7"),
    ],
)
def test_a_marked_record_that_is_none_is_refused(row: str, why: str) -> None:
    rows = WRITERS["mufg-bizstation-all"](Account((Line(),)))

    assert reason(file_of([*rows[:2], row, *rows[2:]])) == why


def test_a_direction_that_is_not_known_is_refused() -> None:
    rows = WRITERS["mufg-bizstation"](Account((Line(),)))
    rows[1] = rows[1].replace('"080302","1"', '"080302","3"')

    assert reason(file_of(rows)) == "line 2: 入払区分 '3' is not known"


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ('"2026"', '"R8"', "line 2: 操作日(年) 'R8' is no number"),
        ('"2026"', '"8"', "line 2: 操作日(年) is no date of a statement"),
        ('"3"', '"13"', "line 2: 操作日(年) is no date"),
        ('"2026"', '"2030"', "line 2: 操作日(年) 2030-03-02 lies in the future"),
        ('"30"', '"60"', "line 2: 操作時刻(時) is no time of day"),
    ],
)
def test_a_day_in_several_columns_is_refused(old: str, new: str, why: str) -> None:
    rows = WRITERS["paypay"](Account((Line(),)))
    rows[1] = rows[1].replace(old, new, 1)

    assert reason(file_of(rows)) == why


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ('"普通"', '"外貨"', "line 2: the kind of account '外貨' is not known"),
        ('"1234567"', '"12E4567"', "line 2: '12E4567' is no number of an account"),
        ('"080302"', '"880302"', "line 2: 取引日 2076-03-02 lies in the future"),
    ],
)
def test_an_account_or_a_day_that_cannot_be_is_refused(old: str, new: str, why: str) -> None:
    rows = WRITERS["mufg-bizstation"](Account((Line(),)))
    rows[1] = rows[1].replace(old, new, 1)

    assert reason(file_of(rows)) == why


def test_two_encodings_in_one_file_are_refused() -> None:
    raw = file_of(RAKUTEN) + "20260306,1,202671,髙橋\r\n".encode()

    assert reason(raw) == ("line 5: the file is in neither Shift_JIS nor UTF-8, or in both")


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        (b"", "the file is empty"),
        (b" \r\n\r\n", "the file is empty"),
        (b"%PDF-1.7", "the file is a PDF; ask the bank for CSV"),
        (b"PK\x03\x04...", "the file is an Excel workbook or a ZIP archive"),
        (b"\xd0\xcf\x11\xe0....", "the file is an old Excel workbook; save it as CSV"),
        (b"<!DOCTYPE html><html>", "the file is a web page, saved in place of the file"),
        (b"\n<HTML>\n", "the file is a web page, saved in place of the file"),
        (b"a,b\nc\0,d", "line 2: the file has the control character 00: it is damaged"),
        (b"a,b\x1b[2J", "line 1: the file has the control character 1B: it is damaged"),
        (b"a\x1a,b", "line 1: the file has the control character 1A: it is damaged"),
        (b"hello", "the layout is not known; line 1 has 1 cells: 'hello'"),
    ],
)
def test_what_is_no_statement_is_named(raw: bytes, why: str) -> None:
    assert reason(raw).startswith(why)
