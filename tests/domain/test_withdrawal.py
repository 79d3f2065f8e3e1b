"""Rules of the design about giving a seat up."""

from dataclasses import replace
from typing import Any

import pytest

from pipeline.domain.application import Application, State
from pipeline.domain.decision import NEXT_IN_LINE, Decision, LetterName, Reason, TaskKind
from pipeline.domain.events import WithdrawalRequested, WithdrawnByOperator
from pipeline.domain.rules import Rules
from tests.domain.build import (
    COLLEAGUE,
    CONTACT,
    STRANGER,
    after,
    application,
    asked,
    day,
    names,
    only,
    outside,
    people,
    person,
    problem,
    roster,
    run,
)

UNPAID = (State.INCOMPLETE, State.AWAITING_PAYMENT, State.WAITLISTED)
HAVE_PAID = (State.PAID, State.ADMITTED)


def wish(**said: Any) -> WithdrawalRequested:
    event: WithdrawalRequested = outside(WithdrawalRequested, **said)
    return event


def told(before: Application, rules: Rules, **said: Any) -> Application:
    return after(run(before, wish(**said), rules))


def gone(decision: Decision) -> list[int]:
    return [p.number for p in after(decision).participants if p.withdrawn]


# ---------------------------------------------------------------- before payment


@pytest.mark.parametrize("state", UNPAID)
def test_an_authenticated_wish_before_payment_is_carried_out_at_once(
    rules: Rules, state: State
) -> None:
    decision = run(application(state, rules), wish(authenticated=True), rules)

    assert decision.reason is Reason.WITHDRAWN
    assert after(decision).state is State.WITHDRAWN
    assert names(decision) == [LetterName.WITHDRAWN]
    assert [f.target for f in decision.follow_ups] == [NEXT_IN_LINE]


@pytest.mark.parametrize("state", UNPAID)
def test_any_other_wish_before_payment_is_carried_out_when_confirmed(
    rules: Rules, state: State
) -> None:
    before = application(state, rules)
    first = run(before, wish(), rules)

    assert first.reason is Reason.WITHDRAWAL_UNAUTHENTICATED
    assert after(first).state is state
    assert names(first) == [LetterName.WITHDRAWAL_CONFIRM]
    second = run(after(first), wish(confirmed=True, answers_ours=True), rules)
    assert after(second).state is State.WITHDRAWN


def test_the_words_of_our_letter_count_only_after_our_letter(rules: Rules) -> None:
    decision = run(
        application(State.AWAITING_PAYMENT, rules), wish(confirmed=True, answers_ours=True), rules
    )

    assert after(decision).state is State.AWAITING_PAYMENT
    assert names(decision) == [LetterName.WITHDRAWAL_CONFIRM]


@pytest.mark.parametrize("state", [*UNPAID, *HAVE_PAID])
def test_nobody_else_can_give_up_somebodys_seat(rules: Rules, state: State) -> None:
    before = told(application(state, rules), rules)
    decision = run(before, wish(sender=STRANGER, authenticated=True, confirmed=True), rules)

    assert after(decision).state is state
    assert only(decision).name is LetterName.TO_A_PERSON
    assert asked(decision) == [TaskKind.CHANGE]


def test_part_of_the_money_of_one_who_withdraws_is_a_task(rules: Rules) -> None:
    before = application(State.AWAITING_PAYMENT, rules, credited=500)
    decision = run(before, wish(authenticated=True), rules)

    assert asked(decision) == [TaskKind.MONEY]


def test_what_the_program_held_it_for_has_no_object_any_more(rules: Rules) -> None:
    ours = application(State.INCOMPLETE, rules, held=Reason.NEEDS_REVIEW.value)
    theirs = application(State.INCOMPLETE, rules, held="wait for the chair")

    assert after(run(ours, wish(authenticated=True), rules)).held is None
    assert after(run(theirs, wish(authenticated=True), rules)).held == "wait for the chair"


# ---------------------------------------------------------------- after payment


