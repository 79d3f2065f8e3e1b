"""A claims file: strict about money, lenient about what it does not know."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from pipeline.console.claims_file import ClaimsFileError, claims_from_json, read_claims

ONE: dict[str, Any] = {
    "reg_no": "1001",
    "name": "工藤 太郎",
    "name_kana": "クドウ タロウ",
    "name_latin": "TARO KUDO",
    "organization": "こもれび",
    "organization_kana": None,
    "prefecture": "千葉県",
    "status": "awaiting_payment",
    "group": None,
    "amount_due": 1000,
}
WHOLE: dict[str, Any] = {
    "event_fee": 1000,
    "deadline": "2026-03-12",
    "timezone": "Asia/Tokyo",
    "registrations": [ONE, ONE | {"reg_no": 1002, "status": "paid"}],
}


def test_a_claims_file_is_a_ledger() -> None:
    read = claims_from_json(WHOLE)
    first, second = read.claims

    assert (read.fee, read.scheme, str(read.deadline)) == (1000, None, "2026-03-12")
    assert first.names == (("工藤 太郎", "クドウ タロウ"), ("TARO KUDO", None))
    assert (first.due, first.credited, first.pay_by) == (1000, 0, read.deadline)
    assert (second.reference, second.due, second.credited) == ("1002", 0, 1000)
    assert set(read.ledger().claims) == {"1001", "1002"}


def test_the_scheme_follows_the_reference_key() -> None:
    for said in ({"digits": 6, "check": "damm"}, {"digits": 6, "scheme": "damm", "note": "x"}):
        scheme = claims_from_json(WHOLE | {"reference": said}).scheme

        assert scheme is not None
        assert (scheme.digits, scheme.check) == (6, "damm")
    assert claims_from_json(WHOLE | {"reference": None}).scheme is None


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"amount_due": None}, "registrations.0.amount_due"),
        ({"amount_due": "1000"}, "registrations.0.amount_due"),
        ({"amount_due": 1000.5}, "registrations.0.amount_due"),
        ({"amount_due": True}, "registrations.0.amount_due"),
        ({"amount_due": -1}, "registrations.0.amount_due"),
        ({"reg_no": "A-1"}, "registrations.0.reg_no"),
        ({"reg_no": "1002"}, "reg_no 1002 stands there twice"),
        ({"status": None}, "registrations.0.status"),
        ({"pay_by": "soon"}, "registrations.0.pay_by"),
    ],
)
def test_a_claim_that_is_not_clear_refuses_the_file(change: dict[str, Any], said: str) -> None:
    whole = copy.deepcopy(WHOLE)
    whole["registrations"][0] |= change

    with pytest.raises(ClaimsFileError) as refused:
        claims_from_json(whole)

    assert said in str(refused.value)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("document", [None, [], "x", {}, {"event_fee": 1000}])
def test_another_document_is_refused(document: Any) -> None:
    with pytest.raises(ClaimsFileError):
        claims_from_json(document)


def test_an_amount_has_no_default() -> None:
    without = {key: value for key, value in ONE.items() if key != "amount_due"}

    with pytest.raises(ClaimsFileError, match="amount_due"):
        claims_from_json(WHOLE | {"registrations": [without]})


def test_the_file_is_named_in_what_is_wrong(tmp_path: Path) -> None:
    path = tmp_path / "claims.json"
    for wrong in (b"\xff\xfe", b"{", b"[]"):
        path.write_bytes(wrong)
        with pytest.raises(ClaimsFileError, match=r"claims\.json: "):
            read_claims(path)
    path.unlink()
    with pytest.raises(ClaimsFileError, match=r"claims\.json: No such file"):
        read_claims(path)


def test_a_byte_order_mark_is_no_fault(tmp_path: Path) -> None:
    path = tmp_path / "claims.json"
    path.write_text(json.dumps(WHOLE, ensure_ascii=False), "utf-8-sig")

    assert len(read_claims(path).claims) == 2
