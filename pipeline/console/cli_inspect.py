"""`inspect`: how raw mails are read, without touching anything.

Law of this file: it opens neither store nor server; rules, and the mails themselves, are all it
reads.  A file that cannot be read is told on the error output and stops none of the others.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.console.front import AsJson, EventSlug, Wrong, chosen, configured
from pipeline.console.printing import printable, say, say_fields, say_json, say_table

if TYPE_CHECKING:
    from pipeline.mail.reading import Reading

Files = Annotated[
    list[str], typer.Argument(metavar="FILE...", help="Raw mails (.eml); - for standard input.")
]
WithText = Annotated[bool, typer.Option("--text", help="Also the readable text, decoded.")]


def inspect(
    files: Files, *, json: AsJson = False, text: WithText = False, event: EventSlug = None
) -> None:
    """Tell how a raw mail is read: its kind, its fields, and why. Nothing is changed."""
    from pipeline.mail.reading import read
    from pipeline.mail.showing import as_json

    config = configured(letters=False)
    slug = chosen(event, config.events)
    rules, own = config.events[slug], config.own(slug)
    unread = False
    for number, file in enumerate(files):
        raw = _raw(file)
        if raw is None:
            unread = True
            continue
        reading = read(raw, rules, own)
        if json:
            say_json(as_json(reading, file, text=text), line=True)
            continue
        if number:
            say()
        if len(files) > 1:
            say(f"== {file}")
        _explained(reading, text=text)
    if unread:
        raise typer.Exit(Wrong.exit_code)


def _explained(reading: Reading, *, text: bool) -> None:
    """One mail for a person: what it is and why, and which line gave which answer."""
    from pipeline.mail.showing import answers, rest, summary

    say_fields([("subject", reading.subject), *summary(reading)])
    found = answers(reading)
    if found:
        say()
        say_table(("participant*", "field*", "answer", "read from"), found, right=("participant*",))
    more = rest(reading)
    if more:
        say()
        say_fields(more)
    if text:
        say()
        say(reading.text)


def _raw(file: str) -> bytes | None:
    """The bytes of a file; None, and a line on the error output, where it cannot be read."""
    if file == "-":
        return sys.stdin.buffer.read()
    try:
        return Path(file).read_bytes()
    except OSError as error:
        typer.echo(f"error: {printable(file)}: {error.strerror}", err=True)
        return None
