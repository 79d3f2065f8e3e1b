"""What the SMTP sink has accepted, and when: the far end of the bench."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.servers.smtp_sink import running_sink


@dataclass
class FarEnd:
    """Reads the sink's log as it grows."""

    port: int
    log: Path
    accepted: list[tuple[str, float]] = field(default_factory=list)
    """Recipient and moment (CLOCK_MONOTONIC, seconds) of each mail, in order."""
    _read: int = 0

    def count(self) -> int:
        """How many mails it has accepted by now."""
        with self.log.open("rb") as file:
            file.seek(self._read)
            whole, _, _ = file.read().rpartition(b"\n")
        if whole:
            self._read += len(whole) + 1
            for line in whole.decode().splitlines():
                nanoseconds, _, recipient = line.partition(" ")
                self.accepted.append((recipient, int(nanoseconds) / 1e9))
        return len(self.accepted)


@contextmanager
def far_end() -> Iterator[FarEnd]:
    """A running sink."""
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "accepted"
        log.touch()
        with running_sink(log) as port:
            yield FarEnd(port, log)
