"""Whether the balances of a statement follow from one another.

Law of this file: after every line stands what stood before it and what the line moved.  Where
one does not, the file is refused: a line is missing, is there twice, or has another amount.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from pipeline.bank.refused import Refused

_MOST = 64
"""So many balances may be possible at once, after lines that state none."""


@dataclass(frozen=True, slots=True)
class Step:
    """One line, as far as the balance goes."""

    line: int
    day: date
    moves: tuple[int, ...]
    """By how much it moves the balance; several where the layout leaves it open."""
    balance: int | None
    """What it says stands there afterwards."""


@dataclass(frozen=True, slots=True)
class Span:
    """The balance before the first line in time and after the last, where they are known."""

    opening: int | None
    closing: int | None


def follow(steps: Sequence[Step], order: Literal["ascending", "descending", "either"]) -> Span:
    """Checks the balances. Raises Refused at the first that does not follow.

    The days tell which line came first; `order` does where all of them are the same.
    """
    if not steps:
        return Span(None, None)
    if steps[0].day != steps[-1].day:
        ways = [steps[0].day > steps[-1].day]
    else:
        ways = {"ascending": [False], "descending": [True], "either": [False, True]}[order]
    broken: list[Refused] = []
    for backwards in ways:
        try:
            return _along(steps[::-1] if backwards else steps)
        except Refused as refused:
            broken.append(refused)
    raise broken[0]


def _along(steps: Sequence[Step]) -> Span:
    opening: int | None = None
    before: int | None = 0
    possible: set[int] | None = None
    for step in steps:
        if possible is None:
            # Lines before the first balance still say what stood before them.
            before = before + step.moves[0] if before is not None and len(step.moves) == 1 else None
        else:
            possible = {one + move for one in possible for move in step.moves}
            if len(possible) > _MOST:
                raise Refused("too many lines without 残高 to follow it", step.line)
        if step.balance is None:
            continue
        if possible is None:
            opening = step.balance - before if before is not None else None
        elif step.balance not in possible:
            due = " or ".join(map(str, sorted(possible)[:3]))
            raise Refused(f"残高 {step.balance} does not follow; it should be {due}", step.line)
        possible = {step.balance}
    closing = next(iter(possible)) if possible is not None and len(possible) == 1 else None
    return Span(opening, closing)
