"""Whether what an applicant wrote is enough, and what a further form says beyond it.

Law of this file: it judges participants against the rules' required fields, and merges a
correction into what was there.  How a field is read from a mail belongs to `mail.form`.
Participants who have withdrawn are nobody's match: who names them again is new.
"""

from __future__ import annotations

from collections.abc import Container
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


def problems_after(
    participants: tuple[Participant, ...], said: tuple[Problem, ...], rules: Rules
) -> tuple[Problem, ...]:
    """What is wrong with these people: what they lack, and what was said of them unclearly."""
    lacking = missing(participants, rules)
    if not said:
        return lacking
    known = {(p.participant, p.field) for p in lacking}
    numbers = {p.number for p in participants if not p.withdrawn}
    return lacking + tuple(
        p
        for p in said
        if p.fault == UNCLEAR and p.participant in numbers and (p.participant, p.field) not in known
    )


# ---------------------------------------------------------------- a further form


def merged(
    known: tuple[Participant, ...],
    problems: tuple[Problem, ...],
    correction: tuple[Participant, ...],
    said: tuple[Problem, ...],
) -> tuple[tuple[Participant, ...], tuple[Problem, ...]]:
    """The participants after a correction, and what it said unclearly, by their numbers.

    What it says wins, what it leaves out stays. People are matched by name, then by what was
    asked: see `_match`. Who matches nobody is added at the end. `said` numbers people as the
    correction does; the result numbers them as the application does.
    """
    people = list(known)
    numbers: dict[int, int] = {}
    for person in correction:
        index = _match(person, people, problems, taken=set(numbers.values()))
        if index is None:
            number = max((p.number for p in people), default=0) + 1
            people.append(replace(person, number=number))
        else:
            number = people[index].number
            told = {f: getattr(person, f) for f in FIELD_NAMES if getattr(person, f)}
            people[index] = replace(people[index], **told)
        numbers[person.number] = number
    renumbered = tuple(
        replace(p, participant=numbers[p.participant]) for p in said if p.participant in numbers
    )
    return tuple(people), renumbered


def _match(
    person: Participant,
    people: list[Participant],
    problems: tuple[Problem, ...],
    taken: Container[int],
) -> int | None:
    """Where a person of a correction stands among the known ones.

    By name; else a name may answer only for somebody whose name was asked about, and a form
    without a name only for somebody who was asked about anything, if there are such. One such
    person is meant by that alone, several by their number.
    """
    open_ = {i: p for i, p in enumerate(people) if not p.withdrawn and p.number not in taken}
    if person.name:
        key = name_key(person.name)
        for index, known in open_.items():
            if known.name and name_key(known.name) == key:
                return index
        asked = {p.participant for p in problems if p.field == "name"}
        asked |= {p.number for p in people if not p.name}
    else:
        asked = {p.participant for p in problems} or {p.number for p in people}
    meant = [index for index, known in open_.items() if known.number in asked]
    if len(meant) == 1:
        return meant[0]
    return next((index for index in meant if people[index].number == person.number), None)


def names_all(known: tuple[Participant, ...], named: tuple[Participant, ...]) -> bool:
    """Whether everybody whom we know by name is named."""
    keys = {name_key(p.name) for p in named if p.name}
    return all(name_key(p.name) in keys for p in known if p.name and not p.withdrawn)


def names_only(known: tuple[Participant, ...], named: tuple[Participant, ...]) -> bool:
    """Whether everybody who is named is known."""
    keys = {name_key(p.name) for p in known if p.name and not p.withdrawn}
    return all(not p.name or name_key(p.name) in keys for p in named)


def nothing_new(known: tuple[Participant, ...], named: tuple[Participant, ...]) -> bool:
    """Whether a form says of people, who are all known, only what is known of them."""
    people = list(known)
    for person in named:
        index = _match(person, people, (), taken=())
        if index is not None and any(
            not _same(field, getattr(person, field), getattr(people[index], field))
            for field in FIELD_NAMES
        ):
            return False
    return True


def _same(field: str, said: str | None, known: str | None) -> bool:
    if not said:
        return True
    if field == "phone":
        return _digits(said) == _digits(known or "")
    return name_key(said) == name_key(known or "")


def _digits(text: str) -> str:
    return "".join(c for c in name_key(text) if c.isdigit())


assert set(FIELD_NAMES) < {f.name for f in fields(Participant)}
