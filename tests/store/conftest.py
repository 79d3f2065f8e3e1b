"""Every test of the store runs on both engines, through the same code."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from pipeline.domain.rules import Rules
from pipeline.store.database import Database
from pipeline.store.schema import metadata
from tests.servers.postgres import Postgres, running_postgres
from tests.store.build import House

ENGINES = ("sqlite", pytest.param("postgresql", marks=pytest.mark.server))


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A cluster for the session."""
    with running_postgres() as cluster:
        yield cluster


@pytest.fixture(scope="session")
def shared_postgres(postgres: Postgres) -> str:
    """The address of a database with our tables, which every test finds empty."""
    url = postgres.url(postgres.new_database())
    _migrate(url)
    return url


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with our tables, to be copied."""
    path = tmp_path_factory.mktemp("store") / "template.sqlite"
    _migrate(f"sqlite:///{path}")
    return path


def _migrate(url: str) -> None:
    database = Database(url)
    database.migrate()
    database.close()


@pytest.fixture
def sqlite(tmp_path: Path, migrated_sqlite: Path) -> Iterator[Database]:
    """An SQLite file with our tables and nothing in them."""
    path = tmp_path / "uketsuke.sqlite"
    shutil.copy(migrated_sqlite, path)
    one = Database(f"sqlite:///{path}")
    yield one
    one.close()


@pytest.fixture
def postgresql(shared_postgres: str) -> Iterator[Database]:
    """A PostgreSQL database with our tables and nothing in them."""
    one = Database(shared_postgres)
    yield one
    with one.write() as connection:
        # As a replica, so that neither foreign keys nor the append-only tables refuse.
        connection.execute(sa.text("SET LOCAL session_replication_role = replica"))
        for table in metadata.tables.values():
            connection.execute(sa.delete(table))
    one.close()


@pytest.fixture(params=ENGINES)
def database(request: pytest.FixtureRequest) -> Database:
    """One after the other."""
    one: Database = request.getfixturevalue(request.param)
    return one


@pytest.fixture
def house(database: Database, rules: Rules) -> House:
    """A door to that database, under the shipped rules."""
    return House(database, rules)
