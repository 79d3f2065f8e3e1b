"""Ten thousand applications and their season, under faults at random, and the memory they took.

    python -m tests.faults.soak [APPLICATIONS] [--seed N] [--every SECONDS]

One daemon on SQLite, mails read in a process of its own; the world's mail server answers 4xx, hangs
up, or takes a letter and hangs up, and the daemon is killed every so many seconds, twice a day at
most.  Prints the memory of both processes phase by phase, then what was lost or sent twice; exits
with 1 for either.
"""

from __future__ import annotations

import argparse
import random
import sys
from pathlib import Path
from threading import Lock

from pipeline.clock import machine_seconds
from tests.faults import office
from tests.faults.harness import opened, running_servers
from tests.faults.office import Office, Outcome, Servers
from tests.faults.oracle import judge
from tests.faults.season import SET, Season
from tests.faults.sink import CLOSE, KEEP_AND_CLOSE, Script

_PAGE = 4096
_EVERY = 8.0
_FAULTS = (
    ("rcpt", "450 4.2.1 later"),
    ("dot", "451 4.3.0 later"),
    ("data", CLOSE),
    ("dot", CLOSE),
    ("dot", KEEP_AND_CLOSE),
)


def script_of(chance: random.Random) -> Script:
    """Each letter in fifty meets one of the faults, and no recipient meets two in a row."""
    guard = Lock()
    spared: dict[str, int] = {}

    def script(phase: str, recipient: str) -> str | None:
        with guard:
            at, answer = chance.choice(_FAULTS)
            if phase != at or not recipient or spared.get(recipient, 0) > 0:
                spared[recipient] = spared.get(recipient, 0) - (phase == "dot")
                return None
            if chance.random() > 0.1:
                return None
            spared[recipient] = 2
            return answer

    return script


def memory(pid: int | None) -> tuple[float, float]:
    """Resident megabytes of a daemon, and of the process that reads for it."""
    if pid is None:
        return 0.0, 0.0
    children = Path(f"/proc/{pid}/task/{pid}/children")
    of = [_resident(str(pid))]
    if children.exists():
        of += [_resident(child) for child in children.read_text("ascii").split()]
    return of[0], sum(of[1:])


def _resident(pid: str) -> float:
    statm = Path(f"/proc/{pid}/statm")
    return int(statm.read_text("ascii").split()[1]) * _PAGE / 1e6 if statm.exists() else 0.0


class SoakedOffice(Office):
    """An office that says after each phase how it stands."""

    begun = 0.0
    every: float | None = None
    next_kill = 0.0

    def _threaten(self) -> None:
        """Deaths come by the clock, not by the phase."""

    def _tick(self) -> None:
        if self.every is not None and machine_seconds() > self.next_kill:
            victim = self.daemons[0]
            self.next_kill = machine_seconds() + self.every
            if self.blows and self.blows[-1].phase == self.phase and self.deaths_here() > 1:
                return super()._tick()
            self._died(victim, "at random", victim.end("kill"))
        return super()._tick()

    def deaths_here(self) -> int:
        """A letter in hand at two deaths waits for a person: so few in one phase."""
        return sum(blow.phase == self.phase for blow in self.blows)

    def settle(self) -> None:
        """And say how it stands."""
        super().settle()
        own, reading = memory(self.daemons[0].pid)
        _say(
            f"{machine_seconds() - self.begun:7.1f} s  phase {self.phase:>2}  "
            f"letters {len(self.sent):>6}  deaths {len(self.blows):>4}  "
            f"daemon {own:6.1f} MB  reading {reading:6.1f} MB"
        )


def season_of(servers: Servers, season: Season, every: float | None, seed: int) -> Outcome:
    """One season, with faults or without."""
    script = script_of(random.Random(seed)) if every is not None else None
    more = {"UKETSUKE_FAULT_READER": "apart", "UKETSUKE_LOG__LEVEL": "alarm"}
    with opened(servers, season, script=script, more=more, kind=SoakedOffice) as soaked:
        assert isinstance(soaked, SoakedOffice)
        soaked.begun, soaked.every = machine_seconds(), every
        soaked.next_kill = soaked.begun + (every or 0.0)
        soaked.play()
        return soaked.outcome()


def main() -> int:
    """Both seasons, and the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("applications", type=int, nargs="?", default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--every", type=float, default=_EVERY, help="seconds between deaths")
    asked = parser.parse_args()
    office.PATIENCE = 900.0
    sets = max(1, asked.applications // SET)
    with running_servers() as servers:
        _say(f"{sets * SET} applications, without faults")
        expected = season_of(servers, Season(asked.seed, sets), None, asked.seed)
        _say("the same, with faults")
        found = season_of(servers, Season(asked.seed, sets), asked.every, asked.seed)
    verdict = judge(
        found.season, expected.sent, found.sent, blows=found.in_doubt, waiting=found.waiting
    )
    _say(
        f"{len(found.sent)} letters, {len(found.blows)} deaths, {len(found.cuts)} cut at the dot: "
        f"lost {len(verdict.lost)}, twice {len(verdict.twice)}, again {verdict.again}, "
        f"unknown {verdict.unknown}"
    )
    _say(str(verdict)[:4000])
    return 0 if verdict.kept else 1


def _say(line: str) -> None:
    print(line, flush=True)  # noqa: T201 - this is what it is for


if __name__ == "__main__":
    sys.exit(main())
