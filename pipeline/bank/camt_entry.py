"""The entries of a camt message, as lines of a statement.

Law of this file: the details of an entry must make its amount, to the yen.  A batch whose details
have no amounts of their own stays one line, for a person to look at.  Only what is booked counts.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final
from xml.etree.ElementTree import Element

from pipeline.bank.camt_parts import (
    children,
    count,
    day,
    find,
    first_text,
    plain_yen,
    sign,
    text,
    yen,
)
from pipeline.bank.refused import Refused, shown
from pipeline.domain.remittance import Flow, Remittance

_NOT_GIVEN: Final = {"NOTPROVIDED", "NOT PROVIDED", "NONREF", "NONE"}
_FAMILIES: Final = {"RCDT": "11", "RRCT": "11", "ICDT": "11", "CNTR": "10"}
"""BkTxCd families as 取引区分 of 全銀協: transfers, and cash at the counter."""
_SUBFAMILIES: Final = {"INTR": "利息", "CHRG": "手数料", "COMM": "手数料", "FEES": "手数料"}
_TRUE: Final = {"true", "1"}
_FALSE: Final = {"", "false", "0"}


@dataclass(frozen=True, slots=True)
class Booked:
    """One entry that is booked."""

    amount: int
    """Yen; below zero where CdtDbtInd says DBIT."""
    remittances: tuple[Remittance, ...]


def booked(entry: Element, number: int, today: date | None) -> Booked | None:
    """An entry, the `number`th of its file; None where it is not booked. Raises Refused."""
    try:
        if not _is_booked(entry):
            return None
        found = _Entry(entry, number, today)
        return Booked(found.direction * found.amount, tuple(found.lines()))
    except Refused as refused:
        raise refused.at(number, "entry") from None


def _is_booked(entry: Element) -> bool:
    status = first_text(entry, "Sts/Cd", "Sts/Prtry", "Sts")
    if status not in {"BOOK", "PDNG", "INFO", "FUTR", ""}:
        raise Refused(f"Sts {shown(status)} is not known")
    return status in {"BOOK", ""}


class _Entry:
    def __init__(self, entry: Element, number: int, today: date | None) -> None:
        amount = find(entry, "Amt")
        if amount is None:
            raise Refused("Amt is missing")
        self.element, self.number = entry, number
        self.amount = yen(amount, "Amt")
        if not self.amount:
            raise Refused("Amt is zero")
        self.direction = sign(entry, "Ntry")
        self.reversal = _flag(text(entry, "RvslInd"))
        on = day(find(entry, "BookgDt"), "BookgDt", today)
        value = day(find(entry, "ValDt"), "ValDt", today)
        if on is None and value is None:
            raise Refused("both BookgDt and ValDt are missing")
        self.booked_on = on or value
        self.value_date = value or on

    def lines(self) -> Iterator[Remittance]:
        """One line for each detail that has an amount; one for the entry where none has."""
        details = [
            one for batch in children(self.element, "NtryDtls") for one in children(batch, "TxDtls")
        ]
        self._stated()
        amounts = [_detail_amount(one) for one in details]
        if len(details) > 1 and None not in amounts:
            yield from self._batch(details, [one for one in amounts if one is not None])
            return
        if len(details) == 1 and amounts[0] not in {None, self.amount}:
            raise Refused(f"TxDtls has {amounts[0]}, the entry {self.amount}")
        if len(details) > 1 and any(one is not None for one in amounts):
            raise Refused("some TxDtls have amounts and some have none")
        yield self._line(details[0] if len(details) == 1 else None, self.amount, self.direction)

    def _stated(self) -> None:
        """What batches say of themselves must hold."""
        batches = children(self.element, "NtryDtls")
        for batch in batches:
            stated = text(batch, "Btch/NbOfTxs")
            within = len(children(batch, "TxDtls"))
            if stated and within and count(stated, "NbOfTxs") != within:
                raise Refused(f"NbOfTxs says {stated}, the batch has {within} TxDtls")
        totals = [total for one in batches if (total := find(one, "Btch/TtlAmt")) is not None]
        stated_sum = sum(yen(total, "TtlAmt") for total in totals)
        if totals and len(totals) == len(batches) and stated_sum != self.amount:
            raise Refused(f"TtlAmt says {stated_sum}, the entry {self.amount}")

    def _batch(self, details: list[Element], amounts: list[int]) -> Iterator[Remittance]:
        signs = [
            sign(one, "TxDtls") if find(one, "CdtDbtInd") is not None else self.direction
            for one in details
        ]
        total = sum(one * way for one, way in zip(amounts, signs, strict=True))
        if total != self.direction * self.amount:
            raise Refused(f"the TxDtls make {abs(total)}, the entry says {self.amount}")
        for place, (detail, amount, way) in enumerate(zip(details, amounts, signs, strict=True), 1):
            yield self._line(detail, amount, way, place)

    def _line(
        self, detail: Element | None, amount: int, direction: int, place: int = 0
    ) -> Remittance:
        assert self.booked_on is not None
        assert self.value_date is not None
        payer = first_text(detail, *_names("Dbtr")) or first_text(detail, *_names("UltmtDbtr"))
        return Remittance(
            flow=self._flow(direction),
            booked_on=self.booked_on,
            value_date=self.value_date,
            amount=amount,
            payer=payer,
            payer_code=first_text(detail, "RltdPties/Dbtr/Id/PrvtId/Othr/Id"),
            edi=_given(text(detail, "Refs/EndToEndId")),
            memo=self._memo(detail, payer),
            bank_id=self._bank_id(detail, place),
            method=self._method(),
            line=self.number,
        )

    def _flow(self, direction: int) -> Flow:
        # A reversal of either direction is no income: of a credit it takes money back, of a debit
        # it brings back our own.
        if self.reversal:
            return Flow.CANCELLATION
        return Flow.CREDIT if direction > 0 else Flow.DEBIT

    def _bank_id(self, detail: Element | None, place: int) -> str:
        own = _given(text(detail, "Refs/AcctSvcrRef"))
        shared = _given(text(self.element, "AcctSvcrRef"))
        if not place:
            return own or shared
        if own and own != shared:
            return own
        return f"{shared}/{place}" if shared else ""

    def _memo(self, detail: Element | None, payer: str) -> str:
        said = [text(one) for one in children(find(detail, "RmtInf"), "Ustrd")]
        for structured in children(find(detail, "RmtInf"), "Strd"):
            said.append(text(structured, "CdtrRefInf/Ref"))
            said += [text(one) for one in children(structured, "AddtlRmtInf")]
        said.append(first_text(detail, *_names("UltmtDbtr")))
        said += [text(detail, "AddtlTxInf"), text(self.element, "AddtlNtryInf")]
        return " ".join(dict.fromkeys(one for one in said if one and one != payer))

    def _method(self) -> str:
        code = find(self.element, "BkTxCd")
        family, sub = text(code, "Domn/Fmly/Cd"), text(code, "Domn/Fmly/SubFmlyCd")
        known = _SUBFAMILIES.get(sub) or _FAMILIES.get(family)
        return known or text(code, "Prtry/Cd") or "-".join(filter(None, (family, sub)))


def _names(role: str) -> tuple[str, str]:
    """Where the name of a party stands, in older and newer versions."""
    return f"RltdPties/{role}/Nm", f"RltdPties/{role}/Pty/Nm"


def _given(said: str) -> str:
    return "" if said.upper() in _NOT_GIVEN else said


def _flag(said: str) -> bool:
    if said not in _TRUE | _FALSE:
        raise Refused(f"RvslInd {shown(said)} is neither true nor false")
    return said in _TRUE


def _detail_amount(detail: Element) -> int | None:
    """What one detail moved on the account; what the payer was charged elsewhere is not meant."""
    for path in ("Amt", "AmtDtls/TxAmt/Amt"):
        found = find(detail, path)
        if found is not None:
            if not found.get("Ccy") and path == "Amt":
                return plain_yen(text(found), "Amt")
            return yen(found, path)
    return None
