"""What a verdict about money leads to: an event for the door, or a task for a person.

Law of this file: only a match pays.  Of what a person must decide the application is told only
where the line names it beyond doubt, so that whoever sent it can be answered; everything else is a
task and nobody's money.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from pipeline.domain.certain import is_certain
from pipeline.domain.decision import Reason, Task, TaskKind
from pipeline.domain.events import Event, MoneyArrived, MoneyUndecided
from pipeline.domain.reconciliation import Action, Outcome, Verdict
from pipeline.domain.remittance import Flow, Remittance
from pipeline.store.remittances import Status
from pipeline.workers.door import Done

SETTLING = frozenset({Reason.PAID, Reason.PAID_AND_ADMITTED, Reason.PAID_AND_REOPENED})
"""Decisions after which nothing more is to be done with the money."""
_SHOWN = 3
"""Candidates that a task names."""


def counts_on(line: Remittance) -> date:
    """The day that is held against the deadline: 起算日, or the day on which the payer sent it."""
    return min(line.value_date, line.sent_at.date()) if line.sent_at else line.value_date


def events_of(line: Remittance, verdict: Verdict, number: int) -> list[tuple[str, Event]]:
    """Whose application is told what; empty where a person must say whose it is."""
    if verdict.action is Action.MATCH:
        return [(ref, arrived(line, yen, number)) for ref, yen in verdict.shares]
    if not is_certain(verdict):
        return []
    (reference,) = verdict.references
    if verdict.outcome is not Outcome.OVER:
        return [(reference, arrived(line, line.amount, number))]
    undecided = MoneyUndecided(
        amount=line.amount, value_date=counts_on(line), payer=line.payer, remittance=number
    )
    return [(reference, undecided)]


def arrived(
    line: Remittance, yen: int, number: int, *, who: str = "bank", why: str = ""
) -> MoneyArrived:
    """So many yen of a line, for one application."""
    return MoneyArrived(
        amount=yen,
        value_date=counts_on(line),
        payer=line.payer,
        remittance=number,
        who=who,
        why=why,
    )


def status_after(line: Remittance, verdict: Verdict, done: Sequence[Done]) -> Status:
    """Where a line stands after its verdict and what was decided on it."""
    if verdict.outcome is Outcome.DUPLICATE and verdict.action is Action.IGNORE:
        return Status.SETTLED
    if verdict.outcome is Outcome.REVERSED and verdict.action is Action.IGNORE:
        return Status.REVERSED if line.flow is Flow.CREDIT else Status.SETTLED
    if verdict.action is Action.IGNORE:
        return Status.IGNORED
    told = [one for one in done if isinstance(one.happened, MoneyArrived | MoneyUndecided)]
    settled = told and all(one.decision.reason in SETTLING for one in told)
    return Status.SETTLED if settled else Status.OPEN


def credited(done: Sequence[Done]) -> dict[str, int]:
    """Who was credited with how much by these decisions."""
    return {
        str(one.reference): one.happened.amount
        for one in done
        if isinstance(one.happened, MoneyArrived) and one.reference is not None
    }


def task_for(line: Remittance, verdict: Verdict, number: int) -> Task:
    """What a person is asked about a line that is nobody's by itself."""
    who = f" from '{line.payer[:48]}'" if line.payer else ""
    proposed = [*verdict.references, *(one.reference for one in verdict.candidates)]
    shown = ", ".join(list(dict.fromkeys(proposed))[:_SHOWN])
    about = f"{line.amount} yen{who} of {line.value_date}: {verdict.outcome}"
    if shown:
        about += f", perhaps {shown}"
    if line.flow is Flow.CANCELLATION:
        about += "; the bank took a credit back that is not known: reverse what it paid, or dismiss"
        return Task(TaskKind.MONEY, f"remittance {number}, {about} (until then: nothing is undone)")
    about += "; assign or dismiss it (until then: nobody has paid with it)"
    return Task(TaskKind.MONEY, f"remittance {number}, {about}")


def whose(verdict: Verdict, event_of: Mapping[str, str]) -> tuple[str, str | None]:
    """The event that a line concerns ("" where nobody knows), and its one likely application."""
    references = verdict.references or tuple(one.reference for one in verdict.candidates)
    known = [ref for ref in references if ref in event_of]
    if not known:
        return "", None
    return event_of[known[0]], known[0] if len(known) == 1 else None
