"""A mail server of our own, SMTP or LMTP."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Received:
    """One mail as it was handed to us."""

    raw: bytes
    envelope_sender: str  # "" is the null reverse-path
    recipients: tuple[str, ...]
    received_at: datetime  # the machine's time, UTC


class Listener:
    """Takes mail in by SMTP or LMTP; says 250 only after `keep` returned."""

    def __init__(
        self,
        host: str,
        port: int,
        *,
        keep: Callable[[Sequence[Received]], None],
        accept: Callable[[str], bool] = lambda address: True,  # noqa: ARG005  -- everybody's
        lmtp: bool = False,
        max_size: int = 36 * 1024 * 1024,
        max_connections: int = 50,
        hostname: str = "localhost",
    ) -> None:
        self._host = host

    def start(self) -> None:
        """Listen; raises OSError where the port is taken."""
        raise NotImplementedError

    @property
    def port(self) -> int:
        """The port it listens at."""
        raise NotImplementedError

    def stop(self) -> None:
        """Stop listening, keep what waits."""
        raise NotImplementedError
