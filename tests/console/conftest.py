"""An office with a few applications in it, and a hand that types verbs."""

from __future__ import annotations

import functools
import json
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import typer.main
import typer.testing
from typer.testing import CliRunner, Result

import main  # noqa: F401 - it adds the verbs run and rehearse
from pipeline.clock import RehearsalClock, Setting, machine_now
from pipeline.config import ROOT, Config, load
from pipeline.config.configuration import STORE
from pipeline.console.cli import app
from pipeline.console.opening import opened
from pipeline.domain.application import Participant
from pipeline.domain.events import Applied, Event
from pipeline.domain.rules import Rules
from pipeline.log import redaction
from pipeline.mail.templates import Library
from pipeline.store import inbox, outbox, settings
from pipeline.store.database import Database
from pipeline.store.inbox import Arrived
from pipeline.store.unit import Unit
from pipeline.workers import door
from pipeline.workers.office import Office

SLUG = "r7-kenkyu-kyogikai"


@dataclass
class Typing:
    """Types verbs on the command line of one installation."""

    environ: dict[str, str]
    runner: CliRunner = field(default_factory=CliRunner)

    def __call__(self, *args: str, code: int = 0) -> Result:
        """Type one command; it must end with this exit code, and never with a traceback."""
        result = self.runner.invoke(app, list(args), env=self.environ)
        assert result.exception is None or isinstance(result.exception, SystemExit), result.output
        assert result.exit_code == code, result.output
        return result

    def json(self, *args: str, code: int = 0) -> Any:
        """Type one command with --json; what it prints, read back."""
        return json.loads(self(*args, "--json", code=code).stdout)

    def wrong(self, *args: str, code: int = 2) -> str:
        """Type what cannot be done; the one line that says why."""
        result = self(*args, code=code)
        (line,) = result.stderr.splitlines()
        assert result.stdout == ""
        assert line.startswith("error: ")
        return line


@dataclass
class House:
    """One installation and its store, for putting things into it."""

    config: Config
    office: Office
    causes: int = 0

    def happen(self, event: Event, target: str | None = None) -> str:
        """Let something happen; the reference of the application it was about."""
        self.causes += 1
        served = self.office.events[SLUG]
        with self.office.database.write(served.lock) as connection:
            unit = Unit(connection, self.office.standings(), self.office.random)
            done = door.apply(
                self.office,
                unit,
                served,
                cause=f"mail:{self.causes}",
                target=target,
                event=event,
                now=self.office.clock.now(),
            )
            unit.flush()
        return done[0].reference or ""

    def apply(self, name: str, address: str, *, complete: bool = True, people: int = 1) -> str:
        """Somebody applies; the reference."""
        persons = tuple(
            Participant(
                number,
                name=f"{name}{number if number > 1 else ''}",
                name_kana="ミホン" if complete else None,
                organization="見本市社会福祉協議会",
                prefecture="東京都",
                email=address if number == 1 else f"{number}.{address}",
                phone="03-0000-0000",
                category="sc",
            )
            for number in range(1, people + 1)
        )
        now = self.office.clock.now()
        return self.happen(
            Applied(arrived_at=now, sender=address, sender_name=name, participants=persons)
        )

    def receive(self, raw: bytes, uid: int = 1) -> None:
        """A mail is taken in, and not read yet."""
        mail = Arrived(
            account="sandbox",
            folder="INBOX",
            uidvalidity=1,
            uid=uid,
            event=SLUG,
            raw=raw,
            received_at=self.office.clock.now(),
            digest=str(hash(raw)),
            message_id=f"<{uid}@example.jp>",
        )
        with self.office.database.write() as connection:
            inbox.keep(connection, [mail])

    def everything_leaves(self) -> None:
        """The daemon's sender has got rid of every letter that may leave."""
        database, now = self.office.database, self.office.clock.now()
        letters = outbox.claim(database, now, 100, "daemon")
        with database.write() as connection:
            sent = [outbox.Settled(one.id, "sent", None, None, now) for one in letters]
            outbox.settle(connection, sent, by="daemon")

    def it_is(self, when: str) -> None:
        """Put the office's clock to a local time, where it stands still."""
        setting = Setting(datetime.fromisoformat(f"{when}+09:00"), machine_now(), 0.0)
        with self.office.database.write() as connection:
            settings.keep_clock(connection, setting)
        self.office = replace(self.office, clock=RehearsalClock(setting))

    @property
    def secrets(self) -> dict[str, str]:
        """The sandbox's made-up ID, password and link."""
        return dict(self.config.access(SLUG)().values)


@pytest.fixture(autouse=True)
def made_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make once for all these tests what every start of the program makes: verbs and letters."""
    monkeypatch.setattr(Library, "load", _compiled)
    monkeypatch.setattr(typer.testing, "_get_command", _command)


@pytest.fixture(autouse=True)
def nothing_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    """What one test hides from the log is not hidden from the next."""
    monkeypatch.setattr(redaction, "_forms", ())


@functools.cache
def _compiled(root: Path, rules: Rules) -> Library:
    return _LOAD(root, rules)


_command = functools.cache(typer.main.get_command)
_LOAD = Library.load


@pytest.fixture(scope="session")
def empty_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with all its tables and nothing in them, to be copied."""
    path = tmp_path_factory.mktemp("store") / "empty.sqlite3"
    database = Database(f"sqlite:///{path}")
    database.migrate()
    database.close()
    return path


@pytest.fixture
def environ(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, empty_store: Path) -> dict[str, str]:
    """The environment of an installation of its own, with nothing configured."""
    monkeypatch.delenv("COLUMNS", raising=False)
    home = tmp_path / "var" / "sandbox"
    home.mkdir(parents=True)
    shutil.copy(empty_store, home / STORE)
    return {"UKETSUKE_VAR": str(tmp_path / "var"), "LOGNAME": "tanaka"}


@pytest.fixture
def typed(environ: dict[str, str]) -> Typing:
    """Types verbs."""
    return Typing(environ)


@pytest.fixture
def house(environ: dict[str, str]) -> Iterator[House]:
    """The installation, open."""
    config = load(environ, dotenv=False)
    with opened(config) as office:
        yield House(config, office)


@pytest.fixture
def single_seat(environ: dict[str, str], tmp_path: Path) -> None:
    """Rules with one seat in all; asked for before `house`, which reads them."""
    folder = shutil.copytree(ROOT / "rules" / SLUG, tmp_path / "rules" / SLUG)
    for name, key in (("event", "capacity"), ("intake", "max_seats_per_sender")):
        path = folder / f"{name}.toml"
        text = path.read_text(encoding="utf-8")
        path.write_text(re.sub(rf"(?m)^{key} = \d+", f"{key} = 1", text), encoding="utf-8")
    environ["UKETSUKE_RULES"] = str(tmp_path / "rules")
