"""What people did with remittances: who, why, and where each stood afterwards.

Law of this file: acts are added and never changed, and numbered within their remittance, so that
of two people who act at once one is told to look again.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from pipeline.store.remittances import Status, set_status
from pipeline.store.schema import money_act
from pipeline.store.values import plain


@dataclass(frozen=True, slots=True)
class Act:
    """What was done with a remittance after it was written down."""

    number: int
    act: str
    status: str
    """Where it stood afterwards."""
    who: str
    why: str
    at: datetime


def note(
    connection: Connection,
    number: int,
    act: str,
    *,
    status: Status,
    who: str,
    why: str,
    at: datetime,
) -> int:
    """Somebody did this with it, and it stands so now. Returns which act of it this is, from 1.

    Raises `Conflict` where somebody else acted at the same time.
    """
    count = sa.select(sa.func.count()).where(money_act.c.remittance == number)
    nth = (connection.scalar(count) or 0) + 1
    connection.execute(
        sa.insert(money_act).values(
            remittance=number,
            number=nth,
            act=act,
            status=status.value,
            who=plain(who),
            why=plain(why),
            at=at,
        )
    )
    set_status(connection, [number], status)
    return nth


def acts(connection: Connection, number: int) -> list[Act]:
    """All that was done with it, in order."""
    query = (
        sa.select(
            money_act.c.number,
            money_act.c.act,
            money_act.c.status,
            money_act.c.who,
            money_act.c.why,
            money_act.c.at,
        )
        .where(money_act.c.remittance == number)
        .order_by(money_act.c.number)
    )
    return [Act(*row) for row in connection.execute(query)]
