"""Amounts as banks write them.

Law of this file: money never has a default.  What is not exactly a whole number of yen is
refused: no fraction, no group of other than three digits, no empty text.
"""

from __future__ import annotations

import re
from typing import Final

from pipeline.bank.refused import Refused, shown

MOST: Final = 10**13
"""No amount of a statement reaches ten trillion yen: what does is two columns run together."""
_DIGITS: Final = 13
"""So many digits lie below `MOST`; zeros on the left are not counted."""
NARROW: Final[dict[int, int | str]] = {
    **{wide: wide - 0xFEE0 for wide in range(0xFF01, 0xFF5F)},
    0x3000: " ",
    0xFFE5: "¥",
}
"""Full-width ASCII to ASCII, and nothing else: superscripts and circled digits are no digits."""
_YEN: Final = re.compile(
    # In Shift_JIS the yen sign is the byte of the backslash.
    r"(?P<before>[-+−▲△])? ?[¥\\]?(?P<after>[-+−▲△])?"
    r"(?P<digits>[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)円?",
    re.ASCII,
)
_PLUS: Final = (None, "+")


def narrow(text: str) -> str:
    """Full-width letters, digits and signs as ASCII, outer spaces off."""
    return text.translate(NARROW).strip()


def signed_yen(text: str, what: str) -> int:
    """Yen with a sign; `what` names the column. Raises Refused."""
    if text.isdecimal() and text.isascii() and len(text) <= _DIGITS:
        return int(text)
    found = _YEN.fullmatch(narrow(text))
    if found is None or (found["before"] and found["after"]):
        raise Refused(f"{what} {shown(text)} is no amount" if text.strip() else f"{what} is empty")
    digits = found["digits"].replace(",", "").lstrip("0")
    if len(digits) > _DIGITS:
        raise Refused(f"{what} {shown(text)} is no amount of this world")
    amount = int(digits or "0")
    return amount if found["before"] in _PLUS and found["after"] in _PLUS else -amount


def yen(text: str, what: str) -> int:
    """Yen, zero or more. Raises Refused."""
    amount = signed_yen(text, what)
    if amount < 0:
        raise Refused(f"{what} {shown(text)} is below zero")
    return amount
