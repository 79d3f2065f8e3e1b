"""PostgreSQL: how it is reached, and what its errors mean.

A module of its own, because the driver takes longer to import than most verbs take to run.
"""

from __future__ import annotations

import psycopg
import psycopg.errors
import sqlalchemy as sa
from sqlalchemy.engine import URL, Engine

from pipeline.store.errors import Conflict, StoreError, Unavailable

CONNECT_TIMEOUT = 10
"""Seconds of machine time to wait for the server's answer."""
_NOTICE_A_DEAD_LINK = {
    "keepalives_idle": 30,  # seconds
    "keepalives_interval": 10,  # seconds
    "keepalives_count": 3,
    "tcp_user_timeout": 30_000,  # milliseconds
}
"""A server that is gone without a word is noticed within a minute; a lock is waited for at ease."""
ADVISORY_LOCK = sa.text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))")
"""Waits for a name, and holds it until the transaction ends."""


def engine(url: URL) -> Engine:
    """Connections through psycopg 3, as many as threads want at once."""
    return sa.create_engine(
        url,
        pool_size=10,
        max_overflow=-1,
        connect_args={"connect_timeout": CONNECT_TIMEOUT, **_NOTICE_A_DEAD_LINK},
    )


def named(error: BaseException, text: str) -> StoreError | None:
    """What the driver's error means to the caller; None when it is not the driver's."""
    if not isinstance(error, psycopg.Error):
        return None
    if isinstance(error, _DECIDE_ANEW):
        return Conflict(text)
    return Unavailable(text) if isinstance(error, _COME_BACK) else StoreError(text)


_COME_BACK = (
    psycopg.OperationalError,
    psycopg.errors.ReadOnlySqlTransaction,  # a standby that has not taken over yet
    psycopg.errors.IdleInTransactionSessionTimeout,
)
_DECIDE_ANEW = (
    psycopg.errors.UniqueViolation,
    psycopg.errors.SerializationFailure,
    psycopg.errors.DeadlockDetected,
)
