"""The database: SQLite for one process, PostgreSQL for several, the same to everybody else.

Law of this file: whoever writes waits in line.  On SQLite all writers of a process queue at one
first-come-first-served lock (`line`), and `busy_timeout` is for other processes only.  On
PostgreSQL a writer takes the advisory locks that it names, in the order given, and holds them
until its transaction ends.

Errors of SQLAlchemy and the drivers are turned into the tree of `errors` where they happen, so
that a worker can tell a mail that cannot be handled from a store that cannot be asked.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import event
from sqlalchemy.engine import Connection, Engine, ExceptionContext, make_url

from pipeline.store import sqlite
from pipeline.store.errors import AlreadyServed, Conflict, Misused, StoreError, Unavailable
from pipeline.store.line import line_of

__all__ = ["AlreadyServed", "Conflict", "Database", "Misused", "StoreError", "Unavailable"]

QUEUE_TIMEOUT = 120.0
"""Seconds of machine time to wait for the other writers of this process."""


class Database:
    """One database, for all threads of a process."""

    def __init__(self, url: str) -> None:
        self.url = make_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self._file: tuple[int, int] | None = None  # device and inode of SQLite's
        if self.is_sqlite:
            self._path = sqlite.path_of(self.url)
            self._line = line_of(self._path)
            self._writers = sqlite.engine(self.url, "BEGIN IMMEDIATE", 1)
            self._readers = sqlite.engine(self.url, "BEGIN", 8)
            self._named = sqlite.named
        elif self.url.get_backend_name() == "postgresql":
            from pipeline.store import postgresql

            self._writers = postgresql.engine(self.url)
            self._readers = self._writers.execution_options(postgresql_readonly=True)
            self._named = postgresql.named
            self._lock = postgresql.ADVISORY_LOCK
        else:
            raise Misused(f"'{self.url.drivername}' is neither sqlite nor postgresql+psycopg")
        for engine in self._engines():
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
            self._same_file()
            if not self.is_sqlite:
                for name in locks:
                    connection.execute(self._lock, {"name": name})
            yield connection

    @contextlib.contextmanager
    def read(self) -> Iterator[Connection]:
        """A transaction that only reads."""
        with self._readers.connect() as connection, connection.begin() as transaction:
            try:
                yield connection
            finally:
                transaction.rollback()

    @property
    def read_only(self) -> bool:
        """Whether SQLite's file lies where nobody can write; a server says so itself."""
        return self.is_sqlite and sqlite.on_read_only_disk(self._path)

    def compact(self) -> None:
        """Leave nothing in the file of what was deleted. PostgreSQL's vacuum does so by itself.

        Raises `StoreError`; what was deleted stays deleted.
        """
        if not self.is_sqlite:
            return
        with self._in_line():
            try:
                sqlite.compact(self._writers)
            except Exception as error:
                raise sqlite.named(error, f"{error} ({self.url})") or error from error

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

    def _same_file(self) -> None:
        """Raise `Unavailable` where SQLite's file was removed or replaced under our feet.

        What is committed to a file without a name is lost when we end.
        """
        if not self.is_sqlite:
            return
        try:
            now = self._path.stat()
        except OSError as error:
            raise Unavailable(f"{self._path} is not there any more: put it back") from error
        self._file = self._file or (now.st_dev, now.st_ino)
        if self._file != (now.st_dev, now.st_ino):
            raise Unavailable(f"{self._path} was replaced while we work: restart")

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
        for engine in self._engines():
            engine.dispose()

    def _engines(self) -> list[Engine]:
        """Readers of PostgreSQL are its writers with an option."""
        return [self._writers, self._readers] if self.is_sqlite else [self._writers]

    def _translate(self, context: ExceptionContext) -> None:
        error = context.original_exception
        where = self.url.render_as_string(hide_password=True)
        named = self._named(error, f"{' '.join(str(error).split())} ({where})")
        if named is not None:
            raise named from error


def _pid_in(path: Path) -> int | None:
    written = path.read_text(encoding="ascii").strip()
    return int(written) if written.isdigit() else None
