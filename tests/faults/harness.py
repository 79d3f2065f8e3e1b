"""One office under fire: real daemons, real servers, faults, and what came of it.

Law of this file: it waits for conditions and never for a while.  Within a phase event time stands
still; the phase is over when every worker of every daemon has found nothing to do, twice, since
anything happened.  A daemon that dies is started again at once with the next fault of the plan.
"""

from __future__ import annotations

import json
import os
import random
import secrets
import shutil
import smtplib
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from threading import Event, Lock
from typing import Any

from pipeline.clock import machine_seconds
from pipeline.rehearsal.evidence import Letter
from pipeline.rehearsal.statements import NUMBER
from tests.faults.daemon import GONE_AFTER
from tests.faults.oracle import ACCESS, Sent, read
from tests.faults.season import Season
from tests.faults.sink import Script, Sink, running_sink
from tests.servers.binaries import free_ports
from tests.servers.dovecot import PASSWORD, Dovecot

ROOT = Path(__file__).parent.parent.parent
EVENT = "r7-kenkyu-kyogikai"
PATIENCE = 120.0
"""Seconds in which an office must come to rest; a machine under load is slow."""
AFTERWARDS = (timedelta(), timedelta(minutes=35), timedelta(minutes=80))
"""Steps of event time in each phase: in them what was not delivered, or is unknown, is retried."""
_LIST_UNKNOWN = ("outbox", "list", "--status", "unknown", "--limit", "100000", "--json")
WORKERS = frozenset({"receive", "process", "remind", "bank", "send 1"})


class NotQuiet(AssertionError):  # noqa: N818 - named for what is true of the office
    """An office that never came to rest, or ended when nobody had killed it."""


# ---------------------------------------------------------------- processes


class Zygote:
    """The process that forks daemons."""

    def __init__(self) -> None:
        environ = {k: v for k, v in os.environ.items() if not k.startswith("UKETSUKE_")}
        self._lock = Lock()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.daemon"],
            cwd=ROOT,
            env=environ,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def ask(self, word: str, what: object) -> int | None:
        """One order, and its answer."""
        stdin, stdout = self._process.stdin, self._process.stdout
        assert stdin is not None
        assert stdout is not None
        with self._lock:
            stdin.write(f"{word} {what}\n")
            stdin.flush()
            answer = stdout.readline().strip()
        return None if answer == "None" else int(answer)

    def close(self) -> None:
        """No more daemons."""
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()
        self._process.wait(30)


@contextmanager
def running_zygote() -> Iterator[Zygote]:
    """One, for many seasons."""
    zygote = Zygote()
    try:
        yield zygote
    finally:
        zygote.close()


@dataclass
class Daemon:
    """One daemon of an office, across its deaths."""

    zygote: Zygote
    environ: dict[str, str]
    folder: Path
    armed: list[str] = field(default_factory=list)
    """What it is to die of in this phase; the first that it comes to ends this life."""
    pid: int | None = None

    def start(self) -> None:
        """Begin the next life."""
        for name in ("told", "passed"):
            (self.folder / name).unlink(missing_ok=True)
        self.arm(self.armed)
        order = {"environ": self.environ, "terminal": str(self.folder / "terminal")}
        self.pid = self.zygote.ask("start", json.dumps(order))

    def arm(self, faults: Sequence[str]) -> None:
        """From now on these; also for the life that it has."""
        self.armed = list(faults)
        fresh = self.folder / "fault.new"
        fresh.write_text(" ".join(self.armed), "ascii")
        fresh.replace(self.folder / "fault")

    def gone(self) -> int | None:
        """Its exit code; None while it lives."""
        code = self.zygote.ask("gone", self.pid)
        if code is not None:
            self.pid = None
        return code

    def end(self, word: str) -> int | None:
        """kill or term; its exit code."""
        if self.pid is None:
            return None
        pid, self.pid = self.pid, None
        return self.zygote.ask(word, pid)

    def passed(self) -> list[str]:
        """The faults that this life has met."""
        path = self.folder / "passed"
        return path.read_text("ascii").split() if path.exists() else []

    def told(self) -> dict[str, Any]:
        """What its workers say of themselves."""
        path = self.folder / "told"
        return json.loads(path.read_text("ascii")) if path.exists() else {}

    def recovered(self) -> float:
        """When it last began to look for letters of daemons that are gone."""
        path = self.folder / "recovered"
        return float((path.read_text("ascii") if path.exists() else "") or 0)

    def terminal(self) -> str:
        """The end of what it said."""
        path = self.folder / "terminal"
        return path.read_text("utf-8", "replace")[-4000:] if path.exists() else ""


