"""What the organiser decides, as frozen values.

Law of this file: every fact of an event that a letter or a decision uses has a key here, and
nowhere else.  These models describe TOML that a person wrote, so they are Pydantic and refuse
what they do not know; the rest of `domain` uses plain dataclasses.  `config` reads the files once
and hands a `Rules` value down; nobody else opens them.

Times in the files are local to `Event.timezone` and carry no offset; `Rules` gives them back aware.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, model_validator

TOKYO = ZoneInfo("Asia/Tokyo")

Text = Annotated[str, Field(min_length=1)]
Url = Annotated[str, Field(pattern=r"^https?://\S+$")]
Address = Annotated[str, Field(pattern=r"^[^@\s]+@[^@\s]+\.[^@\s.]+$")]


class Frozen(BaseModel):
    """Base of all rule tables: immutable, and an unknown key is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


# ---------------------------------------------------------------- event.toml


class Video(Frozen):
    """One recording of the on-demand page."""

    minutes: int = Field(gt=0)
    kind: Text
    title: Text
    speaker: Text


class OnDemand(Frozen):
    """The recorded part: where it stands, from when and until when it can be watched."""

    site: Text
    url: Url
    opens: datetime
    """When ID and password may leave, local time. `access postpone` overrides it."""
    opens_said: Text
    """How the letters name that time before it has come, e.g. 令和8年2月下旬."""
    until: date
    """The last day on which the videos can be watched."""
    videos: tuple[Video, ...] = Field(min_length=1)


class Session(Frozen):
    """One line of the live day's programme."""

    starts: time
    ends: time
    title: Text
    detail: str = ""


class Live(Frozen):
    """The live day."""

    on: date
    starts: time
    ends: time
    platform: Text
    test_url: Url
    help_url: Url
    quiet_place: Text
    headset: Text
    support: Text
    programme: tuple[Session, ...] = Field(min_length=1)
    group_sessions: int = Field(gt=0)
    group_minutes: int = Field(gt=0)


class Audience(Frozen):
    """A kind of applicant. `listed = false` is the open end (等) of the list: a person decides."""

    category: Literal["sc", "gov", "npo", "coop_shakyo", "other"]
    label: Text
    words: tuple[Text, ...] = ()
    listed: bool = True


class Office(Frozen):
    """Who writes the letters, and how they are reached."""

    name: Text
    mail: Address
    display_name: Text
    signature: tuple[Text, ...]


class WhenFull(StrEnum):
    """What happens to applications when all seats are taken."""

    WAITLIST = "waitlist"
    CLOSE = "close"


class Event(Frozen):
    """event.toml: the event itself."""

    title: Text
    short_title: Text
    organizer: Text
    timezone: Literal["Asia/Tokyo"] = "Asia/Tokyo"
    announced_at: Url | None = None
    opens: datetime
    """The first instant at which an application is in time, local."""
    deadline: date
    """The last day for application and payment; both count until it ends."""
    capacity: int = Field(gt=0)
    when_full: WhenFull
    folder: Text = "INBOX"
    """The IMAP folder whose mail belongs to this event; no two events may share one."""
    templates: Text
    """The folder under templates/ that holds this event's letters."""
    office: Office
    ondemand: OnDemand
    live: Live
    audience: tuple[Audience, ...] = Field(min_length=1)


# ---------------------------------------------------------------- form.toml

FIELD_NAMES = (
    "name", "name_kana", "organization", "department", "position",
    "prefecture", "email", "phone", "category",
)  # fmt: skip
FieldName = Literal[
    "name", "name_kana", "organization", "department", "position",
    "prefecture", "email", "phone", "category",
]  # fmt: skip


class FormField(Frozen):
    """One question of the application form."""

    field: FieldName
    label: Text
    """As our own letters name it."""
    synonyms: tuple[Text, ...] = ()
    """As applicants may name it; compared after NFKC and without spaces, brackets and bullets."""
    required: bool
    example: Text
    sample_values: tuple[Text, ...] = ()
    """Values that only stand in sample entries and never count as an answer."""


class FormSender(Frozen):
    """A web form or robot whose notifications are applications of somebody else."""

    address: Address
    labels: dict[str, FieldName] = {}


class Form(Frozen):
    """form.toml: what is asked, and how the answers may be named."""

    fields: tuple[FormField, ...]
    senders: tuple[FormSender, ...] = ()


# ---------------------------------------------------------------- intake.toml


class Caps(Frozen):
    """How many automatic answers may leave at most. Beyond them a person is told."""

    per_address_per_day: int = Field(gt=0)
    per_domain_per_hour: int = Field(gt=0)
    per_office_per_hour: int = Field(gt=0)
    same_letter_hours: int = Field(gt=0)


class Words(Frozen):
    """Phrases by which a mail without a form says what it wants (after NFKC)."""

    withdraw: tuple[Text, ...]
    withdraw_confirmed: tuple[Text, ...]
    access: tuple[Text, ...]
    paid: tuple[Text, ...]
    invoice: tuple[Text, ...]
    receipt: tuple[Text, ...]
    change: tuple[Text, ...]
    question: tuple[Text, ...]
    thanks: tuple[Text, ...]
    application: tuple[Text, ...]


