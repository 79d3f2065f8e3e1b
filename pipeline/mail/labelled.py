"""A line as a label with its answer, however the two are set apart.

Law of this file: a label counts only where something stands between it and its answer: a colon, a
bracket, an arrow, a bar, space; or where the sentence is about nothing else.
"""

from __future__ import annotations

import re
from typing import Final

from pipeline.mail.entry import Entry
from pipeline.mail.labels import LABEL_LIMIT, Label, Labels

_OPENING, _CLOSING = "【［\\[〔＜<《「", "】］\\]〕＞>》」"
_BRACKETED: Final = re.compile(
    rf"[\s■□◆◇●○◎・※▼▽▲△★☆*＊\-－\d０-９①-⑳.．、)）(（]{{0,12}}"
    rf"[{_OPENING}]([^{_OPENING}{_CLOSING}]{{1,{LABEL_LIMIT}}})[{_CLOSING}]"
    rf"(?:\s*[(（](?:必須|任意|※)[^)）]{{0,10}}[)）])?\s*[：:＝=→]?\s*(.*)"
)
_BRACKET: Final = re.compile(rf"[{_CLOSING}]")
_SEPARATED: Final = re.compile(rf"([^＝=→｜|⇒／\t]{{1,{LABEL_LIMIT + 10}}})[＝=→｜|⇒／\t]+\s*")
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
EDGES: Final = " \t　／/,、"
SENTENCE: Final = re.compile(
    r"。|(?:です|ます|ました|ません)(?:[、がの]|\s*$)|ください|下さい|お願い|でしょうか"
)
_INNER_REACH: Final = re.compile(
    r"(?<=[\s／/,、0-9)）])(TEL|ＴＥＬ|℡|Tel|tel|FAX|ＦＡＸ|E-?[Mm]ail|E-?MAIL|[Mm]ail|MAIL|携帯|電話|メール)()"
    r"[\s.．]*(?=[\d(（A-Za-z０-９])"
)
_INNER_SPOKEN: Final = re.compile(r"、\s*([^\s、「」（）：:はが]{1,14})[はが]()\s*")
"""所属は○○、電話は○○."""
_EACH: Final = re.compile(r"^(?:いずれも|どちらも|全員|両名とも|ともに|共に)\s*、?")
_LEADERS: Final = re.compile(r"^(?:[…‥]+|[.．・]{3,}|-{3,})[\s　]*")
_WIDE_SPACES: Final = re.compile(r"[ 　]{2,}")
_HINT_CLOSED: Final = re.compile(r"([^（(]{1,30}[（(][^（()）]{0,60}[)）][^：:]{0,6})[：:](.*)")
_SALUTES: Final = frozenset({"様", "さま", "殿", "御中", "各位"})
"""Behind a label they greet somebody: 担当者 様."""
_DRAWN: Final = "=＝-─━~#"
_DRAWN_LABEL: Final = re.compile(r"[=＝\-─━~#]+\s*([^=＝─━~#]{1,40}?)\s*[=＝\-─━~#]*\s*")


def labelled(line: str, labels: Labels) -> list[Entry]:
    """The entries of one line; several when further labels stand in it."""
    found = label_and_answer(line, labels)
    if found is None:
        return []
    label, value = found
    if value.strip() in _SALUTES:
        return []
    pieces = pieces_of(label, value, labels)
    return [Entry(line, one, text.strip(EDGES), person=one.person) for one, text in pieces]


def pieces_of(label: Label, value: str, labels: Labels) -> list[tuple[Label, str]]:
    """An answer in which further labels stand, each with its own."""
    inner = _INNER if "：" in value or ":" in value or "【" in value else None
    if inner is None and "、" in value and "は" in value:
        inner = _INNER_SPOKEN
    if inner is None and ("@" in value or "＠" in value):
        inner = _INNER_REACH
    if inner is None:
        return _in_wide_spaces(label, value, labels) if "  " in value else [(label, value)]
    pieces = [(label, value)]
    for found in inner.finditer(value):
        further = labels.find(found[1] or found[2])
        if further is not None:
            before = pieces[-1][1]
            cut = len(value) - found.start()
            pieces[-1] = (pieces[-1][0], before[: len(before) - cut])
            pieces.append((further, value[found.end() :]))
    return pieces


