"""Names of organisations as payers write them: legal forms, abbreviations, municipal offices.

Law of this file: an organisation is known by what stands beside its legal form, so フク)ミドリ,
社会福祉法人みどり and ミドリ are one; what is left may be compared by its beginning, because a
bank's form is short.  Forms here are in `kana.key` (large kana, no long vowel).  The abbreviations
are those of banks' pages and of 全銀協's table (別表 法人略語・営業所略語・事業略語).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from pipeline.domain import kana

_BRACKETED = (
    "カ", "ユ", "メ", "シ", "ド", "イ", "ザイ", "シヤ", "シユウ", "ガク", "フク", "ソ", "ホゴ",
    "トクヒ", "ドク", "チドク", "ベン", "チユウ", "ギヨ", "シホウ", "ゼイ", "ダイ", "ノウ",
    "カンリ", "ロウム",
    "株", "有", "名", "資", "同", "医", "財", "社", "宗", "学", "福", "社福", "特非", "特", "独",
    "一財", "一社", "公財", "公社", "NPO", "農", "社医",
    "エイ", "シユツ", "営", "出",
)  # fmt: skip
"""What stands before or in a bracket for a legal form or a kind of office."""

_LARGE = str.maketrans("ァィゥェォッャュョ", "アイウエオツヤユヨ")
_ONE = "|".join(sorted(_BRACKETED, key=len, reverse=True))
_OPEN, _CLOSE = r"[(\[]", r"[)\]]"
_LEGAL_BRACKET = re.compile(
    rf"^\s*{_OPEN}?\s*(?:{_ONE})\s*{_CLOSE}"  # head: X)
    r"|^\s*(?:フク|トクヒ|ザイ|シヤ)\s*\."  # a full stop for the bracket
    rf"|{_OPEN}\s*(?:{_ONE})\s*{_CLOSE}"  # middle: (X)
    rf"|{_OPEN}\s*(?:{_ONE})\s*$"  # tail: (X
)

_LEGAL_WORDS = (
    "シヤカイフクシホウジン", "イツパンシヤダンホウジン", "コウエキシヤダンホウジン",
    "シヤダンホウジン",
    "イツパンザイダンホウジン", "コウエキザイダンホウジン", "ザイダンホウジン",
    "ニンテイトクテイヒエイリカツドウホウジン", "トクテイヒエイリカツドウホウジン",
    "ニンテイNPOホウジン", "NPOホウジン", "エヌピオホウジン", "NPO", "エヌピオ",
    "カブシキガイシヤ", "カブシキカイシヤ", "ユウゲンガイシヤ", "ユウゲンカイシヤ",
    "ゴウドウガイシヤ",
    "ゴウシガイシヤ", "ゴウメイガイシヤ", "シヤカイイリヨウホウジン", "イリヨウホウジンシヤダン",
    "イリヨウホウジンザイダン", "イリヨウホウジン", "ガツコウホウジン", "シユウキヨウホウジン",
    "チホウドクリツギヨウセイホウジン", "ドクリツギヨウセイホウジン", "コクリツダイガクホウジン",
    "コウリツダイガクホウジン", "ノウジクミアイホウジン", "カンリクミアイホウジン",
    "コウセイホゴホウジン", "ソウゴガイシヤ", "ベンゴシホウジン", "ギヨウセイシヨシホウジン",
    "シホウシヨシホウジン", "ゼイリシホウジン", "シヤカイホケンロウムシホウジン",
    "社会福祉法人", "一般社団法人", "公益社団法人", "社団法人", "一般財団法人", "公益財団法人",
    "財団法人", "認定特定非営利活動法人", "特定非営利活動法人", "認定NPO法人", "NPO法人",
    "株式会社", "有限会社", "合同会社", "合資会社", "合名会社", "社会医療法人", "医療法人社団",
    "医療法人財団", "医療法人", "学校法人", "宗教法人", "地方独立行政法人", "独立行政法人",
    "国立大学法人", "公立大学法人", "農事組合法人", "管理組合法人", "更生保護法人",
    "相互会社", "弁護士法人", "有限責任中間法人", "無限責任中間法人", "行政書士法人",
    "司法書士法人", "税理士法人", "社会保険労務士法人",
)  # fmt: skip
_WORDS = "|".join(sorted(_LEGAL_WORDS, key=len, reverse=True))
_LEGAL_AT_AN_END = re.compile(rf"^(?:{_WORDS})+|(?:{_WORDS})+$")

_LONG = {
    "シヤカイフクシキヨウギカイ": "シヤキヨウ",
    "セイカツキヨウドウクミアイ": "セイキヨウ",
    "ノウギヨウキヨウドウクミアイ": "ノウキヨウ",
    "ギヨギヨウキヨウドウクミアイ": "ギヨキヨウ",
    "コクミンケンコウホケンダンタイレンゴウカイ": "コクホレン",
    "コクミンケンコウホケンクミアイ": "コクホ",
    "ケンコウホケンクミアイ": "ケンポ",
    "キヨウサイクミアイ": "キヨウサイ",
    "ロウドウクミアイ": "ロウクミ",
    "キヨウドウクミアイ": "キヨウクミ",
    "レンゴウカイ": "レン",
    "トクベツヨウゴロウジンホム": "トクヨウ",
    "社会福祉協議会": "シヤキヨウ",
    "社協": "シヤキヨウ",
    "生活協同組合": "セイキヨウ",
    "生協": "セイキヨウ",
    "農業協同組合": "ノウキヨウ",
    "農協": "ノウキヨウ",
    "漁業協同組合": "ギヨキヨウ",
    "協同組合": "キヨウクミ",
    "連合会": "レン",
    "労働組合": "ロウクミ",
    "特別養護老人ホム": "トクヨウ",
    "市役所": "シヤクシヨ",
    "役場": "ヤクバ",
}
"""事業略語 and their long forms; all are brought to the short one before they are compared."""
_LONG_FORM = re.compile("|".join(sorted(_LONG, key=len, reverse=True)))
_SHORT_AT_THE_END = {
    short: long for long, short in _LONG.items() if not kana.is_written_in_kanji(long)
}
_GENERIC = frozenset(
    {*_LONG, *_LONG.values(), "シヤクシヨ", "ヤクシヨ", "センタ", "ビヨウイン", "ケンチヨウ"}
)
"""Words that name a kind of organisation and none of them."""

_TITLE = re.compile(
    r"(?:ダイヒヨウ(?:シヤ|リジ|ヤクイン)?|リジチヨウ|カイチヨウ|ジムキヨク(?:チヨウ)?|シセツチヨウ|"
    r"シヨチヨウ|センタチヨウ|代表(?:者|理事)?|理事長|会長|事務局長?)$"
)

_SOUNDS_LIKE_ONE = re.compile(
    rf"{_WORDS}|シヤキヨウ|シヤカイフク|キヨウギカイ|クミアイ|セイキヨウ|ノウキヨウ|"
    r"センタ|ジギヨウシヨ|ビヨウイン|クリニツク|イイン$|キヨウカイ|レンゴウ|ダイガク|ガツコウ|"
    r"ヤクシヨ|ヤクバ|サロン|ネツト$|協議会|組合|法人|会社|センター|役所|役場"
)

_PLACE = r"(?:シ|ク|マチ|チヨウ|ムラ|ソン|ケン|フ|ト|ドウ|市|区|町|村|県|府|都|道)"
_HEADS = (
    r"(?<=シ)チヨウ|(?<=ク)チヨウ|(?<=マチ)チヨウ|(?<=チヨウ)チヨウ|(?<=ムラ)チヨウ|(?<=ソン)チヨウ|"
    r"(?<=ケン)チジ|(?<=フ)チジ|(?<=ト)チジ|(?<=ドウ)チジ|(?<=[市区町村])長|(?<=[県府都道])知事"
)
_ACCOUNTANTS = (
    r"カイケイ(?:カ(?:ン(?:リ(?:シ(?:ヤ.*)?)?)?)?|シツ|キヨク)?|スイトウ(?:イン|チヨウ|シツ|カ)?.*|"
    r"会計管理者?.*|会計課|会計室|出納.*"
)
_MUNICIPALITY = re.compile(rf"(.+?{_PLACE})(?:(?:{_HEADS})|{_ACCOUNTANTS})$")
_MUNICIPAL_OFFICE = re.compile(
    r"(.+(?:シ|ク))ヤクシヨ|(.+(?:マチ|チヨウ|ムラ|ソン))ヤクバ|(.+(?:ケン|フ|ト|ドウ))チヨウ|"
    r"(.+[市区])役所|(.+[町村])ヤクバ|(.+[県府都道])庁"
)
_DEPARTMENT = re.compile(
    r"(?!シヤキヨウ|シヤカイフクシキヨウ).*(?:カ|ブ|キヨク|シツ|イインカイ|課|部|局|室|委員会)"
)

_NO_ORGANISATION = frozenset(
    {"個人", "個人参加", "コジン", "ナシ", "無", "無シ", "無所属", "フリ", "同上", "特ニナシ"}
)
"""What people without an organisation write in its place (`kana.key`)."""

LEAST_PREFIX = 3
"""Letters that a shortened name must have at least, to say anything."""


def without_legal_form(text: str) -> str:
    """The key of an organisation's name without フク), (カ), 株式会社 and the like."""
    return _LEGAL_AT_AN_END.sub("", kana.key(_LEGAL_BRACKET.sub(" ", _large(text))))


