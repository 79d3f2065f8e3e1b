"""The life of one application: what happened, why it was decided so, and what was sent.

Law of this file: promise 6, an operator can always see why.  It tells what the journal has, in
order, and beside each entry the letters of its cause with what became of them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.engine import Connection

from pipeline.console.printing import printable, when
from pipeline.console.printing import say as say_line
from pipeline.console.view_mail import fate
from pipeline.console.views import state
from pipeline.console.words import event_text, reason_text
from pipeline.domain.application import Application
from pipeline.store import journal, outbox_console, reminders
from pipeline.store.journal import Entry
from pipeline.store.outbox_console import Letter
from pipeline.store.reminders import Planned

_ALL = 10_000
"""More letters than one application can have."""
_DIGEST_SHOWN = 8


@dataclass(frozen=True, slots=True)
class Chapter:
    """One entry of the journal and the letters that it led to."""

    entry: Entry
    letters: tuple[Letter, ...]


@dataclass(frozen=True, slots=True)
class Life:
    """All of it, and what lies ahead."""

    application: Application
    chapters: tuple[Chapter, ...]
    ahead: tuple[Planned, ...]


def of(connection: Connection, application: Application) -> Life:
    """The life of one application as the store has it."""
    reference = application.reference
    letters: defaultdict[str, list[Letter]] = defaultdict(list)
    for letter in outbox_console.listing(connection, reference=reference, limit=_ALL):
        letters[letter.cause].append(letter)
    # One cause may have been decided on twice for it; its letters are told with the first.
    chapters = tuple(
        Chapter(entry, tuple(letters.pop(entry.cause, ())))
        for entry in journal.of_application(connection, reference)
    )
    planned = reminders.of_application(connection, reference)
    ahead = tuple(one for one in planned if one.fired_at is None)
    return Life(application, chapters, ahead)


def as_json(life: Life) -> dict[str, Any]:
    """The life as one object."""
    return {
        "reference": life.application.reference,
        "event": life.application.event,
        "state": life.application.state.value,
        "held": life.application.held,
        "history": [_chapter_json(chapter) for chapter in life.chapters],
        "ahead": [
            {"kind": one.kind, "number": one.number, "due_at": one.due_at} for one in life.ahead
        ],
    }


def _chapter_json(chapter: Chapter) -> dict[str, Any]:
    entry = chapter.entry
    return {
        "at": entry.at,
        "cause": entry.cause,
        "event": entry.happened,
        "reason": entry.reason,
        "why": reason_text(entry.reason),
        "note": entry.note or None,
        "state": entry.state,
        "held": entry.held,
        "rules": entry.rules or None,
        "letters": [
            {
                "id": letter.id,
                "letter": letter.letter,
                "recipient": letter.recipient,
                "participant": letter.participant,
                "status": letter.status,
                "at": letter.settled_at or letter.next_attempt_at,
            }
            for letter in chapter.letters
        ],
    }


def say(life: Life) -> None:
    """The life in lines."""
    one = life.application
    _say(f"{one.reference}  {one.contact_name} <{one.contact_address}>  {one.seats} seats")
    _say(f"now {state(one)}" + (f": {one.held}" if one.held else ""))
    before = ""
    for chapter in life.chapters:
        say_line()
        _say_chapter(chapter, rules_before=before)
        before = chapter.entry.rules or before
    if life.ahead:
        say_line()
        _say("ahead:")
        for planned in life.ahead:
            _say(f"  {when(planned.due_at)}  {planned.kind} {planned.number}")


def _say_chapter(chapter: Chapter, *, rules_before: str) -> None:
    entry = chapter.entry
    _say(f"{when(entry.at)}  {event_text(entry.happened)}  ({entry.cause})")
    _say(f"  {reason_text(entry.reason)}")
    if entry.note:
        _say(f"  {entry.note}")
    if entry.state is not None:
        held = f", held: {entry.held}" if entry.held else ""
        _say(f"  = {entry.state}{held}")
    if entry.rules and entry.rules != rules_before:
        _say(f"  by rules {entry.rules[:_DIGEST_SHOWN]}")
    _say_letters(chapter.letters)


def _say_letters(letters: Sequence[Letter]) -> None:
    for letter in letters:
        _say(f"  > letter {letter.id} {letter.letter} to {letter.recipient}: {fate(letter)}")


def _say(text: str) -> None:
    say_line(printable(text))
