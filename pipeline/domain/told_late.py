"""Deadlines of people whom we told of them late.

Law of this file: a deadline binds whoever was told of it in time.  Where the letter that names it
left late (an outage, a stop, a cap: whatever kept it here), the days that the rules give count from
when it left, and a letter names the new day.  Where closing leaves too few of them, a person looks
before anybody is told that it is over.
"""

from __future__ import annotations

from datetime import datetime

from pipeline.domain import calendar
from pipeline.domain.application import Application, State
from pipeline.domain.decision import Decision, LetterName, Reason, TaskKind
from pipeline.domain.events import Deadline
from pipeline.domain.moment import Moment, how_it_stands, kept_for_a_person
from pipeline.domain.rules import Rules

TELLING = {
    State.UNCONFIRMED: frozenset({LetterName.CONFIRM_APPLICATION}),
    State.INCOMPLETE: frozenset({LetterName.CORRECTION_NEEDED}),
    State.AWAITING_PAYMENT: frozenset({LetterName.RECEIVED, LetterName.SEAT_OFFERED}),
}
"""Which letters tell of a state's deadline."""


def days_anew(application: Application, event: Deadline, at: Moment) -> Decision | None:
    """A later day for somebody who was told late of the one that is over; else None."""
    if event.told_at is None:
        return None
    told_on = event.told_at.astimezone(at.rules.zone).date()
    fair = at.rules.end_of(calendar.add_business_days(told_on, _within(application, at.rules)))
    if fair <= _end(application):
        return None  # told late, and had their days all the same
    anew = min(fair, at.rules.closes_at)
    if anew <= at.now:
        detail = "over, but the letter that told of it left late or not yet: accept or decline"
        return kept_for_a_person(application, TaskKind.REVIEW, detail)
    moved = _moved(application, anew, at)
    letter = how_it_stands(moved, at, answer=False)
    return Decision(Reason.ASKED_ANEW, moved, (letter,) if letter is not None else ())


def _within(application: Application, rules: Rules) -> int:
    """The business days that the rules give in this state."""
    if application.state is State.UNCONFIRMED:
        return rules.intake.confirm_within
    if application.state is State.INCOMPLETE:
        return rules.intake.correct_within
    return rules.payment.offer_within


def _end(application: Application) -> datetime:
    end = {
        State.UNCONFIRMED: application.confirm_by,
        State.INCOMPLETE: application.correct_by,
    }.get(application.state, application.pay_by)
    assert end is not None  # it is over, so there was one
    return end


def _moved(application: Application, to: datetime, at: Moment) -> Application:
    if application.state is State.UNCONFIRMED:
        return application.but(confirm_by=to)
    if application.state is State.INCOMPLETE:
        return application.but(correct_by=to)
    return application.but(pay_by=to, instructed_at=at.now)
