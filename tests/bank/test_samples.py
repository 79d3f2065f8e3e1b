"""The two sample files of the shared folder."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from pipeline.bank.statement import own_account_matches, read
from pipeline.domain.remittance import AccountNumber, Flow
from tests.bank.shipped import PROFILES, ROOT

SAMPLES = ROOT.parent / "shared" / "samples" / "bank"
OURS = AccountNumber("0999", "001", "1", "1234567")

pytestmark = pytest.mark.skipif(not SAMPLES.is_dir(), reason="../shared is not here")


@pytest.mark.parametrize("name", ["z01_furikomi_crlf.txt", "csv_rakuten_bank.csv"])
@pytest.mark.parametrize("today", [None, date(2026, 3, 6), date(2029, 1, 1)])
def test_a_sample_is_read_as_it_says(name: str, today: date | None) -> None:
    path: Path = SAMPLES / name
    expected = json.loads(path.with_suffix(".expected.json").read_text(encoding="utf-8"))

    (statement,) = read(path.read_bytes(), PROFILES, today=today)

    assert own_account_matches(statement.account, OURS)
    assert len(statement.remittances) == len(expected["transactions"])
    for one, said in zip(statement.remittances, expected["transactions"], strict=True):
        assert one.booked_on.isoformat() == said["booking_date"]
        assert one.amount == abs(said["amount"])
        assert (one.flow is Flow.DEBIT) == (said["amount"] < 0)
        assert one.payer == said["payer_raw"]
