"""Applications: taken in, corrected, put in line, offered a seat.

Law of this file: who gets a seat, and when, is decided here and nowhere else.  Punctuality and
order are judged by arrival; a seat is given only when the roster of this write transaction has it.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from pipeline.domain import calendar, validation
from pipeline.domain.application import Application, Participant, State
from pipeline.domain.decision import (
    Decision,
    LetterName,
    Reason,
    Task,
    TaskKind,
)
from pipeline.domain.events import Applied, SeatBecameFree
from pipeline.domain.moment import (
    SEAT_FREED,
    Moment,
    is_registered,
    to_a_person,
    to_contact,
    to_sender,
    unchanged,
)
from pipeline.domain.rules import WhenFull
from pipeline.domain.settlement import settle_if_covered

# ---------------------------------------------------------------- a first mail


def apply_anew(_: Application | None, event: Applied, at: Moment) -> Decision:
    """A form that belongs to no application yet."""
    closed = _doors(event, at)
    if closed is not None:
        return closed
    if at.roster.fresh_reference is None:
        return to_a_person(
            None, event, TaskKind.SYSTEM, "no reference number is left", Reason.NO_REFERENCE_LEFT
        )
    application = _new(event, at, at.roster.fresh_reference)
    if event.seats_of_sender + application.seats > at.rules.intake.max_seats_per_sender:
        return _too_many(application, event)
    if not _fits(application, at):
        return _no_seat(application, event, at)
    return _seated(application, event, at)


def _doors(event: Applied, at: Moment) -> Decision | None:
    if event.arrived_at < at.rules.opens_at:
        return Decision(Reason.NOT_OPEN_YET, letters=(to_sender(LetterName.NOT_OPEN_YET, event),))
    if event.arrived_at >= at.rules.live_ends_at:
        return Decision(Reason.EVENT_OVER, letters=(to_sender(LetterName.EVENT_OVER, event),))
    if event.arrived_at >= at.rules.closes_at:
        return Decision(Reason.CLOSED_LATE, letters=(to_sender(LetterName.CLOSED_LATE, event),))
    return None


def _new(event: Applied, at: Moment, reference: str) -> Application:
    people = event.participants or (Participant(1),)
    return Application(
        reference=reference,
        event=at.rules.slug,
        state=State.INCOMPLETE,
        contact_name=event.sender_name or people[0].name or "",
        contact_address=event.sender,
        participants=people,
        arrived_at=event.arrived_at,
        thread=event.thread,
        problems=validation.problems_after(people, event.problems, at.rules),
    )


def _fits(application: Application, at: Moment) -> bool:
    """Whether there are seats for all of it, and nobody before it in line could take them."""
    return application.seats <= at.roster.free and at.roster.next_in_line is None


def _too_many(application: Application, event: Applied) -> Decision:
    # It waits in line without a seat: one sender must not be able to fill the event.
    waiting = application.but(state=State.WAITLISTED, held=Reason.TOO_MANY_SEATS.value)
    return to_a_person(
        waiting,
        event,
        TaskKind.SEATS,
        f"{application.seats} seats and {event.seats_of_sender} before from one sender",
        Reason.TOO_MANY_SEATS,
    )


def _no_seat(application: Application, event: Applied, at: Moment) -> Decision:
    if at.rules.event.when_full is WhenFull.CLOSE and at.roster.free == 0:
        return Decision(Reason.CLOSED_FULL, letters=(to_sender(LetterName.CLOSED_FULL, event),))
    waiting = application.but(state=State.WAITLISTED)
    hold = _hold_reason(waiting, event, at)
    if hold is not None:
        return _held_for_review(waiting, event, hold)
    letter = to_contact(LetterName.WAITLISTED, waiting, answer=True)
    if at.roster.free and application.seats > at.roster.free:
        task = Task(
            TaskKind.GROUP, f"{application.seats} seats asked for, {at.roster.free} are free"
        )
        return Decision(Reason.GROUP_DOES_NOT_FIT, waiting, (letter,), tasks=(task,))
    return Decision(Reason.WAITLISTED, waiting, (letter,))


def _seated(application: Application, event: Applied, at: Moment) -> Decision:
    seated = application.but(correct_by=_correct_by(at))
    hold = _hold_reason(seated, event, at)
    if hold is not None:
        return _held_for_review(seated, event, hold)
    if seated.problems:
        letter = to_contact(LetterName.CORRECTION_NEEDED, seated, answer=True)
        return Decision(Reason.INCOMPLETE, seated, (letter,))
    return accept(seated, at, Reason.ACCEPTED, answer=True)


def _hold_reason(application: Application, event: Applied, at: Moment) -> Reason | None:
    if event.needs_review is not None:
        return Reason.NEEDS_REVIEW
    named = [p.category for p in application.active if p.category]
    if any(not at.rules.category_listed(category) for category in named):
        return Reason.UNLISTED_KIND
    return None


def _held_for_review(application: Application, event: Applied, reason: Reason) -> Decision:
    kind = TaskKind.UNLISTED if reason is Reason.UNLISTED_KIND else TaskKind.REVIEW
    detail = event.needs_review or "the announcement does not name this kind of applicant"
    return to_a_person(application.but(held=reason.value), event, kind, detail, reason)


def _correct_by(at: Moment) -> datetime:
    """`intake.correct_within` business days, never past closing."""
    return min(at.end_after(at.rules.intake.correct_within), at.rules.closes_at)


def accept(application: Application, at: Moment, reason: Reason, *, answer: bool) -> Decision:
    """Give payment instructions for seats that the application holds from now on."""
    accepted = application.but(
        state=State.AWAITING_PAYMENT,
        pay_by=at.rules.closes_at,
        correct_by=None,
        problems=(),
        held=None,
        instructed_at=at.now,
    )
    paid = settle_if_covered(accepted, at, reason)
    if paid is not None:
        return paid
    letter = to_contact(LetterName.RECEIVED, accepted, answer=answer)
    if at.now >= at.rules.closes_at:
        # In time for the applicant, late for us: only a person can give days that have passed.
        task = Task(TaskKind.MONEY, "arrived in time, handled after the deadline: extend?")
        return Decision(reason, accepted, (letter,), tasks=(task,))
    return Decision(reason, accepted, (letter,))


# ---------------------------------------------------------------- a further mail


def correct(application: Application, event: Applied, at: Moment) -> Decision:
    """A form for an incomplete application: it is filled up, and accepted when nothing lacks."""
    refused = _correction_refused(application, event, at)
    if refused is not None:
        return refused
    people = validation.merged(application.participants, event.participants)
    corrected = application.but(
        participants=people,
        problems=validation.problems_after(people, event.problems, at.rules),
    )
    if corrected.seats - application.seats > at.roster.free:
        return to_a_person(
            application, event, TaskKind.SEATS, "more people than free seats in a correction"
        )
    hold = _hold_reason(corrected, event, at)
    if hold is not None:
        return _held_for_review(corrected, event, hold)
    if corrected.problems:
        letter = to_contact(LetterName.CORRECTION_NEEDED, corrected, answer=True)
        return Decision(Reason.STILL_INCOMPLETE, corrected, (letter,))
    return accept(corrected, at, Reason.COMPLETED, answer=True)


def _correction_refused(application: Application, event: Applied, at: Moment) -> Decision | None:
    if event.arrived_at >= at.rules.closes_at:
        held = application.but(held=Reason.CORRECTION_AFTER_CLOSING.value)
        detail = "a correction arrived after closing"
        reason = Reason.CORRECTION_AFTER_CLOSING
        return to_a_person(held, event, TaskKind.REVIEW, detail, reason)
    if application.held is not None:
        return to_a_person(
            application, event, TaskKind.REVIEW, "a further form while the application is held"
        )
    if not is_registered(application, event.sender):
        return to_a_person(
            application, event, TaskKind.CHANGE, "a correction from an address not registered"
        )
    return None


def correct_waiting(application: Application, event: Applied, at: Moment) -> Decision:
    """A form for one that waits: filled up in its place in line, and told so again."""
    if application.held is not None or not is_registered(application, event.sender):
        return to_a_person(application, event, TaskKind.CHANGE, "a further form of one who waits")
    people = validation.merged(application.participants, event.participants)
    if len(people) > len(application.participants):
        return _one_more(application, event)
    filled = application.but(
        participants=people,
        problems=validation.problems_after(people, event.problems, at.rules),
    )
    letter = to_contact(LetterName.WAITLISTED, filled, answer=True)
    return Decision(Reason.ALREADY_REGISTERED, filled, (letter,))


def repeat(application: Application, event: Applied, _: Moment) -> Decision:
    """A form for one that is complete: said so, or given to a person when it says something new."""
    if not validation.same_people(application.participants, event.participants):
        return _one_more(application, event)
    letter = to_contact(LetterName.ALREADY_REGISTERED, application, answer=True)
    return Decision(Reason.ALREADY_REGISTERED, application, (letter,))


def _one_more(application: Application, event: Applied) -> Decision:
    return to_a_person(
        application,
        event,
        TaskKind.CHANGE,
        "a form with somebody new in an existing application",
        Reason.ADDED_PARTICIPANT,
    )


# ---------------------------------------------------------------- a seat becomes free


def offers_open(at: Moment) -> bool:
    """Whether seats are still offered without a person: until three business days before."""
    before = at.rules.payment.offers_stop_before
    last = calendar.add_business_days(at.rules.event.deadline, -before)
    return at.now < at.rules.end_of(last)


def offer(application: Application, _: SeatBecameFree, at: Moment) -> Decision:
    """The first in line that fits is offered the seats, and the next one is asked after it."""
    if not offers_open(at):
        return unchanged(application, Reason.OFFERS_STOPPED)
    if application.held is not None or application.seats > at.roster.free:
        return unchanged(application, Reason.NO_FREE_SEAT)
    return offered(application, at, Reason.OFFERED)


def offered(application: Application, at: Moment, reason: Reason) -> Decision:
    """The offer itself, by the program or by hand."""
    in_time = at.now < at.rules.closes_at
    # After the deadline only an operator offers, and then the days count by themselves.
    within = at.end_after(at.rules.payment.offer_within)
    until = min(within, at.rules.closes_at) if in_time else within
    if application.problems:
        incomplete = application.but(state=State.INCOMPLETE, held=None, correct_by=until)
        letter = to_contact(LetterName.CORRECTION_NEEDED, incomplete)
        return Decision(reason, incomplete, (letter,), follow_ups=SEAT_FREED)
    awaiting = application.but(
        state=State.AWAITING_PAYMENT, held=None, pay_by=until, instructed_at=at.now
    )
    paid = settle_if_covered(awaiting, at, reason)
    if paid is not None:
        return replace(paid, follow_ups=SEAT_FREED)
    letter = to_contact(LetterName.SEAT_OFFERED, awaiting)
    return Decision(reason, awaiting, (letter,), follow_ups=SEAT_FREED)
