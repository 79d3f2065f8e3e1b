"""ISO 20022 camt.052, camt.053 and camt.054, of every version.

Law of this file: XML that declares a DTD is refused before anything is expanded.  Totals and
balances that a message states must hold.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Final
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from pipeline.bank import camt_entry
from pipeline.bank.camt_parts import (
    children,
    count,
    day,
    find,
    first_text,
    moment,
    plain_yen,
    sign,
    text,
    without_namespaces,
    yen,
)
from pipeline.bank.refused import Refused, shown
from pipeline.domain.remittance import AccountNumber, Statement

_ROOTS: Final = {
    "BkToCstmrStmt": ("camt-053", "Stmt"),
    "BkToCstmrDbtCdtNtfctn": ("camt-054", "Ntfctn"),
    "BkToCstmrAcctRpt": ("camt-052", "Rpt"),
}
"""The element below Document: the layout's name, and what holds one account."""
_XML: Final = re.compile(rb"(?:\xef\xbb\xbf)?\s*<(?:\?xml|[A-Za-z_][\w.-]*:?Document|Document)\b")
_UTF16: Final = (b"\xff\xfe<\0", b"\xfe\xff\0<")
_DECLARED: Final = re.compile(
    rb"""<\?xml[^>]*encoding=["'](shift_jis|sjis|cp932|windows-31j|euc-jp)["']""", re.IGNORECASE
)
_DECLARATION: Final = re.compile(r"\s*<\?xml[^>]*\?>")
_OPENING: Final = ("OPBD", "PRCD")
"""Balance types that stand before the first entry: opening booked, previously closed."""
_CLOSING: Final = "CLBD"
_ZENGIN_MEMBER: Final = re.compile(r"[0-9]{7}")
"""A member of 全銀システム: four digits of the bank, three of the branch."""


def is_xml(raw: bytes) -> bool:
    """Whether a file is XML, by how it begins."""
    return bool(_XML.match(raw)) or raw.startswith(_UTF16)


def read(raw: bytes, today: date | None) -> tuple[Statement, ...]:
    """The statements of a message, one for each account. Raises Refused."""
    message = _message(raw)
    layout, name = _ROOTS[message.tag]
    parts = children(message, name)
    if not parts:
        raise Refused(f"the message has no {name}")
    found, number = [], 0
    header = text(message, "GrpHdr/CreDtTm")
    for part in parts:
        statement, number = _statement(part, layout, number, today)
        if made := text(part, "CreDtTm") or header:
            statement = replace(statement, made_on=moment(made, "CreDtTm").date())
        found.append(statement)
    return tuple(found)


def _message(raw: bytes) -> Element:
    try:
        root: Element = fromstring(_decoded(raw), forbid_dtd=True)
    except DefusedXmlException:
        raise Refused("the XML declares a DTD or entities, which no statement needs") from None
    except ParseError as error:
        raise Refused(
            f"the XML is broken: {str(error).partition(':')[0]}", error.position[0]
        ) from None
    except (ValueError, LookupError, RecursionError):
        raise Refused("the XML is in an encoding that is not read; UTF-8 is") from None
    without_namespaces(root)
    nearest: list[Element] = [root, *root]
    for one in nearest:
        if one.tag in _ROOTS:
            return one
    seen = root[0].tag if len(root) else root.tag
    raise Refused(f"the XML is {shown(seen)}, not camt.052, camt.053 or camt.054")


def _decoded(raw: bytes) -> bytes | str:
    """The parser knows no Japanese encodings but Unicode."""
    declared = _DECLARED.match(raw.lstrip())
    if declared is None:
        return raw
    name = declared[1].decode("ascii").lower()
    return _DECLARATION.sub("", raw.decode("euc-jp" if name == "euc-jp" else "cp932"), count=1)


