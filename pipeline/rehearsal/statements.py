"""The bank's side of a rehearsal: transfers, and the files in which a bank tells of them.

Law of this file: the standard library is all that is imported here.  What is written follows the
layouts themselves (全銀協, ISO 20022, a bank's CSV) and nothing of the room that reads them.
Amounts are yen.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from xml.sax.saxutils import escape

BANK, BRANCH, NUMBER = "0999", "001", "7654321"
"""The office's account."""
HOLDER = "ｹﾝｷﾕｳｷﾖｳｷﾞｶｲｼﾞﾑｷﾖｸ"
_REIWA = 2018
"""Reiwa n is this year and n."""
_NAME = 48
_SMALL = str.maketrans("ァィゥェォッャュョヮー", "アイウエオツヤユヨワ-")
_HALF = {unicodedata.normalize("NFKC", chr(c)): chr(c) for c in range(0xFF66, 0xFF9E)}
_MARKS = {"\u3099": "ﾞ", "\u309a": "ﾟ"}


@dataclass(frozen=True, slots=True)
class Transfer:
    """One transfer to the office's account."""

    number: int
    """The bank's own, 照会番号."""
    booked_on: date
    value_date: date
    amount: int
    payer: str
    """As a bank form takes it: half-width kana and digits."""
    taken_back: bool = False
    """Whether this line takes an earlier one back."""

    @property
    def signed(self) -> int:
        """What it adds to the balance."""
        return -self.amount if self.taken_back else self.amount


@dataclass(frozen=True, slots=True)
class Period:
    """What a file speaks of: the days, and the balance before them."""

    first: date
    last: date
    made_on: date
    balance: int = 0


def bank_kana(text: str) -> str:
    """A name as bank forms take it: half-width, no small kana, `-` for a long vowel."""
    wide = unicodedata.normalize("NFKC", text).translate(_SMALL)
    apart = unicodedata.normalize("NFD", wide)
    return "".join(_MARKS.get(c) or _HALF.get(c, c) for c in apart)


# ---------------------------------------------------------------- 全銀協


def zengin_01(transfers: Sequence[Transfer], period: Period) -> bytes:
    """振込入金通知, format A, in records of 200 bytes with CRLF."""
    head = (
        f"1010{_era(period.made_on)}{_era(period.first)}{_era(period.last)}{BANK}{'ﾐﾅﾓﾄ':15}"
        f"{BRANCH}{'ﾎﾝﾃﾝ':15}1{NUMBER}{HOLDER:40}"
    )
    lines = [
        f"2{one.number % 10**6:06}{_era(one.booked_on)}{_era(one.value_date)}{one.amount:010}"
        f"{0:010}{0:010}{one.payer[:_NAME]:48}{'ﾔﾏﾄ':15}{'ｴｷﾏｴ':15}{'1' if one.taken_back else ' '}"
        for one in transfers
    ]
    came = [one.amount for one in transfers if not one.taken_back]
    went = [one.amount for one in transfers if one.taken_back]
    tail = f"8{len(came):06}{sum(came):012}{len(went):06}{sum(went):012}"
    return _records([head, *lines, tail, "9"], "\r\n")


def zengin_03(transfers: Sequence[Transfer], period: Period) -> bytes:
    """入出金取引明細, with its balances, in records of 200 bytes without breaks."""
    head = (
        f"1030{_era(period.made_on)}{_era(period.first)}{_era(period.last)}{BANK}{'ﾐﾅﾓﾄ':15}"
        f"{BRANCH}{'ﾎﾝﾃﾝ':15}0001{NUMBER:0>10}{HOLDER:40}11{period.balance:014}"
    )
    lines = [
        f"2{one.number:08}{_era(one.booked_on)}{_era(one.value_date)}"
        f"{'219' if one.taken_back else '111'}{one.amount:012}{0:012}"
        f"{0:06}{0:06}0{0:07}{0:03}{0:010}{one.payer[:_NAME]:48}{'ﾔﾏﾄ':15}{'ｴｷﾏｴ':15}"
        for one in transfers
    ]
    came = [one.amount for one in transfers if not one.taken_back]
    went = [one.amount for one in transfers if one.taken_back]
    tail = (
        f"8{len(came):06}{sum(came):013}{len(went):06}{sum(went):013}"
        f"1{period.balance + sum(came) - sum(went):014}{len(transfers):07}"
    )
    count = len(transfers) + 3
    return _records([head, *lines, tail, f"9{count:010}{1:05}"], "")


