"""Reads a bank's file, whatever its layout.

Law of this file: what a file is, is told by its content, never by its name.  It is read whole or
refused whole; every reader of this room raises `Refused` and nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import Final

from pipeline.bank import camt, csv_reader, zengin
from pipeline.bank.cells import no_table, sheet_of
from pipeline.bank.csv_profile import Profile
from pipeline.bank.refused import Refused
from pipeline.domain.remittance import AccountNumber, Statement

_UTF16: Final = (b"\xff\xfe", b"\xfe\xff")
_CONTROL: Final = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
"""Bytes that no statement has within it; no second byte of Shift_JIS is one of these."""

__all__ = ["Refused", "own_account_matches", "read"]


def read(
    raw: bytes, profiles: Sequence[Profile], *, today: date | None = None
) -> tuple[Statement, ...]:
    """The statements of a file, one for each account in it. Raises Refused.

    `today` places years of two digits and refuses days far ahead; without it such years are
    those of Reiwa.
    """
    if not raw.strip():
        raise Refused("the file is empty")
    if what := no_table(raw):
        raise Refused(f"the file is {what}")
    if camt.is_xml(raw):
        return camt.read(raw, today)
    if not raw.startswith(_UTF16) and (found := _CONTROL.search(raw.rstrip(b"\x1a \r\n"))):
        line = raw.count(b"\n", 0, found.start()) + 1
        raise Refused(f"the file has the control character {found[0][0]:02X}: it is damaged", line)
    if zengin.is_zengin(raw):
        return zengin.read(raw, today)
    return csv_reader.read(sheet_of(raw), profiles, today)


def own_account_matches(found: AccountNumber, ours: AccountNumber) -> bool:
    """Whether a statement may be that of our account: what both tell must be the same."""
    pairs = (
        (found.bank, ours.bank),
        (found.branch, ours.branch),
        (found.kind, ours.kind),
        (found.number.lstrip("0"), ours.number.lstrip("0")),
    )
    return all(one == other for one, other in pairs if one and other)
