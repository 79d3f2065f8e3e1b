"""Where the rules of one event contradict each other.

Law of this file: `domain.rules` says what a single key may be; everything that takes two keys to
see is said here, each in one function.  A part that could not be read is absent, and what needs
it is not judged.  Nothing is repaired.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from pipeline.config import agreement_reminders
from pipeline.config.faults import Disagreement
from pipeline.domain import calendar
from pipeline.domain.rules import (
    Audience,
    Event,
    Form,
    Intake,
    Live,
    OnDemand,
    Payment,
    Reminders,
)

LINE: Final = 35
"""Full-width characters on a line of a letter."""
NUMBERS_PER_SEAT: Final = 10
"""So many references for each seat at least, so that a mistyped one is rarely somebody's."""
NEEDED: Final = ("name", "email")
"""Fields without which nobody can be registered."""


def disagreements(
    event: Event | None = None,
    form: Form | None = None,
    intake: Intake | None = None,
    payment: Payment | None = None,
    reminders: Reminders | None = None,
) -> Iterator[Disagreement]:
    """Everything in which the parts that could be read contradict themselves or each other."""
    if event is not None:
        yield from _event(event)
        if event.deadline < event.opens.date():
            event = None  # no season: whatever else is said of it would be beside the point
    if form is not None:
        yield from _form(form, event)
    if intake is not None:
        yield from _intake(intake, event)
    if payment is not None and event is not None:
        yield from _payment(payment, event)
    if reminders is not None:
        yield from agreement_reminders.disagreements(reminders, event)


def same(word: str) -> str:
    """What decides whether two words of the rules are the same: NFKC, case and spaces aside."""
    return "".join(unicodedata.normalize("NFKC", word).casefold().split())


# ---------------------------------------------------------------- event.toml


def _event(event: Event) -> Iterator[Disagreement]:
    if event.opens.date() > event.deadline:
        yield "event", "deadline", f"lies before the opening on {event.opens.date()}"
    if event.live.on <= event.deadline:
        yield "event", "live.on", f"should lie after the deadline of {event.deadline}"
    yield from _ondemand(event.ondemand, event.live)
    yield from _live(event.live)
    yield from _audience(event.audience)
    for index, line in enumerate(event.office.signature):
        if width(line) > LINE * 2:
            yield (
                "event",
                f"office.signature[{index + 1}]",
                f"is longer than {LINE} full-width characters",
            )


def width(text: str) -> int:
    """Columns that a text takes: two for a full-width character."""
    return sum(2 if unicodedata.east_asian_width(c) in "WFA" else 1 for c in text)


def _ondemand(ondemand: OnDemand, live: Live) -> Iterator[Disagreement]:
    if ondemand.opens.date() > ondemand.until:
        yield "event", "ondemand.opens", f"lies after the videos' last day, {ondemand.until}"
    elif ondemand.opens >= datetime.combine(live.on, live.starts):
        yield (
            "event",
            "ondemand.opens",
            f"lies after the live day begins on {live.on}; the videos are watched before it",
        )


def _live(live: Live) -> Iterator[Disagreement]:
    if live.ends <= live.starts:
        yield "event", "live.ends", f"should be later than live.starts, {live.starts:%H:%M}"
        return
    before = live.starts
    for index, session in enumerate(live.programme):
        key = f"live.programme[{index + 1}]"
        if session.ends <= session.starts:
            yield "event", f"{key}.ends", f"should be later than its start, {session.starts:%H:%M}"
        elif session.starts < live.starts or session.ends > live.ends:
            hours = f"{live.starts:%H:%M} to {live.ends:%H:%M}"
            yield "event", key, f"lies outside the live day's hours, {hours}"
        elif session.starts < before:
            yield "event", f"{key}.starts", f"begins before the one above it ends, {before:%H:%M}"
        before = max(before, session.ends)
    whole = datetime.combine(live.on, live.ends) - datetime.combine(live.on, live.starts)
    if timedelta(minutes=live.group_sessions * live.group_minutes) > whole:
        yield "event", "live.group_minutes", "the group sessions are longer than the live day"


