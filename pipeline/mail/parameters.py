"""`Content-Type` and `Content-Disposition`: the value, its parameters, and names of files.

Law of this file: a file's name is read as headers are (RFC 2231, RFC 2047 inside quotes or bare,
raw Japanese), and only a safe last component of it leaves this file.  It is for showing; nothing
is ever opened under it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote_to_bytes

from pipeline.mail.charset import REPLACEMENT, decode
from pipeline.mail.headers import text_of, unfolded

PARAMETERS_LIMIT: Final = 100
_NAME_LIMIT: Final = 120
"""Characters of a shown file name."""

_VALUE: Final = re.compile(rb"[^;\s()\"]*")
_NAME: Final = rb";\s*([!#$&+.^_`{}|~A-Za-z0-9-]+)(?:\*(\d{1,3}))?(\*)?\s*=\s*"
_PARAMETER: Final = re.compile(_NAME + rb'("(?:[^"\\]|\\.)*"|"[^"]*\Z|[^;"]*)', re.DOTALL)
_ESCAPED: Final = re.compile(rb"\\(.)", re.DOTALL)
_PAIR: Final = rb"[\x81-\x9f\xe0-\xfc][\x40-\x7e\x80-\xfc]"
"""A double byte of Shift_JIS; the second may be a backslash (表, 能, 申)."""
_PARAMETER_SJIS: Final = re.compile(
    _NAME + rb'("(?>' + _PAIR + rb'|[^"\\]|\\.)*+"|"[^"]*\Z|[^;"]*)', re.DOTALL
)
_ESCAPED_SJIS: Final = re.compile(rb"(" + _PAIR + rb")|\\(.)", re.DOTALL)
_PERCENT: Final = re.compile("%[0-9A-Fa-f]{2}%[0-9A-Fa-f]{2}")
"""As browsers write a name; RFC 2231 wants an asterisk for that."""
_SLASH: Final = re.compile(r"[/\\:]")
_UNSAFE: Final = re.compile(
    r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u200b-\u200f\u202a-\u202e\u2066-\u2069]"
)
"""Control characters, and those that turn the direction of what is shown."""


@dataclass(frozen=True, slots=True)
class Described:
    """A field's value in lower case, and its parameters, still raw."""

    value: str
    parameters: dict[str, bytes]
    """By lower-case name; pieces and percent signs of RFC 2231 are put together in `names`."""
    names: dict[str, str]
    """Parameters that came in the form of RFC 2231, decoded."""

    def parameter(self, name: str) -> bytes:
        """A parameter as bytes; b"" when there is none."""
        raw = self.parameters.get(name)
        return raw if raw is not None else self.names.get(name, "").encode()

    def text(self, name: str) -> str:
        """A parameter as text, in whatever way its characters were packed."""
        extended = self.names.get(name)
        if extended and REPLACEMENT not in extended:
            return extended
        raw = self.parameters.get(name)
        if raw and raw.isascii() and b"=?" not in raw and b"\x1b" not in raw:
            return raw.decode("ascii").strip()
        return text_of(raw) if raw else extended or ""


NOTHING: Final = Described("", {}, {})


def described(raw: bytes | None) -> Described:
    """Take one field apart. What is broken in it is left out."""
    if not raw:
        return NOTHING
    line = unfolded(raw)
    start = _VALUE.match(line)
    value = start.group().decode("latin-1").lower() if start else ""
    plain: dict[str, bytes] = {}
    pieces: dict[str, dict[int, tuple[bytes, bool]]] = {}
    double = not _is_utf8(line)
    pattern = _PARAMETER_SJIS if double else _PARAMETER
    for count, found in enumerate(pattern.finditer(line)):
        if count >= PARAMETERS_LIMIT:
            break
        name, content = found[1].decode("ascii").lower(), _unquoted(found[4], double=double)
        if found[2] is None and found[3] is None:
            plain.setdefault(name, content)
        else:
            number = int(found[2] or 0)
            pieces.setdefault(name, {}).setdefault(number, (content, found[3] is not None))
    return Described(value, plain, {name: _joined(parts) for name, parts in pieces.items()})


def _is_utf8(raw: bytes) -> bool:
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _unquoted(raw: bytes, *, double: bool) -> bytes:
    raw = raw.strip()
    if not raw.startswith(b'"'):
        return raw
    inner = raw[1:-1] if raw.endswith(b'"') and len(raw) > 1 else raw[1:]  # never closed
    if b"\\" not in raw:
        return inner
    return _ESCAPED_SJIS.sub(rb"\1\2", inner) if double else _ESCAPED.sub(rb"\1", inner)


def _joined(parts: dict[int, tuple[bytes, bool]]) -> str:
    """RFC 2231 §3 and §4: pieces in order, the first of them names the character set."""
    ordered = [parts[number] for number in sorted(parts)]
    charset = b""
    first, extended = ordered[0]
    if extended and first.count(b"'") >= 2:  # noqa: PLR2004 - charset'language'text
        charset, _, first = first.split(b"'", 2)
        ordered[0] = (first, True)
    # Some senders forget the asterisk behind the later pieces.
    raw = b"".join(unquote_to_bytes(p) if packed or extended else p for p, packed in ordered)
    return decode(raw, charset.decode("ascii", "replace") or None).text


def file_name(disposition: Described, content_type: Described) -> str:
    """The attachment's name as it can be shown; "" when it has none."""
    name = disposition.text("filename") or content_type.text("name") or disposition.text("name")
    if _PERCENT.search(name) is not None:
        plain = unquote_to_bytes(name)
        name = plain.decode("utf-8") if not plain.isascii() and _is_utf8(plain) else name
    return safe_name(name)


def safe_name(name: str) -> str:
    """A file's name as it can be shown: its last component, without what turns or hides."""
    last = _SLASH.split(_UNSAFE.sub("", name))[-1].strip(" .")
    if len(last) > _NAME_LIMIT:
        stem, dot, extension = last.rpartition(".")
        last = f"{stem[:_NAME_LIMIT]}…{dot}{extension[-10:]}" if dot else last[:_NAME_LIMIT]
    return last
