"""`payments import`: a file of the bank, taken in or only tried out.

Law of this file: a file is taken in whole or refused in one line, and a dry run changes nothing.
With `--claims` nothing of this installation is asked but how banks' files are read.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.console.front import AsJson, Who, Wrong, acting_office, configured, who_acts
from pipeline.console.printing import day, say, say_json

if TYPE_CHECKING:
    from pipeline.workers.statements import Imported, Line

Statement = Annotated[Path, typer.Argument(metavar="FILE", help="A file as the bank hands it out.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Show what would happen; change nothing.")]
Claims = Annotated[
    Path | None,
    typer.Option("--claims", metavar="FILE", help="With --dry-run: claims from this JSON file."),
]


def import_(
    path: Statement,
    *,
    dry_run: DryRun = False,
    claims: Claims = None,
    who: Who = None,
    json: AsJson = False,
) -> None:
    """Take in a bank's file: all of it, or nothing where anything in it is wrong."""
    if claims is not None and not dry_run:
        raise Wrong("--claims goes with --dry-run only: claims from a file are nobody's money")
    raw = _bytes_of(path)
    if claims is not None:
        _try_out(raw, path, claims, json=json)
    else:
        _take_in(raw, path, who_acts(who), dry_run=dry_run, json=json)


def _bytes_of(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise Wrong(f"{path}: {error.strerror}") from error


# ---------------------------------------------------------------- against claims from a file


def _try_out(raw: bytes, path: Path, claims: Path, *, json: bool) -> None:
    from pipeline.bank.statement import Refused, read
    from pipeline.console import view_money
    from pipeline.console.claims_file import ClaimsFileError, read_claims
    from pipeline.domain.reconciliation import reconcile_all

    profiles = configured(letters=False).profiles
    try:
        ledger = read_claims(claims).ledger()
        lines = [line for one in read(raw, profiles) for line in one.remittances]
    except ClaimsFileError as wrong:
        raise Wrong(str(wrong)) from wrong
    except Refused as refused:
        raise Wrong(f"{path}: {refused}") from refused
    judged = list(zip(lines, reconcile_all(lines, ledger), strict=True))
    if json:
        for seq, (line, verdict) in enumerate(judged, 1):
            say_json(view_money.line_json(seq, line, verdict), line=True)
    else:
        view_money.say_lines(judged)
        view_money.say_sum(judged)


# ---------------------------------------------------------------- against the store


def _take_in(raw: bytes, path: Path, who: str, *, dry_run: bool, json: bool) -> None:
    with acting_office() as here:
        from pipeline.bank.statement import Refused
        from pipeline.workers.statements import import_statement

        try:
            with _working(f"{path.name}: {len(raw):,} bytes", shown=not json):
                imported = import_statement(
                    here.office,
                    raw,
                    name=path.name,
                    who=who,
                    profiles=here.config.profiles,
                    dry_run=dry_run,
                )
        except Refused as refused:
            raise Wrong(f"{path}: {refused}") from refused
    if json:
        _say_json(imported)
    else:
        _say(imported, dry_run=dry_run)


@contextmanager
def _working(what: str, *, shown: bool) -> Iterator[None]:
    """A bar on the terminal while the file is worked on; how long it takes nobody knows before."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    out = Console(stderr=True)
    columns = (TextColumn("{task.description}", markup=False), BarColumn(), TimeElapsedColumn())
    hidden = not (shown and out.is_terminal)
    with Progress(*columns, console=out, transient=True, disable=hidden) as bar:
        bar.add_task(what, total=None)
        yield


def _say_json(imported: Imported) -> None:
    from pipeline.console import view_money

    for seq, line in enumerate(imported.lines, 1):
        shown = view_money.line_json(seq, line.remittance, line.verdict)
        say_json({**shown, "id": line.id, "new": line.new, "status": line.status}, line=True)


def _say(imported: Imported, *, dry_run: bool) -> None:
    from pipeline.console import view_money

    judged = [(line.remittance, line.verdict) for line in imported.lines]
    view_money.say_lines(judged, [_note(line) for line in imported.lines])
    fresh = [one for one, line in zip(judged, imported.lines, strict=True) if line.new]
    view_money.say_sum(fresh)
    if len(fresh) < len(judged):
        say(f"{len(judged) - len(fresh)} lines were known already")
    for warning in imported.warnings:
        say(f"look: {warning}")
    if dry_run:
        say("nothing was changed")
        return
    for slug, coverage in imported.coverage.items():
        say(f"{slug}: the bank's word covers {day(coverage.through)} and what was before it")


def _note(line: Line) -> str:
    if not line.new:
        return f"(known: {line.id})"
    return f"({line.id})" if line.id is not None else ""
