"""Promises about answers: who gets one, whether it fits, and who never gets one.

Law of this file: an answer is a letter with `Auto-Submitted: auto-replied`; it belongs to the mail
that its In-Reply-To names.  Forms are judged as they were written, not as the program read them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import timedelta

from pipeline.rehearsal.cases import Case, Dossier
from pipeline.rehearsal.evidence import Incoming, Letter, addresses_in
from pipeline.rehearsal.promises.violation import Violation
from pipeline.rehearsal.season import plain

SOON = timedelta(hours=1)
"""Answers are never held back; within this time one must have left."""
_ADDRESS = re.compile(r"^[\x21-\x3f\x41-\x7e]+@[a-z0-9-]+(\.[a-z0-9-]+)+$", re.IGNORECASE)
_TO_A_PERSON = frozenset({"to_a_person"})
_OUT_OF_TIME = frozenset({"not_open_yet", "closed_late", "event_over"})
_TAKEN_IN = frozenset({"received", "correction_needed", "waitlisted", "closed_full"})


def every_form_answered(dossier: Dossier) -> list[Violation]:
    """Every application and every correction that a person sent got exactly one answer, at once."""
    broken: list[Violation] = []
    for mail in _forms(dossier):
        answers = dossier.answers.get(mail.message_id, ())
        at_once = any(letter.at <= mail.at + SOON for letter in answers)
        excused = mail.sender in dossier.unreachable or _said_before(mail, dossier)
        if not at_once and not excused:
            broken.append(Violation("a form was not answered", str(mail)))
        if len(answers) > 1:
            broken.append(Violation("a form was answered twice", f"{mail}: {_said(answers)}"))
    return broken


_SAME_AGAIN = frozenset({"already_registered", "correction_needed", "waitlisted", "to_a_person"})


def _said_before(mail: Incoming, dossier: Dossier) -> bool:
    """Whether the same answer has just gone there: the same letter never leaves twice in a day."""
    hours = timedelta(hours=dossier.facts.same_letter_hours)
    return any(
        letter.recipient == mail.sender
        and letter.kind in _SAME_AGAIN
        and mail.at - hours < letter.at <= mail.at
        for letter in dossier.letters
        if letter.solicited
    )


def answers_fit(dossier: Dossier) -> list[Violation]:
    """What is answered fits what was written, and when it arrived."""
    broken: list[Violation] = []
    for mail in _forms(dossier):
        fitting = _fitting(mail, dossier)
        for letter in dossier.answers.get(mail.message_id, ()):
            if letter.kind not in fitting:
                expected = " or ".join(sorted(fitting))
                broken.append(Violation(f"the answer should be {expected}", f"{mail}: {letter}"))
    return broken


def _forms(dossier: Dossier) -> Iterable[Incoming]:
    """Each form once: the very same letter delivered again needs no second answer."""
    seen: set[str] = set()
    for mail in dossier.incoming:
        if mail.is_form and mail.message_id not in seen:
            seen.add(mail.message_id)
            yield mail


def _fitting(mail: Incoming, dossier: Dossier) -> frozenset[str]:
    """Which letters answer a form well. Whether it was in time is another promise's matter."""
    facts = dossier.facts
    case = _case_of(mail, dossier)
    if case is not None and case.opening is not mail:
        return _fitting_a_further_form(mail, case)
    if not facts.opens_at <= mail.at < facts.closes_at:
        return _OUT_OF_TIME | _TAKEN_IN
    if _unlisted(mail, dossier) or len(mail.people) > facts.seats_per_sender:
        return _OUT_OF_TIME | _TO_A_PERSON
    wanted = "received" if _complete(mail.people, dossier) else "correction_needed"
    return _OUT_OF_TIME | {"waitlisted", "closed_full", wanted}


