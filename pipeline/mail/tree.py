"""The MIME tree of a raw mail: where each part begins and ends.

Law of this file: it walks without recursion and within limits, and decodes nothing.  What is
broken is read as far as it goes and told as a defect.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice
from typing import Final

from pipeline.mail.headers import Block, split, text_of
from pipeline.mail.parameters import Described, described, file_name, safe_name

NESTING_LIMIT: Final = 20
PARTS_LIMIT: Final = 500

_SAYS_NOTHING: Final = frozenset({
    "application/pkcs7-signature", "application/x-pkcs7-signature", "application/pgp-signature",
    "text/calendar", "text/vcard", "text/x-vcard", "application/ics",
})  # fmt: skip
_FIRST_DELIMITER: Final = re.compile(rb"^--(\S[^\r\n]{0,200}?)[ \t]*\r?$", re.MULTILINE)
PACKED: Final = frozenset({b"base64", b"quoted-printable"})
_UUENCODED: Final = re.compile(rb"^begin [0-7]{3,4} ([^\r\n]{1,200})\r?\n(?=[!-`])", re.MULTILINE)
_UUENCODED_END: Final = re.compile(rb"^end[ \t]*\r?$", re.MULTILINE)
_FILES_LIMIT: Final = 20
"""Files that are taken out of one text."""


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
    deletes_space: bool = False
    """delsp=yes: the space before a soft line break is none of the text's."""


@dataclass(frozen=True, slots=True)
class _Node:
    """A part of the tree that has still to be looked at."""

    header: Block
    end: int
    depth: int
    alternative: int | None


class Walk:
    """Walks the tree of one mail without recursion, in the order of the text."""

    def __init__(self, raw: bytes, defects: list[str]) -> None:
        self._raw = raw
        self._defects = defects
        self._seen = 0
        self._alternatives = 0

    def leaves(self, header: Block, content: Described, end: int) -> Iterator[Part]:
        """Every part that is no multipart; `end` is where the mail ends."""
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
                yield from _leaves(self._raw, _leaf(node, content))
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
        deletes_space=content.text("delsp").lower() == "yes",
    )


def _leaves(raw: bytes, part: Part) -> Iterator[Part]:
    """The part, or its pieces: text in which a file stands in the manner of uuencode."""
    start = part.start
    if part.attached or part.encoding.strip().lower() in PACKED:
        yield part
        return
    for found in islice(_UUENCODED.finditer(raw, part.start, part.end), _FILES_LIMIT):
        end = _UUENCODED_END.search(raw, found.end(), part.end)
        if end is None:
            break
        yield replace(part, start=start, end=found.start())
        yield Part(
            content_type="application/octet-stream",
            charset=None,
            encoding=b"x-uuencode",
            start=found.start(),
            end=end.end(),
            attached=True,
            name=safe_name(text_of(found[1])),
            alternative=None,
            document=True,
        )
        start = end.end()
    yield replace(part, start=start) if start > part.start else part


def _readable(content_type: str) -> bool:
    """Whether a part is text to be read. Without a valid type it is plain text (RFC 2045 §5.2)."""
    return "/" not in content_type or content_type in {
        "text/plain", "text/html", "text/enriched", "text/plaintext",
    } or content_type.startswith("multipart/")  # fmt: skip
