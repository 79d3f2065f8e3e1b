"""The whole table: for every state and every event the reason, the state after, the letters.

Each pair is asked with the usual application of its state, seats free, and access not open.  An
event that a state's rows do not name is recorded and changes nothing; a test says so for each.
"""

from typing import Any

import pytest

from pipeline.domain import events
from pipeline.domain.application import CLOSED, State, Thread
from pipeline.domain.decide import TRANSITIONS
from pipeline.domain.decision import LetterName as Says
from pipeline.domain.decision import Reason as Why
from pipeline.domain.events import Event, FromOutside
from pipeline.domain.rules import Rules
from tests.domain.build import (
    CONTACT,
    LAST_DAY,
    TUESDAY,
    application,
    applied,
    day,
    money,
    names,
    outside,
    roster,
    run,
)

SOURCES = (FromOutside, events.FromTime, events.FromBank, events.FromOperator, events.FromUs)
FAMILIES = {Event, events.Deadline, *SOURCES}
WHO: dict[str, Any] = {"who": "suzuki", "why": "telephone"}
EVENTS: dict[type[Event], Event] = {
    type(event): event
    for event in (
        applied(),
        outside(events.Confirmed, thread=Thread("<first@machida.example.jp>")),
        outside(events.Disowned, thread=Thread("<first@machida.example.jp>")),
        outside(events.WithdrawalRequested),
        outside(events.AccessRequested),
        outside(events.PaymentReported),
        outside(events.DocumentRequested, document="receipt"),
        outside(events.ChangeRequested),
        outside(events.QuestionAsked),
        outside(events.Acknowledged),
        outside(events.Unanswerable, kind="auto_reply"),
        outside(events.Bounced, address=CONTACT, permanent=True),
        events.ReminderDue(kind="payment", number=1, due_at=TUESDAY),
        events.CorrectionLapsed(),
        events.ConfirmationDue(),
        events.ConfirmationLapsed(),
        events.PaymentLapsed(),
        events.WaitlistEnded(),
        events.AccessDue(generation=1),
        money(),
        events.MoneyReversed(amount=1000),
        events.MoneyUndecided(amount=3000, value_date=day(2, 9).date()),
        events.PaymentExpected(amount=1000, channel="conveni"),
        events.MoneyAccepted(**WHO),
        events.Held(**WHO),
        events.Released(**WHO),
        events.Accepted(**WHO),
        events.Declined(**WHO),
        events.Extended(**WHO, until=day(3, 31).date()),
        events.WithdrawnByOperator(**WHO),
        events.Cancelled(**WHO),
        events.Resent(**WHO),
        events.SeatBecameFree(),
        events.LetterFailed(recipient=CONTACT, letter="received", diagnosis="550"),
    )
}
Outcome = tuple[Why, State | None, list[Says]]
Rows = dict[str, Outcome]


def told_by_a_person(state: State | None) -> Rows:
    """What a person answers, whatever the state."""
    person = (Why.TO_A_PERSON, state, [Says.TO_A_PERSON])
    return {
        "DocumentRequested": person,
        "ChangeRequested": person,
        "QuestionAsked": person,
        "Acknowledged": (Why.ACKNOWLEDGED, state, []),
        "Unanswerable": (Why.NOT_ANSWERED, state, []),
        "Bounced": (Why.BOUNCED, state, []),
    }


def open_(state: State, letter: Says) -> Rows:
    """What an operator may do with every open application."""
    return told_by_a_person(state) | {
        "LetterFailed": (Why.LETTER_FAILED, state, []),
        "MoneyReversed": (Why.MONEY_REVERSED, state, []),
        "MoneyUndecided": (Why.MONEY_UNDECIDED, state, []),
        "ReminderDue": (Why.REMINDER_POINTLESS, state, []),
        "Held": (Why.HELD, state, []),
        "Released": (Why.NOT_EXPECTED, state, []),
        "WithdrawnByOperator": (Why.WITHDRAWN, State.WITHDRAWN, [Says.WITHDRAWN]),
        "Cancelled": (Why.CANCELLED, State.CANCELLED, [Says.CANCELLED]),
        "Resent": (Why.RESENT, state, [letter]),
    }


