"""Rules of the design about money, lateness and expiry."""

from datetime import date, datetime, timedelta

import pytest

from pipeline.domain.application import State
from pipeline.domain.decision import NEXT_IN_LINE, LetterName, Reason, TaskKind
from pipeline.domain.events import (
    Accepted,
    Extended,
    PaymentLapsed,
    PaymentReported,
    Released,
    WaitlistEnded,
)
from pipeline.domain.rules import Rules
from pipeline.domain.settlement import expirable_before, settled_on
from tests.domain.build import (
    STRANGER,
    after,
    application,
    applied,
    asked,
    day,
    full,
    money,
    names,
    only,
    outside,
    people,
    roster,
    run,
)

RELEASED = Released(who="suzuki", why="looked at it")
ACCEPTED = Accepted(who="suzuki", why="the chair agreed")


# ---------------------------------------------------------------- what it pays


def test_the_whole_amount_in_time_pays(rules: Rules) -> None:
    decision = run(application(State.AWAITING_PAYMENT, rules), money(), rules)

    assert decision.reason is Reason.PAID
    assert after(decision).state is State.PAID
    assert names(decision) == [LetterName.PAYMENT_RECEIVED]


def test_a_group_pays_for_each_of_its_seats(rules: Rules) -> None:
    group = application(State.AWAITING_PAYMENT, rules, participants=people(3))

    assert after(run(group, money(2999), rules)).state is State.AWAITING_PAYMENT
    assert after(run(group, money(3000), rules)).state is State.PAID


def test_part_of_a_payment_admits_nobody_and_the_rest_is_asked_for(rules: Rules) -> None:
    decision = run(application(State.AWAITING_PAYMENT, rules), money(600), rules)

    assert decision.reason is Reason.PAID_SHORT
    assert after(decision).state is State.AWAITING_PAYMENT
    assert dict(only(decision).more) == {"arrived": "600", "missing": "400"}
    assert run(after(decision), money(400), rules).reason is Reason.PAID


def test_part_of_a_payment_known_after_the_deadline_is_a_persons(rules: Rules) -> None:
    before = application(State.AWAITING_PAYMENT, rules)
    decision = run(before, money(600), rules, now=day(3, 13))

    assert decision.reason is Reason.PAID_SHORT
    assert decision.letters == ()
    assert after(decision).held is not None
    assert asked(decision) == [TaskKind.MONEY]


def test_more_than_is_owed_pays_and_is_a_task(rules: Rules) -> None:
    decision = run(application(State.AWAITING_PAYMENT, rules), money(1100), rules)

    assert decision.reason is Reason.PAID_OVER
    assert after(decision).state is State.PAID
    assert asked(decision) == [TaskKind.MONEY]


@pytest.mark.parametrize("state", [State.PAID, State.ADMITTED])
def test_a_second_payment_is_a_task(rules: Rules, state: State) -> None:
    decision = run(application(state, rules), money(), rules)

    assert decision.reason is Reason.PAID_TWICE
    assert after(decision).credited == 2000
    assert asked(decision) == [TaskKind.MONEY]


def test_money_for_an_incomplete_application_counts_once_it_is_complete(rules: Rules) -> None:
    early = run(application(State.INCOMPLETE, rules), money(), rules)

    assert early.reason is Reason.PAID_BEFORE_COMPLETE
    assert after(early).state is State.INCOMPLETE
    completed = run(after(early), applied(), rules)
    assert after(completed).state is State.PAID
    assert only(completed).answer


def test_money_from_one_who_waits_in_line_is_a_task(rules: Rules) -> None:
    decision = run(application(State.WAITLISTED, rules), money(), rules)

    assert decision.reason is Reason.PAID_WITHOUT_SEAT
    assert after(decision).state is State.WAITLISTED
    assert asked(decision) == [TaskKind.MONEY]


