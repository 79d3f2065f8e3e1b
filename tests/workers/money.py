"""Files of the bank for the workers' tests, and what an office is asked about its money."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from pipeline.domain.application import Application
from pipeline.store import allocations, applications, outbox_console, remittances, tasks
from pipeline.store.remittances import Kept, Status
from pipeline.store.tasks import OpenedTask
from pipeline.workers.statements import Imported, import_statement
from tests.bank import writers_csv, writers_zengin
from tests.bank.shipped import PROFILES
from tests.bank.values import Account, Line
from tests.workers.conftest import Desk

OPENING = date(2026, 2, 2)
KANA = "ﾐﾎﾝ ﾊﾅｺ"


def transfer(reference: str, day: date, amount: int = 1000, **said: object) -> Line:
    """A transfer as our letters ask for it."""
    return replace(Line(day, amount, f"{reference} {KANA}"), **said)  # type: ignore[arg-type]  # by name


def part(
    lines: Sequence[Line], first: date = OPENING, last: date | None = None, **said: object
) -> Account:
    """Our account's part of a file, made on the day after its last one."""
    last = last or max([one.day for one in lines], default=first)
    whole = Account(
        tuple(lines), number="1234567", first=first, last=last, made=last + timedelta(days=1)
    )
    return replace(whole, **said)  # type: ignore[arg-type]  # by name


def notice(
    lines: Sequence[Line], first: date = OPENING, last: date | None = None, **said: object
) -> bytes:
    """振込入金通知 (01)."""
    return b"\r\n".join(writers_zengin.notice([part(lines, first, last, **said)])) + b"\r\n"


def account(
    lines: Sequence[Line], first: date = OPENING, last: date | None = None, **said: object
) -> bytes:
    """入出金取引明細 (03)."""
    return b"".join(writers_zengin.account([part(lines, first, last, **said)]))


def rakuten(lines: Sequence[Line]) -> bytes:
    """A CSV that states no period and no account."""
    rows = writers_csv.rakuten(part(lines))
    return ("\r\n".join(rows) + "\r\n").encode("cp932")


def take_in(desk: Desk, raw: bytes, name: str = "a.txt", *, dry_run: bool = False) -> Imported:
    """Import a file, and let everything happen that follows."""
    imported = import_statement(
        desk.office, raw, name=name, who="suzuki", profiles=PROFILES, dry_run=dry_run
    )
    desk.work()
    return imported


def money(desk: Desk, *statuses: Status) -> list[Kept]:
    """The remittances that stand so, or all."""
    with desk.office.database.read() as connection:
        return remittances.listing(connection, statuses=statuses)


def asked(desk: Desk) -> list[OpenedTask]:
    """Open tasks about money."""
    with desk.office.database.read() as connection:
        return [one for one in tasks.listing(connection) if one.kind == "money"]


def of(desk: Desk, reference: str) -> Application:
    """One application as it stands."""
    with desk.office.database.read() as connection:
        found = applications.get(connection, reference)
    assert found is not None
    return found


def credited(desk: Desk, reference: str) -> int:
    """Yen by the allocations, which must be what the application says."""
    with desk.office.database.read() as connection:
        here = sum(one.amount for one in allocations.of_application(connection, reference))
    assert here == of(desk, reference).credited
    return here


def letters(desk: Desk, reference: str) -> list[str]:
    """Names of all letters about an application, in order, with those that did not leave."""
    with desk.office.database.read() as connection:
        found = outbox_console.listing(connection, reference=reference)
    return [f"{one.letter}:{one.status}" for one in sorted(found, key=lambda one: one.id)]