@pytest.mark.parametrize("state", HAVE_PAID)
def test_a_paid_applicants_wish_is_answered_first_and_carried_out_only_when_confirmed(
    rules: Rules, state: State
) -> None:
    first = run(application(state, rules), wish(authenticated=True), rules)

    assert first.reason is Reason.WITHDRAWAL_EXPLAINED
    assert after(first).state is state
    assert names(first) == [LetterName.NO_REFUND]
    second = run(after(first), wish(confirmed=True, answers_ours=True), rules)
    assert after(second).state is State.WITHDRAWN
    assert asked(second) == []


def test_where_money_is_refunded_a_paid_withdrawal_is_a_task(rules: Rules) -> None:
    payment = rules.payment.model_copy(update={"refundable": True})
    generous = rules.model_copy(update={"payment": payment})
    first = run(application(State.PAID, rules), wish(), generous)
    second = run(after(first), wish(confirmed=True, answers_ours=True), generous)

    assert names(first) == [LetterName.WITHDRAWAL_CONFIRM]
    assert asked(second) == [TaskKind.MONEY]


def test_a_wish_after_the_end_is_told_that_the_event_is_over(rules: Rules) -> None:
    decision = run(application(State.ADMITTED, rules), wish(arrived_at=day(5, 1)), rules)

    assert names(decision) == [LetterName.EVENT_OVER]
    assert after(decision).state is State.ADMITTED


# ---------------------------------------------------------------- one by one


@pytest.mark.parametrize("state", [*UNPAID, *HAVE_PAID])
def test_participants_can_be_withdrawn_one_by_one(rules: Rules, state: State) -> None:
    group = application(state, rules, participants=people(3), problems=(), credited=0)
    first = told(group, rules, participants=(2,))
    decision = run(first, wish(confirmed=True, answers_ours=True), rules)

    assert gone(decision) == [2]
    assert after(decision).seats == 2
    assert not after(decision).withdrawal_asked
    assert decision.letters[0].name is LetterName.WITHDRAWN
    assert dict(decision.letters[0].more) == {"names": "町田次郎"}
    assert [f.target for f in decision.follow_ups] == [NEXT_IN_LINE]


def test_a_confirmation_withdraws_nobody_of_whom_our_letter_did_not_speak(rules: Rules) -> None:
    group = application(State.PAID, rules, participants=people(3))
    first = told(group, rules, participants=(2,))
    decision = run(first, wish(confirmed=True, answers_ours=True, participants=(2, 3)), rules)

    assert gone(decision) == []
    assert names(decision) == [LetterName.NO_REFUND]
    assert after(decision).withdrawal_of == (2, 3)


def test_a_confirmation_may_name_fewer_than_our_letter_did(rules: Rules) -> None:
    first = told(application(State.PAID, rules, participants=people(3)), rules)

    assert gone(run(first, wish(confirmed=True, answers_ours=True, participants=(3,)), rules)) == [
        3
    ]


def test_an_authenticated_mail_of_a_group_that_names_nobody_is_asked_about(rules: Rules) -> None:
    group = application(State.AWAITING_PAYMENT, rules, participants=people(2))
    vague = run(group, wish(authenticated=True), rules)
    plain = run(group, wish(authenticated=True, participants=(2,)), rules)

    assert gone(vague) == []
    assert names(vague) == [LetterName.WITHDRAWAL_CONFIRM]
    assert gone(plain) == [2]


def test_a_participant_withdraws_only_themselves(rules: Rules) -> None:
    group = application(
        State.AWAITING_PAYMENT, rules, participants=(person(), person(2, email=COLLEAGUE))
    )
    themselves = run(group, wish(sender=COLLEAGUE, authenticated=True), rules)
    the_contact = run(group, wish(sender=COLLEAGUE, authenticated=True, participants=(1,)), rules)

    assert gone(themselves) == [2]
    assert gone(the_contact) == []
    assert asked(the_contact) == [TaskKind.CHANGE]


def test_a_number_that_nobody_has_withdraws_nobody(rules: Rules) -> None:
    group = application(State.AWAITING_PAYMENT, rules, participants=people(2))
    decision = run(group, wish(authenticated=True, participants=(7,)), rules)

    assert gone(decision) == []
    assert asked(decision) == [TaskKind.CHANGE]


