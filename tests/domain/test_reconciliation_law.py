"""Over generated ledgers and statements: no wrong match, and no needless review."""

from __future__ import annotations

import sys
from collections import Counter
from dataclasses import dataclass, field

import pytest

from pipeline.domain.reconciliation import Action, Ledger, Verdict, reconcile_all
from pipeline.domain.remittance import Flow
from tests.domain.ledgers import DEADLINE, World, world
from tests.domain.payers import Transfer
from tests.domain.transfers import statement

TRANSACTIONS = 100_000
A_FILE = 200


@dataclass
class Tally:
    """What was seen over many files."""

    lines: int = 0
    settled: int = 0
    meant: int = 0
    """Transfers that were meant for somebody."""
    wrong: list[str] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)
    by_kind: Counter[tuple[str, str]] = field(default_factory=Counter)

    def add(self, made: World, transfers: list[Transfer], verdicts: tuple[Verdict, ...]) -> None:
        paid: set[str] = set()
        for transfer, verdict in zip(transfers, verdicts, strict=True):
            self.lines += 1
            self.meant += bool(transfer.meant)
            self.by_kind[transfer.kind, verdict.action] += 1
            if verdict.action is Action.MATCH:
                self.settled += 1
                if fault := _fault(made, transfer, verdict, paid):
                    self.wrong.append(f"{fault}: {transfer} {verdict}")
                paid.update(verdict.references)
            elif transfer.must:
                self.missed.append(f"{transfer} {verdict}")


def _fault(made: World, transfer: Transfer, verdict: Verdict, paid: set[str]) -> str | None:
    """Why a match is wrong, by the truth."""
    claims = {one.claim.reference: one.claim for one in made.entries}
    named = set(verdict.references)
    line = transfer.remittance
    if line.flow is not Flow.CREDIT or named != transfer.meant:
        return "meant for another"
    if sum(claims[ref].due for ref in named) != line.amount or dict(verdict.shares) != {
        ref: claims[ref].due for ref in named
    }:
        return "not the exact sum"
    sent_in_time = line.sent_at is not None and line.sent_at.date() <= DEADLINE
    if line.value_date > DEADLINE and not sent_in_time:
        return "late"
    if any(not claims[ref].awaits for ref in named) or named & paid:
        return "nothing was owed"
    return None


def tally(transactions: int, *, checked: bool, first_seed: int, by_name: bool = False) -> Tally:
    """Files of their own ledgers until so many transactions were seen."""
    seen = Tally()
    seed = first_seed
    while seen.lines < transactions:
        made = world(seed, checked=checked)
        transfers = statement(made, A_FILE)
        verdicts = reconcile_all(
            [one.remittance for one in transfers], made.ledger(by_name=by_name)
        )
        seen.add(made, transfers, verdicts)
        seed += 1
    return seen


@pytest.mark.timeout(600)
@pytest.mark.parametrize("checked", [True, False], ids=["check-digit", "no-check-digit"])
def test_no_match_is_wrong_and_what_agrees_is_settled(
    checked: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    seen = tally(TRANSACTIONS // 2, checked=checked, first_seed=1)
    share = seen.settled / seen.meant
    with capsys.disabled():
        sys.stdout.write(f"\n{seen.lines} lines: {share:.1%} of {seen.meant} settled by itself\n")

    assert seen.wrong == []
    assert seen.missed == []
    assert share >= 0.5


@pytest.mark.parametrize("checked", [True, False], ids=["check-digit", "no-check-digit"])
def test_no_match_is_wrong_where_a_name_alone_may_settle(checked: bool) -> None:
    seen = tally(5_000, checked=checked, first_seed=5_001, by_name=True)

    assert seen.wrong == []
    assert seen.by_kind["name", Action.MATCH] > 0


def settled(ledger: Ledger) -> dict[str, tuple[str, int, int]]:
    return {ref: (one.state, one.due, one.credited) for ref, one in ledger.claims.items()}


@pytest.mark.parametrize("seed", range(20))
def test_any_order_of_the_lines_gives_the_same(seed: int) -> None:
    made = world(seed, checked=seed % 2 == 0, size=60)
    lines = [one.remittance for one in statement(made, 80)]
    ledger = made.ledger()
    verdicts = reconcile_all(lines, ledger)
    order = list(range(len(lines)))
    made.random.shuffle(order)
    other = made.ledger()
    again = reconcile_all([lines[at] for at in order], other)

    assert {order[at]: verdict for at, verdict in enumerate(again)} == dict(enumerate(verdicts))
    assert settled(other) == settled(ledger)


@pytest.mark.parametrize("seed", range(5))
def test_the_same_file_again_settles_nothing(seed: int) -> None:
    made = world(seed, checked=True, size=80)
    lines = [one.remittance for one in statement(made, 80)]
    ledger = made.ledger()
    reconcile_all(lines, ledger)
    before = settled(ledger)

    assert all(verdict.action is not Action.MATCH for verdict in reconcile_all(lines, ledger))
    assert settled(ledger) == before
