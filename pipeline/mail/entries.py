"""Lines of a text as entries of a form: a label with its answer, a heading, a rule.

Law of this file: it knows how forms are laid out and nothing of what an answer means.  Every line
that is no entry is left over, for somebody else to read.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from enum import Enum
from typing import Final, NamedTuple

from pipeline.mail.labels import LABEL_LIMIT, Label, Labels
from pipeline.mail.quoting import is_rule

LINES_LIMIT: Final = 3000
"""Lines of one text that are looked at."""
_LINE_LIMIT: Final = 400

_OPENING, _CLOSING = "【［\\[〔＜<《「", "】］\\]〕＞>》」"
_BRACKETED: Final = re.compile(
    rf"[\s■□◆◇●○◎・※▼▽▲△★☆*＊\-－\d０-９①-⑳.．、)）(（]{{0,12}}"
    rf"[{_OPENING}]([^{_OPENING}{_CLOSING}]{{1,{LABEL_LIMIT}}})[{_CLOSING}]"
    rf"(?:\s*[(（](?:必須|任意|※)[^)）]{{0,10}}[)）])?\s*[：:＝=→]?\s*(.*)"
)
_BRACKET: Final = re.compile(rf"[{_CLOSING}]")
_SEPARATED: Final = re.compile(rf"([^＝=→｜|⇒／\t]{{1,{LABEL_LIMIT + 10}}})[＝=→｜|⇒／\t]+\s*")
_SHORT: Final = 12
_TELLING: Final = re.compile(
    r"[\s：:＝=→｜|⇒／/【】［］\[\]〔〕＜＞<>《》「」①-⑳0-9０-９─━*＊#＿_~～-]"
)
"""Characters that a line of an entry has."""
_PARTICLE: Final = re.compile(r"[のをがはもにへと]")
_SPOKEN: Final = re.compile(
    r"、?\s*[「『]?(.{1,80}?)[」』]?\s*"
    r"(?:です|でございます|になります|となります|でお願い(?:いた|致)?します)。?"
)
_SPOKEN_OF: Final = frozenset({
    "name_kana", "organization", "department", "position", "prefecture", "email", "phone",
})  # fmt: skip
_INNER: Final = re.compile(
    r"(?:(?<=[\s／/,、])([^\s：:／/,、【】]{1,14})\s*[：:]|【([^【】]{1,20})】\s*[：:]?)\s*"
)
_ONLY_KANA: Final = re.compile(r"[\s　]*[(（][ァ-ヶーぁ-ゖｦ-ﾟ・\s　]+[)）][\s　]*")
_EDGES: Final = " \t　／/,、"
_SENTENCE: Final = re.compile(
    r"。|(?:です|ます|ました|ません)(?:[、がの]|\s*$)|ください|下さい|お願い|でしょうか"
)
_CELLS: Final = re.compile(r"\s*[\t｜|]\s*")
_SLASH: Final = re.compile(r"\s*[/／]\s*")

_DECOR: Final = r"[\s＜<【《〔（(\[■□◆◇●○◎▼☆★・※\-－=＝ー─━*]*"
_COUNT: Final = r"[0-9０-９]{1,2}|[①-⑳]|[一二三四五六七八九十]"
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
RETURNED: Final = re.compile(r"\s*＜参加者[0-9０-９]{1,2}＞\s*$")
"""The heading of a block in the form that our own letters carry."""
_KANJI_DIGITS: Final = "一二三四五六七八九十"


class Mark(Enum):
    """What an entry is that answers nothing."""

    PERSON = "person"
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


@dataclass(slots=True)
class Page:
    """The entries of a text in their order, and the lines that are none."""

    entries: list[Entry] = field(default_factory=list)
    leftover: list[str] = field(default_factory=list)


def entries(lines: tuple[str, ...] | list[str], labels: Labels) -> Page:
    """Read lines as a form."""
    page = Page()
    place, end = 0, min(len(lines), LINES_LIMIT)
    columns: list[Label | None] = []
    while place < end:
        line = lines[place]
        place += 1
        if not line or line.isspace():
            continue
        if len(line) > _SHORT and _is_prose(line):
            page.leftover.append(line)
            continue
        if len(line) > _LINE_LIMIT:
            line = line[:_LINE_LIMIT]
        marked = _marked(line)
        if marked is not None:
            page.entries.append(marked)
            continue
        cells = _cells(line)
        if cells:
            columns = _columns(line, cells, labels) or columns
            row = _row(line, cells, columns, labels)
            if row is not None:
                page.entries += row
                continue
        columns = []
        found = _labelled(line, labels) or _kana_below(line, page)
        if not found:
            page.leftover.append(line)
            continue
        last = found[-1]
        if not last.value and place < len(lines) and _is_value(lines[place], labels):
            found[-1] = Entry(line, last.label, lines[place].strip(), person=last.person)
            place += 1
        page.entries += found
    return page


def _is_prose(line: str) -> bool:
    """Whether a longer line can be no entry: most lines of most mails."""
    return _TELLING.search(line) is None and not line.endswith(("です", "です。", "ます", "ます。"))


# ---------------------------------------------------------------- headings


def _marked(line: str) -> Entry | None:
    if ("：" in line or ":" in line) and not line.rstrip().endswith(("：", ":")):
        return None  # there is an answer
    if is_rule(line):
        return Entry(line, mark=Mark.RULE)
    if _SAMPLE.fullmatch(line) is not None:
        return Entry(line, mark=Mark.SAMPLE)
    heading = _HEADING.fullmatch(line) or _BARE_HEADING.fullmatch(line)
    if heading is None:
        return None
    digits = next(group for group in heading.groups() if group)
    return Entry(line, mark=Mark.PERSON, person=_number(digits))


def _number(digits: str) -> int:
    if digits in _KANJI_DIGITS:
        return _KANJI_DIGITS.index(digits) + 1
    return int(unicodedata.normalize("NFKC", digits))


# ---------------------------------------------------------------- a label and its answer


def _labelled(line: str, labels: Labels) -> list[Entry]:
    """The entries of one line; several when further labels stand in it."""
    found = _split(line, labels)
    if found is None:
        return []
    label, value = found
    if "：" not in value and ":" not in value and "【" not in value:
        return [Entry(line, label, value.strip(_EDGES), person=label.person)]
    pieces = [(label, value)]
    for inner in _INNER.finditer(value):
        further = labels.find(inner[1] or inner[2])
        if further is not None:
            before, _ = pieces[-1][1], pieces[-1][0]
            cut = len(value) - inner.start()
            pieces[-1] = (pieces[-1][0], before[: len(before) - cut])
            pieces.append((further, value[inner.end() :]))
    return [Entry(line, one, text.strip(_EDGES), person=one.person) for one, text in pieces]


def _split(line: str, labels: Labels) -> tuple[Label, str] | None:
    for colon in ("：", ":"):
        head, found, tail = line.partition(colon)
        if found and (label := labels.find(head)) is not None:
            return label, tail.lstrip("：:").lstrip()
    bracketed = _BRACKETED.fullmatch(line) if _BRACKET.search(line) is not None else None
    if bracketed is not None:
        label = labels.find(bracketed[1])
        # 「フリガナ」の… is a sentence about the label.
        about = "「" in line and _PARTICLE.match(bracketed[2]) is not None
        if label is not None and not about:
            return label, bracketed[2]
    separated = _SEPARATED.match(line)
    if separated is not None and (label := labels.find(separated[1])) is not None:
        return label, line[separated.end() :]
    return _by_spaces(line, labels) or _spoken(line, labels)


def _kana_below(line: str, page: Page) -> list[Entry]:
    """A reading in brackets on the line below a name."""
    last = page.entries[-1] if page.entries else None
    named = last is not None and last.label is not None and last.label.fields[:1] == ("name",)
    if not named or _ONLY_KANA.fullmatch(line) is None:
        return []
    return [Entry(line, Label(("name_kana",)), line.strip(" \t　()（）"))]


def _by_spaces(line: str, labels: Labels) -> tuple[Label, str] | None:
    """A label and its answer with only space between, the label spaced out itself perhaps."""
    words = line.split(maxsplit=4)
    head = ""
    for count, word in enumerate(words[:4], start=1):
        head += word
        label = labels.find(head)
        if label is not None and _SENTENCE.search(line) is None:
            rest = line.split(maxsplit=count)
            return label, rest[count] if len(rest) > count else ""
    return None


def _spoken(line: str, labels: Labels) -> tuple[Label, str] | None:
    """フリガナはヤマダタロウです。 Names of people are not read from sentences."""
    for particle in ("は", "が"):
        head, found, tail = line.partition(particle)
        label = labels.find(head) if found else None
        if label is not None and _SPOKEN_OF.issuperset(label.fields):
            spoken = _SPOKEN.fullmatch(tail.strip())
            if spoken is not None:
                return label, spoken[1]
    return None


def _is_value(line: str, labels: Labels) -> bool:
    """Whether a line can be the answer to a label that stands alone on the line above."""
    if not line.strip() or _marked(line) is not None or len(line) > _LINE_LIMIT:
        return False
    return (
        _SENTENCE.search(line) is None
        and line.strip()[0] not in "■◆●▼【［〔＜《"
        and not _labelled(line, labels)
    )


# ---------------------------------------------------------------- tables


def _columns(line: str, cells: list[str], labels: Labels) -> list[Label | None]:
    """The labels of a row of headings, all or most of its cells; [] for any other line."""
    found = [labels.find(cell) if cell else None for cell in cells]
    known = sum(label is not None for label in found)
    named = any(label is not None and "name" in label.fields for label in found)
    by_slash = "\t" not in line and "|" not in line and "｜" not in line
    enough = len(cells) if by_slash else max(2, (len(cells) + 1) // 2)
    return found if named and known >= enough and (known > 2 or not by_slash) else []  # noqa: PLR2004 - 部署／役職 is one label


def _row(
    line: str, cells: list[str], columns: list[Label | None], labels: Labels
) -> list[Entry] | None:
    """The entries of one row; [] for a heading row, None when it is no row."""
    if columns and len(cells) == len(columns):
        if [labels.find(cell) if cell else None for cell in cells] == columns:
            return []
        row = [Entry(line, mark=Mark.PERSON)]
        return row + [
            Entry(line, label, cell)
            for label, cell in zip(columns, cells, strict=True)
            if label is not None
        ]
    if "\t" in line and len(cells) >= 4:  # noqa: PLR2004 - label, answer, label, answer
        pairs = [(labels.find(cells[i]), cells[i + 1]) for i in range(0, len(cells) - 1, 2)]
        if all(label is not None for label, _ in pairs):
            return [Entry(line, label, value) for label, value in pairs]
    return None


def _cells(line: str) -> list[str]:
    """The cells of a line with separators between; [] for any other line."""
    if "\t" in line or "|" in line or "｜" in line:
        return _CELLS.split(line.strip("| ｜"))
    return _SLASH.split(line.strip()) if "/" in line or "／" in line else []
