"""A bank's file by hand: tried out against claims, tried out against the store, taken in."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from pipeline.rehearsal.statements import Period, Transfer, rakuten_csv, zengin_01
from tests.console.conftest import House, Typing

OPENING = date(2026, 2, 2)
KEYS = [
    "seq", "booked_on", "value_date", "amount", "payer",
    "action", "references", "outcome", "reasons",
]  # fmt: skip


def transfer(payer: str, amount: int = 1000, number: int = 1) -> Transfer:
    return Transfer(number, OPENING, OPENING, amount, payer)


def statement(folder: Path, *transfers: Transfer) -> Path:
    path = folder / "statement.txt"
    path.write_bytes(zengin_01(transfers, Period(OPENING, OPENING, OPENING)))
    return path


@pytest.fixture
def claims(tmp_path: Path) -> Path:
    """Two people who owe, in numbers without a check digit."""
    people = [("1001", "高橋 太郎", "タカハシ タロウ"), ("1002", "山崎 花子", "ヤマザキ ハナコ")]
    registrations = [
        {
            "reg_no": number,
            "name": name,
            "name_kana": kana,
            "status": "awaiting_payment",
            "amount_due": 1000,
        }
        for number, name, kana in people
    ]
    path = tmp_path / "claims.json"
    ledger = {"event_fee": 1000, "deadline": "2026-03-12", "registrations": registrations}
    path.write_text(json.dumps(ledger), encoding="utf-8")
    return path


def lines(printed: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in printed.splitlines()]


# ---------------------------------------------------------------- against claims from a file


def test_each_transfer_is_a_line_with_the_designs_keys(
    typed: Typing, claims: Path, tmp_path: Path
) -> None:
    path = statement(tmp_path, transfer("1001 ﾀｶﾊｼ ﾀﾛｳ"), transfer("ﾔﾏｻﾞｷ ﾊﾅｺ", number=2))

    said = lines(typed(*_try(claims, path), "--json").stdout)

    assert [list(one) for one in said] == [KEYS, KEYS]
    assert (said[0]["action"], said[0]["references"]) == ("match", ["1001"])
    assert (said[1]["action"], said[1]["references"]) == ("review", ["1002"])
    assert said[0]["value_date"] == "2026-02-02"


def test_money_that_went_out_is_below_zero(typed: Typing, claims: Path, tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    raw = rakuten_csv([transfer("1001 タカハシ タロウ")], Period(OPENING, OPENING, OPENING, 5000))
    path.write_bytes(raw + "20260202,-330,5670,振込手数料\r\n".encode("cp932"))

    said = lines(typed(*_try(claims, path), "--json").stdout)

    assert [(one["amount"], one["action"]) for one in said] == [(1000, "match"), (-330, "ignore")]


def test_a_person_is_told_in_sentences_why_a_line_is_theirs(
    typed: Typing, claims: Path, tmp_path: Path
) -> None:
    said = typed(*_try(claims, statement(tmp_path, transfer("ﾔﾏｻﾞｷ ﾊﾅｺ")))).stdout

    assert "No reference" in said
    assert "1 lines: 0 matched (0 yen), 1 for a person" in said


def test_what_is_wrong_is_said_in_one_line(typed: Typing, claims: Path, tmp_path: Path) -> None:
    good = statement(tmp_path, transfer("1001 ﾀｶﾊｼ ﾀﾛｳ"))
    bad = tmp_path / "bad.txt"
    bad.write_bytes(good.read_bytes().replace(b"0000001000", b"0000009000", 1))
    nothing = tmp_path / "nothing"

    assert "bad.txt: line" in typed.wrong(*_try(claims, bad), "--json")
    assert "No such file" in typed.wrong(*_try(claims, nothing))
    assert "No such file" in typed.wrong(*_try(nothing, good))
    assert "--dry-run" in typed.wrong("payments", "import", "--claims", str(claims), str(good))


def _try(claims: Path, path: Path) -> tuple[str, ...]:
    return ("payments", "import", "--dry-run", "--claims", str(claims), str(path))


# ---------------------------------------------------------------- against the store


def test_a_dry_run_shows_what_the_import_does_and_changes_nothing(
    typed: Typing, house: House, tmp_path: Path
) -> None:
    reference = house.apply("見本 一", "one@example.jp")
    path = statement(tmp_path, transfer(f"{reference} ﾐﾎﾝ"))

    tried = lines(typed("payments", "import", "--dry-run", str(path), "--json").stdout)
    unpaid = typed.json("application", "show", reference)["state"]
    done = lines(typed("payments", "import", str(path), "--json").stdout)

    assert unpaid == "awaiting_payment"
    assert [one["action"] for one in tried] == [one["action"] for one in done] == ["match"]
    assert tried[0]["id"] is None
    assert typed.json("application", "show", reference)["state"] == "paid"


def test_the_same_file_again_tells_that_it_is_known(
    typed: Typing, house: House, tmp_path: Path
) -> None:
    reference = house.apply("見本 一", "one@example.jp")
    path = statement(tmp_path, transfer(f"{reference} ﾐﾎﾝ"))
    typed("payments", "import", str(path))

    said = typed("payments", "import", str(path)).stdout

    assert "1 lines were known already" in said
    assert typed.json("application", "show", reference)["credited"] == 1000