def _large(text: str) -> str:
    """Wide letters in large kana, with the brackets that tell a legal form."""
    return unicodedata.normalize("NFKC", text).translate(_LARGE)


def _short(bare: str) -> str:
    return _LONG_FORM.sub(lambda found: _LONG[found[0]], bare)


@lru_cache(maxsize=16384)
def forms(text: str) -> frozenset[str]:
    """Every key under which an organisation's name may be met, all without its legal form."""
    bare = without_legal_form(text)
    if bare in _NO_ORGANISATION:
        return frozenset()
    office = _TITLE.sub("", bare)
    found = {bare, office, _short(bare), _short(office)}
    for short, long in _SHORT_AT_THE_END.items():
        found |= {form[: -len(short)] + long for form in tuple(found) if form.endswith(short)}
    return frozenset(form for form in found if len(form) > 1 and form not in _GENERIC)


def looks_like_one(text: str) -> bool:
    """Whether a payer's name is an organisation's, by its legal form or its words."""
    bracket = _LEGAL_BRACKET.search(_large(text))
    return bracket is not None or _SOUNDS_LIKE_ONE.search(kana.key(text)) is not None


def municipality(words: Iterable[str]) -> str | None:
    """The place (アオバダイシ) whose accounting office or head pays; `words` are keys.

    カイケイカンリシヤ, スイトウイン, ...シチヨウ, ...チジ, alone or before a person's name.
    """
    joined = ""
    for word in words:
        joined += word
        if found := _MUNICIPALITY.fullmatch(joined):
            return found[1]
    return None


@lru_cache(maxsize=16384)
def is_of_municipality(form: str, place: str) -> bool:
    """Whether an organisation (one of its `forms`) is the office of a place, or a part of it."""
    if found := _MUNICIPAL_OFFICE.fullmatch(form):
        return next(part for part in found.groups() if part) == place
    rest = form.removeprefix(place)
    return form == place or (rest != form and _DEPARTMENT.fullmatch(rest) is not None)
