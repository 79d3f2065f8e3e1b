"""How the console writes: tables that hold at 100 columns, plain JSON, times with their weekday.

Law of this file: what strangers wrote reaches the terminal only through `printable()`, so that no
control character of theirs moves a cursor or hides a line, and no secret of ours is shown that
they send back.  Colours only where a person looks.
"""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from enum import Enum
from typing import TYPE_CHECKING, Any

from pipeline.clock import TOKYO

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

PLAIN_WIDTH = 100
"""Columns where no terminal says how many it has."""
WEEKDAYS = "月火水木金土日"


def printable(text: str, *, lines: bool = False) -> str:
    """Text from outside, safe for a terminal; with `lines` it may keep its line breaks.

    Control characters, invisible ones and those that turn the writing direction become '·', and
    what the log was told to hide is blacked out.
    """
    from pipeline.log import UNSHOWN, redacted

    known = redacted(text.encode("utf-8", "replace").decode("utf-8"))
    if lines:
        known = known.replace("\r\n", "\n").replace("\t", "    ")
        return re.sub(f"(?!\n){UNSHOWN}", "·", known)
    return re.sub(UNSHOWN, "·", known)


def is_plain(text: str) -> bool:
    """Whether text is one line without anything that a terminal would not show."""
    from pipeline.log import UNSHOWN

    return re.search(UNSHOWN, text) is None


def when(moment: datetime | None) -> str:
    """An instant in the office's time: 2026-02-02(月) 09:00; '-' for none."""
    if moment is None:
        return "-"
    local = moment.astimezone(TOKYO)
    return f"{day(local.date())} {local:%H:%M}"


def day(on: date | None) -> str:
    """A day with its weekday: 2026-02-02(月); '-' for none."""
    return "-" if on is None else f"{on:%Y-%m-%d}({WEEKDAYS[on.weekday()]})"


def until(end: datetime | None) -> str:
    """An exclusive end, as people say it: the last day before midnight, else the instant."""
    if end is None:
        return "-"
    local = end.astimezone(TOKYO)
    if (local.hour, local.minute) == (0, 0):
        return day(local.date() - timedelta(days=1))
    return when(local)


def age(span: timedelta | None) -> str:
    """A span in its two largest units: '3 d 4 h', '12 min', '8 s'; '-' for none."""
    if span is None:
        return "-"
    seconds = max(0, int(span.total_seconds()))
    parts: list[str] = []
    for unit, length in (("d", 86400), ("h", 3600), ("min", 60), ("s", 1)):
        amount, seconds = divmod(seconds, length)
        if amount or (parts and unit != "s"):
            parts.append(f"{amount} {unit}")
    return " ".join(part for part in parts[:2] if not part.startswith("0 ")) or "0 s"


def console() -> Console:
    """A Rich console for what a verb prints: never markup, never guesses at highlighting."""
    from rich.console import Console

    out = sys.stdout
    if is_terminal():
        return Console(file=out, markup=False, highlight=False, emoji=False)
    width = os.environ.get("COLUMNS", "")
    return Console(
        file=out,
        markup=False,
        highlight=False,
        emoji=False,
        color_system=None,
        width=int(width) if width.isdigit() and int(width) else PLAIN_WIDTH,
    )


def _show(table: Table) -> None:
    """Print a table, without the blanks that Rich fills its lines with."""
    out = console()
    with out.capture() as captured:
        out.print(table)
    for line in captured.get().splitlines():
        put(line.rstrip())


def is_terminal() -> bool:
    """Whether a person looks at what is printed."""
    return sys.stdout.isatty()


def say(text: str = "") -> None:
    """Some lines of text, made printable."""
    put(printable(text, lines=True))


def put(text: str) -> None:
    """Some lines that were made printable before: colours and escapes stay as they are."""
    print(text, flush=True)  # noqa: T201 - the console's own way out


def say_table(
    columns: Sequence[str],
    rows: Iterable[Sequence[object]],
    *,
    right: Iterable[str] = (),
    empty: str = "nothing to show",
) -> None:
    """A table; `right` names the columns of numbers. Cells are made printable here.

    A column whose name ends in '*' keeps its words whole while another one has room to give.
    """
    from rich.box import SIMPLE_HEAD
    from rich.table import Table
    from rich.text import Text

    kept = [tuple(printable(_cell(cell), lines=True) for cell in row) for row in rows]
    if not kept:
        say(empty)
        return
    table = Table(
        box=SIMPLE_HEAD,
        show_edge=False,
        pad_edge=False,
        padding=(0, 1, 0, 0),
        header_style="bold",
    )
    numbers = set(right)
    for name in columns:
        table.add_column(
            name.rstrip("*"),
            justify="right" if name in numbers else "left",
            no_wrap=name.endswith("*"),
            overflow="fold",
        )
    for row in kept:
        table.add_row(*(Text(cell) for cell in row))
    _show(table)


def say_fields(fields: Iterable[tuple[str, object]]) -> None:
    """Names and values, one a line, the names in a column of their own."""
    from rich.table import Table
    from rich.text import Text

    table = Table.grid(padding=(0, 2))
    table.add_column(no_wrap=True, style="bold")
    table.add_column(overflow="fold")
    for name, value in fields:
        table.add_row(name, Text(printable(_cell(value), lines=True)))
    _show(table)


def say_json(value: object, *, line: bool = False) -> None:
    """One JSON document; with `line` on a line of its own."""
    from pipeline.log import UNSHOWN, escape, redacted

    text = redacted(
        json.dumps(value, ensure_ascii=False, indent=None if line else 2, default=_plain)
    )
    put(re.sub(f"(?!\n)(?:{UNSHOWN}|[\ud800-\udfff])", escape, text))


def _cell(value: object) -> str:
    if value is None or value == "":
        return "-"
    if isinstance(value, datetime):
        return when(value)
    if isinstance(value, date):
        return day(value)
    if isinstance(value, timedelta):
        return age(value)
    return str(value)


def _plain(value: Any) -> object:
    """What JSON has no word for."""
    if isinstance(value, datetime):
        return value.astimezone(TOKYO).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, timedelta):
        return int(value.total_seconds())
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, (set, frozenset)):
        return sorted(value)
    raise TypeError(f"no JSON for {type(value).__name__}")
