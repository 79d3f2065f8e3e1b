"""What all workers share: the store, the clock, and for each event its rules, letters and secrets.

Law of this file: values that were made once, at start.  Nothing here is looked up in a global, so
a test or a rehearsal builds its own office.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from threading import Event as Signal
from threading import Lock
from typing import Protocol

from pipeline.bank.csv_profile import Profile
from pipeline.clock import Clock
from pipeline.domain.rules import Rules
from pipeline.mail.own import Own
from pipeline.mail.templates import Library
from pipeline.store.database import Database
from pipeline.store.unit import Standing
from pipeline.workers.reader import Reader, ReaderHere


class Access(Protocol):
    """The ID, the password and the Zoom link of one event, as `config` reads them."""

    @property
    def ready(self) -> bool:
        """Whether ID and password are both there."""

    @property
    def zoom_ready(self) -> bool:
        """Whether the Zoom link is there as well."""

    @property
    def trouble(self) -> str | None:
        """Why the secrets cannot be used, in words without a secret; None while they can."""

    @property
    def values(self) -> Mapping[str, str]:
        """Marker names and what stands for them; only `workers.send` asks."""


@dataclass(frozen=True)
class Served:
    """One event as the daemon serves it."""

    rules: Rules
    library: Library
    own: Own
    access: Callable[[], Access]
    """Reads the secrets file, anew when it has changed."""

    @property
    def slug(self) -> str:
        """The event's folder name."""
        return self.rules.slug

    @property
    def lock(self) -> str:
        """The name of the lock under which the event's applications change."""
        return f"event:{self.rules.slug}"


@dataclass(frozen=True)
class Bank:
    """Where the bank's files are put, and what files of which bank look like."""

    folder: Path
    """Holds `incoming`, `done` and `refused`."""
    profiles: tuple[Profile, ...]
    seen: dict[str, tuple[int, int, int]] = field(default_factory=dict)
    """Each waiting file's number, size and time at the last look: what changes is still written."""


@dataclass(frozen=True)
class Bell:
    """Wakes a worker that waits for something to do. One bell for each worker."""

    rung: Signal = field(default_factory=Signal)

    def ring(self) -> None:
        """There is something to do."""
        self.rung.set()

    def wait(self, seconds: float) -> None:
        """Until it rings, or so many seconds of machine time have passed."""
        self.rung.wait(seconds)
        self.rung.clear()


@dataclass
class Hands:
    """Letters that the senders of this process have claimed and not settled yet."""

    guard: Lock = field(default_factory=Lock)
    """Held while letters are claimed: so what is claimed and not held was lost."""
    held: set[int] = field(default_factory=set)
    in_doubt: bool = False
    """A claim may have been committed without our knowing."""


@dataclass(frozen=True)
class Office:
    """The office that all workers of one process work in."""

    database: Database
    clock: Clock
    events: Mapping[str, Served]
    random: Callable[[int], int] = secrets.randbelow
    """randbelow; a rehearsal gives a seeded one."""
    accounts: tuple[str, ...] = ()
    """The mailboxes that are read, as their polls are noted under."""
    bank: Bank | None = None
    """None: no folder is watched."""
    process_bell: Bell = field(default_factory=Bell)
    send_bell: Bell = field(default_factory=Bell)
    remind_bell: Bell = field(default_factory=Bell)
    hands: Hands = field(default_factory=Hands)
    instance: str = field(default_factory=lambda: secrets.token_hex(4))
    """Which of several daemons this is; the outbox keeps it with every claim."""
    read_by: Reader | None = None
    """Who reads the mails; None: this process does."""

    @cached_property
    def reader(self) -> Reader:
        """Who reads the mails."""
        return self.read_by or ReaderHere(self.readable())

    def readable(self) -> dict[str, tuple[Rules, Own]]:
        """What a reader must know of the events."""
        return {slug: (served.rules, served.own) for slug, served in self.events.items()}

    def standings(self) -> dict[str, Standing]:
        """What a unit of work must be told of the events."""
        return {
            slug: Standing(served.rules, served.access().ready)
            for slug, served in self.events.items()
        }

    def nonce(self) -> str:
        """What names one letter in its Message-ID and its bounce token: 20 hexadecimal digits."""
        return f"{self.random(16**20):020x}"
