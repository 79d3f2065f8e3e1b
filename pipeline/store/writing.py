"""What a unit of work has to write, gathered as rows and written with executemany.

Law of this file: rows are made while deciding and touch the database only in `flush`, in an order
that foreign keys allow: applications first, for everything else bears their numbers.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from pipeline.domain.application import Application
from pipeline.domain.decision import Decision, Reminder
from pipeline.domain.events import Event, Held
from pipeline.store import rows, schema
from pipeline.store.errors import Conflict
from pipeline.store.known import Change
from pipeline.store.rows import Row
from pipeline.store.statements import Many, among, numbers
from pipeline.store.values import event_text, key, plain

HELD_WITH_APPLICATION = "application held"
"""Why a letter waits that goes on by itself when its application is released."""


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
        self._history: list[_Of] = []
        self._tasks: list[_Of] = []
        self._letters: list[_Of] = []
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
        payload = event_text(event)
        told = cause in self._events
        if not told:
            self._events[cause] = {
                "cause": cause,
                "slug": slug,
                "happened": type(event).__name__,
                "payload": payload,
                "at": now,
            }
        row = rows.history(cause, event, payload if told else None, decision, rules_digest, now)
        self._history.append((reference, row))
        for task in decision.tasks:
            self._tasks.append((reference, rows.task(task, slug, cause, now)))
        for letter in letters:
            self._letters.append((reference, _letter_row(letter, cause, slug, now)))
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

    def flush(self, changes: Iterable[Change]) -> None:
        """Applications, what happened, what it led to, and the letters. Raises `Conflict`."""
        number_of = self._applications(list(changes))
        connection = self._connection
        _EVENTS(connection, list(self._events.values()))
        _HISTORY(connection, _numbered(self._history, number_of, none=0))
        _TASKS(connection, _numbered(self._tasks, number_of))
        if self._letters:
            ids = numbers(connection, schema.outbox, len(self._letters))
            letters = _numbered(self._letters, number_of)
            _LETTERS(connection, [{"id": i, **row} for i, row in zip(ids, letters, strict=True)])
            raws = zip(ids, self._raws, strict=True)
            _RAWS(connection, [{"id": i, "raw": raw} for i, raw in raws])
        for write, hold in ((_HOLD_LETTERS, True), (_RELEASE_LETTERS, False)):
            held = [one for one, held in self._holds.items() if held is hold]
            write(connection, [{"of": number_of[one]} for one in held])

    def seats(self, slug: str, taken: int, more: int) -> None:
        """Count the seats. Raises `Conflict` when they are not as they were when deciding."""
        values = {"slug": slug, "taken": taken, "now": taken + more}
        if more and self._connection.execute(_SEATS, values).rowcount != 1:
            raise Conflict(f"seats of '{slug}' were given by somebody else")

    def _applications(self, changes: Sequence[Change]) -> dict[str, int]:
        """Applications, who stands in them, and their reminders. Returns all their numbers."""
        new = [one.now for one in changes if one.stored is None]
        ids = numbers(self._connection, schema.application, len(new)) if new else ()
        number_of = {one.reference: i for i, one in zip(ids, new, strict=True)}
        _APPLICATIONS(
            self._connection,
            [
                {"id": i, "reference": one.reference, "slug": one.event, **rows.application(one)}
                for i, one in zip(ids, new, strict=True)
            ],
        )
        stored = {one.number: one for one in changes if one.number is not None}
        number_of.update((one.now.reference, number) for number, one in stored.items())
        self._change(stored)
        _PARTICIPANTS(self._connection, [p for n in new for p in rows.people(number_of, n)])
        planned = [
            rows.reminder(number_of, one, reminder)
            for one in new
            for reminder in self._reminders[one.reference]
        ]
        _REMINDERS(self._connection, planned)
        return number_of

    def _change(self, stored: dict[int, Change]) -> None:
        updates = []
        moved: list[Row] = []
        for number, one in stored.items():
            assert one.stored is not None  # it has a number
            updates.append({**rows.application(one.now), "of": number, "was": one.stored.version})
            people = rows.people({one.now.reference: number}, one.now)
            if people != rows.people({one.now.reference: number}, one.stored):
                moved += people
        if _UPDATE_APPLICATION(self._connection, updates) != len(updates):
            raise Conflict("an application was changed by somebody else")
        gone = {row["application"] for row in moved}
        _DELETE_PARTICIPANTS(self._connection, [{"of": number} for number in gone])
        _PARTICIPANTS(self._connection, moved)
        self._replan({number: one.now for number, one in stored.items()})

    def _replan(self, changed: dict[int, Application]) -> None:
        """Reminders as a set: what is no longer ahead goes, what has fired never comes back."""
        if not changed:
            return
        wanted = {
            (number, reminder.kind, reminder.number): rows.reminder(
                {one.reference: number}, one, reminder
            )
            for number, one in changed.items()
            for reminder in self._reminders[one.reference]
        }
        gone: list[Row] = []
        moved: list[Row] = []
        for row in self._connection.execute(_PLANNED, {"of": list(changed)}):
            new = wanted.pop((row.application, row.kind, row.number), None)
            if row.fired_at is not None:
                continue
            occasion = {"of": row.application, "its_kind": row.kind, "its_number": row.number}
            if new is None:
                gone.append(occasion)
            elif new["due_at"] != row.due_at:
                moved.append({**occasion, "due_at": new["due_at"]})
        _DELETE_REMINDERS(self._connection, gone)
        _MOVE_REMINDERS(self._connection, moved)
        _REMINDERS(self._connection, list(wanted.values()))


_Of = tuple[str | None, Row]
"""A row and the reference of the application that it belongs to, whose number is not known yet."""


def _numbered(
    pairs: Sequence[_Of], number_of: dict[str, int], none: int | None = None
) -> list[Row]:
    return [
        {**row, "application": none if reference is None else number_of[reference]}
        for reference, row in pairs
    ]


def _letter_row(letter: NewLetter, cause: str, slug: str, now: datetime) -> Row:
    return {
        "slug": slug,
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
        "held": None if letter.held is None else plain(letter.held),
        "attempts": 0,
        "resent": False,
        "next_attempt_at": letter.not_before,
    }


# ---------------------------------------------------------------- statements

_application, _reminder, _outbox = schema.application, schema.reminder, schema.outbox
_APPLICATIONS = Many(sa.insert(_application))
_PARTICIPANTS = Many(sa.insert(schema.participant))
_REMINDERS = Many(sa.insert(_reminder))
_EVENTS = Many(sa.insert(schema.event))
_HISTORY = Many(sa.insert(schema.history))
_TASKS = Many(sa.insert(schema.task))
_LETTERS = Many(sa.insert(_outbox))
_RAWS = Many(sa.insert(schema.outbox_raw))
_UPDATE_APPLICATION = Many(
    sa.update(_application).where(
        _application.c.id == sa.bindparam("of"), _application.c.version == sa.bindparam("was")
    )
)
_DELETE_PARTICIPANTS = Many(
    sa.delete(schema.participant).where(schema.participant.c.application == sa.bindparam("of"))
)
_OCCASION = (
    (_reminder.c.application == sa.bindparam("of"))
    & (_reminder.c.kind == sa.bindparam("its_kind"))
    & (_reminder.c.number == sa.bindparam("its_number"))
)
_PLANNED = sa.select(
    _reminder.c.application,
    _reminder.c.kind,
    _reminder.c.number,
    _reminder.c.due_at,
    _reminder.c.fired_at,
).where(among(_reminder.c.application))
_DELETE_REMINDERS = Many(sa.delete(_reminder).where(_OCCASION))
_MOVE_REMINDERS = Many(sa.update(_reminder).where(_OCCASION).values(due_at=sa.bindparam("due_at")))
_HOLD_LETTERS = Many(
    sa.update(_outbox)
    .where(_outbox.c.application == sa.bindparam("of"), _outbox.c.status == "queued")
    .values(status="held", held=HELD_WITH_APPLICATION)
)
_RELEASE_LETTERS = Many(
    sa.update(_outbox)
    .where(
        _outbox.c.application == sa.bindparam("of"),
        _outbox.c.status == "held",
        _outbox.c.held == HELD_WITH_APPLICATION,
    )
    .values(status="queued", held=None)
)
_SEATS = sa.text(
    "INSERT INTO roster (slug, taken) VALUES (:slug, :now)"
    " ON CONFLICT (slug) DO UPDATE SET taken = excluded.taken"
    " WHERE roster.taken = :taken"
)
