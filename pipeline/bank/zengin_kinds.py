"""What the two Zengin statements say: 01 振込入金通知 and 03 入出金取引明細.

Law of this file: counts, sums and balances that a file states must hold, all of them, or the
file is refused.  A line outside the header's period is no line of this file.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Final, Protocol

from pipeline.bank import dates
from pipeline.bank import zengin_fields as layouts
from pipeline.bank.refused import Refused
from pipeline.bank.zengin_fields import DUMMY, Fields, Layout, Record
from pipeline.domain.remittance import AccountNumber, Flow, Remittance, Statement

_KIND_DIGITS: Final = "1245679"
_FORMAT_B: Final = re.compile(rb"[0-9]{24}")
_OVERDRAWN: Final = "2"
_VIRTUAL: Final = re.compile(r"[0-9]{7}|[0-9]{10}")
"""A number paid to, where the bank puts one into the ダミー: 口座番号, or 支店コード before it."""
_CORRECTION: Final = "19"
"""取引区分 訂正."""


@dataclass(frozen=True, slots=True)
class Head:
    """What a header says."""

    created: date
    """作成日: the years of all other days lie near it."""
    covers_from: date | None
    covers_through: date | None
    account: AccountNumber
    balance: int | None
    """取引前残高."""
    warnings: tuple[str, ...]

    def within(self, day: date, fields: Fields) -> date:
        """The day again; refused outside the period."""
        early = self.covers_from is not None and day < self.covers_from
        late = self.covers_through is not None and day > self.covers_through
        if early or late:
            raise fields.record.refused(
                f"勘定日 {day} lies outside the header's period "
                f"{self.covers_from or ''}..{self.covers_through or ''}"
            )
        return day

    def statement(
        self, layout: str, lines: tuple[Remittance, ...], closing: int | None
    ) -> Statement:
        """The account's statement."""
        return Statement(
            layout=layout,
            account=self.account,
            remittances=lines,
            covers_from=self.covers_from,
            covers_through=self.covers_through
            or max((one.booked_on for one in lines), default=None),
            period_stated=self.covers_from is not None and self.covers_through is not None,
            made_on=self.created,
            opening_balance=self.balance,
            closing_balance=closing,
            warnings=self.warnings,
        )


class Kind(Protocol):
    """How the records of one 種別 are understood."""

    name: str
    header: Layout
    end: Layout

    def line(self, record: Record, head: Head) -> Remittance:
        """A data record."""

    def close(self, record: Record, head: Head, lines: tuple[Remittance, ...]) -> int | None:
        """Checks the trailer; gives the balance after the last line."""

    def finish(self, record: Record, lines: int, accounts: int) -> None:
        """Checks the end record."""


def head_of(record: Record, layout: Layout, today: date | None) -> Head:
    """Reads a header of either kind. Raises Refused."""
    fields = record.fields(layout)
    if fields.text("コード区分") == "1":
        raise record.refused("コード区分 1: the file is in EBCDIC; ask the bank for it in JIS")
    try:
        created = dates.yymmdd(fields.given("作成日"), "作成日", today)
        dates.not_ahead(created, "作成日", today)
    except Refused as refused:
        raise refused.at(record.line, record.unit) from None
    first, last = fields.day("勘定日(自)", created), fields.day("勘定日(至)", created)
    if first is not None and last is not None and first > last:
        raise record.refused(f"勘定日(自) {first} lies after 勘定日(至) {last}")
    western = created.year - dates.WESTERN == int(fields.given("作成日")[:2])
    return Head(
        created=created,
        covers_from=first,
        covers_through=last,
        account=_account(fields),
        balance=_balance(fields, "取引前残高"),
        warnings=("the years are those of the Western calendar",) if western else (),
    )


