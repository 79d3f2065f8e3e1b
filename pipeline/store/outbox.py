"""Letters that leave: each attempt is written down before anything is dialled.

Law of this file: a letter's status says what is known of it, never what is hoped.

    queued   may leave when `next_attempt_at` has come
    sending  claimed: the attempt is committed, nothing is known yet
    at_dot   one that must not leave again unseen, committed just before the dot that ends its bytes
    sent     the server has taken it
    unknown  it may or may not have been taken
    failed   refused for good
    held     waits for a person, or for its application's release
    dropped  an operator decided that it does not leave

After a crash (`recover`) a harmless letter found in `sending` is unknown and is sent once more,
later, with the same Message-ID.  From then on it is marked `at_dot` as a letter with a secret
always is: without the mark it did not leave this time, and may be tried again however often its
daemon dies; with it, it waits for a person.  `next_attempt_at` is None where nothing happens by
itself.  Operators' verbs are in `outbox_console`.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from pipeline.domain.application import HAS_PAID
from pipeline.store import settings
from pipeline.store.columns import AnyRow
from pipeline.store.database import Database
from pipeline.store.schema import DUE, IN_FLIGHT, application, outbox, outbox_raw
from pipeline.store.statements import Many, change_alike
from pipeline.store.values import application_of, key, plain_or_none

CLAIMED_FOR = timedelta(minutes=15)
"""How far ahead the next attempt is written when a letter is claimed, event time."""
RESEND_AFTER = timedelta(minutes=30)
"""When a harmless letter of unknown fate is sent once more after a crash, event time."""
GONE_AFTER = timedelta(seconds=10)
"""A daemon that has not beaten for so long is gone, machine time; one that is not loses nothing."""

Status = Literal["sent", "queued", "failed", "unknown", "held"]


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One letter in the hand of a sender."""

    id: int
    event: str
    application: str | None
    letter: str
    recipient: str
    envelope_sender: str
    message_id: str
    raw: bytes
    secret: bool
    resent: bool
    """It may have been delivered by an earlier attempt."""
    attempts: int
    """Attempts begun, this one counted."""
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Settled:
    """What became of one attempt."""

    id: int
    status: Status
    error: str | None
    """What the server said, or why it is held."""
    next_attempt_at: datetime | None
    """When it is tried again; for an unknown one, when a harmless letter is sent once more."""
    at: datetime
    tried: bool = True
    """False: its turn did not come, and the attempt is not counted."""


def claim(db: Database, now: datetime, limit: int, instance: str) -> list[Outgoing]:
    """Take the next letters that may leave; nobody else gets them. Committed when it returns.

    `instance` names the daemon, as it does in `settings.beat`.
    """
    with db.read() as connection:
        # Most looks find nothing, and need no place in the line of writers.
        if connection.execute(_DUE.limit(1), {"now": now}).first() is None:
            return []
    with db.write() as connection:
        due = connection.execute(_DUE.limit(limit).with_for_update(skip_locked=True), {"now": now})
        rows = [
            {
                "of": row.id,
                "again": row.status == "unknown",
                "ahead": now + CLAIMED_FOR,
                "by": instance,
                "at": now,
            }
            for row in due
        ]
        if not rows:
            return []
        change_alike(connection, _CLAIM, rows)
        claimed = connection.execute(_CLAIMED, {"of": [row["of"] for row in rows]})
        letters = {row.id: _outgoing(row) for row in claimed}
    return [letters[row["of"]] for row in rows]


def may_have_secret(connection: Connection, number: int) -> bool:
    """Whether this letter's application is paid, not held, and its recipient registered, now."""
    return _entitled(connection.execute(_ENTITLED, {"of": number}).first())


def mark_at_dot(db: Database, number: int, *, by: str) -> bool:
    """Commit that this letter's last bytes are about to leave the daemon that has claimed it.

    False, and no mark, when the application may not have its secret any more, or the letter is in
    other hands by now: nothing must leave.
    """
    with db.write() as connection:
        locked = _ENTITLED.with_for_update(read=True, of=application)
        entitled = _entitled(connection.execute(locked, {"of": number}).first())
        if not entitled and connection.scalar(_SECRET, {"of": number}):
            return False
        done = connection.execute(
            sa.update(outbox)
            .where(outbox.c.id == number, outbox.c.status == "sending", outbox.c.claimed_by == by)
            .values(status="at_dot")
        )
        return done.rowcount == 1


