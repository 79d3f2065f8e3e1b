"""Letters that come back, and the token by which we know them.

Law of this file: which letter failed is told by the token in our envelope sender (VERP with an
HMAC), because only we can make one.  What a returned mail says beside it is a stranger's word.
"""

from __future__ import annotations

import hmac
import re
from dataclasses import dataclass

from pipeline.mail.own import Own

_NONCE = re.compile(r"[0-9a-f]{20}")
_TOKEN = re.compile(r"b-([0-9a-f]{20})-([0-9a-f]{16})")
_MESSAGE_ID = re.compile(r"<uketsuke\.[0-9a-f]{20}@([^<>@]+)>")
_LOCAL_PART_LIMIT = 64
"""RFC 5321 §4.5.3.1.1."""


@dataclass(frozen=True, slots=True)
class BounceNotice:
    """What a delivery status says."""

    address: str
    """The address that failed; "" when none could be found."""
    permanent: bool
    diagnosis: str
    """One line of the server's words, or a status code."""
    token: str | None
    """The verified nonce of the letter that failed."""


def token(nonce: str, key: bytes) -> str:
    """`b-NONCE-HMAC`: what stands behind the delimiter in our envelope sender."""
    mac = hmac.digest(key, nonce.encode("ascii"), "sha256").hex()[:16]
    return f"b-{nonce}-{mac}"


def verify(text: str, key: bytes) -> str | None:
    """The nonce of a token that we made; None for anything else."""
    found = _TOKEN.fullmatch(text.lower())
    if found is None or not hmac.compare_digest(token(found[1], key), text.lower()):
        return None
    return found[1]


def message_id_of(nonce: str, own: Own) -> str:
    """The Message-ID of the letter with this nonce, with <>."""
    return f"<uketsuke.{nonce}@{own.message_domain}>"


def is_own_id(message_id: str, own: Own) -> bool:
    """Whether a Message-ID, with <>, has the shape of ours."""
    found = _MESSAGE_ID.fullmatch(message_id)
    return found is not None and found[1].lower() == own.message_domain.lower()


def envelope_sender(own: Own, nonce: str) -> str:
    """The envelope sender of the letter with this nonce: `local+b-NONCE-HMAC@domain`.

    Without a recipient delimiter, or when the local part would grow beyond what SMTP allows, it
    is the office's plain address.
    """
    if _NONCE.fullmatch(nonce) is None:
        raise ValueError("a nonce is 20 lower-case hex characters")
    local, _, domain = own.address.rpartition("@")
    if own.delimiter is None:
        return own.address
    tagged = f"{local}{own.delimiter}{token(nonce, own.token_key)}"
    return f"{tagged}@{domain}" if len(tagged) <= _LOCAL_PART_LIMIT else own.address


def verified_nonce(address: str, own: Own) -> str | None:
    """The nonce in an address that we made as an envelope sender; None for any other address."""
    local, _, domain = own.address.lower().rpartition("@")
    given, _, at = address.strip("<> ").lower().rpartition("@")
    if own.delimiter is None or at != domain:
        return None
    head, _, tail = given.rpartition(own.delimiter)
    return verify(tail, own.token_key) if head == local else None
