"""Compares what is shown of a mail with what stands in its expected.json.

One law for the samples beside the project and for our own corpus: names, readings, offices and
addresses agree letter by letter; where several answers are right, `<field>_any` lists them.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

FIELDS = (
    "name", "name_kana", "organization", "department", "position", "prefecture", "email", "phone",
    "category",
)  # fmt: skip
MACHINE = frozenset({"auto_reply", "bounce"})


def expectation(file: Path) -> dict[str, Any]:
    """What stands beside a mail."""
    loaded: dict[str, Any] = json.loads(
        file.with_name(f"{file.stem}.expected.json").read_text("utf-8")
    )
    expected: dict[str, Any] = loaded["expected"]
    return expected


def differences(expected: Mapping[str, Any], shown: Mapping[str, Any]) -> list[str]:
    """One line for each thing that is not as expected; none: it is read rightly."""
    return [
        *_kind(expected, shown),
        *_people(expected, shown),
        *_plain(expected, shown),
        *_lists(expected, shown),
        *_payment(expected, shown),
        *_bounce(expected, shown),
        *_never(expected, shown),
    ]


def _told(what: str, wanted: Any, got: Any) -> str:
    return f"{what}: expected {wanted!r}, came {got!r}"


def _kind(expected: Mapping[str, Any], shown: Mapping[str, Any]) -> list[str]:
    right = expected["acceptable_classifications"]
    return [] if shown["kind"] in right else [_told("kind", right, shown["kind"])]


def _people(expected: Mapping[str, Any], shown: Mapping[str, Any]) -> list[str]:
    if "participants" not in expected:
        return []
    wanted, got = expected["participants"], shown["participants"]
    if len(wanted) != len(got):
        names = [person["name"] for person in got]
        return [_told("participants", [person.get("name") for person in wanted], names)]
    return [
        _told(f"{number}.{field}", right, read[field])
        for number, (person, read) in enumerate(zip(wanted, got, strict=True), 1)
        for field in FIELDS
        if read[field] not in (right := rights(person, field, read[field]))
    ]


def rights(person: Mapping[str, Any], field: str, otherwise: Any) -> list[Any]:
    """All that is right in a field; what is `otherwise` where nothing is said of it."""
    right: list[Any] = person.get(f"{field}_any", [person.get(field, otherwise)])
    return right


PLAIN = (("reply_to", "reply_to"), ("subject", "decoded_subject"), ("answer", "reply_expected"))


def _plain(expected: Mapping[str, Any], shown: Mapping[str, Any]) -> list[str]:
    flat = dict(shown) | {f"sender {key}": value for key, value in shown["sender"].items()}
    names = (*PLAIN, ("sender name", "decoded_from_name"), ("sender address", "from_address"))
    out = []
    for ours, theirs in names:
        right = expected.get(f"{theirs}_any", [expected.get(theirs, flat[ours])])
        if theirs == "decoded_from_name":
            same = _one_space(flat[ours]) in [_one_space(value) for value in right]
        else:
            same = flat[ours] in right
        if not same:
            out.append(_told(ours, right, flat[ours]))
    return out


def _one_space(text: str) -> str:
    """Names in a header are compared with one space for any."""
    return " ".join(text.split())


def _lists(expected: Mapping[str, Any], shown: Mapping[str, Any]) -> list[str]:
    out = []
    missing = [sorted(one) for one in expected.get("missing_fields_any", [])]
    missing = missing or [sorted(expected.get("missing_fields", shown["missing"]))]
    if sorted(shown["missing"]) not in missing:
        out.append(_told("missing", missing, shown["missing"]))
    also = set(expected.get("sub_intents", shown["also"]))
    allowed = also | set(expected.get("sub_intents_allowed", []))
    if not also <= set(shown["also"]) <= allowed:
        out.append(_told("also", sorted(also), shown["also"]))
    names = [one["filename"] for one in expected.get("attachments", [])]
    if names and names != list(shown["attachments"]):
        out.append(_told("attachments", names, shown["attachments"]))
    problems = expected.get("problems", shown["problems"])
    if problems != list(shown["problems"]):
        out.append(_told("problems", problems, shown["problems"]))
    numbers = expected.get("reference_numbers", [])
    if len(numbers) == 1 and shown["reference"] != numbers[0]:
        out.append(_told("reference", numbers, shown["reference"]))
    return out


PAYMENT = {
    "claimed_amount": "amount",
    "claimed_payment_date": "paid_at",
    "claimed_payer_name": "payer_name_kana",
    "notice_type": "notice_type",
    "provider_id": "provider_id",
    "channel": "channel",
}


def _payment(expected: Mapping[str, Any], shown: Mapping[str, Any]) -> list[str]:
    wanted = {ours: expected[theirs] for theirs, ours in PAYMENT.items() if theirs in expected}
    if not wanted:
        return []
    payment = shown["payment"]
    if payment is None:
        return [_told("payment", wanted, None)]
    out = []
    for name, value in wanted.items():
        got = payment[name]
        right = str(got)[:10] == value if name == "paid_at" else _folded(got) == _folded(value)
        if not right:
            out.append(_told(f"payment {name}", value, got))
    return out


def _folded(value: Any) -> Any:
    """Brackets and spaces in a payer's name may have either width."""
    if not isinstance(value, str):
        return value
    return _one_space(value).replace("(", "（").replace(")", "）")


def _bounce(expected: Mapping[str, Any], shown: Mapping[str, Any]) -> list[str]:
    if "bounced_recipient" not in expected:
        return []
    got = shown.get("bounce") or {}
    names = ("bounced_recipient", "permanent")
    return [
        _told(name, expected[name], got.get(name))
        for name in names
        if name in expected and got.get(name) != expected[name]
    ]


def _never(expected: Mapping[str, Any], shown: Mapping[str, Any]) -> list[str]:
    """What must not happen, as far as the reading shows it."""
    out = []
    for rule in expected.get("must_not", []):
        word, _, rest = rule.partition(" ")
        name = rest.replace(" ", "")
        people = [(person["name"] or "").replace(" ", "") for person in shown["participants"]]
        broken = (
            (rule == "reply" and shown["answer"])
            or (
                rule.startswith("reply to ") and shown["reply_to"] == rule.removeprefix("reply to ")
            )
            or (word == "participant" and name in people)
            or (rule.startswith("mark as paid") and shown["kind"] == "payment_notice")
        )
        if broken:
            out.append(f"must not: {rule}")
    return out
