"""How far the bank's word reaches, after every file.

Law of this file: only what `domain.coverage` calls covered lets anybody expire, and it never goes
back.  A season begins on its opening day, or with its first application where that came later:
nobody can have paid for it before.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.engine import Connection

from pipeline.clock import TOKYO
from pipeline.domain import coverage
from pipeline.domain.coverage import Coverage, Filed
from pipeline.domain.decision import Task, TaskKind
from pipeline.domain.remittance import Statement
from pipeline.store import bank_statements, settings, tasks
from pipeline.workers.office import Office, Served


def covered(connection: Connection, account: str, served: Served) -> Coverage:
    """Which days of an event's season are covered, and where the gaps are."""
    since = served.rules.opens_at.date()
    first = bank_statements.first_arrival(connection, served.slug)
    if first is not None:
        since = max(since, first.astimezone(TOKYO).date())
    word = bank_statements.word(connection, served.slug)
    return coverage.coverage(bank_statements.filed(connection, account), since, word)


def extend(
    office: Office, connection: Connection, account: str, *, who: str, file: str, at: datetime
) -> dict[str, Coverage]:
    """Let the bank's word reach as far as all files together do, for every event."""
    reached: dict[str, Coverage] = {}
    for slug, served in office.events.items():
        reached[slug] = now = covered(connection, account, served)
        if now.through is not None:
            why = f"statement {file}"
            settings.reach(connection, slug, through=now.through, who=who, why=why, at=at)
    return reached


def broken(
    connection: Connection, account: str, statements: Sequence[Statement], at: datetime
) -> list[str]:
    """Where a file's opening balance does not follow from the files before it, in words."""
    before = bank_statements.filed(connection, account)
    today = at.astimezone(TOKYO).date()
    found = []
    for one in statements:
        new = Filed(
            layout=one.layout,
            covers_from=one.covers_from,
            covers_through=one.covers_through,
            period_stated=one.period_stated,
            made_on=one.made_on,
            imported_on=today,
            opening_balance=one.opening_balance,
            closing_balance=one.closing_balance,
        )
        if coverage.breaks(before, new):
            found.append(
                f"the balance before {one.covers_from} ({one.opening_balance} yen) does not follow"
                " from the statement before it: something lies between them"
            )
        before.append(new)
    return found


def ask_about(
    office: Office, connection: Connection, broken: Sequence[str], file: str, at: datetime
) -> None:
    """A task for each break, once for a file."""
    slug = min(office.events)
    open_already = {one.detail for one in tasks.listing(connection, slug)}
    for what in broken:
        detail = f"{file}: {what} (until then: the days from there on are not covered)"
        if detail not in open_already:
            task = Task(TaskKind.MONEY, detail)
            tasks.open_task(connection, slug, task, cause=f"file:{file}", at=at)
