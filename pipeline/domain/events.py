"""What can happen to an application.  Past tense, frozen, and told only once.

Law of this file: an event says what happened, never what should be done about it.  Who caused it
is in the base class: `FromOutside` (a stranger's mail, never reopens what is closed), `FromTime`
(a moment has come), `FromBank` (money moved), `FromOperator` (a person in the office, with a name
and a reason), `FromUs` (the consequence of another decision).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from pipeline.domain.application import Participant, Problem, Thread


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Anything that `decide()` can be asked about."""


# ---------------------------------------------------------------- what strangers' mail says


@dataclass(frozen=True, slots=True, kw_only=True)
class FromOutside(Event):
    """A mail. `also` lists the further things it wants; each becomes a task."""

    arrived_at: datetime
    sender: str
    """The address that an answer would go to."""
    sender_name: str = ""
    authenticated: bool = False
    """Whether our own server, or a signature, proves the address."""
    answers_ours: bool = False
    """Whether it names a letter of ours by its Message-ID, which only its readers know."""
    thread: Thread = field(default_factory=Thread)
    also: tuple[str, ...] = ()

    @property
    def proven(self) -> bool:
        """Whether the sender is more than a name that anybody can write."""
        return self.authenticated or self.answers_ours


@dataclass(frozen=True, slots=True, kw_only=True)
class Applied(FromOutside):
    """A filled-in form arrived: a new application, a repetition, or a correction."""

    participants: tuple[Participant, ...]
    problems: tuple[Problem, ...] = ()
    seats_of_sender: int = 0
    """Seats that other open applications of the same sender hold."""
    needs_review: str | None = None
    """Why our own reading is not to be trusted; the office looks before an answer leaves."""
    through_form: bool = False
    """Whether a web form that the rules name has sent it, for the applicant."""
    ask_later: bool = False
    """Whether as many letters that ask for a confirmation have left as the rules allow for now."""

    @property
    def vouched_for(self) -> bool:
        """Whether somebody stands behind it: the proof of its address, or a listed form."""
        return self.proven or self.through_form


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirmed(Applied):
    """A person answered the letter that asks whether the application is theirs, whatever they say.

    What the mail wants besides stands in `also`; a form in it, in `participants`.
    """

    participants: tuple[Participant, ...] = ()
    unclear: bool = False
    """Whether it says something that nobody has understood."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Disowned(FromOutside):
    """A person answered that letter, and says to know nothing of any application."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawalRequested(FromOutside):
    """Somebody wants out. `confirmed`: in the words that our letter asked for."""

    confirmed: bool = False
    participants: tuple[int, ...] = ()
    """Numbers of the participants it is about; empty for all of them."""
    unsure: bool = False
    """Whether it speaks of some of several people, and we cannot tell of whom."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessRequested(FromOutside):
    """Somebody asks for the ID and password (again)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentReported(FromOutside):
    """Somebody says that they have paid. Never money."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentRequested(FromOutside):
    """An invoice or a receipt is asked for."""

    document: str
    """'invoice' or 'receipt'."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeRequested(FromOutside):
    """A change of a person, an address or anything else that an operator must weigh."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionAsked(FromOutside):
    """A question, or anything that only a person can answer. `why` names the reason."""

    why: str = "question"


@dataclass(frozen=True, slots=True, kw_only=True)
class Acknowledged(FromOutside):
    """Thanks, and nothing else."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unanswerable(FromOutside):
    """A mail that gets no answer: automatic, a list, our own come back, unrelated."""

    kind: str
    for_a_person: bool = False
    """Whether it may matter all the same, so that somebody has to see it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounced(FromOutside):
    """A letter of ours could not be delivered (RFC 3464), or the server refused its recipient."""

    address: str
    permanent: bool
    diagnosis: str = ""


# ---------------------------------------------------------------- time


@dataclass(frozen=True, slots=True, kw_only=True)
class FromTime(Event):
    """A moment that was planned has come."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReminderDue(FromTime):
    """A planned reminder's time has come. `superseded`: a later one is due as well."""

    kind: str
    number: int
    due_at: datetime
    superseded: bool = False
    money_open: bool = False
    """Whether money waits for a person that may be this application's."""
    untold: bool = False
    """Whether the letter that it reminds of has not left yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadline(FromTime):
    """An applicant's own last day is over."""

    told_at: datetime | None = None
    """When the letter that told of it left, where that was late; now, while it has not left."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectionLapsed(Deadline):
    """The last day for completing an application is over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmationDue(FromTime):
    """An application that waited for it may be asked now whether it is its address's own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmationLapsed(Deadline):
    """The last day for confirming an application is over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentLapsed(Deadline):
    """`pay_by` is over, and the bank's word covers it."""

    money_open: bool = False
    """Whether money waits for a person that may be this application's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitlistEnded(FromTime):
    """The expiry run is over; who still waits is told so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessDue(FromTime):
    """Access is open (or was rotated), and this application has not been sent it."""

    generation: int


# ---------------------------------------------------------------- the bank


@dataclass(frozen=True, slots=True, kw_only=True)
class FromBank(Event):
    """Money moved."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MoneyArrived(FromBank):
    """A remittance was assigned to this application, by reconciliation or by an operator."""

    amount: int
    value_date: date
    """The day that counts against `pay_by`: 起算日, or that on which the payer sent it."""
    payer: str = ""
    remittance: int | None = None
    """Its number in the store; `payments show` tells the rest."""
    who: str = "bank"
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MoneyReversed(FromBank):
    """Money that was credited is not here any more: taken back by the bank, or by an operator."""

    amount: int
    """Yen that are credited no longer."""
    access_left: int = 0
    """Letters with ID and password that have left already, or may have."""
    remittance: int | None = None
    who: str = "bank"
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MoneyUndecided(FromBank):
    """More money than is owed names this application: nothing is paid before a person decides."""

    amount: int
    value_date: date
    payer: str = ""
    remittance: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentExpected(FromBank):
    """A preliminary notice (速報): money is on its way, and none is here."""

    amount: int
    channel: str
    remittance: int | None = None


# ---------------------------------------------------------------- operators


@dataclass(frozen=True, slots=True, kw_only=True)
class FromOperator(Event):
    """A person in the office acted. Both are kept in the history."""

    who: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Held(FromOperator):
    """Hold: events are recorded, letters wait."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Released(FromOperator):
    """Release: waiting letters may leave."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted(FromOperator):
    """Accept what the program held for review, offer a seat by hand, or reopen a closed one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MoneyAccepted(FromOperator):
    """Let the money that is here count as it is: late, or short (値引き), or too much."""

    remittance: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Declined(FromOperator):
    """Decline an application. Only operators do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Extended(FromOperator):
    """Give longer to pay."""

    until: date


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawnByOperator(FromOperator):
    """Withdraw all or some participants on the applicant's behalf."""

    participants: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Cancelled(FromOperator):
    """The office takes an accepted application back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Resent(FromOperator):
    """Send the letter of the present state again, to a new address when one is given."""

    to: str | None = None


# ---------------------------------------------------------------- consequences


@dataclass(frozen=True, slots=True, kw_only=True)
class FromUs(Event):
    """A follow-up of another decision, in the same transaction."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatBecameFree(FromUs):
    """Seats are free, and this application is the first in line that fits them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterFailed(FromUs):
    """A letter could not be delivered for good."""

    recipient: str
    letter: str
    diagnosis: str
