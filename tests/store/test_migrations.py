"""Migrations and `schema` say the same, on both engines."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from pipeline.store import allocations, bank_statements, migrations, money_acts, remittances
from pipeline.store.database import Database, StoreError
from pipeline.store.remittances import Status
from pipeline.store.schema import APPEND_ONLY, metadata
from tests.servers.postgres import Postgres
from tests.store.build import OPENING
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


def _filled(connection: sa.Connection) -> None:
    at = "2026-02-02T00:00:00.000000+00:00"
    connection.execute(
        sa.text(
            "INSERT INTO event (cause, slug, happened, payload, at)"
            f" VALUES ('mail:1', 'r7', 'Applied', '{{}}', '{at}')"
        )
    )
    connection.execute(
        sa.text(
            "INSERT INTO history (cause, application, happened, reason, note, rules, at)"
            f" VALUES ('mail:1', 0, 'Applied', 'x', '', '', '{at}')"
        )
    )
    connection.execute(
        sa.text(
            "INSERT INTO application (id, reference, slug, state, seats, credited, arrived_at,"
            f" access_generation, version, value) VALUES (1, '1', 'r7', 'paid', 1, 0, '{at}', 0, 1,"
            " '{}')"
        )
    )
    number = remittances.record(
        connection,
        "r7",
        reference="1",
        amount=1000,
        value_date=date(2026, 3, 2),
        who="suzuki",
        why="",
        at=OPENING,
    )
    allocations.allocate(connection, number, [("1", 1000)], cause="remittance:1", at=OPENING)
    money_acts.note(
        connection, number, "dismissed", status=Status.DISMISSED, who="s", why="", at=OPENING
    )


@pytest.mark.parametrize("table", APPEND_ONLY, ids=lambda table: table.name)
def test_what_happened_can_neither_be_changed_nor_removed(
    database: Database, table: sa.Table
) -> None:
    with database.write() as connection:
        _filled(connection)

    column = next(c.name for c in table.columns if c.name in {"note", "payload", "cause", "why"})
    for statement in (sa.update(table).values({column: "Nothing"}), sa.delete(table)):
        with pytest.raises(StoreError, match="append-only"), database.write() as connection:
            connection.execute(statement)


def test_what_was_recorded_by_hand_before_there_were_statements_is_kept(empty: Database) -> None:
    at = "2026-02-02T00:00:00.000000+00:00"
    if empty.is_sqlite:
        Path(empty.url.database or "").parent.mkdir(parents=True)
    with empty.write() as connection:
        _up_to(connection, "0001")
        for text in (
            (
                "INSERT INTO application (id, reference, slug, state, seats, credited, arrived_at,"
                f" access_generation, version, value) VALUES (7, '572946', 'r7', 'paid', 1, 1000,"
                f" '{at}', 0, 1, '{{}}')"
            ),
            (
                "INSERT INTO statement (slug, account, covers_through, who, why, recorded_at)"
                f" VALUES ('r7', '', '2026-03-13', 'suzuki', 'looked', '{at}')"
            ),
            (
                "INSERT INTO remittance (slug, statement, occurrence, reference, amount,"
                " value_date, payer, outcome, who, why, recorded_at)"
                " VALUES ('r7', 'by hand:r7', 1, '572946', 1000,"
                f" '2026-03-02', '', 'assigned', 'suzuki', 'seen', '{at}')"
            ),
        ):
            connection.execute(sa.text(text))

    empty.migrate()

    with empty.write() as connection:
        (kept,) = allocations.of_application(connection, "572946")
        assert (kept.amount, kept.value_date, kept.who) == (1000, date(2026, 3, 2), "suzuki")
        assert bank_statements.word(connection, "r7") == date(2026, 3, 13)
        money = remittances.get(connection, kept.id)
        assert money is not None
        assert money.status is Status.SETTLED
        assert remittances.occurrences(connection, ["by hand:r7"]) == {"by hand:r7": 1}
        assert remittances.reserve(connection, 1)[0] > kept.id


def _up_to(connection: sa.Connection, revision: str) -> None:
    config = Config()
    config.set_main_option("script_location", "pipeline.store:migrations")
    config.attributes["connection"] = connection
    command.upgrade(config, revision)
