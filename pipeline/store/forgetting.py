"""What was personal is forgotten, when an event is long over.

Law of this file: what an applicant said and who it was go; that something happened, when, why, for
which seats and for how much money stays, so that counts and accounts are right for ever.  What a
person must still act on is not touched.  Money (remittances, what they were credited to, what was
done with them) is kept whole: the books are kept for years by law.

Rows stay, and with them the keys that refuse what came before: a mail that still lies in its folder
is not taken in anew.  A second run finds nothing.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from pipeline.domain.application import Application, Participant, State, Thread
from pipeline.store import journal, remittances
from pipeline.store.caps import OFFICE
from pipeline.store.database import Database
from pipeline.store.remittances import Status
from pipeline.store.schema import (
    allocation,
    application,
    event,
    history,
    inbox,
    inbox_raw,
    letter_count,
    outbox,
    outbox_raw,
    participant,
    remittance,
    task,
)
from pipeline.store.statements import Many
from pipeline.store.values import application_of, application_text

NOBODY = "(forgotten)"
"""Stands where a contact's name stood."""
NO_ADDRESS = "-"
"""Stands where an address stood: nobody's, and none that a letter can be sent to."""
NOTHING_SAID = "{}"
_UNENDED = (State.UNCONFIRMED, State.INCOMPLETE, State.AWAITING_PAYMENT, State.WAITLISTED)
_OF_THE_OFFICE = ("setting:%", "forget:%")
"""Causes of acts that concern nobody who applied."""


@dataclass(frozen=True, slots=True)
class Forgotten:
    """How much of one event was forgotten, and what could not be."""

    applications: int
    participants: int
    mails: int
    letters: int
    entries: int
    """Of the history."""
    tasks: int
    open: int
    """Applications that a person must still act on, or that have not ended: untouched."""

    def __bool__(self) -> bool:
        return any((self.applications, self.mails, self.letters, self.entries, self.tasks))


def forgettable(db: Database, slug: str, lock: str, *, before: datetime) -> Forgotten:
    """How much `forget` would forget: counted by doing it, and taken back."""
    with db.write(lock) as connection:
        trial = connection.begin_nested()
        forgotten = _forget(connection, slug, before)
        trial.rollback()
    return forgotten


def forget(
    db: Database,
    slug: str,
    lock: str,
    *,
    before: datetime,
    who: str,
    why: str,
    at: datetime,
    cause: str,
) -> Forgotten:
    """Forget what `slug` has of before that instant, and note who asked for it and why.

    The caller knows that the event is over.  Nothing is noted where there was nothing left.
    """
    with db.write(lock) as connection:
        forgotten = _forget(connection, slug, before)
        if forgotten:
            journal.note(
                connection,
                cause=f"forget:{cause}",
                slug=slug,
                happened="PersonalDataForgotten",
                who=who,
                why=why,
                at=at,
                values={"before": before.isoformat(), **asdict(forgotten)},
            )
    db.compact()
    return forgotten


def _forget(connection: Connection, slug: str, before: datetime) -> Forgotten:
    known = connection.execute(
        sa.select(application.c.id, application.c.value, _open().label("open")).where(
            application.c.slug == slug, application.c.arrived_at < before, _known()
        )
    ).all()
    questioned = remittances.in_question(connection)
    ended = {
        row.id: one
        for row in known
        if not row.open and (one := application_of(row.value)).reference not in questioned
    }
    nobody = {number: application_text(_nobody(one)) for number, one in ended.items()}
    _VALUES(connection, [{"of": number, "as": text} for number, text in nobody.items()])
    _PEOPLE(connection, [{"of": number} for number in ended])
    return Forgotten(
        applications=len(ended),
        participants=sum(len(one.participants) for one in ended.values()),
        mails=_mails(connection, slug, before),
        letters=_letters(connection, slug, before),
        entries=_entries(connection, slug, before),
        tasks=_tasks(connection, slug, before),
        open=len(known) - len(ended),
    )


def _nobody(one: Application) -> Application:
    """The same application, about nobody: seats, dates and money as they were."""
    people = tuple(
        Participant(p.number, category=p.category, withdrawn=p.withdrawn) for p in one.participants
    )
    return replace(
        one,
        contact_name=NOBODY,
        contact_address=NO_ADDRESS,
        participants=people,
        thread=Thread(),
        problems=(),
        closed_reason=None,
        bounced=(),
    )


# ---------------------------------------------------------------- which rows


def _known() -> sa.ColumnElement[bool]:
    """An application that is still about somebody: it has its contact in place 0."""
    return sa.exists().where(participant.c.application == application.c.id)


def _open() -> sa.ColumnElement[bool]:
    """An application with which not everything is done."""
    mine = application.c.id
    money = sa.join(allocation, remittance, allocation.c.remittance == remittance.c.id)
    return sa.or_(
        application.c.held.is_not(None),
        application.c.state.in_([state.value for state in _UNENDED]),
        sa.exists().where(task.c.application == mine, task.c.closed_at.is_(None)),
        sa.exists().where(outbox.c.application == mine, outbox.c.status.not_in(_LEFT)),
        sa.exists()
        .select_from(money)
        .where(allocation.c.application == mine, remittance.c.status == Status.OPEN.value),
    )


