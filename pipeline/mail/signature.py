"""A mail's own signature (DKIM, RFC 6376), verified here where the receiving server does not.

Law of this file: it proves only what stands under it.  A signature counts for the very domain in
From, when it covers From and the whole body (no `l=`), with a key of today's size; anything that
goes wrong, a slow name server among it, means that nothing was proven.  No socket is opened here:
whoever reads the mail hands in the resolver.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final, Protocol

from pipeline.mail.headers import split, unfolded


class Resolver(Protocol):
    """Asks for a TXT record: its bytes, or None when there is none or no answer in time."""

    def __call__(self, name: bytes, timeout: float = 5) -> bytes | None:
        """`name` is a domain name; `timeout` in seconds."""


_TAG: Final = re.compile(rb"\s*([a-z]+)\s*=\s*([^;]*)")
_SIGNATURES_LIMIT: Final = 3
"""Signatures of one mail that are looked at: each costs a question to a name server."""
_SMALLEST_KEY: Final = 1024
"""Bits (RFC 8301 §3.2)."""
_TIMEOUT: Final = 2
"""Seconds that a name server is given."""


def signed_by(raw: bytes, domain: str, resolver: Resolver) -> bool:
    """Whether a signature of this domain holds for the mail. Never raises for what stands in it."""
    fields = split(raw, 0, len(raw)).all(b"dkim-signature")
    wanted = domain.lower().encode("ascii", "ignore")
    return any(
        _counts(field, wanted) and _holds(raw, place, resolver)
        for place, field in enumerate(fields[:_SIGNATURES_LIMIT])
    )


def _counts(field: bytes, domain: bytes) -> bool:
    """Whether a signature, if it holds, would prove the address in From."""
    tags = {name: b"".join(value.split()).lower() for name, value in _TAG.findall(unfolded(field))}
    return (
        tags.get(b"d") == domain
        and b"l" not in tags
        and b"from" in tags.get(b"h", b"").split(b":")
        and tags.get(b"a") in {b"rsa-sha256", b"ed25519-sha256"}
    )


def _holds(raw: bytes, place: int, resolver: Callable[..., bytes | None]) -> bool:
    import dkim  # a third of a second, and only where the rules ask for it

    try:
        mail = dkim.DKIM(raw, minkey=_SMALLEST_KEY, timeout=_TIMEOUT)
        return bool(mail.verify(idx=place, dnsfunc=resolver))
    except (dkim.DKIMException, ValueError, TypeError, LookupError, AttributeError):
        # What dkimpy raises for a signature or a key that is no good.
        return False
