"""`payments unmatched|show|assign|accept|refund|reverse|dismiss`: money that waits for a person.

Law of this file: what is typed becomes one act of `workers.money_verbs`, and what came of it is
told in words.  Every act has a name and a reason, and `reverse` undoes any of them.
"""

from __future__ import annotations

from collections.abc import Callable
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
    yen_given,
)
from pipeline.console.printing import say, say_json

if TYPE_CHECKING:
    from pipeline.workers.money_verbs import Acted

Number = Annotated[
    int, typer.Argument(metavar="MONEY", min=1, help="Its number in `payments unmatched`.")
]
Shares = Annotated[
    list[str],
    typer.Argument(
        metavar="REFERENCE[=YEN]...", help="Whose it is; how much for each where it is for several."
    ),
]
All = Annotated[bool, typer.Option("--all", help="Also what needs nobody any more.")]


def unmatched(
    *, all_: All = False, event: EventSlug = None, limit: Limit = 1000, json: AsJson = False
) -> None:
    """Money that waits for a person, with those whose it may be; the oldest first."""
    with open_office() as here:
        from pipeline.console import view_money
        from pipeline.store import remittances

        with here.office.database.read() as connection:
            found = remittances.listing(
                connection,
                statuses=() if all_ else [remittances.Status.OPEN],
                event=here.slug(event),
                limit=limit,
            )
        if json:
            say_json([view_money.kept_json(one) for one in found])
        else:
            view_money.say_kept(found, here.now)


def show(number: Number, *, json: AsJson = False) -> None:
    """One amount: what the bank said, what was found, what was done with it and by whom."""
    with open_office() as here:
        from pipeline.console import view_money
        from pipeline.store import allocations, money_acts, remittances

        with here.office.database.read() as connection:
            one = remittances.get(connection, number)
            if one is None:
                raise Wrong(f"there is no money of the number {number}")
            shares = allocations.shares_of(connection, number)
            acts = money_acts.acts(connection, number)
        if json:
            say_json(view_money.whole_json(one, shares, acts))
        else:
            view_money.say_whole(one, shares, acts)


def assign(number: Number, shares: Shares, why: Why = "", who: Who = None) -> None:
    """Say whose it is: one application, or several with the yen for each."""

    def act(here: OpenOffice, actor: str, reason: str) -> Acted:
        from pipeline.workers import money_verbs

        given = _shares(here, number, shares)
        return money_verbs.assign(here.office, number, given, who=actor, why=reason)

    _act(number, "assign", who, why, act)


def accept(number: Number, why: Why = "", who: Who = None) -> None:
    """Let it count as it is: late, less than owed (値引き), or for one without a seat."""

    def act(here: OpenOffice, actor: str, reason: str) -> Acted:
        from pipeline.workers import money_verbs

        return money_verbs.accept(here.office, number, who=actor, why=reason)

    _act(number, "accept", who, why, act)


def refund(
    number: Number,
    amount: Annotated[
        str | None, typer.Option("--amount", metavar="YEN", help="Only so much of it.")
    ] = None,
    why: Why = "",
    who: Who = None,
) -> None:
    """Note that it goes back to whoever sent it. The transfer itself is the office's to make."""
    yen = yen_given(amount) if amount is not None else None

    def act(here: OpenOffice, actor: str, reason: str) -> Acted:
        from pipeline.workers import money_verbs

        return money_verbs.refund(here.office, number, who=actor, why=reason, amount=yen)

    _act(number, "refund", who, why, act)


def dismiss(number: Number, why: Why = "", who: Who = None) -> None:
    """It is not ours, and nobody is asked about it again."""

    def act(here: OpenOffice, actor: str, reason: str) -> Acted:
        from pipeline.workers import money_verbs

        return money_verbs.dismiss(here.office, number, who=actor, why=reason)

    _act(number, "dismiss", who, why, act)


def reverse(number: Number, why: Why = "", who: Who = None) -> None:
    """Undo what was done with it: it is nobody's and waits for a person again."""

    def act(here: OpenOffice, actor: str, reason: str) -> Acted:
        from pipeline.workers import money_verbs

        return money_verbs.reverse(here.office, number, who=actor, why=reason)

    _act(number, "reverse", who, why, act)


def register(app: typer.Typer) -> None:
    """Add these verbs to `payments`."""
    for verb in (unmatched, show, assign, accept, refund, reverse, dismiss):
        app.command()(verb)


# ---------------------------------------------------------------- what they share


def _act(
    number: int,
    verb: str,
    who: str | None,
    why: str,
    act: Callable[[OpenOffice, str, str], Acted],
) -> None:
    actor, reason = who_acts(who), reason_given(why)
    with acting_office() as here:
        from pipeline.console import acting, view_money
        from pipeline.workers.money_verbs import CannotBe, UnknownRemittance

        try:
            acted = act(here, actor, reason)
        except UnknownRemittance:
            raise Wrong(f"there is no money of the number {number}") from None
        except CannotBe as error:
            raise Refusal(f"{number}: {error}") from error
        here.note(f"payments {verb}", actor, reason, money=number)
        if acted.done:
            acting.tell(acted.done)
        say(f"{number}: {view_money.STATUS_TEXT[acted.status]}")


def _shares(here: OpenOffice, number: int, given: list[str]) -> list[tuple[str, int]]:
    """`123456=1000`, or a reference alone for what is there."""
    from pipeline.store import remittances

    if len(given) == 1 and "=" not in given[0]:
        with here.office.database.read() as connection:
            one = remittances.get(connection, number)
        amount = one.line.amount if one is not None else 1
        return [(here.application(given[0]).reference, amount)]
    shares = []
    for text in given:
        reference, equals, yen = text.partition("=")
        if not equals:
            raise Wrong(f"'{text}': of several applications each needs its yen: {text}=1000")
        shares.append((here.application(reference).reference, yen_given(yen)))
    return shares
