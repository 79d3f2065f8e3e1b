"""Base64 and quoted-printable as they arrive: padded wrongly, cut, joined, with notes below.

Law of this file: bytes to bytes, and nothing raises.  RFC 2045 §6 says what was meant.
"""

from __future__ import annotations

import binascii
import re
from typing import Final

_NOT_BASE64: Final = re.compile(rb"[^A-Za-z0-9+/]+")
_PADDING: Final = re.compile(rb"=+")


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


def decoded(raw: bytes, encoding: bytes) -> bytes:
    """A body without its Content-Transfer-Encoding; an unknown one is taken for none."""
    name = encoding.strip(b" \t\r\n\"';").lower()
    if name == b"base64":
        return from_base64(raw)
    if name == b"quoted-printable":
        return from_quoted_printable(raw)
    return raw
