"""What else strangers write: requests, reports, questions, bounces.

Law of this file: nothing here moves money, opens access or gives up a seat on anybody's word.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from pipeline.domain.application import HAS_PAID, Application, State
from pipeline.domain.decision import Decision, Letter, LetterName, Reason, Task, TaskKind
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
)
from pipeline.domain.moment import (
    Moment,
    how_it_stands,
    is_bounced,
    is_over,
    is_registered,
    to_a_person,
    to_contact,
    to_each_participant,
    to_sender,
    unchanged,
)
from pipeline.domain.settlement import admit

# ---------------------------------------------------------------- the password, please


def ask_for_access(application: Application, event: AccessRequested, at: Moment) -> Decision:
    """Re-sent to the registered addresses, once a day at most, and nothing said to the sender."""
    if is_over(event, at) or at.now >= at.rules.access_ends_at:
        return _ended(application, event)
    again = timedelta(hours=at.rules.intake.access_resend_hours)
    last = application.access_resent_at
    if last is not None and at.now - last < again:
        return unchanged(application, Reason.ACCESS_RESENT_TODAY)
    if not at.access_open:
        # Postponed after it was sent: what was sent then is of no use now.
        return _not_open(application, event)
    resent = application.but(access_resent_at=at.now, access_generation=at.roster.access_generation)
    # Who is no part of it gives neither thread nor hour to letters that go to others.
    answer = is_registered(resent, event.sender)
    letters = to_each_participant(LetterName.ACCESS, resent, answer=answer)
    return Decision(Reason.ACCESS_RESENT, resent, letters)


def ask_for_access_early(application: Application, event: AccessRequested, at: Moment) -> Decision:
    """Paid and not sent it yet: sent now if access is open, else told when it comes."""
    if is_over(event, at) or at.now >= at.rules.access_ends_at:
        return _ended(application, event)
    if at.access_open:
        resent = application.but(access_resent_at=at.now)
        answer = is_registered(resent, event.sender)
        return admit(resent, at, Reason.ACCESS_RESENT, answer=answer)
    return _not_open(application, event)


def ask_for_access_unpaid(application: Application, event: AccessRequested, at: Moment) -> Decision:
    """Not paid: the registered applicant is told how the application stands."""
    if is_over(event, at):
        return _ended(application, event)
    letter = how_it_stands(application, at, answer=True) or to_sender(LetterName.TO_A_PERSON, event)
    if application.state is State.AWAITING_PAYMENT:
        letter = to_contact(LetterName.ALREADY_REGISTERED, application, answer=True)
    return _to_the_registered(letter, application, event, Reason.ACCESS_NOT_PAID)


def _to_the_registered(
    letter: Letter, application: Application, event: FromOutside, reason: Reason
) -> Decision:
    """An answer to one of the application's own addresses; nothing at all to a stranger."""
    known = is_registered(application, event.sender)
    return Decision(reason, application, (letter,) if known else ())


def _not_open(application: Application, event: FromOutside) -> Decision:
    letter = to_contact(LetterName.PAYMENT_RECEIVED, application, answer=True)
    return _to_the_registered(letter, application, event, Reason.ACCESS_NOT_OPEN)


def _ended(application: Application, event: FromOutside) -> Decision:
    letter = to_sender(LetterName.EVENT_OVER, event)
    return _to_the_registered(letter, application, event, Reason.ACCESS_ENDED)


# ---------------------------------------------------------------- money and documents, in words


def report_payment(application: Application, event: PaymentReported, at: Moment) -> Decision:
    """'I have paid': noted and answered, never counted; reminders are silent meanwhile.

    Somebody else's word silences no reminder; a person looks, for it may be the one who pays.
    """
    if not is_registered(application, event.sender):
        return report_payment_unexpected(application, event, at)
    noted = application.but(payment_reported=True)
    letter = to_contact(LetterName.PAYMENT_REPORT_NOTED, noted, answer=True)
    return Decision(Reason.PAYMENT_REPORT_NOTED, noted, (letter,))


