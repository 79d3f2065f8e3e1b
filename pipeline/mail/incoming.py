"""A raw mail as its parts.

Law of this file: the raw bytes are the truth and are never changed.  `parse` finds the header
block and nothing else; parts are looked for when they are asked for, and decoded when they are
read.  Nothing raises; what is wrong stands in `defects`.  Limits come first, because access to a
hostile mail costs more than its bytes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final, Literal

from pipeline.mail import html
from pipeline.mail.addresses import Mailbox, mailboxes
from pipeline.mail.charset import REPLACEMENT, decode
from pipeline.mail.folding import narrowed
from pipeline.mail.headers import Block, message_ids, split, text_of
from pipeline.mail.once import Lazy
from pipeline.mail.parameters import Described, described
from pipeline.mail.transfer import decoded, undeclared
from pipeline.mail.tree import PACKED, Part, Walk

__all__ = ["Body", "IncomingMail", "Part", "parse"]

TEXT_LIMIT: Final = 1024 * 1024
"""Bytes of text that are read of all parts together."""

_FROM_LINE: Final = re.compile(rb">?From [^\n]*\n")
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_STUB: Final = re.compile(r"HTML|html|ＨＴＭＬ|メールソフト|ご覧になれません|表示できません")
_STUB_LIMIT: Final = 500
"""Bytes of a text that may only say that there is another."""
_ODD_ENDS: Final = re.compile("[\u2028\u2029\x85]")


@dataclass
class IncomingMail:
    """One mail. Everything but the header block is looked at on first use."""

    raw: bytes
    header: Block
    defects: list[str] = field(default_factory=list)

    # ------------------------------------------------------------ header

    def field_text(self, name: bytes) -> str:
        """The topmost field of a lower-case name as text; "" when there is none."""
        raw = self.header.first(name)
        return text_of(raw) if raw is not None else ""

    @Lazy
    def subject(self) -> str:
        """The subject, decoded."""
        return self.field_text(b"subject")

    @Lazy
    def title(self) -> str:
        """The subject as it is searched: full and half width alike, lower case."""
        return " ".join(narrowed(self.subject).lower().split())

    @Lazy
    def authors(self) -> tuple[Mailbox, ...]:
        """The mailboxes in From; more than one is allowed and suspicious."""
        return mailboxes(self.header.first(b"from"))

    @Lazy
    def author(self) -> Mailbox:
        """The first mailbox in From."""
        return next((a for a in self.authors if a.address), Mailbox("", ""))

    @Lazy
    def reply_to(self) -> tuple[Mailbox, ...]:
        """The mailboxes in Reply-To that have an address."""
        return tuple(m for m in mailboxes(self.header.first(b"reply-to")) if m.address)

    @Lazy
    def message_id(self) -> str | None:
        """The mail's own Message-ID, with <>; None when there is none that can be quoted."""
        ids = message_ids(self.header.first(b"message-id"))
        return ids[0] if ids else None

    @Lazy
    def in_reply_to(self) -> tuple[str, ...]:
        """Message-IDs in In-Reply-To."""
        return message_ids(self.header.first(b"in-reply-to"))

    @Lazy
    def references(self) -> tuple[str, ...]:
        """Message-IDs in References, oldest first."""
        return message_ids(self.header.first(b"references"))

    @Lazy
    def content(self) -> Described:
        """The mail's own Content-Type."""
        return described(self.header.first(b"content-type"))

    # ------------------------------------------------------------ parts

    @Lazy
    def parts(self) -> tuple[Part, ...]:
        """The leaves of the MIME tree in their order."""
        walk = Walk(self.raw, self.defects)
        return tuple(walk.leaves(self.header, self.content, len(self.raw)))

    def body_of(self, part: Part, limit: int | None = None) -> bytes:
        """A part's bytes without its transfer encoding."""
        end = part.end if limit is None else min(part.end, part.start + limit)
        return decoded(self.raw[part.start : end], part.encoding)

    @Lazy
    def attachments(self) -> tuple[str, ...]:
        """Names of the files beside the text."""
        return tuple(p.name or p.content_type for p in self.parts if p.attached)

    @Lazy
    def documents(self) -> tuple[str, ...]:
        """Names of the attached files that may say something."""
        return tuple(p.name or p.content_type for p in self.parts if p.document)

    @Lazy
    def body(self) -> Body:
        """The readable text of all parts that are no attachments."""
        return _body(self)

    @property
    def text(self) -> str:
        """The readable text."""
        return self.body.text


