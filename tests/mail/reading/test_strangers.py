"""Real mails of the world: each gets a verdict, and no machine an answer."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.mail.reading import Kind, Reading

CORPORA = Path(__file__).parents[4] / "shared" / "corpora"
INDEX = CORPORA / "INDEX.tsv"
LISTED = (
    [tuple(line.split("\t")) for line in INDEX.read_text("utf-8").splitlines()[1:]]
    if INDEX.is_file()
    else []
)
NO_MACHINES = {"is-not-bounce-01.eml", "is-not-bounce-02.eml"}
"""Listed among the bounces because they are none."""


def test_there_are_corpora() -> None:
    if not INDEX.is_file():
        pytest.skip("the corpora of real mails do not lie beside the project")
    assert len(LISTED) > 400


@pytest.mark.timeout(10)
@pytest.mark.parametrize("name", [name for name, _ in LISTED])
def test_every_mail_gets_a_verdict(name: str, reader: Callable[[bytes], Reading]) -> None:
    reading = reader((CORPORA / name).read_bytes())

    assert reading.why
    assert (reading.bounce is not None) == (reading.kind is Kind.BOUNCE)


@pytest.mark.parametrize(
    "name",
    [
        name
        for name, category in LISTED
        if {"bounce", "autoreply"} & set(category.split(",")) and Path(name).name not in NO_MACHINES
    ],
)
def test_returned_and_automatic_mail_is_never_answered(
    name: str, reader: Callable[[bytes], Reading]
) -> None:
    assert not reader((CORPORA / name).read_bytes()).answer


def test_nearly_all_bounces_are_known_as_such(reader: Callable[[bytes], Reading]) -> None:
    names = [n for n, c in LISTED if "bounce" in c.split(",") and Path(n).name not in NO_MACHINES]
    if not names:
        pytest.skip("the corpora of real mails do not lie beside the project")
    readings = [reader((CORPORA / name).read_bytes()) for name in names]
    known = [r for r in readings if r.kind is Kind.BOUNCE]

    assert len(known) >= 0.98 * len(names)
    assert sum(r.bounce is not None and r.bounce.address != "" for r in known) == len(known)
