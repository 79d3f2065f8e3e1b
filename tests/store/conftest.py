"""Every test of the store runs on both engines, through the same code."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.domain.rules import Rules
from pipeline.store.database import Database
from tests.store.build import House

ENGINES = ("sqlite", pytest.param("postgresql", marks=pytest.mark.server))


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with our tables, to be copied."""
    path = tmp_path_factory.mktemp("store") / "template.sqlite"
    database = Database(f"sqlite:///{path}")
    database.migrate()
    database.close()
    return path


@pytest.fixture
def sqlite(tmp_path: Path, migrated_sqlite: Path) -> Iterator[Database]:
    """An SQLite file with our tables and nothing in them."""
    path = tmp_path / "uketsuke.sqlite"
    shutil.copy(migrated_sqlite, path)
    one = Database(f"sqlite:///{path}")
    yield one
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
