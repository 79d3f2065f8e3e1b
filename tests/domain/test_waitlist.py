"""Rules of the design about seats that are offered from the waitlist."""

import pytest

from pipeline.domain.application import Application, State
from pipeline.domain.decision import NEXT_IN_LINE, LetterName, Reason
from pipeline.domain.events import Accepted, Released, SeatBecameFree
from pipeline.domain.rules import Rules
from tests.domain.build import (
    after,
    application,
    applied,
    day,
    full,
    names,
    person,
    problem,
    roster,
    run,
)

RELEASED = Released(who="suzuki", why="looked at it")
ACCEPTED = Accepted(who="suzuki", why="it is fine")


# ---------------------------------------------------------------- a seat is offered


def waiting(rules: Rules, **said: object) -> Application:
    return application(State.WAITLISTED, rules, **said)


def test_a_free_seat_is_offered_for_three_business_days(rules: Rules) -> None:
    decision = run(waiting(rules), SeatBecameFree(), rules, now=day(2, 25))

    assert decision.reason is Reason.OFFERED
    assert after(decision).state is State.AWAITING_PAYMENT
    assert after(decision).pay_by == rules.end_of(day(3, 2).date())
    assert names(decision) == [LetterName.SEAT_OFFERED]


def test_an_offer_ends_with_the_deadline_at_the_latest(rules: Rules) -> None:
    last = run(waiting(rules), SeatBecameFree(), rules, now=day(3, 9, 23))

    assert after(last).pay_by == rules.closes_at


def test_offers_stop_three_business_days_before_the_deadline(rules: Rules) -> None:
    decision = run(waiting(rules), SeatBecameFree(), rules, now=day(3, 10, 0))

    assert decision.reason is Reason.OFFERS_STOPPED
    assert after(decision).state is State.WAITLISTED


@pytest.mark.parametrize("why", ["no seat", "held"])
def test_nothing_is_offered_without_a_seat_or_to_one_who_is_held(rules: Rules, why: str) -> None:
    before = waiting(rules, held="unsure" if why == "held" else None)
    seats = full(rules) if why == "no seat" else roster(rules)
    decision = run(before, SeatBecameFree(), rules, roster_=seats)

    assert decision.reason is Reason.NO_FREE_SEAT
    assert after(decision).state is State.WAITLISTED


def test_after_an_offer_the_next_in_line_is_asked(rules: Rules) -> None:
    decision = run(waiting(rules), SeatBecameFree(), rules)

    assert [f.target for f in decision.follow_ups] == [NEXT_IN_LINE]


def test_who_waits_and_lacks_something_is_offered_the_seat_by_asking_for_it(rules: Rules) -> None:
    lacking = waiting(rules, participants=(person(phone=None),), problems=(problem(1, "phone"),))
    offered = run(lacking, SeatBecameFree(), rules, now=day(2, 25))

    assert after(offered).state is State.INCOMPLETE
    assert after(offered).correct_by == rules.end_of(day(3, 2).date())
    assert names(offered) == [LetterName.CORRECTION_NEEDED]
    completed = run(after(offered), applied(arrived_at=day(2, 26)), rules)
    assert after(completed).pay_by == rules.end_of(day(3, 3).date())
    assert names(completed) == [LetterName.SEAT_OFFERED]


def test_who_waits_and_has_paid_needs_no_offer(rules: Rules) -> None:
    decision = run(waiting(rules, credited=1000), SeatBecameFree(), rules)

    assert after(decision).state is State.PAID
    assert [f.target for f in decision.follow_ups] == [NEXT_IN_LINE]


def test_later_seats_are_offered_by_an_operator_only_and_into_free_ones(rules: Rules) -> None:
    offered = run(waiting(rules), ACCEPTED, rules, now=day(3, 16))

    assert after(offered).pay_by == rules.end_of(day(3, 19).date())
    assert names(offered) == [LetterName.SEAT_OFFERED]
    refused = run(waiting(rules), ACCEPTED, rules, now=day(3, 16), roster_=full(rules))
    assert refused.reason is Reason.NO_FREE_SEAT


def test_a_correction_asked_for_by_hand_after_closing_is_taken_until_its_day(rules: Rules) -> None:
    lacking = waiting(rules, participants=(person(phone=None),), problems=(problem(1, "phone"),))
    by_hand = after(run(lacking, ACCEPTED, rules, now=day(3, 16)))
    decision = run(by_hand, applied(arrived_at=day(3, 17)), rules)

    assert decision.reason is Reason.COMPLETED
    assert after(decision).pay_by == rules.end_of(day(3, 23).date())


def test_who_is_released_in_line_is_told_so_and_offered_what_is_free(rules: Rules) -> None:
    held = after(run(None, applied(seats_of_sender=10), rules))
    decision = run(held, RELEASED, rules)

    assert after(decision).held is None
    assert names(decision) == [LetterName.WAITLISTED]
    assert [f.target for f in decision.follow_ups] == [NEXT_IN_LINE]
