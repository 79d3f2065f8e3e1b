"""What came and what leaves, as people and programs see them.

Law of this file: a mail is shown as it was read (`mail.reading`), never as its raw bytes, and a
letter as it is stored, with masks in the place of its secrets.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from email import message_from_bytes, policy
from typing import TYPE_CHECKING, Any

from pipeline.console.masks import Mask
from pipeline.console.printing import say, say_fields, say_table, when
from pipeline.console.words import event_text, reason_text

if TYPE_CHECKING:
    from pipeline.mail.reading import Reading
    from pipeline.store.inbox_console import Mail
    from pipeline.store.journal import Entry
    from pipeline.store.outbox_console import Letter

# ---------------------------------------------------------------- what came


def mail_json(mail: Mail) -> dict[str, Any]:
    """One mail of the inbox, without its text."""
    return asdict(mail)


def say_mails(mails: Sequence[Mail]) -> None:
    """A table, one line for each."""
    say_table(
        ("mail*", "arrived*", "status*", "kind", "tries", "bytes", "what went wrong"),
        (
            (m.id, m.received_at, m.status, m.kind, m.attempts or "", m.size, m.reason)
            for m in mails
        ),
        right=("mail*", "tries", "bytes"),
        empty="no mail",
    )


def say_mail(mail: Mail, reading: Reading, led_to: Sequence[Entry], mask: Mask) -> None:
    """One mail as it was read, and what it led to."""
    say_fields(
        (name, mask(value) if isinstance(value, str) else value)
        for name, value in (
            ("mail", mail.id),
            ("arrived", mail.received_at),
            ("status", mail.status + (", the same as an earlier one" if mail.redelivered else "")),
            ("what went wrong", mail.reason),
            ("from", f"{reading.sender_name} <{reading.sender_address}>"),
            ("subject", reading.subject),
            ("message-id", mail.message_id),
            ("read as", f"{reading.kind}: {reading.why}"),
            ("attachments", ", ".join(reading.attachments)),
            ("defects", ", ".join(reading.defects)),
            *(("led to", _led_to(entry)) for entry in led_to),
        )
        if value not in {"", None}
    )
    say()
    say(mask(reading.text))


def _led_to(entry: Entry) -> str:
    whose = entry.reference or "no application"
    return f"{whose}: {event_text(entry.happened)}: {reason_text(entry.reason)}"


# ---------------------------------------------------------------- what leaves


def letter_json(letter: Letter) -> dict[str, Any]:
    """One letter of the outbox, without its text."""
    return asdict(letter)


def fate(letter: Letter) -> str:
    """What became of a letter, or when it leaves."""
    if letter.status == "held":
        return f"held ({letter.held})" if letter.held else "held"
    if letter.status == "queued":
        error = f" ({letter.last_error})" if letter.last_error else ""
        return f"queued for {when(letter.next_attempt_at)}{error}"
    text = letter.status
    if letter.settled_at is not None:
        text += f" {when(letter.settled_at)}"
    if letter.last_error and letter.status != "sent":
        text += f": {letter.last_error}"
    return text


def say_letters(letters: Sequence[Letter]) -> None:
    """A table, one line for each."""
    say_table(
        ("letter*", "reference*", "name*", "recipient", "fate"),
        ((m.id, m.reference, m.letter, m.recipient, fate(m)) for m in letters),
        right=("letter*",),
        empty="no letter",
    )


def say_letter(letter: Letter, raw: bytes | None) -> None:
    """One letter with its words."""
    say_fields(
        (name, value)
        for name, value in (
            ("letter", f"{letter.id} {letter.letter}"),
            ("reference", letter.reference),
            ("cause", letter.cause),
            ("written", letter.created_at),
            ("recipient", letter.recipient),
            ("subject", letter.subject),
            ("message-id", letter.message_id),
            ("fate", fate(letter)),
            ("tries", letter.attempts or None),
            ("secret", "ID and password are filled in as it leaves" if letter.secret else None),
        )
        if value not in {"", None}
    )
    if raw is not None:
        say()
        say(words_of(raw))


def words_of(raw: bytes) -> str:
    """A letter's words from its stored bytes, secrets masked, attachments named."""
    from pipeline.mail.compose import SECRET_MARKERS

    text = ""
    for part in message_from_bytes(raw, policy=policy.default).walk():
        if part.get_content_type() == "text/plain" and not part.is_attachment():
            text += str(part.get_content()).replace("\r\n", "\n")
        elif not part.is_multipart():
            text += f"\n[{part.get_filename() or part.get_content_type()}]\n"
    for name, marker in SECRET_MARKERS.items():
        text = text.replace(marker, f"[{name.replace('_', ' ')}: hidden]")
    return text
