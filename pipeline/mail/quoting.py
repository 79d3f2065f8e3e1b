"""What somebody wrote themselves, and what only stands below or between it.

Law of this file: lines in, lines out; it knows no form and no rule.  A quotation is told by its
marks, or by the line or block that mail programs put above it; everything below such a block is
quoted.  Text between marked lines is new, for some people answer there.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

_MARK: Final = re.compile(r"[ \t]*(?:[>＞][ \t]?)+")
_MONTH: Final = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*"
_STAMPS: Final = (
    r"\d\d{3}\s?[年/.-]\s?\d{1,2}\s?[月/.-]\s?\d{1,2}",
    rf"\d\d?\s{_MONTH}\s\d{{4}}",
    rf"{_MONTH}\s\d{{1,2}},\s\d{{4}}",
)
_STAMP: Final = "|".join(_STAMPS)
_STAMPED: Final = tuple(map(re.compile, _STAMPS))
"""One by one each is skipped to its first letter; all in one are tried at every letter."""
_SIGNS: Final = (
    ">", "＞", "差出人", "送信", "rom:", "ROM:", "rom：", "rom ：", "rom :", "rom*", "essage",
    "ESSAGE", "メッセージ", "転送", "引用", "riginal", "RIGINAL",
)  # fmt: skip
"""Without any of these, and without a date, nothing is quoted."""
_ATTRIBUTION: Final = re.compile(
    rf"(?=.{{0,120}}(?:{_STAMP})).{{0,200}}(?:<[^<>]{{3,100}}>|wrote|メール|書きました|様|さん)"
    r"[^\n]{0,30}[:：]\s*"
)
_DIVIDER: Final = re.compile(
    r"\s*[-_=ー－━─*]{2,}\s*(?:original message|forwarded message|original|begin forwarded message|"
    r"元のメッセージ|転送メッセージ|転送されたメッセージ|転送|引用)\s*[-_=ー－━─*]{2,}\s*|"
    r"\s*begin forwarded message[:：]\s*|\s*転送されたメッセージ[:：]\s*",
    re.IGNORECASE,
)
_FROM: Final = re.compile(r"\s*\**(?:差出人|送信者|送信元|from)\**\s*[:：]", re.IGNORECASE)
_OTHER_FIELD: Final = re.compile(
    r"\s*\**(?:送信日時|日時|日付|送信日|宛先|件名|cc|sent|date|to|subject)\**\s*[:：]",
    re.IGNORECASE,
)
_RULE: Final = re.compile(r"\s*(?:--|[-_=*＝━─―－ー＿＊~～・+#☆★◇◆]{4,})\s*")
_BLOCK_REACH: Final = 6
"""Within so many lines the other fields of a copied header block must follow."""


@dataclass(frozen=True, slots=True)
class Said:
    """A text in two: what is new, and what is quoted."""

    new: tuple[str, ...]
    quoted: tuple[str, ...]
    """From the first quoted line on, marks taken off, with what stands between the quoted lines."""


def split(text: str) -> Said:
    """Take a text apart."""
    lines = text.split("\n")
    dated = "20" in text and any(stamp.search(text) is not None for stamp in _STAMPED)
    if not dated and not any(map(text.__contains__, _SIGNS)):
        return Said(tuple(lines), ())
    new: list[str] = []
    first: int | None = None
    place = 0
    while place < len(lines):
        length = 0
        if _MARK.match(lines[place]) is not None:
            first = place if first is None else first
            length = 1
        else:
            length = _attribution_length(lines, place)
            if _header_copied(lines, place) or (length and not _marked_next(lines, place + length)):
                # Without marks everything below is quoted.
                first = place if first is None else first
                break
            if not length:
                new.append(lines[place])
        place += length or 1
    return Said(tuple(new), () if first is None else tuple(map(bare, lines[first:])))


def bare(line: str) -> str:
    """A line without its quotation marks."""
    mark = _MARK.match(line)
    return line[mark.end() :] if mark is not None else line


def is_rule(line: str) -> bool:
    """Whether a line only draws a line."""
    return _RULE.fullmatch(line) is not None


def _header_copied(lines: list[str], place: int) -> bool:
    """Whether a mail program's divider, or its copy of the other mail's header, begins here."""
    line = lines[place]
    if _DIVIDER.fullmatch(line) is not None:
        return True
    if _FROM.match(line) is None:
        return False
    below = lines[place + 1 : place + _BLOCK_REACH]
    return sum(_OTHER_FIELD.match(other) is not None for other in below) > 1


def _attribution_length(lines: list[str], place: int) -> int:
    """How many lines the words "on that day he wrote" take here; 0 for none."""
    line = lines[place]
    if not line[:200].rstrip().endswith((":", "：")):
        if "年" not in line and "/" not in line and "On" not in line:
            return 0
        following = lines[place + 1] if place + 1 < len(lines) else ""
        return 2 if _ATTRIBUTION.fullmatch(f"{line} {following}"[:300]) else 0
    return 1 if _ATTRIBUTION.fullmatch(line[:300]) else 0


def _marked_next(lines: list[str], place: int) -> bool:
    following = next((line for line in lines[place : place + 4] if line.strip()), "")
    return _MARK.match(following) is not None
