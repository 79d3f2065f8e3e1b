"""Applications that nobody has confirmed: what gives a seat, what does not, and when it is over."""

from __future__ import annotations

from typing import Any

import pytest

from pipeline.domain import events
from pipeline.domain.application import Application, Participant, State
from pipeline.domain.decision import CONFIRM_END, LetterName, Reason, TaskKind
from pipeline.domain.rules import Rules, WhenFull
from tests.domain.build import (
    COLLEAGUE,
    CONTACT,
    LAST_DAY,
    STRANGER,
    TUESDAY,
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
    person,
    problem,
    roster,
    run,
)

WHO: dict[str, Any] = {"who": "suzuki", "why": "telephone"}


@pytest.fixture(scope="module")
def asking(rules: Rules) -> Rules:
    """The shipped rules, with confirmation by mail."""
    intake = rules.intake.model_copy(update={"confirm_by_mail": True})
    return rules.model_copy(update={"intake": intake})


def unconfirmed(rules: Rules, **said: Any) -> Application:
    return application(State.UNCONFIRMED, rules, **said)


def confirmed(**said: Any) -> Any:
    return outside(events.Confirmed, **{"answers_ours": True, "arrived_at": day(2, 12)} | said)


# ---------------------------------------------------------------- asked


def test_a_first_mail_that_nothing_proves_is_asked_about(asking: Rules) -> None:
    decision = run(None, applied(), asking)

    assert decision.reason is Reason.ASKED_TO_CONFIRM
    assert only(decision).name is LetterName.CONFIRM_APPLICATION
    assert only(decision).to == CONTACT
    one = after(decision)
    assert (one.state, one.seats_held, one.pay_by, one.correct_by) == (
        State.UNCONFIRMED, 0, None, None,
    )  # fmt: skip
    # The 11th is a holiday: two business days after Tuesday the 10th is Friday the 13th.
    assert one.confirm_by == asking.end_of(day(2, 13).date())
    assert [r.kind for r in decision.reminders] == [CONFIRM_END]


@pytest.mark.parametrize("said", [{"authenticated": True}, {"through_form": True}])
def test_who_is_vouched_for_is_not(asking: Rules, said: Any) -> None:
    assert after(run(None, applied(**said), asking)).state is State.AWAITING_PAYMENT


def test_without_the_rule_nobody_is(rules: Rules) -> None:
    assert after(run(None, applied(), rules)).state is State.AWAITING_PAYMENT


def test_the_time_for_it_ends_with_the_deadline(asking: Rules) -> None:
    one = after(run(None, applied(arrived_at=day(3, 12, 20)), asking))

    assert one.confirm_by == asking.closes_at == asking.end_of(LAST_DAY)


def test_what_arrived_in_time_and_is_handled_after_closing_is_a_persons_matter(
    asking: Rules,
) -> None:
    decision = run(None, applied(arrived_at=day(3, 12, 23)), asking, now=day(3, 13))

    assert decision.reason is Reason.HANDLED_AFTER_CLOSING
    assert after(decision).held == Reason.HANDLED_AFTER_CLOSING
    assert after(decision).seats_held == 0
    assert asked(decision) == [TaskKind.REVIEW]
    lapsed = run(after(decision), events.ConfirmationLapsed(), asking, now=day(3, 13, 12))
    assert after(lapsed).state is State.UNCONFIRMED


# ---------------------------------------------------------------- asked later


@pytest.fixture
def waiting(asking: Rules) -> Application:
    """Somebody who applied when as many as allowed had been asked."""
    decision = run(None, applied(ask_later=True), asking)
    assert (decision.reason, decision.letters) == (Reason.TO_BE_ASKED, ())
    return after(decision)


def test_its_turn_comes_and_its_days_count_from_then(asking: Rules, waiting: Application) -> None:
    decision = run(waiting, events.ConfirmationDue(), asking, now=day(2, 16))

    assert names(decision) == [LetterName.CONFIRM_APPLICATION]
    assert after(decision).confirm_by == asking.end_of(day(2, 18).date())
    again = run(after(decision), events.ConfirmationDue(), asking, now=day(2, 16))
    assert again.letters == ()


def test_nobody_who_was_never_asked_is_over_before_closing(
    asking: Rules, waiting: Application
) -> None:
    early = run(waiting, events.ConfirmationLapsed(), asking, now=day(3, 12, 23))
    assert after(early).state is State.UNCONFIRMED

    decision = run(waiting, events.ConfirmationLapsed(), asking, now=asking.closes_at)
    assert (decision.reason, after(decision).state) == (Reason.NEVER_ASKED, State.EXPIRED)
    assert (decision.letters, asked(decision)) == ((), [TaskKind.REVIEW])


def test_nobody_is_asked_when_no_answer_can_count(asking: Rules, waiting: Application) -> None:
    for event in (events.ConfirmationDue(), events.Resent(**WHO)):
        assert run(waiting, event, asking, now=asking.closes_at).letters == ()