def _entitled(row: AnyRow | None) -> bool:
    if row is None:
        return False
    one = application_of(row.value)
    registered = {key(address) for address in one.registered_addresses}
    return one.state in HAS_PAID and one.held is None and row.address in registered


def secrets_left(connection: Connection, reference: str) -> int:
    """How many letters with ID and password have left for an application, or may have."""
    count = sa.select(sa.func.count()).where(
        outbox.c.application == _number_of(reference),
        outbox.c.secret,
        outbox.c.status.in_(["sent", "sending", "at_dot", "unknown"]),
    )
    return connection.scalar(count) or 0


def take_secrets_back(connection: Connection, reference: str, *, why: str, at: datetime) -> int:
    """What has not left of an application's letters with ID and password never leaves."""
    done = connection.execute(
        sa.update(outbox)
        .where(
            outbox.c.application == _number_of(reference),
            outbox.c.secret,
            outbox.c.status.in_(["queued", "held"]),
        )
        .values(status="dropped", held=None, last_error=why, next_attempt_at=None, settled_at=at)
    )
    return done.rowcount


def _number_of(reference: str) -> sa.ScalarSelect[int]:
    found = sa.select(application.c.id).where(application.c.reference == reference)
    return found.scalar_subquery()


def settle(connection: Connection, results: Sequence[Settled], *, by: str) -> None:
    """Write down what became of letters that the daemon `by` has claimed.

    Nothing where somebody else did already, or has taken them up because we seemed to be gone;
    but that a letter was sent is true whoever holds it.
    """
    rows = [
        {
            "of": one.id,
            "as": one.status,
            "reason": plain_or_none(one.error) if one.status == "held" else None,
            "error": plain_or_none(one.error),
            "next": one.next_attempt_at,
            "at": one.at,
            "by": by,
        }
        for one in results
    ]
    untried = [one.id for one in results if not one.tried]
    if untried:
        connection.execute(_UNCOUNT, {"of": untried, "by": by})
    change_alike(connection, _SETTLE, rows)


def let_go(db: Database, *, instance: str, in_hand: Collection[int], now: datetime) -> int:
    """Letters that this daemon has claimed and no sender of it holds are queued again.

    There are such where a claim was committed and the answer to COMMIT was lost.  Returns how many.
    """
    with db.write() as connection:
        mine = sa.select(outbox.c.id).where(IN_FLIGHT, outbox.c.claimed_by == instance)
        lost = [one for one in connection.scalars(mine) if one not in in_hand]
        settle(
            connection,
            [Settled(one, "queued", "not its turn", now, now, tried=False) for one in lost],
            by=instance,
        )
    return len(lost)


def next_attempt_at(connection: Connection) -> datetime | None:
    """When the next letter may leave; None when none waits."""
    at: datetime | None = connection.scalar(
        sa.select(outbox.c.next_attempt_at)
        .where(DUE, outbox.c.next_attempt_at.is_not(None))
        .order_by(outbox.c.next_attempt_at)
        .limit(1)
    )
    return at


# ---------------------------------------------------------------- after a crash


@dataclass(frozen=True, slots=True)
class Recovered:
    """How many letters were found in the hands of daemons that are gone."""

    queued: int = 0
    """Certainly not delivered: they leave again."""
    unknown: int = 0
    """Harmless: sent once more later."""
    for_a_person: int = 0
    """At their dot: nothing happens by itself."""

    def __bool__(self) -> bool:
        return bool(self.queued or self.unknown or self.for_a_person)


def alive(connection: Connection, *, instance: str, machine_now: datetime) -> set[str]:
    """Which daemons live, this one among them; the beats of those that are gone are forgotten.

    On SQLite, which has one daemon, all others are gone; on PostgreSQL those that have not beaten
    for `GONE_AFTER`.
    """
    beats = settings.last_beats(connection)
    found = {instance}
    if connection.dialect.name != "sqlite":
        found |= {one for one, at in beats.items() if machine_now - at < GONE_AFTER}
    settings.forget_beats(connection, beats.keys() - found)
    return found


