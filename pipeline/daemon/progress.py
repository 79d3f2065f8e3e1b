"""Whether the workers get on: what the watchdog is fed for.

Law of this file: a daemon that only lives is no use.  A worker is stuck when its loop does not come
round, when work waits for it and none is done, or when it fails again and again by a fault of our
own.  A server that does not answer is no reason to start anew; that is said in the log and in
`status`.  All spans are machine time.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from pipeline.store.settings import Ailing

STALE = 300.0
"""Seconds after which a worker that does not get on is stuck."""


@dataclass
class Pulse:
    """What one loop shows of itself; the loop writes it, the heartbeat reads it."""

    name: str
    alive_at: float
    """When it last came round."""
    worked_at: float
    """When it last did something."""
    ailing: Ailing | None = None
    """Why it gets nowhere just now, where a server or the store is to blame."""
    broken_since: float | None = None
    """Since when each of its steps has ended in a fault that no server explains."""


@dataclass
class Progress:
    """Remembers from one heartbeat to the next since when work has waited."""

    patience: float = STALE
    _waiting_since: dict[str, float] = field(default_factory=dict)

    def stuck(self, pulses: Iterable[Pulse], waits: Mapping[str, bool], now: float) -> list[str]:
        """Which workers do not get on, each with the reason.

        `waits` tells for kinds of workers (the first word of a loop's name) whether something is
        there that they should do now.
        """
        pulses = list(pulses)
        found = []
        for one in pulses:
            if now - one.alive_at > self.patience:
                found.append(f"{one.name}: does not come round")
            elif one.broken_since is not None and now - one.broken_since > self.patience:
                found.append(f"{one.name}: fails again and again")
        for kind, waiting in waits.items():
            mine = [one.worked_at for one in pulses if one.name.partition(" ")[0] == kind]
            if self._idle(kind, mine, waiting=waiting, now=now):
                found.append(f"{kind}: work waits and none is done")
        return found

    def _idle(self, kind: str, worked: list[float], *, waiting: bool, now: float) -> bool:
        if not worked or not waiting:
            self._waiting_since.pop(kind, None)
            return False
        since = max(self._waiting_since.setdefault(kind, now), *worked)
        return now - since > self.patience
