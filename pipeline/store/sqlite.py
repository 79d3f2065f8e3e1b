"""SQLite: how it is opened, and what its errors mean.

A transaction that will write says so at its start (BEGIN IMMEDIATE): one that began by reading
could not be let through later without a conflict.  Readers have connections of their own that
cannot write, and wait for nobody (WAL).  A commit is on disk when it returns (synchronous=FULL).
"""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path
from typing import Literal

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine import URL, Connection, Engine

from pipeline.store.errors import Conflict, Misused, StoreError, Unavailable

BUSY_TIMEOUT = 30.0
"""Seconds of machine time to wait for another process's transaction."""
Begin = Literal["BEGIN IMMEDIATE", "BEGIN"]
_CACHE = {"BEGIN IMMEDIATE": 32, "BEGIN": 8}
"""MiB of pages that each connection keeps: the one that writes, and each that reads."""
_PRAGMAS = (
    f"PRAGMA busy_timeout = {int(BUSY_TIMEOUT * 1000)}",
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
    "PRAGMA wal_autocheckpoint = 4000",  # 16 MiB of log between two checkpoints
)


def path_of(url: URL) -> Path:
    """The file. Raises `Misused` for a database in memory."""
    if not url.database or url.database == ":memory:":
        raise Misused("a database in memory remembers nothing: name a file")
    return Path(url.database).absolute()


def engine(url: URL, begin: Begin, connections: int) -> Engine:
    """Connections whose transactions all begin in this way; plain BEGIN cannot write."""
    made = sa.create_engine(
        url,
        connect_args={"timeout": BUSY_TIMEOUT, "check_same_thread": False},
        pool_size=connections,
        max_overflow=-1,
    )

    def connected(connection: sqlite3.Connection, _: object) -> None:
        # The driver would begin transactions at a moment of its own choice.
        connection.isolation_level = None
        for pragma in _PRAGMAS:
            connection.execute(pragma)
        connection.execute(f"PRAGMA cache_size = {-1024 * _CACHE[begin]}")
        connection.execute(f"PRAGMA query_only = {begin == 'BEGIN'}")

    def begun(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    event.listen(made, "connect", connected)
    event.listen(made, "begin", begun)
    return made


def compact(writers: Engine) -> None:
    """Write the file anew without what deleted rows have left in it, and empty its log.

    Raises sqlite3's own errors.  The caller is in line, and no transaction is open.
    """
    lent = writers.raw_connection()
    try:
        for statement in ("VACUUM", "PRAGMA wal_checkpoint(TRUNCATE)"):
            lent.cursor().execute(statement)
    finally:
        lent.close()


def on_read_only_disk(path: Path) -> bool:
    """Whether nobody can write there, as when the kernel has given a faulty disk up."""
    return bool(os.statvfs(path).f_flag & os.ST_RDONLY)


def named(error: BaseException, text: str) -> StoreError | None:
    """What the driver's error means to the caller; None when it is not the driver's.

    Only SQLITE_ERROR complains of the statement itself; anything else is the surroundings' doing, a
    file among them that was made read-only under our feet.
    """
    if not isinstance(error, sqlite3.Error):
        return None
    code: int = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_OK)
    if code in _TAKEN:
        return Conflict(text)
    # The last eight bits of an extended result code are the plain one.
    if isinstance(error, sqlite3.OperationalError) and code & 0xFF != sqlite3.SQLITE_ERROR:
        return Unavailable(text)
    return StoreError(text)


_TAKEN = {sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY}
