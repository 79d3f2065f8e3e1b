"""One remittance in a person's hand, inside one transaction.

Law of this file: an act is decided first and written after, with a cause of its own that two people
cannot use at once; what was asked before is answered by it, and what is open is asked.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.engine import Connection

from pipeline.domain.application import Application
from pipeline.domain.events import Event, MoneyArrived
from pipeline.domain.remittance import Flow
from pipeline.store import allocations, money_acts, remittances, tasks
from pipeline.store.database import Conflict
from pipeline.store.remittances import Kept, Status
from pipeline.store.unit import Unit
from pipeline.workers import door, money_events, reversals, tidying
from pipeline.workers.door import Done, Told
from pipeline.workers.office import Office, Served
from pipeline.workers.reconcile import UnknownReference
from pipeline.workers.statements import writing


class UnknownRemittance(LookupError):  # noqa: N818 - named for what the caller learns
    """There is no remittance of this number; ask the operator for another."""


class CannotBe(ValueError):  # noqa: N818 - named for what the caller learns
    """The money does not stand so that this can be done; `str()` says in one line what to do."""


class NothingChanged(Exception):  # noqa: N818 - the transaction is given up
    """The decision came to nothing, so nothing is written."""

    def __init__(self, done: list[Done]) -> None:
        super().__init__("nothing changed")
        self.done = done


@dataclass(frozen=True, slots=True)
class Acted:
    """What became of it."""

    status: Status
    """Where the money stands now."""
    done: tuple[Done, ...] = ()
    """What was decided for applications, in order."""
    changed: bool = True
    """False: nothing could be done, for the reason in `done` (no free seat, say)."""


@dataclass(slots=True)
class Case:
    """One remittance in a person's hand, inside one transaction."""

    office: Office
    connection: Connection
    kept: Kept
    who: str
    why: str
    unit: Unit
    cause: str
    shares: dict[str, int]
    """Who is credited with it now."""
    done: list[Done] = field(default_factory=list)
    answers_itself: bool = False
    """Whether the act decides what its own events would ask a person."""
    _credited: dict[str, int] | None = None

    def must_stand(self, *statuses: Status, income: bool = True) -> None:
        """Raises `CannotBe` unless it is money that stands so."""
        if income and self.kept.line.flow is not Flow.CREDIT:
            raise CannotBe("it is no money that came in: dismiss it when it is done")
        if self.kept.status not in statuses:
            raise CannotBe(f"it is {self.kept.status}: reverse it first")

    def meant(self) -> dict[str, int]:
        """All of it for the one application that the verdict names; empty where there is none."""
        named = self.kept.verdict.references
        return {named[0]: self.kept.line.amount} if len(named) == 1 else {}

    def not_needed(self) -> int:
        """Yen that may go back without making anybody unpaid; all of it where nobody has paid."""
        surplus = sum(self._surplus(reference) for reference in self.shares)
        of_this = min(surplus, self.kept.line.amount)
        return of_this or self.kept.line.amount

    def _surplus(self, reference: str) -> int:
        application = self.application(reference)
        fee = self.office.events[application.event].rules.payment.fee
        return max(0, application.credited + application.discount - application.seats * fee)

    def application(self, reference: str) -> Application:
        """Raises `UnknownReference`."""
        found = self.unit.application(reference)
        if found is None:
            raise UnknownReference(reference)
        return found

    def told(self, reference: str, event: Event) -> Told:
        """An event for an application."""
        return Told(self._served(reference), reference, event)

    def given(self, shares: Mapping[str, int]) -> list[Told]:
        """The money arrives for these."""
        line, number = self.kept.line, self.kept.id
        return [
            self.told(ref, money_events.arrived(line, yen, number, who=self.who, why=self.why))
            for ref, yen in shares.items()
        ]

    def taken_back(self, shares: Mapping[str, int]) -> list[Told]:
        """The money is taken back from these."""
        return reversals.told_of(
            self.connection,
            shares,
            {reference: self._served(reference) for reference in shares},
            remittance=self.kept.id,
            who=self.who,
            why=self.why,
        )

    def decide(self, told: Sequence[Told]) -> list[Done]:
        """Through the door, once for each act."""
        if told:
            now = self.office.clock.now()
            self.done = door.apply_each(self.office, self.unit, told, cause=self.cause, now=now)
        return self.done

    def credit(self, shares: dict[str, int]) -> None:
        """From now on these are credited with it, and nobody else."""
        self._credited = shares

    def finish(self, name: str, status: Status) -> None:
        """Write it all down; what was asked before is answered, and what is open is asked."""
        connection, number, now = self.connection, self.kept.id, self.office.clock.now()
        answer: dict[str, Any] = {"who": self.who, "why": f"{name}: {self.why}", "at": now}
        tasks.close_of_cause(connection, f"remittance:{number}", **answer)
        self.unit.flush()
        if self.answers_itself:
            tasks.close_of_cause(connection, self.cause, **answer)
        reversals.drop_access(connection, self.done, now)
        if self._credited is not None:
            allocations.undo(connection, number, cause=self.cause, at=now)
            shares = list(self._credited.items())
            allocations.allocate(connection, number, shares, cause=self.cause, at=now)
        money_acts.note(connection, number, name, status=status, who=self.who, why=self.why, at=now)
        if status is Status.OPEN and not any(one.decision.tasks for one in self.done):
            self._ask()
        tidying.settle_what_is_paid(self.office, connection, at=now)

    def _ask(self) -> None:
        event_of = {reference: self.application(reference).event for reference in self._named()}
        slug, reference = money_events.whose(self.kept.verdict, event_of)
        task = money_events.task_for(self.kept.line, self.kept.verdict, self.kept.id)
        asked = (slug or min(self.office.events), task, self.cause, reference)
        tasks.open_many(self.connection, [asked], at=self.office.clock.now())

    def _named(self) -> list[str]:
        verdict = self.kept.verdict
        named = [*verdict.references, *(one.reference for one in verdict.candidates)]
        return [one for one in named if self.unit.application(one) is not None]

    def _served(self, reference: str) -> Served:
        return self.office.events[self.application(reference).event]


