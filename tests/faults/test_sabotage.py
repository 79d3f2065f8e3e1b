"""The harness can fail: with a mechanism taken out, it says what went wrong."""

from __future__ import annotations

from typing import Any

import pytest

from tests.faults.oracle import Verdict
from tests.faults.plans import Plan
from tests.faults.run import Table, Trial

pytestmark = [pytest.mark.server, pytest.mark.timeout(400)]


def sabotaged(trial: Trial, what: str, **more: Any) -> Verdict:
    """A season with something taken out; it leaves no mark in the table of the others."""
    kept, trial.table = trial.table, Table("sabotage")
    try:
        return trial.season(more={"UKETSUKE_FAULT_SABOTAGE": what}, **more)
    finally:
        trial.table = kept


def test_letters_that_are_not_claimed_leave_twice(on_sqlite: Trial) -> None:
    plan: Plan = {3: ("send.answered",), 5: ("send.secret_answered",)}
    verdict = sabotaged(on_sqlite, "claim", plan=plan)
    assert any("access" in what for _, what in verdict.twice), str(verdict)


def test_without_the_claim_a_harmless_letter_is_found_as_well(on_sqlite: Trial) -> None:
    verdict = sabotaged(on_sqlite, "claim", plan={3: ("send.answered",)})
    assert any("payment_reminder" in what for _, what in verdict.twice), str(verdict)


def test_mail_that_is_kept_again_is_answered_again(on_sqlite: Trial) -> None:
    """The unique key, and behind it the comparison of content, are taken out together."""
    verdict = sabotaged(on_sqlite, "key", plan={0: ("receive.keep.committed",)})
    assert verdict.twice, str(verdict)


def test_side_by_side_the_locks_keep_the_seats(on_postgresql: Trial) -> None:
    verdict = sabotaged(on_postgresql, "side-by-side", daemons=2)
    assert not any("seats" in what for _, what in verdict.broken), str(verdict)


def test_without_the_locks_seats_are_given_twice(on_postgresql: Trial) -> None:
    """The roster's locks, and behind them the count of seats at the end, are taken out together."""
    verdict = sabotaged(on_postgresql, "lock side-by-side", daemons=2)
    assert any("seats" in what for _, what in verdict.broken), str(verdict)
