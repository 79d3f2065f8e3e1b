"""A throw-away PostgreSQL on loopback, from the binaries that Debian installs.

    with running_postgres() as postgres:
        url = postgres.url(postgres.new_database())

All of it lies in one folder that is removed at the end.  `initdb` refuses root, so under root the
cluster belongs to `postgres` or else `nobody`.  Nothing is synced to disk: it need not outlive us.
"""

from __future__ import annotations

import itertools
import os
import pwd
import shutil
import signal
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg

from tests.servers.binaries import eventually, free_ports, open_folder, require, which

USER = "office"
_DEBIAN = Path("/usr/lib/postgresql")


@dataclass(frozen=True, slots=True)
class Postgres:
    """A running cluster."""

    port: int
    restart: Callable[[], None]
    """At once and without a word to its clients, as after a power cut."""
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def url(self, name: str) -> str:
        return f"postgresql+psycopg://{USER}@127.0.0.1:{self.port}/{name}"

    def new_database(self) -> str:
        """The name of an empty database of one's own."""
        name = f"uketsuke_{next(self._numbers)}"
        self.run(f"CREATE DATABASE {name}")
        return name

    def run(self, statement: str) -> None:
        target = f"host=127.0.0.1 port={self.port} user={USER} dbname=postgres"
        with psycopg.connect(target, autocommit=True) as connection:
            connection.execute(statement.encode())


@contextmanager
def running_postgres() -> Iterator[Postgres]:
    """Start a cluster, and stop it at the end; skip where PostgreSQL is not installed."""
    binaries = _binaries()
    with open_folder("postgres") as folder:
        data = folder / "data"
        data.mkdir(mode=0o700)
        as_owner = _as_owner(folder, data)
        subprocess.run(
            [
                *(binaries / "initdb", "--no-sync", "--auth=trust", f"--username={USER}"),
                *("--encoding=UTF8", "--locale=C", "--pgdata", data),
            ],
            check=True,
            capture_output=True,
            timeout=120,
            **as_owner,
        )
        (port,) = free_ports(1)
        with (folder / "log").open("wb") as log:

            def start() -> subprocess.Popen[bytes]:
                return subprocess.Popen(
                    [
                        *(binaries / "postgres", "-D", data, "-p", str(port), "-k", data, "-F"),
                        *("-h", "127.0.0.1", "-c", "max_connections=200"),
                    ],
                    stdout=log,
                    stderr=log,
                    **as_owner,
                )

            server = start()

            def restart() -> None:
                nonlocal server
                server.send_signal(signal.SIGQUIT)  # "immediate"
                server.wait(60)
                server = start()
                eventually(lambda: _ready(postgres, server), "PostgreSQL is back", 60)

            try:
                postgres = Postgres(port, restart)
                eventually(lambda: _ready(postgres, server), "PostgreSQL takes connections", 60)
                yield postgres
            finally:
                server.send_signal(signal.SIGINT)  # "fast": ends sessions, then the cluster
                server.wait(60)


def _binaries() -> Path:
    newest = sorted(_DEBIAN.glob("*/bin/initdb"), key=lambda p: int(p.parts[-3]), reverse=True)
    if newest:
        return newest[0].parent
    require("initdb", "postgres")
    return Path(which("initdb") or "").parent


def _as_owner(*folders: Path) -> dict[str, Any]:
    """Under root: the keywords that run a program as somebody who owns these folders."""
    if os.geteuid() != 0:
        return {}
    names = {entry.pw_name for entry in pwd.getpwall()}
    owner = pwd.getpwnam("postgres" if "postgres" in names else "nobody")
    for folder in folders:
        shutil.chown(folder, owner.pw_uid, owner.pw_gid)
    return {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": [], "cwd": folders[0]}


def _ready(postgres: Postgres, server: subprocess.Popen[bytes]) -> bool:
    assert server.poll() is None, "PostgreSQL ended at its start"
    try:
        postgres.run("SELECT 1")
    except psycopg.OperationalError:
        return False
    return True