def test_nothing_is_paid_on_an_applicants_word(rules: Rules) -> None:
    decision = run(application(State.AWAITING_PAYMENT, rules), outside(PaymentReported), rules)

    assert after(decision).state is State.AWAITING_PAYMENT
    assert after(decision).credited == 0


# ---------------------------------------------------------------- late, by the bank's dates


@pytest.mark.parametrize(
    ("value_date", "reason"),
    [(date(2026, 3, 12), Reason.PAID), (date(2026, 3, 13), Reason.PAID_LATE)],
)
def test_lateness_is_judged_by_the_value_date_and_not_by_when_it_is_recorded(
    rules: Rules, value_date: date, reason: Reason
) -> None:
    before = application(State.AWAITING_PAYMENT, rules)
    decision = run(before, money(value_date=value_date), rules, now=day(3, 17))

    assert decision.reason is reason


def test_a_late_payment_keeps_its_seat_until_a_person_decides(rules: Rules) -> None:
    before = application(State.AWAITING_PAYMENT, rules)
    late = run(before, money(value_date=date(2026, 3, 13)), rules, now=day(3, 16))

    assert names(late) == [LetterName.LATE_PAYMENT]
    assert asked(late) == [TaskKind.MONEY]
    spoken = roster(rules, covered_through=date(2026, 3, 31))
    kept = run(after(late), PaymentLapsed(), rules, now=day(4, 1), roster_=spoken)
    assert after(kept).seats_held == 1
    refused = run(after(kept), RELEASED, rules, now=day(4, 1), roster_=spoken)
    assert after(refused).held == Reason.PAID_LATE
    accepted = run(after(kept), ACCEPTED, rules, now=day(4, 1))
    assert after(accepted).state is State.PAID
    assert after(accepted).held is None


def test_an_operator_cannot_let_count_what_is_not_there(rules: Rules) -> None:
    short = application(State.AWAITING_PAYMENT, rules, credited=999)
    decision = run(short, ACCEPTED, rules)

    assert decision.reason is Reason.NOT_EXPECTED
    assert after(decision).state is State.AWAITING_PAYMENT


def test_lateness_reads_pay_by_and_nothing_else(rules: Rules) -> None:
    offered = application(State.AWAITING_PAYMENT, rules, pay_by=rules.end_of(date(2026, 3, 2)))
    extended = application(State.AWAITING_PAYMENT, rules, pay_by=rules.end_of(date(2026, 3, 31)))

    assert run(offered, money(value_date=date(2026, 3, 3)), rules).reason is Reason.PAID_LATE
    assert run(extended, money(value_date=date(2026, 3, 31)), rules).reason is Reason.PAID


# ---------------------------------------------------------------- expiry waits for the bank


@pytest.mark.parametrize(
    ("now", "covered", "reason"),
    [
        (day(3, 13), None, Reason.NOT_EXPIRED_YET),
        (day(3, 30), None, Reason.NOT_EXPIRED_YET),
        (day(3, 30), date(2026, 3, 12), Reason.NOT_EXPIRED_YET),
        (day(3, 12, 23), date(2026, 3, 13), Reason.NOT_EXPIRED_YET),
        (day(3, 13), date(2026, 3, 13), Reason.EXPIRED),
    ],
)
def test_nobody_expires_before_a_statement_covers_the_deadline_and_the_next_business_day(
    rules: Rules, now: datetime, covered: date | None, reason: Reason
) -> None:
    before = application(State.AWAITING_PAYMENT, rules)
    spoken = roster(rules, covered_through=covered)
    decision = run(before, PaymentLapsed(), rules, now=now, roster_=spoken)

    assert decision.reason is reason
    expired = reason is Reason.EXPIRED
    assert after(decision).state is (State.EXPIRED if expired else State.AWAITING_PAYMENT)
    assert names(decision) == ([LetterName.EXPIRED] if expired else [])


