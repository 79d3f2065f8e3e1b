"""Withdrawals: who may give up whose seat, and when it is carried out.

Law of this file: a seat is given up only by the contact, or by a participant for themselves, and
only when we can be sure of it: an authenticated mail before payment, else the words that our
letter asked for, in an answer to a letter of ours.  After payment it is said first what it means,
and done when that is confirmed.  Words that anybody could have sent confirm nothing.
"""

from __future__ import annotations

from dataclasses import replace

from pipeline.domain.application import HAS_PAID, Application, State
from pipeline.domain.decision import (
    OUR_HOLDS,
    Decision,
    Letter,
    LetterName,
    Reason,
    Task,
    TaskKind,
)
from pipeline.domain.events import WithdrawalRequested
from pipeline.domain.moment import (
    SEAT_FREED,
    Moment,
    instructions,
    is_over,
    to_a_person,
    to_contact,
    told_it_is_over,
    unchanged,
)
from pipeline.domain.registration import accept
from pipeline.domain.settlement import settle_if_covered


def ask_to_withdraw(application: Application, event: WithdrawalRequested, at: Moment) -> Decision:
    """A wish to withdraw before payment: carried out when we can be sure of it."""
    whom = _whom(application, event)
    if whom is None or _forged(application, event):
        return _weighed_by_a_person(application, event, at, whom)
    sure = _confirmed(application, event, whom)
    if sure is None and event.authenticated and (whom or application.seats == 1):
        # A group's mail that names nobody may mean one of them: that is asked first.
        sure = whom
    if sure is not None:
        return withdraw(application, sure, at, answer=True)
    letter = LetterName.WITHDRAWAL_CONFIRM
    return _asked(application, whom, letter, Reason.WITHDRAWAL_UNAUTHENTICATED)


def ask_to_withdraw_paid(
    application: Application, event: WithdrawalRequested, at: Moment
) -> Decision:
    """After payment: told first that nothing is refunded, carried out when confirmed."""
    if is_over(event, at):
        return told_it_is_over(application, event, Reason.EVENT_OVER)
    whom = _whom(application, event)
    if whom is None or _forged(application, event):
        return _weighed_by_a_person(application, event, at, whom)
    sure = _confirmed(application, event, whom)
    if sure is not None:
        return withdraw(application, sure, at, answer=True)
    refundable = at.rules.payment.refundable
    letter = LetterName.WITHDRAWAL_CONFIRM if refundable else LetterName.NO_REFUND
    return _asked(application, whom, letter, Reason.WITHDRAWAL_EXPLAINED)


def _whom(application: Application, event: WithdrawalRequested) -> tuple[int, ...] | None:
    """Numbers of those whom the sender wants to withdraw; empty for everybody.

    None when the sender may not speak for them, when nobody of that number is left, and when
    it is not clear which of several people are meant.
    """
    if event.unsure:
        return None
    active = {p.number for p in application.active}
    named = tuple(n for n in event.participants if n in active)
    if event.participants and not named:
        return None
    sender = event.sender.lower()
    if sender == application.contact_address.lower():
        return named
    own = tuple(p.number for p in application.active if (p.email or "").lower() == sender)
    meant = named or own
    return meant if own and set(meant) <= set(own) else None


def _forged(application: Application, event: WithdrawalRequested) -> bool:
    """Whether the words that our letter asked for come from where anybody could have sent them."""
    return event.confirmed and application.withdrawal_asked and not event.proven


def _confirmed(
    application: Application, event: WithdrawalRequested, whom: tuple[int, ...]
) -> tuple[int, ...] | None:
    """Whose withdrawal is confirmed: never more people than our letter spoke of."""
    if not event.confirmed or not application.withdrawal_asked:
        return None
    spoken_of = application.withdrawal_of
    if not spoken_of or not whom:
        return whom or spoken_of
    return whom if set(whom) <= set(spoken_of) else None


def _asked(
    application: Application, whom: tuple[int, ...], letter: LetterName, reason: Reason
) -> Decision:
    asked = application.but(withdrawal_asked=True, withdrawal_of=whom)
    return Decision(reason, asked, (to_contact(letter, asked, answer=True),))


def _weighed_by_a_person(
    application: Application,
    event: WithdrawalRequested,
    at: Moment,
    whom: tuple[int, ...] | None,
) -> Decision:
    if event.unsure:
        detail = "a withdrawal of some of several people, and not clear of whom"
    elif whom is not None:
        detail = "a withdrawal confirmed in a mail that answers no letter of ours"
    else:
        detail = "a withdrawal by somebody who may not speak for those it names"
    return to_a_person(application, event, at, TaskKind.CHANGE, detail)


# ---------------------------------------------------------------- carried out


def withdraw(
    application: Application, numbers: tuple[int, ...], at: Moment, *, answer: bool
) -> Decision:
    """Withdraw some participants, or all of them; the seats are free at once."""
    leaving = tuple(p for p in application.active if not numbers or p.number in numbers)
    if numbers and not leaving:
        return unchanged(application, Reason.NOT_EXPECTED, "nobody of these numbers is left")
    gone = {p.number for p in leaving}
    left = application.but(
        withdrawal_asked=False,
        withdrawal_of=(),
        participants=tuple(
            replace(p, withdrawn=p.withdrawn or p.number in gone) for p in application.participants
        ),
        problems=tuple(p for p in application.problems if p.participant not in gone),
    )
    if not left.active:
        return _withdraw_all(application, left, at, answer=answer)
    names = "、".join(p.name or "" for p in leaving)
    letter = to_contact(LetterName.WITHDRAWN, left, answer=answer, names=names)
    return _go_on(left, letter, at)


def _withdraw_all(
    application: Application, left: Application, at: Moment, *, answer: bool
) -> Decision:
    # Whatever we held it for has no object any more; what an operator holds stays held.
    held = None if application.held in OUR_HOLDS else application.held
    gone = left.but(state=State.WITHDRAWN, closed_reason=Reason.WITHDRAWN.value, held=held)
    letter = to_contact(LetterName.WITHDRAWN, gone, answer=answer)
    owed_back = application.state not in HAS_PAID or at.rules.payment.refundable
    tasks: tuple[Task, ...] = ()
    if gone.credited and owed_back:
        tasks = (Task(TaskKind.MONEY, f"withdrawn with {gone.credited} yen here"),)
    return Decision(Reason.WITHDRAWN, gone, (letter,), tasks=tasks, follow_ups=SEAT_FREED)


def _go_on(left: Application, letter: Letter, at: Moment) -> Decision:
    """Those who stay go on: complete, paid, or told what is owed now."""
    reason = Reason.PARTICIPANT_WITHDRAWN
    further: Decision | None = None
    complete = left.state is State.INCOMPLETE and not left.problems and left.held is None
    if complete and at.after_closing and left.pay_by is None:
        held = left.but(held=Reason.HANDLED_AFTER_CLOSING.value)
        task = Task(TaskKind.REVIEW, "complete after closing, without who withdrew: accept?")
        further = Decision(reason, held, tasks=(task,))
    elif complete:
        further = accept(left, at, reason, answer=letter.answer)
    elif left.state is State.AWAITING_PAYMENT:
        further = settle_if_covered(left, at, reason, answer=letter.answer)
        further = further or Decision(reason, left, (instructions(left, at, answer=letter.answer),))
    if further is None:
        return Decision(reason, left, (letter,), follow_ups=SEAT_FREED)
    return replace(further, letters=(letter, *further.letters), follow_ups=SEAT_FREED)
