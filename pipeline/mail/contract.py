"""Which values each letter is given, and which of them its template must use.

Law of this file: it is the contract between the program and the templates, and `templates` checks
it both ways when an event's letters are loaded.  A template that uses a value which its letter is
not given is refused, and so is one that leaves out a value without which the letter would keep
from the applicant what it is sent for.  A new value begins here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from typing import Any

from pipeline.domain.decision import LetterName
from pipeline.domain.rules import Video
from pipeline.mail import form_to_return, values
from pipeline.mail.facts import FACTS, Slot
from pipeline.mail.form_to_return import Answer, Gap
from pipeline.mail.own import Account
from pipeline.mail.values import Occasion, Person


@dataclass(frozen=True, slots=True)
class Group:
    """Values that are made together."""

    make: Callable[[Occasion], dict[str, Any]]
    meaning: Mapping[str, str]


EVERY = Group(values.every, {
    "tag": "【受付番号…】 for the subject; empty where there is no application",
    "reference": "the 受付番号, or empty",
    "addressee": "whom the letter is written to, with 様",
    "access_is_open": "whether ID and password may leave already",
    "access_postponed_to": "the day to which access was postponed, or empty",
    "live_is_today": "whether it is the live day",
    "live_is_over": "whether the live day has passed",
    "ondemand_is_over": "whether the videos can no longer be watched",
})  # fmt: skip
REGISTERED = Group(values.registered, {
    "state": "where the application stands (domain.application.State)",
    "seats": "how many seats, e.g. 3名",
    "several": "whether these are more than one",
    "people": "the participants: number, name, kana, lines",
    "check_addresses": "addresses to be checked: given in the form, of another domain",
    "correct_by": "the last day for a correction, or empty",
    "access_sent_on": "the day on which ID and password were sent, or empty",
})  # fmt: skip
MONEY = Group(values.money, {
    "amount": "what is owed in all",
    "amount_sum": "how it is made up, e.g. 1,000円×3名",
    "due": "what is still to be paid",
    "credited": "what has arrived so far, or empty",
    "paid_in_full": "whether all that is owed has arrived",
    "overpaid": "whether more than that has arrived",
    "pay_by": "the last day for the payment, or empty",
    "may_pay": "whether that day has not passed",
    "account": "where to pay: bank, branch, kind, number, holder, holder_kana",
    "payer_example": "how to write the payer's name: 受付番号 and name",
})  # fmt: skip
CORRECTION = Group(form_to_return.correction, {
    "gaps": "what to say of whom: number, name, missing, unclear and kept (label, read_as)",
    "form": "the form to fill in and send back",
})  # fmt: skip
LAST_CALL = Group(values.last_call, {"pays_today": "whether the last day to pay is today"})
PARTICIPANT = Group(values.participant, {
    "on_behalf_of": "whose letter it is, where it goes to the contact for somebody; or empty",
})  # fmt: skip
SECRETS = Group(values.secrets, {
    "access_id": "marker for the ID",
    "access_password": "marker for the password",
    "zoom_link": "marker for the join link; it stands on a line of its own",
})  # fmt: skip
LINK = Group(values.link, {"zoom_link": SECRETS.meaning["zoom_link"]})
REVIEW = Group(values.review, {
    "review_first": "whether the application waits for a person before anything is paid",
})  # fmt: skip
CONFIRMING = Group(values.confirming, {
    "applied_on": "the day on which the application came",
    "confirm_by": "the last day for confirming it, or empty",
})  # fmt: skip
LEAVING = Group(values.leaving, {"names": "who of several has withdrawn"})
ASKING = Group(values.asking, {"names": "who of several wishes to withdraw; empty for all"})
SHORT = Group(values.short, {"arrived": "what has arrived now"})
TAKEN_BACK = Group(values.short, {"arrived": "what was taken back"})
ARRIVED = Group(values.arrived, {
    "arrived": "what has arrived", "value_date": "the bank's day for it",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Sheet:
    """What one letter is told beside the facts, and what its template must use of all."""

    groups: tuple[Group, ...]
    required: frozenset[str]

    @property
    def given(self) -> frozenset[str]:
        """Every value that the template may use."""
        return frozenset(FACTS).union(*(group.meaning for group in self.groups))


def _sheet(*groups: Group, must: str = "") -> Sheet:
    return Sheet(
        (EVERY, *groups), frozenset({"addressee", "office_name", "signature", *must.split()})
    )


_PAY = "reference due pay_by account payer_example fee_borne_by refundable"
_BEFORE_MONEY = (
    "live_on live_hours live_platform live_test_url live_help_url live_support live_quiet_place "
    "live_headset ondemand_until ondemand_watch_first ondemand_opens_said ondemand_in_turn "
    "ondemand_materials access_is_open office_mail"
)
_AFTER_MONEY = (
    "reference amount seats access_is_open ondemand_opens_said ondemand_until live_on live_hours "
    "ondemand_watch_first office_mail"
)
_LIVE_DAY = (
    "live_on live_hours live_platform live_test_url live_help_url live_support live_quiet_place "
    "live_headset programme group_sessions group_minutes ondemand_watch_first"
)

SHEETS: Mapping[LetterName, Sheet] = {
    LetterName.RECEIVED: _sheet(
        REGISTERED, MONEY, must=f"seats people check_addresses may_pay {_PAY} {_BEFORE_MONEY}"
    ),
    LetterName.CORRECTION_NEEDED: _sheet(
        REGISTERED, CORRECTION, must="gaps form correct_by office_mail"
    ),
    LetterName.CONFIRM_APPLICATION: _sheet(CONFIRMING, must="applied_on confirm_by"),
    LetterName.WAITLISTED: _sheet(REGISTERED, must="reference capacity people office_mail"),
    LetterName.SEAT_OFFERED: _sheet(REGISTERED, MONEY, must=f"seats {_PAY} {_BEFORE_MONEY}"),
    LetterName.NOT_OPEN_YET: _sheet(
        must="opens_on deadline capacity fee audience organizer announced_at office_mail"
    ),
    LetterName.CLOSED_FULL: _sheet(must="capacity"),
    LetterName.CLOSED_LATE: _sheet(must="deadline"),
    LetterName.ALREADY_REGISTERED: _sheet(
        REGISTERED, MONEY, must="state reference due pay_by account correct_by access_sent_on"
    ),
    LetterName.PAYMENT_REMINDER: _sheet(REGISTERED, MONEY, must=_PAY),
    LetterName.LAST_DAY: _sheet(REGISTERED, MONEY, LAST_CALL, must=f"{_PAY} pays_today"),
    LetterName.PAYMENT_RECEIVED: _sheet(
        REGISTERED, MONEY, must=_AFTER_MONEY
    ),
    LetterName.ACCESS: _sheet(
        REGISTERED, PARTICIPANT, SECRETS,
        must="access_id access_password zoom_link ondemand_site ondemand_url ondemand_until "
        f"ondemand_materials videos on_behalf_of {_LIVE_DAY}",
    ),
    LetterName.ZOOM_LOOK_AHEAD: _sheet(
        REGISTERED, PARTICIPANT, LINK, must=f"zoom_link on_behalf_of {_LIVE_DAY}"
    ),
    LetterName.ONDEMAND_ENDING: _sheet(
        REGISTERED, PARTICIPANT, must="ondemand_site ondemand_url ondemand_until"
    ),
    LetterName.WITHDRAWN: _sheet(REGISTERED, MONEY, LEAVING, must="names reference"),
    LetterName.WITHDRAWAL_CONFIRM: _sheet(
        REGISTERED, ASKING, must="reference names withdraw_words"
    ),
    LetterName.NO_REFUND: _sheet(
        REGISTERED, ASKING, must="reference names refundable withdraw_words ondemand_until"
    ),
    LetterName.EXPIRED: _sheet(REGISTERED, MONEY, must="reference pay_by"),
    LetterName.WAITLIST_ENDED: _sheet(REGISTERED, must="reference"),
    LetterName.LAPSED: _sheet(REGISTERED, must="reference correct_by"),
    LetterName.SHORT_PAYMENT: _sheet(
        REGISTERED, MONEY, SHORT, must="arrived amount due pay_by account reference refundable"
    ),
    LetterName.LATE_PAYMENT: _sheet(
        REGISTERED, MONEY, ARRIVED, must="arrived value_date pay_by reference"
    ),
    LetterName.OVER_PAYMENT: _sheet(
        REGISTERED, MONEY, ARRIVED, must="arrived value_date amount reference"
    ),
    LetterName.PAID_TWICE: _sheet(
        REGISTERED, MONEY, ARRIVED, must="arrived value_date amount reference"
    ),
    LetterName.PAID_WITHOUT_SEAT: _sheet(
        REGISTERED, ARRIVED, must="arrived value_date reference"
    ),
    LetterName.PAID_WHEN_CLOSED: _sheet(
        REGISTERED, ARRIVED, must="arrived value_date reference"
    ),
    LetterName.PAYMENT_REVERSED: _sheet(
        REGISTERED, MONEY, TAKEN_BACK,
        must="arrived due pay_by may_pay account payer_example reference refundable",
    ),
    LetterName.PAYMENT_REPORT_NOTED: _sheet(REGISTERED, MONEY, must="reference refundable"),
    LetterName.EXTENDED: _sheet(REGISTERED, MONEY, must=_PAY),
    LetterName.DECLINED: _sheet(REGISTERED, MONEY, must="reference credited"),
    LetterName.CANCELLED: _sheet(REGISTERED, MONEY, must="reference credited"),
    LetterName.EVENT_OVER: _sheet(must="live_on ondemand_until ondemand_is_over"),
    LetterName.TO_A_PERSON: _sheet(
        REVIEW, must="review_first live_is_today live_support live_help_url"
    ),
    LetterName.CHANGE_NOTICE: _sheet(REGISTERED, must="reference"),
}  # fmt: skip

SUBJECT_MAY_NOT = frozenset(SECRETS.meaning)
"""A subject is shown in listings and logs: no secret may stand in it."""
ATTRIBUTES = frozenset(
    field.name for kind in (Slot, Person, Answer, Gap, Account) for field in fields(kind)
) | frozenset(Video.model_fields)
"""What templates may ask of the values that have parts."""


def told(it: Occasion) -> dict[str, Any]:
    """Everything that a letter is told beside the facts."""
    made: dict[str, Any] = {}
    for group in SHEETS[it.letter.name].groups:
        made |= group.make(it)
    return made
