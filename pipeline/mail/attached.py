"""What the files of a mail say, as a value.

Law of this file: values only, so that the form knows of files without loading what reads them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from pipeline.mail.sharing import Person


@dataclass(frozen=True, slots=True)
class Attached:
    """What the files of a mail say."""

    people: tuple[Person, ...] = ()
    """Everybody who takes part, in the order of the files."""
    read: tuple[str, ...] = ()
    """Names of files whose answers count."""
    unread: tuple[tuple[str, str], ...] = ()
    """Name of a file, and why a person must look at it."""
    locked: tuple[str, ...] = ()
    """Files that ask for a password: asked for again without."""
    doubts: tuple[str, ...] = ()
    """Why a person should look at what was read."""


NOTHING: Final = Attached()
NOBODY: Final = "no participant in it"
EMPTY: Final = "empty"
OTHER_PAPER: Final = "a paper for something else"
SAYS_NOTHING: Final = frozenset({NOBODY, EMPTY, OTHER_PAPER})
"""Why a file is not counted that was read to its end: it holds no answer."""
