"""How long a bank's file of 10,000 lines takes against 100,000 open claims, end to end.

    python -m tests.bench.statements [--lines 10000] [--claims 100000] [--naive 10] [--out FILE]

The store is filled first, by a process of its own.  Then a fresh process, which holds what a daemon
holds, imports the file: read, recognised, reconciled, decided, letters composed, written and
committed; then it imports the same file again.  Beside it stands the script that everybody writes,
which holds each line against every claim.  It states figures and judges nothing.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

from pipeline.bank.statement import read
from pipeline.clock import HandClock
from pipeline.domain.rules import Rules
from pipeline.mail.own import Account, Own
from pipeline.mail.templates import Library
from pipeline.store.database import Database
from pipeline.workers.claims import claims_of
from pipeline.workers.office import Office, Served
from pipeline.workers.statements import Imported, import_statement
from tests.bench import ledger
from tests.bench.reconciliation import naive
from tests.bench.run import ROOT, roomy_rules

DIGITS = 8
"""Of a reference: six are too few for so many claims."""
STORE, FILE = "store.sqlite3", "statement.txt"
_SECRETS = {"id": "guest", "password": "bench", "zoom_link": "https://zoom.example.com/j/1"}


@dataclass(frozen=True)
class Ready:
    """Access secrets that are there."""

    ready: bool = True
    zoom_ready: bool = True
    trouble: str | None = None
    values: dict[str, str] = field(default_factory=lambda: dict(_SECRETS))


def rules_for_many() -> Rules:
    """The shipped rules with seats and numbers for everybody."""
    rules = roomy_rules()
    numbers = rules.payment.reference.model_copy(update={"digits": DIGITS})
    payment = rules.payment.model_copy(update={"reference": numbers})
    return rules.model_copy(update={"payment": payment})


@contextmanager
def _office(folder: Path, rules: Rules) -> Iterator[Office]:
    address = "office@example.jp"
    own = Own(
        address=address,
        addresses=frozenset({address}),
        message_domain="example.jp",
        token_key=b"bench" * 8,
        account=Account("見本銀行", "本店", "普通", "1234567", "見本事務局", "ミホンジムキヨク"),
    )
    database = Database(f"sqlite:///{folder / STORE}")
    served = Served(rules, Library.load(ROOT / "templates", rules), own, Ready)
    clock = HandClock(rules.closes_at.replace(hour=9) - timedelta(days=5))
    try:
        yield Office(database, clock, {rules.slug: served}, random=Random(1).randrange)
    finally:
        database.close()


# ---------------------------------------------------------------- each in its process


def make(folder: Path, claims: int, lines: int) -> None:
    """The store and the bank's file."""
    rules, random = rules_for_many(), Random(3)
    people = ledger.owing(claims, rules, random)
    database = Database(f"sqlite:///{folder / STORE}")
    database.migrate()
    ledger.fill(database, people, rules)
    database.close()
    (folder / FILE).write_bytes(ledger.statement(people, lines, random))


def measure(folder: Path, naive_lines: int) -> dict[str, Any]:
    """The import, the same file again, and the usual script."""
    rules = rules_for_many()
    raw = (folder / FILE).read_bytes()
    figures: dict[str, Any] = {}
    with _office(folder, rules) as office:
        with office.database.read() as connection:
            connection.exec_driver_sql("SELECT 1")
        figures["before_mb"] = _peak_mb()
        with _timed(figures, "import"):
            imported = _import(office, raw, "first.txt")
        figures["peak_mb"] = _peak_mb()
        figures["import_mb"] = round(figures["peak_mb"] - figures["before_mb"], 1)
        figures["actions"] = Counter(one.verdict.action.value for one in imported.lines)
        figures["outcomes"] = Counter(one.verdict.outcome.value for one in imported.lines)
        figures["settled"] = sum(one.status == "settled" for one in imported.lines)
        lines = len(imported.lines)
        del imported
        with _timed(figures, "again"):
            again = _import(office, raw, "second.txt")
        figures["new_in_the_same_file_again"] = sum(one.new for one in again.lines)
        del again
        if naive_lines:
            (one,) = read(raw, ())
            with office.database.read() as connection:
                owed = claims_of(connection, {rules.slug: rules})
            with _timed(figures, "naive_sample"):
                naive(list(one.remittances[:naive_lines]), owed)
            whole = figures["naive_sample_cpu_seconds"] * lines / naive_lines
            figures["naive_cpu_seconds"] = round(whole)
            figures["naive_over_this"] = round(whole / figures["import_cpu_seconds"])
    return figures


def _import(office: Office, raw: bytes, name: str) -> Imported:
    return import_statement(office, raw, name=name, who="bench", profiles=())


@contextmanager
def _timed(figures: dict[str, Any], name: str) -> Iterator[None]:
    start, busy = time.perf_counter(), time.process_time()
    yield
    figures[f"{name}_seconds"] = round(time.perf_counter() - start, 2)
    figures[f"{name}_cpu_seconds"] = round(time.process_time() - busy, 2)


def _peak_mb() -> float:
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1)


# ---------------------------------------------------------------- all of it


def main() -> None:
    """Run it all and print it; with --only, one part of it in a folder that is kept."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--lines", type=int, default=10_000)
    parser.add_argument("--claims", type=int, default=100_000)
    parser.add_argument("--naive", type=int, default=10, help="lines for the usual script")
    parser.add_argument("--out", type=Path)
    parser.add_argument("--only", choices=["make", "measure"], help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.only == "make":
        make(asked.folder, asked.claims, asked.lines)
        return
    if asked.only == "measure":
        said = json.dumps(measure(asked.folder, asked.naive), indent=1)
    else:
        with tempfile.TemporaryDirectory() as folder:
            _apart("make", Path(folder), asked)
            said = _apart("measure", Path(folder), asked)
    if asked.out:
        asked.out.write_text(said, encoding="utf-8")
    sys.stdout.write(said + "\n")


def _apart(what: str, folder: Path, asked: argparse.Namespace) -> str:
    """In a process of its own, so that no memory of one part is counted for the other."""
    numbers = ["--lines", asked.lines, "--claims", asked.claims, "--naive", asked.naive]
    command = [sys.executable, "-m", "tests.bench.statements", "--only", what, "--folder", folder]
    done = subprocess.run(
        [*map(str, command + numbers)], check=True, stdout=subprocess.PIPE, text=True, cwd=ROOT
    )
    return done.stdout.strip()


if __name__ == "__main__":
    main()
