"""The daemon as a process of its own beside a faulty mailbox server, and what `status` says."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.bench import mails
from tests.journeys.conftest import ROOT, Installation
from tests.servers.binaries import Certificate, eventually
from tests.servers.dovecot import Dovecot
from tests.servers.faulty_imap import ALWAYS, NO, SILENCE, Fault, FaultyImap
from tests.servers.postfix import Postfix
from tests.servers.smtp_sink import running_sink

PATIENCE = 90.0  # seconds, on a busy machine
QUICKER = """
import runpy
from pipeline.daemon import loops
loops.IDLE_SLICE, loops._LONGEST_PAUSE = 1.0, 3.0
runpy.run_path("main.py", run_name="__main__")
"""
"""Slices and pauses of seconds instead of a minute; all else is the daemon itself."""
FINE, LOOK, ALARM = 0, 1, 2

pytestmark = pytest.mark.timeout(240)


@pytest.fixture
def imap() -> Iterator[FaultyImap]:
    with FaultyImap() as server:
        yield server


@pytest.fixture
def dovecot(imap: FaultyImap, tmp_path: Path) -> Dovecot:
    """Where a real one is reached, there is the faulty one."""
    nothing = tmp_path / "none.pem"
    return Dovecot(tmp_path, Certificate(nothing, nothing), imap.port, imap.port, 0, 0)


@pytest.fixture
def postfix(tmp_path: Path) -> Iterator[Postfix]:
    """A server that takes everything, in Postfix's place."""
    with running_sink(tmp_path / "sink.log") as port:
        yield Postfix(tmp_path, port, port, tmp_path / "none.pem")


@dataclass
class Site:
    """The daemon between the two, and what those outside see of it."""

    installation: Installation
    imap: FaultyImap

    def start(self) -> None:
        with (self.installation.folder / "terminal").open("a") as terminal:
            self.installation.daemon = subprocess.Popen(
                [sys.executable, "-c", QUICKER, "run"],
                cwd=ROOT,
                env=self.installation.environ,
                stdout=terminal,
                stderr=subprocess.STDOUT,
            )

    def answered(self) -> Counter[str]:
        lines = (self.installation.folder / "sink.log").read_text("ascii").splitlines()
        return Counter(line.split()[1] for line in lines)

    def answers(self, count: int) -> None:
        """Wait until each of so many applicants has had one answer."""
        everybody = {mails.address(number): 1 for number in range(count)}
        eventually(lambda: self.answered() == everybody, f"{count} are answered", PATIENCE)

    def status(self) -> tuple[int, dict[str, Any]]:
        """Exit code and what is said, which agree."""
        done = subprocess.run(
            [sys.executable, "main.py", "status", "--json"],
            cwd=ROOT,
            env=self.installation.environ,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        said = json.loads(done.stdout)
        assert said["exit_code"] == done.returncode
        return done.returncode, said

    def says(self, code: int, words: str) -> None:
        """Wait until `status` ends with this code and says so; without words: nothing is wrong."""

        def said() -> bool:
            told, all_of_it = self.status()
            findings = [finding["what"] for finding in all_of_it["findings"]]
            return told == code and (
                any(words in one for one in findings) if words else not findings
            )

        eventually(said, f"status says '{words}'", PATIENCE)


@pytest.fixture
def site(installation: Installation, imap: FaultyImap) -> Site:
    environ = installation.environ
    for server in ("IMAP", "SMTP"):
        environ[f"UKETSUKE_{server}__SECURITY"] = "none"
        environ[f"UKETSUKE_{server}__TIMEOUT"] = "1"
        del environ[f"UKETSUKE_{server}__CA_FILE"]
    return Site(installation, imap)


def test_a_dead_link_is_noticed_told_of_and_had_again(site: Site) -> None:
    site.imap.arrive(mails.application(0))
    site.start()
    site.answers(1)
    site.says(FINE, "")

    site.imap.faults += [Fault("DONE", SILENCE), Fault("GREETING", SILENCE, ALWAYS)]
    eventually(lambda: site.imap.faults[0].times == 0, "the link is dead", PATIENCE)
    site.imap.arrive(mails.application(1))
    site.says(LOOK, "a worker gets nowhere (receive): LinkLost: IMAP 127.0.0.1")

    site.imap.faults.clear()
    site.answers(2)
    site.says(FINE, "")
    assert site.installation.stop() == 0
    assert "Traceback" not in site.installation.terminal()


def test_a_refused_login_is_an_alarm_until_it_is_allowed(site: Site) -> None:
    site.imap.faults.append(Fault("LOGIN", NO, ALWAYS))
    site.imap.arrive(mails.application(0))
    site.start()
    site.says(ALARM, "a server refuses our login (receive): LoginRefused: IMAP 127.0.0.1")

    site.imap.faults.clear()
    site.answers(1)
    site.says(FINE, "")
    assert site.installation.stop() == 0
    alarms = [line for line in site.installation.terminal().splitlines() if "ALARM" in line]
    assert len(alarms) == 1, "not one for each try"


def test_a_changed_uidvalidity_brings_what_is_new_and_repeats_nothing(site: Site) -> None:
    """What was taken in lies there still, because nothing may be moved, and has other numbers."""
    site.imap.faults.append(Fault("MOVE", NO, ALWAYS))
    site.imap.arrive(*(mails.application(number) for number in range(3)))
    site.start()
    site.answers(3)

    new = site.imap.arrive(mails.application(3))
    site.answers(4)
    site.imap.rebuild(8, {1: 2, 2: 1, 3: new[0], new[0]: 3})
    site.imap.arrive(mails.application(4))
    site.imap.hang_up()

    site.answers(5)
    assert "uidvalidity=8" in site.installation.terminal()
    assert len(site.imap.inbox) == 5
    site.says(FINE, "")
    assert site.status()[1]["unhandled"] == 0
    assert site.installation.stop() == 0
