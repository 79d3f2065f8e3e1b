"""Verdicts as JSON text and back; action and outcome stand in columns of their own."""

from __future__ import annotations

import json

from pipeline.domain.verdict import Action, Candidate, Outcome, Verdict
from pipeline.store.values import dump


def verdict_text(verdict: Verdict) -> str:
    """A verdict as it is stored; what is empty is left out."""
    said = {
        "reasons": verdict.reasons,
        "references": verdict.references,
        "shares": verdict.shares,
        "candidates": [(one.reference, one.score, one.why) for one in verdict.candidates],
        "identified": verdict.identified,
        "likely_fee": verdict.likely_fee,
    }
    return dump({name: value for name, value in said.items() if value})


def verdict_of(action: Action, outcome: Outcome, text: str) -> Verdict:
    """What `verdict_text` was given."""
    said = json.loads(text)
    return Verdict(
        action=action,
        outcome=outcome,
        reasons=tuple(said.get("reasons", ())),
        references=tuple(said.get("references", ())),
        shares=tuple((reference, yen) for reference, yen in said.get("shares", ())),
        candidates=tuple(
            Candidate(reference, score, tuple(why))
            for reference, score, why in said.get("candidates", ())
        ),
        identified=said.get("identified", False),
        likely_fee=said.get("likely_fee"),
    )
