"""What is due, asked with event time.

Law of this file: an occasion fires once; the row stays and says when.  What waits for the bank's
word is asked for apart, so that a thousand unpaid applications that wait for a statement cost
nothing in every look.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from pipeline.store.schema import reminder


@dataclass(frozen=True, slots=True)
class Due:
    """One occasion whose time has come."""

    reference: str
    kind: str
    number: int
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Planned:
    """One occasion of one application, for a person."""

    kind: str
    number: int
    due_at: datetime
    fired_at: datetime | None


def due(
    connection: Connection,
    slug: str,
    now: datetime,
    limit: int,
    *,
    settled_before: datetime | None,
    skip: Collection[tuple[str, int]] = (),
) -> list[Due]:
    """What is due, the longest due applications first, each application's together and complete.

    `limit` counts occasions; the last application's may go beyond it.  `settled_before`: the
    bank's word covers every deadline up to this instant (`settlement.expirable_before`); None: it
    covers nothing.  `skip` names occasions (kind, number) that wait for something else.
    """
    ready = _ready(slug, now, settled_before, skip)
    first = connection.execute(
        sa.select(reminder.c.reference)
        .where(ready)
        .order_by(reminder.c.due_at, reminder.c.reference)
        .limit(limit)
    )
    references = list(dict.fromkeys(row.reference for row in first))
    if not references:
        return []
    rows = connection.execute(
        sa.select(reminder.c.reference, reminder.c.kind, reminder.c.number, reminder.c.due_at)
        .where(ready, reminder.c.reference.in_(references))
        .order_by(reminder.c.due_at)
    ).all()
    place = {reference: n for n, reference in enumerate(references)}
    return sorted((Due(*row) for row in rows), key=lambda one: place[one.reference])


def fire(connection: Connection, reference: str, kind: str, number: int, *, at: datetime) -> None:
    """This occasion has come; before the unit of work that decided on it is flushed."""
    connection.execute(
        sa.update(reminder)
        .where(
            reminder.c.reference == reference,
            reminder.c.kind == kind,
            reminder.c.number == number,
            reminder.c.fired_at.is_(None),
        )
        .values(fired_at=at)
    )


def next_due_at(
    connection: Connection, slug: str, *, settled_before: datetime | None = None
) -> datetime | None:
    """When the next occasion comes (or came); None when none is ahead."""
    waiting = _ready(slug, None, settled_before, ())
    at: datetime | None = connection.scalar(
        sa.select(reminder.c.due_at).where(waiting).order_by(reminder.c.due_at).limit(1)
    )
    return at


def of_application(connection: Connection, reference: str) -> list[Planned]:
    """All occasions of one application, fired or ahead."""
    rows = connection.execute(
        sa.select(reminder.c.kind, reminder.c.number, reminder.c.due_at, reminder.c.fired_at)
        .where(reminder.c.reference == reference)
        .order_by(reminder.c.due_at, reminder.c.kind)
    )
    return [Planned(*row) for row in rows]


def _ready(
    slug: str,
    now: datetime | None,
    settled_before: datetime | None,
    skip: Collection[tuple[str, int]],
) -> sa.ColumnElement[bool]:
    own: list[sa.ColumnElement[Any]] = [reminder.c.waits_for_bank.is_(sa.false())]
    banked: list[sa.ColumnElement[Any]] = [reminder.c.waits_for_bank.is_(sa.true())]
    if now is not None:
        own.append(reminder.c.due_at <= now)
        banked.append(reminder.c.due_at <= now)
    either = sa.and_(*own)
    if settled_before is not None:
        either |= sa.and_(*banked, reminder.c.due_at <= settled_before)
    skipped = [~((reminder.c.kind == kind) & (reminder.c.number == n)) for kind, n in skip]
    return sa.and_(reminder.c.slug == slug, reminder.c.fired_at.is_(None), either, *skipped)
