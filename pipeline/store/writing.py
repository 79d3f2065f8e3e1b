"""What a unit of work has to write, gathered as rows and written with executemany.

Law of this file: rows are made while deciding and touch the database only in `flush`, in an order
that foreign keys allow.  One statement is written once for a whole batch; statements are built at
import, so that SQLAlchemy compiles each of them a single time.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from pipeline.domain.application import Application
from pipeline.domain.decision import EXPIRY, LIST_END, Decision, Reminder
from pipeline.domain.events import Event, Held
from pipeline.store import schema
from pipeline.store.errors import Conflict
from pipeline.store.known import Change
from pipeline.store.values import application_text, event_text, key, plain, plain_or_none

HELD_WITH_APPLICATION = "application held"
"""Why a letter waits that goes on by itself when its application is released."""

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class NewLetter:
    """One letter for the outbox."""

    letter: str
    recipient: str
    envelope_sender: str
    message_id: str
    subject: str
    raw: bytes
    secret: bool
    answer: bool
    participant: int | None
    digest: str
    not_before: datetime
    """The first moment at which it may leave, event time."""
    held: str | None = None
    """Why it is born held (a cap, a held application); None when it may leave."""


class Writing:
    """The rows of one unit of work."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._events: dict[str, Row] = {}
        self._history: list[Row] = []
        self._tasks: list[Row] = []
        self._letters: list[Row] = []
        self._raws: list[bytes] = []
        self._reminders: dict[str, tuple[Reminder, ...]] = {}
        self._holds: dict[str, bool] = {}

    # ------------------------------------------------------------ gathered

    def note(
        self,
        *,
        cause: str,
        slug: str,
        event: Event,
        before: Application | None,
        decision: Decision,
        rules_digest: str,
        now: datetime,
        letters: Sequence[NewLetter],
    ) -> None:
        """One decision and what follows from it; the application itself comes later."""
        after = decision.application
        reference = after.reference if after else None
        first = cause not in self._events
        payload = event_text(event)
        if first:
            self._events[cause] = {
                "cause": cause,
                "slug": slug,
                "happened": type(event).__name__,
                "payload": payload,
                "at": now,
            }
        self._history.append(
            _history_row(cause, event, None if first else payload, decision, rules_digest, now)
        )
        for task in decision.tasks:
            self._tasks.append(
                {
                    "slug": slug,
                    "reference": reference,
                    "kind": task.kind.value,
                    "detail": plain(task.detail),
                    "cause": cause,
                    "opened_at": now,
                }
            )
        for letter in letters:
            self._letters.append(_letter_row(letter, cause, slug, reference, now))
            self._raws.append(letter.raw)
        if after is not None:
            self._reminders[after.reference] = decision.reminders
            self._note_hold(event, before, after)

    def _note_hold(self, event: Event, before: Application | None, after: Application) -> None:
        if isinstance(event, Held):
            self._holds[after.reference] = True
        elif before and before.held is not None and after.held is None and not after.closed:
            # What waited for a closed application does not leave by itself any more.
            self._holds[after.reference] = False

    # ------------------------------------------------------------ written

    def applications(self, changes: Iterable[Change]) -> None:
        """Applications, their participants and reminders. Raises `Conflict`."""
        made: list[Change] = []
        changed: list[Change] = []
        for change in changes:
            (made if change.stored is None else changed).append(change)
        self._insert(schema.application, [_application_row(one.now) for one in made])
        self._update(changed)
        moved = [one for one in changed if _people(one.now) != _people(one.stored)]
        self._many(_DELETE_PEOPLE, [{"of": one.now.reference} for one in moved])
        self._insert(
            schema.participant,
            [row for one in (*made, *moved) for row in _people(one.now)],
        )
        self._insert(
            schema.reminder,
            [
                _reminder_row(one.now, reminder)
                for one in made
                for reminder in self._reminders.get(one.now.reference, ())
            ],
        )
        self._replan([one.now for one in changed])

    def _update(self, changed: Sequence[Change]) -> None:
        rows = [
            _application_row(one.now) | {"of": one.now.reference, "was": one.stored.version}
            for one in changed
            if one.stored is not None
        ]
        if rows and self._connection.execute(_UPDATE_APPLICATION, rows).rowcount != len(rows):
            raise Conflict("an application was changed by somebody else")

    def _replan(self, changed: Sequence[Application]) -> None:
        """Reminders as a set: what is no longer ahead goes, what has fired never comes back."""
        if not changed:
            return
        wanted = {
            (one.reference, r.kind, r.number): _reminder_row(one, r)
            for one in changed
            for r in self._reminders.get(one.reference, ())
        }
        rows = self._connection.execute(
            _REMINDERS, {"of": [one.reference for one in changed]}
        ).all()
        gone, moved = [], []
        for reference, kind, number, due_at, fired_at in rows:
            row = wanted.pop((reference, kind, number), None)
            if fired_at is not None:
                continue
            occasion = {"of": reference, "its_kind": kind, "its_number": number}
            if row is None:
                gone.append(occasion)
            elif row["due_at"] != due_at:
                moved.append(occasion | {"due_at": row["due_at"]})
        self._many(_DELETE_REMINDER, gone)
        self._many(_MOVE_REMINDER, moved)
        self._insert(schema.reminder, list(wanted.values()))

    def flush(self) -> None:
        """What happened, what it led to, and the letters."""
        self._insert(schema.event, list(self._events.values()))
        self._insert(schema.history, self._history)
        self._insert(schema.task, self._tasks)
        if self._letters:
            ids = self._connection.scalars(_INSERT_LETTERS, self._letters).all()
            self._insert(
                schema.outbox_raw,
                [{"id": i, "raw": raw} for i, raw in zip(ids, self._raws, strict=True)],
            )
        for statement, hold in ((_HOLD_LETTERS, True), (_RELEASE_LETTERS, False)):
            self._many(statement, [{"of": r} for r, held in self._holds.items() if held is hold])

    def seats(self, slug: str, taken: int, more: int) -> None:
        """Count the seats. Raises `Conflict` when they are not as they were when deciding."""
        if not more:
            return
        values = {"slug": slug, "more": more, "taken": taken}
        if self._connection.execute(_SEATS, values).rowcount != 1:
            raise Conflict(f"seats of '{slug}' were given by somebody else")

    def _insert(self, table: sa.Table, rows: Sequence[Row]) -> None:
        self._many(_INSERT[table.name], rows)

    def _many(self, statement: sa.Executable, rows: Sequence[Row]) -> None:
        if rows:
            self._connection.execute(statement, rows)


