"""What a mail says, as an event for the door.

Law of this file: a table from the kind of a mail to the event it is.  Nothing is decided; whose
application it concerns is chosen by `mail.correlate` among the values that were looked up here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pipeline.domain.application import Application, State
from pipeline.domain.decision import Reason
from pipeline.domain.events import (
    AccessRequested,
    Acknowledged,
    Applied,
    Bounced,
    ChangeRequested,
    Confirmed,
    Disowned,
    DocumentRequested,
    Event,
    PaymentReported,
    QuestionAsked,
    Unanswerable,
    WithdrawalRequested,
)
from pipeline.domain.moment import is_registered
from pipeline.mail import correlate
from pipeline.mail.naming import named_people
from pipeline.mail.reading import Kind, Reading
from pipeline.store.unit import Unit
from pipeline.workers.floods import NOBODYS_NUMBER

APPLICATIONS = frozenset(
    {Kind.APPLICATION, Kind.APPLICATION_INCOMPLETE, Kind.APPLICATION_NEEDS_REVIEW}
)


@dataclass(frozen=True, slots=True)
class Routed:
    """Whose application a mail concerns, and what it says."""

    target: str | None
    event: Event


def route(
    reading: Reading, slug: str, arrived_at: datetime, unit: Unit, *, failed_letter: str | None
) -> Routed:
    """The event of one mail. `failed_letter` is the Message-ID that a bounce token names."""
    ids = (*((failed_letter,) if failed_letter else ()), *reading.answers_to)
    known = {reading.reference} if reading.reference and unit.application(reading.reference) else ()
    found = correlate.Found(
        by_message_id=unit.by_message_id(slug, ids) if ids else {},
        known=known,
        of_sender=unit.open_of_address(slug, reading.reply_to) if reading.reply_to else (),
    )
    target = correlate.choose(reading, found)
    application = unit.application(target) if target is not None else None
    in_thread = target is not None and any(
        found.by_message_id.get(one) == target for one in reading.answers_to
    )
    make = _MADE_BY.get(reading.kind, _question)
    if reading.kind not in _SILENT and not reading.answer:
        make = _unanswerable
    mail = _Mail(reading, slug, arrived_at, unit, application, in_thread, failed_letter)
    if mail.answers_the_question:
        make = (lambda mail: Disowned(**mail.said())) if reading.disowned else _confirmed
    return Routed(target, make(mail))


@dataclass(frozen=True, slots=True)
class _Mail:
    """One mail, with what was looked up for it."""

    reading: Reading
    slug: str
    arrived_at: datetime
    unit: Unit
    application: Application | None
    in_thread: bool
    """Whether it names a letter of ours to this application by its Message-ID."""
    failed_letter: str | None
    """The Message-ID of the letter that a bounce token names."""

    @property
    def answers_the_question(self) -> bool:
        """Whether a person answers the letter that asks for a confirmation, whatever they say.

        Its number counts like its Message-ID, which some programs lose: nobody else knows it yet.
        """
        one, reading = self.application, self.reading
        if one is None or not reading.by_person or reading.kind in _CONFIRM_NOTHING:
            return False
        if one.state is not State.UNCONFIRMED and one.closed_reason != Reason.NEVER_CONFIRMED:
            return False
        named = reading.reference == one.reference
        return self.in_thread or (named and reading.reply_to.lower() == one.contact_address.lower())

    def said(self) -> dict[str, Any]:
        """What every mail says of itself."""
        reading = self.reading
        return {
            "arrived_at": self.arrived_at,
            "sender": reading.reply_to or reading.sender_address,
            "sender_name": reading.sender_name,
            "authenticated": reading.proven,
            "answers_ours": self.in_thread,
            "thread": reading.thread,
            "also": reading.also,
        }


def _applied(mail: _Mail) -> Event:
    reading = mail.reading
    return Applied(
        **mail.said(),
        participants=reading.participants,
        problems=reading.problems,
        seats_of_sender=mail.unit.seats_of_sender(mail.slug, reading.reply_to),
        needs_review=reading.needs_review,
        through_form=reading.through_form,
    )


def _confirmed(mail: _Mail) -> Event:
    """What else the mail wants stands beside the confirmation."""
    reading = mail.reading
    form = reading.kind in APPLICATIONS
    besides = (reading.kind.value,) if reading.kind in _BESIDES and not reading.asks_access else ()
    words = bool(reading.said.strip() or reading.attachments)
    return Confirmed(
        **mail.said() | {"also": (*besides, *reading.also)},
        participants=reading.participants if form else (),
        problems=reading.problems if form else (),
        seats_of_sender=mail.unit.seats_of_sender(mail.slug, reading.reply_to),
        needs_review=reading.needs_review,
        unclear=reading.kind is Kind.NEEDS_HUMAN and words,
    )


def _withdrawal(mail: _Mail) -> Event:
    named, unsure = named_people(mail.reading, mail.application)
    return WithdrawalRequested(
        **mail.said(), confirmed=mail.reading.confirmed, participants=named, unsure=unsure
    )


def _changed(mail: _Mail) -> Event:
    """A wish for a change; with answers of a form it completes what is incomplete."""
    application, answers = mail.application, mail.reading.corrects
    if application is None or application.state is not State.INCOMPLETE or not answers:
        return ChangeRequested(**mail.said())
    if not is_registered(application, mail.reading.reply_to):
        return ChangeRequested(**mail.said())
    return Applied(**mail.said(), participants=answers)


def _bounced(mail: _Mail) -> Event:
    bounce = mail.reading.bounce
    address = _failed_address(mail) if bounce is not None else None
    if bounce is None or address is None:
        return _unanswerable(mail)
    return Bounced(
        **mail.said(),
        address=address,
        permanent=bounce.permanent,
        diagnosis=bounce.diagnosis,
    )


def _failed_address(mail: _Mail) -> str | None:
    """Whose letter came back: whom the letter was for, and not whom the notice names.

    The notice may name an address that somebody's mail is forwarded to.  Where it names another
    address of the same application, whoever has one letter would silence somebody else: None.
    """
    assert mail.reading.bounce is not None  # the caller has looked
    named = mail.reading.bounce.address
    application = mail.application
    if application is None:
        return named
    letter = mail.failed_letter or next(iter(mail.reading.answers_to), None)
    of_letter = mail.unit.recipient_of(mail.slug, letter) if letter else None
    failed = of_letter or named or application.contact_address
    registered = named and is_registered(application, named)
    return None if registered and named.lower() != failed.lower() else failed


def _document(mail: _Mail) -> Event:
    invoice = mail.reading.kind is Kind.INVOICE_REQUEST
    return DocumentRequested(**mail.said(), document="invoice" if invoice else "receipt")


def _unanswerable(mail: _Mail) -> Event:
    kind = mail.reading.kind
    seen = kind not in _NOBODYS or mail.reading.doubtful
    return Unanswerable(**mail.said(), kind=kind.value, for_a_person=seen)


def _question(mail: _Mail) -> Event:
    reading = mail.reading
    if reading.asks_access and mail.application is None and _names_a_number(reading):
        # Whoever asks for another's password with the right number hears nothing; with a wrong
        # one neither, or silence would tell which numbers there are.
        return Unanswerable(**mail.said(), kind=NOBODYS_NUMBER, for_a_person=True)
    if reading.asks_access:
        return AccessRequested(**mail.said())
    return QuestionAsked(**mail.said(), why=reading.kind.value)


def _names_a_number(reading: Reading) -> bool:
    return reading.reference is not None or reading.named_reference is not None


_MADE_BY: dict[Kind, Callable[[_Mail], Event]] = {
    **dict.fromkeys(APPLICATIONS, _applied),
    Kind.CANCEL_REQUEST: _withdrawal,
    Kind.INVOICE_REQUEST: _document,
    Kind.RECEIPT_REQUEST: _document,
    Kind.CHANGE_REQUEST: _changed,
    Kind.PAYMENT_REPORT: lambda mail: PaymentReported(**mail.said()),
    Kind.ACKNOWLEDGEMENT: lambda mail: Acknowledged(**mail.said()),
    Kind.BOUNCE: _bounced,
    Kind.AUTO_REPLY: _unanswerable,
    Kind.UNRELATED: _unanswerable,
    Kind.SUSPICIOUS: _unanswerable,
    Kind.PAYMENT_NOTICE: _unanswerable,
    Kind.ATTACHMENT_PASSWORD: _unanswerable,
}
"""What is not named here is a question: a person reads it."""
_NOBODYS = frozenset({Kind.AUTO_REPLY, Kind.BOUNCE, Kind.UNRELATED})
"""Kinds of unanswered mail that need nobody's eyes."""
_CONFIRM_NOTHING = frozenset({
    Kind.CANCEL_REQUEST, Kind.UNRELATED, Kind.SUSPICIOUS, Kind.PAYMENT_NOTICE,
    Kind.ATTACHMENT_PASSWORD,
})  # fmt: skip
"""Kinds of a person's mail that confirm no application, even in answer to our letter."""
_BESIDES = frozenset({
    Kind.QUESTION, Kind.CHANGE_REQUEST, Kind.INVOICE_REQUEST, Kind.RECEIPT_REQUEST,
    Kind.PAYMENT_REPORT,
})  # fmt: skip
"""Kinds that want something more than to confirm."""
_SILENT = frozenset({Kind.BOUNCE, Kind.ACKNOWLEDGEMENT})
"""Kinds whose events lead to no answer anyway."""
