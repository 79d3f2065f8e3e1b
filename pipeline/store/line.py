"""The line of writers: a lock that is given in the order in which it was asked for.

Threads that loop on BEGIN IMMEDIATE starve each other; threads in a line do not.  There is one
line for each file in a process, however often the file was opened.
"""

from __future__ import annotations

import threading
from collections import deque
from pathlib import Path
from weakref import WeakValueDictionary

from pipeline.store.errors import Misused, Unavailable


class Line:
    """Whoever asked first is served first."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._waiting: deque[threading.Lock] = deque()
        self._owner: int | None = None

    def enter(self, timeout: float) -> None:
        """Wait for one's turn. Raises `Unavailable` after so many seconds of machine time."""
        me = threading.get_ident()
        turn = threading.Lock()
        with self._guard:
            if self._owner == me:
                raise Misused("a write transaction inside a write transaction")
            if self._owner is None:
                self._owner = me
                return
            turn.acquire()
            self._waiting.append(turn)
        if not turn.acquire(timeout=timeout):
            with self._guard:
                if turn in self._waiting:
                    self._waiting.remove(turn)
                    raise Unavailable(f"other writers took more than {timeout:.0f} s")
        self._owner = me

    def leave(self) -> None:
        """Let the next one in."""
        with self._guard:
            if self._waiting:
                self._owner = _LET_IN
                self._waiting.popleft().release()
            else:
                self._owner = None

    @property
    def waiting(self) -> int:
        """How many wait for their turn."""
        return len(self._waiting)


_LET_IN = -1
"""Owner of a line while the next one has been let in and does not run yet."""
_LINES: WeakValueDictionary[Path, Line] = WeakValueDictionary()
_LINES_GUARD = threading.Lock()


def line_of(path: Path) -> Line:
    """The one line of writers for a file."""
    with _LINES_GUARD:
        line = _LINES.get(path.resolve())
        if line is None:
            line = _LINES[path.resolve()] = Line()
        return line
