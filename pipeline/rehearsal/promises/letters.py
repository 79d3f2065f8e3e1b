"""Promises about every letter: it is known, stands in its thread, and leaves once.

Law of this file: what is asked here is asked of each letter alike, whoever gets it and why.
"""

from __future__ import annotations

import re
from datetime import date, timedelta

from pipeline.rehearsal.cases import INSTRUCTIONS, Case, Dossier, correction_day
from pipeline.rehearsal.evidence import Letter
from pipeline.rehearsal.promises.violation import Violation
from pipeline.rehearsal.season import workdays_after

WITHOUT_REFERENCE = frozenset(
    {"not_open_yet", "closed_full", "closed_late", "event_over", "to_a_person"}
)
"""Letters that may be about no application."""
ALWAYS_THERE = ("from", "to", "subject", "date", "message-id", "auto-submitted", "reply-to")
_UNFILLED = re.compile(r"⟦|⟧|\{\{|\}\}|\bNone\b|Undefined")


def every_letter_in_order(dossier: Dossier) -> list[Violation]:
    """Every letter is one of ours, names its application, and says that a machine wrote it."""
    broken: list[Violation] = []
    for letter in dossier.letters:
        faults = [f"no {name}" for name in ALWAYS_THERE if name not in letter.headers]
        if "x-auto-response-suppress" not in letter.headers:
            faults.append("automatic answers are not asked to stay away")
        if not letter.kind:
            faults.append("its subject is not known")
        if not letter.reference and letter.kind not in WITHOUT_REFERENCE:
            faults.append("no 受付番号 in its subject")
        if letter.automatic not in {"auto-replied", "auto-generated"}:
            faults.append("it does not say that a machine wrote it")
        if letter.sender != dossier.facts.office or letter.to != letter.recipient:
            faults.append(f"it says from {letter.sender} to {letter.to}")
        if _UNFILLED.search(letter.text):
            faults.append("something in it was not filled in")
        broken += [Violation(fault, str(letter)) for fault in faults]
    return broken


def answers_in_their_thread(dossier: Dossier) -> list[Violation]:
    """An answer names the mail that it answers; later letters stay in the applicant's thread."""
    broken: list[Violation] = []
    for letter in dossier.letters:
        asked = dossier.asked.get(letter.answers)
        if asked is None or asked.at > letter.at:
            if letter.solicited or letter.reference:
                broken.append(Violation("a letter answers no mail that had come", str(letter)))
        elif not letter.references or letter.references[-1] != letter.answers:
            broken.append(Violation("References do not end with the mail answered", str(letter)))
    return broken


def message_ids_unique(dossier: Dossier) -> list[Violation]:
    """No two letters share a Message-ID."""
    broken: list[Violation] = []
    seen: dict[str, Letter] = {}
    for letter in dossier.letters:
        before = seen.setdefault(letter.message_id, letter)
        if before is not letter:
            broken.append(Violation("one Message-ID for two letters", f"{before}, {letter}"))
    return broken


def no_letter_twice(dossier: Dossier) -> list[Violation]:
    """The very same words never go to the same address twice within a day."""
    broken: list[Violation] = []
    hours = timedelta(hours=dossier.facts.same_letter_hours)
    seen: dict[tuple[str, str, str], Letter] = {}
    for letter in dossier.letters:
        words = (letter.recipient, letter.subject, letter.text)
        before = seen.get(words)
        seen[words] = letter
        if before is not None and letter.at - before.at < hours:
            broken.append(Violation("the same letter twice", f"{before}, {letter}"))
    return broken


def instructions_right(dossier: Dossier) -> list[Violation]:
    """Who is asked for money or a correction is told until when, how much, and of no refund."""
    broken: list[Violation] = []
    for case in dossier.cases.values():
        for letter in case.letters:
            if letter.kind in INSTRUCTIONS:
                broken += [Violation(fault, str(letter)) for fault in _wrong(letter, case)]
        asked = case.first("correction_needed")
        if asked is not None and correction_day(asked.text) not in _days_to_correct(asked, case):
            last = correction_day(asked.text)
            broken.append(Violation(f"the last day to correct is said to be {last}", str(asked)))
    return broken


def _days_to_correct(asked: Letter, case: Case) -> frozenset[date]:
    """What a first request may name: days of its own, or those of a seat that was offered."""
    facts = case.facts
    if asked.solicited:
        within = [workdays_after(case.arrived_at.date(), facts.correct_within)]
    else:
        days = (asked.at.date(), asked.at.date() - timedelta(days=1))
        within = [workdays_after(day, facts.offer_within) for day in days]
    return frozenset(min(day, facts.deadline) for day in within)


def _wrong(letter: Letter, case: Case) -> list[str]:
    faults = []
    amount = f"{case.owed(letter.at):,}円"
    if amount not in letter.text.replace("，", ","):
        faults.append(f"the amount is not {amount}")
    if "返金" not in letter.text:
        faults.append("it does not say that nothing is refunded")
    last = case.pay_by(letter.at)
    if last not in _right_days(letter, case):
        faults.append(f"the last day to pay is said to be {last}")
    return faults


def _right_days(letter: Letter, case: Case) -> frozenset[date]:
    """The days that may be named; what was decided at night leaves in the morning after it."""
    facts = case.facts
    if case.acted("accept", letter.at) and letter.at >= facts.closes_at:
        return frozenset({workdays_after(letter.at.date(), facts.offer_within)})
    if letter.kind == "received":
        return frozenset({facts.deadline})
    days = [letter.at.date(), letter.at.date() - timedelta(days=1)]
    return frozenset(min(workdays_after(day, facts.offer_within), facts.deadline) for day in days)
