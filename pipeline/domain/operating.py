"""What a person in the office may do to one application.

Law of this file: an operator may do what strangers may not (reopen, extend, decline), but neither
oversell nor undo what the bank said: a seat is given only where the roster has one, and money is
let count only when all of it is here.
"""

from __future__ import annotations

from dataclasses import replace

from pipeline.domain.application import Application, State
from pipeline.domain.decision import (
    NOTHING_CHANGED,
    OUR_HOLDS,
    Decision,
    LetterName,
    Reason,
    Task,
    TaskKind,
)
from pipeline.domain.events import (
    Accepted,
    Cancelled,
    ConfirmationLapsed,
    CorrectionLapsed,
    Declined,
    Extended,
    FromOperator,
    Held,
    PaymentLapsed,
    Released,
    Resent,
    WaitlistEnded,
    WithdrawnByOperator,
)
from pipeline.domain.moment import (
    SEAT_FREED,
    Moment,
    how_it_stands,
    to_contact,
    to_each_participant,
    unchanged,
)
from pipeline.domain.registration import accept, ask_to_confirm, correct_by, offered
from pipeline.domain.reminding import end_waitlist, lapse, lapse_unconfirmed
from pipeline.domain.settlement import expire, settle_if_covered
from pipeline.domain.withdrawal import withdraw


def by(event: FromOperator) -> str:
    """Who did it and why, for the history."""
    return f"{event.who}: {event.why}"


# ---------------------------------------------------------------- hold and release


def hold(application: Application, event: Held, _at: Moment) -> Decision:
    """Letters wait from now on. What the program holds already stays held for its own reason."""
    held = application.held or event.why or by(event)
    return Decision(Reason.HELD, application.but(held=held), note=by(event))


def release(application: Application, event: Released, at: Moment) -> Decision:
    """Waiting letters may leave, and the application goes on from where it stood."""
    if application.held is None:
        return unchanged(application, Reason.NOT_EXPECTED, by(event))
    if application.state is State.AWAITING_PAYMENT and application.held == Reason.PAID_LATE.value:
        why = f"{by(event)} (late money is decided by accept, decline or cancel)"
        return unchanged(application, Reason.NOT_EXPECTED, why)
    decision = _gone_on(application.but(held=None), application.held, at)
    return replace(decision, note=by(event))


def _gone_on(freed: Application, hold: str, at: Moment) -> Decision:
    """What would have happened, had it not been held.

    Complete: accepted. Never asked for its correction: asked now, with the whole time for it.
    A deadline that passed meanwhile: counts now. In line: told so, and offered what is free.
    """
    if freed.state is State.INCOMPLETE and not freed.problems:
        return accept(freed, at, Reason.RELEASED, answer=False)
    never_asked = hold in {Reason.NEEDS_REVIEW.value, Reason.UNLISTED_KIND.value}
    if freed.state is State.INCOMPLETE and never_asked and not at.after_closing:
        asked = freed.but(correct_by=correct_by(at))
        letter = to_contact(LetterName.CORRECTION_NEEDED, asked)
        return Decision(Reason.RELEASED, asked, (letter,))
    missed = _deadline_missed(freed, at)
    if missed.reason is not Reason.NOT_EXPIRED_YET:
        return missed
    if freed.state is not State.WAITLISTED:
        return Decision(Reason.RELEASED, freed)
    letters = (to_contact(LetterName.WAITLISTED, freed),) if hold in OUR_HOLDS else ()
    return Decision(Reason.RELEASED, freed, letters, follow_ups=SEAT_FREED)


def _deadline_missed(freed: Application, at: Moment) -> Decision:
    """The state's own deadline, asked again: while it was held nothing came of it."""
    if freed.state is State.UNCONFIRMED:
        return lapse_unconfirmed(freed, ConfirmationLapsed(), at)
    if freed.state is State.INCOMPLETE:
        return lapse(freed, CorrectionLapsed(), at)
    if freed.state is State.WAITLISTED:
        return end_waitlist(freed, WaitlistEnded(), at)
    if freed.state is State.AWAITING_PAYMENT:
        # The person who releases has looked: a report or an invoice is no reason to wait again.
        unexcused = freed.but(payment_reported=False, invoice_requested=False)
        return expire(unexcused, PaymentLapsed(), at)
    return unchanged(freed, Reason.NOT_EXPIRED_YET)


# ---------------------------------------------------------------- yes


def _too_late_to_pay(application: Application, at: Moment) -> bool:
    """Whether the live day is over and a yes would ask for money: nobody pays for what has been."""
    return at.now >= at.rules.live_ends_at and application.credited < at.owed(application)


def accept_incomplete(application: Application, event: Accepted, at: Moment) -> Decision:
    """Good enough as it is: what lacks is not asked for any more."""
    if _too_late_to_pay(application, at):
        return unchanged(application, Reason.EVENT_OVER, by(event))
    decision = accept(application, at, Reason.ACCEPTED_BY_OPERATOR, answer=False)
    return replace(decision, note=by(event))


def accept_unconfirmed(application: Application, event: Accepted, at: Moment) -> Decision:
    """Theirs, as somebody has said otherwise than by mail: seats if they are free, as it is."""
    if application.seats > at.roster.free:
        return unchanged(application, Reason.NO_FREE_SEAT, by(event))
    return accept_incomplete(application, event, at)


def accept_waiting(application: Application, event: Accepted, at: Moment) -> Decision:
    """Offer seats by hand: until the live day is over, and only free ones."""
    if _too_late_to_pay(application, at):
        return unchanged(application, Reason.EVENT_OVER, by(event))
    if application.seats > at.roster.free:
        return unchanged(application, Reason.NO_FREE_SEAT, by(event))
    decision = offered(application, at, Reason.ACCEPTED_BY_OPERATOR)
    return replace(decision, note=by(event))


