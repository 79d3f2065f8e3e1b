"""The office's mailbox, over IMAP."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from pipeline.transport.errors import LinkLost, LoginRefused, NotSecure, TransportError
from pipeline.transport.security import Security

__all__ = [
    "Fetched",
    "ImapLink",
    "ImapSettings",
    "LinkLost",
    "LoginRefused",
    "NotSecure",
    "TransportError",
]


@dataclass(frozen=True, slots=True)
class ImapSettings:
    """Which mailbox, and how to get in.  Secrets do not stand in its repr."""

    host: str
    port: int
    user: str
    password: str | None = field(default=None, repr=False)
    oauth_token: Callable[[], str] | None = field(default=None, repr=False)  # then XOAUTH2
    security: Security = "tls"
    folder: str = "INBOX"
    processed: str = "Processed"  # its monthly folders are made below it
    max_size: int = 25 * 1024 * 1024  # bytes; larger mails come as their header block
    timeout: float = 30.0  # seconds, for connecting and for every answer
    ca_file: Path | None = None
    plaintext_allowed: bool = False  # security "none" beyond this machine


@dataclass(frozen=True, slots=True)
class Fetched:
    """One mail as the server has it.  Over `max_size`, `raw` is the header block alone."""

    uid: int
    raw: bytes
    size: int  # RFC822.SIZE
    internal_date: datetime  # aware
    oversize: bool = False


class ImapLink:
    """One connection to the mailbox, for one thread; `wake` alone may be called from another."""

    def __init__(self, settings: ImapSettings) -> None:
        self._settings = settings

    def connect(self) -> int:
        """Log in, select the folder, return its UIDVALIDITY."""
        raise NotImplementedError

    def uids_above(self, uid: int, limit: int) -> list[int]:
        """The lowest `limit` UIDs above `uid`, ascending."""
        raise NotImplementedError

    def fetch(self, uids: Sequence[int]) -> list[Fetched]:
        """These mails, in the order of their UIDs; UIDs that are gone are left out."""
        raise NotImplementedError

    def move(self, uids: Sequence[int], when: datetime) -> None:
        """Into the processed folder of `when`'s month."""
        raise NotImplementedError

    def wait(self, seconds: float, stop: Callable[[], bool]) -> bool:
        """Wait for something new; True: there may be."""
        raise NotImplementedError

    def wake(self) -> None:
        """End the present or next `wait` now."""
        raise NotImplementedError

    def close(self) -> None:
        """Log out if the server still listens."""
        raise NotImplementedError
