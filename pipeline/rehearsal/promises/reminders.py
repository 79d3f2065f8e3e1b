"""Promises about what is sent of our own accord: once, in the daytime, and never to offend.

Law of this file: an occasion is a line of `reminders.toml` and a day; letters are counted against
occasions by their own day.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from pipeline.rehearsal.cases import INSTRUCTIONS, SEAT_ENDED, Case, Dossier
from pipeline.rehearsal.evidence import Letter
from pipeline.rehearsal.promises.violation import Violation
from pipeline.rehearsal.season import (
    Facts,
    Occasion,
    workdays_after,
    workdays_before,
    workdays_between,
)

_PAYMENT_LETTERS = INSTRUCTIONS | {
    "payment_reminder", "last_day", "short_payment", "extended", "payment_report_noted",
    "over_payment", "payment_reversed",
}  # fmt: skip


def reminders_once(dossier: Dossier) -> list[Violation]:
    """Each reminder leaves on a day that is planned for it, and once for each person."""
    broken: list[Violation] = []
    for case in dossier.cases.values():
        used: dict[tuple[str, str, date], int] = {}
        for letter in case.letters:
            planned = [o for o in dossier.facts.occasions if o.letter == letter.kind]
            if not planned or letter.solicited:
                continue
            day = letter.at.date()
            if not any(day in _days(occasion, case, letter) for occasion in planned):
                broken.append(Violation("a reminder on a day that is not planned", str(letter)))
            key = (letter.recipient, letter.kind, day)
            used[key] = used.get(key, 0) + 1
            if used[key] > _people_at(case, letter):
                broken.append(Violation("a reminder twice", str(letter)))
    return broken


def _days(occasion: Occasion, case: Case, letter: Letter) -> frozenset[date]:
    if occasion.at is not None:
        return frozenset({occasion.at.date(), *_by_own_last_day(occasion, case, letter)})
    told = [x.at.date() for x in case.letters if x.kind in INSTRUCTIONS and x.at < letter.at]
    # What was decided at night leaves in the morning after it.
    days = {day - timedelta(days=back) for day in told for back in (0, 1)}
    return frozenset(workdays_after(day, occasion.after_business_days) for day in days)


def _by_own_last_day(occasion: Occasion, case: Case, letter: Letter) -> frozenset[date]:
    """The same distance from a last day of its own, for one that has longer or less long to pay."""
    last = case.pay_by(letter.at)
    if occasion.at is None or occasion.audience != "unpaid" or last == case.facts.deadline:
        return frozenset()
    before = workdays_between(occasion.at.date(), case.facts.deadline)
    return frozenset({workdays_before(last, before)})


def _people_at(case: Case, letter: Letter) -> int:
    """How many participants get their letters at this address; payment letters have one reader."""
    if letter.kind in _PAYMENT_LETTERS:
        return 1
    people = case.people(letter.at)
    own = sum(letter.recipient == person.get("email", "").lower() for person in people)
    without = sum("email" not in person for person in people)
    return max(1, own + (without if letter.recipient == case.contact else 0))


def nothing_at_night(dossier: Dossier) -> list[Violation]:
    """What we send of our own accord leaves in the daytime."""
    return [
        Violation("sent in the quiet hours", str(letter))
        for letter in dossier.letters
        if not letter.solicited and _quiet(letter, dossier.facts)
    ]


def _quiet(letter: Letter, facts: Facts) -> bool:
    clock = letter.at.time()
    if facts.quiet_from <= facts.quiet_until:
        return facts.quiet_from <= clock < facts.quiet_until
    return clock >= facts.quiet_from or clock < facts.quiet_until


def no_reminder_unwelcome(dossier: Dossier) -> list[Violation]:
    """Nobody is reminded who has paid, has no seat, reported a payment or asked for an invoice."""
    broken: list[Violation] = []
    for letter, case in _payment_reminders(dossier):
        here = sum(m.amount for m in case.money if m.recorded_at <= letter.at)
        before = [x for x in case.letters if x.number < letter.number]
        standing = [x.kind for x in before if x.kind in SEAT_ENDED | INSTRUCTIONS]
        if here >= case.owed(letter.at) or case.may_enter(letter.at):
            broken.append(Violation("a reminder to somebody who has paid", str(letter)))
        if standing and standing[-1] in SEAT_ENDED and not case.gone(letter.at):
            broken.append(Violation("a reminder to somebody who has no seat any more", str(letter)))
        if _reported(before, case):
            broken.append(Violation("a reminder to somebody who reported a payment", str(letter)))
        if _wants_invoice(letter, case, dossier):
            broken.append(Violation("a reminder to somebody who waits for an invoice", str(letter)))
    return broken


def _reported(before: list[Letter], case: Case) -> bool:
    """Whether a report of payment is open: noted, and no money has come since."""
    noted = [x.at for x in before if x.kind == "payment_report_noted"]
    return bool(noted) and not any(noted[-1] <= m.recorded_at <= before[-1].at for m in case.money)


def _wants_invoice(letter: Letter, case: Case, dossier: Dossier) -> bool:
    return any(
        "請求書" in mail.text
        and mail.sender in case.registered(letter.at)
        and mail.at < letter.at
        and any(x.reference == case.reference for x in dossier.answers.get(mail.message_id, ()))
        for mail in dossier.incoming
        if not mail.automatic and not mail.people
    )


def reminders_keep_distance(dossier: Dossier) -> list[Violation]:
    """No reminder comes on the heels of another letter about payment, but for the last day's."""
    broken: list[Violation] = []
    insistent = {o.letter for o in dossier.facts.occasions if o.insistent}
    for letter, case in _payment_reminders(dossier):
        earlier = [
            x for x in case.letters if x.kind in _PAYMENT_LETTERS and x.number < letter.number
        ]
        if letter.kind in insistent or not earlier:
            continue
        apart = workdays_between(earlier[-1].at.date(), letter.at.date())
        if apart <= dossier.facts.spacing:
            what = f"a reminder {apart} days of work after another letter about payment"
            broken.append(Violation(what, f"{earlier[-1]}, {letter}"))
    return broken


def _payment_reminders(dossier: Dossier) -> Iterator[tuple[Letter, Case]]:
    kinds = {o.letter for o in dossier.facts.occasions if o.audience == "unpaid"}
    for case in dossier.cases.values():
        for letter in case.letters:
            if letter.kind in kinds and not letter.solicited:
                yield letter, case
