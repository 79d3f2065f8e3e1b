"""The reference (受付番号): how it is drawn, checked, and found in what people write.

Law of this file: a reference is made for bank forms, so it is digits and nothing else, without a
leading zero.  Where the scheme asks for it, the last digit is H. M. Damm's check digit ("Total
anti-symmetrische Quasigruppen", 2004): every single wrong digit and every swap of two neighbours
makes a number that is nobody's.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from pipeline.domain.rules import ReferenceScheme

_DAMM = (
    "0317598642", "7092154863", "4206871359", "1750983426", "6123045978",
    "3674209581", "5869720134", "8945362017", "9438617205", "2581436790",
)  # fmt: skip
"""Damm's quasigroup of order 10: row is the interim digit, column the next digit."""

_RUN = re.compile(r"[0-9０-９]+")
_NARROW = str.maketrans("０１２３４５６７８９", "0123456789")
_HYPHEN = "-‐‑‒–—―−－ー"
_BEFORE = re.compile(
    rf"""[0-9０-９][{_HYPHEN}./．／]$      # a part of a telephone number, a date, a version
      | [0-9０-９]{{2}}[)）][ ]?$          # (0120)123456
      | (?<![0-9０-９])[0０][0-9０-９]{{1,4}}[ 　]$   # 0120 123456
      | [¥￥\\+＋]$                        # an amount, a country code""",
    re.VERBOSE,
)
_AFTER = re.compile(
    rf"[{_HYPHEN}./．／][0-9０-９]|[@＠]|[ 　]?円|年|[(（][0-9０-９]+[)）][0-9０-９]"
)
_REACH = 8
"""How many characters before a number can tell that it is something else."""


def draw(scheme: ReferenceScheme, randbelow: Callable[[int], int]) -> str:
    """A reference at random. `randbelow(n)` gives a number from 0 to n - 1."""
    body = scheme.digits - (scheme.check == "damm")
    lowest = 10 ** (body - 1)
    number = str(lowest + randbelow(9 * lowest))
    return number + check_digit(number) if scheme.check == "damm" else number


def check_digit(number: str) -> str:
    """Damm's check digit of some ASCII digits."""
    interim = "0"
    for digit in number:
        interim = _DAMM[int(interim)][int(digit)]
    return interim


def valid(text: str, scheme: ReferenceScheme) -> bool:
    """Whether these are the ASCII digits of a reference that could have been drawn."""
    shaped = len(text) == scheme.digits and text.isascii() and text.isdigit() and text[0] != "0"
    return shaped and (scheme.check == "none" or check_digit(text) == "0")


def find_all(text: str, scheme: ReferenceScheme) -> tuple[str, ...]:
    """The valid references that a free text names, in its order, each one once.

    Full-width digits count. A longer run of digits, a part of a telephone number, a date, an
    amount and the digits of an address are no references.
    """
    found: dict[str, None] = {}
    for run in _RUN.finditer(text):
        start, end = run.span()
        if end - start != scheme.digits:
            continue
        reference = run.group().translate(_NARROW)
        if not valid(reference, scheme) or _AFTER.match(text, end):
            continue
        if _BEFORE.search(text[max(0, start - _REACH) : start]) is None:
            found[reference] = None
    return tuple(found)
