"""Money that has arrived: what it pays, and what it does not.

Promise 5 lives here: only the bank's dates and whole amounts count.  Part of a payment admits
nobody, money after `pay_by` is judged by a person while the seat is kept, and nobody expires
before the bank's word covers the days that count.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

from pipeline.domain import calendar
from pipeline.domain.application import Application, State
from pipeline.domain.decision import Decision, Letter, LetterName, Reason, Task, TaskKind
from pipeline.domain.events import AccessDue, MoneyArrived, PaymentLapsed
from pipeline.domain.moment import (
    SEAT_FREED,
    Moment,
    kept_for_a_person,
    last_day,
    to_contact,
    to_each_participant,
    unchanged,
)
from pipeline.domain.rules import Rules
from pipeline.domain.told_late import days_anew

# ---------------------------------------------------------------- money arrives


def receive_money(application: Application, event: MoneyArrived, at: Moment) -> Decision:
    """Money for one that is waited for."""
    credited = _credited(application, event)
    note = _said(event)
    if not _in_time(application, event):
        return _late(credited, event, note)
    decision = settle_if_covered(credited, at, Reason.PAID)
    if decision is None:
        return _short(credited, event, at, note)
    return replace(decision, note=note)


def settle_if_covered(
    application: Application, at: Moment, reason: Reason, *, answer: bool = False
) -> Decision | None:
    """Paid, if what has arrived covers what is owed; admitted at once where access is open.

    None when it does not. `reason` is what else was decided; money's own reason wins. A hold stays,
    but for the one that only waited for this money.
    """
    over = application.credited - at.owed(application)
    if over < 0:
        return None
    waited_for_it = application.held in _WAITED_FOR_MONEY
    paid = application.but(
        state=State.PAID,
        held=None if waited_for_it else application.held,
        payment_reported=False,
        invoice_requested=False,
    )
    detail = f"{over} yen more than owed: refund them, or accept (until then: paid, they stay)"
    tasks = (Task(TaskKind.MONEY, detail),) if over else ()
    why = Reason.PAID_OVER if over else reason
    if at.access_open:
        why = Reason.PAID_AND_ADMITTED if why is Reason.PAID else why
        return replace(admit(paid, at, why, answer=answer), tasks=tasks)
    letter = to_contact(LetterName.PAYMENT_RECEIVED, paid, answer=answer)
    return Decision(why, paid, (letter,), tasks=tasks)


_WAITED_FOR_MONEY = frozenset({Reason.NOT_EXPIRED_YET.value, Reason.UNPAID_AGAIN.value})
"""Holds of ours whose only reason was that money lacked."""


def _credited(application: Application, event: MoneyArrived) -> Application:
    return application.but(credited=application.credited + event.amount, payment_reported=False)


def _in_time(application: Application, event: MoneyArrived) -> bool:
    return application.pay_by is not None and event.value_date <= last_day(application.pay_by)


def _said(event: MoneyArrived) -> str:
    said = f"{event.amount} yen, value date {event.value_date}, {event.who}: {event.why}"
    return said.rstrip(": ")


def _short(application: Application, event: MoneyArrived, at: Moment, note: str) -> Decision:
    lacking = at.owed(application) - application.credited
    if application.pay_by is not None and at.now >= application.pay_by:
        # Too late to be asked for the rest: a person decides what becomes of the part.
        held = application.but(held=application.held or Reason.NOT_EXPIRED_YET.value)
        detail = f"{lacking} yen are missing after pay-by: accept it as it is, refund or decline"
        task = Task(TaskKind.MONEY, f"{detail} (until then: the seat is kept)")
        return Decision(Reason.PAID_SHORT, held, tasks=(task,), note=note)
    letter = to_contact(
        LetterName.SHORT_PAYMENT, application, arrived=event.amount, missing=lacking
    )
    detail = f"{event.amount} yen arrived, {lacking} are missing and were asked for: accept it as"
    task = Task(TaskKind.MONEY, f"{detail} it is, or wait (until then: unpaid, its days run on)")
    return Decision(Reason.PAID_SHORT, application, (letter,), tasks=(task,), note=note)


def _late(application: Application, event: MoneyArrived, note: str) -> Decision:
    held = application.but(held=Reason.PAID_LATE.value)
    letter = arrived_letter(LetterName.LATE_PAYMENT, held, event.amount, event.value_date)
    detail = f"{event.amount} yen dated {event.value_date}, after pay-by: accept or decline"
    task = Task(TaskKind.MONEY, f"{detail} (until then: the seat is kept)")
    return Decision(Reason.PAID_LATE, held, (letter,), tasks=(task,), note=note)


def receive_early(application: Application, event: MoneyArrived, _at: Moment) -> Decision:
    """Money for one that is still incomplete: kept for it, and counted when it is complete."""
    detail = f"{event.amount} yen arrived before the application is complete"
    default = "it counts as soon as the application is complete"
    return kept(application, event, Reason.PAID_BEFORE_COMPLETE, detail, default)


def receive_without_seat(application: Application, event: MoneyArrived, _at: Moment) -> Decision:
    """Money from one who waits in line and was asked not to pay: kept, and the payer is told so."""
    detail = f"{event.amount} yen arrived from one who has no seat: accept (a free seat) or refund"
    default = "it waits in line, and its money counts when a seat is offered"
    letter = LetterName.PAID_WITHOUT_SEAT
    return kept(application, event, Reason.PAID_WITHOUT_SEAT, detail, default, letter)


def receive_again(application: Application, event: MoneyArrived, _at: Moment) -> Decision:
    """Money for one that has paid already: kept apart for a person, and the payer is told so."""
    detail = f"{event.amount} yen arrived a second time: assign it to somebody else, or refund"
    default = "nothing is given back by itself"
    return kept(application, event, Reason.PAID_TWICE, detail, default, LetterName.PAID_TWICE)


def receive_when_closed(application: Application, event: MoneyArrived, at: Moment) -> Decision:
    """Money for a closed one: on time it reopens what expired unpaid, into free seats only."""
    expired = application.closed_reason == Reason.EXPIRED.value
    if expired and _in_time(application, event) and application.seats <= at.roster.free:
        back = _credited(application, event).but(state=State.AWAITING_PAYMENT, closed_reason=None)
        settled = settle_if_covered(back, at, Reason.PAID_AND_REOPENED)
        if settled is not None:
            return replace(settled, note=_said(event))
    detail = f"{event.amount} yen arrived for a closed application: accept (a free seat) or refund"
    default = "closed stays closed"
    letter = LetterName.PAID_WHEN_CLOSED
    return kept(application, event, Reason.PAID_WHEN_CLOSED, detail, default, letter)


def kept(
    application: Application,
    event: MoneyArrived,
    reason: Reason,
    detail: str,
    default: str,
    letter: LetterName | None = None,
) -> Decision:
    """Credited, and a person decides; `default` is what happens until then."""
    credited = _credited(application, event)
    task = Task(TaskKind.MONEY, f"{detail} (until then: {default})")
    letters = (arrived_letter(letter, credited, event.amount, event.value_date),) if letter else ()
    return Decision(reason, credited, letters, tasks=(task,), note=_said(event))


def arrived_letter(
    name: LetterName, application: Application, amount: int, value_date: date
) -> Letter:
    """A letter to the contact about money that is here and settles nothing by itself."""
    return to_contact(name, application, amount=amount, value_date=value_date.isoformat())


# ---------------------------------------------------------------- access


def admit(
    application: Application, at: Moment, reason: Reason, *, answer: bool = False
) -> Decision:
    """Send ID and password to every participant of a paid application."""
    admitted = application.but(
        state=State.ADMITTED,
        access_sent_at=application.access_sent_at or at.now,
        access_generation=at.roster.access_generation,
    )
    letters = to_each_participant(LetterName.ACCESS, admitted, answer=answer)
    return Decision(reason, admitted, letters)


def open_access(application: Application, event: AccessDue, at: Moment) -> Decision:
    """Access is open, or was rotated: it is sent to one that has paid and does not have it."""
    if at.now >= at.rules.access_ends_at:
        return unchanged(application, Reason.ACCESS_ENDED)
    if not at.access_open:
        return unchanged(application, Reason.ACCESS_NOT_OPEN)
    if application.access_generation >= event.generation:
        return unchanged(application, Reason.ACCESS_SENT)
    return admit(application, at, Reason.ACCESS_SENT)


# ---------------------------------------------------------------- no money came


def expire(application: Application, event: PaymentLapsed, at: Moment) -> Decision:
    """`pay_by` is over: expired when the bank's word covers it and nothing speaks against it."""
    if not bank_has_spoken(application.pay_by, at):
        return unchanged(application, Reason.NOT_EXPIRED_YET)
    excuse = application.payment_reported or application.invoice_requested or event.money_open
    if application.held is not None or application.credited or excuse:
        detail = "unpaid at the end, but held, paid in part, reported paid, invoiced, or money is"
        detail += " here that may be its own: decide (until then: the seat is kept)"
        return kept_for_a_person(application, TaskKind.MONEY, detail)
    anew = days_anew(application, event, at)
    if anew is not None:
        return anew
    gone = application.but(state=State.EXPIRED, closed_reason=Reason.EXPIRED.value)
    letter = to_contact(LetterName.EXPIRED, gone)
    return Decision(Reason.EXPIRED, gone, (letter,), follow_ups=SEAT_FREED)


def bank_has_spoken(pay_by: datetime | None, at: Moment) -> bool:
    """Whether `pay_by` is over and the statements cover every day that could prove payment."""
    if pay_by is None or at.now < pay_by:
        return False
    through = at.roster.covered_through
    return through is not None and through >= settled_on(pay_by, at.rules)


def settled_on(pay_by: datetime, rules: Rules) -> date:
    """The day that a statement must cover before `pay_by` can be said to have been missed."""
    return calendar.add_business_days(last_day(pay_by), rules.payment.settle_after)


def expirable_before(covered_through: date, rules: Rules) -> datetime:
    """Every `pay_by` up to this instant is covered by the bank's word: the same rule, for a query.

    The last day D with `settled_on(D)` not after `covered_through`, as an exclusive end.
    """
    day = covered_through
    while calendar.add_business_days(day, rules.payment.settle_after) > covered_through:
        day -= timedelta(days=1)
    return rules.end_of(day)
