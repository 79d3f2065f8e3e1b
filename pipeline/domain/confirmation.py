"""Applications that nobody has confirmed yet (`intake.confirm_by_mail`).

Law of this file: anybody can write any sender, so a first mail whose sender nothing proves gets no
seat, no place in line, and one letter, whatever else comes in its name.  Only an answer to that
letter, from the address that it went to, makes an application of it, and its place in every queue
counts from that answer.  So many such letters leave in an hour as the rules allow; who applied
first is asked first, and nobody's days run before they are asked.  What is said to an unconfirmed
address may be said to a stranger: what ends there ends in silence.
"""

from __future__ import annotations

from dataclasses import replace

from pipeline.domain import validation
from pipeline.domain.application import Application, Participant, State
from pipeline.domain.correction import filled_up
from pipeline.domain.decision import OUR_HOLDS, Decision, LetterName, Reason, Task, TaskKind
from pipeline.domain.events import (
    Applied,
    Bounced,
    ConfirmationDue,
    Confirmed,
    Disowned,
    FromOutside,
    LetterFailed,
    MoneyArrived,
    WithdrawalRequested,
)
from pipeline.domain.moment import Moment, is_bounced, to_a_person, to_sender, unchanged
from pipeline.domain.registration import ask_to_confirm, correct_by, taken_in, without_seat
from pipeline.domain.rules import WhenFull
from pipeline.domain.settlement import kept
from pipeline.domain.withdrawal import withdraw

# ---------------------------------------------------------------- asked


def ask_now(application: Application, _: ConfirmationDue, at: Moment) -> Decision:
    """Its turn has come: asked as it would have been at first, with days that count from today."""
    if not application.never_asked or application.held is not None or at.after_closing:
        return unchanged(application, Reason.REMINDER_POINTLESS)
    return ask_to_confirm(application, at, Reason.ASKED_TO_CONFIRM, answer=True)


# ---------------------------------------------------------------- confirmed


def confirm(application: Application, event: Confirmed, at: Moment) -> Decision:
    """Our letter was answered: taken in now, with what was said before and what this mail says."""
    if not _is_contact(application, event):
        detail = "the letter that asks for a confirmation was answered from another address"
        return to_a_person(application, event, at, TaskKind.REVIEW, detail)
    if event.arrived_at >= at.rules.closes_at:
        return confirm_too_late(application, event, at)
    said = filled_up(application, event, at) if event.participants else application
    decision = _taken_in(said, event, at)
    if not event.unclear:
        return decision
    look = Task(TaskKind.REVIEW, "it was confirmed in words that were not understood: read them")
    return replace(decision, tasks=(*decision.tasks, look))


def confirm_too_late(application: Application, event: Confirmed, at: Moment) -> Decision:
    """An answer after its time: nothing opens by mail again, and a person decides."""
    detail = "confirmed after its time: accept (a free seat), or leave it closed"
    reason = Reason.CONFIRMED_TOO_LATE
    return to_a_person(application, event, at, TaskKind.REVIEW, detail, reason)


def _is_contact(application: Application, event: FromOutside) -> bool:
    """Whether a mail comes from where our letter went, and from nobody whom a form only names."""
    return event.sender.lower() == application.contact_address.lower()


def _taken_in(said: Application, event: Applied, at: Moment) -> Decision:
    """What was waiting becomes an application that arrived with this mail."""
    event = replace(event, needs_review=event.needs_review or said.review)
    confirmed = said.but(arrived_at=event.arrived_at, confirm_by=None, review=None)
    if said.held is not None:
        waiting = without_seat(confirmed)
        detail = "confirmed by mail while it is held: accept, decline or release"
        reason = Reason.CONFIRMED_WHILE_HELD
        return to_a_person(waiting, event, at, TaskKind.REVIEW, detail, reason)
    if at.roster.free == 0 and at.rules.event.when_full is WhenFull.CLOSE:
        return _full_by_now(confirmed, event)
    seated = confirmed.but(state=State.INCOMPLETE, correct_by=correct_by(at))
    return taken_in(seated, event, at, complete=Reason.CONFIRMED)


def _full_by_now(confirmed: Application, event: Applied) -> Decision:
    gone = confirmed.but(state=State.EXPIRED, closed_reason=Reason.CLOSED_FULL.value)
    tasks: tuple[Task, ...] = ()
    if gone.credited:
        tasks = (Task(TaskKind.MONEY, f"{gone.credited} yen from one who never had a seat"),)
    letter = to_sender(LetterName.CLOSED_FULL, event)
    return Decision(Reason.CLOSED_FULL, gone, (letter,), tasks=tasks)


# ---------------------------------------------------------------- not confirmed by what comes


