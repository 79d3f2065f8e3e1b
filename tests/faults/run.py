"""All faults against a whole season, and a table of what came of it.

    python -m tests.faults.run [--seasons N] [--only sqlite|postgresql] [--seed N]

For SQLite and for PostgreSQL: a season without faults, then each fault point, the server's faults,
and kills at random instants (seeded); on PostgreSQL also three daemons at once, at last with a real
event's seats and one rate for all.  Prints a line for each season as soon as it is over and the
table at the end; the exit code is 1 for anything lost or sent twice outside the named case, and for
a fault that was never met.
"""

from __future__ import annotations

import argparse
import random
import sys
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any

from tests.faults.harness import play, running_servers
from tests.faults.office import Outcome, Servers
from tests.faults.oracle import Verdict, judge
from tests.faults.plans import EACH_ONCE, RATED, READING, SERVER, STORE, Plan, scripted
from tests.faults.season import SEATS, Season
from tests.servers.postgres import Postgres, running_postgres

RANDOM = "at random"
CROWD = 42
"""Sets of people of a season with a real event's seats."""
_UNEVEN = 1.1
"""A letter takes a moment from its turn to its final dot, and not each the same."""


@dataclass
class Row:
    """What came of one fault."""

    times: int = 0
    lost: int = 0
    twice: int = 0
    again: int = 0
    unknown: int = 0
    longest: float = 0.0


@dataclass
class Table:
    """What came of all of them, on one database."""

    title: str
    rows: dict[str, Row] = field(default_factory=lambda: defaultdict(Row))
    unmet: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    def add(self, outcome: Outcome, verdict: Verdict, name: str = "") -> None:
        """One season: what is wrong is laid at the door of the faults of its phase."""
        for blow in outcome.blows:
            row = self.rows[name or blow.fault]
            row.times += 1
            row.longest = max(row.longest, blow.recovered)
        if outcome.hits:
            row = self.rows[name]
            row.times += len(outcome.hits)
            row.longest = max(row.longest, *outcome.hits)
        for count, found in (("lost", verdict.lost), ("twice", verdict.twice)):
            for phase, _ in found:
                for one in self._of_phase(outcome, phase, name):
                    row = self.rows[one]
                    setattr(row, count, getattr(row, count) + 1)
        whose = name or _sender(outcome)
        self.rows[whose].again += verdict.again
        self.rows[whose].unknown += verdict.unknown
        self.unmet += outcome.unmet
        if not verdict.kept:
            self.wrong.append(str(verdict))

    def _of_phase(self, outcome: Outcome, phase: int, name: str) -> set[str]:
        if name:
            return {name}
        before = [blow.fault for blow in outcome.blows if blow.phase <= phase]
        there = {blow.fault for blow in outcome.blows if blow.phase == phase}
        return there or set(before[-1:]) or {"no fault"}

    @property
    def kept(self) -> bool:
        """Whether every promise held and every fault was met."""
        return not (self.wrong or self.unmet)

    def lines(self) -> Iterator[str]:
        """The table, for a person."""
        yield (
            f"{self.title:<28}{'times':>7}{'lost':>6}{'twice':>7}{'again':>7}"
            f"{'unknown':>9}{'longest s':>11}"
        )
        for name, row in self.rows.items():
            yield (
                f"{name:<28}{row.times:>7}{row.lost:>6}{row.twice:>7}{row.again:>7}"
                f"{row.unknown:>9}{row.longest:>11.2f}"
            )
        total = [sum(getattr(r, x) for r in self.rows.values()) for x in _SUMMED]
        longest = max((row.longest for row in self.rows.values()), default=0.0)
        yield (
            f"{'all':<28}{total[0]:>7}{total[1]:>6}{total[2]:>7}{total[3]:>7}"
            f"{total[4]:>9}{longest:>11.2f}"
        )
        yield from (f"never met: {one}" for one in self.unmet)
        yield from self.wrong


_SUMMED = ("times", "lost", "twice", "again", "unknown")


def busiest(outcome: Outcome) -> int:
    """Letters taken within the busiest second."""
    times = sorted(one.taken.at for one in outcome.sent)
    return max(number + 1 - bisect_left(times, at - 1.0) for number, at in enumerate(times))


def _sender(outcome: Outcome) -> str:
    """Which of a season's faults leave letters of unknown fate: the last one of sending."""
    sending = [blow.fault for blow in outcome.blows if blow.fault.startswith("send.")]
    return (sending or [blow.fault for blow in outcome.blows] or ["no fault"])[-1]


