"""What a broken promise is told with."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Violation:
    """One thing that must not have happened."""

    what: str
    evidence: str = ""
    """The mails, letters, money or files that show it."""

    def __str__(self) -> str:
        return f"{self.what} ({self.evidence})" if self.evidence else self.what
