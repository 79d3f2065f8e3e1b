"""Rules of the design's "Applications, seats and dates": who gets a seat, and when."""

import pytest

from pipeline.domain.application import State
from pipeline.domain.decision import LetterName, Reason, TaskKind
from pipeline.domain.events import Accepted, Released
from pipeline.domain.rules import Rules, WhenFull
from tests.domain.build import (
    CONTACT,
    TUESDAY,
    after,
    applied,
    asked,
    day,
    full,
    names,
    only,
    person,
    roster,
    run,
)

RELEASED = Released(who="suzuki", why="looked at it")
ACCEPTED = Accepted(who="suzuki", why="it is fine")


def closing_when_full(rules: Rules) -> Rules:
    event = rules.event.model_copy(update={"when_full": WhenFull.CLOSE})
    return rules.model_copy(update={"event": event})


# ---------------------------------------------------------------- one contact, n participants


def test_an_application_takes_as_many_seats_as_it_has_participants(rules: Rules) -> None:
    accepted = after(run(None, applied(3), rules))

    assert accepted.seats_held == 3
    assert accepted.state is State.AWAITING_PAYMENT


def test_the_contact_gets_the_instructions(rules: Rules) -> None:
    letter = only(run(None, applied(3), rules))

    assert letter.name is LetterName.RECEIVED
    assert letter.to == CONTACT
    assert letter.answer


def test_an_application_in_which_nobody_could_be_read_holds_one_seat(rules: Rules) -> None:
    taken_in = after(run(None, applied(participants=()), rules))

    assert taken_in.state is State.INCOMPLETE
    assert taken_in.seats_held == 1


def test_an_address_in_another_domain_stands_in_the_application_for_the_first_letter(
    rules: Rules,
) -> None:
    other = person(email="hanako@elsewhere.example.com")
    decision = run(None, applied(participants=(other,)), rules)

    assert after(decision).participants[0].email == "hanako@elsewhere.example.com"
    assert only(decision).to == CONTACT


# ---------------------------------------------------------------- seats, in order of arrival


def test_never_one_seat_too_many(rules: Rules) -> None:
    last_seat = roster(rules, taken=rules.event.capacity - 1)

    assert run(None, applied(1), rules, roster_=last_seat).reason is Reason.ACCEPTED
    assert run(None, applied(2), rules, roster_=last_seat).reason is Reason.GROUP_DOES_NOT_FIT
    assert run(None, applied(1), rules, roster_=full(rules)).reason is Reason.WAITLISTED


def test_nobody_passes_somebody_who_waits_and_would_fit(rules: Rules) -> None:
    somebody_waits = roster(rules, taken=rules.event.capacity - 2, next_in_line="111119")
    decision = run(None, applied(1), rules, roster_=somebody_waits)

    assert after(decision).state is State.WAITLISTED


def test_a_mail_found_later_waits_and_keeps_its_arrival_as_its_place_in_line(rules: Rules) -> None:
    found_later = applied(arrived_at=day(2, 3))
    decision = run(None, found_later, rules, now=TUESDAY, roster_=full(rules))

    assert after(decision).state is State.WAITLISTED
    assert after(decision).arrived_at == day(2, 3)


@pytest.mark.parametrize(
    ("free", "count"), [pytest.param(2, 3, id="some seats"), pytest.param(0, 2, id="no seat")]
)
def test_a_group_that_does_not_fit_waits_as_a_whole_and_raises_a_task(
    rules: Rules, free: int, count: int
) -> None:
    left = roster(rules, taken=rules.event.capacity - free)
    decision = run(None, applied(count), rules, roster_=left)

    assert decision.reason is Reason.GROUP_DOES_NOT_FIT
    assert after(decision).state is State.WAITLISTED
    assert after(decision).seats_held == 0
    assert names(decision) == [LetterName.WAITLISTED]
    assert asked(decision) == [TaskKind.GROUP]


def test_a_single_one_who_finds_all_seats_taken_is_no_task(rules: Rules) -> None:
    assert asked(run(None, applied(1), rules, roster_=full(rules))) == []


def test_smaller_ones_may_pass_a_group_that_does_not_fit(rules: Rules) -> None:
    group_waits_and_nobody_fits = roster(rules, taken=rules.event.capacity - 2, next_in_line=None)

    assert run(None, applied(1), rules, roster_=group_waits_and_nobody_fits).reason is (
        Reason.ACCEPTED
    )


