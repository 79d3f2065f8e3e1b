"""One person in one line.

As in: ・山田 太郎（やまだ たろう）地域福祉課 主任 yamada@example.jp
Law of this file: a line is a person only when every word of it has found its place: a name beside
its reading, or a name beside an address; office, position, address and number around it.  What
is left over makes the whole line nobody.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from pipeline.mail.deduced import is_body, is_legal_form, is_office, is_position
from pipeline.mail.places import PREFECTURES
from pipeline.mail.reach import phone_said, valid_address

_LIMIT: Final = 200
_BULLET: Final = re.compile(
    r"\s*(?:[・･●○◎■□◆◇▼▽▲△★☆*＊※\-－–—>＞]|[①-⑳]|"
    r"[(（]?[0-9０-９]{1,2}(?:[)）.．、:：]|[ 　]{2,})|[(（][0-9０-９]{1,2}[)）])?\s*"
    r"(?:(?:参加者|受講者|氏名|お名前)\s*[0-9０-９①-⑳A-ZＡ-Ｚ]{0,2}\s*[:：])?\s*"
)
_KANA: Final = r"[ァ-ヶヷ-ヺー・=＝ぁ-ゖｦ-ﾟ゛゜\u3099\u309a]"
_READING: Final = re.compile(rf"{_KANA}+(?:[ 　]{_KANA}+)*")
_BRACKETED: Final = re.compile(r"[(（]([^()（）]{1,60})[)）]")
_ADDRESS: Final = re.compile(
    r"<?(?:mailto:)?([\w!#$%&'*+=?^`{}~.-]{1,64}@[\w.-]{3,100})>?", re.ASCII
)
_TELEPHONE: Final = re.compile(
    r"(?:(?:tel|℡|電話|携帯)[\s.:]*)?(?:\+81|0)[\d() -]{8,14}\d", re.IGNORECASE
)
_LABELLED: Final = re.compile(
    r"(?:e-?mail|mail|メール|tel|電話|携帯)\s*[:：]?\s*(?=\t|$)", re.IGNORECASE
)
_BETWEEN: Final = re.compile(r"[\s／/、,，：:;；|｜]+")
_NAME_WORD: Final = re.compile(
    "[一-龥々〆〇ヶ\u3400-\u4dbf\uf900-\ufaff\U00020000-\U0003ffff\ufe00-\ufe0f\U000e0100-\U000e01ef"
    "ぁ-ゖァ-ヺー・A-Za-z.'’-]+"
)
_NO_NAME: Final = re.compile(
    r"御中|事務局|協議会|研修|参加|申込|申し込|出席|よろしく|お願い|担当|以上|各位|合計|全員|共通|委員会|"
    r"法人|会社|支援|コーディ|お世話|です|ます|ません|ござい|いたし|について|ところ|など|ください|下さい|備考|会場|時間|日時|場所|必須|任意|電話|住所|都道府県|[課係部室局]長?$|様$"
)
_PART: Final = re.compile(
    r"(?:総務|庶務|福祉|地域|事業|企画|保健|健康|介護|高齢|長寿|市民|住民|民生|生活|業務|管理|経営|人事|広報|"
    r"営業|支援|相談|在宅|本)(?:部|室|班|科|局|課|係)|.+(?:課|係|社協|役場|役所|生協|農協)"
)
_KANJI: Final = (
    "[一-龥々〆ヶ\u3400-\u4dbf\uf900-\ufaff\U00020000-\U0003ffff\ufe00-\ufe0f\U000e0100-\U000e01ef]"
)
_GIVEN: Final = rf"[ぁ-ゖー]{{1,4}}{_KANJI}?|[ァ-ヺー]{{1,6}}{_KANJI}?"
"""A given name in kana, the last letter perhaps in kanji."""
_PLAIN_NAME: Final = re.compile(
    rf"{_KANJI}{{1,5}}(?: (?:{_KANJI}{{1,4}}|{_GIVEN})|{_KANJI}{{2}}|{_KANJI}?[ぁ-ゖ]{{1,3}})"
)
"""A name that is sure without its reading: a family's in kanji, and a given name."""
NAME_AT_END: Final = re.compile(
    rf"((?:{_KANJI}{{1,6}}[ 　]?(?:{_KANJI}{{1,6}}|{_GIVEN})|"
    r"[ァ-ヺー]{2,10}[・＝= 　][ァ-ヺー・＝= 　]{2,16}))[ 　]?$"
)
"""A name at the end of a text, with what it is glued to perhaps."""
_LETTER: Final = rf"(?:{_KANJI}|[ぁ-ゖァ-ヺ])"
_SET_APART: Final = re.compile(
    rf"(?<![^\s　])(?:{_LETTER}[ 　]{{1,4}}){{2,7}}{_LETTER}(?![^\s　（(])"
)
_GAPS: Final = re.compile("[ 　]+")
_FAMILY: Final = 3
_KANJI_NAME: Final = 8
_TITLE: Final = re.compile(r"\s*(?:様|さん|氏|殿)$")
_LATIN_NAME: Final = 30
_WORDS: Final = 3
_WHOLE_NAME: Final = 4
"""Characters that a full name, or its reading, has at least."""
Told = tuple[tuple[str, str], ...]


