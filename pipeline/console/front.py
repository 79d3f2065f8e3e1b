"""What every verb shares: what people type, the office that is opened, who acts and why.

Law of this file: what is typed is read here, leniently in form and strictly in meaning, and what
cannot be meant is said in one line.

    TyperException
      Wrong       exit 2: the command must be given differently (a date, a reference, a setting)
      Refusal     exit 1: understood, and refused with its reason (no free seat)
"""

from __future__ import annotations

import getpass
import os
import unicodedata
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.exceptions import TyperException

from pipeline.console.printing import is_plain, printable
from pipeline.domain.application import State

if TYPE_CHECKING:
    from pipeline.config import Config
    from pipeline.domain.application import Application
    from pipeline.workers.office import Office, Served

LONGEST_WHY = 200
LONGEST_WHO = 60


class Wrong(TyperException):
    """The command cannot be carried out as it was given."""

    exit_code = 2


class Refusal(TyperException):
    """The command was understood, and what it asks for is refused."""

    exit_code = 1


# ---------------------------------------------------------------- arguments that many verbs take

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")]
Reference = Annotated[str, typer.Argument(metavar="REFERENCE", help="受付番号; full-width too.")]
EventSlug = Annotated[
    str | None,
    typer.Option("--event", metavar="SLUG", help="Which event; needed when several are served."),
]
Who = Annotated[
    str | None,
    typer.Option("--who", metavar="NAME", help="Who acts; your login name unless given."),
]
Why = Annotated[str, typer.Option("--why", metavar="TEXT", help="Why, for the history.")]
Limit = Annotated[int, typer.Option("--limit", min=1, help="How many rows at most.")]


def who_acts(given: str | None) -> str:
    """The name that the history keeps."""
    try:
        name = given if given is not None else getpass.getuser()
    except (KeyError, OSError):
        raise Wrong("your login has no name here: say who you are with --who NAME") from None
    return _one_line(name, "--who", LONGEST_WHO)


def reason_given(why: str, *, required: bool = True) -> str:
    """The reason that the history keeps."""
    if not required and not why.strip():
        return ""
    return _one_line(why, "--why", LONGEST_WHY)


def _one_line(text: str, option: str, longest: int) -> str:
    said = text.strip()
    if not said:
        raise Wrong(f"{option} must not be empty")
    if len(said) > longest:
        raise Wrong(f"{option} may have {longest} characters at most")
    if not is_plain(said):
        raise Wrong(f"{option} must be one line of plain text")
    return said


def narrow(text: str) -> str:
    """Full-width digits and signs as ASCII ones, without blanks."""
    return "".join(unicodedata.normalize("NFKC", text).split())


def day_given(text: str, option: str) -> date:
    """A day as people type it: 2026-03-12 or 2026/3/12."""
    try:
        year, month, number = narrow(text).replace("/", "-").split("-")
        return date(int(year), int(month), int(number))
    except ValueError:
        raise Wrong(f"{option}: '{printable(text)}' is no date; write it like 2026-03-12") from None


def moment_given(text: str, option: str) -> date | datetime:
    """A day, or a day and a time of it: 2026-03-12 09:00. The time carries no zone."""
    on, _, at = unicodedata.normalize("NFKC", text).strip().replace("T", " ").partition(" ")
    day = day_given(on, option)
    if not at.strip():
        return day
    try:
        hour, minute = (int(part) for part in at.strip().split(":"))
        return datetime(day.year, day.month, day.day, hour, minute)  # noqa: DTZ001 - the event's zone is added by the caller
    except ValueError:
        raise Wrong(f"{option}: '{printable(at)}' is no time of day; write it like 09:00") from None


def yen_given(text: str) -> int:
    """An amount as people type it: 1000, 1,000 or １，０００円."""
    digits = narrow(text).replace(",", "").lstrip("¥\\").removesuffix("円")
    if not (digits.isascii() and digits.isdigit() and 0 < int(digits) < 10**9):
        raise Wrong(f"--amount: '{printable(text)}' is no amount in yen; write it like 1000")
    return int(digits)


