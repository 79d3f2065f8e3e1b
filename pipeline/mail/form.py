"""The form in a mail: its participants, and what is wrong with their answers.

Law of this file: where a form is looked for.  What somebody wrote themselves comes first; a
quotation counts only where they wrote no form of their own, and of our own letter only the form
that we asked to be sent back.  A signature fills gaps and begins nothing.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from pipeline.domain.application import Participant, Problem
from pipeline.domain.rules import Rules
from pipeline.domain.validation import missing
from pipeline.mail.answers import answer
from pipeline.mail.attached import NOTHING, Attached
from pipeline.mail.charset import UNREADABLE
from pipeline.mail.closing import complete
from pipeline.mail.entries import RETURNED, Entry, Mark, Page, entries
from pipeline.mail.incoming import IncomingMail
from pipeline.mail.labels import Labels, labels_of
from pipeline.mail.people import PEOPLE_LIMIT, People, numbered, persons
from pipeline.mail.quoting import Said, split
from pipeline.mail.sharing import Person
from pipeline.mail.spoken import also_named, in_sentences, speaks_of_more, spoken
from pipeline.mail.together import together

_SIGNED: Final = frozenset({"phone", "email", "organization", "prefecture", "department"})
"""What people have in their signatures."""
_PEOPLE_NAMED: Final = re.compile(
    r"([0-9０-９]{1,2}|[一二三四五六七八九十])\s*[名人](?:分|様)?(?:の|が|で|を|、)?\s*"
    r"(?:参加|申込|申し込|出席|受講|$)|(?:参加|申込|申し込み|出席|受講)[^。\n]{0,6}?"
    r"([0-9０-９]{1,2}|[一二三四五六七八九十])\s*[名人]"
)
_KANJI_DIGITS: Final = "一二三四五六七八九十"


@dataclass(frozen=True, slots=True)
class Form:
    """What was read of a form."""

    participants: tuple[Participant, ...] = ()
    problems: tuple[Problem, ...] = ()
    """Unclear answers, and required ones that are missing."""
    sources: tuple[tuple[int, str, str], ...] = ()
    review: str | None = None
    """Why the reading is not to be trusted."""
    returned: bool = False
    """Whether it is the form of our own letter, sent back."""
    quoted: bool = False
    """Whether it stands in a quotation."""
    signed: bool = False
    """Whether all of it stands in a signature."""
    leftover: str = ""
    """What the sender wrote beside it."""

    @property
    def found(self) -> bool:
        """Whether there is any answer."""
        return bool(self.participants or self.problems)


def extract(mail: IncomingMail, rules: Rules, contact: str = "") -> Form:
    """The form in a mail. `contact`: where participants are reached who give no address."""
    return read_form(split(mail.text), rules, labels_for(mail, rules), contact)


def labels_for(mail: IncomingMail, rules: Rules) -> Labels:
    """The labels that count in this mail: a listed form robot may have some of its own."""
    labels = labels_of(rules)
    author = mail.author.address.lower()
    robot = next((s for s in rules.form.senders if s.address.lower() == author), None)
    return labels.also(robot.labels) if robot is not None and robot.labels else labels


def read_form(
    said: Said, rules: Rules, labels: Labels, contact: str, files: Attached = NOTHING
) -> Form:
    """The form in a text that was taken apart, and in the files beside it."""
    new = _form_page(said.new, labels)
    page, begun, quoted = new, _begins_form(new), False
    if said.quoted and not begun and not files.people:
        below = _form_page(said.quoted, labels)
        if _begins_form(below):
            page, begun, quoted = below, True, True
    office = rules.event.office.mail.lower()
    also = also_named(new.leftover) if begun and not quoted else []
    everybody = persons(page.read + also, rules, lambda address: address.lower() == office)
    doubt = None
    if files.people:
        everybody, doubt = together(files.people, everybody, said.new, rules, labels)
    found = numbered(everybody, rules)
    if begun and not quoted and _lack(found, rules):
        _complete(everybody, new, said.new, labels, rules)
        found = numbered(everybody, rules)
    reached = _with_contact(found, contact)
    return Form(
        reached.participants,
        problems_of(reached, rules),
        found.sources,
        review=_doubt(found, new.leftover) or doubt or next(iter(files.doubts), None),
        returned=page.returned and found.participants != (),
        quoted=quoted,
        signed=not begun and not files.people,
        leftover="\n".join(new.leftover),
    )


def heard_form(said: Said, rules: Rules, labels: Labels, contact: str, author: str) -> Form | None:
    """The form of an application in sentences; None when they name nobody for sure.

    `author` is the name beside the sender's address.
    """
    office = rules.event.office.mail.lower()
    labelled = _without_samples(_form_page(said.new, labels).read)
    told = spoken(said.new, labelled, labels, author)
    found = numbered(persons(told, rules, lambda address: address.lower() == office), rules)
    if not any(p.name for p in found.participants):
        return None
    reached = _with_contact(found, contact)
    return Form(
        reached.participants,
        problems_of(reached, rules),
        found.sources,
        review=_doubt(found, list(said.new)),
        leftover="\n".join(said.new),
    )


def _lack(found: People, rules: Rules) -> bool:
    """Whether somebody who has a name lacks a required answer."""
    named = tuple(p for p in found.participants if p.name)
    return named == found.participants and missing(named, rules) != ()


def _complete(
    everybody: list[Person], page: _FormPage, lines: Sequence[str], labels: Labels, rules: Rules
) -> None:
    """Fill what was not answered from sentences, and for one participant from the signature."""
    said = in_sentences(page.leftover, labels)
    for person in everybody:
        for field, value in said.items():
            person.give(field, answer(field, value, rules), value)
    if len(everybody) == 1:
        labelled = {e.line for e in page.read if e.label is not None}
        complete(everybody[0], lines, labelled, rules)


def problems_of(found: People, rules: Rules) -> tuple[Problem, ...]:
    """What is wrong with the answers: unclear ones, and required ones that are missing."""
    unclear = {(p.participant, p.field) for p in found.problems}
    return found.problems + tuple(
        p for p in missing(found.participants, rules) if (p.participant, p.field) not in unclear
    )


def _with_contact(found: People, contact: str) -> People:
    """Who gives no address is written to at the sender's, also while it is asked about."""
    if not contact or all(p.email for p in found.participants):
        return found
    people = tuple(p if p.email else replace(p, email=contact) for p in found.participants)
    return replace(found, participants=people)


