"""The table of exit codes in docs/operations.md, where a shell must see it: the daemon's."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.docs.reading import ROOT, document


def environment(folder: Path) -> dict[str, str]:
    environ = {k: v for k, v in os.environ.items() if not k.startswith("UKETSUKE_")}
    return environ | {"UKETSUKE_VAR": str(folder)}


def run(folder: Path, **settings: str) -> subprocess.CompletedProcess[str]:
    environ = environment(folder)
    environ |= {f"UKETSUKE_{name}": value for name, value in settings.items()}
    return subprocess.run(
        [sys.executable, "main.py", "run"],
        cwd=ROOT,
        env=environ,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def no_database(folder: Path) -> str:
    path = folder / "letter.txt"
    path.write_text("This is no database. " * 200, encoding="utf-8")
    return f"sqlite:///{path}"


def test_a_daemon_whose_store_cannot_be_opened_says_so_in_one_line(tmp_path: Path) -> None:
    ended = run(tmp_path, SANDBOX__DATABASE_URL=no_database(tmp_path))

    assert ended.returncode == 2
    assert "Traceback" not in ended.stderr
    assert len(ended.stderr.splitlines()) == 1
    assert "the store cannot be opened |" in document("docs/operations.md").text


def test_a_database_server_that_is_not_there_yet_is_waited_for(tmp_path: Path) -> None:
    environ = environment(tmp_path) | {
        "UKETSUKE_SANDBOX__DATABASE_URL": "postgresql+psycopg://nobody@127.0.0.1:1/nothing"
    }
    with subprocess.Popen(
        [sys.executable, "main.py", "run"],
        cwd=ROOT,
        env=environ,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    ) as waiting:
        assert waiting.stderr is not None
        line = waiting.stderr.readline()
        assert waiting.poll() is None
        waiting.kill()

    assert "trying again in 5 s" in line


def test_a_daemon_with_wrong_settings_says_all_of_them(tmp_path: Path) -> None:
    ended = run(tmp_path, IMAP__HOST="mail.example.jp")

    assert ended.returncode == 2
    assert len(ended.stderr.splitlines()) > 3
    assert "Traceback" not in ended.stderr
