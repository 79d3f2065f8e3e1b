"""One answer of a form: what was written, as it is kept.

Law of this file: names and organisations stay as their owners write them, but for outer spaces
and runs of spaces.  What can be folded without a doubt (width, kana, dashes) is folded; what cannot
be sure is `unclear` and is asked about, never repaired.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from typing import Final, NamedTuple

from pipeline.domain.rules import Rules
from pipeline.mail.addresses import address_of
from pipeline.mail.once import once_for

PREFECTURES: Final = (
    "北海道", "青森県", "岩手県", "宮城県", "秋田県", "山形県", "福島県", "茨城県", "栃木県",
    "群馬県", "埼玉県", "千葉県", "東京都", "神奈川県", "新潟県", "富山県", "石川県", "福井県",
    "山梨県", "長野県", "岐阜県", "静岡県", "愛知県", "三重県", "滋賀県", "京都府", "大阪府",
    "兵庫県", "奈良県", "和歌山県", "鳥取県", "島根県", "岡山県", "広島県", "山口県", "徳島県",
    "香川県", "愛媛県", "高知県", "福岡県", "佐賀県", "長崎県", "熊本県", "大分県", "宮崎県",
    "鹿児島県", "沖縄県",
)  # fmt: skip
_BARE_PREFECTURES: Final = {name[:-1]: name for name in PREFECTURES if name != "北海道"}
_PREFECTURE: Final = re.compile("|".join(PREFECTURES))

_BLANK: Final = re.compile(
    r"[\s_\-ー―‐・.。…()\[\]【】〔〕「」:*※<>＜＞/]*|無|無し|なし|ナシ|特になし|特に無し|未定|未記入|"
    r"(?P<ditto>同上|〃|″|同じ|上に同じ|同左|同所属)|該当なし|なし。|n/?a|none|(?:下記|以下|別紙|別添|添付|上記)(?:の?(?:とおり|通り|参照))?(?:です)?。?|\(.*(?:全角|半角|例|ご?記入|任意|必須).*\)",
    re.IGNORECASE,
)
_SHORT: Final = 12
"""Longer than any way of leaving a question blank, but for remarks in brackets."""
_ODD: Final = re.compile(r"[○〇◯△×x]")
_SAMPLE: Final = re.compile(r"[○〇◯△×]{2}|(?<![a-z])x{3,}(?![a-z])")
_TITLE: Final = re.compile(r"\s*(?:様|殿|さん|\s氏)$")
_AS_DEPUTY: Final = re.compile(r"\s*[(（](?:代理|代理人|本人|参加者)[)）]$")
_KANA_BEHIND: Final = re.compile(r"(.+?)\s*[(（]([\sァ-ヶーぁ-ゖ・ｦ-ﾟ゛゜\u3099\u309a]+)[)）]")
_NO_NAME: Final = re.compile(r"[@＠\d０-９。]|(?:です|ます|ました)$")
_COUNTED: Final = re.compile(r"(?:計|約|合計)?[\d０-９一二三四五六七八九十]+ ?[名人].*")
_SEVERAL: Final = re.compile(r"[、,，;；]|他\s*[\d０-９一二三四五]+\s*[名人]")
_NAME_LIMIT: Final = 40
_VALUE_LIMIT: Final = 120
_READ_AS_LIMIT: Final = 100
_REMEMBERED: Final = 1000

_HIRAGANA: Final = {code: code + 0x60 for code in range(0x3041, 0x3097)}
_SOUND_MARKS: Final = str.maketrans({"゛": "\u3099", "゜": "\u309a"})
_KANA: Final = re.compile(r"[ァ-ヶー・=‐-]+(?: [ァ-ヶー・=‐-]+)*")

_DASHES: Final = str.maketrans(dict.fromkeys("‐‑‒–—―−ー－─", "-"))
_AT_SPACES: Final = re.compile(r"\s*([@.])\s*")
_TAIL: Final = re.compile(r"(?:[。、,;)>]|様|まで)+$")
_ORDINARY: Final = re.compile(
    r"[a-z0-9][a-z0-9._+-]{0,60}@(?:[a-z0-9]+(?:-[a-z0-9]+)*\.)+[a-z]{2,9}"
)
"""An address with nothing to be careful about."""
_ANY_ADDRESS: Final = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]+@[A-Za-z0-9.-]+")
_DOMAIN: Final = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}")
_PHONE: Final = re.compile(r"(?:\+|\(|\d)[\d() -]{7,}\d")
_USUAL_PHONE: Final = re.compile(r"(?=[\d-]{12}$)0\d{1,4}-\d{1,4}-\d{4}|0[5789]0-\d{4}-\d{4}")
"""As most people write it: ten digits and two hyphens, or eleven."""
_PHONE_END: Final = re.compile(r"fax|内線|ext", re.IGNORECASE)
_LONG_PREFIX: Final = re.compile(r"0[256789]0|0800|0120|0570")

_BOX: Final = re.compile(r"[□☐]")
_TICKED: Final = re.compile(r"[■☑☒✓✔●◉✅○◯]\s*([^■□☑☒☐✓✔●◉✅○◯]+)")
_CIRCLED: Final = re.compile(r"[○◯◎]\s*([^\s/○◯◎]+)")
_CHOICE: Final = re.compile(r"[(]?([1-9])(?!\d|層)[).:、,]?(.*)")


class Answer(NamedTuple):
    """One answer. Nothing in it: the question was left blank.

    A named tuple, because one is made for each answer of each mail.
    """

    value: str | None = None
    unclear: str | None = None
    """What was read, when it is no sure answer."""
    kana: str | None = None
    """A reading that stood in brackets behind a name."""
    ditto: bool = False
    """The same as for the participant before."""


BLANK: Final = Answer()


def answer(field: str, raw: str, rules: Rules) -> Answer:
    """What was answered to the question of this field."""
    text = spaced(raw)
    folded = unicodedata.normalize("NFKC", text)
    if len(folded) <= _SHORT or folded[0] == "(":
        unanswered = _BLANK.fullmatch(folded)
        if unanswered is not None:
            return Answer(ditto=unanswered["ditto"] is not None)
    if _is_sample(field, folded, rules):
        return BLANK
    if field == "category":
        return _category(folded, rules)
    reader = _READERS.get(field)
    if reader is not None:
        return reader(text, folded)
    return Answer(text) if len(text) <= _VALUE_LIMIT else _unclear(text)


def spaced(raw: str) -> str:
    """Outer spaces away, inner runs of any spaces as one."""
    return " ".join(raw.split())


@once_for
def _samples(rules: Rules) -> dict[str, frozenset[str]]:
    return {f.field: frozenset(map(_key, f.sample_values)) for f in rules.form.fields}


def _key(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split()).lower()


def _is_sample(field: str, folded: str, rules: Rules) -> bool:
    key = folded.replace(" ", "").lower()
    if key in _samples(rules).get(field, ()):
        return True
    return _ODD.search(key) is not None and _SAMPLE.search(key) is not None


def _unclear(text: str) -> Answer:
    return Answer(unclear=text[:_READ_AS_LIMIT])


# ---------------------------------------------------------------- names


def _name(text: str, _: str) -> Answer:
    if _COUNTED.fullmatch(text) is not None:
        return BLANK  # 参加者：3名 tells how many, not who
    kana = None
    if text.endswith((")", "）")):
        behind = _KANA_BEHIND.fullmatch(text)
        if behind is not None:
            text, kana = behind[1], _kana(behind[2], "").value
        text = _AS_DEPUTY.sub("", text)
    text = _without_title(text)
    if not text or len(text) > _NAME_LIMIT or _NO_NAME.search(text) or _SEVERAL.search(text):
        return _unclear(text)
    return Answer(text, kana=kana)


def _without_title(name: str) -> str:
    return _TITLE.sub("", name).strip() if name.endswith(("様", "殿", "さん", "氏")) else name


def _kana(text: str, _: str) -> Answer:
    if _KANA.fullmatch(text) is not None:
        return Answer(text)
    text = _without_title(text.strip("()（）"))
    folded = unicodedata.normalize("NFKC", text.translate(_SOUND_MARKS)).translate(_HIRAGANA)
    kana = spaced(unicodedata.normalize("NFC", folded).replace("･", "・"))
    return Answer(kana) if _KANA.fullmatch(kana) is not None else _unclear(text)


# ---------------------------------------------------------------- where and how to reach


def _prefecture(_: str, folded: str) -> Answer:
    text = folded.replace(" ", "")
    found = _PREFECTURE.findall(text)
    if len(set(found)) == 1:
        return Answer(found[0])
    word = folded.split(maxsplit=1)[0] if not found else ""
    bare = _BARE_PREFECTURES.get(word) or _BARE_PREFECTURES.get(text)
    return Answer(bare) if bare is not None else _unclear(folded)


def _email(_: str, folded: str) -> Answer:
    if _ORDINARY.fullmatch(folded) is not None:
        return Answer(folded)
    text = folded.translate(_DASHES)
    text = _AT_SPACES.sub(r"\1", text.removeprefix("mailto:").removeprefix("<"))
    address = valid_address(_TAIL.sub("", text))
    if not address and (found := _ANY_ADDRESS.search(text)) is not None:
        # Beside the address only remarks may stand, nothing that could belong to it.
        rest = text.replace(found.group(), "", 1).replace("mailto:", "")
        alone = _ASCII_LETTERS.search(rest) is None
        address = valid_address(_TAIL.sub("", found.group())) if alone else ""
    return Answer(address) if address else _unclear(folded)


_ASCII_LETTERS: Final = re.compile(r"[A-Za-z0-9@]")


def valid_address(text: str) -> str:
    """An address that mail can be sent to, in our form; "" for anything else."""
    address = address_of(text)
    domain = address.rpartition("@")[2]
    local = address.rpartition("@")[0]
    good = _DOMAIN.fullmatch(domain) is not None and not set(local) & set('"(),:;<>[\\]')
    return address if good else ""


def _phone(_: str, folded: str) -> Answer:
    if _USUAL_PHONE.fullmatch(folded) is not None:
        return Answer(folded)
    text = _PHONE_END.split(folded.translate(_DASHES))[0] or folded
    found = _PHONE.search(text)
    if found is None:
        return _unclear(folded)
    number = found.group()
    if number.startswith("+81"):
        number = "0" + number[3:].lstrip(" -").removeprefix("(0)").removeprefix("0")
    number = re.sub(r"[() -]+", "-", number).strip("-")
    digits = number.replace("-", "")
    long = _LONG_PREFIX.match(digits) is not None
    fits = digits.startswith("0") and (len(digits) == 10 or (long and len(digits) == 11))  # noqa: PLR2004 - the two lengths of a Japanese number
    return Answer(number) if fits else _unclear(folded)


_READERS: Final[dict[str, Callable[[str, str], Answer]]] = {
    "name": _name,
    "name_kana": _kana,
    "prefecture": _prefecture,
    "email": _email,
    "phone": _phone,
}
"""Readers of a field's text, as it is and folded; other fields are kept as they are."""


