"""Kinds of applicants: which of those that the announcement lists is meant.

Law of this file: what is ticked, circled or numbered counts before what only stands beside it.
Of several ticked kinds that of the coordinators wins, because whoever is one is meant first.  An
answer that names none of the kinds is `other`; a question without an answer is none.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from pipeline.domain.rules import Rules
from pipeline.mail.once import once_for

_REMEMBERED: Final = 1000
_MARKED: Final = "■☑☒✓✔●◉✅☛⦿◆★"
_UNMARKED: Final = "□☐○◯◇〇▢"
_BRACKETED: Final = re.compile(r"[(\[]\s*([^()\[\]]?)\s*[)\]]")
_LETTER_MARKS: Final = frozenset("レvxoν○◯〇●✓✔☑■*Vレ")
_TICKED: Final = re.compile(rf"[{_MARKED}]\s*([^{_MARKED}{_UNMARKED}]+)")
_ANY_BOX: Final = re.compile(r"[□☐▢]")
_CIRCLED: Final = re.compile(r"(?:(?:^|/)\s*[○◯◎〇]\s*|[○◯◎〇])([^\s/○◯◎〇]+)")
_CIRCLE_BEHIND: Final = re.compile(r"([^\s/、,:(○◯◎〇]+)\s*[:=]?\s*\(?[○◯◎〇]\)?(?=$|[\s/、,])")
_CHOICE: Final = re.compile(r"[(]?([1-9])(?!\d|層)[).:、,]?(.*)")
_WORD_EDGE: Final = r"(?<![a-z0-9]){}(?![a-z0-9])"
_FIRST: Final = "sc"


def kind_of(folded: str, rules: Rules) -> str | None:
    """The kind that an answer (after NFKC) names; None when nothing was chosen."""
    read = _read(rules)
    if folded not in read:
        if len(read) >= _REMEMBERED:
            read.clear()
        read[folded] = _kind(folded, rules)
    return read[folded]


@once_for
def _read(_: Rules) -> dict[str, str | None]:
    """The same few answers come in mail after mail."""
    return {}


def kind_named(text: str, rules: Rules, only: str) -> bool:
    """Whether words of this one kind stand in a text that asks for no kind, such as a position."""
    key = _key(text)
    return any(kind == only and word.search(key) is not None for word, kind in _words(rules))


def _kind(folded: str, rules: Rules) -> str | None:
    chosen = _chosen(folded)
    if not chosen:
        return None
    kinds = [_of_one(one, rules) for one in chosen]
    return _FIRST if _FIRST in kinds else kinds[0]


def _of_one(chosen: str, rules: Rules) -> str:
    text = _key(chosen)
    named = next((kind for word, kind in _words(rules) if word.search(text) is not None), None)
    choice = _CHOICE.fullmatch(text)
    if choice is not None and (named is None or not choice[2]):
        number = int(choice[1])
        if number <= len(rules.event.audience):
            return rules.event.audience[number - 1].category
    return named or "other"


def _chosen(folded: str) -> list[str]:
    """What is ticked in a line of boxes, or circled in a list, or simply written."""
    text = _BRACKETED.sub(_as_box, folded)
    if _ANY_BOX.search(text) is not None:
        text = text.translate(_CIRCLES_AS_TICKS)
        return [one.strip() for one in _TICKED.findall(text)]
    circled = _CIRCLED.findall(text) or _CIRCLE_BEHIND.findall(text)
    if len(circled) == 1:
        return circled
    ticked = _TICKED.findall(text)
    return [one.strip() for one in ticked] or [text]


_CIRCLES_AS_TICKS: Final = str.maketrans(dict.fromkeys("○◯◎〇", "☑"))


def _as_box(found: re.Match[str]) -> str:
    """( ) and [レ] as boxes."""
    inside = found[1]
    if not inside:
        return "□"
    return "☑" if inside in _LETTER_MARKS else found.group()


def _key(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split()).lower()


@once_for
def _words(rules: Rules) -> tuple[tuple[re.Pattern[str], str], ...]:
    """Each word of each kind; a word of Latin letters must stand alone."""
    words = [
        (_key(word), audience.category)
        for audience in rules.event.audience
        for word in (audience.label, *audience.words)
    ]
    return tuple(
        (re.compile(_WORD_EDGE.format(re.escape(w)) if w.isascii() else re.escape(w)), kind)
        for w, kind in words
    )
