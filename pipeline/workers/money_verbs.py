"""What a person decides about money: assigned, accepted, refunded, dismissed, or all of it undone.

Promise 6 lives here for money: each act has a name and a reason, goes through the one door where it
touches an application, closes what it was asked for, and can be undone.  `reverse` undoes whatever
was done: the money is open again, nobody is credited with it, and a person is asked anew.
"""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.domain.decision import NOTHING_CHANGED
from pipeline.domain.events import MoneyAccepted
from pipeline.store.remittances import Status
from pipeline.workers.money_case import (
    Acted,
    CannotBe,
    Case,
    NothingChanged,
    UnknownRemittance,
    act,
    settled,
)
from pipeline.workers.office import Office

__all__ = [
    "Acted",
    "CannotBe",
    "UnknownRemittance",
    "accept",
    "assign",
    "dismiss",
    "refund",
    "reverse",
]


def assign(
    office: Office, number: int, shares: Sequence[tuple[str, int]], *, who: str, why: str
) -> Acted:
    """This money is these applications' (reference, yen). Whatever it was before is undone.

    Raises `UnknownRemittance`, `UnknownReference` and `CannotBe`.
    """

    def carry(case: Case) -> Status:
        case.must_stand(Status.OPEN)
        wanted = dict(shares)
        if not wanted or len(wanted) < len(shares) or min(wanted.values()) <= 0:
            raise CannotBe("each application once, and more than 0 yen for each")
        if sum(wanted.values()) > case.kept.line.amount:
            raise CannotBe(f"only {case.kept.line.amount} yen arrived")
        if wanted == case.shares:
            raise CannotBe("it is assigned so already: accept it as it is, or refund it")
        told = [*case.taken_back(case.shares), *case.given(wanted)]
        done = case.decide(told)
        case.credit(wanted)
        whole = sum(wanted.values()) == case.kept.line.amount
        return Status.SETTLED if whole and settled(done) else Status.OPEN

    return act(office, number, "assigned", carry, who=who, why=why)


def accept(office: Office, number: int, *, who: str, why: str) -> Acted:
    """Let it count as it is: late, short (値引き), too much, or for one without a seat.

    Where that needs a seat and none is free, nothing changes. Raises as `assign`.
    """

    def carry(case: Case) -> Status:
        case.must_stand(Status.OPEN)
        wanted = case.shares or case.meant()
        if not wanted:
            raise CannotBe("nobody knows whose it is: assign it first")
        given = [] if case.shares else case.given(wanted)
        event = MoneyAccepted(remittance=number, who=who, why=why)
        done = case.decide([*given, *(case.told(reference, event) for reference in wanted)])
        accepted = [one for one in done if isinstance(one.happened, MoneyAccepted)]
        if any(one.decision.reason in NOTHING_CHANGED for one in accepted):
            raise NothingChanged(done)
        if given:
            case.credit(wanted)
        case.answers_itself = True
        return Status.SETTLED

    return act(office, number, "accepted", carry, who=who, why=why)


def refund(office: Office, number: int, *, who: str, why: str, amount: int | None = None) -> Acted:
    """It goes back to whoever sent it, all of it or `amount` yen; nobody has it any more.

    Of what was too much, or came twice, only what no seat needs goes back unless `amount` says so.
    The transfer itself is the office's. Raises as `assign`.
    """

    def carry(case: Case) -> Status:
        case.must_stand(Status.OPEN, Status.SETTLED)
        yen = amount if amount is not None else case.not_needed()
        if not 0 < yen <= case.kept.line.amount:
            raise CannotBe(f"{yen} yen cannot go back: {case.kept.line.amount} yen arrived")
        left = case.kept.line.amount - yen
        if left and len(case.shares) > 1:
            raise CannotBe("it is several applications': reverse and assign it first")
        kept = dict.fromkeys(case.shares, left) if left else {}
        gone = {ref: had - kept.get(ref, 0) for ref, had in case.shares.items()}
        case.decide(case.taken_back({ref: some for ref, some in gone.items() if some > 0}))
        case.credit(kept)
        case.why = f"{why} ({yen} yen)"
        return Status.REFUNDED if not kept else Status.SETTLED

    return act(office, number, "refunded", carry, who=who, why=why)


def dismiss(office: Office, number: int, *, who: str, why: str) -> Acted:
    """It is not ours: nobody is credited with it, and nobody is asked again. Raises as `assign`."""

    def carry(case: Case) -> Status:
        case.must_stand(Status.OPEN, income=False)
        case.decide(case.taken_back(case.shares))
        case.credit({})
        return Status.DISMISSED

    return act(office, number, "dismissed", carry, who=who, why=why)


def reverse(office: Office, number: int, *, who: str, why: str) -> Acted:
    """Undo what was done with it: it is open again and nobody's, and a person is asked.

    Raises as `assign`.
    """

    def carry(case: Case) -> Status:
        if case.kept.status is Status.EXPECTED:
            raise CannotBe("it was only announced: there is nothing to undo")
        if case.kept.status is Status.OPEN and not case.shares:
            raise CannotBe("it is open and nobody's already")
        case.decide(case.taken_back(case.shares))
        case.credit({})
        return Status.OPEN

    return act(office, number, "reversed", carry, who=who, why=why)
