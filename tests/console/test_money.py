"""Money that waits for a person: listed, shown, decided about, and undone."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from pipeline.rehearsal.statements import Period, Transfer, zengin_01
from tests.console.conftest import House, Typing

OPENING = date(2026, 2, 2)
WHY = ("--why", "by telephone")


@pytest.fixture
def reference(house: House) -> str:
    """Somebody who owes 1,000 yen."""
    return house.apply("見本 一", "one@example.jp")


def arrives(
    typed: Typing, folder: Path, payer: str, amount: int = 1000, day: date = OPENING
) -> int:
    """The bank tells of a transfer; its number."""
    path = folder / "statement.txt"
    transfer = Transfer(1, OPENING, OPENING, amount, payer)
    path.write_bytes(zengin_01([transfer], Period(OPENING, OPENING, OPENING)))
    typed("payments", "import", str(path))
    number: int = typed.json("payments", "unmatched", "--all")[-1]["id"]
    return number


def state(typed: Typing, reference: str) -> str:
    found: str = typed.json("application", "show", reference)["state"]
    return found


def test_money_without_a_number_is_listed_with_those_whose_it_may_be(
    typed: Typing, reference: str, tmp_path: Path
) -> None:
    number = arrives(typed, tmp_path, "ﾐﾎﾝ")

    (waiting,) = typed.json("payments", "unmatched")

    assert (waiting["id"], waiting["amount"], waiting["status"]) == (number, 1000, "open")
    assert waiting["references"] == [reference]
    assert reference in typed("payments", "unmatched").stdout


def test_an_assignment_pays_and_its_reversal_takes_it_back(
    typed: Typing, reference: str, tmp_path: Path
) -> None:
    number = str(arrives(typed, tmp_path, "ﾐﾎﾝ"))

    typed("payments", "assign", number, reference, *WHY)
    assert state(typed, reference) == "paid"
    assert typed.json("payments", "unmatched") == []

    typed("payments", "reverse", number, *WHY)
    assert state(typed, reference) == "awaiting_payment"
    shown = typed.json("payments", "show", number)
    assert [one["act"] for one in shown["acts"]] == ["assigned", "reversed"]
    assert shown["credited"] == {}
    assert "by telephone" in typed("payments", "show", number).stdout


def test_one_transfer_is_divided_between_several(
    typed: Typing, house: House, reference: str, tmp_path: Path
) -> None:
    other = house.apply("見本 二", "two@example.jp")
    number = str(arrives(typed, tmp_path, "ﾌｸ)ﾐﾎﾝｼｼﾔｶｲﾌｸｼｷﾖｳｷﾞｶｲ", amount=2000))

    assert "needs its yen" in typed.wrong("payments", "assign", number, reference, other, *WHY)
    typed("payments", "assign", number, f"{reference}=1000", f"{other}=１，０００円", *WHY)

    assert {state(typed, reference), state(typed, other)} == {"paid"}


def test_a_short_payment_can_be_let_count_as_it_is(
    typed: Typing, reference: str, tmp_path: Path
) -> None:
    number = str(arrives(typed, tmp_path, f"{reference} ﾐﾎﾝ", amount=670))
    assert state(typed, reference) == "awaiting_payment"

    typed("payments", "accept", number, *WHY)

    assert state(typed, reference) == "paid"


def test_what_is_not_ours_is_dismissed_and_what_is_too_much_goes_back(
    typed: Typing, tmp_path: Path
) -> None:
    number = str(arrives(typed, tmp_path, "ﾀﾞﾚｶ ﾉ ｵｶﾈ"))

    typed("payments", "dismiss", number, *WHY)
    assert typed.json("payments", "unmatched") == []

    typed("payments", "reverse", number, *WHY)
    typed("payments", "refund", number, *WHY)
    assert typed.json("payments", "show", number)["status"] == "refunded"


def test_what_cannot_be_done_is_said_in_one_line(
    typed: Typing, reference: str, tmp_path: Path
) -> None:
    number = str(arrives(typed, tmp_path, "ﾐﾎﾝ"))

    assert "no money of the number 99" in typed.wrong("payments", "show", "99")
    assert "no money of the number 99" in typed.wrong("payments", "assign", "99", reference, *WHY)
    assert "--why" in typed.wrong("payments", "dismiss", number)
    assert "only 1000 yen" in typed.wrong(
        "payments", "assign", number, f"{reference}=5000", *WHY, code=1
    )
