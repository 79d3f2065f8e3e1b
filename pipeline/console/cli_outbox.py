"""`outbox ...`: what leaves, and what could not.

Law of this file: a letter in the hand of a sender is nobody's to change; everything else an
operator may hold, let go, try again or drop, with a name and a reason.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any

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
    from pipeline.store.outbox_console import Letter

app = typer.Typer(name="outbox", help="What leaves, and what could not.", no_args_is_help=True)

Number = Annotated[int, typer.Argument(metavar="LETTER", min=1, help="Its number.")]
STATUSES = ("queued", "sending", "at_dot", "sent", "unknown", "failed", "held", "dropped")


@app.command("list")
def list_(
    *,
    status: Annotated[
        str | None, typer.Option("--status", help="queued, sent, unknown, failed, held ...")
    ] = None,
    reference: Annotated[
        str | None, typer.Option("--reference", metavar="REFERENCE", help="Only this application.")
    ] = None,
    event: EventSlug = None,
    limit: Limit = 100,
    json: AsJson = False,
) -> None:
    """The last letters, oldest first."""
    if status is not None and status not in STATUSES:
        raise Wrong(f"--status: there is no '{status}'; there is {', '.join(STATUSES)}")
    with open_office() as here:
        from pipeline.console import view_mail
        from pipeline.store import outbox_console

        with here.office.database.read() as connection:
            found = outbox_console.listing(
                connection,
                here.slug(event),
                status=status,
                reference=here.reference(reference) if reference is not None else None,
                limit=limit,
            )
        if json:
            say_json([view_mail.letter_json(one) for one in found])
        else:
            view_mail.say_letters(found)


@app.command()
def show(number: Number, *, json: AsJson = False) -> None:
    """One letter with its words; its secrets are masked."""
    with open_office() as here:
        from pipeline.console import view_mail
        from pipeline.store import outbox_console

        letter = _found(here, number)
        with here.office.database.read() as connection:
            raw = outbox_console.raw(connection, number)
        if json:
            words = view_mail.words_of(raw) if raw is not None else None
            say_json(view_mail.letter_json(letter) | {"text": words})
        else:
            view_mail.say_letter(letter, raw)


def _found(here: OpenOffice, number: int) -> Letter:
    from pipeline.store import outbox_console

    with here.office.database.read() as connection:
        letter = outbox_console.show(connection, number)
    if letter is None:
        raise Wrong(f"there is no letter {number}")
    return letter


# ---------------------------------------------------------------- acts


def _act(number: int, name: str, who: str | None, why: str, *, done: str) -> None:
    """One act on one letter: `name` is that of the store's function."""
    actor = who_acts(who)
    with acting_office() as here:
        from pipeline.store import outbox_console

        acts: dict[str, Callable[..., bool]] = {
            "hold": outbox_console.hold,
            "release": outbox_console.release,
            "retry": outbox_console.retry,
            "drop": outbox_console.drop,
        }
        letter = _found(here, number)
        with here.office.database.write() as connection:
            said: dict[str, Any] = {"who": actor, "why": why, "at": here.now}
            acted = acts[name](connection, number, cause=here.cause(), **said)
        if not acted:
            raise Refusal(f"letter {number} is {letter.status}: that does not fit it")
        here.note(f"outbox {name}", actor, why, letter=number, reference=letter.reference)
        say(f"letter {number} ({letter.letter} to {letter.recipient}) {done}")


@app.command()
def hold(number: Number, why: Why, who: Who = None) -> None:
    """Keep a letter back until it is released."""
    _act(number, "hold", who, reason_given(why), done="is held")


@app.command()
def release(number: Number, why: Why = "", who: Who = None) -> None:
    """Let a held letter leave."""
    _act(number, "release", who, reason_given(why, required=False), done="may leave")


@app.command()
def retry(number: Number, why: Why = "", who: Who = None) -> None:
    """Send a letter now that failed, waits or is of unknown fate. It may arrive twice then."""
    _act(number, "retry", who, reason_given(why, required=False), done="leaves now")


@app.command()
def drop(number: Number, why: Why, who: Who = None) -> None:
    """Have a letter never leave."""
    _act(number, "drop", who, reason_given(why), done="will never leave")


@app.command()
def stop(why: Why, who: Who = None) -> None:
    """Stop all sending, from the next batch on."""
    actor, reason = who_acts(who), reason_given(why)
    with acting_office() as here:
        from pipeline.workers.act import stop_sending

        stop_sending(here.office, who=actor, why=reason)
        here.note("outbox stop", actor, reason)
        say("sending is stopped: nothing leaves until 'outbox resume'")


@app.command()
def resume(why: Why = "", who: Who = None) -> None:
    """Let letters leave again."""
    actor, reason = who_acts(who), reason_given(why, required=False)
    with acting_office() as here:
        from pipeline.workers.act import resume_sending

        resume_sending(here.office, who=actor, why=reason)
        here.note("outbox resume", actor, reason)
        say("letters leave again")
