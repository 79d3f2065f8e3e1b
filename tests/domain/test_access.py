"""Rules of the design about ID and password: who is sent them, and when."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from pipeline.domain.application import State
from pipeline.domain.decision import LetterName, Reason, Roster
from pipeline.domain.events import AccessDue, AccessRequested, MoneyArrived, Resent
from pipeline.domain.rules import Rules
from tests.domain.build import (
    COLLEAGUE,
    CONTACT,
    STRANGER,
    after,
    application,
    applied,
    day,
    money,
    names,
    only,
    outside,
    people,
    person,
    roster,
    run,
)

MARCH = day(3, 2)
DUE = AccessDue(generation=1)


def ready(rules: Rules, **said: Any) -> Roster:
    return roster(rules, access_ready=True, **said)


def request(**said: Any) -> Any:
    return outside(AccessRequested, **{"arrived_at": MARCH} | said)


# ---------------------------------------------------------------- when it opens


def test_access_opens_when_its_time_has_come_and_the_secrets_are_there(rules: Rules) -> None:
    opens_at = rules.access_opens_at

    assert not roster(rules).access_open(opens_at)
    assert not ready(rules).access_open(opens_at - timedelta(seconds=1))
    assert ready(rules).access_open(opens_at)
    assert not ready(rules, access_opens_at=None).access_open(opens_at)


def test_who_has_paid_is_admitted_when_access_opens(rules: Rules) -> None:
    decision = run(application(State.PAID, rules), DUE, rules, now=MARCH, roster_=ready(rules))

    assert decision.reason is Reason.ACCESS_SENT
    assert after(decision).state is State.ADMITTED
    assert after(decision).access_sent_at == MARCH
    assert names(decision) == [LetterName.ACCESS]


def test_who_pays_later_is_admitted_as_the_payment_comes_in(rules: Rules) -> None:
    before = application(State.AWAITING_PAYMENT, rules)
    decision = run(before, money(), rules, now=MARCH, roster_=ready(rules))

    assert decision.reason is Reason.PAID_AND_ADMITTED
    assert names(decision) == [LetterName.ACCESS]


@pytest.mark.parametrize("now", [day(2, 20), day(5, 1)])
def test_who_pays_while_access_is_not_open_is_told_so_and_not_admitted(
    rules: Rules, now: Any
) -> None:
    before = application(State.AWAITING_PAYMENT, rules)
    decision = run(before, money(), rules, now=now, roster_=ready(rules))

    assert after(decision).state is State.PAID
    assert names(decision) == [LetterName.PAYMENT_RECEIVED]


def test_nothing_is_sent_before_it_is_open_or_after_its_end_or_twice(rules: Rules) -> None:
    paid, admitted = application(State.PAID, rules), application(State.ADMITTED, rules)

    assert run(paid, DUE, rules, now=MARCH).reason is Reason.ACCESS_NOT_OPEN
    ended = run(paid, DUE, rules, now=day(5, 1), roster_=ready(rules))
    assert ended.reason is Reason.ACCESS_ENDED
    again = run(admitted, DUE, rules, now=MARCH, roster_=ready(rules))
    assert again.reason is Reason.ACCESS_SENT
    assert again.letters == ()


@pytest.mark.parametrize("state", [State.INCOMPLETE, State.AWAITING_PAYMENT, State.WAITLISTED])
def test_access_letters_go_only_to_those_who_have_paid(rules: Rules, state: State) -> None:
    for event in (DUE, request(), Resent(who="s", why="w")):
        decision = run(application(state, rules), event, rules, now=MARCH, roster_=ready(rules))

        assert LetterName.ACCESS not in names(decision)


def test_a_rotated_password_is_sent_anew_to_all_who_were_admitted(rules: Rules) -> None:
    before = application(State.ADMITTED, rules)
    rotated = ready(rules, access_generation=2)
    decision = run(before, AccessDue(generation=2), rules, now=MARCH, roster_=rotated)

    assert names(decision) == [LetterName.ACCESS]
    assert after(decision).access_generation == 2
    assert after(decision).access_sent_at == before.access_sent_at


# ---------------------------------------------------------------- to whom


def test_each_participant_gets_access_at_their_own_address_or_the_contacts(rules: Rules) -> None:
    group = (person(1), person(2), person(3, email=None))
    before = application(State.PAID, rules, participants=group)
    decision = run(before, DUE, rules, now=MARCH, roster_=ready(rules))

    assert [(x.to, x.participant) for x in decision.letters] == [
        (CONTACT, 1),
        ("member2@machida.example.jp", 2),
        (CONTACT, 3),
    ]


def test_who_was_withdrawn_gets_no_access(rules: Rules) -> None:
    group = (person(1), replace(person(2), withdrawn=True))
    before = application(State.PAID, rules, participants=group)
    decision = run(before, DUE, rules, now=MARCH, roster_=ready(rules))

    assert [x.to for x in decision.letters] == [CONTACT]


def test_the_contact_takes_the_place_of_an_address_that_refuses_our_mail(rules: Rules) -> None:
    before = application(
        State.PAID, rules, participants=people(2), bounced=("Member2@machida.example.jp",)
    )
    decision = run(before, DUE, rules, now=MARCH, roster_=ready(rules))

    assert [(x.to, x.participant) for x in decision.letters] == [(CONTACT, 1), (CONTACT, 2)]


# ---------------------------------------------------------------- asked for again


@pytest.mark.parametrize("sender", [CONTACT, STRANGER])
def test_a_request_for_the_password_re_sends_it_to_the_registered_addresses_only(
    rules: Rules, sender: str
) -> None:
    before = application(State.ADMITTED, rules, participants=people(2))
    decision = run(before, request(sender=sender), rules, roster_=ready(rules))

    assert decision.reason is Reason.ACCESS_RESENT
    assert names(decision) == [LetterName.ACCESS] * 2
    assert [x.to for x in decision.letters] == [CONTACT, "member2@machida.example.jp"]
    assert {x.answer for x in decision.letters} == {sender == CONTACT}


def test_a_request_for_the_password_is_answered_once_a_day_at_most(rules: Rules) -> None:
    first = after(run(application(State.ADMITTED, rules), request(), rules, roster_=ready(rules)))

    def again(hours: int) -> Any:
        later = request(arrived_at=MARCH + timedelta(hours=hours))
        return run(first, later, rules, roster_=ready(rules))

    assert again(23).reason is Reason.ACCESS_RESENT_TODAY
    assert again(23).letters == ()
    assert again(24).reason is Reason.ACCESS_RESENT


def test_what_was_re_sent_after_a_rotation_is_not_sent_once_more(rules: Rules) -> None:
    rotated = ready(rules, access_generation=2)
    resent = after(run(application(State.ADMITTED, rules), request(), rules, roster_=rotated))
    decision = run(resent, AccessDue(generation=2), rules, now=MARCH, roster_=rotated)

    assert decision.letters == ()


def test_who_has_paid_and_asks_when_access_is_open_is_admitted_at_once(rules: Rules) -> None:
    decision = run(application(State.PAID, rules), request(), rules, roster_=ready(rules))

    assert after(decision).state is State.ADMITTED
    assert names(decision) == [LetterName.ACCESS]


@pytest.mark.parametrize("state", [State.PAID, State.ADMITTED])
def test_who_asks_before_access_is_open_is_told_when_it_comes(rules: Rules, state: State) -> None:
    told = run(application(state, rules), request(), rules)
    silent = run(application(state, rules), request(sender=STRANGER), rules)

    assert told.reason is Reason.ACCESS_NOT_OPEN
    assert names(told) == [LetterName.PAYMENT_RECEIVED]
    assert silent.letters == ()


@pytest.mark.parametrize(
    ("state", "letter"),
    [
        (State.INCOMPLETE, LetterName.CORRECTION_NEEDED),
        (State.AWAITING_PAYMENT, LetterName.ALREADY_REGISTERED),
        (State.WAITLISTED, LetterName.WAITLISTED),
    ],
)
def test_who_has_not_paid_is_told_how_the_application_stands(
    rules: Rules, state: State, letter: LetterName
) -> None:
    told = run(application(state, rules), request(), rules, roster_=ready(rules))
    silent = run(application(state, rules), request(sender=STRANGER), rules)

    assert told.reason is Reason.ACCESS_NOT_PAID
    assert names(told) == [letter]
    assert silent.letters == ()


def test_who_is_complete_and_held_is_told_that_a_person_looks(rules: Rules) -> None:
    held = after(run(None, applied(needs_review="unsure"), rules))

    assert names(run(held, request(), rules)) == [LetterName.TO_A_PERSON]


@pytest.mark.parametrize("state", [State.AWAITING_PAYMENT, State.PAID, State.ADMITTED])
def test_after_the_end_the_answer_is_that_it_has_ended(rules: Rules, state: State) -> None:
    may = request(arrived_at=day(5, 1))
    told = run(application(state, rules), may, rules, roster_=ready(rules))
    silent = run(application(state, rules), replace(may, sender=STRANGER), rules)

    assert told.reason is Reason.ACCESS_ENDED
    assert names(told) == [LetterName.EVENT_OVER]
    assert silent.letters == ()


def test_a_participant_may_ask_as_well_as_the_contact(rules: Rules) -> None:
    before = application(State.ADMITTED, rules, participants=(person(), person(2, email=COLLEAGUE)))
    decision = run(before, request(sender=COLLEAGUE.upper()), rules, roster_=ready(rules))

    assert all(letter.answer for letter in decision.letters)


# ---------------------------------------------------------------- by an operator


def test_an_operator_sends_access_again_while_it_is_open(rules: Rules) -> None:
    again = Resent(who="suzuki", why="telephone")
    before = application(State.ADMITTED, rules)

    def reason(now: Any, seats: Roster) -> Reason:
        return run(before, again, rules, now=now, roster_=seats).reason

    assert names(run(before, again, rules, now=MARCH, roster_=ready(rules))) == [LetterName.ACCESS]
    assert reason(MARCH, roster(rules)) is Reason.ACCESS_NOT_OPEN
    assert reason(day(5, 1), ready(rules)) is Reason.ACCESS_ENDED


def test_nothing_but_money_makes_an_application_paid(rules: Rules) -> None:
    before = application(State.AWAITING_PAYMENT, rules)
    paid = run(before, money(), rules)
    unpaid = run(before, MoneyArrived(amount=0, value_date=day(2, 20).date()), rules)

    assert after(paid).state is State.PAID
    assert only(unpaid).name is LetterName.SHORT_PAYMENT
