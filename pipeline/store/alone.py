"""A mail that is read alone: in whose hand it is, and what it means when that hand dies.

Law of this file: a mail pays for the death of a daemon only where that one daemon had it in hand
and no other mail beside it.  The daemon notes so before it reads the mail.  When the daemon is
gone and the mail is as it was when it was taken up, the attempt is counted; after so many the mail
is shunted.  A store that fails ends nobody, so it costs nothing: the daemon lives, and takes the
mail up again or puts it down.  A daemon that only seemed to be gone, because its store was away,
finds its note counted and gives the attempt back.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from pipeline.store import settings
from pipeline.store.columns import literally
from pipeline.store.schema import inbox

MOST_ATTEMPTS = 3
"""After so many a mail is shunted: kept aside for a person, with its way back (`replay`)."""
LOCK = "mail alone"
"""Held while a daemon takes one up, so that no two do."""
DIED = "the program died whenever it was read"
_NOTE = "alone:"
_NEW = literally(inbox.c.status, "new")


@dataclass(frozen=True, slots=True)
class Held:
    """One mail in the hand of one daemon."""

    mail: int
    attempts: int
    """How many it had when it was taken up."""
    counted: bool = False
    """The daemon seemed to be gone, and an attempt was counted for it."""


def held(connection: Connection, instance: str) -> Held | None:
    """What this daemon has noted to have in hand; it may be settled by now."""
    found = settings.get(connection, _NOTE + instance)
    return None if found is None else Held(*found)


def take_up(connection: Connection, instance: str, mail: int) -> bool:
    """Note that this daemon has this mail in hand and no other. False: somebody else has it."""
    attempts = connection.scalar(sa.select(inbox.c.attempts).where(inbox.c.id == mail, _NEW))
    others = [one.mail for one in _all(connection).values() if not one.counted]
    if attempts is None or mail in others:
        return False
    settings.put(connection, _NOTE + instance, [mail, attempts, False])
    return True


def put_down(connection: Connection, instance: str) -> None:
    """This daemon has no mail in hand that it would have to answer for."""
    note = held(connection, instance)
    if note is None:
        return
    settings.forget(connection, [_NOTE + instance])
    if note.counted:
        connection.execute(
            sa.update(inbox)
            .where(inbox.c.id == note.mail, inbox.c.attempts > note.attempts, _NEW)
            .values(attempts=inbox.c.attempts - 1)
        )


def count_deaths(connection: Connection, alive: Collection[str]) -> list[int]:
    """The mails for which the death of the daemon that had them in hand is counted now.

    `alive` names the daemons that live, as `outbox.alive` finds them.
    """
    gone = {one: note for one, note in _all(connection).items() if one not in alive}
    waiting = set(connection.scalars(_STILL_NEW, {"of": [note.mail for note in gone.values()]}))
    settings.forget(connection, [_NOTE + i for i, one in gone.items() if one.mail not in waiting])
    dead = set()
    for instance, note in gone.items():
        if note.mail in waiting and not note.counted and _count(connection, note):
            dead.add(note.mail)
            # Kept: should the daemon come back, it gives the attempt back.
            settings.put(connection, _NOTE + instance, [note.mail, note.attempts, True])
    return sorted(dead)


def _count(connection: Connection, note: Held) -> bool:
    """Nothing where it was settled, or failed and was counted, or its death was counted before."""
    attempts = note.attempts + 1
    values: dict[str, Any] = {"attempts": attempts}
    if attempts >= MOST_ATTEMPTS:
        values |= {"status": "shunted", "reason": DIED}
    done = connection.execute(
        sa.update(inbox)
        .where(inbox.c.id == note.mail, inbox.c.attempts == note.attempts, _NEW)
        .values(values)
    )
    return done.rowcount == 1


def _all(connection: Connection) -> dict[str, Held]:
    found = settings.beginning_with(connection, _NOTE)
    return {instance: Held(*note) for instance, note in found.items()}


_STILL_NEW = sa.select(inbox.c.id).where(inbox.c.id.in_(sa.bindparam("of", expanding=True)), _NEW)
