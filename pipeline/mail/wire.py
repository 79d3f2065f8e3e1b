"""Header fields and bodies as bytes on the wire.

Law of this file: what comes in is text that strangers may have written, what goes out is ASCII
with CRLF at the end of each line, no line longer than 76 characters where we can choose, and no
line that somebody else chose to begin.  It is written by hand because every mail passes through
it: the standard library's message classes need a millisecond for what takes 0.01 here.

`Unaddressable` is raised for an address that cannot be written on the wire at all; the caller
leaves that letter to a person.
"""

from __future__ import annotations

import re
from binascii import b2a_base64
from datetime import date, datetime, timedelta
from functools import lru_cache
from struct import Struct

LINE = 76
"""The longest line that we write ourselves (RFC 2047 §2, RFC 2045 §6.8)."""
_WORD_OPENS, _WORD_CLOSES = "=?UTF-8?B?", "?="
_LONGEST_PLAIN = 60
_CONTINUES = 0x80
"""The high bits of a byte within a character of UTF-8."""
_LOCAL_PART, _DOMAIN, _MESSAGE_ID = 64, 255, 250
_PARENTS_KEPT = 12

_DOT_ATOM = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_PLAIN = re.compile(r"[A-Za-z0-9 ]*")
_PRINTABLE = re.compile(r"[\x20-\x7e]+")
_HOST = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?|\[[0-9A-Fa-f.:IPv]+\]")
_ID = re.compile(r"<?([\x21-\x3b\x3d\x3f-\x7e]+)>?")

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = (
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
)  # fmt: skip


class Unaddressable(ValueError):  # noqa: N818 - named for what the caller learns
    """Not an address that SMTP can carry without SMTPUTF8."""


def dated(when: datetime) -> str:
    """A Date field's value (RFC 5322 §3.3), whatever the locale."""
    offset = _offset(when.utcoffset() or timedelta())
    return f"{_day(when.date())} {when.hour:02d}:{when.minute:02d}:{when.second:02d} {offset}"


@lru_cache(maxsize=256)
def _day(on: date) -> str:
    return f"{_DAYS[on.weekday()]}, {on.day:02d} {_MONTHS[on.month - 1]} {on.year}"


@lru_cache(maxsize=64)
def _offset(offset: timedelta) -> str:
    hours, minutes = divmod(abs(offset) // timedelta(minutes=1), 60)
    return f"{'-' if offset < timedelta() else '+'}{hours:02d}{minutes:02d}"


def unstructured(name: str, text: str) -> str:
    """A header field of free text: plain where it can be, else encoded words (RFC 2047), folded.

    `text` must be one line (`wording.one_line`).
    """
    if len(text) <= _LONGEST_PLAIN and _PLAIN.fullmatch(text):
        return f"{name}: {text}\r\n"
    return f"{name}: {encoded_words(text, len(name) + 2)}\r\n"


def encoded_words(text: str, used: int) -> str:
    """B-encoded words, each of whole characters, on lines of their own.

    `used`: how many characters of the first line are taken already.
    """
    data = text.encode()
    words: list[str] = []
    at, room = 0, _bytes_in(LINE - used)
    while at < len(data):
        end = min(at + room, len(data))
        while end < len(data) and data[end] & 0xC0 == _CONTINUES:
            end -= 1
        encoded = b2a_base64(data[at:end], newline=False).decode()
        words.append(f"{_WORD_OPENS}{encoded}{_WORD_CLOSES}")
        at, room = end, _FULL_LINE
    return "\r\n ".join(words)


def _bytes_in(columns: int) -> int:
    """How many bytes of UTF-8 an encoded word holds that fits into so many columns."""
    return max(4, (columns - len(_WORD_OPENS) - len(_WORD_CLOSES)) // 4 * 3)


_FULL_LINE = _bytes_in(LINE - 1)
"""After the space that continues a field."""


@lru_cache(maxsize=1024)
def address(canonical: str) -> str:
    """An address for the wire: the local part is quoted where it is no dot-atom (RFC 5321 §4.1.2).

    Inside the house an address is kept unquoted. Raises Unaddressable.
    """
    local, _, domain = canonical.rpartition("@")
    if not local or len(local) > _LOCAL_PART or not _PRINTABLE.fullmatch(local):
        raise Unaddressable("the local part of a recipient is not printable ASCII of 1 to 64")
    return f"{_local(local)}@{_host(domain)}"


def _local(local: str) -> str:
    if _DOT_ATOM.fullmatch(local):
        return local
    escaped = local.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _host(domain: str) -> str:
    try:
        ascii_domain = domain if domain.isascii() else domain.encode("idna").decode()
    except UnicodeError as error:
        raise Unaddressable("the domain of a recipient has no ASCII form") from error
    if len(ascii_domain) > _DOMAIN or not _HOST.fullmatch(ascii_domain):
        raise Unaddressable("the domain of a recipient is not a host name")
    return ascii_domain


def mailbox(name: str, display: str, canonical: str) -> str:
    """A header field with one address and, where there is one, its display name."""
    spec = address(canonical)
    if not display:
        return f"{name}: {spec}\r\n"
    words = encoded_words(display, len(name) + 2)
    last = len(words.rpartition("\r\n")[2])
    glue = " " if last + len(spec) + len(name) + 5 <= LINE else "\r\n "
    return f"{name}: {words}{glue}<{spec}>\r\n"


def message_id(text: str | None) -> str | None:
    """A Message-ID that can stand in a field of ours, with its brackets; None for anything else."""
    match = _ID.fullmatch(text) if text else None
    return f"<{match[1]}>" if match and len(match[1]) <= _MESSAGE_ID else None


def references(ids: tuple[str, ...]) -> str:
    """A References field, one id a line; a long thread keeps its first and its latest ones."""
    if len(ids) > _PARENTS_KEPT:
        ids = (ids[0], *ids[1 - _PARENTS_KEPT :])
    return "References: " + "\r\n ".join(ids) + "\r\n"


def base64_lines(body: bytes) -> bytes:
    """A body in base64 with lines of 76 characters (RFC 2045 §6.8), the last one ended too."""
    encoded = b2a_base64(body, newline=False)
    return b"\r\n".join((*_cuts(len(encoded)).unpack(encoded), b""))


@lru_cache(maxsize=1024)
def _cuts(length: int) -> Struct:
    """How to cut so many bytes into lines: in C, and five times as quick as slicing."""
    whole, rest = divmod(length, LINE)
    return Struct(f"{LINE}s" * whole + (f"{rest}s" if rest else ""))
