"""The unit of work behind the one door: read once, decide in order, write once.

Law of this file: a unit lives inside one transaction.  `expect` reads with a few queries what a
batch may concern; every question is then answered as this transaction and the batch so far have
it; `record` writes nothing, so that what raises leaves no trace; `flush` writes everything with
executemany.  A unit in a reading transaction can be asked and never flushed.

That nobody else changed the same applications or seats meanwhile is checked while writing (their
version, the seats taken), so that the promise holds even where somebody forgot a lock.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from pipeline.domain import reference as references_
from pipeline.domain.application import Application
from pipeline.domain.decision import Decision, Roster
from pipeline.domain.events import Event
from pipeline.domain.rules import Rules
from pipeline.store import settings
from pipeline.store.caps import Caps
from pipeline.store.errors import Misused
from pipeline.store.known import Known
from pipeline.store.schema import application, outbox
from pipeline.store.schema import event as event_table
from pipeline.store.statements import among
from pipeline.store.values import mailbox_keys, plain
from pipeline.store.writing import NewLetter, Writing

__all__ = ["NewLetter", "Standing", "Unit"]

_CAUSES = sa.select(event_table.c.cause).where(among(event_table.c.cause))
_MESSAGES = (
    sa.select(outbox.c.message_id, application.c.reference)
    .join(application, application.c.id == outbox.c.application)
    .where(among(outbox.c.message_id), outbox.c.slug == sa.bindparam("slug"))
)
_DRAWS = 8
"""How often references are drawn anew while those drawn are taken, each time twice as many."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What a unit must be told of an event."""

    rules: Rules
    access_ready: bool
    """Whether ID and password are there to be sent."""


