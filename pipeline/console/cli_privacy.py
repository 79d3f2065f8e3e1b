"""`purge`: what is not needed any more is forgotten, after it was shown how much that is.

Law of this file: nothing is forgotten of an event that is not over, and nothing at all unless it
was asked for in so many words (`--carry-out`).
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.console.front import (
    AsJson,
    EventSlug,
    OpenOffice,
    Who,
    Why,
    Wrong,
    acting_office,
    day_given,
    reason_given,
    who_acts,
)
from pipeline.console.printing import say, say_json, say_table, when

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.store.forgetting import Forgotten
    from pipeline.workers.office import Served

Before = Annotated[
    str,
    typer.Option("--before", metavar="DATE", help="Only what is older, of events over by then."),
]
CarryOut = Annotated[
    bool, typer.Option("--carry-out", help="Forget it. Without this it is only counted.")
]


def purge(
    *,
    before: Before,
    carry_out: CarryOut = False,
    why: Why = "",
    who: Who = None,
    event: EventSlug = None,
    json: AsJson = False,
) -> None:
    """Forget the personal data of events that ended before DATE. Shows how much, unless told to."""
    day = day_given(before, "--before")
    actor = who_acts(who)
    reason = reason_given(why, required=carry_out)
    with acting_office() as here:
        if day > here.now.date():
            raise Wrong(f"--before: {day} lies ahead; what is still needed cannot be forgotten")
        chosen = [here.served(event)] if event else list(here.office.events.values())
        over = [one for one in chosen if one.rules.access_ends_at < _begin(day, one)]
        found = {
            one.slug: _forget(here, one, day, actor, reason)
            if carry_out
            else _count(here, one, day)
            for one in over
        }
        logs = _logs(here, day, carry_out=carry_out) if len(over) == len(here.office.events) else []
        for slug, forgotten in found.items():
            if carry_out and forgotten:
                here.note("purge", actor, reason, event=slug, before=str(day))
        if json:
            say_json(_as_json(found, logs, carried_out=carry_out))
        else:
            _say(chosen, found, logs, carried_out=carry_out)


def _begin(day: date, served: Served) -> datetime:
    return datetime.combine(day, time(0), served.rules.zone)


def _count(here: OpenOffice, served: Served, day: date) -> Forgotten:
    from pipeline.store import forgetting

    database = here.office.database
    return forgetting.forgettable(database, served.slug, served.lock, before=_begin(day, served))


def _forget(here: OpenOffice, served: Served, day: date, who: str, why: str) -> Forgotten:
    from pipeline.store import forgetting

    return forgetting.forget(
        here.office.database,
        served.slug,
        served.lock,
        before=_begin(day, served),
        who=who,
        why=why,
        at=here.now,
        cause=here.office.nonce(),
    )


def _logs(here: OpenOffice, day: date, *, carry_out: bool) -> list[Path]:
    """Rotated files of the log that are older; they are of all events alike."""
    from pipeline.log import FILE, old_files

    before = min(_begin(day, one) for one in here.office.events.values())
    files = old_files(here.config.var / "log" / FILE, before)
    for file in files if carry_out else ():
        file.unlink(missing_ok=True)
    return files


def _as_json(
    found: dict[str, Forgotten], logs: list[Path], *, carried_out: bool
) -> dict[str, object]:
    return {
        "carried_out": carried_out,
        "events": {slug: asdict(one) for slug, one in found.items()},
        "log_files": [file.name for file in logs],
    }


def _say(
    chosen: list[Served],
    found: dict[str, Forgotten],
    logs: list[Path],
    *,
    carried_out: bool,
) -> None:
    for one in chosen:
        if one.slug not in found:
            say(
                f"{one.slug}: untouched, for it is not over by then "
                f"(it ends {when(one.rules.access_ends_at)})"
            )
    if found:
        say_table(
            ("event*", "applications", "people", "mails", "letters", "history", "tasks", "open"),
            (
                (
                    slug,
                    f.applications,
                    f.participants,
                    f.mails,
                    f.letters,
                    f.entries,
                    f.tasks,
                    f.open,
                )
                for slug, f in found.items()
            ),
            right=("applications", "people", "mails", "letters", "history", "tasks", "open"),
        )
    if logs:
        say(f"files of the log: {', '.join(file.name for file in logs)}")
    if any(one.open for one in found.values()):
        say("open: a person must still act on these, or they have not ended; they stay as they are")
    if carried_out:
        say(
            "forgotten; what remains is for you: copies (backup), the mailbox's processed folders, "
            "the bank's files"
        )
    elif any(found.values()):
        say("nothing is forgotten yet: make a copy (backup), then add --carry-out --why TEXT")
