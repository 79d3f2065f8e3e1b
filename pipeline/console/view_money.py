"""How a statement's lines, and money that waits, are shown.

Law of this file: it shows what was decided and decides nothing.  A line's keys in JSON are the
design's; what the payer wrote reaches a terminal through `printing` alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from pipeline.console.printing import day, say, say_table
from pipeline.domain.remittance import Flow, Remittance
from pipeline.domain.verdict import Action, Verdict, explained

WHAT = {
    Action.MATCH: "matched",
    Action.REVIEW: "look",
    Action.UNMATCHED: "whose?",
    Action.IGNORE: "none",
}
"""What becomes of a line, in a column's width."""


def line_json(seq: int, line: Remittance, verdict: Verdict) -> dict[str, Any]:
    """One transaction of a file, as `payments import --json` prints it."""
    return {
        "seq": seq,
        "booked_on": line.booked_on.isoformat(),
        "value_date": line.value_date.isoformat(),
        "amount": signed(line),
        "payer": line.payer or line.memo,
        "action": verdict.action.value,
        "references": list(verdict.references),
        "outcome": verdict.outcome.value,
        "reasons": [str(reason) for reason in verdict.reasons],
    }


def signed(line: Remittance) -> int:
    """Yen, below zero for money that went out."""
    return -line.amount if line.flow is Flow.DEBIT else line.amount


def say_lines(lines: Sequence[tuple[Remittance, Verdict]], notes: Sequence[str] = ()) -> None:
    """A table of what a file's lines come to. `notes`: one for each line, for the last column."""
    more = notes or [""] * len(lines)
    say_table(
        ("#", "value date*", "yen", "payer", "is*", "for", "why"),
        [
            (
                seq,
                day(line.value_date),
                f"{signed(line):,}",
                line.payer or line.memo,
                WHAT[verdict.action],
                " ".join(verdict.references) or "-",
                " ".join(filter(None, (why(verdict), note))),
            )
            for seq, ((line, verdict), note) in enumerate(zip(lines, more, strict=True), 1)
        ],
        right=("#", "yen"),
        empty="the file tells of no transfer",
    )


def why(verdict: Verdict) -> str:
    """The outcome; where a person has to look, each reason as a sentence."""
    if verdict.action in {Action.MATCH, Action.IGNORE}:
        return verdict.outcome.value
    return " ".join((f"{verdict.outcome.value}:", *map(explained, verdict.reasons)))


def say_sum(lines: Iterable[tuple[Remittance, Verdict]]) -> None:
    """How many lines came to what."""
    count = dict.fromkeys(Action, 0)
    yen = 0
    for line, verdict in lines:
        count[verdict.action] += 1
        yen += line.amount if verdict.action is Action.MATCH else 0
    say(
        f"{sum(count.values())} lines: {count[Action.MATCH]} matched ({yen:,} yen), "
        f"{count[Action.REVIEW] + count[Action.UNMATCHED]} for a person, "
        f"{count[Action.IGNORE]} that are no payment"
    )
