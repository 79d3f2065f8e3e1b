"""What the organiser decides, as frozen values.

Law of this file: every fact of an event that a letter or a decision uses has a key here, and
nowhere else.  These models describe TOML that a person wrote, so they are Pydantic and refuse
what they do not know; the rest of `domain` uses plain dataclasses.  `config` reads the files once
and hands a `Rules` value down; nobody else opens them.

Times in the files are local to `Event.timezone` and carry no offset; `Rules` gives them back aware.
"""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

TOKYO = ZoneInfo("Asia/Tokyo")
SLUG = r"[a-z0-9][a-z0-9-]*"
"""How the folder of an event may be named."""


def _local(when: datetime | time) -> datetime | time:
    if when.tzinfo is not None:
        raise ValueError("should be a local time without an offset, such as 2026-02-02T09:00:00")
    return when


def _one_line(text: str) -> str:
    if text != text.strip() or any(c < " " or c in "\x7f\x85\u2028\u2029" for c in text):
        raise ValueError("should be one line, without spaces around it")
    return text


def shaped(pattern: str, what: str) -> AfterValidator:
    """A check that a whole text has a form; `what` names the form to whoever wrote it."""

    def check(text: str) -> str:
        if re.fullmatch(pattern, text) is None:
            raise ValueError(f"should be {what}")
        return text

    return AfterValidator(check)


# Strict, so that nothing is guessed: 20260312 is no date, "1000" is no number, true is not 1.
Day = Annotated[date, Field(strict=True)]
LocalTime = Annotated[datetime, Field(strict=True), AfterValidator(_local)]
Hour = Annotated[time, Field(strict=True), AfterValidator(_local)]
Count = Annotated[int, Field(strict=True, gt=0)]
CountOrNone = Annotated[int, Field(strict=True, ge=0)]
Flag = Annotated[bool, Field(strict=True)]

Text = Annotated[str, Field(min_length=1), AfterValidator(_one_line)]
Url = Annotated[str, shaped(r"https?://\S+", "an address that begins with https://")]
Address = Annotated[
    str, shaped(r"[^@\s]+@[^@\s]+\.[^@\s.]+", "a mail address such as office@example.jp")
]


class Frozen(BaseModel):
    """Base of all rule tables: immutable, and an unknown key is an error.

    The line below a key is its description; `rules describe` prints it.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


# ---------------------------------------------------------------- event.toml


class Video(Frozen):
    """One recording of the on-demand page."""

    minutes: Count
    """How long it is."""
    kind: Text
    """What it is, e.g. 行政説明."""
    title: Text
    """Its title, without quotation marks."""
    speaker: Text
    """Who speaks, with office and 氏."""


class OnDemand(Frozen):
    """The recorded part: where it stands, from when and until when it can be watched."""

    site: Text
    """Name of the site that holds the page."""
    url: Url
    """Address of the site."""
    opens: LocalTime
    """When ID and password may leave, local time. `access postpone` overrides it."""
    opens_said: Text
    """How the letters name that time before it has come, e.g. 令和8年2月下旬."""
    until: Day
    """The last day on which the videos can be watched."""
    materials: Text
    """What the page holds, e.g. 動画と資料."""
    watch_first: Text
    """One sentence: the videos are watched before the live day."""
    in_turn: Text
    """One sentence: who pays after the opening gets ID and password in turn."""
    videos: tuple[Video, ...] = Field(min_length=1)
    """The recordings, in their order."""


class Session(Frozen):
    """One line of the live day's programme."""

    starts: Hour
    """Local time, e.g. 10:00:00."""
    ends: Hour
    """Local time; the next line may begin here."""
    title: Text
    """What it is called."""
    detail: Annotated[str, AfterValidator(_one_line)] = ""
    """Who speaks or what it is about."""