def test_an_offer_expires_when_the_bank_covers_its_own_last_day(rules: Rules) -> None:
    friday = application(State.AWAITING_PAYMENT, rules, pay_by=rules.end_of(date(2026, 2, 27)))

    def reason(covered: date) -> Reason:
        spoken = roster(rules, covered_through=covered)
        return run(friday, PaymentLapsed(), rules, now=day(3, 3), roster_=spoken).reason

    assert reason(date(2026, 3, 1)) is Reason.NOT_EXPIRED_YET
    assert reason(date(2026, 3, 2)) is Reason.EXPIRED


def test_the_query_for_what_may_expire_says_the_same_as_the_rule(rules: Rules) -> None:
    for ahead in range(20):
        covered = date(2026, 3, 1) + timedelta(days=ahead)
        for back in range(-6, 6):
            pay_by = rules.end_of(covered + timedelta(days=back))
            may_expire = settled_on(pay_by, rules) <= covered
            assert (pay_by <= expirable_before(covered, rules)) is may_expire


def test_expiry_frees_the_seat_for_the_next_in_line(rules: Rules) -> None:
    spoken = roster(rules, covered_through=date(2026, 3, 13))
    before = application(State.AWAITING_PAYMENT, rules)
    decision = run(before, PaymentLapsed(), rules, now=day(3, 16), roster_=spoken)

    assert after(decision).seats_held == 0
    assert [f.target for f in decision.follow_ups] == [NEXT_IN_LINE]


@pytest.mark.parametrize(
    "said",
    [
        {"credited": 500},
        {"payment_reported": True},
        {"invoice_requested": True},
        {"held": "the mayor called"},
    ],
)
def test_nobody_expires_of_whom_something_is_here_before_a_person_has_looked(
    rules: Rules, said: dict[str, object]
) -> None:
    before = application(State.AWAITING_PAYMENT, rules, **said)
    spoken = roster(rules, covered_through=date(2026, 3, 13))
    decision = run(before, PaymentLapsed(), rules, now=day(3, 16), roster_=spoken)

    assert decision.reason is Reason.NOT_EXPIRED_YET
    assert after(decision).seats_held == 1
    assert after(decision).held is not None
    assert asked(decision) == [TaskKind.MONEY]


def test_who_is_released_after_the_deadline_expires_unless_money_is_here(rules: Rules) -> None:
    spoken = roster(rules, covered_through=date(2026, 3, 13))

    def released(**said: object) -> State:
        held = application(State.AWAITING_PAYMENT, rules, held="not-expired-yet", **said)
        return after(run(held, RELEASED, rules, now=day(3, 16), roster_=spoken)).state

    assert released(payment_reported=True) is State.EXPIRED
    assert released(invoice_requested=True) is State.EXPIRED
    assert released(credited=500) is State.AWAITING_PAYMENT


def test_money_in_time_ends_the_hold_that_waited_for_it(rules: Rules) -> None:
    held = application(State.AWAITING_PAYMENT, rules, held="not-expired-yet", payment_reported=True)
    decision = run(held, money(value_date=date(2026, 3, 12)), rules, now=day(3, 17))

    assert after(decision).state is State.PAID
    assert after(decision).held is None


def test_money_does_not_lift_an_operators_hold(rules: Rules) -> None:
    held = application(State.AWAITING_PAYMENT, rules, held="wait for the chair")
    decision = run(held, money(), rules)

    assert after(decision).state is State.PAID
    assert after(decision).held == "wait for the chair"


# ---------------------------------------------------------------- closed stays closed, but


def test_money_in_time_imported_late_reopens_what_had_expired(rules: Rules) -> None:
    expired = application(State.EXPIRED, rules)
    decision = run(expired, money(value_date=date(2026, 3, 12)), rules, now=day(3, 17))

    assert decision.reason is Reason.PAID_AND_REOPENED
    assert after(decision).state is State.PAID
    assert after(decision).closed_reason is None


