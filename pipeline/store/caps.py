"""How many answers left for whom, and which letters: what stops a loop of automatic answers.

Law of this file: answers are counted in slots of ten minutes as they are recorded, so that a cap
costs a few rows, however many letters have left.  The slot in which a span begins counts whole:
rather too many than too few.  Letters that a cap or a hold keeps back are not counted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from pipeline.store.schema import letter_count, outbox
from pipeline.store.values import key as address_key
from pipeline.store.values import plain
from pipeline.store.writing import NewLetter

SLOT = timedelta(minutes=10)
OFFICE = "office"

_ADD = sa.text(
    "INSERT INTO letter_count (slug, key, slot, answers) VALUES (:slug, :key, :slot, :answers)"
    " ON CONFLICT (slug, key, slot)"
    " DO UPDATE SET answers = letter_count.answers + excluded.answers"
).bindparams(sa.bindparam("slot", type_=letter_count.c.slot.type))


class Caps:
    """Counts and digests, as a transaction and the batch so far have them."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._expected: dict[tuple[str, str], set[str]] = {}
        self._recipients: set[str] = set()
        self._counts: dict[tuple[str, str], tuple[datetime, Counter[datetime]]] = {}
        self._digests: dict[str, tuple[datetime, dict[str, datetime]]] = {}
        self._new: Counter[tuple[str, str, datetime]] = Counter()
        self._new_digests: dict[tuple[str, str], datetime] = {}

    def expect(self, slug: str, addresses: Iterable[str]) -> None:
        """Whom the batch may answer: their counts are read together when the first is asked for."""
        for address in map(address_key, addresses):
            self._recipients.add(address)
            for one in keys_of(address):
                self._expected.setdefault((slug, _family(one)), set()).add(one)

    def letters_since(self, slug: str, key: str, since: datetime) -> int:
        """How many answers of this key were recorded since then."""
        key, start = plain(key), _slot(since)
        known = self._counts.get((slug, key))
        if known is None or known[0] > start:
            self._read_counts(slug, key, start)
            known = self._counts[slug, key]
        stored = sum(answers for slot, answers in known[1].items() if slot >= start)
        new = sum(
            answers
            for (new_slug, new_key, slot), answers in self._new.items()
            if new_key == key and new_slug == slug and slot >= start
        )
        return stored + new

    def same_letter_since(self, digest: str, recipient: str, since: datetime) -> bool:
        """Whether a letter of this digest was recorded for this recipient since then."""
        address = address_key(recipient)
        new = self._new_digests.get((address, digest))
        if new is not None and new >= since:
            return True
        known = self._digests.get(address)
        if known is None or known[0] > since:
            self._read_digests(address, since)
            known = self._digests[address]
        at = known[1].get(digest)
        return at is not None and at >= since

    def count(self, slug: str, letters: Sequence[NewLetter], now: datetime) -> None:
        """Letters that were just recorded."""
        for letter in letters:
            address = address_key(letter.recipient)
            self._new_digests[address, letter.digest] = now
            if letter.answer and letter.held is None:
                for one in keys_of(address):
                    self._new[slug, one, _slot(now)] += 1

    def flush(self) -> None:
        """Add the batch's counts, always in the same order, so that two writers cannot block."""
        if self._new:
            self._connection.execute(
                _ADD,
                [
                    {"slug": slug, "key": key, "slot": slot, "answers": answers}
                    for (slug, key, slot), answers in sorted(self._new.items())
                ],
            )

    def _read_counts(self, slug: str, key: str, start: datetime) -> None:
        wanted = self._expected.pop((slug, _family(key)), set()) | {key}
        rows = self._connection.execute(
            sa.select(letter_count.c.key, letter_count.c.slot, letter_count.c.answers).where(
                letter_count.c.slug == slug,
                letter_count.c.key.in_(list(wanted)),
                letter_count.c.slot >= start,
            )
        )
        counts: dict[str, Counter[datetime]] = {one: Counter() for one in wanted}
        for one, slot, answers in rows:
            counts[one][slot] = answers
        self._counts.update(((slug, one), (start, counts[one])) for one in wanted)

    def _read_digests(self, address: str, since: datetime) -> None:
        wanted, self._recipients = self._recipients | {address}, set()
        rows = self._connection.execute(
            sa.select(outbox.c.address, outbox.c.digest, outbox.c.created_at)
            .where(outbox.c.address.in_(list(wanted)), outbox.c.created_at >= since)
            .order_by(outbox.c.created_at)
        )
        digests: dict[str, dict[str, datetime]] = {one: {} for one in wanted}
        for one, digest, at in rows:
            digests[one][digest] = at
        self._digests.update((one, (since, digests[one])) for one in wanted)


def keys_of(address: str) -> tuple[str, str, str]:
    """What an answer to this address counts for."""
    return f"address:{address}", f"domain:{address.rpartition('@')[2]}", OFFICE


def _family(key: str) -> str:
    return key.partition(":")[0]


def _slot(instant: datetime) -> datetime:
    instant = instant.astimezone(UTC)
    return instant.replace(minute=instant.minute // 10 * 10, second=0, microsecond=0)
