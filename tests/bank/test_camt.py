"""camt.052, 053 and 054: read back as they were written, or refused."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.bank.statement import Refused, read
from pipeline.domain.remittance import AccountNumber, Flow, Statement
from tests.bank.values import FIRST, LAST, Account, Line, accounts
from tests.bank.writers_camt import balance, camt, detail, entry

TODAY = date(2026, 3, 20)
PART = Account((Line(number=7, edi="1001", memo="受付番号 1001"), Line(amount=330, out=True)))


def one_of(text: str) -> Statement:
    (statement,) = read(text.encode(), (), today=TODAY)
    return statement


def reason(text: str | bytes) -> str:
    with pytest.raises(Refused) as refused:
        read(text.encode() if isinstance(text, str) else text, (), today=TODAY)
    return str(refused.value)


def with_entry(text: str, kind: str = "054") -> str:
    """A message whose only entry is this one."""
    return camt(replace(PART, lines=(Line(),)), kind).replace(entry(Line()), text)


@pytest.mark.parametrize("prefix", ["", "ns2"])
@pytest.mark.parametrize("version", ["02", "04", "08", "13"])
@pytest.mark.parametrize("kind", ["052", "053", "054"])
@given(part=accounts(out=True, cancels=True))
def test_a_message_is_read_back_as_it_was_written(
    kind: str, version: str, prefix: str, part: Account
) -> None:
    statement = one_of(camt(part, kind, version, prefix))

    assert statement.layout == f"camt-{kind}"
    assert statement.account == AccountNumber("0999", part.branch, "", part.number)
    assert (statement.covers_from, statement.covers_through) == (FIRST, LAST)
    assert statement.period_stated
    assert statement.made_on == part.made
    if kind == "053":
        assert statement.opening_balance == part.opening
        assert statement.closing_balance == part.closing
    assert [
        (one.booked_on, one.value_date, one.amount, one.payer, one.edi, one.bank_id, one.method)
        for one in statement.remittances
    ] == [
        (
            line.day,
            line.value or line.day,
            line.amount,
            line.payer,
            line.edi,
            str(line.number) if line.number else "",
            "11",
        )
        for line in part.lines
    ]
    flows = {(False, False): Flow.CREDIT, (True, False): Flow.DEBIT}
    assert [one.flow for one in statement.remittances] == [
        flows.get((line.out, line.cancels), Flow.CANCELLATION) for line in part.lines
    ]


def test_the_lines_are_the_entries_counted() -> None:
    statement = one_of(camt(PART))

    assert [one.line for one in statement.remittances] == [1, 2]
    assert statement.remittances[0].memo == "受付番号 1001"


def test_a_batch_is_as_many_lines_as_it_has_details() -> None:
    amounts = (1000, 2000, 3000)
    details = "".join(
        detail(Line(payer=f"P{one}"), amount=f'<Amt Ccy="JPY">{one}</Amt>') for one in amounts
    )
    batch = f'<Btch><NbOfTxs>3</NbOfTxs><TtlAmt Ccy="JPY">6000</TtlAmt></Btch>{details}'

    statement = one_of(with_entry(entry(Line(amount=6000, number=9), details=batch)))

    assert [(one.payer, one.amount, one.bank_id) for one in statement.remittances] == [
        ("P1000", 1000, "9/1"),
        ("P2000", 2000, "9/2"),
        ("P3000", 3000, "9/3"),
    ]


def test_amounts_of_details_stand_in_older_messages_one_level_deeper() -> None:
    details = "".join(
        detail(
            Line(),
            amount=(
                '<AmtDtls><InstdAmt><Amt Ccy="JPY">9999</Amt></InstdAmt>'
                f'<TxAmt><Amt Ccy="JPY">{one}</Amt></TxAmt></AmtDtls>'
            ),
        )
        for one in (1, 2)
    )

    statement = one_of(with_entry(entry(Line(amount=3), details=details)))

    assert [one.amount for one in statement.remittances] == [1, 2]


def test_a_batch_whose_details_have_no_amounts_stays_one_line_without_a_payer() -> None:
    statement = one_of(with_entry(entry(Line(amount=2000), details=detail(Line()) * 2)))

    assert [(one.amount, one.payer) for one in statement.remittances] == [(2000, "")]


def test_the_ultimate_debtor_stands_in_for_a_debtor_and_beside_one() -> None:
    ultimate = "<UltmtDbtr><Nm>タカハシ</Nm></UltmtDbtr>"
    alone = f"<TxDtls><RltdPties>{ultimate}</RltdPties></TxDtls>"
    beside = alone.replace("<RltdPties>", "<RltdPties><Dbtr><Nm>ダイリ</Nm></Dbtr>")

    first = one_of(with_entry(entry(Line(), details=alone))).remittances[0]
    second = one_of(with_entry(entry(Line(), details=beside))).remittances[0]

    assert (first.payer, first.memo) == ("タカハシ", "")
    assert (second.payer, second.memo) == ("ダイリ", "タカハシ")


def test_a_structured_reference_and_what_the_bank_adds_are_memo() -> None:
    remittance = (
        "<TxDtls><RmtInf><Ustrd>一</Ustrd><Ustrd>二</Ustrd><Strd><CdtrRefInf><Ref>1001</Ref>"
        "</CdtrRefInf></Strd></RmtInf><AddtlTxInf>三</AddtlTxInf></TxDtls>"
    )

    assert one_of(with_entry(entry(Line(), details=remittance))).remittances[0].memo == (
        "一 二 1001 三"
    )


def test_texts_that_were_folded_stand_on_one_line() -> None:
    said = entry(Line(payer="タカハシ\n      ユウキ", memo="一\r\n二"))

    (remittance,) = one_of(with_entry(said)).remittances

    assert (remittance.payer, remittance.memo) == ("タカハシ ユウキ", "一 二")


def test_interest_is_named() -> None:
    said = entry(Line()).replace("DMCT", "INTR")

    assert one_of(with_entry(said)).remittances[0].method == "利息"


@pytest.mark.parametrize("status", ["PDNG", "INFO"])
def test_what_is_not_booked_is_left_out_with_a_warning(status: str) -> None:
    statement = one_of(with_entry(entry(Line()).replace("BOOK", status)))

    assert statement.remittances == ()
    assert statement.warnings == ("entry 1 is not booked yet and left out",)


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("<DtTm>2026-03-12T23:58:00+09:00</DtTm>", date(2026, 3, 12)),
        ("<DtTm>2026-03-12T15:30:00Z</DtTm>", date(2026, 3, 13)),
        ("<DtTm>2026-03-12T23:58:00</DtTm>", date(2026, 3, 12)),
        ("<Dt>2026-03-12+09:00</Dt>", date(2026, 3, 12)),
    ],
)
def test_days_are_those_of_tokyo(written: str, day: date) -> None:
    said = entry(Line(value=FIRST)).replace(f"<ValDt><Dt>{FIRST}</Dt>", f"<ValDt>{written}")

    assert one_of(with_entry(said)).remittances[0].value_date == day


def test_up_to_midnight_is_up_to_the_day_before() -> None:
    text = camt(PART).replace("2026-03-13T23:59:59", "2026-03-14T00:00:00")

    assert one_of(text).covers_through == LAST


def test_without_a_period_it_is_the_span_of_the_entries() -> None:
    text = camt(PART)
    start, end = text.index("<FrToDt>"), text.index("</FrToDt>") + len("</FrToDt>")

    statement = one_of(text[:start] + text[end:])

    assert (statement.covers_from, statement.period_stated) == (FIRST, False)


def test_an_iban_is_the_account_s_number() -> None:
    text = camt(PART).replace("<Othr><Id>1234567</Id></Othr>", "<IBAN>JP00 0999 0011 234567</IBAN>")

    assert one_of(text).account.number == "JP0009990011234567"


def test_several_statements_in_one_message_are_several() -> None:
    text = camt(PART)
    start, end = text.index("<Stmt>"), text.index("</Stmt>") + len("</Stmt>")
    both = text[:end] + text[start:end].replace("1234567", "7654321") + text[end:]

    statements = read(both.encode(), (), today=TODAY)

    assert [one.account.number for one in statements] == ["1234567", "7654321"]
    assert [[line.line for line in one.remittances] for one in statements] == [[1, 2], [3, 4]]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "shift_jis", "euc-jp"])
def test_every_encoding_that_is_declared_is_read(encoding: str) -> None:
    text = camt(replace(PART, lines=(Line(payer="ﾀｶﾊｼ 太郎"),)))
    text = text.replace('"UTF-8"', f'"{encoding.removesuffix("-sig")}"')

    (statement,) = read(text.encode(encoding), (), today=TODAY)

    assert statement.remittances[0].payer == "ﾀｶﾊｼ 太郎"


# ---------------------------------------------------------------- refusals

TWO = detail(Line(), amount='<Amt Ccy="JPY">1</Amt>') * 2
ENTRY = entry(Line())
REFUSED = {
    "dollars": (
        ENTRY.replace("JPY", "USD"),
        "entry 1: Amt is in 'USD', not in JPY",
    ),
    "no currency": (ENTRY.replace(' Ccy="JPY"', ""), "entry 1: Amt is in '', not in JPY"),
    "half a yen": (
        ENTRY.replace("1000.00", "1000.50"),
        "entry 1: Amt '1000.50' is no whole number of yen",
    ),
    "a group of thousands": (
        ENTRY.replace("1000.00", "1,000"),
        "entry 1: Amt '1,000' is no whole number of yen",
    ),
    "less than nothing": (
        ENTRY.replace("1000.00", "-1000"),
        "entry 1: Amt '-1000' is no whole number of yen",
    ),
    "no amount": (
        ENTRY.replace('<Amt Ccy="JPY">1000.00</Amt>', ""),
        "entry 1: Amt is missing",
    ),
    "an empty amount": (
        ENTRY.replace("1000.00", ""),
        "entry 1: Amt '' is no whole number of yen",
    ),
    "zero": (ENTRY.replace("1000.00", "0.00"), "entry 1: Amt is zero"),
    "no direction": (
        ENTRY.replace("CRDT", "CREDIT"),
        "entry 1: Ntry has CdtDbtInd 'CREDIT', not CRDT or DBIT",
    ),
    "a reversal that is neither true nor false": (
        ENTRY.replace("<Sts>", "<RvslInd>ja</RvslInd><Sts>"),
        "entry 1: RvslInd 'ja' is neither true nor false",
    ),
    "a status that is not known": (
        ENTRY.replace("BOOK", "BOOKED"),
        "entry 1: Sts 'BOOKED' is not known",
    ),
    "no day": (
        ENTRY.replace("<BookgDt><Dt>2026-03-02</Dt></BookgDt>", ""),
        "entry 1: both BookgDt and ValDt are missing",
    ),
    "a day that is none": (
        ENTRY.replace("2026-03-02", "2026-02-30"),
        "entry 1: BookgDt '2026-02-30' is no date",
    ),
    "a day in the far future": (
        ENTRY.replace("2026-03-02", "2036-03-02"),
        "entry 1: BookgDt 2036-03-02 lies in the future",
    ),
    "details that make another sum": (
        entry(Line(amount=3), details=TWO),
        "entry 1: the TxDtls make 2, the entry says 3",
    ),
    "one detail with another amount": (
        entry(Line(), details=detail(Line(), amount='<Amt Ccy="JPY">999</Amt>')),
        "entry 1: TxDtls has 999, the entry 1000",
    ),
    "details of which one has no amount": (
        entry(Line(amount=2), details=TWO + detail(Line())),
        "entry 1: some TxDtls have amounts and some have none",
    ),
    "another number of details": (
        entry(Line(amount=2), details=f"<Btch><NbOfTxs>3</NbOfTxs></Btch>{TWO}"),
        "entry 1: NbOfTxs says 3, the batch has 2 TxDtls",
    ),
    "an amount without end": (
        ENTRY.replace("1000.00", "1" * 15),
        f"entry 1: Amt '{'1' * 15}' is no amount of this world",
    ),
    "a number of details that is none": (
        entry(Line(amount=2), details=f"<Btch><NbOfTxs>two</NbOfTxs></Btch>{TWO}"),
        "entry 1: NbOfTxs 'two' is no number",
    ),
    "another total of the batch": (
        entry(Line(amount=2), details=f'<Btch><TtlAmt Ccy="JPY">3</TtlAmt></Btch>{TWO}'),
        "entry 1: TtlAmt says 3, the entry 2",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_an_entry_is_refused(case: str) -> None:
    said, why = REFUSED[case]

    assert reason(with_entry(said)) == why


def test_balances_that_do_not_follow_are_refused() -> None:
    text = camt(PART).replace(
        balance("CLBD", PART.closing, PART), balance("CLBD", PART.closing + 1, PART)
    )

    assert reason(text) == (
        "the closing balance says 200671, "
        "but the opening balance 200000 and the entries make 200670"
    )


def test_an_opening_balance_twice_is_refused() -> None:
    text = camt(PART).replace("<Bal>", balance("OPBD", PART.opening, PART) + "<Bal>", 1)

    assert reason(text) == "the balance OPBD stands there twice"


@pytest.mark.parametrize(
    ("summary", "why"),
    [
        (
            "<TtlNtries><NbOfNtries>3</NbOfNtries></TtlNtries>",
            "TtlNtries says 3 entries, the message has 2",
        ),
        ("<TtlNtries><Sum>1331</Sum></TtlNtries>", "TtlNtries says 1331, the entries make 1330"),
        (
            "<TtlCdtNtries><Sum>1001</Sum></TtlCdtNtries>",
            "TtlCdtNtries says 1001, the entries make 1000",
        ),
        (
            "<TtlDbtNtries><NbOfNtries>0</NbOfNtries></TtlDbtNtries>",
            "TtlDbtNtries says 0 entries, the message has 1",
        ),
    ],
)
def test_totals_that_do_not_hold_are_refused(summary: str, why: str) -> None:
    text = camt(PART).replace("<Ntry>", f"<TxsSummry>{summary}</TxsSummry><Ntry>", 1)

    assert reason(text) == why


def test_an_account_in_dollars_is_refused() -> None:
    assert reason(camt(PART).replace("<Ccy>JPY", "<Ccy>USD")) == (
        "the account is in 'USD', not in JPY"
    )


def test_a_message_without_an_account_is_refused() -> None:
    text = camt(PART).replace("<Othr><Id>1234567</Id></Othr>", "")

    assert reason(text) == "Acct/Id is missing"


def test_a_period_that_ends_before_it_begins_is_refused() -> None:
    text = camt(PART).replace("2026-03-13T23:59:59", "2026-03-01T23:59:59")

    assert reason(text) == "FrToDt is no period"


def test_entities_that_unfold_and_files_from_elsewhere_are_refused() -> None:
    bomb = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10 if n else "x"}">' for n in range(10))
    outside = '<!ENTITY a9 SYSTEM "file:///etc/hostname">'
    for entities in (bomb, outside, ""):
        text = camt(PART).replace("?>", f"?><!DOCTYPE Document [{entities}]>", 1)
        text = text.replace("ﾀｶﾊｼ", "&a9;" if entities else "ﾀｶﾊｼ")

        assert reason(text) == "the XML declares a DTD or entities, which no statement needs"


def test_broken_xml_is_refused_with_its_line() -> None:
    text = camt(PART)

    assert reason(text[:-20]).startswith("line 2: the XML is broken: ")


def test_a_balance_without_an_amount_is_refused() -> None:
    text = camt(PART).replace('<Amt Ccy="JPY">200000</Amt>', "")

    assert reason(text) == "the balance 'OPBD' has no Amt"


def test_a_message_about_no_account_is_refused() -> None:
    text = camt(PART).replace("Stmt>", "Other>").replace("BkToCstmrOther>", "BkToCstmrStmt>")

    assert reason(text) == "the message has no Stmt"


def test_another_message_is_named() -> None:
    text = camt(PART).replace("BkToCstmrStmt", "CstmrCdtTrfInitn")

    assert reason(text) == ("the XML is 'CstmrCdtTrfInitn', not camt.052, camt.053 or camt.054")


@given(st.integers(1, 9999), st.sampled_from(["1000.00", "330.00"]))
def test_no_amount_of_a_statement_changes_unseen(more: int, amount: str) -> None:
    forged = f"{int(amount[:-3]) + more}.00"

    assert "balance" in reason(camt(PART).replace(f">{amount}<", f">{forged}<"))
