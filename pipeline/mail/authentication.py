"""Whether the address in From is really the sender's.

Law of this file: fail closed.  Only the topmost `Authentication-Results` (RFC 8601) counts, only
from the server that the rules name, and only a pass for the very domain in From.  What a sender
can write into it (comments, quoted strings) is read as what it is and never as a result.
"""

from __future__ import annotations

import re
from typing import Final

from pipeline.mail.addresses import Mailbox
from pipeline.mail.headers import unfolded

_PIECE: Final = re.compile(r'"(?:[^"\\]|\\.)*"|[();]|[^"();]+|"', re.DOTALL)
_RESULT: Final = re.compile(r"\s*(dmarc|dkim)\s*=\s*pass(?=\s|$)", re.IGNORECASE)
_PROPERTY: Final = re.compile(r"\bheader\.(from|d)\s*=\s*([^\s;]+)", re.IGNORECASE)
_LIMIT: Final = 8 * 1024
"""Bytes of a field that is looked at; no server writes more."""
_PROVES: Final = {"dmarc": "from", "dkim": "d"}


def authenticated(
    results: list[bytes], authors: tuple[Mailbox, ...], authserv_id: str | None
) -> bool:
    """Whether our own server vouches for the only address in From.

    `results` are the mail's Authentication-Results fields, topmost first.
    """
    if not results or not authserv_id or len(authors) != 1 or not authors[0].address:
        return False
    if len(results[0]) > _LIMIT:
        return False
    domain = authors[0].address.rpartition("@")[2]
    server, *statements = _statements(unfolded(results[0]).decode("latin-1"))
    if not server.split() or server.split()[0].lower() != authserv_id.lower():
        return False
    return any(_proves(statement, domain) for statement in statements)


def _statements(text: str) -> list[str]:
    """The parts between semicolons, without comments; a quoted string says nothing.

    [""] when a quotation mark is never closed: then nobody can tell what is quoted.
    """
    out = [""]
    depth = 0
    for piece in _PIECE.findall(text):
        if piece == "(":
            depth += 1
        elif piece == ")":
            depth = max(0, depth - 1)
        elif depth:
            continue
        elif piece == '"':
            return [""]
        elif piece == ";":
            out.append("")
        else:
            out[-1] += '""' if piece.startswith('"') else piece
    return out


def _proves(statement: str, domain: str) -> bool:
    result = _RESULT.match(statement)
    if result is None:
        return False
    wanted = _PROVES[result[1].lower()]
    said = {value.lower() for name, value in _PROPERTY.findall(statement) if name.lower() == wanted}
    return said == {domain}
