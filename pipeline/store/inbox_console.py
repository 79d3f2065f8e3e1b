"""The inbox as a person sees it and acts on it.

Law of this file: lists never load a mail's bytes, and what a person does to a mail is noted with
who and why.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from pipeline.store import journal
from pipeline.store.schema import inbox, inbox_raw

InboxStatus = Literal["new", "processed", "shunted", "discarded"]


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail that came, without its bytes."""

    id: int
    event: str
    account: str
    folder: str
    uidvalidity: int
    uid: int
    received_at: datetime
    size: int
    message_id: str | None
    envelope_sender: str | None
    oversize: bool
    redelivered: bool
    status: InboxStatus
    attempts: int
    kind: str | None
    """What it was read as; None while it was not."""
    reason: str | None
    """What went wrong the last time."""
    settled_at: datetime | None

    @property
    def cause(self) -> str:
        """Under which cause the journal has what it led to."""
        return f"mail:{self.id}"


def listing(
    connection: Connection,
    slug: str | None = None,
    *,
    status: InboxStatus | None = None,
    limit: int = 100,
) -> list[Mail]:
    """The last mails, oldest first; of one event, in one status."""
    query = sa.select(*_COLUMNS).order_by(inbox.c.id.desc()).limit(limit)
    if slug is not None:
        query = query.where(inbox.c.slug == slug)
    if status is not None:
        query = query.where(inbox.c.status == status)
    return [Mail(*row) for row in connection.execute(query)][::-1]


def show(connection: Connection, number: int) -> Mail | None:
    """One mail."""
    row = connection.execute(sa.select(*_COLUMNS).where(inbox.c.id == number)).first()
    return Mail(*row) if row else None


def raw(connection: Connection, number: int) -> bytes | None:
    """Its bytes as they came."""
    return connection.scalar(sa.select(inbox_raw.c.raw).where(inbox_raw.c.id == number))


def replay(
    connection: Connection, number: int, *, who: str, why: str, at: datetime, cause: str
) -> bool:
    """Have it read again, after what stopped it was mended. False unless it was set aside."""
    return _act(connection, number, "new", "MailReplayed", who, why, at, cause)


def discard(
    connection: Connection, number: int, *, who: str, why: str, at: datetime, cause: str
) -> bool:
    """Have it never read; its bytes stay. False when it was processed already."""
    return _act(connection, number, "discarded", "MailDiscarded", who, why, at, cause)


_FROM: dict[str, tuple[str, ...]] = {
    "new": ("shunted", "discarded"),
    "discarded": ("new", "shunted"),
}


def _act(
    connection: Connection,
    number: int,
    status: InboxStatus,
    happened: str,
    who: str,
    why: str,
    at: datetime,
    cause: str,
) -> bool:
    slug = connection.scalar(
        sa.update(inbox)
        .where(inbox.c.id == number, inbox.c.status.in_(_FROM[status]))
        .values(status=status, attempts=0, suspect=False)
        .returning(inbox.c.slug)
    )
    if slug is None:
        return False
    journal.note(
        connection,
        cause=cause,
        slug=slug,
        happened=happened,
        who=who,
        why=why,
        at=at,
        values={"mail": number},
    )
    return True


_COLUMNS: tuple[sa.Column[Any], ...] = (
    inbox.c.id,
    inbox.c.slug,
    inbox.c.account,
    inbox.c.folder,
    inbox.c.uidvalidity,
    inbox.c.uid,
    inbox.c.received_at,
    inbox.c.size,
    inbox.c.message_id,
    inbox.c.envelope_sender,
    inbox.c.oversize,
    inbox.c.redelivered,
    inbox.c.status,
    inbox.c.attempts,
    inbox.c.kind,
    inbox.c.reason,
    inbox.c.settled_at,
)
