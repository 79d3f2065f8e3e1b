"""Reminders: which occasions lie ahead of an application, and what each says when it comes.

Law of this file: occasions are planned as a set after every decision, from the application alone;
what is said is decided when the time has come, by what is true then.  A reminder that has lost its
sense, comes on the heels of another letter or insults somebody who has just reported is not sent.
What the unpaid are told reads `pay_by` and nothing else: a date of the rules means the deadline's
distance, so that who has other days is reminded before their own last day.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from pipeline.domain import calendar
from pipeline.domain.application import Application, State
from pipeline.domain.decision import (
    CONFIRM_ASK,
    CONFIRM_END,
    EXPIRY,
    LAPSE,
    LIST_END,
    Decision,
    LetterName,
    Reason,
    Reminder,
    Task,
    TaskKind,
)
from pipeline.domain.events import ConfirmationLapsed, CorrectionLapsed, ReminderDue, WaitlistEnded
from pipeline.domain.moment import (
    SEAT_FREED,
    Moment,
    kept_for_a_person,
    last_day,
    to_contact,
    to_each_participant,
    unchanged,
)
from pipeline.domain.rules import ReminderRule, Rules
from pipeline.domain.settlement import bank_has_spoken
from pipeline.domain.told_late import days_anew

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
    moments = [*_own_moments(application, rules)]
    for rule in rules.reminders.reminder:
        if application.state in _AUDIENCE[rule.audience]:
            due_at = _due_at(rule, application, rules)
            if due_at is not None:
                moments.append(Reminder(rule.kind, rule.number, due_at))
    return tuple(moments)


def _own_moments(application: Application, rules: Rules) -> Iterator[Reminder]:
    """The deadline of the present state, numbered by its day: a new day is a new one."""
    if application.state is State.UNCONFIRMED:
        end = application.confirm_by or rules.closes_at
        yield Reminder(CONFIRM_END, end.toordinal(), end)
        if application.never_asked and application.held is None:
            yield Reminder(CONFIRM_ASK, 0, application.arrived_at)
    if application.state is State.INCOMPLETE and application.correct_by is not None:
        yield Reminder(LAPSE, application.correct_by.toordinal(), application.correct_by)
    if application.state is State.AWAITING_PAYMENT and application.pay_by is not None:
        yield Reminder(EXPIRY, application.pay_by.toordinal(), application.pay_by)
    if application.state is State.WAITLISTED:
        yield Reminder(LIST_END, rules.closes_at.toordinal(), rules.closes_at)


def _due_at(rule: ReminderRule, application: Application, rules: Rules) -> datetime | None:
    """When a reminder is due; None when there was nothing to remind of yet, or is none any more."""
    since = application.instructed_at if rule.audience == "unpaid" else _paid_since(application)
    if since is None:
        return None
    if rule.at is None:
        first = since.astimezone(rules.zone).date()
        day = calendar.add_business_days(first, rule.after_business_days or 0)
        due_at = rules.moment(day, rule.hour)
    elif _has_other_days(rule, application, rules):
        assert application.pay_by is not None
        before = calendar.business_days_between(rule.at.date(), rules.event.deadline)
        day = calendar.add_business_days(last_day(application.pay_by), -before)
        due_at = rules.moment(day, rule.at.time())
    else:
        due_at = rules.local(rule.at)
    return due_at if since < due_at < _useful_until(rule, application, rules) else None


def _paid_since(application: Application) -> datetime | None:
    return application.access_sent_at or application.instructed_at


def _has_other_days(rule: ReminderRule, application: Application, rules: Rules) -> bool:
    pay_by = application.pay_by
    return rule.audience == "unpaid" and pay_by is not None and pay_by != rules.closes_at


def _useful_until(rule: ReminderRule, application: Application, rules: Rules) -> datetime:
    if rule.useful_until is not None and not _has_other_days(rule, application, rules):
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
    rule = _rule(event, at.rules)
    if rule is None or application.state not in _AUDIENCE[rule.audience]:
        return unchanged(application, Reason.REMINDER_POINTLESS)
    silence = _silence(rule, application, event, at)
    if silence is not None:
        return unchanged(application, silence)
    name = LetterName(rule.letter)
    if rule.audience == "admitted":
        return Decision(Reason.REMINDED, application, to_each_participant(name, application))
    return Decision(Reason.REMINDED, application, (to_contact(name, application),))


def _rule(event: ReminderDue, rules: Rules) -> ReminderRule | None:
    named = (event.kind, event.number)
    return next((r for r in rules.reminders.reminder if (r.kind, r.number) == named), None)


def _silence(
    rule: ReminderRule, application: Application, event: ReminderDue, at: Moment
) -> Reason | None:
    if event.superseded:
        return Reason.REMINDER_SUPERSEDED
    if at.now >= _useful_until(rule, application, at.rules):
        return Reason.REMINDER_POINTLESS
    if application.held is not None:
        # A letter that waits for the release may have lost its sense by then.
        return Reason.REMINDER_HELD
    if rule.audience != "unpaid":
        return None
    if event.untold:
        return Reason.REMINDER_TOO_SOON
    return Reason.REMINDER_NOT_WELCOME if event.money_open else _insult(rule, application, at)


def _insult(rule: ReminderRule, application: Application, at: Moment) -> Reason | None:
    if application.payment_reported or application.invoice_requested:
        return Reason.REMINDER_NOT_WELCOME
    last = application.payment_letter_at
    if rule.insistent or last is None:
        return None
    apart = calendar.business_days_between(last.astimezone(at.rules.zone).date(), at.today)
    return Reason.REMINDER_TOO_SOON if apart <= at.rules.reminders.spacing else None


def lapse(application: Application, event: CorrectionLapsed, at: Moment) -> Decision:
    """The last day for a correction is over: lapsed, but never while it waits for us."""
    if application.correct_by is None or at.now < application.correct_by:
        return unchanged(application, Reason.NOT_EXPIRED_YET)
    if application.held is not None or application.credited:
        detail = "never completed, but held or paid for: accept, decline or release"
        return kept_for_a_person(application, TaskKind.REVIEW, detail)
    anew = days_anew(application, event, at)
    if anew is not None:
        return anew
    gone = application.but(state=State.EXPIRED, closed_reason=Reason.LAPSED.value)
    letter = to_contact(LetterName.LAPSED, gone)
    return Decision(Reason.LAPSED, gone, (letter,), follow_ups=SEAT_FREED)


def lapse_unconfirmed(application: Application, event: ConfirmationLapsed, at: Moment) -> Decision:
    """Nobody confirmed it in time: over without a letter, for its address may be a stranger's.

    Whom we never asked is nobody's fault but a flood's, and a person looks.
    """
    if at.now < (application.confirm_by or at.rules.closes_at):
        return unchanged(application, Reason.NOT_EXPIRED_YET)
    if application.held is not None or application.credited:
        detail = "never confirmed, but held or paid for: accept or decline"
        return kept_for_a_person(application, TaskKind.REVIEW, detail)
    if application.never_asked:
        over = application.but(state=State.EXPIRED, closed_reason=Reason.NEVER_ASKED.value)
        detail = "a flood kept back the letter that asks for its confirmation: accept, or leave it"
        return Decision(Reason.NEVER_ASKED, over, tasks=(Task(TaskKind.REVIEW, detail),))
    anew = days_anew(application, event, at)
    if anew is not None:
        return anew
    gone = application.but(state=State.EXPIRED, closed_reason=Reason.NEVER_CONFIRMED.value)
    return Decision(Reason.NEVER_CONFIRMED, gone)


def end_waitlist(application: Application, _: WaitlistEnded, at: Moment) -> Decision:
    """The expiry run is over: who still waits is told that the list has ended."""
    if not bank_has_spoken(at.rules.closes_at, at):
        return unchanged(application, Reason.NOT_EXPIRED_YET)
    if application.held is not None:
        detail = "the list has ended while it is held: accept, decline or release"
        return kept_for_a_person(application, TaskKind.REVIEW, detail)
    gone = application.but(state=State.EXPIRED, closed_reason=Reason.WAITLIST_ENDED.value)
    tasks: tuple[Task, ...] = ()
    if gone.credited:
        tasks = (Task(TaskKind.MONEY, f"{gone.credited} yen from one who never had a seat"),)
    letter = to_contact(LetterName.WAITLIST_ENDED, gone)
    return Decision(Reason.WAITLIST_ENDED, gone, (letter,), tasks=tasks)
