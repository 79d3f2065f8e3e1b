"""Applications as a transaction and the batch so far have them.

Law of this file: what the database holds is read once; what the batch decided lies over it.  No
question reads more rows than it answers with, up to a fixed bound.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from pipeline.domain.application import CLOSED, Application, State
from pipeline.store.columns import AnyRow
from pipeline.store.schema import WAITING, application, participant
from pipeline.store.statements import among
from pipeline.store.values import application_of, key, mailbox, mailbox_keys

MOST_OF_ADDRESS = 100
"""How many applications of one address are looked at, the newest ones."""
_MOST_AT_ONCE = 1000
_LINE_AT_ONCE = 64
_OPEN = [state.value for state in State if state not in CLOSED]
_NEW = 1 << 62
"""Numbers from here on are given to applications that are not written yet."""

_COLUMNS = sa.select(application.c.id, application.c.reference, application.c.value)
_BY_REFERENCE = _COLUMNS.where(among(application.c.reference))
_EXISTING = sa.select(application.c.reference).where(among(application.c.reference))
_OF_ADDRESSES = (
    _COLUMNS.where(
        application.c.id.in_(
            sa.select(participant.c.application).where(
                among(participant.c.address), participant.c.slug == sa.bindparam("slug")
            )
        ),
        application.c.state.in_(_OPEN),
    )
    .order_by(application.c.id.desc())
    .limit(sa.bindparam("most"))
)
"""Open applications of these addresses, the newest first."""
_LINE = (
    sa.select(
        application.c.arrived_at, application.c.id, application.c.reference, application.c.seats
    )
    .where(
        WAITING,
        application.c.slug == sa.bindparam("slug"),
        application.c.seats <= sa.bindparam("free"),
    )
    .order_by(application.c.arrived_at, application.c.id)
    .limit(sa.bindparam("most"))
)


@dataclass(slots=True)
class _Entry:
    """One application: as the database has it, and as the batch has it now."""

    number: int
    """Its row's id: who came first among those that arrived in the same second."""
    stored: Application | None
    now: Application
    changed: bool = False

    @property
    def order(self) -> tuple[datetime, int]:
        """Its place in every queue."""
        return self.now.arrived_at, self.number


@dataclass(frozen=True, slots=True)
class Change:
    """One application that the batch changed or made."""

    number: int | None
    """Its row's id; None for a new one."""
    stored: Application | None
    now: Application


@dataclass(slots=True)
class _Line:
    """The head of the line as the database has it: those that fit so many seats."""

    fits: int
    rows: list[AnyRow] = field(default_factory=list)
    whole: bool = False


