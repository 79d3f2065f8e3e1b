"""What is made once: for each set of rules, or for each mail.

Law of this file: rules are frozen and raw mails do not change, so what was made of them stays
true.  Nothing here locks: two threads may make the same value twice, and either is right.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, Generic, TypeVar

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


class Lazy(Generic[T]):
    """A property that is made on first use (functools.cached_property takes a lock for it)."""

    def __init__(self, make: Callable[[Any], T]) -> None:
        self._make = make
        self.__doc__ = make.__doc__

    def __get__(self, instance: Any, owner: type[Any] | None = None) -> T:
        value = self._make(instance)
        instance.__dict__[self._make.__name__] = value
        return value
