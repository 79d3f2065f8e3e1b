"""How a verdict is put together: a match with its shares, or a proposal for a person.

Law of this file: it states what others found out.  A proposal carries the shares it would have if
its claims owe just this sum, so that a person need only say yes.
"""

from __future__ import annotations

from pipeline.domain.candidates import rank
from pipeline.domain.claims import Ledger
from pipeline.domain.judging import Judgement
from pipeline.domain.line import Line
from pipeline.domain.remittance import Remittance
from pipeline.domain.verdict import Action, Outcome, Verdict


def match(
    ledger: Ledger, references: tuple[str, ...], judgement: Judgement, reasons: tuple[str, ...]
) -> Verdict:
    """These claims are paid, each with what it owes."""
    return Verdict(
        action=Action.MATCH,
        identified=True,
        outcome=judgement.outcome,
        reasons=reasons,
        references=references,
        shares=tuple((reference, ledger.claims[reference].due) for reference in references),
    )


def for_a_person(
    remittance: Remittance,
    line: Line,
    ledger: Ledger,
    outcome: Outcome,
    reasons: tuple[str, ...],
    references: tuple[str, ...],
    judgement: Judgement | None = None,
    *,
    identified: bool = False,
) -> Verdict:
    """A review with its proposal; without any candidate, an unmatched line."""
    candidates = rank(line.payer, line.numbers, remittance.amount, ledger)
    if not references and not candidates and outcome is not Outcome.REVERSED:
        return Verdict(action=Action.UNMATCHED, outcome=outcome, reasons=reasons)
    claims = [ledger.claims[reference] for reference in references]
    exact = all(claim.awaits for claim in claims) and remittance.amount == sum(
        claim.due for claim in claims
    )
    return Verdict(
        action=Action.REVIEW,
        outcome=outcome,
        reasons=reasons,
        references=references,
        shares=tuple((claim.reference, claim.due) for claim in claims) if exact else (),
        candidates=candidates,
        identified=identified,
        likely_fee=judgement.likely_fee if judgement is not None else None,
    )