# ---------------------------------------------------------------- confirmed


def test_its_place_in_every_queue_counts_from_the_answer(asking: Rules) -> None:
    decision = run(unconfirmed(asking), confirmed(), asking)

    assert (decision.reason, names(decision)) == (Reason.CONFIRMED, [LetterName.RECEIVED])
    assert after(decision).arrived_at == day(2, 12)
    assert after(decision).confirm_by is None


def test_an_answer_after_its_time_counts_as_long_as_it_has_not_lapsed(asking: Rules) -> None:
    """The seat is given at the answer anyway: nobody is passed."""
    decision = run(unconfirmed(asking), confirmed(arrived_at=day(2, 16, 3)), asking)

    assert after(decision).state is State.AWAITING_PAYMENT


def test_an_answer_after_the_deadline_is_a_persons_matter(asking: Rules) -> None:
    before = unconfirmed(asking, confirm_by=asking.closes_at)
    decision = run(before, confirmed(arrived_at=asking.closes_at), asking)

    assert decision.reason is Reason.CONFIRMED_TOO_LATE
    assert after(decision).seats_held == 0
    assert asked(decision) == [TaskKind.REVIEW]


def test_one_that_answered_in_time_and_is_handled_after_closing_is_held(asking: Rules) -> None:
    before = unconfirmed(asking, confirm_by=asking.closes_at)
    decision = run(before, confirmed(arrived_at=day(3, 12, 23)), asking, now=day(3, 13))

    assert after(decision).held == Reason.HANDLED_AFTER_CLOSING


@pytest.mark.parametrize("sender", [STRANGER, COLLEAGUE])
def test_only_the_address_that_was_asked_can_answer(asking: Rules, sender: str) -> None:
    before = unconfirmed(asking, participants=(person(), person(2, email=COLLEAGUE)))
    decision = run(before, confirmed(sender=sender), asking)

    assert after(decision).state is State.UNCONFIRMED
    assert asked(decision) == [TaskKind.REVIEW]


def test_without_a_free_seat_it_waits_in_line_behind_who_came_before_its_answer(
    asking: Rules,
) -> None:
    decision = run(unconfirmed(asking), confirmed(), asking, roster_=full(asking))

    assert (decision.reason, after(decision).state) == (Reason.WAITLISTED, State.WAITLISTED)
    assert after(decision).arrived_at == day(2, 12)


def test_nobody_who_waits_is_passed(asking: Rules) -> None:
    seats = roster(asking, next_in_line="100008")

    assert after(run(unconfirmed(asking), confirmed(), asking, roster_=seats)).seats_held == 0


def test_full_without_a_list_is_told_so_and_is_over(asking: Rules) -> None:
    event = asking.event.model_copy(update={"when_full": WhenFull.CLOSE})
    closing = asking.model_copy(update={"event": event})
    before = unconfirmed(closing, credited=1000)
    decision = run(before, confirmed(), closing, roster_=full(closing))

    assert after(decision).state is State.EXPIRED
    assert names(decision) == [LetterName.CLOSED_FULL]
    assert asked(decision) == [TaskKind.MONEY]


def test_seats_of_one_sender_are_counted_at_the_answer(asking: Rules) -> None:
    decision = run(unconfirmed(asking), confirmed(seats_of_sender=10), asking)

    assert after(decision).held == Reason.TOO_MANY_SEATS
    assert after(decision).seats_held == 0


def test_what_our_reading_doubted_is_looked_at_once_it_is_confirmed(asking: Rules) -> None:
    before = after(run(None, applied(needs_review="the character set was guessed"), asking))
    assert before.held is None

    decision = run(before, confirmed(), asking)

    assert after(decision).held == Reason.NEEDS_REVIEW
    assert decision.tasks[0].detail == "the character set was guessed"
    assert after(decision).review is None


def test_one_that_lacks_something_is_asked_for_it_with_all_its_days(asking: Rules) -> None:
    lacking = unconfirmed(
        asking, participants=(person(phone=None),), problems=(problem(1, "phone"),)
    )
    decision = run(lacking, confirmed(), asking)

    assert names(decision) == [LetterName.CORRECTION_NEEDED]
    assert after(decision).correct_by == asking.end_of(day(2, 19).date())


def test_one_that_a_person_holds_stays_held_and_waits_without_a_seat(asking: Rules) -> None:
    decision = run(unconfirmed(asking, held="telephone"), confirmed(), asking)

    assert decision.reason is Reason.CONFIRMED_WHILE_HELD
    assert (after(decision).state, after(decision).held) == (State.WAITLISTED, "telephone")


def test_money_that_came_before_counts_with_the_answer(asking: Rules) -> None:
    paid = after(run(unconfirmed(asking), money(), asking))

    assert after(run(paid, confirmed(), asking)).state is State.PAID


