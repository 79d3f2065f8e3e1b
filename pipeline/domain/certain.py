"""Whether money that a person must decide is one application's beyond doubt.

Law of this file: it admits nobody.  It only says whose payer may be written to, and that nobody
else waits for the decision.
"""

from __future__ import annotations

from pipeline.domain.verdict import Action, Because, Outcome, Verdict

_OF_ONE = frozenset({
    Outcome.SHORT, Outcome.OVER, Outcome.TWICE, Outcome.LATE, Outcome.CLOSED, Outcome.EARLY,
})  # fmt: skip
"""Outcomes of money that is somebody's, and needs a person."""
_NUMBERED = frozenset({
    Because.NUMBER_EXACT, Because.NUMBER_IN_PAYER_CODE, Because.NUMBER_IN_EDI,
    Because.NUMBER_IN_MEMO, Because.VIRTUAL_ACCOUNT,
})  # fmt: skip
_DOUBTED = frozenset({
    Because.NAME_CONFLICT, Because.NAME_SIMILAR, Because.NAME_UNREADABLE,
    Because.NAME_PREFIX_AMBIGUOUS, Because.NUMBER_UNCLEAR, Because.NUMBER_TRUNCATED,
    Because.NUMBER_SIMILAR, Because.NUMBERS_UNRELATED, Because.WRONG_CHECK_DIGIT,
    Because.SEVERAL_NUMBERS, Because.NUMBER_UNKNOWN,
})  # fmt: skip


def is_certain(verdict: Verdict) -> bool:
    """Whether a line that a person must decide names one application beyond doubt."""
    reasons = set(verdict.reasons)
    if verdict.action is not Action.REVIEW or verdict.outcome not in _OF_ONE:
        return False
    if len(verdict.references) != 1 or not reasons & _NUMBERED or reasons & _DOUBTED:
        return False
    # More money than an expired one owed must not open it again by itself.
    return verdict.outcome is not Outcome.CLOSED or Because.AMOUNT_OVER not in reasons


def in_question(verdict: Verdict, likely: int) -> tuple[str, ...]:
    """The applications that open money may be meant for: candidates from the score `likely` on."""
    if is_certain(verdict):
        return verdict.references
    candidates = (one.reference for one in verdict.candidates if one.score >= likely)
    return (*verdict.references, *candidates)