def _in_wide_spaces(label: Label, value: str, labels: Labels) -> list[tuple[Label, str]]:
    """部署名  役職名  係長: questions without an answer, whose lines a program has joined."""
    pieces = [(label, "")]
    for word in _WIDE_SPACES.split(value):
        further = labels.find(word)
        if further is not None and further.fields != pieces[-1][0].fields:
            pieces.append((further, ""))
        else:
            before = pieces[-1][1]
            pieces[-1] = (pieces[-1][0], f"{before} {word}".strip())
    return pieces if pieces[-1][1] else [(label, value)]


def label_and_answer(line: str, labels: Labels) -> tuple[Label, str] | None:
    """The label that begins a line, and what stands behind it; None when none begins it."""
    found = _by_colon(line, labels)
    if found is None and line[:1] in _DRAWN:
        found = _drawn(line, labels)
    return found or _by_sign(line, labels) or _by_spaces(line, labels) or spoken(line, labels)


def _by_colon(line: str, labels: Labels) -> tuple[Label, str] | None:
    for colon in ("：", ":"):
        head, found, tail = line.partition(colon)
        if not found:
            continue
        if ("（" in head or "(" in head) and _hint_open(head):
            closed = _HINT_CLOSED.match(line)
            head, tail = (closed[1], closed[2]) if closed is not None else (head, tail)
        label = labels.find(head)
        if label is not None:
            return label, tail.lstrip("：:").lstrip()
    return None


def _drawn(line: str, labels: Labels) -> tuple[Label, str] | None:
    """=== お名前 === is a label that stands alone."""
    drawn = _DRAWN_LABEL.fullmatch(line)
    label = labels.find(drawn[1]) if drawn is not None else None
    return (label, "") if label is not None else None


def _by_sign(line: str, labels: Labels) -> tuple[Label, str] | None:
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
    return None


def _by_spaces(line: str, labels: Labels) -> tuple[Label, str] | None:
    """A label and its answer with only space between, the label spaced out itself perhaps."""
    words = line.split(maxsplit=4)
    head = ""
    found: tuple[Label, int] | None = None
    for count, word in enumerate(words[:4], start=1):
        head += word
        label = labels.find(head)
        if label is not None:
            found = label, count
        if found is not None and not _goes_on(found[0], words[count : count + 1], labels):
            break
        if found is not None and len(words[count]) > 1:
            head = ""
    if found is None or SENTENCE.search(line) is not None:
        return _by_comma(line, labels)
    label, count = found
    rest = line.split(maxsplit=count)
    return label, _LEADERS.sub("", rest[count]) if len(rest) > count else ""


def _goes_on(label: Label, following: list[str], labels: Labels) -> bool:
    """Whether a label goes on in the next word: 職 名, or 参加者 氏名 for the same question."""
    if not following or len(following[0]) == 1:
        return bool(following)
    again = labels.find(following[0])
    return again is not None and again.fields == label.fields


def _by_comma(line: str, labels: Labels) -> tuple[Label, str] | None:
    """A label and its answer in a line of comma-separated values."""
    for comma in (",", "，"):
        if comma not in line:
            continue
        head, _, tail = line.partition(comma)
        label = labels.find(head)
        if label is not None and labels.find(tail.partition(comma)[0]) is None:
            return label, tail.strip(' "')
    return None


def _hint_open(head: str) -> bool:
    """Whether a colon stands inside of a bracket: お名前（例：…）."""
    return head.count("（") + head.count("(") > head.count("）") + head.count(")")


def spoken(line: str, labels: Labels) -> tuple[Label, str] | None:
    """フリガナはヤマダタロウです。 Names of people are not read from sentences."""
    for particle in ("は", "が"):
        head, found, tail = line.partition(particle)
        label = labels.find(head) if found else None
        if label is not None and _SPOKEN_OF.issuperset(label.fields):
            said = _SPOKEN.fullmatch(_EACH.sub("", tail.strip(), count=1))
            if said is not None:
                return label, said[1]
    return None
