"""The bank's files: which were imported, what stands in them, and which days they speak of.

Law of this file: every line of every file is kept with the remittance that it is, also when that
was known before; so a file can be asked what became of it, and a line that comes again is known.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from pipeline.clock import TOKYO
from pipeline.domain.coverage import Filed
from pipeline.domain.remittance import Flow, Remittance, Statement
from pipeline.domain.sameness import Known, bank_id, content
from pipeline.store.columns import AnyRow
from pipeline.store.remittances import line_of
from pipeline.store.schema import application, remittance, statement, statement_line
from pipeline.store.statements import Many, pieces
from pipeline.store.values import plain

_AT_ONCE = 500
WORD = "word"
"""The layout of an operator's word that everything through a day is known."""
_AROUND = timedelta(days=10)
"""How far the days of one transfer lie apart in two layouts at most: a weekend and holidays."""
_CANCELLED_WITHIN = timedelta(days=90)
"""How long after a credit a bank may take it back."""


@dataclass(frozen=True, slots=True)
class File:
    """One file that was imported, account by account."""

    id: int
    file: str
    layout: str
    covers_from: date | None
    covers_through: date | None
    lines: int
    who: str
    recorded_at: datetime


def keep(
    connection: Connection,
    one: Statement,
    *,
    account: str,
    file: str,
    digest: str,
    who: str,
    at: datetime,
) -> int:
    """Write down that a statement was imported. Returns its number."""
    number: int = connection.execute(
        sa.insert(statement)
        .values(
            slug="",
            account=account,
            layout=one.layout,
            file=plain(file),
            digest=digest,
            stated_account=str(one.account),
            covers_from=one.covers_from,
            covers_through=one.covers_through,
            period_stated=one.period_stated,
            made_on=one.made_on,
            opening_balance=one.opening_balance,
            closing_balance=one.closing_balance,
            lines=len(one.remittances),
            who=plain(who),
            why="",
            recorded_at=at,
        )
        .returning(statement.c.id)
    ).scalar_one()
    return number


def keep_lines(
    connection: Connection, number: int, lines: Iterable[tuple[Remittance, int]]
) -> None:
    """Which remittance each line of it is, in the file's order."""
    rows = [
        {
            "statement": number,
            "place": place,
            "remittance": is_,
            "content": content(line),
            "bank_id": plain(bank_id(line)),
        }
        for place, (line, is_) in enumerate(lines, 1)
    ]
    _LINES(connection, rows)


def cover(
    connection: Connection, slug: str, *, through: date, who: str, why: str, at: datetime
) -> None:
    """Write down an operator's word for one event."""
    connection.execute(
        sa.insert(statement).values(
            slug=slug,
            account="",
            layout=WORD,
            file="",
            digest="",
            stated_account="",
            covers_through=through,
            period_stated=True,
            lines=0,
            who=plain(who),
            why=plain(why),
            recorded_at=at,
        )
    )


# ---------------------------------------------------------------- asked


def files(connection: Connection, limit: int | None = None) -> list[File]:
    """Files that were imported, the newest first."""
    query = sa.select(
        statement.c.id,
        statement.c.file,
        statement.c.layout,
        statement.c.covers_from,
        statement.c.covers_through,
        statement.c.lines,
        statement.c.who,
        statement.c.recorded_at,
    ).where(statement.c.layout != WORD)
    query = query.order_by(statement.c.id.desc())
    if limit is not None:
        query = query.limit(limit)
    return [File(*row) for row in connection.execute(query)]


def filed(connection: Connection, account: str) -> list[Filed]:
    """What every statement of an account says about days."""
    rows = connection.execute(sa.select(statement).where(statement.c.account == account))
    return [
        Filed(
            layout=row.layout,
            covers_from=row.covers_from,
            covers_through=row.covers_through,
            period_stated=row.period_stated,
            made_on=row.made_on,
            imported_on=row.recorded_at.astimezone(TOKYO).date(),
            opening_balance=row.opening_balance,
            closing_balance=row.closing_balance,
        )
        for row in rows
        if row.layout != WORD
    ]


def word(connection: Connection, slug: str) -> date | None:
    """The last day that an operator has vouched for; None: nobody has."""
    day: date | None = connection.scalar(
        sa.select(sa.func.max(statement.c.covers_through)).where(
            statement.c.slug == slug, statement.c.layout == WORD
        )
    )
    return day


def first_arrival(connection: Connection, slug: str) -> datetime | None:
    """When the oldest application of an event arrived: nobody can have paid for it before."""
    at: datetime | None = connection.scalar(
        sa.select(sa.func.min(application.c.arrived_at)).where(application.c.slug == slug)
    )
    return at


def known(connection: Connection, account: str, lines: Sequence[Remittance]) -> list[Known]:
    """The remittances of an account that some lines may be, in the order in which they came."""
    days = [day for line in lines for day in (line.booked_on, line.value_date)]
    if not days:
        return []
    near = sa.select(remittance).where(
        remittance.c.account == account,
        remittance.c.booked_on >= min(days) - _AROUND,
        remittance.c.booked_on <= max(days) + _AROUND,
    )
    return _known(connection, near)


def creditable(
    connection: Connection, account: str, cancels: Sequence[Remittance]
) -> list[list[Known]]:
    """For each cancellation the credits of its amount that it may take back, as they came."""
    found = []
    for some in pieces(cancels, _AT_ONCE):
        near = sa.select(remittance).where(
            remittance.c.account == account,
            remittance.c.booked_on >= min(one.booked_on for one in some) - _CANCELLED_WITHIN,
            remittance.c.booked_on <= max(one.booked_on for one in some),
            remittance.c.flow == Flow.CREDIT.value,
            remittance.c.amount.in_({one.amount for one in some}),
        )
        of_amount: dict[int, list[Known]] = defaultdict(list)
        for one in _known(connection, near):
            of_amount[one.line.amount].append(one)
        found += [[x for x in of_amount[one.amount] if _in_time(one, x.line)] for one in some]
    return found


def _in_time(cancel: Remittance, credit: Remittance) -> bool:
    return cancel.booked_on - _CANCELLED_WITHIN <= credit.booked_on <= cancel.booked_on


def _known(connection: Connection, near: sa.Select[tuple[object, ...]]) -> list[Known]:
    rows = connection.execute(near.order_by(remittance.c.id)).all()
    seen: dict[int, dict[str, str]] = defaultdict(dict)
    ids: dict[int, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    some = near.with_only_columns(remittance.c.id).scalar_subquery()
    sightings = (
        sa.select(
            statement_line.c.remittance,
            statement.c.layout,
            statement_line.c.content,
            statement_line.c.bank_id,
        )
        .join(statement, statement.c.id == statement_line.c.statement)
        .where(statement_line.c.remittance.in_(some))
    )
    for number, layout, said, own in connection.execute(sightings):
        seen[number][layout] = said
        if own:
            ids[number][layout].add(own)
    return [_as_known(row, seen[row.id], ids[row.id]) for row in rows]


def _as_known(row: AnyRow, seen: dict[str, str], ids: dict[str, set[str]]) -> Known:
    return Known(
        row.id,
        line_of(row),
        seen,
        {layout: frozenset(ids.get(layout, ())) for layout in seen},
    )


_LINES = Many(sa.insert(statement_line))
