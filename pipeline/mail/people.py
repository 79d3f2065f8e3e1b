"""Entries of a form as participants: who of several people an answer belongs to.

Law of this file: a new participant begins at a heading, at a numbered label, or where a name (or
the first question of the form) is asked again.  What stands before the first name, or behind the
last answers of a group, belongs to all of them.  Sample entries are nobody.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Final

from pipeline.domain.application import Participant, Problem
from pipeline.domain.rules import FIELD_NAMES, Rules
from pipeline.domain.validation import UNCLEAR
from pipeline.mail.answers import Answer, answer
from pipeline.mail.deduced import deduce
from pipeline.mail.divided import divided, spread
from pipeline.mail.entries import Entry, Mark
from pipeline.mail.labels import Label
from pipeline.mail.listed import is_reading, named
from pipeline.mail.sharing import Person, share

PEOPLE_LIMIT: Final = 100
"""Participants of one mail; what is more is not read, and a person is told."""
_WITH_READING: Final = ("name", "name_kana")
_GIVEN_NAME: Final = 2
"""`Label.part` of a given name asked for by itself."""


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
    return numbered(persons(entries, rules, ours), rules)


def persons(entries: Iterable[Entry], rules: Rules, ours: Callable[[str], bool]) -> list[Person]:
    """Everybody in a form, with what they have in common."""
    found = _Assembly(rules, ours)
    listed = spread(list(entries))
    found.numbered = any(
        e.person is not None and e.label is not None and "name" in e.label.fields for e in listed
    )
    found.named = any(e.label is not None and e.label.fields == ("name",) for e in listed)
    for entry in listed:
        found.take(entry)
    everybody = [p for p in found.persons if not p.sample and not p.empty]
    share(everybody, headed=found.headed)
    return everybody


def numbered(persons: list[Person], rules: Rules) -> People:
    """The participants, with what their answers say of each other."""
    for person in persons[:PEOPLE_LIMIT]:
        deduce(person.answers, person.lines, rules)
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
        self.named = False
        """Whether a label asks for the name alone."""
        self._below_gap = False
        """Whether an empty line stands between a person's answers and what comes now."""
        self._shared = False
        """Whether a heading says that what comes is everybody's."""

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
        elif entry.mark is Mark.SHARED:
            self._sample, self._shared = False, True
            self.persons.append(Person(0))

    def _head(self, number: int | None) -> None:
        if not self._begun and self.persons and not self.persons[-1].sample:
            # What stood before the first heading is everybody's: it stays as a person of its own
            # until the answers are shared.
            self.persons[-1].number = 0
        self._begun, self._sample, self._shared, self._below_gap = True, False, False, False
        self.headed = self.headed or number is not None
        self.persons.append(Person(number))

    def _answer(self, entry: Entry, label: Label) -> None:
        if not label.fields:
            return
        if label.fields[:2] == _WITH_READING and is_reading(entry.value):
            # お名前（カナ）: the reading, where another question asks for the name.
            label = Label(label.fields[self.named :][:1], label.person)
        fields = label.fields
        person = self._whose(entry, label)
        if entry.gap and "name" in person.order and "name" not in fields:
            self._below_gap = True
        if "name" in fields:
            person.contact = person.contact or label.contact
        for name, text in self._said(label, entry.value):
            self._give(person, name, answer(name, text, self._rules), entry, label.part)

    def _said(self, label: Label, value: str) -> Iterable[tuple[str, str]]:
        fields = label.fields
        if len(fields) > 1:
            return divided(fields, value)
        if fields[0] == "name" and not label.part:
            return named(value) or ((fields[0], value),)
        return ((fields[0], value),)

    def _give(self, person: Person, name: str, given: Answer, entry: Entry, part: int) -> None:
        if name == "phone" and given.unclear and "@" in given.unclear:
            name, given = (
                "email",
                answer("email", given.unclear, self._rules),
            )  # 連絡先 may be either
        if name == "email" and given.value and self._ours(given.value):
            given = Answer()
        if given.ditto:
            given = self._before(name)
        if part == _GIVEN_NAME:
            given = _behind(person.answers.get(name), given)
            person.answers.pop(name, None)
        person.give(name, given, entry.line)
        if self._below_gap:
            person.loose.add(name)
        if given.kana:
            person.give("name_kana", Answer(given.kana), entry.line)

    def _whose(self, entry: Entry, label: Label) -> Person:
        fields = label.fields
        if entry.person is not None and self.numbered:
            return self._by_number(entry.person)
        current = self.persons[-1] if self.persons else None
        if current is None or (current.sample and not self._sample):
            return self._new()
        if label.part == _GIVEN_NAME:
            return current
        if current.number == 0 and self._shared and "name" in fields:
            return self._new()
        asked_again = fields[0] in current.order and (
            "name" in fields or fields[0] == current.order[0]
        )
        if asked_again:
            self._sample = False
            return self._new()
        return current

    def _new(self) -> Person:
        self._below_gap = False
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


def _behind(family: Answer | None, given: Answer) -> Answer:
    """A given name behind the family's."""
    parts = (one.value for one in (family, given) if one is not None)
    whole = " ".join(part for part in parts if part)
    return Answer(whole) if whole else given


def _numbered(persons: list[Person], *, more: bool) -> People:
    numbers = [p.number for p in persons]
    given = all(n is not None and n > 0 for n in numbers) and len(set(numbers)) == len(numbers)
    persons = sorted(persons, key=lambda p: p.number or 0) if given else persons
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