# ---------------------------------------------------------------- the office


@dataclass
class Blow:
    """One death, and how many seconds until all was done, or until the next one."""

    fault: str
    phase: int
    at: float
    recovered: float = 0.0


@dataclass
class Servers:
    """What seasons share."""

    zygote: Zygote
    dovecot: Dovecot
    folder: Path


class Office:
    """An installation, its daemons, its mailbox and the world around it."""

    def __init__(
        self,
        servers: Servers,
        season: Season,
        sink: Sink,
        clock: Path,
        *,
        database: str | None = None,
        daemons: int = 1,
        plan: Mapping[int, Sequence[str]] | None = None,
        more: dict[str, str] | None = None,
        kills: random.Random | None = None,
    ) -> None:
        self.season = season
        self.sink = sink
        self.clock = clock
        self.phase = 0
        self.blows: list[Blow] = []
        self.sent: list[Sent] = []
        self.unmet: list[str] = []
        self._servers = servers
        self._plan = plan or {}
        self._several = database is not None
        self._folder = clock.parent
        self._user = f"office-{secrets.token_hex(4)}@office.test"
        self._round = 0
        self._now = datetime.min
        self._kills = kills
        self._kill_at: float | None = None
        self._files = 0
        environ = self._environ(database) | (more or {})
        ports = free_ports(daemons)
        self.daemons = [self._daemon(n, environ, ports[n]) for n in range(daemons)]
        self._ports = ports

    def _daemon(self, number: int, environ: dict[str, str], port: int) -> Daemon:
        folder = self._folder / f"daemon-{number}"
        folder.mkdir()
        own = {
            "UKETSUKE_VAR": str(folder / "var"),
            "UKETSUKE_LISTENER__PORT": str(port),
            "UKETSUKE_FAULT_NAME": f"machine-{number}",
            "UKETSUKE_FAULT_FOLDER": str(folder),
        }
        if "UKETSUKE_DATABASE_URL" not in environ:
            own["UKETSUKE_DATABASE_URL"] = f"sqlite:///{self._folder}/store.sqlite3"
        return Daemon(self._servers.zygote, environ | own, folder)

    def _environ(self, database: str | None) -> dict[str, str]:
        vault = self._folder / "secrets"
        vault.mkdir(mode=0o700)
        _secret(vault / "password", PASSWORD)
        _secret(vault / "token.key", secrets.token_hex(32))
        _secret(vault / f"{EVENT}.toml", "".join(f'{k} = "{v}"\n' for k, v in ACCESS.items()))
        settings = {
            "RULES": str(_rules(self._folder / "rules", self.season.capacity)),
            "TEMPLATES": str(ROOT / "templates"),
            "LOOPBACK_ONLY": "true",
            "CLOCK__START": "2026-02-02T09:00:00",
            "CLOCK__SPEED": "1",
            "IMAP__HOST": "127.0.0.1",
            "IMAP__PORT": str(self._servers.dovecot.imap),
            "IMAP__SECURITY": "none",
            "IMAP__USER": self._user,
            "IMAP__PASSWORD_FILE": str(vault / "password"),
            "SMTP__HOST": "127.0.0.1",
            "SMTP__PORT": str(self.sink.port),
            "SMTP__SECURITY": "none",
            "SECRETS__FOLDER": str(vault),
            "ACCOUNT__BANK": "見本銀行",
            "ACCOUNT__BRANCH": "本店",
            "ACCOUNT__KIND": "普通",
            "ACCOUNT__NUMBER": NUMBER,
            "ACCOUNT__HOLDER": "見本事務局",
            "ACCOUNT__HOLDER_KANA": "ケンキユウキヨウギカイジムキヨク",
            "FAULT_CLOCK": str(self.clock),
            "FAULT_READER": "here",
        }
        if database is not None:
            settings["DATABASE_URL"] = database
        environ = {k: v for k, v in os.environ.items() if not k.startswith("UKETSUKE_")}
        return environ | {f"UKETSUKE_{name}": value for name, value in settings.items()}

    # ------------------------------------------------------------ the season

    def play(self) -> None:
        """The whole season, and an end in order."""
        for number, phase in enumerate(self.season.phases()):
            self.phase = number
            self._turn(phase.at)
            self.daemons[0].arm(self._plan.get(number, ()))
            if not number:
                for daemon in self.daemons:
                    daemon.start()
            # What the time alone brings comes first, in every season.
            self.settle()
            self._threaten()
            phase.acts(self)
            for step in AFTERWARDS:
                self._turn(phase.at + step)
                self.settle()
            self.unmet += self.daemons[0].armed
        self.daemons[0].arm(self._plan.get(len(self.season.phases()), ()))
        self.rest(start=False)
        self.unmet += self.daemons[0].armed
        self._harvest()

    def _turn(self, when: datetime) -> None:
        """Put the hand of the clock there, which begins a round."""
        self._round += 1
        self._now = when
        fresh = self.clock.with_suffix(".new")
        fresh.write_text(f"{self._round} {when.isoformat()}", "ascii")
        fresh.replace(self.clock)

    def settle(self) -> None:
        """Until every worker has found nothing to do, twice, since anything happened."""
        until = machine_seconds() + PATIENCE
        work = -1
        while True:
            self._tick()
            told = [daemon.told() for daemon in self.daemons]
            if all(self._is_idle(one) for one in told) and self._are_taken_up():
                done = sum(one["work"] for one in told)
                if (len(told) == 1 or done == work) and self._kill_at is None:
                    break
                work = done
                self._turn(self._now)
            if machine_seconds() > until:
                terminals = "\n".join(daemon.terminal() for daemon in self.daemons)
                raise NotQuiet(f"the office never came to rest: {told}\n{terminals}")
            Event().wait(0.01)
        self._harvest()
        self._recovered(machine_seconds())

    def _recovered(self, now: float) -> None:
        """All is done again, or the next blow comes: so long it took."""
        for blow in self.blows:
            if not blow.recovered:
                blow.recovered = now - blow.at

    def _are_taken_up(self) -> bool:
        """Whether somebody has looked for letters of the dead since they count as gone."""
        if not self._several or not self.blows:
            return True
        looked = max(daemon.recovered() for daemon in self.daemons)
        return looked > self.blows[-1].at + GONE_AFTER

    def _is_idle(self, told: dict[str, Any]) -> bool:
        idle = told.get("idle", {})
        return idle.keys() >= WORKERS and all(
            number >= self._round and work == told["work"] and times >= 2
            for number, work, times in idle.values()
        )

    def _harvest(self) -> None:
        """Read what has been taken since."""
        with self.sink.lock:
            fresh = self.sink.accepted[len(self.sent) :]
        for taken in fresh:
            paid = taken.recipient in self.season.paid_at
            self.sent.append(read(len(self.sent), taken, self.phase, paid_before=paid))

    # ------------------------------------------------------------ deaths

    def _threaten(self) -> None:
        """At random: a kill within the next second."""
        if self._kills is not None:
            self._kill_at = machine_seconds() + self._kills.uniform(0.0, 0.8)

    def _tick(self) -> None:
        """Look who has died, kill who is to be killed, and start them again."""
        if self._kill_at is not None and machine_seconds() >= self._kill_at:
            assert self._kills is not None
            self._kill_at = None
            victim = self._kills.choice(self.daemons)
            self._died(victim, "at random", victim.end("kill"))
        for daemon in self.daemons:
            if daemon.pid is not None and (code := daemon.gone()) is not None:
                self._died(daemon, "", code)

    def _died(self, daemon: Daemon, fault: str, code: int | None) -> None:
        passed = daemon.passed()
        if not fault and (not passed or code != -9):
            raise NotQuiet(f"a daemon ended by itself ({code})\n{daemon.terminal()}")
        at = machine_seconds()
        self._recovered(at)
        for name in passed or [fault]:
            self.blows.append(Blow(name, self.phase, at))
        daemon.armed = [one for one in daemon.armed if one.partition(":")[0] not in passed]
        daemon.start()
        self._turn(self._now)

    # ------------------------------------------------------------ what the season does

    def post(self, raw: bytes, sender: str) -> None:
        """Into the mailbox, by LMTP."""
        self._servers.dovecot.deliver(raw, self._user, sender)
        self._tick()

    def call(self, raw: bytes, sender: str) -> None:
        """To a listener, again until one says yes."""
        until = machine_seconds() + PATIENCE
        for number in range(10**6):
            port = self._ports[number % len(self._ports)]
            self._tick()
            try:
                # From another address: from the same one, a port that nobody listens at may
                # be connected to itself, and waits for its own greeting.
                with smtplib.SMTP(
                    "127.0.0.1", port, "applicant.test", 20, source_address=("127.0.0.2", 0)
                ) as smtp:
                    smtp.sendmail(sender, ["shien@wonder-craft.co.jp"], raw)
            except (OSError, smtplib.SMTPException) as error:
                if machine_seconds() > until:
                    raise NotQuiet(f"no listener takes a mail: {error}") from error
                Event().wait(0.02)
            else:
                return

    def letters(self, address: str) -> Sequence[Letter]:
        """What somebody was sent, in order."""
        return [one.letter for one in self.sent if one.letter.recipient == address.lower()]

    def deposit(self, name: str, content: bytes) -> None:
        """Whole at once, under another name first, into one daemon's folder after the other's."""
        daemon = self.daemons[self._files % len(self.daemons)]
        self._files += 1
        folder = Path(daemon.environ["UKETSUKE_VAR"]) / "bank" / "incoming"
        folder.mkdir(parents=True, exist_ok=True)
        part = folder / f"{name}.part"
        part.write_bytes(content)
        part.rename(folder / name)

    def rest(self, *, start: bool = True) -> None:
        """Stop all daemons in order; a fault at the end is a death like any other."""
        for daemon in self.daemons:
            if daemon.pid is None:
                continue
            code = daemon.end("term")
            while code == -9 and daemon.passed():
                self._died(daemon, "", code)
                code = None if start else self._ended(daemon)
            if code:
                raise NotQuiet(f"a daemon did not end in order ({code})\n{daemon.terminal()}")
            if code == 0 and start:
                daemon.start()
        if start:
            self._turn(self._now)

    def _ended(self, daemon: Daemon) -> int | None:
        """Its exit code, once it was up."""
        self.settle()
        return daemon.end("term")

    # ------------------------------------------------------------ what is left

    def waiting(self) -> list[tuple[str, str]]:
        """Recipient and Message-ID of what the office calls unknown, as an operator sees it."""
        environ = self.daemons[0].environ
        environ = {k: v for k, v in environ.items() if not k.startswith("UKETSUKE_FAULT")}
        done = subprocess.run(
            [
                sys.executable,
                "main.py",
                "outbox",
                "list",
                "--status",
                "unknown",
                "--limit",
                "100000",
                "--json",
            ],
            cwd=ROOT,
            env=environ,
            capture_output=True,
            text=True,
            check=True,
            timeout=120,
        )
        return [(one["recipient"], one["message_id"]) for one in json.loads(done.stdout)]

    def kill_all(self) -> None:
        """Leave nothing running."""
        for daemon in self.daemons:
            daemon.end("kill")


