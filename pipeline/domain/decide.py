"""`decide()`: the one place where an application changes, as a table and as a pure function.

Promise 2 lives here: every change of an application comes from `decide()`, with its reason.

Law of this file: `TRANSITIONS[state][event type]` names the handler; an event that a state does
not expect is recorded and changes nothing.  `decide()` is total: it never raises for what a
stranger wrote.  Handlers live beside their subject (`registration`, `confirmation`, `correction`,
`withdrawal`, `correspondence`, `settlement`, `reminding`, `operating`); to change what may happen,
change the table.  Tests and `docs/states.md` read the same table.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

from pipeline.domain import (
    acceptance,
    confirmation,
    correction,
    operating,
    registration,
    reminding,
    reversal,
    settlement,
    withdrawal,
)
from pipeline.domain import correspondence as mail
from pipeline.domain.application import CLOSED, HAS_PAID, Application, State, Thread
from pipeline.domain.decision import (
    PAYMENT_LETTERS,
    Decision,
    Reason,
    Roster,
    Task,
    TaskKind,
)
from pipeline.domain.events import (
    Accepted,
    AccessDue,
    AccessRequested,
    Acknowledged,
    Applied,
    Bounced,
    Cancelled,
    ChangeRequested,
    ConfirmationDue,
    ConfirmationLapsed,
    Confirmed,
    CorrectionLapsed,
    Declined,
    Disowned,
    DocumentRequested,
    Event,
    Extended,
    FromOutside,
    Held,
    LetterFailed,
    MoneyAccepted,
    MoneyArrived,
    MoneyReversed,
    MoneyUndecided,
    PaymentExpected,
    PaymentLapsed,
    PaymentReported,
    QuestionAsked,
    Released,
    ReminderDue,
    Resent,
    SeatBecameFree,
    Unanswerable,
    WaitlistEnded,
    WithdrawalRequested,
    WithdrawnByOperator,
)
from pipeline.domain.moment import Moment, is_bounced, is_registered, unchanged
from pipeline.domain.rules import Rules

Handler = Callable[[Any, Any, Moment], Decision]
Row = dict[type[Event], Handler]

_ANYWHERE: Row = {
    Acknowledged: mail.acknowledge,
    Unanswerable: mail.leave_unanswered,
    Bounced: mail.bounce,
}
_WITH_MONEY: Row = {
    MoneyReversed: reversal.take_back,
    MoneyUndecided: reversal.look_into,
}
_OPEN: Row = (
    _ANYWHERE
    | _WITH_MONEY
    | {
        DocumentRequested: mail.ask_for_document,
        ChangeRequested: mail.ask_for_change,
        QuestionAsked: mail.ask,
        LetterFailed: mail.letter_failed,
        ReminderDue: reminding.remind,
        Held: operating.hold,
        Released: operating.release,
        WithdrawnByOperator: operating.withdraw_by_hand,
        Cancelled: operating.cancel,
        Resent: operating.resend,
    }
)
_UNPAID: Row = _OPEN | {
    AccessRequested: mail.ask_for_access_unpaid,
    WithdrawalRequested: withdrawal.ask_to_withdraw,
    PaymentExpected: reversal.expect,
    Declined: operating.decline,
}
_CLOSED: Row = (
    _ANYWHERE
    | _WITH_MONEY
    | {
        Applied: mail.apply_when_closed,
        Confirmed: confirmation.confirm_too_late,
        Disowned: confirmation.disown,
        WithdrawalRequested: mail.write_when_closed,
        AccessRequested: mail.write_when_closed,
        PaymentReported: mail.report_payment_unexpected,
        DocumentRequested: mail.ask_for_document,
        ChangeRequested: mail.ask_for_change,
        QuestionAsked: mail.ask,
        LetterFailed: mail.letter_failed,
        MoneyArrived: settlement.receive_when_closed,
        Accepted: operating.reopen,
        MoneyAccepted: acceptance.accept_when_closed,
        Held: operating.hold,
        Released: operating.release,
    }
)

TRANSITIONS: dict[State | None, Row] = {
    None: _ANYWHERE
    | {
        Applied: registration.apply_anew,
        WithdrawalRequested: mail.write_unknown,
        AccessRequested: mail.write_unknown,
        PaymentReported: mail.report_payment_unexpected,
        DocumentRequested: mail.ask_for_document,
        ChangeRequested: mail.ask_for_change,
        QuestionAsked: mail.ask,
    },
    State.UNCONFIRMED: _UNPAID
    | {
        Applied: confirmation.apply_again,
        Confirmed: confirmation.confirm,
        Disowned: confirmation.disown,
        WithdrawalRequested: confirmation.withdraw_unconfirmed,
        AccessRequested: confirmation.write_unconfirmed,
        PaymentReported: mail.report_payment_unexpected,
        Bounced: confirmation.bounce_unconfirmed,
        LetterFailed: confirmation.letter_failed_unconfirmed,
        ConfirmationDue: confirmation.ask_now,
        ConfirmationLapsed: reminding.lapse_unconfirmed,
        MoneyArrived: confirmation.receive_unconfirmed,
        Accepted: operating.accept_unconfirmed,
        MoneyAccepted: acceptance.accept_without_seat,
        Declined: operating.decline_unconfirmed,
        Cancelled: operating.cancel_unconfirmed,
    },
    State.INCOMPLETE: _UNPAID
    | {
        Applied: correction.correct,
        PaymentReported: mail.report_payment_unexpected,
        CorrectionLapsed: reminding.lapse,
        MoneyArrived: settlement.receive_early,
        Accepted: operating.accept_incomplete,
        MoneyAccepted: acceptance.accept_before_complete,
    },
    State.AWAITING_PAYMENT: _UNPAID
    | {
        Applied: correction.repeat,
        PaymentReported: mail.report_payment,
        MoneyArrived: settlement.receive_money,
        PaymentLapsed: settlement.expire,
        Accepted: operating.accept_money,
        MoneyAccepted: acceptance.accept_as_it_is,
        Extended: operating.extend,
    },
    State.WAITLISTED: _UNPAID
    | {
        Applied: correction.correct_waiting,
        PaymentReported: mail.report_payment_unexpected,
        SeatBecameFree: registration.offer,
        MoneyArrived: settlement.receive_without_seat,
        WaitlistEnded: reminding.end_waitlist,
        Accepted: operating.accept_waiting,
        MoneyAccepted: acceptance.accept_without_seat,
    },
    State.PAID: _OPEN
    | {
        Applied: correction.repeat,
        WithdrawalRequested: withdrawal.ask_to_withdraw_paid,
        AccessRequested: mail.ask_for_access_early,
        PaymentReported: mail.report_payment_known,
        MoneyArrived: settlement.receive_again,
        MoneyAccepted: acceptance.accept_surplus,
        AccessDue: settlement.open_access,
    },
    State.ADMITTED: _OPEN
    | {
        Applied: correction.repeat,
        WithdrawalRequested: withdrawal.ask_to_withdraw_paid,
        AccessRequested: mail.ask_for_access,
        PaymentReported: mail.report_payment_known,
        MoneyArrived: settlement.receive_again,
        MoneyAccepted: acceptance.accept_surplus,
        AccessDue: settlement.open_access,
    },
    **dict.fromkeys(CLOSED, _CLOSED),
}


def decide(
    application: Application | None, event: Event, roster: Roster, rules: Rules, now: datetime
) -> Decision:
    """What shall be true after `event`, and why.

    `application` is the one the event is about, or None.  `roster` is the event as this write
    transaction has it; `now` is event time.  Total: an unexpected event changes nothing.
    """
    at = Moment(roster, rules, now)
    state = application.state if application is not None else None
    handler = TRANSITIONS[state].get(type(event), _not_expected)
    return _completed(handler(application, event, at), event, at)


def _not_expected(application: Application | None, event: Event, _: Moment) -> Decision:
    return unchanged(application, Reason.NOT_EXPECTED, type(event).__name__)


def _completed(decision: Decision, event: Event, at: Moment) -> Decision:
    """What every decision gets: no letter to where none arrives, its version, its reminders."""
    tasks = decision.tasks + _further_tasks(event)
    after = decision.application
    if after is None:
        return replace(decision, tasks=tasks)
    letters = decision.letters
    note = decision.note
    if after.bounced:
        letters = tuple(one for one in letters if not is_bounced(after, one.to))
        if len(letters) < len(decision.letters):
            note = f"{note} (no letter to an address that refuses our mail)".lstrip()
            tasks += _unheard(event)
    asks_for_money = any(letter.name in PAYMENT_LETTERS for letter in letters)
    after = after.but(
        version=after.version + 1,
        thread=_thread(after, event),
        payment_letter_at=at.now if asks_for_money else after.payment_letter_at,
        **_also_said(after, event),
    )
    return Decision(
        reason=decision.reason,
        application=after,
        letters=letters,
        reminders=reminding.plan(after, at.rules),
        tasks=tasks,
        follow_ups=decision.follow_ups,
        note=note,
    )


def _thread(application: Application, event: Event) -> Thread:
    """The applicant's latest own mail: what we send next stands in its thread."""
    if not isinstance(event, FromOutside) or isinstance(event, Unanswerable | Bounced):
        return application.thread
    theirs = event.thread.message_id is not None and is_registered(application, event.sender)
    return event.thread if theirs else application.thread