@dataclass(frozen=True, slots=True)
class Body:
    """The readable text, and how far it can be trusted."""

    text: str
    replaced: int
    """How many characters could not be read."""
    confidence: Literal["sure", "guess"]


def parse(raw: bytes) -> IncomingMail:
    """A mail from its raw bytes. Never raises."""
    if b"\n" not in raw[:TEXT_LIMIT] and b"\r" in raw:
        raw = raw.replace(b"\r", b"\n")
    start = len(raw) - len(raw.lstrip(b"\r\n")) if raw[:1] in {b"\r", b"\n"} else 0
    mbox = _FROM_LINE.match(raw, start)
    header = split(raw, mbox.end() if mbox else start, len(raw))
    return IncomingMail(raw, header, list(header.defects))


# ---------------------------------------------------------------- the text


def _body(mail: IncomingMail) -> Body:
    texts: list[str] = []
    replaced, guessed, left = 0, False, TEXT_LIMIT
    for part in _chosen(mail):
        if left <= 0:
            mail.defects.append("text over 1 MB")
            break
        raw = mail.body_of(part, left * 2)
        if len(raw) > left:
            mail.defects.append("text over 1 MB")
            raw = raw[:left]
        left -= len(raw)
        if part.encoding.strip().lower() not in PACKED:
            raw = undeclared(raw)
        found = decode(raw, part.charset)
        text = html.to_text(found.text) if part.content_type == "text/html" else found.text
        texts.append(_flowed(text, part) if part.flowed else text)
        replaced += found.replaced
        guessed = guessed or found.confidence == "guess"
    text = _lines("\n".join(t.strip("\r\n") if len(texts) > 1 else t for t in texts))
    if replaced:
        mail.defects.append(f"{replaced} characters could not be read")
    return Body(text, text.count(REPLACEMENT), "guess" if guessed else "sure")


def _chosen(mail: IncomingMail) -> list[Part]:
    """The parts that are read: of several forms of one text, the plain one."""
    readable = [p for p in mail.parts if not p.attached]
    plain = {
        p.alternative
        for p in readable
        if p.alternative is not None
        and p.content_type != "text/html"
        and _says_something(mail.body_of(p, 4000), p.charset)
    }
    chosen = []
    for part in readable:
        is_html = part.content_type == "text/html"
        if part.alternative is None or is_html != (part.alternative in plain):
            chosen.append(part)
    return chosen


def _says_something(raw: bytes, charset: str | None) -> bool:
    """Whether a plain text is more than a note that the mail is written in HTML."""
    if len(raw) >= _STUB_LIMIT or not raw.strip():
        return raw.strip() != b""
    text = decode(raw, charset).text.strip()
    return text != "" and _STUB.search(text) is None


def _lines(text: str) -> str:
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if _ODD_ENDS.search(text) is not None:
        text = _ODD_ENDS.sub("\n", text)
    if _CONTROL.search(text) is not None:
        text = _CONTROL.sub("", text)
    return text


def _flowed(text: str, part: Part) -> str:
    """Lines that were broken only for the screen, joined again (RFC 3676 §4)."""
    out: list[str] = []
    open_line = False
    for line in text.replace("\r\n", "\n").split("\n"):
        quoted = line.startswith(">")
        if out and not (open_line and not quoted):
            out.append("\n")
        open_line = line.endswith(" ") and line != "-- " and not quoted
        out.append(line[:-1] if open_line and part.deletes_space else line)
    return "".join(out)
