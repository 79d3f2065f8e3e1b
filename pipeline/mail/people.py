"""Entries of a form as participants: who of several people an answer belongs to.

Law of this file: a new participant begins at a heading, at a numbered label, or where a name (or
the first question of the form) is asked again.  What stands before the first name, or behind the
last answers of a group, belongs to all of them.  Sample entries are nobody.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, Final

from pipeline.domain.application import Participant, Problem
from pipeline.domain.rules import FIELD_NAMES, Rules
from pipeline.domain.validation import UNCLEAR
from pipeline.mail.answers import Answer, answer, spaced
from pipeline.mail.entries import Entry, Mark
from pipeline.mail.labels import Label

PEOPLE_LIMIT: Final = 100
"""Participants of one mail; what is more is not read, and a person is told."""
SHARED: Final = frozenset(
    {"organization", "department", "prefecture", "email", "phone", "category"}
)
"""What colleagues have in common."""

_OFFICE: Final = re.compile(
    r"(?:課|係|部|室|局|科|班|センター|グループ|チーム|支所|支部|本部|担当|事業所|Ｇ|G)$"
)
_APPLIES: Final = re.compile(r"申込者|申込担当|申し込み者")
"""Who applies for others is no participant, where participants are named beside."""
_SPLIT: Final = re.compile(r"[\s／/]+")
_KANA_TAIL: Final = re.compile(r"(.*[一-龥々〆ヶ].*?)[\s／/(（]+([ァ-ヶーぁ-ゖｦ-ﾟ\s　]+)[)）]?")


@dataclass(slots=True)
class Person:
    """One participant while the form is read."""

    number: int | None = None
    """The number that the form gives; None when it gives none."""
    answers: dict[str, Answer] = field(default_factory=dict)
    lines: dict[str, str] = field(default_factory=dict)
    """Which line gave which answer."""
    order: list[str] = field(default_factory=list)
    """The fields in the order in which they were asked, blank ones too."""
    sample: bool = False

    @property
    def empty(self) -> bool:
        """Whether nothing was answered."""
        return not any(a.value or a.unclear for a in self.answers.values())

    def give(self, name: str, given: Answer, line: str) -> None:
        """Keep an answer; the first real one stays."""
        if name not in self.order:
            self.order.append(name)
        known = self.answers.get(name)
        if known is None or not (known.value or known.unclear):
            self.answers[name], self.lines[name] = given, line


@dataclass(frozen=True, slots=True)
class People:
    """The participants of a form."""

    participants: tuple[Participant, ...]
    problems: tuple[Problem, ...] = ()
    """What was said unclearly; what is missing is judged elsewhere."""
    sources: tuple[tuple[int, str, str], ...] = ()
    """Participant, field, line."""
    more: bool = False
    """Whether there were more people than are read."""


def people(entries: Iterable[Entry], rules: Rules, ours: Callable[[str], bool]) -> People:
    """Assemble the participants. `ours` tells addresses that are the office's own."""
    found = _Assembly(rules, ours)
    listed = list(entries)
    found.numbered = any(
        e.person is not None and e.label is not None and "name" in e.label.fields for e in listed
    )
    for entry in listed:
        found.take(entry)
    persons = [p for p in found.persons if not p.sample and not p.empty]
    _share(persons, headed=found.headed)
    return _numbered(persons[:PEOPLE_LIMIT], more=len(persons) > PEOPLE_LIMIT)


class _Assembly:
    """Reads entry after entry and knows whose turn it is."""

    def __init__(self, rules: Rules, ours: Callable[[str], bool]) -> None:
        self._rules = rules
        self._ours = ours
        self.persons: list[Person] = []
        self.numbered = False
        """Whether names are numbered; only then a number behind a label means a person."""
        self.headed = False
        """Whether there are blocks with headings; a row of a table is none."""
        self._begun = False
        self._sample = False

    def take(self, entry: Entry) -> None:
        """The next entry."""
        if entry.label is not None:
            self._answer(entry, entry.label)
        elif entry.mark is Mark.SAMPLE:
            self._sample = True
            self.persons.append(Person(sample=True))
        elif entry.mark is Mark.RULE:
            self._sample = False
        elif entry.mark is Mark.PERSON:
            self._head(entry.person)

    def _head(self, number: int | None) -> None:
        if not self._begun and self.persons and not self.persons[-1].sample:
            # What stood before the first heading is everybody's: it stays as a person of its own
            # until the answers are shared.
            self.persons[-1].number = 0
        self._begun, self._sample = True, False
        self.headed = self.headed or number is not None
        self.persons.append(Person(number))

    def _answer(self, entry: Entry, label: Label) -> None:
        fields = label.fields
        if not fields:
            return
        person = self._whose(entry, fields)
        single = len(fields) == 1
        for name, text in ((fields[0], entry.value),) if single else _divided(fields, entry.value):
            given = answer(name, text, self._rules)
            if name == "phone" and given.unclear and "@" in given.unclear:
                name, given = "email", answer("email", text, self._rules)  # noqa: PLW2901 - 連絡先 may be either
            if name == "email" and given.value and self._ours(given.value):
                given = Answer()
            if given.ditto:
                given = self._before(name)
            person.give(name, given, entry.line)
            if given.kana:
                person.give("name_kana", Answer(given.kana), entry.line)

    def _whose(self, entry: Entry, fields: tuple[str, ...]) -> Person:
        if entry.person is not None and self.numbered:
            return self._by_number(entry.person)
        current = self.persons[-1] if self.persons else None
        if current is None or (current.sample and not self._sample):
            return self._new()
        asked_again = fields[0] in current.order and (
            "name" in fields or fields[0] == current.order[0]
        )
        if asked_again:
            self._sample = False
            return self._new()
        return current

    def _new(self) -> Person:
        self.persons.append(Person())
        return self.persons[-1]

    def _by_number(self, number: int) -> Person:
        for person in self.persons:
            if person.number == number:
                return person
        if len(self.persons) == 1 and self.persons[0].number is None:
            self.persons[0].number = 0
        self.persons.append(Person(number))
        return self.persons[-1]

    def _before(self, name: str) -> Answer:
        """同上: what the participant before has."""
        before = (p.answers.get(name) for p in reversed(self.persons[:-1]) if not p.sample)
        return next((a for a in before if a is not None and a.value), Answer())