class Live(Frozen):
    """The live day."""

    on: Day
    """Its day, after the deadline."""
    starts: Hour
    """When it begins."""
    ends: Hour
    """When it ends."""
    platform: Text
    """What it is held on, e.g. Zoom."""
    test_url: Url
    """Where the connection is tested, before applying."""
    help_url: Url
    """The platform's own help centre."""
    quiet_place: Text
    """One sentence: a quiet place, or headphones and microphone."""
    headset: Text
    """One sentence: a headset where several devices share a room."""
    support: Text
    """One sentence: the office does not explain the platform."""
    group_sessions: Count
    """How many group sessions there are."""
    group_minutes: Count
    """Minutes of each."""
    group_size: Count | None = Field(default=None, examples=[5])
    """About how many people form a group."""
    programme: tuple[Session, ...] = Field(min_length=1)
    """The programme, in order, within the hours of the day."""


class Audience(Frozen):
    """A kind of applicant. `listed = false` is the open end (等) of the list: a person decides."""

    category: Literal["sc", "gov", "npo", "coop_shakyo", "other"]
    """The kind's name in this program."""
    label: Text
    """As our letters name it."""
    words: tuple[Text, ...] = ()
    """As applicants may name it; compared after NFKC and without spaces."""
    listed: Flag = True
    """Whether the announcement names it. If not, a person decides."""


class Office(Frozen):
    """Who writes the letters, and how they are reached."""

    name: Text
    """The office's full name, as it introduces itself."""
    mail: Address
    """The sender of every letter; applicants are asked to allow it."""
    display_name: Text
    """The name beside that address."""
    signature: tuple[Text, ...] = Field(min_length=1)
    """The lines below every letter."""


class WhenFull(StrEnum):
    """What happens to applications when all seats are taken."""

    WAITLIST = "waitlist"
    CLOSE = "close"


class Event(Frozen):
    """event.toml: the event itself."""

    title: Text
    """The full title."""
    short_title: Text
    """A short one, for subjects and repeated mention."""
    organizer: Text
    """Who holds it (主催)."""
    timezone: Literal["Asia/Tokyo"] = "Asia/Tokyo"
    """The zone of every time in these files."""
    announced_at: Url | None = Field(default=None, examples=["https://www.example.jp/announcement"])
    """Where the announcement can be read."""
    opens: LocalTime
    """The first instant at which an application is in time, local."""
    deadline: Day
    """The last day for application and payment; both count until it ends."""
    capacity: Count
    """How many seats there are."""
    when_full: WhenFull
    """"waitlist": who comes later waits in line; "close": is told that it is full."""
    folder: Text = "INBOX"
    """The IMAP folder whose mail belongs to this event; no two events may share one."""
    templates: Text
    """The folder under templates/ that holds this event's letters."""
    office: Office
    """Who writes the letters."""
    ondemand: OnDemand
    """The recorded part."""
    live: Live
    """The live day."""
    audience: tuple[Audience, ...] = Field(min_length=1)
    """Who is addressed, one table for each kind."""


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
    """What is asked for."""
    label: Text
    """As our own letters name it."""
    synonyms: tuple[Text, ...] = ()
    """As applicants may name it; compared after NFKC and without spaces, brackets and bullets."""
    required: Flag
    """Whether an application without it is incomplete."""
    example: Text
    """An answer as the correction form shows it."""
    sample_values: tuple[Text, ...] = ()
    """Values that only stand in sample entries and never count as an answer."""


class FormSender(Frozen):
    """A web form or robot whose notifications are applications of somebody else."""

    address: Address
    """Its sender address."""
    labels: dict[Text, FieldName] = {}
    """Questions that only this form has, and the field each stands for."""


class Form(Frozen):
    """form.toml: what is asked, and how the answers may be named."""

    fields: tuple[FormField, ...] = Field(min_length=1)
    """The questions, in the order in which our letters list them."""
    senders: tuple[FormSender, ...] = Field(
        default=(),
        examples=[{"address": "wordpress@form.example.org", "labels": {"参加される方": "name"}}],
    )
    """Web forms and robots, one table for each."""


# ---------------------------------------------------------------- intake.toml


class Caps(Frozen):
    """How many automatic answers may leave at most. Beyond them a person is told."""

    per_address_per_day: Count
    """Answers to one address."""
    per_domain_per_hour: Count
    """Answers to all addresses of one domain."""
    per_office_per_hour: Count
    """Answers in all."""
    confirm_letters_per_hour: Count = 500
    """Letters that ask for a confirmation (`confirm_by_mail`), counted apart from all others; who
    applies when so many have left is asked later."""
    same_letter_hours: Count
    """The very same letter to the same address never leaves twice within so many hours."""


