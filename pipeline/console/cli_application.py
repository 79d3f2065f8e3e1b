"""`application ...`: look at one application, and act on it.

Law of this file: every act is one event with who and why, carried to the door by `workers.act`;
nothing is decided here.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

import typer

from pipeline.console.front import (
    AsJson,
    EventSlug,
    OpenOffice,
    Reference,
    Who,
    Why,
    Wrong,
    acting_office,
    day_given,
    narrow,
    open_office,
    reason_given,
    state_given,
    who_acts,
)
from pipeline.console.printing import day, printable, say_json
from pipeline.domain.application import Application
from pipeline.domain.events import (
    Accepted,
    Cancelled,
    Declined,
    Extended,
    FromOperator,
    Held,
    Released,
    Resent,
    WithdrawnByOperator,
)

app = typer.Typer(
    name="application", help="One application: look at it, act on it.", no_args_is_help=True
)

OfState = Annotated[
    list[str] | None, typer.Option("--state", metavar="STATE", help="Only these states; repeat it.")
]
OnlyHeld = Annotated[bool, typer.Option("--held", help="Only what is held.")]
OfAddress = Annotated[
    str | None, typer.Option("--address", help="Only this contact's or participant's address.")
]


@app.command("list")
def list_(
    *,
    state: OfState = None,
    held: OnlyHeld = False,
    address: OfAddress = None,
    event: EventSlug = None,
    json: AsJson = False,
) -> None:
    """All applications, the oldest arrival first."""
    wanted = [state_given(name) for name in state or ()]
    with open_office() as here:
        from pipeline.console import views
        from pipeline.store import applications

        with here.office.database.read() as connection:
            found = applications.listing(
                connection,
                here.slug(event),
                states=wanted,
                held=held or None,
                address=address,
            )
        if json:
            say_json([views.application_json(one) for one in found])
        else:
            views.say_applications(found)


@app.command()
def show(reference: Reference, *, json: AsJson = False) -> None:
    """All that is known of one application."""
    with open_office() as here:
        from pipeline.console import views
        from pipeline.store import allocations, tasks

        application = here.application(reference)
        if json:
            say_json(views.application_json(application))
            return
        served = here.office.events.get(application.event)
        with here.office.database.read() as connection:
            open_tasks = tasks.listing(connection, reference=application.reference)
            money = allocations.of_application(connection, application.reference)
        views.say_application(application, served.rules if served else None, open_tasks, money)


@app.command()
def explain(reference: Reference, *, json: AsJson = False) -> None:
    """Tell its life: when, by which cause, what happened, why it was decided so, what was sent."""
    with open_office() as here:
        from pipeline.console import life

        application = here.application(reference)
        with here.office.database.read() as connection:
            told = life.of(connection, application)
        if json:
            say_json(life.as_json(told))
        else:
            life.say(told)


# ---------------------------------------------------------------- acts


def _act(reference: str, event: Callable[[OpenOffice, Application], FromOperator]) -> None:
    """Carry one act to the door and tell what came of it. Raises Wrong and Refusal."""
    with acting_office() as here:
        from pipeline.console import acting
        from pipeline.workers.act import act

        application = here.application(reference)
        here.served(application.event)
        acting.tell(act(here.office, application.reference, event(here, application)))


@app.command()
def hold(reference: Reference, why: Why, who: Who = None) -> None:
    """Hold it: events are recorded, letters wait."""
    event = Held(who=who_acts(who), why=reason_given(why))
    _act(reference, lambda *_: event)


@app.command()
def release(reference: Reference, why: Why = "", who: Who = None) -> None:
    """Release it: waiting letters may leave."""
    event = Released(who=who_acts(who), why=reason_given(why, required=False))
    _act(reference, lambda *_: event)


@app.command()
def accept(reference: Reference, why: Why, who: Who = None) -> None:
    """Accept what waits for a person: a held one, one in line, a late payment, a closed one."""
    event = Accepted(who=who_acts(who), why=reason_given(why))
    _act(reference, lambda *_: event)


@app.command()
def decline(reference: Reference, why: Why, who: Who = None) -> None:
    """Decline an unpaid one; it is told so."""
    event = Declined(who=who_acts(who), why=reason_given(why))
    _act(reference, lambda *_: event)


@app.command()
def cancel(reference: Reference, why: Why, who: Who = None) -> None:
    """Take an open application back, for the office; it is told so."""
    event = Cancelled(who=who_acts(who), why=reason_given(why))
    _act(reference, lambda *_: event)


@app.command()
def extend(
    reference: Reference,
    until: Annotated[
        str, typer.Option("--until", metavar="DATE", help="The new last day for payment.")
    ],
    why: Why,
    who: Who = None,
) -> None:
    """Give longer to pay, the way of public bodies that pay after an invoice."""
    event = Extended(who=who_acts(who), why=reason_given(why), until=day_given(until, "--until"))

    def within_the_season(here: OpenOffice, application: Application) -> FromOperator:
        if event.until < here.now.date():
            raise Wrong(f"--until: {day(event.until)} is over already")
        rules = here.served(application.event).rules
        if rules.end_of(event.until) > rules.access_ends_at:
            raise Wrong(f"--until: {day(event.until)} is after the event has ended")
        return event

    _act(reference, within_the_season)


@app.command()
def withdraw(
    reference: Reference,
    why: Why,
    participant: Annotated[
        list[int] | None,
        typer.Option("--participant", min=1, help="Only this participant's number; repeat it."),
    ] = None,
    who: Who = None,
) -> None:
    """Withdraw all or some participants on the applicant's behalf; the seats are free at once."""
    numbers = tuple(sorted(set(participant or ())))
    event = WithdrawnByOperator(who=who_acts(who), why=reason_given(why), participants=numbers)

    def of_those_there(_: OpenOffice, application: Application) -> FromOperator:
        there = {person.number for person in application.active}
        if strange := [number for number in numbers if number not in there]:
            known = ", ".join(map(str, sorted(there))) or "none"
            raise Wrong(f"--participant: there is no {strange[0]} to withdraw; there is {known}")
        return event

    _act(reference, of_those_there)


@app.command()
def resend(
    reference: Reference,
    why: Why = "",
    to: Annotated[
        str | None,
        typer.Option("--to", metavar="ADDRESS", help="A new registered address for it."),
    ] = None,
    who: Who = None,
) -> None:
    """Send the letter of its present state again, to a new address when one is given."""
    event = Resent(
        who=who_acts(who),
        why=reason_given(why, required=to is not None),
        to=_address(to) if to is not None else None,
    )
    _act(reference, lambda *_: event)


def _address(text: str) -> str:
    from pydantic import TypeAdapter, ValidationError

    from pipeline.domain.rules import Address

    try:
        address: str = TypeAdapter(Address).validate_python(narrow(text))
    except ValidationError:
        raise Wrong(f"--to: '{printable(text)}' is no mail address") from None
    return address