def _audience(audience: Sequence[Audience]) -> Iterator[Disagreement]:
    yield from _twice("event", audience, "audience[{}].category", lambda kind: [kind.category])
    yield from _twice(
        "event", audience, "audience[{}].words", lambda kind: sorted({*map(same, kind.words)})
    )
    if not any(kind.listed for kind in audience):
        yield "event", "audience", "names no kind that is listed, so nobody could be accepted"


def _twice(
    part: str, entries: Sequence[Any], key: str, of: Callable[[Any], list[str]]
) -> Iterator[Disagreement]:
    """Words that two entries of a list share; `key` has a place for the entry's number."""
    first: dict[str, int] = {}
    for number, entry in enumerate(entries, start=1):
        for word in of(entry):
            if word in first:
                yield part, key.format(number), f"{word!r} stands in entry {first[word]} already"
            first.setdefault(word, number)


# ---------------------------------------------------------------- form.toml


def _form(form: Form, event: Event | None) -> Iterator[Disagreement]:
    yield from _twice("form", form.fields, "fields[{}].field", lambda entry: [entry.field])
    yield from _twice(
        "form",
        form.fields,
        "fields[{}].synonyms",
        lambda entry: sorted({same(entry.label), *map(same, entry.synonyms)}),
    )
    asked = {entry.field: entry.required for entry in form.fields}
    for name in NEEDED:
        if name not in asked:
            yield "form", "fields", f"lacks the field {name!r}; nobody can be registered without it"
        elif not asked[name]:
            number = [entry.field for entry in form.fields].index(name) + 1
            yield "form", f"fields[{number}].required", f"the field {name!r} cannot be optional"
    yield from _senders(form, event)


def _senders(form: Form, event: Event | None) -> Iterator[Disagreement]:
    yield from _twice("form", form.senders, "senders[{}].address", lambda s: [s.address.lower()])
    asked = {entry.field for entry in form.fields}
    for number, sender in enumerate(form.senders, start=1):
        if event is not None and sender.address.lower() == event.office.mail.lower():
            yield "form", f"senders[{number}].address", "is the office's own address"
        for label, name in sender.labels.items():
            if name not in asked:
                yield (
                    "form",
                    f"senders[{number}].labels.{label}",
                    f"stands for {name!r}, which the form does not ask",
                )


# ---------------------------------------------------------------- intake.toml


def _intake(intake: Intake, event: Event | None) -> Iterator[Disagreement]:
    if event is not None and intake.max_seats_per_sender > event.capacity:
        yield "intake", "max_seats_per_sender", f"is more than all seats, {event.capacity}"
    if event is not None and intake.confirm_by_mail:
        first_end = calendar.add_business_days(event.opens.date(), intake.confirm_within)
        if first_end > event.deadline:
            what = f"nobody could be given so many business days before {event.deadline}"
            yield "intake", "confirm_within", what
    caps = intake.caps
    if caps.per_domain_per_hour > caps.per_office_per_hour:
        what = f"is more than caps.per_office_per_hour, {caps.per_office_per_hour}"
        yield "intake", "caps.per_domain_per_hour", what
    seen: dict[str, str] = {}
    for name in type(intake.words).model_fields:
        for word in {*map(same, getattr(intake.words, name))}:
            if word in seen:
                yield "intake", f"words.{name}", f"{word!r} stands in words.{seen[word]} already"
            seen.setdefault(word, name)


# ---------------------------------------------------------------- payment.toml


def _payment(payment: Payment, event: Event) -> Iterator[Disagreement]:
    scheme = payment.reference
    free_digits = scheme.digits - (scheme.check == "damm")
    numbers = 9 * 10 ** (free_digits - 1)
    wanted = NUMBERS_PER_SEAT * event.capacity
    if numbers < wanted:
        what = f"{numbers} numbers are too few for {event.capacity} seats; {wanted} are wanted"
        yield "payment", "reference.digits", what
    last_offer = calendar.add_business_days(event.deadline, -payment.offers_stop_before)
    if last_offer < event.opens.date():
        what = f"offers would stop on {last_offer}, before the opening"
        yield "payment", "offers_stop_before", what
    first_end = calendar.add_business_days(event.opens.date(), payment.offer_within)
    if first_end > event.deadline:
        what = f"nobody could be given so many business days before {event.deadline}"
        yield "payment", "offer_within", what
