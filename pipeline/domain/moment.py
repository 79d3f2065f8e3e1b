"""What every handler of the transition table is given, and the few things that all of them say.

Law of this file: no rule of the event lives here, only the vocabulary that the handlers share.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from pipeline.domain import calendar
from pipeline.domain.application import Application
from pipeline.domain.decision import (
    NEXT_IN_LINE,
    Decision,
    FollowUp,
    Letter,
    LetterName,
    Reason,
    Roster,
    Task,
    TaskKind,
)
from pipeline.domain.events import FromOutside, SeatBecameFree
from pipeline.domain.rules import Rules

SEAT_FREED = (FollowUp(NEXT_IN_LINE, SeatBecameFree()),)
"""What follows from every decision that gives seats back."""


@dataclass(frozen=True, slots=True)
class Moment:
    """The world in which one event is decided: the event's roster, its rules, and the time."""

    roster: Roster
    rules: Rules
    now: datetime

    @property
    def today(self) -> date:
        """The local day."""
        return self.now.astimezone(self.rules.zone).date()

    def owed(self, application: Application) -> int:
        """Yen that the application owes in all, whatever has arrived."""
        return application.seats * self.rules.payment.fee

    def end_after(self, business_days: int) -> datetime:
        """The first instant after so many business days from today."""
        return self.rules.end_of(calendar.add_business_days(self.today, business_days))


def last_day(instant: datetime) -> date:
    """The last day that lies wholly before an exclusive end such as `pay_by`."""
    return (instant - timedelta(microseconds=1)).date()


def to_contact(
    name: LetterName, application: Application, *, answer: bool = False, **more: object
) -> Letter:
    """A letter to the registered address."""
    return Letter(
        name,
        application.contact_address,
        answer=answer,
        more=tuple((key, str(value)) for key, value in more.items()),
    )


def to_each_participant(
    name: LetterName, application: Application, *, answer: bool = False
) -> tuple[Letter, ...]:
    """A letter to each participant at their own address, or at the contact's if they have none."""
    return tuple(
        Letter(name, person.email or application.contact_address, person.number, answer=answer)
        for person in application.active
    )


def to_sender(name: LetterName, event: FromOutside) -> Letter:
    """An answer to whoever wrote, also when there is no application."""
    return Letter(name, event.sender, answer=True, more=(("name", event.sender_name),))


def to_a_person(
    application: Application | None,
    event: FromOutside,
    kind: TaskKind,
    detail: str,
    reason: Reason = Reason.TO_A_PERSON,
) -> Decision:
    """The mail is answered with 'a person will read it', and a person is asked to."""
    return Decision(
        reason,
        application,
        (to_sender(LetterName.TO_A_PERSON, event),),
        tasks=(Task(kind, detail),),
    )


def unchanged(application: Application | None, reason: Reason, note: str = "") -> Decision:
    """Nothing changes, and the history says why."""
    return Decision(reason, application, note=note)


def is_registered(application: Application, address: str) -> bool:
    """Whether an address is one of the application's own."""
    known = {a.lower() for a in application.registered_addresses}
    return address.lower() in known
