"""Reads the log back, rotated files included, and follows it while it grows.

Law of this file: it only reads.  A line that is no JSON (cut short by a crash, or being written
now) is passed over.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, TextIO

from pipeline.log.lines import LEVELS, parsed


@dataclass(frozen=True, slots=True)
class _Wanted:
    reference: str | None
    since: datetime | None
    level: str | None

    def has(self, entry: dict[str, Any]) -> bool:
        if self.reference is not None and entry.get("reference") != self.reference:
            return False
        if self.level is not None and _rank(entry.get("level")) < _rank(self.level):
            return False
        return self.since is None or datetime.fromisoformat(entry["at"]) >= self.since


def _rank(level: object) -> int:
    return LEVELS.index(level) if level in LEVELS else 0


def read_log(
    path: Path,
    *,
    reference: str | None = None,
    since: datetime | None = None,
    level: str | None = None,
) -> Iterator[dict[str, Any]]:
    """The lines of a log, oldest first: of one reference, from an instant on, of a level or above.

    `path` is `var/log/uketsuke.jsonl`; the rotated files beside it are read first. A log that is
    not there has no lines.
    """
    wanted = _Wanted(reference, since, level)
    for file in (*rotated(path), path):
        try:
            stream = file.open(encoding="utf-8", errors="backslashreplace")
        except FileNotFoundError:
            continue  # rotated away between listing and opening, or not yet begun
        with stream:
            yield from _entries(stream, wanted)


def entries_of(file: Path) -> Iterator[dict[str, Any]]:
    """The lines of one file, oldest first."""
    with file.open(encoding="utf-8", errors="backslashreplace") as stream:
        yield from _entries(stream, _Wanted(None, None, None))


def rotated(path: Path) -> list[Path]:
    """The files that were set aside by rotation, oldest first."""
    numbered = [
        (int(suffix), file)
        for file in path.parent.glob(path.name + ".*")
        if (suffix := file.name.removeprefix(path.name + ".")).isdigit()
    ]
    return [file for _, file in sorted(numbered, reverse=True)]


def _entries(stream: TextIO, wanted: _Wanted) -> Iterator[dict[str, Any]]:
    for line in stream:
        entry = _entry(line)
        if entry is not None and wanted.has(entry):
            yield entry


def _entry(line: str) -> dict[str, Any] | None:
    try:
        entry = parsed(line)
    except ValueError:
        return None
    return entry if "at" in entry and "what" in entry else None


def follow(
    path: Path,
    *,
    wait: Callable[[], bool],
    reference: str | None = None,
    since: datetime | None = None,
    level: str | None = None,
) -> Iterator[dict[str, Any]]:
    """The lines that are written from now on, through rotations, until told to stop.

    With `since` also those that are there already. `wait` is called whenever there is nothing new,
    and ends the following when it returns True (`threading.Event.wait` with a timeout does).
    """
    wanted = _Wanted(reference, since, level)
    tail = _Tail(path, from_start=since is not None)
    try:
        while True:
            for line in tail.new_lines():
                entry = _entry(line)
                if entry is not None and wanted.has(entry):
                    yield entry
            if wait():
                return
    finally:
        tail.close()


class _Tail:
    """The growing end of a file whose name may move on to a new one."""

    def __init__(self, path: Path, *, from_start: bool) -> None:
        self._path = path
        self._half = ""
        self._stream = self._opened()
        if self._stream is not None and not from_start:
            self._stream.seek(0, os.SEEK_END)

    def new_lines(self) -> Iterator[str]:
        """Every line that was finished since the last call."""
        while True:
            yield from self._finished_lines()
            if not self._moved_on():
                return
            yield from self._finished_lines()  # what came in before the name moved on
            self.close()
            self._stream = self._opened()

    def close(self) -> None:
        """Let go of the file."""
        if self._stream is not None:
            self._stream.close()
        self._stream, self._half = None, ""

    def _opened(self) -> TextIO | None:
        try:
            return self._path.open(encoding="utf-8", errors="backslashreplace")
        except FileNotFoundError:
            return None

    def _finished_lines(self) -> Iterator[str]:
        if self._stream is None:
            return
        while line := self._stream.readline():
            self._half += line
            if not self._half.endswith("\n"):
                return
            whole, self._half = self._half, ""
            yield whole

    def _moved_on(self) -> bool:
        try:
            named = self._path.stat()
        except FileNotFoundError:
            return False
        return self._stream is None or not os.path.samestat(named, os.fstat(self._stream.fileno()))
