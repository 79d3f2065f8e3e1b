"""`status`, `remind`, `export`: the office as a whole."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.console.front import (
    AsJson,
    EventSlug,
    Limit,
    Wrong,
    acting_office,
    open_office,
    state_given,
)
from pipeline.console.printing import printable, say, say_json

if TYPE_CHECKING:
    from pipeline.console.export import Sheet

OfState = Annotated[
    list[str] | None, typer.Option("--state", metavar="STATE", help="Only these states; repeat it.")
]
To = Annotated[
    str | None, typer.Option("--csv", metavar="FILE", help="Write a CSV; - for standard output.")
]
OfPerson = Annotated[
    str | None,
    typer.Option("--person", metavar="ADDRESS", help="All that is held of an address, as JSON."),
]
ToXlsx = Annotated[str | None, typer.Option("--xlsx", metavar="FILE", help="Write an XLSX.")]


def status(*, json: AsJson = False) -> None:
    """How things stand. Exit code: 0 all is well, 1 needs a look, 2 alarm, 3 cannot be told."""
    from pipeline.console.health import judge

    with open_office() as here:
        from pipeline.console import view_status
        from pipeline.console.figures import figures, mailboxes

        found = figures(here.office, mailboxes(here.config))
        health = judge(found)
        if json:
            say_json(view_status.as_json(found, health))
        else:
            view_status.say(found, health)
    raise typer.Exit(int(health.level))


def journal(*, event: EventSlug = None, limit: Limit = 50, json: AsJson = False) -> None:
    """The last decisions and acts of the office, whichever application they were about."""
    with open_office() as here:
        from pipeline.console import life
        from pipeline.store import journal as store

        with here.office.database.read() as connection:
            found = store.latest(connection, here.slug(event), limit)
        if json:
            say_json([life.entry_json(one) for one in found])
        else:
            life.say_journal(found)


def remind() -> None:
    """Decide what is due now, once, as the daemon does by itself; for cron."""
    with acting_office() as here:
        from pipeline.workers.remind import remind_next

        runs = 0
        while remind_next(here.office):
            runs += 1
        say("nothing was due" if not runs else "what was due is decided; letters lie in the outbox")


def export(
    *,
    csv: To = None,
    xlsx: ToXlsx = None,
    state: OfState = None,
    person: OfPerson = None,
    event: EventSlug = None,
    json: AsJson = False,
) -> None:
    """Participants, one row each, for a spreadsheet or a program; or all of one person."""
    if person is not None:
        _export_person(person, alone=not (csv or xlsx or state or event))
        return
    wanted = {state_given(name) for name in state or ()}
    if not (csv or xlsx or json):
        raise Wrong("say where to: --csv FILE, --xlsx FILE or --json")
    with open_office() as here:
        from pipeline.console import export as sheets
        from pipeline.store import applications

        served = here.served(event)
        with here.office.database.read() as connection:
            found = [
                one
                for one in applications.every(connection, served.slug)
                if not wanted or one.state in wanted
            ]
        if json:
            say_json([row for one in found for row in sheets.rows_json(one)])
        sheet = sheets.sheet(found, served.rules)
        if csv:
            _write(csv, sheets.as_csv(sheet), sheet)
        if xlsx:
            _write(xlsx, sheets.as_xlsx(sheet, served.slug), sheet)


def _export_person(address: str, *, alone: bool) -> None:
    """Everything that is held of an address, on standard output. Raises Wrong."""
    if not alone:
        raise Wrong("--person prints JSON of all events, and goes with no other option")
    if "@" not in address:
        raise Wrong(f"--person: '{printable(address)}' is no address")
    with open_office() as here:
        from pipeline.console.masks import Mask
        from pipeline.console.person import held
        from pipeline.log import FILE, read_log

        secrets = (s for one in here.office.events.values() for s in one.access().values.values())
        log = read_log(here.config.var / "log" / FILE)
        with here.office.database.read() as connection:
            found = held(connection, address.strip(), log)
        say_json(Mask(secrets).everywhere(found))


def _write(name: str, content: bytes, sheet: Sheet) -> None:
    """A file that only its owner can read: it names people. Raises Wrong."""
    if name == "-":
        sys.stdout.buffer.write(content)
        return
    path = Path(name)
    half = path.with_name(f".{path.name}.part")
    try:
        half.unlink(missing_ok=True)
        with os.fdopen(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(content)
        half.replace(path)
    except OSError as error:
        raise Wrong(f"{name}: {error.strerror}") from error
    say(f"{name}: {len(sheet.rows)} participants")
