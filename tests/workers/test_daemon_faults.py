"""The whole daemon between an IMAP server and a mail server that both misbehave.

Its threads, loops and pauses are the real ones, with shorter times.  What arrived and what was
handed to the mail server is the oracle.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from pipeline import log
from pipeline.clock import machine_now
from pipeline.daemon import loops
from pipeline.daemon.loops import Daemon
from pipeline.store import outbox_console, settings
from pipeline.transport.courier import SmtpCourier
from pipeline.transport.imap import ImapLink
from pipeline.workers.receive import Receiver
from tests.servers.binaries import eventually
from tests.servers.faulty_imap import (
    BYE,
    CLOSE,
    CUT,
    NO,
    NONSENSE,
    SILENCE,
    STALL,
    Fault,
    FaultyImap,
)
from tests.transport.scripted_smtp import CLOSE as HANG_UP
from tests.transport.scripted_smtp import Line, ScriptedSmtp
from tests.workers.conftest import KANJI, Desk

Write = Callable[..., bytes]
ACCOUNT = "office@imap.test"
PATIENCE = 60.0  # seconds, on a busy machine


@pytest.fixture(autouse=True)
def _shorter(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loops, "IDLE_SLICE", 0.3)
    monkeypatch.setattr(loops, "_FIRST_PAUSE", 0.01)
    monkeypatch.setattr(loops, "_LONGEST_PAUSE", 0.1)
    monkeypatch.setattr(loops, "POLL", 0.05)
    monkeypatch.setattr("pipeline.workers.receive._PASSED_OVER", 0.1)


@contextmanager
def running(desk: Desk, imap: FaultyImap, smtp: ScriptedSmtp) -> Iterator[list[dict[str, Any]]]:
    """A daemon that serves; the lines of its log."""
    link = ImapLink(imap.settings(timeout=0.5))
    receiver = Receiver(desk.office, desk.slug, link, account=ACCOUNT)
    courier = SmtpCourier(smtp.settings(timeout=0.5, dot_timeout=5.0))
    daemon = Daemon(desk.office, receivers=[receiver], couriers=[courier])
    with log.captured(desk.clock.now) as lines:
        daemon.start()
        try:
            yield lines
        finally:
            daemon.finish()


def mails(write: Write, count: int, start: int = 0) -> list[bytes]:
    return [
        write(f"見本 {KANJI[n % 5]}子", f"a{n}@example.jp", number=n)
        for n in range(start, start + count)
    ]


def everybody_answered(desk: Desk, smtp: ScriptedSmtp, count: int) -> None:
    """Once each; the clock of the event is moved on while letters wait for another try."""

    def all_there() -> bool:
        with desk.office.database.read() as connection:
            waiting = [row for row in outbox_console.listing(connection) if row.status == "queued"]
        if waiting:
            desk.clock.set(max(row.next_attempt_at or desk.clock.now() for row in waiting))
        return len(smtp.taken) >= count

    eventually(all_there, f"{count} are answered", PATIENCE)
    assert Counter(mail.recipient for mail in smtp.taken) == {
        f"a{n}@example.jp": 1 for n in range(count)
    }


@pytest.mark.timeout(120)
@pytest.mark.parametrize(
    ("command", "action"),
    [
        ("IDLING", SILENCE),
        ("IDLING", CLOSE),
        ("IDLING", BYE),
        ("DONE", SILENCE),
        ("DONE", NO),
        ("FETCH", STALL),
        ("FETCH", CUT),
        ("SEARCH", SILENCE),
        ("MOVE", SILENCE),
        ("LOGIN", NO),
        ("GREETING", BYE),
    ],
)
def test_a_dead_link_is_noticed_and_what_came_meanwhile_is_answered(
    desk: Desk, application_mail: Write, command: str, action: str
) -> None:
    first, second = mails(application_mail, 1), mails(application_mail, 2, start=1)
    with FaultyImap(Fault(command, action, times=3)) as imap, ScriptedSmtp() as smtp:
        imap.arrive(*first)
        with running(desk, imap, smtp) as lines:
            eventually(lambda: imap.faults[0].times == 0, "it went wrong three times", PATIENCE)
            before = machine_now()
            imap.arrive(*second)
            everybody_answered(desk, smtp, 3)
            eventually(lambda: imap.inbox == {}, "all are moved away", PATIENCE)
            eventually(lambda: _poll(desk) >= before, "a good poll is noted", PATIENCE)

    alarms = [line for line in lines if line.get("worker") == "receive" and "again_in" in line]
    assert 1 <= len(alarms) <= 4
    assert all("IMAP 127.0.0.1" in str(line) for line in alarms)
    assert not any("trace" in line for line in lines)


def _poll(desk: Desk) -> Any:
    with desk.office.database.read() as connection:
        return settings.last_polls(connection)[ACCOUNT]


@pytest.mark.timeout(120)
@pytest.mark.parametrize("seed", range(3))
def test_faults_at_random_on_both_sides_lose_nothing_and_answer_nobody_twice(
    desk: Desk, application_mail: Write, seed: int
) -> None:
    chance = random.Random(seed)
    commands = ["IDLING", "DONE", "FETCH", "SEARCH", "MOVE", "LOGIN", "SELECT", "GREETING"]
    actions = [CLOSE, BYE, CUT, STALL, NONSENSE, SILENCE]
    incoming = [Fault(chance.choice(commands), chance.choice(actions)) for _ in range(15)]
    phases = ["greeting", "ehlo", "mail", "rcpt", "data"]
    answers = [HANG_UP, "421 4.3.2 going down", "450 4.2.0 later", "451 4.3.0 later"]
    outgoing = [Line(chance.choice(phases), chance.choice(answers)) for _ in range(8)]
    with FaultyImap(*incoming) as imap, ScriptedSmtp(*outgoing, strict=True) as smtp:
        with running(desk, imap, smtp):
            for raw in mails(application_mail, 12):
                imap.arrive(raw)
            everybody_answered(desk, smtp, 12)
        assert len(desk.applications()) == 12


@pytest.mark.timeout(120)
def test_a_server_that_is_away_for_long_is_one_line_and_another_when_it_is_back(
    desk: Desk, application_mail: Write
) -> None:
    with FaultyImap(Fault("GREETING", CLOSE, times=40)) as imap, ScriptedSmtp() as smtp:
        imap.arrive(*mails(application_mail, 1))
        with running(desk, imap, smtp) as lines:
            everybody_answered(desk, smtp, 1)
            eventually(
                lambda: any("works again" in str(line) for line in lines), "it says so", PATIENCE
            )

    mine = [line for line in lines if line.get("worker") == "receive"]
    assert [line["level"] for line in mine] == ["alarm", "notice"]
    assert mine[1]["failures"] == 40
