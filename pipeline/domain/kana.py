"""How names written in kana are compared: the canonical key, and a weaker one for ranking.

Law of this file: keys are for comparing and are never stored or shown.  A bank's form knows no
small kana, no long vowel mark but the hyphen, no ヲ, ヰ or ヱ, and writes half-width with the voice
marks apart (全銀協, characters of 振込依頼人名), so a key forgets all of that.  `key` decides;
`weak_key` forgets what people mishear as well, and may only rank what a person will look at.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from pipeline.domain.names import name_key

_SMALL = "ァィゥェォッャュョヮヵヶ"
_LARGE = "アイウエオツヤユヨワカケ"
_FIRST_HIRAGANA, _LAST_HIRAGANA, _TO_KATAKANA = 0x3041, 0x3096, 0x60

_LOST_AT_THE_BANK = {"ヲ": "オ", "ヰ": "イ", "ヱ": "エ"}
"""Half-width kana has no letter for these in a payer's name."""

_NO_SOUND = (
    "ー-‐‑‒–—―−~〜・.,、。'’‘`´\"“”/&+*:;_"
    "()[]{}<>「」『』【】〔〕〈〉《》"
    "\u3099\u309a\u309b\u309c"  # voice marks that belong to no letter
)
"""Marks that one form has and the other leaves out."""


def _large(katakana: str) -> str:
    """The letter that a bank's form has for a katakana letter."""
    large = katakana.translate(str.maketrans(_SMALL, _LARGE))
    return _LOST_AT_THE_BANK.get(large, large)


_CANONICAL: dict[int, str | None] = dict.fromkeys(map(ord, _NO_SOUND))
_CANONICAL |= {ord(letter): _large(letter) for letter in (*_SMALL, *_LOST_AT_THE_BANK)}
_CANONICAL |= {
    code: _large(chr(code + _TO_KATAKANA)) for code in range(_FIRST_HIRAGANA, _LAST_HIRAGANA + 1)
}

_FIELD_WIDTHS = frozenset({14, 15, 20, 26, 48})
"""Where banks cut a payer's name: passbooks and CSV files, with EDI, the whole field."""

_SAME_SOUND = {"ヂ": "ジ", "ヅ": "ズ"}
_VOICE = dict.fromkeys((0x3099, 0x309A))
_LONG_VOWEL = re.compile(
    "(?<=[オコソトノホモヨロ])[ウオ]+|(?<=[ウクスツヌフムユル])ウ+|(?<=[エケセテネヘメレ])[イエ]+"
)
_IDEOGRAPHS = "々〆\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_IDEOGRAPH = re.compile(f"[{_IDEOGRAPHS}]")
_ONLY_IDEOGRAPHS = re.compile(rf"[{_IDEOGRAPHS}\s]*[{_IDEOGRAPHS}][{_IDEOGRAPHS}\s]*")


def _without_voice(letter: str) -> str:
    """A kana of a key without ゛ and ゜."""
    apart = unicodedata.normalize("NFD", _SAME_SOUND.get(letter, letter))
    return unicodedata.normalize("NFC", apart.translate(_VOICE))


_UNVOICED = {code: _without_voice(chr(code)) for code in range(0x309D, 0x30FF)}


@lru_cache(maxsize=65536)
def key(text: str) -> str:
    """What is equal for two ways of writing the same kana (or kanji, or latin) name.

    Width, small and large kana, hiragana, long vowel marks, hyphens, dots, brackets, spaces and
    case make no difference; ゛ and ゜ do. Kanji stay, in the forms of `names.name_key`.
    """
    composed = unicodedata.normalize("NFC", name_key(text).upper())
    return unicodedata.normalize("NFC", composed.translate(_CANONICAL))


@lru_cache(maxsize=65536)
def weak_key(text: str) -> str:
    """`key` without voice marks and long vowels: ヤマサキ is ヤマザキ, and オーノ オオノ."""
    return weakened(key(text))


def weakened(key: str) -> str:
    """The `weak_key` of what has this `key`."""
    return _LONG_VOWEL.sub("", key.translate(_UNVOICED))


def unvoiced(letter: str) -> str:
    """A kana without its voice mark: what is left when a field's end cuts the mark off."""
    return unicodedata.normalize("NFD", letter)[:1]


def is_written_in_kanji(text: str) -> bool:
    """Whether a text cannot be compared with kana, because somebody would have to read it."""
    return _IDEOGRAPH.search(text) is not None


def is_wholly_kanji(text: str) -> bool:
    """Whether a text is written in kanji alone, but for spaces; so is its key then."""
    return _ONLY_IDEOGRAPHS.fullmatch(text) is not None


def width_at_the_bank(text: str) -> int:
    """How many places a text takes in a bank's record: half-width, voice marks counted apart."""
    return len(unicodedata.normalize("NFKD", text))


def ends_with_a_field(text: str) -> bool:
    """Whether a text just fills a field, in half-width places or in letters: it may be cut off."""
    widths = {width_at_the_bank(text), len(unicodedata.normalize("NFKC", text))}
    return not _FIELD_WIDTHS.isdisjoint(widths)
