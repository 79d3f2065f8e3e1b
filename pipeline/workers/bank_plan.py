"""What a file of the bank would do: each line known or new, and a verdict for each new one.

Law of this file: it reads and changes nothing, so that a dry run and the import itself plan the
same.  A line that is known is nobody's money again; one that only may be known, or that an
operator may have recorded by hand, waits for a person.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from sqlalchemy.engine import Connection

from pipeline.domain import cancelling
from pipeline.domain.reconciliation import (
    Action,
    Because,
    Outcome,
    Verdict,
    reconcile_all,
)
from pipeline.domain.remittance import Flow, Remittance, Statement
from pipeline.domain.sameness import Alike, Known, bank_id, content, likeness, recognised
from pipeline.store import allocations, bank_statements, remittances
from pipeline.store.remittances import Kept, Status
from pipeline.workers.claims import ledger
from pipeline.workers.office import Office

_MAYBE_KNOWN = Verdict(
    action=Action.REVIEW, outcome=Outcome.DUPLICATE, reasons=(Because.MAYBE_KNOWN,)
)
_UNDOABLE = frozenset({Status.OPEN, Status.SETTLED, Status.REFUNDED, Status.DISMISSED})
"""A credit that stands so may still be taken back by the bank."""


@dataclass(slots=True)
class Item:
    """One line of the file."""

    statement: int
    """Its statement's place in the file, from 0."""
    line: Remittance
    kept: Kept | None = None
    """The remittance that it is; None while it is new."""
    same_as: Item | None = None
    """An earlier line of this very file that it is, in another statement."""
    doubtful: bool = False
    """Whether it may be one that is known."""
    twin: int | None = None
    """The remittance that it may be, repeats, or cancels."""
    cancels: Kept | None = None
    """The credit of an earlier file that it takes back."""
    verdict: Verdict | None = None
    id: int | None = None
    """Its number in the store, once it has one."""
    status: Status | None = None
    """Where it stands, once it was decided."""

    @property
    def judged(self) -> Verdict:
        """The verdict, which every new line has once the plan is made."""
        assert self.verdict is not None  # see `plan`
        return self.verdict

    @property
    def number(self) -> int:
        """Its number in the store, once the plan is carried out."""
        first = self.same_as or self
        number = first.kept.id if first.kept is not None else first.id
        assert number is not None  # every new line is given one first
        return number

    @property
    def is_new(self) -> bool:
        """Whether no statement has shown it before."""
        return self.kept is None and self.same_as is None


@dataclass(slots=True)
class Plan:
    """The whole file."""

    items: list[Item]
    settled_cancels: list[int] = field(default_factory=list)
    """Cancellations of earlier files whose credit comes only now."""


def plan(
    office: Office, connection: Connection, account: str, statements: Sequence[Statement]
) -> Plan:
    """What these statements of our account would do."""
    made = Plan(_items(connection, account, statements))
    fresh = [item for item in made.items if item.is_new]
    for item in fresh:
        if item.doubtful:
            item.verdict = _MAYBE_KNOWN
    _cancelled_before(connection, made, fresh)
    _take_back(connection, account, [item for item in fresh if item.verdict is None])
    _reconcile(office, connection, [item for item in fresh if item.verdict is None], fresh)
    _recorded_by_hand(connection, fresh)
    return made


# ---------------------------------------------------------------- known, or new


def _items(connection: Connection, account: str, statements: Sequence[Statement]) -> list[Item]:
    """Every line, held against the store and against the statements before it in the file."""
    items: list[Item] = []
    here: dict[int, Item] = {}
    shown: list[Known] = []
    for place, one in enumerate(statements):
        known = bank_statements.known(connection, account, one.remittances)
        found = recognised(one.remittances, one.layout, [*known, *shown])
        kept = remittances.several(connection, [f.known for f in found if f.known and f.known > 0])
        for line, is_ in zip(one.remittances, found, strict=True):
            item = Item(place, line)
            items.append(item)
            if is_.known is not None:
                item.kept, item.same_as = kept.get(is_.known), here.get(is_.known)
            else:
                item.doubtful = is_.doubtful is not None
                item.twin = is_.doubtful if (is_.doubtful or 0) > 0 else None
                number = -len(items)
                here[number] = item
                ids = {one.layout: frozenset(filter(None, [bank_id(line)]))}
                shown.append(Known(number, line, {one.layout: content(line)}, ids))
    return items


# ---------------------------------------------------------------- taken back


def _cancelled_before(connection: Connection, made: Plan, fresh: Iterable[Item]) -> None:
    """Credits whose cancellation came in a file that was imported before them."""
    waiting = [
        one
        for one in remittances.listing(connection, statuses=[Status.OPEN])
        if one.line.flow is Flow.CANCELLATION
    ]
    for cancel in waiting:
        fitting = [
            item
            for item in fresh
            if item.verdict is None
            and item.line.flow is Flow.CREDIT
            and _takes_back(cancel.line, item.line)
        ]
        if fitting:
            last = max(fitting, key=lambda item: (item.line.booked_on, item.line.line))
            last.verdict = _cancelled((Because.CANCELLED_BY_EARLIER_FILE,))
            last.twin = cancel.id
            made.settled_cancels.append(cancel.id)


