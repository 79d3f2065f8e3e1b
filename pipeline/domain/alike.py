"""Names by likeness: which of many are nearly the same as one.

Law of this file: a likeness ranks what a person will look at and decides nothing.  Alike is what
rapidfuzz gives 90 of 100, or a name of six letters or more with one of them wrong.  It is sought
only among names that begin or end with the same letters, so that one question costs little however
many names there are: a single slip leaves one of the two ends as it was.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from rapidfuzz import fuzz, process

from pipeline.domain import kana

_LEAST = 90.0
"""Of 100: what is less alike is not alike, but for one wrong letter."""
_LETTERS_TO_SPARE = 6
_SHORTEST = 3
_END = 3
"""Letters that two names must share at one end."""
_MOST = 20


def likeness(one: str, other: str) -> float:
    """How much two keys are alike, to the eye or to the ear: up to 100; 0 for not alike."""
    seen = fuzz.ratio(one, other, score_cutoff=_cutoff(one))
    if seen:
        return seen
    weak = kana.weak_key(one)
    return fuzz.ratio(weak, kana.weak_key(other), score_cutoff=_cutoff(weak))


def _cutoff(name: str) -> float:
    """What a name with one wrong letter scores, where it has letters to spare."""
    if len(name) < _LETTERS_TO_SPARE:
        return _LEAST
    return min(_LEAST, 100 * (1 - 1 / len(name)) - 0.01)


class Alike:
    """Many names, as keys, to be asked which are like another."""

    def __init__(self, names: Iterable[str]) -> None:
        self._names: dict[str, str | list[str]] = {}
        """By weak key: one, or several; most are alone."""
        self._starting: dict[str, list[str]] = {}
        self._ending: dict[str, list[str]] = {}
        for name in names:
            weak = kana.weakened(name)
            if len(weak) < _SHORTEST:
                continue
            if weak not in self._names:
                self._starting.setdefault(weak[:_END], []).append(weak)
                self._ending.setdefault(weak[-_END:], []).append(weak)
            self._note(weak, name)

    def _note(self, weak: str, name: str) -> None:
        before = self._names.setdefault(weak, name)
        if isinstance(before, list):
            if name not in before:
                before.append(name)
        elif before != name:
            self._names[weak] = [before, name]

    def to(self, name: str) -> Iterator[tuple[str, float]]:
        """The keys that are like this one, with how much, of 100."""
        weak = kana.weakened(name)
        if len(weak) < _SHORTEST:
            return
        near: dict[str, float] = {}
        for block in (self._starting.get(weak[:_END], ()), self._ending.get(weak[-_END:], ())):
            found = process.extract(
                weak, block, scorer=fuzz.ratio, score_cutoff=_cutoff(weak), limit=_MOST
            )
            near |= {other: score for other, score, _ in found}
        for other, score in near.items():
            names = self._names[other]
            for key in (names,) if isinstance(names, str) else names:
                yield key, score