def _statement(
    part: Element, layout: str, number: int, today: date | None
) -> tuple[Statement, int]:
    entries, warnings = [], []
    elements = children(part, "Ntry")
    for element in elements:
        number += 1
        entry = camt_entry.booked(element, number, today)
        if entry is None:
            warnings.append(f"entry {number} is not booked yet and left out")
        else:
            entries.append(entry)
    _summed(part, [entry.amount for entry in entries], len(elements))
    opening, closing = _balances(part, sum(entry.amount for entry in entries))
    first, last = _period(part)
    lines = tuple(line for entry in entries for line in entry.remittances)
    days = [line.booked_on for line in lines]
    statement = Statement(
        layout=layout,
        account=_account(part),
        remittances=lines,
        covers_from=first or min(days, default=None),
        covers_through=last or max(days, default=None),
        period_stated=first is not None and last is not None,
        opening_balance=opening,
        closing_balance=closing,
        warnings=tuple(warnings),
    )
    return statement, number


# ---------------------------------------------------------------- account and period


def _account(part: Element) -> AccountNumber:
    account = find(part, "Acct")
    currency = text(account, "Ccy")
    if currency not in {"", "JPY"}:
        raise Refused(f"the account is in {shown(currency)}, not in JPY")
    number = first_text(account, "Id/IBAN", "Id/Othr/Id")
    if not number:
        raise Refused("Acct/Id is missing")
    member = first_text(
        account,
        "Svcr/FinInstnId/ClrSysMmbId/MmbId",
        "Svcr/FinInstnId/Othr/Id",
    )
    known = _ZENGIN_MEMBER.fullmatch(member) is not None
    return AccountNumber(
        bank=member[:4] if known else "",
        branch=member[4:] if known else "",
        number="".join(number.split()),
    )


def _period(part: Element) -> tuple[date | None, date | None]:
    said = find(part, "FrToDt")
    if said is None:
        return None, None
    begins = _edge(said, "FrDtTm", "FrDt")
    ends = _edge(said, "ToDtTm", "ToDt")
    if begins is None or ends is None or begins > ends:
        raise Refused("FrToDt is no period")
    if find(said, "ToDtTm") is not None and ends.time() == time() and ends.date() > begins.date():
        # Up to midnight is the day before.
        ends -= timedelta(days=1)
    return begins.date(), ends.date()


def _edge(said: Element, *names: str) -> datetime | None:
    for name in names:
        if value := text(said, name):
            return moment(value, name)
    return None


# ---------------------------------------------------------------- totals and balances


def _summed(part: Element, amounts: list[int], elements: int) -> None:
    summary = find(part, "TxsSummry")
    if summary is None or len(amounts) != elements:
        # Entries that are not booked may be in the sums, or not.
        return
    for name, chosen in (
        ("TtlNtries", amounts),
        ("TtlCdtNtries", [one for one in amounts if one > 0]),
        ("TtlDbtNtries", [one for one in amounts if one < 0]),
    ):
        said = text(summary, f"{name}/NbOfNtries")
        if said and count(said, "NbOfNtries") != len(chosen):
            raise Refused(f"{name} says {said} entries, the message has {len(chosen)}")
        total = text(summary, f"{name}/Sum")
        if total and plain_yen(total, "Sum") != sum(map(abs, chosen)):
            raise Refused(f"{name} says {total}, the entries make {sum(map(abs, chosen))}")


def _balances(part: Element, moved: int) -> tuple[int | None, int | None]:
    stated = dict(_stated(part))
    opening = next((stated[one] for one in _OPENING if one in stated), None)
    closing = stated.get(_CLOSING)
    if opening is not None and closing is not None and opening + moved != closing:
        raise Refused(
            f"the closing balance says {closing}, "
            f"but the opening balance {opening} and the entries make {opening + moved}"
        )
    return opening, closing


def _stated(part: Element) -> Iterator[tuple[str, int]]:
    seen: set[str] = set()
    for balance in children(part, "Bal"):
        kind = first_text(balance, "Tp/CdOrPrtry/Cd", "Tp/CdOrPrtry/Prtry")
        amount = find(balance, "Amt")
        if amount is None:
            raise Refused(f"the balance {shown(kind)} has no Amt")
        value = sign(balance, f"the balance {shown(kind)}") * yen(
            amount, f"the balance {shown(kind)}"
        )
        day(find(balance, "Dt"), "Bal/Dt", None)
        if kind in seen and kind in {*_OPENING, _CLOSING}:
            raise Refused(f"the balance {kind} stands there twice")
        seen.add(kind)
        yield kind, value
