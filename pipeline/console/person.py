"""All that is held of one address, for somebody who asks for it.

Law of this file: everything that names the address is told, wherever it lies, and our own secrets
are masked in what was sent back to us.  Nothing is changed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy.engine import Connection

from pipeline.console.life import entry_json
from pipeline.console.view_mail import letter_json, words_of
from pipeline.domain.application import Application
from pipeline.mail.incoming import parse
from pipeline.store import allocations, applications, journal, outbox_console, person, tasks
from pipeline.store.outbox_console import Letter
from pipeline.store.person import KeptMail

_ALL = 10_000
_HEADERS = (b"from", b"sender", b"reply-to", b"to", b"cc", b"subject", b"date")


def held(connection: Connection, address: str, log: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """What the store and the log hold of an address, as one object."""
    wanted = address.lower()
    mine = applications.listing(connection, address=address)
    causes: set[str] = set()
    references = {one.reference for one in mine}
    told = [_application(connection, one, causes) for one in mine]
    mails = []
    for mail in person.mails(connection):
        cause = f"mail:{mail.id}"
        if cause in causes or _names(mail, wanted):
            mails.append(_mail(mail) | {"led_to": _led_to(connection, cause, references)})
            causes.add(cause)
    return {
        "address": address,
        "applications": told,
        "mails": mails,
        "letters": list(_letters(connection, address, mine)),
        "tasks": [
            asdict(task)
            for task in tasks.listing(connection, closed=True)
            if task.reference in references or task.cause in causes
        ],
        "log": [line for line in log if _concerns(line, wanted, references, causes)],
    }


def _application(connection: Connection, one: Application, causes: set[str]) -> dict[str, Any]:
    entries = journal.of_application(connection, one.reference)
    causes.update(entry.cause for entry in entries)
    money = allocations.of_application(connection, one.reference)
    return asdict(one) | {
        "history": [entry_json(entry) | {"said": dict(entry.payload)} for entry in entries],
        "money": [asdict(credited) for credited in money],
    }


def _letters(
    connection: Connection, address: str, mine: Sequence[Application]
) -> Iterator[dict[str, Any]]:
    found: dict[int, Letter] = {
        letter.id: letter for letter in person.letters_to(connection, address)
    }
    for one in mine:
        of = outbox_console.listing(connection, reference=one.reference, limit=_ALL)
        found |= {letter.id: letter for letter in of}
    for number, letter in sorted(found.items()):
        raw = outbox_console.raw(connection, number)
        yield letter_json(letter) | {"text": words_of(raw) if raw is not None else None}


def _names(mail: KeptMail, address: str) -> bool:
    """Whether a mail has the address: in its envelope, its headers or its text."""
    if address in (mail.envelope_sender or "").lower() or address.encode() in mail.raw.lower():
        return True
    parsed = parse(mail.raw)
    shown = [*(parsed.field_text(name) for name in _HEADERS), parsed.text]
    return any(address in text.lower() for text in shown)


def _mail(mail: KeptMail) -> dict[str, Any]:
    parsed = parse(mail.raw)
    return {
        "id": mail.id,
        "event": mail.event,
        "received_at": mail.received_at,
        "status": mail.status,
        "kind": mail.kind,
        "bytes": len(mail.raw),
        "headers": {name.decode(): parsed.field_text(name) for name in _HEADERS},
        "text": parsed.text,
    }


def _led_to(connection: Connection, cause: str, references: set[str]) -> list[dict[str, Any]]:
    """What a mail led to, for this person's applications or for none; not for another's."""
    return [
        entry_json(entry) | {"said": dict(entry.payload)}
        for entry in journal.of_cause(connection, cause)
        if entry.reference is None or entry.reference in references
    ]


def _concerns(line: dict[str, Any], address: str, references: set[str], causes: set[str]) -> bool:
    """Whether a line of the log is about this person."""
    if line.get("reference") in references or line.get("cause") in causes:
        return True
    return any(isinstance(value, str) and address in value.lower() for value in line.values())
