"""One thing of the program put in another's place, in a process that exists to be broken."""

from __future__ import annotations


def swap(owner: object, name: str, new: object) -> None:
    """From now on it is `new`. Raises `AttributeError` where there is no such thing any more."""
    getattr(owner, name)
    setattr(owner, name, new)
