"""An application in sentences: who introduces themselves, and who they say takes part.

Law of this file: it is asked only of a mail that applies and has no form.  A person is somebody
with a reading in brackets, or whom an organisation, the sender's own name or the signature
confirms; everything else is nobody, and is asked for.  Who only writes for others takes no seat.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from pipeline.mail.closing import same_person, signature_of
from pipeline.mail.deduced import is_body, is_office, is_position, unglued
from pipeline.mail.entry import Entry, Mark
from pipeline.mail.folding import narrowed
from pipeline.mail.labelled import SENTENCE
from pipeline.mail.labels import Label, Labels
from pipeline.mail.listed import (
    NAME_AT_END,
    Told,
    closed_up,
    inside_bracket,
    is_name,
    is_part,
    person_in,
)
from pipeline.mail.places import prefecture_named
from pipeline.mail.quoting import is_rule
from pipeline.mail.reach import phone_said, valid_address

_TEXT_LIMIT: Final = 6000
_BRACKET: Final = re.compile(r"[（(]([^（()）]{2,60})[）)]")
_REACH: Final = 16
"""A name stands within so many characters before its bracket."""
_BEFORE: Final = 70
_SENTENCE_ENDS: Final = "。\n！!"
_APPLIES: Final = re.compile(r"参加|申し?込|出席|受講|派遣")
_INTRODUCES: Final = re.compile(r"\s*(?:と申し|です|でございます|と言い|といい)")
_INTRODUCED: Final = re.compile(
    r"(?:^|[\n。、 　])([^\n。、「」（）()]{3,60}?)(?:と申します|でございます|です)(?=[。、\n\s]|$)"
)
_CLAUSE: Final = re.compile(
    r"(?:.*[。\n、！!]|^)(?:(?:私|わたくし|当方|この度|このたび|今回)[は、]?|(?:当|弊|本)(?:会|社協|法人|団体)[のは]|"
    r".{0,20}(?:に|へ|を)(?=.{2,12}[都道府県市区町村]))?"
)
_SERVES: Final = re.compile(
    r"(.{4,40})(?:で|にて|に|の)(.{0,20}?)(?:を|として)?"
    r"(?:して(?:おりま\S*|いま\S*|いる|おる)|務め\S*|担当\S*|所属\S*|勤務\S*|活動\S*|おりま\S*)"
)
"""○○社協で生活支援コーディネーターをしております."""
_TOKENS: Final = re.compile(r"[ 　の、]+")
_SPOKEN: Final = re.compile(
    r"([^\s、。「」（）()：:はが]{1,14})(?:は|が|：|:)\s*[「『]?([^、。「」『』\n]{1,60}?)[」』]?\s*"
    r"(?:です|になります|となります|でございます|でお願い[^、。\n]{0,8})?(?=[、。\n]|$)"
)
_SPOKEN_OF: Final = frozenset({
    "name_kana", "organization", "department", "position", "prefecture", "email", "phone",
    "category",
})  # fmt: skip
_COUNTED: Final = re.compile(
    r"([^。\n「」]{3,80}?)の?\s*(?:計|合計)?([2-9２-９二三四五六七八九])\s*(?:名|人)(?:が|で|を|の|、)"
)
_ALSO: Final = re.compile(
    r"も(?:一緒に|併せて|あわせて|共に|ともに)?、?(?:参加|出席|受講|申し?込)|"
    r"(?:もう|ほか|他に?)\s*[1-91-９一二三]\s*[名人]"
)
_COLLEAGUE: Final = re.compile(
    r"(?:同僚|同じ課|上司|部下|後輩|先輩|(?:もう|ほか|他に?)\s*[1-91-９一二三]\s*[名人])[^。\n]{0,40}も?、?"
    r"(?:一緒に|併せて|あわせて)?(?:参加|出席|受講|申し?込)"
)
_AND: Final = re.compile(r"\s*(?:、|・|，|,|と|及び|および|ならびに|並びに)\s*")
_ADDRESS: Final = re.compile(r"[\w.!#$%&'*+=?^`{}~-]{1,64}@[\w.-]{3,100}", re.ASCII)
_DIGITS: Final = {d: n for n, d in enumerate("二三四五六七八九", start=2)}
_SHARED: Final = ("organization", "prefecture", "phone", "email", "department")
_OF_ALL: Final = frozenset({"organization", "prefecture", "phone"})
_BODY_LENGTH: Final = 4


@dataclass(frozen=True, slots=True)
class _Somebody:
    """A person in a sentence."""

    told: Told
    applies: bool
    """Whether the sentence says that they take part, and not only who writes."""


def spoken(
    lines: Sequence[str], labelled: Sequence[Entry], labels: Labels, author: str
) -> list[Entry]:
    """The entries of an application in sentences; [] when nobody can be told for sure.

    `labelled` are the entries that were read from the same lines, `author` is the name beside the
    sender's address.
    """
    own = {e.line for e in labelled if e.label is not None and SENTENCE.search(e.line) is None}
    start, signed = signature_of(lines, own)
    text = narrowed_spaces([line for line in lines[:start] if line not in own])
    signature = {name: (value, line) for name, value, line in signed}
    everybody = _everybody(text) or _listed(lines[:start])
    takes_part = [s.told for s in everybody if s.applies] or [s.told for s in everybody]
    if not takes_part:
        one = _introduced(text, author, signature)
        takes_part = [one] if one else []
    if not takes_part:
        takes_part = _named(text, labels)
    if not takes_part:
        return []
    common = {**signature_common(signature), **_common(text, labels, labelled=len(takes_part) == 1)}
    mine = len(takes_part) == 1 and _is_mine(dict(takes_part[0]), signature)
    counts = own if mine or "name" not in signature else own.intersection(lines[:start])
    beside = [e for e in labelled if e.line in counts]
    return _entries(takes_part, common, signature, beside)


def also_named(leftover: Sequence[str]) -> list[Entry]:
    """Entries of whom sentences beside a form name as taking part, too: 同僚の○○も参加します."""
    if not _mentions_more(leftover):
        return []
    text = narrowed_spaces(leftover)
    return _of_people([somebody.told for somebody in _everybody(text) if somebody.applies])


def _mentions_more(leftover: Sequence[str]) -> bool:
    return any("も" in line or "名" in line for line in leftover) and (
        _ALSO.search("".join(leftover)) is not None
    )


def speaks_of_more(leftover: Sequence[str]) -> bool:
    """Whether a text says that a colleague takes part, too."""
    return _mentions_more(leftover) and _COLLEAGUE.search("".join(leftover)) is not None


def in_sentences(leftover: Sequence[str], labels: Labels) -> dict[str, str]:
    """What sentences beside a form say of where everybody works and is reached."""
    said = _common(narrowed_spaces(leftover), labels, labelled=False)
    return {f: value for f, value in said.items() if f in _OF_ALL}


def narrowed_spaces(lines: Iterable[str]) -> str:
    """Sentences as one text: a line that ends within a sentence goes on in the next."""
    cut = (line[:_TEXT_LIMIT].strip() for line in lines)
    whole = "".join(f"{line}\n" if _ends(line) else line for line in cut)
    return closed_up(whole[:_TEXT_LIMIT])


def _ends(line: str) -> bool:
    stripped = line.strip()
    if not stripped or stripped[-1] in "。！!：:」" or len(stripped) < _REACH:
        return True
    return is_rule(line)


# ---------------------------------------------------------------- with a reading in brackets


def _everybody(text: str) -> list[_Somebody]:
    found: list[_Somebody] = []
    for bracket in _BRACKET.finditer(text):
        kana, placed = inside_bracket(bracket[1])
        before = NAME_AT_END.search(text[max(0, bracket.start() - _REACH) : bracket.start()])
        if not kana or before is None or placed is None:
            continue
        name, head = _without_office(before[1])
        start = bracket.start() - len(before[1])
        told = {"name": name, "name_kana": kana, **head}
        told |= {
            f: v for f, v in _place(text[max(0, start - _BEFORE) : start]).items() if f not in told
        }
        told |= placed
        sentence = text[bracket.end() :]
        address = _ADDRESS.match(narrowed(sentence[:_BEFORE]).lstrip())
        if address is not None and valid_address(address.group()):
            told["email"] = valid_address(address.group())
        end = min(
            (at for c in _SENTENCE_ENDS if (at := sentence.find(c)) >= 0), default=len(sentence)
        )
        applies = _APPLIES.search(sentence[:end]) is not None
        introduces = _INTRODUCES.match(sentence) is not None
        if is_name(name):
            found.append(_Somebody(tuple(told.items()), applies and not introduces))
    return found or _counted(text)


def _without_office(text: str) -> tuple[str, dict[str, str]]:
    """A name without the office or position that it is glued to: 地域福祉課山田太郎."""
    for cut in range(len(text) - 2, 1, -1):
        head, name = text[:cut].strip(), text[cut:].strip()
        if not is_part(head) or not is_name(name):
            continue
        return name, {"position" if is_position(head) else "department": head}
    return text, {}


def _place(text: str) -> dict[str, str]:
    """Organisation, office and position at the end of a clause: 長野県の○○社協 地域福祉課の."""
    clause = _CLAUSE.sub("", text.rstrip("、 　"), count=1).strip(" 　の、")
    serves = _SERVES.fullmatch(clause)
    titles: list[str] = []
    if serves is not None:
        clause = serves[1]
        titles = [serves[2]] if is_position(serves[2]) else []
    words = [part for word in _TOKENS.split(clause) if word for part in unglued(word)]
    offices: list[str] = []
    while words and is_position(words[-1]):
        titles.insert(0, words.pop())
    while words and is_office(words[-1]) and not is_body(words[-1]):
        office = words.pop()
        offices[:0] = [] if office.startswith("当") else [office]
    behind = "".join(offices + titles)
    body = clause
    while behind and body and not body.endswith(words[-1] if words else ""):
        body = body[:-1]
    prefecture = prefecture_named(body)
    for separator in (f"{prefecture}の", f"{prefecture} "):
        body = body.removeprefix(separator)
    found = {
        "organization": body if len(body) >= _BODY_LENGTH and is_body(body) else "",
        "department": " ".join(offices),
        "position": " ".join(titles),
        "prefecture": prefecture or "",
    }
    return {field: value for field, value in found.items() if value}


def _counted(text: str) -> list[_Somebody]:
    """山田太郎、鈴木花子の2名が参加: as many names as are counted."""
    for counted in _COUNTED.finditer(text):
        number = _DIGITS.get(counted[2]) or int(narrowed(counted[2]))
        parts = [part for part in _AND.split(counted[1]) if part]
        names = parts[-number:]
        first = NAME_AT_END.search(names[0]) if len(names) == number else None
        if first is None or not all(map(is_name, names[1:])):
            continue
        whole = [_without_office(first[1])[0], *names[1:]]
        if all(map(is_name, whole)):
            return [_Somebody((("name", name),), applies=True) for name in whole]
    return []


def _listed(lines: Iterable[str]) -> list[_Somebody]:
    told = [person_in(line) for line in lines if "（" in line or "(" in line or "@" in line]
    return [_Somebody(one, applies=True) for one in told if any(f == "name_kana" for f, _ in one)]


# ---------------------------------------------------------------- without a reading


def _introduced(text: str, author: str, signature: dict[str, tuple[str, str]]) -> Told:
    """Who says who they are, where organisation, sender or signature confirm the name."""
    signed = signature.get("name", ("", ""))[0]
    known = {_joined(name): name for name in (author, signed) if is_name(name)}
    for intro in _INTRODUCED.finditer(text):
        before = NAME_AT_END.search(intro[1])
        name, head = _without_office(before[1]) if before is not None else ("", {})
        start = len(intro[1]) - len(before[1]) if before is not None else 0
        place = _place(intro[1][:start]) | head
        whole = next((full for key, full in known.items() if _is_of(name or intro[1], key)), "")
        if not whole and is_name(name) and len(_joined(name)) > 2 and "organization" in place:  # noqa: PLR2004 - a family's name is not enough
            whole = name
        if whole:
            return (("name", _spelt(whole, name)), *place.items())
    return tuple((f, signature[f][0]) for f in ("name", "name_kana") if f in signature and signed)


def _named(text: str, labels: Labels) -> list[Told]:
    """氏名は山田 太郎 in a sentence."""
    for found in _SPOKEN.finditer(text):
        label = labels.find(found[1])
        if label is not None and label.fields == ("name",) and is_name(found[2].strip()):
            return [(("name", found[2].strip()),)]
    return []


def _joined(name: str) -> str:
    return "".join(name.split())


def _is_of(said: str, full: str) -> bool:
    """Whether somebody calls themselves by this name or its first part."""
    said = _TOKENS.split(said)[-1]
    return len(said) > 1 and full.startswith(_joined(said))


def _spelt(whole: str, said: str) -> str:
    return said if _joined(said) == _joined(whole) else whole


# ---------------------------------------------------------------- everything else


def signature_common(signature: dict[str, tuple[str, str]]) -> dict[str, str]:
    """What of a signature may be everybody's."""
    return {f: value for f, (value, _) in signature.items() if f in _OF_ALL}


