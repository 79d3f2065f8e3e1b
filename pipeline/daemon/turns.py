"""One rate of sending for all connections of this daemon, and for all daemons of one PostgreSQL.

Law of this file: a rate never stops a letter.  Where the store cannot be asked, the daemon keeps
the rate by itself until it can.
"""

from __future__ import annotations

from pipeline.store.database import Database
from pipeline.store.errors import StoreError
from pipeline.store.turns import SharedTurns
from pipeline.transport.pace import OwnTurns, Turns


class OfficeTurns:
    """Turns over all daemons, or this one's own while the store is away."""

    def __init__(self, shared: SharedTurns) -> None:
        self._shared = shared
        self._own = OwnTurns(shared.per_second)

    def take(self) -> float:
        """Take the next turn: the seconds until it comes."""
        try:
            return self._shared.take()
        except StoreError:
            return self._own.take()

    def take_now(self) -> bool:
        """Take a turn if it has come already."""
        try:
            return self._shared.take_now()
        except StoreError:
            return self._own.take_now()


def turns_of(per_second: float | None, database: Database) -> Turns | None:
    """Who gives turns at this rate; None: there is no rate."""
    if per_second is None:
        return None
    if database.is_sqlite:
        return OwnTurns(per_second)
    return OfficeTurns(SharedTurns(database, per_second))
