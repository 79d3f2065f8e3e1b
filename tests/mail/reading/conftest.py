"""Fixtures for the tests of reading: who we are, and the events' rules."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from pipeline.domain.rules import Rules
from pipeline.mail.own import Own
from pipeline.mail.reading import Reading, read
from tests.mail.reading.office import OWN


@pytest.fixture(scope="session")
def own() -> Own:
    """An office at example.jp."""
    return OWN


@pytest.fixture(scope="session")
def reader(rules: Rules, own: Own) -> Callable[[bytes], Reading]:
    """Reads a mail for that office."""

    def read_one(raw: bytes) -> Reading:
        return read(raw, rules, own)

    return read_one
