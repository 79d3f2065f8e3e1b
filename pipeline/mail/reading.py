"""One raw mail, read once: everything that a worker must know of it.

Law of this file: `read` never raises for what a stranger wrote, and what it is not sure of it
says so (`needs_review`, `problems`, `defects`) instead of guessing.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from pipeline.domain.application import Participant, Problem, Thread
from pipeline.domain.rules import Rules
from pipeline.mail.bounce import BounceNotice
from pipeline.mail.classify import Kind
from pipeline.mail.own import Own

__all__ = ["BounceNotice", "Kind", "Own", "Reading", "as_json", "digest", "explain", "read"]


@dataclass(frozen=True, slots=True)
class Reading:
    """What a mail says."""

    kind: Kind
    why: str
    """Why it is of this kind, one line."""
    answer: bool
    """Whether an automatic answer may leave."""
    reply_to: str
    """The address that an answer goes to; "" when there is none."""
    sender_name: str
    sender_address: str
    authenticated: bool
    participants: tuple[Participant, ...]
    problems: tuple[Problem, ...]
    also: tuple[str, ...]
    """Values of the kinds that the mail is beside its own."""
    reference: str | None
    """A valid 受付番号 that stands in it."""
    asks_access: bool
    """Whether the ID and password are asked for."""
    confirmed: bool
    """Whether it holds the words that our letters ask for before a withdrawal."""
    needs_review: str | None
    """Why our own reading is not to be trusted."""
    bounce: BounceNotice | None
    thread: Thread
    answers_to: tuple[str, ...]
    """Message-IDs from In-Reply-To, then from References (the newest last)."""
    message_id: str | None
    subject: str
    attachments: tuple[str, ...]
    defects: tuple[str, ...]
    text: str
    """The readable text, decoded."""
    sources: tuple[tuple[int, str, str], ...] = field(default=())
    """Which line gave which answer: participant, field, line."""


def read(raw: bytes, rules: Rules, own: Own, *, envelope_sender: str | None = None) -> Reading:
    """Read one mail. Never raises for what stands in it."""
    del raw, rules, own, envelope_sender
    return Reading(
        kind=Kind.NEEDS_HUMAN, why="not read yet", answer=False, reply_to="", sender_name="",
        sender_address="", authenticated=False, participants=(), problems=(), also=(),
        reference=None, asks_access=False, confirmed=False, needs_review=None, bounce=None,
        thread=Thread(), answers_to=(), message_id=None, subject="", attachments=(), defects=(),
        text="",
    )  # fmt: skip


def digest(raw: bytes) -> str:
    """The identity of a mail's content: the same letter delivered again has the same."""
    return sha256(raw).hexdigest()


def as_json(reading: Reading, file: str, *, text: bool = False) -> dict[str, Any]:
    """The object that `inspect --json` prints for one mail."""
    del reading, text
    return {"file": file}


def explain(reading: Reading) -> str:
    """For a person: why this kind, and which line gave which answer."""
    return f"{reading.kind}: {reading.why}"
