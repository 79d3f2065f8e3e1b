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
from pipeline.mail.reading import Reading


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
    return "\n".join(f"{name:>14}  {line}" for name, line in told(reading))


def told(reading: Reading) -> list[tuple[str, str]]:
    """What there is to say of a reading, in lines of a name and a text."""
    lines = [("kind", f"{reading.kind.value}: {reading.why}"), ("answer", _answered(reading))]
    lines += [("also wanted", kind) for kind in reading.also]
    number = reading.reference or reading.named_reference
    if number:
        lines.append(("受付番号", number))
    for person, field, line in reading.sources:
        value = next((getattr(p, field) for p in reading.participants if p.number == person), None)
        lines.append((f"{person}. {field}", f"{value or '?'}   <- {line.strip()}"))
    lines += _payment_lines(reading)
    lacking = [p for p in reading.problems if p.fault == MISSING]
    lines += [("missing", f"{p.field} of participant {p.participant}") for p in lacking]
    lines += [("not sure", line) for line in doubts(reading)]
    lines += [("attached", name) for name in reading.attachments]
    lines += [("defect", defect) for defect in reading.defects]
    return lines


def _answered(reading: Reading) -> str:
    proven = "proven" if reading.authenticated else "not proven"
    if reading.answer:
        return f"to {reading.reply_to} (sender {proven})"
    return f"none (sender {proven})"


def _payment_lines(reading: Reading) -> list[tuple[str, str]]:
    said = _payment(reading) or {}
    lines = [("payment", f"{name} = {value}") for name, value in said.items() if value is not None]
    if reading.payment is not None and reading.payment.notice_type is not None:
        may = "may count" if reading.payment.trusted else "counts for nothing without the bank"
        lines.append(("payment", f"this notice {may}"))
    return lines
