"""What one letter says of its application, in words.

Law of this file: values are said here as people say them (days, money, names); which words stand
around them is the templates', and which letter is told which of them is `contract`'s.  Everything
that an applicant wrote passes `wording.quoted` on its way into a letter.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from pipeline.domain.application import Application, Participant, State
from pipeline.domain.decision import Letter
from pipeline.domain.moment import is_registered, last_day
from pipeline.domain.rules import Rules
from pipeline.domain.validation import MISSING
from pipeline.mail import wording
from pipeline.mail.own import Own
from pipeline.mail.wording import Block, quoted

SECRET_MARKERS: Mapping[str, str] = {
    "id": f"{wording.MARKER_OPENS}ID{wording.MARKER_CLOSES}",
    "password": f"{wording.MARKER_OPENS}PASSWORD{wording.MARKER_CLOSES}",
    "zoom_link": f"{wording.MARKER_OPENS}ZOOM{wording.MARKER_CLOSES}",
}
"""What stands in a stored letter in the place of each secret."""


@dataclass(frozen=True, slots=True)
class Occasion:
    """What one letter is written about."""

    letter: Letter
    application: Application | None
    rules: Rules
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

    @property
    def known(self) -> bool:
        """Whether the letter goes to somebody who is registered and may be told about it."""
        return self.application is not None and is_registered(self.application, self.letter.to)

    @property
    def participant(self) -> Participant | None:
        """Whom the letter is written to, if not to the contact."""
        people = self.application.participants if self.application else ()
        return next((p for p in people if p.number == self.letter.participant), None)


@dataclass(frozen=True, slots=True)
class Person:
    """A participant, repeated back."""

    number: int
    name: str
    kana: str
    lines: tuple[str, ...]
    """What else was given, in the form's order, without what was not."""


@dataclass(frozen=True, slots=True)
class Unclear:
    """An answer that we could not be sure of."""

    label: str
    read_as: str


@dataclass(frozen=True, slots=True)
class Gap:
    """What is wrong with one participant's answers."""

    number: int
    name: str
    missing: tuple[str, ...]
    unclear: tuple[Unclear, ...]


def every(it: Occasion) -> dict[str, Any]:
    """Who is written to, about what, and how far the season is."""
    reference = it.application.reference if it.application is not None and it.known else ""
    planned = it.rules.access_opens_at
    opens_at = it.access_opens_at or planned
    later = opens_at > planned
    return {
        "reference": reference,
        "tag": f"【受付番号{reference}】" if reference else "",
        "addressee": f"{_addressee(it) or 'ご担当者'} 様",
        "access_is_open": it.now >= opens_at,
        "access_postponed_to": wording.instant(it.rules.local(opens_at)) if later else "",
        "live_is_over": it.now >= it.rules.live_ends_at,
        "ondemand_is_over": it.now >= it.rules.access_ends_at,
    }


def _addressee(it: Occasion) -> str:
    if it.application is None or not it.known:
        return _polite_name(dict(it.letter.more).get("name"))
    person = it.participant
    if person is not None and person.email and person.name:
        return _polite_name(person.name)
    return _polite_name(_contact_name(it.application))


def _contact_name(application: Application) -> str | None:
    """As the contact wrote it in the form, else as their mail program has it."""
    own = [p.name for p in application.active if p.email == application.contact_address and p.name]
    return own[0] if len(own) == 1 else application.contact_name


def _polite_name(name: str | None) -> str:
    """A name to which 様 can be added; "" for what is none."""
    said = quoted(name, 40)
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
        "seats": f"{application.seats}名",
        "several": application.seats > 1,
        "people": tuple(_person(p, it.rules) for p in application.active),
        "check_addresses": _foreign_addresses(application),
        "correct_by": _until(application.correct_by, it.rules),
        "access_sent_on": wording.day(it.rules.local(sent_at).date()) if sent_at else "",
    }


def _person(person: Participant, rules: Rules) -> Person:
    further = (_answer(person, f.field, rules) for f in rules.form.fields)
    named = {person.name, person.name_kana}
    lines = tuple(quoted(answer) for answer in further if answer and answer not in named)
    return Person(person.number, quoted(person.name), quoted(person.name_kana), lines)


