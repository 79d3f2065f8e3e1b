"""Reminders: which occasions lie ahead of an application, and what each says when it comes.

Law of this file: occasions are planned as a set after every decision, from the application alone;
what is said is decided when the time has come, by what is true then.  A reminder that has lost its
sense, comes on the heels of another letter or insults somebody who has just reported is not sent.
"""

from __future__ import annotations

from datetime import datetime

from pipeline.domain import calendar
from pipeline.domain.application import Application, State
from pipeline.domain.decision import (
    EXPIRY,
    LAPSE,
    LIST_END,
    Decision,
    LetterName,
    Reason,
    Reminder,
)
from pipeline.domain.events import CorrectionLapsed, ReminderDue, WaitlistEnded
from pipeline.domain.moment import (
    SEAT_FREED,
    Moment,
    to_contact,
    to_each_participant,
    unchanged,
)
from pipeline.domain.rules import ReminderRule, Rules
from pipeline.domain.settlement import bank_has_spoken

_AUDIENCE: dict[str, frozenset[State]] = {
    "unpaid": frozenset({State.AWAITING_PAYMENT}),
    "paid": frozenset({State.PAID, State.ADMITTED}),
    "admitted": frozenset({State.ADMITTED}),
}

# ---------------------------------------------------------------- planning


def plan(application: Application | None, rules: Rules) -> tuple[Reminder, ...]:
    """All occasions still ahead of an application, whatever has been fired already."""
    if application is None or application.closed:
        return ()
    moments = [r for r in (_own_moment(application, rules),) if r is not None]
    for rule in rules.reminders.reminder:
        due_at = _due_at(rule, application, rules)
        if due_at is not None:
            moments.append(Reminder(rule.kind, rule.number, due_at))
    return tuple(sorted(moments))


def _own_moment(application: Application, rules: Rules) -> Reminder | None:
    """The one deadline of the present state, numbered by its day: a new day is a new one."""
    if application.state is State.INCOMPLETE and application.correct_by is not None:
        return Reminder(LAPSE, application.correct_by.toordinal(), application.correct_by)
    if application.state is State.AWAITING_PAYMENT and application.pay_by is not None:
        return Reminder(EXPIRY, application.pay_by.toordinal(), application.pay_by)
    if application.state is State.WAITLISTED:
        return Reminder(LIST_END, rules.closes_at.toordinal(), rules.closes_at)
    return None


def _due_at(rule: ReminderRule, application: Application, rules: Rules) -> datetime | None:
    if application.state not in _AUDIENCE[rule.audience]:
        return None
    since = application.access_sent_at if rule.audience == "admitted" else application.instructed_at
    if since is None:
        return None
    if rule.at is not None:
        due_at = rules.local(rule.at)
    else:
        day = calendar.add_business_days(
            since.astimezone(rules.zone).date(), rule.after_business_days or 0
        )
        due_at = datetime.combine(day, rule.hour, rules.zone)
    useful = due_at > since and due_at < _useful_until(rule, application, rules)
    return due_at if useful else None


def _useful_until(rule: ReminderRule, application: Application, rules: Rules) -> datetime:
    if rule.useful_until is not None:
        return rules.local(rule.useful_until)
    if rule.audience == "unpaid" and application.pay_by is not None:
        return application.pay_by
    return rules.access_ends_at


def superseded(
    due: tuple[tuple[str, int, datetime], ...], rules: Rules
) -> frozenset[tuple[str, int]]:
    """Which of one application's due reminders (kind, number, due_at) a later due one replaces.

    After an outage everybody gets one reminder on a matter, the latest, and never a pile.
    """
    audience = {(r.kind, r.number): r.audience for r in rules.reminders.reminder}
    latest: dict[str, datetime] = {}
    for kind, number, due_at in due:
        matter = audience.get((kind, number), kind)
        latest[matter] = max(due_at, latest.get(matter, due_at))
    return frozenset(
        (kind, number)
        for kind, number, due_at in due
        if due_at < latest[audience.get((kind, number), kind)]
    )


# ---------------------------------------------------------------- the time has come


def remind(application: Application, event: ReminderDue, at: Moment) -> Decision:
    """What a reminder says now: a letter, or the reason why none."""
    rule = next(
        (
            r
            for r in at.rules.reminders.reminder
            if (r.kind, r.number) == (event.kind, event.number)
        ),
        None,
    )
    silence = _silence(rule, application, event, at)
    if silence is not None or rule is None:
        return unchanged(application, silence or Reason.REMINDER_POINTLESS)
    name = LetterName(rule.letter)
    if rule.audience == "admitted":
        return Decision(Reason.REMINDED, application, to_each_participant(name, application))
    return Decision(Reason.REMINDED, application, (to_contact(name, application),))


def _silence(
    rule: ReminderRule | None, application: Application, event: ReminderDue, at: Moment
) -> Reason | None:
    if event.superseded:
        return Reason.REMINDER_SUPERSEDED
    if rule is None or application.state not in _AUDIENCE[rule.audience]:
        return Reason.REMINDER_POINTLESS
    if at.now >= _useful_until(rule, application, at.rules):
        return Reason.REMINDER_POINTLESS
    if rule.audience != "unpaid":
        return None
    if application.payment_reported or application.invoice_requested:
        return Reason.REMINDER_NOT_WELCOME
    if not rule.insistent and _too_soon(application, at):
        return Reason.REMINDER_TOO_SOON
    return None


def _too_soon(application: Application, at: Moment) -> bool:
    last = application.payment_letter_at
    if last is None:
        return False
    apart = calendar.business_days_between(last.astimezone(at.rules.zone).date(), at.today)
    return apart <= at.rules.reminders.spacing


def lapse(application: Application, _: CorrectionLapsed, at: Moment) -> Decision:
    """The last day for a correction is over."""
    over = application.correct_by is not None and at.now >= application.correct_by
    if not over or application.held is not None or application.credited:
        return unchanged(application, Reason.NOT_EXPIRED_YET)
    gone = application.but(state=State.EXPIRED, closed_reason=Reason.LAPSED.value)
    return Decision(
        Reason.LAPSED, gone, (to_contact(LetterName.LAPSED, gone),), follow_ups=SEAT_FREED
    )


def end_waitlist(application: Application, _: WaitlistEnded, at: Moment) -> Decision:
    """The expiry run is over: who still waits is told that the list has ended."""
    if not bank_has_spoken(at.rules.closes_at, at):
        return unchanged(application, Reason.NOT_EXPIRED_YET)
    gone = application.but(state=State.EXPIRED, closed_reason=Reason.WAITLIST_ENDED.value)
    letter = to_contact(LetterName.WAITLIST_ENDED, gone)
    return Decision(Reason.WAITLIST_ENDED, gone, (letter,))
