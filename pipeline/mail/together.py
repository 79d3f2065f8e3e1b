"""The people of a mail's files and what its text says, as one form.

Law of this file: where files name people, these are the participants.  The text may say of them
what the files leave open; whoever it names beside them either only writes, or is a doubt.
"""

from __future__ import annotations

from typing import Final

from pipeline.domain.names import name_key
from pipeline.domain.rules import FIELD_NAMES, Rules
from pipeline.mail.answers import Answer
from pipeline.mail.cellwords import Words
from pipeline.mail.introduced import introduced
from pipeline.mail.labels import Labels
from pipeline.mail.sharing import Person

_OF_THE_WRITER: Final = ("organization", "prefecture")
"""What participants share with whoever writes for them."""
_REACH: Final = 8
"""Lines above a name in which a heading may stand that says what it is the name of."""
_LINES_LIMIT: Final = 200


def together(
    files: tuple[Person, ...], text: list[Person], lines: tuple[str, ...], rules: Rules,
    labels: Labels,
) -> tuple[list[Person], str | None]:  # fmt: skip
    """Everybody who takes part, and why a person should look; None where there is no reason."""
    people = _once(files)
    known = {key: p for p in people if (key := _key(p))}
    doubts: list[str] = []
    givers: list[Person] = []
    words = Words(labels, rules)
    for person in text:
        same = known.get(_key(person))
        if same is not None:
            doubts += _merge(same, person)
        elif not _key(person) or _only_writes(person, lines, words):
            givers.append(person)
        else:
            name = person.answers["name"].value or person.answers["name"].unclear
            doubts.append(f"the text names {name}, and no file does")
    _fill(people, givers, lines, rules)
    return people, doubts[0] if doubts else None


def _key(person: Person) -> str:
    given = person.answers.get("name")
    return name_key(given.value or given.unclear or "") if given is not None else ""


def _once(files: tuple[Person, ...]) -> list[Person]:
    """Everybody once, where two files name the same person and agree."""
    kept: list[Person] = []
    known: dict[str, Person] = {}
    for person in files:
        key = _key(person)
        same = known.get(key) if key else None
        if same is not None and not _differences(same, person):
            _merge(same, person)
            continue
        kept.append(person)
        known.setdefault(key, person)
    return kept


def _differences(one: Person, other: Person) -> list[str]:
    return [
        name
        for name in FIELD_NAMES
        if (left := one.answers.get(name)) is not None
        and (right := other.answers.get(name)) is not None
        and left.value and right.value
        and _folded(name, left.value) != _folded(name, right.value)
    ]  # fmt: skip


def _folded(name: str, value: str) -> str:
    key = name_key(value)
    return "".join(c for c in key if c.isdigit()) if name == "phone" else key


def _merge(person: Person, other: Person) -> list[str]:
    """Fill what a person's answers leave open; what is said differently is a doubt."""
    different = _differences(person, other)
    for name, given in other.answers.items():
        if _open(person, name) and (given.value or given.unclear):
            _set(person, name, given, other.lines[name])
    return [f"text and file differ in {name}" for name in different if name != "category"]


def _open(person: Person, name: str) -> bool:
    """Whether a sure answer is missing."""
    given = person.answers.get(name)
    return given is None or not given.value


def _set(person: Person, name: str, given: Answer, line: str) -> None:
    if name not in person.order:
        person.order.append(name)
    person.answers[name], person.lines[name] = given, line


def _only_writes(person: Person, lines: tuple[str, ...], words: Words) -> bool:
    """Whether somebody is named as the one who writes: by the label, or by a heading above."""
    if person.contact:
        return True
    line = person.lines.get("name", "")
    asked = words.asked(line.partition("：")[0].partition(":")[0].strip())
    if asked is not None and (asked.contact or asked.applicant):
        return True
    if line not in lines:
        return False
    place = lines.index(line)
    above = (words.section(one) for one in reversed(lines[max(0, place - _REACH) : place]))
    return next((kind for kind in above if kind is not None), "") == "contact"


def _fill(people: list[Person], givers: list[Person], lines: tuple[str, ...], rules: Rules) -> None:
    """Give what the files leave open and the text says of everybody."""
    text = name_key("\n".join(lines[:_LINES_LIMIT]))
    alone = len(people) == 1 and _key(people[0]) in text
    told: dict[str, tuple[Answer, str]] = {}
    for giver in givers:
        # Who takes part alone, and is named in the mail, has written it.
        names = FIELD_NAMES if alone and not _key(giver) else _OF_THE_WRITER
        for name in names:
            given = giver.answers.get(name)
            if given is not None and given.value:
                told.setdefault(name, (given, giver.lines[name]))
    if any(_unsaid(person, name) for person in people for name in _OF_THE_WRITER):
        for name, (value, line) in introduced(lines, rules).items():
            told.setdefault(name, (Answer(value), line))
    for person in people:
        _give(person, told)


def _give(person: Person, told: dict[str, tuple[Answer, str]]) -> None:
    """What was told of all, to one; a prefecture only to who is of the same organisation."""
    own = person.answers.get("organization")
    writers = told.get("organization")
    elsewhere = own is not None and own.value and (
        writers is None or not _same_body(own.value, writers[0].value or "")
    )  # fmt: skip
    for name, (given, line) in told.items():
        if _unsaid(person, name) and not (name == "prefecture" and elsewhere and writers):
            _set(person, name, given, line)


def _same_body(one: str, other: str) -> bool:
    left, right = name_key(one), name_key(other)
    return left in right or right in left


def _unsaid(person: Person, name: str) -> bool:
    given = person.answers.get(name)
    return given is None or not (given.value or given.unclear)
