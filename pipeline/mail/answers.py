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
from pipeline.mail.audience import kind_of
from pipeline.mail.once import once_for
from pipeline.mail.places import prefecture_in, prefecture_named, prefecture_of
from pipeline.mail.reach import address_said, phone_said

_BLANK: Final = re.compile(
    r"[\s_\-ー―‐・.。…()\[\]【】〔〕「」:*※<>＜＞/=|#~〜―─]*|無|無し|なし|ナシ|特になし|特に無し|未定|未記入|"
    r"(?P<ditto>同上|〃|″|々|仝|(?:.{0,8}(?:と|に))?同じ(?:く|です)?|同左|同前|同所属|同)|該当なし|なし。|n/?a|none|(?:下記|以下|別紙|別添|添付|上記)(?:の?(?:とおり|通り|参照))?(?:です)?。?|\(.*(?:全角|半角|例|ご?記入|任意|必須).*\)",
    re.IGNORECASE,
)
_SHORT: Final = 12
"""Longer than any way of leaving a question blank, but for remarks in brackets."""
_CIRCLED: Final = re.compile(r"[○〇◯△×][○〇◯△×]")
_CROSSED: Final = re.compile(r"(?<![a-z])xxx+(?![a-z])")
_TITLE: Final = re.compile(r"\s*(?:様|殿|さん|\s氏)$")
_AS_DEPUTY: Final = re.compile(r"\s*[(（](?:代理|代理人|本人|参加者)[)）]$")
_KANA_BEHIND: Final = re.compile(r"(.+?)\s*[(（]([\sァ-ヶーぁ-ゖ・ｦ-ﾟ゛゜\u3099\u309a]+)[)）]")
_LATIN_BEHIND: Final = re.compile(r"([^ -~]+(?: [^ -~]+)*) ?[(（][A-Za-z][A-Za-z .'’-]+[)）]$")
_KANJI_BEHIND: Final = re.compile(
    r"([ぁ-ゖー]+(?: [ぁ-ゖー]+)*)\s*"
    r"[(（](?!旧姓)([一-龥々ヶ]{1,5} ?[一-龥々ヶ]{1,4}(?<![長任事員]))[)）]"
)
_NO_NAME: Final = re.compile(r"[@＠\d０-９。]|(?:です|ます|ました)$")
_COUNTED: Final = re.compile(r"(?:計|約|合計)?[\d０-９一二三四五六七八九十]+ ?[名人].*")
_SEVERAL: Final = re.compile(r"[、,，;；]|他\s*[\d０-９一二三四五]+\s*[名人]")
_QUOTES: Final = {"「": "」", "『": "』", "“": "”"}
_NAME_LIMIT: Final = 40
_VALUE_LIMIT: Final = 120
_READ_AS_LIMIT: Final = 100

_HIRAGANA: Final = {code: code + 0x60 for code in range(0x3041, 0x3097)}
_SOUND_MARKS: Final = str.maketrans({"゛": "\u3099", "゜": "\u309a"})
_KANA: Final = re.compile(r"[ァ-ヶー・=‐-]+(?: [ァ-ヶー・=‐-]+)*")


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
    if text[:1] in _QUOTES and text[-1:] == _QUOTES[text[0]] and text.count(text[0]) == 1:
        text = text[1:-1].strip()
    folded = unicodedata.normalize("NFKC", text)
    if len(folded) <= _SHORT or folded[0] == "(":
        unanswered = _BLANK.fullmatch(folded)
        if unanswered is not None:
            return Answer(ditto=unanswered["ditto"] is not None)
    if _is_sample(field, folded, rules):
        return BLANK
    if field == "category":
        return Answer(kind_of(folded, rules))
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
    return _CIRCLED.search(key) is not None or ("xxx" in key and _CROSSED.search(key) is not None)


def _unclear(text: str) -> Answer:
    return Answer(unclear=text[:_READ_AS_LIMIT])


# ---------------------------------------------------------------- names


def _name(text: str, _: str) -> Answer:
    if _COUNTED.fullmatch(text) is not None:
        return BLANK  # 参加者：3名 tells how many, not who
    kana = None
    if text.endswith((")", "）")):
        text = _AS_DEPUTY.sub("", text)
        behind = _KANA_BEHIND.fullmatch(text)
        if behind is not None:
            text, kana = behind[1], _kana(behind[2], "").value
        swapped = _KANJI_BEHIND.fullmatch(text)
        if swapped is not None and kana is None:
            text, kana = swapped[2], _kana(swapped[1], "").value
        text = _LATIN_BEHIND.sub(r"\1", text)
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
    found = prefecture_of(text) or prefecture_in(text)
    if found is None and prefecture_named(text) is None:
        found = prefecture_of(folded.split(maxsplit=1)[0]) or prefecture_in(folded)
    return Answer(found) if found is not None else _unclear(folded)


def _email(_: str, folded: str) -> Answer:
    address = address_said(folded)
    return Answer(address) if address else _unclear(folded)


def _phone(_: str, folded: str) -> Answer:
    number = phone_said(folded)
    return Answer(number) if number else _unclear(folded)


_READERS: Final[dict[str, Callable[[str, str], Answer]]] = {
    "name": _name,
    "name_kana": _kana,
    "prefecture": _prefecture,
    "email": _email,
    "phone": _phone,
}
"""Readers of a field's text, as it is and folded; other fields are kept as they are."""
