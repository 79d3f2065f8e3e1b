"""Questions about applications, for workers and for the console. Nothing here changes one.

Law of this file: only `domain.decide` changes an application, and only a unit of work writes it.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from sys import intern
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from pipeline.domain.application import Application, Participant, State
from pipeline.store.schema import ENTITLED, application, participant
from pipeline.store.statements import among, pieces
from pipeline.store.values import application_of, key

_AT_ONCE = 500
_MANY = 10_000


def get(connection: Connection, reference: str) -> Application | None:
    """One application; None where there is none."""
    value = connection.scalar(_VALUES.where(application.c.reference == reference))
    return None if value is None else application_of(value)


def several(connection: Connection, references: Collection[str]) -> dict[str, Application]:
    """Applications by their references."""
    found = {}
    for some in pieces(list(references), _AT_ONCE):
        for value in connection.scalars(_SEVERAL, {"of": some}):
            one = application_of(value)
            found[one.reference] = one
    return found


def listing(
    connection: Connection,
    slug: str | None = None,
    *,
    states: Collection[State] = (),
    held: bool | None = None,
    address: str | None = None,
    limit: int | None = None,
) -> list[Application]:
    """Applications in order of arrival; narrowed by what is given."""
    query = _VALUES.order_by(application.c.arrived_at, application.c.id)
    if slug is not None:
        query = query.where(application.c.slug == slug)
    if states:
        query = query.where(application.c.state.in_([state.value for state in states]))
    if held is not None:
        query = query.where(
            application.c.held.is_not(None) if held else application.c.held.is_(None)
        )
    if address is not None:
        found = sa.select(participant.c.application).where(participant.c.address == key(address))
        query = query.where(application.c.id.in_(found))
    if limit is not None:
        query = query.limit(limit)
    return [application_of(value) for value in connection.scalars(query)]


def every(connection: Connection, slug: str) -> Iterator[Application]:
    """All applications of an event in the order in which they were taken in, a few at a time."""
    last = 0
    while True:
        rows = connection.execute(
            sa.select(application.c.id, application.c.value)
            .where(application.c.slug == slug, application.c.id > last)
            .order_by(application.c.id)
            .limit(_AT_ONCE)
        ).all()
        if not rows:
            return
        yield from (application_of(row.value) for row in rows)
        last = rows[-1].id


@dataclass(frozen=True, slots=True)
class Seat:
    """One participant with the application it stands in: a row of the export."""

    application: Application
    participant: Participant


def participants(
    connection: Connection, slug: str, *, states: Collection[State] = ()
) -> Iterator[Seat]:
    """Everybody who has not withdrawn, application by application; in these states only."""
    for one in every(connection, slug):
        if not states or one.state in states:
            yield from (Seat(one, person) for person in one.active)


class Brief(NamedTuple):
    """What of an application a payer is recognised by, and what it owes."""

    reference: str
    event: str
    state: str
    seats: int
    credited: int
    discount: int
    pay_by: datetime | None
    contact_name: str
    contact_address: str
    people: tuple[tuple[str | None, str | None, str | None], ...]
    """Name, kana and organisation of each participant, also of those who withdrew."""


def briefs(connection: Connection, slugs: Collection[str]) -> Iterator[Brief]:
    """Every application of these events, in the order in which they were taken in.

    Read without making whole applications of them, for there may be very many.
    """
    query = (
        sa.select(
            application.c.reference,
            application.c.slug,
            application.c.state,
            application.c.seats,
            application.c.credited,
            application.c.pay_by,
            application.c.value,
        )
        .where(application.c.slug.in_(slugs))
        .order_by(application.c.id)
        .execution_options(yield_per=_AT_ONCE)
    )
    for reference, slug, state, seats, credited, pay_by, text in connection.execute(query):
        value = json.loads(text)
        people = value["participants"]
        yield Brief(
            reference,
            intern(slug),
            intern(state),
            seats,
            credited,
            value.get("discount", 0),
            pay_by,
            value["contact_name"],
            value["contact_address"],
            tuple((p.get("name"), p.get("name_kana"), p.get("organization")) for p in people),
        )


def events_of(connection: Connection, references: Collection[str]) -> dict[str, str]:
    """Whose these references are: the event of each; those that are nobody's are left out."""
    found: dict[str, str] = {}
    for some in pieces(list(references), _MANY):
        rows = connection.execute(_EVENTS, {"of": some})
        found.update((reference, slug) for reference, slug in rows)
    return found


def waiting_for_access(connection: Connection, slug: str, generation: int, limit: int) -> list[str]:
    """References that have paid and were not sent this generation of ID and password."""
    query = (
        sa.select(application.c.reference)
        .where(
            ENTITLED,
            application.c.slug == slug,
            application.c.access_generation < generation,
        )
        .order_by(application.c.access_generation, application.c.id)
        .limit(limit)
    )
    return list(connection.scalars(query))


_VALUES = sa.select(application.c.value)
_SEVERAL = _VALUES.where(among(application.c.reference))
_EVENTS = sa.select(application.c.reference, application.c.slug).where(
    among(application.c.reference)
)
