"""What a bank's line pays: from the line and the ledger to a named verdict.

Promise 5 is kept here: nothing is paid on a guess.  A line settles claims by itself only when its
reference, its payer's name, its sum, the claims' states and the bank's dates all agree:

- a reference with a check digit is believed unless the name speaks against it;
- one without is believed only together with a name that agrees;
- a shortened name agrees where a field's end explains it, or where it fits nobody else;
- several references count together only when what they name belongs together.

Everything else is a verdict for a person, with what is proposed and why.  A file is decided in one
canonical order, whatever the order of its lines.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from pipeline.domain import cancelling
from pipeline.domain.by_name import by_name
from pipeline.domain.by_reference import by_reference
from pipeline.domain.candidates import MOST
from pipeline.domain.claims import Claim, Ledger
from pipeline.domain.judging import LIKELY_FEES, judge
from pipeline.domain.line import Line, read_line, why_no_income, without_doubtful
from pipeline.domain.payer_name import SPEAKS_FOR, Agreement, agreement
from pipeline.domain.proposing import for_a_person, match
from pipeline.domain.remittance import Flow, Remittance
from pipeline.domain.verdict import (
    Action,
    Because,
    Candidate,
    Outcome,
    Verdict,
    cancelled_by_line,
    cancels_line,
    explained,
    paid_by_line,
)

__all__ = [
    "LIKELY_FEES",
    "Action",
    "Because",
    "Candidate",
    "Claim",
    "Ledger",
    "Outcome",
    "Verdict",
    "explained",
    "reconcile",
    "reconcile_all",
]

# ---------------------------------------------------------------- a whole file


def reconcile_all(remittances: Sequence[Remittance], ledger: Ledger) -> tuple[Verdict, ...]:
    """Every line's verdict, in the given order; what matches is settled in the ledger.

    Credits that the same file takes back are set aside first. Then the earliest value date comes
    first, and of one day the larger sum; any order of the same lines gives the same.
    """
    taken_back = cancelling.pairs(remittances)
    verdicts: dict[int, Verdict] = {}
    for cancel, credit in taken_back.items():
        verdicts[cancel] = _cancels(remittances[credit], ledger)
        verdicts[credit] = _is_cancelled(remittances[credit], remittances[cancel], ledger)
    rest = [place for place in range(len(remittances)) if place not in verdicts]
    rest.sort(key=lambda place: cancelling.in_order(remittances[place]))
    settled: dict[str, int] = {}
    for place in rest:
        verdicts[place] = verdict = reconcile(remittances[place], ledger)
        if verdict.action is Action.MATCH:
            ledger.settle(verdict.shares)
            settled |= dict.fromkeys(verdict.references, place)
    for place in rest:
        # What was proposed early may have been paid by a better line since.
        if verdicts[place].action is Action.REVIEW and _speaks_of(verdicts[place], settled):
            verdicts[place] = _again(remittances, place, settled, ledger, verdicts[place])
    return tuple(verdicts[place] for place in range(len(remittances)))


def _speaks_of(verdict: Verdict, settled: dict[str, int]) -> bool:
    return any(reference in settled for reference in verdict.references) or any(
        candidate.reference in settled for candidate in verdict.candidates
    )


def _again(
    remittances: Sequence[Remittance],
    place: int,
    settled: dict[str, int],
    ledger: Ledger,
    before: Verdict,
) -> Verdict:
    """A verdict as it stands at the end of the file."""
    verdict = reconcile(remittances[place], ledger)
    if verdict.action is Action.MATCH:
        return before
    first = [settled[reference] for reference in verdict.references if reference in settled]
    if not first or Because.ALREADY_PAID not in verdict.reasons:
        return verdict
    line = remittances[min(first, key=lambda at: cancelling.in_order(remittances[at]))].line
    return replace(verdict, reasons=(*verdict.reasons, paid_by_line(line)))


def _cancels(credit: Remittance, ledger: Ledger) -> Verdict:
    return Verdict(
        action=Action.IGNORE,
        outcome=Outcome.REVERSED,
        reasons=(Because.CANCEL_RECORD, cancels_line(credit.line)),
        references=read_line(credit, ledger).numbers.known,
    )


def _is_cancelled(credit: Remittance, cancel: Remittance, ledger: Ledger) -> Verdict:
    return Verdict(
        action=Action.IGNORE,
        outcome=Outcome.REVERSED,
        reasons=(cancelled_by_line(cancel.line),),
        references=read_line(credit, ledger).numbers.known,
    )


# ---------------------------------------------------------------- one line

_CORRECTIONS = frozenset({"19", "取消"})
"""取引区分 訂正 of 全銀協, and what a bank's own list calls a correction."""


