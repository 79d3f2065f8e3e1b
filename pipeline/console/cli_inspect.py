"""`inspect`: how one raw mail is read, without touching anything.

Law of this file: it opens neither store nor server; rules, and the mail itself, are all it reads.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from pipeline.console.front import AsJson, EventSlug, Wrong, chosen, configured
from pipeline.console.printing import say, say_json

Files = Annotated[
    list[str], typer.Argument(metavar="FILE...", help="Raw mails (.eml); - for standard input.")
]
WithText = Annotated[bool, typer.Option("--text", help="Also the readable text, decoded.")]


def inspect(
    files: Files, *, json: AsJson = False, text: WithText = False, event: EventSlug = None
) -> None:
    """Tell how a raw mail is read: its kind, its fields, and why. Nothing is changed."""
    from pipeline.mail.reading import read
    from pipeline.mail.showing import as_json, explain

    config = configured(letters=False)
    slug = chosen(event, config.events)
    rules, own = config.events[slug], config.own(slug)
    mails = [(file, _raw(file)) for file in files]
    for number, (file, raw) in enumerate(mails):
        reading = read(raw, rules, own)
        if json:
            say_json(as_json(reading, file, text=text), line=True)
            continue
        if number:
            say()
        if len(mails) > 1:
            say(f"== {file}")
        say(explain(reading))
        if text:
            say()
            say(reading.text)


def _raw(file: str) -> bytes:
    if file == "-":
        return sys.stdin.buffer.read()
    try:
        return Path(file).read_bytes()
    except OSError as error:
        raise Wrong(f"{file}: {error.strerror}") from error
