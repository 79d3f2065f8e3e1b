"""What a mail says, as an event for the door.

Law of this file: a table from the kind of a mail to the event it is.  Nothing is decided; whose
application it concerns is chosen by `mail.correlate` among the values that were looked up here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pipeline.domain.application import Application
from pipeline.domain.events import (
    AccessRequested,
    Acknowledged,
    Applied,
    Bounced,
    ChangeRequested,
    DocumentRequested,
    Event,
    FromOutside,
    PaymentReported,
    QuestionAsked,
    Unanswerable,
    WithdrawalRequested,
)
from pipeline.domain.names import name_key
from pipeline.mail import correlate
from pipeline.mail.own import Own
from pipeline.mail.reading import Kind, Reading
from pipeline.store.unit import Unit

APPLICATIONS = frozenset(
    {Kind.APPLICATION, Kind.APPLICATION_INCOMPLETE, Kind.APPLICATION_NEEDS_REVIEW}
)


@dataclass(frozen=True, slots=True)
class Routed:
    """Whose application a mail concerns, and what it says."""

    target: str | None
    event: Event


def route(
    reading: Reading, slug: str, arrived_at: datetime, unit: Unit, own: Own, *, failed_letter: str
) -> Routed:
    """The event of one mail. `failed_letter` is the Message-ID that a bounce token names, or ''."""
    ids = (*((failed_letter,) if failed_letter else ()), *reading.answers_to)
    known = {reading.reference} if reading.reference and unit.application(reading.reference) else ()
    found = correlate.Found(
        by_message_id=unit.by_message_id(slug, ids) if ids else {},
        known=known,
        of_sender=unit.open_of_address(slug, reading.reply_to) if reading.reply_to else (),
    )
    target = correlate.choose(reading, found)
    application = unit.application(target) if target is not None else None
    return Routed(target, _event(reading, slug, arrived_at, unit, own, application))


def _event(
    reading: Reading,
    slug: str,
    arrived_at: datetime,
    unit: Unit,
    own: Own,
    application: Application | None,
) -> Event:
    said = _said(reading, arrived_at)
    if reading.kind is Kind.BOUNCE and reading.bounce is not None:
        bounce = reading.bounce
        address = bounce.address or (application.contact_address if application else "")
        return Bounced(
            **said, address=address, permanent=bounce.permanent, diagnosis=bounce.diagnosis
        )
    if not reading.answer or reading.kind in _NOT_ANSWERED:
        return Unanswerable(**said, kind=reading.kind.value)
    if reading.kind in APPLICATIONS:
        return Applied(
            **said,
            participants=reading.participants,
            problems=reading.problems,
            seats_of_sender=unit.seats_of_sender(slug, reading.reply_to),
            needs_review=reading.needs_review,
        )
    if reading.kind is Kind.CANCEL_REQUEST:
        return WithdrawalRequested(
            **said, confirmed=reading.confirmed, participants=_named(reading, application)
        )
    if reading.kind in _DOCUMENTS:
        return DocumentRequested(**said, document=_DOCUMENTS[reading.kind])
    if reading.asks_access:
        return AccessRequested(**said)
    plain = _PLAIN.get(reading.kind)
    if plain is not None:
        return plain(**said)
    return QuestionAsked(**said, why=reading.kind.value)


_NOT_ANSWERED = frozenset(
    {Kind.AUTO_REPLY, Kind.BOUNCE, Kind.UNRELATED, Kind.SUSPICIOUS, Kind.PAYMENT_NOTICE}
)
_DOCUMENTS = {Kind.INVOICE_REQUEST: "invoice", Kind.RECEIPT_REQUEST: "receipt"}
_PLAIN: dict[Kind, type[FromOutside]] = {
    Kind.CHANGE_REQUEST: ChangeRequested,
    Kind.PAYMENT_REPORT: PaymentReported,
    Kind.ACKNOWLEDGEMENT: Acknowledged,
}


def _said(reading: Reading, arrived_at: datetime) -> dict[str, Any]:
    """What every mail says of itself.

    The sender's authentication counts only for the address that an answer goes to: a Reply-To
    chosen by the sender is nobody's identity.
    """
    same = reading.reply_to.lower() == reading.sender_address.lower()
    return {
        "arrived_at": arrived_at,
        "sender": reading.reply_to or reading.sender_address,
        "sender_name": reading.sender_name,
        "authenticated": reading.authenticated and same,
        "thread": reading.thread,
        "also": reading.also,
    }


def _named(reading: Reading, application: Application | None) -> tuple[int, ...]:
    """Numbers of the participants whom a withdrawal names; empty when it names nobody we know."""
    if application is None or len(application.active) < 2:  # noqa: PLR2004 - a group is two or more
        return ()
    text = name_key(reading.text)
    return tuple(
        p.number for p in application.active if p.name and (key := name_key(p.name)) and key in text
    )
