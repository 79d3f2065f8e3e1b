"""One office under fire: its daemons, its mailbox, the world around it, and what became of it.

Law of this file: it waits for conditions and never for a while.  Within a phase event time stands
still; the phase is over when every worker of every daemon has found nothing to do, twice, since
anything happened.  A daemon that dies is started again at once with the next fault of the plan.
"""

from __future__ import annotations

import json
import random
import secrets
import smtplib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from threading import Event
from typing import Any

from pipeline.clock import machine_seconds
from pipeline.rehearsal.evidence import Letter
from tests.faults.daemon import GONE_AFTER
from tests.faults.installation import Installation
from tests.faults.oracle import Sent, read
from tests.faults.points import is_death
from tests.faults.processes import Daemon, Zygote
from tests.faults.season import Season
from tests.faults.sink import Sink
from tests.servers.binaries import free_ports
from tests.servers.dovecot import Dovecot

PATIENCE = 120.0
"""Seconds in which an office must come to rest; a machine under load is slow."""
AFTERWARDS = (timedelta(), timedelta(minutes=35), timedelta(minutes=80))
"""Steps of event time in each phase: in them what was not delivered, or is unknown, is retried."""
WORKERS = frozenset({"receive", "process", "remind", "bank", "send 1"})
_NO_STORE = 2
_LIST_UNKNOWN = ("outbox", "list", "--status", "unknown", "--limit", "100000", "--json")


class NotQuiet(AssertionError):  # noqa: N818 - named for what is true of the office
    """An office that never came to rest, or ended when nobody had killed it."""


@dataclass
class Blow:
    """One death, or one failure of the store; and how many seconds until all was done, or until
    the next one."""

    fault: str
    phase: int
    at: float
    recovered: float = 0.0


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a season came to."""

    season: Season
    sent: Sequence[Sent]
    blows: Sequence[Blow]
    hits: Sequence[float]
    """Seconds from each answer of a failing server until the office came to rest."""
    cuts: Sequence[float]
    """When a link was cut at the dot, in machine seconds."""
    waiting: Sequence[tuple[str, str]]
    unmet: Sequence[str]
    """Faults of the plan that were never reached."""

    @property
    def in_doubt(self) -> list[float]:
        """Machine seconds of all after which nobody can know whether a letter was taken."""
        return [*(blow.at for blow in self.blows if is_death(blow.fault)), *self.cuts]


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
        self.rests: list[float] = []
        """When it came to rest."""
        self._dovecot = servers.dovecot
        self._plan = plan or {}
        self._several = database is not None
        self._user = f"office-{secrets.token_hex(4)}@office.test"
        self._round = 0
        self._now = datetime.min
        self._kills = kills
        self._kill_at: float | None = None
        self._files = 0
        place = Installation(
            folder=clock.parent,
            clock=clock,
            imap=servers.dovecot.imap,
            smtp=sink.port,
            user=self._user,
            capacity=season.capacity,
            database=database,
        )
        environ = place.environ() | (more or {})
        self._ports = free_ports(daemons)
        self.daemons = []
        for number, port in enumerate(self._ports):
            folder, own = place.of_daemon(number, port)
            self.daemons.append(Daemon(servers.zygote, {**environ, **own}, folder))

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
        self.rests.append(machine_seconds())
        self._recovered(self.rests[-1])

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
            self._struck(daemon.met())

    def _died(self, daemon: Daemon, fault: str, code: int | None) -> None:
        met = daemon.met()
        # Where its store fails while it starts it ends with 2, and is started again (systemd).
        due = -9 if is_death(daemon.last) else _NO_STORE
        if not fault and not (daemon.last and code == due):
            raise NotQuiet(f"a daemon ended by itself ({code})\n{daemon.terminal()}")
        self._struck([*met, fault] if fault else met)
        daemon.start()
        self._turn(self._now)

    def _struck(self, faults: Sequence[str]) -> None:
        if faults:
            at = machine_seconds()
            self._recovered(at)
            self.blows += [Blow(name, self.phase, at) for name in faults]

    # ------------------------------------------------------------ what the season does

    def post(self, raw: bytes, sender: str) -> None:
        """Into the mailbox, by LMTP."""
        self._dovecot.deliver(raw, self._user, sender)
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
            while code == -9:
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
        listed = json.loads(self.daemons[0].verb(*_LIST_UNKNOWN))
        return [(one["recipient"], one["message_id"]) for one in listed]

    def outcome(self) -> Outcome:
        """What the season came to."""
        in_doubt = self.blows or self.sink.cut
        rests = iter(self.rests)
        rest = 0.0
        hits = []
        for at in self.sink.hits:
            while rest <= at:
                rest = next(rests, machine_seconds())
            hits.append(rest - at)
        return Outcome(
            season=self.season,
            sent=self.sent,
            blows=self.blows,
            hits=hits,
            cuts=list(self.sink.cut),
            waiting=self.waiting() if in_doubt else [],
            unmet=self.unmet,
        )

    def kill_all(self) -> None:
        """Leave nothing running."""
        for daemon in self.daemons:
            daemon.end("kill")
