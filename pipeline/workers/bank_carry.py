"""A file's plan carried out, inside one transaction.

Law of this file: what the bank took back goes first, then what matches, then what a person must
look at; so the order of the lines in the file decides nothing.  Lines are decided and their
decisions written in portions, so that a large file's letters are never all held at once; the
transaction is one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy.engine import Connection

from pipeline.domain.decision import Task
from pipeline.domain.reconciliation import Action, Verdict
from pipeline.domain.remittance import Statement
from pipeline.domain.sameness import content
from pipeline.store import allocations, applications, bank_statements, remittances, tasks
from pipeline.store.remittances import New, Status
from pipeline.store.statements import pieces
from pipeline.store.unit import Unit
from pipeline.workers import door, money_events, reversals, tidying
from pipeline.workers.bank_plan import Item, Plan
from pipeline.workers.door import Done, Told
from pipeline.workers.office import Office, Served

_PORTION = 500
"""Lines that are decided and written at once."""


@dataclass(slots=True)
class Carried:
    """What was done."""

    statements: tuple[int, ...] = ()
    done: list[Done] = field(default_factory=list)


def carry(
    office: Office,
    connection: Connection,
    account: str,
    plan: Plan,
    statements: Sequence[Statement],
    *,
    name: str,
    digest: str,
    who: str,
) -> Carried:
    """Write the file down and do what its new lines say."""
    hand = _Hand(office, connection, account, plan, who)
    hand.decide()
    hand.write(statements)
    numbers = []
    now = hand.now
    for place, one in enumerate(statements):
        number = bank_statements.keep(
            connection, one, account=account, file=name, digest=digest, who=who, at=now
        )
        numbers.append(number)
        mine = [item for item in plan.items if item.statement == place]
        bank_statements.keep_lines(connection, number, [(i.line, i.number) for i in mine])
    return Carried(tuple(numbers), hand.done)


class _Hand:
    """One file, inside one transaction."""

    def __init__(
        self, office: Office, connection: Connection, account: str, plan: Plan, who: str
    ) -> None:
        self.now = office.clock.now()
        self.done: list[Done] = []
        self._office = office
        self._connection = connection
        self._account = account
        self._plan = plan
        self._who = who
        self._unit: Unit
        self._fresh = [item for item in plan.items if item.is_new]
        self._asked: list[Item] = []
        self._credited: list[tuple[int, list[tuple[str, int]], str]] = []

    # ------------------------------------------------------------ decided

    def decide(self) -> None:
        """Every new line through the door, or noted for a person."""
        ids = remittances.reserve(self._connection, len(self._fresh))
        for number, item in zip(ids, self._fresh, strict=True):
            item.id = number
        taken_back = [item for item in self._fresh if item.cancels is not None]
        others = [item for item in self._fresh if item.cancels is None]
        others.sort(key=lambda item: item.judged.action is not Action.MATCH)
        for some in (*pieces(taken_back, _PORTION), *pieces(others, _PORTION)):
            self._decide_some(some)

    def _decide_some(self, some: Sequence[Item]) -> None:
        """A portion of the lines: decided, and what was decided written down."""
        self._unit = Unit(self._connection, self._office.standings(), self._office.random)
        told = self._told_of(some)
        before = len(self.done)
        for item, of_item in zip(some, told, strict=True):
            self._decide_one(item, of_item)
        self._unit.flush()
        reversals.drop_access(self._connection, self.done[before:], self.now)

    def _told_of(self, some: Sequence[Item]) -> list[list[Told]]:
        """What each line tells the applications that it concerns, all of them read at once."""
        undone = [item.cancels.id for item in some if item.cancels is not None]
        shares = allocations.shares_of_many(self._connection, undone)
        events = [
            money_events.events_of(item.line, item.judged, item.number)
            if item.cancels is None
            else []
            for item in some
        ]
        references = {reference for one in events for reference, _ in one}
        references |= {reference for one in shares.values() for reference in one}
        slug = next(iter(self._office.events))
        self._unit.expect(slug, causes=map(_cause, some), references=references)
        return [
            self._taken_back(item.cancels.id, shares.get(item.cancels.id, {}))
            if item.cancels is not None
            else [Told(self._served(reference), reference, event) for reference, event in one]
            for item, one in zip(some, events, strict=True)
        ]

    def _decide_one(self, item: Item, told: Sequence[Told]) -> None:
        cause, done = _cause(item), []
        if told:
            done = door.apply_each(self._office, self._unit, told, cause=cause, now=self.now)
            self.done += done
        if item.cancels is not None:
            item.status = Status.SETTLED
            return
        item.status = money_events.status_after(item.line, item.judged, done)
        shares = money_events.credited(done)
        if shares:
            self._credited.append((item.number, list(shares.items()), cause))
        if item.status is Status.OPEN and not told:
            self._asked.append(item)

    def _taken_back(self, number: int, shares: Mapping[str, int]) -> list[Told]:
        """The bank takes back what an earlier file brought."""
        return reversals.told_of(
            self._connection,
            shares,
            {reference: self._served(reference) for reference in shares},
            remittance=number,
            who="bank",
            why="taken back by the bank",
        )

    def _served(self, reference: str) -> Served:
        application = self._unit.application(reference)
        assert application is not None  # it is a claim of this very transaction
        return self._office.events[application.event]

    # ------------------------------------------------------------ written

    def write(self, statements: Sequence[Statement]) -> None:
        """The remittances, what was credited, and what a person is asked."""
        connection = self._connection
        event_of = self._event_of()
        remittances.keep(connection, self._rows(statements, event_of))
        allocations.allocate_many(connection, self._credited, at=self.now)
        self._close_taken_back()
        tasks.open_many(connection, self._tasks(event_of), at=self.now)
        tidying.settle_what_is_paid(self._office, connection, at=self.now)

    def _rows(
        self, statements: Sequence[Statement], event_of: Mapping[str, str]
    ) -> list[tuple[int, New]]:
        identities = [f"{self._account}/{content(item.line)}" for item in self._fresh]
        known = Counter(remittances.occurrences(self._connection, set(identities)))
        rows = []
        for identity, item in zip(identities, self._fresh, strict=True):
            known[identity] += 1
            assert item.status is not None  # every new line was decided
            new = New(
                event=money_events.whose(item.judged, event_of)[0],
                account=self._account,
                layout=statements[item.statement].layout,
                identity=identity,
                occurrence=known[identity],
                line=item.line,
                verdict=item.judged,
                status=item.status,
                twin=item.twin,
                who=self._who,
                at=self.now,
            )
            rows.append((item.number, new))
        return rows

    def _event_of(self) -> dict[str, str]:
        references = {ref for item in self._fresh for ref in _named(item.judged)}
        return applications.events_of(self._connection, references)

    def _close_taken_back(self) -> None:
        """Credits and cancellations of earlier files that found each other."""
        for item in self._fresh:
            if item.cancels is not None:
                tidying.taken_back(
                    self._connection, item.cancels.id, cause=_cause(item), at=self.now
                )
        for number in self._plan.settled_cancels:
            tidying.found_its_credit(self._connection, number, at=self.now)

    def _tasks(self, event_of: Mapping[str, str]) -> list[tuple[str, Task, str, str | None]]:
        asked = []
        for item in self._asked:
            slug, reference = money_events.whose(item.judged, event_of)
            task = money_events.task_for(item.line, item.judged, item.number)
            asked.append((slug or min(self._office.events), task, _cause(item), reference))
        return asked


def _cause(item: Item) -> str:
    return f"remittance:{item.number}"


def _named(verdict: Verdict) -> list[str]:
    return [*verdict.references, *(one.reference for one in verdict.candidates)]
