"""Puts the evidence of a season together, application by application.

Law of this file: an application is known by its 受付番号 alone, as it stood in the subjects of what
left.  Whose it is, for how many seats, what was promised and what was paid is told from the mails,
the money and the operators' acts; nothing is taken from the program.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from pipeline.rehearsal import evidence
from pipeline.rehearsal.evidence import Incoming, Letter
from pipeline.rehearsal.season import Act, Facts, Money, Season

INSTRUCTIONS = frozenset({"received", "seat_offered"})
"""Letters that promise a seat and ask for money."""
SEAT_KEPT = INSTRUCTIONS | {"correction_needed"}
"""Letters that promise a seat, if only until a correction is due."""
SEAT_ENDED = frozenset(
    {"withdrawn", "expired", "lapsed", "declined", "cancelled", "waitlist_ended"}
)
"""Letters that tell somebody that there is no seat any more."""
ACCESS = frozenset({"access", "zoom_look_ahead"})
"""Letters that may carry ID, password or the Zoom link."""
BY_HAND = frozenset({"accept", "extend"})
"""Acts by which an operator makes a rule's exception."""
_LAST_DAY = re.compile(r"お振込期限：令和(\d+)年(\d+)月(\d+)日")
_CORRECT_BY = re.compile(r"令和(\d+)年(\d+)月(\d+)日\(.\)までに、このメールにご返信")
_REIWA = 2018


@dataclass(frozen=True)
class Case:
    """One application, as it shows from outside."""

    reference: str
    facts: Facts
    letters: tuple[Letter, ...]
    opening: Incoming | None
    """The mail that it began with; None when no letter says which."""
    forms: tuple[Incoming, ...]
    """Every form of its own people, the first one first."""
    money: tuple[Money, ...]
    acts: tuple[Act, ...]

    @cached_property
    def arrived_at(self) -> datetime:
        """When its first mail came: its place in every queue."""
        return self.opening.at if self.opening is not None else self.letters[0].at

    @cached_property
    def contact(self) -> str:
        """The address that it is written to."""
        return self.opening.sender if self.opening is not None else self.letters[0].recipient

    def people(self, at: datetime) -> tuple[Mapping[str, str], ...]:
        """What is known of each participant by then, corrections filled in; withdrawn ones too."""
        merged: list[dict[str, str]] = []
        for form in self.forms:
            if form.at > at:
                break
            for place, person in enumerate(form.people):
                known = _same(merged, person, place)
                if known is None:
                    merged.append(dict(person))
                else:
                    known.update(person)
        return tuple(merged)

    def seats(self, at: datetime) -> int:
        """For how many seats it stands."""
        return max(1, len(self.people(at))) - len(self.gone(at))

    def gone(self, at: datetime) -> frozenset[int]:
        """Places of the participants whom the office withdrew one by one."""
        return frozenset(
            int(number) - 1
            for act in self.acts
            if act.what == "withdraw" and act.value and act.at <= at
            for number in act.value.split(",")
        )

    def owed(self, at: datetime) -> int:
        """Yen for all its seats."""
        return self.seats(at) * self.facts.fee

    def registered(self, at: datetime) -> frozenset[str]:
        """Every address that its letters may go to."""
        written = {
            address
            for person in self.people(at)
            for address in evidence.addresses_in(person.get("email", ""))
        }
        moved = {act.value.lower() for act in self.acts if act.what == "resend" and act.value}
        return frozenset({self.contact, *written, *moved})

    def pay_by(self, at: datetime) -> date:
        """The last day to pay: as it was last told, or the rules' own."""
        told = [
            (letter.at, named_day(letter.text) or self.facts.deadline)
            for letter in self.letters
            if letter.at <= at and letter.kind in INSTRUCTIONS
        ]
        told += [
            (act.at, date.fromisoformat(act.value))
            for act in self.acts
            if act.at <= at and act.what == "extend"
        ]
        return max(told)[1] if told else self.facts.deadline

    def seated(self, at: datetime) -> bool:
        """Whether a seat was promised to it by then."""
        return any(letter.kind in SEAT_KEPT and letter.at <= at for letter in self.letters)

    def complete(self, at: datetime) -> bool:
        """Whether every required question was answered for everybody by then."""
        people = self.people(at)
        return bool(people) and all(self.facts.required <= person.keys() for person in people)

    def paid_on_time(self, at: datetime) -> bool:
        """Whether it is complete, and everything owed is here by then, dated in time."""
        last = self.pay_by(at)
        if not self.complete(at):
            return False
        in_time = [m.amount for m in self.money if m.recorded_at <= at and m.value_date <= last]
        return sum(in_time) >= self.owed(at)

    def accepted_by_hand(self, at: datetime) -> bool:
        """Whether an operator let whatever there is count by then, and all of the money is here."""
        known = sum(m.amount for m in self.money if m.recorded_at <= at)
        by_hand = any(act.what == "accept" and act.at <= at for act in self.acts)
        return by_hand and known >= self.owed(at)

    def may_enter(self, at: datetime) -> bool:
        """Whether the ID and the password may go to it."""
        return self.paid_on_time(at) or self.accepted_by_hand(at)

    def first(self, *kinds: str) -> Letter | None:
        """The first letter of one of these kinds."""
        return next((letter for letter in self.letters if letter.kind in kinds), None)

    def acted(self, what: str, at: datetime) -> bool:
        """Whether an operator did this by then."""
        return any(act.what == what and act.at <= at for act in self.acts)


