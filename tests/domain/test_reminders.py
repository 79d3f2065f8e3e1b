"""Rules of the design about reminders: planned as a set, said by what is true then."""

from datetime import date, datetime, time
from typing import Any

import pytest

from pipeline.domain.application import CLOSED, Application, State
from pipeline.domain.decision import EXPIRY, LAPSE, LIST_END, LetterName, Reason, Reminder
from pipeline.domain.events import DocumentRequested, PaymentReported, QuestionAsked, ReminderDue
from pipeline.domain.reminding import plan, superseded
from pipeline.domain.rules import ReminderRule, Rules
from tests.domain.build import (
    CONTACT,
    TUESDAY,
    after,
    application,
    applied,
    day,
    money,
    names,
    outside,
    people,
    run,
)


def planned(before: Application, rules: Rules) -> dict[tuple[str, int], datetime]:
    return {(r.kind, r.number): r.due_at for r in plan(before, rules)}


def due(kind: str, number: int = 1, **said: Any) -> ReminderDue:
    return ReminderDue(kind=kind, number=number, due_at=TUESDAY, **said)


def with_reminders(rules: Rules, *more: ReminderRule) -> Rules:
    reminders = rules.reminders.model_copy(update={"reminder": rules.reminders.reminder + more})
    return rules.model_copy(update={"reminders": reminders})


# ---------------------------------------------------------------- the plan


def test_the_unpaid_are_reminded_after_five_business_days_and_on_the_rules_days(
    rules: Rules,
) -> None:
    accepted = after(run(None, applied(arrived_at=day(2, 10)), rules))

    assert planned(accepted, rules) == {
        (EXPIRY, rules.closes_at.toordinal()): rules.closes_at,
        ("payment", 1): day(2, 18, 9),
        ("payment", 2): day(3, 5, 9),
        ("payment", 3): day(3, 10, 9),
        ("last_day", 1): day(3, 12, 10),
    }


def test_the_admitted_are_reminded_of_the_live_day_and_of_the_videos_end(rules: Rules) -> None:
    assert planned(application(State.ADMITTED, rules), rules) == {
        ("zoom", 1): day(3, 19, 10),
        ("zoom", 2): day(3, 25, 10),
        ("ondemand_ending", 1): day(4, 23, 10),
    }


def test_who_is_admitted_after_a_look_ahead_is_not_sent_it_on_top(rules: Rules) -> None:
    late = application(State.ADMITTED, rules, access_sent_at=day(3, 20))

    assert ("zoom", 1) not in planned(late, rules)
    assert ("zoom", 2) in planned(late, rules)


def test_a_reminder_that_would_come_before_the_instructions_is_not_planned(rules: Rules) -> None:
    late = after(run(None, applied(arrived_at=day(3, 10, 12)), rules))

    assert set(planned(late, rules)) == {
        (EXPIRY, rules.closes_at.toordinal()),
        ("last_day", 1),
    }


def test_an_incomplete_application_has_its_lapse_and_nothing_else_ahead(rules: Rules) -> None:
    waiting = application(State.INCOMPLETE, rules)
    assert waiting.correct_by is not None

    assert plan(waiting, rules) == (
        Reminder(LAPSE, waiting.correct_by.toordinal(), waiting.correct_by),
    )


def test_who_waits_has_the_end_of_the_list_ahead(rules: Rules) -> None:
    (end,) = plan(application(State.WAITLISTED, rules), rules)

    assert (end.kind, end.due_at) == (LIST_END, rules.closes_at)


@pytest.mark.parametrize("state", sorted(CLOSED))
def test_a_closed_application_has_nothing_ahead(rules: Rules, state: State) -> None:
    assert plan(application(state, rules), rules) == ()
    assert plan(None, rules) == ()


def test_without_a_beginning_there_is_nothing_to_count_from(rules: Rules) -> None:
    assert plan(application(State.AWAITING_PAYMENT, rules, instructed_at=None), rules)[1:] == ()
    assert plan(application(State.INCOMPLETE, rules, correct_by=None), rules) == ()
    assert plan(application(State.PAID, rules), rules) == ()