def unpaid(state: State, letter: Says) -> Rows:
    """And what strangers may say of every application that has not paid."""
    return open_(state, letter) | {
        "AccessRequested": (Why.ACCESS_NOT_PAID, state, [letter]),
        "WithdrawalRequested": (Why.WITHDRAWAL_UNAUTHENTICATED, state, [Says.WITHDRAWAL_CONFIRM]),
        "PaymentReported": (Why.TO_A_PERSON, state, [Says.TO_A_PERSON]),
        "PaymentExpected": (Why.PAYMENT_EXPECTED, state, []),
        "MoneyAccepted": (Why.NOT_EXPECTED, state, []),
        "Declined": (Why.DECLINED, State.DECLINED, [Says.DECLINED]),
    }


def closed(state: State) -> Rows:
    """Closed stays closed, but for an operator and for the bank."""
    stays = (Why.CLOSED_STAYS_CLOSED, state, [Says.TO_A_PERSON])
    paid: Outcome = (Why.PAID_WHEN_CLOSED, state, [Says.PAID_WHEN_CLOSED])
    if state is State.EXPIRED:
        paid = (Why.PAID_AND_REOPENED, State.PAID, [Says.PAYMENT_RECEIVED])
    return told_by_a_person(state) | {
        "Applied": stays,
        "Disowned": (Why.DISOWNED, state, []),
        "Confirmed": (Why.CONFIRMED_TOO_LATE, state, [Says.TO_A_PERSON]),
        "WithdrawalRequested": stays,
        "AccessRequested": stays,
        "PaymentReported": (Why.TO_A_PERSON, state, [Says.TO_A_PERSON]),
        "LetterFailed": (Why.LETTER_FAILED, state, []),
        "MoneyArrived": paid,
        "MoneyReversed": (Why.MONEY_REVERSED, state, []),
        "MoneyUndecided": (Why.MONEY_UNDECIDED, state, []),
        "MoneyAccepted": (Why.NOT_EXPECTED, state, []),
        "Accepted": (Why.REOPENED, State.AWAITING_PAYMENT, [Says.RECEIVED]),
        "Held": (Why.HELD, state, []),
        "Released": (Why.NOT_EXPECTED, state, []),
    }


