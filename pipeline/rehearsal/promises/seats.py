"""Promises about seats: never too many, in order of arrival, and none kept from anybody.

Law of this file: a seat counts as promised from the letter that says so, and as free again from
the letter or the act that ends it.  What was promised is told in the order in which letters left.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from pipeline.rehearsal.cases import (
    INSTRUCTIONS,
    SEAT_ENDED,
    SEAT_KEPT,
    Case,
    Dossier,
    correction_day,
)
from pipeline.rehearsal.evidence import Letter
from pipeline.rehearsal.promises.violation import Violation
from pipeline.rehearsal.season import workdays_after

_SEATED = SEAT_KEPT | {"payment_received", "access"}
_ENDING_ACTS = frozenset({"decline", "cancel"})


def never_oversold(dossier: Dossier) -> list[Violation]:
    """At no instant are more seats promised than there are."""
    return [
        Violation(f"{taken} seats promised of {dossier.facts.capacity}", str(letter))
        for letter, taken in promised(dossier)
        if letter.kind in _SEATED and taken > dossier.facts.capacity
    ]


def promised(dossier: Dossier) -> Iterator[tuple[Letter, int]]:
    """After each letter about an application, how many seats are promised in all."""
    seats: dict[str, int] = {}
    for letter, case in _story(dossier):
        _end_silently(seats, dossier, letter.at)
        if letter.kind in _SEATED:
            seats[case.reference] = case.seats(letter.at)
        elif letter.kind in SEAT_ENDED and case.reference in seats:
            seats[case.reference] = _left_over(case, letter)
        yield letter, sum(seats.values())


def _story(dossier: Dossier) -> Iterator[tuple[Letter, Case]]:
    for letter in dossier.letters:
        case = dossier.cases.get(letter.reference)
        if case is not None:
            yield letter, case


def _left_over(case: Case, letter: Letter) -> int:
    """Seats that stay when only some participants are withdrawn."""
    return case.seats(letter.at) if letter.kind == "withdrawn" and case.gone(letter.at) else 0


def _end_silently(promised: dict[str, int], dossier: Dossier, now: datetime) -> None:
    """What ends without a letter: by an operator's act, or unpaid at an address that came back."""
    for reference in list(promised):
        case = dossier.cases[reference]
        ended = any(act.what in _ENDING_ACTS and act.at <= now for act in case.acts)
        if ended or (_unreachable(case, dossier, now) and _spoken(case, dossier, now)):
            del promised[reference]


def _unreachable(case: Case, dossier: Dossier, now: datetime) -> bool:
    since = dossier.unreachable.get(case.contact)
    return since is not None and since <= now


def _spoken(case: Case, dossier: Dossier, now: datetime) -> bool:
    last = case.pay_by(now)
    words = (c.through for c in dossier.season.covered if c.at <= now)
    return not case.may_enter(now) and any(through > last for through in words)


# ---------------------------------------------------------------- in order


def nobody_overtaken(dossier: Dossier) -> list[Violation]:
    """Nobody gets a seat before somebody who came earlier and needs no more of them."""
    broken: list[Violation] = []
    standing: dict[str, str] = {}
    for letter, case in _story(dossier):
        before = standing.get(case.reference, "")
        if letter.kind in _SEATED and before != "seated" and not case.acted("accept", letter.at):
            passed = [
                other
                for reference, other in dossier.cases.items()
                if standing.get(reference) == "waiting"
                and other.arrived_at < case.arrived_at
                and other.seats(letter.at) <= case.seats(letter.at)
            ]
            broken += [
                Violation(f"{other.reference} came before and still waits", str(letter))
                for other in passed
            ]
        standing[case.reference] = _standing(letter, before)
    return broken


def _standing(letter: Letter, before: str) -> str:
    if letter.kind in _SEATED:
        return "seated"
    if letter.kind in SEAT_ENDED:
        return "ended"
    return "waiting" if letter.kind == "waitlisted" and before in {"", "waiting"} else before


def no_seat_withheld(dossier: Dossier) -> list[Violation]:
    """Nobody is told that all is full while there are seats for everybody in their application."""
    broken: list[Violation] = []
    standing: dict[str, str] = {}
    for letter, case in _story(dossier):
        before = standing.get(case.reference, "")
        if letter.kind == "waitlisted" and not before:
            others = {r: s for r, s in standing.items() if r != case.reference}
            free = dossier.facts.capacity - _held(dossier, others, letter.at)
            first = not any(
                dossier.cases[r].seats(letter.at) <= free
                for r, s in others.items()
                if s == "waiting"
            )
            if case.seats(letter.at) <= free and first:
                broken.append(Violation(f"{free} seats were free", str(letter)))
        standing[case.reference] = _standing(letter, before) or "looked at"
    return broken


