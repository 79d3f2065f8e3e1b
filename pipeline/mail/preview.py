"""One letter with made-up data, for whoever writes templates.

Law of this file: nobody here exists, and where a secret belongs the reader sees that one belongs
there.  The letter is told what a real one would be, at a time of the season at which it is sent.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from pipeline.domain import calendar, validation
from pipeline.domain.application import Application, Participant, State, Thread
from pipeline.domain.decision import Letter, LetterName
from pipeline.domain.rules import Rules
from pipeline.mail import contract
from pipeline.mail.facts import season
from pipeline.mail.own import Own
from pipeline.mail.templates import Library, Rendered
from pipeline.mail.values import SECRET_MARKERS, Occasion

_MASK = "●●●●●●●●"
_SOMEBODY = Participant(
    1,
    name="高梨 美咲",
    name_kana="タカナシ ミサキ",
    organization="社会福祉法人みなみ野市社会福祉協議会",
    department="地域福祉課",
    position="第1層生活支援コーディネーター",
    prefecture="千葉県",
    email="m.takanashi@minamino.example.jp",
    phone="043-000-1111",
    category="sc",
)
_COLLEAGUE = replace(
    _SOMEBODY, number=2, name="浦野 健", name_kana="ウラノ ケン", email=None, category=None
)
_STATES = {
    LetterName.CONFIRM_APPLICATION: State.UNCONFIRMED,
    LetterName.CORRECTION_NEEDED: State.INCOMPLETE,
    LetterName.WAITLISTED: State.WAITLISTED,
    LetterName.PAYMENT_RECEIVED: State.PAID,
    LetterName.ACCESS: State.ADMITTED,
    LetterName.ZOOM_LOOK_AHEAD: State.ADMITTED,
    LetterName.ONDEMAND_ENDING: State.ADMITTED,
    LetterName.NO_REFUND: State.ADMITTED,
    LetterName.WITHDRAWN: State.WITHDRAWN,
    LetterName.PAID_TWICE: State.PAID,
    LetterName.PAID_WITHOUT_SEAT: State.WAITLISTED,
    LetterName.PAID_WHEN_CLOSED: State.EXPIRED,
    LetterName.EXPIRED: State.EXPIRED,
    LetterName.WAITLIST_ENDED: State.EXPIRED,
    LetterName.LAPSED: State.EXPIRED,
    LetterName.DECLINED: State.DECLINED,
    LetterName.CANCELLED: State.CANCELLED,
}
"""Where an application stands when it gets a letter; waiting for payment where nothing is said."""
_WITHOUT_APPLICATION = frozenset({
    LetterName.NOT_OPEN_YET, LetterName.CLOSED_FULL, LetterName.CLOSED_LATE,
    LetterName.EVENT_OVER, LetterName.TO_A_PERSON,
})  # fmt: skip


def preview(name: LetterName, library: Library, rules: Rules, own: Own) -> Rendered:
    """A letter as somebody would get it, with its secrets masked."""
    words = library.render(name, contract.told(occasion(name, rules, own)))
    body = words.body
    for marker in SECRET_MARKERS.values():
        body = body.replace(marker, _MASK)
    return Rendered(words.subject, body)


def occasion(name: LetterName, rules: Rules, own: Own) -> Occasion:
    """An ordinary occasion for a letter."""
    now = _when(name, rules)
    application = None if name in _WITHOUT_APPLICATION else _application(name, rules, now)
    to = application.contact_address if application else str(_SOMEBODY.email)
    to_participant = 1 if contract.PARTICIPANT in contract.SHEETS[name].groups else None
    letter = Letter(name, to, to_participant, more=_more(name, rules, now))
    return Occasion(letter, application, rules, season(rules), own, now)


def _when(name: LetterName, rules: Rules) -> datetime:
    """A time at which such a letter is sent."""
    a_day = timedelta(days=1)
    return {
        LetterName.NOT_OPEN_YET: rules.opens_at - a_day,
        LetterName.LAST_DAY: rules.closes_at - timedelta(hours=14),
        LetterName.CLOSED_LATE: rules.closes_at + a_day,
        LetterName.EXPIRED: rules.closes_at + a_day,
        LetterName.WAITLIST_ENDED: rules.closes_at + a_day,
        LetterName.LATE_PAYMENT: rules.closes_at + a_day,
        LetterName.PAID_WHEN_CLOSED: rules.closes_at + a_day,
        LetterName.ACCESS: rules.access_opens_at,
        LetterName.NO_REFUND: rules.access_opens_at,
        LetterName.ZOOM_LOOK_AHEAD: rules.live_starts_at - a_day,
        LetterName.EVENT_OVER: rules.live_ends_at,
        LetterName.ONDEMAND_ENDING: rules.access_ends_at - timedelta(days=7),
    }.get(name, rules.opens_at + a_day)


def _application(name: LetterName, rules: Rules, now: datetime) -> Application:
    state = _STATES.get(name, State.AWAITING_PAYMENT)
    people = (_SOMEBODY, _COLLEAGUE)
    if name is LetterName.CORRECTION_NEEDED:
        people = (_SOMEBODY, replace(_COLLEAGUE, name_kana=None, phone=None))
    paid = state in {State.PAID, State.ADMITTED}
    half = name in {LetterName.SHORT_PAYMENT, LetterName.DECLINED, LetterName.CANCELLED}
    owed = len(people) * rules.payment.fee
    correct_by = calendar.add_business_days(now.date(), rules.intake.correct_within)
    confirm_by = calendar.add_business_days(now.date(), rules.intake.confirm_within)
    return Application(
        reference="482617"[: rules.payment.reference.digits],
        event=rules.slug,
        state=state,
        contact_name="高梨 美咲",
        contact_address="m.takanashi@example.jp",
        participants=people,
        arrived_at=now,
        thread=Thread(),
        pay_by=rules.closes_at,
        correct_by=rules.end_of(correct_by),
        confirm_by=rules.end_of(confirm_by),
        problems=validation.missing(people, rules),
        credited=owed if paid else owed // 2 if half else 0,
        access_sent_at=rules.access_opens_at if state is State.ADMITTED else None,
    )


def _more(name: LetterName, rules: Rules, now: datetime) -> tuple[tuple[str, str], ...]:
    fee = str(rules.payment.fee)
    if name in _WITHOUT_APPLICATION:
        return (("name", "高梨 美咲"),)
    if name in {LetterName.SHORT_PAYMENT, LetterName.PAYMENT_REVERSED}:
        return (("arrived", fee), ("missing", fee))
    if contract.ARRIVED in contract.SHEETS[name].groups:
        much = str(5 * rules.payment.fee) if name is LetterName.OVER_PAYMENT else fee
        return (("amount", much), ("value_date", now.date().isoformat()))
    return ()
