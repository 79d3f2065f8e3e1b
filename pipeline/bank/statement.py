"""Reads a bank's file, whatever its layout.

Law of this file: what a file is, is told by its content, never by its name.  It is read whole or
refused whole; every reader of this room raises `Refused` and nothing else.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from pipeline.bank import camt, csv_reader, zengin
from pipeline.bank.cells import no_table, sheet_of
from pipeline.bank.csv_profile import Profile
from pipeline.bank.refused import Refused
from pipeline.domain.remittance import AccountNumber, Statement

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
    if b"\0" in raw and not raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise Refused(
            "the file has NUL bytes: it is damaged", raw.count(b"\n", 0, raw.index(0)) + 1
        )
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
