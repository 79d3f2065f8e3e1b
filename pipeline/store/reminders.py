"""What is due, asked with event time.

Law of this file: an occasion fires once; the row stays and says when.  What waits for the bank's
word is asked for apart, so that a thousand unpaid applications that wait for a statement cost
nothing in every look; who waits to be asked for a confirmation is asked for apart, too (`unasked`),
because a flood of them waits for the cap.  Nobody is told that it is over before all mail that
came in time is decided.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from pipeline.domain.decision import CLOSING, CONFIRM_ASK
from pipeline.store.schema import application, reminder


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
    heard_until: datetime | None,
    skip: Collection[tuple[str, int]] = (),
) -> list[Due]:
    """What is due, the longest due applications first, each application's together and complete.

    `limit` counts occasions; the last application's may go beyond it.  `settled_before`: the
    bank's word covers every deadline up to this instant (`settlement.expirable_before`); None: it
    covers nothing.  `heard_until`: all mail that came before this instant is decided; None: nobody
    knows; what tells somebody that it is over (`CLOSING`) waits for it.  `skip` names occasions
    (kind, number) that wait for something else.
    """
    closing = reminder.c.kind.in_(CLOSING)
    here = [
        reminder.c.due_at <= now,
        ~closing if heard_until is None else ~closing | (reminder.c.due_at <= heard_until),
        *(~((reminder.c.kind == kind) & (reminder.c.number == n)) for kind, n in skip),
    ]
    first: list[tuple[datetime, int]] = []
    questions = _ready(slug, settled_before, *here)
    for ready in questions:
        query = sa.select(reminder.c.due_at, reminder.c.application).where(ready)
        in_order = query.order_by(reminder.c.due_at, reminder.c.application).limit(limit)
        first += [(row.due_at, row.application) for row in connection.execute(in_order)]
    numbers = list(dict.fromkeys(number for _, number in sorted(first)[:limit]))
    if not numbers:
        return []
    rows = connection.execute(
        sa.select(
            reminder.c.application,
            application.c.reference,
            reminder.c.kind,
            reminder.c.number,
            reminder.c.due_at,
        )
        .join(application, application.c.id == reminder.c.application)
        .where(sa.or_(*questions), reminder.c.application.in_(numbers))
        .order_by(reminder.c.due_at, reminder.c.kind)
    ).all()
    place = {number: n for n, number in enumerate(numbers)}
    return [Due(*row[1:]) for row in sorted(rows, key=lambda row: place[row[0]])]


def fire(connection: Connection, reference: str, kind: str, number: int, *, at: datetime) -> None:
    """This occasion has come; before the unit of work that decided on it is flushed."""
    of = sa.select(application.c.id).where(application.c.reference == reference)
    connection.execute(
        sa.update(reminder)
        .where(
            reminder.c.application == of.scalar_subquery(),
            reminder.c.kind == kind,
            reminder.c.number == number,
            reminder.c.fired_at.is_(None),
        )
        .values(fired_at=at)
    )


def unasked(connection: Connection, slug: str, now: datetime, limit: int) -> list[str]:
    """References that wait for the letter that asks for a confirmation, who came first first."""
    query = (
        sa.select(application.c.reference)
        .join(reminder, reminder.c.application == application.c.id)
        .where(_UNASKED, reminder.c.slug == slug, reminder.c.due_at <= now)
        .order_by(reminder.c.due_at, application.c.id)
        .limit(limit)
    )
    return list(connection.scalars(query))


def count_unasked(connection: Connection, slug: str, now: datetime) -> int:
    """How many wait for it."""
    here = sa.and_(reminder.c.slug == slug, reminder.c.due_at <= now)
    query = sa.select(sa.func.count()).select_from(reminder).where(_UNASKED, here)
    return connection.scalar(query) or 0


def next_due_at(
    connection: Connection, slug: str, *, settled_before: datetime | None = None
) -> datetime | None:
    """When the next occasion comes (or came); None when none is ahead."""
    found = [
        connection.scalar(
            sa.select(reminder.c.due_at).where(ready).order_by(reminder.c.due_at).limit(1)
        )
        for ready in _ready(slug, settled_before)
    ]
    return min((at for at in found if at is not None), default=None)


def of_application(connection: Connection, reference: str) -> list[Planned]:
    """All occasions of one application, fired or ahead."""
    rows = connection.execute(
        sa.select(reminder.c.kind, reminder.c.number, reminder.c.due_at, reminder.c.fired_at)
        .join(application, application.c.id == reminder.c.application)
        .where(application.c.reference == reference)
        .order_by(reminder.c.due_at, reminder.c.kind)
    )
    return [Planned(*row) for row in rows]


def _ready(
    slug: str, settled_before: datetime | None, *more: sa.ColumnElement[bool]
) -> list[sa.ColumnElement[bool]]:
    """What is ready by itself, and what the bank's word makes ready: a question for each."""
    both = [
        reminder.c.slug == slug,
        reminder.c.fired_at.is_(None),
        reminder.c.kind != CONFIRM_ASK,
        *more,
    ]
    ready = [sa.and_(*both, reminder.c.waits_for_bank.is_(sa.false()))]
    if settled_before is not None:
        covered = reminder.c.due_at <= settled_before
        ready.append(sa.and_(*both, reminder.c.waits_for_bank.is_(sa.true()), covered))
    return ready


_UNASKED = sa.and_(
    reminder.c.kind == CONFIRM_ASK,
    reminder.c.fired_at.is_(None),
    reminder.c.waits_for_bank.is_(sa.false()),
)
