"""A season at random, held against the promises.

The machine plays the world; `season` plays the door and the store, and judges every decision.  A
longer search: `UKETSUKE_EXAMPLES=5000 pytest tests/domain/test_promises.py`.
"""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from pipeline.domain import events
from pipeline.domain.application import CLOSED, HAS_PAID, Participant, State
from pipeline.domain.decision import (
    CONFIRM_END,
    EXPIRY,
    LAPSE,
    LIST_END,
)
from pipeline.domain.events import Event
from tests.domain.build import COLLEAGUE, CONTACT, STRANGER, day, people, person, problem
from tests.domain.season import CAPACITY, RULES, TO_BE_CONFIRMED, Season

EXAMPLES = os.environ.get("UKETSUKE_EXAMPLES")
_WHO: dict[str, Any] = {"who": "suzuki", "why": "telephone"}
_OWN_MOMENTS = {
    State.UNCONFIRMED: CONFIRM_END,
    State.INCOMPLETE: LAPSE,
    State.AWAITING_PAYMENT: EXPIRY,
    State.WAITLISTED: LIST_END,
}


# ---------------------------------------------------------------- what may happen

_FORMS: st.SearchStrategy[tuple[Participant, ...]] = st.sampled_from(
    [
        *[people(1)] * 6,
        *[people(2)] * 2,
        people(3),
        (),
        (person(phone=None),),
        (person(email="hanako@elsewhere.example.com"),),
        (person(category="other"),),
        (replace(person(2, email=COLLEAGUE), number=1),),
        (person(1), person(2, phone=None)),
        (Participant(1, phone="042-000-0000"),),
    ]
)
_SENDERS = st.sampled_from([CONTACT, CONTACT, CONTACT, COLLEAGUE, STRANGER])
_WISHES = st.sampled_from([(), (), ("question",), ("invoice_request", "payment_report")])
_NUMBERS = st.sampled_from([(), (), (1,), (2,), (1, 2), (9,)])
_OTHER_MAIL = st.sampled_from(
    [
        (events.AccessRequested, {}),
        (events.PaymentReported, {}),
        (events.DocumentRequested, {"document": "invoice"}),
        (events.DocumentRequested, {"document": "receipt"}),
        (events.ChangeRequested, {}),
        (events.QuestionAsked, {}),
        (events.Acknowledged, {}),
        (events.Disowned, {"answers_ours": True}),
        (events.Unanswerable, {"kind": "auto_reply"}),
        (events.Bounced, {"address": CONTACT, "permanent": True}),
        (events.Bounced, {"address": COLLEAGUE, "permanent": True}),
        (events.Bounced, {"address": CONTACT, "permanent": False}),
    ]
)
_ACTS = st.sampled_from(
    [
        events.Held(**_WHO),
        events.Released(**_WHO),
        events.Accepted(**_WHO),
        events.Resent(**_WHO),
        events.Resent(**_WHO, to=COLLEAGUE),
        events.WithdrawnByOperator(**_WHO),
        events.WithdrawnByOperator(**_WHO, participants=(2,)),
        events.Extended(**_WHO, until=date(2026, 3, 31)),
        events.Extended(**_WHO, until=date(2026, 2, 10)),
        events.MoneyAccepted(**_WHO),
    ]
)
_STRAY = st.sampled_from(
    [
        events.ConfirmationDue(),
        events.ConfirmationLapsed(),
        events.ConfirmationLapsed(told_at=day(2, 16)),
        events.CorrectionLapsed(),
        events.CorrectionLapsed(told_at=day(2, 16)),
        events.PaymentLapsed(),
        events.PaymentLapsed(told_at=day(3, 12)),
        events.WaitlistEnded(),
        events.AccessDue(generation=2),
        events.SeatBecameFree(),
        events.ReminderDue(kind="last_day", number=1, due_at=day(3, 12)),
        events.ReminderDue(kind="nothing", number=7, due_at=day(3, 12)),
        events.LetterFailed(recipient=CONTACT, letter="received", diagnosis="550"),
    ]
)