def accept_money(application: Application, event: Accepted, at: Moment) -> Decision:
    """Let late money count; where not all of it is here there is nothing to accept."""
    settled = settle_if_covered(application.but(held=None), at, Reason.PAID)
    if settled is None:
        return unchanged(application, Reason.NOT_EXPECTED, by(event))
    return replace(settled, note=by(event))


def reopen(application: Application, event: Accepted, at: Moment) -> Decision:
    """Open a closed one again, into free seats only."""
    decision = reopen_into_free_seats(opened_again(application), at)
    if decision.reason in NOTHING_CHANGED:
        return unchanged(application, decision.reason, by(event))
    return replace(decision, note=by(event))


def opened_again(application: Application) -> Application:
    """A closed one as it was before: with everybody in it when nobody was left."""
    everybody = not application.active
    people = tuple(
        replace(p, withdrawn=p.withdrawn and not everybody) for p in application.participants
    )
    return application.but(
        participants=people,
        closed_reason=None,
        pay_by=None,
        payment_reported=False,
        invoice_requested=False,
        withdrawal_asked=False,
        withdrawal_of=(),
    )


def reopen_into_free_seats(back: Application, at: Moment) -> Decision:
    """Give it payment instructions, or take it as paid; the reason says when it cannot be."""
    if _too_late_to_pay(back, at):
        return unchanged(back, Reason.EVENT_OVER)
    if back.seats > at.roster.free:
        return unchanged(back, Reason.NO_FREE_SEAT)
    return accept(back, at, Reason.REOPENED, answer=False)


def extend(application: Application, event: Extended, at: Moment) -> Decision:
    """Longer to pay, the way of public bodies that pay after an invoice."""
    until = at.rules.end_of(event.until)
    if application.pay_by is None or until <= max(application.pay_by, at.now):
        why = f"{by(event)} ({event.until} is no longer time than there is)"
        return unchanged(application, Reason.NOT_EXPECTED, why)
    longer = application.but(pay_by=until)
    letter = to_contact(LetterName.EXTENDED, longer)
    return Decision(Reason.EXTENDED, longer, (letter,), note=by(event))


# ---------------------------------------------------------------- no


def decline(application: Application, event: Declined, _at: Moment) -> Decision:
    """No seat for this one. Only a person says so."""
    return _ended(application, event, State.DECLINED, Reason.DECLINED, LetterName.DECLINED)


def cancel(application: Application, event: Cancelled, _at: Moment) -> Decision:
    """The office takes an accepted application back."""
    return _ended(application, event, State.CANCELLED, Reason.CANCELLED, LetterName.CANCELLED)


def decline_unconfirmed(application: Application, event: Declined, at: Moment) -> Decision:
    """Refused without a letter: its address may be that of a stranger who knows nothing of it."""
    return replace(decline(application, event, at), letters=())


def cancel_unconfirmed(application: Application, event: Cancelled, at: Moment) -> Decision:
    """Taken back without a letter, for the same reason."""
    return replace(cancel(application, event, at), letters=())


def _ended(
    application: Application, event: FromOperator, state: State, reason: Reason, name: LetterName
) -> Decision:
    gone = application.but(state=state, held=None, closed_reason=reason.value)
    tasks: tuple[Task, ...] = ()
    if gone.credited:
        tasks = (Task(TaskKind.MONEY, f"{gone.credited} yen are here: decide"),)
    letters = (to_contact(name, gone),)
    return Decision(reason, gone, letters, tasks=tasks, follow_ups=SEAT_FREED, note=by(event))


def withdraw_by_hand(application: Application, event: WithdrawnByOperator, at: Moment) -> Decision:
    """Withdraw on the applicant's behalf, after a telephone call say."""
    decision = withdraw(application, event.participants, at, answer=False)
    gone = decision.application
    if gone is not None and gone.closed:
        # The office's own act needs no release for its letter to leave.
        decision = replace(decision, application=gone.but(held=None))
    return replace(decision, note=by(event))


# ---------------------------------------------------------------- again


def resend(application: Application, event: Resent, at: Moment) -> Decision:
    """The letter of the present state again, to a new registered address where one is given."""
    moved = _moved(application, event.to) if event.to else application
    if moved.state is State.ADMITTED:
        return _access_again(moved, event, at)
    if moved.never_asked and not at.after_closing:
        return replace(ask_to_confirm(moved, at, Reason.RESENT, answer=False), note=by(event))
    letter = None if moved.never_asked else how_it_stands(moved, at, answer=False)
    letters = (letter,) if letter is not None else ()
    reason = Reason.RESENT if letters or event.to else Reason.NOT_EXPECTED
    return Decision(reason, moved, letters, note=by(event))


def _access_again(application: Application, event: Resent, at: Moment) -> Decision:
    if not at.access_open:
        over = at.now >= at.rules.access_ends_at
        reason = Reason.ACCESS_ENDED if over else Reason.ACCESS_NOT_OPEN
        return unchanged(application, reason, by(event))
    again = application.but(access_generation=at.roster.access_generation)
    letters = to_each_participant(LetterName.ACCESS, again)
    return Decision(Reason.RESENT, again, letters, note=by(event))


def _moved(application: Application, to: str) -> Application:
    old = application.contact_address.lower()
    return application.but(
        contact_address=to,
        participants=tuple(
            replace(p, email=to) if (p.email or "").lower() == old else p
            for p in application.participants
        ),
        bounced=tuple(a for a in application.bounced if a.lower() not in {old, to.lower()}),
    )
