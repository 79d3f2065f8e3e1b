"""Which lines of a statement are known already from other statements of the account.

Law of this file: a transfer counts once, in however many files and layouts it stands, and two
transfers that are truly equal count twice.  Equal lines are therefore counted and not only
compared: the second one of a file is new where only one is known.  Within a layout what a line
says is compared as it stands; between layouts only what all banks tell (the day, the amount, the
payer's name, cut off or not) is.  What may be known and need not be is `doubtful`: it is never
counted by itself, and never lost.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import IntEnum
from functools import lru_cache
from typing import NamedTuple

from pipeline.domain import kana
from pipeline.domain.remittance import Remittance

SHORTEST_PREFIX = 3
"""Letters that a name must have to be another one's beginning."""
CERTAIN_PREFIX = 6
"""Fewer letters and digits than any layout cuts a name to: that may be somebody else's name."""
_MANY_ON_A_DAY = 2
"""Known lines of one day that, all found again, show that a file lists the whole day."""
_ANY = "*"
_MANY_NAMELESS = 100
"""So many of a day are enough to doubt a line without a name."""
_WITH_VALUE_DATE = ("zengin", "camt")
_DIGITS = re.compile("[0-9]+")
_NO_ID = re.compile("0*")


@dataclass(frozen=True, slots=True)
class Known:
    """One remittance that stands in the store."""

    id: int
    line: Remittance
    """As it was first written down."""
    seen: Mapping[str, str]
    """Layout and `content` of each statement that has it."""
    ids: Mapping[str, frozenset[str]]
    """Layout and the bank's own numbers in it; empty where there is none."""


@dataclass(frozen=True, slots=True)
class Recognised:
    """What is known of one line of a new statement."""

    known: int | None = None
    """The id of the remittance that it is; None: it is new."""
    doubtful: int | None = None
    """The id of one that it may be; a person decides."""


NEW = Recognised()

# ---------------------------------------------------------------- what a line says


def content(line: Remittance) -> str:
    """What one layout says of a transfer, as one word: equal for equal lines.

    Notes are left out (a bank's customer may write some of them), and so is the bank's number,
    which is a running number of the export with some banks.
    """
    said = (
        line.flow.value,
        line.booked_on.isoformat(),
        line.value_date.isoformat(),
        str(line.amount),
        *map(_plain, (line.payer, line.payer_code, line.edi, line.virtual_account)),
        line.sent_at.isoformat() if line.sent_at else "",
    )
    return hashlib.sha256("\x1f".join(said).encode("utf-8", "replace")).hexdigest()[:32]


def bank_id(line: Remittance) -> str:
    """The bank's own number of a line; "" where it is none."""
    return "" if _NO_ID.fullmatch(line.bank_id) else line.bank_id


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).split())


# ---------------------------------------------------------------- recognised


def recognised(
    lines: Sequence[Remittance], layout: str, known: Iterable[Known]
) -> tuple[Recognised, ...]:
    """For each line of one statement whether it is known, in the given order."""
    look = _Look(lines, layout, list(known))
    look.within_the_layout()
    look.between_layouts()
    return tuple(look.found.get(place, NEW) for place in range(len(lines)))


