"""Checks a season: were the promises kept?

Law of this file: the checker is independent.  It and everything that it imports use the standard
library alone: they read the bytes that went in and came out, the money, the dates, and the
organiser's own files, and nothing of the program that wrote them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from pipeline.rehearsal.cases import Dossier, put_together
from pipeline.rehearsal.evidence import SUBJECTS, kind_of
from pipeline.rehearsal.promises import access, answers, letters, money, reminders, seats
from pipeline.rehearsal.promises.violation import Violation
from pipeline.rehearsal.season import Season

PROMISES: Mapping[str, Callable[[Dossier], list[Violation]]] = {
    promise.__name__: promise
    for promise in (
        answers.every_form_answered,
        answers.answers_fit,
        answers.nothing_automatic_answered,
        answers.loops_end,
        answers.nobody_bothered,
        seats.never_oversold,
        seats.nobody_overtaken,
        seats.no_seat_withheld,
        seats.in_time_is_in_time,
        seats.nobody_expired_wrongly,
        money.no_transfer_counts_twice,
        money.every_payer_is_told,
        access.access_only_when_paid,
        access.secret_nowhere_else,
        access.paid_are_admitted,
        access.admitted_are_prepared,
        reminders.reminders_once,
        reminders.nothing_at_night,
        reminders.no_reminder_unwelcome,
        reminders.reminders_keep_distance,
        letters.every_letter_in_order,
        letters.instructions_right,
        letters.answers_in_their_thread,
        letters.message_ids_unique,
        letters.no_letter_twice,
    )
}
"""Every promise by its name, in the order in which they are told."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the checker says of a season."""

    violations: Mapping[str, tuple[Violation, ...]]
    """For each promise what broke it; nothing where it was kept."""

    @property
    def kept(self) -> dict[str, bool]:
        """For each promise whether it was kept."""
        return {name: not found for name, found in self.violations.items()}

    @property
    def broken(self) -> frozenset[str]:
        """The promises that were not kept."""
        return frozenset(name for name, found in self.violations.items() if found)


def check(season: Season) -> Verdict:
    """Read a season's evidence and judge each promise by it."""
    return judge(put_together(season))


def judge(dossier: Dossier) -> Verdict:
    """The same, for evidence that was put together already."""
    return Verdict({name: tuple(promise(dossier)) for name, promise in PROMISES.items()})


__all__ = ["PROMISES", "SUBJECTS", "Verdict", "Violation", "check", "judge", "kind_of"]
