"""Whether a sum pays some claims: their states, the bank's dates, the yen.

Law of this file: whole yen and the bank's dates, and nothing about who paid.  What is closed, paid
or without a seat is said first, then what is late, then what is short or over; only what agrees in
all of these is `matched`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from pipeline.domain.application import State
from pipeline.domain.claims import Claim
from pipeline.domain.remittance import Remittance
from pipeline.domain.verdict import Because, Outcome, probable_fee

LIKELY_FEES = frozenset(
    {110, 145, 150, 154, 165, 209, 220, 275, 330, 385, 440, 495, 550, 594, 605, 660, 770, 880, 990}
)
"""Yen that banks took for a transfer in February 2026, by net, machine, card and counter."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a sum is for some claims, if it is meant for them."""

    outcome: Outcome
    reasons: tuple[str, ...]
    likely_fee: int | None = None

    @property
    def pays(self) -> bool:
        """Whether nothing speaks against it."""
        return self.outcome in {Outcome.MATCHED, Outcome.MATCHED_GROUP}


def judge(claims: Sequence[Claim], remittance: Remittance, fee: int) -> Judgement:
    """What this sum is for these claims; `fee` is the price of one seat, in yen."""
    owed = sum(claim.due for claim in claims)
    short = owed - remittance.amount
    likely_fee = short if short in LIKELY_FEES else None
    amount = _of_amount(claims, remittance.amount, fee)
    standing, why_not = _of_standing(claims, remittance)
    if standing is not None:
        return Judgement(standing, (*why_not, *amount), likely_fee)
    late = [claim for claim in claims if not is_in_time(claim.pay_by, remittance)]
    if late:
        return Judgement(Outcome.LATE, (*amount, Because.AFTER_DEADLINE), likely_fee)
    if any(claim.pay_by and claim.pay_by < remittance.value_date for claim in claims):
        amount = (*amount, Because.SENT_IN_TIME)
    if short:
        return Judgement(Outcome.SHORT if short > 0 else Outcome.OVER, amount, likely_fee)
    return Judgement(Outcome.MATCHED if len(claims) == 1 else Outcome.MATCHED_GROUP, amount)


def is_in_time(last_day: date | None, remittance: Remittance) -> bool:
    """Whether the value date, or the day on which the payer sent it, is in time."""
    if last_day is None or remittance.value_date <= last_day:
        return True
    return remittance.sent_at is not None and remittance.sent_at.date() <= last_day


def _of_standing(
    claims: Sequence[Claim], remittance: Remittance
) -> tuple[Outcome | None, tuple[str, ...]]:
    """What is wrong with the claims themselves."""
    others = [claim for claim in claims if not claim.awaits]
    closed = [claim for claim in others if not claim.is_paid and not claim.has_no_seat]
    if closed:
        expired = all(claim.state == State.EXPIRED for claim in closed)
        in_time = expired and all(is_in_time(claim.pay_by, remittance) for claim in closed)
        why = (Because.CLOSED_CLAIM, Because.PAID_IN_TIME) if in_time else (Because.CLOSED_CLAIM,)
        return Outcome.CLOSED, why
    if any(claim.is_paid for claim in others):
        return Outcome.TWICE, (Because.ALREADY_PAID,)
    return (Outcome.EARLY, (Because.WAITLISTED_CLAIM,)) if others else (None, ())


def _of_amount(claims: Sequence[Claim], amount: int, fee: int) -> tuple[str, ...]:
    """The reasons that lie in the yen."""
    owed = sum(claim.due for claim in claims)
    if not owed:
        return ()
    if amount == owed:
        return (Because.AMOUNT_EXACT if len(claims) == 1 else Because.SUM_EXACT,)
    if amount < owed:
        short = owed - amount
        return (Because.AMOUNT_SHORT, *((probable_fee(short),) if short in LIKELY_FEES else ()))
    multiple = fee > 0 and amount % fee == 0
    return (Because.AMOUNT_OVER, *((Because.AMOUNT_MULTIPLE,) if multiple else ()))