def recover(connection: Connection, *, now: datetime, alive: Collection[str]) -> Recovered:
    """Take up what daemons that are gone had claimed. May be called at any time."""
    rows = connection.execute(
        sa.select(outbox.c.id, outbox.c.status, outbox.c.secret)
        .where(IN_FLIGHT, outbox.c.claimed_by.not_in(alive))
        .with_for_update(skip_locked=True)
    ).all()
    fates = {row.id: _fate(row, now) for row in rows}
    _RECOVER(
        connection,
        [{"of": one, "as": status, "next": at} for one, (status, at) in fates.items()],
    )
    found = list(fates.values())
    return Recovered(
        queued=sum(status == "queued" for status, _ in found),
        unknown=sum(status == "unknown" and at is not None for status, at in found),
        for_a_person=sum(at is None for _, at in found),
    )


def _fate(row: AnyRow, now: datetime) -> tuple[str, datetime | None]:
    if row.status == "at_dot":
        return "unknown", None
    return ("queued", now) if row.secret else ("unknown", now + RESEND_AFTER)


# ---------------------------------------------------------------- statements

_DUE = (
    sa.select(outbox.c.id, outbox.c.status)
    .where(DUE, outbox.c.next_attempt_at <= sa.bindparam("now"))
    .order_by(outbox.c.next_attempt_at, outbox.c.id)
)
_CLAIM = (
    sa.update(outbox)
    .where(outbox.c.id.in_(sa.bindparam("of", expanding=True)))
    .values(
        status="sending",
        attempts=outbox.c.attempts + 1,
        resent=sa.or_(outbox.c.resent, sa.bindparam("again", type_=sa.Boolean)),
        next_attempt_at=sa.bindparam("ahead"),
        claimed_by=sa.bindparam("by"),
        claimed_at=sa.bindparam("at"),
    )
)
_CLAIMED = (
    sa.select(
        outbox.c.id,
        outbox.c.slug,
        application.c.reference,
        outbox.c.letter,
        outbox.c.recipient,
        outbox.c.envelope_sender,
        outbox.c.message_id,
        outbox_raw.c.raw,
        outbox.c.secret,
        outbox.c.resent,
        outbox.c.attempts,
        outbox.c.created_at,
    )
    .join(outbox_raw, outbox_raw.c.id == outbox.c.id)
    .outerjoin(application, application.c.id == outbox.c.application)
    .where(outbox.c.id.in_(sa.bindparam("of", expanding=True)))
)
_ENTITLED = (
    sa.select(application.c.value, outbox.c.address)
    .join(outbox, outbox.c.application == application.c.id)
    .where(outbox.c.id == sa.bindparam("of"))
)
_SECRET = sa.select(outbox.c.secret).where(outbox.c.id == sa.bindparam("of"))
_OURS = sa.and_(IN_FLIGHT, outbox.c.claimed_by == sa.bindparam("by"))
_SENT = sa.and_(sa.bindparam("as") == "sent", outbox.c.status.in_(["sending", "at_dot", "unknown"]))
_SETTLE = (
    sa.update(outbox)
    .where(outbox.c.id.in_(sa.bindparam("of", expanding=True)), sa.or_(_OURS, _SENT))
    .values(
        status=sa.bindparam("as"),
        held=sa.bindparam("reason"),
        last_error=sa.bindparam("error"),
        # A letter that was sent twice is not sent a third time by itself.
        next_attempt_at=sa.case(
            (sa.and_(sa.bindparam("as") == "unknown", outbox.c.resent), sa.null()),
            else_=sa.bindparam("next", type_=outbox.c.next_attempt_at.type),
        ),
        settled_at=sa.bindparam("at"),
    )
)
_UNCOUNT = (
    sa.update(outbox)
    .where(outbox.c.id.in_(sa.bindparam("of", expanding=True)), _OURS)
    .values(attempts=outbox.c.attempts - 1)
)
_RECOVER = Many(
    sa.update(outbox)
    .where(outbox.c.id == sa.bindparam("of"))
    .values(
        status=sa.bindparam("as"),
        next_attempt_at=sa.bindparam("next"),
        last_error="the program ended while it was being sent",
    )
)


def _outgoing(row: AnyRow) -> Outgoing:
    return Outgoing(
        id=row.id,
        event=row.slug,
        application=row.reference,
        letter=row.letter,
        recipient=row.recipient,
        envelope_sender=row.envelope_sender,
        message_id=row.message_id,
        raw=row.raw,
        secret=row.secret,
        resent=row.resent,
        attempts=row.attempts,
        created_at=row.created_at,
    )
