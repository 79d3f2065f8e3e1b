"""The cost of a mail does not depend on how many came before.

Not measured in time, which a busy machine falsifies: every question that a worker asks must be
answered by an index, and a batch asks as many questions in a full store as in an empty one.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event

from pipeline.domain.events import Held, MoneyArrived, Released
from pipeline.store import applications, inbox, outbox, reminders
from pipeline.store.database import Database
from pipeline.store.outbox import Settled
from tests.store.build import OPENING, House, applied, arrived, later, letter, take_in

BATCH = 20
_SMALL = {"roster", "setting", "alembic_version"}
"""A row or a few for each event, however many mails come."""
_WAITING = {"inbox_new", "outbox_due", "outbox_in_flight"}
"""Indexes of what waits: read from its beginning, as far as the limit."""


@contextmanager
def asked(database: Database) -> Iterator[list[tuple[str, Any]]]:
    """What is asked of the database meanwhile: statements and their parameters."""
    found: list[tuple[str, Any]] = []

    def note(_c: Any, _cursor: Any, text: str, values: Any, _context: Any, many: bool) -> None:
        if text.startswith(("SELECT", "INSERT", "UPDATE", "DELETE")):
            found.append((text, values[0] if many else values))

    engines = database._engines()
    for engine in engines:
        event.listen(engine, "before_cursor_execute", note)
    yield found
    for engine in engines:
        event.remove(engine, "before_cursor_execute", note)


def season(house: House, first: int) -> None:
    """A batch of everything that workers do."""
    database, slug = house.database, house.slug
    now = later(minutes=first)
    take_in(database, *(arrived(n, later(minutes=n)) for n in range(first, first + BATCH)))
    mails = inbox.claim(database, BATCH)
    with database.write(f"event:{slug}") as connection:
        unit = house.unit(connection)
        senders = [f"a{mail.id}@example.jp" for mail in mails]
        causes = [f"mail:{mail.id}" for mail in mails]
        ids = [f"<uketsuke.{mail.id:020x}@office.example.jp>" for mail in mails]
        unit.expect(slug, causes=causes, message_ids=ids, addresses=senders, fresh=BATCH)
        found = []
        for mail, sender in zip(mails, senders, strict=True):
            unit.seen(f"mail:{mail.id}")
            unit.open_of_address(slug, sender)
            unit.letters_since(slug, f"address:{sender}", now)
            unit.letters_since(slug, "domain:example.jp", now)
            unit.same_letter_since("x", sender, now)
            form = applied(sender, at=mail.received_at)
            decision = house.decide(
                unit,
                form,
                cause=f"mail:{mail.id}",
                now=now,
                letters=[letter(sender, not_before=now)],
            )
            found.append(decision.application)
        unit.flush()
        inbox.settle(connection, [(mail.id, "application") for mail in mails], at=now)
    batch = outbox.claim(database, now, BATCH, "a")
    with database.write() as connection:
        outbox.settle(connection, [Settled(o.id, "sent", None, None, now) for o in batch], by="a")
    seated = found[0]
    assert seated is not None
    with database.write(f"event:{slug}") as connection:
        unit = house.unit(connection)
        money = MoneyArrived(amount=1000, value_date=OPENING.date(), who="suzuki", why="x")
        for happened in (Held(who="s", why="x"), Released(who="s", why="x"), money):
            house.decide(unit, happened, seated.reference, now=now)
        due = reminders.due(
            connection, slug, now, 5, settled_before=now, heard_until=now, skip=[("x", 1)]
        )
        for one in due:
            reminders.fire(connection, one.reference, one.kind, one.number, at=now)
        applications.waiting_for_access(connection, slug, 1, 5)
        unit.flush()
    with database.read() as connection:
        inbox.known_uids(connection, mails[0].account, "INBOX", 1, [1, 2])
        outbox.may_have_secret(connection, batch[0].id)
        outbox.next_attempt_at(connection)
        reminders.next_due_at(connection, slug)


def test_every_question_of_a_worker_is_answered_by_an_index(house: House) -> None:
    season(house, 0)
    with asked(house.database) as questions:
        season(house, BATCH)

    assert len(questions) > 40
    scans = [text for text, values in questions if _scans(house.database, text, values)]

    assert scans == []


def _scans(database: Database, text: str, values: Any) -> bool:
    """Whether the engine would read a whole table, or a whole index that grows with it."""
    with database.write() as connection:
        if database.is_sqlite:
            plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {text}", values).all()
            steps = [str(row.detail) for row in plan]
            return any(step.startswith("SCAN ") and not _harmless(step) for step in steps)
        # With few rows PostgreSQL reads whole tables by choice; here only where it must.
        connection.execute(sa.text("SET LOCAL enable_seqscan = off"))
        plan = connection.exec_driver_sql(f"EXPLAIN {text}", values).all()
        steps = [str(row[0]) for row in plan if "Seq Scan on " in str(row[0])]
        return any(not _harmless(f"SCAN {step.split(' on ')[1]}") for step in steps)


def _harmless(step: str) -> bool:
    _, name, *how = step.split()
    rows_at_hand = "SUBQUERY" in step or "CONSTANT ROW" in step
    return name in _SMALL or rows_at_hand or name == "CONSTANT" or how[-1] in _WAITING


def test_a_batch_asks_as_much_of_a_full_store_as_of_an_empty_one(house: House) -> None:
    season(house, 0)
    with asked(house.database) as early:
        season(house, BATCH)
    for n in range(2, 12):
        season(house, n * BATCH)
    with asked(house.database) as late:
        season(house, 12 * BATCH)

    assert len(late) <= len(early) + 2 * 5  # five more reminders may be due and fired
