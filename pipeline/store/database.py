"""The database: SQLite in one process, PostgreSQL for several, the same to everybody else.

Law of this file: whoever writes waits in line.  On SQLite all writers of a process queue at one
first-come-first-served lock (threads that loop on BEGIN IMMEDIATE starve each other), and
`busy_timeout` is for other processes only.  On PostgreSQL a writer takes the advisory locks that
it names, in the order given, and holds them until its transaction ends.

A transaction of SQLite that will write says so at its start (BEGIN IMMEDIATE): one that began by
reading could not be let through later without a conflict.  Readers have connections of their own
that cannot write, and wait for nobody (WAL).  A commit is on disk when it returns
(synchronous=FULL).

Errors of SQLAlchemy and the drivers are turned into the tree of `errors` where they happen.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import sqlite3
import threading
from collections import deque
from collections.abc import Iterator
from pathlib import Path
from weakref import WeakValueDictionary

import psycopg
import psycopg.errors
import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.engine import URL, Connection, Engine, ExceptionContext, make_url

from pipeline.store.errors import AlreadyServed, Conflict, Misused, StoreError, Unavailable

__all__ = ["AlreadyServed", "Conflict", "Database", "Misused", "StoreError", "Unavailable"]

BUSY_TIMEOUT = 30.0
"""Seconds of machine time to wait for another process's transaction."""
QUEUE_TIMEOUT = 120.0
"""Seconds of machine time to wait for the other writers of this process."""
CONNECT_TIMEOUT = 10
"""Seconds of machine time to wait for PostgreSQL to answer."""
_CACHE = {"BEGIN IMMEDIATE": 32, "BEGIN": 8}
"""MiB of pages that each connection keeps: the one that writes, and each that reads."""
_PRAGMAS = (
    f"PRAGMA busy_timeout = {int(BUSY_TIMEOUT * 1000)}",
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
    "PRAGMA wal_autocheckpoint = 4000",  # 16 MiB of log between two checkpoints
)


class Database:
    """One database, for all threads of a process."""

    def __init__(self, url: str) -> None:
        self.url = make_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        if self.is_sqlite:
            self._path = _sqlite_path(self.url)
            self._line = _line_of(self._path)
            self._writers = _sqlite_engine(self.url, "BEGIN IMMEDIATE", 1)
            self._readers = _sqlite_engine(self.url, "BEGIN", 8)
        elif self.url.get_backend_name() == "postgresql":
            self._writers = sa.create_engine(
                self.url,
                pool_size=10,
                max_overflow=-1,
                connect_args={"connect_timeout": CONNECT_TIMEOUT},
            )
            self._readers = self._writers.execution_options(postgresql_readonly=True)
        else:
            raise Misused(f"'{self.url.drivername}' is neither sqlite nor postgresql+psycopg")
        for engine in {self._writers, self._readers} if self.is_sqlite else {self._writers}:
            event.listen(engine, "handle_error", self._translate)

    def migrate(self) -> None:
        """Bring the tables to what this program needs; nothing where they are so already."""
        from pipeline.store import migrations

        if self.is_sqlite:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._path.touch(mode=0o600)  # names and addresses are nobody else's to read
        with self.write("migrate") as connection:
            migrations.upgrade(connection)

    @contextlib.contextmanager
    def write(self, *locks: str) -> Iterator[Connection]:
        """A transaction that writes: committed at the end, rolled back when anything is raised.

        `locks` name what it works on (an event, a mailbox); see the law of this file.  Raises
        `Conflict` and `Unavailable`, then nothing was written.
        """
        with self._in_line(), self._writers.begin() as connection:
            if not self.is_sqlite:
                for name in locks:
                    connection.execute(_ADVISORY, {"name": name})
            yield connection

    @contextlib.contextmanager
    def read(self) -> Iterator[Connection]:
        """A transaction that only reads."""
        with self._readers.connect() as connection, connection.begin() as transaction:
            try:
                yield connection
            finally:
                transaction.rollback()

    @contextlib.contextmanager
    def _in_line(self) -> Iterator[None]:
        if not self.is_sqlite:
            yield
            return
        self._line.enter(QUEUE_TIMEOUT)
        try:
            yield
        finally:
            self._line.leave()

    @contextlib.contextmanager
    def sole_daemon(self) -> Iterator[None]:
        """Be the only daemon on an SQLite file, for as long as this lasts.

        The lock is the kernel's and ends with the process, however that ends.  Raises
        `AlreadyServed`.  PostgreSQL is made for several daemons: nothing to be locked there.
        """
        if not self.is_sqlite:
            yield
            return
        path = self._path.with_name(self._path.name + ".daemon")
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a+", encoding="ascii") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise AlreadyServed(_pid_in(path)) from None
            file.truncate(0)
            file.write(f"{os.getpid()}\n")
            file.flush()
            yield

    def close(self) -> None:
        """Close all connections."""
        self._writers.dispose()
        self._readers.dispose()

    def _translate(self, context: ExceptionContext) -> None:
        error = context.original_exception
        if isinstance(error, (sqlite3.Error, psycopg.Error)):
            where = self.url.render_as_string(hide_password=True)
            raise _named(error, where) from error


