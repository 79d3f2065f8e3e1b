"""The courier of the sandbox: it keeps every mail as a file, and some addresses are magic.

The local part of the recipient chooses what happens, so that every fate can be tried by hand:

    ...refuse...    refused at once, 550
    ...later...     put off the first time, 451, and accepted the next
    ...bounce...    accepted, and then a delivery report comes back to the envelope sender
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator, Sequence
from email.utils import format_datetime
from pathlib import Path

from pipeline.clock import machine_now
from pipeline.transport.parcel import BeforeDot, Delivery, Fate, Parcel

Bounce = Callable[[bytes, str], None]
"""Takes a delivery report and the address that it goes to."""

_UNSAFE = re.compile(r"[^A-Za-z0-9@._+-]")
_NUMBERED = re.compile(r"(\d+)-.*\.eml")
_LONGEST_NAME = 100  # characters


class FileCourier:
    """Keeps mails as `000001-a@example.jp.eml` and so on; numbers go on after a restart."""

    def __init__(self, folder: Path, bounce: Bounce) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._bounce = bounce
        numbers = (_NUMBERED.fullmatch(path.name) for path in folder.iterdir())
        last = max((int(found[1]) for found in numbers if found), default=0)
        self._numbers = itertools.count(last + 1)
        self._put_off: set[int] = set()

    def deliver(self, parcels: Sequence[Parcel], before_dot: BeforeDot) -> Iterator[Delivery]:
        """Yield each parcel's fate, in order."""
        for parcel in parcels:
            local = parcel.recipient.rpartition("@")[0].lower()
            if "refuse" in local:
                yield Delivery(parcel.id, Fate.REFUSED, "rcpt", 550, "5.1.1 No such mailbox")
            elif "later" in local and parcel.id not in self._put_off:
                self._put_off.add(parcel.id)
                yield Delivery(parcel.id, Fate.LATER, "rcpt", 451, "4.2.0 Try again later")
            else:
                if parcel.guarded:
                    before_dot(parcel)
                self._keep(parcel)
                yield Delivery(parcel.id, Fate.ACCEPTED, "dot", 250, "2.0.0 Kept as a file")
                if "bounce" in local and parcel.envelope_sender:  # reports are never answered
                    self._bounce(delivery_report(parcel), parcel.envelope_sender)

    def stop(self) -> None:
        """Nothing here takes long."""

    def close(self) -> None:
        """There is nothing to hang up."""

    def _keep(self, parcel: Parcel) -> None:
        recipient = _UNSAFE.sub("_", parcel.recipient)[:_LONGEST_NAME]
        name = f"{next(self._numbers):06}-{recipient}.eml"
        half = self._folder / f".{name}"
        half.write_bytes(parcel.raw)
        half.rename(self._folder / name)  # a reader sees whole mails only


def delivery_report(parcel: Parcel) -> bytes:
    """What a mail server sends back for a mail that failed for good (RFC 3462, RFC 3464)."""
    headers = re.split(rb"\r?\n\r?\n", parcel.raw, maxsplit=1)[0]
    text = f"""\
Return-Path: <>
From: Mail Delivery System <MAILER-DAEMON@sandbox.test>
To: {parcel.envelope_sender}
Subject: Undelivered Mail Returned to Sender
Date: {format_datetime(machine_now())}
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="report"

--report
Content-Type: text/plain; charset=us-ascii

Your mail could not be delivered to {parcel.recipient}.

--report
Content-Type: message/delivery-status

Reporting-MTA: dns; sandbox.test

Final-Recipient: rfc822; {parcel.recipient}
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 No such mailbox

--report
Content-Type: text/rfc822-headers

"""
    return text.replace("\n", "\r\n").encode() + headers + b"\r\n\r\n--report--\r\n"