class _Look:
    """One statement held against everything that is known."""

    def __init__(self, lines: Sequence[Remittance], layout: str, known: list[Known]) -> None:
        self._lines = lines
        self._layout = layout
        self._here = [one for one in known if layout in one.seen]
        self._elsewhere = [one for one in known if layout not in one.seen]
        self.found: dict[int, Recognised] = {}

    # ------------------------------------------------------------ the same layout

    def within_the_layout(self) -> None:
        """The kth of equal lines is the kth that is known; the bank's numbers speak first."""
        rows: dict[str, list[Known]] = defaultdict(list)
        for one in self._here:
            rows[one.seen[self._layout]].append(one)
        places: dict[str, list[int]] = defaultdict(list)
        for place, line in enumerate(self._lines):
            places[content(line)].append(place)
        whole = self._whole_days(places, rows)
        for said, here in places.items():
            self._pair(here, rows.get(said, []), whole)

    def _pair(self, places: list[int], rows: list[Known], whole: frozenset[date]) -> None:
        left = list(rows)
        for place in places:
            number = bank_id(self._lines[place])
            same = next((r for r in left if number in r.ids[self._layout]), None)
            if same is not None:
                left.remove(same)
                self.found[place] = Recognised(same.id)
        for place in places:
            if place in self.found or not left:
                continue
            row = left.pop(0)
            numbered = bool(bank_id(self._lines[place]) and row.ids[self._layout])
            if numbered and self._lines[place].booked_on not in whole:
                self.found[place] = Recognised(doubtful=row.id)
            else:
                self.found[place] = Recognised(row.id)

    def _whole_days(
        self, places: Mapping[str, list[int]], rows: Mapping[str, list[Known]]
    ) -> frozenset[date]:
        """Days of which this statement has all that is known: there numbers may have changed."""
        count: dict[date, int] = defaultdict(int)
        lacking: set[date] = set()
        for said, those in rows.items():
            day = those[0].line.booked_on
            count[day] += len(those)
            if len(places.get(said, ())) < len(those):
                lacking.add(day)
        return frozenset(d for d, n in count.items() if n >= _MANY_ON_A_DAY and d not in lacking)

    # ------------------------------------------------------------ other layouts

    def between_layouts(self) -> None:
        """The surest first: equal names, then names that only lack digits, then cut-off ones."""
        fits = self._fits()
        taken: dict[int, int] = {}
        for alike in (Alike.EQUAL, Alike.LETTERS, Alike.BEGINNING):
            self._match(fits, alike, taken)
        self._doubts(fits, taken)

    def _fits(self) -> dict[int, list[_Fit]]:
        """For each line that is not known yet the remittances of other layouts that it may be."""
        rows: dict[_Shelf, list[Known]] = defaultdict(list)
        for one in self._elsewhere:
            for shelf in _shelves(one.line):
                rows[shelf].append(one)
        found: dict[int, list[_Fit]] = {}
        for place, line in enumerate(self._lines):
            if place in self.found:
                continue
            near = {
                row.id: row
                for shelf in _asked(line)
                for row in rows.get(shelf, ())[: _MANY_NAMELESS if shelf.letters == _ANY else None]
            }
            fits = [fit for row in near.values() if (fit := self._fit(line, row)) is not None]
            if fits:
                found[place] = sorted(fits, key=lambda fit: (fit.days_apart, fit.row.id))
        return found

    def _fit(self, line: Remittance, row: Known) -> _Fit | None:
        alike = likeness(line, row.line)
        both_know = _knows_value(self._layout) and any(map(_knows_value, row.seen))
        apart = abs((line.value_date - row.line.value_date).days)
        booked = line.booked_on == row.line.booked_on
        if alike is Alike.NO or (both_know and not (booked and self._valued_alike(line, row))):
            return None
        sure = booked and (alike >= Alike.LETTERS or _shorter(line, row.line) >= CERTAIN_PREFIX)
        return _Fit(row, alike, sure and alike is not Alike.NAMELESS, apart)

    @staticmethod
    def _valued_alike(line: Remittance, row: Known) -> bool:
        """Two layouts that know 起算日 must tell the same; the row may have begun in a third."""
        began_without = not all(map(_knows_value, row.seen))
        return began_without or line.value_date == row.line.value_date

    def _match(
        self, fits: Mapping[int, Sequence[_Fit]], alike: Alike, taken: dict[int, int]
    ) -> None:
        """As many lines as possible find a remittance of their own (augmenting paths)."""
        fixed = frozenset(taken)
        edges = {
            place: [
                fit.row.id
                for fit in ways
                if fit.alike is alike and fit.sure and fit.row.id not in fixed
            ]
            for place, ways in fits.items()
            if place not in self.found
        }

        def placed(place: int, tried: set[int]) -> bool:
            for row in edges[place]:
                if row not in tried:
                    tried.add(row)
                    if row not in taken or placed(taken[row], tried):
                        taken[row] = place
                        return True
            return False

        for place in edges:
            placed(place, set())
        self.found.update(
            (place, Recognised(row)) for row, place in taken.items() if row not in fixed
        )

    def _doubts(self, fits: Mapping[int, Sequence[_Fit]], taken: Mapping[int, int]) -> None:
        """What may be known all the same: not surely, or beside a cut-off name that was taken."""
        by_beginning = {
            row
            for row, place in taken.items()
            for fit in fits[place]
            if fit.row.id == row and fit.alike is Alike.BEGINNING
        }
        for place, ways in fits.items():
            if place in self.found:
                continue
            for fit in ways:
                free = fit.row.id not in taken and not fit.sure
                beside = fit.row.id in by_beginning and fit.alike is Alike.BEGINNING
                if free or beside:
                    self.found[place] = Recognised(doubtful=fit.row.id)
                    break


