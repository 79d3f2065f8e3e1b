"""What else strangers write: withdrawals, requests, reports, questions, bounces.

Law of this file: nothing here moves money or opens access on anybody's word.  What would release
or give up somebody's seat is done only for the registered sender and, where it cannot be undone,
only after they have confirmed it in answer to a letter of ours.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from pipeline.domain.application import HAS_PAID, Application, State
from pipeline.domain.decision import Decision, LetterName, Reason, Task, TaskKind
from pipeline.domain.events import (
    AccessRequested,
    Acknowledged,
    Applied,
    Bounced,
    ChangeRequested,
    DocumentRequested,
    FromOutside,
    LetterFailed,
    PaymentReported,
    QuestionAsked,
    Unanswerable,
    WithdrawalRequested,
)
from pipeline.domain.moment import (
    SEAT_FREED,
    Moment,
    is_registered,
    to_a_person,
    to_contact,
    to_each_participant,
    unchanged,
)
from pipeline.domain.settlement import settle_if_covered

# ---------------------------------------------------------------- withdrawal


def ask_to_withdraw(application: Application, event: WithdrawalRequested, at: Moment) -> Decision:
    """A wish to withdraw before payment: carried out when we can be sure of it."""
    if not is_registered(application, event.sender):
        return _by_a_stranger(application, event)
    if event.authenticated or (event.confirmed and application.withdrawal_asked):
        return withdraw(application, event.participants, at, answer=True)
    asked = application.but(withdrawal_asked=True)
    letter = to_contact(LetterName.WITHDRAWAL_CONFIRM, asked, answer=True)
    return Decision(Reason.WITHDRAWAL_UNAUTHENTICATED, asked, (letter,))


def ask_to_withdraw_paid(
    application: Application, event: WithdrawalRequested, at: Moment
) -> Decision:
    """After payment: told first that nothing is refunded, carried out when confirmed."""
    if not is_registered(application, event.sender):
        return _by_a_stranger(application, event)
    if event.confirmed and application.withdrawal_asked:
        return withdraw(application, event.participants, at, answer=True)
    asked = application.but(withdrawal_asked=True)
    letter = to_contact(LetterName.NO_REFUND, asked, answer=True)
    return Decision(Reason.WITHDRAWAL_EXPLAINED, asked, (letter,))


def withdraw(
    application: Application, numbers: tuple[int, ...], at: Moment, *, answer: bool
) -> Decision:
    """Withdraw some participants, or all of them; the seats are free at once."""
    leaving = {p.number for p in application.active if not numbers or p.number in numbers}
    staying = application.but(
        withdrawal_asked=False,
        participants=tuple(
            replace(p, withdrawn=p.withdrawn or p.number in leaving)
            for p in application.participants
        ),
    )
    if staying.active:
        return _withdraw_some(application, staying, at, answer=answer)
    gone = application.but(
        state=State.WITHDRAWN, closed_reason=Reason.WITHDRAWN.value, withdrawal_asked=False
    )
    letter = to_contact(LetterName.WITHDRAWN, gone, answer=answer)
    unpaid_money = application.credited and application.state not in HAS_PAID
    tasks = (Task(TaskKind.MONEY, f"withdrawn with {gone.credited} yen here"),)
    return Decision(
        Reason.WITHDRAWN,
        gone,
        (letter,),
        tasks=tasks if unpaid_money else (),
        follow_ups=SEAT_FREED,
    )


def _withdraw_some(
    application: Application, staying: Application, at: Moment, *, answer: bool
) -> Decision:
    letter = to_contact(
        LetterName.WITHDRAWN,
        staying,
        answer=answer,
        names="、".join(
            p.name or "" for p in application.active if p.number not in _numbers(staying)
        ),
    )
    waits_for_money = staying.state is State.AWAITING_PAYMENT and staying.credited > 0
    paid = settle_if_covered(staying, at, Reason.PARTICIPANT_WITHDRAWN) if waits_for_money else None
    if paid is not None:
        return replace(paid, letters=(letter, *paid.letters), follow_ups=SEAT_FREED)
    return Decision(Reason.PARTICIPANT_WITHDRAWN, staying, (letter,), follow_ups=SEAT_FREED)


def _numbers(application: Application) -> frozenset[int]:
    return frozenset(p.number for p in application.active)


def _by_a_stranger(application: Application, event: FromOutside) -> Decision:
    return to_a_person(
        application, event, TaskKind.CHANGE, "a withdrawal from an address not registered"
    )


# ---------------------------------------------------------------- the password, please


def ask_for_access(application: Application, event: AccessRequested, at: Moment) -> Decision:
    """Re-sent to the registered addresses, once a day at most, and nothing said to the sender."""
    if at.now >= at.rules.access_ends_at:
        return _silent_or(LetterName.EVENT_OVER, application, event, Reason.ACCESS_ENDED)
    again = timedelta(hours=at.rules.intake.access_resend_hours)
    last = application.access_resent_at
    if last is not None and at.now - last < again:
        return unchanged(application, Reason.ACCESS_RESENT_TODAY)
    if not at.roster.access_ready:
        return _silent_or(LetterName.PAYMENT_RECEIVED, application, event, Reason.ACCESS_NOT_OPEN)
    resent = application.but(access_resent_at=at.now)
    letters = to_each_participant(LetterName.ACCESS, resent, answer=True)
    return Decision(Reason.ACCESS_RESENT, resent, letters)


def ask_for_access_early(application: Application, event: AccessRequested, _at: Moment) -> Decision:
    """Paid, and access is not open yet: the registered applicant is told when it comes."""
    return _silent_or(LetterName.PAYMENT_RECEIVED, application, event, Reason.ACCESS_NOT_OPEN)


def ask_for_access_unpaid(
    application: Application, event: AccessRequested, _at: Moment
) -> Decision:
    """Not paid: the registered applicant is told how the application stands."""
    return _silent_or(LetterName.ALREADY_REGISTERED, application, event, Reason.ACCESS_NOT_PAID)


def _silent_or(
    letter: LetterName, application: Application, event: FromOutside, reason: Reason
) -> Decision:
    if not is_registered(application, event.sender):
        return unchanged(application, reason)
    return Decision(reason, application, (to_contact(letter, application, answer=True),))


# ---------------------------------------------------------------- money and documents, in words


def report_payment(application: Application, _event: PaymentReported, _at: Moment) -> Decision:
    """'I have paid': noted and answered, never counted; reminders are silent meanwhile."""
    noted = application.but(payment_reported=True)
    letter = to_contact(LetterName.PAYMENT_REPORT_NOTED, noted, answer=True)
    return Decision(Reason.PAYMENT_REPORT_NOTED, noted, (letter,))


def report_payment_known(
    application: Application, _event: PaymentReported, _at: Moment
) -> Decision:
    """'I have paid', and we know: said so."""
    letter = to_contact(LetterName.ALREADY_REGISTERED, application, answer=True)
    return Decision(Reason.PAYMENT_REPORT_NOTED, application, (letter,))


def report_payment_unexpected(
    application: Application | None, event: PaymentReported, _at: Moment
) -> Decision:
    """'I have paid', from one who owes nothing: a person looks for the money."""
    detail = "a payment is reported where none is expected"
    return to_a_person(application, event, TaskKind.MONEY, detail)


def ask_for_document(
    application: Application | None, event: DocumentRequested, _at: Moment
) -> Decision:
    """An invoice or a receipt is a person's work; an open invoice keeps reminders away."""
    invoice = event.document == "invoice"
    if application is not None and invoice and application.state is State.AWAITING_PAYMENT:
        application = application.but(invoice_requested=True)
    kind = TaskKind.INVOICE if invoice else TaskKind.RECEIPT
    return to_a_person(application, event, kind, f"{event.document} asked for")


