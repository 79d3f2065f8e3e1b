"""Rules of the design about a further form for an application that exists."""

from dataclasses import replace

import pytest

from pipeline.domain.application import State
from pipeline.domain.decision import LetterName, Reason, TaskKind
from pipeline.domain.events import Accepted, Released
from pipeline.domain.rules import Rules
from tests.domain.build import (
    COLLEAGUE,
    STRANGER,
    after,
    application,
    applied,
    asked,
    day,
    full,
    names,
    only,
    people,
    person,
    problem,
    roster,
    run,
)

RELEASED = Released(who="suzuki", why="looked at it")
ACCEPTED = Accepted(who="suzuki", why="it is fine")


# ---------------------------------------------------------------- a further mail


def test_a_correction_completes_an_application(rules: Rules) -> None:
    decision = run(application(State.INCOMPLETE, rules), applied(), rules)

    assert decision.reason is Reason.COMPLETED
    assert after(decision).state is State.AWAITING_PAYMENT
    assert after(decision).problems == ()
    assert after(decision).correct_by is None
    assert names(decision) == [LetterName.RECEIVED]


def test_a_correction_does_not_lengthen_the_time_for_it(rules: Rules) -> None:
    before = application(State.INCOMPLETE, rules)
    still_lacking = applied(participants=(person(phone=None),), arrived_at=day(2, 16))
    decision = run(before, still_lacking, rules)

    assert decision.reason is Reason.STILL_INCOMPLETE
    assert after(decision).correct_by == before.correct_by
    assert names(decision) == [LetterName.CORRECTION_NEEDED]


def test_a_correction_is_still_taken_between_its_last_day_and_the_lapse(rules: Rules) -> None:
    before = application(State.INCOMPLETE, rules)
    decision = run(before, applied(arrived_at=day(2, 19, 6)), rules)

    assert decision.reason is Reason.COMPLETED


def test_a_correction_after_closing_goes_to_a_person_with_what_it_says(rules: Rules) -> None:
    before = application(State.INCOMPLETE, rules, correct_by=rules.closes_at)
    decision = run(before, applied(arrived_at=day(3, 13, 0, 1)), rules)

    assert decision.reason is Reason.CORRECTION_AFTER_CLOSING
    assert after(decision).state is State.INCOMPLETE
    assert after(decision).participants == people(1)
    assert names(decision) == [LetterName.TO_A_PERSON]
    assert asked(decision) == [TaskKind.REVIEW]
    accepted = run(after(decision), ACCEPTED, rules, now=day(3, 13, 9))
    assert after(accepted).state is State.AWAITING_PAYMENT


def test_a_correction_after_closing_takes_no_further_seat(rules: Rules) -> None:
    before = application(State.INCOMPLETE, rules, correct_by=rules.closes_at)
    decision = run(before, applied(2, arrived_at=day(3, 13)), rules)

    assert after(decision).seats == 1


def test_a_correction_in_time_and_handled_after_closing_waits_for_a_person(rules: Rules) -> None:
    before = application(State.INCOMPLETE, rules, correct_by=rules.closes_at)
    decision = run(before, applied(arrived_at=day(3, 12, 23)), rules, now=day(3, 13, 7))

    assert decision.reason is Reason.HANDLED_AFTER_CLOSING


def test_a_correction_from_an_address_that_is_not_registered_changes_nothing(rules: Rules) -> None:
    before = application(State.INCOMPLETE, rules)
    decision = run(before, applied(sender=STRANGER), rules)

    assert after(decision).participants == before.participants
    assert only(decision).to == STRANGER
    assert asked(decision) == [TaskKind.CHANGE]


def test_a_further_form_while_held_is_kept_for_the_person_who_looks(rules: Rules) -> None:
    before = application(State.INCOMPLETE, rules, held="asked by telephone")
    decision = run(before, applied(), rules)

    assert after(decision).state is State.INCOMPLETE
    assert after(decision).held == "asked by telephone"
    assert asked(decision) == [TaskKind.REVIEW]
    released = run(after(decision), Released(who="suzuki", why="done"), rules, now=day(3, 2))
    assert after(released).state is State.AWAITING_PAYMENT


def test_a_further_form_that_our_reading_is_not_sure_of_changes_nothing_while_held(
    rules: Rules,
) -> None:
    before = application(State.INCOMPLETE, rules, held="asked by telephone")
    decision = run(before, applied(needs_review="unsure"), rules)

    assert after(decision).participants == before.participants