# ---------------------------------------------------------------- statements

_INSERT = {table.name: sa.insert(table) for table in schema.metadata.sorted_tables}
_INSERT_LETTERS = sa.insert(schema.outbox).returning(
    schema.outbox.c.id, sort_by_parameter_order=True
)
_UPDATE_APPLICATION = (
    sa.update(schema.application)
    .where(
        schema.application.c.reference == sa.bindparam("of"),
        schema.application.c.version == sa.bindparam("was"),
    )
    .values(
        {
            name: sa.bindparam(name)
            for name in (
                "state", "held", "contact", "seats", "credited", "arrived_at", "pay_by",
                "access_generation", "version", "value",
            )
        }
    )
)  # fmt: skip
_DELETE_PEOPLE = sa.delete(schema.participant).where(
    schema.participant.c.reference == sa.bindparam("of")
)
_OCCASION = (
    (schema.reminder.c.reference == sa.bindparam("of"))
    & (schema.reminder.c.kind == sa.bindparam("its_kind"))
    & (schema.reminder.c.number == sa.bindparam("its_number"))
)
_REMINDERS = sa.select(
    schema.reminder.c.reference,
    schema.reminder.c.kind,
    schema.reminder.c.number,
    schema.reminder.c.due_at,
    schema.reminder.c.fired_at,
).where(schema.reminder.c.reference.in_(sa.bindparam("of", expanding=True)))
_DELETE_REMINDER = sa.delete(schema.reminder).where(_OCCASION)
_MOVE_REMINDER = sa.update(schema.reminder).where(_OCCASION).values(due_at=sa.bindparam("due_at"))
_HOLD_LETTERS = (
    sa.update(schema.outbox)
    .where(schema.outbox.c.reference == sa.bindparam("of"), schema.outbox.c.status == "queued")
    .values(status="held", held=HELD_WITH_APPLICATION)
)
_RELEASE_LETTERS = (
    sa.update(schema.outbox)
    .where(
        schema.outbox.c.reference == sa.bindparam("of"),
        schema.outbox.c.status == "held",
        schema.outbox.c.held == HELD_WITH_APPLICATION,
    )
    .values(status="queued", held=None)
)
_SEATS = sa.text(
    "INSERT INTO roster (slug, taken) VALUES (:slug, :more)"
    " ON CONFLICT (slug) DO UPDATE SET taken = roster.taken + excluded.taken"
    " WHERE roster.taken = :taken"
)