def _common(text: str, labels: Labels, *, labelled: bool) -> dict[str, str]:
    """What sentences say of organisation, prefecture and how to reach them."""
    said: dict[str, str] = {}
    folded = narrowed(text)
    for found in _SPOKEN.finditer(folded):
        label = labels.find(found[1])
        fields = label.fields if label is not None else ()
        if len(fields) == 1 and fields[0] in _SPOKEN_OF and (labelled or fields[0] in _SHARED):
            said.setdefault(fields[0], found[2].strip())
    number = phone_said(_ADDRESS.sub(" ", folded))
    if number:
        said["phone"] = number
    address = _ADDRESS.search(folded)
    if address is not None and valid_address(address.group()):
        said["email"] = valid_address(address.group())
    elif "email" in said:
        del said["email"]
    for intro in _INTRODUCED.finditer(text):
        name = NAME_AT_END.search(intro[1])
        place = _place(intro[1][: name.start(1)] if name is not None else "") or _place(intro[1])
        said = {f: v for f, v in place.items() if f in {"organization", "prefecture"}} | said
    return said


def _entries(
    people: list[Told],
    common: dict[str, str],
    signature: dict[str, tuple[str, str]],
    beside: list[Entry],
) -> list[Entry]:
    if "organization" in signature:
        alone = len(people) == 1 and _is_mine(dict(people[0]), signature)
        people = [_without_abbreviation(told, whole=alone) for told in people]
        common = dict(_without_abbreviation(tuple(common.items())))
    found = _of_people(people)
    if len(people) == 1:
        mine = dict(people[0])
        signed = {f: v for f, (v, _) in signature.items() if _is_mine(mine, signature)}
        own = signed | common
        own |= {f: v for f, v in signed.items() if f == "organization"}
        return found + beside + [Entry(v, Label((f,)), v) for f, v in own.items() if f not in mine]
    found.append(Entry("", mark=Mark.SHARED))
    asked = {field for e in beside if e.label is not None for field in e.label.fields}
    common = {f: v for f, v in common.items() if f not in asked}
    return found + beside + [Entry(v, Label((f,)), v) for f, v in common.items() if f in _SHARED]


def _without_abbreviation(told: Told, *, whole: bool = False) -> Told:
    """Answers without an organisation by its short name, where a signature has the full one."""
    return tuple((f, v) for f, v in told if f != "organization" or not (whole or "社協" in v))


def _of_people(people: Iterable[Told]) -> list[Entry]:
    found: list[Entry] = []
    for told in people:
        found.append(Entry(dict(told)["name"], mark=Mark.PERSON))
        found += [Entry(value, Label((field,)), value) for field, value in told]
    return found


def _is_mine(mine: dict[str, str], signature: dict[str, tuple[str, str]]) -> bool:
    """Whether a signature is this person's, or says no name."""
    signed = signature.get("name", ("", ""))[0]
    return not signed or same_person(mine["name"], signed)
