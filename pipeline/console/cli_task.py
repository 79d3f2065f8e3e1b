"""`task ...`: what only a person can do."""

from __future__ import annotations

from typing import Annotated

import typer

from pipeline.console.front import (
    AsJson,
    EventSlug,
    Limit,
    Refusal,
    Who,
    Why,
    acting_office,
    open_office,
    reason_given,
    who_acts,
)
from pipeline.console.printing import say, say_json

app = typer.Typer(name="task", help="What only a person can do.", no_args_is_help=True)


@app.command("list")
def list_(
    *,
    reference: Annotated[
        str | None, typer.Option("--reference", metavar="REFERENCE", help="Only this application.")
    ] = None,
    all_: Annotated[bool, typer.Option("--all", help="Also those that are done.")] = False,
    event: EventSlug = None,
    limit: Limit = 1000,
    json: AsJson = False,
) -> None:
    """Open tasks, the oldest first."""
    with open_office() as here:
        from pipeline.console import views
        from pipeline.store import tasks

        with here.office.database.read() as connection:
            found = tasks.listing(
                connection,
                here.slug(event),
                reference=here.reference(reference) if reference is not None else None,
                closed=all_,
                limit=limit,
            )
        if json:
            say_json([views.task_json(one) for one in found])
        else:
            views.say_tasks(found)


@app.command()
def done(
    number: Annotated[int, typer.Argument(metavar="TASK", min=1, help="Its number.")],
    why: Why = "",
    who: Who = None,
) -> None:
    """It is done; say in --why what came of it."""
    actor, reason = who_acts(who), reason_given(why, required=False)
    with acting_office() as here:
        from pipeline.store import tasks

        with here.office.database.write() as connection:
            closed = tasks.close(connection, number, who=actor, why=reason, at=here.now)
        if not closed:
            raise Refusal(f"there is no open task {number}")
        here.note("task done", actor, reason, task=number)
        say(f"task {number} is done")
