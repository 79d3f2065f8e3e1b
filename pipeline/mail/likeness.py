"""How much a reading of bytes looks like Japanese that somebody wrote.

Law of this file: text in, a number out.  It is asked only where neither the bytes nor their label
decide, and it looks at the beginning of a text, for that is enough and costs the same for all.
"""

from __future__ import annotations

import re
from typing import Final

from pipeline.mail.jis import GETA, REPLACEMENT

SAMPLE: Final = 4000
"""Characters that a guess looks at."""

_HIRAGANA: Final = re.compile("[ぁ-ん、。]")
_KATAKANA: Final = re.compile("[ァ-ヶー]")
_HALF_KANA: Final = re.compile("[｡-ﾟ]")
_HALF_RUN: Final = re.compile("[｡-ﾟ]{4}")
_KANJI: Final = re.compile("[一-龥]")
_VENDOR: Final = re.compile("[①-⑳Ⅰ-Ⅹ㈱№℡々〆\uf929-\ufa2d]")
"""What Windows adds to the standard, and people write."""
_FOREIGN: Final = re.compile("[\u0370-\u1fff\uac00-\ud7a3]")
"""Letters that Japanese mail does not hold, Greek to Hangul."""
_LEVEL_1: Final = range(0xB0, 0xD0)
"""Lead bytes of JIS level 1 (the common kanji) in EUC-JP."""


def score(text: str) -> float:
    """Kana and common kanji count for a reading; what nobody writes counts against it."""
    part = text[:SAMPLE]
    common, rare = _kanji_levels(part)
    return (
        3 * len(_HIRAGANA.findall(part))
        + 2 * len(_KATAKANA.findall(part))
        + 2 * common
        + len(_VENDOR.findall(part))
        - rare
        - 2 * len(_FOREIGN.findall(part))
        - 0.5 * len(_HALF_KANA.findall(part))
        - 4 * part.count(GETA)
        - 20 * part.count(REPLACEMENT)
    )


def _kanji_levels(text: str) -> tuple[int, int]:
    codes = [c.encode("euc_jp", "ignore") for c in _KANJI.findall(text)]
    common = sum(code[:1] != b"" and code[0] in _LEVEL_1 for code in codes)
    return common, len(codes) - common


def hiragana(text: str) -> int:
    """How many hiragana there are; no wrong reading has more than a few."""
    return len(_HIRAGANA.findall(text[:SAMPLE]))


def has_kana(text: str) -> bool:
    """Whether any kana stand in it: full width, or several of half width together."""
    pattern = (_HIRAGANA, _KATAKANA, _HALF_RUN)
    return any(kana.search(text) is not None for kana in pattern)


def is_half_kana(text: str) -> bool:
    """Whether most of it is half-width kana, as EUC-JP looks when it is taken for Shift_JIS."""
    part = text[:SAMPLE]
    return len(_HALF_KANA.findall(part)) * 2 > len(part)
