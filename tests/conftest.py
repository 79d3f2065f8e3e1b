"""Fixtures and rules that all rooms share."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.config import load_rules
from pipeline.domain.rules import Rules

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="session")
def rules() -> Rules:
    """The rules as they are shipped."""
    return load_rules(ROOT / "rules" / "r7-kenkyu-kyogikai")
