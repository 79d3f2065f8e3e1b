"""What applications were credited with, remittance by remittance.

Law of this file: rows are added and never changed.  Undoing is a row of its own that names the one
it undoes, each can be undone once, and what an application has is the sum.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from pipeline.store.schema import allocation, application, remittance
from pipeline.store.statements import Many, among


@dataclass(frozen=True, slots=True)
class Credited:
    """What one application was credited with from one remittance."""

    id: int
    """The remittance's number."""
    event: str
    reference: str
    amount: int
    """Yen credited now; 0 where all of it was undone."""
    value_date: date
    payer: str
    outcome: str
    status: str
    who: str
    why: str
    recorded_at: datetime


def allocate(
    connection: Connection,
    number: int,
    shares: Sequence[tuple[str, int]],
    *,
    cause: str,
    at: datetime,
) -> None:
    """Applications were credited with so many yen of it (reference, yen)."""
    allocate_many(connection, [(number, shares, cause)], at=at)


def allocate_many(
    connection: Connection,
    of: Iterable[tuple[int, Sequence[tuple[str, int]], str]],
    *,
    at: datetime,
) -> None:
    """The same for many: remittance, its shares, and the cause."""
    flat = [(n, ref, yen, cause) for n, shares, cause in of for ref, yen in shares if yen]
    ids = _application_ids(connection, {ref for _, ref, _, _ in flat})
    rows = [
        {"remittance": n, "application": ids[ref], "amount": yen, "cause": cause, "at": at}
        for n, ref, yen, cause in flat
    ]
    _ALLOCATE(connection, rows)


def undo(connection: Connection, number: int, *, cause: str, at: datetime) -> None:
    """Nobody is credited with it any more."""
    later = allocation.alias("later")
    undoing = sa.select(later.c.undoes).where(later.c.undoes.is_not(None))
    rows = connection.execute(
        sa.select(allocation.c.id, allocation.c.application, allocation.c.amount).where(
            allocation.c.remittance == number,
            allocation.c.undoes.is_(None),
            allocation.c.id.not_in(undoing),
        )
    ).all()
    _UNDO(
        connection,
        [
            {
                "remittance": number,
                "application": row.application,
                "amount": -row.amount,
                "cause": cause,
                "undoes": row.id,
                "at": at,
            }
            for row in rows
        ],
    )


def shares_of(connection: Connection, number: int) -> dict[str, int]:
    """Who is credited with how many yen of it now."""
    return shares_of_many(connection, [number]).get(number, {})


def shares_of_many(connection: Connection, ids: Collection[int]) -> dict[int, dict[str, int]]:
    """The same for many; who is credited with nothing is left out."""
    found: dict[int, dict[str, int]] = {}
    for row in connection.execute(_SHARES, {"of": list(ids)}):
        # PostgreSQL sums 64 bits as a number of any length, which is no int here.
        found.setdefault(row[0], {})[row[1]] = int(row[2])
    return found


def of_application(connection: Connection, reference: str) -> list[Credited]:
    """What arrived for one application, in the order in which it was written down."""
    query = (
        sa.select(
            remittance.c.id,
            remittance.c.slug,
            application.c.reference,
            sa.func.sum(allocation.c.amount),
            remittance.c.value_date,
            remittance.c.payer,
            remittance.c.outcome,
            remittance.c.status,
            remittance.c.who,
            remittance.c.why,
            remittance.c.recorded_at,
        )
        .join(allocation, allocation.c.remittance == remittance.c.id)
        .join(application, application.c.id == allocation.c.application)
        .where(application.c.reference == reference)
        .group_by(remittance.c.id, application.c.reference)
        .order_by(remittance.c.id)
    )
    return [
        Credited(row[0], row[1], row[2], int(row[3]), *row[4:]) for row in connection.execute(query)
    ]


# ---------------------------------------------------------------- inside

_ALLOCATE = Many(sa.insert(allocation))
_UNDO = Many(sa.insert(allocation))
_SHARES = (
    sa.select(allocation.c.remittance, application.c.reference, sa.func.sum(allocation.c.amount))
    .join(application, application.c.id == allocation.c.application)
    .where(among(allocation.c.remittance))
    .group_by(allocation.c.remittance, application.c.reference)
    .having(sa.func.sum(allocation.c.amount) != 0)
    .order_by(allocation.c.remittance, sa.func.min(allocation.c.id))
)
_IDS = sa.select(application.c.reference, application.c.id).where(among(application.c.reference))


def _application_ids(connection: Connection, references: Collection[str]) -> dict[str, int]:
    rows = connection.execute(_IDS, {"of": list(references)})
    return {row[0]: row[1] for row in rows}
