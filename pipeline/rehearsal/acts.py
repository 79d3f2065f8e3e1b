"""What people do in a season, and what an applicant has seen when they do it.

Law of this file: an act has an event time, and what it says is a function of the letters that its
author has received by then; a reference is learned from a subject, as an applicant learns it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from pipeline.rehearsal.cases import INSTRUCTIONS
from pipeline.rehearsal.cast import Applicant
from pipeline.rehearsal.evidence import Letter


@dataclass(frozen=True, slots=True)
class Mailbox:
    """What an applicant has received so far, oldest first."""

    who: Applicant
    letters: tuple[Letter, ...]
    everybody: tuple[Letter, ...]
    """Every letter that has left, for those who got hold of somebody else's."""

    def last(self, *kinds: str) -> Letter | None:
        """The newest letter of one of these kinds; of any kind when none is named."""
        found = [x for x in self.letters if x.kind in kinds or not kinds]
        return found[-1] if found else None

    def reference(self, nth: int = 0) -> str | None:
        """The 受付番号 of the applicant's first, second, ... application."""
        known = list(dict.fromkeys(x.reference for x in self.letters if x.reference))
        return known[nth] if nth < len(known) else None

    def asked_to_pay(self, reference: str) -> bool:
        """Whether payment instructions for it have come."""
        return any(x.kind in INSTRUCTIONS and x.reference == reference for x in self.letters)


Write = Callable[[Mailbox, datetime], bytes | None]
"""A mail as bytes, at that time; None when there is nothing that it could answer."""


@dataclass(frozen=True, slots=True)
class Post:
    """Somebody sends a mail."""

    at: datetime
    who: Applicant
    write: Write
    sender: str | None = None
    """The envelope's sender, when it is not the applicant's address."""


@dataclass(frozen=True, slots=True)
class Pay:
    """Somebody makes a transfer; the bank tells of it in a statement."""

    at: datetime
    who: Applicant
    amount: int
    booked_on: date
    value_date: date
    nth: int = 0
    unasked: bool = False
    """Whether it is paid although no letter has asked for it."""
    numbered: bool = True
    """Whether the number is written before the name."""
    missed: bool = False
    """Whether the bank forgets it, and tells of it in a later file about the same days."""


@dataclass(frozen=True, slots=True)
class TakeBack:
    """The bank takes the applicant's last transfer back."""

    at: datetime
    who: Applicant


@dataclass(frozen=True, slots=True)
class Import:
    """The office puts a bank's file into the folder."""

    at: datetime
    layout: str
    """A key of `statements.LAYOUTS`."""
    first: date
    last: date
    corrected: bool = False
    """Whether it also tells of what the bank had missed."""


@dataclass(frozen=True, slots=True)
class JudgeMoney:
    """An operator decides about a transfer that waits for a person."""

    at: datetime
    who: Applicant
    what: str
    """assign (it came without a number) or accept (it counts as it is)."""


@dataclass(frozen=True, slots=True)
class Operate:
    """An operator does something to one application."""

    at: datetime
    who: Applicant
    what: str
    """accept, decline, cancel, extend, withdraw or resend."""
    value: str = ""
    why: str = ""
    nth: int = 0


@dataclass(frozen=True, slots=True)
class Arrange:
    """An operator arranges something for the whole event."""

    at: datetime
    what: str
    """postpone (access, until `value`), rotate (the password), link (the Zoom link is there)."""
    value: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class Inspect:
    """A checkpoint: lists are exported, and the office's files are searched for secrets."""

    at: datetime


Act = Post | Pay | TakeBack | Import | JudgeMoney | Operate | Arrange | Inspect


@dataclass(frozen=True, slots=True)
class Responder:
    """A mail program that answers every letter by itself for a while."""

    who: Applicant
    since: datetime
    until: datetime
    write: Callable[[Letter, datetime], bytes]


@dataclass(frozen=True, slots=True)
class Script:
    """A season as it shall be played."""

    starts: datetime
    ends: datetime
    acts: tuple[Act, ...]
    """In the order of their times."""
    responders: tuple[Responder, ...]
    applicants: tuple[Applicant, ...]