_ADVISORY = sa.text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))")


def _pid_in(path: Path) -> int | None:
    written = path.read_text(encoding="ascii").strip()
    return int(written) if written.isdigit() else None


# ---------------------------------------------------------------- SQLite


def _sqlite_path(url: URL) -> Path:
    if not url.database or url.database == ":memory:":
        raise Misused("a database in memory remembers nothing: name a file")
    return Path(url.database).absolute()


def _sqlite_engine(url: URL, begin: str, connections: int) -> Engine:
    engine = sa.create_engine(
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

    event.listen(engine, "connect", connected)
    event.listen(engine, "begin", begun)
    return engine


class _Line:
    """A lock that is given in the order in which it was asked for."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._waiting: deque[threading.Lock] = deque()
        self._owner: int | None = None

    def enter(self, timeout: float) -> None:
        """Wait for one's turn. Raises `Unavailable` after so many seconds."""
        me = threading.get_ident()
        turn = threading.Lock()
        with self._guard:
            if self._owner == me:
                raise Misused("a write transaction inside a write transaction")
            if self._owner is None:
                self._owner = me
                return
            turn.acquire()
            self._waiting.append(turn)
        if not turn.acquire(timeout=timeout):
            with self._guard:
                if turn in self._waiting:
                    self._waiting.remove(turn)
                    raise Unavailable(f"other writers took more than {timeout:.0f} s")
        self._owner = me

    def leave(self) -> None:
        """Let the next one in."""
        with self._guard:
            if self._waiting:
                self._owner = _PASSED_ON
                self._waiting.popleft().release()
            else:
                self._owner = None


_PASSED_ON = -1
"""Owner of a line while the next one has been let in and does not run yet."""
_LINES: WeakValueDictionary[Path, _Line] = WeakValueDictionary()
_LINES_GUARD = threading.Lock()


def _line_of(path: Path) -> _Line:
    """The one line of writers for a file, however often this process has opened it."""
    with _LINES_GUARD:
        line = _LINES.get(path.resolve())
        if line is None:
            line = _LINES[path.resolve()] = _Line()
        return line


# ---------------------------------------------------------------- errors


def _named(error: sqlite3.Error | psycopg.Error, where: str) -> StoreError:
    text = f"{' '.join(str(error).split())} ({where})"
    if isinstance(error, _DECIDE_ANEW) or _code(error) in _TAKEN:
        return Conflict(text)
    if isinstance(error, psycopg.OperationalError):
        return Unavailable(text)
    if isinstance(error, sqlite3.OperationalError) and _code(error) & 0xFF not in _MISTAKES:
        return Unavailable(text)
    return StoreError(text)


def _code(error: Exception) -> int:
    """SQLite's extended result code; its last eight bits are the plain one."""
    code: int = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_OK)
    return code


_TAKEN = {sqlite3.SQLITE_CONSTRAINT_UNIQUE, sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY}
_MISTAKES = {sqlite3.SQLITE_ERROR, sqlite3.SQLITE_READONLY}
"""SQLite complains of the statement itself, not of its surroundings."""
_DECIDE_ANEW = (
    psycopg.errors.UniqueViolation,
    psycopg.errors.SerializationFailure,
    psycopg.errors.DeadlockDetected,
)
