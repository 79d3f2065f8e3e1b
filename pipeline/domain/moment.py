"""What every handler of the transition table is given, and the few things that all of them say.

Law of this file: no rule of the event lives here, only the vocabulary that the handlers share.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from pipeline.domain import calendar
from pipeline.domain.application import Application, State
from pipeline.domain.decision import (
    NEXT_IN_LINE,
    OUR_HOLDS,
    Decision,
    FollowUp,
    Letter,
    LetterName,
    Reason,
    Roster,
    Task,
    TaskKind,
)
from pipeline.domain.events import (
    Applied,
    DocumentRequested,
    FromOutside,
    PaymentReported,
    SeatBecameFree,
)
from pipeline.domain.rules import TOKYO, Rules

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

    @property
    def after_closing(self) -> bool:
        """Whether the last day for application and payment is over."""
        return self.now >= self.rules.closes_at

    @property
    def access_open(self) -> bool:
        """Whether ID and password may leave now, and are still of use."""
        return self.roster.access_open(self.now) and self.now < self.rules.access_ends_at

    def owed(self, application: Application) -> int:
        """Yen that the application owes in all, whatever has arrived."""
        return max(0, application.seats * self.rules.payment.fee - application.discount)

    def end_after(self, business_days: int) -> datetime:
        """The first instant after so many business days from today."""
        return self.rules.end_of(calendar.add_business_days(self.today, business_days))


def last_day(instant: datetime) -> date:
    """The last day that lies wholly before an exclusive end such as `pay_by`."""
    return (instant.astimezone(TOKYO) - timedelta(microseconds=1)).date()


def is_registered(application: Application, address: str) -> bool:
    """Whether an address is one of the application's own."""
    asked = address.lower()
    return asked == application.contact_address.lower() or any(
        p.email is not None and p.email.lower() == asked for p in application.active
    )


def is_bounced(application: Application, address: str) -> bool:
    """Whether an address has refused our mail for good."""
    return bool(application.bounced) and address.lower() in {a.lower() for a in application.bounced}


def is_over(event: FromOutside, at: Moment) -> bool:
    """Whether the event is over for what a mail asks; judged by arrival, as all punctuality is.

    An application is too late for everything once the live day has ended, anything else when the
    videos end.  Papers and payments are asked about for a long time after that.
    """
    if isinstance(event, DocumentRequested | PaymentReported):
        return False
    ends_at = at.rules.live_ends_at if isinstance(event, Applied) else at.rules.access_ends_at
    return event.arrived_at >= ends_at


# ---------------------------------------------------------------- letters


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
    """A letter to each participant at their own address.

    The contact's takes its place for those who have none, or one that refuses our mail.
    """
    letters: list[Letter] = []
    for person in application.active:
        own = person.email
        if own is None or is_bounced(application, own):
            own = application.contact_address
        letters.append(Letter(name, own, person.number, answer=answer))
    return tuple(letters)


def to_sender(name: LetterName, event: FromOutside) -> Letter:
    """An answer to whoever wrote, also when there is no application."""
    return Letter(name, event.sender, answer=True, more=(("name", event.sender_name),))


def instructions(application: Application, at: Moment, *, answer: bool) -> Letter:
    """How to pay; in other words for seats that were offered with days of their own."""
    offered = application.pay_by is not None and application.pay_by < at.rules.closes_at
    name = LetterName.SEAT_OFFERED if offered else LetterName.RECEIVED
    return to_contact(name, application, answer=answer)


def how_it_stands(application: Application, at: Moment, *, answer: bool) -> Letter | None:
    """The letter of the present state to the contact; None where there is none."""
    if application.state is State.AWAITING_PAYMENT:
        return instructions(application, at, answer=answer)
    name = _LETTER_OF.get(application.state)
    if application.state is State.INCOMPLETE and application.problems:
        name = LetterName.CORRECTION_NEEDED
    return to_contact(name, application, answer=answer) if name is not None else None


_LETTER_OF = {
    State.UNCONFIRMED: LetterName.CONFIRM_APPLICATION,
    State.WAITLISTED: LetterName.WAITLISTED,
    State.PAID: LetterName.PAYMENT_RECEIVED,
}


# ---------------------------------------------------------------- decisions


def unchanged(application: Application | None, reason: Reason, note: str = "") -> Decision:
    """Nothing changes, and the history says why."""
    return Decision(reason, application, note=note)


def to_a_person(
    application: Application | None,
    event: FromOutside,
    at: Moment,
    kind: TaskKind,
    detail: str,
    reason: Reason = Reason.TO_A_PERSON,
) -> Decision:
    """A person is asked to read the mail, and the sender is told so: or that the event is over."""
    name = LetterName.EVENT_OVER if is_over(event, at) else LetterName.TO_A_PERSON
    return Decision(reason, application, (to_sender(name, event),), tasks=(Task(kind, detail),))


def told_it_is_over(
    application: Application | None, event: FromOutside, reason: Reason
) -> Decision:
    """The sender is told that the event is over, and nothing else happens."""
    return Decision(reason, application, (to_sender(LetterName.EVENT_OVER, event),))


def kept_for_a_person(application: Application, kind: TaskKind, detail: str) -> Decision:
    """A deadline is over, but seats are not taken away before a person has looked.

    What the program holds already has its task; that one gets older.
    """
    if application.held in OUR_HOLDS:
        return unchanged(application, Reason.NOT_EXPIRED_YET)
    held = application.but(held=application.held or Reason.NOT_EXPIRED_YET.value)
    return Decision(Reason.NOT_EXPIRED_YET, held, tasks=(Task(kind, detail),))
