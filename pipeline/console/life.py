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

from pipeline.console.printing import say as say_line
from pipeline.console.printing import when
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


def entry_json(entry: Entry) -> dict[str, Any]:
    """One entry of the journal."""
    return {
        "reference": entry.reference,
        "at": entry.at,
        "cause": entry.cause,
        "event": entry.happened,
        "reason": entry.reason,
        "why": reason_text(entry.reason),
        "note": entry.note or None,
        "state": entry.state,
        "held": entry.held,
        "rules": entry.rules or None,
    }


def _chapter_json(chapter: Chapter) -> dict[str, Any]:
    return entry_json(chapter.entry) | {
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


def say_journal(entries: Sequence[Entry]) -> None:
    """Decisions and acts of all applications."""
    for one in entries:
        note = f" ({_note(one)})" if one.note else ""
        whose = one.reference or "office"
        what = f"{event_text(one.happened)}: {reason_text(one.reason)}{note}"
        say_line(f"{when(one.at)}  {whose:<6}  {what}")
    if not entries:
        say_line("nothing has happened yet")


def say(life: Life) -> None:
    """The life in lines."""
    one = life.application
    say_line(f"{one.reference}  {one.contact_name} <{one.contact_address}>  {one.seats} seats")
    say_line(f"now {state(one)}" + (f": {one.held}" if one.held else ""))
    before = ""
    for chapter in life.chapters:
        say_line()
        _say_chapter(chapter, rules_before=before)
        before = chapter.entry.rules or before
    if life.ahead:
        say_line()
        say_line("ahead:")
        for planned in life.ahead:
            say_line(f"  {when(planned.due_at)}  {planned.kind} {planned.number}")


def _say_chapter(chapter: Chapter, *, rules_before: str) -> None:
    entry = chapter.entry
    say_line(f"{when(entry.at)}  {event_text(entry.happened)}  ({entry.cause})")
    say_line(f"  {reason_text(entry.reason)}")
    if entry.note:
        say_line(f"  {_note(entry)}")
    if entry.state is not None:
        held = f", held: {entry.held}" if entry.held else ""
        say_line(f"  now {entry.state}{held}")
    if entry.rules and entry.rules != rules_before:
        say_line(f"  by rules {entry.rules[:_DIGEST_SHOWN]}")
    _say_letters(chapter.letters)


def _note(entry: Entry) -> str:
    """Who and why; a reason that was not given leaves no colon behind."""
    return entry.note.removesuffix(": ")


def _say_letters(letters: Sequence[Letter]) -> None:
    for letter in letters:
        say_line(f"  > letter {letter.id} {letter.letter} to {letter.recipient}: {fate(letter)}")
