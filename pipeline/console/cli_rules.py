"""`check`, `rules ...`, `templates ...`: what the organisers decide, before it is used.

Law of this file: nothing here opens the store or a server.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.console.front import AsJson, EventSlug, Wrong, chosen, configured
from pipeline.console.printing import say, say_fields, say_json, say_table

if TYPE_CHECKING:
    from pipeline.config import Config, Fault

rules_app = typer.Typer(
    name="rules", help="What the organisers decide: rules/EVENT/*.toml.", no_args_is_help=True
)
templates_app = typer.Typer(
    name="templates", help="The letters' words: templates/.", no_args_is_help=True
)


Connect = Annotated[
    bool, typer.Option("--connect", help="Also log in to the mail servers and open the store.")
]


def check(*, connect: Connect = False, json: AsJson = False) -> None:
    """All that is wrong with settings, rules, letters and secrets, at once. Exit code 2 then."""
    from pipeline.config import Refused, load

    faults: Sequence[Fault] = ()
    config = None
    try:
        config = load(os.environ)
    except Refused as refused:
        faults = refused.faults
    if config is not None and connect:
        from pipeline.console.servers import unreachable

        faults = list(unreachable(config))
    _report(faults, json=json)
    if config is not None and not json:
        _say_config(config)


def _report(faults: Sequence[Fault], *, json: bool) -> None:
    """Say all faults; ends the verb when there are any."""
    if json:
        say_json({"faults": [asdict(fault) for fault in faults]})
    for fault in () if json else faults:
        say(str(fault))
    if faults:
        raise Wrong(f"{len(faults)} faults" if len(faults) > 1 else "1 fault")


def _say_config(config: Config) -> None:
    say_fields(
        [
            ("mail", "sandbox: nothing leaves this machine" if config.sandbox else "real servers"),
            ("clock", "rehearsal" if config.clock.rehearsal else "real"),
            *((f"event {slug}", rules.event.title) for slug, rules in config.events.items()),
        ]
    )
    for slug in config.events:
        access = config.access(slug)()
        missing = [name for name in ("id", "password", "zoom_link") if name not in access.values]
        if missing:
            say(f"{slug}: still missing in the secrets file: {', '.join(missing)}")
    say("all is well")


# ---------------------------------------------------------------- rules


@rules_app.command("check")
def check_rules(
    folders: Annotated[
        list[Path] | None,
        typer.Argument(metavar="FOLDER...", help="Folders of rules; those of the settings else."),
    ] = None,
    *,
    json: AsJson = False,
) -> None:
    """What is wrong with some folders of rules. Exit code 2 when anything is."""
    from pipeline.config import Refused, load_rules

    faults: list[Fault] = []
    for folder in _events_in(folders or [_rules_folder()]):
        try:
            rules = load_rules(folder)
        except Refused as refused:
            faults += refused.faults
        else:
            if not json:
                say(f"{folder.name}: {rules.event.short_title}: rules {rules.digest[:8]}")
    _report(faults, json=json)


def _rules_folder() -> Path:
    """Where the settings say that the rules lie."""
    from pipeline.config import ROOT
    from pipeline.config.environment import read

    # What else may be wrong with the settings is said by `check`.
    given, _ = read(os.environ, ROOT)
    return given.settings.rules


def _events_in(folders: Sequence[Path]) -> list[Path]:
    """The folders themselves, or those of the events below them."""
    found: list[Path] = []
    for folder in folders:
        if not folder.is_dir():
            raise Wrong(f"{folder} is no folder")
        below = sorted(path.parent for path in folder.glob("*/event.toml"))
        found += [folder] if (folder / "event.toml").exists() or not below else below
    return found


@rules_app.command()
def describe() -> None:
    """Every key of the rules with its meaning and an example, as TOML to begin one's own with."""
    from pipeline.config import describe as described

    say(described())


@rules_app.command()
def new(
    slug: Annotated[str, typer.Argument(metavar="SLUG", help="Name of the new event's folder.")],
) -> None:
    """Begin an event of one's own: five files, every key explained, with the shipped values."""
    from pipeline.config import Refused, new_event

    try:
        written = new_event(_rules_folder(), slug)
    except Refused as refused:
        raise Wrong(str(refused.faults[0])) from refused
    for path in written:
        say(str(path))


@rules_app.command()
def states() -> None:
    """What may happen to an application in each state, in Markdown."""
    from pipeline.console.states import page

    say(page().rstrip("\n"))


# ---------------------------------------------------------------- templates


@templates_app.command("list")
def list_templates(*, json: AsJson = False) -> None:
    """Every letter there is, and whether it carries a secret."""
    from pipeline.domain.decision import SECRET_LETTERS, LetterName

    rows = [{"letter": name.value, "secret": name in SECRET_LETTERS} for name in LetterName]
    if json:
        say_json(rows)
    else:
        say_table(
            ("letter", "carries"),
            ((row["letter"], "a secret" if row["secret"] else "") for row in rows),
        )


@templates_app.command("preview")
def preview_template(
    name: Annotated[str, typer.Argument(metavar="LETTER", help="Its name: see templates list.")],
    *,
    event: EventSlug = None,
    json: AsJson = False,
) -> None:
    """One letter with made-up data; secrets are masked."""
    from pipeline.domain.decision import LetterName
    from pipeline.mail.preview import preview

    known = {letter.value: letter for letter in LetterName}
    if name not in known:
        raise Wrong(f"there is no letter '{name}': see 'templates list'")
    config = configured()
    slug = chosen(event, config.events)
    shown = preview(known[name], config.library(slug), config.events[slug], config.own(slug))
    if json:
        say_json({"letter": name, "subject": shown.subject, "body": shown.body})
        return
    say(f"Subject: {shown.subject}")
    say()
    say(shown.body)
