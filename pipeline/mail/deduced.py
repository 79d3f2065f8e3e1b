"""What the answers of one participant say about each other.

Law of this file: an answer is moved or concluded only where a reader could not doubt it: 課 and
主任 that stand behind an organisation, the prefecture of 岩沼市社会福祉協議会, the kind of a
生活支援コーディネーター.  What was asked and answered itself is never replaced, and nobody is put
into a kind that the announcement does not list.
"""

from __future__ import annotations

import re
from collections.abc import MutableMapping
from typing import Final

from pipeline.domain.rules import Rules
from pipeline.mail.answers import Answer
from pipeline.mail.audience import kind_named
from pipeline.mail.places import prefecture_in

_OFFICE: Final = re.compile(
    r".*(?:課|係|部|部門|室|局|班|科|グループ|チーム|Ｇ|担当|本部|事務局)(?:内)?|"
    r"(?:ボランティア|市民活動|ボランティア・市民活動|地域福祉|総合相談|地域福祉推進)センター"
)
_BODY: Final = re.compile(
    r".*(?:協議会|社協|役所|役場|県庁|都庁|府庁|道庁|[都道府県市区町村]|組合|会|法人[^をがはに、。]+|[Jj][Aa].*|"
    r"センター|会社|機構|財団|社団|生協|農協|連合|コープ.*|大学)"
)
_GLUED: Final = re.compile(
    r"(.*(?:社会福祉協議会|社協|市役所|区役所|町役場|村役場|県庁|都庁|府庁|道庁))"
    r"((?:[^\s社]{1,12}部)?[^\s]{1,14}(?:課|係|室|グループ))"
)
_LEGAL_FORM: Final = re.compile(
    r"(?:社会福祉|一般社団|公益社団|一般財団|公益財団|特定非営利活動|NPO|医療|学校|認定NPO)?法人|"
    r"株式会社|合同会社|有限会社|\((?:福|社福|株|一社|公財|公社|特非)\)|（(?:福|社福|株|一社|公財|公社|特非)）|社福"
)
_POSITION: Final = re.compile(
    r"(?:.*(?:第?\s*[1-3１-３一二三①②③]\s*層).*|.*(?:コーディネータ[ー]?|推進員|[^会局]長|会長|局長|長補佐|主任|主事|主査|主幹|"
    r"参事|専門員|相談員|支援員|指導員|調査員|生活相談員|福祉士|保健師|看護師|相談支援専門員|"
    r"社会福祉主事|任用職員|(?:嘱託|臨時|正規|専任|一般)職員|職員|技師|技査|係員|局員|部員|代表理事|"
    r"理事|監事|代表|顧問|リーダー|マネージャー|マネジャー|スタッフ|教授|講師|研究員|民生委員|事務員)"
    r"(?:心得|代理|補佐|兼務)?(?:[（(][^（）()]{1,20}[）)])?|SC|ＳＣ|CSW|ＣＳＷ|SW|PSW)"
)
_SLASHES: Final = re.compile(r"\s*[／/]\s*")
_GOVERNMENT: Final = re.compile(
    r"役所|役場|県庁|都庁|府庁|道庁|支庁|振興局|[都道府県市区町村](?:\s|$)|[都道府県市区町村]\S{0,12}[課係]$|"
    r"広域連合|厚生局"
)
_NO_GOVERNMENT: Final = re.compile(r"法人|会社|協会|組合|の会")


def is_position(text: str) -> bool:
    """Whether a word is what somebody is in an organisation: 主任, 第1層SC."""
    return _POSITION.fullmatch(text) is not None


def is_office(text: str) -> bool:
    """Whether a word is a part of an organisation: 地域福祉課."""
    return _OFFICE.fullmatch(text) is not None


def unglued(word: str) -> list[str]:
    """いちょう町役場長寿介護課 in its two parts; any other word alone."""
    glued = _GLUED.fullmatch(word)
    return [glued[1], glued[2]] if glued is not None else [word]


