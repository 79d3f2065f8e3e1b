"""Money that moved: each transfer once, what it was found to be, and what it was credited to.

Law of this file: what the bank said of a remittance is written down once and never changed; its
number is the cause of what it leads to.  Only its status moves; `money_acts` says who moved it and
why, and `allocations` who was credited with it.

    settled    it has paid what it was for, or needs nothing more
    open       a person must act
    ignored    no payment of anybody: a debit, interest, a pair that cancels itself
    expected   announced (速報), and no money
    refunded   goes back to whoever sent it
    dismissed  not ours
    reversed   the bank took it back
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from pipeline.domain import certain
from pipeline.domain.remittance import Flow, Remittance
from pipeline.domain.verdict import Action, Outcome, Verdict
from pipeline.store.columns import AnyRow
from pipeline.store.schema import OPEN_MONEY, allocation, application, remittance
from pipeline.store.statements import Many, among, numbers, pieces
from pipeline.store.values import plain
from pipeline.store.verdicts import verdict_of, verdict_text

BY_HAND = "by-hand"
"""The layout of what an operator records; such money has no account."""

LIKELY = 80
"""From this score on a candidate is likely enough to wait for a person."""


class Status(StrEnum):
    """Where a remittance stands."""

    OPEN = "open"
    SETTLED = "settled"
    IGNORED = "ignored"
    EXPECTED = "expected"
    REFUNDED = "refunded"
    DISMISSED = "dismissed"
    REVERSED = "reversed"


@dataclass(frozen=True, slots=True, kw_only=True)
class New:
    """A remittance to be written down."""

    event: str
    """Whose it is by the verdict; "" where nobody knows."""
    account: str
    layout: str
    identity: str
    """With `occurrence` unique: `sameness.content` under its account."""
    occurrence: int
    line: Remittance
    verdict: Verdict
    status: Status
    twin: int | None = None
    """The remittance that it cancels, repeats or may repeat."""
    who: str
    why: str = ""
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A remittance as it stands in the store."""

    id: int
    event: str
    account: str
    layout: str
    line: Remittance
    verdict: Verdict
    status: Status
    twin: int | None
    who: str
    why: str
    recorded_at: datetime


# ---------------------------------------------------------------- written down


def reserve(connection: Connection, count: int) -> Sequence[int]:
    """Ids for so many new remittances, rising; nobody else gets them."""
    return numbers(connection, remittance, count) if count else ()


def keep(connection: Connection, new: Iterable[tuple[int, New]]) -> None:
    """Write them down under ids that `reserve` gave. Raises `Conflict` where one is known."""
    for some in pieces(list(new), _AT_ONCE):
        _KEEP(connection, [_row(number, one) for number, one in some])


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
    (number,) = reserve(connection, 1)
    identity = f"by hand:{slug}"
    line = Remittance(
        flow=Flow.CREDIT, booked_on=value_date, value_date=value_date, amount=amount, payer=payer
    )
    verdict = Verdict(
        action=Action.MATCH,
        outcome=Outcome.MATCHED,
        reasons=("recorded_by_hand",),
        references=(reference,),
        shares=((reference, amount),),
    )
    new = New(
        event=slug,
        account="",
        layout=BY_HAND,
        identity=identity,
        occurrence=occurrences(connection, [identity]).get(identity, 0) + 1,
        line=line,
        verdict=verdict,
        status=Status.SETTLED,
        who=who,
        why=why,
        at=at,
    )
    keep(connection, [(number, new)])
    return number


def occurrences(connection: Connection, identities: Collection[str]) -> dict[str, int]:
    """How many remittances of each identity there are; those without any are left out."""
    rows = connection.execute(_OCCURRENCES, {"of": list(identities)})
    return {row[0]: row[1] for row in rows}


def set_status(connection: Connection, ids: Collection[int], status: Status) -> None:
    """From now on they stand so."""
    if ids:
        connection.execute(_SET_STATUS, {"of": list(ids), "as": status.value})


def announced_has_come(connection: Connection, identity: str) -> None:
    """What was only announced under this identity is here now, as another remittance."""
    connection.execute(
        sa.update(remittance)
        .where(remittance.c.identity == identity, remittance.c.status == Status.EXPECTED.value)
        .values(status=Status.SETTLED.value)
    )


# ---------------------------------------------------------------- asked


def get(connection: Connection, number: int) -> Kept | None:
    """One remittance; None where there is none."""
    found = several(connection, [number])
    return found.get(number)


def several(connection: Connection, ids: Collection[int]) -> dict[int, Kept]:
    """Remittances by their numbers."""
    if not ids:
        return {}
    rows = connection.execute(_KEPT.where(among(remittance.c.id)), {"of": list(ids)})
    return {row.id: _kept(row) for row in rows}


