"""A file's plan carried out, inside one transaction.

Law of this file: what the bank took back goes first, then what matches, then what a person must
look at; so the order of the lines in the file decides nothing.  Decide first, write after.
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
from pipeline.store import allocations, bank_statements, remittances, tasks
from pipeline.store.remittances import New, Status
from pipeline.store.unit import Unit
from pipeline.workers import door, money_events, reversals, tidying
from pipeline.workers.bank_plan import Item, Plan
from pipeline.workers.door import Done, Told
from pipeline.workers.office import Office, Served


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
        self._unit = Unit(connection, office.standings(), office.random)
        self._fresh = [item for item in plan.items if item.is_new]
        self._asked: list[Item] = []
        self._credited: list[tuple[int, list[tuple[str, int]], str]] = []

    # ------------------------------------------------------------ decided

    def decide(self) -> None:
        """Every new line through the door, or noted for a person."""
        ids = remittances.reserve(self._connection, len(self._fresh))
        for number, item in zip(ids, self._fresh, strict=True):
            item.id = number
        self._expect()
        for item in self._fresh:
            if item.cancels is not None:
                self._take_back(item)
        for matched in (True, False):
            for item in self._fresh:
                if (item.judged.action is Action.MATCH) is matched and item.cancels is None:
                    self._decide_one(item)

    def _expect(self) -> None:
        """Read at once what all the lines may concern."""
        references = {ref for item in self._fresh for ref in _named(item.judged)}
        causes = [_cause(item) for item in self._fresh]
        slug = next(iter(self._office.events))
        self._unit.expect(slug, causes=causes, references=references)

    def _decide_one(self, item: Item) -> None:
        told = [
            Told(self._served(reference), reference, event)
            for reference, event in money_events.events_of(item.line, item.judged, item.number)
        ]
        done = (
            door.apply_each(self._office, self._unit, told, cause=_cause(item), now=self.now)
            if told
            else []
        )
        self.done += done
        item.status = money_events.status_after(item.line, item.judged, done)
        shares = money_events.credited(done)
        if shares:
            self._credited.append((item.number, list(shares.items()), _cause(item)))
        if item.status is Status.OPEN and not told:
            self._asked.append(item)

    def _take_back(self, item: Item) -> None:
        original = item.cancels
        assert original is not None  # as the caller has asked
        shares = allocations.shares_of(self._connection, original.id)
        told = reversals.told_of(
            self._connection,
            shares,
            {reference: self._served(reference) for reference in shares},
            remittance=original.id,
            who="bank",
            why="taken back by the bank",
        )
        if told:
            self.done += door.apply_each(
                self._office, self._unit, told, cause=_cause(item), now=self.now
            )
        item.status = Status.SETTLED

    def _served(self, reference: str) -> Served:
        application = self._unit.application(reference)
        assert application is not None  # it is a claim of this very transaction
        return self._office.events[application.event]

    # ------------------------------------------------------------ written

    def write(self, statements: Sequence[Statement]) -> None:
        """The decisions, the remittances, what was credited, and what a person is asked."""
        connection = self._connection
        self._unit.flush()
        reversals.drop_access(connection, self.done, self.now)
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
        found = {}
        for reference in references:
            application = self._unit.application(reference)
            if application is not None:
                found[reference] = application.event
        return found

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
