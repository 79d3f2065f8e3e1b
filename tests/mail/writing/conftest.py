"""Fixtures for the tests of our letters."""

from __future__ import annotations

import pytest

from pipeline.domain.rules import Rules
from tests.mail.writing.season import Desk, desk


@pytest.fixture(scope="session")
def office(rules: Rules) -> Desk:
    """The desk of the shipped event."""
    return desk(rules)