def _records(lines: Sequence[str], end: str) -> bytes:
    return b"".join(line.encode("cp932").ljust(200) + end.encode() for line in lines)


def _era(day: date) -> str:
    return f"{day.year - _REIWA:02}{day:%m%d}"


# ---------------------------------------------------------------- ISO 20022


def camt_053(transfers: Sequence[Transfer], period: Period) -> bytes:
    """camt.053.001.08, booked entries with opening and closing balance."""
    came = sum(one.signed for one in transfers)
    entries = "".join(_entry(one) for one in transfers)
    text = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt>'
        f"<GrpHdr><MsgId>S{period.last:%Y%m%d}</MsgId>"
        f"<CreDtTm>{period.made_on}T08:30:00+09:00</CreDtTm></GrpHdr>"
        f"<Stmt><Id>{period.last:%Y%m%d}</Id>"
        f"<FrToDt><FrDtTm>{period.first}T00:00:00+09:00</FrDtTm>"
        f"<ToDtTm>{period.last}T23:59:59+09:00</ToDtTm></FrToDt>"
        f"<Acct><Id><Othr><Id>{NUMBER}</Id></Othr></Id><Ccy>JPY</Ccy></Acct>"
        f"{_balance('OPBD', period.balance, period.first)}"
        f"{_balance('CLBD', period.balance + came, period.last)}"
        f"{entries}</Stmt></BkToCstmrStmt></Document>\n"
    )
    return text.encode("utf-8")


def _balance(code: str, amount: int, day: date) -> str:
    return (
        f"<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp>"
        f'<Amt Ccy="JPY">{amount}</Amt><CdtDbtInd>CRDT</CdtDbtInd>'
        f"<Dt><Dt>{day}</Dt></Dt></Bal>"
    )


def _entry(one: Transfer) -> str:
    return (
        f'<Ntry><Amt Ccy="JPY">{one.amount}</Amt>'
        f"<CdtDbtInd>{'DBIT' if one.taken_back else 'CRDT'}</CdtDbtInd>"
        f"{'<RvslInd>true</RvslInd>' if one.taken_back else ''}"
        f"<Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>{one.booked_on}</Dt></BookgDt>"
        f"<ValDt><Dt>{one.value_date}</Dt></ValDt><AcctSvcrRef>{one.number}</AcctSvcrRef>"
        f"<NtryDtls><TxDtls><RltdPties><Dbtr><Pty><Nm>{escape(one.payer)}</Nm></Pty></Dbtr>"
        f"</RltdPties></TxDtls></NtryDtls></Ntry>"
    )


# ---------------------------------------------------------------- a bank's own


def rakuten_csv(transfers: Sequence[Transfer], period: Period) -> bytes:
    """楽天銀行の入出金明細: one signed column and the balance behind each line."""
    rows = ["取引日,入出金(円),取引後残高(円),入出金内容"]
    balance = period.balance
    for one in transfers:
        balance += one.signed
        payer = unicodedata.normalize("NFKC", one.payer)
        rows.append(f"{one.booked_on:%Y%m%d},{one.signed},{balance},{payer}")
    return ("\r\n".join(rows) + "\r\n").encode("cp932")


Writer = Callable[[Sequence[Transfer], Period], bytes]

LAYOUTS: Mapping[str, tuple[Writer, str]] = {
    "zengin-01": (zengin_01, "txt"),
    "zengin-03": (zengin_03, "txt"),
    "camt-053": (camt_053, "xml"),
    "csv": (rakuten_csv, "csv"),
}
"""How a file is written, and how its name ends."""
