"""Returned mail: which address failed, for good or for now, and in whose words.

Law of this file: it reads delivery-status parts (RFC 3464) where there are some, and the server's
prose where there are none; nearly half of the returned mail in the world has no such part.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice
from typing import Final

from pipeline.mail.addresses import address_of, mailboxes
from pipeline.mail.bounce import BounceNotice, verified_nonce
from pipeline.mail.headers import Block, message_ids, split, text_of, unfolded
from pipeline.mail.incoming import IncomingMail, Part
from pipeline.mail.own import Own

STATUS_TYPES: Final = frozenset({"message/delivery-status", "message/global-delivery-status"})
_RETURNED_TYPES: Final = frozenset(
    {"message/rfc822", "text/rfc822-headers", "message/global", "message/global-headers"}
)
_RECIPIENT_FIELDS: Final = (
    b"delivered-to", b"x-original-to", b"envelope-to", b"x-envelope-to", b"x-delivered-to",
    b"x-rcpt-to", b"to",
)  # fmt: skip
"""Where the address stands that a returned mail was delivered to."""
_READ: Final = 64 * 1024
"""Bytes of one part, and characters of the text, that are looked at."""

_STATUS: Final = re.compile(r"(?<![\d.])([245])\.\d{1,3}\.\d{1,3}(?![\d.])")
_CODE: Final = re.compile(r"(?<![\d.:-])([45])[0-5]\d[ -](?=\D)")
_ADDRESS: Final = re.compile(
    r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9.-]{1,255}\.[A-Za-z]{2,}"
)
_DELAYED: Final = re.compile(
    r"will (?:be )?(?:retr|continue)|will keep trying|delayed|not yet been delivered|"
    r"warning message|temporar|deferred|try again|queued for|still being|再送|遅延|一時的",
    re.IGNORECASE,
)
_FOR_GOOD: Final = re.compile(
    r"giving up|gave up|permanent|fatal|user unknown|unknown user|no such|not exist|unrouteable|"
    r"存在しません|存在しない|見つかりません|宛先不明",
    re.IGNORECASE,
)
_NOTIFIED: Final = re.compile(r'emailAddress\\?"\s*:\s*\\?"([^"\\]{1,320})')
"""As Amazon SES reports it, in JSON."""
_SET_APART: Final = re.compile(
    r"^[ \t]*<?([!-;=?-~]{1,64}@[A-Za-z0-9.-]{1,255}[A-Za-z])>?[ \t]*(?:[:(\n]|\.\.\.|$)|"
    r"(?:rcpt to|(?:original|final)-recipient|recipient address)[ \t]*:[ \t]*(?:rfc822[ \t]*;)?"
    r"[ \t]*<?([!-;=?-~]{1,64}@[A-Za-z0-9.-]{1,255}[A-Za-z])",
    re.IGNORECASE | re.MULTILINE,
)
"""An address on a line of its own, or as transcripts and plain reports name it."""
_COPY: Final = re.compile(
    r"^[- \t]*(?:received:|return-path:|original message follows|below (?:this line )?is a copy|"
    r"this is a copy of|returned message|original message|"
    r"non-delivered information|message header follow)",
    re.IGNORECASE | re.MULTILINE,
)
"""Where a server's words end and the letter begins."""
_ADDRESSES_LIMIT: Final = 50
_SPACES: Final = re.compile(r"\s+")
_DIAGNOSIS_LIMIT: Final = 200


@dataclass(frozen=True, slots=True)
class _Report:
    """One recipient of a delivery-status part."""

    address: str
    action: str
    status: str
    diagnosis: str


def notice(mail: IncomingMail, own: Own) -> BounceNotice:
    """What a returned mail says. The address is the one we wrote to, as far as can be told."""
    text = mail.text[:_READ]
    returned = _returned(mail)
    report = next(iter(sorted(_reports(mail), key=_failed_first)), None)
    address = (report.address if report else "") or _named(mail) or _by_prose(text, returned, own)
    diagnosis = (report.diagnosis or report.status if report else "") or _diagnosis(text)
    permanent = _permanent_by_report(report) if report else None
    return BounceNotice(
        address=address,
        permanent=_permanent_by_text(mail.subject, text) if permanent is None else permanent,
        diagnosis=diagnosis,
        token=_token(mail, returned, own),
    )


def returned_ids(mail: IncomingMail) -> tuple[str, ...]:
    """The Message-ID of the letter that came back, when it came back with it."""
    return message_ids(_returned(mail).first(b"message-id"))[:1]


def is_only_good_news(mail: IncomingMail) -> bool:
    """Whether a delivery status only says that everything arrived."""
    actions = {report.action for report in _reports(mail)}
    return bool(actions) and actions <= {"delivered", "relayed", "expanded"}


# ---------------------------------------------------------------- delivery-status parts


def _reports(mail: IncomingMail) -> list[_Report]:
    part = next((p for p in mail.parts if p.content_type in STATUS_TYPES), None)
    if part is None:
        return []
    raw = mail.body_of(part, _READ).replace(b"\r\n", b"\n")
    return [
        _report(block)
        for group in re.split(rb"\n[ \t]*\n+", raw.strip())[:201]
        if (block := split(group + b"\n", 0, len(group) + 1)).fields.keys() & _PER_RECIPIENT
    ]


