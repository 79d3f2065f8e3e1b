"""`access ...`: the ID and password, which are never shown.

Law of this file: it tells which of the secrets are there, and moves the day they leave; their
values are asked for by `workers.send` alone.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

import typer

from pipeline.console.front import (
    AsJson,
    EventSlug,
    OpenOffice,
    Who,
    Why,
    Wrong,
    acting_office,
    moment_given,
    open_office,
    reason_given,
    who_acts,
)
from pipeline.console.printing import say, say_json, when

app = typer.Typer(
    name="access", help="The ID and password; never their values.", no_args_is_help=True
)


@app.command()
def status(*, event: EventSlug = None, json: AsJson = False) -> None:
    """Which secrets are there, when they may leave, and who waits for them."""
    with open_office() as here:
        from pipeline.console import views

        told = _told(here, here.served(event).slug)
        if json:
            say_json(told)
        else:
            views.say_access(told)


def _told(here: OpenOffice, slug: str) -> dict[str, Any]:
    """Names, never values."""
    from pipeline.store import status as store

    rules = here.office.events[slug].rules
    secrets = here.config.access(slug)()
    with here.office.database.read() as connection:
        found = store.of_event(connection, slug, here.now)
    return {
        "event": slug,
        "id": "id" in secrets.values,
        "password": "password" in secrets.values,
        "zoom_link": "zoom_link" in secrets.values,
        "trouble": secrets.trouble,
        "opens_at": found.access_postponed_to or rules.access_opens_at,
        "postponed": found.access_postponed_to is not None,
        "ends_at": rules.access_ends_at,
        "generation": found.access_generation,
        "waiting": found.waiting_for_access,
    }


@app.command()
def postpone(
    until: Annotated[
        str,
        typer.Argument(metavar="DATE", help="The new day, or 'DATE TIME'; the rules' hour else."),
    ],
    why: Why,
    event: EventSlug = None,
    who: Who = None,
) -> None:
    """Open access later (or, again, at another time) than the rules say."""
    actor, reason = who_acts(who), reason_given(why)
    given = moment_given(until, "DATE")
    with acting_office() as here:
        from pipeline.workers.act import postpone_access

        served = here.served(event)
        rules = served.rules
        if not isinstance(given, datetime):
            given = datetime.combine(given, rules.local(rules.event.ondemand.opens).time())
        opens_at = rules.local(given)
        if opens_at >= rules.access_ends_at:
            raise Wrong(f"the videos end before {when(opens_at)}")
        postpone_access(here.office, served.slug, until=opens_at, who=actor, why=reason)
        here.note("access postpone", actor, reason, event=served.slug, until=opens_at)
        say(f"{served.slug}: access opens on {when(opens_at)}")


@app.command()
def rotate(why: Why, event: EventSlug = None, who: Who = None) -> None:
    """There is a new ID or password: send it to everybody who was admitted.

    Write it into the secrets file first; what leaves is what stands there then.
    """
    actor, reason = who_acts(who), reason_given(why)
    with acting_office() as here:
        from pipeline.workers.act import rotate_access

        served = here.served(event)
        if not served.access().ready:
            raise Wrong(f"{served.slug}: the secrets file lacks the new ID or password")
        generation = rotate_access(here.office, served.slug, who=actor, why=reason)
        here.note("access rotate", actor, reason, event=served.slug, generation=generation)
        say(f"{served.slug}: ID and password number {generation} go to everybody who has paid")