def test_reminders_read_pay_by_and_nothing_else(rules: Rules) -> None:
    extended = application(State.AWAITING_PAYMENT, rules, pay_by=rules.end_of(date(2026, 3, 31)))
    offered = application(
        State.AWAITING_PAYMENT,
        rules,
        pay_by=rules.end_of(date(2026, 3, 2)),
        instructed_at=day(2, 25),
    )

    assert planned(extended, rules) == {
        (EXPIRY, date(2026, 4, 1).toordinal()): rules.end_of(date(2026, 3, 31)),
        ("payment", 1): day(2, 18, 9),
        ("payment", 2): day(3, 24, 9),
        ("payment", 3): day(3, 27, 9),
        ("last_day", 1): day(3, 31, 10),
    }
    assert planned(offered, rules) == {
        (EXPIRY, date(2026, 3, 3).toordinal()): rules.end_of(date(2026, 3, 2)),
        ("payment", 3): day(2, 26, 9),
        ("last_day", 1): day(3, 2, 10),
    }


def test_a_rule_may_say_until_when_it_is_useful(rules: Rules) -> None:
    early = ReminderRule(
        kind="early",
        number=1,
        letter="payment_reminder",
        audience="unpaid",
        at=datetime(2026, 2, 20, 9),
        useful_until=datetime(2026, 2, 21),
    )
    told = with_reminders(rules, early)
    before = application(State.AWAITING_PAYMENT, rules)

    assert planned(before, told)[("early", 1)] == day(2, 20, 9)
    assert names(run(before, due("early"), told, now=day(2, 20, 23))) == [
        LetterName.PAYMENT_REMINDER
    ]
    stale = run(before, due("early"), told, now=day(2, 21, 0))
    assert stale.reason is Reason.REMINDER_POINTLESS


def test_the_contact_of_the_paid_may_be_reminded_too(rules: Rules) -> None:
    parking = ReminderRule(
        kind="thanks",
        number=1,
        letter="payment_received",
        audience="paid",
        after_business_days=2,
        hour=time(9),
    )
    told = with_reminders(rules, parking)
    group = application(State.PAID, rules, participants=people(2))

    assert planned(group, told)[("thanks", 1)] == day(2, 13, 9)
    decision = run(group, due("thanks"), told, now=day(2, 13))
    assert [letter.to for letter in decision.letters] == [CONTACT]


# ---------------------------------------------------------------- what is said when it is due


def test_the_unpaid_are_reminded_by_a_letter_to_the_contact(rules: Rules) -> None:
    group = application(State.AWAITING_PAYMENT, rules, participants=people(2))
    decision = run(group, due("payment", 2), rules, now=day(3, 5, 9))

    assert decision.reason is Reason.REMINDED
    assert [(x.name, x.to) for x in decision.letters] == [(LetterName.PAYMENT_REMINDER, CONTACT)]
    assert not decision.letters[0].answer
    assert after(decision).payment_letter_at == day(3, 5, 9)


def test_each_admitted_participant_is_reminded(rules: Rules) -> None:
    group = application(State.ADMITTED, rules, participants=people(2))
    decision = run(group, due("zoom", 1), rules, now=day(3, 19))

    assert names(decision) == [LetterName.ZOOM_LOOK_AHEAD] * 2


@pytest.mark.parametrize("state", [State.PAID, State.ADMITTED, State.WAITLISTED, State.INCOMPLETE])
def test_a_reminder_that_has_lost_its_sense_is_not_sent(rules: Rules, state: State) -> None:
    decision = run(application(state, rules), due("payment", 2), rules, now=day(3, 5))

    assert decision.reason is Reason.REMINDER_POINTLESS
    assert decision.letters == ()


def test_a_reminder_of_rules_that_are_no_more_is_not_sent(rules: Rules) -> None:
    decision = run(application(State.AWAITING_PAYMENT, rules), due("forgotten"), rules)

    assert decision.reason is Reason.REMINDER_POINTLESS


