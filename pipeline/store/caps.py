"""How many answers left for whom, and which letters: what stops a loop of automatic answers.

Law of this file: a cap costs a few rows, however many letters have left.  One address's answers
are counted among its letters; those of a domain and of the office in slots of ten minutes, as they
are recorded, and the slot in which a span begins counts whole: rather too many than too few.
Letters that a cap or a hold keeps back are not counted.  What mails ask of a person is counted in
the same slots, so that a flood is known from the busy hour of an office.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from pipeline.domain.decision import LetterName
from pipeline.store.schema import letter_count, outbox
from pipeline.store.statements import Many, among
from pipeline.store.values import key as address_key
from pipeline.store.values import plain
from pipeline.store.writing import NewLetter

SLOT = timedelta(minutes=10)
OFFICE = "office"
CONFIRM = "confirm"
"""Key of the letters that ask for a confirmation, which are counted nowhere else."""
_ADDRESS = "address:"
_MOST_LETTERS = 2000
_MOST_OF_ADDRESS = 200
"""How many letters of one address are looked at, the last ones; no cap is as high."""
_ASKED = "asked:"


@dataclass(frozen=True, slots=True)
class _Letter:
    slug: str
    digest: str
    at: datetime
    counts: bool


class Caps:
    """Counts and digests, as a transaction and the batch so far have them."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._expected: set[str] = set()
        self._expected_keys: dict[str, set[str]] = {}
        self._letters: dict[str, tuple[datetime, list[_Letter]]] = {}
        self._new_letters: dict[str, list[_Letter]] = {}
        self._counts: dict[tuple[str, str], tuple[datetime, Counter[datetime]]] = {}
        """Answers in each slot from one on, those of the batch included."""
        self._new: defaultdict[tuple[str, str], Counter[datetime]] = defaultdict(Counter)
        """Those of the batch alone, to be written."""

    def expect(self, slug: str, addresses: Iterable[str]) -> None:
        """Whom the batch may answer: read together when the first of them is asked for."""
        for address in map(address_key, addresses):
            self._expected.add(address)
            keys = (*_keys_of(address), *_asked_by(address))
            self._expected_keys.setdefault(slug, set()).update(keys)

    def letters_since(self, slug: str, key: str, since: datetime) -> int:
        """How many answers of this key were recorded since then."""
        key = plain(key)
        if key.startswith(_ADDRESS):
            letters = self._of_address(address_key(key.removeprefix(_ADDRESS)), since)
            return sum(one.counts and one.slug == slug for one in letters)
        start = _slot(since)
        known = self._counts.get((slug, key))
        if known is None or known[0] > start:
            self._read_counts(slug, key, start)
            known = self._counts[slug, key]
        begun, counts = known
        if begun == start:
            return counts.total()
        return sum(answers for slot, answers in counts.items() if slot >= start)

    def same_letter_since(self, digest: str, recipient: str, since: datetime) -> bool:
        """Whether a letter of this digest was recorded for this recipient since then."""
        return any(one.digest == digest for one in self._of_address(address_key(recipient), since))

    def count(self, slug: str, letters: Sequence[NewLetter], now: datetime) -> None:
        """Letters that were just recorded."""
        for letter in letters:
            address = address_key(letter.recipient)
            counts = letter.answer and letter.held is None
            new = _Letter(slug, letter.digest, now, counts)
            self._new_letters.setdefault(address, []).append(new)
            if counts:
                asking = letter.letter == LetterName.CONFIRM_APPLICATION
                for key in (CONFIRM,) if asking else _keys_of(address):
                    self._count((slug, key), _slot(now))

    def _count(self, key: tuple[str, str], slot: datetime) -> None:
        self._new[key][slot] += 1
        known = self._counts.get(key)
        if known is not None and slot >= known[0]:
            known[1][slot] += 1

    def asked_since(self, slug: str, key: str, since: datetime) -> int:
        """How many mails of this key asked something of a person since then."""
        return self.letters_since(slug, _ASKED + key, since)

    def count_asked(self, slug: str, key: str, now: datetime) -> None:
        """One more did."""
        self._count((slug, plain(_ASKED + key)), _slot(now))

    def flush(self) -> None:
        """Add the batch's counts, always in the same order, so that two writers cannot block."""
        _ADD(
            self._connection,
            [
                {"slug": slug, "key": key, "slot": slot, "answers": answers}
                for (slug, key), counts in sorted(self._new.items())
                for slot, answers in counts.items()
            ],
        )

    # ------------------------------------------------------------ one address

    def _of_address(self, address: str, since: datetime) -> list[_Letter]:
        known = self._letters.get(address)
        if known is None or known[0] > since:
            wanted, self._expected = self._expected | {address}, set()
            self._read_letters(wanted, since)
            known = self._letters[address]
        both = (*known[1], *self._new_letters.get(address, ()))
        return [one for one in both if one.at >= since]

    def _read_letters(self, addresses: Collection[str], since: datetime) -> None:
        most = _MOST_LETTERS if len(addresses) > 1 else _MOST_OF_ADDRESS
        asked = {"of": list(addresses), "since": since, "most": most}
        rows = self._connection.execute(_LETTERS, asked).all()
        if len(rows) == _MOST_LETTERS:
            # Somebody has very many: each address for itself, so that all are seen.
            for address in addresses:
                self._read_letters((address,), since)
            return
        self._letters.update((address, (since, [])) for address in addresses)
        for address, *letter in rows:
            self._letters[address][1].append(_Letter(*letter))

    # ------------------------------------------------------------ domains and the office

    def _read_counts(self, slug: str, key: str, start: datetime) -> None:
        wanted = self._expected_keys.pop(slug, set()) | {key}
        asked = {"slug": slug, "of": list(wanted), "start": start}
        rows = self._connection.execute(_COUNTS, asked)
        counts: dict[str, Counter[datetime]] = {one: Counter() for one in wanted}
        for one, slot, answers in rows:
            counts[one][slot] = answers
        for one in wanted:
            for slot, answers in self._new[slug, one].items():
                if slot >= start:
                    counts[one][slot] += answers
            self._counts[slug, one] = start, counts[one]


