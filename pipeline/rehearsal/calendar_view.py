"""Prints a season: day by day what came in, what was decided and what left, and how it ended.

Law of this file: it only arranges.  What came and left is told from the bytes; what was decided
from the log, which is all that an operator would have as well.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from pipeline.rehearsal.cases import SEAT_ENDED, Case, Dossier
from pipeline.rehearsal.checker import Verdict
from pipeline.rehearsal.promises.seats import promised
from pipeline.rehearsal.season import HOLIDAYS, TOKYO

_WEEKDAYS = "月火水木金土日"
_INDENT = " " * 25
_FEW = 3
"""More lines than this of the same kind at the same time are told in one."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the calendar."""

    at: datetime
    order: int
    """Among entries of the same minute: in, money, decided, out."""
    mark: str
    what: str
    whom: str


def days(dossier: Dossier, decided: Iterable[Mapping[str, object]]) -> Iterator[str]:
    """The calendar, day by day."""
    entries = sorted(
        (*_came(dossier), *_done(dossier), *_decided(decided), *_left(dossier)),
        key=lambda entry: (entry.at.replace(second=0), entry.order, entry.at),
    )
    for day, of_day in groupby(entries, key=lambda entry: entry.at.date()):
        yield ""
        yield _heading(day)
        for (clock, _, mark, what), same in groupby(of_day, key=_alike):
            yield from _told(clock, mark, what, [entry.whom for entry in same])


def ending(seats: Mapping[str, int], verdict: Verdict) -> Iterator[str]:
    """The table of seats, the promises, and what broke them."""
    yield from _table("seats", [(name, str(number)) for name, number in seats.items()])
    kept = [(name, "✓" if good else "✗ BROKEN") for name, good in verdict.kept.items()]
    yield from _table("promises", kept)
    for name in sorted(verdict.broken):
        for violation in verdict.violations[name]:
            yield f"  ✗ {name}: {violation}"


def _alike(entry: Entry) -> tuple[str, int, str, str]:
    return f"{entry.at:%H:%M}", entry.order, entry.mark, entry.what


def _heading(day: date) -> str:
    holiday = "祝" if day in HOLIDAYS else ""
    return f"{day.isoformat()}({_WEEKDAYS[day.weekday()]}{holiday}) {'─' * 56}"


def _told(clock: str, mark: str, what: str, whom: list[str]) -> Iterator[str]:
    head = f"  {clock}  {mark:<7}"
    if len(whom) <= _FEW:
        for one in whom:
            yield f"{head}  {one:<6}  {what}"
        return
    yield f"{head}  ×{len(whom):<5}  {what}"
    yield from textwrap.wrap(
        ", ".join(whom), 100, initial_indent=_INDENT, subsequent_indent=_INDENT
    )


def _table(title: str, rows: list[tuple[str, str]]) -> Iterator[str]:
    yield ""
    yield f"{title} {'─' * (69 - len(title))}"
    for name, value in rows:
        yield f"  {name.replace('_', ' '):<44} {value}"


# ---------------------------------------------------------------- what happened


def _came(dossier: Dossier) -> Iterator[Entry]:
    for mail in dossier.incoming:
        yield Entry(mail.at, 0, "in", f"{mail.sender or '<>'}  {mail.subject}", "")


def _done(dossier: Dossier) -> Iterator[Entry]:
    for money in dossier.season.money:
        what = f"{money.amount:,} yen of {money.value_date:%m-%d}"
        yield Entry(money.recorded_at, 1, "bank", what, money.reference)
    for covered in dossier.season.covered:
        yield Entry(covered.at, 1, "bank", f"every transfer known through {covered.through}", "")
    for act in dossier.season.acts:
        yield Entry(act.at, 1, "office", f"{act.what} {act.value}".rstrip(), act.reference)


def _decided(decided: Iterable[Mapping[str, object]]) -> Iterator[Entry]:
    for line in decided:
        at = datetime.fromisoformat(str(line["at"])).astimezone(TOKYO)
        if line.get("what") == "decide":
            state = f" → {line['state']}" if line.get("state") else ""
            what = f"{line.get('happened')}: {line.get('reason')}{state}"
            yield Entry(at, 2, "decided", what, str(line.get("reference") or ""))
        elif line.get("what") == "folder":
            new = f", {line['new']} new" if line.get("new") is not None else ""
            yield Entry(at, 1, "bank", f"{line['file']}: {line['status']}{new}", "")
        elif line.get("level") == "alarm":
            yield Entry(at, 2, "ALARM", f"{line['what']}: {line.get('error', '')}", "")


def _left(dossier: Dossier) -> Iterator[Entry]:
    for letter in dossier.letters:
        kind = letter.kind or letter.subject
        what = f"{kind} → {letter.recipient}" if letter.solicited else kind
        yield Entry(letter.at, 3, "out", what, letter.reference)


# ---------------------------------------------------------------- how it ended


def seats(dossier: Dossier) -> dict[str, int]:
    """Seats by how their applications ended, as the letters tell."""
    most = max((taken for _, taken in promised(dossier)), default=0)
    table = {"capacity": dossier.facts.capacity, "most_promised_at_once": most}
    for case in dossier.cases.values():
        ended = _ended(case)
        table[ended] = table.get(ended, 0) + case.seats(dossier.season.ends)
    return table


_ENDS = ("access", "payment_received")


def _ended(case: Case) -> str:
    """The last word that an application got."""
    closing = [x.kind for x in case.letters if x.kind in SEAT_ENDED]
    if any(act.what == "decline" for act in case.acts):
        return "declined"
    if case.first(*_ENDS) and not (closing and closing[-1] == "withdrawn" and not _some(case)):
        return "admitted" if case.first("access") else "paid"
    return closing[-1] if closing else "in a person's hands"


def _some(case: Case) -> bool:
    return any(act.what == "withdraw" and act.value for act in case.acts)
