"""How fast mails may leave: at most so many a second, in machine time.

Law of this file: the rate is the office's and not a connection's.  All couriers of a process share
their turns; where several processes share a rate, theirs are handed in (`Turns`).
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Protocol

from pipeline import clock


class Turns(Protocol):
    """Who gives turns to those that send."""

    def take(self) -> float:
        """Take the next turn: the seconds until it comes."""

    def take_now(self) -> bool:
        """Take a turn if it has come already."""


class OwnTurns:
    """Turns of one process, spread evenly; from any thread."""

    def __init__(
        self, per_second: float, seconds: Callable[[], float] = clock.machine_seconds
    ) -> None:
        self._between = 1 / per_second
        self._seconds = seconds
        self._next = seconds()
        self._lock = threading.Lock()

    def take(self) -> float:
        """Take the next turn: the seconds until it comes."""
        with self._lock:
            now = self._seconds()
            turn = max(self._next, now)
            self._next = turn + self._between
            return turn - now

    def take_now(self) -> bool:
        """Take a turn if it has come already."""
        with self._lock:
            now = self._seconds()
            if self._next > now:
                return False
            self._next = now + self._between
            return True


class Pace:
    """One courier's way of keeping to its turns; `pause` waits for so many seconds."""

    def __init__(self, turns: Turns | None, pause: Callable[[float], object]) -> None:
        self._turns = turns
        self._pause = pause

    def wait_for_turn(self) -> None:
        """Take the next turn, when it comes."""
        left = self._turns.take() if self._turns is not None else 0.0
        if left > 0:
            self._pause(left)

    def take_turn_now(self) -> bool:
        """Take the next turn if it has come already."""
        return self._turns is None or self._turns.take_now()
