"""Whose account a CSV speaks of.

Law of this file: what the file does not tell stays empty, and a number is never completed.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from typing import Final

from pipeline.bank.cells import Row
from pipeline.bank.csv_lines import Columns
from pipeline.bank.csv_profile import Profile
from pipeline.bank.refused import Refused, shown
from pipeline.domain.remittance import AccountNumber

_KINDS: Final = {
    "普通": "1",
    "総合": "1",
    "当座": "2",
    "貯蓄": "4",
    "1": "1",
    "2": "2",
    "4": "4",
}
_JAPAN_POST: Final = "9900"
"""金融機関コード of ゆうちょ銀行."""


def account_of(profile: Profile, columns: Columns, row: Row) -> AccountNumber:
    """The account that a row names in its own columns. Raises Refused."""
    whose = profile.account
    found = _said(profile, [columns.cell(row, whose.text)]) if whose.text else {}
    for part in ("bank", "branch", "kind", "number"):
        if cell := columns.cell(row, getattr(whose, part)):
            found[part] = cell
    try:
        return _account(found)
    except Refused as refused:
        raise refused.at(row.line) from None


def account_said(profile: Profile, rows: Iterable[Row]) -> AccountNumber:
    """The account that stands above the headings, or in a row of its own. Raises Refused."""
    return _account(_said(profile, [",".join(row.cells) for row in rows]))


def _said(profile: Profile, texts: Iterable[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for text in texts:
        flat = unicodedata.normalize("NFKC", text)
        for pattern in profile.account.patterns:
            if match := re.search(pattern, flat):
                for part, value in match.groupdict().items():
                    if value:
                        found.setdefault(part, value)
    return found


def _account(found: dict[str, str]) -> AccountNumber:
    if "symbol" in found and "serial" in found:
        return _japan_post(found["symbol"], found["serial"])
    kind = unicodedata.normalize("NFKC", found.get("kind", "")).removesuffix("預金")
    if kind and kind not in _KINDS:
        raise Refused(f"the kind of account {shown(kind)} is not known")
    return AccountNumber(
        bank=_digits(found.get("bank", ""), 4),
        branch=_digits(found.get("branch", ""), 3),
        kind=_KINDS.get(kind, ""),
        number=_digits(found.get("number", ""), 7),
    )


def _digits(text: str, length: int) -> str:
    """Left zeros taken off and put on again: a spreadsheet drops them, 全銀協 has ten."""
    if not text:
        return ""
    if not (text.isascii() and text.isdecimal()):
        raise Refused(f"{shown(text)} is no number of an account")
    return text.lstrip("0").zfill(length)


def _japan_post(symbol: str, serial: str) -> AccountNumber:
    """記号 and 番号 as other banks address them (ゆうちょ銀行の振込用の店名・口座番号).

    記号 1ABxx is the branch AB8, and 番号 loses its last digit; 記号 0ABxx is the branch AB9,
    a 当座 whose 番号 stays whole.
    """
    if symbol[0] == "1":
        return AccountNumber(_JAPAN_POST, symbol[1:3] + "8", "1", serial[:-1].zfill(7))
    return AccountNumber(_JAPAN_POST, symbol[1:3] + "9", "2", serial.zfill(7))
