"""A letter as bytes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from pipeline.domain.application import Application, Thread
from pipeline.domain.decision import Letter
from pipeline.domain.rules import Rules
from pipeline.mail.own import Own
from pipeline.mail.templates import Library

SECRET_MARKERS: Mapping[str, str] = {
    "id": "⟦ID⟧",
    "password": "⟦PASSWORD⟧",
    "zoom_link": "⟦ZOOM⟧",
}
"""What stands in a stored letter in the place of each secret."""
ZOOM_LINK_FOLLOWS = "(準備が整い次第、あらためてお送りします)"
"""What is filled in for `zoom_link` while there is none."""


class SecretMissing(Exception):
    """A letter asks for a secret that was not given: it must not leave."""


@dataclass(frozen=True, slots=True)
class Composed:
    """A letter ready for the outbox."""

    message_id: str
    recipient: str
    envelope_sender: str
    subject: str
    raw: bytes
    secret: bool
    digest: str


def compose(
    letter: Letter,
    *,
    application: Application | None,
    rules: Rules,
    own: Own,
    library: Library,
    now: datetime,
    thread: Thread,
    nonce: str,
    access_opens_at: datetime | None = None,
) -> Composed:
    """A letter as bytes."""
    raise NotImplementedError


def fill(raw: bytes, secrets: Mapping[str, str]) -> bytes:
    """A stored letter with its secrets, as it leaves."""
    raise NotImplementedError
