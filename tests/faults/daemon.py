"""The real daemon as a process of its own, with fault points around its steps and a hand clock.

    python -m tests.faults.daemon          waits for orders, and forks a daemon for each

Law of this file: what serves is `main.run`, unchanged.  Around it: the points of `inject`; event
time that stands where the harness has put it (a file, read at every question); loops that wait for
milliseconds where the real ones wait for seconds; and a file in which the workers say that they
have found nothing to do, so that the harness waits for a condition and never for a while.

Loading the libraries takes seconds and is no part of what is tried, so one process loads them once
and forks.  An order is a line of JSON, the environment of one daemon; it is answered with its
process id.  "kill PID" and "term PID" end one, and are answered with its exit code, as is an
operator's verb.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import signal
import sys
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import alembic
import typer

import main
from pipeline.clock import TOKYO, machine_seconds
from pipeline.config import Config, load_rules
from pipeline.console.cli import app
from pipeline.console.opening import start_clock
from pipeline.daemon import loops, serving
from pipeline.domain.rules import Rules
from pipeline.mail.templates import Library
from pipeline.rehearsal import visitors
from pipeline.store import migrations, outbox
from pipeline.store.database import Database
from pipeline.workers.bank_folder import import_next
from pipeline.workers.process import process_next
from pipeline.workers.reader import ReaderHere
from pipeline.workers.receive import Receiver
from pipeline.workers.remind import remind_next
from pipeline.workers.send import Sender
from tests.faults import inject, sabotage
from tests.faults.swap import swap

WAIT = 0.02
"""Seconds after which a worker looks again."""
_LOADED = (alembic, migrations, visitors)
"""What the program loads when it is needed: here before the fork."""
GONE_AFTER = 1.0
"""Seconds after which a daemon that does not beat is gone, for those who share a store."""
_TWICE = 2
_PR_SET_PDEATHSIG = 1


class FileClock:
    """Event time is what the file says; with each setting the harness counts one round on."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._last = ""
        self._read: tuple[int, datetime] = (0, datetime.min.replace(tzinfo=TOKYO))

    def read(self) -> tuple[int, datetime]:
        """The round, and the time."""
        text = self._path.read_text("ascii")
        with self._lock:
            if text != self._last:
                number, _, when = text.partition(" ")
                self._read = int(number), datetime.fromisoformat(when).astimezone(TOKYO)
                self._last = text
            return self._read

    def now(self) -> datetime:
        """Where the harness has put it."""
        return self.read()[1]

    def arrival(self, server_time: datetime) -> datetime:
        """When the mail is taken in."""
        del server_time
        return self.now()


class Told:
    """What each worker has done, and in which round it last found nothing to do."""

    def __init__(self, path: Path, clock: FileClock) -> None:
        self._path = path
        self._clock = clock
        self._lock = threading.Lock()
        self._work = 0
        self._idle: dict[str, tuple[int, int, int]] = {}
        """Round, work and times: so often nothing was found since both were so."""

    def following(self, step: Callable[..., bool]) -> Callable[..., bool]:
        """The step, with its outcome noted."""

        def followed(*args: Any) -> bool:
            name, since = threading.current_thread().name, (self._clock.read()[0], self._work)
            try:
                did = step(*args)
            except BaseException:
                self.did()
                raise
            if did:
                self.did()
            else:
                self._found_nothing(name, since)
            return did

        return followed

    def did(self) -> None:
        """Something was done, and may be work for the others."""
        with self._lock:
            self._work += 1
            self._write()

    def _found_nothing(self, name: str, since: tuple[int, int]) -> None:
        with self._lock:
            number, work, times = self._idle.get(name, (0, 0, 0))
            times = times + 1 if (number, work) == since else 1
            self._idle[name] = (*since, times)
            if times <= _TWICE:
                self._write()

    def _write(self) -> None:
        fresh = self._path.with_suffix(".new")
        fresh.write_text(json.dumps({"work": self._work, "idle": self._idle}), "ascii")
        fresh.replace(self._path)


def serve() -> None:
    """One daemon, told by its environment what it is."""
    # The real settings refuse a name that they do not know: ours are taken out before.
    asked = {k: os.environ.pop(k) for k in list(os.environ) if k.startswith("UKETSUKE_FAULT")}
    told = Path(asked["UKETSUKE_FAULT_FOLDER"])
    clock = FileClock(Path(asked["UKETSUKE_FAULT_CLOCK"]))
    notes = Told(told / "told", clock)
    follow = notes.following
    swap(Receiver, "receive_next", follow(Receiver.receive_next))
    swap(Sender, "send_next", follow(Sender.send_next))
    swap(loops, "process_next", follow(process_next))
    swap(loops, "remind_next", follow(remind_next))
    swap(loops, "import_next", follow(import_next))
    _hurry(asked["UKETSUKE_FAULT_NAME"])
    _tell_of_recovery(told / "recovered", notes)
    sabotage.apply(asked)
    inject.lay(inject.Armed(asked.get("UKETSUKE_FAULT", ""), told / "passed", told / "fault"))

    def started(config: Config, database: Database) -> FileClock:
        start_clock(config, database)
        return clock

    swap(serving, "start_clock", started)
    if asked["UKETSUKE_FAULT_READER"] == "here":
        swap(serving, "ReaderApart", _ReaderHere)
    main.run()


