"""`inbox ...`: what came, and what could not be handled.

Law of this file: a mail is never shown as raw bytes; what it quotes of our secrets is masked.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.console.front import (
    AsJson,
    EventSlug,
    Limit,
    OpenOffice,
    Refusal,
    Who,
    Why,
    Wrong,
    acting_office,
    open_office,
    reason_given,
    who_acts,
)
from pipeline.console.printing import say, say_json

if TYPE_CHECKING:
    from pipeline.store.inbox_console import InboxStatus, Mail

app = typer.Typer(
    name="inbox", help="What came, and what could not be handled.", no_args_is_help=True
)

Number = Annotated[int, typer.Argument(metavar="MAIL", min=1, help="Its number.")]
STATUSES: tuple[InboxStatus, ...] = ("new", "processed", "shunted", "discarded")


@app.command("list")
def list_(
    *,
    status: Annotated[
        str | None, typer.Option("--status", help="new, processed, shunted or discarded.")
    ] = None,
    event: EventSlug = None,
    limit: Limit = 100,
    json: AsJson = False,
) -> None:
    """The last mails, oldest first."""
    wanted = next((one for one in STATUSES if one == status), None)
    if wanted is None and status is not None:
        raise Wrong(f"--status: there is no '{status}'; there is {', '.join(STATUSES)}")
    with open_office() as here:
        from pipeline.console import view_mail
        from pipeline.store import inbox_console

        with here.office.database.read() as connection:
            found = inbox_console.listing(connection, here.slug(event), status=wanted, limit=limit)
        if json:
            say_json([view_mail.mail_json(one) for one in found])
        else:
            view_mail.say_mails(found)


@app.command()
def show(number: Number, *, json: AsJson = False) -> None:
    """One mail as it is read, and what it led to. Secrets that it quotes are masked."""
    with open_office() as here:
        from pipeline.console import view_mail
        from pipeline.console.masks import Mask
        from pipeline.mail.reading import read
        from pipeline.mail.showing import as_json
        from pipeline.store import inbox_console, journal

        with here.office.database.read() as connection:
            mail = _found(here, number)
            raw = inbox_console.raw(connection, number) or b""
            led_to = journal.of_cause(connection, mail.cause)
        served = here.served(mail.event)
        reading = read(raw, served.rules, served.own, envelope_sender=mail.envelope_sender)
        mask = Mask(s for one in here.office.events.values() for s in one.access().values.values())
        if json:
            told = as_json(reading, mail.cause, text=True)
            say_json(view_mail.mail_json(mail) | {"reading": mask.everywhere(told)})
        else:
            view_mail.say_mail(mail, reading, led_to, mask)


def _found(here: OpenOffice, number: int) -> Mail:
    from pipeline.store import inbox_console

    with here.office.database.read() as connection:
        mail = inbox_console.show(connection, number)
    if mail is None:
        raise Wrong(f"there is no mail {number}")
    return mail


@app.command()
def replay(number: Number, why: Why = "", who: Who = None) -> None:
    """Have a mail read again that was set aside, after what stopped it was mended."""
    actor, reason = who_acts(who), reason_given(why, required=False)
    with acting_office() as here:
        from pipeline.store import inbox_console

        mail = _found(here, number)
        with here.office.database.write() as connection:
            acted = inbox_console.replay(
                connection, number, who=actor, why=reason, at=here.now, cause=here.cause()
            )
        if not acted:
            raise Refusal(f"mail {number} is {mail.status}: only what was set aside is read again")
        here.note("inbox replay", actor, reason, mail=number)
        say(f"mail {number} will be read again by the daemon")


@app.command()
def discard(number: Number, why: Why, who: Who = None) -> None:
    """Have a mail never read that was set aside; its bytes stay."""
    actor, reason = who_acts(who), reason_given(why)
    with acting_office() as here:
        from pipeline.store import inbox_console

        mail = _found(here, number)
        with here.office.database.write() as connection:
            acted = inbox_console.discard(
                connection, number, who=actor, why=reason, at=here.now, cause=here.cause()
            )
        if not acted:
            raise Refusal(f"mail {number} is {mail.status} already")
        here.note("inbox discard", actor, reason, mail=number)
        say(f"mail {number} is discarded")
