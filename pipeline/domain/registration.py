"""Applications: taken in, judged, accepted, put in line, offered a seat.

Law of this file: who gets a seat, and when, is decided here and nowhere else.  Punctuality and
order are judged by arrival; a seat is given only when the roster of this write transaction has it,
and never past somebody who waits and would fit.  A group that does not fit waits as a whole, and
smaller ones that arrive after it may pass.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from pipeline.domain import calendar, validation
from pipeline.domain.application import Application, Participant, State
from pipeline.domain.decision import Decision, LetterName, Reason, Task, TaskKind
from pipeline.domain.events import Applied, SeatBecameFree
from pipeline.domain.moment import (
    SEAT_FREED,
    Moment,
    instructions,
    is_over,
    to_a_person,
    to_contact,
    to_sender,
    told_it_is_over,
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
        why = "no reference number is left"
        return to_a_person(None, event, at, TaskKind.SYSTEM, why, Reason.NO_REFERENCE_LEFT)
    application = _new(event, at, at.roster.fresh_reference)
    if at.rules.intake.confirm_by_mail and not event.vouched_for:
        return _asked_to_confirm(application, event, at)
    return taken_in(application, event, at, complete=Reason.ACCEPTED)


def taken_in(application: Application, event: Applied, at: Moment, *, complete: Reason) -> Decision:
    """An application of somebody who is meant by it: given seats, put in line or looked at."""
    if event.seats_of_sender + application.seats > at.rules.intake.max_seats_per_sender:
        return _too_many(application, event, at)
    if not _fits(application, at):
        return _in_line(application, event, at)
    return judged(application, event, at, complete=complete, incomplete=Reason.INCOMPLETE)


def _doors(event: Applied, at: Moment) -> Decision | None:
    """What is said at the door, when it is not open to this mail."""
    if event.arrived_at < at.rules.opens_at:
        return Decision(Reason.NOT_OPEN_YET, letters=(to_sender(LetterName.NOT_OPEN_YET, event),))
    if is_over(event, at):
        return told_it_is_over(None, event, Reason.EVENT_OVER)
    if event.arrived_at >= at.rules.closes_at:
        return Decision(Reason.CLOSED_LATE, letters=(to_sender(LetterName.CLOSED_LATE, event),))
    if at.roster.free == 0 and at.rules.event.when_full is WhenFull.CLOSE:
        return Decision(Reason.CLOSED_FULL, letters=(to_sender(LetterName.CLOSED_FULL, event),))
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
        correct_by=correct_by(at),
        problems=validation.problems_after(people, event.problems, at.rules),
    )


def _asked_to_confirm(application: Application, event: Applied, at: Moment) -> Decision:
    """Anybody can write any sender: it has no seat, and is nobody's, before its address answers."""
    waiting = application.but(state=State.UNCONFIRMED, correct_by=None, review=event.needs_review)
    if at.after_closing:
        late = waiting.but(held=Reason.HANDLED_AFTER_CLOSING.value)
        detail = "arrived in time, handled after the deadline, not proven: accept or decline"
        reason = Reason.HANDLED_AFTER_CLOSING
        return to_a_person(late, event, at, TaskKind.REVIEW, detail, reason)
    if event.ask_later:
        return Decision(Reason.TO_BE_ASKED, waiting)
    return ask_to_confirm(waiting, at, Reason.ASKED_TO_CONFIRM, answer=True)


def ask_to_confirm(
    application: Application, at: Moment, reason: Reason, *, answer: bool
) -> Decision:
    """The letter that asks, with `intake.confirm_within` business days from now, or to closing."""
    until = min(at.end_after(at.rules.intake.confirm_within), at.rules.closes_at)
    asked = application.but(confirm_by=until)
    letter = to_contact(LetterName.CONFIRM_APPLICATION, asked, answer=answer)
    return Decision(reason, asked, (letter,))


def _too_many(application: Application, event: Applied, at: Moment) -> Decision:
    # It waits in line without a seat: one sender must not be able to fill the event.
    waiting = without_seat(application).but(held=Reason.TOO_MANY_SEATS.value)
    detail = f"{application.seats} seats and {event.seats_of_sender} before from one sender"
    return to_a_person(waiting, event, at, TaskKind.SEATS, detail, Reason.TOO_MANY_SEATS)


def _fits(application: Application, at: Moment) -> bool:
    """Whether there are seats for all of it, and nobody who waits could take them."""
    return application.seats <= at.roster.free and at.roster.next_in_line is None