INCOMPLETE, AWAITING, WAITLISTED = State.INCOMPLETE, State.AWAITING_PAYMENT, State.WAITLISTED
UNCONFIRMED = State.UNCONFIRMED
TABLE: dict[State | None, Rows] = {
    None: told_by_a_person(None)
    | {
        "Applied": (Why.ACCEPTED, AWAITING, [Says.RECEIVED]),
        "WithdrawalRequested": (Why.TO_A_PERSON, None, [Says.TO_A_PERSON]),
        "AccessRequested": (Why.TO_A_PERSON, None, [Says.TO_A_PERSON]),
        "PaymentReported": (Why.TO_A_PERSON, None, [Says.TO_A_PERSON]),
    },
    UNCONFIRMED: unpaid(UNCONFIRMED, Says.CONFIRM_APPLICATION)
    | {
        "Applied": (Why.STILL_UNCONFIRMED, UNCONFIRMED, []),
        "Disowned": (Why.DISOWNED, State.WITHDRAWN, []),
        "Confirmed": (Why.CONFIRMED, AWAITING, [Says.RECEIVED]),
        "WithdrawalRequested": (Why.STILL_UNCONFIRMED, UNCONFIRMED, []),
        "AccessRequested": (Why.TO_A_PERSON, UNCONFIRMED, [Says.TO_A_PERSON]),
        "ConfirmationDue": (Why.REMINDER_POINTLESS, UNCONFIRMED, []),
        "ConfirmationLapsed": (Why.NOT_EXPIRED_YET, UNCONFIRMED, []),
        "MoneyArrived": (Why.PAID_WITHOUT_SEAT, UNCONFIRMED, []),
        "Accepted": (Why.ACCEPTED_BY_OPERATOR, AWAITING, [Says.RECEIVED]),
        "Declined": (Why.DECLINED, State.DECLINED, []),
        "Cancelled": (Why.CANCELLED, State.CANCELLED, []),
    },
    INCOMPLETE: unpaid(INCOMPLETE, Says.CORRECTION_NEEDED)
    | {
        "Applied": (Why.COMPLETED, AWAITING, [Says.RECEIVED]),
        "CorrectionLapsed": (Why.NOT_EXPIRED_YET, INCOMPLETE, []),
        "MoneyArrived": (Why.PAID_BEFORE_COMPLETE, INCOMPLETE, []),
        "Accepted": (Why.ACCEPTED_BY_OPERATOR, AWAITING, [Says.RECEIVED]),
    },
    AWAITING: unpaid(AWAITING, Says.RECEIVED)
    | {
        "Applied": (Why.ALREADY_REGISTERED, AWAITING, [Says.ALREADY_REGISTERED]),
        "AccessRequested": (Why.ACCESS_NOT_PAID, AWAITING, [Says.ALREADY_REGISTERED]),
        "PaymentReported": (Why.PAYMENT_REPORT_NOTED, AWAITING, [Says.PAYMENT_REPORT_NOTED]),
        "ReminderDue": (Why.REMINDED, AWAITING, [Says.PAYMENT_REMINDER]),
        "PaymentLapsed": (Why.NOT_EXPIRED_YET, AWAITING, []),
        "MoneyArrived": (Why.PAID, State.PAID, [Says.PAYMENT_RECEIVED]),
        "MoneyReversed": (Why.MONEY_REVERSED, AWAITING, [Says.PAYMENT_REVERSED]),
        "MoneyUndecided": (Why.MONEY_UNDECIDED, AWAITING, [Says.OVER_PAYMENT]),
        "Accepted": (Why.NOT_EXPECTED, AWAITING, []),
        "Extended": (Why.EXTENDED, AWAITING, [Says.EXTENDED]),
    },
    WAITLISTED: unpaid(WAITLISTED, Says.WAITLISTED)
    | {
        "Applied": (Why.ALREADY_REGISTERED, WAITLISTED, [Says.WAITLISTED]),
        "SeatBecameFree": (Why.OFFERED, AWAITING, [Says.SEAT_OFFERED]),
        "MoneyArrived": (Why.PAID_WITHOUT_SEAT, WAITLISTED, [Says.PAID_WITHOUT_SEAT]),
        "WaitlistEnded": (Why.NOT_EXPIRED_YET, WAITLISTED, []),
        "Accepted": (Why.ACCEPTED_BY_OPERATOR, AWAITING, [Says.SEAT_OFFERED]),
    },
    State.PAID: open_(State.PAID, Says.PAYMENT_RECEIVED)
    | {
        "Applied": (Why.ALREADY_REGISTERED, State.PAID, [Says.ALREADY_REGISTERED]),
        "WithdrawalRequested": (Why.WITHDRAWAL_EXPLAINED, State.PAID, [Says.NO_REFUND]),
        "AccessRequested": (Why.ACCESS_NOT_OPEN, State.PAID, [Says.PAYMENT_RECEIVED]),
        "PaymentReported": (Why.PAYMENT_REPORT_NOTED, State.PAID, [Says.ALREADY_REGISTERED]),
        "MoneyArrived": (Why.PAID_TWICE, State.PAID, [Says.PAID_TWICE]),
        "MoneyReversed": (Why.UNPAID_AGAIN, AWAITING, [Says.PAYMENT_REVERSED]),
        "MoneyAccepted": (Why.MONEY_ACCEPTED, State.PAID, []),
        "AccessDue": (Why.ACCESS_NOT_OPEN, State.PAID, []),
    },
    State.ADMITTED: open_(State.ADMITTED, Says.ACCESS)
    | {
        "Applied": (Why.ALREADY_REGISTERED, State.ADMITTED, [Says.ALREADY_REGISTERED]),
        "WithdrawalRequested": (Why.WITHDRAWAL_EXPLAINED, State.ADMITTED, [Says.NO_REFUND]),
        "AccessRequested": (Why.ACCESS_NOT_OPEN, State.ADMITTED, [Says.PAYMENT_RECEIVED]),
        "PaymentReported": (Why.PAYMENT_REPORT_NOTED, State.ADMITTED, [Says.ALREADY_REGISTERED]),
        "MoneyArrived": (Why.PAID_TWICE, State.ADMITTED, [Says.PAID_TWICE]),
        "MoneyReversed": (Why.UNPAID_AGAIN, AWAITING, [Says.PAYMENT_REVERSED]),
        "MoneyAccepted": (Why.MONEY_ACCEPTED, State.ADMITTED, []),
        "AccessDue": (Why.ACCESS_NOT_OPEN, State.ADMITTED, []),
        "Resent": (Why.ACCESS_NOT_OPEN, State.ADMITTED, []),
    },
    **{state: closed(state) for state in sorted(CLOSED)},
}
PAIRS = [(state, name) for state, rows in TABLE.items() for name in rows]
UNNAMED = [(state, kind) for state in TABLE for kind in EVENTS if kind not in TRANSITIONS[state]]