def test_after_the_last_day_nobody_is_reminded_of_it(rules: Rules) -> None:
    before = application(State.AWAITING_PAYMENT, rules)
    decision = run(before, due("last_day"), rules, now=rules.closes_at)

    assert decision.reason is Reason.REMINDER_POINTLESS


@pytest.mark.parametrize(
    ("letter_at", "now", "reason"),
    [
        (day(3, 3), day(3, 5, 9), Reason.REMINDER_TOO_SOON),
        (day(3, 2), day(3, 5, 9), Reason.REMINDED),
        (day(3, 6), day(3, 10, 9), Reason.REMINDER_TOO_SOON),
        (day(3, 5), day(3, 10, 9), Reason.REMINDED),
        (None, day(3, 5, 9), Reason.REMINDED),
    ],
)
def test_none_within_two_business_days_of_another_payment_letter(
    rules: Rules, letter_at: datetime | None, now: datetime, reason: Reason
) -> None:
    before = application(State.AWAITING_PAYMENT, rules, payment_letter_at=letter_at)

    assert run(before, due("payment", 2), rules, now=now).reason is reason


def test_the_last_day_is_excepted_from_the_distance(rules: Rules) -> None:
    before = application(State.AWAITING_PAYMENT, rules, payment_letter_at=day(3, 11))
    decision = run(before, due("last_day"), rules, now=day(3, 12, 10))

    assert names(decision) == [LetterName.LAST_DAY]


@pytest.mark.parametrize("kind", ["payment", "last_day"])
@pytest.mark.parametrize(
    "mail",
    [
        outside(PaymentReported),
        outside(DocumentRequested, document="invoice"),
        outside(QuestionAsked, also=("invoice_request",)),
        outside(QuestionAsked, also=("payment_report",)),
    ],
)
def test_none_while_a_report_of_payment_or_a_request_for_an_invoice_is_open(
    rules: Rules, kind: str, mail: Any
) -> None:
    reported = after(run(application(State.AWAITING_PAYMENT, rules), mail, rules))
    decision = run(reported, due(kind), rules, now=day(3, 12, 10))

    assert decision.reason is Reason.REMINDER_NOT_WELCOME


def test_an_application_that_asks_for_an_invoice_too_is_not_reminded(rules: Rules) -> None:
    accepted = after(run(None, applied(also=("invoice_request",)), rules))

    assert accepted.invoice_requested


def test_money_closes_the_report_of_it(rules: Rules) -> None:
    reported = after(
        run(application(State.AWAITING_PAYMENT, rules), outside(PaymentReported), rules)
    )

    assert not after(run(reported, money(500), rules)).payment_reported


def test_nothing_is_said_while_held(rules: Rules) -> None:
    for state, kind in ((State.AWAITING_PAYMENT, "payment"), (State.ADMITTED, "zoom")):
        held = application(state, rules, held="wait for the chair")
        decision = run(held, due(kind), rules, now=day(3, 10))

        assert decision.reason is Reason.REMINDER_HELD


# ---------------------------------------------------------------- after an outage


def test_after_an_outage_one_reminder_and_never_a_pile(rules: Rules) -> None:
    both = (("payment", 2, day(3, 5, 9)), ("payment", 3, day(3, 10, 9)))
    before = application(State.AWAITING_PAYMENT, rules)

    assert superseded(both, rules) == {("payment", 2)}
    silent = run(before, due("payment", 2, superseded=True), rules, now=day(3, 10, 12))
    assert silent.reason is Reason.REMINDER_SUPERSEDED


def test_moments_of_the_rules_themselves_are_never_superseded(rules: Rules) -> None:
    moments = (
        (EXPIRY, 1, day(3, 2)),
        ("payment", 3, day(3, 10)),
        ("last_day", 1, day(3, 12)),
    )

    assert superseded(moments, rules) == {("payment", 3)}
