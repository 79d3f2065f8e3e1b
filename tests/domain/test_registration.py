"""Rules of the design's "Applications, seats and dates" about taking applications in."""

from dataclasses import replace
from datetime import timedelta

import pytest

from pipeline.domain.application import Application, State
from pipeline.domain.decision import NEXT_IN_LINE, LetterName, Reason, TaskKind
from pipeline.domain.events import Accepted, CorrectionLapsed, Released, SeatBecameFree
from pipeline.domain.rules import Rules, WhenFull
from tests.domain.build import (
    COLLEAGUE,
    CONTACT,
    STRANGER,
    TUESDAY,
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


def test_a_further_form_while_held_is_for_the_person_who_looks(rules: Rules) -> None:
    before = application(State.INCOMPLETE, rules, held=Reason.NEEDS_REVIEW.value)
    decision = run(before, applied(), rules)

    assert after(decision).participants == before.participants
    assert asked(decision) == [TaskKind.REVIEW]


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
    [({}, applied(2)), ({}, applied(sender=STRANGER)), ({"held": "unsure"}, applied())],
)
def test_who_waits_and_says_something_else_goes_to_a_person(
    rules: Rules, said: dict[str, object], form: object
) -> None:
    before = application(State.WAITLISTED, rules, **said)
    decision = run(before, form, rules)  # type: ignore[arg-type]

    assert after(decision).seats == 1
    assert names(decision) == [LetterName.TO_A_PERSON]


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
