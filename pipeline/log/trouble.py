"""The same trouble over and over: a line when it begins, some while it lasts, one when it is over.

A server that is away for a day is tried a thousand times, and by several workers.  A line for each
try would bury everything else; no line would leave the office in the dark.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pipeline import log

AGAIN_AFTER = 600.0
"""Seconds of machine time after which a trouble that lasts is said once more."""


class Trouble:
    """One worker's; for one thread."""

    def __init__(self, seconds: Callable[[], float]) -> None:
        self._seconds = seconds
        self._kind: type[Exception] | None = None
        self._said_at = 0.0
        self._times = 0

    def met(self, error: Exception, text: str, /, **values: Any) -> None:
        """It went wrong: an alarm, unless the same was said not long ago."""
        now = self._seconds()
        self._times += 1
        if type(error) is not self._kind or now - self._said_at >= AGAIN_AFTER:
            self._kind, self._said_at = type(error), now
            log.alarm(text, times=self._times if self._times > 1 else None, **values)

    def over(self, **values: Any) -> None:
        """It went well: a notice, where it had not before."""
        if self._times:
            log.notice("works again", failures=self._times, **values)
            self._kind, self._times = None, 0
