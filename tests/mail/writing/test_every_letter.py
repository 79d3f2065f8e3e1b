"""Every letter that the domain decides can be written, in every state in which it decides it.

The cases are made by asking `decide()` itself: each state with each event of its row, under
several circumstances. What it answers with is composed, and read by another parser.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from pipeline.domain.application import Application, Problem, State
from pipeline.domain.decide import TRANSITIONS, decide
from pipeline.domain.decision import OUR_HOLDS, SECRET_LETTERS, Letter, LetterName, Roster
from pipeline.domain.events import (
    Accepted,
    AccessDue,
    AccessRequested,
    Applied,
    Cancelled,
    ChangeRequested,
    ConfirmationLapsed,
    Confirmed,
    CorrectionLapsed,
    Declined,
    DocumentRequested,
    Event,
    Extended,
    MoneyArrived,
    MoneyReversed,
    MoneyUndecided,
    PaymentLapsed,
    PaymentReported,
    QuestionAsked,
    Released,
    ReminderDue,
    Resent,
    SeatBecameFree,
    WaitlistEnded,
    WithdrawalRequested,
    WithdrawnByOperator,
)
from pipeline.domain.rules import Rules, WhenFull
from pipeline.mail import wording
from pipeline.mail.compose import Composed, fill
from tests.mail.writing.season import (
    KEN,
    SAKURA,
    SECRETS,
    Desk,
    an_application,
    changed,
    on,
    parsed,
    words_of,
)

NEWCOMER = replace(SAKURA, name="佐野 薫", name_kana="サノ カオル", email="kaoru@example.jp")
LONG = replace(
    KEN,
    name="ジャン＝バティスト・エマニュエル・長谷川 龍之介",
    organization="社会福祉法人とても長い名前の地域福祉推進協議会連合会 広域生活支援センター本部",
    position="第1層生活支援コーディネーター（地域支え合い推進員）兼 主任相談支援専門員",
    email="a..very.long.address.of.somebody@subdomain.of.a.municipality.example.jp",
)
NOWS = (on(2, 4), on(3, 12, 10), on(3, 16), on(4, 2), on(5, 2))


@dataclass(frozen=True)
class Case:
    """One letter as it was decided."""

    letter: Letter
    application: Application | None
    now: datetime
    event: Event

    def __str__(self) -> str:
        state = self.application.state.value if self.application else "nobody"
        return f"{self.letter.name}-{state}-{type(self.event).__name__}-{self.now:%m%d}"


def applications(state: State | None) -> Iterator[Application | None]:
    """Applications of one kind in several circumstances."""
    if state is None:
        yield None
        return
    plain = an_application(state)
    if state is State.UNCONFIRMED:
        plain = plain.but(confirm_by=on(2, 7, 0), correct_by=None, pay_by=None)
    if state in {State.PAID, State.ADMITTED}:
        plain = plain.but(credited=1000)
    if state is State.ADMITTED:
        plain = plain.but(access_sent_at=on(2, 24), access_generation=1)
    yield plain
    yield plain.but(participants=(SAKURA, KEN, LONG), credited=plain.credited * 3)
    yield plain.but(held=min(OUR_HOLDS), withdrawal_asked=True)
    yield plain.but(credited=400, withdrawal_asked=True, instructed_at=on(2, 4))
    if state in {State.INCOMPLETE, State.WAITLISTED}:
        lacking = replace(SAKURA, phone=None, name_kana=None)
        problems = (Problem(1, "phone", "missing"), Problem(1, "name_kana", "unclear", "ｵｶﾞﾀ?"))
        yield plain.but(participants=(lacking,), problems=problems)
    if state is State.AWAITING_PAYMENT:
        yield plain.but(pay_by=on(3, 9, 15), instructed_at=on(2, 4))
        yield plain.but(pay_by=on(4, 1, 0), instructed_at=on(2, 4))


def events(now: datetime, rules: Rules) -> Iterator[Event]:
    """Everything that may happen, in forms that lead to letters."""
    for sender in (str(SAKURA.email), "stranger@example.com"):
        mail: dict[str, Any] = {"arrived_at": now, "sender": sender, "sender_name": "緒方 桜"}
        for people in ((SAKURA,), (NEWCOMER,), (replace(SAKURA, phone=None),)):
            yield Applied(**mail, participants=people)
            yield Confirmed(**mail, participants=people, answers_ours=True)
        early = mail | {"arrived_at": rules.opens_at - timedelta(hours=1)}
        yield Applied(**early, participants=(SAKURA,))
        for sure in (True, False):
            yield WithdrawalRequested(**mail, authenticated=sure, confirmed=not sure)
        yield WithdrawalRequested(**mail, authenticated=True, participants=(2,))
        yield AccessRequested(**mail)
        yield PaymentReported(**mail)
        yield DocumentRequested(**mail, document="invoice")
        yield ChangeRequested(**mail)
        yield QuestionAsked(**mail)
    for amount, value_date in ((1000, now.date()), (300, now.date()), (1000, date(2026, 4, 1))):
        yield MoneyArrived(amount=amount, value_date=value_date)
    yield MoneyReversed(amount=1000)
    yield MoneyUndecided(amount=5000, value_date=now.date())
    yield ConfirmationLapsed()
    yield from (CorrectionLapsed(), PaymentLapsed(), WaitlistEnded(), SeatBecameFree())
    yield AccessDue(generation=2)
    for rule in rules.reminders.reminder:
        yield ReminderDue(kind=rule.kind, number=rule.number, due_at=now)
    by: dict[str, Any] = {"who": "tanaka", "why": "by telephone"}
    yield from (Accepted(**by), Declined(**by), Cancelled(**by), Released(**by), Resent(**by))
    yield Resent(**by, to="new@midorino.example.jp")
    yield Extended(**by, until=date(2026, 3, 31))
    yield from (WithdrawnByOperator(**by), WithdrawnByOperator(**by, participants=(2,)))


def rosters() -> Iterator[Roster]:
    """The event half empty, and full; with access open and not."""
    common: dict[str, Any] = {
        "capacity": 500, "fresh_reference": "715204", "covered_through": date(2026, 4, 30)
    }  # fmt: skip
    for taken in (10, 500):
        yield Roster(**common, taken=taken, access_opens_at=on(2, 24), access_ready=True)
    yield Roster(**common, taken=10, access_opens_at=on(3, 20), access_ready=False)


def decided(rules: Rules, states: Iterable[State | None]) -> Iterator[Case]:
    """Every letter that comes out, once for each kind of circumstance."""
    seen = set()
    for now in NOWS:
        for roster in rosters():
            for state in states:
                for application in applications(state):
                    for event in events(now, rules):
                        if type(event) not in TRANSITIONS[state]:
                            continue
                        decision = decide(application, event, roster, rules, now)
                        for letter in decision.letters:
                            case = Case(letter, decision.application, now, event)
                            key = (letter, application, now)
                            if key not in seen:
                                seen.add(key)
                                yield case


@dataclass(frozen=True)
class Written:
    """One letter as it leaves, and as another parser reads it."""

    case: Case
    composed: Composed
    words: str


@pytest.fixture(scope="module")
def written(rules: Rules, office: Desk) -> list[Written]:
    letters = []
    closing = changed(rules, "event.when_full", WhenFull.CLOSE)
    for case in (*decided(rules, (None, *State)), *decided(closing, (None, State.UNCONFIRMED))):
        composed = office.compose(case.letter, case.application, now=case.now)
        letters.append(Written(case, composed, words_of(composed)))
    return letters


def test_every_letter_is_decided_somewhere(written: list[Written]) -> None:
    assert {one.case.letter.name for one in written} == set(LetterName)


def test_every_letter_can_be_written_and_read(written: list[Written]) -> None:
    for one in written:
        assert parsed(one.composed.raw)["Subject"] == one.composed.subject, one.case
        assert one.words.split("\n", 1)[0].endswith(" 様"), one.case
        assert one.words.rstrip().splitlines()[-2].startswith("メール："), one.case
        for wrong in ("None", "Undefined", "{{", "}}", "{%", "\n\n\n", " \n"):
            assert wrong not in one.words, (str(one.case), wrong)


def test_no_line_is_wider_than_35_full_width_characters(written: list[Written]) -> None:
    for one in written:
        for line in one.words.splitlines():
            alone = line.isascii() and " " not in line.strip()
            assert alone or wording.width(line) <= 70, (str(one.case), line)


def test_only_access_letters_carry_markers_and_all_of_them_are_filled(
    written: list[Written],
) -> None:
    for one in written:
        assert one.composed.secret is (one.case.letter.name in SECRET_LETTERS)
        assert one.composed.secret or "⟦" not in one.words, one.case
        if one.composed.secret:
            filled = replace(one.composed, raw=fill(one.composed.raw, SECRETS))
            assert "⟦" not in words_of(filled), one.case


def test_the_number_is_told_to_the_registered_and_to_nobody_else(written: list[Written]) -> None:
    for one in written:
        application, subject = one.case.application, one.composed.subject
        if application is None or one.case.letter.to not in application.registered_addresses:
            assert "受付番号" not in subject, one.case
            assert "482617" not in one.words, one.case
        else:
            assert subject.startswith(f"【受付番号{application.reference}】"), one.case


def test_whoever_still_owes_is_told_that_nothing_is_refunded(written: list[Written]) -> None:
    for one in written:
        if "お振込先" in one.words:
            assert "返金できません" in one.words.partition("お振込先")[0], one.case
