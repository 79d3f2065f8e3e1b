"""What is made once for each set of rules: tables of labels, folded words.

Law of this file: rules are frozen, so what was made of them stays true; a value is kept as long
as the very same rules are in use.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeVar

from pipeline.domain.rules import Rules

T = TypeVar("T")

_KEPT: Final = 16
"""More sets of rules than one process serves."""


def once_for(make: Callable[[Rules], T]) -> Callable[[Rules], T]:
    """A function of the rules that remembers what it made of them."""
    kept: dict[str, tuple[Rules, T]] = {}

    def made(rules: Rules) -> T:
        entry = kept.get(rules.digest)
        if entry is not None and entry[0] is rules:
            return entry[1]
        if len(kept) >= _KEPT:
            kept.clear()
        value = make(rules)
        kept[rules.digest] = rules, value
        return value

    return made
