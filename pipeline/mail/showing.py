"""A reading as programs and people see it.

Law of this file: it shows what was read and decides nothing.  The JSON has exactly the keys that
`inspect --json` promises.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from pipeline.domain.application import Participant, Problem
from pipeline.domain.rules import FIELD_NAMES
from pipeline.domain.validation import MISSING
from pipeline.mail.reading import Kind, Reading


def as_json(reading: Reading, file: str, *, text: bool = False) -> dict[str, Any]:
    """The object that `inspect --json` prints for one mail."""
    lacking = [p.field for p in reading.problems if p.fault == MISSING]
    shown = {
        "file": file,
        "kind": reading.kind.value,
        "answer": reading.answer,
        "reply_to": reading.reply_to,
        "authenticated": reading.authenticated,
        "subject": reading.subject,
        "sender": {"name": reading.sender_name, "address": reading.sender_address},
        "participants": [_sure(p, reading.problems) for p in _named(reading)],
        "also": list(reading.also),
        "missing": list(dict.fromkeys(lacking)),
        "reference": reading.reference or reading.named_reference,
        "payment": _payment(reading),
        "attachments": list(reading.attachments),
        "problems": list(doubts(reading)),
        "defects": list(reading.defects),
    }
    return {**shown, "text": reading.text} if text else shown


def doubts(reading: Reading) -> tuple[str, ...]:
    """What is not sure in a reading, a line each."""
    lines = [_problem(p) for p in reading.problems if p.fault != MISSING]
    if reading.needs_review:
        lines.append(reading.needs_review)
    if reading.named_reference and not reading.reference:
        lines.append(f"the number {reading.named_reference} is none of our 受付番号")
    return tuple(lines)


def _named(reading: Reading) -> tuple[Participant, ...]:
    """The participants, and those whom a wish for a change brings with their names."""
    return reading.participants or tuple(p for p in reading.corrects if p.name)


def _payment(reading: Reading) -> dict[str, Any] | None:
    said = reading.payment
    if said is None:
        return None
    shown = asdict(said)
    del shown["trusted"]
    return shown


def _sure(person: Participant, problems: tuple[Problem, ...]) -> dict[str, str | None]:
    """A participant's answers without those that are not sure."""
    doubtful = {p.field for p in problems if p.participant == person.number}
    return {f: None if f in doubtful else getattr(person, f) for f in FIELD_NAMES}


def _problem(problem: Problem) -> str:
    said = f": {problem.read_as}" if problem.read_as else ""
    return f"{problem.field} of participant {problem.participant} {problem.fault}{said}"


def explain(reading: Reading) -> str:
    """For a person: why this kind, whom an answer goes to, and which line gave which answer."""
    lines = [*summary(reading), *rest(reading)]
    lines[2:2] = [
        (f"{number}. {field}", f"{value}  <- {line}")
        for number, field, value, line in answers(reading)
    ]
    return "\n".join(f"{name}: {line}" for name, line in lines)


def summary(reading: Reading) -> list[tuple[str, str]]:
    """What a mail is, why, and whom an answer goes to."""
    proven = "proven" if reading.authenticated else "not proven"
    sender = f"{reading.sender_name} <{reading.sender_address}>, {proven}".strip()
    lines = [("kind", f"{reading.kind.value}: {reading.why}"), ("sender", sender)]
    lines.append(("answer", f"to {reading.reply_to}" if reading.answer else _unanswered(reading)))
    lines += [("also wanted", kind) for kind in reading.also]
    number = reading.reference or reading.named_reference
    return lines + ([("受付番号", number)] if number else [])


def _unanswered(reading: Reading) -> str:
    if reading.kind in _SEEN:
        return "none; a person is told of it"
    return "none"


_SEEN = frozenset({
    Kind.SUSPICIOUS, Kind.PAYMENT_NOTICE, Kind.ATTACHMENT_PASSWORD, Kind.NEEDS_HUMAN,
})  # fmt: skip
"""Kinds of unanswered mail that somebody sees."""


def answers(reading: Reading) -> list[tuple[int, str, str, str]]:
    """Participant, field, answer, and the line in which it stands."""
    people = {p.number: p for p in (*reading.corrects, *reading.participants)}
    return [
        (number, field, str(getattr(people.get(number), field, None) or "?"), line.strip())
        for number, field, line in reading.sources
    ]


def rest(reading: Reading) -> list[tuple[str, str]]:
    """What a payment says, what is missing or not sure, and what was found beside it."""
    lines = _payment_lines(reading)
    lacking = [p for p in reading.problems if p.fault == MISSING]
    lines += [("missing", f"{p.field} of participant {p.participant}") for p in lacking]
    lines += [("not sure", line) for line in doubts(reading)]
    lines += [("attached", name) for name in reading.attachments]
    return lines + [("defect", defect) for defect in reading.defects]


def _payment_lines(reading: Reading) -> list[tuple[str, str]]:
    said = _payment(reading) or {}
    lines = [(f"payment {name}", str(v)) for name, v in said.items() if v is not None]
    if reading.payment is not None and reading.payment.notice_type is not None:
        may = "may count" if reading.payment.trusted else "counts for nothing without the bank"
        lines.append(("payment", f"this notice {may}"))
    return lines
