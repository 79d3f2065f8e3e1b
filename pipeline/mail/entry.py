"""One entry of a form, and the lines that answer nothing: headings, samples, rules.

Law of this file: a line is a heading only when nothing else stands on it.
"""

from __future__ import annotations

import re
import unicodedata
from enum import Enum
from typing import Final, NamedTuple

from pipeline.mail.labels import Label
from pipeline.mail.quoting import is_rule

_DECOR: Final = r"[\s＜<【《〔（(\[■□◆◇●○◎▼☆★・※\-－=＝ー─━*]*"
_COUNT: Final = r"[0-9０-９]{1,2}|[①-⑳]|[一二三四五六七八九十]|[A-JＡ-Ｊ](?![A-Za-z])"
_HEADING: Final = re.compile(
    rf"{_DECOR}(?:(?:参加者|受講者|申込者|参加)\s*[（(]?({_COUNT})[)）]?\s*(?:人目|名目|番目)?|"
    rf"({_COUNT})\s*(?:人目|名目|番目))(?:の(?:方|参加者|お申込者))?(?:様|さん)?"
    r"[\s＞>】》〕）)\]：:\-－=＝ー─━*]*"
)
_BARE_HEADING: Final = re.compile(r"\s*[(（]?([①-⑳]|[0-9０-９]{1,2}(?=[.．)）]))[.．)）]?\s*")
_SAMPLE: Final = re.compile(
    r"[\s（(【＜<■◆●※＊*\[〔\-－─━=＝]*(?:ご?記入例|記載例|入力例|記入見本|サンプル|見本|例)"
    r"[\s）)】＞>\]〕：:\-－─━=＝]*"
)
_COMMON: Final = re.compile(
    rf"{_DECOR}(?:以下(?:は|、)?)?(?:(?:参加者)?\s*(?:{_COUNT})\s*[名人]|全員|参加者(?:全員)?|各自|皆)?\s*(?:に|で|の|様)?\s*"
    rf"(?:共通(?:事項|項目|情報|部分|の内容)?|(?<=[名人])とも(?:に|同じ|以下)?)(?:です|になります|となります)?。?[\s＞>】》〕）)\]：:\-－=＝ー─━*]*"
)
RETURNED: Final = re.compile(r"\s*＜参加者[0-9０-９]{1,2}＞\s*$")
"""The heading of a block in the form that our own letters carry."""
_KANJI_DIGITS: Final = "一二三四五六七八九十"


class Mark(Enum):
    """What an entry is that answers nothing."""

    PERSON = "person"
    SHARED = "shared"
    """What follows is everybody's."""
    SAMPLE = "sample"
    RULE = "rule"


class Entry(NamedTuple):
    """One entry of a form. A named tuple, because one is made for each line of each mail."""

    line: str
    label: Label | None = None
    value: str = ""
    mark: Mark | None = None
    person: int | None = None
    """Which participant a heading or a numbered label is for."""
    gap: bool = False
    """Whether an empty line stands above."""


def marked(line: str) -> Entry | None:
    """A heading, a sample's heading or a rule; None for any other line."""
    if ("：" in line or ":" in line) and not line.rstrip().endswith(("：", ":")):
        return None  # there is an answer
    if is_rule(line):
        return Entry(line, mark=Mark.RULE)
    if ("例" in line or "本" in line or "ル" in line) and _SAMPLE.fullmatch(line) is not None:
        return Entry(line, mark=Mark.SAMPLE)
    if ("共通" in line or "とも" in line) and _COMMON.fullmatch(line) is not None:
        return Entry(line, mark=Mark.SHARED)
    heading = _HEADING.fullmatch(line) or _BARE_HEADING.fullmatch(line)
    if heading is None:
        return None
    digits = next(group for group in heading.groups() if group)
    return Entry(line, mark=Mark.PERSON, person=_number(digits))


def _number(digits: str) -> int:
    if digits in _KANJI_DIGITS:
        return _KANJI_DIGITS.index(digits) + 1
    plain = unicodedata.normalize("NFKC", digits)
    return ord(plain) - ord("A") + 1 if plain.isalpha() else int(plain)
