"""Rules of the design about applications that lack something, or wait for a person."""

from datetime import timedelta

import pytest

from pipeline.domain.application import State
from pipeline.domain.decision import NEXT_IN_LINE, LetterName, Reason, TaskKind
from pipeline.domain.events import Accepted, CorrectionLapsed, Released
from pipeline.domain.rules import Rules
from tests.domain.build import (
    after,
    application,
    applied,
    asked,
    day,
    full,
    names,
    only,
    person,
    problem,
    roster,
    run,
)

RELEASED = Released(who="suzuki", why="looked at it")
ACCEPTED = Accepted(who="suzuki", why="it is fine")


# ---------------------------------------------------------------- incomplete


def test_an_incomplete_application_holds_its_seat_and_its_first_letter_names_the_last_day(
    rules: Rules,
) -> None:
    decision = run(None, applied(participants=(person(phone=None),)), rules)
    taken_in = after(decision)

    assert decision.reason is Reason.INCOMPLETE
    assert taken_in.seats_held == 1
    assert taken_in.problems == (problem(1, "phone"),)
    assert taken_in.correct_by == rules.end_of(day(2, 18).date())  # 11 February is a holiday
    assert only(decision).name is LetterName.CORRECTION_NEEDED


def test_what_is_unclear_is_asked_about_like_what_is_missing(rules: Rules) -> None:
    unclear = problem(1, "email", "unclear")
    decision = run(None, applied(problems=(unclear, problem(2, "email", "unclear"))), rules)

    assert after(decision).problems == (unclear,)


def test_a_correction_has_time_until_closing_at_most(rules: Rules) -> None:
    taken_in = after(
        run(None, applied(participants=(person(phone=None),), arrived_at=day(3, 11)), rules)
    )

    assert taken_in.correct_by == rules.closes_at


def test_an_incomplete_application_lapses_after_its_last_day_with_a_letter(rules: Rules) -> None:
    waiting = application(State.INCOMPLETE, rules)
    assert waiting.correct_by is not None
    decision = run(waiting, CorrectionLapsed(), rules, now=waiting.correct_by)

    assert decision.reason is Reason.LAPSED
    assert after(decision).state is State.EXPIRED
    assert names(decision) == [LetterName.LAPSED]
    assert decision.follow_ups[0].target == NEXT_IN_LINE


def test_it_does_not_lapse_a_moment_too_early(rules: Rules) -> None:
    waiting = application(State.INCOMPLETE, rules)
    assert waiting.correct_by is not None
    decision = run(
        waiting, CorrectionLapsed(), rules, now=waiting.correct_by - timedelta(seconds=1)
    )

    assert decision.reason is Reason.NOT_EXPIRED_YET
    assert after(decision).state is State.INCOMPLETE


@pytest.mark.parametrize(
    ("said", "tasks"),
    [
        pytest.param({"held": Reason.NEEDS_REVIEW.value}, [], id="for our reading: has its task"),
        pytest.param({"held": "asked by telephone"}, [TaskKind.REVIEW], id="by an operator"),
        pytest.param({"credited": 1000}, [TaskKind.REVIEW], id="paid for"),
    ],
)
def test_what_waits_for_us_does_not_lapse(
    rules: Rules, said: dict[str, object], tasks: list[TaskKind]
) -> None:
    waiting = application(State.INCOMPLETE, rules, **said)
    decision = run(waiting, CorrectionLapsed(), rules, now=day(3, 2))

    assert decision.reason is Reason.NOT_EXPIRED_YET
    assert after(decision).state is State.INCOMPLETE
    assert after(decision).held is not None
    assert asked(decision) == tasks


# ---------------------------------------------------------------- for a person


def test_a_kind_that_is_not_listed_goes_to_a_person_and_keeps_its_seat(rules: Rules) -> None:
    decision = run(None, applied(participants=(person(category="other"),)), rules)

    assert decision.reason is Reason.UNLISTED_KIND
    assert after(decision).seats_held == 1
    assert names(decision) == [LetterName.TO_A_PERSON]
    assert asked(decision) == [TaskKind.UNLISTED]


def test_a_reading_that_is_not_to_be_trusted_goes_to_a_person_and_keeps_its_seat(
    rules: Rules,
) -> None:
    decision = run(None, applied(needs_review="the characters could not be read"), rules)

    assert decision.reason is Reason.NEEDS_REVIEW
    assert after(decision).seats_held == 1
    assert decision.tasks[0].detail == "the characters could not be read"


@pytest.mark.parametrize("free", [True, False])
def test_who_is_held_for_review_and_finds_no_seat_is_held_in_line(rules: Rules, free: bool) -> None:
    seats = roster(rules) if free else full(rules)
    decision = run(None, applied(needs_review="unsure"), rules, roster_=seats)

    assert after(decision).state is (State.INCOMPLETE if free else State.WAITLISTED)
    assert after(decision).held == Reason.NEEDS_REVIEW


@pytest.mark.parametrize("event", [RELEASED, ACCEPTED])
def test_who_was_held_for_review_and_is_complete_is_accepted_by_release(
    rules: Rules, event: object
) -> None:
    held = after(run(None, applied(needs_review="unsure"), rules))
    decision = run(held, event, rules, now=day(2, 25))  # type: ignore[arg-type]

    assert after(decision).state is State.AWAITING_PAYMENT
    assert after(decision).held is None
    assert after(decision).pay_by == rules.closes_at
    assert names(decision) == [LetterName.RECEIVED]


def test_who_was_held_for_review_and_lacks_something_is_asked_at_release_with_the_whole_time(
    rules: Rules,
) -> None:
    form = applied(participants=(person(phone=None),), needs_review="unsure")
    held = after(run(None, form, rules))
    decision = run(held, RELEASED, rules, now=day(2, 25))

    assert after(decision).state is State.INCOMPLETE
    assert after(decision).correct_by == rules.end_of(day(3, 4).date())
    assert names(decision) == [LetterName.CORRECTION_NEEDED]


def test_who_is_released_after_closing_and_lacks_something_lapses(rules: Rules) -> None:
    form = applied(participants=(person(phone=None),), needs_review="unsure")
    held = after(run(None, form, rules))
    decision = run(held, RELEASED, rules, now=day(3, 13))

    assert decision.reason is Reason.LAPSED
    assert after(decision).held is None