class Intake(Frozen):
    """intake.toml: how applications are taken in."""

    correct_within: int = Field(gt=0)
    """Business days that an incomplete application holds its seats."""
    max_seats_per_sender: int = Field(gt=0)
    access_resend_hours: int = Field(gt=0)
    """A request for the password is answered once in so many hours."""
    own_message_domains: tuple[Text, ...] = ()
    authserv_id: str | None = None
    """The only server whose Authentication-Results count; without it nobody is authenticated."""
    caps: Caps
    words: Words


# ---------------------------------------------------------------- payment.toml


class ReferenceScheme(Frozen):
    """How a 受付番号 is made: digits in all, and whether the last one is a check digit."""

    digits: int = Field(ge=4, le=10)
    check: Literal["damm", "none"]


class Payment(Frozen):
    """payment.toml: what is owed, until when, and what happens otherwise."""

    fee: int = Field(gt=0)
    """Yen for one seat."""
    refundable: bool = False
    fee_borne_by: Text
    reference: ReferenceScheme
    offer_within: int = Field(gt=0)
    """Business days to pay for a seat that was offered from the waitlist."""
    offers_stop_before: int = Field(gt=0)
    """Business days before the deadline after which no seat is offered automatically."""
    settle_after: int = Field(ge=0)
    """Business days after the deadline that a statement must cover before anybody expires."""


# ---------------------------------------------------------------- reminders.toml


class Gate(StrEnum):
    """What a reminder waits for beside its time."""

    NONE = "none"
    ZOOM_LINK = "zoom_link"


class ReminderRule(Frozen):
    """One reminder: who gets which letter, and when.

    Exactly one of `at` (local time) and `after_business_days` (counted from the payment
    instructions, at `hour`) is given.
    """

    kind: Annotated[str, Field(pattern=r"^[a-z][a-z_]*$")]
    number: int = Field(gt=0)
    letter: Text
    audience: Literal["unpaid", "paid", "admitted"]
    at: datetime | None = None
    after_business_days: int | None = Field(default=None, gt=0)
    hour: time = time(9, 0)
    gate: Gate = Gate.NONE
    useful_until: datetime | None = None
    """After this instant the reminder has lost its sense and is dropped. None: until `pay_by`."""
    insistent: bool = False
    """Leaves even when another payment letter left within the quiet business days before."""

    @model_validator(mode="after")
    def _one_time(self) -> Self:
        if (self.at is None) == (self.after_business_days is None):
            raise ValueError("exactly one of 'at' and 'after_business_days' must be given")
        return self


class QuietHours(Frozen):
    """When nothing is sent of our own accord."""

    starts: time
    ends: time


class Reminders(Frozen):
    """reminders.toml."""

    quiet: QuietHours
    spacing: int = Field(ge=0)
    """Business days between two payment letters."""
    reminder: tuple[ReminderRule, ...]


# ---------------------------------------------------------------- all of it


class Rules(Frozen):
    """All the rules of one event. `digest` names their exact text in every history row."""

    slug: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$")]
    digest: str
    event: Event
    form: Form
    intake: Intake
    payment: Payment
    reminders: Reminders

    @property
    def zone(self) -> ZoneInfo:
        """The event's time zone."""
        return TOKYO

    def local(self, when: datetime) -> datetime:
        """A local time of the files as an aware instant; an aware one in the event's zone."""
        return when.replace(tzinfo=self.zone) if when.tzinfo is None else when.astimezone(self.zone)

    @property
    def opens_at(self) -> datetime:
        """The first instant at which an application is in time."""
        return self.local(self.event.opens)

    @property
    def closes_at(self) -> datetime:
        """The first instant that is too late: midnight after the deadline day."""
        return self.end_of(self.event.deadline)

    @property
    def access_opens_at(self) -> datetime:
        """When ID and password may leave, unless an operator has postponed it."""
        return self.local(self.event.ondemand.opens)

    @property
    def access_ends_at(self) -> datetime:
        """The first instant at which the videos can no longer be watched."""
        return self.end_of(self.event.ondemand.until)

    @property
    def live_starts_at(self) -> datetime:
        """The live day's first minute."""
        return datetime.combine(self.event.live.on, self.event.live.starts, self.zone)

    @property
    def live_ends_at(self) -> datetime:
        """The live day's last minute."""
        return datetime.combine(self.event.live.on, self.event.live.ends, self.zone)

    def end_of(self, day: date) -> datetime:
        """The first instant after a local day."""
        return datetime.combine(day + timedelta(days=1), time(0), self.zone)

    @property
    def required_fields(self) -> tuple[str, ...]:
        """Names of the fields without which an application is incomplete."""
        return tuple(field.field for field in self.form.fields if field.required)

    def label(self, field: str) -> str:
        """How our letters name a field."""
        return next((f.label for f in self.form.fields if f.field == field), field)

    def category_listed(self, category: str | None) -> bool:
        """Whether the announcement names this kind of applicant."""
        return any(a.category == category and a.listed for a in self.event.audience)
