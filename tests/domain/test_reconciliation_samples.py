"""The two sample files of the shared folder, from bytes to verdicts."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from pipeline.bank.csv_profile import load_profiles
from pipeline.bank.statement import read
from pipeline.console.claims_file import read_claims
from pipeline.domain.reconciliation import Action, Ledger, Verdict, reconcile_all
from pipeline.domain.remittance import Remittance

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT.parent / "shared" / "samples" / "bank"
NAMES = ["z01_furikomi_crlf.txt", "csv_rakuten_bank.csv"]

pytestmark = pytest.mark.skipif(not SAMPLES.is_dir(), reason="../shared is not here")


def lines(name: str) -> list[Remittance]:
    (statement,) = read((SAMPLES / name).read_bytes(), load_profiles(ROOT / "rules" / "banks"))
    return list(statement.remittances)


def fresh() -> Ledger:
    return read_claims(SAMPLES / "ledger.json").ledger()


def expected(name: str) -> dict[str, Any]:
    said = json.loads((SAMPLES / name).with_suffix(".expected.json").read_text("utf-8"))
    assert isinstance(said, dict)
    return said


def paid(ledger: Ledger) -> set[str]:
    return {reference for reference, claim in ledger.claims.items() if claim.is_paid}


@pytest.mark.parametrize("name", NAMES)
def test_every_decision_is_among_the_acceptable(name: str) -> None:
    verdicts = reconcile_all(lines(name), fresh())

    for verdict, said in zip(verdicts, expected(name)["transactions"], strict=True):
        assert verdict.action in said["expected"]["acceptable"], said
        assert set(verdict.references) == set(said["expected"]["reg_nos"]), said


@pytest.mark.parametrize("name", NAMES)
def test_the_ledgers_final_state(name: str) -> None:
    ledger = fresh()
    reconcile_all(lines(name), ledger)

    assert set(expected(name).get("final_paid_min", ())) <= paid(ledger)
    assert not set(expected(name).get("final_unpaid", ())) & paid(ledger)


@pytest.mark.parametrize("name", NAMES)
def test_the_same_file_again_pays_nobody(name: str) -> None:
    ledger = fresh()
    reconcile_all(lines(name), ledger)
    before = dict(ledger.claims)

    assert all(one.action is not Action.MATCH for one in reconcile_all(lines(name), ledger))
    assert ledger.claims == before


@pytest.mark.parametrize("name", NAMES)
def test_the_lines_backwards_give_the_same(name: str) -> None:
    ledger, other = fresh(), fresh()
    forwards = reconcile_all(lines(name), ledger)
    backwards: tuple[Verdict, ...] = reconcile_all(lines(name)[::-1], other)

    assert backwards[::-1] == forwards
    assert other.claims == ledger.claims
