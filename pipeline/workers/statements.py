"""The bank's files carried in: read, known or new, matched, and all of it in one transaction.

Promise 5 lives here: a file is taken in whole or not at all, a transfer counts once in however
many files it stands, and only what agrees in everything pays by itself.  What a dry run shows is
what the import does, for both follow the same plan (`bank_plan`).  Balances that do not follow
from file to file are a warning and a task and no refusal: no money is decided by them, and the
days beyond the break do not count as covered.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from sqlalchemy.engine import Connection

from pipeline import log
from pipeline.bank.csv_profile import Profile
from pipeline.bank.statement import Refused, own_account_matches, read
from pipeline.clock import TOKYO
from pipeline.domain.coverage import Coverage
from pipeline.domain.reconciliation import Verdict
from pipeline.domain.remittance import AccountNumber, Remittance, Statement
from pipeline.store.database import Conflict
from pipeline.store.remittances import Status
from pipeline.workers import bank_carry, covering, door
from pipeline.workers.bank_plan import Item, plan
from pipeline.workers.door import Done
from pipeline.workers.office import Office

MONEY = "money"
"""The lock under which remittances change; taken before those of the events."""
_KINDS = {"普通": "1", "当座": "2", "貯蓄": "4"}
"""預金種目 as 全銀協 numbers them."""


@dataclass(frozen=True, slots=True)
class Line:
    """What became of one line of the file, or would."""

    remittance: Remittance
    verdict: Verdict
    id: int | None
    """Its number in the store; None in a dry run where it is new."""
    new: bool
    """Whether no file has shown it before."""
    status: Status | None
    """Where it stands; None in a dry run where it is new."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """What became of one file."""

    statements: tuple[int, ...] = ()
    """Numbers of its statements; empty for a dry run."""
    lines: tuple[Line, ...]
    """In the file's order; those of other accounts are left out."""
    warnings: tuple[str, ...] = ()
    done: tuple[Done, ...] = ()
    """What was decided; empty for a dry run."""
    coverage: Mapping[str, Coverage] = field(default_factory=dict)
    """For each event which days are covered now; empty for a dry run."""


def own_account(office: Office) -> AccountNumber:
    """The account of this installation, as far as its settings tell."""
    account = next(iter(office.events.values())).own.account
    return AccountNumber(kind=_KINDS.get(account.kind, ""), number=account.number)


def import_statement(
    office: Office,
    raw: bytes,
    *,
    name: str,
    who: str,
    profiles: Sequence[Profile],
    dry_run: bool = False,
) -> Imported:
    """Take one file of the bank in. Raises `Refused`; then nothing was changed.

    `name` is the file's, for the record only. A dry run gives the same verdicts and writes nothing.
    """
    today = office.clock.now().astimezone(TOKYO).date()
    statements, warnings = _ours(office, read(raw, profiles, today=today))
    account = str(own_account(office))
    if dry_run:
        with office.database.read() as connection:
            made = plan(office, connection, account, statements)
            warnings += covering.broken(connection, account, statements, office.clock.now())
        return Imported(lines=tuple(map(_line, made.items)), warnings=tuple(warnings))
    digest = hashlib.sha256(raw).hexdigest()
    while True:
        try:
            imported = _import(office, account, statements, warnings, name, digest, who)
        except Conflict:
            continue
        _tell(office, imported, name)
        return imported


def _ours(office: Office, statements: Sequence[Statement]) -> tuple[list[Statement], list[str]]:
    """The parts of a file that are our account's. Raises `Refused` where none is."""
    ours = own_account(office)
    mine = [one for one in statements if own_account_matches(one.account, ours)]
    if not mine:
        others = ", ".join(sorted({str(one.account) for one in statements})) or "none"
        raise Refused(f"the file is of another account ({others}), ours is {ours}")
    warnings = [warning for one in mine for warning in one.warnings]
    if len(mine) < len(statements):
        warnings.append(f"{len(statements) - len(mine)} other accounts in the file are left out")
    return mine, warnings


def _import(
    office: Office,
    account: str,
    statements: Sequence[Statement],
    warnings: Sequence[str],
    name: str,
    digest: str,
    who: str,
) -> Imported:
    now = office.clock.now()
    with writing(office) as connection:
        made = plan(office, connection, account, statements)
        broken = covering.broken(connection, account, statements, now)
        carried = bank_carry.carry(
            office, connection, account, made, statements, name=name, digest=digest, who=who
        )
        covering.ask_about(office, connection, broken, name, now)
        coverage = covering.extend(office, connection, account, who=who, file=name, at=now)
    return Imported(
        statements=carried.statements,
        lines=tuple(map(_line, made.items)),
        warnings=(*warnings, *broken),
        done=tuple(carried.done),
        coverage=coverage,
    )


@contextmanager
def writing(office: Office) -> Iterator[Connection]:
    """A transaction in which money and all its events may change."""
    locks = sorted(served.lock for served in office.events.values())
    with office.database.write(MONEY, *locks) as connection:
        yield connection


def _line(item: Item) -> Line:
    first = item.same_as or item
    kept = first.kept
    verdict = kept.verdict if kept is not None else first.verdict
    assert verdict is not None  # every line that is not known was judged
    status = kept.status if kept is not None else first.status
    number = kept.id if kept is not None else first.id
    return Line(item.line, verdict, number, item.is_new, status)


def _tell(office: Office, imported: Imported, name: str) -> None:
    door.tell(list(imported.done))
    log.unit(
        "import",
        file=name,
        lines=len(imported.lines),
        new=sum(line.new for line in imported.lines),
        settled=sum(line.new and line.status is Status.SETTLED for line in imported.lines),
        open=sum(line.new and line.status is Status.OPEN for line in imported.lines),
    )
    for warning in imported.warnings:
        log.notice(f"statement: {warning}", file=name)
    office.send_bell.ring()
    office.remind_bell.ring()


__all__ = ["MONEY", "Imported", "Line", "Refused", "import_statement", "own_account", "writing"]
