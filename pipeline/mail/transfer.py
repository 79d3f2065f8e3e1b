"""Base64, quoted-printable and uuencode as they arrive: cut, padded wrongly, with notes below.

Law of this file: bytes to bytes, and nothing raises.  RFC 2045 §6 says what was meant; what the
field names and what the bytes are need not agree, and then the bytes decide.
"""

from __future__ import annotations

import binascii
import re
from contextlib import suppress
from typing import Final

_NOT_BASE64: Final = re.compile(rb"[^A-Za-z0-9+/]+")
_PADDING: Final = re.compile(rb"=+")
_BASE64_BYTES: Final = bytes(
    code for code in range(128) if chr(code).isalnum() or chr(code) in "+/=\r\n"
)
_BASE64_LINE: Final = re.compile(rb"[A-Za-z0-9+/]{2,}={0,2}[ \t]*\r?\n?")
_WHOLE_LINE: Final = 60
"""Bytes of a line that is long enough to be nothing else."""
_ALL_BASE64: Final = re.compile(rb"(?:[A-Za-z0-9+/]{60,76}\r?\n)+[A-Za-z0-9+/]*={0,2}\s*")
_SOME_QUOTED: Final = re.compile(rb"(?:=[0-9A-F]{2}(?:=\r?\n)?){6}|=1B\$[@B]")
_UUENCODED: Final = frozenset({b"x-uuencode", b"uuencode", b"x-uue", b"uue"})


def from_base64(raw: bytes) -> bytes:
    """All the base64 there is, whatever stands between and however it ends."""
    if b"=" not in raw.rstrip(b"=\r\n\t "):
        try:
            return binascii.a2b_base64(raw)
        except binascii.Error:
            pass
    # Each run up to its own padding, so that joined pieces lose nothing.
    return b"".join(_unpadded(piece) for piece in _PADDING.split(raw))


def _unpadded(raw: bytes) -> bytes:
    letters = _NOT_BASE64.sub(b"", raw)
    if len(letters) % 4 == 1:
        letters = letters[:-1]
    return binascii.a2b_base64(letters + b"=" * (-len(letters) % 4))


def from_quoted_printable(raw: bytes, *, header: bool = False) -> bytes:
    """Quoted-printable; in a header `_` is a space (RFC 2047 §4.2)."""
    return binascii.a2b_qp(raw, header=header)


def from_uuencode(raw: bytes) -> bytes:
    """The file between `begin` and `end`, line by line."""
    out: list[bytes] = []
    for line in raw.splitlines():
        if line.startswith(b"begin ") and not out:
            continue
        if line.rstrip() in {b"end", b"`", b""}:
            continue
        with suppress(binascii.Error):
            out.append(binascii.a2b_uu(line))
    return b"".join(out)


def decoded(raw: bytes, encoding: bytes) -> bytes:
    """A body without its Content-Transfer-Encoding; an unknown one is taken for none."""
    name = encoding.strip(b" \t\r\n\"';").lower()
    if name == b"base64":
        return _base64_body(raw)
    if name == b"quoted-printable":
        return from_quoted_printable(raw)
    if name in _UUENCODED:
        return from_uuencode(raw)
    return raw


def undeclared(raw: bytes) -> bytes:
    """A text that was encoded, but whose field does not say so; any other as it is.

    Only text that then turns out to be of some Japanese encoding is taken for such.
    """
    if not raw.isascii():
        return raw
    plain = b""
    if _ALL_BASE64.fullmatch(raw) is not None:
        plain = from_base64(raw)
    elif _SOME_QUOTED.search(raw) is not None:
        plain = from_quoted_printable(raw)
    telling = b"\x1b$" in plain or not plain.isascii()
    return plain if telling and b"\x00" not in plain else raw


def _base64_body(raw: bytes) -> bytes:
    odd = raw.translate(None, _BASE64_BYTES)
    if not odd:
        return from_base64(raw)
    # Some other text stands below it, or all of it is some other text.
    out: list[bytes] = []
    packed: list[bytes] = []
    for line in raw.splitlines(keepends=True):
        begins = not packed and not out
        if _BASE64_LINE.fullmatch(line) and (begins or packed or len(line) >= _WHOLE_LINE):
            packed.append(line)
            continue
        if packed:
            out.append(from_base64(b"".join(packed)))
            packed = []
        out.append(line)
    if len(odd) * 10 < len(raw) and not any(b" " in line for line in out[1:]):
        return from_base64(raw)  # junk inside the lines
    return b"".join(out) + from_base64(b"".join(packed))
