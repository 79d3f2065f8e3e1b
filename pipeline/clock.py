"""Time.  The only file that asks what time it is.

Promise 7 lives here: time is an argument.  Event time (deadlines, reminders, quiet hours, when an
outbox row is tried next) is `Clock.now()`, and everybody else is handed it.  Machine time
(timeouts, IDLE slices, rate limits) is `machine_seconds()` and never decides anything about an
application.  Server time becomes event time in one place, `Clock.arrival()`.
"""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

TOKYO = ZoneInfo("Asia/Tokyo")


class Clock(Protocol):
    """Event time, always aware and in Asia/Tokyo."""

    def now(self) -> datetime:
        """The present event time."""

    def arrival(self, server_time: datetime) -> datetime:
        """The event time of something that a server dated."""


class RealClock:
    """Event time is the world's time."""

    def now(self) -> datetime:
        """The world's time."""
        return datetime.now(TOKYO)

    def arrival(self, server_time: datetime) -> datetime:
        """What the server says."""
        return server_time.astimezone(TOKYO)


@dataclass(frozen=True, slots=True)
class Setting:
    """How event time runs; it stands in the store, so that every verb reads the same clock.

    `rehearsed_from` is event time at the machine's instant `since`; from there it runs `speed`
    times as fast as the machine's time.
    """

    rehearsed_from: datetime
    since: datetime
    speed: float


class RehearsalClock:
    """Event time that starts where it is told and runs at any speed."""

    def __init__(self, setting: Setting) -> None:
        self._setting = setting

    def now(self) -> datetime:
        """Event time, by the machine's."""
        passed = datetime.now(UTC) - self._setting.since
        return (self._setting.rehearsed_from + passed * self._setting.speed).astimezone(TOKYO)

    def arrival(self, server_time: datetime) -> datetime:
        """When the mail is taken in: the server lives in another time."""
        del server_time
        return self.now()


class HandClock:
    """Event time that somebody moves by hand: a whole season within seconds, and every test."""

    def __init__(self, start: datetime) -> None:
        self._now = start.astimezone(TOKYO)
        self._lock = threading.Lock()

    def now(self) -> datetime:
        """Where the hand stands."""
        with self._lock:
            return self._now

    def arrival(self, server_time: datetime) -> datetime:
        """When the mail is taken in."""
        del server_time
        return self.now()

    def set(self, when: datetime) -> None:
        """Move the hand, never back."""
        with self._lock:
            self._now = max(self._now, when.astimezone(TOKYO))

    def advance(self, by: timedelta) -> None:
        """Move the hand on."""
        self.set(self.now() + by)


def machine_now() -> datetime:
    """The machine's wall clock in UTC, for file dates and for `Setting.since`."""
    return datetime.now(UTC)


def machine_seconds() -> float:
    """Monotonic machine time, for timeouts and rates."""
    return time.monotonic()
