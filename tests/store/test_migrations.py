"""Migrations and `schema` say the same, on both engines."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from pipeline.store import migrations
from pipeline.store.database import Database, StoreError
from pipeline.store.schema import APPEND_ONLY, metadata
from tests.servers.postgres import Postgres
from tests.store.conftest import ENGINES


@pytest.fixture(params=ENGINES)
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A database without any table."""
    if request.param == "sqlite":
        database = Database(f"sqlite:///{tmp_path}/new/folder/empty.sqlite")
    else:
        cluster: Postgres = request.getfixturevalue("postgres")
        database = Database(cluster.url(cluster.new_database()))
    yield database
    database.close()


def test_migrations_lead_to_the_tables_of_the_schema(empty: Database) -> None:
    empty.migrate()

    with empty.write() as connection:
        lacking = compare_metadata(MigrationContext.configure(connection), metadata)

    assert lacking == []


def test_the_same_indexes_are_partial(empty: Database) -> None:
    """Alembic does not compare an index's condition."""
    empty.migrate()

    with empty.read() as connection:
        found = {
            index["name"]
            for table in metadata.tables
            for index in sa.inspect(connection).get_indexes(table)
            if index["dialect_options"].get(f"{connection.dialect.name}_where") is not None
        }

    assert found == {
        index.name
        for table in metadata.tables.values()
        for index in table.indexes
        if index.dialect_options["sqlite"]["where"] is not None
    }


def test_migrating_again_changes_nothing(empty: Database) -> None:
    empty.migrate()
    empty.migrate()

    with empty.read() as connection:
        revision = connection.scalar(sa.text("SELECT version_num FROM alembic_version"))

    assert revision == migrations.LATEST


def test_the_latest_revision_is_the_last_step() -> None:
    config = Config()
    config.set_main_option("script_location", "pipeline.store:migrations")

    assert ScriptDirectory.from_config(config).get_current_head() == migrations.LATEST


def test_migrating_leaves_logging_alone(empty: Database) -> None:
    before = (logging.getLogger().level, list(logging.getLogger().handlers))

    empty.migrate()

    assert (logging.getLogger().level, list(logging.getLogger().handlers)) == before


@pytest.mark.parametrize("table", APPEND_ONLY, ids=lambda table: table.name)
def test_what_happened_can_neither_be_changed_nor_removed(
    database: Database, table: sa.Table
) -> None:
    with database.write() as connection:
        connection.execute(
            sa.text(
                "INSERT INTO event (cause, slug, happened, payload, at)"
                " VALUES ('mail:1', 'r7', 'Applied', '{}', '2026-02-02T00:00:00.000000+00:00')"
            )
        )
        connection.execute(
            sa.text(
                "INSERT INTO history (cause, application, happened, reason, note, rules, at)"
                " VALUES ('mail:1', 0, 'Applied', 'x', '', '', '2026-02-02T00:00:00.000000+00:00')"
            )
        )

    for statement in (sa.update(table).values(happened="Nothing"), sa.delete(table)):
        with pytest.raises(StoreError, match="append-only"), database.write() as connection:
            connection.execute(statement)
