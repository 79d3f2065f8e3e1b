"""systemd's watchdog is fed while the work gets on, and not because a process lives."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pytest

from pipeline.clock import TOKYO, HandClock
from pipeline.daemon import loops
from pipeline.daemon.loops import Daemon
from pipeline.daemon.progress import STALE, Progress, Pulse
from pipeline.store import inbox, settings
from pipeline.store.database import Database
from pipeline.store.inbox import Arrived
from pipeline.transport.courier import Courier
from pipeline.transport.errors import LinkLost
from pipeline.transport.file_courier import FileCourier
from pipeline.workers.office import Office

NOW = datetime(2026, 2, 2, 9, tzinfo=TOKYO)


@dataclass
class Machine:
    """A daemon whose heart the test beats, and what systemd hears of it."""

    daemon: Daemon
    office: Office
    hearing: socket.socket
    seconds: float = 1000.0

    def beats(self, *, after: float = 0.0) -> list[str]:
        """Time passes, the heart beats once; what systemd heard."""
        self.seconds += after
        for loop in self.daemon._loops:
            loop.pulse.alive_at = self.seconds
        self.daemon._heartbeat()
        heard = []
        while True:
            try:
                heard.append(self.hearing.recv(100).decode())
            except BlockingIOError:
                return heard

    def loop(self, name: str) -> loops._Loop:
        return next(one for one in self.daemon._loops if one.name == name)


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Machine]:
    database = Database(f"sqlite:///{tmp_path / 's.sqlite3'}")
    database.migrate()
    hearing = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    hearing.bind(str(tmp_path / "notify"))
    hearing.setblocking(False)
    monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
    office = Office(database, HandClock(NOW), {})
    courier: Courier = FileCourier(tmp_path / "sent", lambda *_: None)
    one = Machine(Daemon(office, couriers=[courier]), office, hearing)
    monkeypatch.setattr(loops, "machine_seconds", lambda: one.seconds)
    for loop in one.daemon._loops:
        loop.pulse.alive_at = loop.pulse.worked_at = one.seconds
    try:
        yield one
    finally:
        hearing.close()
        database.close()


def a_mail_waits(office: Office) -> None:
    mail = Arrived("a", "INBOX", 1, 1, "r7", b"x", NOW, "digest", None)
    with office.database.write() as connection:
        inbox.keep(connection, [mail])


def a_letter_waits(office: Office) -> None:
    with office.database.write() as connection:
        connection.exec_driver_sql(
            "INSERT INTO outbox (slug, cause, letter, recipient, address, envelope_sender,"
            " message_id, subject, secret, answer, digest, created_at, status, attempts, resent,"
            " next_attempt_at) VALUES ('r7', 'x', 'received', 'a@example.jp', 'a@example.jp', '',"
            " '<1@x>', '', 0, 1, '', '2026-02-01T00:00:00.000000+00:00', 'queued', 0, 0,"
            " '2026-02-01T00:00:00.000000+00:00')"
        )


def test_a_quiet_office_feeds_it_for_ever(machine: Machine) -> None:
    for _ in range(10):
        assert machine.beats(after=STALE) == ["WATCHDOG=1"]


def test_a_worker_that_does_not_come_round_lets_it_starve(machine: Machine) -> None:
    machine.beats()
    machine.seconds += STALE + 1
    machine.loop("remind").pulse.alive_at = machine.seconds - STALE - 1

    assert stuck_by(machine, "remind") == []


def stuck_by(machine: Machine, name: str) -> list[str]:
    """All the others have come round."""
    at = machine.loop(name).pulse.alive_at
    for loop in machine.daemon._loops:
        loop.pulse.alive_at = machine.seconds if loop.name != name else at
    machine.daemon._heartbeat()
    try:
        return [machine.hearing.recv(100).decode()]
    except BlockingIOError:
        return []


@pytest.mark.parametrize(
    ("waits", "worker"), [(a_mail_waits, "process"), (a_letter_waits, "send 1")]
)
def test_work_that_waits_and_is_not_done_lets_it_starve_until_it_is_done(
    machine: Machine, waits: Callable[[Office], None], worker: str
) -> None:
    """The loop comes round all the while, as it does when it asks the wrong question."""
    waits(machine.office)
    assert machine.beats() == ["WATCHDOG=1"]
    assert machine.beats(after=STALE - 1) == ["WATCHDOG=1"]
    assert machine.beats(after=2) == []

    machine.loop(worker).pulse.worked_at = machine.seconds

    assert machine.beats() == ["WATCHDOG=1"]


def test_letters_that_a_person_has_stopped_are_no_work_that_waits(machine: Machine) -> None:
    a_letter_waits(machine.office)
    with machine.office.database.write() as connection:
        settings.stop_sending(connection, who="suzuki", why="wrong words", at=NOW)

    assert machine.beats() == ["WATCHDOG=1"]
    assert machine.beats(after=2 * STALE) == ["WATCHDOG=1"]


@pytest.mark.parametrize(
    ("fault", "heard"),
    [(RuntimeError("ours"), []), (LinkLost("the server's"), ["WATCHDOG=1"])],
)
def test_a_fault_of_our_own_that_does_not_end_lets_it_starve_and_a_servers_does_not(
    machine: Machine, fault: Exception, heard: list[str]
) -> None:
    machine.loop("bank")._failed(fault)
    assert machine.beats(after=STALE - 1) == ["WATCHDOG=1"]

    machine.loop("bank")._failed(fault)

    assert machine.beats(after=2) == heard


def test_a_step_that_succeeds_ends_the_fault(machine: Machine) -> None:
    loop = machine.loop("bank")
    loop._failed(RuntimeError("ours"))

    assert loop.pulse.broken_since == machine.seconds
    rounds = iter([False, True])
    loop.step, loop.wait = (lambda: False), (lambda: None)
    loop.run(Stop(rounds))  # type: ignore[arg-type]  # a signal that says stop at the second look
    assert loop.pulse.broken_since is None


@dataclass
class Stop:
    """Tells a loop to stop after one round."""

    rounds: Iterator[bool]
    last: bool = False

    def is_set(self) -> bool:
        self.last = next(self.rounds, True)
        return self.last

    def wait(self, _: float) -> bool:
        return True


def test_a_store_that_is_away_does_not_feed_it(machine: Machine, tmp_path: Path) -> None:
    machine.beats()
    with machine.office.database.write() as connection:
        connection.exec_driver_sql("DROP TABLE setting")

    assert machine.beats() == []


def test_two_senders_get_on_when_one_of_them_does() -> None:
    progress = Progress()
    idle, busy = Pulse("send 1", 0, 0), Pulse("send 2", 0, 0)

    assert progress.stuck([idle, busy], {"send": True}, 0) == []
    idle.alive_at = busy.alive_at = busy.worked_at = 400

    assert progress.stuck([idle, busy], {"send": True}, 401) == []
    assert progress.stuck([idle, busy], {"send": True}, 400 + STALE) == []
    busy.alive_at = idle.alive_at = 900
    assert progress.stuck([idle, busy], {"send": True}, 900) == [
        "send: work waits and none is done"
    ]
