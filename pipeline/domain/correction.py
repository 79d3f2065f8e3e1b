"""A further form, for an application that exists already.

Law of this file: what a correction says is merged into what is known; what it would change in an
application that is complete, and what would need another seat past somebody who waits, is weighed
by a person.  Nothing that somebody wrote is told "already registered" and then forgotten.
"""

from __future__ import annotations

from datetime import datetime

from pipeline.domain import validation
from pipeline.domain.application import Application
from pipeline.domain.decision import Decision, LetterName, Reason, TaskKind
from pipeline.domain.events import Applied
from pipeline.domain.moment import (
    Moment,
    is_over,
    is_registered,
    to_a_person,
    to_contact,
    told_it_is_over,
)
from pipeline.domain.registration import judged


def correct(application: Application, event: Applied, at: Moment) -> Decision:
    """A form for an incomplete application: it is filled up, and accepted when nothing lacks."""
    if not is_registered(application, event.sender):
        return _from_a_stranger(application, event, at)
    corrected = filled_up(application, event, at)
    if event.arrived_at >= _last_call(application, at):
        detail = "a correction arrived after closing: accept or decline"
        late = Reason.CORRECTION_AFTER_CLOSING
        return _left_to_a_person(application, corrected, event, at, detail, late)
    if application.held is not None:
        detail = "a further form while the application is held"
        return _left_to_a_person(application, corrected, event, at, detail, Reason.TO_A_PERSON)
    refused = _growth_refused(application, corrected, event, at)
    if refused is not None:
        return refused
    return judged(
        corrected, event, at, complete=Reason.COMPLETED, incomplete=Reason.STILL_INCOMPLETE
    )


def filled_up(application: Application, event: Applied, at: Moment) -> Application:
    """What is known, with what a further form says."""
    people, problems = validation.merged(
        application.participants, application.problems, event.participants, event.problems
    )
    return application.but(
        participants=people, problems=validation.problems_after(people, problems, at.rules)
    )


def _last_call(application: Application, at: Moment) -> datetime:
    """When a correction becomes a person's matter: at closing, or on an operator's later day."""
    return max(at.rules.closes_at, application.correct_by or at.rules.closes_at)


def _left_to_a_person(
    application: Application,
    corrected: Application,
    event: Applied,
    at: Moment,
    detail: str,
    reason: Reason,
) -> Decision:
    """Held, and kept with what the form says: whoever releases it must not find it lacking still.

    But for further seats, and for a form that our reading is not sure of.
    """
    sure = event.needs_review is None and corrected.seats <= application.seats
    told = corrected if sure else application
    held = told.but(held=application.held or reason.value)
    return to_a_person(held, event, at, TaskKind.REVIEW, detail, reason)


def _growth_refused(
    application: Application, corrected: Application, event: Applied, at: Moment
) -> Decision | None:
    """A correction may name more people only if it names the known ones, and seats are free."""
    more = corrected.seats - application.seats
    if more <= 0:
        return None
    if not validation.names_all(application.participants, event.participants):
        return _somebody_new(application, event, at)
    too_many = corrected.seats > at.rules.intake.max_seats_per_sender
    if too_many or more > at.roster.free or at.roster.next_in_line is not None:
        detail = f"a correction asks for {more} more seats; {at.roster.free} are free"
        return to_a_person(application, event, at, TaskKind.SEATS, detail)
    return None


def correct_waiting(application: Application, event: Applied, at: Moment) -> Decision:
    """A form for one that waits: filled up in its place in line, and told so again."""
    if not is_registered(application, event.sender):
        return _from_a_stranger(application, event, at)
    filled = filled_up(application, event, at)
    if filled.seats > application.seats:
        return _somebody_new(application, event, at)
    if application.held is not None or event.needs_review is not None:
        detail = event.needs_review or "a further form of one who is held in line"
        held_for = Reason.NEEDS_REVIEW
        return _left_to_a_person(application, filled, event, at, detail, held_for)
    letter = to_contact(LetterName.WAITLISTED, filled, answer=True)
    return Decision(Reason.ALREADY_REGISTERED, filled, (letter,))


def repeat(application: Application, event: Applied, at: Moment) -> Decision:
    """A form for one that is complete: said so, or given to a person when it says something new."""
    if is_over(event, at):
        return told_it_is_over(application, event, Reason.EVENT_OVER)
    if not is_registered(application, event.sender):
        return _from_a_stranger(application, event, at)
    if not validation.names_only(application.participants, event.participants):
        return _somebody_new(application, event, at)
    known = validation.nothing_new(application.participants, event.participants)
    if event.needs_review is not None or not known:
        detail = "a form that says other things than the application"
        return to_a_person(application, event, at, TaskKind.CHANGE, detail)
    letter = to_contact(LetterName.ALREADY_REGISTERED, application, answer=True)
    return Decision(Reason.ALREADY_REGISTERED, application, (letter,))


def _somebody_new(application: Application, event: Applied, at: Moment) -> Decision:
    detail = "a form with somebody new in an existing application"
    return to_a_person(application, event, at, TaskKind.CHANGE, detail, Reason.ADDED_PARTICIPANT)


def _from_a_stranger(application: Application, event: Applied, at: Moment) -> Decision:
    detail = "a form from an address that is not registered"
    return to_a_person(application, event, at, TaskKind.CHANGE, detail)
