"""Money carried to the door.

Promise 5 lives here: money is judged by the bank's dates.  A remittance is remembered with its
value date before it is decided, in the same transaction, and the day through which the bank's word
reaches is remembered beside it; nothing else ever makes an application paid.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from pipeline.domain.events import MoneyArrived
from pipeline.store import allocations, remittances, settings
from pipeline.store.database import Conflict
from pipeline.store.remittances import Status
from pipeline.store.unit import Unit
from pipeline.workers import door
from pipeline.workers.door import Done
from pipeline.workers.money_events import SETTLING
from pipeline.workers.office import Office, Served


class UnknownReference(LookupError):  # noqa: N818 - named for what the caller learns
    """There is no application of this reference; ask the operator for another."""


def record_payment(
    office: Office, reference: str, *, amount: int, value_date: date, who: str, why: str
) -> list[Done]:
    """Money that an operator saw at the bank, for one application.

    `amount` in yen, above zero; `value_date` is 起算日. Raises `UnknownReference`.
    """

    def remember(unit: Unit, served: Served) -> list[Done]:
        number = remittances.record(
            unit.connection,
            served.slug,
            reference=reference,
            amount=amount,
            value_date=value_date,
            who=who,
            why=why,
            at=office.clock.now(),
        )
        cause = f"remittance:{number}"
        allocations.allocate(
            unit.connection, number, [(reference, amount)], cause=cause, at=office.clock.now()
        )
        event = MoneyArrived(
            amount=amount, value_date=value_date, remittance=number, who=who, why=why
        )
        done = door.apply(
            office,
            unit,
            served,
            cause=cause,
            target=reference,
            event=event,
            now=office.clock.now(),
        )
        if any(one.decision.reason not in SETTLING for one in done[:1]):
            remittances.set_status(unit.connection, [number], Status.OPEN)
        return done

    done = on_application(office, reference, remember)
    office.send_bell.ring()
    return done


def covered(office: Office, slug: str, *, through: date, who: str, why: str) -> None:
    """The bank's word reaches through this day; expiry up to it may be decided from now on."""
    served = office.events[slug]
    with office.database.write(served.lock) as connection:
        settings.cover(connection, slug, through=through, who=who, why=why, at=office.clock.now())
    office.remind_bell.ring()


def on_application(
    office: Office, reference: str, carry: Callable[[Unit, Served], list[Done]]
) -> list[Done]:
    """Do something with one application in a unit of work, anew after a conflict."""
    while True:
        try:
            done = _once(office, reference, carry)
        except Conflict:
            continue
        door.tell(done)
        return done


def _once(
    office: Office, reference: str, carry: Callable[[Unit, Served], list[Done]]
) -> list[Done]:
    with office.database.read() as connection:
        known = Unit(connection, office.standings(), office.random).application(reference)
    if known is None:
        raise UnknownReference(reference)
    served = office.events[known.event]
    with office.database.write(served.lock) as connection:
        unit = Unit(connection, office.standings(), office.random)
        done = carry(unit, served)
        unit.flush()
    return done
