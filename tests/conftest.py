"""Fixtures and rules that all rooms share.

A test marked `server` is skipped, visibly, where its server is not installed.  With
UKETSUKE_REQUIRE_SERVERS=1 (the CI) such a skip is a failure: a suite that silently tests less than
it says is worse than a red one.

Hypothesis has two profiles, chosen by HYPOTHESIS_PROFILE: `default` for a desk, and `ci`, which
tries more and always the same, so that a failure there can be repeated here.
"""

from __future__ import annotations

import os
from collections.abc import Generator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from pipeline.config import load_rules
from pipeline.domain.rules import Rules

ROOT = Path(__file__).parent.parent

# No deadline: no test asserts on time, and a busy machine is no fault of the code.
settings.register_profile("default", deadline=None, max_examples=50)
settings.register_profile(
    "ci",
    deadline=None,
    max_examples=200,
    derandomize=True,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))


@pytest.fixture(scope="session")
def rules() -> Rules:
    """The rules as they are shipped."""
    return load_rules(ROOT / "rules" / "r7-kenkyu-kyogikai")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Fail a skipped server test where servers are required."""
    del call
    report = yield
    required = os.environ.get("UKETSUKE_REQUIRE_SERVERS") == "1"
    skipped = report.skipped and not hasattr(report, "wasxfail")  # an expected failure ran
    if required and skipped and item.get_closest_marker("server") is not None:
        report.outcome = "failed"
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        report.longrepr = f"a server is required here (UKETSUKE_REQUIRE_SERVERS=1): {reason}"
    return report
