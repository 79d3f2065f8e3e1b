"""A letter as bytes: decided in `domain`, put into words by its template, written for the wire.

Promise 4 lives here in part: where ID, password and join link belong, a stored letter has markers.
Law of this file: `compose` never sees a secret, and `fill` is the only function that puts one in,
on the bytes that are about to leave.

A letter is `text/plain` in UTF-8 as base64 (RFC 2045), with an .ics file beside it where the live
day is announced.  It says that it is automatic (RFC 3834 §5), stands in the applicant's thread, and
comes back to an envelope sender that names it.

Errors:
    wire.Unaddressable   the recipient cannot be written to; a person must look
    SecretMissing        a letter asks for a secret that is not there: it must not leave yet
"""

from __future__ import annotations

import re
from binascii import a2b_base64
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from hashlib import sha256
from typing import Final

from pipeline.domain.application import Application, Thread
from pipeline.domain.decision import SECRET_LETTERS, Letter, LetterName
from pipeline.domain.rules import Rules
from pipeline.mail import bounce, calendar_part, contract, wire
from pipeline.mail.own import Own
from pipeline.mail.templates import Library
from pipeline.mail.values import SECRET_MARKERS, Occasion
from pipeline.mail.wording import quoted

__all__ = ["SECRET_MARKERS", "ZOOM_LINK_FOLLOWS", "Composed", "SecretMissing", "compose", "fill"]

ZOOM_LINK_FOLLOWS: Final = "（準備が整いしだい、あらためてお送りいたします）"
"""What stands in the place of the join link while there is none; see `fill`."""


class SecretMissing(Exception):  # noqa: N818 - named for what the caller learns
    """A letter asks for a secret that was not given: it must not leave."""


@dataclass(frozen=True, slots=True)
class Composed:
    """A letter ready for the outbox."""

    message_id: str
    """With its angle brackets; made from the nonce, so that it can be found again."""
    recipient: str
    """As it is registered, that is unquoted; the courier quotes it in RCPT TO."""
    envelope_sender: str
    subject: str
    raw: bytes
    secret: bool
    """Whether markers stand in it."""
    digest: str
    """Of recipient, letter and words: equal for the very same letter, whenever it is written."""


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
    """Write one letter. `rules` are those that `library` was loaded with.

    `nonce`: 20 lower-case hexadecimal digits that name it. `access_opens_at`: where an operator
    has postponed access. Raises wire.Unaddressable.
    """
    it = Occasion(letter, application, rules, library.season, own, now, access_opens_at)
    words = library.render(letter.name, contract.told(it))
    message_id = bounce.message_id_of(nonce, own)
    head = "".join(
        (
            _letterhead(own, rules.event.office.display_name),
            wire.mailbox("To", _display_name(it), letter.to),
            wire.unstructured("Subject", words.subject),
            f"Date: {wire.dated(rules.local(now))}\r\nMessage-ID: {message_id}\r\n",
            _in_thread(thread),
            _ANSWER if letter.answer else _OF_OUR_OWN_ACCORD,
        )
    )
    text = words.body.replace("\n", "\r\n").encode()
    return Composed(
        message_id=message_id,
        recipient=letter.to,
        envelope_sender=bounce.envelope_sender(own, nonce),
        subject=words.subject,
        raw=head.encode("ascii") + _content(it, text, nonce),
        secret=letter.name in SECRET_LETTERS,
        digest=sha256(f"{letter.to}\0{letter.name}\0".encode() + text).hexdigest(),
    )


# ---------------------------------------------------------------- the head

_ANSWER = "Auto-Submitted: auto-replied\r\n"
_OF_OUR_OWN_ACCORD = "Auto-Submitted: auto-generated\r\n"


@lru_cache(maxsize=64)
def _letterhead(own: Own, display_name: str) -> str:
    """What all letters of one office begin with."""
    return (
        wire.mailbox("From", display_name, own.address)
        + wire.mailbox("Reply-To", "", own.address)
        + "X-Auto-Response-Suppress: All\r\nMIME-Version: 1.0\r\nContent-Language: ja\r\n"
    )


def _display_name(it: Occasion) -> str:
    """The recipient's own name, where they are known; never a stranger's words as a name."""
    return quoted(it.recipient_name, 40) if it.known else ""


def _in_thread(thread: Thread) -> str:
    """In-Reply-To and References (RFC 5322 §3.6.4); nothing where the mail had no usable id."""
    parent = wire.message_id(thread.message_id)
    if parent is None:
        return ""
    older = filter(None, map(wire.message_id, thread.references))
    return f"In-Reply-To: {parent}\r\n" + wire.references((*older, parent))


# ---------------------------------------------------------------- the content

_TEXT = b"Content-Type: text/plain; charset=UTF-8\r\nContent-Transfer-Encoding: base64\r\n\r\n"
_ENCODED = re.compile(rb"(?<=Content-Transfer-Encoding: base64\r\n\r\n)[A-Za-z0-9+/=\r\n]*")


def _content(it: Occasion, text: bytes, nonce: str) -> bytes:
    encoded = _TEXT + wire.base64_lines(text)
    if it.letter.name is not LetterName.ACCESS or it.now >= it.rules.live_ends_at:
        return encoded
    boundary = f"=_uketsuke.{nonce}".encode("ascii")
    return b"".join((
        b'Content-Type: multipart/mixed; boundary="', boundary, b'"\r\n\r\n--', boundary, b"\r\n",
        encoded, b"--", boundary, b"\r\n",
        _calendar(it.rules, it.own), b"--", boundary, b"--\r\n",
    ))  # fmt: skip


def _calendar(rules: Rules, own: Own) -> bytes:
    """The .ics part, made once for an event."""
    key = (rules.digest, own.message_domain)
    known = _CALENDARS.get(key)
    if known is None or known[0] is not rules:
        known = _CALENDARS[key] = (rules, _calendar_part(rules, own))
    return known[1]


_CALENDARS: dict[tuple[str, str], tuple[Rules, bytes]] = {}


def _calendar_part(rules: Rules, own: Own) -> bytes:
    name = calendar_part.file_name(rules).encode("ascii")
    return (
        b"Content-Type: text/calendar; charset=UTF-8; method=PUBLISH; name=" + name + b"\r\n"
        b"Content-Disposition: attachment; filename=" + name + b"\r\n"
        b"Content-Transfer-Encoding: base64\r\n\r\n"
        + wire.base64_lines(calendar_part.live_day(rules, own))
    )


# ---------------------------------------------------------------- the secrets

_MARKER = re.compile("|".join(map(re.escape, SECRET_MARKERS.values())))
_NAMES = {marker: name for name, marker in SECRET_MARKERS.items()}


def fill(raw: bytes, secrets: Mapping[str, str]) -> bytes:
    """A stored letter with its secrets, as it leaves.

    `secrets`: values for the names in `SECRET_MARKERS`; `ZOOM_LINK_FOLLOWS` for a join link that
    is not there yet. A letter without markers comes back as it is. Raises SecretMissing, also for
    an empty value.
    """
    encoded = _ENCODED.search(raw)
    if encoded is None:
        return raw
    text = a2b_base64(encoded[0]).decode()
    filled = _MARKER.sub(lambda marker: _secret(_NAMES[marker[0]], secrets), text)
    if filled == text:
        return raw
    return raw[: encoded.start()] + wire.base64_lines(filled.encode()) + raw[encoded.end() :]


def _secret(name: str, secrets: Mapping[str, str]) -> str:
    value = secrets.get(name)
    if not value:
        raise SecretMissing(f"the secret '{name}' is not there")
    return value
