"""Who or what wrote a mail: the words for it.

Law of this file: values only, so that the files which look for machines need not know each other.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Nature(StrEnum):
    """Who or what wrote a mail."""

    OWN = "own"
    BOUNCE = "bounce"
    FEEDBACK = "feedback"
    AUTOMATIC = "automatic"
    LIST = "list"
    ROBOT = "robot"
    """A form robot that the organiser has listed: it speaks for an applicant."""
    PERSON = "person"


@dataclass(frozen=True, slots=True)
class Verdict:
    """Who wrote it, how that is known, and whether anything of it forbids an answer."""

    nature: Nature
    why: str
    answer: bool = False
    signs: tuple[str, ...] = ()
    """Of an automatic mail: everything that tells it."""
