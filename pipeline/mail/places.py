"""The prefecture that a text names, by itself or by a municipality.

Law of this file: only what can mean one prefecture counts.  A municipality's name counts where it
begins a word (behind a space, a mark, 法人, a district) and stands in one prefecture only; 府中市
says nothing, nor do two names in two prefectures.  Area codes and companies' names are no places.
The names are Japan Post's, in `municipalities.txt` beside this file.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Final

PREFECTURES: Final = (
    "北海道", "青森県", "岩手県", "宮城県", "秋田県", "山形県", "福島県", "茨城県", "栃木県",
    "群馬県", "埼玉県", "千葉県", "東京都", "神奈川県", "新潟県", "富山県", "石川県", "福井県",
    "山梨県", "長野県", "岐阜県", "静岡県", "愛知県", "三重県", "滋賀県", "京都府", "大阪府",
    "兵庫県", "奈良県", "和歌山県", "鳥取県", "島根県", "岡山県", "広島県", "山口県", "徳島県",
    "香川県", "愛媛県", "高知県", "福岡県", "佐賀県", "長崎県", "熊本県", "大分県", "宮崎県",
    "鹿児島県", "沖縄県",
)  # fmt: skip
_PREFECTURE: Final = re.compile("|".join(PREFECTURES))
_BARE: Final = {name[:-1]: name for name in PREFECTURES if name != "北海道"}
_IN_LATIN: Final = (
    "hokkaido aomori iwate miyagi akita yamagata fukushima ibaraki tochigi gunma saitama chiba "
    "tokyo kanagawa niigata toyama ishikawa fukui yamanashi nagano gifu shizuoka aichi mie shiga "
    "kyoto osaka hyogo nara wakayama tottori shimane okayama hiroshima yamaguchi tokushima kagawa "
    "ehime kochi fukuoka saga nagasaki kumamoto oita miyazaki kagoshima okinawa"
)
_LATIN: Final = dict(zip(_IN_LATIN.split(), PREFECTURES, strict=True))
_NAMES_FILE: Final = Path(__file__).with_name("municipalities.txt")
_ENDINGS: Final = "市区町村"
_LONGEST: Final = 8
"""No name in the file is longer."""
_BEGINS: Final = re.compile(
    r"(?:^|[\s、。，,.・/／()（）「」『』【】\[\]<>＜＞〒\d‐－ー:：]|法人|会社|[郡県都府道と]|社福|福祉会)"
)
_NO_PLACE: Final = frozenset({"市場", "町場", "村場", "東村山"})
"""Words of which only the beginning looks like a municipality."""


@cache
def _municipalities() -> dict[str, str]:
    """The prefecture of each name; "" for a name that several have."""
    known: dict[str, str] = {}
    for line in _NAMES_FILE.read_text("utf-8").splitlines():
        prefecture, colon, names = line.partition(": ")
        if colon and not line.startswith("#"):
            where = prefecture if prefecture in PREFECTURES else ""
            known.update(dict.fromkeys(names.split(), where))
    return known


def prefecture_named(text: str) -> str | None:
    """The only prefecture that stands in a text with its full name."""
    found = set(_PREFECTURE.findall(text))
    return found.pop() if len(found) == 1 else None


def prefecture_of(word: str) -> str | None:
    """The prefecture that a word is, its ending left away perhaps: 千葉, 東京."""
    return word if word in PREFECTURES else _BARE.get(word) or _LATIN.get(word.lower())


def prefecture_in(text: str) -> str | None:
    """The prefecture that a text (an address, an organisation) stands in; None when not sure."""
    found = set(_PREFECTURE.findall(text))
    if not found and any(map(text.__contains__, _ENDINGS)):
        found = _by_municipality(text)
    return found.pop() if len(found) == 1 else None


def _by_municipality(text: str) -> set[str]:
    known = _municipalities()
    found: set[str] = set()
    for begins in _BEGINS.finditer(text):
        start = begins.end()
        for length in range(_LONGEST, 1, -1):
            name = text[start : start + length]
            if name[-1:] in _ENDINGS and name in known and not _goes_on(text, start + length):
                found.add(known[name])
                break
    return found - {""}


def _goes_on(text: str, end: int) -> bool:
    """Whether the name is only the beginning of another word."""
    return text[end - 1 : end + 1] in _NO_PLACE or text[end - 2 : end + 1] in _NO_PLACE
