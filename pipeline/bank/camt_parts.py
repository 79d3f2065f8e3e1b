"""Looking into ISO 20022 XML: elements, and the values in them.

Law of this file: versions of a message differ in their namespace alone, so a namespace is never
asked for.  A currency other than yen, or a part of a yen, refuses the file.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Final
from xml.etree.ElementTree import Element

from pipeline.bank import dates
from pipeline.bank.amounts import MOST
from pipeline.bank.refused import Refused, shown
from pipeline.domain.rules import TOKYO

_AMOUNT: Final = re.compile(r"\+?([0-9]{1,18})(?:\.0*)?", re.ASCII)
_DAY: Final = re.compile(r"(\d{4}-\d{2}-\d{2})(?:Z|[-+]\d{2}:\d{2})?", re.ASCII)


def without_namespaces(root: Element) -> None:
    """Leaves every element below with its local name alone."""
    for element in root.iter():
        element.tag = element.tag.rpartition("}")[2]


def children(element: Element | None, name: str) -> list[Element]:
    """The children of this name."""
    return element.findall(name) if element is not None else []


def find(element: Element | None, path: str) -> Element | None:
    """The first element along a path such as `Refs/EndToEndId`."""
    # Step by step: a single name is looked up in C, a path is not.
    for name in path.split("/"):
        if element is None:
            return None
        element = element.find(name)
    return element


def text(element: Element | None, path: str = "") -> str:
    """Its text on one line, outer spaces off; "" where there is none."""
    found = find(element, path) if path else element
    said = (found.text or "").strip() if found is not None else ""
    return said if "\n" not in said else " ".join(said.split())


def first_text(element: Element | None, *paths: str) -> str:
    """The first of these that says something."""
    return next(filter(None, (text(element, path) for path in paths)), "")


def yen(element: Element, what: str) -> int:
    """An amount with its currency. Raises Refused."""
    currency = element.get("Ccy", "")
    if currency != "JPY":
        raise Refused(f"{what} is in {shown(currency)}, not in JPY")
    return plain_yen(text(element), what)


def plain_yen(said: str, what: str) -> int:
    """An amount whose currency stands elsewhere. Raises Refused."""
    found = _AMOUNT.fullmatch(said)
    if found is None:
        raise Refused(f"{what} {shown(said)} is no whole number of yen")
    amount = int(found[1])
    if amount >= MOST:
        raise Refused(f"{what} {shown(said)} is no amount of this world")
    return amount


def count(said: str, what: str) -> int:
    """A number of things. Raises Refused."""
    if not (said.isascii() and said.isdecimal() and len(said) <= 15):  # noqa: PLR2004 - Max15NumericText
        raise Refused(f"{what} {shown(said)} is no number")
    return int(said)


def day(element: Element | None, what: str, today: date | None) -> date | None:
    """A day, written as Dt or DtTm; None where the element is missing. Raises Refused."""
    if element is None:
        return None
    said = text(element, "Dt")
    if said and (found := _DAY.fullmatch(said)):
        day, _ = dates.read_day(found[1], ("western",), what, today)
        return day
    when = moment(text(element, "DtTm") or said, what)
    return dates.not_ahead(when.date(), what, today)


def moment(said: str, what: str) -> datetime:
    """A moment as ISO 8601, in Asia/Tokyo and without an offset. Raises Refused."""
    try:
        when = datetime.fromisoformat(said)
    except ValueError:
        raise Refused(f"{what} {shown(said)} is no date") from None
    if when.tzinfo is not None:
        try:
            when = when.astimezone(TOKYO).replace(tzinfo=None)
        except OverflowError:
            raise Refused(f"{what} {shown(said)} is no date") from None
    dates.whole(when.year, when.month, when.day, f"{what} {shown(said)}")
    return when


def sign(element: Element, what: str) -> int:
    """CdtDbtInd: 1 for CRDT, -1 for DBIT. Raises Refused."""
    said = text(element, "CdtDbtInd")
    if said not in {"CRDT", "DBIT"}:
        raise Refused(f"{what} has CdtDbtInd {shown(said)}, not CRDT or DBIT")
    return 1 if said == "CRDT" else -1
