"""A raw mail as its parts.

Law of this file: the raw bytes are the truth and are never changed.  `parse` finds the header
block and nothing else; parts are looked for when they are asked for, and decoded when they are
read.  Nothing raises; what is wrong stands in `defects`.  Limits come first, because access to a
hostile mail costs more than its bytes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final, Literal

from pipeline.mail import html
from pipeline.mail.addresses import Mailbox, mailboxes
from pipeline.mail.charset import REPLACEMENT, decode
from pipeline.mail.folding import narrowed
from pipeline.mail.headers import Block, message_ids, split, text_of
from pipeline.mail.once import Lazy
from pipeline.mail.parameters import Described, described, file_name
from pipeline.mail.transfer import decoded

NESTING_LIMIT: Final = 20
PARTS_LIMIT: Final = 500
TEXT_LIMIT: Final = 1024 * 1024
"""Bytes of text that are read of all parts together."""

_FROM_LINE: Final = re.compile(rb">?From [^\n]*\n")
_SAYS_NOTHING: Final = frozenset({
    "application/pkcs7-signature", "application/x-pkcs7-signature", "application/pgp-signature",
    "text/calendar", "text/vcard", "text/x-vcard", "application/ics",
})  # fmt: skip
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_ODD_ENDS: Final = re.compile("[\u2028\u2029\x85]")
_FIRST_DELIMITER: Final = re.compile(rb"^--(\S[^\r\n]{0,200}?)[ \t]*\r?$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Part:
    """One leaf of the MIME tree; its body is a slice of the raw mail."""

    content_type: str
    charset: str | None
    encoding: bytes
    start: int
    end: int
    attached: bool
    """Whether it is a file beside the text."""
    name: str
    """Its file name, safe to show; "" when it has none."""
    alternative: int | None
    """Which multipart/alternative it belongs to."""
    document: bool = False
    """An attached file that may say something: no picture in the text, no signature."""
    flowed: bool = False
    """format=flowed (RFC 3676)."""


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
        walk = _Walk(self.raw, self.defects)
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


# ---------------------------------------------------------------- the tree


@dataclass(frozen=True, slots=True)
class _Node:
    """A part of the tree that has still to be looked at."""

    header: Block
    end: int
    depth: int
    alternative: int | None


class _Walk:
    """Walks the tree without recursion, in the order of the text."""

    def __init__(self, raw: bytes, defects: list[str]) -> None:
        self._raw = raw
        self._defects = defects
        self._seen = 0
        self._alternatives = 0

    def leaves(self, header: Block, content: Described, end: int) -> Iterator[Part]:
        root = _Node(header, end, 0, None)
        waiting = [root]
        while waiting:
            node = waiting.pop()
            self._seen += 1
            if self._seen > PARTS_LIMIT:
                self._tell("more than 500 parts")
                return
            if node is not root:
                content = described(node.header.first(b"content-type"))
            children = self._children(node, content)
            if children is None:
                yield _leaf(node, content)
            else:
                waiting.extend(reversed(children))

    def _children(self, node: _Node, content: Described) -> list[_Node] | None:
        if not content.value.startswith("multipart/"):
            return None
        if node.depth >= NESTING_LIMIT:
            self._tell("nested deeper than 20")
            return None
        boundary = content.parameter("boundary").strip() or self._found_boundary(node)
        spans = self._spans(boundary, node.header.end, node.end) if boundary else []
        if not spans:
            self._tell("multipart without its parts")
            return None
        alternative = node.alternative
        if content.value == "multipart/alternative":
            self._alternatives += 1
            alternative = self._alternatives
        return [
            _Node(split(self._raw, start, end), end, node.depth + 1, alternative)
            for start, end in spans
        ]

    def _found_boundary(self, node: _Node) -> bytes:
        self._tell("multipart without a boundary")
        found = _FIRST_DELIMITER.search(self._raw, node.header.end, node.end)
        return found[1] if found is not None else b""

    def _spans(self, boundary: bytes, start: int, end: int) -> list[tuple[int, int]]:
        """Where the parts between the delimiter lines stand (RFC 2046 §5.1.1)."""
        raw, delimiter = self._raw, b"--" + boundary
        spans: list[tuple[int, int]] = []
        opened: int | None = None
        place = raw.find(delimiter, start, end)
        while place >= 0 and len(spans) <= PARTS_LIMIT:
            behind = place + len(delimiter)
            line_end = raw.find(b"\n", behind, end)
            rest = raw[behind : line_end if line_end >= 0 else end][:200].strip()
            if (place == start or raw[place - 1] == 0x0A) and rest in {b"", b"--"}:  # noqa: PLR2004 - a line feed
                if opened is not None:
                    spans.append((opened, _before_line_end(raw, place, opened)))
                opened = None
                if rest or line_end < 0:
                    break
                opened = line_end + 1
            place = raw.find(delimiter, behind, end)
        if opened is not None:
            self._tell("last part without its end")
            spans.append((opened, end))
        return spans

    def _tell(self, defect: str) -> None:
        if defect not in self._defects:
            self._defects.append(defect)


def _before_line_end(raw: bytes, place: int, start: int) -> int:
    """The line end before a delimiter belongs to the delimiter."""
    place -= 1
    if place > start and raw[place - 1] == 0x0D:  # noqa: PLR2004 - a carriage return
        place -= 1
    return max(place, start)


def _leaf(node: _Node, content: Described) -> Part:
    disposition = described(node.header.first(b"content-disposition"))
    name = file_name(disposition, content)
    readable = _readable(content.value)
    attached = disposition.value == "attachment" or not readable or name != ""
    attached = attached and not (node.depth == 0 and readable)
    in_text = content.value.startswith("image/") and (
        disposition.value == "inline" or b"content-id" in node.header.fields
    )
    encoding = node.header.first(b"content-transfer-encoding") or b""
    return Part(
        content_type=content.value if "/" in content.value else "text/plain",
        charset=content.text("charset") or None,
        encoding=encoding,
        start=node.header.end,
        end=node.end,
        attached=attached,
        name=name,
        alternative=node.alternative,
        document=attached and not in_text and content.value not in _SAYS_NOTHING,
        flowed=content.text("format").lower() == "flowed",
    )


def _readable(content_type: str) -> bool:
    """Whether a part is text to be read. Without a valid type it is plain text (RFC 2045 §5.2)."""
    return "/" not in content_type or content_type in {
        "text/plain", "text/html", "text/enriched", "text/plaintext",
    } or content_type.startswith("multipart/")  # fmt: skip


# ---------------------------------------------------------------- the text


def _body(mail: IncomingMail) -> Body:
    texts: list[str] = []
    replaced, guessed, left = 0, False, TEXT_LIMIT
    for part in _chosen(mail):
        if left <= 0:
            mail.defects.append("text over 1 MB")
            break
        raw = mail.body_of(part, left * 2)[:left]
        left -= len(raw)
        found = decode(raw, part.charset)
        text = html.to_text(found.text) if part.content_type == "text/html" else found.text
        texts.append(_flowed(text) if part.flowed else text)
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
        and mail.body_of(p, 4000).strip()
    }
    chosen = []
    for part in readable:
        is_html = part.content_type == "text/html"
        if part.alternative is None or is_html != (part.alternative in plain):
            chosen.append(part)
    return chosen


def _lines(text: str) -> str:
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if _ODD_ENDS.search(text) is not None:
        text = _ODD_ENDS.sub("\n", text)
    if _CONTROL.search(text) is not None:
        text = _CONTROL.sub("", text)
    return text


def _flowed(text: str) -> str:
    """Lines that were broken only for the screen, joined again (RFC 3676 §4)."""
    out: list[str] = []
    open_line = False
    for line in text.replace("\r\n", "\n").split("\n"):
        soft = line.endswith(" ") and line != "-- " and not line.startswith(">")
        if open_line and not line.startswith(">"):
            out[-1] += line
        else:
            out.append(line)
        open_line = soft
    return "\n".join(out)
