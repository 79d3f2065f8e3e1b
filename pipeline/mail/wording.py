"""How values are said in our letters: days, money, and lines of a given width.

Law of this file: text in, text out; it knows no letter and no rule.  What applicants wrote passes
`one_line` before it stands in a letter, so that it can neither break a line, begin a header field,
nor look like the markers that stand for a secret.  Lines are at most `COLUMNS` wide, a full-width
character counting two (Unicode Standard Annex 11; ambiguous ones are full-width in Japanese fonts).
"""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from unicodedata import category, east_asian_width

COLUMNS = 70
"""35 full-width characters."""
_SURELY_NARROW = COLUMNS // 2
MARKER_OPENS, MARKER_CLOSES = "⟦", "⟧"
"""Around the name of a secret in a stored letter. No value may carry them."""

_REIWA = date(2019, 5, 1)
_WEEKDAYS = "月火水木金土日"


class Block(str):
    """Text of our own making: it may hold line breaks and markers, and stands as it is."""

    __slots__ = ()


# ---------------------------------------------------------------- days, hours, money


@lru_cache(maxsize=1024)
def day(on: date) -> str:
    """令和8年3月12日(木); days before that era with the year of the common calendar."""
    year = f"令和{on.year - 2018}" if on >= _REIWA else str(on.year)
    if year == "令和1":
        year = "令和元"
    return f"{year}年{on.month}月{on.day}日({_WEEKDAYS[on.weekday()]})"


def hour(at: time) -> str:
    """10時00分."""
    return f"{at.hour}時{at.minute:02d}分"


def instant(when: datetime) -> str:
    """A local instant: its day, and its time where that is not midnight."""
    return day(when.date()) + (hour(when.time()) if when.time() != time(0) else "")


def last_moment(end: datetime) -> str:
    """The end of a period, said as people say it: of a midnight, the day before.

    `end` is local and exclusive: the first instant that is too late.
    """
    if end.time() == time(0):
        return day((end - timedelta(days=1)).date())
    return instant(end)


def yen(amount: int) -> str:
    """1,000円."""
    return f"{amount:,}円"


# ---------------------------------------------------------------- what strangers wrote

_GAP = re.compile(r"[\s\x85]+")
_DROPPED = frozenset({"Cc", "Cf", "Zl", "Zp"})
_NO_MARKER = str.maketrans({MARKER_OPENS: "[", MARKER_CLOSES: "]"})


def one_line(text: str) -> str:
    """Text that stays in its line: no control, no invisible and no marker characters.

    Runs of white space that hold a line break become one space; lone surrogates become U+FFFD,
    because nothing could encode them.
    """
    if text.isprintable() and MARKER_OPENS not in text and MARKER_CLOSES not in text:
        return text
    shown = _GAP.sub(lambda gap: gap[0] if gap[0].strip(" \u3000") == "" else " ", text)
    kept = "".join(c for c in shown if category(c) not in _DROPPED)
    return kept.translate(_NO_MARKER).encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def quoted(text: str | None, longest: int = 100) -> str:
    """What an applicant wrote, to stand in a letter: one line, no link, and not without end.

    The letter goes to whoever is named as sender; it must not carry a stranger's advertisement.
    """
    if not text:
        return ""
    line = one_line(text).strip()
    if "://" in line:
        line = line.replace("://", ":／／")
    return line if len(line) <= longest else line[: longest - 1] + "…"


# ---------------------------------------------------------------- widths and lines


def width(text: str) -> int:
    """Columns on a screen with a Japanese font."""
    return sum(2 if east_asian_width(c) in "WFA" else 1 for c in text)


def too_wide(line: str) -> bool:
    """Whether a line is wider than our letters are."""
    return len(line) > _SURELY_NARROW and width(line) > COLUMNS


def wrapped(text: str) -> str:
    """Every line at most `COLUMNS` wide; a line that is only a URL or an address stays whole."""
    return "\n".join(
        [line if len(line) <= _SURELY_NARROW else _broken(line) for line in text.split("\n")]
    )