# ---------------------------------------------------------------- for a person, or for nobody


def ask_for_change(
    application: Application | None, event: ChangeRequested, _at: Moment
) -> Decision:
    """A change of person, address or anything else is weighed by a person."""
    return to_a_person(application, event, TaskKind.CHANGE, "a change is asked for")


def ask(application: Application | None, event: QuestionAsked, _at: Moment) -> Decision:
    """A question is answered by a person."""
    return to_a_person(application, event, TaskKind.ANSWER, event.why)


def apply_when_closed(application: Application, event: Applied, _at: Moment) -> Decision:
    """A form in the thread of a closed application: closed stays closed, a person looks."""
    return to_a_person(
        application,
        event,
        TaskKind.CHANGE,
        "a form for a closed application",
        Reason.CLOSED_STAYS_CLOSED,
    )


def write_when_closed(application: Application, event: FromOutside, _at: Moment) -> Decision:
    """Anything else for a closed application: closed stays closed, a person answers."""
    return to_a_person(
        application,
        event,
        TaskKind.ANSWER,
        "a mail for a closed application",
        Reason.CLOSED_STAYS_CLOSED,
    )


def withdraw_unknown(_: None, event: FromOutside, _at: Moment) -> Decision:
    """A request about an application that we cannot find: a person looks for it."""
    return to_a_person(None, event, TaskKind.ANSWER, "its application was not found")


def acknowledge(application: Application | None, _event: Acknowledged, _at: Moment) -> Decision:
    """Thanks are not answered."""
    return unchanged(application, Reason.ACKNOWLEDGED)


def leave_unanswered(application: Application | None, event: Unanswerable, _at: Moment) -> Decision:
    """Automatic mail, lists, our own come back: recorded, and never answered."""
    return unchanged(application, Reason.NOT_ANSWERED, event.kind)


def bounce(application: Application | None, event: Bounced, _at: Moment) -> Decision:
    """A returned letter: after a permanent failure nothing more is sent to that address."""
    if not event.permanent or application is None:
        reason = Reason.BOUNCED if event.permanent else Reason.BOUNCED_TEMPORARILY
        return unchanged(application, reason, event.diagnosis)
    return _unreachable(application, event.address, Reason.BOUNCED, event.diagnosis)


def letter_failed(application: Application, event: LetterFailed, _at: Moment) -> Decision:
    """The receiving server refused a recipient for good: the same as a bounce."""
    return _unreachable(application, event.recipient, Reason.LETTER_FAILED, event.diagnosis)


def _unreachable(
    application: Application, address: str, reason: Reason, diagnosis: str
) -> Decision:
    ours = is_registered(application, address)
    if not ours or address.lower() in {a.lower() for a in application.bounced}:
        return unchanged(application, reason, diagnosis)
    marked = application.but(bounced=(*application.bounced, address))
    task = Task(TaskKind.ADDRESS, "mail does not arrive: ask by telephone for another address")
    return Decision(reason, marked, tasks=(task,), note=diagnosis)