def apply_again(application: Application, event: Applied, at: Moment) -> Decision:
    """A further form in the same name: kept with the first, and no second letter for it.

    A proven one confirms, and replaces what anybody may have written.
    """
    if not _is_contact(application, event):
        detail = "a form from another address, for an application that nobody has confirmed"
        return to_a_person(application, event, at, TaskKind.REVIEW, detail)
    if event.arrived_at >= at.rules.closes_at:
        return Decision(
            Reason.CLOSED_LATE, application, (to_sender(LetterName.CLOSED_LATE, event),)
        )
    if event.vouched_for:
        return _taken_in(_only(event, application, at), event, at)
    return Decision(Reason.STILL_UNCONFIRMED, _with_further(application, event, at))


def _only(event: Applied, application: Application, at: Moment) -> Application:
    people = event.participants or (Participant(1),)
    problems = validation.problems_after(people, event.problems, at.rules)
    return application.but(participants=people, problems=problems, review=None)


def _with_further(application: Application, event: Applied, at: Moment) -> Application:
    """With whom it names besides, but for a flood: one seat too many is enough for a person."""
    filled = filled_up(application, event, at)
    people = filled.participants[: at.rules.intake.max_seats_per_sender + 1]
    numbers = {person.number for person in people}
    return filled.but(
        participants=people,
        problems=tuple(p for p in filled.problems if p.participant in numbers),
        review=application.review or event.needs_review,
    )


def withdraw_unconfirmed(
    application: Application, event: WithdrawalRequested, at: Moment
) -> Decision:
    """Not wanted, or not theirs: withdrawn when it is proven, else it lapses by itself."""
    if not _is_contact(application, event):
        detail = "a withdrawal of an application that nobody has confirmed, from another address"
        return to_a_person(application, event, at, TaskKind.CHANGE, detail)
    if not event.proven:
        return unchanged(application, Reason.STILL_UNCONFIRMED)
    if event.unsure or 0 < len(event.participants) < application.seats:
        held = application.but(held=application.held or Reason.NEEDS_REVIEW.value)
        detail = "some of several withdraw, and the others are not confirmed: accept or decline"
        return to_a_person(held, event, at, TaskKind.REVIEW, detail)
    return withdraw(application, (), at, answer=True)


def disown(application: Application, event: Disowned, _at: Moment) -> Decision:
    """Not theirs, they say: over without a letter; a person reads it, for words can be mistaken."""
    if application.closed or not _is_contact(application, event):
        return unchanged(application, Reason.DISOWNED)
    held = None if application.held in OUR_HOLDS else application.held
    gone = application.but(state=State.WITHDRAWN, closed_reason=Reason.DISOWNED.value, held=held)
    detail = "its address says that it is not theirs: read the mail (accept opens it again)"
    return Decision(Reason.DISOWNED, gone, tasks=(Task(TaskKind.REVIEW, detail),))


def write_unconfirmed(application: Application, event: FromOutside, at: Moment) -> Decision:
    """Anything else that does not answer our letter: a person answers, nothing is confirmed."""
    detail = "a mail beside an application that nobody has confirmed"
    return to_a_person(application, event, at, TaskKind.ANSWER, detail)


# ---------------------------------------------------------------- it does not arrive


def bounce_unconfirmed(application: Application, event: Bounced, _at: Moment) -> Decision:
    """Our letter came back: the address is marked, nobody is asked to call, and it will lapse."""
    reason = Reason.BOUNCED if event.permanent else Reason.BOUNCED_TEMPORARILY
    if not event.permanent:
        return unchanged(application, reason, event.diagnosis)
    return _marked(application, event.address, reason, event.diagnosis)


def letter_failed_unconfirmed(
    application: Application, event: LetterFailed, _at: Moment
) -> Decision:
    """The server refused the address for good: the same."""
    return _marked(application, event.recipient, Reason.LETTER_FAILED, event.diagnosis)


def _marked(application: Application, address: str, reason: Reason, diagnosis: str) -> Decision:
    ours = application.contact_address.lower() == address.lower()
    if not ours or is_bounced(application, address):
        return unchanged(application, reason, diagnosis)
    marked = application.but(bounced=(*application.bounced, address))
    return Decision(reason, marked, note=diagnosis)


# ---------------------------------------------------------------- money


def receive_unconfirmed(application: Application, event: MoneyArrived, _at: Moment) -> Decision:
    """Money for one that was never asked to pay: kept, a person decides, and it does not lapse."""
    detail = f"{event.amount} yen arrived for an application that nobody has confirmed:"
    detail = f"{detail} accept (a free seat) or refund"
    default = "it has no seat, and its money counts once it is confirmed"
    return kept(application, event, Reason.PAID_WITHOUT_SEAT, detail, default)
