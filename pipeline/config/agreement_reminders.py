"""Where reminders contradict the season, the letters or each other.

Law of this file: a reminder that could never leave, would wake people at night, would tell the
secret to somebody who has not paid or stands twice is refused before the season begins.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Final

from pipeline.config.faults import Disagreement, did_you_mean
from pipeline.domain import calendar
from pipeline.domain.decision import CLOSING, LetterName
from pipeline.domain.rules import TOKYO, Event, Gate, QuietHours, ReminderRule, Reminders

MEANT_FOR: Final = {
    LetterName.PAYMENT_REMINDER: "unpaid",
    LetterName.LAST_DAY: "unpaid",
    LetterName.ACCESS: "admitted",
    LetterName.ZOOM_LOOK_AHEAD: "admitted",
    LetterName.ONDEMAND_ENDING: "admitted",
}
"""Letters that are true whenever they leave, and whom they may reach; secrets the admitted only.

All others tell what has just been decided.
"""
ANY_DAY: Final = date(2026, 2, 2)
LONGEST_QUIET: Final = timedelta(hours=14)
"""More silence than this a day leaves no office hours; the two times are exchanged."""


def disagreements(reminders: Reminders, event: Event | None) -> Iterator[Disagreement]:
    """Everything that is wrong with the reminders, as far as the event is known."""
    quiet = list(_quiet(reminders.quiet))
    yield from quiet
    seen: dict[tuple[str, int], int] = {}
    for number, rule in enumerate(reminders.reminder, start=1):
        key = f"reminder[{number}]"
        named = (rule.kind, rule.number)
        if named in seen:
            what = f"{rule.kind} {rule.number} is entry {seen[named]} already"
            yield "reminders", f"{key}.number", what
        seen.setdefault(named, number)
        for sub, what in _rule(rule, None if quiet else reminders.quiet, event):
            yield "reminders", f"{key}.{sub}", what


def _quiet(quiet: QuietHours) -> Iterator[Disagreement]:
    evening, morning = (datetime.combine(ANY_DAY, t) for t in (quiet.starts, quiet.ends))
    length = morning - evening
    if length < timedelta(0):
        length += timedelta(days=1)
    if length > LONGEST_QUIET:
        hours = length / timedelta(hours=1)
        what = f"would silence {hours:g} hours a day; are quiet.starts and quiet.ends exchanged?"
        yield "reminders", "quiet.ends", what


def _rule(
    rule: ReminderRule, quiet: QuietHours | None, event: Event | None
) -> Iterator[tuple[str, str]]:
    yield from _letter(rule)
    if rule.kind in CLOSING:
        yield "kind", f"{rule.kind!r} is one of the program's own moments"
    if quiet is not None:
        yield from _woken(rule, quiet)
    if rule.at is not None and rule.useful_until is not None and rule.useful_until <= rule.at:
        yield "useful_until", f"lies before it is due, {rule.at:%Y-%m-%d %H:%M}"
    if event is not None:
        yield from _season(rule, event)


def _letter(rule: ReminderRule) -> Iterator[tuple[str, str]]:
    if rule.letter not in set(LetterName):
        yield "letter", f"{rule.letter!r} is no letter" + did_you_mean(rule.letter, MEANT_FOR)
    elif rule.letter not in MEANT_FOR:
        yield "letter", f"{rule.letter!r} tells of something that a reminder does not do"
    elif rule.audience != MEANT_FOR[LetterName(rule.letter)]:
        meant = MEANT_FOR[LetterName(rule.letter)]
        yield "audience", f"the letter {rule.letter!r} is for the {meant} only"
    if rule.gate is Gate.ZOOM_LINK and rule.audience != "admitted":
        yield "gate", "only a reminder for the admitted can wait for the Zoom link"


def _woken(rule: ReminderRule, quiet: QuietHours) -> Iterator[tuple[str, str]]:
    due = rule.at or datetime.combine(ANY_DAY, rule.hour)
    if calendar.is_quiet(due.replace(tzinfo=TOKYO), quiet, TOKYO):
        yield "at" if rule.at else "hour", f"falls into the quiet hours, {_hours(quiet)}"


def _hours(quiet: QuietHours) -> str:
    return f"{quiet.starts:%H:%M} to {quiet.ends:%H:%M}"


def _season(rule: ReminderRule, event: Event) -> Iterator[tuple[str, str]]:
    end = event.deadline if rule.audience == "unpaid" else event.ondemand.until
    name = "deadline" if rule.audience == "unpaid" else "videos' last day"
    if rule.at is not None:
        if rule.at < event.opens:
            yield "at", f"lies before the opening, {event.opens:%Y-%m-%d %H:%M}"
        elif rule.at.date() > end:
            yield "at", f"lies after the {name}, {end}"
    elif rule.after_business_days is not None:
        first = calendar.add_business_days(event.opens.date(), rule.after_business_days)
        if first > end:
            yield (
                "after_business_days",
                f"would be due on {first} at the earliest, after the {name}",
            )
    if rule.useful_until is not None:
        last = datetime.combine(event.ondemand.until, time.max)
        if rule.useful_until > last + timedelta(microseconds=1):
            yield "useful_until", f"lies after the videos' last day, {event.ondemand.until}"
