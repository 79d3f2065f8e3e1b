"""What only a person can do; each stays open until somebody closes it, with name and reason."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from pipeline.domain.decision import Task
from pipeline.store import rows
from pipeline.store.schema import application, task
from pipeline.store.statements import Many, among
from pipeline.store.values import plain


@dataclass(frozen=True, slots=True)
class OpenedTask:
    """One task, open or closed."""

    id: int
    event: str
    reference: str | None
    kind: str
    detail: str
    cause: str
    """What it came from: `mail:<id>` and the like."""
    opened_at: datetime
    closed_at: datetime | None
    closed_by: str | None
    closed_why: str | None


def listing(
    connection: Connection,
    slug: str | None = None,
    *,
    reference: str | None = None,
    closed: bool = False,
    limit: int | None = None,
) -> list[OpenedTask]:
    """Tasks, oldest first: the open ones, or all of them."""
    query = _TASKS.order_by(task.c.id)
    if not closed:
        query = query.where(task.c.closed_at.is_(None))
    if slug is not None:
        query = query.where(task.c.slug == slug)
    if reference is not None:
        query = query.where(application.c.reference == reference)
    if limit is not None:
        query = query.limit(limit)
    return [OpenedTask(*row) for row in connection.execute(query)]


def open_task(
    connection: Connection,
    slug: str,
    new: Task,
    *,
    cause: str,
    at: datetime,
    reference: str | None = None,
) -> int:
    """Ask a person to do something that no decision asked for. Returns the task's number."""
    of = sa.select(application.c.id).where(application.c.reference == reference)
    row = {**rows.task(new, slug, cause, at), "application": of.scalar_subquery()}
    number: int = connection.scalars(sa.insert(task).values(row).returning(task.c.id)).one()
    return number


def open_many(
    connection: Connection,
    new: Iterable[tuple[str, Task, str, str | None]],
    *,
    at: datetime,
) -> None:
    """Ask a person to do several things: event, task, cause, and whose application, if any."""
    asked = list(new)
    references = {reference for *_, reference in asked if reference is not None}
    found = sa.select(application.c.reference, application.c.id).where(
        among(application.c.reference)
    )
    ids = {row[0]: row[1] for row in connection.execute(found, {"of": list(references)})}
    _OPEN(
        connection,
        [
            {**rows.task(one, slug, cause, at), "application": ids.get(reference or "")}
            for slug, one, cause, reference in asked
        ],
    )


def close_of_cause(connection: Connection, cause: str, *, who: str, why: str, at: datetime) -> int:
    """What this cause asked for is done, also what acts upon it did (`cause`.1 and so on).

    Returns how many tasks were open.
    """
    acts = task.c.cause.startswith(f"{cause}.", autoescape=True)
    done = connection.execute(
        sa.update(task)
        .where(sa.or_(task.c.cause == cause, acts), task.c.closed_at.is_(None))
        .values(closed_at=at, closed_by=plain(who), closed_why=plain(why))
    )
    return done.rowcount


def close(connection: Connection, number: int, *, who: str, why: str, at: datetime) -> bool:
    """It is done. False when there is no such open task."""
    done = connection.execute(
        sa.update(task)
        .where(task.c.id == number, task.c.closed_at.is_(None))
        .values(closed_at=at, closed_by=plain(who), closed_why=plain(why))
    )
    return done.rowcount == 1


_OPEN = Many(sa.insert(task))
_COLUMNS: tuple[sa.Column[Any], ...] = (
    task.c.id,
    task.c.slug,
    application.c.reference,
    task.c.kind,
    task.c.detail,
    task.c.cause,
    task.c.opened_at,
    task.c.closed_at,
    task.c.closed_by,
    task.c.closed_why,
)
_TASKS = sa.select(*_COLUMNS).outerjoin_from(
    task, application, application.c.id == task.c.application
)