# ---------------------------------------------------------------- two answers behind one label


def _divided(fields: tuple[str, ...], value: str) -> list[tuple[str, str]]:
    """The answers behind a label that asks for several things."""
    if fields[:2] == ("name", "name_kana"):
        behind = _KANA_TAIL.fullmatch(spaced(value))
        return [("name", behind[1]), ("name_kana", behind[2])] if behind else [("name", value)]
    if fields == ("department", "position"):
        return _office_and_position(value)
    if fields == ("organization", "position"):
        first, _, rest = spaced(value).partition(" ")
        return [("organization", first), *_office_and_position(rest)]
    pieces = [piece for piece in _SPLIT.split(value.strip(), maxsplit=len(fields) - 1) if piece]
    return list(zip(fields, pieces, strict=False))


def _office_and_position(value: str) -> list[tuple[str, str]]:
    words = [word for word in _SPLIT.split(value.strip()) if word]
    offices = [word for word in words if _OFFICE.search(word) is not None]
    if len(words) > 1 and not offices:
        offices = words[:1]
    position = " ".join(word for word in words if word not in offices)
    return [("department", " ".join(offices)), ("position", position)]


# ---------------------------------------------------------------- what a group has in common


def _share(persons: list[Person], *, headed: bool) -> None:
    """Give everybody what was said once for all of them."""
    if len(persons) < 2:  # noqa: PLR2004 - nobody to share with
        return
    common = _common(persons)
    if common is not None:
        persons.remove(common)
        _hand_down(common, set(common.answers) & SHARED, persons)
        if _takes_part(common, persons):
            common.number = None
            persons.insert(0, common)
    if len(persons) > 1 and not headed:
        first, last = persons[0], persons[-1]
        before_name = first.order[: first.order.index("name")] if "name" in first.order else []
        _hand_down(first, set(before_name) & SHARED, persons)
        only_last = {n for n in last.order if not any(n in p.order for p in persons[:-1])}
        _hand_down(last, only_last & SHARED, persons)


def _common(persons: list[Person]) -> Person | None:
    """What stands before the first heading: answers for all, or the one who applies for them."""
    applies = [p for p in persons if _APPLIES.search(p.lines.get("name", ""))]
    before = [p for p in persons if p.number == 0]
    found = before or (applies if len(applies) == 1 else [])
    return found[0] if found else None


def _takes_part(common: Person, others: list[Person]) -> bool:
    """Whether it is the first participant, who was given no heading."""
    named = "name" in common.answers and _APPLIES.search(common.lines["name"]) is None
    return named and all(p.number != 1 for p in others)


def _hand_down(giver: Person, names: set[str], persons: list[Person]) -> None:
    for person in persons:
        for name in names:
            if person is not giver and name not in person.order:
                person.give(name, giver.answers[name], giver.lines[name])


def _numbered(persons: list[Person], *, more: bool) -> People:
    numbers = [p.number for p in persons]
    given = all(n is not None and n > 0 for n in numbers) and len(set(numbers)) == len(numbers)
    participants: list[Participant] = []
    problems: list[Problem] = []
    sources: list[tuple[int, str, str]] = []
    for place, person in enumerate(persons, start=1):
        number = person.number if given and person.number else place
        values: dict[str, Any] = {}
        for name in FIELD_NAMES:
            said = person.answers.get(name)
            if said is None or not (said.value or said.unclear):
                continue
            sources.append((number, name, person.lines[name]))
            # What is unclear is kept as it was read, but no address that nothing must go to.
            if said.value or name != "email":
                values[name] = said.value or said.unclear
            if said.unclear:
                problems.append(Problem(number, name, UNCLEAR, said.unclear))
        participants.append(Participant(number, **values))
    return People(tuple(participants), tuple(problems), tuple(sources), more)
