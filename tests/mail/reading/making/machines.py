"""What machines send: automatic replies of many systems, and letters that came back.

None of them is ever answered.  They stand in machines.toml.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from tests.mail.reading.making.coding import BY_NAME
from tests.mail.reading.making.expect import Case, ascii_lines, case, silent, tables
from tests.mail.reading.making.post import DRESS, Mail, Part
from tests.mail.reading.making.words import WAYS

OURS = "【受付番号572421】お振込みのお願い"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """One automatic reply."""

    name: str
    what: str
    subject: str
    text: str
    header: Sequence[str] = ()
    address: str = "muroi@example.jp"
    sender: str = "室井加奈"
    coding: str = "utf8-base64"
    kinds: Sequence[str] = ("auto_reply",)


Made = tuple[str, str, Mail, dict[str, Any]]
"""Name, description, mail and expectation."""


def replies() -> Iterator[Made]:
    """Each automatic reply."""
    for told in tables("machines")["reply"]:
        one = Reply(**told)
        mail = Mail(
            subject=one.subject,
            name=one.sender,
            address=one.address,
            text=one.text,
            header=ascii_lines(one.header),
            coding=BY_NAME[one.coding],
            way=WAYS["jis-b" if one.coding == "jis" else "utf8-b"],
            date=b"Thu, 26 Feb 2026 09:00:05 +0900",
        )
        yield f"auto-{one.name}", one.what, mail, silent(one.kinds)


# ---------------------------------------------------------------- letters that came back

GONE = "nozomi.k@mobile.example.jp"


@dataclass(frozen=True, slots=True, kw_only=True)
class Returned:
    """One report of a letter that was not delivered."""

    name: str
    what: str
    subject: str
    text: str
    sender: str = "MAILER-DAEMON@mail.example.jp (Mail Delivery System)"
    status: str | None = None
    """With a delivery-status part of this status; None: without the part."""
    action: str = "failed"
    diagnostic: str = "smtp; 550 5.1.1 User unknown"
    header: Sequence[str] = ("Return-Path: <>",)
    permanent: bool | str = True
    """"unknown": nobody can know."""
    address: str = GONE
    """"": none is told."""
    kinds: Sequence[str] = ("bounce",)
    coding: str = "utf8-8bit"


def _report(one: Returned) -> tuple[Part, ...]:
    if one.status is None:
        return ()
    told = (
        "Reporting-MTA: dns; mail.example.jp\r\n"
        "Arrival-Date: Thu, 26 Feb 2026 09:00:01 +0900\r\n\r\n"
        f"Final-Recipient: rfc822; {one.address}\r\n"
        f"Action: {one.action}\r\nStatus: {one.status}\r\n"
        f"Diagnostic-Code: {one.diagnostic}\r\n"
    )
    letter = (
        b"From: shien@example.jp\r\nTo: "
        + GONE.encode()
        + b"\r\nSubject: "
        + WAYS["utf8-b"](OURS)
        + b"\r\nMessage-ID: <remind-1008@example.jp>\r\n\r\n"
    )
    return (
        Part(header=b"Content-Type: message/delivery-status", body=told.encode()),
        Part(header=b"Content-Type: message/rfc822", body=letter + b"(body)\r\n"),
    )


class Report(Mail):
    """A multipart/report in place of multipart/mixed."""

    def multipart(self, kind: str, parts: Any, more: bytes = b"") -> Part:
        """Parts between boundaries, as a report of a delivery."""
        if kind == "mixed":
            return Mail.multipart(self, "report", parts, b" report-type=delivery-status;")
        return Mail.multipart(self, kind, parts, more)


def returns() -> Iterator[Made]:
    """Each letter that came back."""
    for told in tables("machines")["returned"]:
        one = Returned(**told)
        mail = Report(
            subject=one.subject,
            sender=one.sender.encode(),
            text=one.text,
            header=ascii_lines(one.header),
            coding=BY_NAME[one.coding],
            files=_report(one),
            dress=DRESS["plain"],
            date=b"Thu, 26 Feb 2026 09:00:03 +0900",
        )
        expected = silent(one.kinds)
        if one.address:
            expected["bounced_recipient"] = one.address
        if one.permanent != "unknown":
            expected["permanent"] = one.permanent
        yield f"bounce-{one.name}", one.what, mail, expected


MACHINES: tuple[Case, ...] = tuple(
    case(name, what, mail, expected) for name, what, mail, expected in (*replies(), *returns())
)