def closed_up(text: str) -> str:
    """A name whose letters are set apart, without those gaps: 永 井　　春 菜 is 永井 春菜."""
    return _SET_APART.sub(_joined, text)


def _joined(found: re.Match[str]) -> str:
    gaps = [len(gap) for gap in _GAPS.findall(found.group())]
    widest = max(gaps)
    if gaps.count(widest) > 1:
        return "".join(found.group().split())
    family, given = re.split(rf"[ 　]{{{widest}}}", found.group())
    return "".join(family.split()) + " " + "".join(given.split())


def is_name(text: str) -> bool:
    """Whether a text can be the name of a person, and hardly anything else."""
    words = text.split()
    if not words or len(words) > _WORDS or not all(map(_NAME_WORD.fullmatch, words)):
        return False
    joined = "".join(words)
    limit = _LATIN_NAME if joined.isascii() or _READING.fullmatch(joined) else _KANJI_NAME
    if not 1 < len(joined) <= limit or _NO_NAME.search(joined) is not None:
        return False
    return not any(map(is_part, words))


def is_part(word: str) -> bool:
    """Whether a word is rather a part of an organisation, or a position, than a name.

    Short ones that end like one are families: 中村, 服部, 小室, 渡会.
    """
    if _PART.fullmatch(word) is not None or is_position(word):
        return True
    return len(word) > _FAMILY and (is_office(word) or is_body(word))


def plain_name(text: str) -> bool:
    """Whether a text is surely a full name, without its reading beside it."""
    return _PLAIN_NAME.fullmatch(text) is not None and is_name(text)


def reached_in(line: str) -> Told:
    """Address and number, where nothing else stands on a line."""
    rest, told = _reached(line.strip())
    return tuple(told.items()) if not rest.strip(" 　()（）<>・") else ()


def inside_bracket(text: str) -> tuple[str, dict[str, str] | None]:
    """A reading in brackets, and what stands behind it there; "" when it is no reading."""
    text, told = _reached(text.strip())
    text = text.strip(" 　、,")
    kana, behind = (text, "") if is_reading(text) else _kana_first(text)
    if not is_reading(kana):
        return "", None
    placed = _placed([word for word in _BETWEEN.split(behind) if word])
    return kana, placed | told if placed is not None else None


def is_reading(text: str) -> bool:
    """Whether a text is written in kana alone."""
    return _READING.fullmatch(" ".join(text.split())) is not None


def person_in(line: str, *, alone: bool = False) -> Told:
    """Fields and answers of the person whom a line names; () for any other line.

    `alone`: whether a name may stand there without reading and address, as below "参加者は次の2名".
    """
    if len(line) > _LIMIT:
        return ()
    bullet = _BULLET.match(line)
    rest = line[bullet.end() :].strip(" 　。") if bullet is not None else line
    rest, told = _reached(rest)
    bracket = next(
        (
            b
            for b in _BRACKETED.finditer(rest)
            if is_reading(_BETWEEN.split(b[1].strip())[0] or b[1])
        ),
        None,
    )
    if bracket is None:
        return _in_words(rest, told, alone=alone)
    inside = bracket[1].strip()
    kana, behind = (inside, "") if is_reading(inside) else _kana_first(inside)
    before = [w for w in _BETWEEN.split(rest[: bracket.start()]) if w]
    after = [
        w for w in _BETWEEN.split(f"{behind} {_BRACKETED.sub(' ', rest[bracket.end() :])}") if w
    ]
    around = _placed_before(before)
    if around is None:
        return ()
    name, placed = around
    placed_after = _placed([_TITLE.sub("", w) for w in after])
    if placed_after is None:
        return ()
    return _told(name, kana, {**placed, **placed_after}, told)


def named(value: str) -> Told:
    """More than a name that was answered to the question for a name; () for a name alone."""
    first, *more = value.split()[:6] or [""]
    beside = any(sign in value for sign in "@＠（(／/")
    if beside or (more and (is_part(first) or is_part(more[-1]))):
        told = person_in(value, alone=True)
        return told if len(told) > 1 else ()
    return ()


