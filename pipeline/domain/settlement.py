"""Money that has arrived: what it pays, and what it does not.

Law of this file: only the bank's dates and whole amounts count.  Part of a payment admits nobody,
money after `pay_by` is judged by a person while the seat is kept, and nobody expires before the
bank's word covers the days that count.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

from pipeline.domain import calendar
from pipeline.domain.application import Application, State
from pipeline.domain.decision import Decision, LetterName, Reason, Task, TaskKind
from pipeline.domain.events import AccessDue, MoneyArrived, PaymentLapsed
from pipeline.domain.moment import (
    SEAT_FREED,
    Moment,
    last_day,
    to_contact,
    to_each_participant,
    unchanged,
)
from pipeline.domain.rules import Rules

# ---------------------------------------------------------------- money arrives


def receive_money(application: Application, event: MoneyArrived, at: Moment) -> Decision:
    """Money for one that is waited for."""
    credited = _credited(application, event)
    note = _said(event)
    if application.pay_by is not None and event.value_date > last_day(application.pay_by):
        return _late(credited, event, note)
    decision = settle_if_covered(credited, at, Reason.PAID)
    if decision is None:
        return _short(credited, event, at, note)
    return replace(decision, note=note)


def settle_if_covered(application: Application, at: Moment, reason: Reason) -> Decision | None:
    """Paid, if what has arrived covers what is owed; admitted at once where access is open.

    None when it does not. `reason` is what else was decided; money's own reason wins.
    """
    owed = at.owed(application)
    if application.credited < owed:
        return None
    over = application.credited - owed
    tasks = (Task(TaskKind.MONEY, f"{over} yen more than owed"),) if over else ()
    paid = application.but(
        state=State.PAID, held=None, payment_reported=False, invoice_requested=False
    )
    why = Reason.PAID_OVER if over else reason
    if at.roster.access_open(at.now):
        told = admit(paid, at, Reason.PAID_AND_ADMITTED if why is Reason.PAID else why)
        return replace(told, tasks=tasks)
    letter = to_contact(LetterName.PAYMENT_RECEIVED, paid)
    return Decision(why, paid, (letter,), tasks=tasks)


def _credited(application: Application, event: MoneyArrived) -> Application:
    return application.but(credited=application.credited + event.amount, payment_reported=False)


def _said(event: MoneyArrived) -> str:
    return f"{event.amount} yen, value date {event.value_date}, {event.who}: {event.why}".rstrip(
        ": "
    )


def _short(application: Application, event: MoneyArrived, at: Moment, note: str) -> Decision:
    lacking = at.owed(application) - application.credited
    letter = to_contact(
        LetterName.SHORT_PAYMENT, application, arrived=event.amount, missing=lacking
    )
    return Decision(Reason.PAID_SHORT, application, (letter,), note=note)


def _late(application: Application, event: MoneyArrived, note: str) -> Decision:
    held = application.but(held=Reason.PAID_LATE.value)
    letter = to_contact(
        LetterName.LATE_PAYMENT, held, amount=event.amount, value_date=event.value_date.isoformat()
    )
    task = Task(
        TaskKind.MONEY, f"{event.amount} yen dated {event.value_date}, after pay-by: decide"
    )
    return Decision(Reason.PAID_LATE, held, (letter,), tasks=(task,), note=note)


def receive_early(application: Application, event: MoneyArrived, _at: Moment) -> Decision:
    """Money for one that is still incomplete: kept for it, and counted when it is complete."""
    credited = _credited(application, event)
    task = Task(TaskKind.MONEY, f"{event.amount} yen arrived before the application is complete")
    return Decision(Reason.PAID_BEFORE_COMPLETE, credited, tasks=(task,), note=_said(event))


def receive_without_seat(application: Application, event: MoneyArrived, _at: Moment) -> Decision:
    """Money from one who waits in line and was asked not to pay."""
    credited = _credited(application, event)
    task = Task(TaskKind.MONEY, f"{event.amount} yen arrived from one who has no seat")
    return Decision(Reason.PAID_WITHOUT_SEAT, credited, tasks=(task,), note=_said(event))


def receive_again(application: Application, event: MoneyArrived, _at: Moment) -> Decision:
    """Money for one that has paid already."""
    credited = _credited(application, event)
    task = Task(TaskKind.MONEY, f"{event.amount} yen arrived a second time")
    return Decision(Reason.PAID_TWICE, credited, tasks=(task,), note=_said(event))


def receive_when_closed(application: Application, event: MoneyArrived, at: Moment) -> Decision:
    """Money for a closed one: on time it reopens what expired unpaid, into free seats only."""
    credited = _credited(application, event)
    note = _said(event)
    if _may_reopen(application, event) and application.seats <= at.roster.free:
        reopened = credited.but(state=State.AWAITING_PAYMENT, closed_reason=None)
        settled = settle_if_covered(reopened, at, Reason.PAID_AND_REOPENED)
        if settled is not None:
            return replace(settled, note=note)
    task = Task(TaskKind.MONEY, f"{event.amount} yen arrived for a closed application")
    return Decision(Reason.PAID_WHEN_CLOSED, credited, tasks=(task,), note=note)


def _may_reopen(application: Application, event: MoneyArrived) -> bool:
    unpaid = application.closed_reason == Reason.EXPIRED.value
    in_time = application.pay_by is not None and event.value_date <= last_day(application.pay_by)
    return unpaid and in_time


# ---------------------------------------------------------------- access


def admit(application: Application, at: Moment, reason: Reason) -> Decision:
    """Send ID and password to every participant of a paid application."""
    admitted = application.but(
        state=State.ADMITTED,
        access_sent_at=at.now,
        access_generation=at.roster.access_generation,
    )
    return Decision(reason, admitted, to_each_participant(LetterName.ACCESS, admitted))


def open_access(application: Application, event: AccessDue, at: Moment) -> Decision:
    """Access is open, or was rotated: it is sent to one that has paid and does not have it."""
    if not at.roster.access_open(at.now) or at.now >= at.rules.access_ends_at:
        return unchanged(application, Reason.ACCESS_NOT_OPEN)
    if application.access_generation >= event.generation:
        return unchanged(application, Reason.ACCESS_SENT)
    return admit(application, at, Reason.ACCESS_SENT)


# ---------------------------------------------------------------- no money came


def expire(application: Application, _: PaymentLapsed, at: Moment) -> Decision:
    """`pay_by` is over: expired when the bank's word covers it and nothing speaks against it."""
    if not bank_has_spoken(application.pay_by, at):
        return unchanged(application, Reason.NOT_EXPIRED_YET)
    if application.credited or application.payment_reported:
        # Part of the money, or the applicant's word for it: a person looks before a seat is lost.
        held = application.but(held=Reason.NOT_EXPIRED_YET.value)
        task = Task(TaskKind.MONEY, "unpaid at the end, but money or a report of it is here")
        return Decision(Reason.NOT_EXPIRED_YET, held, tasks=(task,))
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
