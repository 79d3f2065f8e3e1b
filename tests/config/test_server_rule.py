"""The rule of the suite itself: where servers are required, a skipped server test is a failure."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
CASE = """
import pytest

@pytest.mark.server
def test_with_a_server() -> None:
    pytest.skip("dovecot is not installed")

def test_without_one() -> None:
    pytest.skip("only on other machines")

@pytest.mark.server
@pytest.mark.xfail
def test_known_to_fail() -> None:
    raise AssertionError
"""


@pytest.fixture
def suite(tmp_path: Path) -> Path:
    (tmp_path / "conftest.py").write_text(
        "from tests.conftest import pytest_runtest_makereport\n"
        "__all__ = ['pytest_runtest_makereport']\n"
    )
    (tmp_path / "pytest.ini").write_text("[pytest]\nmarkers = server: needs a server\n")
    (tmp_path / "test_case.py").write_text(CASE)
    return tmp_path


def run(suite: Path, **environ: str) -> subprocess.CompletedProcess[str]:
    known = {name: value for name, value in os.environ.items() if not name.startswith("UKETSUKE_")}
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-rs", "-p", "no:cacheprovider", str(suite)],
        cwd=suite,
        env={**known, "PYTHONPATH": str(ROOT), **environ},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_missing_server_is_a_visible_skip_on_a_desk(suite: Path) -> None:
    done = run(suite)

    assert done.returncode == 0
    assert "dovecot is not installed" in done.stdout


def test_a_missing_server_is_a_failure_where_servers_are_required(suite: Path) -> None:
    done = run(suite, UKETSUKE_REQUIRE_SERVERS="1")

    assert done.returncode == 1
    assert "a server is required here" in done.stdout
    assert "1 failed, 1 skipped, 1 xfailed" in done.stdout
