"""What a bank says: one line of a statement, and the statement around it.

Law of this file: values only, as the bank wrote them.  An amount is a whole number of yen and has
no default; text stands byte for byte as it was decoded.  What a line pays is `reconciliation`'s.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum


class Flow(StrEnum):
    """What a line of a statement is."""

    CREDIT = "credit"
    """Money came in."""
    DEBIT = "debit"
    """Money went out: a fee, a transfer of our own."""
    CANCELLATION = "cancellation"
    """An earlier credit is taken back: 取消区分 1, 訂正 (19) with 出金, RvslInd, 明細区分 取消."""


@dataclass(frozen=True, slots=True, order=True)
class AccountNumber:
    """Whose statement it is. What a layout does not tell is ""; digits, left zeros kept."""

    bank: str = ""
    """金融機関コード, four digits."""
    branch: str = ""
    """支店コード, three digits."""
    kind: str = ""
    """1 普通, 2 当座, 4 貯蓄; as 全銀協 numbers them."""
    number: str = ""
    """口座番号, seven digits; an IBAN or another bank's own number in camt."""

    def __str__(self) -> str:
        """As the log and the store name it."""
        return "-".join(part for part in (self.bank, self.branch, self.kind, self.number) if part)


@dataclass(frozen=True, slots=True, kw_only=True)
class Remittance:
    """One line of a statement."""

    flow: Flow
    booked_on: date
    """勘定日, the booking date."""
    value_date: date
    """起算日, the day that counts against a deadline; the booking date where none is given."""
    amount: int
    """Yen, above zero whatever the flow."""
    payer: str = ""
    """振込依頼人名 as written, its outer spaces off; "" where the layout has none."""
    payer_code: str = ""
    """振込依頼人コード, as written."""
    edi: str = ""
    """EDI情報, as written."""
    memo: str = ""
    """摘要 and other free text, as written."""
    bank_id: str = ""
    """The bank's own number of this line (照会番号, AcctSvcrRef); "" or all zeros: none."""
    virtual_account: str = ""
    """The number that was paid to, where it is one of a payer's own (振込専用口座)."""
    sent_at: datetime | None = None
    """When the payer sent it (取引日時, Asia/Tokyo), where the layout tells."""
    method: str = ""
    """取引区分 as 全銀協 numbers it (10 cash, 11 transfer, ...), or the layout's own word."""
    line: int = 0
    """Its place in the file: the line or record number, from 1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """One account's part of one file."""

    layout: str
    """Its layout's name: zengin-01, zengin-03, camt-053, or that of a bank's profile."""
    account: AccountNumber
    remittances: tuple[Remittance, ...]
    """In the file's order."""
    covers_from: date | None = None
    """The first day it speaks of; None where the layout does not tell."""
    covers_through: date | None = None
    """The last day it speaks of; the last line's day where the layout states no period."""
    period_stated: bool = False
    """Whether the file itself states the period; False: it is only the span of its lines."""
    made_on: date | None = None
    """The day on which the bank made the file (作成日, CreDtTm), where the layout tells."""
    opening_balance: int | None = None
    closing_balance: int | None = None
    warnings: tuple[str, ...] = field(default=())
    """What is odd and harmless, for the office."""
