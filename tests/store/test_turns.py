"""A rate that several daemons share: no turn is given twice."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from pipeline.store.database import Database
from pipeline.store.turns import SharedTurns

PER_SECOND = 0.5


pytestmark = pytest.mark.server


@pytest.fixture
def turns(postgresql: Database) -> SharedTurns:
    return SharedTurns(postgresql, PER_SECOND)


def test_turns_are_spread_evenly_over_all_who_ask(turns: SharedTurns) -> None:
    with ThreadPoolExecutor(5) as daemons:
        waits = sorted(daemons.map(lambda _: turns.take(), range(10)))

    # Each wait counts from its own question; ten turns at this rate take eighteen seconds.
    assert waits[0] == 0
    assert waits[-1] > 8 / PER_SECOND


def test_a_turn_that_has_not_come_is_not_taken(turns: SharedTurns) -> None:
    assert turns.take_now()
    assert not turns.take_now()
    assert turns.take() > 0