def test_those_who_stay_are_told_what_they_owe_now(rules: Rules) -> None:
    group = application(State.AWAITING_PAYMENT, rules, participants=people(2))
    decision = run(group, wish(authenticated=True, participants=(2,)), rules)

    assert names(decision) == [LetterName.WITHDRAWN, LetterName.RECEIVED]


def test_what_is_here_may_pay_for_those_who_stay(rules: Rules) -> None:
    group = application(State.AWAITING_PAYMENT, rules, participants=people(2), credited=1000)
    decision = run(group, wish(authenticated=True, participants=(2,)), rules)

    assert after(decision).state is State.PAID
    assert names(decision) == [LetterName.WITHDRAWN, LetterName.PAYMENT_RECEIVED]


def test_those_who_stay_may_be_complete_without_the_one_who_goes(rules: Rules) -> None:
    group = application(
        State.INCOMPLETE,
        rules,
        participants=(person(), person(2, phone=None)),
        problems=(problem(2, "phone"),),
    )
    decision = run(group, wish(authenticated=True, participants=(2,)), rules)

    assert after(decision).state is State.AWAITING_PAYMENT
    assert names(decision) == [LetterName.WITHDRAWN, LetterName.RECEIVED]


@pytest.mark.parametrize("why_not", ["held", "lacking"])
def test_those_who_stay_are_not_accepted_while_held_or_lacking(rules: Rules, why_not: str) -> None:
    lacking = 1 if why_not == "lacking" else 2
    group = application(
        State.INCOMPLETE,
        rules,
        participants=people(2),
        problems=(problem(lacking, "phone"),),
        held="unsure" if why_not == "held" else None,
    )
    decision = run(group, wish(authenticated=True, participants=(2,)), rules)

    assert after(decision).state is State.INCOMPLETE
    assert names(decision) == [LetterName.WITHDRAWN]


def test_those_who_are_complete_only_after_closing_wait_for_a_person(rules: Rules) -> None:
    group = application(
        State.INCOMPLETE,
        rules,
        participants=people(2),
        problems=(problem(2, "phone"),),
        correct_by=rules.closes_at,
    )
    by_night = wish(authenticated=True, participants=(2,), arrived_at=day(3, 13, 0))
    decision = run(group, by_night, rules)

    assert after(decision).held == Reason.HANDLED_AFTER_CLOSING
    assert names(decision) == [LetterName.WITHDRAWN]
    assert asked(decision) == [TaskKind.REVIEW]


def test_the_last_participant_who_goes_ends_the_application(rules: Rules) -> None:
    left = (replace(person(), withdrawn=True), person(2))
    before = application(State.AWAITING_PAYMENT, rules, participants=left)
    decision = run(before, wish(authenticated=True, participants=(2,)), rules)

    assert after(decision).state is State.WITHDRAWN


# ---------------------------------------------------------------- by an operator


def test_an_operator_withdraws_on_the_applicants_behalf_and_the_letter_leaves(
    rules: Rules,
) -> None:
    held = application(State.PAID, rules, held="asked by telephone", participants=people(2))
    some = WithdrawnByOperator(who="suzuki", why="telephone", participants=(2,))
    everybody = WithdrawnByOperator(who="suzuki", why="telephone")

    assert gone(run(held, some, rules)) == [2]
    assert after(run(held, some, rules)).held == "asked by telephone"
    assert after(run(held, everybody, rules)).state is State.WITHDRAWN
    assert after(run(held, everybody, rules)).held is None


def test_an_operators_slip_of_the_pen_withdraws_nobody(rules: Rules) -> None:
    slip = WithdrawnByOperator(who="suzuki", why="telephone", participants=(9,))
    decision = run(application(State.PAID, rules), slip, rules, roster_=roster(rules))

    assert decision.reason is Reason.NOT_EXPECTED
    assert gone(decision) == []
    assert decision.letters == ()


def test_letters_about_a_withdrawal_go_to_the_contact(rules: Rules) -> None:
    group = application(
        State.AWAITING_PAYMENT, rules, participants=(person(), person(2, email=COLLEAGUE))
    )
    decision = run(group, wish(sender=COLLEAGUE, authenticated=True), rules)

    assert {letter.to for letter in decision.letters} == {CONTACT}