def is_legal_form(text: str) -> bool:
    """Whether a word is only the legal form of an organisation: 社会福祉法人."""
    return _LEGAL_FORM.fullmatch(text) is not None


def is_body(text: str) -> bool:
    """Whether a word is an organisation: みなみ町役場."""
    return _BODY.fullmatch(text) is not None


def deduce(
    answers: MutableMapping[str, Answer], lines: MutableMapping[str, str], rules: Rules
) -> None:
    """Complete one participant's answers. `lines`: which line gave which of them."""
    for name, given, giver in (*_moved(answers), *_concluded(answers, rules)):
        answers[name] = Answer(given)
        lines[name] = lines[giver]


def _value(answers: MutableMapping[str, Answer], name: str) -> str:
    given = answers.get(name)
    return (given.value or "") if given is not None else ""


def _open(answers: MutableMapping[str, Answer], name: str) -> bool:
    given = answers.get(name)
    return given is None or not (given.value or given.unclear)


# ---------------------------------------------------------------- office and position


def _moved(answers: MutableMapping[str, Answer]) -> list[tuple[str, str, str]]:
    """Office and position that stand behind an organisation, and a position behind an office."""
    department, position = _open(answers, "department"), _open(answers, "position")
    organization = _value(answers, "organization")
    if organization and department:
        body, offices, titles = apart(_SLASHES.sub(" ", organization))
        if not offices and not titles:
            body = organization
        if body != organization and (position or not titles):
            moved = [("organization", body, "organization")]
            moved += [("department", offices, "organization")] if offices else []
            return moved + ([("position", titles, "organization")] if titles else [])
    if position:
        return _title_behind(_value(answers, "department"), "department")
    return []


def _title_behind(office: str, field: str) -> list[tuple[str, str, str]]:
    head, _, title = office.rpartition(" ")
    if head and is_office(head.split()[-1]) and is_position(title):
        return [(field, head, field), ("position", title, field)]
    return []


def apart(text: str) -> tuple[str, str, str]:
    """Organisation, office and position in one text; the whole is the organisation if unclear."""
    words = text.split()
    cut = len(words)
    while cut > 1 and is_position(words[cut - 1]):
        cut -= 1
    titles = words[cut:]
    end = cut
    while cut > 1 and is_office(words[cut - 1]):
        cut -= 1
    offices = words[cut:end]
    body = words[:cut]
    *glued_to, last = unglued(body[-1])
    if glued_to:
        body, offices = [*body[:-1], *glued_to], [last, *offices]
    sure = _BODY.fullmatch(body[-1]) is not None and _LEGAL_FORM.fullmatch(body[-1]) is None
    if not sure:
        return text, "", ""
    return " ".join(body), " ".join(offices), " ".join(titles)


# ---------------------------------------------------------------- prefecture and kind


def _concluded(answers: MutableMapping[str, Answer], rules: Rules) -> list[tuple[str, str, str]]:
    found: list[tuple[str, str, str]] = []
    organization = _value(answers, "organization")
    if organization and _open(answers, "prefecture"):
        prefecture = prefecture_in(organization)
        found += [("prefecture", prefecture, "organization")] if prefecture else []
    if _open(answers, "category"):
        kind = _kind(answers, rules)
        found += [("category", *kind)] if kind else []
    return found


def _kind(answers: MutableMapping[str, Answer], rules: Rules) -> tuple[str, str] | None:
    """The kind of applicant, and the field that says it."""
    for field in ("position", "department"):
        text = _value(answers, field)
        if text and kind_named(text, rules, only="sc"):
            return "sc", field
    organization = _value(answers, "organization")
    if not organization:
        return None
    for kind in ("coop_shakyo", "npo"):
        if kind_named(organization, rules, only=kind):
            return kind, "organization"
    listed = any(a.category == "gov" and a.listed for a in rules.event.audience)
    governs = _GOVERNMENT.search(organization) is not None
    if listed and governs and _NO_GOVERNMENT.search(organization) is None:
        return "gov", "organization"
    return None
