"""What a person in the office may do."""

from dataclasses import replace
from datetime import date

import pytest

from pipeline.domain.application import CLOSED, State
from pipeline.domain.decision import NEXT_IN_LINE, LetterName, Reason, TaskKind
from pipeline.domain.events import (
    Accepted,
    Cancelled,
    Declined,
    Held,
    QuestionAsked,
    Released,
    Resent,
)
from pipeline.domain.rules import Rules
from tests.domain.build import (
    after,
    application,
    asked,
    day,
    full,
    money,
    names,
    only,
    outside,
    people,
    person,
    problem,
    run,
)

HOLD = Held(who="suzuki", why="wait for the chair")
RELEASED = Released(who="suzuki", why="the chair agreed")
ACCEPTED = Accepted(who="suzuki", why="a place is kept")


# ---------------------------------------------------------------- hold and release


@pytest.mark.parametrize("state", list(State))
def test_an_operator_can_always_hold_and_always_release(rules: Rules, state: State) -> None:
    before = application(state, rules, problems=(problem(1, "phone"),))
    held = run(before, HOLD, rules)

    assert held.reason is Reason.HELD
    assert after(held).held == "wait for the chair"
    assert after(held).state is state
    released = run(after(held), RELEASED, rules)
    assert released.reason is Reason.RELEASED
    assert after(released).held is None
    assert after(released).state is state
    assert released.note == "suzuki: the chair agreed"


def test_held_is_a_flag_and_events_are_recorded_meanwhile(rules: Rules) -> None:
    held = after(run(application(State.AWAITING_PAYMENT, rules), HOLD, rules))
    paid = run(held, money(), rules)

    assert after(paid).state is State.PAID
    assert after(paid).held == "wait for the chair"
    assert after(run(after(paid), outside(QuestionAsked), rules)).held == "wait for the chair"


def test_a_hold_over_a_hold_keeps_the_first_reason(rules: Rules) -> None:
    ours = application(State.INCOMPLETE, rules, held=Reason.NEEDS_REVIEW.value)

    assert after(run(ours, HOLD, rules)).held == Reason.NEEDS_REVIEW
    nameless = run(application(State.PAID, rules), Held(who="suzuki", why=""), rules)
    assert after(nameless).held == "suzuki: "


def test_what_is_not_held_cannot_be_released(rules: Rules) -> None:
    assert run(application(State.PAID, rules), RELEASED, rules).reason is Reason.NOT_EXPECTED


def test_what_an_operator_held_lapses_at_release_when_its_day_is_over(rules: Rules) -> None:
    held = application(State.INCOMPLETE, rules, held="asked by telephone")

    assert run(held, RELEASED, rules, now=day(2, 18)).reason is Reason.RELEASED
    assert run(held, RELEASED, rules, now=day(2, 19)).reason is Reason.LAPSED
    paid_for = replace(held, credited=1000)
    assert run(paid_for, RELEASED, rules, now=day(2, 19)).reason is Reason.RELEASED


def test_who_an_operator_held_in_line_is_not_told_twice_that_they_wait(rules: Rules) -> None:
    held = application(State.WAITLISTED, rules, held="asked by telephone")
    decision = run(held, RELEASED, rules)

    assert decision.letters == ()
    assert [f.target for f in decision.follow_ups] == [NEXT_IN_LINE]


# ---------------------------------------------------------------- yes


def test_an_operator_accepts_what_lacks_something(rules: Rules) -> None:
    decision = run(application(State.INCOMPLETE, rules), ACCEPTED, rules)

    assert decision.reason is Reason.ACCEPTED_BY_OPERATOR
    assert after(decision).state is State.AWAITING_PAYMENT
    assert after(decision).problems == ()
    assert not only(decision).answer


@pytest.mark.parametrize("state", sorted(CLOSED))
def test_an_operator_may_reopen_into_a_free_seat(rules: Rules, state: State) -> None:
    decision = run(application(state, rules), ACCEPTED, rules)

    assert decision.reason is Reason.REOPENED
    assert after(decision).state is State.AWAITING_PAYMENT
    assert after(decision).closed_reason is None
    assert after(decision).pay_by == rules.closes_at


@pytest.mark.parametrize("state", sorted(CLOSED))
def test_an_operator_cannot_reopen_without_a_free_seat(rules: Rules, state: State) -> None:
    decision = run(application(state, rules), ACCEPTED, rules, roster_=full(rules))

    assert decision.reason is Reason.NO_FREE_SEAT
    assert after(decision).state is state