def _take_back(connection: Connection, account: str, undecided: Sequence[Item]) -> None:
    """Cancellations of this file whose credit came in an earlier one."""
    paired = cancelling.pairs([item.line for item in undecided])
    lone = [
        item
        for place, item in enumerate(undecided)
        if item.line.flow is Flow.CANCELLATION and place not in paired
    ]
    near = bank_statements.creditable(connection, account, [item.line for item in lone])
    fitting = [
        [one.id for one in known if _takes_back(item.line, one.line)]
        for item, known in zip(lone, near, strict=True)
    ]
    kept = remittances.several(connection, {number for ids in fitting for number in ids})
    gone: set[int] = set()
    for item, ids in zip(lone, fitting, strict=True):
        original = _original(item.line, [kept[number] for number in ids if number not in gone])
        if original is not None:
            gone.add(original.id)
            item.cancels, item.twin = original, original.id
            item.verdict = _cancelled((Because.CANCEL_RECORD, Because.CANCELS_EARLIER_FILE))


def _original(cancel: Remittance, fitting: Iterable[Kept]) -> Kept | None:
    """The latest credit that it can mean; one that nobody was credited with goes first."""
    standing = [one for one in fitting if one.status in _UNDOABLE]
    numbered = [one for one in standing if _same_number(cancel, one.line)]
    return max(
        numbered or standing,
        key=lambda one: (one.status is Status.OPEN, one.line.booked_on, one.id),
        default=None,
    )


def _takes_back(cancel: Remittance, credit: Remittance) -> bool:
    """Whether a cancellation can mean this credit: the same sum from the same payer, before it."""
    same = cancel.amount == credit.amount and credit.booked_on <= cancel.booked_on
    named = bool(credit.payer) and likeness(cancel, credit) >= Alike.LETTERS
    return same and (named or _same_number(cancel, credit))


def _same_number(cancel: Remittance, credit: Remittance) -> bool:
    same_day = cancel.value_date == credit.value_date
    return bool(bank_id(cancel)) and cancel.bank_id == credit.bank_id and same_day


# ---------------------------------------------------------------- what it pays


def _reconcile(
    office: Office, connection: Connection, undecided: Sequence[Item], fresh: Sequence[Item]
) -> None:
    if not undecided:
        return
    undone = [item.cancels.id for item in fresh if item.cancels is not None]
    shares = allocations.shares_of_many(connection, undone)
    gone = [pair for one in shares.values() for pair in one.items()]
    income = any(item.line.flow is not Flow.DEBIT for item in undecided)
    lines = [item.line for item in undecided]
    if not income:
        for item in undecided:
            item.verdict = Verdict(
                action=Action.IGNORE, outcome=Outcome.NOT_INCOME, reasons=(Because.DEBIT,)
            )
        return
    verdicts = reconcile_all(lines, ledger(office, connection, gone))
    for item, verdict in zip(undecided, verdicts, strict=True):
        item.verdict = verdict


def _recorded_by_hand(connection: Connection, fresh: Iterable[Item]) -> None:
    """Money that an operator saw before the file came is not counted a second time."""
    waiting = remittances.recorded_by_hand(connection)
    if not waiting:
        return
    by_day: dict[tuple[int, date], list[Kept]] = {}
    for one in waiting:
        by_day.setdefault((one.line.amount, one.line.value_date), []).append(one)
    for sure in (True, False):
        for item in fresh:
            verdict = item.verdict
            if verdict is None or item.twin is not None or item.line.flow is not Flow.CREDIT:
                continue
            if verdict.action is Action.IGNORE:
                continue
            days = {item.line.value_date, item.line.booked_on}
            rows = [r for day in days for r in by_day.get((item.line.amount, day), [])]
            row = _the_same(rows, verdict, sure=sure)
            if row is not None:
                by_day[row.line.amount, row.line.value_date].remove(row)
                item.twin = row.id
                item.verdict = _by_hand(row, verdict, sure=sure)


def _the_same(rows: Sequence[Kept], verdict: Verdict, *, sure: bool) -> Kept | None:
    """A record of the same application; or, where the line is nobody's by itself, any record."""
    named = [r for r in rows if set(r.verdict.references) & set(verdict.references)]
    if named:
        return named[0]
    if sure or verdict.action is Action.MATCH:
        return None
    candidates = {one.reference for one in verdict.candidates}
    likely = [r for r in rows if set(r.verdict.references) & candidates]
    return next(iter(likely or rows), None)


def _by_hand(row: Kept, verdict: Verdict, *, sure: bool) -> Verdict:
    return replace(
        verdict,
        action=Action.IGNORE if sure else Action.REVIEW,
        outcome=Outcome.DUPLICATE,
        reasons=(Because.RECORDED_BY_HAND, *verdict.reasons),
        references=row.verdict.references,
        shares=(),
    )


def _cancelled(reasons: tuple[str, ...]) -> Verdict:
    return Verdict(action=Action.IGNORE, outcome=Outcome.REVERSED, reasons=reasons)