def listing(
    connection: Connection,
    *,
    statuses: Collection[Status] = (),
    event: str | None = None,
    reference: str | None = None,
    limit: int | None = None,
) -> list[Kept]:
    """Remittances in the order in which they were written down; narrowed by what is given.

    `event` takes those whose event nobody knows as well: they may be anybody's.
    """
    query = _KEPT.order_by(remittance.c.id)
    if statuses:
        wanted = [one.value for one in statuses]
        only_open = wanted == [Status.OPEN.value]
        query = query.where(OPEN_MONEY if only_open else remittance.c.status.in_(wanted))
    if event is not None:
        query = query.where(remittance.c.slug.in_([event, ""]))
    if reference is not None:
        query = query.where(remittance.c.id.in_(_credited_to(reference)))
    if limit is not None:
        query = query.limit(limit)
    return [_kept(row) for row in connection.execute(query)]


def recorded_by_hand(connection: Connection) -> list[Kept]:
    """What operators recorded, counts, and was not found in a statement yet."""
    same = remittance.alias("same")
    found = sa.select(same.c.twin).where(same.c.twin.is_not(None))
    query = _KEPT.where(
        remittance.c.layout == BY_HAND,
        remittance.c.status.in_([Status.SETTLED.value, Status.OPEN.value]),
        remittance.c.id.not_in(found),
    )
    return [_kept(row) for row in connection.execute(query.order_by(remittance.c.id))]


def in_question(connection: Connection) -> frozenset[str]:
    """References that open money may be meant for: they neither expire nor are reminded."""
    rows = connection.execute(
        sa.select(remittance.c.action, remittance.c.outcome, remittance.c.verdict).where(
            OPEN_MONEY, remittance.c.flow == Flow.CREDIT.value
        )
    )
    found: set[str] = set()
    for action, outcome, text in rows:
        verdict = verdict_of(Action(action), Outcome(outcome), text)
        found.update(certain.in_question(verdict, LIKELY))
    return frozenset(found)


# ---------------------------------------------------------------- inside

_AT_ONCE = 1000
_KEEP = Many(sa.insert(remittance))
_KEPT = sa.select(remittance)
_OCCURRENCES = (
    sa.select(remittance.c.identity, sa.func.max(remittance.c.occurrence))
    .where(among(remittance.c.identity))
    .group_by(remittance.c.identity)
)
_SET_STATUS = sa.update(remittance).where(among(remittance.c.id)).values(status=sa.bindparam("as"))


def _credited_to(reference: str) -> sa.Select[tuple[int]]:
    return (
        sa.select(allocation.c.remittance)
        .join(application, application.c.id == allocation.c.application)
        .where(application.c.reference == reference)
    )


def _row(number: int, new: New) -> dict[str, Any]:
    line = new.line
    return {
        "id": number,
        "slug": new.event,
        "account": new.account,
        "layout": new.layout,
        "identity": new.identity,
        "occurrence": new.occurrence,
        "flow": line.flow.value,
        "booked_on": line.booked_on,
        "value_date": line.value_date,
        "amount": line.amount,
        "payer": plain(line.payer),
        "payer_code": plain(line.payer_code),
        "edi": plain(line.edi),
        "memo": plain(line.memo),
        "bank_id": plain(line.bank_id),
        "virtual_account": plain(line.virtual_account),
        "sent_at": line.sent_at,
        "method": plain(line.method),
        "line": line.line,
        "action": new.verdict.action.value,
        "outcome": new.verdict.outcome.value,
        "verdict": verdict_text(new.verdict),
        "status": new.status.value,
        "twin": new.twin,
        "who": plain(new.who),
        "why": plain(new.why),
        "recorded_at": new.at,
    }


def line_of(row: AnyRow) -> Remittance:
    """What the bank said, from a row of the table."""
    return Remittance(
        flow=Flow(row.flow),
        booked_on=row.booked_on,
        value_date=row.value_date,
        amount=row.amount,
        payer=row.payer,
        payer_code=row.payer_code,
        edi=row.edi,
        memo=row.memo,
        bank_id=row.bank_id,
        virtual_account=row.virtual_account,
        sent_at=row.sent_at,
        method=row.method,
        line=row.line,
    )


def _kept(row: AnyRow) -> Kept:
    return Kept(
        id=row.id,
        event=row.slug,
        account=row.account,
        layout=row.layout,
        line=line_of(row),
        verdict=verdict_of(Action(row.action), Outcome(row.outcome), row.verdict),
        status=Status(row.status),
        twin=row.twin,
        who=row.who,
        why=row.why,
        recorded_at=row.recorded_at,
    )
