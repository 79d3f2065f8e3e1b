"""Old log files removed: they name people.

Law of this file: only whole files that rotation has set aside, and whose last line is old enough.
The file that is written now is left alone; rotation brings its turn.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from pipeline.log.reading import entries_of, rotated


def old_files(path: Path, before: datetime) -> list[Path]:
    """The rotated files beside `path` all of whose lines are of before that instant."""
    found = []
    for file in rotated(path):
        last = None
        for entry in entries_of(file):
            last = entry
        if last is None or datetime.fromisoformat(last["at"]) < before:
            found.append(file)
    return found
