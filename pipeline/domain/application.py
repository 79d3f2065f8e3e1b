"""What is known of one application, at one moment.

Law of this file: values only.  An `Application` is never changed; `decide()` returns the next one.
`State` is where an application stands; **held** is a flag beside it (`Application.held`), because
a held application must be able to go on from where it stood.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum


class State(StrEnum):
    """Where an application stands."""

    UNCONFIRMED = "unconfirmed"
    """From a sender whom nothing proves, asked to confirm it by mail: no seat, no place in line."""
    INCOMPLETE = "incomplete"
    AWAITING_PAYMENT = "awaiting_payment"
    WAITLISTED = "waitlisted"
    PAID = "paid"
    """The money is here, access is not open yet."""
    ADMITTED = "admitted"
    """Access has been handed to the outbox."""
    DECLINED = "declined"
    """By an operator, and by nobody else."""
    WITHDRAWN = "withdrawn"
    """By the applicant."""
    CANCELLED = "cancelled"
    """By the office, after acceptance."""
    EXPIRED = "expired"
    """By time: unpaid, never corrected, or still waiting when the list ended."""


CLOSED = frozenset({State.DECLINED, State.WITHDRAWN, State.CANCELLED, State.EXPIRED})
SEATED = frozenset({State.INCOMPLETE, State.AWAITING_PAYMENT, State.PAID, State.ADMITTED})
"""States in which an application holds its seats."""
HAS_PAID = frozenset({State.PAID, State.ADMITTED})
"""States in which the ID and password may leave."""


@dataclass(frozen=True, slots=True)
class Participant:
    """One person who wants a seat. Names stand as they were received; None is 'not given'."""

    number: int
    """1 for the first, stable for the application's life."""
    name: str | None = None
    name_kana: str | None = None
    organization: str | None = None
    department: str | None = None
    position: str | None = None
    prefecture: str | None = None
    email: str | None = None
    phone: str | None = None
    category: str | None = None
    """sc, gov, npo, coop_shakyo, other; see `rules.Audience`."""
    withdrawn: bool = False


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with an answer in the form."""

    participant: int
    field: str
    fault: str
    """'missing' or 'unclear'."""
    read_as: str | None = None


@dataclass(frozen=True, slots=True)
class Thread:
    """What an answer needs in order to stand in the applicant's thread (RFC 5322 §3.6.4)."""

    message_id: str | None = None
    references: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Application:
    """One request for N seats, with one contact who pays and is written to."""

    reference: str
    event: str
    state: State
    contact_name: str
    contact_address: str
    """The registered address: the only one that instructions, reminders and access go to."""
    participants: tuple[Participant, ...]
    arrived_at: datetime
    """When its first mail arrived, or else the one that confirmed it: its place in every queue."""
    thread: Thread = field(default_factory=Thread)
    held: str | None = None
    """Why an operator or the program holds it; None when it is not held."""
    pay_by: datetime | None = None
    """The first instant at which a payment is late; None while nothing is owed yet.

    An incomplete application has one when its seats were offered from the waitlist: it will be
    given days of its own to pay, and not the rules' deadline.
    """
    correct_by: datetime | None = None
    """The first instant at which a correction is late, while it is incomplete."""
    confirm_by: datetime | None = None
    """When it lapses unconfirmed, while it is so; None before its address was asked."""
    review: str | None = None
    """Why our reading of its mails is not to be trusted, while it is unconfirmed."""
    problems: tuple[Problem, ...] = ()
    credited: int = 0
    """Yen that have arrived for it and were not reversed."""
    discount: int = 0
    """Yen that an operator let go (値引き), so that what had arrived was enough."""
    instructed_at: datetime | None = None
    """When payment instructions were last decided."""
    payment_letter_at: datetime | None = None
    """When any letter about payment was last decided, for the reminders' spacing."""
    payment_reported: bool = False
    invoice_requested: bool = False
    withdrawal_asked: bool = False
    """A wish to withdraw was answered with what it means, and is not confirmed yet."""
    withdrawal_of: tuple[int, ...] = ()
    """Numbers of the participants whom that wish is about; empty for all of them."""
    access_sent_at: datetime | None = None
    """When ID and password were first handed to the outbox."""
    access_resent_at: datetime | None = None
    """When a request for the password was last answered with it."""
    access_generation: int = 0
    """Which ID and password it was last sent; 0 for none. `access rotate` raises the event's."""
    closed_reason: str | None = None
    bounced: tuple[str, ...] = ()
    """Addresses that permanently refused our mail; nothing is sent there."""
    version: int = 0

    @property
    def active(self) -> tuple[Participant, ...]:
        """The participants who have not been withdrawn."""
        return tuple(p for p in self.participants if not p.withdrawn)

    @property
    def seats(self) -> int:
        """How many seats it asks for: one at least, while nobody could be read from it."""
        return max(1, len(self.active))

    @property
    def seats_held(self) -> int:
        """How many seats are taken by it."""
        return self.seats if self.state in SEATED else 0

    @property
    def never_asked(self) -> bool:
        """Whether it is unconfirmed because the letter that asks for it has to wait."""
        return self.state is State.UNCONFIRMED and self.confirm_by is None

    @property
    def closed(self) -> bool:
        """Whether nothing from outside can move it any more."""
        return self.state in CLOSED

    @property
    def registered_addresses(self) -> frozenset[str]:
        """Every address that may be sent this application's access."""
        return frozenset({self.contact_address, *(p.email for p in self.active if p.email)})

    def but(self, **changes: object) -> Application:
        """The same application with some fields changed."""
        return replace(self, **changes)  # type: ignore[arg-type]  # the names are checked by it
