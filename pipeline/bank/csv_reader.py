"""Reads the CSV of a bank by its profile.

Law of this file: the headings decide whose layout it is, and headings that no profile knows are
refused with what was seen; nothing is guessed from the look of a column.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final

from pipeline.bank import balance, dates
from pipeline.bank.cells import Row, Sheet
from pipeline.bank.csv_lines import Columns, Line, line_of
from pipeline.bank.csv_profile import Profile
from pipeline.bank.csv_tables import heading
from pipeline.bank.refused import Refused, shown
from pipeline.bank.whose import account_of, account_said
from pipeline.domain.remittance import AccountNumber, Statement

_HEADER_WITHIN: Final = 32
"""The headings stand in one of the first rows."""
_SEEN: Final = 12
"""So many headings of an unknown file are repeated."""


@dataclass(frozen=True, slots=True)
class _Layout:
    """A file and the profile that knows it."""

    profile: Profile
    columns: Columns
    above: tuple[Row, ...]
    """What stands above the headings."""
    rows: tuple[Row, ...]
    """What stands below."""


@dataclass(slots=True)
class _Part:
    """The lines of one account."""

    account: AccountNumber
    lines: list[Line] = field(default_factory=list)


def read(sheet: Sheet, profiles: Sequence[Profile], today: date | None) -> tuple[Statement, ...]:
    """The statements of a CSV, one for each account. Raises Refused."""
    layout = _layout(sheet, profiles)
    parts = _parts(layout, today)
    first, last = _period(layout, today)
    made_on = _made_on(layout, today)
    _counted(layout, sum(len(part.lines) for part in parts))
    return tuple(
        replace(_statement(layout.profile, part, first, last), made_on=made_on) for part in parts
    )


# ---------------------------------------------------------------- whose layout


def _layout(sheet: Sheet, profiles: Sequence[Profile]) -> _Layout:
    known = [one for one in profiles if sheet.encoding in one.encodings]
    found = _by_headings(sheet, known) or _by_marks(sheet, known) or _by_shapes(sheet, known)
    if found is None:
        raise Refused(f"the layout is not known; {_seen(sheet)}")
    return found


def _by_headings(sheet: Sheet, profiles: Sequence[Profile]) -> _Layout | None:
    """The profile with the longest list of headings that the file begins with."""
    for place, row in enumerate(sheet.rows[:_HEADER_WITHIN]):
        cells = tuple(map(heading, row.cells))
        best: tuple[int, Profile] | None = None
        for profile in profiles:
            renamed = tuple(profile.aliases.get(cell, cell) for cell in cells)
            for header in profile.headers:
                begins = not profile.marks and renamed[: len(header)] == header
                if begins and (best is None or len(header) > best[0]):
                    best = (len(header), profile)
        if best is not None:
            length, profile = best
            names = tuple(profile.aliases.get(cell, cell) for cell in cells)
            columns = Columns.named(names[:length], len(_trimmed(names)))
            return _Layout(profile, columns, sheet.rows[:place], sheet.rows[place + 1 :])
    return None


def _trimmed(cells: tuple[str, ...]) -> tuple[str, ...]:
    """Without the empty cells that a comma at the end of the headings makes."""
    end = len(cells)
    while end and not cells[end - 1]:
        end -= 1
    return cells[:end]


def _by_marks(sheet: Sheet, profiles: Sequence[Profile]) -> _Layout | None:
    for profile in profiles:
        marks = profile.marks
        if marks is None or not sheet.rows:
            continue
        begins = sheet.rows[0].cells
        if begins[0] == marks.account and len(begins) == marks.account_cells:
            header = profile.headers[0]
            return _Layout(profile, Columns.named(header, len(header)), (), sheet.rows)
    return None


def _by_shapes(sheet: Sheet, profiles: Sequence[Profile]) -> _Layout | None:
    """A file without headings: its first row has the number of cells, and each looks as it must."""
    for profile in profiles:
        header = profile.headers[0]
        if not profile.shapes or not sheet.rows or len(sheet.rows[0].cells) != len(header):
            continue
        columns = Columns.named(header, len(header))
        first = sheet.rows[0].cells
        if all(re.fullmatch(shape, first[columns[name]]) for name, shape in profile.shapes.items()):
            return _Layout(profile, columns, (), sheet.rows)
    return None


def _seen(sheet: Sheet) -> str:
    if not sheet.rows:
        return "the file is empty"
    widest = max(sheet.rows[:_HEADER_WITHIN], key=lambda row: len(row.cells))
    cells = ", ".join(shown(cell, 20) for cell in widest.cells[:_SEEN])
    return f"line {widest.line} has {len(widest.cells)} cells: {cells}"


# ---------------------------------------------------------------- lines


def _parts(layout: _Layout, today: date | None) -> list[_Part]:
    said = account_said(layout.profile, layout.above)
    parts: dict[AccountNumber, _Part] = {}
    whose = layout.profile.account
    told_by_row = any((whose.bank, whose.branch, whose.kind, whose.number, whose.text))
    for row in _line_rows(layout):
        if isinstance(row, AccountNumber):
            said = row
            parts.setdefault(said, _Part(said))
            continue
        account = account_of(layout.profile, layout.columns, row) if told_by_row else said
        line = line_of(layout.profile, layout.columns, row, today)
        if line is not None:
            parts.setdefault(account, _Part(account)).lines.append(line)
    return list(parts.values()) or [_Part(said)]


def _line_rows(layout: _Layout) -> Iterator[Row | AccountNumber]:
    """The rows of lines; between them, where records are marked, the accounts they belong to."""
    marks, totals = layout.profile.marks, layout.profile.rows.totals
    for row in layout.rows:
        if marks is not None:
            if row.cells[0] == marks.account:
                if len(row.cells) != marks.account_cells:
                    raise _cell_count(row, marks.account_cells)
                yield account_said(layout.profile, (row,))
                continue
            if row.cells[0] in marks.others:
                continue
            if row.cells[0] != marks.line:
                raise Refused(f"record {shown(row.cells[0])} is not known", row.line)
        elif re.match(totals, next(filter(None, row.cells))):
            continue
        yield _full(row, layout.columns)


def _full(row: Row, columns: Columns) -> Row:
    extra = row.cells[columns.width :]
    if len(row.cells) < columns.width or any(extra):
        raise _cell_count(row, columns.width)
    return row


def _cell_count(row: Row, wanted: int) -> Refused:
    return Refused(f"the row has {len(row.cells)} cells, not {wanted}", row.line)


# ---------------------------------------------------------------- the whole


def _above(layout: _Layout) -> Iterator[tuple[int, str]]:
    for row in layout.above:
        yield row.line, unicodedata.normalize("NFKC", ",".join(row.cells))


def _day_above(
    layout: _Layout, pattern: str | None, today: date | None, *groups: str
) -> tuple[int, list[date]] | None:
    """The days that a pattern finds above the headings, and the line; None where it finds none."""
    for line, text in _above(layout) if pattern else ():
        if found := re.search(str(pattern), text):
            try:
                forms = layout.profile.day.forms
                return line, [dates.read_day(found[one], forms, one, today)[0] for one in groups]
            except Refused as refused:
                raise refused.at(line) from None
    return None


def _period(layout: _Layout, today: date | None) -> tuple[date | None, date | None]:
    found = _day_above(layout, layout.profile.rows.period, today, "from", "through")
    if found is None:
        return None, None
    line, (first, last) = found
    if first > last:
        raise Refused(f"the period {first}..{last} ends before it begins", line)
    return first, last


def _made_on(layout: _Layout, today: date | None) -> date | None:
    found = _day_above(layout, layout.profile.rows.made, today, "made")
    return found[1][0] if found else None


def _counted(layout: _Layout, lines: int) -> None:
    pattern = layout.profile.rows.count
    for line, text in _above(layout) if pattern else ():
        found = re.search(str(pattern), text)
        if found and found["count"].lstrip("0") != str(lines or ""):
            raise Refused(f"the file says {shown(found['count'])} lines and has {lines}", line)


def _statement(profile: Profile, part: _Part, first: date | None, last: date | None) -> Statement:
    for one in part.lines:
        day = one.remittance.booked_on
        if first is not None and last is not None and not first <= day <= last:
            raise Refused(f"{day} lies outside the period {first}..{last}", one.remittance.line)
    span, warnings = _followed(profile, [one.step for one in part.lines])
    days = [one.remittance.booked_on for one in part.lines]
    return Statement(
        layout=profile.name,
        account=part.account,
        remittances=tuple(one.remittance for one in part.lines),
        covers_from=first or min(days, default=None),
        covers_through=last or max(days, default=None),
        period_stated=first is not None,
        opening_balance=span.opening,
        closing_balance=span.closing,
        warnings=warnings,
    )


def _followed(profile: Profile, steps: list[balance.Step]) -> tuple[balance.Span, tuple[str, ...]]:
    """What the balances tell, once they are seen to follow. Raises Refused."""
    column = profile.balance
    if column is None or not steps:
        return balance.Span(None, None), ()
    if all(step.balance is None for step in steps):
        return balance.Span(None, None), (f"{column.column} is empty in every line",)
    for step in steps:
        # A line that is called off has several ways to move the balance, and need not say which.
        if step.balance is None and len(step.moves) == 1 and not column.gaps:
            raise Refused(f"{column.column} is empty", step.line)
    return balance.follow(steps, column.order), ()