def settled(done: Sequence[Done]) -> bool:
    """Whether all that arrived has paid what it was for."""
    arrived = [one for one in done if isinstance(one.happened, MoneyArrived)]
    return all(one.decision.reason in money_events.SETTLING for one in arrived)


def act(
    office: Office,
    number: int,
    name: str,
    carry: Callable[[Case], Status],
    *,
    who: str,
    why: str,
) -> Acted:
    """Let `carry` do one act in a transaction, anew after a conflict. It returns where it stands.

    Raises what `carry` does, and `UnknownRemittance`.
    """
    while True:
        try:
            status, done = _once(office, number, name, carry, who, why)
        except NothingChanged as nothing:
            with office.database.read() as connection:
                kept = remittances.get(connection, number)
            assert kept is not None  # it was found a moment ago, and no remittance ever goes
            return Acted(kept.status, tuple(nothing.done), changed=False)
        except Conflict:
            continue
        door.tell(done)
        office.send_bell.ring()
        office.remind_bell.ring()
        return Acted(status, tuple(done))


def _once(
    office: Office,
    number: int,
    name: str,
    carry: Callable[[Case], Status],
    who: str,
    why: str,
) -> tuple[Status, list[Done]]:
    with writing(office) as connection:
        kept = remittances.get(connection, number)
        if kept is None:
            raise UnknownRemittance(str(number))
        nth = len(money_acts.acts(connection, number)) + 1
        case = Case(
            office,
            connection,
            kept,
            who,
            why,
            Unit(connection, office.standings(), office.random),
            f"remittance:{number}.{nth}",
            allocations.shares_of(connection, number),
        )
        status = carry(case)
        case.finish(name, status)
    return status, case.done
