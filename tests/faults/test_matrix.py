"""Killed between any two steps, an office loses nothing and sends nothing twice.

The whole matrix, with hundreds of deaths at random instants, is `make faults`.
"""

from __future__ import annotations

import pytest

from tests.faults.plans import EACH_ONCE
from tests.faults.run import Trial

pytestmark = [pytest.mark.server, pytest.mark.timeout(400)]


@pytest.mark.parametrize("number", range(len(EACH_ONCE)))
def test_at_each_point_on_sqlite(on_sqlite: Trial, number: int) -> None:
    verdict = on_sqlite.season(plan=EACH_ONCE[number])
    assert verdict.kept, str(verdict)
    assert not on_sqlite.table.unmet


def test_when_the_process_that_reads_is_killed(on_sqlite: Trial) -> None:
    verdict = on_sqlite.reading()
    assert verdict.kept, str(verdict)
    assert not on_sqlite.table.unmet


def test_when_the_server_takes_letters_and_hangs_up(on_sqlite: Trial) -> None:
    verdict = on_sqlite.server("dot: taken, then closed")
    assert verdict.kept, str(verdict)
    assert verdict.again > 0


def test_at_some_points_on_postgresql(on_postgresql: Trial) -> None:
    verdict = on_postgresql.season(plan=EACH_ONCE[1])
    assert verdict.kept, str(verdict)
    assert not on_postgresql.table.unmet


def test_three_daemons_that_die_at_random(on_postgresql: Trial) -> None:
    verdict = on_postgresql.at_random(1, daemons=3)
    assert verdict.kept, str(verdict)
