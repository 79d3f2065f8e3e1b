"""Killed between any two steps, and without its store, an office loses and repeats nothing.

A seeded selection.  The whole matrix on both databases, with hundreds of deaths at random instants,
is `make faults`.
"""

from __future__ import annotations

import pytest

from tests.faults.oracle import Verdict
from tests.faults.plans import EACH_ONCE, STORE
from tests.faults.run import Trial

pytestmark = [pytest.mark.server, pytest.mark.timeout(400)]


def kept(trial: Trial, verdict: Verdict) -> None:
    assert verdict.kept, str(verdict)
    assert not trial.table.unmet


@pytest.mark.parametrize("number", range(len(EACH_ONCE)))
def test_killed_at_each_point(on_sqlite: Trial, number: int) -> None:
    kept(on_sqlite, on_sqlite.season(plan=EACH_ONCE[number]))


@pytest.mark.parametrize("number", range(len(STORE)))
def test_the_store_fails_at_each_point(on_sqlite: Trial, number: int) -> None:
    kept(on_sqlite, on_sqlite.season(plan=STORE[number]))


def test_the_process_that_reads_is_killed(on_sqlite: Trial) -> None:
    kept(on_sqlite, on_sqlite.reading())


def test_killed_at_random(on_sqlite: Trial) -> None:
    kept(on_sqlite, on_sqlite.at_random(1))


def test_the_world_takes_letters_and_hangs_up(on_sqlite: Trial) -> None:
    verdict = on_sqlite.server("dot: taken, then closed")
    kept(on_sqlite, verdict)
    assert verdict.again > 0


def test_killed_on_postgresql(on_postgresql: Trial) -> None:
    kept(on_postgresql, on_postgresql.season(plan=EACH_ONCE[1]))


def test_three_daemons_killed_at_random(on_postgresql: Trial) -> None:
    kept(on_postgresql, on_postgresql.at_random(1, daemons=3))
