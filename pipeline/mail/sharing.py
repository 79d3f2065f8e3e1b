"""What the people of one mail have in common.

Law of this file: what was said once for all of them, before the first, behind the last or below
共通, belongs to everybody who said nothing else.  Whoever applies for others shares how they are
reached, and takes no seat.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from pipeline.mail.answers import Answer

SHARED: Final = frozenset(
    {"organization", "department", "prefecture", "email", "phone", "category"}
)
"""What colleagues have in common."""
_OF_A_COLLEAGUE: Final = frozenset({"organization", "prefecture", "phone", "category"})
"""What the first has in common with others who are only named: 同行者."""
_OF_A_CONTACT: Final = SHARED - {"department", "category"}
"""What participants have in common with whoever applies for them."""


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
    contact: bool = False
    """Whether it is who applies for others: no participant, where others are named."""
    loose: set[str] = field(default_factory=set)
    """Fields that were answered behind an empty line, below this person's own."""

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


def share(persons: list[Person], *, headed: bool) -> None:
    """Give everybody what was said once for all of them."""
    if len(persons) < 2:  # noqa: PLR2004 - nobody to share with
        return
    for common in _commons(persons):
        persons.remove(common)
        names = _OF_A_CONTACT if common.contact else SHARED
        _hand_down(common, names.intersection(common.answers), persons)
        if _takes_part(common, persons):
            common.number = None
            persons.insert(0, common)
    if len(persons) > 1:
        _from_the_edges(persons, headed=headed)


def _from_the_edges(persons: list[Person], *, headed: bool) -> None:
    """What stands before the first name or behind the last answers."""
    first, last = persons[0], persons[-1]
    if not headed:
        before_name = first.order[: first.order.index("name")] if "name" in first.order else []
        _hand_down(first, SHARED.intersection(before_name), persons)
    if not any("organization" in p.order for p in persons[1:]):
        _hand_down(first, _OF_A_COLLEAGUE.intersection(first.answers), persons)
    only_last = {n for n in last.order if not any(n in p.order for p in persons[:-1])}
    _hand_down(last, SHARED & (only_last & last.loose if headed else only_last), persons)


def _commons(persons: list[Person]) -> list[Person]:
    """What stands before the first heading or below 共通, and the one who applies for others."""
    found = [p for p in persons if p.number == 0]
    applies = [p for p in persons if p.contact and p.number != 0]
    if applies and any(p.answers.get("name") for p in persons if not p.contact):
        found += applies
    return found if len(found) < len(persons) else []


def _takes_part(common: Person, others: list[Person]) -> bool:
    """Whether it is the first participant, who was given no heading."""
    numbers = {p.number for p in others}
    if common.contact:
        return 1 not in numbers and 2 in numbers  # noqa: PLR2004 - 申込者, 参加者2
    return "name" in common.answers and 1 not in numbers


def _hand_down(giver: Person, names: Iterable[str], persons: list[Person]) -> None:
    for person in persons:
        for name in names:
            if person is not giver and name not in person.order:
                person.give(name, giver.answers[name], giver.lines[name])
