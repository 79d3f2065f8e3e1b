"""How things stand, in figures; `console.health` judges them.

Law of this file: questions for a person who waits a moment.  Some count whole tables; no worker
asks them for a mail.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from pipeline.store import reminders, settings
from pipeline.store.columns import literally
from pipeline.store.inbox import oldest_waiting
from pipeline.store.schema import (
    ENTITLED,
    OPEN_MONEY,
    WAITING,
    application,
    inbox,
    outbox,
    remittance,
    task,
)
from pipeline.store.writing import HELD_WITH_APPLICATION


@dataclass(frozen=True, slots=True)
class OfOffice:
    """What concerns all events."""

    sending_stopped: str | None
    """Who stopped it and why; None while letters leave."""
    inbox: Mapping[str, int]
    """Mails by status: new, processed, shunted, discarded."""
    oldest_new: datetime | None
    """Arrival of the oldest mail that is not decided yet, event time."""
    outbox: Mapping[str, int]
    """Letters by status."""
    late: int
    """Letters that should have left by now, those that were tried in vain among them."""
    oldest_late: datetime | None
    """Since when the first of them should have, event time."""
    kept_back: int
    """Held letters that no release of an application lets go: a person must look at each."""
    polls: Mapping[str, datetime]
    """When each mailbox was last read to its end, machine time."""
    beats: Mapping[str, datetime]
    """When each daemon was last known to live, machine time."""
    ailing: Sequence[settings.Ailing]
    """Workers that get nowhere just now."""


@dataclass(frozen=True, slots=True)
class OfEvent:
    """What concerns one event."""

    taken: int
    """Seats held, by the counter."""
    waiting: int
    """Seats that are waited for in line."""
    states: Mapping[str, int]
    """Applications by state."""
    held: int
    unasked: int
    """Unconfirmed applications that were not asked yet, because of the cap of such letters."""
    open_tasks: int
    oldest_task: datetime | None
    covered_through: date | None
    unsettled: int
    """Unpaid applications whose `pay_by` is over."""
    access_postponed_to: datetime | None
    access_generation: int
    waiting_for_access: int
    """Paid applications that were not sent the present ID and password."""
    open_money: int
    """Remittances that a person must decide about; those that may be any event's among them."""
    oldest_money: datetime | None
    """When the oldest of them was written down."""


def of_office(connection: Connection, now: datetime) -> OfOffice:
    """The whole office at this event time."""
    # A letter that was tried in vain is late since it was written, whenever it is tried again.
    since = sa.case((outbox.c.attempts > 0, outbox.c.created_at), else_=outbox.c.next_attempt_at)
    late = connection.execute(
        sa.select(sa.func.count(), sa.func.min(since)).where(
            literally(outbox.c.status, "queued"), since <= now
        )
    ).one()
    return OfOffice(
        sending_stopped=settings.sending_stopped(connection),
        inbox=_counts(connection, inbox.c.status),
        oldest_new=oldest_waiting(connection),
        outbox=_counts(connection, outbox.c.status),
        late=late[0],
        oldest_late=late[1],
        kept_back=connection.scalar(
            sa.select(sa.func.count()).where(
                literally(outbox.c.status, "held"), outbox.c.held != HELD_WITH_APPLICATION
            )
        )
        or 0,
        polls=settings.last_polls(connection),
        beats=settings.last_beats(connection),
        ailing=settings.ailing(connection),
    )


def of_event(connection: Connection, slug: str, now: datetime) -> OfEvent:
    """One event at this event time."""
    here = application.c.slug == slug
    been_set = settings.of_event(connection, slug)
    tasks = connection.execute(
        sa.select(sa.func.count(), sa.func.min(task.c.opened_at)).where(
            task.c.slug == slug, task.c.closed_at.is_(None)
        )
    ).one()
    money = connection.execute(
        sa.select(sa.func.count(), sa.func.min(remittance.c.recorded_at)).where(
            OPEN_MONEY, remittance.c.slug.in_([slug, ""])
        )
    ).one()
    return OfEvent(
        taken=settings.seats_taken(connection, slug),
        waiting=connection.scalar(
            sa.select(sa.func.coalesce(sa.func.sum(application.c.seats), 0)).where(WAITING, here)
        )
        or 0,
        states=_counts(connection, application.c.state, here),
        held=_count(connection, here, application.c.held.is_not(None)),
        unasked=reminders.count_unasked(connection, slug, now),
        open_tasks=tasks[0],
        oldest_task=tasks[1],
        covered_through=been_set.covered_through,
        unsettled=_count(
            connection, here, application.c.state == "awaiting_payment", application.c.pay_by <= now
        ),
        access_postponed_to=been_set.access_postponed_to,
        access_generation=been_set.access_generation,
        waiting_for_access=_count(
            connection,
            here,
            ENTITLED,
            application.c.access_generation < been_set.access_generation,
        ),
        open_money=money[0],
        oldest_money=money[1],
    )


def _counts(
    connection: Connection, column: sa.Column[str], *where: sa.ColumnElement[bool]
) -> dict[str, int]:
    query = sa.select(column, sa.func.count()).where(*where).group_by(column)
    return {row[0]: row[1] for row in connection.execute(query)}


def _count(connection: Connection, *where: sa.ColumnElement[bool]) -> int:
    query = sa.select(sa.func.count()).select_from(application).where(*where)
    return connection.scalar(query) or 0
