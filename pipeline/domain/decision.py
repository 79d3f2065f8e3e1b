"""What `decide()` answers with: values that say what shall be true, and why.

Law of this file: a decision carries its reason as a constant of `Reason`, and everything that
follows from it (letters, reminders, tasks, follow-ups) as data.  Nothing here does anything.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Final

from pipeline.domain.application import Application
from pipeline.domain.events import Event


class Reason(StrEnum):
    """Why a decision was taken. `REASON_TEXT` in `console.words` says each to a person."""

    # a form
    ACCEPTED = "accepted"
    INCOMPLETE = "incomplete"
    COMPLETED = "completed"
    STILL_INCOMPLETE = "still-incomplete"
    WAITLISTED = "waitlisted"
    GROUP_DOES_NOT_FIT = "group-does-not-fit"
    NOT_OPEN_YET = "not-open-yet"
    CLOSED_FULL = "closed-full"
    CLOSED_LATE = "closed-late"
    CORRECTION_AFTER_CLOSING = "correction-after-closing"
    HANDLED_AFTER_CLOSING = "in-time-but-handled-after-closing"
    ALREADY_REGISTERED = "already-registered"
    UNLISTED_KIND = "unlisted-kind"
    NEEDS_REVIEW = "needs-review"
    TOO_MANY_SEATS = "too-many-seats-for-one-sender"
    NO_REFERENCE_LEFT = "no-reference-left"
    ADDED_PARTICIPANT = "one-more-participant"
    ASKED_TO_CONFIRM = "asked-to-confirm-by-mail"
    TO_BE_ASKED = "to-be-asked-to-confirm-later"
    STILL_UNCONFIRMED = "still-unconfirmed"
    CONFIRMED = "confirmed-by-mail"
    CONFIRMED_WHILE_HELD = "confirmed-while-held"
    CONFIRMED_TOO_LATE = "confirmed-too-late"
    DISOWNED = "disowned"
    # other mail
    WITHDRAWN = "withdrawn"
    PARTICIPANT_WITHDRAWN = "participant-withdrawn"
    WITHDRAWAL_EXPLAINED = "withdrawal-of-a-paid-one-explained"
    WITHDRAWAL_UNAUTHENTICATED = "withdrawal-to-be-confirmed-by-mail"
    ACCESS_RESENT = "access-resent"
    ACCESS_RESENT_TODAY = "access-already-resent-today"
    ACCESS_NOT_PAID = "access-asked-for-without-payment"
    ACCESS_NOT_OPEN = "access-not-open-yet"
    ACCESS_ENDED = "access-has-ended"
    PAYMENT_REPORT_NOTED = "payment-report-noted"
    TO_A_PERSON = "to-a-person"
    ACKNOWLEDGED = "acknowledged"
    NOT_ANSWERED = "not-answered"
    CLOSED_STAYS_CLOSED = "closed-stays-closed"
    EVENT_OVER = "event-over"
    BOUNCED = "bounced"
    BOUNCED_TEMPORARILY = "bounced-temporarily"
    # time
    REMINDED = "reminded"
    REMINDER_SUPERSEDED = "reminder-superseded"
    REMINDER_POINTLESS = "reminder-without-sense"
    REMINDER_TOO_SOON = "reminder-too-soon-after-another-letter"
    REMINDER_NOT_WELCOME = "reminder-while-a-report-or-invoice-is-open"
    REMINDER_HELD = "reminder-while-held"
    LAPSED = "lapsed-without-correction"
    NEVER_CONFIRMED = "never-confirmed"
    NEVER_ASKED = "never-asked-to-confirm"
    EXPIRED = "expired-unpaid"
    NOT_EXPIRED_YET = "not-expired-yet"
    ASKED_ANEW = "told-late-and-asked-anew"
    WAITLIST_ENDED = "waitlist-ended"
    ACCESS_SENT = "access-sent"
    # bank
    PAID = "paid"
    PAID_AND_ADMITTED = "paid-and-admitted"
    PAID_SHORT = "paid-short"
    PAID_OVER = "paid-over"
    PAID_TWICE = "paid-twice"
    PAID_LATE = "paid-late"
    PAID_WHEN_CLOSED = "paid-when-closed"
    PAID_AND_REOPENED = "paid-on-time-and-reopened"
    PAID_BEFORE_COMPLETE = "paid-before-complete"
    PAID_WITHOUT_SEAT = "paid-without-seat"
    MONEY_UNDECIDED = "more-money-than-owed-to-be-decided"
    MONEY_REVERSED = "money-taken-back"
    UNPAID_AGAIN = "unpaid-again-money-taken-back"
    PAYMENT_EXPECTED = "payment-announced-and-not-here"
    MONEY_ACCEPTED = "money-accepted-as-it-is"
    # operators and consequences
    HELD = "held"
    RELEASED = "released"
    ACCEPTED_BY_OPERATOR = "accepted-by-operator"
    REOPENED = "reopened-by-operator"
    NO_FREE_SEAT = "no-free-seat"
    DECLINED = "declined"
    EXTENDED = "extended"
    CANCELLED = "cancelled"
    RESENT = "resent"
    OFFERED = "seat-offered"
    OFFERS_STOPPED = "offers-have-stopped"
    LETTER_FAILED = "letter-failed"
    # what the table does not know
    NOT_EXPECTED = "not-expected-here"


NOTHING_CHANGED = frozenset({Reason.NO_FREE_SEAT, Reason.NOT_EXPECTED, Reason.EVENT_OVER})
"""Reasons with which an operator's act came to nothing."""
OUR_HOLDS = frozenset({
    Reason.UNLISTED_KIND.value, Reason.NEEDS_REVIEW.value, Reason.TOO_MANY_SEATS.value,
    Reason.CORRECTION_AFTER_CLOSING.value, Reason.HANDLED_AFTER_CLOSING.value,
    Reason.PAID_LATE.value, Reason.NOT_EXPIRED_YET.value, Reason.UNPAID_AGAIN.value,
})  # fmt: skip
"""Values of `Application.held` that the program sets by itself, each with a task for a person."""