@dataclass(frozen=True)
class Dossier:
    """A whole season, read and put together: what every promise is given."""

    season: Season
    letters: tuple[Letter, ...]
    incoming: tuple[Incoming, ...]
    cases: Mapping[str, Case]

    @property
    def facts(self) -> Facts:
        """What the organiser decided."""
        return self.season.facts

    @cached_property
    def unreachable(self) -> Mapping[str, datetime]:
        """Every address that refuses our mail, and since when we know."""
        known = [(mail.returned, mail.at) for mail in self.incoming if mail.returned]
        known += [(one.recipient.lower(), one.at) for one in self.season.refused]
        return dict(sorted(known, key=lambda one: one[1], reverse=True))

    @cached_property
    def answers(self) -> Mapping[str, tuple[Letter, ...]]:
        """For each Message-ID of a mail, the answers that name it."""
        found: dict[str, list[Letter]] = {}
        for letter in self.letters:
            if letter.solicited and letter.answers:
                found.setdefault(letter.answers, []).append(letter)
        return {message_id: tuple(letters) for message_id, letters in found.items()}

    def access_opens_at(self, at: datetime) -> datetime:
        """When ID and password may leave, as it was arranged by then."""
        later = [
            datetime.fromisoformat(act.value)
            for act in self.season.acts
            if act.what == "postpone" and act.at <= at
        ]
        return max(later, default=self.facts.access_opens_at)

    @cached_property
    def asked(self) -> Mapping[str, Incoming]:
        """The first mail of each Message-ID."""
        return {mail.message_id: mail for mail in reversed(self.incoming) if mail.message_id}


def put_together(season: Season) -> Dossier:
    """Read everything that a season left behind."""
    letters = tuple(evidence.read_letter(n, m) for n, m in enumerate(season.mails_out))
    sent = evidence.ours(letters)
    incoming = tuple(
        evidence.read_incoming(n, m, season.facts, sent) for n, m in enumerate(season.mails_in)
    )
    asked = {mail.message_id: mail for mail in reversed(incoming) if mail.message_id}
    by_reference: dict[str, list[Letter]] = {}
    for letter in letters:
        if letter.reference:
            by_reference.setdefault(letter.reference, []).append(letter)
    cases = {
        reference: _case(reference, tuple(found), asked, season)
        for reference, found in by_reference.items()
    }
    return Dossier(season, letters, incoming, cases)


def _case(
    reference: str, letters: tuple[Letter, ...], asked: Mapping[str, Incoming], season: Season
) -> Case:
    answered = [asked[letter.answers] for letter in letters if letter.answers in asked]
    forms = [mail for mail in dict.fromkeys(answered) if mail.is_form]
    opening = forms[0] if forms else None
    return Case(
        reference=reference,
        facts=season.facts,
        letters=letters,
        opening=opening,
        forms=_of_its_own_people(forms),
        money=tuple(m for m in season.money if m.reference == reference),
        acts=tuple(a for a in season.acts if a.reference == reference),
    )


def _of_its_own_people(forms: list[Incoming]) -> tuple[Incoming, ...]:
    """A form that a stranger sent about an application registers nobody."""
    own: list[Incoming] = []
    known: set[str] = set()
    for form in forms:
        if known and form.sender not in known:
            continue
        own.append(form)
        known.add(form.sender)
        for person in form.people:
            known |= evidence.addresses_in(person.get("email", ""))
    return tuple(own)


def _same(
    known: list[dict[str, str]], person: Mapping[str, str], place: int
) -> dict[str, str] | None:
    """The entry of the same person: of the same name, or in the same place without another name."""
    name = _key(person.get("name", ""))
    for entry in known:
        if name and _key(entry.get("name", "")) == name:
            return entry
    if place < len(known) and (not name or not known[place].get("name")):
        return known[place]
    return None


def _key(name: str) -> str:
    return "".join(name.split())


def correction_day(text: str) -> date | None:
    """The last day for a correction that a letter names; None when it names none."""
    return _day(_CORRECT_BY.search("".join(text.split())))


def named_day(text: str) -> date | None:
    """The last day to pay that a letter names; None when it names none."""
    return _day(_LAST_DAY.search(text))


def _day(found: re.Match[str] | None) -> date | None:
    return date(_REIWA + int(found[1]), int(found[2]), int(found[3])) if found else None
