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
from itertools import takewhile
from pathlib import Path
from threading import Lock
from typing import Any

from tests.faults.points import is_death

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
    last: str = ""
    """The fault that this life met last."""
    _told_of: int = 0

    def start(self) -> None:
        """Begin the next life."""
        for name in ("told", "passed"):
            (self.folder / name).unlink(missing_ok=True)
        self.last, self._told_of = "", 0
        self.arm(self.armed)
        order = {"environ": self.environ, "terminal": str(self.folder / "terminal")}
        self.pid = self.zygote.ask("start", json.dumps(order))

    def arm(self, faults: Sequence[str]) -> None:
        """From now on these; also for the life that it has."""
        self.armed = list(faults)
        fresh = self.folder / "fault.new"
        fresh.write_text(" ".join(self.armed), "ascii")
        fresh.replace(self.folder / "fault")

    def met(self) -> list[str]:
        """The faults of this life that were not told of yet; it is to meet them no more.

        The one that it dies of is told when it is gone.
        """
        path = self.folder / "passed"
        names = path.read_text("ascii").split() if path.exists() else []
        fresh = names[self._told_of :]
        if self.pid is not None:
            fresh = list(takewhile(lambda name: not is_death(name), fresh))
        self._told_of += len(fresh)
        self.last = (fresh or [self.last])[-1]
        for name in fresh:
            self.armed.remove(next(x for x in self.armed if x.partition(":")[0] == name))
        return fresh

    def gone(self) -> int | None:
        """Its exit code; None while it lives."""
        code = self.zygote.ask("gone", self.pid)
        if code is not None:
            self.pid = None
        return code

    def verb(self, *words: str) -> str:
        """What an operator's verb prints; the verb knows nothing of faults."""
        environ = {k: v for k, v in self.environ.items() if not k.startswith("UKETSUKE_FAULT")}
        said = self.folder / "said"
        said.unlink(missing_ok=True)
        order = {"environ": environ, "terminal": str(said), "verb": words}
        code = self.zygote.ask("verb", json.dumps(order))
        text = said.read_text("utf-8")
        if code:
            raise AssertionError(f"{words} ended with {code}: {text}")
        return text

    def end(self, word: str) -> int | None:
        """kill or term; its exit code."""
        if self.pid is None:
            return None
        pid, self.pid = self.pid, None
        return self.zygote.ask(word, pid)

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
