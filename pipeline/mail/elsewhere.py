"""Applications that are meant for another event or another year.

Law of this file: only a name that cannot be ours counts: another fiscal year beside it, or an event
that a mail names and that shares nothing with our title.  People name an event loosely, so a plain
セミナー or 研修会 is ours.
"""

from __future__ import annotations

import re
from typing import Final

from pipeline.domain.rules import Rules
from pipeline.mail.folding import folded

_KINDS: Final = (
    r"研修会?|セミナー|講座|フォーラム|大会|シンポジウム|講習会?|説明会|交流会|学習会|勉強会|"
    r"研究会|"
    r"サミット"
)
_KIND: Final = re.compile(
    rf"(?:{_KINDS})[」』】)]?(?:[(（][^()（）]{{1,20}}[)）])?(?:への?|の|に|を)?(?:参加|申し?込|"
    rf"受講|出席)"
)
"""The end of an event's name, and that somebody wants to take part in it."""
_KIND_ALONE: Final = re.compile(_KINDS)
_NAME_BEFORE: Final = re.compile(r"[一-龥ぁ-んァ-ヶーa-z0-9・&]*$")
_NO_PART: Final = re.compile(r".*(?:申し?込み?|参加|受講|出席)")
_NAME_LIMIT: Final = 40
_YEAR: Final = re.compile(r"(令和|r)(元|[0-9]{1,2})年?度|(20[0-9]{2})年度")
_OUR_YEAR: Final = re.compile(r"令和(元|[0-9]{1,2})年度")
_OTHERS: Final = re.compile(
    r"養成|初任者|現任|基礎|フォローアップ|ステップアップ|後見|ボランティア(?!団体)|民生委員|"
    r"介護|地域福祉|防災|認知症|就労"
)
_HINTS: Final = (
    "年度", "年 度", "研修", "セミナー", "ｾﾐﾅｰ", "講", "フォーラム", "大会", "シンポジウム",
    "説明会", "交流会",
    "学習会", "勉強会", "研究会", "サミット",
)  # fmt: skip
"""Without any of these no other event is named."""
_LOOKED_AT: Final = 1500
_SHORT: Final = 6
"""A name of so few letters says too little."""
_PLAIN: Final = re.compile(
    rf"(?:ご案内の|標記の?|表記の?|この|今回の|本|貴|オンライン|zoom|web|ウェブ|全国|上記の?|"
    rf"下記の?)*(?:{_KINDS})"
)


def other_event(subject: str, text: str, rules: Rules) -> str:
    """The event that the mail means instead of ours; "" when it may mean ours."""
    whole = f"{subject}\n{text[:_LOOKED_AT]}"
    if not any(map(whole.__contains__, _HINTS)):
        return ""
    searched = folded(whole)
    title = folded(rules.event.title)
    ours = _OUR_YEAR.search(title)
    if ours is not None and "年度" in searched:
        years = {_year(found) for found in _YEAR.finditer(searched)}
        if years and int(ours[1] if ours[1] != "元" else 1) not in years:
            return f"the fiscal year {2018 + min(years)}"
    for found in _KIND.finditer(searched):
        name = _name_of(searched, found.start())
        if _PLAIN.fullmatch(name) is None and _is_other(name, title):
            return name
    return ""


def _name_of(searched: str, place: int) -> str:
    """The whole name of the event whose kind (研修会, ...) stands here."""
    before = _NAME_BEFORE.search(searched[max(0, place - _NAME_LIMIT) : place])
    head = before.group() if before is not None else ""
    kind = _KIND_ALONE.match(searched, place)
    return _NO_PART.sub("", head) + (kind.group() if kind is not None else "")


def _year(found: re.Match[str]) -> int:
    """A fiscal year as a year of Reiwa."""
    if found[3]:
        return int(found[3]) - 2018
    return 1 if found[2] == "元" else int(found[2])


def _is_other(name: str, title: str) -> bool:
    if _OTHERS.search(name) is not None:
        return True
    pieces = {name[n : n + 4] for n in range(len(name) - 3)}
    return len(name) > _SHORT and not any(piece in title for piece in pieces)
