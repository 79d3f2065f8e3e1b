"""What one letter says of its application, in words.

Law of this file: values are said here as people say them (days, money, names); which words stand
around them is the templates', and which letter is told which of them is `contract`'s.  Everything
that an applicant wrote passes `wording.quoted` on its way into a letter.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any

from pipeline.domain.application import Application, Participant, State
from pipeline.domain.decision import Letter
from pipeline.domain.moment import is_registered, last_day
from pipeline.domain.rules import Rules
from pipeline.mail import wording
from pipeline.mail.facts import Season
from pipeline.mail.own import Own
from pipeline.mail.wording import Block, quoted

SECRET_MARKERS: Mapping[str, str] = {
    "id": f"{wording.MARKER_OPENS}ID{wording.MARKER_CLOSES}",
    "password": f"{wording.MARKER_OPENS}PASSWORD{wording.MARKER_CLOSES}",
    "zoom_link": f"{wording.MARKER_OPENS}ZOOM{wording.MARKER_CLOSES}",
}
"""What stands in a stored letter in the place of each secret."""


@dataclass(frozen=True)
class Occasion:
    """What one letter is written about."""

    letter: Letter
    application: Application | None
    rules: Rules
    season: Season
    own: Own
    now: datetime
    access_opens_at: datetime | None = None
    """The operator's later day for access; None: the rules' own."""

    @property
    def subject_matter(self) -> Application:
        """The application, for letters that are only written about one."""
        if self.application is None:
            raise ValueError(f"the letter '{self.letter.name}' is written about an application")
        return self.application

    @cached_property
    def known(self) -> bool:
        """Whether the letter goes to somebody who is registered and may be told about it."""
        return self.application is not None and is_registered(self.application, self.letter.to)

    @cached_property
    def people(self) -> tuple[Participant, ...]:
        """The participants it is about: all of them again when nobody is left."""
        if self.application is None:
            return ()
        return self.application.active or self.application.participants

    @property
    def seats(self) -> int:
        """How many seats it is about (`Application.seats`)."""
        return max(1, len(self.people))

    @property
    def written_to(self) -> Participant | None:
        """Whom the letter is written to, if not to the contact."""
        number = self.letter.participant
        if number is None or self.application is None:
            return None
        return next((p for p in self.application.participants if p.number == number), None)

    @cached_property
    def recipient_name(self) -> str | None:
        """Whom it goes to, as they call themselves: in the form, else in their mail program.

        None before anybody confirmed that it is theirs: a forger may have written the name.
        """
        application, to = self.application, self.letter.to
        if application is None or not self.known:
            return dict(self.letter.more).get("name")
        if application.state is State.UNCONFIRMED:
            return None
        person = self.written_to
        if person is not None and _same(person.email, to):
            return person.name
        named = [p.name for p in self.people if p.name and _same(p.email, to)]
        return named[0] if len(named) == 1 else application.contact_name


@dataclass(frozen=True, slots=True)
class Person:
    """A participant, repeated back."""

    number: int
    name: str
    kana: str
    lines: tuple[str, ...]
    """What else was given, in the form's order, without what was not."""


def every(it: Occasion) -> dict[str, Any]:
    """Who is written to, about what, and how far the season is."""
    reference = it.application.reference if it.application is not None and it.known else ""
    season, now = it.season, it.now
    opens_at = it.access_opens_at or season.access_opens_at
    later = opens_at > season.access_opens_at
    return {
        "reference": reference,
        "tag": f"【受付番号{reference}】" if reference else "",
        "addressee": f"{_polite_name(it.recipient_name) or 'ご担当者'} 様",
        "access_is_open": now >= opens_at,
        "access_postponed_to": wording.instant(opens_at.astimezone(season.zone)) if later else "",
        "live_is_today": now.astimezone(season.zone).date()
        == season.live_ends_at.astimezone(season.zone).date(),
        "live_is_over": now >= season.live_ends_at,
        "ondemand_is_over": now >= season.access_ends_at,
    }


_LONGEST_NAME = 32


def _same(address: str | None, other: str) -> bool:
    return address is not None and address.lower() == other.lower()


def _polite_name(name: str | None) -> str:
    """A name to which 様 can be added in one line; "" for what is none."""
    said = quoted(name, _LONGEST_NAME)
    if "@" in said:
        return ""
    for title in ("様", "さま", "殿", "御中"):
        said = said.removesuffix(title).rstrip()
    return said


def registered(it: Occasion) -> dict[str, Any]:
    """How the application stands, and what it says."""
    application = it.subject_matter
    sent_at = application.access_sent_at
    return {
        "state": application.state.value,
        "seats": f"{it.seats}名",
        "several": it.seats > 1,
        "people": tuple([_person(p, it.season) for p in it.people]),
        "check_addresses": _foreign_addresses(it),
        "correct_by": _until(application.correct_by, it.season),
        "access_sent_on": wording.day(sent_at.astimezone(it.season.zone).date()) if sent_at else "",
    }


