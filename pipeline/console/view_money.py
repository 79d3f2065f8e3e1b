"""How a statement's lines, and money that waits, are shown.

Law of this file: it shows what was decided and decides nothing.  A line's keys in JSON are the
design's; what the payer wrote reaches a terminal through `printing` alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from pipeline.clock import TOKYO
from pipeline.console.printing import day, say, say_fields, say_table, when
from pipeline.domain.remittance import Flow, Remittance
from pipeline.domain.verdict import Action, Verdict, explained
from pipeline.store.money_acts import Act
from pipeline.store.remittances import Kept, Status

STATUS_TEXT = {
    Status.OPEN: "waits for a person",
    Status.SETTLED: "settled: it needs nobody any more",
    Status.IGNORED: "no payment of anybody",
    Status.EXPECTED: "announced, and not here yet",
    Status.REFUNDED: "goes back to whoever sent it",
    Status.DISMISSED: "not ours",
    Status.REVERSED: "taken back by the bank",
}
"""Where an amount stands, in words."""
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


# ---------------------------------------------------------------- what is kept


def kept_json(one: Kept) -> dict[str, Any]:
    """An amount as it is kept, for a program."""
    line, verdict = one.line, one.verdict
    return {
        "id": one.id,
        "event": one.event or None,
        "status": one.status.value,
        "layout": one.layout,
        "booked_on": line.booked_on,
        "value_date": line.value_date,
        "amount": signed(line),
        "payer": line.payer,
        "memo": line.memo,
        "outcome": verdict.outcome.value,
        "reasons": list(map(str, verdict.reasons)),
        "references": list(verdict.references),
        "candidates": [
            {"reference": c.reference, "score": c.score, "why": list(map(str, c.why))}
            for c in verdict.candidates
        ],
        "recorded_at": one.recorded_at,
    }


def say_kept(found: Sequence[Kept], now: datetime) -> None:
    """A table of amounts, with those whose each may be."""
    today = now.astimezone(TOKYO).date()
    say_table(
        ("money*", "value date*", "days", "yen", "payer", "for", "why"),
        [
            (
                one.id,
                day(one.line.value_date),
                (today - one.recorded_at.astimezone(TOKYO).date()).days,
                f"{signed(one.line):,}",
                one.line.payer or one.line.memo,
                _whose(one.verdict),
                why(one.verdict),
            )
            for one in found
        ],
        right=("money*", "days", "yen"),
        empty="no money waits for a person",
    )


def _whose(verdict: Verdict) -> str:
    """Those it names, else those it may be, best first."""
    if verdict.references:
        return " ".join(verdict.references)
    return " ".join(f"{c.reference}?" for c in verdict.candidates[:3]) or "-"


def whole_json(one: Kept, shares: Mapping[str, int], acts: Sequence[Act]) -> dict[str, Any]:
    """Everything about one amount, for a program."""
    done = [
        {"act": a.act, "status": a.status, "who": a.who, "why": a.why, "at": a.at} for a in acts
    ]
    return {**kept_json(one), "credited": dict(shares), "acts": done}


def say_whole(one: Kept, shares: Mapping[str, int], acts: Sequence[Act]) -> None:
    """Everything about one amount."""
    line, verdict = one.line, one.verdict
    fields: list[tuple[str, object]] = [
        ("money", one.id),
        ("stands", STATUS_TEXT[one.status]),
        ("amount", f"{signed(line):,} yen"),
        ("value date", day(line.value_date)),
        ("booked on", day(line.booked_on)),
        ("payer", line.payer or line.memo),
        ("further words", " ".join(filter(None, (line.payer_code, line.edi, line.memo)))),
        ("from", f"{one.layout}, line {line.line}, {when(one.recorded_at)}, {one.who}"),
        ("found", why(verdict)),
        ("credited", ", ".join(f"{ref} {yen:,}" for ref, yen in shares.items())),
    ]
    fields += [
        (f"may be {c.reference}", f"{c.score}: {' '.join(map(explained, c.why))}")
        for c in verdict.candidates
    ]
    fields += [(f"{a.number}. {a.act}", f"{when(a.at)} {a.who}: {a.why}") for a in acts]
    say_fields(fields)
