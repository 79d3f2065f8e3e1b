"""Header fields from raw bytes: where they end, and what they say.

Law of this file: every field stays bytes until somebody asks for it, because encoded words
(RFC 2047) are cut in the middle of characters and must be joined as bytes before they are read.
It knows limits, raises nothing, and each step takes time in proportion to what it is given.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import groupby
from typing import Final

from pipeline.mail.charset import decode
from pipeline.mail.transfer import from_base64, from_quoted_printable

BLOCK_LIMIT: Final = 256 * 1024
"""Bytes of one header block."""
FIELDS_LIMIT: Final = 1000
FIELD_LIMIT: Final = 64 * 1024
"""Bytes of one field."""
IDS_LIMIT: Final = 100
"""Message-IDs taken from one field."""

_END: Final = re.compile(rb"\n\r?\n")
_FIELD: Final = re.compile(rb"([!-9;-~]+)[ \t]*:([^\n]*(?:\n[ \t][^\n]*)*)\n?")
_FOLD: Final = re.compile(rb"\r?\n[ \t]*")
_WORD: Final = re.compile(rb"=\?([^?\s=]*)\?([BbQq])\?([^?]*\??)(?:\?=|\?$|$)")
_ONE_WORD: Final = re.compile(r"=\?[!->@-~]+\?[BbQq]\?[!->@-~]*\?=")
_CONTROL: Final = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_TURNING: Final = re.compile("[\u202a-\u202e\u2066-\u2069]+")
"""What turns the direction of what is shown behind it."""
_ID: Final = re.compile(rb"<[!-;=?-~]{1,250}>")


@dataclass(slots=True)
class Block:
    """One header block: its fields by lower-case name, each name's topmost first."""

    fields: dict[bytes, list[bytes]]
    end: int
    """Where the body begins."""
    defects: list[str] = field(default_factory=list)

    def first(self, name: bytes) -> bytes | None:
        """The topmost field of that (lower-case) name, still raw."""
        values = self.fields.get(name)
        return values[0] if values else None

    def all(self, name: bytes) -> list[bytes]:
        """All fields of that name, topmost first."""
        return self.fields.get(name, [])


def split(raw: bytes, start: int, end: int) -> Block:
    """The header block that begins at `start`, within `end`."""
    stop = min(end, start + BLOCK_LIMIT)
    if raw.startswith((b"\n", b"\r\n"), start, stop):
        return Block({}, raw.index(b"\n", start) + 1)
    blank = _END.search(raw, start, stop)
    block = Block({}, blank.end() if blank else stop)
    if blank is None and stop < end:
        block.defects.append("header block over 256 KB")
    _read_fields(raw, start, blank.start() + 1 if blank else stop, block)
    if not block.fields:
        block.defects = ["no header"]
        block.end = start
    return block


def _read_fields(raw: bytes, place: int, stop: int, block: Block) -> None:
    count = 0
    while place < stop:
        found = _FIELD.match(raw, place, stop)
        if found is None:
            # A line that is no field: skipped, for what follows may be.
            line = raw.find(b"\n", place, stop)
            place = line + 1 if line >= 0 else stop
            if "line in header that is no field" not in block.defects:
                block.defects.append("line in header that is no field")
            continue
        place = found.end()
        count += 1
        if count > FIELDS_LIMIT:
            block.defects.append("more than 1000 header fields")
            return
        value = found[2]
        if len(value) > FIELD_LIMIT:
            value = value[:FIELD_LIMIT]
            block.defects.append("header field over 64 KB")
        block.fields.setdefault(found[1].lower(), []).append(value)


def unfolded(raw: bytes) -> bytes:
    """A field's value on one line."""
    return _FOLD.sub(b" ", raw).strip() if b"\n" in raw else raw.strip()


def text_of(raw: bytes) -> str:
    """A field's value as text: encoded words, raw Japanese in any encoding, or plain ASCII."""
    text = _decoded_line(raw)
    if _ONE_WORD.fullmatch(text) is not None:
        return _decoded_line(text.encode("ascii"))  # packed again by a forwarder
    return text


def _decoded_line(raw: bytes) -> str:
    line = unfolded(raw)
    if b"=?" not in line:
        return _clean(decode(line).text)
    out: list[str] = []
    words: list[re.Match[bytes]] = []
    place = 0
    for word in _WORD.finditer(line):
        between = line[place : word.start()]
        # White space between two encoded words is no part of the text (RFC 2047 §6.2).
        if between and (not words or between.strip()):
            out += (_words(words), decode(between).text)
            words = []
        words.append(word)
        place = word.end()
    out.append(_words(words))
    if place < len(line):
        out.append(decode(line[place:]).text)
    return _clean("".join(out))


def _words(words: list[re.Match[bytes]]) -> str:
    """Adjacent encoded words: those of one character set are joined as bytes, then decoded."""
    if len(words) == 1:
        return _joined(words, words[0][1])
    out: list[str] = []
    for charset, run in groupby(words, key=lambda word: word[1].partition(b"*")[0].lower()):
        out.append(_joined(list(run), charset))
    return "".join(out)


def _joined(words: list[re.Match[bytes]], charset: bytes) -> str:
    label = charset.decode("ascii", "replace")
    if any(word[2] in b"Bb" and len(word[3]) % 4 and word[3][-1:] != b"=" for word in words[:-1]):
        # The base64 itself was cut, one stream in several words; or each lacks its padding.
        whole = decode(from_base64(b"".join(word[3] for word in words)), label)
        if whole.confidence == "sure" and not whole.replaced:
            return whole.text
    return decode(b"".join(map(_payload, words)), label).text


def _payload(word: re.Match[bytes]) -> bytes:
    return from_base64(word[3]) if word[2] in b"Bb" else from_quoted_printable(word[3], header=True)


def _clean(text: str) -> str:
    if text.isprintable():
        return text.strip()
    return _CONTROL.sub(" ", _TURNING.sub("", text)).strip()


def message_ids(raw: bytes | None) -> tuple[str, ...]:
    """The Message-IDs in a field, with <>, in its order. What is no printable ASCII is none."""
    if raw is None:
        return ()
    return tuple(found.decode("ascii") for found in _ID.findall(raw)[:IDS_LIMIT])
