"""Servers for a folder of seasons, and the season without faults by which they are judged."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.faults.harness import running_servers
from tests.faults.office import Servers
from tests.faults.run import Table, Trial
from tests.servers.postgres import Postgres, running_postgres

SEED = 20260202


@pytest.fixture(scope="session")
def servers() -> Iterator[Servers]:
    with running_servers() as running:
        yield running


@pytest.fixture(scope="session")
def cluster() -> Iterator[Postgres]:
    with running_postgres() as running:
        yield running


@pytest.fixture(scope="session")
def on_sqlite(servers: Servers) -> Trial:
    return Trial(servers, SEED, None, Table("sqlite"))


@pytest.fixture(scope="session")
def on_postgresql(servers: Servers, cluster: Postgres) -> Trial:
    return Trial(servers, SEED, cluster, Table("postgresql"))
