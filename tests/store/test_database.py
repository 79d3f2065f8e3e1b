"""Transactions, the line of writers, and what is said when something is in the way."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa

from pipeline.store import database as module
from pipeline.store import settings
from pipeline.store.database import (
    AlreadyServed,
    Conflict,
    Database,
    Misused,
    StoreError,
    Unavailable,
)
from tests.servers.binaries import eventually


def number(database: Database) -> int:
    with database.read() as connection:
        return int(settings.get(connection, "number") or 0)


def count_up(database: Database) -> None:
    with database.write("number") as connection:
        settings.put(connection, "number", int(settings.get(connection, "number") or 0) + 1)


# ---------------------------------------------------------------- transactions


def test_what_was_written_is_read_afterwards(database: Database) -> None:
    count_up(database)

    assert number(database) == 1


def test_what_raises_leaves_nothing_behind(database: Database) -> None:
    def fail() -> None:
        with database.write() as connection:
            settings.put(connection, "number", 5)
            raise KeyError

    with pytest.raises(KeyError):
        fail()

    assert number(database) == 0


def test_a_reader_sees_nothing_of_an_unfinished_transaction(database: Database) -> None:
    with database.write() as connection:
        settings.put(connection, "number", 5)

        assert number(database) == 0


def test_a_reader_cannot_write(database: Database) -> None:
    with pytest.raises(StoreError), database.read() as connection:
        settings.put(connection, "number", 5)

    assert number(database) == 0


def test_many_threads_lose_no_update(database: Database) -> None:
    with ThreadPoolExecutor(8) as threads:
        for done in [threads.submit(count_up, database) for _ in range(80)]:
            done.result()

    assert number(database) == 80


def test_a_row_that_is_there_already_is_a_conflict(database: Database) -> None:
    insert = sa.text("INSERT INTO roster (slug, taken) VALUES ('r7', 1)")
    with database.write() as connection:
        connection.execute(insert)

    with pytest.raises(Conflict), database.write() as connection:
        connection.execute(insert)


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO roster (slug, taken) VALUES ('r7', -1)",
        "INSERT INTO roster (slug) VALUES ('r7')",
        "INSERT INTO nowhere VALUES (1)",
    ],
)
def test_a_mistake_of_ours_is_neither_a_conflict_nor_waited_for(
    database: Database, statement: str
) -> None:
    with pytest.raises(StoreError) as raised, database.write() as connection:
        connection.execute(sa.text(statement))

    assert type(raised.value) is StoreError


def test_an_address_of_another_engine_is_refused() -> None:
    with pytest.raises(Misused, match="neither"):
        Database("mysql://localhost/x")


def test_a_database_in_memory_is_refused() -> None:
    with pytest.raises(Misused, match="remembers nothing"):
        Database("sqlite://")


# ---------------------------------------------------------------- SQLite


def test_a_write_transaction_inside_another_is_refused_and_not_waited_for(
    sqlite: Database,
) -> None:
    with sqlite.write(), pytest.raises(Misused, match="inside"), sqlite.write():
        pass

    count_up(sqlite)
    assert number(sqlite) == 1


def test_commits_of_sqlite_are_on_disk_and_readers_wait_for_nobody(sqlite: Database) -> None:
    with sqlite.write() as connection:
        pragmas = [
            connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys")
        ]

    assert pragmas == ["wal", 2, 1]


def test_the_file_is_for_its_owner_alone(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/new/here.sqlite")
    database.migrate()

    files = list((tmp_path / "new").iterdir())
    assert {file.stat().st_mode & 0o077 for file in files} == {0}
    database.close()


def test_writers_of_one_process_are_served_in_the_order_of_asking(sqlite: Database) -> None:
    served: list[int] = []
    again = Database(str(sqlite.url))

    def write(turn: int) -> None:
        with (sqlite, again)[turn % 2].write():
            served.append(turn)

    with ThreadPoolExecutor(6) as threads, sqlite.write():
        for turn in range(6):
            threads.submit(write, turn)
            waiting = turn + 1
            eventually(
                lambda n=waiting: sqlite._line.waiting == n,  # type: ignore[misc]
                "one more waits",
            )

    assert served == list(range(6))
    again.close()


def test_nobody_starves_while_three_write_without_a_pause(sqlite: Database) -> None:
    stop = threading.Event()

    def without_a_pause() -> None:
        while not stop.is_set():
            count_up(sqlite)

    with ThreadPoolExecutor(4) as threads:
        busy = [threads.submit(without_a_pause) for _ in range(3)]
        for _ in range(30):
            count_up(sqlite)
        stop.set()
        for one in busy:
            one.result()

    assert number(sqlite) >= 30


def test_a_writer_that_waited_too_long_goes_away_and_holds_up_nobody(
    sqlite: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "QUEUE_TIMEOUT", 0.05)

    with ThreadPoolExecutor(1) as threads, sqlite.write():
        late = threads.submit(count_up, sqlite)
        with pytest.raises(Unavailable, match="other writers"):
            late.result()

    count_up(sqlite)
    assert number(sqlite) == 1


@contextmanager
def locked_by_another_process(path: str) -> Iterator[None]:
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    yield
    other.close()


def test_a_database_that_another_process_holds_is_unavailable(
    sqlite: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert sqlite.url.database is not None
    with sqlite.write() as connection:
        connection.exec_driver_sql("PRAGMA busy_timeout = 10")

    with (
        locked_by_another_process(sqlite.url.database),
        pytest.raises(Unavailable, match="locked"),
        sqlite.write(),
    ):
        pass

    count_up(sqlite)


def test_a_folder_that_cannot_be_opened_is_named(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/missing/here.sqlite")

    with pytest.raises(Unavailable, match=r"missing/here\.sqlite"), database.read():
        pass


def test_a_second_daemon_is_told_of_the_first(sqlite: Database) -> None:
    with sqlite.sole_daemon():
        again = Database(str(sqlite.url))
        with pytest.raises(AlreadyServed, match=f"process {os.getpid()}") as raised:
            again.sole_daemon().__enter__()

    assert raised.value.pid == os.getpid()
    with again.sole_daemon():
        pass


def test_a_daemon_that_was_killed_leaves_the_place_free(sqlite: Database) -> None:
    script = (
        "import os, sys; from pipeline.store.database import Database;"
        "lock = Database(sys.argv[1]).sole_daemon(); lock.__enter__();"
        "os.kill(os.getpid(), 9)"
    )
    died = subprocess.run([sys.executable, "-c", script, str(sqlite.url)], check=False)

    assert died.returncode == -9
    with sqlite.sole_daemon():
        pass


# ---------------------------------------------------------------- PostgreSQL


@pytest.mark.server
def test_who_takes_the_same_lock_waits(postgresql: Database) -> None:
    inside = threading.Event()
    order: list[str] = []

    def second() -> None:
        inside.wait()
        with postgresql.write("event:r7"):
            order.append("second")

    with ThreadPoolExecutor(1) as threads:
        done = threads.submit(second)
        with postgresql.write("event:r7"):
            inside.set()
            with postgresql.write("event:other"):
                order.append("another event is free")
            eventually(lambda: _waits_for_a_lock(postgresql), "the second one waits")
            order.append("first")
        done.result()

    assert order == ["another event is free", "first", "second"]


def _waits_for_a_lock(database: Database) -> bool:
    with database.read() as connection:
        waiting = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
        return bool(connection.scalar(sa.text(waiting)))


@pytest.mark.server
def test_several_daemons_may_serve_postgresql(postgresql: Database) -> None:
    with postgresql.sole_daemon(), postgresql.sole_daemon():
        pass


@pytest.mark.server
def test_a_lost_connection_is_unavailable_and_the_next_one_works(postgresql: Database) -> None:
    def lose() -> None:
        with postgresql.write() as connection:
            settings.put(connection, "number", 5)
            own = connection.scalar(sa.text("SELECT pg_backend_pid()"))
            with postgresql.write() as other:
                other.execute(sa.text("SELECT pg_terminate_backend(:own)"), {"own": own})
            settings.put(connection, "number", 6)

    with pytest.raises(Unavailable):
        lose()

    count_up(postgresql)
    assert number(postgresql) == 1


def test_a_server_that_is_not_there_is_unavailable_and_its_password_not_said() -> None:
    database = Database("postgresql+psycopg://office:geheim@127.0.0.1:1/x")

    with pytest.raises(Unavailable) as raised, database.read():
        pass

    assert "geheim" not in str(raised.value)
    assert isinstance(raised.value.__cause__, psycopg.OperationalError)
