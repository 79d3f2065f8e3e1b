"""`log`: the daemon's log, read back.

Law of this file: it reads the file alone, so that it works while nothing else does.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable
from datetime import datetime, time
from typing import Annotated, Any

import typer

from pipeline.clock import TOKYO
from pipeline.console.front import AsJson, Wrong, configured, moment_given, narrow
from pipeline.console.printing import is_terminal, put, say_json

_LOOK_AGAIN = 0.5
"""Seconds of machine time between two looks at a log that is followed."""


def log(
    *,
    reference: Annotated[
        str | None, typer.Option("--reference", metavar="REFERENCE", help="Only this application.")
    ] = None,
    since: Annotated[
        str | None,
        typer.Option("--since", metavar="DATE", help="From this day, or 'DATE TIME', on."),
    ] = None,
    level: Annotated[
        str | None, typer.Option("--level", help="notice: without plain work; alarm: only alarms.")
    ] = None,
    follow: Annotated[
        bool, typer.Option("--follow", "-f", help="Go on with what is written from now on.")
    ] = False,
    json: AsJson = False,
) -> None:
    """The log: one line for each unit of work, in event time. With --json one object a line."""
    from pipeline.log import FILE, LEVELS, read_log
    from pipeline.log import follow as follow_log

    if level is not None and level not in LEVELS:
        raise Wrong(f"--level: there is no '{level}'; there is {', '.join(LEVELS)}")
    wanted: dict[str, Any] = {
        "reference": narrow(reference) if reference is not None else None,
        "since": _instant(since) if since is not None else None,
        "level": level,
    }
    path = configured(letters=False).var / "log" / FILE
    if not follow:
        _say(read_log(path, **wanted), json=json)
        return
    never = threading.Event()
    _say(follow_log(path, wait=lambda: never.wait(_LOOK_AGAIN), **wanted), json=json)


def _instant(text: str) -> datetime:
    given = moment_given(text, "--since")
    if not isinstance(given, datetime):
        given = datetime.combine(given, time(0))
    return given.replace(tzinfo=TOKYO)


def _say(entries: Iterable[dict[str, Any]], *, json: bool) -> None:
    from pipeline.log import readable, redacted

    colours = is_terminal()
    for entry in entries:
        if json:
            say_json(entry, line=True)
        else:
            # `readable` makes one line and lets no control character through.
            put(redacted(readable(entry, colours=colours)))
