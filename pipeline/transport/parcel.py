"""The words between those who send letters and those who carry them.

A mail's fate depends on the phase in which something went wrong, so the phases are named:

    connect   nobody was there, or we were not let in: no mail was tried
    mail      the server's word on the sender
    rcpt      its word on the recipient
    data      from there until the final dot is handed over
    dot       after the final dot

Until the final dot has been handed over, a mail was not delivered; after it, only the server's
answer tells.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from pipeline.transport.errors import TransportError

BeforeDot = Callable[["Parcel"], None]


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
    """The fate of one parcel; `code` and `text` are the server's, or ours where it said nothing."""

    id: int
    fate: Fate
    phase: str
    code: int | None
    text: str
    trouble: TransportError | None = None  # UNTRIED: what kept us from trying


class Courier(Protocol):
    """Whoever carries parcels."""

    def deliver(self, parcels: Sequence[Parcel], before_dot: BeforeDot) -> Iterator[Delivery]:
        """Yield each parcel's fate as soon as it is known, in order.

        What `before_dot` raises passes through, and its parcel is not delivered.
        """

    def stop(self) -> None:
        """From another thread: end after the mail in hand; the rest are UNTRIED."""

    def close(self) -> None:
        """Hang up; the next `deliver` connects anew."""