class Unit:
    """What one batch of events knows and writes; for one transaction and one thread."""

    def __init__(
        self,
        connection: Connection,
        standings: Mapping[str, Standing],
        random: Callable[[int], int],
    ) -> None:
        self.connection = connection
        """The transaction it lives in."""
        self._standings = standings
        self._random = random
        self._known = Known(connection)
        self._caps = Caps(connection)
        self._writing = Writing(connection)
        self._causes: dict[str, bool] = {}
        self._messages: dict[tuple[str, str], str | None] = {}
        self._fresh: dict[str, list[str]] = {}
        self._bases: dict[str, _Base] = {}

    # ------------------------------------------------------------ asked beforehand

    def expect(
        self,
        slug: str,
        *,
        causes: Iterable[str] = (),
        references: Iterable[str] = (),
        message_ids: Iterable[str] = (),
        addresses: Iterable[str] = (),
        fresh: int = 0,
    ) -> None:
        """Read at once what a batch may concern; everything can be asked without it, one by one.

        `fresh`: how many new applications there may be.
        """
        self._ask_causes(causes)
        found = self._ask_messages(slug, message_ids)
        self._known.load([*references, *found])
        addresses = [address for address in addresses if address]
        names = [name for address in addresses for name in mailbox_keys(address)]
        self._known.load_addresses(slug, [*addresses, *names])
        self._caps.expect(slug, addresses)
        if fresh:
            self._draw(slug, fresh)

    # ------------------------------------------------------------ asked while deciding

    def seen(self, cause: str) -> bool:
        """Whether this cause has acted already, in this batch or before."""
        if cause not in self._causes:
            self._ask_causes([cause])
        return self._causes[cause]

    def application(self, reference: str) -> Application | None:
        """As this transaction and the batch so far have it."""
        return self._known.get(reference)

    def by_message_id(self, slug: str, ids: Iterable[str]) -> dict[str, str]:
        """Which of these Message-IDs (with <>) are letters about an application, and whose."""
        ids = list(ids)
        self._ask_messages(slug, ids)
        found = {one: self._messages[slug, one] for one in ids}
        return {one: reference for one, reference in found.items() if reference is not None}

    def recipient_of(self, slug: str, message_id: str) -> str | None:
        """Whom the letter with this Message-ID (with <>) was for; None for no letter of ours."""
        query = sa.select(outbox.c.recipient).where(
            outbox.c.slug == slug, outbox.c.message_id == message_id
        )
        return self.connection.scalar(query)

    def open_of_address(self, slug: str, address: str) -> tuple[Application, ...]:
        """Open applications whose contact or a participant has that address, oldest first.

        The newest hundred at most: nobody has more, but robots that must not slow down others.
        """
        return self._known.open_of_address(slug, address)

    def seats_of_sender(self, slug: str, address: str) -> int:
        """Seats that open applications of this mailbox hold or wait for."""
        return self._known.seats_of_contact(slug, address)

    def roster(self, slug: str) -> Roster:
        """The event as a whole: seats, the line, a fresh reference, what operators have set."""
        base = self._base(slug)
        taken = base.taken + self._known.seats_more(slug)
        if not self._fresh.get(slug):
            self._draw(slug, 1)
        return Roster(
            capacity=base.capacity,
            taken=taken,
            next_in_line=self._known.first_in_line(slug, base.capacity - taken),
            fresh_reference=next(iter(self._fresh[slug]), None),
            covered_through=base.set.covered_through,
            access_opens_at=base.access_opens_at,
            access_ready=base.access_ready,
            access_generation=base.set.access_generation,
        )

    def letters_since(self, slug: str, key: str, since: datetime) -> int:
        """How many answers were recorded since then, for caps.

        `key` is "address:x", "domain:y", "office" or `caps.CONFIRM`.  Counted in slots of ten
        minutes, the one that `since` falls into included: rather too many than too few.
        """
        return self._caps.letters_since(slug, key, since)

    def same_letter_since(self, digest: str, recipient: str, since: datetime) -> bool:
        """Whether a letter of this digest was recorded for this recipient since then."""
        return self._caps.same_letter_since(digest, recipient, since)

    def asked_since(self, slug: str, key: str, since: datetime) -> int:
        """How many mails of a key asked something of a person since then; slots as above."""
        return self._caps.asked_since(slug, key, since)

    # ------------------------------------------------------------ decided, and written

    def count_asked(self, slug: str, key: str, now: datetime) -> None:
        """One more mail of this key asks something of a person."""
        self._caps.count_asked(slug, key, now)

    def record(
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
        """Note one decision: from now on the unit's answers contain it.

        Under one cause several decisions may be recorded (follow-ups), but only in this unit.
        """
        after = decision.application
        if after is not None:
            if self._known.get(after.reference) != before:
                raise Misused(f"'{after.reference}' was decided on an older value")
            if before is None:
                self._use_up(slug, after.reference)
            self._known.put(after)
        self._causes[cause] = True
        self._caps.count(slug, letters, now)
        self._writing.note(
            cause=cause,
            slug=slug,
            event=event,
            before=before,
            decision=decision,
            rules_digest=rules_digest,
            now=now,
            letters=letters,
        )

    def flush(self) -> None:
        """Write everything that was recorded; once, as the last thing before the commit.

        Raises `Conflict` when somebody else changed what was decided on; decide anew.
        """
        self._writing.flush(self._known.changes())
        self._caps.flush()
        for slug, base in self._bases.items():
            self._writing.seats(slug, base.taken, self._known.seats_more(slug))

    # ------------------------------------------------------------ inside

    def _ask_causes(self, causes: Iterable[str]) -> None:
        unknown = [cause for cause in causes if cause not in self._causes]
        if not unknown:
            return
        found = set(self.connection.scalars(_CAUSES, {"of": unknown}))
        self._causes.update((cause, cause in found) for cause in unknown)

    def _ask_messages(self, slug: str, ids: Iterable[str]) -> list[str]:
        """Look up Message-IDs; the references that new ones belong to."""
        unknown = [one for one in ids if (slug, one) not in self._messages]
        if not unknown:
            return []
        asked = {plain(one): one for one in unknown}
        rows = self.connection.execute(_MESSAGES, {"of": list(asked), "slug": slug}).all()
        self._messages.update(((slug, one), None) for one in unknown)
        self._messages.update(((slug, asked[row[0]]), row[1]) for row in rows)
        return [row[1] for row in rows]

    def _base(self, slug: str) -> _Base:
        base = self._bases.get(slug)
        if base is None:
            standing = self._standings[slug]
            been_set = settings.of_event(self.connection, slug)
            base = self._bases[slug] = _Base(
                taken=settings.seats_taken(self.connection, slug),
                capacity=standing.rules.event.capacity,
                access_opens_at=been_set.access_postponed_to or standing.rules.access_opens_at,
                access_ready=standing.access_ready,
                set=been_set,
            )
        return base

    def _draw(self, slug: str, wanted: int) -> None:
        """Keep so many references ready that nobody has; fewer when hardly any is left."""
        ready = self._fresh.setdefault(slug, [])
        scheme = self._standings[slug].rules.payment.reference
        for tries in range(_DRAWS):
            lacking = wanted - len(ready)
            if lacking <= 0:
                return
            drawn = dict.fromkeys(
                references_.draw(scheme, self._random) for _ in range(lacking + 2**tries)
            )
            taken = self._known.existing(drawn)
            ready += [one for one in drawn if one not in taken and not self._is_ready(one)]

    def _is_ready(self, reference: str) -> bool:
        return any(reference in ready for ready in self._fresh.values())

    def _use_up(self, slug: str, reference: str) -> None:
        ready = self._fresh.get(slug, [])
        if reference in ready:
            ready.remove(reference)


@dataclass(frozen=True, slots=True)
class _Base:
    """An event as the transaction found it."""

    taken: int
    capacity: int
    access_opens_at: datetime
    access_ready: bool
    set: settings.OfEvent