def test_what_is_reopened_after_the_deadline_has_days_of_its_own(rules: Rules) -> None:
    decision = run(application(State.EXPIRED, rules), ACCEPTED, rules, now=day(3, 16))

    assert after(decision).pay_by == rules.end_of(date(2026, 3, 19))
    assert names(decision) == [LetterName.RECEIVED]


@pytest.mark.parametrize("state", [State.INCOMPLETE, State.WAITLISTED, State.EXPIRED])
def test_after_the_live_day_nobody_is_asked_for_money_any_more(rules: Rules, state: State) -> None:
    decision = run(application(state, rules), ACCEPTED, rules, now=day(3, 26, 17))

    assert decision.reason is Reason.EVENT_OVER
    assert decision.letters == ()
    assert after(decision).state is state


def test_what_is_reopened_and_paid_is_paid(rules: Rules) -> None:
    decision = run(application(State.EXPIRED, rules, credited=1000), ACCEPTED, rules)

    assert after(decision).state is State.PAID


def test_reopening_brings_back_those_who_left_together_but_not_those_who_left_before(
    rules: Rules,
) -> None:
    both_gone = tuple(replace(p, withdrawn=True) for p in people(2))
    one_gone = (person(), replace(person(2), withdrawn=True))

    def seats(participants: tuple[object, ...]) -> int:
        closed = application(State.WITHDRAWN, rules, participants=participants)
        return after(run(closed, ACCEPTED, rules)).seats_held

    assert seats(both_gone) == 2
    assert seats(one_gone) == 1


# ---------------------------------------------------------------- no


@pytest.mark.parametrize("state", [State.INCOMPLETE, State.AWAITING_PAYMENT, State.WAITLISTED])
@pytest.mark.parametrize("credited", [0, 1000])
def test_an_operator_declines_and_money_that_is_here_is_a_task(
    rules: Rules, state: State, credited: int
) -> None:
    before = application(state, rules, credited=credited, held="unlisted-kind")
    decision = run(before, Declined(who="suzuki", why="not addressed"), rules)

    assert after(decision).state is State.DECLINED
    assert after(decision).held is None
    assert names(decision) == [LetterName.DECLINED]
    assert asked(decision) == ([TaskKind.MONEY] if credited else [])
    assert [f.target for f in decision.follow_ups] == [NEXT_IN_LINE]


@pytest.mark.parametrize("state", [State.AWAITING_PAYMENT, State.PAID, State.ADMITTED])
def test_the_office_takes_an_accepted_application_back(rules: Rules, state: State) -> None:
    decision = run(application(state, rules), Cancelled(who="suzuki", why="fraud"), rules)

    assert after(decision).state is State.CANCELLED
    assert names(decision) == [LetterName.CANCELLED]
    assert [f.target for f in decision.follow_ups] == [NEXT_IN_LINE]


def test_who_has_paid_cannot_be_declined(rules: Rules) -> None:
    decision = run(application(State.PAID, rules), Declined(who="suzuki", why="late"), rules)

    assert decision.reason is Reason.NOT_EXPECTED


# ---------------------------------------------------------------- again


@pytest.mark.parametrize(
    ("state", "letter"),
    [
        (State.INCOMPLETE, LetterName.CORRECTION_NEEDED),
        (State.AWAITING_PAYMENT, LetterName.RECEIVED),
        (State.WAITLISTED, LetterName.WAITLISTED),
        (State.PAID, LetterName.PAYMENT_RECEIVED),
    ],
)
def test_the_letter_of_the_present_state_is_sent_again(
    rules: Rules, state: State, letter: LetterName
) -> None:
    decision = run(application(state, rules), Resent(who="suzuki", why="lost"), rules)

    assert decision.reason is Reason.RESENT
    assert names(decision) == [letter]


def test_an_offer_is_sent_again_as_an_offer(rules: Rules) -> None:
    offered = application(State.AWAITING_PAYMENT, rules, pay_by=rules.end_of(date(2026, 3, 2)))

    assert names(run(offered, Resent(who="s", why="w"), rules)) == [LetterName.SEAT_OFFERED]


def test_where_there_is_no_letter_only_the_address_is_changed(rules: Rules) -> None:
    held = application(State.INCOMPLETE, rules, problems=(), held="needs-review")
    moved = run(held, Resent(who="s", why="w", to="new@machida.example.jp"), rules)

    assert moved.reason is Reason.RESENT
    assert after(moved).contact_address == "new@machida.example.jp"
    assert run(held, Resent(who="s", why="w"), rules).reason is Reason.NOT_EXPECTED
