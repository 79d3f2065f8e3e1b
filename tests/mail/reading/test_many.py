"""Mails put together at random, the same ones on every machine."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from pipeline.mail.reading import Reading
from tests.mail.reading.many import Result, readings, summary
from tests.mail.reading.office import shown
from tests.mail.reading.unread import UNREAD

SEED = 2026
COUNT = 300
SHARE = 0.97
"""At least so many are read exactly."""


@pytest.fixture(scope="module")
def results(reader: Callable[[bytes], Reading]) -> list[Result]:
    """Three hundred mails, read."""
    return list(readings(lambda raw: shown(reader(raw)), SEED, COUNT))


def test_mails_in_any_combination_are_read(results: list[Result]) -> None:
    exact = sum(not one.faults for one in results)

    assert exact >= SHARE * COUNT, "\n".join(summary(results))


def test_no_application_is_complete_with_somebody_else_in_it(results: list[Result]) -> None:
    complete = [one for one in results if one.shown["kind"] == "application"]
    wrong = [
        (one.drawn.number, one.faults)
        for one in complete
        if {person["name"] for person in one.shown["participants"]}
        != {person["name"] for person in one.drawn.expected.get("participants", [])}
    ]

    assert wrong == []


def test_no_mail_is_answered_that_is_expected_unanswered(results: list[Result]) -> None:
    answered = [
        one.drawn.traits
        for one in results
        if one.drawn.expected.get("reply_expected") is False
        and one.shown["answer"]
        and UNREAD.keys().isdisjoint(one.drawn.traits.values())
    ]

    assert answered == []
