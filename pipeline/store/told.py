"""Whether the letter that tells somebody of a deadline left in time.

Law of this file: what counts is when the first such letter left, and when the first was written; a
letter that waits, for whatever reason, has told nobody anything.  What an operator dropped was
meant not to leave.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from pipeline.domain.decision import LetterName
from pipeline.store.schema import application, outbox

LATE_AFTER = timedelta(days=1)
"""A letter that left so long after it was written cost its reader a day; a night is no delay."""
SUPERSEDED = "a later letter names a later day"
_LEFT = frozenset({"sent", "unknown", "failed"})
_WAITS = frozenset({"queued", "sending", "at_dot", "held"})


def late(
    connection: Connection,
    reference: str,
    letters: Collection[LetterName],
    *,
    since: datetime | None,
    now: datetime,
) -> datetime | None:
    """When the first of these letters left, if that was late; `now`, while it has not left.

    None where it left in time, or where none is to leave.  `since`: older letters told of another
    deadline.
    """
    query = sa.select(outbox.c.status, outbox.c.created_at, outbox.c.settled_at).where(
        _OF, outbox.c.letter.in_(letters)
    )
    if since is not None:
        query = query.where(outbox.c.created_at >= since)
    rows = connection.execute(query, {"reference": reference}).all()
    left = [row.settled_at or row.created_at for row in rows if row.status in _LEFT]
    if not left and not any(row.status in _WAITS for row in rows):
        return None
    written = min(row.created_at for row in rows)
    told = min(left, default=now)
    return told if told - written >= LATE_AFTER else None


def supersede(
    connection: Connection, reference: str, letters: Collection[LetterName], *, at: datetime
) -> None:
    """What has not left of these letters does not leave; before the one that replaces them."""
    connection.execute(
        sa.update(outbox)
        .where(_OF, outbox.c.letter.in_(letters), outbox.c.status.in_(["queued", "held"]))
        .values(
            status="dropped", held=None, last_error=SUPERSEDED, next_attempt_at=None, settled_at=at
        ),
        {"reference": reference},
    )


_OF = outbox.c.application == (
    sa.select(application.c.id)
    .where(application.c.reference == sa.bindparam("reference"))
    .scalar_subquery()
)