class Words(Frozen):
    """Phrases by which a mail without a form says what it wants (after NFKC).

    {振込|入金}{を|}しました stands for every phrase that can be made of it.
    """

    withdraw: tuple[Text, ...]
    """Somebody wants to withdraw."""
    withdraw_confirmed: tuple[Text, ...] = Field(min_length=1)
    """Words that confirm a withdrawal; the first is the one that our letters ask for."""
    replace: tuple[Text, ...]
    """Somebody else comes in a participant's place; it is then no withdrawal."""
    access: tuple[Text, ...]
    """Somebody asks for ID and password; the first is the one that our letters suggest."""
    paid: tuple[Text, ...]
    """Somebody says that they have paid."""
    invoice: tuple[Text, ...]
    """Somebody asks for an invoice."""
    receipt: tuple[Text, ...]
    """Somebody asks for a receipt."""
    change: tuple[Text, ...]
    """Somebody wants something changed."""
    question: tuple[Text, ...]
    """Somebody asks something."""
    thanks: tuple[Text, ...]
    """Somebody only says thanks."""
    application: tuple[Text, ...]
    """Somebody wants to apply."""


class Authentication(StrEnum):
    """How it is told that the address in From is really the sender's."""

    AUTHSERV_ID = "authserv-id"
    EXCHANGE = "exchange"
    DKIM = "dkim"


class Intake(Frozen):
    """intake.toml: how applications are taken in."""

    correct_within: Count
    """Business days that an incomplete application holds its seats."""
    max_seats_per_sender: Count
    """Seats for one sender; what is more waits for a person."""
    confirm_by_mail: Flag = False
    """Whether a first mail whose sender nothing proves must be confirmed before it gets a seat."""
    confirm_within: Count = 2
    """Business days in which it can be confirmed, with `confirm_by_mail`."""
    access_resend_hours: Count
    """A request for the password is answered once in so many hours."""
    own_message_domains: tuple[Text, ...] = ()
    """Further domains in whose name our own mail has a Message-ID."""
    authentication: Authentication | None = Field(
        default=None, examples=[Authentication.AUTHSERV_ID]
    )
    """Whose word counts for a sender: "authserv-id": the named server's; "exchange": Exchange
    Online's, where the mailbox is there; "dkim": the signature itself. Without it nobody's."""
    authserv_id: Text | None = Field(default=None, examples=["mx.example.jp"])
    """The only server whose Authentication-Results count; "authserv-id" alone needs it."""
    caps: Caps
    """How many automatic answers may leave."""
    words: Words
    """What mails without a form are recognised by."""

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        named = self.authserv_id is not None
        if named and self.authentication is not Authentication.AUTHSERV_ID:
            raise ValueError("'authserv_id' counts only with authentication = \"authserv-id\"")
        if not named and self.authentication is Authentication.AUTHSERV_ID:
            raise ValueError("authentication = \"authserv-id\" needs 'authserv_id'")
        return self


# ---------------------------------------------------------------- payment.toml


class ReferenceScheme(Frozen):
    """How a 受付番号 is made: digits in all, and whether the last one is a check digit."""

    digits: Annotated[int, Field(strict=True, ge=4, le=10)]
    """How many digits, the check digit included; the first is never 0."""
    check: Literal["damm", "none"]
    """"damm": the last digit proves the others; "none": it does not."""


class NoticeSender(Frozen):
    """A collection agency or bank whose mails report payments (収納代行・決済代行)."""

    sender: Annotated[
        str,
        shaped(
            r"[^@\s]*@[^@\s]+\.[^@\s.]+", "a mail address, or a domain such as @pay.example.com"
        ),
    ]
    """Its sender address, or its domain with @ before it."""
    channel: Literal["convenience_store", "credit_card", "pay_easy", "bank_transfer"]
    """How such payments are made."""
    labels: dict[
        Text, Literal["reference", "provider_id", "amount", "paid_at", "payer", "channel"]
    ] = {}
    """Labels that only this sender uses, and what each stands for."""
    preliminary: tuple[Text, ...] = ()
    """Further words of it for a payment that may still be taken back (速報)."""
    final: tuple[Text, ...] = ()
    """Further words of it for one that may not (確報)."""