def state_given(name: str) -> State:
    """A state as people type it: awaiting_payment or awaiting-payment."""
    try:
        return State(name.lower().replace("-", "_"))
    except ValueError:
        raise Wrong(f"--state: there is no '{name}'; there is {', '.join(State)}") from None


def chosen(slug: str | None, events: Collection[str]) -> str:
    """The event that `--event` names, or the only one there is."""
    known = ", ".join(events)
    if slug is None and len(events) == 1:
        return next(iter(events))
    if slug is None:
        raise Wrong(f"several events are served: add --event with one of {known}")
    if slug not in events:
        raise Wrong(f"no event '{slug}' is served; there is {known}")
    return slug


# ---------------------------------------------------------------- the office


@dataclass(frozen=True, slots=True)
class OpenOffice:
    """The office, open for one verb."""

    config: Config
    office: Office

    @property
    def now(self) -> datetime:
        """Event time."""
        return self.office.clock.now()

    def served(self, slug: str | None) -> Served:
        """The event that `--event` names, or the only one."""
        return self.office.events[chosen(slug, self.office.events)]

    def slug(self, given: str | None) -> str | None:
        """The event that a listing is narrowed to; None for all of them."""
        return None if given is None else chosen(given, self.office.events)

    def cause(self) -> str:
        """A cause of its own for one act."""
        return f"operator:{self.office.nonce()}"

    def note(self, act: str, who: str, why: str, **values: object) -> None:
        """One line in the log about an act beside the door."""
        from pipeline import log

        log.unit("operate", act=act, who=who, reason=why or None, **values)

    def application(self, given: str) -> Application:
        """The application of a reference as it was typed."""
        from pipeline.store import applications

        reference = self.reference(given)
        with self.office.database.read() as connection:
            found = applications.get(connection, reference)
        if found is None:
            raise Wrong(f"no application has the reference {reference}")
        return found

    def reference(self, given: str) -> str:
        """A reference as it was typed, in ASCII digits that some event could have drawn."""
        from pipeline.domain.reference import valid

        digits = narrow(given)
        schemes = {served.rules.payment.reference for served in self.office.events.values()}
        if any(valid(digits, scheme) for scheme in schemes):
            return digits
        if any(len(digits) == s.digits for s in schemes) and digits.isascii() and digits.isdigit():
            raise Wrong(f"{digits} is nobody's reference (受付番号): one digit must be wrong")
        sizes = " or ".join(sorted({str(scheme.digits) for scheme in schemes}))
        raise Wrong(f"'{printable(given)}' is no reference (受付番号): it has {sizes} digits")


@contextmanager
def open_office() -> Iterator[OpenOffice]:
    """Open the office that the settings name, for one verb."""
    from pipeline.console.opening import opened
    from pipeline.store.database import StoreError
    from pipeline.workers.reconcile import UnknownReference

    config = configured()
    try:
        with opened(config) as office:
            yield OpenOffice(config, office)
    except UnknownReference as error:
        raise Wrong(f"no application has the reference {error}") from error
    except StoreError as error:
        raise Wrong(f"the store: {_first_line(error)}") from error


@contextmanager
def acting_office() -> Iterator[OpenOffice]:
    """The same for a verb that acts: what it does stands in the log, as what the daemon does."""
    from pipeline import log

    with open_office() as here:
        kept = here.config.log
        log.configure(
            here.config.var,
            clock=here.office.clock.now,
            max_bytes=kept.max_bytes,
            backups=kept.backups,
        )
        try:
            yield here
        finally:
            log.close()


def configured(*, letters: bool = True) -> Config:
    """The settings, or the first thing that is wrong with them; `letters`: the templates too."""
    from pipeline.config import Refused, load

    try:
        return load(os.environ, letters=letters)
    except Refused as refused:
        raise Wrong(_first_fault(refused)) from refused


def _first_fault(refused: Any) -> str:
    first, *more = refused.faults
    place = ": ".join(part for part in (first.file, first.key) if part)
    rest = f" (and {len(more)} more: see 'check')" if more else ""
    return f"settings: {place}: {first.what}{rest}"


def _first_line(error: Exception) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0]
