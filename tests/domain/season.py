"""The door and the store of one event, as far as `decide()` can tell, and its promises."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

from pipeline.config import load_rules
from pipeline.domain import events, reminding
from pipeline.domain.application import HAS_PAID, Application, State
from pipeline.domain.decide import decide
from pipeline.domain.decision import (
    CONFIRM_ASK,
    CONFIRM_END,
    EXPIRY,
    LAPSE,
    LIST_END,
    NEXT_IN_LINE,
    SECRET_LETTERS,
    Decision,
    LetterName,
    Reason,
    Roster,
)
from pipeline.domain.events import Event, FromOutside, FromTime
from pipeline.domain.rules import Rules
from pipeline.domain.settlement import expirable_before, settled_on

CAPACITY = 4
_SHIPPED = load_rules(Path(__file__).parents[2] / "rules" / "r7-kenkyu-kyogikai")
RULES = _SHIPPED.model_copy(
    update={
        "event": _SHIPPED.event.model_copy(update={"capacity": CAPACITY}),
        "intake": _SHIPPED.intake.model_copy(update={"max_seats_per_sender": 3}),
    }
)

TO_BE_CONFIRMED = RULES.model_copy(
    update={"intake": RULES.intake.model_copy(update={"confirm_by_mail": True})}
)


@dataclass
class Season:
    """The door and the store of one event, as far as `decide()` can tell."""

    now: datetime
    rules: Rules = RULES
    applications: dict[str, Application] = field(default_factory=dict)
    causes: set[str] = field(default_factory=set)
    planned: dict[str, dict[tuple[str, int], datetime]] = field(default_factory=dict)
    fired: set[tuple[str, str, int]] = field(default_factory=set)
    money: defaultdict[str, int] = field(default_factory=lambda: defaultdict(int))
    let_go: defaultdict[str, int] = field(default_factory=lambda: defaultdict(int))
    """Yen that operators let go, by what their acts said and by nothing of the application's."""
    covered: date | None = None
    access_ready: bool = False
    generation: int = 1

    def taken(self) -> int:
        return sum(a.seats_held for a in self.applications.values())

    def roster(self) -> Roster:
        free = CAPACITY - self.taken()
        line = sorted(
            (a.arrived_at, ref)
            for ref, a in self.applications.items()
            if a.state is State.WAITLISTED and a.held is None and a.seats <= free
        )
        return Roster(
            capacity=CAPACITY,
            taken=self.taken(),
            next_in_line=line[0][1] if line else None,
            fresh_reference=str(100_000 + len(self.applications)),
            covered_through=self.covered,
            access_opens_at=self.rules.access_opens_at,
            access_ready=self.access_ready,
            access_generation=self.generation,
        )

    def apply(self, cause: str, target: str | None, event: Event) -> None:
        """The one door."""
        if cause in self.causes:
            return
        self.causes.add(cause)
        waiting: list[tuple[str | None, Event]] = [(target, event)]
        while waiting:
            reference, happened = waiting.pop(0)
            if reference == NEXT_IN_LINE:
                reference = self.roster().next_in_line
                if reference is None:
                    continue
            before = self.applications.get(reference) if reference else None
            if isinstance(happened, events.MoneyArrived) and reference:
                self.money[reference] += happened.amount
            if isinstance(happened, events.MoneyReversed) and reference:
                self.money[reference] -= happened.amount
            roster = self.roster()
            decision = decide(before, happened, roster, self.rules, self.now)
            self._keep(decision)
            self._let_go(before, happened, decision)
            self._judge(before, happened, decision)
            if before is None and decision.application and decision.application.seats_held:
                assert roster.next_in_line is None, "passed somebody who waits and would fit"
            waiting += [(f.target, f.event) for f in decision.follow_ups]

    def _let_go(self, before: Application | None, event: Event, decision: Decision) -> None:
        """Only an operator's acceptance of money lets any go; a reversal takes it back."""
        after = decision.application
        if after is None or before is None:
            return
        if isinstance(event, events.MoneyAccepted):
            assert after.discount == before.discount or before.credited > 0
            self.let_go[after.reference] = after.discount
        elif isinstance(event, events.MoneyReversed):
            assert after.discount in {0, before.discount}
            self.let_go[after.reference] = after.discount
        else:
            assert after.discount == before.discount

    def _keep(self, decision: Decision) -> None:
        after = decision.application
        if after is None:
            return
        self.applications[after.reference] = after
        keys = [(r.kind, r.number) for r in decision.reminders]
        assert len(keys) == len(set(keys))
        self.planned[after.reference] = {(r.kind, r.number): r.due_at for r in decision.reminders}

    # ------------------------------------------------------------ decision by decision

    def _judge(self, before: Application | None, event: Event, decision: Decision) -> None:
        after = decision.application
        assert after is not None or before is None
        if after is None:
            return
        if before is not None and before.closed and isinstance(event, FromOutside | FromTime):
            assert after.state is before.state
        if before is not None:
            assert after.version == before.version + 1
        refused = {address.lower() for address in after.bounced}
        for letter in decision.letters:
            assert letter.to.lower() not in refused
            if letter.name in SECRET_LETTERS:
                self._judge_secret(after, letter.to)
        if after.closed_reason == Reason.EXPIRED and not (before and before.closed):
            self._judge_expiry(after)
        if isinstance(event, events.MoneyReversed) and before is not None:
            self._judge_reversal(before, after, decision)
        if self.rules.intake.confirm_by_mail:
            self._judge_confirmation(before, event, decision)

    def _judge_secret(self, after: Application, to: str) -> None:
        owed = after.seats * self.rules.payment.fee
        assert self.money[after.reference] >= owed - self.let_go[after.reference]
        assert after.state is State.ADMITTED
        assert to in after.registered_addresses
        assert self.access_ready
        assert self.rules.access_opens_at <= self.now < self.rules.access_ends_at

    def _judge_reversal(self, before: Application, after: Application, decision: Decision) -> None:
        assert after.seats_held == before.seats_held
        assert not {letter.name for letter in decision.letters} & SECRET_LETTERS
        if after.state not in HAS_PAID:
            assert after.access_generation == 0 or before.state not in HAS_PAID

    def _judge_confirmation(
        self, before: Application | None, event: Event, decision: Decision
    ) -> None:
        """Whom nothing proves has no seat, no place in line, and hears of it once, in its turn."""
        after = decision.application
        assert after is not None
        if before is not None and before.state is not State.UNCONFIRMED:
            return
        meant = isinstance(event, events.Confirmed | events.FromOperator)
        meant = meant or (isinstance(event, events.Applied) and event.proven)
        if not meant:
            assert after.seats_held == 0
            assert after.state is not State.WAITLISTED
        asked = [x for x in decision.letters if x.name is LetterName.CONFIRM_APPLICATION]
        first = before is None or (before.never_asked and isinstance(event, events.ConfirmationDue))
        assert len(asked) <= (first or isinstance(event, events.Resent))
        if after.never_asked or after.closed_reason == Reason.NEVER_ASKED:
            assert not asked
            assert not after.closed or self.now >= self.rules.closes_at
        if after.closed_reason == Reason.NEVER_ASKED and not (before and before.closed):
            assert decision.tasks, "nobody looks at somebody who was never asked"
        if isinstance(event, events.Confirmed) and before is not None and after.seats_held:
            assert event.sender == before.contact_address
            assert event.arrived_at < self.rules.closes_at
            assert after.arrived_at == event.arrived_at

    def _judge_expiry(self, after: Application) -> None:
        assert after.pay_by is not None
        assert self.now >= after.pay_by
        assert self.covered is not None
        assert self.covered >= settled_on(after.pay_by, self.rules)
        assert after.credited == 0

    # ------------------------------------------------------------ time

    def due(self) -> list[tuple[str, str, int, datetime]]:
        settled = expirable_before(self.covered, self.rules) if self.covered else None
        return [
            (ref, kind, number, due_at)
            for ref, planned in self.planned.items()
            for (kind, number), due_at in planned.items()
            if due_at <= self.now
            and (ref, kind, number) not in self.fired
            and (kind not in {EXPIRY, LIST_END} or (settled is not None and due_at <= settled))
        ]

    def remind(self) -> None:
        """As the worker does: each application's due occasions, the superseded ones said so."""
        due = self.due()
        for reference in {ref for ref, *_ in due}:
            own = tuple((k, n, d) for ref, k, n, d in due if ref == reference)
            replaced = reminding.superseded(own, self.rules)
            for kind, number, due_at in own:
                key = (reference, kind, number)
                assert key not in self.fired
                self.fired.add(key)
                event = _moment(kind, number, due_at, superseded=(kind, number) in replaced)
                self.apply(f"reminder:{reference}.{kind}.{number}", reference, event)

    def open_access(self) -> None:
        for reference, a in list(self.applications.items()):
            if a.state in HAS_PAID and a.access_generation < self.generation:
                cause = f"access:{reference}.{self.generation}"
                if self.roster().access_open(self.now):
                    self.apply(cause, reference, events.AccessDue(generation=self.generation))


def _moment(kind: str, number: int, due_at: datetime, *, superseded: bool) -> Event:
    plain = {
        CONFIRM_ASK: events.ConfirmationDue(),
        CONFIRM_END: events.ConfirmationLapsed(),
        LAPSE: events.CorrectionLapsed(),
        EXPIRY: events.PaymentLapsed(),
        LIST_END: events.WaitlistEnded(),
    }
    again = events.ReminderDue(kind=kind, number=number, due_at=due_at, superseded=superseded)
    return plain.get(kind, again)