# ---------------------------------------------------------------- not confirmed


def test_a_further_form_is_kept_with_the_first(asking: Rules) -> None:
    further = applied(participants=(person(2, email=None),))
    decision = run(unconfirmed(asking), further, asking)

    assert (decision.reason, decision.letters) == (Reason.STILL_UNCONFIRMED, ())
    assert [p.name for p in after(decision).participants] == [p.name for p in people(2)]


def test_a_flood_of_forms_grows_no_application_without_end(asking: Rules) -> None:
    one = unconfirmed(asking)
    for number in range(40):
        further = applied(participants=(Participant(1, name=f"見本 {chr(0x4E00 + number)}"),))
        one = after(run(one, further, asking))

    assert one.seats == asking.intake.max_seats_per_sender + 1
    assert {p.participant for p in one.problems} <= {p.number for p in one.participants}
    assert after(run(one, confirmed(), asking)).held == Reason.TOO_MANY_SEATS


def test_a_late_form_is_told_that_it_is_late(asking: Rules) -> None:
    decision = run(unconfirmed(asking), applied(arrived_at=asking.closes_at), asking)

    assert names(decision) == [LetterName.CLOSED_LATE]
    assert after(decision).state is State.UNCONFIRMED


def test_who_withdraws_some_of_several_is_weighed_by_a_person(asking: Rules) -> None:
    before = unconfirmed(asking, participants=people(2))
    mail = outside(events.WithdrawalRequested, answers_ours=True, participants=(2,))
    decision = run(before, mail, asking)

    assert (after(decision).state, after(decision).held) == (
        State.UNCONFIRMED, Reason.NEEDS_REVIEW,
    )  # fmt: skip
    assert asked(decision) == [TaskKind.REVIEW]


@pytest.mark.parametrize("said", [{"answers_ours": True}, {"authenticated": True}])
def test_who_proves_a_withdrawal_has_withdrawn(asking: Rules, said: Any) -> None:
    decision = run(unconfirmed(asking), outside(events.WithdrawalRequested, **said), asking)

    assert (after(decision).state, names(decision)) == (State.WITHDRAWN, [LetterName.WITHDRAWN])


def test_somebody_else_disowns_nothing(asking: Rules) -> None:
    decision = run(unconfirmed(asking), outside(events.Disowned, sender=STRANGER), asking)

    assert after(decision).state is State.UNCONFIRMED


# ---------------------------------------------------------------- over


def test_it_ends_in_silence(asking: Rules) -> None:
    decision = run(unconfirmed(asking), events.ConfirmationLapsed(), asking, now=day(2, 14))

    assert (decision.reason, after(decision).state) == (Reason.NEVER_CONFIRMED, State.EXPIRED)
    assert (decision.letters, decision.tasks, decision.follow_ups) == ((), (), ())


@pytest.mark.parametrize("said", [{"held": "telephone"}, {"credited": 1000}])
def test_it_does_not_end_while_it_is_held_or_paid_for(asking: Rules, said: Any) -> None:
    before = unconfirmed(asking, **said)
    decision = run(before, events.ConfirmationLapsed(), asking, now=day(2, 14))

    assert after(decision).state is State.UNCONFIRMED
    assert after(decision).held is not None


def test_a_release_after_its_time_ends_it(asking: Rules) -> None:
    before = unconfirmed(asking, held="telephone")

    assert after(run(before, events.Released(**WHO), asking)).state is State.UNCONFIRMED
    late = run(before, events.Released(**WHO), asking, now=day(2, 14))
    assert (after(late).state, late.letters) == (State.EXPIRED, ())


# ---------------------------------------------------------------- operators


def test_an_operator_gives_only_seats_that_are_free(asking: Rules) -> None:
    decision = run(unconfirmed(asking), events.Accepted(**WHO), asking, roster_=full(asking))

    assert decision.reason is Reason.NO_FREE_SEAT
    assert after(decision).state is State.UNCONFIRMED


def test_an_operator_accepts_it_as_it_is(asking: Rules) -> None:
    decision = run(unconfirmed(asking, review="unsure"), events.Accepted(**WHO), asking)

    one = after(decision)
    assert (one.state, one.review, one.confirm_by) == (State.AWAITING_PAYMENT, None, None)
    assert one.arrived_at == TUESDAY


def test_one_that_never_was_confirmed_is_opened_again_by_an_operator_alone(asking: Rules) -> None:
    over = unconfirmed(asking).but(state=State.EXPIRED, closed_reason=Reason.NEVER_CONFIRMED.value)
    assert after(run(over, confirmed(), asking)).state is State.EXPIRED
    assert after(run(over, money(), asking)).state is State.EXPIRED
    assert after(run(over, events.Accepted(**WHO), asking)).state is State.AWAITING_PAYMENT
