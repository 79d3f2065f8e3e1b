"""Money that is not here: taken back, only announced, or too much to be anybody's by itself.

Promise 5 lives here too: what was paid with money that the bank takes back is unpaid again, and an
announcement pays nothing.  A seat is not taken away by it: its own days count, and where they are
over a person decides.
"""

from __future__ import annotations

from datetime import datetime

from pipeline.domain.application import HAS_PAID, Application, State
from pipeline.domain.decision import Decision, Letter, LetterName, Reason, Task, TaskKind
from pipeline.domain.events import MoneyReversed, MoneyUndecided, PaymentExpected
from pipeline.domain.moment import Moment, to_contact
from pipeline.domain.settlement import arrived_letter

# ---------------------------------------------------------------- taken back


def take_back(application: Application, event: MoneyReversed, at: Moment) -> Decision:
    """Money was taken back: who paid with it owes again, and is told so."""
    left = application.but(credited=max(0, application.credited - event.amount))
    covered = left.credited >= at.owed(left)
    note = f"{event.amount} yen, {event.who}: {event.why}".rstrip(": ")
    if application.closed or (application.state in HAS_PAID and covered):
        return Decision(Reason.MONEY_REVERSED, left, note=note)
    if application.state in HAS_PAID:
        return _unpaid_again(left, event, at, note)
    return _owing_still(left, event, at, note)


def _unpaid_again(left: Application, event: MoneyReversed, at: Moment, note: str) -> Decision:
    """ID and password are sent anew when it has paid anew; what has left is a person's matter."""
    over = _is_over(left.pay_by, at)
    back = left.but(
        state=State.AWAITING_PAYMENT,
        discount=0,
        held=left.held or (Reason.UNPAID_AGAIN.value if over else None),
        access_generation=0,
        access_sent_at=left.access_sent_at if event.access_left else None,
    )
    tasks = _to_be_looked_at(event, over=over)
    if event.access_left:
        detail = f"unpaid again, but {event.access_left} letters with ID and password have left"
        tasks += (Task(TaskKind.SECRET, f"{detail}: rotate? (until then: they stay valid)"),)
    return Decision(Reason.UNPAID_AGAIN, back, (_letter(back, event),), tasks=tasks, note=note)


def _owing_still(left: Application, event: MoneyReversed, at: Moment, note: str) -> Decision:
    """Part of a payment, late or early money went back; nobody is left without a deadline."""
    went_late = left.held == Reason.PAID_LATE.value
    over = _is_over(_own_end(left, at), at)
    if went_late or (over and left.held is None):
        left = left.but(held=Reason.UNPAID_AGAIN.value)
    tasks = _to_be_looked_at(event, over=over or went_late)
    letters = (_letter(left, event),) if left.state is State.AWAITING_PAYMENT else ()
    return Decision(Reason.MONEY_REVERSED, left, letters, tasks=tasks, note=note)


def _letter(application: Application, event: MoneyReversed) -> Letter:
    return to_contact(LetterName.PAYMENT_REVERSED, application, arrived=event.amount)


def _to_be_looked_at(event: MoneyReversed, *, over: bool) -> tuple[Task, ...]:
    if over:
        detail = f"{event.amount} yen were taken back and its days are over: extend, release"
        return (Task(TaskKind.MONEY, f"{detail} or decline (until then: the seat is kept)"),)
    if event.who == "bank":
        detail = f"the bank took {event.amount} yen back"
        return (Task(TaskKind.MONEY, f"{detail} (until then: unpaid, its days run on)"),)
    return ()


def _own_end(application: Application, at: Moment) -> datetime | None:
    if application.state is State.UNCONFIRMED:
        return application.confirm_by or at.rules.closes_at
    if application.state is State.INCOMPLETE:
        return application.correct_by
    if application.state is State.WAITLISTED:
        return at.rules.closes_at
    return application.pay_by


def _is_over(end: datetime | None, at: Moment) -> bool:
    return end is None or at.now >= end


# ---------------------------------------------------------------- undecided, or announced


def look_into(application: Application, event: MoneyUndecided, _at: Moment) -> Decision:
    """More than is owed: whoever sent it is told that a person looks, and is not reminded."""
    detail = f"{event.amount} yen arrived, more than is owed: assign it, or refund"
    tasks = (Task(TaskKind.MONEY, f"{detail} (until then: nobody has paid with it)"),)
    note = f"{event.amount} yen, value date {event.value_date}"
    if application.state is not State.AWAITING_PAYMENT:
        return Decision(Reason.MONEY_UNDECIDED, application, tasks=tasks, note=note)
    asked = application.but(payment_reported=True)
    letter = arrived_letter(LetterName.OVER_PAYMENT, asked, event.amount, event.value_date)
    return Decision(Reason.MONEY_UNDECIDED, asked, (letter,), tasks=tasks, note=note)


def expect(application: Application, event: PaymentExpected, _at: Moment) -> Decision:
    """A preliminary notice (速報): reminders are silent, and nothing is paid."""
    note = f"{event.amount} yen by {event.channel}, preliminary"
    expecting = application.but(payment_reported=True)
    return Decision(Reason.PAYMENT_EXPECTED, expecting, note=note)
