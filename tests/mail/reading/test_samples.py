"""The twelve sample mails, with what is expected of them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pipeline.mail.reading import Reading, as_json

SAMPLES = Path(__file__).parents[4] / "shared" / "samples" / "mail"
FILES = sorted(SAMPLES.glob("*.eml"))
FOR_A_PERSON = {"010_xlsx_list_3_participants"}
"""The list of people is in a spreadsheet, which is not read yet."""


def expectation(file: Path) -> dict[str, Any]:
    """What stands beside a sample."""
    loaded = json.loads(file.with_suffix(".expected.json").read_text("utf-8"))
    expected: dict[str, Any] = loaded["expected"]
    return expected


def test_there_are_samples() -> None:
    if not SAMPLES.is_dir():
        pytest.skip("the sample mails do not lie beside the project")
    assert FILES


@pytest.mark.parametrize("file", [f for f in FILES if f.stem not in FOR_A_PERSON], ids=str)
def test_a_sample_is_read_as_expected(file: Path, reader: Callable[[bytes], Reading]) -> None:
    expected = expectation(file)

    shown = as_json(reader(file.read_bytes()), file.name)

    assert shown["kind"] in expected["acceptable_classifications"]
    assert len(shown["participants"]) == len(expected["participants"])
    for person, wanted in zip(shown["participants"], expected["participants"], strict=True):
        for name, value in person.items():
            assert value in wanted.get(f"{name}_any", [wanted[name]]), name
    for ours, theirs in (("missing", "missing_fields"), ("also", "sub_intents"),
                         ("reply_to", "reply_to"), ("subject", "decoded_subject"),
                         ("answer", "reply_expected")):  # fmt: skip
        assert shown[ours] == expected.get(theirs, shown[ours])


@pytest.mark.parametrize("file", [f for f in FILES if f.stem in FOR_A_PERSON], ids=str)
def test_a_sample_that_is_out_of_reach_goes_to_a_person(
    file: Path, reader: Callable[[bytes], Reading]
) -> None:
    reading = reader(file.read_bytes())

    assert reading.kind == "application_needs_review"
    assert reading.participants == ()
    assert reading.also == tuple(expectation(file)["sub_intents"])


@pytest.mark.parametrize(
    "file", [f for f in FILES if "bounced_recipient" in expectation(f)], ids=str
)
def test_a_bounce_names_its_address(file: Path, reader: Callable[[bytes], Reading]) -> None:
    expected = expectation(file)
    bounce = reader(file.read_bytes()).bounce

    assert bounce is not None
    assert (bounce.address, bounce.permanent) == (
        expected["bounced_recipient"],
        expected["permanent"],
    )
