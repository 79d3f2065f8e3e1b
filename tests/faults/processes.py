"""Daemons as processes: forked by one that has loaded everything, killed, ended and started again.

Law of this file: it knows nothing of seasons.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import Any

ROOT = Path(__file__).parent.parent.parent


class Zygote:
    """The process that forks daemons."""

    def __init__(self) -> None:
        environ = {k: v for k, v in os.environ.items() if not k.startswith("UKETSUKE_")}
        self._lock = Lock()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.daemon"],
            cwd=ROOT,
            env=environ,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def ask(self, word: str, what: object) -> int | None:
        """One order, and its answer."""
        stdin, stdout = self._process.stdin, self._process.stdout
        assert stdin is not None
        assert stdout is not None
        with self._lock:
            stdin.write(f"{word} {what}\n")
            stdin.flush()
            answer = stdout.readline().strip()
        return None if answer == "None" else int(answer)

    def close(self) -> None:
        """No more daemons."""
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()
        self._process.wait(30)


@contextmanager
def running_zygote() -> Iterator[Zygote]:
    """One, for many seasons."""
    zygote = Zygote()
    try:
        yield zygote
    finally:
        zygote.close()


@dataclass
class Daemon:
    """One daemon of an office, across its deaths."""

    zygote: Zygote
    environ: dict[str, str]
    folder: Path
    armed: list[str] = field(default_factory=list)
    """What it is to die of in this phase; the first that it comes to ends this life."""
    pid: int | None = None

    def start(self) -> None:
        """Begin the next life."""
        for name in ("told", "passed"):
            (self.folder / name).unlink(missing_ok=True)
        self.arm(self.armed)
        order = {"environ": self.environ, "terminal": str(self.folder / "terminal")}
        self.pid = self.zygote.ask("start", json.dumps(order))

    def arm(self, faults: Sequence[str]) -> None:
        """From now on these; also for the life that it has."""
        self.armed = list(faults)
        fresh = self.folder / "fault.new"
        fresh.write_text(" ".join(self.armed), "ascii")
        fresh.replace(self.folder / "fault")

    def gone(self) -> int | None:
        """Its exit code; None while it lives."""
        code = self.zygote.ask("gone", self.pid)
        if code is not None:
            self.pid = None
        return code

    def end(self, word: str) -> int | None:
        """kill or term; its exit code."""
        if self.pid is None:
            return None
        pid, self.pid = self.pid, None
        return self.zygote.ask(word, pid)

    def passed(self) -> list[str]:
        """The faults that this life has met."""
        path = self.folder / "passed"
        return path.read_text("ascii").split() if path.exists() else []

    def told(self) -> dict[str, Any]:
        """What its workers say of themselves."""
        path = self.folder / "told"
        return json.loads(path.read_text("ascii")) if path.exists() else {}

    def recovered(self) -> float:
        """When it last began to look for letters of daemons that are gone."""
        path = self.folder / "recovered"
        return float((path.read_text("ascii") if path.exists() else "") or 0)

    def terminal(self) -> str:
        """The end of what it said."""
        path = self.folder / "terminal"
        return path.read_text("utf-8", "replace")[-4000:] if path.exists() else ""