class Known:
    """Applications by reference, by address and in line."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._entries: dict[str, _Entry] = {}
        self._absent: set[str] = set()
        self._of_address: dict[tuple[str, str], list[str]] = {}
        self._changed_of_address: dict[tuple[str, str], set[str]] = {}
        self._waiting: dict[str, dict[str, _Entry]] = {}
        self._lines: dict[str, _Line] = {}
        self._seats_more: dict[str, int] = {}

    # ------------------------------------------------------------ by reference

    def load(self, references: Iterable[str]) -> None:
        """Read these, where they are not known yet."""
        unknown = {r for r in references if r not in self._entries and r not in self._absent}
        if not unknown:
            return
        self._absent |= unknown
        self._take(_BY_REFERENCE, {"of": list(unknown)})

    def get(self, reference: str) -> Application | None:
        """The application, or None where there is none."""
        if reference not in self._entries:
            self.load((reference,))
        entry = self._entries.get(reference)
        return entry.now if entry else None

    def existing(self, references: Collection[str]) -> set[str]:
        """Which of these are taken, by the database or by the batch."""
        found = set(self._connection.scalars(_EXISTING, {"of": list(references)}))
        self._absent.update(one for one in references if one not in found)
        return found | {one for one in references if one in self._entries}

    def put(self, now: Application) -> None:
        """What the batch has decided."""
        entry = self._entries.get(now.reference)
        if entry is None:
            entry = _Entry(_NEW + len(self._entries), None, now)
            self._entries[now.reference] = entry
            before = 0
        else:
            before = entry.now.seats_held
            entry.now = now
        entry.changed = True
        more = now.seats_held - before
        self._seats_more[now.event] = self._seats_more.get(now.event, 0) + more
        for address in addresses_of(now):
            self._changed_of_address.setdefault((now.event, address), set()).add(now.reference)
        if now.state is State.WAITLISTED and now.held is None:
            self._waiting.setdefault(now.event, {})[now.reference] = entry
        elif now.event in self._waiting:
            self._waiting[now.event].pop(now.reference, None)

    def changes(self) -> Iterator[Change]:
        """All that the batch has changed, in the order in which it met them."""
        return (
            Change(e.number if e.stored else None, e.stored, e.now)
            for e in self._entries.values()
            if e.changed
        )

    def seats_more(self, slug: str) -> int:
        """How many more seats are taken than the database says; below zero: fewer."""
        return self._seats_more.get(slug, 0)

    def _take(self, query: sa.Select[Any], values: dict[str, Any]) -> list[str]:
        references = []
        for number, reference, value in self._connection.execute(query, values):
            references.append(reference)
            if reference not in self._entries:
                stored = application_of(value)
                self._entries[reference] = _Entry(number, stored, stored)
            self._absent.discard(reference)
        return references

    # ------------------------------------------------------------ by address

    def load_addresses(self, slug: str, addresses: Iterable[str]) -> None:
        """Read the open applications of these addresses."""
        unknown = {a for a in map(key, addresses) if (slug, a) not in self._of_address}
        if not unknown:
            return
        most = MOST_OF_ADDRESS if len(unknown) == 1 else _MOST_AT_ONCE
        asked = {"slug": slug, "of": list(unknown), "most": most}
        references = self._take(_OF_ADDRESSES, asked)
        if len(references) == _MOST_AT_ONCE:
            # Somebody has very many: each address for itself, so that all get their share.
            for address in unknown:
                self.load_addresses(slug, (address,))
            return
        self._of_address.update(((slug, address), []) for address in unknown)
        for reference in references:
            for address in addresses_of(self._stored(reference)) & unknown:
                self._of_address[slug, address].append(reference)

    def _stored(self, reference: str) -> Application:
        entry = self._entries[reference]
        return entry.stored or entry.now

    def open_of_address(self, slug: str, address: str) -> tuple[Application, ...]:
        """Open applications whose contact or a participant has that address, oldest first."""
        address = key(address)
        self.load_addresses(slug, (address,))
        stored = self._of_address[slug, address]
        changed = self._changed_of_address.get((slug, address))
        if not stored and not changed:
            return ()
        references = {*stored, *(changed or ())}
        entries = [self._entries[reference] for reference in references]
        entries = [e for e in entries if not e.now.closed and address in addresses_of(e.now)]
        entries.sort(key=lambda entry: entry.order)
        return tuple(entry.now for entry in entries[-MOST_OF_ADDRESS:])

    def seats_of_contact(self, slug: str, address: str) -> int:
        """Seats of the open applications of a mailbox, whichever of its names the contact uses.

        Of the newest hundred of each name at most.
        """
        found = {
            one.reference: one
            for name in (address, *mailbox_keys(address))
            for one in self.open_of_address(slug, name)
        }
        same = mailbox(address)
        return sum(
            one.seats
            for one in found.values()
            if mailbox(one.contact_address) == same and one.state is not State.UNCONFIRMED
        )

    # ------------------------------------------------------------ in line

    def first_in_line(self, slug: str, free: int) -> str | None:
        """Who waits, is not held, fits so many seats and arrived first."""
        if free <= 0:
            return None
        row = self._first_stored(slug, free)
        waiting = self._waiting.get(slug)
        if not waiting:
            return row.reference if row else None
        fitting = [entry for entry in waiting.values() if entry.now.seats <= free]
        first = min(fitting, key=lambda entry: entry.order, default=None)
        if first is None or (row is not None and (row.arrived_at, row.id) < first.order):
            return row.reference if row else None
        return first.now.reference

    def _first_stored(self, slug: str, free: int) -> AnyRow | None:
        line = self._lines.get(slug)
        if line is None or free > line.fits:
            line = self._read_line(slug, free, _LINE_AT_ONCE)
        while True:
            for row in line.rows:
                if row.seats <= free and not self._is_changed(row.reference):
                    return row
            if line.whole:
                return None
            line = self._read_line(slug, free, 2 * len(line.rows))

    def _is_changed(self, reference: str) -> bool:
        entry = self._entries.get(reference)
        return entry is not None and entry.changed

    def _read_line(self, slug: str, free: int, most: int) -> _Line:
        asked = {"slug": slug, "free": free, "most": most}
        rows = self._connection.execute(_LINE, asked).all()
        line = _Line(free, list(rows), len(rows) < most)
        self._lines[slug] = line
        return line


def addresses_of(one: Application) -> set[str]:
    """Every address by which an application is found, also of those who have left it."""
    people = {key(p.email) for p in one.participants if p.email}
    contact = key(one.contact_address)
    plainly, other_names = mailbox_keys(contact)
    return {contact, *people} if contact == plainly else {contact, other_names, *people}
