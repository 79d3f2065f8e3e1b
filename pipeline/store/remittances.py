"""Money that was seen at the bank, and who said so.

Law of this file: a remittance is written down once and never changed; its number is the cause of
what it leads to.  Those that an operator records by hand are counted as one statement of their own
in each event.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from pipeline.store.schema import remittance
from pipeline.store.values import plain

BY_HAND = "by hand"


@dataclass(frozen=True, slots=True)
class Remittance:
    """One amount that arrived."""

    id: int
    event: str
    reference: str | None
    amount: int
    """Yen."""
    value_date: date
    """起算日."""
    payer: str
    outcome: str
    who: str
    why: str
    recorded_at: datetime


def record(
    connection: Connection,
    slug: str,
    *,
    reference: str,
    amount: int,
    value_date: date,
    who: str,
    why: str,
    at: datetime,
    payer: str = "",
) -> int:
    """Write down money that an operator saw for one application. Returns its number."""
    by_hand = f"{BY_HAND}:{slug}"
    before = sa.select(sa.func.coalesce(sa.func.max(remittance.c.occurrence), 0)).where(
        remittance.c.statement == by_hand
    )
    number: int = connection.scalars(
        sa.insert(remittance)
        .values(
            slug=slug,
            statement=by_hand,
            occurrence=before.scalar_subquery() + 1,
            reference=reference,
            amount=amount,
            value_date=value_date,
            payer=plain(payer),
            outcome="assigned",
            who=plain(who),
            why=plain(why),
            recorded_at=at,
        )
        .returning(remittance.c.id)
    ).one()
    return number


def of_application(connection: Connection, reference: str) -> list[Remittance]:
    """What arrived for one application, in the order in which it was recorded."""
    query = (
        sa.select(*_COLUMNS).where(remittance.c.reference == reference).order_by(remittance.c.id)
    )
    return [Remittance(*row) for row in connection.execute(query)]


_COLUMNS: tuple[sa.Column[Any], ...] = (
    remittance.c.id,
    remittance.c.slug,
    remittance.c.reference,
    remittance.c.amount,
    remittance.c.value_date,
    remittance.c.payer,
    remittance.c.outcome,
    remittance.c.who,
    remittance.c.why,
    remittance.c.recorded_at,
)