def _secret(path: Path, text: str) -> None:
    path.write_text(text, "utf-8")
    path.chmod(0o600)


def _rules(folder: Path, capacity: int) -> Path:
    """The shipped rules with another number of seats, and caps that no large season reaches."""
    shutil.copytree(ROOT / "rules", folder)
    event = folder / EVENT / "event.toml"
    text = event.read_text("utf-8")
    assert "\ncapacity = " in text
    lines = [
        f"capacity = {capacity}" if x.startswith("capacity = ") else x for x in text.split("\n")
    ]
    event.write_text("\n".join(lines), "utf-8")
    return folder


# ---------------------------------------------------------------- one season


@dataclass
class Outcome:
    """What a season came to."""

    season: Season
    sent: list[Sent]
    blows: list[Blow]
    cuts: list[float]
    waiting: list[tuple[str, str]]
    unmet: list[str]
    """Faults of the plan that were never reached."""


@contextmanager
def opened(
    servers: Servers,
    season: Season,
    *,
    script: Script | None = None,
    kind: type[Office] | None = None,
    **more: Any,
) -> Iterator[Office]:
    """An office that has not begun, and nothing left of it afterwards."""
    folder = servers.folder / secrets.token_hex(4)
    folder.mkdir()
    clock = folder / "clock"
    with ExitStack() as stack:
        sink = stack.enter_context(running_sink(lambda: _when(clock)))
        if script is not None:
            sink.script = script
        office = (kind or Office)(servers, season, sink, clock, **more)
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        stack.callback(office.kill_all)
        yield office


def _when(clock: Path) -> datetime:
    return datetime.fromisoformat(clock.read_text("ascii").partition(" ")[2])


def play(servers: Servers, season: Season, **more: Any) -> Outcome:
    """One season from its first mail to its last."""
    with opened(servers, season, **more) as office:
        office.play()
        waiting = office.waiting() if office.blows or office.sink.cut else []
        return Outcome(
            season=season,
            sent=office.sent,
            blows=office.blows,
            cuts=[at for at, _ in office.sink.cut],
            waiting=waiting,
            unmet=office.unmet,
        )