@lru_cache(maxsize=8192)
def _broken(line: str) -> str:
    if not too_wide(line) or _stands_alone(line):
        return line
    lines: list[str] = []
    indent = _hanging(line)
    while width(line) > COLUMNS:
        cut = _best_cut(line, len(indent) if lines else 0)
        lines.append(line[:cut].rstrip())
        line = indent + line[cut:].lstrip()
    return "\n".join([*lines, line])


def _stands_alone(line: str) -> bool:
    word = line.strip()
    return word.isascii() and " " not in word and ("://" in word or "@" in word)


_DEEPEST = 8
_BULLET = re.compile(r"^[ \u3000]*(?:[※・○■]\u3000?|\([0-9]+\) ?)?")


def _hanging(line: str) -> str:
    """White space under the bullet of the first line."""
    match = _BULLET.match(line)
    assert match is not None
    if len(match[0]) > _DEEPEST:
        return ""
    return re.sub(r"[^ \u3000]", lambda c: "\u3000" if width(c[0]) > 1 else " ", match[0])


# Where a line may be broken, and how gladly. What may not begin or end a line is JIS X 4051's; the
# rest is how people break Japanese by hand: after a comma, before a word, after a particle.
_NEVER_FIRST = frozenset(
    "、。，．・：；？！ー）〕］｝〉》」』】,.:;?!)]}ぁぃぅぇぉっゃゅょァィゥェォッャュョ々～"
)
_NEVER_LAST = frozenset("（〔［｛〈《「『【([{")
_SPACES = frozenset(" \u3000")
_STOPS = frozenset("、。")
_CLOSES = frozenset("）」』】")
_ENDS_A_WORD = frozenset("はがをにでともへのやかてたるすうくつむぬ／・")
"""Particles, verb endings and joints, where they stand before something else than hiragana."""
_POINTS = frozenset({"この", "その"})
_POLITE = frozenset("おご")
"""Begins a word, and is never left alone at a line's end."""
_NEVER, _ONLY_IF_MUST, _BADLY, _POORLY, _WELL, _GLADLY = 1000, 24, 14, 10, 2, 0
_ORPHAN = 6


def _best_cut(line: str, start: int) -> int:
    """Where to break: near the end of the room, but rather between words than within one."""
    room = _room(line)
    best, least = room, _NEVER * 2
    for cut in range(room, max(start, room // 3), -1):
        cost = (room - cut) + _reluctance(line, cut)
        if len(line) - cut < _ORPHAN:
            cost += _BADLY
        if cost < least:
            best, least = cut, cost
    return best


def _room(line: str) -> int:
    """How many characters of a too long line fit."""
    columns = 0
    for index, character in enumerate(line):
        columns += width(character)
        if columns > COLUMNS:
            return max(1, index)
    return len(line)


def _reluctance(line: str, cut: int) -> int:
    before, after = line[cut - 1], line[cut]
    if after in _NEVER_FIRST or before in _NEVER_LAST:
        return _NEVER
    if before in _SPACES or after in _SPACES or before in _STOPS:
        return _GLADLY
    if _one_word(before, after):
        return _ONLY_IF_MUST
    if _hiragana(after) and after not in _POLITE:
        return _BADLY
    ends = before in _ENDS_A_WORD or before in _CLOSES or after in _NEVER_LAST
    points = line[cut - 2 : cut] in _POINTS
    return _WELL if ends and not points else _POORLY


def _one_word(before: str, after: str) -> bool:
    """Whether two neighbours belong to one number, Latin or katakana word, or 'お' to its word."""
    narrow = (before.isascii() or before.isdigit()) and (after.isascii() or after.isdigit())
    counted = (before.isdigit() and not after.isascii()) or after.isdigit() or after == "("
    return narrow or counted or (_katakana(before) and _katakana(after)) or before in _POLITE


def _hiragana(character: str) -> bool:
    return "\u3041" <= character <= "\u309f"


def _katakana(character: str) -> bool:
    return "\u30a1" <= character <= "\u30ff"
