"""What is kept of a season for its checker: what went in, what came out, the money, the dates.

Law of this file: records only, and nothing of the program in them.  The standard library is all
that is imported here, so that the checker can be told nothing by the code that it checks.
All times are aware and in Asia/Tokyo; amounts are yen.
"""

from __future__ import annotations

import tomllib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

TOKYO = ZoneInfo("Asia/Tokyo")

# ---------------------------------------------------------------- what happened


@dataclass(frozen=True, slots=True)
class MailIn:
    """One mail that was handed to the office's server."""

    raw: bytes
    sender: str
    """The envelope's sender; empty for a bounce."""
    at: datetime


@dataclass(frozen=True, slots=True)
class MailOut:
    """One mail that the courier took away."""

    raw: bytes
    sender: str
    recipient: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Refused:
    """A recipient whom the world's servers refused for good."""

    recipient: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Money:
    """One transfer, as the bank dates it and as the office recorded it."""

    reference: str
    amount: int
    """Below zero where the bank takes it back."""
    value_date: date
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class Covered:
    """The bank's word: every transfer up to this day is known from now on."""

    through: date
    at: datetime


@dataclass(frozen=True, slots=True)
class Act:
    """What a person in the office did to one application."""

    who: str
    reference: str
    what: str
    """accept, decline, cancel, extend, withdraw or resend; postpone, rotate, link for all."""
    at: datetime
    value: str = ""
    """The day of an extension, the numbers of withdrawn participants, or the new address."""


@dataclass(frozen=True, slots=True)
class Found:
    """A secret that was found in the office's store, logs or exports."""

    at: datetime
    name: str
    file: str


@dataclass(frozen=True, slots=True)
class Season:
    """Everything that the checker is given."""

    facts: Facts
    mails_in: tuple[MailIn, ...]
    mails_out: tuple[MailOut, ...]
    ends: datetime
    money: tuple[Money, ...] = ()
    refused: tuple[Refused, ...] = ()
    covered: tuple[Covered, ...] = ()
    acts: tuple[Act, ...] = ()
    secrets: Mapping[str, str] = field(default_factory=dict)
    """What must not be found: id, password, zoom_link, and `password before` it was changed."""
    found: tuple[Found, ...] = ()
    """What the searches of the office's own files found: nothing, if all is well."""


# ---------------------------------------------------------------- what the organiser decided


@dataclass(frozen=True, slots=True)
class Occasion:
    """One planned reminder of `reminders.toml`."""

    letter: str
    audience: str
    insistent: bool
    at: datetime | None
    """None: counted from the payment instructions."""
    after_business_days: int


@dataclass(frozen=True, slots=True)
class Facts:
    """The announcement's facts that a promise speaks of, read anew from the organiser's files."""

    office: str
    opens_at: datetime
    closes_at: datetime
    """The first instant that is too late."""
    capacity: int
    fee: int
    access_opens_at: datetime
    access_ends_at: datetime
    live_starts_at: datetime
    live_ends_at: datetime
    quiet_from: time
    quiet_until: time
    spacing: int
    correct_within: int
    offer_within: int
    settle_after: int
    same_letter_hours: int
    access_resend_hours: int
    seats_per_sender: int
    """More than these are given by a person only."""
    answers_per_day: int
    """How many automatic answers one address may get in a day."""
    occasions: tuple[Occasion, ...]
    labels: Mapping[str, str]
    """How a field may be named in a form, without spaces and marks, and which field it is."""
    required: frozenset[str]
    """Fields that must be answered; whoever gives no address is reached at the sender's."""
    unlisted: tuple[str, ...]
    """How applicants name a kind that the announcement does not list."""

    @property
    def deadline(self) -> date:
        """The last day for application and payment."""
        return (self.closes_at - timedelta(days=1)).date()


def read_facts(folder: Path, *, capacity: int | None = None) -> Facts:
    """The facts of one event's folder. `capacity`: the rehearsal's own number of seats."""
    event, form, intake, payment, reminders = (
        tomllib.loads((folder / f"{name}.toml").read_text("utf-8"))
        for name in ("event", "form", "intake", "payment", "reminders")
    )
    ondemand, live = event["ondemand"], event["live"]
    return Facts(
        office=event["office"]["mail"].lower(),
        opens_at=_local(event["opens"]),
        closes_at=_end_of(event["deadline"]),
        capacity=event["capacity"] if capacity is None else capacity,
        fee=payment["fee"],
        access_opens_at=_local(ondemand["opens"]),
        access_ends_at=_end_of(ondemand["until"]),
        live_starts_at=datetime.combine(live["on"], live["starts"], TOKYO),
        live_ends_at=datetime.combine(live["on"], live["ends"], TOKYO),
        quiet_from=reminders["quiet"]["starts"],
        quiet_until=reminders["quiet"]["ends"],
        spacing=reminders["spacing"],
        correct_within=intake["correct_within"],
        offer_within=payment["offer_within"],
        settle_after=payment["settle_after"],
        same_letter_hours=intake["caps"]["same_letter_hours"],
        access_resend_hours=intake["access_resend_hours"],
        seats_per_sender=intake["max_seats_per_sender"],
        answers_per_day=intake["caps"]["per_address_per_day"],
        occasions=tuple(_occasion(entry) for entry in reminders["reminder"]),
        labels=_labels(form["fields"]),
        required=frozenset(e["field"] for e in form["fields"] if e["required"]) - {"email"},
        unlisted=tuple(
            word
            for kind in event["audience"]
            if not kind.get("listed", True)
            for word in (kind["label"], *kind.get("words", ()))
        ),
    )


def plain(label: str) -> str:
    """A label as it is compared: full and half width alike, without spaces and marks."""
    return "".join(c for c in unicodedata.normalize("NFKC", label) if c.isalnum()).lower()


def _labels(fields: list[dict[str, Any]]) -> dict[str, str]:
    return {
        plain(name): entry["field"]
        for entry in fields
        for name in (entry["label"], *entry.get("synonyms", ()))
    }


def _occasion(entry: dict[str, Any]) -> Occasion:
    return Occasion(
        letter=entry["letter"],
        audience=entry["audience"],
        insistent=entry.get("insistent", False),
        at=_local(entry["at"]) if "at" in entry else None,
        after_business_days=entry.get("after_business_days", 0),
    )


def _local(when: datetime) -> datetime:
    return when.replace(tzinfo=TOKYO)


def _end_of(day: date) -> datetime:
    return datetime.combine(day + timedelta(days=1), time(0), TOKYO)


# ---------------------------------------------------------------- days of work

HOLIDAYS = frozenset(
    date(2026, month, day)
    for month, day in ((1, 1), (1, 12), (2, 11), (2, 23), (3, 20), (4, 29), (5, 4), (5, 5), (5, 6))
)
"""National holidays of the season's half year, as the Cabinet Office announces them (内閣府)."""
_SATURDAY = 5


def is_workday(day: date) -> bool:
    """Whether offices and banks work on this day of the season."""
    return day.weekday() < _SATURDAY and day not in HOLIDAYS


def workdays_after(day: date, count: int) -> date:
    """The `count`th day of work after `day`."""
    while count:
        day += timedelta(days=1)
        count -= is_workday(day)
    return day


def workdays_before(day: date, count: int) -> date:
    """The `count`th day of work before `day`; `day` itself for none."""
    while count:
        day -= timedelta(days=1)
        count -= is_workday(day)
    return day


def workdays_between(first: date, last: date) -> int:
    """How many days of work lie after `first`, up to and with `last`."""
    return sum(is_workday(first + timedelta(days=n + 1)) for n in range((last - first).days))
