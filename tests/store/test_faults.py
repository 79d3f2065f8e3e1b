"""A store whose ground gives way: nothing half written, and work goes on when it is firm again."""

from __future__ import annotations

import json
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from pipeline.store import inbox
from pipeline.store.database import Database, Unavailable
from pipeline.store.inbox import Arrived
from tests.servers.lossy_proxy import LossyProxy
from tests.servers.postgres import Postgres
from tests.store.build import OPENING

CHILD = '''
"""Keeps mails, two in a transaction, while its files may not grow beyond a limit that rises."""
import json, resource, sys
from datetime import UTC, datetime
from pipeline.store import inbox
from pipeline.store.database import Database, Unavailable

url, start, step, tries = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])
database = Database(url)
kept, refused, said = [], [], set()

def arrived(number):
    return inbox.Arrived(
        account="a", folder="INBOX", uidvalidity=1, uid=number, event="r7",
        raw=b"x" * 3000, received_at=datetime(2026, 2, 2, tzinfo=UTC), digest=str(number),
        message_id=None,
    )

_, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
number = 0
for n in range(tries):
    resource.setrlimit(resource.RLIMIT_FSIZE, (start + n * step, hard))
    for _ in range(3):
        number += 2
        try:
            with database.write() as connection:
                inbox.keep(connection, [arrived(number), arrived(number + 1)])
        except Unavailable as error:
            refused.append(number)
            said.add(str(error).partition(" (")[0])
        else:
            kept.append(number)
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, hard))
number += 2
with database.write() as connection:
    inbox.keep(connection, [arrived(number), arrived(number + 1)])
kept.append(number)
print(json.dumps({"kept": kept, "refused": refused, "said": sorted(said)}))
'''


def mail(number: int) -> Arrived:
    return Arrived(
        account="a",
        folder="INBOX",
        uidvalidity=1,
        uid=number,
        event="r7",
        raw=b"x" * 3000,
        received_at=OPENING,
        digest=str(number),
        message_id=None,
    )


def keep(database: Database, number: int) -> None:
    with database.write() as connection:
        inbox.keep(connection, [mail(number), mail(number + 1)])


def kept(database: Database) -> list[int]:
    query = "SELECT uid FROM inbox JOIN inbox_raw USING (id) ORDER BY uid"
    with database.read() as connection:
        return list(connection.scalars(sa.text(query)))


def pairs(numbers: list[int]) -> list[int]:
    return [one for number in numbers for one in (number, number + 1)]