_LEFT = ("sent", "failed", "dropped")
"""Letters of which nothing more will become."""


def _concerns_somebody(cause: sa.ColumnElement[str]) -> sa.ColumnElement[bool]:
    """Whether this cause moved an application that is still about somebody."""
    both = sa.join(history, participant, participant.c.application == history.c.application)
    return sa.exists().select_from(both).where(history.c.cause == cause)


def _of_nobody(number: sa.ColumnElement[int | None]) -> sa.ColumnElement[bool]:
    return number.is_(None) | ~sa.exists().where(participant.c.application == number)


def _mails(connection: Connection, slug: str, before: datetime) -> int:
    cause = sa.literal("mail:") + sa.cast(inbox.c.id, sa.Text)
    mine = (
        sa.select(inbox.c.id)
        .join(inbox_raw, inbox_raw.c.id == inbox.c.id)
        .where(
            inbox.c.slug == slug,
            inbox.c.received_at < before,
            inbox.c.status.in_(["processed", "discarded"]),
            ~_concerns_somebody(cause),
        )
    )
    ids = [{"of": number} for number in connection.scalars(mine)]
    _MAILS(connection, ids)
    _MAIL_BYTES(connection, ids)
    return len(ids)


def _letters(connection: Connection, slug: str, before: datetime) -> int:
    mine = sa.select(outbox.c.id).where(
        outbox.c.slug == slug,
        outbox.c.created_at < before,
        outbox.c.status.in_(_LEFT),
        outbox.c.recipient != NO_ADDRESS,
        _of_nobody(outbox.c.application),
    )
    ids = [{"of": number} for number in connection.scalars(mine)]
    _LETTERS(connection, [row | {"mid": f"forgotten:{row['of']}"} for row in ids])
    _LETTER_BYTES(connection, ids)
    connection.execute(
        sa.delete(letter_count).where(
            letter_count.c.slug == slug,
            letter_count.c.slot < before,
            letter_count.c.key != OFFICE,
        )
    )
    return len(ids)


def _entries(connection: Connection, slug: str, before: datetime) -> int:
    """What was said at each event, and noted at each decision."""
    connection.execute(
        sa.update(event)
        .where(
            event.c.slug == slug,
            event.c.at < before,
            event.c.payload != NOTHING_SAID,
            *(event.c.cause.not_like(cause) for cause in _OF_THE_OFFICE),
            ~_concerns_somebody(event.c.cause),
        )
        .values(payload=NOTHING_SAID)
    )
    said = sa.exists().where(
        event.c.cause == history.c.cause,
        event.c.slug == slug,
        sa.or_(history.c.application != 0, event.c.payload == NOTHING_SAID),
    )
    done = connection.execute(
        sa.update(history)
        .where(
            said,
            history.c.at < before,
            sa.or_(history.c.payload.is_(None), history.c.payload != NOTHING_SAID),
            *(history.c.cause.not_like(cause) for cause in _OF_THE_OFFICE),
            ~sa.exists().where(participant.c.application == history.c.application),
        )
        .values(
            payload=NOTHING_SAID,
            note="",
            held=sa.case((history.c.held.is_(None), sa.null()), else_=""),
        )
    )
    return done.rowcount


def _tasks(connection: Connection, slug: str, before: datetime) -> int:
    done = connection.execute(
        sa.update(task)
        .where(
            task.c.slug == slug,
            task.c.opened_at < before,
            task.c.closed_at.is_not(None),
            sa.or_(task.c.detail != "", task.c.closed_why != ""),
            _of_nobody(task.c.application),
        )
        .values(detail="", closed_why="")
    )
    return done.rowcount


_VALUES = Many(
    sa.update(application)
    .where(application.c.id == sa.bindparam("of"))
    .values(value=sa.bindparam("as"))
)
_PEOPLE = Many(sa.delete(participant).where(participant.c.application == sa.bindparam("of")))
_MAILS = Many(
    sa.update(inbox)
    .where(inbox.c.id == sa.bindparam("of"))
    .values(message_id=None, envelope_sender=None, reason=None)
)
_MAIL_BYTES = Many(sa.delete(inbox_raw).where(inbox_raw.c.id == sa.bindparam("of")))
_LETTERS = Many(
    sa.update(outbox)
    .where(outbox.c.id == sa.bindparam("of"))
    .values(
        recipient=NO_ADDRESS,
        address=NO_ADDRESS,
        envelope_sender=NO_ADDRESS,
        message_id=sa.bindparam("mid"),
        subject="",
        digest="",
        held=None,
        last_error=None,
    )
)
_LETTER_BYTES = Many(sa.delete(outbox_raw).where(outbox_raw.c.id == sa.bindparam("of")))