def reconcile(remittance: Remittance, ledger: Ledger) -> Verdict:
    """One line against the ledger as it is; changes nothing."""
    if remittance.flow is Flow.DEBIT:
        return Verdict(action=Action.IGNORE, outcome=Outcome.NOT_INCOME, reasons=(Because.DEBIT,))
    line = read_line(remittance, ledger)
    if remittance.flow is Flow.CANCELLATION:
        return _taken_back_alone(remittance, line, ledger)
    if remittance.method in _CORRECTIONS:
        return _corrected(remittance, line, ledger)
    if owners := ledger.virtual_accounts.get(remittance.virtual_account.lstrip("0"), ()):
        return _by_account(remittance, owners, line, ledger)
    return _by_words(remittance, line, ledger)


def _by_words(remittance: Remittance, line: Line, ledger: Ledger) -> Verdict:
    """By what the payer wrote: numbers first, and names where there are none."""
    if line.numbers.doubtful and not _is_named_too(line, ledger):
        line = without_doubtful(line)
    if line.numbers.known:
        return by_reference(remittance, line, ledger)
    if no_income := why_no_income(remittance):
        return Verdict(action=Action.IGNORE, outcome=Outcome.NOT_INCOME, reasons=(no_income,))
    return by_name(remittance, line, ledger)


def _is_named_too(line: Line, ledger: Ledger) -> bool:
    """Whether a name speaks for a number that may as well be a year or an amount."""
    named = SPEAKS_FOR - {Agreement.PLACE}
    return any(agreement(line.payer, ledger.known(n)) in named for n in line.numbers.doubtful)


def _taken_back_alone(remittance: Remittance, line: Line, ledger: Ledger) -> Verdict:
    """A cancellation whose credit came in an earlier file: what that paid has to be undone."""
    references = line.numbers.known or tuple(ledger.people.of(line.payer.key))
    return for_a_person(
        remittance,
        line,
        ledger,
        Outcome.REVERSED,
        (Because.CANCEL_RECORD, Because.ORIGINAL_NOT_FOUND, *line.places),
        references[:MOST],
    )


def _corrected(remittance: Remittance, line: Line, ledger: Ledger) -> Verdict:
    """Money in by way of a correction may be our own, come back: never anybody's by itself."""
    references = line.numbers.known[:MOST]
    outcome = Outcome.PROPOSED if references else Outcome.UNKNOWN
    reasons = (Because.BANK_CORRECTION, *line.places)
    return for_a_person(remittance, line, ledger, outcome, reasons, references)


def _by_account(
    remittance: Remittance, owners: tuple[str, ...], line: Line, ledger: Ledger
) -> Verdict:
    """Paid to an account number that one claim alone was given: who paid does not matter."""
    judgement = judge([ledger.claims[owner] for owner in owners], remittance, ledger.fee)
    reasons = (Because.VIRTUAL_ACCOUNT, *judgement.reasons)
    if len(owners) > 1:
        return for_a_person(remittance, line, ledger, Outcome.AMBIGUOUS, reasons, owners)
    if judgement.pays:
        return match(ledger, owners, judgement, reasons)
    return for_a_person(
        remittance, line, ledger, judgement.outcome, reasons, owners, judgement, identified=True
    )