def _person(person: Participant, season: Season) -> Person:
    lines = []
    for field, _ in season.answers:
        answer = answer_of(person, field, season)
        if answer and field not in _NAMES:
            lines.append(quoted(answer))
    return Person(person.number, quoted(person.name), quoted(person.name_kana), tuple(lines))


_NAMES = frozenset({"name", "name_kana"})


def answer_of(person: Participant, field: str, season: Season) -> str | None:
    """What was given for a field, a kind of applicant by its label."""
    answer: str | None = getattr(person, field)
    return season.kinds.get(answer, answer) if field == "category" else answer


def _foreign_addresses(it: Occasion) -> tuple[str, ...]:
    """Addresses that stand only in the form, in another domain than the sender's."""
    domain = _domain(it.subject_matter.contact_address)
    given = dict.fromkeys([p.email for p in it.people if p.email])
    return tuple([quoted(address) for address in given if _domain(address) != domain])


def _domain(address: str) -> str:
    return address.rpartition("@")[2].lower()


def _until(end: datetime | None, season: Season) -> str:
    return wording.last_moment(end.astimezone(season.zone)) if end is not None else ""


def money(it: Occasion) -> dict[str, Any]:
    """What is owed, until when and how."""
    application, fee = it.subject_matter, it.rules.payment.fee
    amount, credited = max(0, it.seats * fee - application.discount), application.credited
    kana = next((p.name_kana for p in it.people if p.name_kana), it.season.kana_example)
    return {
        "amount": wording.yen(amount),
        "amount_sum": f"{wording.yen(fee)}×{it.seats}名",
        "due": wording.yen(max(0, amount - credited)),
        "credited": wording.yen(credited) if credited else "",
        "paid_in_full": credited >= amount,
        "overpaid": credited > amount,
        "pay_by": _until(application.pay_by, it.season),
        "may_pay": application.pay_by is not None and it.now < application.pay_by,
        "account": it.own.account,
        "payer_example": f"{application.reference} {quoted(kana, 30)}",
    }


def last_call(it: Occasion) -> dict[str, Any]:
    """Whether the last day to pay has come: who was given longer gets the same letter before it."""
    pay_by, zone = it.subject_matter.pay_by, it.season.zone
    ends_on = last_day(pay_by.astimezone(zone)) if pay_by is not None else None
    return {"pays_today": ends_on == it.now.astimezone(zone).date()}


def participant(it: Occasion) -> dict[str, Any]:
    """Whose access it is, where it goes to a mailbox that is not the participant's own."""
    person = it.written_to
    elsewhere = person is not None and not _same(person.email, it.letter.to)
    name = quoted(person.name) if person is not None and elsewhere else ""
    return {"on_behalf_of": "" if name == quoted(it.recipient_name) else name}


def secrets(_: Occasion) -> dict[str, Any]:
    """Markers for everything secret."""
    return {
        "access_id": Block(SECRET_MARKERS["id"]),
        "access_password": Block(SECRET_MARKERS["password"]),
        "zoom_link": Block(SECRET_MARKERS["zoom_link"]),
    }


def link(_: Occasion) -> dict[str, Any]:
    """The marker for the join link alone."""
    return {"zoom_link": Block(SECRET_MARKERS["zoom_link"])}


def review(it: Occasion) -> dict[str, Any]:
    """Whether the application itself waits for a person before anything is paid."""
    application = it.application
    waits = application is not None and application.held is not None and it.known
    unpaid = application is not None and application.state in {State.INCOMPLETE, State.WAITLISTED}
    return {"review_first": waits and unpaid}


def confirming(it: Occasion) -> dict[str, Any]:
    """When it came and until when it counts, and nothing of what was written."""
    application = it.subject_matter
    arrived_at = application.arrived_at.astimezone(it.season.zone)
    return {
        "applied_on": wording.day(arrived_at.date()),
        "confirm_by": _until(application.confirm_by, it.season),
    }


def leaving(it: Occasion) -> dict[str, Any]:
    """Who of several has withdrawn."""
    return {"names": quoted(dict(it.letter.more).get("names"), 200)}


def asking(it: Occasion) -> dict[str, Any]:
    """Whose withdrawal was asked for, where it is not everybody's."""
    of = it.subject_matter.withdrawal_of
    names = [quoted(p.name) for p in it.people if p.number in of and p.name]
    return {"names": "、".join(names) if len(of) < it.seats else ""}


def short(it: Occasion) -> dict[str, Any]:
    """What has arrived now; what still lacks is `due`."""
    return {"arrived": wording.yen(int(dict(it.letter.more)["arrived"]))}


def arrived(it: Occasion) -> dict[str, Any]:
    """What has arrived, and the bank's day for it."""
    more = dict(it.letter.more)
    value_date = date.fromisoformat(more["value_date"])
    return {"arrived": wording.yen(int(more["amount"])), "value_date": wording.day(value_date)}
