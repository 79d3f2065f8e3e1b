"""A disk that becomes read-only under the daemon: nothing half done, and it goes on by itself."""

from __future__ import annotations

import json
import os
import random
import re
import smtplib
import sqlite3
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest

from tests.servers.binaries import eventually

ROOT = Path(__file__).parent.parent.parent
PATIENCE = 90.0  # seconds, on a busy machine
WRITERS = 6
"""Of the daemon: receive, process, remind, bank, send, heartbeat. Each may say it once."""
UNSETTLED = (
    "SELECT recipient, status, last_error FROM outbox"
    " WHERE status <> 'sent' AND recipient LIKE '%@world.test'"
)

pytestmark = pytest.mark.timeout(240)


@dataclass
class Site:
    """A sandbox whose SQLite stands on a disk of its own; the mailboxes are the world's."""

    folder: Path
    environ: dict[str, str]
    sent: int = 0

    @property
    def flag(self) -> Path:
        return self.folder / "frozen"

    def start(self, *words: str) -> subprocess.Popen[bytes]:
        with (self.folder / "terminal").open("ab") as terminal:
            return subprocess.Popen(
                [sys.executable, "-m", "tests.servers.frozen_disk", str(self.flag), *words],
                cwd=ROOT,
                env=self.environ,
                stdout=terminal,
                stderr=subprocess.STDOUT,
            )

    def verb(self, *words: str) -> subprocess.CompletedProcess[str]:
        """One verb of the console, on the same disk."""
        return subprocess.run(
            [sys.executable, "-m", "tests.servers.frozen_disk", str(self.flag), *words],
            cwd=ROOT,
            env=self.environ,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    def terminal(self) -> str:
        return (self.folder / "terminal").read_text("utf-8")

    def alarms(self) -> list[str]:
        return [line for line in self.terminal().splitlines() if "ALARM" in line]

    def apply(self, count: int) -> None:
        """So many more people write."""
        shown = self.terminal()
        port = int(re.findall(r"swaks --server 127\.0\.0\.1:(\d+)", shown)[0])
        office = re.findall(r"The office is ([^\s;,]+)", shown)[0]
        with smtplib.SMTP("127.0.0.1", port, "world.test") as smtp:
            for _ in range(count):
                mail = EmailMessage()
                self.sent += 1
                mail["From"], mail["To"] = f"p{self.sent}@world.test", office
                mail["Subject"], mail["Message-ID"] = "参加申込", f"<{self.sent}@world.test>"
                mail.set_content(
                    f"氏名：見本 {'花雪月星'[self.sent % 4]}子\nフリガナ：ミホン ハナコ\n"
                    "所属：みなみ野市社会福祉協議会\n役職：主任\n都道府県：千葉県\n"
                    "電話番号：043-000-1111\n参加区分：生活支援コーディネーター\n",
                    cte="base64",
                )
                smtp.send_message(mail)

    def letters(self) -> Counter[str]:
        """How many were sent to each of them."""
        kept = (self.folder / "var" / "sandbox" / "sent").glob("[!.]*.eml")
        read = [message_from_bytes(path.read_bytes(), policy=policy.default) for path in kept]
        told = Counter(letter["To"].addresses[0].addr_spec for letter in read)
        return Counter({to: n for to, n in told.items() if to.endswith("@world.test")})

    def rows(self, query: str) -> list[tuple[object, ...]]:
        store = self.folder / "var" / "sandbox" / "uketsuke.sqlite3"
        with closing(sqlite3.connect(f"file:{store}?mode=ro", uri=True)) as connection:
            return connection.execute(query).fetchall()

    def everybody(self) -> dict[str, int]:
        return {f"p{number}@world.test": 1 for number in range(1, self.sent + 1)}


@pytest.fixture
def site(tmp_path: Path) -> Site:
    environ = {k: v for k, v in os.environ.items() if not k.startswith("UKETSUKE_")}
    return Site(tmp_path, environ | {"UKETSUKE_VAR": str(tmp_path / "var")})


@pytest.fixture
def daemon(site: Site) -> Iterator[subprocess.Popen[bytes]]:
    process = site.start("run")
    try:
        eventually(lambda: "mailbox open" in site.terminal(), "it works", PATIENCE)
        yield process
    finally:
        process.kill()
        process.wait(timeout=30)


def test_a_disk_that_becomes_read_only_is_told_of_and_waited_for(
    site: Site, daemon: subprocess.Popen[bytes]
) -> None:
    site.apply(3)
    eventually(lambda: site.letters() == site.everybody(), "three are answered", PATIENCE)
    before = site.alarms()

    site.flag.touch()
    site.apply(3)
    eventually(lambda: len(site.alarms()) > len(before), "the log says so", PATIENCE)
    acting = site.verb("outbox", "stop", "--why", "the disk")
    alarms = site.alarms()[len(before) :]
    assert all("I/O error" in line or "readonly" in line for line in alarms)
    assert len(alarms) <= WRITERS
    assert acting.returncode != 0
    assert acting.stderr.startswith("error: the store: ")
    assert len((acting.stdout + acting.stderr).splitlines()) == 1
    assert len(site.letters()) == 3

    site.flag.unlink()
    eventually(lambda: site.letters() == site.everybody(), "all are answered once", PATIENCE)
    eventually(lambda: "works again" in site.terminal(), "the log says so", PATIENCE)
    status = site.verb("status", "--json")
    assert json.loads(status.stdout)["shunted"] == 0
    assert status.returncode == 0, status.stdout
    daemon.terminate()
    assert daemon.wait(timeout=30) == 0
    assert "Traceback" not in site.terminal()


def test_one_that_becomes_so_again_and_again_leaves_nothing_half_done(
    site: Site, daemon: subprocess.Popen[bytes]
) -> None:
    chance, pause = random.Random(5), threading.Event()
    for _ in range(12):
        site.apply(4)
        pause.wait(chance.uniform(0.0, 0.4))
        site.flag.touch()
        pause.wait(chance.uniform(0.0, 0.6))
        site.flag.unlink()

    eventually(lambda: site.letters() == site.everybody(), "all are answered once", PATIENCE)
    eventually(lambda: site.rows(UNSETTLED) == [], "and all is written down", PATIENCE)
    daemon.terminate()
    assert daemon.wait(timeout=30) == 0
    assert site.rows("PRAGMA integrity_check") == [("ok",)]
    assert site.rows("SELECT id, reason FROM inbox WHERE attempts > 0 OR status = 'shunted'") == []
