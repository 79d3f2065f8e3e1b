"""Participants as a table for a spreadsheet: CSV that Excel reads, and XLSX.

Law of this file: a cell is text and never a formula.  What applicants wrote is put behind an
apostrophe where a spreadsheet would run it (OWASP, "CSV Injection"), in both formats, because an
XLSX may be saved as CSV later.  UTF-8 with a byte order mark, or Excel takes it for Shift_JIS.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from pipeline.console.printing import printable, until, when
from pipeline.console.words import STATE_WORD
from pipeline.domain.application import Application, Participant
from pipeline.domain.rules import FIELD_NAMES, Rules

_RUNS = tuple("=+-@\t\r\n＝＋－＠")
"""First characters by which a spreadsheet takes a cell for a formula; also the full-width ones,
which a Japanese Excel reads the same way."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A heading and rows of text."""

    heading: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def cell(value: str | int | None) -> str:
    """A value as a cell that no spreadsheet runs."""
    text = "" if value is None else str(value)
    shown = printable(text, lines=True)
    return f"'{shown}" if text.startswith(_RUNS) else shown


def sheet(applications: Iterable[Application], rules: Rules) -> Sheet:
    """One row for each participant, in the order of the applications."""
    heading = (
        "受付番号",
        "状態",
        "保留理由",
        "参加者",
        *(rules.label(name) for name in FIELD_NAMES),
        "参加辞退",
        "申込責任者",
        "連絡先メール",
        "受付日時",
        "支払期限",
        "入金額(円)",
        "ID・パスワード送付",
    )
    rows = tuple(
        tuple(cell(value) for value in _row(application, person))
        for application in applications
        for person in application.participants
    )
    return Sheet(heading, rows)


def rows_json(application: Application) -> Iterator[dict[str, Any]]:
    """One object for each participant, as values and not as cells."""
    for person in application.participants:
        yield {
            "reference": application.reference,
            "event": application.event,
            "state": application.state.value,
            "held": application.held,
            **asdict(person),
            "contact_name": application.contact_name,
            "contact_address": application.contact_address,
            "arrived_at": application.arrived_at,
            "pay_by": application.pay_by,
            "credited": application.credited,
            "access_sent_at": application.access_sent_at,
        }


def _row(application: Application, person: Participant) -> Iterator[str | int | None]:
    yield application.reference
    yield STATE_WORD[application.state]
    yield application.held
    yield person.number
    for name in FIELD_NAMES:
        yield getattr(person, name)
    yield "辞退" if person.withdrawn else None
    yield application.contact_name
    yield application.contact_address
    yield when(application.arrived_at)
    yield until(application.pay_by) if application.pay_by else None
    yield application.credited
    yield _maybe(application.access_sent_at)


def _maybe(moment: datetime | None) -> str | None:
    return when(moment) if moment else None


def as_csv(table: Sheet) -> bytes:
    """RFC 4180 with a byte order mark."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(table.heading)
    writer.writerows(table.rows)
    return text.getvalue().encode("utf-8-sig")


def as_xlsx(table: Sheet, title: str) -> bytes:
    """One sheet with the heading frozen; every cell is text."""
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    page = book.create_sheet(title[:31])
    page.freeze_panes = "A2"
    page.append(list(table.heading))
    for row in table.rows:
        page.append(_texts(page, row))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _texts(page: Any, row: Sequence[str]) -> list[object]:
    from openpyxl.cell import WriteOnlyCell

    cells: list[object] = []
    for value in row:
        made = WriteOnlyCell(page, value=value)
        made.data_type = "s"  # openpyxl takes a leading '=' for a formula
        cells.append(made)
    return cells