_PER_RECIPIENT: Final = frozenset({b"final-recipient", b"original-recipient", b"action"})


def _report(block: Block) -> _Report:
    # What we wrote to is the original recipient; a forwarder's target is only the final one.
    address = _typed(block, b"original-recipient") or _typed(block, b"final-recipient")
    found = _STATUS.search(_text(block, b"status"))
    diagnosis = _text(block, b"diagnostic-code").partition(";")[2]
    return _Report(
        address=address,
        action=_text(block, b"action").lower().partition(" ")[0],
        status=found.group() if found else "",
        diagnosis=_line(diagnosis),
    )


def _typed(block: Block, name: bytes) -> str:
    """`rfc822; a@example.jp` without its type (RFC 3464 §2.3.1)."""
    kind, semicolon, rest = _text(block, name).partition(";")
    return address_of((rest if semicolon else kind).strip(" <>"))


def _text(block: Block, name: bytes) -> str:
    raw = block.first(name)
    return text_of(raw) if raw is not None else ""


def _failed_first(report: _Report) -> tuple[bool, bool]:
    return report.action != "failed", report.action != "delayed"


def _permanent_by_report(report: _Report) -> bool | None:
    """None when the report does not tell."""
    if report.action == "delayed":
        return False
    if report.status[:1] in {"4", "5"}:
        return report.status[0] == "5"
    return True if report.action == "failed" else None


# ---------------------------------------------------------------- what came back, and prose


def _returned(mail: IncomingMail) -> Block:
    part: Part | None = next((p for p in mail.parts if p.content_type in _RETURNED_TYPES), None)
    if part is not None:
        raw = mail.body_of(part, _READ).lstrip(b"\r\n")
        return split(raw, 0, len(raw))
    if not mail.parts:
        return Block({}, 0)
    # The letter is often quoted below the server's words, as it was.
    raw = mail.body_of(next((p for p in mail.parts if not p.attached), mail.parts[0]), _READ)
    start = _HEADERS_BELOW.search(raw)
    return split(raw, start.start() + 1, len(raw)) if start is not None else Block({}, 0)


_HEADERS_BELOW: Final = re.compile(
    rb"\n(?:Received|Return-Path|Message-ID|From|Date|Subject|To|MIME-Version|DKIM-Signature)"
    rb":[ \t][^\n]*\n(?:[A-Za-z-]{2,40}:|[ \t])",
    re.IGNORECASE,
)


def _named(mail: IncomingMail) -> str:
    raw = mail.header.first(b"x-failed-recipients")
    return next((m.address for m in mailboxes(raw) if m.address), "")


def _by_prose(text: str, returned: Block, own: Own) -> str:
    """Of those the letter was for, the one that the server speaks of; else whom it names."""
    below = _COPY.search(text)
    words = text[: below.start()] if below is not None else text
    named = _others(_ADDRESS.findall(words)[:_ADDRESSES_LIMIT], own)
    set_apart = (found[1] or found[2] for found in islice(_SET_APART.finditer(words), 20))
    failed = _others([*_NOTIFIED.findall(words)[:1], *set_apart], own)
    sent_to = [m.address for m in mailboxes(returned.first(b"to")) if m.address]
    low = {address.lower() for address in named}
    both = [address for address in sent_to if address.lower() in low]
    return next(iter((*both, *failed, *sent_to, *named)), "")


def _others(found: list[str], own: Own) -> list[str]:
    """The addresses in it that are neither ours nor a server's own."""
    addresses = [address for raw in found if (address := address_of(raw))]
    return [address for address in addresses if not _is_ours(address, own)]


def _is_ours(address: str, own: Own) -> bool:
    local = address.partition("@")[0].lower()
    ours = address.lower() in own.addresses or verified_nonce(address, own) is not None
    return ours or local in {"postmaster", "mailer-daemon"}


def _permanent_by_text(subject: str, text: str) -> bool:
    status = _STATUS.search(text) or _CODE.search(text)
    if status is not None:
        return status[1] == "5"
    said = f"{subject}\n{text}"
    return _FOR_GOOD.search(said) is not None or _DELAYED.search(said) is None


def _diagnosis(text: str) -> str:
    lines = [line for line in text.splitlines() if line.strip()]
    telling = [line for line in lines if _STATUS.search(line) or _CODE.search(line)]
    telling = telling or [line for line in lines if _FOR_GOOD.search(line)] or lines
    return _line(telling[0] if telling else "")


def _line(text: str) -> str:
    return _SPACES.sub(" ", text).strip()[:_DIAGNOSIS_LIMIT]


def _token(mail: IncomingMail, returned: Block, own: Own) -> str | None:
    """The nonce that we signed: in the address it came back to, or in the returned letter."""
    fields = [(mail.header, name) for name in _RECIPIENT_FIELDS]
    fields += [(returned, b"return-path"), (returned, b"x-envelope-from")]
    for block, name in fields:
        for raw in block.all(name)[:10]:
            for box in mailboxes(raw):
                nonce = verified_nonce(box.address, own)
                if nonce is not None:
                    return nonce
    received = b" ".join(unfolded(raw) for raw in mail.header.all(b"received")[:20])
    for found in _ADDRESS.findall(received.decode("latin-1")):
        nonce = verified_nonce(found, own)
        if nonce is not None:
            return nonce
    return None