class AnySeason(RuleBasedStateMachine):
    """Mails, money, operators and time, in any order."""

    season_rules = RULES

    def __init__(self) -> None:
        super().__init__()
        self.season = Season(now=day(2, 1), rules=self.season_rules)
        self.serial = 0
        self.told: list[tuple[str, str | None, Event]] = []

    @initialize(
        start=st.sampled_from([day(2, 3), day(2, 3), day(2, 1), day(2, 25), day(3, 6), day(3, 12)]),
        forms=st.lists(_FORMS, max_size=4),
    )
    def begin(self, start: datetime, forms: list[Any]) -> None:
        self.season.now = start
        for form in forms:
            self._tell(None, self._mail(events.Applied, CONTACT, participants=form))

    def _tell(self, target: str | None, event: Event) -> None:
        self.serial += 1
        cause = f"test:{self.serial}"
        self.told.append((cause, target, event))
        self.season.apply(cause, target, event)

    def _somebody(self, pick: int, *states: State) -> str | None:
        """One of those in these states if there are any, else mostly one that is still open."""
        known = self.season.applications
        fitting = [ref for ref, a in known.items() if a.state in states]
        if not fitting and pick:
            fitting = [ref for ref, a in known.items() if not a.closed]
        fitting = fitting or list(known)
        return fitting[pick % len(fitting)] if fitting else None

    def _until(self, when: datetime) -> None:
        self.season.now = max(self.season.now, when)
        self.season.remind()
        self.season.open_access()

    def _mail(self, kind: Any, sender: str, /, **said: Any) -> Any:
        late = self.season.now - timedelta(minutes=said.pop("minutes", 0))
        return kind(arrived_at=late, sender=sender, sender_name="町田", **said)

    @rule(
        form=_FORMS,
        sender=_SENDERS,
        wishes=_WISHES,
        unsure=st.booleans(),
        before=st.sampled_from([0, 0, 0, 3]),
        minutes=st.sampled_from([0, 0, 30, 3000]),
        later=st.booleans(),
    )
    def somebody_applies(
        self,
        form: Any,
        sender: str,
        wishes: Any,
        unsure: bool,
        before: int,
        minutes: int,
        later: bool,
    ) -> None:
        mail = self._mail(
            events.Applied,
            sender,
            participants=form,
            also=wishes,
            needs_review="unsure" if unsure and before else None,
            seats_of_sender=before,
            problems=(problem(1, "email", "unclear"),) if unsure else (),
            minutes=minutes,
            ask_later=later,
        )
        self._tell(None, mail)

    @precondition(lambda self: self.season.applications)
    @rule(form=_FORMS, sender=_SENDERS, pick=st.integers(0, 9), sure=st.booleans())
    def a_further_form_comes(self, form: Any, sender: str, pick: int, sure: bool) -> None:
        mail = self._mail(events.Applied, sender, participants=form, authenticated=sure)
        self._tell(self._somebody(pick), mail)

    @precondition(lambda self: self.season.applications)
    @rule(
        form=st.sampled_from([(), (), people(1), people(2)]),
        sender=_SENDERS,
        wishes=_WISHES,
        before=st.sampled_from([0, 0, 3]),
        minutes=st.sampled_from([0, 0, 3000]),
        pick=st.integers(0, 9),
    )
    def somebody_answers_our_letter(
        self, form: Any, sender: str, wishes: Any, before: int, minutes: int, pick: int
    ) -> None:
        mail = self._mail(
            events.Confirmed,
            sender,
            participants=form,
            also=wishes,
            seats_of_sender=before,
            answers_ours=True,
            unclear=not wishes,
            minutes=minutes,
        )
        self._tell(self._somebody(pick, State.UNCONFIRMED), mail)

    @precondition(lambda self: self.season.applications)
    @rule(
        sender=_SENDERS,
        numbers=_NUMBERS,
        confirmed=st.booleans(),
        sure=st.booleans(),
        pick=st.integers(0, 9),
    )
    def somebody_wants_out(
        self, sender: str, numbers: Any, confirmed: bool, sure: bool, pick: int
    ) -> None:
        mail = self._mail(
            events.WithdrawalRequested,
            sender,
            participants=numbers,
            confirmed=confirmed,
            authenticated=sure,
        )
        self._tell(self._somebody(pick), mail)

    @precondition(lambda self: self.season.applications)
    @rule(mail=_OTHER_MAIL, sender=_SENDERS, wishes=_WISHES, pick=st.integers(0, 9))
    def another_mail_comes(self, mail: Any, sender: str, wishes: Any, pick: int) -> None:
        kind, said = mail
        target = None if pick == 1 else self._somebody(pick)
        self._tell(target, self._mail(kind, sender, also=wishes, **said))

    @precondition(lambda self: self.season.applications)
    @rule(
        amount=st.sampled_from([1000, 1000, 2000, 3000, 500, 10]),
        days_ago=st.integers(0, 12),
        pick=st.integers(0, 9),
    )
    def money_arrives(self, amount: int, days_ago: int, pick: int) -> None:
        value_date = self.season.now.date() - timedelta(days=days_ago)
        event = events.MoneyArrived(amount=amount, value_date=value_date, who="bank")
        self._tell(self._somebody(pick), event)

    @precondition(lambda self: self.season.applications)
    @rule(pick=st.integers(0, 9), days_ago=st.integers(0, 3))
    def what_is_owed_arrives(self, pick: int, days_ago: int) -> None:
        reference = self._somebody(pick, State.AWAITING_PAYMENT)
        assert reference is not None
        owed = self.season.applications[reference].seats * RULES.payment.fee
        value_date = self.season.now.date() - timedelta(days=days_ago)
        self._tell(reference, events.MoneyArrived(amount=owed, value_date=value_date))

    @precondition(lambda self: any(self.season.money.values()))
    @rule(
        part=st.sampled_from([1, 1, 2]),
        left=st.integers(0, 2),
        by_hand=st.booleans(),
        pick=st.integers(0, 9),
    )
    def money_is_taken_back(self, part: int, left: int, by_hand: bool, pick: int) -> None:
        having = sorted(ref for ref, yen in self.season.money.items() if yen)
        reference = having[pick % len(having)]
        amount = max(1, self.season.money[reference] // part)
        event = events.MoneyReversed(
            amount=amount, access_left=left, who="suzuki" if by_hand else "bank"
        )
        self._tell(reference, event)

    @precondition(lambda self: any(self.season.money.values()))
    @rule(pick=st.integers(0, 9))
    def money_is_accepted_as_it_is(self, pick: int) -> None:
        having = sorted(ref for ref, yen in self.season.money.items() if yen)
        self._tell(having[pick % len(having)], events.MoneyAccepted(**_WHO))

    @precondition(lambda self: self.season.applications)
    @rule(pick=st.integers(0, 9), announced=st.booleans())
    def money_is_announced_or_too_much(self, pick: int, announced: bool) -> None:
        today = self.season.now.date()
        undecided = events.MoneyUndecided(amount=9000, value_date=today)
        expected = events.PaymentExpected(amount=1000, channel="convenience_store")
        self._tell(self._somebody(pick), expected if announced else undecided)

    @precondition(lambda self: self.season.applications)
    @rule(act=_ACTS, pick=st.integers(0, 9))
    def an_operator_acts(self, act: Event, pick: int) -> None:
        self._tell(self._somebody(pick), act)

    @precondition(lambda self: self.season.applications)
    @rule(pick=st.integers(0, 9))
    def an_expiry_is_tried_at_any_time(self, pick: int) -> None:
        # Money that waits for a person keeps a seat, whatever else is true.
        reference = self._somebody(pick, State.AWAITING_PAYMENT)
        before = self.season.applications[reference or ""]
        self._tell(reference, events.PaymentLapsed(money_open=pick > 6))
        if pick > 6:
            assert self.season.applications[before.reference].seats_held == before.seats_held

    @precondition(lambda self: self.season.applications)
    @rule(event=_STRAY, pick=st.integers(0, 9))
    def something_happens_that_nobody_planned(self, event: Event, pick: int) -> None:
        self._tell(None if pick == 1 else self._somebody(pick), event)

    @rule(hours=st.sampled_from([1, 9, 24, 72, 170]))
    def time_passes(self, hours: int) -> None:
        self._until(self.season.now + timedelta(hours=hours))

    @rule(when=st.sampled_from([RULES.opens_at, RULES.access_opens_at, RULES.closes_at]))
    def a_date_of_the_rules_comes(self, when: datetime) -> None:
        self._until(when)

    @rule(back=st.sampled_from([0, 0, 1, 3]))
    def the_bank_speaks(self, back: int) -> None:
        through = self.season.now.date() - timedelta(days=back)
        self.season.covered = max(self.season.covered or through, through)
        self.season.remind()

    @precondition(lambda self: self.season.taken() == CAPACITY)
    @rule(end=st.sampled_from([events.Declined, events.Cancelled]), pick=st.integers(0, 9))
    def a_person_ends_one(self, end: Any, pick: int) -> None:
        self._tell(self._somebody(pick), end(**_WHO))

    @precondition(lambda self: any(a.closed for a in self.season.applications.values()))
    @rule(days_ago=st.integers(0, 9), pick=st.integers(0, 9), by_hand=st.booleans())
    def a_closed_one_comes_back(self, days_ago: int, pick: int, by_hand: bool) -> None:
        reference = self._somebody(pick, *CLOSED)
        value_date = self.season.now.date() - timedelta(days=days_ago)
        paid = events.MoneyArrived(amount=3000, value_date=value_date)
        self._tell(reference, events.Accepted(**_WHO) if by_hand else paid)

    @precondition(lambda self: self.season.applications)
    @rule(act=st.sampled_from([events.Accepted(**_WHO), events.Released(**_WHO)]))
    def a_person_looks_at_what_is_held(self, act: Event) -> None:
        held = sorted(r for r, a in self.season.applications.items() if a.held is not None)
        if held:
            self._tell(held[0], act)

    @rule(new=st.booleans())
    def the_secrets_come_or_change(self, new: bool) -> None:
        self.season.generation += self.season.access_ready and new
        self.season.access_ready = True
        self.season.open_access()

    @precondition(lambda self: self.told)
    @rule(pick=st.integers(0, 99))
    def the_same_cause_comes_again(self, pick: int) -> None:
        before = dict(self.season.applications)
        self.season.apply(*self.told[pick % len(self.told)])

        assert self.season.applications == before

    # ------------------------------------------------------------ what is always true

    @invariant()
    def never_one_seat_too_many(self) -> None:
        assert self.season.taken() <= CAPACITY

    @invariant()
    def paid_means_that_the_money_is_here(self) -> None:
        for reference, a in self.season.applications.items():
            assert a.credited == self.season.money[reference]
            assert a.credited >= 0
            assert a.discount == self.season.let_go[reference]
            if a.state in HAS_PAID:
                assert a.credited + a.discount >= a.seats * RULES.payment.fee

    @invariant()
    def nobody_is_forgotten(self) -> None:
        """Who is open, unpaid and not held has a deadline ahead; only part of the money excuses."""
        for reference, a in self.season.applications.items():
            own = _OWN_MOMENTS.get(a.state)
            if own is None or a.held is not None or a.credited:
                continue
            ahead = {kind: n for kind, n in self.season.planned[reference] if kind == own}
            assert ahead, f"{a.state} without a deadline"
            assert (reference, own, ahead[own]) not in self.season.fired

    @invariant()
    def what_is_incomplete_and_not_held_lacks_something(self) -> None:
        for a in self.season.applications.values():
            if a.state is State.INCOMPLETE and a.held is None:
                assert a.problems


AnySeason.TestCase.settings = settings(
    max_examples=int(EXAMPLES or 150),
    stateful_step_count=60,
    derandomize=EXAMPLES is None,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
TestAnySeason = AnySeason.TestCase


class SeasonToBeConfirmed(AnySeason):
    """The same, where a first mail that nothing proves must be confirmed by another one."""

    season_rules = TO_BE_CONFIRMED


SeasonToBeConfirmed.TestCase.settings = AnySeason.TestCase.settings
TestSeasonToBeConfirmed = SeasonToBeConfirmed.TestCase
