"""Whether two written names may mean the same person.

Law of this file: keys are for comparing and are never stored or shown.  A name is kept and
printed as its owner writes it; 髙橋 is not corrected to 高橋.
"""

from __future__ import annotations

import unicodedata

_VARIANTS = {
    "髙": "高", "﨑": "崎", "嵜": "崎", "邊": "辺", "邉": "辺", "齋": "斉", "斎": "斉", "齊": "斉",
    "濵": "浜", "濱": "浜", "德": "徳", "瀨": "瀬", "𠮷": "吉", "澤": "沢", "廣": "広", "國": "国",
    "嶋": "島", "嶌": "島", "櫻": "桜", "眞": "真", "藏": "蔵", "黑": "黒", "槇": "槙", "曾": "曽",
    "惠": "恵", "條": "条", "龍": "竜", "榮": "栄", "靜": "静", "豐": "豊", "壽": "寿", "彌": "弥",
    "淺": "浅", "瀧": "滝", "檜": "桧", "冨": "富", "莊": "荘", "萬": "万", "與": "与", "圓": "円",
}  # fmt: skip
"""Forms of one character that people and registers use for the same name."""

_SELECTORS = dict.fromkeys([*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)])
"""Variation selectors: they choose a shape and change no meaning (Unicode §23.4)."""

_FOLDED = str.maketrans(_VARIANTS) | _SELECTORS


def name_key(name: str) -> str:
    """What is equal for names that may be the same: no spaces, no variants, NFKC, no case."""
    folded = unicodedata.normalize("NFKC", name).translate(_FOLDED)
    return "".join(folded.split()).casefold()