def test_every_event_there_is_is_asked_about() -> None:
    told = {
        kind
        for kind in vars(events).values()
        if isinstance(kind, type) and issubclass(kind, Event) and kind not in FAMILIES
    }

    assert told == set(EVENTS)


@pytest.mark.parametrize("state", [None, *State])
def test_this_table_and_the_programs_name_the_same_pairs(state: State | None) -> None:
    assert set(TABLE[state]) == {kind.__name__ for kind in TRANSITIONS[state]}


@pytest.mark.parametrize(("state", "name"), PAIRS)
def test_what_follows(rules: Rules, state: State | None, name: str) -> None:
    event = next(e for kind, e in EVENTS.items() if kind.__name__ == name)
    before = None if state is None else application(state, rules)
    decision = run(before, event, rules)
    now_in = decision.application.state if decision.application is not None else None

    assert (decision.reason, now_in, names(decision)) == TABLE[state][name]


@pytest.mark.parametrize(("state", "kind"), UNNAMED)
def test_what_a_state_does_not_expect_changes_nothing(
    rules: Rules, state: State | None, kind: type[Event]
) -> None:
    before = None if state is None else application(state, rules)
    event = EVENTS[kind]
    decision = run(before, event, rules, roster_=roster(rules))

    assert decision.reason is Why.NOT_EXPECTED
    assert decision.note == kind.__name__
    assert decision.letters == ()
    assert (decision.application is None) == (before is None)
    if before is not None and decision.application is not None:
        assert decision.application == before.but(version=before.version + 1)


@pytest.mark.parametrize("state", list(State))
def test_every_decision_raises_the_version_and_says_what_lies_ahead(
    rules: Rules, state: State
) -> None:
    before = application(state, rules)
    decision = run(before, events.Held(**WHO), rules)

    assert decision.application is not None
    assert decision.application.version == before.version + 1
    assert bool(decision.reminders) is (state not in CLOSED and state is not State.PAID)


def test_every_row_says_who_caused_it() -> None:
    assert all(issubclass(kind, SOURCES) for row in TRANSITIONS.values() for kind in row)


def test_nobody_but_an_operator_and_the_bank_leads_out_of_a_closed_state() -> None:
    for state in CLOSED:
        for name, (_, now_in, _letters) in TABLE[state].items():
            kind: Any = getattr(events, name)
            assert now_in is state or issubclass(kind, events.FromBank | events.FromOperator)


def test_the_last_day_is_the_rules(rules: Rules) -> None:
    assert rules.event.deadline == LAST_DAY
