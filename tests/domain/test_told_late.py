"""Deadlines of people whom we told of them late: whose day moves, and whom a person looks at."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from pipeline.domain import events
from pipeline.domain.application import Application, State
from pipeline.domain.decision import LetterName, Reason, TaskKind
from pipeline.domain.rules import Rules
from tests.domain.build import after, application, asked, day, names, problem, roster, run


def incomplete(rules: Rules, **said: Any) -> Application:
    end = rules.end_of(day(2, 9).date())
    lacks = (problem(1, "phone"),)
    return application(State.INCOMPLETE, rules, **{"correct_by": end, "problems": lacks} | said)


def lapsed(before: Application, rules: Rules, told: datetime | None, now: datetime) -> Any:
    return run(before, events.CorrectionLapsed(told_at=told), rules, now=now)


@pytest.mark.parametrize(
    ("told", "until"),
    [
        pytest.param(day(2, 4), day(2, 12), id="two days late, over a holiday"),
        pytest.param(day(2, 10), day(2, 18), id="not yet, on the day after the end"),
    ],
)
def test_a_correction_has_its_days_from_when_the_letter_left(
    rules: Rules, told: datetime, until: datetime
) -> None:
    decision = lapsed(incomplete(rules), rules, told, day(2, 10))

    assert decision.reason is Reason.ASKED_ANEW
    assert after(decision).correct_by == rules.end_of(until.date())
    assert names(decision) == [LetterName.CORRECTION_NEEDED]
    again = lapsed(after(decision), rules, told, after(decision).correct_by or day(3, 1))
    assert (again.reason, after(again).state) == (Reason.LAPSED, State.EXPIRED)


@pytest.mark.parametrize("told", [None, day(2, 2)], ids=["in time", "late, with all days left"])
def test_whoever_had_their_days_lapses(rules: Rules, told: datetime | None) -> None:
    decision = lapsed(incomplete(rules), rules, told, day(2, 10))

    assert (decision.reason, after(decision).state) == (Reason.LAPSED, State.EXPIRED)


def test_a_day_never_moves_past_closing_and_then_a_person_looks(rules: Rules) -> None:
    late = incomplete(rules, correct_by=rules.end_of(day(3, 10).date()))
    moved = lapsed(late, rules, day(3, 11), day(3, 11))
    assert after(moved).correct_by == rules.closes_at

    decision = lapsed(after(moved), rules, day(3, 11), rules.closes_at)
    assert decision.reason is Reason.NOT_EXPIRED_YET
    assert (after(decision).state, after(decision).correct_by) == (
        State.INCOMPLETE,
        rules.closes_at,
    )
    assert (names(decision), asked(decision)) == ([], [TaskKind.REVIEW])


def test_nobody_expires_who_was_told_of_the_deadline_too_late_to_pay(rules: Rules) -> None:
    before = application(State.AWAITING_PAYMENT, rules)
    covered = roster(rules, covered_through=day(3, 16).date())
    for told, reason in (
        (day(3, 12, 18), Reason.NOT_EXPIRED_YET),
        (day(3, 16), Reason.NOT_EXPIRED_YET),
        (day(3, 9), Reason.EXPIRED),
        (None, Reason.EXPIRED),
    ):
        event = events.PaymentLapsed(told_at=told)
        assert run(before, event, rules, now=day(3, 16), roster_=covered).reason is reason


def test_an_offer_is_made_again_with_new_days(rules: Rules) -> None:
    end = rules.end_of(day(2, 6).date())
    before = application(State.AWAITING_PAYMENT, rules, pay_by=end)
    covered = roster(rules, covered_through=day(2, 9).date())
    event = events.PaymentLapsed(told_at=day(2, 9))
    decision = run(before, event, rules, now=day(2, 9), roster_=covered)

    assert after(decision).pay_by == rules.end_of(day(2, 13).date())
    assert names(decision) == [LetterName.SEAT_OFFERED]


def test_nobody_is_reminded_of_a_letter_that_has_not_left(rules: Rules) -> None:
    before = application(State.AWAITING_PAYMENT, rules)
    said: dict[str, Any] = {"kind": "payment", "number": 2, "due_at": day(3, 5, 9)}
    for untold, count in ((False, 1), (True, 0)):
        event = events.ReminderDue(**said, untold=untold)
        assert len(run(before, event, rules, now=day(3, 5, 9)).letters) == count