def test_a_correction_may_turn_out_to_need_review(rules: Rules) -> None:
    before = application(State.INCOMPLETE, rules)
    decision = run(before, applied(participants=(person(category="other"),)), rules)

    assert decision.reason is Reason.UNLISTED_KIND
    assert after(decision).participants[0].phone is not None


def test_a_correction_may_name_more_people_while_seats_are_free(rules: Rules) -> None:
    decision = run(application(State.INCOMPLETE, rules), applied(3), rules)

    assert decision.reason is Reason.COMPLETED
    assert after(decision).seats_held == 3


@pytest.mark.parametrize("kind", ["no seats", "somebody waits", "too many for one sender"])
def test_a_correction_takes_no_seat_past_others(rules: Rules, kind: str) -> None:
    seats = {
        "no seats": full(rules),
        "somebody waits": roster(rules, next_in_line="111119"),
        "too many for one sender": roster(rules),
    }[kind]
    most = rules.intake.max_seats_per_sender if kind == "too many for one sender" else 1
    group = tuple(
        replace(person(1 + number % 5), number=number + 1, name=f"架空{number}")
        for number in range(most)
    )
    before = application(State.INCOMPLETE, rules)
    decision = run(before, applied(participants=(person(), *group)), rules, roster_=seats)

    assert after(decision).seats == before.seats
    assert asked(decision) == [TaskKind.SEATS]


def test_a_correction_that_names_somebody_else_instead_goes_to_a_person(rules: Rules) -> None:
    before = application(State.INCOMPLETE, rules)
    decision = run(before, applied(participants=(replace(person(2), number=1),)), rules)

    assert decision.reason is Reason.ADDED_PARTICIPANT
    assert after(decision).participants == before.participants


def test_the_same_person_who_applies_again_is_told_so(rules: Rules) -> None:
    for state in (State.AWAITING_PAYMENT, State.PAID, State.ADMITTED):
        decision = run(application(state, rules), applied(), rules)

        assert decision.reason is Reason.ALREADY_REGISTERED
        assert names(decision) == [LetterName.ALREADY_REGISTERED]
        assert after(decision).state is state


@pytest.mark.parametrize(
    ("form", "reason"),
    [
        (applied(2), Reason.ADDED_PARTICIPANT),
        (applied(participants=(person(email=COLLEAGUE),)), Reason.TO_A_PERSON),
        (applied(participants=(person(phone="042-111-1111"),)), Reason.TO_A_PERSON),
        (applied(sender=STRANGER), Reason.TO_A_PERSON),
        (applied(needs_review="unsure"), Reason.TO_A_PERSON),
    ],
)
def test_a_form_with_news_for_a_complete_application_goes_to_a_person(
    rules: Rules, form: object, reason: Reason
) -> None:
    before = application(State.AWAITING_PAYMENT, rules)
    decision = run(before, form, rules)  # type: ignore[arg-type]

    assert decision.reason is reason
    assert after(decision).participants == before.participants
    assert names(decision) == [LetterName.TO_A_PERSON]
    assert asked(decision) == [TaskKind.CHANGE]


def test_the_same_said_in_other_letters_is_nothing_new(rules: Rules) -> None:
    again = person(phone="０４２（０００）００００", name="町田　花子", department=None)

    assert (
        run(application(State.PAID, rules), applied(participants=(again,)), rules).reason
        is Reason.ALREADY_REGISTERED
    )


def test_a_form_after_the_live_day_is_told_that_the_event_is_over(rules: Rules) -> None:
    decision = run(application(State.ADMITTED, rules), applied(arrived_at=day(3, 27)), rules)

    assert names(decision) == [LetterName.EVENT_OVER]


def test_who_waits_may_correct_the_form_and_keeps_the_place(rules: Rules) -> None:
    before = application(
        State.WAITLISTED,
        rules,
        participants=(person(phone=None),),
        problems=(problem(1, "phone"),),
    )
    decision = run(before, applied(arrived_at=day(2, 20)), rules)

    assert after(decision).problems == ()
    assert after(decision).arrived_at == before.arrived_at
    assert names(decision) == [LetterName.WAITLISTED]


@pytest.mark.parametrize(
    ("said", "form"),
    [
        ({}, applied(2)),
        ({}, applied(sender=STRANGER)),
        ({}, applied(needs_review="unsure")),
        ({"held": "unsure"}, applied()),
    ],
)
def test_who_waits_and_says_something_else_goes_to_a_person(
    rules: Rules, said: dict[str, object], form: object
) -> None:
    before = application(State.WAITLISTED, rules, **said)
    decision = run(before, form, rules)  # type: ignore[arg-type]

    assert after(decision).seats == 1
    assert names(decision) == [LetterName.TO_A_PERSON]
