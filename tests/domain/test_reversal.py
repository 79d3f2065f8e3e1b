"""Money that is not here after all, or that a person lets count."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from pipeline.domain.application import State
from pipeline.domain.certain import in_question, is_certain
from pipeline.domain.decision import LetterName, Reason, TaskKind
from pipeline.domain.events import (
    Extended,
    MoneyAccepted,
    MoneyReversed,
    MoneyUndecided,
    PaymentExpected,
    PaymentLapsed,
    Released,
    ReminderDue,
)
from pipeline.domain.rules import Rules
from pipeline.domain.verdict import Action, Because, Candidate, Outcome, Verdict
from tests.domain.build import (
    TUESDAY,
    after,
    application,
    applied,
    asked,
    day,
    full,
    money,
    names,
    people,
    roster,
    run,
)

WHO: dict[str, Any] = {"who": "suzuki", "why": "the chair agreed"}
BACK = MoneyReversed(amount=1000)
ACCEPTED = MoneyAccepted(**WHO)


# ---------------------------------------------------------------- taken back


def test_who_paid_with_it_owes_again_and_keeps_the_seat(rules: Rules) -> None:
    paid = application(State.PAID, rules, discount=300, credited=700)
    decision = run(paid, MoneyReversed(amount=700), rules)

    unpaid = after(decision)
    assert (unpaid.state, unpaid.credited, unpaid.discount) == (State.AWAITING_PAYMENT, 0, 0)
    assert (unpaid.pay_by, unpaid.held, unpaid.seats_held) == (rules.closes_at, None, 1)
    assert names(decision) == [LetterName.PAYMENT_REVERSED]
    assert asked(decision) == [TaskKind.MONEY]
    assert [r.due_at for r in decision.reminders if r.kind == "expiry"] == [rules.closes_at]


def test_what_a_person_takes_back_in_time_asks_nobody(rules: Rules) -> None:
    decision = run(application(State.PAID, rules), replace(BACK, who="suzuki"), rules)

    assert asked(decision) == []


def test_after_its_days_a_person_decides(rules: Rules) -> None:
    decision = run(application(State.PAID, rules), BACK, rules, now=day(3, 20))

    assert after(decision).held == Reason.UNPAID_AGAIN
    assert asked(decision) == [TaskKind.MONEY]
    spoken = roster(rules, covered_through=date(2026, 3, 31))
    released = run(after(decision), Released(**WHO), rules, now=day(4, 1), roster_=spoken)
    assert after(released).state is State.EXPIRED
    longer = run(after(decision), Extended(**WHO, until=date(2026, 3, 31)), rules, now=day(3, 20))
    paid = run(after(longer), money(value_date=date(2026, 3, 25)), rules, now=day(3, 26))
    assert (after(paid).state, after(paid).held) == (State.PAID, None)


def test_access_that_has_left_is_a_persons_matter(rules: Rules) -> None:
    before = application(State.ADMITTED, rules)
    left = run(before, replace(BACK, access_left=2), rules, now=day(3, 2))
    kept = run(before, BACK, rules, now=day(3, 2))

    assert asked(left) == [TaskKind.MONEY, TaskKind.SECRET]
    assert after(left).access_sent_at == before.access_sent_at
    assert asked(kept) == [TaskKind.MONEY]
    assert after(kept).access_sent_at is None
    assert after(left).access_generation == after(kept).access_generation == 0
    assert after(run(after(left), money(), rules, now=day(3, 2))).credited == 1000


@pytest.mark.parametrize("state", [State.PAID, State.ADMITTED])
def test_what_came_twice_goes_back_without_a_word(rules: Rules, state: State) -> None:
    decision = run(application(state, rules, credited=2000), BACK, rules)

    assert (decision.reason, after(decision).state) == (Reason.MONEY_REVERSED, state)
    assert (names(decision), asked(decision)) == ([], [])


def test_a_part_that_goes_back_is_asked_for_again(rules: Rules) -> None:
    part = application(State.AWAITING_PAYMENT, rules, credited=600)
    decision = run(part, MoneyReversed(amount=600, who="suzuki"), rules)

    assert names(decision) == [LetterName.PAYMENT_REVERSED]
    assert (after(decision).held, asked(decision)) == (None, [])


def test_late_money_that_goes_back_leaves_the_seat_to_a_person(rules: Rules) -> None:
    late = application(State.AWAITING_PAYMENT, rules, credited=1000, held=Reason.PAID_LATE.value)
    decision = run(late, BACK, rules, now=day(3, 20))

    assert after(decision).held == Reason.UNPAID_AGAIN
    assert asked(decision) == [TaskKind.MONEY]


@pytest.mark.parametrize(
    ("state", "now", "held"),
    [
        (State.INCOMPLETE, TUESDAY, None),
        (State.INCOMPLETE, day(2, 20), Reason.UNPAID_AGAIN),
        (State.WAITLISTED, TUESDAY, None),
        (State.WAITLISTED, day(3, 16), Reason.UNPAID_AGAIN),
    ],
)
def test_nobody_is_left_without_a_deadline(
    rules: Rules, state: State, now: Any, held: Reason | None
) -> None:
    decision = run(application(state, rules, credited=1000), BACK, rules, now=now)

    assert (after(decision).state, after(decision).held) == (state, held)
    assert names(decision) == []


def test_an_operators_hold_stays(rules: Rules) -> None:
    held = application(State.WAITLISTED, rules, credited=1000, held="asked by telephone")

    assert after(run(held, BACK, rules, now=day(3, 20))).held == "asked by telephone"


def test_credit_never_falls_below_nothing(rules: Rules) -> None:
    closed = application(State.WITHDRAWN, rules, credited=500)

    assert after(run(closed, BACK, rules)).credited == 0


# ---------------------------------------------------------------- announced, or too much


def test_an_announcement_pays_nothing_and_silences_reminders(rules: Rules) -> None:
    expected = PaymentExpected(amount=1000, channel="convenience_store")
    decision = run(application(State.AWAITING_PAYMENT, rules), expected, rules)

    assert (after(decision).state, after(decision).credited) == (State.AWAITING_PAYMENT, 0)
    assert after(decision).payment_reported
    assert names(decision) == []


def test_too_much_is_answered_where_money_is_waited_for(rules: Rules) -> None:
    undecided = MoneyUndecided(amount=3000, value_date=date(2026, 2, 20))
    waiting = run(application(State.AWAITING_PAYMENT, rules), undecided, rules)
    closed = run(application(State.EXPIRED, rules), undecided, rules)

    assert (after(waiting).credited, names(waiting)) == (0, [LetterName.OVER_PAYMENT])
    assert (names(closed), asked(closed)) == ([], [TaskKind.MONEY])


def test_money_that_may_be_its_own_keeps_a_seat_and_reminders_away(rules: Rules) -> None:
    before = application(State.AWAITING_PAYMENT, rules)
    spoken = roster(rules, covered_through=date(2026, 3, 31))
    lapsed = PaymentLapsed(money_open=True)
    kept = run(before, lapsed, rules, now=day(4, 1), roster_=spoken)
    reminder = ReminderDue(kind="payment", number=1, due_at=TUESDAY, money_open=True)

    assert after(kept).held == Reason.NOT_EXPIRED_YET
    assert run(before, reminder, rules).reason is Reason.REMINDER_NOT_WELCOME


# ---------------------------------------------------------------- accepted as it is


@pytest.mark.parametrize(
    "state", [State.INCOMPLETE, State.AWAITING_PAYMENT, State.WAITLISTED, State.EXPIRED]
)
def test_without_any_money_nothing_is_accepted(rules: Rules, state: State) -> None:
    before = application(state, rules)
    decision = run(before, ACCEPTED, rules)

    assert decision.reason is Reason.NOT_EXPECTED
    assert after(decision).state is state


def test_a_short_payment_counts_as_the_whole_fee(rules: Rules) -> None:
    short = application(State.AWAITING_PAYMENT, rules, credited=670, held="not-expired-yet")
    decision = run(short, ACCEPTED, rules)

    paid = after(decision)
    assert (paid.state, paid.credited, paid.discount) == (State.PAID, 670, 330)
    assert paid.held is None
    assert asked(decision) == []
    assert "330 yen let go" in decision.note


def test_a_surplus_is_accepted_without_asking_again(rules: Rules) -> None:
    over = application(State.AWAITING_PAYMENT, rules, credited=1500)
    decision = run(over, ACCEPTED, rules)

    assert (after(decision).state, after(decision).discount) == (State.PAID, 0)
    assert asked(decision) == []


def test_what_is_accepted_before_completion_counts_once_it_is_complete(rules: Rules) -> None:
    early = application(State.INCOMPLETE, rules, credited=670)
    accepted = run(early, ACCEPTED, rules)

    assert after(accepted).state is State.INCOMPLETE
    assert after(run(after(accepted), applied(), rules)).state is State.PAID


@pytest.mark.parametrize("state", [State.WAITLISTED, State.EXPIRED, State.WITHDRAWN])
def test_seats_are_given_with_the_money_where_they_are_free(rules: Rules, state: State) -> None:
    before = application(state, rules, credited=700)
    free = run(before, ACCEPTED, rules)
    none = run(before, ACCEPTED, rules, roster_=full(rules))

    assert (after(free).state, after(free).discount) == (State.PAID, 300)
    assert none.reason is Reason.NO_FREE_SEAT
    assert after(none) == before.but(version=before.version + 1)


def test_a_group_that_withdrew_is_accepted_whole(rules: Rules) -> None:
    gone = tuple(replace(one, withdrawn=True) for one in people(2))
    before = application(State.WITHDRAWN, rules, participants=gone, credited=1500)
    decision = run(before, ACCEPTED, rules)

    assert (after(decision).seats_held, after(decision).discount) == (2, 500)


# ---------------------------------------------------------------- certain, or a proposal


def verdict(outcome: Outcome, *reasons: str, **said: Any) -> Verdict:
    values: dict[str, Any] = {"action": Action.REVIEW, "references": ("572946",)}
    return Verdict(outcome=outcome, reasons=reasons, **values | said)


CERTAIN = (Because.NUMBER_EXACT, Because.NAME_MATCH)


def test_a_number_without_any_doubt_is_certain() -> None:
    assert is_certain(verdict(Outcome.SHORT, *CERTAIN))
    assert is_certain(verdict(Outcome.LATE, Because.NUMBER_IN_EDI, Because.NO_NAME))


@pytest.mark.parametrize(
    "doubtful",
    [
        verdict(Outcome.SHORT, *CERTAIN, action=Action.UNMATCHED),
        verdict(Outcome.PROPOSED, *CERTAIN),
        verdict(Outcome.SHORT, *CERTAIN, references=("572946", "123455")),
        verdict(Outcome.SHORT, Because.NAME_MATCH),
        verdict(Outcome.SHORT, Because.NUMBER_EXACT, Because.NAME_CONFLICT),
        verdict(Outcome.CLOSED, *CERTAIN, Because.AMOUNT_OVER),
    ],
)
def test_anything_else_is_a_proposal(doubtful: Verdict) -> None:
    assert not is_certain(doubtful)


def test_who_waits_for_a_decision_about_open_money() -> None:
    others = (Candidate("123455", 94, ()), Candidate("999999", 60, ()))

    assert in_question(verdict(Outcome.SHORT, *CERTAIN, candidates=others), 80) == ("572946",)
    assert in_question(verdict(Outcome.PROPOSED, candidates=others), 80) == ("572946", "123455")
