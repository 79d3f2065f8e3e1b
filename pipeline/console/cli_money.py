"""`payments ...`: what an operator saw at the bank.

Law of this file: amounts and value dates are taken as the bank writes them, and never guessed.
"""

from __future__ import annotations

from typing import Annotated

import typer

from pipeline.console import cli_money_acts, cli_statement
from pipeline.console.front import (
    EventSlug,
    Reference,
    Who,
    Why,
    Wrong,
    acting_office,
    day_given,
    reason_given,
    who_acts,
    yen_given,
)
from pipeline.console.printing import day, say

app = typer.Typer(
    name="payments", help="Money, as an operator saw it at the bank.", no_args_is_help=True
)


app.command("import")(cli_statement.import_)
cli_money_acts.register(app)


@app.command()
def record(
    reference: Reference,
    amount: Annotated[str, typer.Option("--amount", metavar="YEN", help="What arrived.")],
    value_date: Annotated[
        str,
        typer.Option("--value-date", metavar="DATE", help="起算日: the day that counts."),
    ],
    why: Why = "",
    who: Who = None,
) -> None:
    """Record one payment for one application. Each call is one transfer: do not repeat it."""
    actor, reason = who_acts(who), reason_given(why, required=False)
    yen, valued = yen_given(amount), day_given(value_date, "--value-date")
    with acting_office() as here:
        from pipeline.console import acting
        from pipeline.workers.reconcile import record_payment

        application = here.application(reference)
        here.served(application.event)
        if valued > here.now.date():
            raise Wrong(f"--value-date: {day(valued)} has not come yet")
        done = record_payment(
            here.office,
            application.reference,
            amount=yen,
            value_date=valued,
            who=actor,
            why=reason,
        )
        acting.tell(done)


@app.command()
def covered(
    through: Annotated[
        str,
        typer.Option("--through", metavar="DATE", help="The last day that was looked through."),
    ],
    why: Why = "",
    event: EventSlug = None,
    who: Who = None,
) -> None:
    """Say that every payment through a day has been recorded: only then may unpaid ones expire."""
    actor, reason = who_acts(who), reason_given(why, required=False)
    last = day_given(through, "--through")
    with acting_office() as here:
        from pipeline.workers import reconcile

        served = here.served(event)
        if last >= here.now.date():
            raise Wrong(f"--through: {day(last)} is not over yet, and money may still come")
        reconcile.covered(here.office, served.slug, through=last, who=actor, why=reason)
        here.note("payments covered", actor, reason, event=served.slug, through=last)
        say(f"{served.slug}: the bank's word covers {day(last)} and what was before it")
