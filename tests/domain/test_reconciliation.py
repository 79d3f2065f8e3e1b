"""One line against a small ledger: the named outcome, the claims, the reasons."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest

from pipeline.domain.reconciliation import (
    Action,
    Because,
    Claim,
    Ledger,
    Outcome,
    Verdict,
    explained,
    reconcile,
    reconcile_all,
)
from pipeline.domain.remittance import Flow, Remittance
from pipeline.domain.rules import ReferenceScheme

FEE = 1000
IN_TIME, LAST_DAY, AFTER = date(2026, 3, 5), date(2026, 3, 12), date(2026, 3, 13)
DAMM = ReferenceScheme(digits=6, check="damm")


def claim(
    reference: str,
    kana: str,
    organization: tuple[str, str | None] = ("個人", None),
    *,
    name: str | None = None,
    state: str = "awaiting_payment",
    due: int = FEE,
    group: str | None = None,
    virtual_account: str = "",
) -> Claim:
    return Claim(
        reference=reference,
        state=state,
        due=due,
        names=((name, kana),),
        organizations=(organization,),
        group=group,
        pay_by=LAST_DAY,
        virtual_account=virtual_account,
    )


COUNCIL = ("社会福祉法人ひばり野市社会福祉協議会", "ヒバリノシシャカイフクシキョウギカイ")
TOWN = ("ひばり野市役所", "ヒバリノシヤクショ")
PLAIN = [
    claim("1001", "クドウ タロウ", ("NPO法人こもれび", "コモレビ"), name="工藤 太郎"),
    claim("1002", "ヤマザキ ハナコ", name="山﨑 花子"),
    claim("1003", "ニシ イチロウ", name="西 一郎"),
    claim("1004", "ニシ イチロウ", name="西 市郎"),
    claim("1005", "マツモト ユミ"),
    claim("1006", "カイ マユ", COUNCIL, group="G1"),
    claim("1007", "フジ ショウ", COUNCIL, group="G1"),
    claim("1008", "ヒグチ キョウコ", COUNCIL, group="G1"),
    claim("1009", "ハセガワ キョウイチロウ", TOWN),
    claim("1010", "オオハシ ユウ", ("光の家", None)),
    claim("1011", "ミヤタ ツトム", state="cancelled"),
    claim("1012", "イケダ リツコ", state="paid", due=0),
    claim("1013", "ノグチ アユム", state="waitlisted"),
    claim("1014", "ハラ ケン", state="expired"),
    claim("1015", "ハヤシ ジョージ", ("くるみ生活協同組合", None)),
    Claim(
        reference="1016",
        state="awaiting_payment",
        due=2 * FEE,
        names=(("Anna Miller", "ミラー アンナ"), ("坂東 薫", "バンドウ カヲル")),
        organizations=(("国際ひろば", "コクサイヒロバ"),),
        pay_by=LAST_DAY,
    ),
    claim("1110", "カトウ ヒカル"),
]
CHECKED = [
    claim("572946", "クドウ タロウ"),
    claim("120453", "ヤマザキ ハナコ"),
    claim("983358", "ハセガワ キョウコ"),
    claim("123459", "ハセガワ キョウイチロウ", TOWN),
]


def plain(*, by_name: bool = False) -> Ledger:
    return Ledger(PLAIN, None, FEE, by_name=by_name)


def checked() -> Ledger:
    return Ledger(CHECKED, DAMM, FEE)


def credit(payer: str, amount: int = FEE, on: date = IN_TIME, **more: object) -> Remittance:
    line = Remittance(flow=Flow.CREDIT, booked_on=on, value_date=on, amount=amount, payer=payer)
    return replace(line, **more)  # type: ignore[arg-type]  # the cases choose the fields


@pytest.mark.parametrize(
    ("payer", "reference"),
    [
        ("1001 ｸﾄﾞｳ ﾀﾛｳ", "1001"),
        ("1001ｸﾄﾞｳﾀﾛｳ", "1001"),
        ("ｸﾄﾞｳ ﾀﾛｳ 1001", "1001"),
        ("１００１　クドウ　タロウ", "1001"),
        ("1001 ﾀﾛｳ ｸﾄﾞｳ", "1001"),
        ("1001 工藤太郎", "1001"),
        ("1001 くどう たろう", "1001"),
        ("振込＊クドウ タロウ 1001", "1001"),
        ("1001 ｸﾄﾞｳ", "1001"),
        ("1001 ﾄｸﾋ)ｺﾓﾚﾋﾞ", "1001"),
        ("1001 ｺﾓﾚﾋﾞ ｸﾄﾞｳ ﾀﾛｳ", "1001"),
        ("1001 ｺﾓﾚﾋﾞ ﾀﾞｲﾋﾖｳ ﾍｲｽｹ", "1001"),
        ("1001 ｻﾝｶﾋ ｸﾄﾞｳ ﾀﾛｳ ｻﾏ", "1001"),
        ("1004 ﾆｼ ｲﾁﾛｳ", "1004"),
        ("1009 ﾊｾｶﾞﾜ ｷﾖｳｲ", "1009"),
        ("1006 ﾋﾊﾞﾘﾉｼｼﾔｷﾖｳ", "1006"),
        ("1009 ﾋﾊﾞﾘﾉｼﾔｸｼﾖ", "1009"),
        ("1015 ﾊﾔｼ ｼﾞﾖ-ｼﾞ", "1015"),
        ("1015 ｸﾙﾐｾｲｷﾖｳ", "1015"),
    ],
)
def test_number_name_and_yen_agree(payer: str, reference: str) -> None:
    verdict = reconcile(credit(payer), plain())

    assert verdict.action is Action.MATCH
    assert verdict.outcome is Outcome.MATCHED
    assert verdict.shares == ((reference, FEE),)
    assert Because.AMOUNT_EXACT in verdict.reasons


@pytest.mark.parametrize("payer", ["1016 ANNA MILLER", "MILLER ANNA 1016", "1016 ﾊﾞﾝﾄﾞｳ ｶｵﾙ"])
def test_any_of_an_applications_people_may_pay_all_of_it(payer: str) -> None:
    assert reconcile(credit(payer, 2 * FEE), plain()).shares == (("1016", 2 * FEE),)


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"payer_code": "0000001005"}, Because.NUMBER_IN_PAYER_CODE),
        ({"edi": "1005"}, Because.NUMBER_IN_EDI),
        ({"edi": "ｳｹﾂｹ 1005"}, Because.NUMBER_IN_EDI),
        ({"memo": "1005 ﾔﾏﾄ ｴｷﾏｴ"}, Because.NUMBER_IN_MEMO),
    ],
)
def test_the_number_may_stand_beside_the_name(fields: dict[str, Any], reason: Because) -> None:
    verdict = reconcile(credit("ﾏﾂﾓﾄ ﾕﾐ", **fields), plain())

    assert verdict.action is Action.MATCH
    assert reason in verdict.reasons


@pytest.mark.parametrize("method", ["19", "取消"])
def test_money_that_comes_by_a_correction_pays_nobody_by_itself(method: str) -> None:
    verdict = reconcile(credit("1005 ﾏﾂﾓﾄ ﾕﾐ", method=method), plain())

    assert (verdict.action, verdict.references) == (Action.REVIEW, ("1005",))
    assert Because.BANK_CORRECTION in verdict.reasons


def test_a_text_without_a_payers_field_may_carry_the_name() -> None:
    assert reconcile(credit("", memo="1005 ﾏﾂﾓﾄ ﾕﾐ"), plain()).references == ("1005",)
    assert Because.NO_NAME in reconcile(credit("", memo="ﾔﾏﾄ ｴｷﾏｴ", edi="1005"), plain()).reasons


@pytest.mark.parametrize(
    ("payer", "several"),
    [
        ("1006-1008 ﾌｸ)ﾋﾊﾞﾘﾉｼｼﾔｶｲﾌｸｼｷﾖｳｷﾞｶｲ", ["1006", "1007", "1008"]),
        ("1006 1007 1008 ｶｲ ﾏﾕ", ["1006", "1007", "1008"]),
        ("1006,07 ﾋﾊﾞﾘﾉｼｼﾔｷﾖｳ", ["1006", "1007"]),
        ("1006-1008 ﾋｸﾞﾁ ｷﾖｳｺ", ["1006", "1008"]),
        ("1003 1004 ﾆｼ ｲﾁﾛｳ", ["1003", "1004"]),
    ],
)
def test_one_transfer_for_several_that_are_named(payer: str, several: list[str]) -> None:
    verdict = reconcile(credit(payer, FEE * len(several)), plain())

    assert verdict.outcome is Outcome.MATCHED_GROUP
    assert verdict.shares == tuple((reference, FEE) for reference in several)
    assert {Because.SEVERAL_NUMBERS, Because.SUM_EXACT} <= set(verdict.reasons)


REVIEWS = [
    # what agrees but for one thing
    ("1006 ﾌｸ)ﾋﾊﾞﾘﾉｼｼﾔｷﾖｳ", 3000, Outcome.PROPOSED, "1006 1007 1008", "group_total_exact"),
    ("1001 1002 ｸﾄﾞｳ ﾀﾛｳ", 2000, Outcome.PROPOSED, "1001 1002", "numbers_unrelated"),
    ("1001 9999 ｸﾄﾞｳ ﾀﾛｳ", 1000, Outcome.AMBIGUOUS, "1001", "number_unknown"),
    ("1001", 1000, Outcome.PROPOSED, "1001", "no_name"),
    ("1002 ﾔﾏｻｷ ﾊﾅｺ", 1000, Outcome.PROPOSED, "1002", "name_similar"),
    ("1004 ﾆｼ", 1000, Outcome.PROPOSED, "1004", "name_prefix_ambiguous"),
    ("1010 ﾌｸ)ﾋｶﾘﾉｲｴ", 1000, Outcome.PROPOSED, "1010", "name_unreadable"),
    # number against name
    ("1003 ﾏﾂﾓﾄ ﾕﾐ", 1000, Outcome.AMBIGUOUS, "1005", "name_conflict"),
    ("1007 ｶｲ ﾏﾕ", 1000, Outcome.AMBIGUOUS, "1007", "name_conflict"),
    ("1001 ﾌﾙﾔ ﾍｲｽｹ", 1000, Outcome.AMBIGUOUS, "1001", "name_conflict"),
    # no number that is a claim's
    ("ﾏﾂﾓﾄ ﾕﾐ", 1000, Outcome.PROPOSED, "1005", "unique_full_name"),
    ("ﾆｼ ｲﾁﾛｳ", 1000, Outcome.AMBIGUOUS, "1003 1004", "same_kana_ambiguous"),
    ("100 ﾏﾂﾓﾄ ﾕﾐ", 1000, Outcome.PROPOSED, "1005", "number_truncated"),
    ("1OO5 ﾏﾂﾓﾄ ﾕﾐ", 1000, Outcome.PROPOSED, "1005", "number_unclear"),
    ("9999 ﾏﾂﾓﾄ ﾕﾐ", 1000, Outcome.PROPOSED, "1005", "number_unknown"),
    ("2026 ﾏﾂﾓﾄ ﾕﾐ", 1000, Outcome.PROPOSED, "1005", "number_missing"),
    ("ﾔﾏｻｷ ﾊﾅｺ", 1000, Outcome.PROPOSED, "1002", "name_similar"),
    ("ﾌｸ)ﾋﾊﾞﾘﾉｼｼﾔｶｲﾌｸｼｷﾖｳｷﾞｶｲ", 3000, Outcome.PROPOSED, "1006 1007 1008", "group_total_exact"),
    ("ﾋﾊﾞﾘﾉｼｼﾔｷﾖｳ ｶｲ ﾏﾕ", 3000, Outcome.PROPOSED, "1006 1007 1008", "group_total_exact"),
    ("ﾌｸ)ﾋﾊﾞﾘﾉｼｼﾔｷﾖｳ", 1000, Outcome.AMBIGUOUS, "1006 1007 1008", "organization_payer"),
    ("ﾄｸﾋ)ｺﾓﾚﾋﾞ", 1000, Outcome.PROPOSED, "1001", "organization_payer"),
    ("ﾋﾊﾞﾘﾉｼ ｶｲｹｲｶﾝﾘｼﾔ", 1000, Outcome.PROPOSED, "1009", "municipality_payer"),
    ("1009 ﾋﾊﾞﾘﾉｼ ｶｲｹｲｶﾝﾘｼﾔ", 1000, Outcome.PROPOSED, "1009", "municipality_payer"),
    ("ﾋﾊﾞﾘﾉｼｼﾔｶｲﾌｸｼｷ", 3000, Outcome.PROPOSED, "1006 1007 1008", "group_total_exact"),
    # yen
    ("1005 ﾏﾂﾓﾄ ﾕﾐ", 670, Outcome.SHORT, "1005", "probable_fee_330_deducted"),
    ("1005 ﾏﾂﾓﾄ ﾕﾐ", 10, Outcome.SHORT, "1005", "probable_fee_990_deducted"),
    ("1005 ﾏﾂﾓﾄ ﾕﾐ", 999, Outcome.SHORT, "1005", "amount_short"),
    ("1006-1008 ｶｲ ﾏﾕ", 2780, Outcome.SHORT, "1006 1007 1008", "probable_fee_220_deducted"),
    ("1005 ﾏﾂﾓﾄ ﾕﾐ", 1100, Outcome.OVER, "1005", "amount_over"),
    ("1005 ﾏﾂﾓﾄ ﾕﾐ", 2000, Outcome.OVER, "1005", "amount_multiple"),
    ("ﾏﾂﾓﾄ ﾕﾐ", 670, Outcome.SHORT, "1005", "probable_fee_330_deducted"),
    # the claim's state
    ("1011 ﾐﾔﾀ ﾂﾄﾑ", 1000, Outcome.CLOSED, "1011", "closed_claim"),
    ("ﾐﾔﾀ ﾂﾄﾑ", 1000, Outcome.CLOSED, "1011", "closed_claim"),
    ("1012 ｲｹﾀﾞ ﾘﾂｺ", 1000, Outcome.TWICE, "1012", "already_paid"),
    ("1013 ﾉｸﾞﾁ ｱﾕﾑ", 1000, Outcome.EARLY, "1013", "waitlisted_claim"),
    ("1014 ﾊﾗ ｹﾝ", 1000, Outcome.CLOSED, "1014", "paid_in_time"),
]


@pytest.mark.parametrize(("payer", "amount", "outcome", "references", "reason"), REVIEWS)
def test_a_person_looks_at(
    payer: str, amount: int, outcome: Outcome, references: str, reason: str
) -> None:
    verdict = reconcile(credit(payer, amount), plain())

    assert verdict.action is Action.REVIEW
    assert verdict.outcome is outcome
    assert verdict.references == tuple(references.split())
    assert reason in verdict.reasons
    assert verdict.references[0] in {one.reference for one in verdict.candidates}


@pytest.mark.parametrize(
    ("line", "action", "reason"),
    [
        (credit("ﾌﾙﾔ ﾍｲｽｹ"), Action.UNMATCHED, Because.NUMBER_MISSING),
        (credit(""), Action.UNMATCHED, Because.NO_NAME),
        (credit("", memo="ｹﾞﾝｷﾝ", method="10"), Action.UNMATCHED, Because.NO_NAME),
        (credit("現金"), Action.UNMATCHED, Because.NO_NAME),
        (credit("7777 ﾌﾙﾔ ﾍｲｽｹ"), Action.UNMATCHED, Because.NUMBER_UNKNOWN),
        (credit("ﾘｿｸ", 3), Action.IGNORE, Because.INTEREST),
        (credit("", 3, memo="普通預金利息"), Action.IGNORE, Because.INTEREST),
        (credit("ﾌﾘｺﾐﾃｽｳﾘﾖｳ ﾍﾝｷﾝ", 330), Action.IGNORE, Because.FEE_RETURNED),
        (credit("1001 ｸﾄﾞｳ ﾀﾛｳ", flow=Flow.DEBIT), Action.IGNORE, Because.DEBIT),
    ],
)
def test_nobodys_money(line: Remittance, action: Action, reason: Because) -> None:
    verdict = reconcile(line, plain())

    assert verdict.action is action
    assert reason in verdict.reasons
    assert verdict.references == ()


@pytest.mark.parametrize(
    ("line", "matched"),
    [
        (credit("572946"), ["572946"]),
        (credit("572 946 ｸﾄﾞｳ ﾀﾛｳ"), ["572946"]),
        (credit("983358 ﾊｾｶﾞﾜ ｷ"), ["983358"]),
        (credit("ﾋﾊﾞﾘﾉｼ ｶｲｹｲｶﾝﾘｼﾔ", edi="123459"), ["123459"]),
    ],
)
def test_a_number_that_proves_itself_needs_less(line: Remittance, matched: list[str]) -> None:
    verdict = reconcile(line, checked())

    assert verdict.action is Action.MATCH
    assert list(verdict.references) == matched


@pytest.mark.parametrize(
    ("payer", "outcome"),
    [
        ("572945 ｸﾄﾞｳ ﾀﾛｳ", Outcome.WRONG_CHECK_DIGIT),
        ("572945 ﾌﾙﾔ ﾍｲｽｹ", Outcome.WRONG_CHECK_DIGIT),
        ("57294 ｸﾄﾞｳ ﾀﾛｳ", Outcome.PROPOSED),
        ("572946 ﾌﾙﾔ ﾍｲｽｹ", Outcome.AMBIGUOUS),
        ("572946 ﾔﾏｻﾞｷ ﾊﾅｺ", Outcome.AMBIGUOUS),
        ("983358 ﾊｾｶﾞﾜ", Outcome.PROPOSED),
        ("572946 120453 ｸﾄﾞｳ ﾀﾛｳ", Outcome.AMBIGUOUS),
    ],
)
def test_a_number_that_proves_itself_is_not_everything(payer: str, outcome: Outcome) -> None:
    verdict = reconcile(credit(payer), checked())

    assert verdict.action is Action.REVIEW
    assert verdict.outcome is outcome


@pytest.mark.parametrize(
    ("line", "outcome"),
    [
        (credit("1005 ﾏﾂﾓﾄ ﾕﾐ", on=LAST_DAY), Outcome.MATCHED),
        (credit("1005 ﾏﾂﾓﾄ ﾕﾐ", on=AFTER, value_date=LAST_DAY), Outcome.MATCHED),
        (credit("1005 ﾏﾂﾓﾄ ﾕﾐ", on=AFTER), Outcome.LATE),
        (
            credit("1005 ﾏﾂﾓﾄ ﾕﾐ", on=AFTER, sent_at=datetime(2026, 3, 12, 23, 58)),
            Outcome.MATCHED,
        ),
        (credit("1005 ﾏﾂﾓﾄ ﾕﾐ", on=AFTER, sent_at=datetime(2026, 3, 13, 0, 2)), Outcome.LATE),
        (credit("1014 ﾊﾗ ｹﾝ", on=AFTER), Outcome.CLOSED),
    ],
)
def test_the_value_date_decides_or_the_moment_of_sending(
    line: Remittance, outcome: Outcome
) -> None:
    verdict = reconcile(line, plain())

    assert verdict.outcome is outcome
    assert (verdict.action is Action.MATCH) == (outcome is Outcome.MATCHED)
    assert Because.PAID_IN_TIME not in verdict.reasons


@pytest.mark.parametrize(
    ("payer", "identified"),
    [
        ("1005 ﾏﾂﾓﾄ ﾕﾐ", True),
        ("1005 ﾏﾂﾓﾄ", True),
        ("1005", False),
        ("1005 ﾏﾂﾓﾄ ﾕﾘ", False),
        ("1005 ﾌﾙﾔ ﾍｲｽｹ", False),
        ("ﾏﾂﾓﾄ ﾕﾐ", False),
    ],
)
def test_a_short_sum_says_whether_its_payer_is_sure(payer: str, identified: bool) -> None:
    assert reconcile(credit(payer, 890), plain()).identified is identified


def test_what_is_owed_is_what_is_left() -> None:
    part = claim("1005", "マツモト ユミ", due=330)
    ledger = Ledger([part], None, FEE)

    assert reconcile(credit("1005 ﾏﾂﾓﾄ ﾕﾐ", 330), ledger).action is Action.MATCH
    assert reconcile(credit("1005 ﾏﾂﾓﾄ ﾕﾐ", 1000), ledger).outcome is Outcome.OVER


def test_an_account_number_of_ones_own_needs_no_name() -> None:
    ledger = Ledger([claim("1005", "マツモト ユミ", virtual_account="0001234")], None, FEE)
    line = credit("ﾌﾙﾔ ﾍｲｽｹ", virtual_account="1234")

    assert reconcile(line, ledger).shares == (("1005", FEE),)
    assert reconcile(replace(line, amount=10), ledger).outcome is Outcome.SHORT


def test_a_name_alone_settles_only_where_the_office_says_so() -> None:
    ledger = plain(by_name=True)

    assert reconcile(credit("ﾏﾂﾓﾄ ﾕﾐ"), ledger).action is Action.MATCH
    for payer in ("ﾆｼ ｲﾁﾛｳ", "9999 ﾏﾂﾓﾄ ﾕﾐ", "ﾏﾂﾓﾄ", "ﾄｸﾋ)ｺﾓﾚﾋﾞ"):
        assert reconcile(credit(payer), ledger).action is Action.REVIEW


def test_a_name_that_begins_another_settles_nothing_by_itself() -> None:
    claims = [claim("1001", "ヤマダ ハナ"), claim("1002", "ヤマダ ハナコ", state="paid", due=0)]
    ledger = Ledger(claims, None, FEE, by_name=True)

    assert reconcile(credit("ﾔﾏﾀﾞ ﾊﾅ"), ledger).action is Action.REVIEW
    assert reconcile(credit("1001 ﾔﾏﾀﾞ ﾊﾅ"), ledger).action is Action.MATCH
    assert reconcile(credit("1001 ﾔﾏﾀﾞ ﾊﾅｺ"), ledger).action is Action.REVIEW


def test_a_whole_name_in_a_list_is_not_the_beginning_of_anothers() -> None:
    claims = [
        claim("1001", "ヤマダ ハナ", ("NPO法人若草", "ワカクサ")),
        claim("1002", "クドウ タロウ", ("NPO法人若草会", "ワカクサカイ")),
    ]
    verdict = reconcile(credit("1001 1002 ﾄｸﾋ)ﾜｶｸｻ", 2 * FEE), Ledger(claims, None, FEE))

    assert verdict.action is Action.REVIEW
    assert Because.NUMBERS_UNRELATED in verdict.reasons


def test_candidates_are_ranked_and_few() -> None:
    claims = [claim(str(number), "サトウ イチロウ") for number in range(1001, 1021)]
    claims.append(claim("1099", "サトウ イチロオ"))
    verdict = reconcile(credit("1021 ｻﾄｳ ｲﾁﾛｳ"), Ledger(claims, None, FEE))

    assert len(verdict.candidates) == 5
    assert [one.score for one in verdict.candidates] == sorted(
        (one.score for one in verdict.candidates), reverse=True
    )
    assert verdict.candidates[0].reference in {"1011", "1001", "1020"}
    assert Because.NUMBER_SIMILAR in verdict.candidates[0].why


# ---------------------------------------------------------------- a whole file


def all_of(*lines: Remittance) -> tuple[tuple[Verdict, ...], Ledger]:
    ledger = plain()
    numbered = [replace(line, line=at) for at, line in enumerate(lines, start=1)]
    return reconcile_all(numbered, ledger), ledger


PAID = credit("1005 ﾏﾂﾓﾄ ﾕﾐ")
BACK = replace(PAID, flow=Flow.CANCELLATION)


@pytest.mark.parametrize("lines", [(PAID, BACK), (BACK, PAID)])
def test_a_credit_that_is_taken_back_never_was(lines: tuple[Remittance, ...]) -> None:
    verdicts, ledger = all_of(*lines)

    assert {one.action for one in verdicts} == {Action.IGNORE}
    assert {one.outcome for one in verdicts} == {Outcome.REVERSED}
    assert ledger.claims["1005"].awaits


def test_of_two_equal_credits_one_is_taken_back() -> None:
    verdicts, ledger = all_of(PAID, BACK, PAID)

    assert sorted(one.action for one in verdicts) == [Action.IGNORE, Action.IGNORE, Action.MATCH]
    assert ledger.claims["1005"].is_paid


def test_a_cancellation_without_its_credit_asks_to_undo_something() -> None:
    (verdict,), _ = all_of(BACK)

    assert (verdict.action, verdict.outcome) == (Action.REVIEW, Outcome.REVERSED)
    assert verdict.references == ("1005",)


@pytest.mark.parametrize(
    "other",
    [
        replace(BACK, amount=999),
        replace(BACK, payer="1005 ﾏﾂﾓﾄ ﾕﾘ"),
        replace(BACK, booked_on=date(2026, 3, 4)),
    ],
)
def test_a_cancellation_takes_back_no_other_credit(other: Remittance) -> None:
    (paid, cancel), _ = all_of(PAID, other)

    assert paid.action is Action.MATCH
    assert cancel.action is Action.REVIEW


def test_the_earlier_of_two_is_settled_and_the_other_is_twice() -> None:
    later = replace(PAID, value_date=date(2026, 3, 6), booked_on=date(2026, 3, 6))
    (second, first), _ = all_of(later, PAID)

    assert first.action is Action.MATCH
    assert second.outcome is Outcome.TWICE
    assert "paid_by_line_2" in second.reasons


def test_of_one_day_the_transfer_for_several_goes_first() -> None:
    (single, several), ledger = all_of(credit("1007 ﾌｼﾞ ｼﾖｳ"), credit("1006-1008 ﾋﾊﾞﾘﾉｼｼﾔｷﾖｳ", 3000))

    assert several.outcome is Outcome.MATCHED_GROUP
    assert single.outcome is Outcome.TWICE
    assert ledger.claims["1006"].is_paid


def test_what_was_proposed_is_judged_again_at_the_end_of_the_file() -> None:
    early = credit("ﾏﾂﾓﾄ ﾕﾐ", on=date(2026, 3, 2))
    verdicts, _ = all_of(early, PAID)

    assert [one.outcome for one in verdicts] == [Outcome.TWICE, Outcome.MATCHED]
    assert "paid_by_line_2" in verdicts[0].reasons


def test_part_of_a_sum_settles_nothing() -> None:
    half = credit("1005 ﾏﾂﾓﾄ ﾕﾐ", 500)
    verdicts, ledger = all_of(half, half)

    assert {one.outcome for one in verdicts} == {Outcome.SHORT}
    assert ledger.claims["1005"].due == FEE


def test_a_reference_twice_is_no_ledger() -> None:
    with pytest.raises(ValueError, match="1005 stands in the ledger twice"):
        Ledger([claim("1005", "マツモト ユミ"), claim("1005", "クドウ タロウ")], None, FEE)


# ---------------------------------------------------------------- words


@pytest.mark.parametrize(
    "reason",
    [*Because, "probable_fee_330_deducted", "cancelled_by_line_2", "cancels_line_1",
     "paid_by_line_3"],
)  # fmt: skip
def test_every_reason_has_a_sentence(reason: str) -> None:
    sentence = explained(reason)

    assert sentence.endswith(".")
    assert "{" not in sentence


def test_a_reason_that_nobody_knows_stands_for_itself() -> None:
    assert explained("because") == "because"