def _kana_first(inside: str) -> tuple[str, str]:
    head, *tail = _BETWEEN.split(inside)
    kana = [head]
    while tail and is_reading(tail[0]):
        kana.append(tail.pop(0))
    return " ".join(kana), " ".join(tail)


def _reached(text: str) -> tuple[str, dict[str, str]]:
    """A text without addresses and numbers, and the first of each."""
    told: dict[str, str] = {}
    if "@" in text or "＠" in text or any(c.isdigit() for c in text):
        folded = _fold_latin(text)
        address = _ADDRESS.search(folded)
        if address is not None:
            told["email"] = valid_address(address[1]) or address[1]
            folded = _ADDRESS.sub("\t", folded)
        number = _TELEPHONE.search(folded)
        if number is not None and phone_said(number.group()):
            told["phone"] = number.group()
            folded = folded.replace(number.group(), "\t", 1)
        text = _LABELLED.sub(" ", folded).replace("\t", " ")
    return text, told


_WIDE: Final = re.compile("[！-～]+")


def _fold_latin(text: str) -> str:
    """Full-width Latin and digits folded, brackets and names left as they are."""
    return _WIDE.sub(lambda run: unicodedata.normalize("NFKC", run.group()), text)


def _placed_before(words: list[str]) -> tuple[str, dict[str, str]] | None:
    """The name at the end of these words, and what stands before it."""
    for count in range(min(_WORDS, len(words)), 0, -1):
        name = _TITLE.sub("", " ".join(words[-count:]))
        placed = _placed(words[:-count])
        if placed is not None and is_name(name):
            return name, placed
    return None


def _placed(words: list[str]) -> dict[str, str] | None:
    """Organisation, office and position of these words; None when one of them is none."""
    placed: dict[str, list[str]] = {}
    for word in words:
        if is_position(word):
            placed.setdefault("position", []).append(word)
        elif is_office(word):
            placed.setdefault("department", []).append(word)
        elif word in PREFECTURES:
            placed.setdefault("prefecture", []).append(word)
        elif is_body(word) or is_legal_form(word):
            placed.setdefault("organization", []).append(word)
        else:
            return None
    return {field: " ".join(said) for field, said in placed.items()}


def _in_words(text: str, told: dict[str, str], *, alone: bool) -> Told:
    """A line without a reading in brackets: name and reading as words, or a name and more."""
    words = [word for word in _BETWEEN.split(_BRACKETED.sub(" ", text)) if word]
    start = next((i for i, w in enumerate(words) if i and _kana_word(w)), None)
    if start is None:
        return _bare(words, told, alone=alone)
    end = start
    while end < len(words) and _kana_word(words[end]):
        end += 1
    twice = words[0].replace("・", "") if start == 1 else ""
    if twice and twice == "".join(words[start:end]) and is_name(words[0]):
        return _told(words[0], " ".join(words[start:end]), _placed(words[end:]) or {}, told)
    if start == 1 and end - start == _WORDS:
        start += 1  # 佐藤 サラ サトウ サラ
    around = _placed_before(words[:start])
    placed = _placed(words[end:])
    if around is None or placed is None or not has_kanji(around[0]):
        return ()
    if len(around[0]) < _WHOLE_NAME and len("".join(words[start:end])) <= _WHOLE_NAME:
        return ()  # 佐藤 サラ is one name
    return _told(around[0], " ".join(words[start:end]), {**around[1], **placed}, told)


def _bare(words: list[str], told: dict[str, str], *, alone: bool) -> Told:
    if not (alone or "email" in told):
        return ()
    for end in range(min(_WORDS - 1, len(words)), 0, -1):
        placed = _placed(words[end:])
        name = _TITLE.sub("", " ".join(words[:end]))
        if placed is not None and is_name(name) and _PLAIN_NAME.fullmatch(name) is not None:
            return _told(name, "", placed, told)
    around = _placed_before(words)
    if around is not None and around[1] and _PLAIN_NAME.fullmatch(around[0]) is not None:
        return _told(around[0], "", around[1], told)
    return ()


_KATAKANA: Final = re.compile(r"[ァ-ヶヷ-ヺー・=＝ｦ-ﾟ゛゜]+|[ぁ-ゖー]{2,}")


def _kana_word(word: str) -> bool:
    return _KATAKANA.fullmatch(word) is not None and not is_position(word)


def has_kanji(text: str) -> bool:
    """Whether a text has more than kana and Latin letters in it."""
    return any("一" <= c <= "龥" or c == "々" or c > "\uf8ff" for c in text)


def _told(name: str, kana: str, placed: dict[str, str], reached: dict[str, str]) -> Told:
    said = {"name": name, "name_kana": kana, **placed, **reached}
    return tuple((field, value) for field, value in said.items() if value)
