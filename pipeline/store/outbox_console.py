"""The outbox as a person sees it and acts on it.

Law of this file: lists never load a letter's bytes; stored bytes hold markers and never a secret.
What a person does to a letter is a row of a table here, and is noted with who and why.  A letter
in the hand of a sender (`sending`, `at_dot`) is nobody's to change.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from pipeline.store import journal
from pipeline.store.schema import application, outbox, outbox_raw
from pipeline.store.values import plain


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter, without its bytes."""

    id: int
    event: str
    reference: str | None
    cause: str
    letter: str
    participant: int | None
    recipient: str
    message_id: str
    subject: str
    secret: bool
    answer: bool
    created_at: datetime
    status: str
    """See `store.outbox`."""
    held: str | None
    """Why it is held."""
    attempts: int
    next_attempt_at: datetime | None
    last_error: str | None
    settled_at: datetime | None


def listing(
    connection: Connection,
    slug: str | None = None,
    *,
    status: str | None = None,
    reference: str | None = None,
    limit: int = 100,
) -> list[Letter]:
    """The last letters, oldest first; of one event, in one status, of one application."""
    query = _LETTERS.order_by(outbox.c.id.desc()).limit(limit)
    if slug is not None:
        query = query.where(outbox.c.slug == slug)
    if status is not None:
        query = query.where(outbox.c.status == status)
    if reference is not None:
        query = query.where(application.c.reference == reference)
    return [Letter(*row) for row in connection.execute(query)][::-1]


def letters_where(connection: Connection, wanted: sa.ColumnElement[bool]) -> list[Letter]:
    """Letters that are so, oldest first."""
    query = _LETTERS.where(wanted).order_by(outbox.c.id)
    return [Letter(*row) for row in connection.execute(query)]


def show(connection: Connection, number: int) -> Letter | None:
    """One letter."""
    row = connection.execute(_LETTERS.where(outbox.c.id == number)).first()
    return Letter(*row) if row else None


def raw(connection: Connection, number: int) -> bytes | None:
    """Its bytes as they are stored, with markers in the place of secrets."""
    return connection.scalar(sa.select(outbox_raw.c.raw).where(outbox_raw.c.id == number))


def hold(
    connection: Connection, number: int, *, who: str, why: str, at: datetime, cause: str
) -> bool:
    """It waits until it is released. False when it is not there to be held."""
    return _act(connection, number, "LetterHeld", who, why, at, cause)


def release(
    connection: Connection, number: int, *, who: str, why: str, at: datetime, cause: str
) -> bool:
    """A held letter may leave at once. False when it was not held."""
    return _act(connection, number, "LetterReleased", who, why, at, cause)


def retry(
    connection: Connection, number: int, *, who: str, why: str, at: datetime, cause: str
) -> bool:
    """One that failed, waits for its next attempt or is of unknown fate leaves at once."""
    return _act(connection, number, "LetterRetried", who, why, at, cause)


def drop(
    connection: Connection, number: int, *, who: str, why: str, at: datetime, cause: str
) -> bool:
    """It never leaves. False when it has left already or is about to."""
    return _act(connection, number, "LetterDropped", who, why, at, cause)


_ACTS: dict[str, tuple[tuple[str, ...], str]] = {
    "LetterHeld": (("queued", "unknown"), "held"),
    "LetterReleased": (("held",), "queued"),
    "LetterRetried": (("failed", "unknown", "queued"), "queued"),
    "LetterDropped": (("queued", "held", "unknown", "failed"), "dropped"),
}
"""From which statuses an act leads to which."""


def _act(
    connection: Connection,
    number: int,
    happened: str,
    who: str,
    why: str,
    at: datetime,
    cause: str,
) -> bool:
    before, after = _ACTS[happened]
    values: dict[str, Any] = {
        "status": after,
        "held": plain(f"{who}: {why}") if after == "held" else None,
    }
    if after == "queued":
        values["next_attempt_at"] = at
    row = connection.execute(
        sa.update(outbox)
        .where(outbox.c.id == number, outbox.c.status.in_(before))
        .values(values)
        .returning(outbox.c.slug, outbox.c.application)
    ).first()
    if row is None:
        return False
    journal.note(
        connection,
        cause=cause,
        slug=row.slug,
        happened=happened,
        who=who,
        why=why,
        at=at,
        application=row.application,
        values={"letter": number},
    )
    return True


_COLUMNS: tuple[sa.Column[Any], ...] = (
    outbox.c.id,
    outbox.c.slug,
    application.c.reference,
    outbox.c.cause,
    outbox.c.letter,
    outbox.c.participant,
    outbox.c.recipient,
    outbox.c.message_id,
    outbox.c.subject,
    outbox.c.secret,
    outbox.c.answer,
    outbox.c.created_at,
    outbox.c.status,
    outbox.c.held,
    outbox.c.attempts,
    outbox.c.next_attempt_at,
    outbox.c.last_error,
    outbox.c.settled_at,
)
_LETTERS = sa.select(*_COLUMNS).outerjoin_from(
    outbox, application, application.c.id == outbox.c.application
)
