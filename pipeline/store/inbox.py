"""Mail that came: kept before the server is told so, read in order of arrival, never lost.

Promise 1 has its second half here: the raw bytes are a row before anybody is told that we have
them, the row's place on its server is a unique key, and no row is ever deleted.

A mail that cannot be read or decided is suspect: it is tried again alone, at once and in its
place; after that it is put aside until nothing else waits, and is shunted at its third attempt.

How a mail that kills the process is stopped from doing so for ever.  Batches are claimed without
writing anything, so a healthy daemon pays nothing.  `after_unclean_end` notes at the start that a
daemon runs, `ended_cleanly` that it has ended in order.  When the first of them finds that the
daemon before did not, the mails that are then first in line (the batch in hand was among them)
become *suspect*: `claim` gives out a suspect alone and notes first which daemon has it in hand.
What the death of that daemon means is written in `alone`.  All others go on in batches.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.engine import Connection

from pipeline.store import alone, settings
from pipeline.store.alone import MOST_ATTEMPTS
from pipeline.store.columns import AnyRow, Instant, literally
from pipeline.store.database import Database
from pipeline.store.schema import inbox, inbox_raw
from pipeline.store.statements import Many, among, change_alike, numbers
from pipeline.store.values import plain, plain_or_none

PUT_ASIDE_AFTER = 2
"""After so many attempts a mail gives up its place, and is tried when nothing else waits."""
SUSPECTS = 100
"""How many mails a daemon may have had in hand when it died; `claim` gives out no more."""
_MOST_BYTES = 32 * 1024 * 1024
"""Bytes of mail in one batch; a single larger mail comes alone."""
_AT_ONCE = 500

_NEW = literally(inbox.c.status, "new")


# ---------------------------------------------------------------- taking in


@dataclass(frozen=True, slots=True)
class Arrived:
    """One mail as a server handed it over."""

    account: str
    folder: str
    uidvalidity: int
    uid: int
    event: str
    raw: bytes
    received_at: datetime
    """Event time."""
    digest: str
    """Identity of its content, see `mail.reading.digest`."""
    message_id: str | None
    envelope_sender: str | None = None
    oversize: bool = False
    """Too large to be fetched: `raw` is its header block, and a person must look at the server."""


def keep(connection: Connection, mails: Sequence[Arrived]) -> int:
    """Insert them all, except those whose place is taken. Returns how many are new.

    A letter that came before (same content and Message-ID, or same content where there is none)
    is kept and marked: it is processed in silence.  An oversize one is born shunted.
    """
    if not mails:
        return 0
    known = _letters_like(connection, mails)
    ids = numbers(connection, inbox, len(mails))
    rows = []
    for number, mail in zip(ids, mails, strict=True):
        letter = (mail.event, mail.digest, plain_or_none(mail.message_id))
        rows.append({"id": number, **_row(mail, redelivered=letter in known)})
        known.add(letter)
    _KEEP(connection, rows)
    kept = set(connection.scalars(sa.select(inbox.c.id).where(inbox.c.id.in_(ids))))
    raws = [{"id": i, "raw": mail.raw} for i, mail in zip(ids, mails, strict=True) if i in kept]
    _RAWS(connection, raws)
    return len(kept)


def _row(mail: Arrived, *, redelivered: bool) -> dict[str, Any]:
    return {
        "slug": mail.event,
        "account": plain(mail.account),
        "folder": plain(mail.folder),
        "uidvalidity": mail.uidvalidity,
        "uid": mail.uid,
        "received_at": mail.received_at,
        "digest": mail.digest,
        "message_id": plain_or_none(mail.message_id),
        "envelope_sender": plain_or_none(mail.envelope_sender),
        "size": len(mail.raw),
        "oversize": mail.oversize,
        "redelivered": redelivered,
        "status": "shunted" if mail.oversize else "new",
        "attempts": 0,
        "suspect": False,
        "reason": "too large to be fetched: read it on the server" if mail.oversize else None,
    }


def _letters_like(
    connection: Connection, mails: Sequence[Arrived]
) -> set[tuple[str, str, str | None]]:
    columns = (inbox.c.slug, inbox.c.digest, inbox.c.message_id)
    query = sa.select(*columns).where(
        inbox.c.slug.in_({mail.event for mail in mails}),
        inbox.c.digest.in_({mail.digest for mail in mails}),
    )
    return {(row[0], row[1], row[2]) for row in connection.execute(query)}


def known_uids(
    connection: Connection, account: str, folder: str, uidvalidity: int, uids: Collection[int]
) -> set[int]:
    """Which of these are in the inbox already."""
    known: set[int] = set()
    wanted = list(uids)
    for start in range(0, len(wanted), _AT_ONCE):
        query = sa.select(inbox.c.uid).where(
            *_in_folder(account, folder, uidvalidity),
            inbox.c.uid.in_(wanted[start : start + _AT_ONCE]),
        )
        known.update(connection.scalars(query))
    return known


def _in_folder(account: str, folder: str, uidvalidity: int) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        inbox.c.account == account,
        inbox.c.folder == folder,
        inbox.c.uidvalidity == uidvalidity,
    )


# ---------------------------------------------------------------- reading


@dataclass(frozen=True, slots=True)
class Waiting:
    """One mail that waits to be read."""

    id: int
    event: str
    raw: bytes
    received_at: datetime
    attempts: int
    """How often its reading was begun or failed before, this one not counted."""
    digest: str
    message_id: str | None
    envelope_sender: str | None
    account: str
    redelivered: bool
    """The same letter came before: it is recorded and gets no answer."""


def after_unclean_end(db: Database, daemon: str = "daemon") -> int:
    """A daemon starts. Where the one before it died, returns how many mails are suspect now.

    `daemon` names it across restarts: a host's name, where several serve one database.
    """
    with db.write() as connection:
        unclean = settings.get(connection, f"running:{daemon}") is True
        settings.put(connection, f"running:{daemon}", value=True)
        if not unclean:
            return 0
        ids = connection.scalars(_FIRST, {"most": SUSPECTS}).all()
        connection.execute(sa.update(inbox).where(inbox.c.id.in_(ids)).values(suspect=True))
        return len(ids)


def ended_cleanly(db: Database, daemon: str = "daemon", instance: str = "daemon") -> None:
    """The daemon ends in order: whatever it had in hand is settled or untouched."""
    with db.write() as connection:
        alone.put_down(connection, instance)
        settings.put(connection, f"running:{daemon}", value=False)


def claim(db: Database, limit: int, instance: str = "daemon") -> list[Waiting]:
    """The next mails in order of arrival, or one alone that is suspect.

    `instance` names the daemon, as it does in `settings.beat`.  Nothing is locked: on PostgreSQL
    two daemons may claim the same mails, and the first to write them down wins, since none must
    overtake another.  One that is read alone is in one hand only; to others nothing is given while
    it is first in line.
    """
    with db.read() as connection:
        most = {"most": min(limit, SUSPECTS)}
        first = connection.execute(_FIRST, most).all() or connection.execute(_ASIDE).all()
        batch = _batch(first)
        rows = connection.execute(_WAITING, {"of": batch}).all() if batch else []
        in_hand = alone.held(connection, instance)
    one = rows[0].id if rows and first[0].suspect else None
    if (one or in_hand) and not _hold(db, instance, one):
        return []
    return [_waiting(row) for row in rows]


def put_down(db: Database, instance: str) -> None:
    """What this daemon has alone in hand, others may take up."""
    with db.read() as connection:
        in_hand = alone.held(connection, instance)
    if in_hand:
        _hold(db, instance, None)


def _hold(db: Database, instance: str, mail: int | None) -> bool:
    """Note that this daemon has this one mail in hand, or none. False: somebody else has it."""
    with db.write(alone.LOCK) as connection:
        alone.put_down(connection, instance)
        return mail is None or alone.take_up(connection, instance, mail)


def oldest_waiting(connection: Connection) -> datetime | None:
    """When the oldest mail arrived that waits to be decided, event time; None when none does."""
    found: datetime | None = connection.scalar(
        sa.select(inbox.c.received_at).where(_NEW).order_by(*_IN_ORDER).limit(1)
    )
    return found


def behind(db: Database, last: Waiting, limit: int) -> list[Waiting]:
    """The mails that stand in line behind one: a look ahead, and no claim."""
    place = sa.tuple_(*_IN_ORDER) > sa.tuple_(sa.literal(last.received_at, Instant), last.id)
    query = sa.select(inbox.c.id, inbox.c.size, inbox.c.suspect).where(_IN_LINE, place)
    with db.read() as connection:
        first = connection.execute(query.order_by(*_IN_ORDER).limit(limit)).all()
        batch = _batch([row for row in first if not row.suspect])
        rows = connection.execute(_WAITING, {"of": batch}).all() if batch else []
    return [_waiting(row) for row in rows]


def _batch(first: Sequence[AnyRow]) -> list[int]:
    """How many of the first in line are taken at once."""
    batch: list[int] = []
    size = 0
    for row in first:
        size += row.size
        if batch and (row.suspect or size > _MOST_BYTES):
            break
        batch.append(row.id)
        if row.suspect:
            break
    return batch


def settle(connection: Connection, read: Iterable[tuple[int, str]], *, at: datetime) -> None:
    """These (id, kind) are processed, in the transaction that wrote what they led to."""
    rows = [{"of": number, "as": kind, "at": at} for number, kind in read]
    change_alike(connection, _SETTLE, rows)


def failed(db: Database, number: int, error: str, limit: int = MOST_ATTEMPTS) -> str:
    """It could not be read or decided: counted, suspect, and shunted after so many attempts.

    Returns the status it has now: 'new' or 'shunted'; another where somebody settled it meanwhile.
    """
    attempts = inbox.c.attempts + 1
    with db.write() as connection:
        connection.execute(
            sa.update(inbox)
            .where(inbox.c.id == number, _NEW)
            .values(
                attempts=attempts,
                suspect=True,
                reason=plain(error),
                status=sa.case((attempts >= limit, "shunted"), else_="new"),
            )
        )
        status: str = connection.scalars(
            sa.select(inbox.c.status).where(inbox.c.id == number)
        ).one()
    return status


_IN_ORDER = (inbox.c.received_at, inbox.c.id)
# Once may be chance: it keeps its place, so that none who came later gets the seat before it.
_IN_LINE = sa.and_(_NEW, inbox.c.attempts < PUT_ASIDE_AFTER)
_PLACES = sa.select(inbox.c.id, inbox.c.size, inbox.c.suspect, inbox.c.attempts)
_FIRST = _PLACES.where(_IN_LINE).order_by(*_IN_ORDER).limit(sa.bindparam("most"))
_ASIDE = _PLACES.where(_NEW, inbox.c.attempts >= PUT_ASIDE_AFTER).order_by(*_IN_ORDER).limit(1)
_WAITING = (
    sa.select(
        inbox.c.id,
        inbox.c.slug,
        inbox_raw.c.raw,
        inbox.c.received_at,
        inbox.c.attempts,
        inbox.c.digest,
        inbox.c.message_id,
        inbox.c.envelope_sender,
        inbox.c.account,
        inbox.c.redelivered,
    )
    .join(inbox_raw, inbox_raw.c.id == inbox.c.id)
    .where(among(inbox.c.id))
    .order_by(*_IN_ORDER)
)
_KEEP = Many(
    # PostgreSQL's words, which SQLite has taken over.
    postgresql.insert(inbox).on_conflict_do_nothing(
        index_elements=[inbox.c.account, inbox.c.folder, inbox.c.uidvalidity, inbox.c.uid]
    )
)
_RAWS = Many(sa.insert(inbox_raw))
_SETTLE = (
    sa.update(inbox)
    .where(among(inbox.c.id), _NEW)
    .values(
        status="processed",
        kind=sa.bindparam("as"),
        reason=None,
        suspect=False,
        settled_at=sa.bindparam("at"),
    )
)


def _waiting(row: AnyRow) -> Waiting:
    """`_WAITING` asks for the fields in their order."""
    return Waiting(*row)
