"""Uketsuke: from settings to the daemon, the rehearsal or the console, and nothing else.

python main.py --help
"""

from __future__ import annotations

import os
from typing import Annotated

import typer

from pipeline.console.cli import app

Speed = Annotated[
    float | None,
    typer.Option(
        "--speed",
        min=0.01,
        max=100_000,
        help="Seconds of event time in one of yours, in the sandbox; 1440 is a day a minute.",
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print a summary as JSON.")]


@app.command(rich_help_panel="The program")
def run(speed: Speed = None) -> None:
    """Run the daemon; with nothing configured, on the sandbox. Ctrl-C or SIGTERM ends it."""
    from pipeline.config import Refused, load
    from pipeline.daemon import Visitor, serve
    from pipeline.rehearsal.visitors import visitors
    from pipeline.store.database import StoreError

    environ = dict(os.environ)
    if speed is not None:
        environ["UKETSUKE_CLOCK__SPEED"] = str(speed)
    try:
        config = load(environ)
        office = next(iter(config.owns.values())).address
        samples = [Visitor(*one) for one in visitors(office, config.clock.start)]
        serve(config, visitors=samples, say=typer.echo)
    except Refused as refused:
        for fault in refused.faults:
            typer.echo(str(fault), err=True)
        raise typer.Exit(2) from None
    except StoreError as error:
        # Served by another daemon, unreachable, no database at all: said in its one line.
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from None


@app.command(rich_help_panel="The program")
def rehearse(
    *,
    capacity: Annotated[int | None, typer.Option("--capacity", min=1, help="Seats.")] = None,
    seed: Annotated[int | None, typer.Option("--seed", help="Chooses the people.")] = None,
    quiet: Annotated[bool, typer.Option("--quiet", help="Only seats and promises.")] = False,
    as_json: AsJson = False,
) -> None:
    """Play the whole season on a clock of its own, and check every promise."""
    import json

    from pipeline.rehearsal.script import CAPACITY
    from pipeline.rehearsal.stage import SEED
    from pipeline.rehearsal.stage import rehearse as play

    outcome = play(
        capacity=CAPACITY if capacity is None else capacity,
        seed=SEED if seed is None else seed,
    )
    if as_json:
        typer.echo(json.dumps(outcome.as_json(), ensure_ascii=False))
    else:
        for line in outcome.verdict if quiet else outcome.calendar:
            typer.echo(line)
    raise typer.Exit(0 if outcome.kept else 1)


if __name__ == "__main__":
    app()
