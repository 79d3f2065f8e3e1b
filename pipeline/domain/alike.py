"""Names by likeness: which of many are nearly the same as one.

Law of this file: a likeness (rapidfuzz, 90 of 100 at least) ranks what a person will look at and
decides nothing.  It is sought only among names of about the same length that share their first or
last kana, so that one question costs little however many names there are.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from rapidfuzz import fuzz, process

from pipeline.domain import kana

LEAST = 90
"""Of 100: what is less alike is not alike."""
_SHORTEST = 3
_MOST = 20


def likeness(one: str, other: str) -> float:
    """How much two keys are alike, to the eye or to the ear: from `LEAST` to 100, or 0."""
    seen = fuzz.ratio(one, other, score_cutoff=LEAST)
    return max(seen, fuzz.ratio(kana.weak_key(one), kana.weak_key(other), score_cutoff=LEAST))


class Alike:
    """Names by likeness, in blocks of one first (or last) kana and one length."""

    def __init__(self, names: Iterable[str]) -> None:
        self._blocks: dict[tuple[bool, str, int], list[str]] = {}
        self._names: dict[str, list[str]] = {}
        for name in names:
            weak = kana.weak_key(name)
            if len(weak) < _SHORTEST:
                continue
            if weak not in self._names:
                for block in ((True, weak[0], len(weak)), (False, weak[-1], len(weak))):
                    self._blocks.setdefault(block, []).append(weak)
            self._names.setdefault(weak, []).append(name)

    def to(self, name: str) -> Iterator[tuple[str, float]]:
        """The keys that are like this one, with how much, 90 to 100."""
        weak = kana.weak_key(name)
        if len(weak) < _SHORTEST:
            return
        near: dict[str, float] = {}
        # Two texts of which one is a fifth longer cannot be alike by 90 of 100.
        for length in range(len(weak) * 9 // 11, len(weak) * 11 // 9 + 1):
            for block in ((True, weak[0], length), (False, weak[-1], length)):
                found = process.extract(
                    weak,
                    self._blocks.get(block, ()),
                    scorer=fuzz.ratio,
                    score_cutoff=LEAST,
                    limit=_MOST,
                )
                near |= {other: score for other, score, _ in found}
        for other, score in near.items():
            for key in self._names[other]:
                yield key, score