class _Shelf(NamedTuple):
    """Where remittances stand that a line may be, so that few have to be compared."""

    flow: str
    amount: int
    day: date
    letters: str
    """The beginning of the name; "" for none, `_ANY` for any."""


def _shelves(line: Remittance) -> list[_Shelf]:
    """Where a remittance is put."""
    return [
        _Shelf(*where, letters) for where in _where(line) for letters in {_beginning(line), _ANY}
    ]


def _asked(line: Remittance) -> list[_Shelf]:
    """Where a line is looked for: under its beginning and without a name; nameless: anywhere."""
    beginning = _beginning(line)
    looked = {beginning, ""} if beginning else {_ANY}
    return [_Shelf(*where, letters) for where in _where(line) for letters in looked]


def _where(line: Remittance) -> list[tuple[str, int, date]]:
    return [(line.flow.value, line.amount, d) for d in {line.booked_on, line.value_date}]


def _beginning(line: Remittance) -> str:
    return _DIGITS.sub("", _name(line.payer))[:SHORTEST_PREFIX]


@dataclass(frozen=True, slots=True)
class _Fit:
    """How one line and one remittance of another layout go together."""

    row: Known
    alike: Alike
    sure: bool
    """Whether a match needs nobody: the same booking day, and enough of a name."""
    days_apart: int
    """Between their value dates."""


def _knows_value(layout: str) -> bool:
    """Whether a layout tells 起算日 of every line."""
    return layout.startswith(_WITH_VALUE_DATE)


# ---------------------------------------------------------------- alike between layouts


class Alike(IntEnum):
    """How much of two lines of different layouts agrees, beside day, flow and amount."""

    NO = 0
    NAMELESS = 1
    """One of them tells no name."""
    BEGINNING = 2
    """One name is the beginning of the other."""
    LETTERS = 3
    """The names are equal but for the digits that one layout puts elsewhere."""
    EQUAL = 4


def likeness(one: Remittance, other: Remittance) -> Alike:
    """How much two lines agree whose day, flow and amount do."""
    if not _digits_agree(_digits(one), _digits(other)):
        return Alike.NO
    first, second = _name(one.payer), _name(other.payer)
    if first == second:
        return Alike.EQUAL
    letters, others = _DIGITS.sub("", first), _DIGITS.sub("", second)
    if not letters or not others:
        return Alike.NAMELESS
    if letters == others:
        return Alike.LETTERS
    shorter, longer = sorted((letters, others), key=len)
    if len(shorter) >= SHORTEST_PREFIX and longer.startswith(shorter):
        return Alike.BEGINNING
    return Alike.NO


def _shorter(one: Remittance, other: Remittance) -> int:
    return min(len(_name(line.payer)) for line in (one, other))


def _name(payer: str) -> str:
    return kana.key(payer)


def _digits(line: Remittance) -> frozenset[str]:
    return _runs(line.payer, line.payer_code, line.edi)


@lru_cache(maxsize=65536)
def _runs(*texts: str) -> frozenset[str]:
    runs = _DIGITS.findall(unicodedata.normalize("NFKC", " ".join(texts)))
    return frozenset(run.lstrip("0") for run in runs if run.strip("0"))


def _digits_agree(one: frozenset[str], other: frozenset[str]) -> bool:
    """Whether the numbers that both tell may be the same: a cut-off name may cut one off too."""
    if not one or not other or one & other:
        return True
    return any(
        longer.startswith(shorter)
        for a in one
        for b in other
        for shorter, longer in [sorted((a, b), key=len)]
        if len(shorter) >= SHORTEST_PREFIX
    )