def _held(dossier: Dossier, standing: dict[str, str], now: datetime) -> int:
    """Seats that somebody may hold: the seated, those looked at, and those we cannot write to."""
    known = sum(
        dossier.cases[reference].seats(now)
        for reference, how in standing.items()
        if how in {"seated", "looked at"}
        and not any(a.what in _ENDING_ACTS and a.at <= now for a in dossier.cases[reference].acts)
    )
    silent = sum(
        len(mail.people)
        for mail in dossier.incoming
        if mail.is_form and mail.at <= now and mail.sender in dossier.unreachable
        if not dossier.answers.get(mail.message_id)
    )
    return known + silent


# ---------------------------------------------------------------- in time


def in_time_is_in_time(dossier: Dossier) -> list[Violation]:
    """Nobody who was in time is told that it is too late or too early, and nobody else gets in."""
    facts = dossier.facts
    broken: list[Violation] = []
    for letter in dossier.letters:
        asked = dossier.asked.get(letter.answers)
        if asked is None:
            continue
        over = letter.kind == "closed_late" or (letter.kind == "event_over" and asked.is_form)
        if over and asked.at < facts.closes_at:
            broken.append(Violation("told too late, and was in time", f"{asked}: {letter}"))
        if letter.kind == "not_open_yet" and asked.at >= facts.opens_at:
            broken.append(Violation("told too early, and was in time", f"{asked}: {letter}"))
    for case in dossier.cases.values():
        broken += _out_of_time(case)
    return broken


def _out_of_time(case: Case) -> list[Violation]:
    facts = case.facts
    broken: list[Violation] = []
    in_time = facts.opens_at <= case.arrived_at < facts.closes_at
    seated = case.first(*INSTRUCTIONS, "waitlisted", "correction_needed")
    if not in_time and seated is not None and not case.acted("accept", seated.at):
        broken.append(Violation("taken in although not in time", f"{case.opening}: {seated}"))
    for letter in case.letters:
        last = case.pay_by(letter.at)
        here = [m for m in case.money if m.recorded_at <= letter.at]
        if letter.kind == "late_payment" and all(m.value_date <= last for m in here):
            broken.append(Violation("a payment in time is called late", str(letter)))
    return broken


# ---------------------------------------------------------------- the end of a seat


def nobody_expired_wrongly(dossier: Dossier) -> list[Violation]:
    """A seat ends unpaid only after its day, with the bank's word, and without money in time."""
    broken: list[Violation] = []
    for case in dossier.cases.values():
        for letter in case.letters:
            if letter.kind == "expired":
                broken += _expired(letter, case, dossier)
            elif letter.kind == "lapsed":
                broken += _lapsed(letter, case)
            elif letter.kind == "waitlist_ended" and letter.at < dossier.facts.closes_at:
                broken.append(Violation("the list ended before the doors closed", str(letter)))
    return broken


def _expired(letter: Letter, case: Case, dossier: Dossier) -> list[Violation]:
    last = case.pay_by(letter.at)
    if case.first(*INSTRUCTIONS) is None:
        return [Violation("expired, and was never asked to pay", str(letter))]
    broken: list[Violation] = []
    if letter.at.date() <= last:
        broken.append(Violation(f"expired before {last} was over", str(letter)))
    words = [c.through for c in dossier.season.covered if c.at <= letter.at]
    needed = workdays_after(last, dossier.facts.settle_after)
    if not any(through >= needed for through in words):
        broken.append(Violation(f"expired before the bank's word for {needed}", str(letter)))
    if case.paid_on_time(letter.at):
        broken.append(Violation("expired although paid in time", f"{letter}; {case.money}"))
    return broken


def _lapsed(letter: Letter, case: Case) -> list[Violation]:
    asked = [x for x in case.letters if x.kind == "correction_needed" and x.number < letter.number]
    until = correction_day(asked[-1].text) if asked else None
    if until is None:
        return [Violation("lapsed, and was never told until when to answer", str(letter))]
    if letter.at.date() <= until:
        return [Violation(f"lapsed before {until} was over", str(letter))]
    if case.complete(letter.at):
        return [Violation("lapsed although the correction had come", str(letter))]
    return []
