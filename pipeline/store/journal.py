"""What happened and why: the events and the history, which are added to and never changed.

Law of this file: nothing here changes an application.  `note` is for what an operator does beside
the door (a letter dropped, a mail discarded, the stop switch); the unit of work writes the rest.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from pipeline.store.columns import AnyRow
from pipeline.store.schema import application as application_
from pipeline.store.schema import event, history
from pipeline.store.values import dump, plain


@dataclass(frozen=True, slots=True)
class Entry:
    """One decision, or one act of an operator beside the door."""

    id: int
    at: datetime
    cause: str
    slug: str
    reference: str | None
    """None: it concerned no application."""
    happened: str
    """The type of the event, see `domain.events`."""
    payload: Mapping[str, Any]
    """What the event said; fields at their default are left out."""
    reason: str
    note: str
    state: str | None
    """The application's state afterwards."""
    held: str | None
    version: int | None
    rules: str
    """The digest of the rules it was decided by; '' for an act beside the door."""


def note(
    connection: Connection,
    *,
    cause: str,
    slug: str,
    happened: str,
    who: str,
    why: str,
    at: datetime,
    application: int | None = None,
    values: Mapping[str, Any] | None = None,
) -> None:
    """Write down an act of an operator. Raises `Conflict` when its cause has acted already."""
    connection.execute(
        sa.insert(event),
        {
            "cause": cause,
            "slug": slug,
            "happened": happened,
            "payload": dump({"who": who, "why": why, **(values or {})}),
            "at": at,
        },
    )
    connection.execute(
        sa.insert(history),
        {
            "cause": cause,
            "application": application or 0,
            "happened": happened,
            "reason": "operator",
            "note": plain(f"{who}: {why}"),
            "rules": "",
            "at": at,
        },
    )


def of_application(connection: Connection, reference: str) -> list[Entry]:
    """The life of one application, from its first mail on."""
    query = _ENTRIES.where(application_.c.reference == reference).order_by(history.c.id)
    return [_entry(row) for row in connection.execute(query)]


def of_cause(connection: Connection, cause: str) -> list[Entry]:
    """All that one cause led to, in order."""
    query = _ENTRIES.where(history.c.cause == cause).order_by(history.c.id)
    return [_entry(row) for row in connection.execute(query)]


def latest(connection: Connection, slug: str | None = None, limit: int = 100) -> list[Entry]:
    """The last decisions, oldest first; of one event or of all."""
    query = _ENTRIES.order_by(history.c.id.desc()).limit(limit)
    if slug is not None:
        query = query.where(event.c.slug == slug)
    return [_entry(row) for row in connection.execute(query)][::-1]


_ENTRIES = sa.select(
    history,
    event.c.slug,
    application_.c.reference,
    sa.func.coalesce(history.c.payload, event.c.payload).label("said"),
)
_ENTRIES = _ENTRIES.join(event, event.c.cause == history.c.cause).outerjoin(
    application_, application_.c.id == history.c.application
)


def _entry(row: AnyRow) -> Entry:
    return Entry(
        id=row.id,
        at=row.at,
        cause=row.cause,
        slug=row.slug,
        reference=row.reference,
        happened=row.happened,
        payload=json.loads(row.said),
        reason=row.reason,
        note=row.note,
        state=row.state,
        held=row.held,
        version=row.version,
        rules=row.rules,
    )
