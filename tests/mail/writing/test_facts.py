"""Every fact of the announcement reaches the letters that must say it, and comes from the rules.

`FACTS` is the table: what the announcement says, the rules' key, the words in a letter, a changed
value with its words, and the letters in which it must stand.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

import pytest

from pipeline.domain.application import State
from pipeline.domain.decision import LetterName
from pipeline.domain.rules import Rules
from pipeline.mail.facts import FACTS as DECLARED
from tests.mail.writing.season import (
    Desk,
    an_application,
    changed,
    desk,
    on,
    told_alone,
)

L = LetterName
BEFORE_MONEY = {L.RECEIVED, L.SEAT_OFFERED}
REMINDING = {L.PAYMENT_REMINDER, L.LAST_DAY, L.EXTENDED}
PREPARING = {L.ACCESS, L.ZOOM_LOOK_AHEAD}


@dataclass(frozen=True)
class Fact:
    says: str
    key: str
    words: str
    other: Any
    other_words: str
    letters: frozenset[LetterName] | set[LetterName]


FACTS = (
    Fact("title", "event.title", "「令和7年度生活支援コーディネーター研究協議会」",
         "別の催し", "「別の催し」", frozenset(L)),
    Fact("organizer", "event.organizer", "社会福祉法人 全国社会福祉協議会",
         "社会福祉法人 別の会", "社会福祉法人 別の会", {L.NOT_OPEN_YET}),
    Fact("first day", "event.opens", "令和8年2月2日(月)から受け付けます",
         datetime(2026, 2, 3, 9), "令和8年2月3日(火)9時00分から受け付けます", {L.NOT_OPEN_YET}),
    Fact("last day", "event.deadline", "令和8年3月12日(木)", date(2026, 3, 11),
         "令和8年3月11日(水)", {L.NOT_OPEN_YET, L.CLOSED_LATE, L.LAPSED}),
    Fact("seats", "event.capacity", "500名", 1200, "1,200名",
         {L.NOT_OPEN_YET, L.WAITLISTED, L.CLOSED_FULL}),
    Fact("coordinators", "event.audience.0.label",
         "生活支援コーディネーター（地域支え合い推進員）", "どなたも", "どなたも",
         {L.NOT_OPEN_YET}),
    Fact("municipalities", "event.audience.1.label", "行政・自治体関係者", "国", "国",
         {L.NOT_OPEN_YET}),
    Fact("fee", "payment.fee", "1,000円", 1500, "1,500円",
         {L.NOT_OPEN_YET, L.RECEIVED, L.SEAT_OFFERED, L.PAYMENT_REMINDER, L.LAST_DAY,
          L.PAYMENT_RECEIVED}),
    Fact("transfer fee", "payment.fee_borne_by", "振込手数料はご負担", "手数料は不要です。",
         "手数料は不要です。", BEFORE_MONEY | REMINDING),
    Fact("no refund", "payment.refundable", "返金できません", True, "",
         BEFORE_MONEY | REMINDING | {L.SHORT_PAYMENT, L.NO_REFUND, L.PAYMENT_REPORT_NOTED,
                                     L.NOT_OPEN_YET, L.PAYMENT_REVERSED}),
    Fact("sender's address", "event.office.mail", "shien@wonder-craft.co.jp",
         "madoguchi@example.jp", "madoguchi@example.jp",
         BEFORE_MONEY | {L.CORRECTION_NEEDED, L.WAITLISTED, L.PAYMENT_RECEIVED, L.NOT_OPEN_YET}),
    Fact("office", "event.office.name", "研究協議会事務局です。", "別の事務局", "別の事務局です。",
         frozenset(L)),
    Fact("signature", "event.office.signature", "受付事務局", ("別の署名",), "別の署名",
         frozenset(L)),
    Fact("connection test", "event.live.test_url", "https://zoom.us/test",
         "https://example.jp/test", "https://example.jp/test",
         BEFORE_MONEY | PREPARING | REMINDING | {L.NOT_OPEN_YET, L.PAYMENT_RECEIVED}),
    Fact("help centre", "event.live.help_url", "https://support.zoom.us/hc/ja",
         "https://example.jp/help", "https://example.jp/help",
         BEFORE_MONEY | PREPARING | {L.NOT_OPEN_YET}),
    Fact("no support", "event.live.support", "事務局ではお答えできません",
         "ご自身で。", "ご自身で。", BEFORE_MONEY | PREPARING | {L.NOT_OPEN_YET}),
    Fact("quiet place", "event.live.quiet_place", "静かな場所を事前に",
         "どこでも。", "どこでも。", BEFORE_MONEY | PREPARING | {L.NOT_OPEN_YET}),
    Fact("headset", "event.live.headset", "ハウリングを防ぐためヘッドセットを",
         "不要です。", "不要です。", BEFORE_MONEY | PREPARING | {L.NOT_OPEN_YET}),
    Fact("platform", "event.live.platform", "（Zoom）", "Webex", "（Webex）",
         BEFORE_MONEY | PREPARING),
    Fact("live day", "event.live.on", "令和8年3月26日(木)", date(2026, 3, 27),
         "令和8年3月27日(金)",
         BEFORE_MONEY | PREPARING | {L.NOT_OPEN_YET, L.PAYMENT_RECEIVED, L.EVENT_OVER}),
    Fact("live begins", "event.live.starts", "10時00分～16時00分", time(9, 30),
         "9時30分～16時00分", BEFORE_MONEY | PREPARING | {L.PAYMENT_RECEIVED}),
    Fact("live ends", "event.live.ends", "10時00分～16時00分", time(16, 30),
         "10時00分～16時30分", BEFORE_MONEY | PREPARING | {L.PAYMENT_RECEIVED}),
    Fact("group work twice", "event.live.group_sessions", "60分間、2回", 3, "60分間、3回",
         PREPARING),
    Fact("for an hour", "event.live.group_minutes", "60分間、2回", 45, "45分間、2回", PREPARING),
    Fact("in groups of five", "event.live.group_size", "5名程度のグループ", 8,
         "8名程度のグループ", PREPARING),
    Fact("programme", "event.live.programme.2.title", "10:30-12:00（90分）実践報告",
         "はなし", "10:30-12:00（90分）はなし", PREPARING),
    Fact("speakers", "event.live.programme.1.detail", "渡辺 裕一 氏", "未定", "未定", PREPARING),
    Fact("lunch", "event.live.programme.3.title", "12:00-13:00（60分）昼休憩",
         "昼食", "12:00-13:00（60分）昼食", PREPARING),
    Fact("on-demand from", "event.ondemand.opens_said", "令和8年2月下旬", "令和8年3月上旬",
         "令和8年3月上旬", BEFORE_MONEY | {L.PAYMENT_RECEIVED, L.PAYMENT_REMINDER}),
    Fact("on-demand until", "event.ondemand.until", "令和8年4月30日(木)", date(2026, 5, 1),
         "令和8年5月1日(金)",
         BEFORE_MONEY | {L.ACCESS, L.ONDEMAND_ENDING, L.PAYMENT_RECEIVED, L.NO_REFUND,
                         L.EVENT_OVER}),
    Fact("site", "event.ondemand.site", "「地域福祉・ボランティア情報ネットワーク」", "別のサイト",
         "「別のサイト」", {L.ACCESS, L.ONDEMAND_ENDING}),
    Fact("site's address", "event.ondemand.url", "https://www.zcwvc.net/", "https://example.jp/v",
         "https://example.jp/v", {L.ACCESS, L.ONDEMAND_ENDING}),
    Fact("what it holds", "event.ondemand.materials", "動画と資料", "動画", "（動画）", {L.ACCESS}),
    Fact("video", "event.ondemand.videos.0.title", "「生活支援コーディネーターへの期待」（40分）",
         "別の話", "「別の話」（40分）", {L.ACCESS}),
    Fact("its length", "event.ondemand.videos.0.minutes", "期待」（40分）", 55, "期待」（55分）",
         {L.ACCESS}),
    Fact("its speaker", "event.ondemand.videos.0.speaker", "佐藤 清和 氏", "未定", "未定",
         {L.ACCESS}),
    Fact("watch first", "event.ondemand.watch_first", "動画をご視聴のうえで",
         "先に見る。", "先に見る。", BEFORE_MONEY | PREPARING | {L.PAYMENT_RECEIVED}),
    Fact("access in turn", "event.ondemand.in_turn", "2月下旬以降にご入金の場合", "順番です。",
         "順番です。", BEFORE_MONEY | {L.PAYMENT_REMINDER, L.LAST_DAY}),
)  # fmt: skip

STATES = {
    L.CORRECTION_NEEDED: State.INCOMPLETE,
    L.WAITLISTED: State.WAITLISTED,
    L.PAYMENT_RECEIVED: State.PAID,
    L.ACCESS: State.ADMITTED,
    L.ZOOM_LOOK_AHEAD: State.ADMITTED,
    L.ONDEMAND_ENDING: State.ADMITTED,
    L.NO_REFUND: State.PAID,
}
STRANGERS = {L.NOT_OPEN_YET, L.CLOSED_FULL, L.CLOSED_LATE, L.EVENT_OVER, L.TO_A_PERSON}
MORE = {
    L.SHORT_PAYMENT: {"arrived": "400", "missing": "600"},
    L.PAYMENT_REVERSED: {"arrived": "1000"},
    **{
        name: {"amount": "1000", "value_date": "2026-03-13"}
        for name in (
            L.LATE_PAYMENT,
            L.OVER_PAYMENT,
            L.PAID_TWICE,
            L.PAID_WITHOUT_SEAT,
            L.PAID_WHEN_CLOSED,
        )
    },
}


def written(office: Desk, name: LetterName) -> str:
    application = (
        None if name in STRANGERS else an_application(STATES.get(name, State.AWAITING_PAYMENT))
    )
    participant = 1 if name is L.ACCESS else None
    more = MORE.get(name, {"name": "緒方 桜"} if name in STRANGERS else {})
    return told_alone(
        office.write(name, application, participant=participant, more=more, now=on(2, 4))
    )


CASES = [
    pytest.param(fact, name, id=f"{fact.says} in {name}")
    for fact in FACTS
    for name in sorted(fact.letters)
]


@pytest.mark.parametrize(("fact", "name"), CASES)
def test_a_fact_stands_in_the_letter_that_must_say_it(
    fact: Fact, name: LetterName, office: Desk
) -> None:
    assert fact.words in written(office, name)


@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: fact.says)
def test_a_fact_changes_with_its_rule_and_nowhere_else(
    fact: Fact, office: Desk, rules: Rules
) -> None:
    other = desk(changed(rules, fact.key, fact.other))

    for name in fact.letters:
        words = written(other, name)
        assert fact.other_words in words
        assert words != written(office, name)
        if fact.says == "no refund":
            assert fact.words not in words


def test_the_table_covers_every_fact_that_letters_are_given() -> None:
    covered = {re.sub(r"\.\d+\..*", "", fact.key) for fact in FACTS}
    # Names and links of our own, and words by which replies are read: not in the announcement.
    ours = {
        "event.short_title",
        "event.announced_at",
        "intake.words.withdraw_confirmed",
        "intake.words.access",
    }

    assert set(DECLARED.values()) - ours <= covered


def test_where_the_announcement_stands_is_told_when_the_rules_know_it(
    office: Desk, rules: Rules
) -> None:
    known = desk(changed(rules, "event.announced_at", "https://example.jp/annai"))

    assert "開催のご案内をご覧ください" not in written(office, L.NOT_OPEN_YET)
    assert "https://example.jp/annai" in written(known, L.NOT_OPEN_YET)


def test_the_first_letter_says_before_any_money_what_must_be_known(office: Desk) -> None:
    words = office.write(L.RECEIVED, an_application())

    before, pay, _ = words.partition("■お振込みのご案内")
    assert pay
    for said in ("返金できません", "https://zoom.us/test", "ヘッドセット", "静かな場所"):
        assert said in before
