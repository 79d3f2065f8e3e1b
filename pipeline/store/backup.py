"""A copy of everything that is remembered, taken while work goes on, and its way back.

Law of this file: a copy is one moment.  It is read in a single snapshot and written as an SQLite
file, whichever engine the store runs on, so that it can be looked into anywhere and brought back
to either.  It comes into being under another name and gets its own when it is whole.

What was sent after the copy was taken is not in it.  So whatever is brought back sends nothing
until a person has looked: `restore` stops all sending.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from pipeline.store import settings
from pipeline.store.database import Database
from pipeline.store.errors import Misused
from pipeline.store.schema import metadata

_AT_ONCE = 200
"""Rows of one piece; mails lie among them."""


@dataclass(frozen=True, slots=True)
class Copied:
    """What a copy holds."""

    tables: int
    rows: int


def back_up(source: Database, path: Path) -> Copied:
    """Write everything to a new SQLite file at `path`, readable by its owner only.

    Raises `FileExistsError` where something is there already; a copy that fails leaves nothing.
    """
    if path.exists():
        raise FileExistsError(str(path))
    part = path.with_name(f"{path.name}.part")
    _remove(part)
    target = Database(f"sqlite:///{part}")
    try:
        target.migrate()
        copied = _copy(source, target)
    except BaseException:
        target.close()
        _remove(part)
        raise
    target.close()
    part.replace(path)
    _on_disk(path.parent)
    return copied


def restore(path: Path, target: Database, *, who: str, now: datetime) -> Copied:
    """Bring a copy back into an empty store, and stop all sending there.

    Raises `FileNotFoundError`, `Misused` where the store is not empty or the file is no copy, and
    `AlreadyServed` where a daemon works on it.
    """
    if not path.is_file():
        raise FileNotFoundError(str(path))
    source = Database(f"sqlite:///{path}")
    try:
        with target.sole_daemon():
            target.migrate()
            copied = _copy(source, target)
            with target.write() as connection:
                settings.stop_sending(connection, who=who, why="restored from a copy", at=now)
    finally:
        source.close()
    return copied


def _copy(source: Database, target: Database) -> Copied:
    rows = 0
    with source.read() as reading, target.write() as writing:
        if not source.is_sqlite:
            # PostgreSQL shows each statement its own moment unless it is asked for one of all.
            reading.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        for table in metadata.sorted_tables:
            if writing.execute(sa.select(sa.literal(1)).select_from(table).limit(1)).first():
                raise Misused(f"the store is not empty: '{table.name}' has rows")
        for table in metadata.sorted_tables:
            for piece in _pieces(reading, table):
                writing.execute(sa.insert(table), piece)
                rows += len(piece)
            _numbers_go_on(writing, table)
    return Copied(len(metadata.sorted_tables), rows)


def _pieces(connection: Connection, table: sa.Table) -> Iterator[list[dict[str, object]]]:
    stream = connection.execution_options(yield_per=_AT_ONCE).execute(sa.select(table))
    for part in stream.mappings().partitions():
        yield [dict(row) for row in part]


def _numbers_go_on(connection: Connection, table: sa.Table) -> None:
    """PostgreSQL's next number of a table is behind those that were brought."""
    if connection.dialect.name == "sqlite" or "id" not in table.c or table.c.id.foreign_keys:
        return
    sequence = sa.func.pg_get_serial_sequence(table.name, "id")
    highest = sa.select(sa.func.max(table.c.id)).scalar_subquery()
    connection.execute(sa.select(sa.func.setval(sequence, highest)).where(highest.is_not(None)))


def _remove(part: Path) -> None:
    for suffix in ("", "-wal", "-shm"):
        with suppress(FileNotFoundError):
            part.with_name(part.name + suffix).unlink()


def _on_disk(folder: Path) -> None:
    """The file's name is on disk as well (fsync of its folder)."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