# ---------------------------------------------------------------- rows


def _application_row(one: Application) -> Row:
    return {
        "reference": one.reference,
        "slug": one.event,
        "state": one.state.value,
        "held": plain_or_none(one.held),
        "contact": key(one.contact_address),
        "seats": one.seats,
        "credited": one.credited,
        "arrived_at": one.arrived_at,
        "pay_by": one.pay_by,
        "access_generation": one.access_generation,
        "version": one.version,
        "value": application_text(one),
    }


def _people(one: Application | None) -> list[Row]:
    if one is None:
        return []
    return [
        {
            "reference": one.reference,
            "place": place,
            "slug": one.event,
            "name": plain_or_none(p.name),
            "address": key(p.email) if p.email else None,
            "withdrawn": p.withdrawn,
        }
        for place, p in enumerate(one.participants, 1)
    ]


def _reminder_row(one: Application, reminder: Reminder) -> Row:
    return {
        "reference": one.reference,
        "kind": reminder.kind,
        "number": reminder.number,
        "slug": one.event,
        "due_at": reminder.due_at,
        "waits_for_bank": reminder.kind in WAITS_FOR_BANK,
    }


WAITS_FOR_BANK = frozenset({EXPIRY, LIST_END})
"""Occasions that nobody may be asked about before the bank's word covers them."""


def _history_row(
    cause: str,
    event: Event,
    payload: str | None,
    decision: Decision,
    rules_digest: str,
    now: datetime,
) -> Row:
    after = decision.application
    return {
        "cause": cause,
        "reference": after.reference if after else "",
        "happened": type(event).__name__,
        "payload": payload,
        "reason": decision.reason.value,
        "note": plain(decision.note),
        "state": after.state.value if after else None,
        "held": plain_or_none(after.held) if after else None,
        "version": after.version if after else None,
        "rules": rules_digest,
        "at": now,
    }


def _letter_row(
    letter: NewLetter, cause: str, slug: str, reference: str | None, now: datetime
) -> Row:
    return {
        "slug": slug,
        "reference": reference,
        "cause": cause,
        "letter": letter.letter,
        "participant": letter.participant,
        "recipient": plain(letter.recipient),
        "address": key(letter.recipient),
        "envelope_sender": plain(letter.envelope_sender),
        "message_id": letter.message_id,
        "subject": plain(letter.subject),
        "secret": letter.secret,
        "answer": letter.answer,
        "digest": letter.digest,
        "created_at": now,
        "status": "queued" if letter.held is None else "held",
        "held": plain_or_none(letter.held),
        "attempts": 0,
        "resent": False,
        "next_attempt_at": letter.not_before,
    }