def _account(fields: Fields) -> AccountNumber:
    kind = fields.text("預金種目")
    if len(kind) != 1 or kind not in _KIND_DIGITS:
        raise fields.record.refused(f"預金種目 {kind!r} is not known")
    number = str(fields.needed("口座番号"))
    return AccountNumber(
        bank=_padded(fields, "銀行コード", 4),
        branch=_padded(fields, "支店コード", 3),
        kind=kind,
        number=number.zfill(7),
    )


def _padded(fields: Fields, name: str, length: int) -> str:
    if isinstance(fields.record.body, tuple):
        # A spreadsheet that saved the CSV again has taken the zeros on the left.
        return str(fields.needed(name)).zfill(length)
    return fields.code(name, length)


def _balance(fields: Fields, name: str) -> int | None:
    amount = fields.number(name)
    sign = fields.text("貸越区分")
    if sign not in {"", "0", "1", _OVERDRAWN}:
        raise fields.record.refused(f"貸越区分 {sign!r} is not known")
    return amount if amount is None or sign != _OVERDRAWN else -amount


def _must_be(fields: Fields, name: str, found: int, *, blank: bool) -> None:
    """A count or sum that the file states against what its lines have."""
    stated = fields.number(name) if blank else fields.needed(name)
    if stated is not None and stated != found:
        raise fields.record.refused(f"{name} says {stated}, the lines before it make {found}")


class Notice:
    """01 振込入金通知: credits only, each perhaps taken back by a line with 取消区分 1."""

    name = "zengin-01"
    header = layouts.NOTICE_HEADER
    end = layouts.NOTICE_END

    def line(self, record: Record, head: Head) -> Remittance:
        """A data record, format A or B."""
        fields = record.fields(_format_of(record))
        cancelled = fields.text("取消区分")
        if cancelled not in {"", "0", "1"}:
            raise record.refused(f"取消区分 {cancelled!r} is not known")
        booked, value = _days(fields, head, "起算日")
        dummy = fields.text(DUMMY)
        return Remittance(
            flow=Flow.CANCELLATION if cancelled == "1" else Flow.CREDIT,
            booked_on=booked,
            value_date=value,
            amount=_notice_amount(fields),
            payer=fields.text("振込依頼人名"),
            payer_code=fields.text("振込依頼人コード"),
            edi=fields.text("EDI情報"),
            memo=_origin(fields),
            bank_id=_bank_id(fields),
            virtual_account=dummy if _VIRTUAL.fullmatch(dummy) else "",
            method="11",
            line=record.line,
        )

    def close(self, record: Record, head: Head, lines: tuple[Remittance, ...]) -> int | None:
        """Counts and sums, of the credits and of the cancellations."""
        del head
        fields = record.fields(layouts.NOTICE_TRAILER)
        for flow, word in ((Flow.CREDIT, "振込"), (Flow.CANCELLATION, "取消")):
            amounts = [one.amount for one in lines if one.flow is flow]
            blank = not amounts and flow is Flow.CANCELLATION
            _must_be(fields, f"{word}合計件数", len(amounts), blank=blank)
            _must_be(fields, f"{word}合計金額", sum(amounts), blank=blank)
        return None

    def finish(self, record: Record, lines: int, accounts: int) -> None:
        """It states nothing."""
        del lines, accounts
        record.fields(self.end)


def _format_of(record: Record) -> Layout:
    """A or B: both are 種別 01, and only B has 24 digits where A has EDI情報 and blanks."""
    if isinstance(record.body, tuple):
        # Fewer fields than format B has without its ダミー: format A.
        short = len(record.body) < len(layouts.NOTICE_LINE_B.names) - 1
        return layouts.NOTICE_LINE if short else layouts.NOTICE_LINE_B
    is_b = _FORMAT_B.fullmatch(record.body[128:152])
    return layouts.NOTICE_LINE_B if is_b else layouts.NOTICE_LINE