@pytest.mark.parametrize("why_not", ["no seat", "late", "short", "closed otherwise"])
def test_money_for_a_closed_application_is_else_a_task(rules: Rules, why_not: str) -> None:
    closed = application(State.WITHDRAWN if why_not == "closed otherwise" else State.EXPIRED, rules)
    arrived = money(
        amount=500 if why_not == "short" else 1000,
        value_date=date(2026, 3, 13 if why_not == "late" else 12),
    )
    seats = full(rules) if why_not == "no seat" else roster(rules)
    decision = run(closed, arrived, rules, now=day(3, 17), roster_=seats)

    assert decision.reason is Reason.PAID_WHEN_CLOSED
    assert after(decision).closed
    assert after(decision).credited == arrived.amount
    assert asked(decision) == [TaskKind.MONEY]


# ---------------------------------------------------------------- longer, by an operator only


def test_an_operator_gives_longer_to_pay_and_the_expiry_moves_with_it(rules: Rules) -> None:
    extension = Extended(who="suzuki", why="pays by invoice", until=date(2026, 3, 31))
    decision = run(application(State.AWAITING_PAYMENT, rules), extension, rules)

    assert after(decision).pay_by == rules.end_of(date(2026, 3, 31))
    assert names(decision) == [LetterName.EXTENDED]
    assert [r.due_at for r in decision.reminders if r.kind == "expiry"] == [after(decision).pay_by]


@pytest.mark.parametrize("until", [date(2026, 3, 12), date(2026, 2, 20)])
def test_an_extension_that_gives_no_time_is_refused(rules: Rules, until: date) -> None:
    decision = run(
        application(State.AWAITING_PAYMENT, rules), Extended(who="s", why="w", until=until), rules
    )

    assert decision.reason is Reason.NOT_EXPECTED
    assert after(decision).pay_by == rules.closes_at


# ---------------------------------------------------------------- the list ends


def test_after_the_expiry_run_everybody_who_waits_is_told_that_the_list_has_ended(
    rules: Rules,
) -> None:
    waiting = application(State.WAITLISTED, rules)
    silent = run(waiting, WaitlistEnded(), rules, now=day(3, 16))
    spoken = roster(rules, covered_through=date(2026, 3, 13))
    told = run(waiting, WaitlistEnded(), rules, now=day(3, 16), roster_=spoken)

    assert silent.reason is Reason.NOT_EXPIRED_YET
    assert after(silent).state is State.WAITLISTED
    assert after(told).state is State.EXPIRED
    assert names(told) == [LetterName.WAITLIST_ENDED]
    assert asked(told) == []


def test_who_waited_and_paid_all_the_same_is_a_task_at_the_end(rules: Rules) -> None:
    spoken = roster(rules, covered_through=date(2026, 3, 13))
    waiting = application(State.WAITLISTED, rules, credited=1000)
    decision = run(waiting, WaitlistEnded(), rules, now=day(3, 16), roster_=spoken)

    assert asked(decision) == [TaskKind.MONEY]


def test_who_is_held_in_line_is_told_of_its_end_at_release(rules: Rules) -> None:
    spoken = roster(rules, covered_through=date(2026, 3, 13))
    held = application(State.WAITLISTED, rules, held="asked by telephone")
    kept = run(held, WaitlistEnded(), rules, now=day(3, 16), roster_=spoken)

    assert after(kept).state is State.WAITLISTED
    assert asked(kept) == [TaskKind.REVIEW]
    told = run(after(kept), RELEASED, rules, now=day(3, 17), roster_=spoken)
    assert told.reason is Reason.WAITLIST_ENDED
    assert after(told).held is None


def test_a_payment_reported_by_a_stranger_silences_nothing_and_a_person_looks(
    rules: Rules,
) -> None:
    before = application(State.AWAITING_PAYMENT, rules)
    decision = run(before, outside(PaymentReported, sender=STRANGER), rules)

    assert not after(decision).payment_reported
    assert only(decision).name is LetterName.TO_A_PERSON
    assert asked(decision) == [TaskKind.MONEY]