def test_a_file_that_cannot_grow_refuses_whole_transactions_and_goes_on_when_it_can(
    sqlite: Database,
) -> None:
    """At whatever page the write fails, in the log or (at a checkpoint) in the file itself."""
    path = sqlite.url.database
    assert path is not None
    begin = Path(path).stat().st_size + 4096
    done = subprocess.run(
        [sys.executable, "-c", CHILD, str(sqlite.url), str(begin), "1500", "40"],
        check=True,
        capture_output=True,
        text=True,
    )
    told = json.loads(done.stdout)

    assert told["refused"]
    assert len(told["kept"]) > 1
    assert kept(sqlite) == pairs(told["kept"])
    with sqlite3.connect(path) as other:
        assert other.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    other.close()


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of a megabyte."""
    place = tmp_path / "disk"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(place)]
    if shutil.which("mount") is None or subprocess.run(mount, check=False).returncode:
        pytest.skip("no disk of one's own can be mounted here")
    yield place
    subprocess.run(["umount", "--lazy", str(place)], check=True)


def test_a_full_disk_refuses_whole_transactions_and_goes_on_when_there_is_room(
    small_disk: Path, migrated_sqlite: Path
) -> None:
    path = small_disk / "store.sqlite"
    shutil.copy(migrated_sqlite, path)
    database = Database(f"sqlite:///{path}")
    done: list[int] = []

    def fill() -> None:
        for number in range(1, 10_000, 2):
            keep(database, number)
            done.append(number)

    with pytest.raises(Unavailable, match="full"):
        fill()
    for _ in range(3):
        with pytest.raises(Unavailable):
            keep(database, 20_001)
    assert kept(database) == pairs(done)

    subprocess.run(["mount", "-o", "remount,size=8m", str(small_disk)], check=True)
    keep(database, 20_001)

    assert kept(database) == pairs([*done, 20_001])
    database.close()


def test_a_disk_that_was_made_read_only_is_told_from_one_that_is_not(
    small_disk: Path, migrated_sqlite: Path
) -> None:
    path = small_disk / "store.sqlite"
    shutil.copy(migrated_sqlite, path)
    database = Database(f"sqlite:///{path}")
    keep(database, 1)
    database.close()
    before = database.read_only

    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    assert (before, database.read_only) == (False, True)
    with pytest.raises(Unavailable):
        keep(database, 3)
    subprocess.run(["mount", "-o", "remount,rw", str(small_disk)], check=True)
    keep(database, 5)

    assert kept(database) == pairs([1, 5])
    database.close()


def test_nothing_is_committed_to_a_file_that_was_removed(sqlite: Database) -> None:
    path = Path(str(sqlite.url.database))
    keep(sqlite, 1)
    aside = path.with_suffix(".aside")
    path.rename(aside)

    with pytest.raises(Unavailable, match="not there any more"):
        keep(sqlite, 3)
    assert not path.exists()
    aside.rename(path)
    keep(sqlite, 3)

    assert kept(sqlite) == [1, 2, 3, 4]


def test_nothing_is_committed_where_the_file_was_replaced(
    sqlite: Database, migrated_sqlite: Path
) -> None:
    path = Path(str(sqlite.url.database))
    keep(sqlite, 1)
    other = path.with_suffix(".other")
    shutil.copy(migrated_sqlite, other)
    other.replace(path)

    with pytest.raises(Unavailable, match="was replaced"):
        keep(sqlite, 3)


# ---------------------------------------------------------------- PostgreSQL


@pytest.mark.server
@pytest.mark.parametrize("heard", [False, True], ids=["unheard", "done and not confirmed"])
def test_a_commit_whose_answer_is_lost_is_all_or_nothing_and_may_be_repeated(
    postgresql: Database, postgres: Postgres, *, heard: bool
) -> None:
    with LossyProxy(postgres.port) as proxy:
        lossy = Database(proxy.url(str(postgresql.url)))
        keep(lossy, 1)
        proxy.cut(at=1, heard=heard, holding=b"COMMIT")
        with pytest.raises(Unavailable):
            keep(lossy, 5)
        assert kept(postgresql) == pairs([1, 5] if heard else [1])
        keep(lossy, 5)
        lossy.close()

    assert kept(postgresql) == pairs([1, 5])


@pytest.mark.server
def test_a_restart_costs_what_was_under_way_and_nothing_else(
    postgresql: Database, postgres: Postgres
) -> None:
    keep(postgresql, 1)

    def interrupted() -> None:
        with postgresql.write() as connection:
            inbox.keep(connection, [mail(3), mail(4)])
            postgres.restart()

    with pytest.raises(Unavailable):
        interrupted()
    keep(postgresql, 5)

    assert kept(postgresql) == pairs([1, 5])


@pytest.mark.server
def test_a_standby_that_does_not_write_yet_is_waited_for(postgresql: Database) -> None:
    """No mail is to blame for a server that only reads after it has taken over."""

    def keep_on_a_standby() -> None:
        with postgresql.write() as connection:
            connection.execute(sa.text("SET TRANSACTION READ ONLY"))
            inbox.keep(connection, [mail(1)])

    with pytest.raises(Unavailable, match="read-only"):
        keep_on_a_standby()
    keep(postgresql, 1)


@pytest.mark.server
def test_a_server_that_is_gone_without_a_word_is_noticed_within_a_minute(
    postgresql: Database,
) -> None:
    with postgresql.read() as connection:
        raw: Any = connection.connection.dbapi_connection
        asked = raw.info.get_parameters()
    idle, between, count = (
        int(asked[f"keepalives_{name}"]) for name in ("idle", "interval", "count")
    )
    assert idle + between * count <= 60
    assert int(asked["tcp_user_timeout"]) <= 60_000