class LetterName(StrEnum):
    """Every letter there is; each has a template of this name."""

    RECEIVED = "received"
    CORRECTION_NEEDED = "correction_needed"
    CONFIRM_APPLICATION = "confirm_application"
    WAITLISTED = "waitlisted"
    SEAT_OFFERED = "seat_offered"
    NOT_OPEN_YET = "not_open_yet"
    CLOSED_FULL = "closed_full"
    CLOSED_LATE = "closed_late"
    ALREADY_REGISTERED = "already_registered"
    PAYMENT_REMINDER = "payment_reminder"
    LAST_DAY = "last_day"
    PAYMENT_RECEIVED = "payment_received"
    ACCESS = "access"
    ZOOM_LOOK_AHEAD = "zoom_look_ahead"
    ONDEMAND_ENDING = "ondemand_ending"
    WITHDRAWN = "withdrawn"
    WITHDRAWAL_CONFIRM = "withdrawal_confirm"
    NO_REFUND = "no_refund"
    EXPIRED = "expired"
    WAITLIST_ENDED = "waitlist_ended"
    LAPSED = "lapsed"
    SHORT_PAYMENT = "short_payment"
    LATE_PAYMENT = "late_payment"
    OVER_PAYMENT = "over_payment"
    PAID_TWICE = "paid_twice"
    PAID_WITHOUT_SEAT = "paid_without_seat"
    PAID_WHEN_CLOSED = "paid_when_closed"
    PAYMENT_REVERSED = "payment_reversed"
    PAYMENT_REPORT_NOTED = "payment_report_noted"
    EXTENDED = "extended"
    DECLINED = "declined"
    CANCELLED = "cancelled"
    EVENT_OVER = "event_over"
    TO_A_PERSON = "to_a_person"
    CHANGE_NOTICE = "change_notice"