def _keys_of(address: str) -> tuple[str, str]:
    return f"domain:{address.rpartition('@')[2]}", OFFICE


def _asked_by(address: str) -> tuple[str, str]:
    return f"{_ASKED}{_ADDRESS}{address}", f"{_ASKED}domain:{address.rpartition('@')[2]}"


@lru_cache(maxsize=256)  # a batch asks for few instants many times
def _slot(instant: datetime) -> datetime:
    instant = instant.astimezone(UTC)
    return instant.replace(minute=instant.minute // 10 * 10, second=0, microsecond=0)


_LETTERS = (
    sa.select(
        outbox.c.address,
        outbox.c.slug,
        outbox.c.digest,
        outbox.c.created_at,
        sa.and_(outbox.c.answer, outbox.c.status.not_in(("held", "dropped"))),
    )
    .where(among(outbox.c.address), outbox.c.created_at >= sa.bindparam("since"))
    .order_by(outbox.c.created_at.desc())
    .limit(sa.bindparam("most"))
)
_COUNTS = sa.select(letter_count.c.key, letter_count.c.slot, letter_count.c.answers).where(
    letter_count.c.slug == sa.bindparam("slug"),
    among(letter_count.c.key),
    letter_count.c.slot >= sa.bindparam("start"),
)
_ADD = Many(
    sa.text(
        "INSERT INTO letter_count (slug, key, slot, answers)"
        " VALUES (:slug, :key, :slot, :answers)"
        " ON CONFLICT (slug, key, slot)"
        " DO UPDATE SET answers = letter_count.answers + excluded.answers"
    ).bindparams(sa.bindparam("slot", type_=letter_count.c.slot.type))
)
