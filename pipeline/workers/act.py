"""What operators do, carried to the door.

Promise 6 lives here: a person acts with a name and a reason, through the same door as everything
else, and can always hold.  What concerns the whole office (the opening of access, a new password,
the stop switch) is recorded with the same two in the journal of settings.
"""

from __future__ import annotations

from datetime import datetime

from pipeline.domain.decision import NOTHING_CHANGED, TaskKind
from pipeline.domain.events import Accepted, Cancelled, Declined, FromOperator
from pipeline.store import settings, tasks
from pipeline.store.unit import Unit
from pipeline.workers import door
from pipeline.workers.door import Done
from pipeline.workers.office import Office, Served
from pipeline.workers.reconcile import on_application

_ANSWERED_BY: dict[type[FromOperator], frozenset[TaskKind]] = dict.fromkeys(
    (Accepted, Declined, Cancelled),
    frozenset({TaskKind.REVIEW, TaskKind.UNLISTED, TaskKind.GROUP, TaskKind.SEATS}),
)
"""Tasks that asked for nothing but this decision; deciding closes them."""


def act(office: Office, reference: str, event: FromOperator) -> list[Done]:
    """One act of an operator on one application. Raises `reconcile.UnknownReference`."""
    cause = f"operator:{office.nonce()}"

    def carry(unit: Unit, served: Served) -> list[Done]:
        now = office.clock.now()
        asked = tasks.listing(unit.connection, reference=reference)
        done = door.apply(office, unit, served, cause=cause, target=reference, event=event, now=now)
        if done and done[0].decision.reason not in NOTHING_CHANGED:
            for one in asked:
                if TaskKind(one.kind) in _ANSWERED_BY.get(type(event), ()):
                    tasks.close(unit.connection, one.id, who=event.who, why=event.why, at=now)
        return done

    done = on_application(office, reference, carry)
    office.send_bell.ring()
    return done


def postpone_access(office: Office, slug: str, *, until: datetime, who: str, why: str) -> None:
    """Access opens later than the rules say."""
    with office.database.write(office.events[slug].lock) as connection:
        settings.postpone_access(
            connection, slug, until=until, who=who, why=why, at=office.clock.now()
        )


def rotate_access(office: Office, slug: str, *, who: str, why: str) -> int:
    """There is a new ID and password: everybody who was admitted is sent them. Their generation."""
    with office.database.write(office.events[slug].lock) as connection:
        generation = settings.rotate_access(
            connection, slug, who=who, why=why, at=office.clock.now()
        )
    office.remind_bell.ring()
    return generation


def stop_sending(office: Office, *, who: str, why: str) -> None:
    """Nothing leaves any more, from the next batch on."""
    with office.database.write() as connection:
        settings.stop_sending(connection, who=who, why=why, at=office.clock.now())


def resume_sending(office: Office, *, who: str, why: str) -> None:
    """What waits in the outbox leaves again."""
    with office.database.write() as connection:
        settings.resume_sending(connection, who=who, why=why, at=office.clock.now())
    office.send_bell.ring()