# ---------------------------------------------------------------- where the form stands


@dataclass(frozen=True, slots=True)
class _FormPage:
    """The entries that count as the form, and the rest."""

    read: list[Entry]
    body: int
    """How many of them stand before a signature."""
    leftover: list[str]
    returned: bool


def _form_page(lines: tuple[str, ...], labels: Labels) -> _FormPage:
    span = _returned_span(lines, labels)
    if span is not None:
        start, end = span
        page = entries(lines[start:end], labels)
        outside = [*lines[:start], *lines[end:]]
        return _FormPage(page.entries, len(page.entries), outside, returned=True)
    page = entries(lines, labels)
    body, signed = _signature_apart(page)
    if signed and _names(body) < 2:  # noqa: PLR2004 - of a group it would be the last one's
        return _FormPage(body + signed, len(body), page.leftover, returned=False)
    return _FormPage(body, len(body), page.leftover, returned=False)


def _without_samples(page: list[Entry]) -> list[Entry]:
    """The labelled entries that stand in no sample."""
    kept, sample = [], False
    for entry in page:
        if entry.mark is not None:
            sample = entry.mark is Mark.SAMPLE
        elif not sample:
            kept.append(entry)
    return kept


def _names(page: list[Entry]) -> int:
    """How many names are asked for, those of samples left out."""
    asked = (e.label.fields for e in _without_samples(page) if e.label is not None)
    return sum("name" in fields for fields in asked)


def _begins_form(page: _FormPage) -> bool:
    """Whether there is an answer that stands in no signature."""
    body = page.read[: page.body]
    return any(e.label is not None and e.label.fields and e.value for e in body)


def _returned_span(lines: tuple[str, ...], labels: Labels) -> tuple[int, int] | None:
    """Where the form of our own letter stands: from its first heading to its last label.

    What is above and below is our letter's prose and our signature, and no answer.
    """
    if not any(map(RETURNED.match, lines)):
        return None
    start = next(n for n, line in enumerate(lines) if RETURNED.match(line))
    last = start
    for place in range(start, len(lines)):
        line = lines[place].lstrip()
        if line.startswith("【") and labels.find(line[1:].partition("】")[0]) is not None:
            last = place
    answered_below = lines[last].rstrip().endswith("】") and last > start
    return start, last + (2 if answered_below else 1)


def _signature_apart(page: Page) -> tuple[list[Entry], list[Entry]]:
    """The entries before a signature, and those in it: below a rule, and nothing but an address."""
    start = None
    for place in range(len(page.entries) - 1, -1, -1):
        entry = page.entries[place]
        if entry.mark is Mark.RULE:
            start = place
        elif entry.label is None or not _SIGNED.issuperset(entry.label.fields):
            break
    return (page.entries, []) if start is None else (page.entries[:start], page.entries[start:])


# ---------------------------------------------------------------- doubts


def _doubt(found: People, beside: list[str]) -> str | None:
    """Why a person should look at what was read; None when there is no reason."""
    if found.more:
        return f"more than {PEOPLE_LIMIT} participants"
    for person in found.participants:
        values = (person.name, person.name_kana, person.organization, person.department)
        if any(UNREADABLE.search(v) for v in (*values, person.position) if v):
            return "characters of an answer could not be read"
    counting = [line for line in beside[:200] if "名" in line or "人" in line]
    named = _people_named("\n".join(counting)) if counting else 0
    if found.participants and named and named != len(found.participants):
        return f"{named} people are spoken of, {len(found.participants)} were read"
    if len(found.participants) == 1 and speaks_of_more(beside):
        return "a colleague is spoken of, one participant was read"
    return None


def _people_named(text: str) -> int:
    """How many participants the text speaks of; 0 when it names no number above one."""
    for found in _PEOPLE_NAMED.finditer(text[:5000]):
        digits = found[1] or found[2]
        number = _KANJI_DIGITS.find(digits) + 1 or int(digits)
        if number > 1:
            return number
    return 0