class _ReaderHere(ReaderHere):
    """Reads in the daemon itself, where reading is not what is tried."""

    def start(self) -> None:
        """Nothing to start."""


def _tell_of_recovery(path: Path, notes: Told) -> None:
    """When the letters of daemons that are gone were last looked for; what is found is work."""
    look, recover = loops.Daemon._recover, outbox.recover
    found: list[outbox.Recovered] = []

    def looked(self: loops.Daemon) -> None:
        begun = machine_seconds()
        look(self)
        # Said only now that it is committed: who looks from here on will see it.
        if found.pop():
            notes.did()
        path.write_text(str(begun), "ascii")

    def recovered(*args: Any, **more: Any) -> outbox.Recovered:
        found[:] = [recover(*args, **more)]
        return found[0]

    swap(loops.Daemon, "_recover", looked)
    swap(outbox, "recover", recovered)


def _hurry(name: str) -> None:
    """Loops that wait for milliseconds, and a name of this daemon's own."""
    swap(loops, "HEARTBEAT", GONE_AFTER / 4)
    swap(outbox, "GONE_AFTER", timedelta(seconds=GONE_AFTER))
    swap(loops, "IDLE_SLICE", WAIT)
    swap(loops, "POLL", WAIT)
    loops._FIRST_PAUSE, loops._LONGEST_PAUSE = WAIT, 1.0
    swap(loops.Daemon, "_name", property(lambda _: name))


# ---------------------------------------------------------------- forking


_LIBRARIES: dict[str, Library] = {}
"""Compiled letters by the digest of their rules."""


def _compile_once(environ: dict[str, str]) -> None:
    """Compiling the letters takes half of a daemon's start: here it is done once for all lives."""
    root = Path(environ["UKETSUKE_TEMPLATES"])
    for folder in Path(environ["UKETSUKE_RULES"]).iterdir():
        if (folder / "event.toml").exists():
            rules = load_rules(folder)
            if rules.digest not in _LIBRARIES:
                _LIBRARIES[rules.digest] = _LOAD(root, rules)


def _compiled(_: type[Library], root: Path, rules: Rules) -> Library:
    return _LIBRARIES.get(rules.digest) or _LOAD(root, rules)


_LOAD = Library.load


def _forked(environ: dict[str, str], terminal: str, serve: Callable[[], None]) -> int:
    child = os.fork()
    if child:
        return child
    code = 1
    try:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        # Whatever becomes of the harness, none of its daemons lives on (prctl(2)).
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        with Path(terminal).open("ab", buffering=0) as file:
            os.dup2(file.fileno(), 1)
            os.dup2(file.fileno(), 2)
        with Path(os.devnull).open("rb") as nothing:
            os.dup2(nothing.fileno(), 0)
        os.environ.clear()
        os.environ.update(environ)
        serve()
        code = 0
    except typer.Exit as ended:
        code = ended.exit_code
    except SystemExit as ended:
        code = int(ended.code or 0)
    except BaseException:  # noqa: BLE001 - whatever ends a daemon is told by its exit
        import traceback

        traceback.print_exc()
    finally:
        with contextlib.suppress(Exception):
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(code)


def _ended(pid: int) -> int:
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def _orders() -> None:
    """Fork, end and bury daemons as the harness says."""
    swap(Library, "load", classmethod(_compiled))
    seen: set[str] = set()
    for line in sys.stdin:
        word, _, rest = line.strip().partition(" ")
        answer: int | None
        if word == "start":
            order = json.loads(rest)
            if order["environ"]["UKETSUKE_RULES"] not in seen:
                seen.add(order["environ"]["UKETSUKE_RULES"])
                _compile_once(order["environ"])
            answer = _forked(order["environ"], order["terminal"], serve)
        elif word == "verb":
            order = json.loads(rest)
            verb = partial(app, order["verb"])
            answer = _ended(_forked(order["environ"], order["terminal"], verb))
        elif word == "gone":  # its code, or "None" while it lives
            pid, status = os.waitpid(int(rest), os.WNOHANG)
            answer = os.waitstatus_to_exitcode(status) if pid else None
        else:
            number = signal.SIGKILL if word == "kill" else signal.SIGTERM
            os.kill(int(rest), number)
            answer = _ended(int(rest))
        print(answer, flush=True)  # noqa: T201 - this is how it answers


if __name__ == "__main__":
    _orders()
