"""Whether the address in From is really the sender's.

Law of this file: fail closed.  Only the topmost `Authentication-Results` (RFC 8601) counts, only
from the server that the rules name, and only a pass for the very domain in From.  What a sender
can write into it (comments, quoted strings) is read as what it is and never as a result.

Exchange Online writes no name of a server into that field (its statements begin at once), so there
the field is believed when it is of that shape and Exchange's own mark of where the mail came from
stands beside it: `X-MS-Exchange-Organization-AuthAs`, which its header firewall takes off every
mail from outside before it writes its own.
"""

from __future__ import annotations

import re
from enum import Enum
from typing import Final

from pipeline.domain.rules import Authentication, Intake
from pipeline.mail.addresses import Mailbox
from pipeline.mail.headers import text_of, unfolded
from pipeline.mail.incoming import IncomingMail
from pipeline.mail.signature import Resolver, signed_by

_PIECE: Final = re.compile(r'"(?:[^"\\]|\\.)*"|[();]|[^"();]+|"', re.DOTALL)
_RESULT: Final = re.compile(r"\s*(dmarc|dkim|compauth)\s*=\s*([a-z]+)(?=\s|$)", re.IGNORECASE)
_PROPERTY: Final = re.compile(r"\bheader\.(from|d)\s*=\s*([^\s;]+)", re.IGNORECASE)
_METHOD: Final = re.compile(r"\s*(?:spf|dkim|dmarc|arc|compauth)\s*=", re.IGNORECASE)
_LIMIT: Final = 8 * 1024
"""Bytes of a field that is looked at; no server writes more."""
_PROVES: Final = {"dmarc": "from", "dkim": "d"}


class Standing(Enum):
    """What is known of the address in From."""

    PROVEN = "proven"
    FAILED = "failed"
    """Our own server says that the mail is not from there (dmarc=fail)."""
    UNKNOWN = "unknown"


def standing(mail: IncomingMail, intake: Intake, resolver: Resolver | None = None) -> Standing:
    """How the address in From stands, by the way that the rules name.

    `resolver` asks for DNS records; without one no signature is verified.
    """
    way = intake.authentication
    if way is None or not _one_author(mail):
        return Standing.UNKNOWN
    if way is Authentication.DKIM:
        domain = mail.author.address.rpartition("@")[2]
        proven = resolver is not None and signed_by(mail.raw, domain, resolver)
        return Standing.PROVEN if proven else Standing.UNKNOWN
    results = mail.header.all(b"authentication-results")
    if way is Authentication.EXCHANGE:
        marks = mail.header.all(b"x-ms-exchange-organization-authas")
        return by_exchange(results, marks, mail.authors)
    return by_server(results, mail.authors, intake.authserv_id)


def _one_author(mail: IncomingMail) -> bool:
    """Whether there is one From field, with one address in it."""
    return len(mail.header.all(b"from")) == 1 and len(mail.authors) == 1


def by_server(
    results: list[bytes], authors: tuple[Mailbox, ...], authserv_id: str | None
) -> Standing:
    """What our own server says of the only address in From.

    `results` are the mail's Authentication-Results fields, topmost first.
    """
    if not authserv_id or not _readable(results, authors):
        return Standing.UNKNOWN
    server, *statements = _statements(unfolded(results[0]).decode("latin-1"))
    if not server.split() or server.split()[0].lower() != authserv_id.lower():
        return Standing.UNKNOWN
    return _judged(statements, authors[0])


def by_exchange(results: list[bytes], marks: list[bytes], authors: tuple[Mailbox, ...]) -> Standing:
    """What Exchange Online says of it; `marks` are the X-MS-Exchange-Organization-AuthAs fields.

    A mail from outside is marked Anonymous; anything else was not checked as one.
    """
    outside = len(marks) == 1 and text_of(marks[0]).strip().lower() == "anonymous"
    if not outside or not _readable(results, authors):
        return Standing.UNKNOWN
    statements = _statements(unfolded(results[0]).decode("latin-1"))
    if _METHOD.match(statements[0]) is None:
        return Standing.UNKNOWN
    whole = {found[1].lower(): found[2].lower() for s in statements if (found := _RESULT.match(s))}
    if whole.get("compauth") in {"fail", "softpass", "none"}:
        return Standing.FAILED if whole["compauth"] == "fail" else Standing.UNKNOWN
    return _judged(statements, authors[0])


def _readable(results: list[bytes], authors: tuple[Mailbox, ...]) -> bool:
    return (
        bool(results)
        and len(results[0]) <= _LIMIT
        and len(authors) == 1
        and authors[0].address != ""
    )


def _judged(statements: list[str], author: Mailbox) -> Standing:
    domain = author.address.rpartition("@")[2]
    if any(_proves(statement, domain) for statement in statements):
        return Standing.PROVEN
    failed = any(
        (found := _RESULT.match(statement))
        and (found[1].lower(), found[2].lower()) == ("dmarc", "fail")
        for statement in statements
    )
    return Standing.FAILED if failed else Standing.UNKNOWN


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
    if result is None or result[2].lower() != "pass" or result[1].lower() not in _PROVES:
        return False
    wanted = _PROVES[result[1].lower()]
    said = {value.lower() for name, value in _PROPERTY.findall(statement) if name.lower() == wanted}
    return said == {domain}
