"""Every test of the store runs on both engines, through the same code."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.domain.rules import Rules
from pipeline.store.database import Database
from tests.servers.postgres import Postgres, running_postgres
from tests.store.build import House

ENGINES = ("sqlite", pytest.param("postgresql", marks=pytest.mark.server))


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A cluster for the session."""
    with running_postgres() as cluster:
        yield cluster


@pytest.fixture(scope="session")
def migrated_postgres(postgres: Postgres) -> str:
    """The name of a database with our tables, to be copied."""
    name = postgres.new_database()
    _migrate(postgres.url(name))
    return name


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
def postgresql(postgres: Postgres, migrated_postgres: str) -> Iterator[Database]:
    """A PostgreSQL database with our tables and nothing in them."""
    name = postgres.new_database(migrated_postgres)
    one = Database(postgres.url(name))
    yield one
    one.close()
    postgres.drop(name)


@pytest.fixture(params=ENGINES)
def database(request: pytest.FixtureRequest) -> Database:
    """One after the other."""
    one: Database = request.getfixturevalue(request.param)
    return one


@pytest.fixture
def house(database: Database, rules: Rules) -> House:
    """A door to that database, under the shipped rules."""
    return House(database, rules)
