"""What a person in the office may do to one application.

Law of this file: an operator may do what strangers may not (reopen, extend, decline), but neither
oversell nor undo what the bank said: a seat is given only where the roster has one.
"""

from __future__ import annotations

from dataclasses import replace

from pipeline.domain.application import CLOSED, HAS_PAID, Application, State
from pipeline.domain.correspondence import withdraw
from pipeline.domain.decision import Decision, Letter, LetterName, Reason, Task, TaskKind
from pipeline.domain.events import (
    Accepted,
    Cancelled,
    Declined,
    Extended,
    FromOperator,
    Held,
    Released,
    Resent,
    WithdrawnByOperator,
)
from pipeline.domain.moment import (
    SEAT_FREED,
    Moment,
    to_contact,
    to_each_participant,
    unchanged,
)
from pipeline.domain.registration import accept, offered
from pipeline.domain.settlement import settle_if_covered


def by(event: FromOperator) -> str:
    """Who did it and why, for the history."""
    return f"{event.who}: {event.why}"


def hold(application: Application, event: Held, _at: Moment) -> Decision:
    """Letters wait from now on."""
    return Decision(Reason.HELD, application.but(held=event.why), note=by(event))


def release(application: Application, event: Released, _at: Moment) -> Decision:
    """Waiting letters may leave."""
    return Decision(Reason.RELEASED, application.but(held=None), note=by(event))


def accept_incomplete(application: Application, event: Accepted, at: Moment) -> Decision:
    """Good enough as it is: what lacks is not asked for any more."""
    decision = accept(application, at, Reason.ACCEPTED_BY_OPERATOR, answer=False)
    if at.now >= at.rules.closes_at and decision.application is not None:
        decision = _with_days_to_pay(decision, at)
    return replace(decision, note=by(event))


def _with_days_to_pay(decision: Decision, at: Moment) -> Decision:
    """After the deadline a person's yes comes with days of its own."""
    application = decision.application
    if application is None or application.state is not State.AWAITING_PAYMENT:
        return decision
    pay_by = at.end_after(at.rules.payment.offer_within)
    return replace(decision, application=application.but(pay_by=pay_by), tasks=())


def accept_waiting(application: Application, event: Accepted, at: Moment) -> Decision:
    """Offer seats by hand: at any time, but only free ones."""
    if application.seats > at.roster.free:
        return unchanged(application, Reason.NO_FREE_SEAT, by(event))
    decision = offered(application, at, Reason.ACCEPTED_BY_OPERATOR)
    return replace(decision, note=by(event))


def accept_money(application: Application, event: Accepted, at: Moment) -> Decision:
    """Let late or held money count; an application without any has nothing to accept."""
    settled = settle_if_covered(application, at, Reason.PAID)
    if settled is None:
        return unchanged(application, Reason.NOT_EXPECTED, by(event))
    return replace(settled, note=by(event))


def reopen(application: Application, event: Accepted, at: Moment) -> Decision:
    """Open a closed one again, into free seats only."""
    everybody = all(p.withdrawn for p in application.participants)
    people = tuple(
        replace(p, withdrawn=False) if everybody else p for p in application.participants
    )
    back = application.but(participants=people, closed_reason=None)
    if back.seats > at.roster.free:
        return unchanged(application, Reason.NO_FREE_SEAT, by(event))
    decision = accept(back, at, Reason.REOPENED, answer=False)
    if at.now >= at.rules.closes_at:
        decision = _with_days_to_pay(decision, at)
    return replace(decision, note=by(event))


def decline(application: Application, event: Declined, _at: Moment) -> Decision:
    """No seat for this one. Only a person says so."""
    gone = application.but(state=State.DECLINED, held=None, closed_reason=Reason.DECLINED.value)
    letter = to_contact(LetterName.DECLINED, gone)
    return Decision(
        Reason.DECLINED,
        gone,
        (letter,),
        tasks=_money_here(gone),
        follow_ups=SEAT_FREED,
        note=by(event),
    )


def cancel(application: Application, event: Cancelled, _at: Moment) -> Decision:
    """The office takes an accepted application back."""
    gone = application.but(state=State.CANCELLED, held=None, closed_reason=Reason.CANCELLED.value)
    letter = to_contact(LetterName.CANCELLED, gone)
    return Decision(
        Reason.CANCELLED,
        gone,
        (letter,),
        tasks=_money_here(gone),
        follow_ups=SEAT_FREED,
        note=by(event),
    )


def _money_here(application: Application) -> tuple[Task, ...]:
    if not application.credited:
        return ()
    return (Task(TaskKind.MONEY, f"{application.credited} yen are here: decide"),)


def extend(application: Application, event: Extended, at: Moment) -> Decision:
    """Longer to pay, the way of public bodies that pay after an invoice."""
    longer = application.but(pay_by=at.rules.end_of(event.until))
    letter = to_contact(LetterName.EXTENDED, longer)
    return Decision(Reason.EXTENDED, longer, (letter,), note=by(event))


def withdraw_by_hand(application: Application, event: WithdrawnByOperator, at: Moment) -> Decision:
    """Withdraw on the applicant's behalf, after a telephone call say."""
    decision = withdraw(application.but(held=None), event.participants, at, answer=False)
    return replace(decision, note=by(event))


def resend(application: Application, event: Resent, _at: Moment) -> Decision:
    """The letter of the present state again, to a new registered address where one is given."""
    moved = _moved(application, event.to) if event.to else application
    letters = _letters_of(moved)
    if not letters:
        return unchanged(application, Reason.NOT_EXPECTED, by(event))
    return Decision(Reason.RESENT, moved, letters, note=by(event))


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


_LETTER_OF = {
    State.INCOMPLETE: LetterName.CORRECTION_NEEDED,
    State.AWAITING_PAYMENT: LetterName.RECEIVED,
    State.WAITLISTED: LetterName.WAITLISTED,
    State.PAID: LetterName.PAYMENT_RECEIVED,
}


def _letters_of(application: Application) -> tuple[Letter, ...]:
    if application.state is State.ADMITTED:
        return to_each_participant(LetterName.ACCESS, application)
    name = _LETTER_OF.get(application.state)
    return (to_contact(name, application),) if name else ()


OPEN_UNPAID = frozenset(State) - CLOSED - HAS_PAID
"""States in which an application may be declined."""
