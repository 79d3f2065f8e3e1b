"""How fast mails may leave: at most so many a second, in machine time."""

from __future__ import annotations

from collections.abc import Callable

from pipeline import clock


class Pace:
    """Turns are spread evenly; `pause` waits for so many seconds."""

    def __init__(
        self,
        per_second: float | None,
        pause: Callable[[float], object],
        seconds: Callable[[], float] = clock.machine_seconds,
    ) -> None:
        self._between = 1 / per_second if per_second else 0.0
        self._pause = pause
        self._seconds = seconds
        self._next = seconds()

    def wait_for_turn(self) -> None:
        """Take the next turn, when it comes."""
        if not self._between:
            return
        left = self._next - self._seconds()
        if left > 0:
            self._pause(left)
        self._next = max(self._next, self._seconds()) + self._between

    def take_turn_now(self) -> bool:
        """Take the next turn if it has come already."""
        if self._between and self._next > self._seconds():
            return False
        self.wait_for_turn()
        return True