@dataclass
class Trial:
    """Seasons on one database, each judged by the one without faults."""

    servers: Servers
    seed: int
    postgres: Postgres | None
    table: Table
    say: Callable[[str], None] = lambda _: None
    sets: int = 1

    def __post_init__(self) -> None:
        self.reference = self._play()
        verdict = judge(
            self.reference.season, self.reference.sent, self.reference.sent, blows=[], waiting=[]
        )
        if not verdict.kept or not self.reference.sent:
            raise AssertionError(f"the season without faults: {verdict}")

    def _play(self, **more: Any) -> Outcome:
        database = self.postgres.url(self.postgres.new_database()) if self.postgres else None
        return play(self.servers, Season(self.seed, self.sets), database=database, **more)

    def season(self, name: str = "", *, rate: int | None = None, **more: Any) -> Verdict:
        """One season with faults; its verdict stands in the table.

        `rate`: letters in a second that all daemons together may send.
        """
        if rate is not None:
            more["more"] = {"UKETSUKE_SMTP__PER_SECOND": str(rate)}
        outcome = self._play(**more)
        verdict = judge(
            outcome.season,
            self.reference.sent,
            outcome.sent,
            blows=outcome.in_doubt,
            waiting=outcome.waiting,
        )
        if rate is not None and (most := busiest(outcome)) > rate * _UNEVEN:
            verdict.broken.append((0, f"{most} letters in one second, and {rate} are allowed"))
        self.table.add(outcome, verdict, name)
        self.say(
            f"{self.table.title}: {name or 'points'}: {len(outcome.blows)} blows, "
            f"{len(outcome.hits)} hits, {len(outcome.sent)} letters: {verdict}"
        )
        return verdict

    def points(self, *plans: Plan) -> None:
        """Each fault point."""
        for plan in plans:
            self.season(plan=plan)

    def reading(self) -> Verdict:
        """The faults of the process that reads."""
        return self.season(plan=READING, more={"UKETSUKE_FAULT_READER": "apart"})

    def rated(self) -> Verdict:
        """The faults of the rate that daemons share."""
        return self.season(plan=RATED, rate=200)

    def server(self, name: str) -> Verdict:
        """One way in which the world's mail server fails, again and again."""
        return self.season(name, script=scripted(SERVER[name], random.Random(self.seed)))

    def crowd(self) -> Verdict:
        """Three daemons share a mailbox, an outbox, 504 seats and a rate, and die in turn."""
        trial = Trial(self.servers, self.seed, self.postgres, self.table, self.say, CROWD)
        return trial.season(
            f"3 daemons, {SEATS * CROWD} seats",
            daemons=3,
            kills=random.Random(f"{self.seed}.crowd"),
            rate=150,
        )

    def at_random(self, number: int, *, daemons: int = 1) -> Verdict:
        """A season with a death in each phase."""
        name = RANDOM if daemons == 1 else f"{daemons} daemons, {RANDOM}"
        kills = random.Random(f"{self.seed}.{number}")
        return self.season(name, kills=kills, daemons=daemons)


def _all(trial: Trial, seasons: int) -> None:
    trial.points(*EACH_ONCE, *STORE)
    trial.reading()
    if trial.postgres is not None:
        trial.rated()
    for name in SERVER:
        trial.server(name)
    for number in range(seasons):
        trial.at_random(number)


def main() -> int:
    """Everything, and the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--seasons", type=int, default=26, help="seasons of deaths at random (twelve in each)"
    )
    parser.add_argument("--only", choices=("sqlite", "postgresql"))
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    tables = []
    with running_servers() as servers, ExitStack() as stack:
        for kind in ("sqlite", "postgresql"):
            if asked.only not in {None, kind}:
                continue
            postgres = stack.enter_context(running_postgres()) if kind == "postgresql" else None
            trial = Trial(servers, asked.seed, postgres, Table(kind), _print)
            tables.append(trial.table)
            _all(trial, asked.seasons)
            if postgres is not None:
                for number in range(max(1, asked.seasons // 4)):
                    trial.at_random(number, daemons=3)
                trial.crowd()
            _say(trial.table)
    return 0 if all(table.kept for table in tables) else 1


def _print(line: str) -> None:
    print(line, flush=True)  # noqa: T201 - this is what it is for


def _say(table: Table) -> None:
    for line in (*table.lines(), ""):
        _print(line)


if __name__ == "__main__":
    sys.exit(main())