def test_who_asks_for_too_many_seats_waits_for_a_person_without_any(rules: Rules) -> None:
    most = rules.intake.max_seats_per_sender
    decision = run(None, applied(1, seats_of_sender=most), rules)

    assert decision.reason is Reason.TOO_MANY_SEATS
    assert after(decision).seats_held == 0
    assert after(decision).held == Reason.TOO_MANY_SEATS
    assert asked(decision) == [TaskKind.SEATS]
    assert run(None, applied(1, seats_of_sender=most - 1), rules).reason is Reason.ACCEPTED


def test_running_out_of_references_is_a_task_and_no_error(rules: Rules) -> None:
    decision = run(None, applied(), rules, roster_=roster(rules, fresh_reference=None))

    assert decision.reason is Reason.NO_REFERENCE_LEFT
    assert decision.application is None
    assert asked(decision) == [TaskKind.SYSTEM]
    assert names(decision) == [LetterName.TO_A_PERSON]


# ---------------------------------------------------------------- punctuality, by arrival


@pytest.mark.parametrize(
    ("arrived_at", "reason"),
    [
        (day(2, 1, 23, 59), Reason.NOT_OPEN_YET),
        (day(2, 2, 0, 0), Reason.ACCEPTED),
        (day(3, 12, 23, 59), Reason.ACCEPTED),
        (day(3, 13, 0, 0), Reason.CLOSED_LATE),
        (day(3, 26, 15, 59), Reason.CLOSED_LATE),
        (day(3, 26, 16, 0), Reason.EVENT_OVER),
        (day(5, 1), Reason.EVENT_OVER),
    ],
)
def test_the_doors_are_open_between_the_opening_and_the_deadlines_midnight(
    rules: Rules, arrived_at: object, reason: Reason
) -> None:
    decision = run(None, applied(arrived_at=arrived_at), rules)

    assert decision.reason is reason
    assert only(decision).to == CONTACT


def test_what_was_in_time_and_is_handled_after_closing_waits_for_a_person_with_its_seat(
    rules: Rules,
) -> None:
    in_time = applied(arrived_at=day(3, 12, 23, 30))
    decision = run(None, in_time, rules, now=day(3, 13, 8))

    assert decision.reason is Reason.HANDLED_AFTER_CLOSING
    assert after(decision).seats_held == 1
    assert after(decision).held == Reason.HANDLED_AFTER_CLOSING
    assert names(decision) == [LetterName.TO_A_PERSON]
    assert asked(decision) == [TaskKind.REVIEW]


@pytest.mark.parametrize("event", [RELEASED, ACCEPTED])
def test_a_persons_yes_after_closing_comes_with_days_to_pay(rules: Rules, event: object) -> None:
    late = after(run(None, applied(arrived_at=day(3, 12, 23)), rules, now=day(3, 13, 8)))
    decision = run(late, event, rules, now=day(3, 13, 9))  # type: ignore[arg-type]

    assert after(decision).state is State.AWAITING_PAYMENT
    assert after(decision).pay_by == rules.end_of(day(3, 18).date())
    assert names(decision) == [LetterName.RECEIVED]


def test_too_late_is_judged_by_arrival_and_not_by_when_we_look(rules: Rules) -> None:
    decision = run(None, applied(arrived_at=day(3, 13, 0)), rules, now=day(3, 16))

    assert decision.reason is Reason.CLOSED_LATE


# ---------------------------------------------------------------- full


def test_who_finds_all_seats_taken_is_put_in_line(rules: Rules) -> None:
    decision = run(None, applied(), rules, roster_=full(rules))

    assert decision.reason is Reason.WAITLISTED
    assert after(decision).pay_by is None
    assert names(decision) == [LetterName.WAITLISTED]


def test_where_no_list_is_kept_who_finds_all_seats_taken_is_told_so(rules: Rules) -> None:
    decision = run(None, applied(), closing_when_full(rules), roster_=full(rules))

    assert decision.reason is Reason.CLOSED_FULL
    assert decision.application is None
    assert names(decision) == [LetterName.CLOSED_FULL]


def test_where_no_list_is_kept_a_group_that_does_not_fit_still_waits(rules: Rules) -> None:
    left = roster(rules, taken=rules.event.capacity - 1)
    decision = run(None, applied(2), closing_when_full(rules), roster_=left)

    assert decision.reason is Reason.GROUP_DOES_NOT_FIT
