"""Promises about money: nothing counts twice, and whoever pays is told what became of it.

Law of this file: read from letters, transfers and dates alone.
"""

from __future__ import annotations

from datetime import timedelta

from pipeline.rehearsal.cases import Case, Dossier
from pipeline.rehearsal.evidence import Letter
from pipeline.rehearsal.promises.violation import Violation
from pipeline.rehearsal.season import Money

_TOLD_WITHIN = timedelta(hours=1)
"""Files are imported by day, when letters leave at once."""
_TELLING = frozenset({
    "payment_received", "access", "short_payment", "late_payment", "over_payment", "paid_twice",
    "paid_without_seat", "paid_when_closed", "payment_reversed",
})  # fmt: skip
"""Letters that tell somebody of their money."""


def no_transfer_counts_twice(dossier: Dossier) -> list[Violation]:
    """Letters speak of the money that is there: files that tell of it again add nothing."""
    return [
        Violation(said, f"{letter}; {case.money}")
        for case in dossier.cases.values()
        for letter in case.letters
        if (said := _untrue(letter, case)) is not None
    ]


def _untrue(letter: Letter, case: Case) -> str | None:
    """What is wrong about a letter on money; None when nothing is."""
    here = [money for money in case.money if money.recorded_at <= letter.at]
    known, owed = sum(money.amount for money in here), case.owed(letter.at)
    if letter.kind in {"over_payment", "paid_twice"} and known <= owed:
        return "told to have paid too much, and has not"
    if letter.kind == "short_payment" and not 0 < known < owed:
        return "told to have paid too little, and has not"
    if letter.kind == "payment_reversed" and not any(money.amount < 0 for money in here):
        return "told that money was taken back, and no bank has"
    return None


def every_payer_is_told(dossier: Dossier) -> list[Violation]:
    """Whoever's money is known is told what became of it, within the hour."""
    return [
        Violation("money came, and its payer was not told", f"{case.reference}; {money}")
        for case in dossier.cases.values()
        if case.contact not in dossier.unreachable
        for money in case.money
        if not any(_tells(letter, money) for letter in case.letters)
    ]


def _tells(letter: Letter, money: Money) -> bool:
    since = letter.at - money.recorded_at
    return letter.kind in _TELLING and timedelta(0) <= since <= _TOLD_WITHIN