def without_seat(application: Application) -> Application:
    """Who waits has no last day for a correction: it comes with the seat."""
    return application.but(state=State.WAITLISTED, correct_by=None)


def _in_line(application: Application, event: Applied, at: Moment) -> Decision:
    waiting = without_seat(application)
    hold = _hold_reason(waiting, event, at)
    if hold is not None:
        return _held_for_review(waiting, event, at, hold)
    letter = to_contact(LetterName.WAITLISTED, waiting, answer=True)
    if 1 < application.seats > at.roster.free:
        detail = f"{application.seats} seats asked for, {at.roster.free} are free"
        task = Task(TaskKind.GROUP, detail)
        return Decision(Reason.GROUP_DOES_NOT_FIT, waiting, (letter,), tasks=(task,))
    return Decision(Reason.WAITLISTED, waiting, (letter,))


# ---------------------------------------------------------------- what a form is worth


def judged(
    application: Application, event: Applied, at: Moment, *, complete: Reason, incomplete: Reason
) -> Decision:
    """A form for seats that are held: reviewed by a person, corrected, or accepted."""
    hold = _hold_reason(application, event, at)
    if hold is not None:
        return _held_for_review(application, event, at, hold)
    if at.after_closing and application.pay_by is None:
        # In time for the applicant, late for us: only a person can give days that have passed.
        late = application.but(held=Reason.HANDLED_AFTER_CLOSING.value)
        detail = "arrived in time, handled after the deadline: accept or decline"
        reason = Reason.HANDLED_AFTER_CLOSING
        return to_a_person(late, event, at, TaskKind.REVIEW, detail, reason)
    if application.problems:
        letter = to_contact(LetterName.CORRECTION_NEEDED, application, answer=True)
        return Decision(incomplete, application, (letter,))
    return accept(application, at, complete, answer=True)


def _hold_reason(application: Application, event: Applied, at: Moment) -> Reason | None:
    if event.needs_review is not None:
        return Reason.NEEDS_REVIEW
    for person in application.active:
        if person.category and not at.rules.category_listed(person.category):
            return Reason.UNLISTED_KIND
    return None


def _held_for_review(
    application: Application, event: Applied, at: Moment, reason: Reason
) -> Decision:
    kind = TaskKind.UNLISTED if reason is Reason.UNLISTED_KIND else TaskKind.REVIEW
    detail = event.needs_review or "the announcement does not name this kind of applicant"
    return to_a_person(application.but(held=reason.value), event, at, kind, detail, reason)


def correct_by(at: Moment) -> datetime:
    """`intake.correct_within` business days from the day on which we ask, never past closing."""
    return min(at.end_after(at.rules.intake.correct_within), at.rules.closes_at)


def accept(application: Application, at: Moment, reason: Reason, *, answer: bool) -> Decision:
    """Give payment instructions for seats that the application holds from now on."""
    offered_before = application.pay_by is not None
    own_days = offered_before or at.after_closing
    accepted = application.but(
        state=State.AWAITING_PAYMENT,
        pay_by=_offer_until(at) if own_days else at.rules.closes_at,
        correct_by=None,
        confirm_by=None,
        review=None,
        problems=(),
        held=None,
        instructed_at=at.now,
    )
    paid = settle_if_covered(accepted, at, reason, answer=answer)
    return paid or Decision(reason, accepted, (instructions(accepted, at, answer=answer),))


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
    until = _offer_until(at)
    application = application.but(confirm_by=None, review=None)
    if application.problems:
        # pay_by says that these seats were offered: accept() will give days of their own.
        asked = application.but(state=State.INCOMPLETE, held=None, correct_by=until, pay_by=until)
        letter = to_contact(LetterName.CORRECTION_NEEDED, asked)
        return Decision(reason, asked, (letter,), follow_ups=SEAT_FREED)
    awaiting = application.but(
        state=State.AWAITING_PAYMENT, held=None, pay_by=until, instructed_at=at.now
    )
    paid = settle_if_covered(awaiting, at, reason)
    if paid is not None:
        return replace(paid, follow_ups=SEAT_FREED)
    letter = to_contact(LetterName.SEAT_OFFERED, awaiting)
    return Decision(reason, awaiting, (letter,), follow_ups=SEAT_FREED)


def _offer_until(at: Moment) -> datetime:
    """`payment.offer_within` business days, not past the deadline while that is still ahead.

    After the deadline only a person gives seats, and then the days count by themselves.
    """
    until = at.end_after(at.rules.payment.offer_within)
    return until if at.after_closing else min(until, at.rules.closes_at)