# ---------------------------------------------------------------- kinds of applicants


@once_for
def _categories_read(_: Rules) -> dict[str, Answer]:
    return {}


def _category(folded: str, rules: Rules) -> Answer:
    """The kind that is named. The same few answers come in mail after mail: remembered."""
    read = _categories_read(rules)
    known = read.get(folded)
    if known is None:
        if len(read) >= _REMEMBERED:
            read.clear()
        known = read[folded] = _category_of(folded, rules)
    return known


def _category_of(folded: str, rules: Rules) -> Answer:
    """The kind that is named; `other` for one that the announcement does not name."""
    chosen = _chosen(folded)
    if not chosen:
        return BLANK
    text = "".join(chosen.split()).lower()
    named = next((c for word, c in _audience_words(rules) if word in text), None)
    choice = _CHOICE.fullmatch(text)
    if choice is not None and (named is None or not choice[2]):
        number = int(choice[1])
        if number <= len(rules.event.audience):
            return Answer(rules.event.audience[number - 1].category)
    return Answer(named or "other")


def _chosen(folded: str) -> str:
    """What is ticked in a line of boxes, or circled in a list, or simply written."""
    if _BOX.search(folded) is not None:
        return " ".join(_TICKED.findall(folded))
    circled = _CIRCLED.findall(folded)
    return circled[0] if len(circled) == 1 else folded


@once_for
def _audience_words(rules: Rules) -> tuple[tuple[str, str], ...]:
    return tuple(
        (_key(word), audience.category)
        for audience in rules.event.audience
        for word in (audience.label, *audience.words)
    )
