"""Reports of payments and machines' notices: what they say, and that they prove nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from pipeline.domain.rules import Authentication, NoticeSender, Rules
from pipeline.mail.own import Own
from pipeline.mail.reading import Kind, PaymentSaid, Reading, read
from tests.mail.reading.letters import LINES, mail, text, word

AGENCY = b"notice@pay.example.com"
SPEEDY = (
    "加盟店様",
    "下記のとおりコンビニ決済の入金（速報）がありましたのでお知らせいたします。",
    "※速報のため取消となる場合があります。",
    "受付番号　：1001",
    "決済番号　：CV-20260224-0001",
    "金額　　　：1,000円",
    "入金日時　：2026/02/24 10:32:15",
    "氏名カナ　：タカナシ ミサキ",
)
CERTAIN = (
    "コンビニ決済の入金が確定しましたのでご連絡いたします。",
    "[受付番号] 572421",
    "[決済ID] 8812345678",
    "[確定金額] ￥1,000-",
    "[確定日] 令和8年2月25日",
)


def notice(*lines: str, subject: str = "入金のお知らせ", sender: bytes = AGENCY) -> bytes:
    """A machine's mail."""
    return mail(text(*lines), subject=word(subject), sender=sender)


def said(reading: Reading) -> PaymentSaid:
    """What it says of a payment."""
    assert reading.payment is not None
    return reading.payment


def trusting(rules: Rules, **more: Any) -> Rules:
    """Rules that list the agency and believe our own server."""
    listed = NoticeSender(sender="notice@pay.example.com", channel="convenience_store", **more)
    intake = rules.intake.model_copy(
        update={"authentication": Authentication.AUTHSERV_ID, "authserv_id": "mx.example.jp"}
    )
    payment = rules.payment.model_copy(update={"notices": (listed,)})
    return rules.model_copy(update={"intake": intake, "payment": payment})


def vouched(raw: bytes, result: bytes = b"pass") -> bytes:
    """The same mail with what our server says of its sender."""
    field = b"Authentication-Results: mx.example.jp; dmarc=%s header.from=pay.example.com\r\n"
    return field % result + raw


# ---------------------------------------------------------------- people


@pytest.mark.parametrize(
    ("body", "amount", "paid_at", "payer"),
    [
        ("本日、参加費1,000円を振り込みました。", 1000, "2026-02-03", None),
        ("昨日振込みしました。名義はマチダハナコです。", None, "2026-02-02", "マチダハナコ"),
        ("R8.2.19付で見本市会計管理者名義にて1,000円支払い済みです。", 1000, "2026-02-19",
         "見本市会計管理者"),
        ("２月２日に３，０００円送金いたしました。手数料は330円でした。", 3000, "2026-02-02", None),
        ("1,000円×3名＝3,000円を振り込みました。", 3000, None, None),
        ("振込日：令和8年2月18日\n振込金額：3,000円\n振込人名：フク）ハナミズキ\n振込済です。",
         3000, "2026-02-18", "フク）ハナミズキ"),
        ("振込人名は「572421マチダハナコ」で入金しました。", None, None, "572421マチダハナコ"),
    ],
)  # fmt: skip
def test_a_person_says_what_was_paid(
    body: str,
    amount: int | None,
    paid_at: str | None,
    payer: str | None,
    reader: Callable[[bytes], Reading],
) -> None:
    reading = reader(mail(text(body), subject=word("ご連絡")))

    assert reading.kind is Kind.PAYMENT_REPORT
    found = said(reading)
    assert (found.amount, found.paid_at, found.payer_name_kana) == (amount, paid_at, payer)
    assert (found.notice_type, found.trusted) == (None, False)


@pytest.mark.parametrize(
    "body",
    [
        "来週振り込む予定です。",
        "振込済みの場合はご容赦くださいとありますが、まだ振り込んでいません。",
        "まだ振り込みました、とは言えない状況です。",
    ],
)
def test_an_intention_is_no_report(body: str, reader: Callable[[bytes], Reading]) -> None:
    assert reader(mail(text(body), subject=word("ご連絡"))).kind is not Kind.PAYMENT_REPORT


def test_a_number_that_is_none_of_ours_is_named_and_routes_nothing(
    reader: Callable[[bytes], Reading],
) -> None:
    reading = reader(mail(text("受付番号1001です。本日振り込みました。")))

    assert (reading.reference, reading.named_reference) == (None, "1001")
    assert said(reading).reference == "1001"


# ---------------------------------------------------------------- machines


def test_an_unlisted_machine_is_understood_and_never_trusted(
    reader: Callable[[bytes], Reading],
) -> None:
    reading = reader(notice(*SPEEDY, subject="【入金速報】コンビニ決済"))

    assert (reading.kind, reading.answer) == (Kind.PAYMENT_NOTICE, False)
    assert said(reading) == PaymentSaid(
        channel="convenience_store",
        notice_type="preliminary",
        reference="1001",
        provider_id="CV-20260224-0001",
        amount=1000,
        paid_at="2026-02-24T10:32:15+09:00",
        payer_name_kana="タカナシ ミサキ",
    )


@pytest.mark.parametrize(
    ("lines", "sender", "result", "trusted"),
    [
        (CERTAIN, AGENCY, b"pass", True),
        (SPEEDY, AGENCY, b"pass", False),
        (CERTAIN, AGENCY, b"none", False),
        (CERTAIN, b"other@pay.example.com", b"pass", False),
    ],
)
def test_only_a_listed_proven_and_final_notice_is_trusted(
    lines: tuple[str, ...], sender: bytes, result: bytes, trusted: bool, rules: Rules, own: Own
) -> None:
    reading = read(vouched(notice(*lines, sender=sender), result), trusting(rules), own)

    assert reading.kind is Kind.PAYMENT_NOTICE
    assert said(reading).trusted is trusted


def test_a_notice_that_our_server_refutes_is_a_deceit(rules: Rules, own: Own) -> None:
    reading = read(vouched(notice(*CERTAIN), b"fail"), trusting(rules), own)

    assert (reading.kind, reading.answer) == (Kind.SUSPICIOUS, False)


def test_a_domain_that_looks_like_the_agencys_is_a_deceit(rules: Rules, own: Own) -> None:
    raw = notice(*CERTAIN, sender=b"notice@pay.examp1e.com")

    assert read(raw, trusting(rules), own).kind is Kind.SUSPICIOUS


def test_a_senders_own_labels_and_words_are_rules(rules: Rules, own: Own) -> None:
    lines = ("ご入金がありました。", "管理No：572421", "お預り額：1,000円", "状態：消込済")
    more = trusting(rules, labels={"管理No": "reference", "お預り額": "amount"}, final=("消込済",))

    found = said(read(notice(*lines), more, own))

    assert (found.reference, found.amount, found.notice_type) == ("572421", 1000, "final")


def test_an_application_that_speaks_of_paying_is_no_notice(
    reader: Callable[[bytes], Reading],
) -> None:
    assert reader(mail(text(*LINES, "参加費は後日入金いたします。"))).kind is Kind.APPLICATION


@pytest.mark.parametrize(
    ("subject", "stage"),
    [("入金速報", "preliminary"), ("入金確報", "final"), ("入金のお知らせ", None)],
)
def test_the_title_tells_the_stage(
    subject: str, stage: str | None, reader: Callable[[bytes], Reading]
) -> None:
    lines = ("入金がありました。", "受付番号：1001", "金額：1,000円", "入金日：2026年2月24日")

    assert said(reader(notice(*lines, subject=subject))).notice_type == stage
