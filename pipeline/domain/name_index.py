"""Everybody's names by key: where what a payer wrote finds the claims that bear it.

Law of this file: it finds and judges nothing, and references come in the ledger's order.  There may
be very many claims, so a key that is one claim's stands with its bare reference, an organisation's
members are listed once for all forms of its name, and names written wholly in kanji are noted only
when somebody asks in kanji: kana, or the beginning of kana, can never find them.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from heapq import merge
from itertools import permutations
from typing import Protocol

from pipeline.domain import kana, organisations
from pipeline.domain.alike import Alike

_MOST_WORDS = 3
"""Words of a name that may stand in any order."""


class Named(Protocol):
    """By what a claim's payer may be recognised; pairs of a name and its kana."""

    @property
    def names(self) -> tuple[tuple[str | None, str | None], ...]:
        """Of the contact and each participant."""

    @property
    def organizations(self) -> tuple[tuple[str | None, str | None], ...]:
        """Of their organisations."""


def given(pairs: tuple[tuple[str | None, str | None], ...]) -> list[str]:
    """What is told of some names."""
    return [text for pair in pairs for text in pair if text]


def words_of(text: str) -> list[str]:
    """A name's words, as keys."""
    return [key for key in map(kana.key, text.split()) if key]


def persons(words: Sequence[str]) -> list[str]:
    """A whole name with its words in any order; as they were given first."""
    if 1 < len(words) <= _MOST_WORDS:
        return list(map("".join, permutations(words)))
    return ["".join(words)]


# ---------------------------------------------------------------- keys


class _Keys:
    """Keys by their beginning."""

    def __init__(self, keys: Iterable[str]) -> None:
        self._sorted = sorted(keys)

    def beginning_with(self, prefix: str) -> Iterator[str]:
        """The keys that begin so, the same key included."""
        at = bisect_left(self._sorted, prefix)
        while at < len(self._sorted) and self._sorted[at].startswith(prefix):
            yield self._sorted[at]
            at += 1


class _Index:
    """From a key to references."""

    def __init__(self) -> None:
        self._found: dict[str, str | list[str]] = {}

    def note(self, key: str, reference: str) -> None:
        """A key of one claim; claims come one after the other, in the ledger's order."""
        before = self._found.setdefault(key, reference)
        if isinstance(before, list):
            if before[-1] != reference:
                before.append(reference)
        elif before != reference:
            self._found[key] = [before, reference]

    def of(self, key: str) -> Sequence[str]:
        """The references under a key."""
        found = self._found.get(key, ())
        return (found,) if isinstance(found, str) else found

    @cached_property
    def keys(self) -> _Keys:
        """Every key."""
        return _Keys(self._found)


# ---------------------------------------------------------------- people


class _Half:
    """The names of people that are written wholly in kanji, or all others."""

    def __init__(self, claims: Mapping[str, Named], *, in_kanji: bool) -> None:
        self.people = _Index()
        self.families = _Index()
        self._in_kanji = in_kanji
        self._whole: list[str] = []
        for reference, claim in claims.items():
            for text in given(claim.names):
                if in_kanji or not kana.is_wholly_kanji(text):
                    self._note(text, reference)

    def _note(self, text: str, reference: str) -> None:
        words = words_of(text)
        keys = persons(words)
        for place, key in enumerate(keys):
            if key and kana.is_wholly_kanji(key) is self._in_kanji:
                self.people.note(key, reference)
                if place == 0:
                    self._whole.append(key)
        if len(keys) > 1 and kana.is_wholly_kanji(words[0]) is self._in_kanji:
            self.families.note(words[0], reference)

    @cached_property
    def alike(self) -> Alike:
        """Whole names as they were given, by likeness."""
        return Alike(self._whole)


class People:
    """Whole names, and their first words."""

    def __init__(self, claims: Mapping[str, Named]) -> None:
        self._claims = claims

    @cached_property
    def _kana(self) -> _Half:
        return _Half(self._claims, in_kanji=False)

    @cached_property
    def _kanji(self) -> _Half:
        return _Half(self._claims, in_kanji=True)

    def _half(self, key: str) -> _Half:
        return self._kanji if kana.is_wholly_kanji(key) else self._kana

    def of(self, key: str) -> Sequence[str]:
        """The claims of people who are called so, with their words in any order."""
        return self._half(key).people.of(key)

    def of_family(self, key: str) -> Sequence[str]:
        """The claims of people whose name has more words, of which this is the first."""
        return self._half(key).families.of(key)

    def beginning_with(self, prefix: str) -> Iterator[str]:
        """The names that begin so, the same name included."""
        found = self._kana.people.keys.beginning_with(prefix)
        if prefix and not kana.is_wholly_kanji(prefix):
            return found
        return merge(found, self._kanji.people.keys.beginning_with(prefix))

    def alike(self, name: str) -> Iterator[tuple[str, float]]:
        """The names as they were given that are like this one, with how much, of 100."""
        yield from self._kana.alike.to(name)
        if kana.is_written_in_kanji(name):
            yield from self._kanji.alike.to(name)


# ---------------------------------------------------------------- organisations


class Organisations:
    """Organisations, in every form of their names."""

    def __init__(self, claims: Mapping[str, Named]) -> None:
        self._references = list(claims)
        self._members: dict[str, list[int]] = {}
        """By the name as it is written: places in the ledger."""
        for place, claim in enumerate(claims.values()):
            for text in given(claim.organizations):
                self._members.setdefault(text, []).append(place)
        self._written: dict[str, list[str]] = {}
        """By form."""
        for text in self._members:
            for form in organisations.forms(text):
                self._written.setdefault(form, []).append(text)
        self._found: dict[str, Sequence[str]] = {}

    def of(self, form: str) -> Sequence[str]:
        """The claims of an organisation."""
        if form not in self._written:
            return ()
        if form not in self._found:
            places = {at for text in self._written[form] for at in self._members[text]}
            self._found[form] = [self._references[at] for at in sorted(places)]
        return self._found[form]

    @cached_property
    def _keys(self) -> _Keys:
        return _Keys(self._written)

    def beginning_with(self, prefix: str) -> Iterator[str]:
        """The forms that begin so, the same form included."""
        return self._keys.beginning_with(prefix)

    @cached_property
    def _alike(self) -> Alike:
        return Alike(self._written)

    def alike(self, form: str) -> Iterator[tuple[str, float]]:
        """The forms that are like this one, with how much, of 100."""
        return self._alike.to(form)