def report_payment_known(application: Application, event: PaymentReported, at: Moment) -> Decision:
    """'I have paid', and we know: said so, to the registered address only."""
    if not is_registered(application, event.sender):
        return report_payment_unexpected(application, event, at)
    letter = to_contact(LetterName.ALREADY_REGISTERED, application, answer=True)
    return Decision(Reason.PAYMENT_REPORT_NOTED, application, (letter,))


def report_payment_unexpected(
    application: Application | None, event: PaymentReported, at: Moment
) -> Decision:
    """'I have paid', from one who owes nothing or is no part of it: a person looks."""
    detail = "a payment is reported where none is expected"
    if application is not None and not is_registered(application, event.sender):
        detail = "a payment is reported by somebody who is not registered"
    return to_a_person(application, event, at, TaskKind.MONEY, detail)


def ask_for_document(
    application: Application | None, event: DocumentRequested, at: Moment
) -> Decision:
    """An invoice or a receipt is a person's work; an open invoice keeps reminders away.

    But not one that somebody else asks for.
    """
    invoice = event.document == "invoice"
    ours = application is not None and is_registered(application, event.sender)
    if invoice and application is not None and ours and not application.closed:
        application = application.but(invoice_requested=application.state not in HAS_PAID)
    kind = TaskKind.INVOICE if invoice else TaskKind.RECEIPT
    return to_a_person(application, event, at, kind, f"{event.document} asked for")


# ---------------------------------------------------------------- for a person, or for nobody


def ask_for_change(application: Application | None, event: ChangeRequested, at: Moment) -> Decision:
    """A change of person, address or anything else is weighed by a person, never made by mail.

    Where it comes from another address than the registered one, that one is told of it: whoever
    wants to take an application over must not be able to do it in silence.
    """
    if application is None or is_registered(application, event.sender):
        return to_a_person(application, event, at, TaskKind.CHANGE, "a change is asked for")
    detail = "a change is asked for from an address that is not registered"
    decision = to_a_person(application, event, at, TaskKind.CHANGE, detail)
    if application.closed or is_over(event, at):
        return decision
    notice = to_contact(LetterName.CHANGE_NOTICE, application)
    return replace(decision, letters=(*decision.letters, notice))


def ask(application: Application | None, event: QuestionAsked, at: Moment) -> Decision:
    """A question is answered by a person."""
    return to_a_person(application, event, at, TaskKind.ANSWER, event.why)


def apply_when_closed(application: Application, event: Applied, at: Moment) -> Decision:
    """A form in the thread of a closed application: closed stays closed, a person looks."""
    detail = "a form for a closed application"
    reason = Reason.CLOSED_STAYS_CLOSED
    return to_a_person(application, event, at, TaskKind.CHANGE, detail, reason)


def write_when_closed(application: Application, event: FromOutside, at: Moment) -> Decision:
    """Anything else for a closed application: closed stays closed, a person answers."""
    detail = "a mail for a closed application"
    reason = Reason.CLOSED_STAYS_CLOSED
    return to_a_person(application, event, at, TaskKind.ANSWER, detail, reason)


def write_unknown(_: None, event: FromOutside, at: Moment) -> Decision:
    """A request about an application that we cannot find: a person looks for it."""
    return to_a_person(None, event, at, TaskKind.ANSWER, "its application was not found")


def acknowledge(application: Application | None, _event: Acknowledged, _at: Moment) -> Decision:
    """Thanks are not answered."""
    return unchanged(application, Reason.ACKNOWLEDGED)


def leave_unanswered(application: Application | None, event: Unanswerable, _at: Moment) -> Decision:
    """Automatic mail, lists, our own come back: recorded, and never answered.

    Not answering is not dropping: what may matter is given to a person.
    """
    decision = unchanged(application, Reason.NOT_ANSWERED, event.kind)
    if not event.for_a_person:
        return decision
    task = Task(TaskKind.REVIEW, f"a mail that was not answered: {event.kind}")
    return replace(decision, tasks=(task,))


# ---------------------------------------------------------------- mail that does not arrive


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
    if not is_registered(application, address) or is_bounced(application, address):
        return unchanged(application, reason, diagnosis)
    marked = application.but(bounced=(*application.bounced, address))
    task = Task(TaskKind.ADDRESS, "mail does not arrive: ask by telephone for another address")
    return Decision(reason, marked, tasks=() if marked.closed else (task,), note=diagnosis)
