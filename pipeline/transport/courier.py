"""Handing mails to a mail server."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from pipeline.transport.security import Security


@dataclass(frozen=True, slots=True)
class Parcel:
    """One mail for one recipient."""

    id: int
    envelope_sender: str  # "" is the null reverse-path
    recipient: str
    raw: bytes
    guarded: bool = False  # `before_dot` is called right before its final dot


class Fate(StrEnum):
    """What became of a parcel."""

    ACCEPTED = "accepted"
    LATER = "later"  # 4xx, or the link lost before the final dot
    REFUSED = "refused"  # 5xx
    UNKNOWN = "unknown"  # the link lost after the final dot
    UNTRIED = "untried"  # its turn did not come


@dataclass(frozen=True, slots=True)
class Delivery:
    """The fate of one parcel; `phase` is connect, mail, rcpt, data or dot."""

    id: int
    fate: Fate
    phase: str
    code: int | None
    text: str


class Courier(Protocol):
    """Whoever carries parcels."""

    def deliver(
        self, parcels: Sequence[Parcel], before_dot: Callable[[Parcel], None]
    ) -> Iterator[Delivery]:
        """Yield each parcel's fate as soon as it is known, in order."""

    def close(self) -> None:
        """Hang up."""


@dataclass(frozen=True, slots=True)
class SmtpSettings:
    """Which mail server carries our letters.  Secrets do not stand in its repr."""

    host: str
    port: int
    user: str | None = None  # None: no AUTH
    password: str | None = field(default=None, repr=False)
    oauth_token: Callable[[], str] | None = field(default=None, repr=False)  # then XOAUTH2
    security: Security = "starttls"
    per_second: float | None = None  # at most so many mails a second
    hostname: str = "localhost"  # what we call ourselves in EHLO
    timeout: float = 60.0  # seconds, for connecting and for every answer
    ca_file: Path | None = None
    plaintext_allowed: bool = False  # security "none" beyond this machine


class SmtpCourier:
    """One persistent SMTP connection, for one thread."""

    def __init__(self, settings: SmtpSettings) -> None:
        self._settings = settings

    def connect(self) -> None:
        """Greet and log in now."""
        raise NotImplementedError

    def deliver(
        self, parcels: Sequence[Parcel], before_dot: Callable[[Parcel], None]
    ) -> Iterator[Delivery]:
        """Yield each parcel's fate as soon as it is known, in order."""
        raise NotImplementedError

    def close(self) -> None:
        """Hang up."""
        raise NotImplementedError
