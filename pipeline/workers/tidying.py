"""Money whose matter has ended meanwhile: closed by itself, with its tasks.

Law of this file: it closes only what needs nobody any more: money that its applications have paid
with in full, and what the bank took back.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.engine import Connection

from pipeline.domain.application import HAS_PAID, Application
from pipeline.domain.remittance import Flow
from pipeline.store import allocations, applications, money_acts, remittances, tasks
from pipeline.store.remittances import Status
from pipeline.workers.office import Office

_WHO = "bank"


def settle_what_is_paid(office: Office, connection: Connection, *, at: datetime) -> None:
    """Open money of applications that have paid by now, and have nothing over: settled.

    The rest of a short payment has come, or an incomplete application was completed.
    """
    waiting = [
        one
        for one in remittances.listing(connection, statuses=[Status.OPEN])
        if one.line.flow is Flow.CREDIT
    ]
    shares = allocations.shares_of_many(connection, [one.id for one in waiting])
    used = {
        one.id: shares[one.id]
        for one in waiting
        if one.id in shares and sum(shares[one.id].values()) == one.line.amount
    }
    whose = {reference for mine in used.values() for reference in mine}
    people = applications.several(connection, whose)
    for number, mine in used.items():
        if all(_has_just_paid(office, people.get(reference)) for reference in mine):
            _close(connection, number, Status.SETTLED, "it is paid in full by now", at)


def _has_just_paid(office: Office, application: Application | None) -> bool:
    if application is None or application.state not in HAS_PAID:
        return False
    fee = office.events[application.event].rules.payment.fee
    return application.credited <= application.seats * fee - application.discount


def taken_back(connection: Connection, number: int, *, cause: str, at: datetime) -> None:
    """The bank took this credit back: nobody is credited with it, and nobody is asked."""
    allocations.undo(connection, number, cause=cause, at=at)
    _close(connection, number, Status.REVERSED, "the bank took it back", at)


def found_its_credit(connection: Connection, number: int, *, at: datetime) -> None:
    """The credit that this cancellation takes back has come."""
    _close(connection, number, Status.SETTLED, "the credit that it takes back has come", at)


def _close(connection: Connection, number: int, status: Status, why: str, at: datetime) -> None:
    money_acts.note(connection, number, "closed", status=status, who=_WHO, why=why, at=at)
    tasks.close_of_cause(connection, f"remittance:{number}", who=_WHO, why=why, at=at)
