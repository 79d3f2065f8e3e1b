"""Fixtures and rules that all rooms share.

A test marked `server` is skipped, visibly, where its server is not installed.  With
UKETSUKE_REQUIRE_SERVERS=1 (the CI) such a skip is a failure: a suite that silently tests less than
it says is worse than a red one.

Hypothesis has two profiles, chosen by HYPOTHESIS_PROFILE: `default` for a desk, and `ci`, which
tries more and always the same, so that a failure there can be repeated here.
"""

from __future__ import annotations

import os
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, settings

from pipeline.config import load_rules
from pipeline.domain.rules import Rules
from pipeline.store.database import Database
from pipeline.store.schema import metadata
from tests.servers.postgres import Postgres, running_postgres

ROOT = Path(__file__).parent.parent

# No deadline: no test asserts on time, and a busy machine is no fault of the code.
settings.register_profile("default", deadline=None, max_examples=50)
settings.register_profile(
    "ci",
    deadline=None,
    max_examples=200,
    derandomize=True,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))


@pytest.fixture(scope="session")
def rules() -> Rules:
    """The rules as they are shipped."""
    return load_rules(ROOT / "rules" / "r7-kenkyu-kyogikai")


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A cluster for the session."""
    with running_postgres() as cluster:
        yield cluster


@pytest.fixture(scope="session")
def shared_postgres(postgres: Postgres) -> str:
    """The address of a database with our tables, which every test finds empty."""
    url = postgres.url(postgres.new_database())
    database = Database(url)
    database.migrate()
    database.close()
    return url


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


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Fail a skipped server test where servers are required."""
    del call
    report = yield
    required = os.environ.get("UKETSUKE_REQUIRE_SERVERS") == "1"
    skipped = report.skipped and not hasattr(report, "wasxfail")  # an expected failure ran
    if required and skipped and item.get_closest_marker("server") is not None:
        report.outcome = "failed"
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        report.longrepr = f"a server is required here (UKETSUKE_REQUIRE_SERVERS=1): {reason}"
    return report
