"""The log: one line for each unit of work, as JSON in a file and readable on a terminal.

Law of this room: a line says what was done, for whom (reference), because of what (cause) and why
(reason).  It never holds a mail's text, and no secret: what was told to `hide` is blacked out of
every line, wherever in a value it stands.  Nobody's work fails because of the log: a full disk
loses lines, not applications.

    unit     what was done, one line for each unit of work
    notice   something the office may want to know
    alarm    something that a person has to look at

Lines carry event time, from the clock that `configure` is given.  Before `configure`, and after
`close`, nothing is written.  `lines` gives a line its two shapes, `redaction` blacks out, `file`
rotates, `reading` reads back.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, Final, Literal, TextIO

import structlog

from pipeline.log import lines
from pipeline.log.file import LogFile
from pipeline.log.forgetting import old_files
from pipeline.log.lines import LEVELS, UNSHOWN, escape, readable
from pipeline.log.reading import follow, read_log
from pipeline.log.redaction import HIDDEN, SHORTEST, hidden, hide, redacted

__all__ = [
    "HIDDEN",
    "LEVELS",
    "SHORTEST",
    "UNSHOWN",
    "Level",
    "LogFile",
    "alarm",
    "captured",
    "close",
    "configure",
    "escape",
    "follow",
    "hidden",
    "hide",
    "notice",
    "old_files",
    "progress",
    "read_log",
    "readable",
    "redacted",
    "unit",
    "units",
]

Level = Literal["unit", "notice", "alarm"]
FILE: Final = "uketsuke.jsonl"
"""Name of the log below `var/log`; rotated ones end in .1, .2 and so on."""


def unit(what: str, /, **values: Any) -> None:
    """One unit of work was done. None stands for 'not known' and is left out."""
    units(what, (values,))


def units(what: str, each: Collection[Mapping[str, Any]], /) -> None:
    """Several units of the same work, as a batch does them; their lines are written together."""
    if _SINKS.open and each:
        _LOGGER.info(what, each=each)


def notice(text: str, /, **values: Any) -> None:
    """Something the office may want to know."""
    if _SINKS.open:
        _LOGGER.warning(text, each=(values,))


def alarm(text: str, /, **values: Any) -> None:
    """Something that a person has to look at. `trace` goes to the file only."""
    if _SINKS.open:
        _LOGGER.error(text, each=(values,))


def progress(text: str) -> None:
    """The event's date and a few words at the bottom of a terminal, written over by what follows.

    Nothing where lines go to a file or a pipe.
    """
    if _SINKS.terminal is not None and _SINKS.colours:
        _SINKS.hint(text, _SINKS.terminal)


def configure(
    var: Path,
    *,
    clock: Callable[[], datetime],
    terminal: TextIO | None = None,
    json_file: bool = True,
    level: Level = "unit",
    max_bytes: int = 10_000_000,
    backups: int = 10,
) -> None:
    """Say where lines go: to `var/log/uketsuke.jsonl` (all of them) and to a terminal.

    `level` is the lowest that the terminal shows. Warnings of the libraries that we use come in
    as notices and their errors as alarms. Raises OSError when the file cannot be written.
    """
    close()
    if json_file:
        _SINKS.file = LogFile(var / "log" / FILE, max_bytes=max_bytes, backups=backups)
    _SINKS.terminal, _SINKS.clock, _SINKS.level = terminal, clock, LEVELS.index(level)
    _SINKS.colours = terminal is not None and terminal.isatty()
    _SINKS.open = terminal is not None or json_file
    logging.getLogger().addHandler(_BRIDGE)


def close() -> None:
    """Write nothing from now on."""
    logging.getLogger().removeHandler(_BRIDGE)
    _SINKS.open = False
    if _SINKS.file is not None:
        _SINKS.file.close()
    _SINKS.file = _SINKS.terminal = None


@contextmanager
def captured(clock: Callable[[], datetime]) -> Iterator[list[dict[str, Any]]]:
    """For tests: the lines that are written meanwhile, as they would be read back."""
    close()
    kept: list[dict[str, Any]] = []
    _SINKS.kept, _SINKS.clock, _SINKS.open = kept, clock, True
    try:
        yield kept
    finally:
        _SINKS.kept = None
        close()


# ---------------------------------------------------------------- structlog's last station


_OVER_HINT = "\r\x1b[K"
"""To the line's beginning, and away with what stands in it."""


class _Sinks:
    """Where lines end; what structlog calls the wrapped logger."""

    def __init__(self) -> None:
        self.open = False
        self.clock: Callable[[], datetime]
        self.file: LogFile | None = None
        self.terminal: TextIO | None = None
        self.kept: list[dict[str, Any]] | None = None
        self.level = 0
        self.colours = False

    def write(self, entries: Sequence[dict[str, Any]]) -> None:
        """Lines to every place that is open; what cannot be written is lost, nothing else.

        The lines are of one level.
        """
        texts = [redacted(lines.as_json(entry)) for entry in entries]
        if self.kept is not None:
            self.kept += map(lines.parsed, texts)
        try:
            if self.file is not None:
                self.file.write(*texts)
        except (OSError, ValueError) as error:
            print(f"the log cannot be written: {error}", file=sys.stderr)  # noqa: T201 - the last resort
        if self.terminal is not None and LEVELS.index(entries[0]["level"]) >= self.level:
            self._show(entries, self.terminal)

    def _show(self, entries: Sequence[Mapping[str, Any]], terminal: TextIO) -> None:
        try:
            shown = [redacted(readable(entry, colours=self.colours)) + "\n" for entry in entries]
            terminal.write("".join((_OVER_HINT if self.colours else "", *shown)))
            terminal.flush()
        except (OSError, ValueError):
            self.terminal = None  # its window was closed

    def hint(self, text: str, terminal: TextIO) -> None:
        """Words without a line end, in the place of those before."""
        try:
            terminal.write(f"{_OVER_HINT}{lines.when(self.clock())}  {redacted(text)}")
            terminal.flush()
        except (OSError, ValueError):
            self.terminal = None

    info = warning = error = write


def _entries(_: Any, method: str, event: Any) -> Any:
    """The only processor: each line's keys in the order in which people read them."""
    head = {
        "at": _SINKS.clock().isoformat(),
        "level": _LEVEL_OF[method],
        "what": event["event"],
    }
    return ([_entry(head, values) for values in event["each"]],), {}


def _entry(head: Mapping[str, Any], values: Mapping[str, Any]) -> dict[str, Any]:
    said = {key: value for key, value in values.items() if value is not None and key not in head}
    return {**head, **said}


_LEVEL_OF = {"info": "unit", "warning": "notice", "error": "alarm"}
_SINKS = _Sinks()
_LOGGER = structlog.wrap_logger(
    _SINKS,
    processors=[_entries],
    wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
).bind()


class _Bridge(logging.Handler):
    """What the libraries say through `logging`, from a warning on."""

    def emit(self, record: logging.LogRecord) -> None:
        """As a notice, or as an alarm from an error on."""
        say = alarm if record.levelno >= logging.ERROR else notice
        trace = logging.Formatter().formatException(record.exc_info) if record.exc_info else None
        say(record.getMessage(), source=record.name, trace=trace)


_BRIDGE = _Bridge(logging.WARNING)