def _notice_amount(fields: Fields) -> int:
    first, second = fields.needed("金額"), fields.number("金額(2)") or 0
    if first and second and first != second:
        raise fields.record.refused(f"金額 {first} and 金額(2) {second} contradict each other")
    amount = first or second
    if not amount:
        raise fields.record.refused("金額 is zero")
    return amount


class Account:
    """03 入出金取引明細: everything that moved on an account."""

    name = "zengin-03"
    header = layouts.ACCOUNT_HEADER
    end = layouts.ACCOUNT_END

    def line(self, record: Record, head: Head) -> Remittance:
        """A data record."""
        fields = record.fields(layouts.ACCOUNT_LINE)
        direction = fields.text("入払区分")
        if direction not in {"1", "2"}:
            raise record.refused(f"入払区分 {direction!r} is neither 1 (入金) nor 2 (出金)")
        amount = fields.needed("取引金額")
        if not amount:
            raise record.refused("取引金額 is zero")
        method = fields.text("取引区分")
        flow = Flow.CREDIT if direction == "1" else Flow.DEBIT
        booked, value = _days(fields, head, "預入・払出日")
        return Remittance(
            flow=Flow.CANCELLATION if flow is Flow.DEBIT and method == _CORRECTION else flow,
            booked_on=booked,
            value_date=value,
            amount=amount,
            payer=fields.text("振込依頼人名"),
            payer_code=fields.text("振込依頼人コード"),
            edi=fields.text("EDI情報"),
            memo=" ".join(filter(None, (fields.text("摘要内容"), _origin(fields)))),
            bank_id=_bank_id(fields),
            method=method,
            line=record.line,
        )

    def close(self, record: Record, head: Head, lines: tuple[Remittance, ...]) -> int | None:
        """Counts, sums, and the chain 取引前残高 + in - out = 取引後残高."""
        fields = record.fields(layouts.ACCOUNT_TRAILER)
        received = [one.amount for one in lines if one.flow is Flow.CREDIT]
        paid = [one.amount for one in lines if one.flow is not Flow.CREDIT]
        _must_be(fields, "入金件数", len(received), blank=False)
        _must_be(fields, "入金額合計", sum(received), blank=False)
        _must_be(fields, "出金件数", len(paid), blank=False)
        _must_be(fields, "出金額合計", sum(paid), blank=False)
        _must_be(fields, "データ件数", len(lines), blank=True)
        closing = _balance(fields, "取引後残高")
        if head.balance is not None and closing is not None:
            due = head.balance + sum(received) - sum(paid)
            if closing != due:
                raise record.refused(
                    f"取引後残高 says {closing}, but 取引前残高 {head.balance} "
                    f"and the lines make {due}"
                )
        return closing

    def finish(self, record: Record, lines: int, accounts: int) -> None:
        """How many records and accounts the file should have."""
        fields = record.fields(self.end)
        whole = lines + 2 * accounts
        stated = fields.number("レコード総件数")
        # Banks count all records, all but the end record, or the data records alone.
        if stated and stated not in {whole + 1, whole, lines}:
            raise record.refused(f"レコード総件数 says {stated}, the file has {whole + 1} records")
        _must_be(fields, "口座数", accounts, blank=not fields.number("口座数"))


def _days(fields: Fields, head: Head, value_name: str) -> tuple[date, date]:
    booked = fields.day("勘定日", head.created)
    if booked is None:
        raise fields.record.refused("勘定日 is blank")
    head.within(booked, fields)
    return booked, fields.day(value_name, head.created) or booked


def _bank_id(fields: Fields) -> str:
    """照会番号; one of zeros is none."""
    text = fields.text("照会番号")
    return text if text.strip("0") else ""


def _origin(fields: Fields) -> str:
    """From which bank and branch it came, for the office."""
    return " ".join(filter(None, (fields.text("仕向銀行名"), fields.text("仕向店名"))))


KINDS: Final[dict[str, Kind]] = {"01": Notice(), "03": Account()}
"""種別コード to what understands it."""
