"""Ways to take a promise's mechanism out, so that the harness can be seen to find it.

Law of this file: each is named for what it takes out, and where there is a second defence behind
it, that one goes too: what is tried here is the harness.
"""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from threading import Event
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from pipeline.clock import machine_seconds
from pipeline.store import inbox, outbox
from pipeline.store.database import Database
from pipeline.store.inbox import Waiting
from pipeline.store.outbox import Outgoing
from pipeline.store.schema import outbox as letters
from pipeline.store.writing import Writing
from tests.faults.swap import swap

_MEET_WITHIN = 3.0


def apply(asked: Mapping[str, str]) -> None:
    """Take out what is asked for, in this process."""
    for word in asked.get("UKETSUKE_FAULT_SABOTAGE", "").split():
        _ALL[word](asked)


def _no_claim(_: Mapping[str, str]) -> None:
    """Letters are not marked before they are dialled."""

    def claim(db: Database, now: datetime, limit: int, instance: str) -> list[Outgoing]:
        del instance
        with db.read() as connection:
            due = connection.execute(outbox._DUE.limit(limit), {"now": now}).all()
            claimed = connection.execute(outbox._CLAIMED, {"of": [row.id for row in due]})
            return [outbox._outgoing(row) for row in claimed]

    swap(outbox, "claim", claim)
    # The mark at the dot asks for the claim's: it goes with it.
    outbox.mark_at_dot = lambda *_args, **_more: True
    outbox._SETTLE = (
        sa.update(letters)
        .where(letters.c.id.in_(sa.bindparam("of", expanding=True)))
        .values(
            status=sa.bindparam("as"),
            held=sa.bindparam("reason"),
            last_error=sa.bindparam("error"),
            next_attempt_at=sa.bindparam("next", type_=letters.c.next_attempt_at.type),
            settled_at=sa.bindparam("at"),
        )
    )


def _no_key(_: Mapping[str, str]) -> None:
    """What lies on the server is kept again whenever it is found, and never known again."""
    keep = inbox.keep
    again = itertools.count(os.getpid() << 16)

    def kept(connection: Connection, mails: Sequence[inbox.Arrived]) -> int:
        from dataclasses import replace

        return keep(connection, [replace(mail, uid=next(again)) for mail in mails])

    def unknown(*_: Any) -> set[int]:
        return set()

    swap(inbox, "keep", kept)
    swap(inbox, "known_uids", unknown)
    inbox._letters_like = lambda *_: set()


def _no_lock(_: Mapping[str, str]) -> None:
    """Who decides does not wait for others, and the seats are not counted once more."""
    write = Database.write

    def unlocked(self: Database, *locks: str) -> Any:
        return write(self, *(one for one in locks if not one.startswith("event:")))

    def seats(self: Writing, slug: str, taken: int, more: int) -> None:
        del self, slug, taken, more

    swap(Database, "write", unlocked)
    swap(Writing, "seats", seats)


def _side_by_side(asked: Mapping[str, str]) -> None:
    """No sabotage: each of two daemons has mails of its own, and they meet before they commit.

    So two units of work are open at once wherever the locks let them.
    """
    mine = int(asked["UKETSUKE_FAULT_NAME"][-1]) % 2
    folder = Path(asked["UKETSUKE_FAULT_CLOCK"]).parent
    claim, settle = inbox.claim, inbox.settle

    def halved(db: Database, *which: Any) -> list[Waiting]:
        return [one for one in claim(db, *which) if one.id % 2 == mine]

    def met(*args: Any, **more: Any) -> None:
        (folder / f"meeting.{mine}").touch()
        until = machine_seconds() + _MEET_WITHIN
        while not (folder / f"meeting.{1 - mine}").exists() and machine_seconds() < until:
            Event().wait(0.01)
        settle(*args, **more)

    swap(inbox, "claim", halved)
    swap(inbox, "settle", met)


_ALL: Mapping[str, Callable[[Mapping[str, str]], None]] = {
    "claim": _no_claim,
    "key": _no_key,
    "lock": _no_lock,
    "side-by-side": _side_by_side,
}
NAMES: Collection[str] = frozenset(_ALL)