def _fitting_a_further_form(mail: Incoming, case: Case) -> frozenset[str]:
    if mail.at >= case.facts.closes_at:
        return _TO_A_PERSON | {"already_registered"}
    lacking = any(case.facts.required - person.keys() for person in case.people(mail.at))
    now = "correction_needed" if lacking else "received"
    paid_already = {"payment_received", "access"} if case.money else set()
    return _TO_A_PERSON | {"already_registered", "waitlisted", now} | paid_already


def _case_of(mail: Incoming, dossier: Dossier) -> Case | None:
    for letter in dossier.answers.get(mail.message_id, ()):
        if letter.reference in dossier.cases:
            return dossier.cases[letter.reference]
    return None


def _complete(people: Iterable[Mapping[str, str]], dossier: Dossier) -> bool:
    """Whether every required question is answered, and what should be an address looks like one."""
    return all(
        dossier.facts.required <= person.keys()
        and ("email" not in person or _ADDRESS.match(person["email"]))
        for person in people
    )


def _unlisted(mail: Incoming, dossier: Dossier) -> bool:
    unlisted = {plain(word) for word in dossier.facts.unlisted}
    return any(plain(person.get("category", "")) in unlisted for person in mail.people)


# ---------------------------------------------------------------- silence


def nothing_automatic_answered(dossier: Dossier) -> list[Violation]:
    """Bounces, automatic replies, lists and our own mail come back are never answered."""
    broken: list[Violation] = []
    for mail in dossier.incoming:
        if not mail.automatic:
            continue
        answers = dossier.answers.get(mail.message_id, ()) if mail.message_id else ()
        answers = answers or _unthreaded(mail, dossier)
        if answers:
            what = f"an automatic mail was answered ({mail.automatic})"
            broken.append(Violation(what, f"{mail}: {_said(answers)}"))
    return broken


def _unthreaded(mail: Incoming, dossier: Dossier) -> tuple[Letter, ...]:
    """Answers to the same address in the same minute that name no mail at all."""
    return tuple(
        letter
        for letter in dossier.letters
        if letter.solicited
        and not letter.answers
        and letter.recipient == mail.sender
        and mail.at <= letter.at <= mail.at + timedelta(minutes=1)
    )


def loops_end(dossier: Dossier) -> list[Violation]:
    """No address gets more answers in a day than the cap allows, whatever it keeps sending."""
    broken: list[Violation] = []
    most = dossier.facts.answers_per_day
    by_recipient: dict[str, list[Letter]] = {}
    for letter in dossier.letters:
        if letter.solicited:
            by_recipient.setdefault(letter.recipient, []).append(letter)
    for recipient, letters in by_recipient.items():
        for first, beyond in zip(letters, letters[most:], strict=False):
            if beyond.at - first.at < timedelta(days=1):
                what = f"more than {most} answers in a day to {recipient}"
                broken.append(Violation(what, str(beyond)))
                break
    return broken


def nobody_bothered(dossier: Dossier) -> list[Violation]:
    """Letters go only to those who wrote or stand in a form, and to no address that came back."""
    broken: list[Violation] = []
    known = _concerned(dossier)
    for letter in dossier.letters:
        if letter.recipient not in known:
            broken.append(
                Violation("a letter to somebody who has nothing to do with it", str(letter))
            )
        since = dossier.unreachable.get(letter.recipient)
        if since is not None and letter.at > since:
            broken.append(Violation("a letter to an address that had come back", str(letter)))
    return broken


def _concerned(dossier: Dossier) -> frozenset[str]:
    written = {mail.sender for mail in dossier.incoming if not mail.automatic}
    named = {
        address
        for mail in dossier.incoming
        if not mail.automatic
        for person in mail.people
        for address in addresses_in(person.get("email", ""))
    }
    moved = {act.value.lower() for act in dossier.season.acts if act.what == "resend" and act.value}
    return frozenset(written | named | moved)


def _said(letters: Iterable[Letter]) -> str:
    return ", ".join(str(letter) for letter in letters)
