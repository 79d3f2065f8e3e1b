"""Applications put together at random: people x layouts x codings x dress.

`python -m tests.mail.reading.many --count 2000 --seed 7` reads so many and prints the share that is
read exactly, and what fails most, by each thing that was drawn.  A small selection runs as a test.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.mail.reading.compare import differences
from tests.mail.reading.drawing import Drawn, draw

Reader = Callable[[bytes], dict[str, Any]]
RULES = Path(__file__).parents[3] / "rules" / "r7-kenkyu-kyogikai"
NOTABLE = 1.3
"""What fails so much more often than the whole is named."""


@dataclass(frozen=True, slots=True)
class Result:
    """A drawn mail, what is shown of it, and what is not as expected."""

    drawn: Drawn
    shown: dict[str, Any]
    faults: list[str]


def readings(reader: Reader, seed: int, count: int) -> Iterator[Result]:
    """Each mail, read."""
    for number in range(count):
        drawn = draw(seed, number)
        shown = reader(drawn.raw)
        yield Result(drawn, shown, differences(drawn.expected, shown))


def summary(results: Sequence[Result]) -> list[str]:
    """The share read exactly, and for each thing drawn how often it fails."""
    failed = [result.drawn for result in results if result.faults]
    lines = [f"read exactly: {len(results) - len(failed)} of {len(results)}"]
    drawn_all = Counter(trait for one in results for trait in one.drawn.traits.items())
    drawn_bad = Counter(trait for drawn in failed for trait in drawn.traits.items())
    base = len(failed) / max(len(results), 1)
    rates = sorted(
        ((bad / drawn_all[trait], bad, trait) for trait, bad in drawn_bad.items()), reverse=True
    )
    lines += [
        f"  {what}={which}: {bad} of {drawn_all[what, which]} fail"
        for rate, bad, (what, which) in rates
        if rate > NOTABLE * base
    ]
    return lines


def main() -> None:
    """Read and tell."""
    parser = argparse.ArgumentParser(prog="python -m tests.mail.reading.many")
    parser.add_argument("--count", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--show", type=int, default=20, help="so many failures in full")
    parser.add_argument("--write", type=Path, help="a folder for the mails that fail")
    asked = parser.parse_args()
    from tests.mail.reading.office import reader_of

    results = list(readings(reader_of(RULES), asked.seed, asked.count))
    failed = [one for one in results if one.faults]
    for one in failed[: asked.show]:
        print(one.drawn.number, one.drawn.traits, *one.faults, sep="\n    ")  # noqa: T201  # a tool's output
    print(*summary(results), sep="\n")  # noqa: T201  # the same
    if asked.write:
        asked.write.mkdir(exist_ok=True)
        for one in failed:
            (asked.write / f"{asked.seed}-{one.drawn.number}.eml").write_bytes(one.drawn.raw)


if __name__ == "__main__":
    main()
