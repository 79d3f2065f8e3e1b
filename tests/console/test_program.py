"""The program as it is started from a shell."""

import json
import os
import signal
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import pytest

from pipeline.clock import TOKYO
from pipeline.log import FILE, LogFile

ROOT = Path(__file__).parents[2]
HEAVY = (
    "alembic", "apscheduler", "imapclient", "jinja2", "openpyxl", "pydantic", "pymap", "sqlalchemy",
    "structlog",
)  # fmt: skip


def test_help_is_quick_because_nothing_heavy_is_imported() -> None:
    code = "import sys, main; print(*(name for name in sys.argv[1:] if name in sys.modules))"

    told = subprocess.run(
        [sys.executable, "-c", code, *HEAVY], cwd=ROOT, capture_output=True, text=True, check=True
    )

    assert told.stdout.split() == []


def _heed_ctrl_c() -> None:
    """A test run in the background hands its deafness to Ctrl-C on to its children."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


def test_the_log_is_followed_until_the_operator_ends_it(tmp_path: Path) -> None:
    log = LogFile(tmp_path / "log" / FILE, max_bytes=10_000, backups=1)
    environ = {**os.environ, "UKETSUKE_VAR": str(tmp_path)}
    command = [sys.executable, "main.py", "log", "--follow", "--json", "--since", "2026-02-01"]
    with subprocess.Popen(
        command,
        cwd=ROOT,
        env=environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=_heed_ctrl_c,  # noqa: PLW1509 - it takes no lock
    ) as following:
        assert following.stdout is not None
        assert following.stderr is not None
        for what in ("first", "second"):
            at = datetime(2026, 2, 2, 9, tzinfo=TOKYO).isoformat()
            log.write(json.dumps({"at": at, "level": "unit", "what": what}))
            assert json.loads(following.stdout.readline())["what"] == what
        following.send_signal(signal.SIGINT)
        assert following.wait(30) == 130
        assert "Traceback" not in following.stderr.read()
    log.close()


@pytest.mark.parametrize("verb", ["status", "application list"])
def test_a_reader_that_hangs_up_is_no_error(verb: str, tmp_path: Path) -> None:
    environ = {**os.environ, "UKETSUKE_VAR": str(tmp_path)}
    reading, writing = os.pipe()
    os.close(reading)

    told = subprocess.run(
        [sys.executable, "main.py", *verb.split()],
        cwd=ROOT,
        env=environ,
        stdout=writing,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )

    os.close(writing)
    assert told.stderr == ""


def test_a_terminal_that_cannot_show_japanese_shows_marks_instead(tmp_path: Path) -> None:
    environ = {**os.environ, "UKETSUKE_VAR": str(tmp_path), "PYTHONIOENCODING": "ascii"}

    told = subprocess.run(
        [sys.executable, "main.py", "status"],
        cwd=ROOT,
        env=environ,
        capture_output=True,
        text=True,
        check=False,
    )

    assert told.returncode == 1
    assert "Traceback" not in told.stderr
    assert "0 of 500 taken" in told.stdout
