"""Whose turn it is to send, counted over all daemons of one PostgreSQL.

Law of this file: a turn is taken in one statement and one commit, by the database's own clock.  It
is asked only where a rate is configured; on SQLite there is one daemon, which counts by itself.
"""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from pipeline.store.database import Database

_NOW = "CAST(extract(epoch FROM clock_timestamp()) AS double precision)"
_TAKE = """
    INSERT INTO setting AS s (slug, key, value, changes)
    VALUES ('', 'turn', CAST({now} + :between AS text), 1)
    ON CONFLICT (slug, key) DO UPDATE
    SET value = CAST(greatest(CAST(s.value AS double precision), {now}) + :between AS text),
        changes = s.changes + 1
    {only}
    RETURNING CAST(value AS double precision) - :between - {now}
"""
"""The value is the instant from which the next turn may be taken."""
_NEXT = sa.text(_TAKE.format(now=_NOW, only=""))
_IF_IT_HAS_COME = sa.text(
    _TAKE.format(now=_NOW, only=f"WHERE CAST(s.value AS double precision) <= {_NOW}")
)


@dataclass(frozen=True, slots=True)
class SharedTurns:
    """Turns for all daemons together; what fails is the store's `StoreError`."""

    database: Database
    per_second: float

    def take(self) -> float:
        """Take the next turn: the seconds until it comes."""
        with self.database.write() as connection:
            seconds: float = connection.scalar(_NEXT, {"between": 1 / self.per_second})
        return max(0.0, seconds)

    def take_now(self) -> bool:
        """Take a turn if it has come already."""
        with self.database.write() as connection:
            found = connection.execute(_IF_IT_HAS_COME, {"between": 1 / self.per_second}).first()
        return found is not None