def _answer(person: Participant, field: str, rules: Rules) -> str | None:
    answer: str | None = getattr(person, field)
    if field == "category":
        return next((a.label for a in rules.event.audience if a.category == answer), answer)
    return answer


def _foreign_addresses(application: Application) -> tuple[str, ...]:
    """Addresses that stand only in the form, in another domain than the sender's."""
    domain = application.contact_address.lower().rpartition("@")[2]
    given = dict.fromkeys(p.email for p in application.active if p.email)
    return tuple(quoted(a) for a in given if a.lower().rpartition("@")[2] != domain)


def _until(end: datetime | None, rules: Rules) -> str:
    return wording.last_moment(rules.local(end)) if end is not None else ""


def money(it: Occasion) -> dict[str, Any]:
    """What is owed, until when and how."""
    application, fee = it.subject_matter, it.rules.payment.fee
    amount = application.seats * fee
    pay_by = application.pay_by
    today = it.rules.local(it.now).date()
    return {
        "amount": wording.yen(amount),
        "amount_sum": f"{wording.yen(fee)}×{application.seats}名",
        "due": wording.yen(max(0, amount - application.credited)),
        "credited": wording.yen(application.credited) if application.credited else "",
        "paid_in_full": application.credited >= amount,
        "overpaid": application.credited > amount,
        "pay_by": _until(pay_by, it.rules),
        "may_pay": pay_by is not None and it.now < pay_by,
        "pays_today": pay_by is not None and last_day(it.rules.local(pay_by)) == today,
        "account": it.own.account,
        "payer_example": f"{application.reference} {_payer(application, it.rules)}",
    }


def _payer(application: Application, rules: Rules) -> str:
    given = next((p.name_kana for p in application.active if p.name_kana), None)
    example = next((f.example for f in rules.form.fields if f.field == "name_kana"), "")
    return quoted(given or example, 30)


def correction(it: Occasion) -> dict[str, Any]:
    """What is wrong with the answers, and the form to set it right."""
    application, rules = it.subject_matter, it.rules
    gaps = (_gap(person, application, rules) for person in application.active)
    return {
        "gaps": tuple(gap for gap in gaps if gap.missing or gap.unclear),
        "form": Block("\n\n".join(_form(p, application, rules) for p in application.active)),
    }


def _gap(person: Participant, application: Application, rules: Rules) -> Gap:
    mine = [p for p in application.problems if p.participant == person.number]
    return Gap(
        person.number,
        quoted(person.name),
        tuple(rules.label(p.field) for p in mine if p.fault == MISSING),
        tuple(Unclear(rules.label(p.field), quoted(p.read_as)) for p in mine if p.fault != MISSING),
    )


def _form(person: Participant, application: Application, rules: Rules) -> str:
    """The form to fill in and send back; `mail.form` reads exactly this shape.

    What could not be read with certainty stays empty, so that nobody confirms it by overlooking it.
    """
    open_ = {p.field for p in application.problems if p.participant == person.number}
    lines = [f"＜参加者{person.number}＞"]
    for field in rules.form.fields:
        answer = None if field.field in open_ else _answer(person, field.field, rules)
        line = f"【{field.label}】{quoted(answer)}"
        if wording.width(line) > wording.COLUMNS:
            line = f"【{field.label}】\n{quoted(answer)}"
        lines.append(line)
    return "\n".join(lines)


def participant(it: Occasion) -> dict[str, Any]:
    """Whose access it is, where it goes to a mailbox that is not the participant's own."""
    person = it.participant
    elsewhere = person is not None and not person.email
    name = quoted(person.name) if person is not None and elsewhere else ""
    return {"on_behalf_of": "" if name == _addressee(it) else name}


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


def leaving(it: Occasion) -> dict[str, Any]:
    """Who has withdrawn: some of the participants, or all of them when `names` is empty."""
    return {"names": quoted(dict(it.letter.more).get("names"), 200)}


def short(it: Occasion) -> dict[str, Any]:
    """What has arrived now; what still lacks is `due`."""
    return {"arrived": wording.yen(int(dict(it.letter.more)["arrived"]))}


def late(it: Occasion) -> dict[str, Any]:
    """What has arrived, and the bank's day for it."""
    more = dict(it.letter.more)
    value_date = date.fromisoformat(more["value_date"])
    return {"arrived": wording.yen(int(more["amount"])), "value_date": wording.day(value_date)}
