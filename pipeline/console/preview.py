"""A letter with made-up data, for whoever writes templates.

Law of this file: what is shown is composed as every letter is, on an invented application that
fits the letter's name; secrets stay markers, and are shown as hidden.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from typing import Any

from pipeline.console.view_mail import words_of
from pipeline.domain import reference
from pipeline.domain.application import Application, Participant, Problem, State, Thread
from pipeline.domain.decision import Letter, LetterName
from pipeline.domain.rules import Rules
from pipeline.mail.compose import compose
from pipeline.mail.own import Own
from pipeline.mail.templates import Library

CONTACT = "mihon@example.jp"
_NONCE = "0" * 20

_WITHOUT_APPLICATION = frozenset({
    LetterName.NOT_OPEN_YET, LetterName.CLOSED_FULL, LetterName.CLOSED_LATE, LetterName.EVENT_OVER,
    LetterName.TO_A_PERSON,
})  # fmt: skip
_STATES: dict[LetterName, State] = {
    LetterName.CORRECTION_NEEDED: State.INCOMPLETE,
    LetterName.LAPSED: State.EXPIRED,
    LetterName.WAITLISTED: State.WAITLISTED,
    LetterName.WAITLIST_ENDED: State.EXPIRED,
    LetterName.EXPIRED: State.EXPIRED,
    LetterName.PAYMENT_RECEIVED: State.PAID,
    LetterName.NO_REFUND: State.PAID,
    LetterName.ACCESS: State.ADMITTED,
    LetterName.ZOOM_LOOK_AHEAD: State.ADMITTED,
    LetterName.ONDEMAND_ENDING: State.ADMITTED,
    LetterName.WITHDRAWN: State.WITHDRAWN,
    LetterName.DECLINED: State.DECLINED,
    LetterName.CANCELLED: State.CANCELLED,
}
"""The state in which each letter is written; awaiting payment for all others."""
_TO_EACH = frozenset({LetterName.ACCESS, LetterName.ZOOM_LOOK_AHEAD, LetterName.ONDEMAND_ENDING})


@dataclass(frozen=True, slots=True)
class Preview:
    """A letter as its reader would see it."""

    letter: str
    recipient: str
    subject: str
    body: str


def preview(name: LetterName, rules: Rules, own: Own, library: Library) -> Preview:
    """One letter about an invented application."""
    application = None if name in _WITHOUT_APPLICATION else made_up(name, rules)
    letter = Letter(
        name,
        CONTACT,
        participant=1 if name in _TO_EACH else None,
        answer=application is None,
        more=_more(rules),
    )
    composed = compose(
        letter,
        application=application,
        rules=rules,
        own=own,
        library=library,
        now=_written_at(name, rules),
        thread=Thread(),
        nonce=_NONCE,
    )
    return Preview(name.value, composed.recipient, composed.subject, words_of(composed.raw))


def made_up(name: LetterName, rules: Rules) -> Application:
    """An application of two invented people, in the state that the letter is written in."""
    state = _STATES.get(name, State.AWAITING_PAYMENT)
    answers: dict[str, Any] = {field.field: field.example for field in rules.form.fields}
    first = Participant(1, **answers)
    second = replace(first, number=2, name="見本　花子", name_kana="ミホン　ハナコ", email=None)
    arrived = rules.opens_at + timedelta(hours=9)
    paid = state in {State.PAID, State.ADMITTED}
    problems = (Problem(1, "name_kana", "unclear", "ミホ"), Problem(2, "email", "missing"))
    return Application(
        reference=reference.draw(rules.payment.reference, lambda most: most // 2),
        event=rules.slug,
        state=state,
        contact_name=first.name or "",
        contact_address=CONTACT,
        participants=(replace(first, email=CONTACT), second),
        arrived_at=arrived,
        pay_by=rules.closes_at,
        correct_by=rules.closes_at,
        problems=problems if state is State.INCOMPLETE else (),
        credited=2 * rules.payment.fee if paid else 0,
        instructed_at=arrived,
        access_sent_at=rules.access_opens_at if state is State.ADMITTED else None,
    )


def _more(rules: Rules) -> tuple[tuple[str, str], ...]:
    """What the decisions say beside the application, for every letter that asks for it."""
    late = rules.event.deadline + timedelta(days=1)
    return (
        ("name", "見本　太郎"),
        ("names", "見本　花子"),
        ("arrived", str(rules.payment.fee)),
        ("amount", str(rules.payment.fee)),
        ("missing", str(rules.payment.fee)),
        ("value_date", late.isoformat()),
    )


def _written_at(name: LetterName, rules: Rules) -> datetime:
    """A day on which such a letter leaves."""
    morning = time(10)
    days = {
        LetterName.NOT_OPEN_YET: rules.opens_at.date() - timedelta(days=3),
        LetterName.LAST_DAY: rules.event.deadline,
        LetterName.ZOOM_LOOK_AHEAD: rules.event.live.on - timedelta(days=1),
        LetterName.ONDEMAND_ENDING: rules.event.ondemand.until - timedelta(days=7),
        LetterName.EVENT_OVER: rules.event.live.on + timedelta(days=7),
    }
    after = {
        LetterName.CLOSED_LATE, LetterName.LATE_PAYMENT, LetterName.EXPIRED,
        LetterName.WAITLIST_ENDED,
    }  # fmt: skip
    if name is LetterName.ACCESS:
        return rules.access_opens_at
    usual = rules.event.deadline + timedelta(days=4) if name in after else rules.opens_at.date()
    return datetime.combine(days.get(name, usual), morning, rules.zone)
