"""Whose is a mail: which application it belongs to.

Law of this file: what proves something comes first, what can be written by anybody comes last.
It looks nothing up; a worker asks the store and hands over what it found.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass

from pipeline.domain.application import Application, State
from pipeline.domain.names import name_key
from pipeline.mail.classify import Kind
from pipeline.mail.reading import Reading

_FORMS = frozenset({Kind.APPLICATION, Kind.APPLICATION_INCOMPLETE, Kind.APPLICATION_NEEDS_REVIEW})


@dataclass(frozen=True, slots=True)
class Found:
    """What the store knows of the things that a mail names."""

    by_message_id: Mapping[str, str]
    """Message-ID of a letter of ours, with <>, -> reference of its application."""
    known: Container[str]
    """References that exist."""
    of_sender: tuple[Application, ...]
    """Open applications of the address that the mail comes from, oldest first."""


def choose(reading: Reading, found: Found) -> str | None:
    """The reference of the application that a mail belongs to; None for a new one or none."""
    bounced = _by_token(reading, found)
    if bounced is not None:
        return bounced
    answered = _by_thread(reading.answers_to, found)
    if answered is not None or reading.kind is Kind.BOUNCE:
        # A bounce without our token proves nothing: an address alone must not silence anybody.
        return answered
    if reading.reference is not None and reading.reference in found.known:
        return reading.reference
    return _by_sender(reading, found.of_sender)


def _by_token(reading: Reading, found: Found) -> str | None:
    if reading.bounce is None or reading.bounce.token is None:
        return None
    start = f"<uketsuke.{reading.bounce.token}@"
    return next((ref for key, ref in found.by_message_id.items() if key.startswith(start)), None)


def _by_thread(answers_to: tuple[str, ...], found: Found) -> str | None:
    # What is answered stands first; among the older letters the newest counts.
    for message_id in (*answers_to[:1], *reversed(answers_to[1:])):
        if message_id in found.by_message_id:
            return found.by_message_id[message_id]
    return None


def _by_sender(reading: Reading, applications: tuple[Application, ...]) -> str | None:
    settled = [one for one in applications if one.state is not State.UNCONFIRMED]
    # One that nobody has confirmed is only its contact's; whom it names may know nothing of it.
    asked = [
        one
        for one in applications
        if one.state is State.UNCONFIRMED
        and one.contact_address.lower() == reading.reply_to.lower()
    ]
    if reading.kind not in _FORMS:
        return next((one.reference for one in (*reversed(settled), *reversed(asked))), None)
    named = _names(p.name for p in reading.participants)
    return _of_the_same(named, (*reversed(settled), *reversed(asked))) or _not_proven(
        reading, asked
    )


def _not_proven(reading: Reading, asked: list[Application]) -> str | None:
    """Until somebody answers, one letter asks for all that comes in a name without a proof."""
    vouched_for = reading.proven or reading.through_form
    return asked[-1].reference if asked and not vouched_for else None


def _of_the_same(named: frozenset[str], applications: Iterable[Application]) -> str | None:
    for application in applications:
        known = _names(p.name for p in application.active)
        # One sender may apply for several colleagues in several mails: only the same person, or a
        # form for an application that has no names yet, belongs to what is there already.
        if named & known or (not known and application.state is State.INCOMPLETE) or not named:
            return application.reference
    return None


def _names(names: Iterable[str | None]) -> frozenset[str]:
    return frozenset(name_key(name) for name in names if name)