def _also_said(application: Application, event: Event) -> dict[str, bool]:
    """What a mail says beside its main matter keeps reminders away as if it stood alone."""
    if not isinstance(event, FromOutside) or not event.also or application.state not in _OWING:
        return {}
    if not is_registered(application, event.sender):
        return {}  # somebody else's word silences no reminder
    return {flag: True for wish, flag in _FLAG_OF.items() if wish in event.also}


def _unheard(event: Event) -> tuple[Task, ...]:
    """Somebody who wrote to us cannot be answered: a person reaches them another way."""
    if not isinstance(event, FromOutside):
        return ()
    return (Task(TaskKind.ADDRESS, "a mail could not be answered: its address refuses our mail"),)


_OWING = frozenset(State) - CLOSED - HAS_PAID
_FLAG_OF = {"invoice_request": "invoice_requested", "payment_report": "payment_reported"}
_TASK_OF = {
    "question": TaskKind.ANSWER,
    "invoice_request": TaskKind.INVOICE,
    "receipt_request": TaskKind.RECEIPT,
    "change_request": TaskKind.CHANGE,
    "payment_report": TaskKind.MONEY,
}


def _further_tasks(event: Event) -> tuple[Task, ...]:
    if not isinstance(event, FromOutside):
        return ()
    return tuple(
        Task(_TASK_OF.get(wish, TaskKind.ANSWER), f"the same mail also: {wish}")
        for wish in event.also
    )
