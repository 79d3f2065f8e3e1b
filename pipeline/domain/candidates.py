"""For whom a line may be meant: candidates for a person to choose from, best first.

Law of this file: it ranks and never settles anything.  What was written is looked up whole, by its
beginning, one slip away, and by likeness (`alike`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice

from pipeline.domain import organisations
from pipeline.domain.claims import Ledger
from pipeline.domain.name_index import Organisations, People
from pipeline.domain.organisations import LEAST_PREFIX
from pipeline.domain.payer_name import Payer
from pipeline.domain.payer_numbers import Numbers
from pipeline.domain.verdict import Because, Candidate

MOST = 5
"""Candidates that a person is shown."""
_MOST_OF_ONE_KIND = 20
"""Claims that are weighed for one sign; a sign that fits more says little."""

_EXACT_NAME, _EXACT_NUMBER, _EXACT_ORGANISATION = 94, 90, 88
_UNCLEAR_NUMBER, _PLACE, _TRUNCATED, _BEGINNING, _ONE_SLIP = 86, 82, 78, 76, 70
_SECOND_SIGN, _AWAITS, _FITS = 4, 1, 1
_NUMBERS = frozenset(
    {
        Because.NUMBER_EXACT,
        Because.NUMBER_UNCLEAR,
        Because.NUMBER_TRUNCATED,
        Because.NUMBER_SIMILAR,
    }
)
_LIKENESS = 0.93
"""A name that is merely alike stands below the same one."""


@dataclass(slots=True)
class _Signs:
    """What speaks for one claim."""

    best: float = 0
    why: dict[str, None] = field(default_factory=dict)


def rank(payer: Payer, numbers: Numbers, amount: int, ledger: Ledger) -> tuple[Candidate, ...]:
    """The claims that a line may be meant for, best first, `MOST` at most."""
    signs: dict[str, _Signs] = {}
    for references, score, why in _all_signs(payer, numbers, ledger):
        for reference in islice(references, _MOST_OF_ONE_KIND):
            sign = signs.setdefault(reference, _Signs())
            sign.best = max(sign.best, score)
            sign.why[why] = None
    weighed = [(_weight(ref, sign, amount, ledger), ref) for ref, sign in signs.items()]
    weighed.sort(key=lambda one: (-one[0], one[1]))
    return tuple(
        Candidate(ref, min(100, round(score)), tuple(signs[ref].why))
        for score, ref in weighed[:MOST]
    )


def _weight(reference: str, sign: _Signs, amount: int, ledger: Ledger) -> float:
    """Its best sign, and a little more for a number beside a name, being open, and the yen."""
    claim = ledger.claims[reference]
    by_number = len(_NUMBERS.intersection(sign.why))
    both = 0 < by_number < len(sign.why)
    fits = claim.due == amount
    if fits and claim.awaits:
        sign.why[Because.AMOUNT_EXACT] = None
    return sign.best + _SECOND_SIGN * both + _AWAITS * claim.awaits + _FITS * fits


_Sign = tuple[Iterable[str], float, Because]


def _all_signs(payer: Payer, numbers: Numbers, ledger: Ledger) -> Iterator[_Sign]:
    yield from _signs_of_number(numbers, ledger)
    if payer.key:
        yield from _signs_of_name(payer, ledger)


def _signs_of_number(numbers: Numbers, ledger: Ledger) -> Iterator[_Sign]:
    yield numbers.known, _EXACT_NUMBER, Because.NUMBER_EXACT
    yield numbers.unclear, _UNCLEAR_NUMBER, Because.NUMBER_UNCLEAR
    for number in numbers.truncated:
        yield ledger.numbering.begun(number), _TRUNCATED, Because.NUMBER_TRUNCATED
    for number in (*numbers.unknown, *numbers.wrong):
        yield one_slip_away(number, ledger), _ONE_SLIP, Because.NUMBER_SIMILAR


def one_slip_away(number: str, ledger: Ledger) -> list[str]:
    """References from which a number differs by one digit, or by a swap of two neighbours."""
    slips = {
        number[:at] + digit + number[at + 1 :]
        for at in range(len(number))
        for digit in "0123456789"
    }
    slips |= {
        number[:at] + number[at + 1] + number[at] + number[at + 2 :]
        for at in range(len(number) - 1)
    }
    slips |= {number[:at] + number[at + 1 :] for at in range(len(number))}
    slips |= {number[:at] + d + number[at:] for at in range(len(number) + 1) for d in "0123456789"}
    return sorted(slip for slip in slips if slip in ledger.claims)


def _signs_of_name(payer: Payer, ledger: Ledger) -> Iterator[_Sign]:
    for name in (payer.key, *sorted(payer.other_keys), *payer.windows):
        yield ledger.people.of(name), _EXACT_NAME, Because.NAME_MATCH
    for form in sorted(payer.forms):
        yield ledger.organisations.of(form), _EXACT_ORGANISATION, Because.ORGANIZATION_MATCH
    for forms, _ in payer.organisation_and_rest:
        for form in sorted(forms):
            yield ledger.organisations.of(form), _EXACT_ORGANISATION, Because.ORGANIZATION_MATCH
    if payer.place is not None:
        yield of_place(payer.place, ledger), _PLACE, Because.MUNICIPALITY_PAYER
    yield from _signs_of_likeness(payer, ledger)


def _signs_of_likeness(payer: Payer, ledger: Ledger) -> Iterator[_Sign]:
    yield ledger.people.of_family(payer.key), _BEGINNING, Because.NAME_PREFIX
    indexes: tuple[tuple[People | Organisations, str], ...] = (
        (ledger.people, payer.key),
        (ledger.organisations, payer.bare),
    )
    for index, start in indexes:
        if len(start) >= LEAST_PREFIX:
            for name in islice(index.beginning_with(start), _MOST_OF_ONE_KIND):
                if name != start:
                    yield index.of(name), _BEGINNING, Because.NAME_PREFIX
    for name, score in ledger.people.alike(payer.key):
        if name != payer.key:
            yield ledger.people.of(name), score * _LIKENESS, Because.NAME_SIMILAR
    for form, score in ledger.organisations.alike(payer.bare):
        if form not in payer.forms:
            yield ledger.organisations.of(form), score * _LIKENESS, Because.NAME_SIMILAR


def of_place(place: str, ledger: Ledger) -> list[str]:
    """The claims of a municipality's own people, in the ledger's order."""
    return [
        reference
        for form in ledger.organisations.beginning_with(place)
        if organisations.is_of_municipality(form, place)
        for reference in ledger.organisations.of(form)
    ]
