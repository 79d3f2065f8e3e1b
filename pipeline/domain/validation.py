"""Whether what an applicant wrote is enough.

Law of this file: it judges participants against the rules' required fields, and merges a
correction into what was there.  How a field is read from a mail belongs to `mail.form`.
"""

from __future__ import annotations

from dataclasses import fields, replace

from pipeline.domain.application import Participant, Problem
from pipeline.domain.names import name_key
from pipeline.domain.rules import FIELD_NAMES, Rules

MISSING = "missing"
UNCLEAR = "unclear"


def missing(participants: tuple[Participant, ...], rules: Rules) -> tuple[Problem, ...]:
    """Every required field that a participant still lacks."""
    return tuple(
        Problem(person.number, field, MISSING)
        for person in participants
        if not person.withdrawn
        for field in rules.required_fields
        if not getattr(person, field)
    )


def merged(
    before: tuple[Participant, ...], correction: tuple[Participant, ...]
) -> tuple[Participant, ...]:
    """The participants after a correction: what it says wins, what it leaves out stays.

    People are matched by name, then by their number; who is new is added at the end.
    """
    people = list(before)
    for person in correction:
        index = _index_of(person, people)
        if index is None:
            people.append(replace(person, number=max((p.number for p in people), default=0) + 1))
        else:
            people[index] = _corrected(people[index], person)
    return tuple(people)


def same_people(known: tuple[Participant, ...], named: tuple[Participant, ...]) -> bool:
    """Whether everybody who is named is known already."""
    keys = {name_key(p.name) for p in known if p.name}
    return all(not p.name or name_key(p.name) in keys for p in named)


def problems_after(
    participants: tuple[Participant, ...], unclear: tuple[Problem, ...], rules: Rules
) -> tuple[Problem, ...]:
    """What is wrong after a correction: what is still missing, and what it said unclearly."""
    lacking = missing(participants, rules)
    said = {(p.participant, p.field) for p in lacking}
    numbers = {p.number for p in participants}
    return lacking + tuple(
        p
        for p in unclear
        if p.fault == UNCLEAR and p.participant in numbers and (p.participant, p.field) not in said
    )


def _index_of(person: Participant, people: list[Participant]) -> int | None:
    if person.name:
        key = name_key(person.name)
        for index, known in enumerate(people):
            if known.name and name_key(known.name) == key:
                return index
    for index, known in enumerate(people):
        if known.number == person.number and (not known.name or not person.name):
            return index
    if person.name and len(people) == 1 and person.number == people[0].number:
        # One person, corrected: the name itself may be what was wrong.
        return 0
    return None


def _corrected(known: Participant, correction: Participant) -> Participant:
    said = {f: getattr(correction, f) for f in FIELD_NAMES if getattr(correction, f)}
    return replace(known, **said)


assert set(FIELD_NAMES) < {f.name for f in fields(Participant)}
