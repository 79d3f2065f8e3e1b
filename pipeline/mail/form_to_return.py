"""The form that a correction letter asks to be filled in and sent back.

Law of this file: its shape is a contract with `mail.form`, which reads it: a heading ＜参加者N＞
for each participant, and a line 【label】answer for each question.  Nothing in it may come back as
less than it was.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pipeline.domain.application import Application, Participant
from pipeline.domain.validation import MISSING
from pipeline.mail import wording
from pipeline.mail.facts import Season
from pipeline.mail.values import Occasion, answer_of
from pipeline.mail.wording import Block, quoted


@dataclass(frozen=True, slots=True)
class Answer:
    """What we read as the answer to one question."""

    label: str
    read_as: str


@dataclass(frozen=True, slots=True)
class Gap:
    """What is to be said of one participant's answers beside the form."""

    number: int
    name: str
    missing: tuple[str, ...]
    """Labels of the questions without an answer."""
    unclear: tuple[Answer, ...]
    """Answers that we could not be sure of."""
    kept: tuple[Answer, ...]
    """Answers too long for a line of the form; they stand as they are."""


def correction(it: Occasion) -> dict[str, Any]:
    """What is wrong with the answers, and the form to set it right."""
    forms = [_form(person, it.subject_matter, it.season) for person in it.people]
    gaps = [
        _gap(person, it.subject_matter, dict(it.season.answers), kept)
        for person, (_, kept) in zip(it.people, forms, strict=True)
    ]
    return {
        "gaps": tuple([gap for gap in gaps if gap.missing or gap.unclear or gap.kept]),
        "form": Block("\n\n".join(["\n".join(lines) for lines, _ in forms])),
    }


def _gap(
    person: Participant,
    application: Application,
    labels: Mapping[str, str],
    kept: tuple[Answer, ...],
) -> Gap:
    mine = [p for p in application.problems if p.participant == person.number]
    missing = [labels.get(p.field, p.field) for p in mine if p.fault == MISSING]
    unclear = [
        Answer(labels.get(p.field, p.field), quoted(p.read_as)) for p in mine if p.fault != MISSING
    ]
    return Gap(person.number, quoted(person.name), tuple(missing), tuple(unclear), kept)


def _form(
    person: Participant, application: Application, season: Season
) -> tuple[list[str], tuple[Answer, ...]]:
    """The form to fill in and send back, and the answers that are too long to stand in it.

    `mail.form` reads exactly this shape. What could not be read with certainty stays empty, so
    that nobody confirms it by overlooking it. An answer that fits into no line is left out: what a
    returned form does not say stays as it was, and half of it would replace the whole.
    """
    asked = {p.field for p in application.problems if p.participant == person.number}
    lines, kept = [f"＜参加者{person.number}＞"], []
    for field, label in season.answers:
        answer = "" if field in asked else wording.one_line(answer_of(person, field, season) or "")
        if not wording.too_wide(f"【{label}】{answer}"):
            lines.append(f"【{label}】{answer}")
        elif not wording.too_wide(answer):
            lines += [f"【{label}】", answer]
        else:
            kept.append(Answer(label, quoted(answer)))
    return lines, tuple(kept)
