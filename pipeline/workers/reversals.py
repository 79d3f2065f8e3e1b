"""Money taken back: applications uncredited, and access that has not left kept here.

Promises 4 and 5 meet here: what the bank or an operator takes back is credited no longer, in the
same transaction letters with ID and password that wait are dropped, and those that have left are
told to the decision, which asks a person.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy.engine import Connection

from pipeline.domain.decision import Reason
from pipeline.domain.events import MoneyReversed
from pipeline.store import outbox
from pipeline.workers.door import Done, Told
from pipeline.workers.office import Served

WHY_DROPPED = "the money was taken back before it left"


def told_of(
    connection: Connection,
    shares: Mapping[str, int],
    served: Mapping[str, Served],
    *,
    remittance: int,
    who: str,
    why: str,
) -> list[Told]:
    """The event for each application that was credited (reference, yen)."""
    return [
        Told(
            served[reference],
            reference,
            MoneyReversed(
                amount=yen,
                access_left=outbox.secrets_left(connection, reference),
                remittance=remittance,
                who=who,
                why=why,
            ),
        )
        for reference, yen in shares.items()
    ]


def drop_access(connection: Connection, done: Sequence[Done], at: datetime) -> None:
    """What has not left of the letters of those who are unpaid again does not leave."""
    for one in done:
        if one.decision.reason is Reason.UNPAID_AGAIN and one.reference is not None:
            outbox.take_secrets_back(connection, one.reference, why=WHY_DROPPED, at=at)
