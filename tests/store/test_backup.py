"""A copy is one moment of everything, taken while work goes on, and can be brought back."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from pipeline.store import settings
from pipeline.store.backup import back_up, restore
from pipeline.store.database import Database
from pipeline.store.errors import AlreadyServed, Misused
from pipeline.store.schema import inbox, inbox_raw, metadata
from tests.store.build import HANAKO, JIRO, OPENING, House, applied, arrived, later, letter, take_in

Everything = dict[str, list[tuple[Any, ...]]]


def everything(database: Database) -> Everything:
    """All rows of all tables."""
    with database.read() as connection:
        return {
            table.name: sorted(
                (tuple(row) for row in connection.execute(sa.select(table))), key=repr
            )
            for table in metadata.sorted_tables
        }


@pytest.fixture
def lived_in(house: House) -> House:
    """A store in which something has happened."""
    take_in(house.database, *(arrived(uid) for uid in range(1, 6)))
    house.apply(applied(HANAKO), letters=[letter(HANAKO)])
    house.apply(applied(JIRO, count=2), letters=[letter(JIRO)])
    return house


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Database]:
    """A store with nothing in it."""
    one = Database(f"sqlite:///{tmp_path / 'new' / 'uketsuke.sqlite3'}")
    yield one
    one.close()


def test_what_is_brought_back_is_what_was_there_and_sends_nothing(
    lived_in: House, empty: Database, tmp_path: Path
) -> None:
    before = everything(lived_in.database)

    back_up(lived_in.database, tmp_path / "copy.sqlite3")
    restore(tmp_path / "copy.sqlite3", empty, who="test", now=later(days=1))

    after = everything(empty)
    with empty.read() as connection:
        assert settings.sending_stopped(connection) == "test: restored from a copy"
    for name in before.keys() - {"setting", "journal", "history", "event"}:
        assert after[name] == before[name], name
    assert set(before["history"]) <= set(after["history"])


def test_a_copy_comes_back_to_the_engine_that_it_came_from_and_work_goes_on(
    lived_in: House, tmp_path: Path
) -> None:
    database = lived_in.database
    back_up(database, tmp_path / "copy.sqlite3")
    before = everything(database)
    _empty(database)

    restore(tmp_path / "copy.sqlite3", database, who="test", now=later(days=1))

    assert everything(database)["inbox"] == before["inbox"]
    take_in(database, arrived(99))
    lived_in.apply(applied("new@machida.example.jp"), letters=[letter()])
    assert len(everything(database)["inbox"]) == len(before["inbox"]) + 1


def test_a_copy_taken_while_mail_comes_in_is_one_moment(house: House, tmp_path: Path) -> None:
    over = threading.Event()

    def write() -> None:
        uid = 0
        while not over.is_set():
            uid += 1
            take_in(house.database, arrived(uid, at=OPENING))

    thread = threading.Thread(target=write)
    thread.start()
    try:
        for number in range(5):
            back_up(house.database, tmp_path / f"copy{number}.sqlite3")
    finally:
        over.set()
        thread.join()

    for number in range(5):
        copy = Database(f"sqlite:///{tmp_path / f'copy{number}.sqlite3'}")
        with copy.read() as connection:
            rows = set(connection.scalars(sa.select(inbox.c.id)))
            raws = set(connection.scalars(sa.select(inbox_raw.c.id)))
        copy.close()
        assert rows == raws


def test_a_copy_is_its_owners_alone_and_overwrites_nothing(house: House, tmp_path: Path) -> None:
    path = tmp_path / "copy.sqlite3"
    back_up(house.database, path)

    assert path.stat().st_mode & 0o077 == 0
    assert [found.name for found in tmp_path.glob("copy*")] == ["copy.sqlite3"]
    with pytest.raises(FileExistsError):
        back_up(house.database, path)


def test_nothing_is_brought_back_into_a_store_that_is_in_use(
    lived_in: House, empty: Database, tmp_path: Path
) -> None:
    path = tmp_path / "copy.sqlite3"
    back_up(lived_in.database, path)

    with pytest.raises(Misused, match="not empty"):
        restore(path, lived_in.database, who="test", now=OPENING)
    with empty.sole_daemon(), pytest.raises(AlreadyServed):
        restore(path, empty, who="test", now=OPENING)
    with pytest.raises(FileNotFoundError):
        restore(tmp_path / "nothing", empty, who="test", now=OPENING)


def _empty(database: Database) -> None:
    with database.write() as connection:
        if not database.is_sqlite:
            connection.execute(sa.text("SET LOCAL session_replication_role = replica"))
        else:
            triggers = sa.text("SELECT name FROM sqlite_master WHERE type = 'trigger'")
            for name in connection.scalars(triggers).all():
                connection.exec_driver_sql(f"DROP TRIGGER {name}")
        for table in reversed(metadata.sorted_tables):
            connection.execute(sa.delete(table))