SECRET_LETTERS = frozenset({LetterName.ACCESS, LetterName.ZOOM_LOOK_AHEAD})
"""Letters that carry ID, password or the Zoom link: filled in only as the bytes leave."""
PAYMENT_LETTERS = frozenset({
    LetterName.RECEIVED, LetterName.SEAT_OFFERED, LetterName.PAYMENT_REMINDER, LetterName.LAST_DAY,
    LetterName.SHORT_PAYMENT, LetterName.EXTENDED, LetterName.PAYMENT_REPORT_NOTED,
    LetterName.OVER_PAYMENT, LetterName.PAYMENT_REVERSED,
})  # fmt: skip
"""Letters that speak of a payment still to come; reminders keep their distance from them."""


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter to one recipient."""

    name: LetterName
    to: str
    participant: int | None = None
    """Which participant it is written to; None for the contact."""
    answer: bool = False
    """Whether it answers a mail that has just arrived. Answers ignore quiet hours."""
    more: tuple[tuple[str, str], ...] = ()
    """Further values that the template needs and that stand in no field of the application."""


@dataclass(frozen=True, slots=True, order=True)
class Reminder:
    """An occasion in the future; what it says is decided when it is due."""

    kind: str
    number: int
    due_at: datetime


# Reminder kinds that are not letters of `reminders.toml` but moments of the rules themselves.
LAPSE = "lapse"
"""`correct_by` is over."""
CONFIRM_ASK = "confirm_ask"
"""The letter that asks for a confirmation; waits until `confirm_letters_per_hour` allows it."""
CONFIRM_END = "confirm_end"
"""`confirm_by` is over."""
EXPIRY = "expiry"
"""`pay_by` is over; waits for the bank's word."""
LIST_END = "list_end"
"""The waitlist ends with the expiry run; waits for the bank's word as well."""
CLOSING: Final = (CONFIRM_END, LAPSE, EXPIRY, LIST_END)
"""What tells somebody that it is over: only when all mail that came before it is decided."""


class TaskKind(StrEnum):
    """What a person is asked to do."""

    ANSWER = "answer"
    REVIEW = "review"
    GROUP = "group-does-not-fit"
    UNLISTED = "unlisted-kind"
    CHANGE = "change"
    INVOICE = "invoice"
    RECEIPT = "receipt"
    MONEY = "money"
    ADDRESS = "address"
    SEATS = "seats"
    SECRET = "secret"  # noqa: S105 - the name of a task, not a secret
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Task:
    """Something only a person can do; stays open until somebody closes it."""

    kind: TaskKind
    detail: str
    """One line for the office; never a secret, never a mail's text."""


NEXT_IN_LINE = "next-in-line"
"""Target of a follow-up: the first waiting application that fits the seats now free."""


@dataclass(frozen=True, slots=True)
class FollowUp:
    """An event for another application, in the same transaction under the same cause."""

    target: str
    """A reference, or `NEXT_IN_LINE`."""
    event: Event


@dataclass(frozen=True, slots=True)
class Roster:
    """What this write transaction knows of the event as a whole, the batch so far included."""

    capacity: int
    taken: int
    next_in_line: str | None = None
    """Reference of the first waiting application, by arrival, that is not held and that fits."""
    fresh_reference: str | None = None
    """A reference nobody has, for a new application; None when none is left."""
    covered_through: date | None = None
    """The last day that the bank's statements cover."""
    access_opens_at: datetime | None = None
    """The rules' time or the operator's later one."""
    access_ready: bool = False
    """Whether ID and password are there to be sent."""
    access_generation: int = 1

    @property
    def free(self) -> int:
        """Seats nobody holds; never below zero."""
        return max(0, self.capacity - self.taken)

    def access_open(self, now: datetime) -> bool:
        """Whether ID and password may leave now."""
        return (
            self.access_ready and self.access_opens_at is not None and now >= self.access_opens_at
        )


@dataclass(frozen=True, slots=True)
class Decision:
    """What shall be true now, and why."""

    reason: Reason
    application: Application | None = None
    """As it is now; None when there is none, neither before nor after."""
    letters: tuple[Letter, ...] = ()
    reminders: tuple[Reminder, ...] = ()
    """All occasions still ahead, as a set: what is not in it and has not fired is dropped."""
    tasks: tuple[Task, ...] = ()
    follow_ups: tuple[FollowUp, ...] = ()
    note: str = field(default="")
    """One more line for `explain`: who did it and why, or a number that mattered."""