class Payment(Frozen):
    """payment.toml: what is owed, until when, and what happens otherwise."""

    fee: Count
    """Yen for one seat."""
    refundable: Flag = False
    """Whether money is given back after a withdrawal."""
    fee_borne_by: Text
    """One sentence: who bears the bank's fee."""
    offer_within: Count
    """Business days to pay for a seat that was offered from the waitlist."""
    offers_stop_before: Count
    """Business days before the deadline after which no seat is offered automatically."""
    settle_after: CountOrNone
    """Business days after the deadline that a statement must cover before anybody expires."""
    settle_by_name: Flag = False
    """Whether a full name that is nobody else's and the exact amount pay without a number."""
    reference: ReferenceScheme
    """How a 受付番号 is made."""
    notices: tuple[NoticeSender, ...] = Field(
        default=(),
        examples=[{"sender": "notice@pay.example.com", "channel": "convenience_store"}],
    )
    """Senders of payment notices, one table for each; nobody else's notice counts."""


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

    kind: Annotated[str, shaped(r"[a-z][a-z_]*", "lower-case letters, with _ between words")]
    """Its name in the history; with `number` it is unique."""
    number: Count
    """1 for the first of its kind."""
    letter: Text
    """The letter that it sends, by the name of its template."""
    audience: Literal["unpaid", "paid", "admitted"]
    """Who gets it: those who owe, those who have paid, those who have ID and password."""
    at: LocalTime | None = Field(
        default=None, examples=[datetime.fromisoformat("2026-03-05T09:00:00")]
    )
    """When it is due."""
    after_business_days: Count | None = Field(default=None, examples=[5])
    """Or: how many business days after the payment instructions."""
    hour: Hour = time(9, 0)
    """At what time of that day."""
    gate: Gate = Gate.NONE
    """"zoom_link": it waits until the link is there."""
    useful_until: LocalTime | None = Field(
        default=None, examples=[datetime.fromisoformat("2026-03-12T00:00:00")]
    )
    """After this instant the reminder has lost its sense and is dropped. None: until `pay_by`."""
    insistent: Flag = False
    """Leaves even when another payment letter left within the quiet business days before."""

    @model_validator(mode="after")
    def _one_time(self) -> Self:
        if (self.at is None) == (self.after_business_days is None):
            raise ValueError("exactly one of 'at' and 'after_business_days' must be given")
        return self


class QuietHours(Frozen):
    """When nothing is sent of our own accord."""

    starts: Hour
    """The first quiet moment of the evening."""
    ends: Hour
    """The first moment that is not quiet any more; the same as `starts`: nothing is quiet."""


class Reminders(Frozen):
    """reminders.toml: who is reminded of what, and when."""

    spacing: CountOrNone
    """Business days between two payment letters."""
    quiet: QuietHours
    """When nothing is sent of our own accord."""
    reminder: tuple[ReminderRule, ...] = ()
    """The reminders, one table for each."""


# ---------------------------------------------------------------- all of it


@lru_cache(maxsize=4096)
def _moment(day: date, clock: time) -> datetime:
    return datetime.combine(day, clock, TOKYO)


@lru_cache(maxsize=4096)
def _end_of(day: date) -> datetime:
    return datetime.combine(day + timedelta(days=1), time(0), TOKYO)


class Rules(Frozen):
    """All the rules of one event. `digest` names their exact text in every history row."""

    slug: Annotated[str, shaped(SLUG, "lower-case letters, digits and hyphens")]
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
        return when.astimezone(self.zone) if when.tzinfo else _moment(when.date(), when.time())

    def moment(self, day: date, clock: time) -> datetime:
        """A local day and time as an aware instant."""
        return _moment(day, clock)

    def end_of(self, day: date) -> datetime:
        """The first instant after a local day."""
        return _end_of(day)

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
        return _moment(self.event.live.on, self.event.live.starts)

    @property
    def live_ends_at(self) -> datetime:
        """The live day's last minute."""
        return _moment(self.event.live.on, self.event.live.ends)

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
