"""What is due, brought to the door: reminders, questions, lapses, expiry, the list's end, access.

Law of this file: what is due is asked of the store with `clock.now()`, and what it says is decided
when it has come.  After an outage one reminder leaves, never a pile.  Nothing that waits for the
bank's word is asked about before that word is there, nobody is told that it is over before all
mail that came in time is decided, or where we told them of it late (`domain.told_late`), whoever
may own money that waits for a person neither expires nor is reminded, and what we would send of our
own accord is not even decided in the quiet hours, so that it is true when it is read.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import groupby

from pipeline.clock import machine_now
from pipeline.domain import calendar, registration, reminding, settlement
from pipeline.domain.application import State
from pipeline.domain.decision import CONFIRM_ASK, CONFIRM_END, EXPIRY, LAPSE, LIST_END, Reason
from pipeline.domain.events import (
    AccessDue,
    ConfirmationDue,
    ConfirmationLapsed,
    CorrectionLapsed,
    Deadline,
    Event,
    PaymentLapsed,
    ReminderDue,
    SeatBecameFree,
    WaitlistEnded,
)
from pipeline.domain.moment import Moment
from pipeline.domain.rules import Gate
from pipeline.domain.told_late import TELLING
from pipeline.store import applications, inbox, reminders, remittances, settings, told
from pipeline.store.database import Conflict
from pipeline.store.reminders import Due
from pipeline.store.unit import Unit
from pipeline.workers import asking, door
from pipeline.workers.door import Done
from pipeline.workers.office import Office, Served

BATCH = 200
HEARD_WITHIN = timedelta(minutes=10)
"""A mailbox that was last read longer ago may hold mail that came in time; a quiet one is looked
into every minute."""
_NOT_AT_ALL = timedelta()


def remind_next(office: Office) -> bool:
    """One run over all events. False when nothing was due."""
    ran = [_run(office, served) for served in office.events.values()]
    if any(ran):
        office.send_bell.ring()
    return any(ran)


def _run(office: Office, served: Served) -> bool:
    now = office.clock.now()
    if calendar.next_waking(now, served.rules.reminders.quiet, served.rules.zone) > now:
        return False
    if not _anything_due(office, served, now):
        return False
    try:
        with office.database.write(served.lock) as connection:
            unit = Unit(connection, office.standings(), office.random)
            run = _Run(office, unit, served, now)
            done = [*run.reminders(), *run.questions(), *run.access(), *run.offers()]
            unit.flush()
    except Conflict:
        return True  # somebody else wrote first; the next run sees what is true then
    door.tell(done)
    return bool(done)


def _anything_due(office: Office, served: Served, now: datetime) -> bool:
    """A look without the writers' lock, because most runs find nothing."""
    with office.database.read() as connection:
        run = _Run(office, Unit(connection, office.standings(), office.random), served, now)
        return bool(
            run.due() or run.to_be_asked() or run.waiting_for_access() or run.next_in_line()
        )


class _Run:
    """One run over one event, inside one transaction."""

    def __init__(self, office: Office, unit: Unit, served: Served, now: datetime) -> None:
        self._office = office
        self._unit = unit
        self._served = served
        self._now = now
        self._roster = unit.roster(served.slug)

    # ------------------------------------------------------------ reminders and deadlines

    def due(self) -> list[Due]:
        """What is due and waits for nothing else."""
        covered = self._roster.covered_through
        rules = self._served.rules
        return reminders.due(
            self._unit.connection,
            self._served.slug,
            self._now,
            BATCH,
            settled_before=settlement.expirable_before(covered, rules) if covered else None,
            heard_until=self._heard_until(),
            skip=self._gated(),
        )

    def _heard_until(self) -> datetime | None:
        """All mail that came before this instant is decided; None while a mailbox is not read.

        So nobody who wrote in time is told after an outage that it is over.
        """
        connection, accounts = self._unit.connection, self._office.accounts
        polls = settings.last_polls(connection) if accounts else {}
        if not polls.keys() >= set(accounts):
            return None
        silent = max((machine_now() - polls[one] for one in accounts), default=_NOT_AT_ALL)
        if silent > HEARD_WITHIN:
            return None
        # By a clock that runs faster than the machine's this is later than it was: a rehearsal.
        heard = self._now - max(silent, _NOT_AT_ALL)
        return min(heard, inbox.oldest_waiting(connection) or heard)

    def _gated(self) -> list[tuple[str, int]]:
        if self._served.access().zoom_ready:
            return []
        rules = self._served.rules.reminders.reminder
        return [(r.kind, r.number) for r in rules if r.gate is Gate.ZOOM_LINK]

    def reminders(self) -> list[Done]:
        """Each application's due occasions, the superseded ones said to be so."""
        due = self.due()
        self._unit.expect(
            self._served.slug,
            causes=[_cause(one) for one in due],
            references=[one.reference for one in due],
        )
        in_question = remittances.in_question(self._unit.connection) if due else frozenset()
        done: list[Done] = []
        for reference, group in groupby(due, key=lambda one: one.reference):
            done += self._one_application(list(group), money_open=reference in in_question)
        return done

    def _one_application(self, due: list[Due], *, money_open: bool) -> list[Done]:
        occasions = tuple((one.kind, one.number, one.due_at) for one in due)
        replaced = reminding.superseded(occasions, self._served.rules)
        done: list[Done] = []
        for one in due:
            superseded = (one.kind, one.number) in replaced
            event = _event(one, superseded=superseded, money_open=money_open)
            told_at = self._told_late(one.reference)
            if isinstance(event, Deadline):
                event = replace(event, told_at=told_at)
            elif isinstance(event, ReminderDue):
                event = replace(event, untold=told_at == self._now)
            decided = self._apply(_cause(one), one.reference, event)
            self._supersede(decided)
            done += decided
            reminders.fire(self._unit.connection, one.reference, one.kind, one.number, at=self._now)
        return done

    def _told_late(self, reference: str) -> datetime | None:
        """When the letter that told of this deadline left, if that was late."""
        application = self._unit.application(reference)
        letters = TELLING.get(application.state) if application is not None else None
        if application is None or letters is None:
            return None
        since = application.instructed_at if application.state is State.AWAITING_PAYMENT else None
        return told.late(self._unit.connection, reference, letters, since=since, now=self._now)

    def _supersede(self, decided: list[Done]) -> None:
        """A letter with a new day takes the place of one that has not left."""
        for one in decided:
            after = one.decision.application
            if one.decision.reason is Reason.ASKED_ANEW and after is not None:
                letters = TELLING[after.state]
                told.supersede(self._unit.connection, after.reference, letters, at=self._now)

    # ------------------------------------------------------------ confirmation by mail

    def to_be_asked(self) -> list[str]:
        """References that waited for their turn to be asked for a confirmation."""
        return asking.next_ones(self._unit, self._served, self._now, BATCH)

    def questions(self) -> list[Done]:
        """The letter that asks, to those whose turn it is."""
        causes = {one: f"reminder:{one}.{CONFIRM_ASK}.0" for one in self.to_be_asked()}
        self._unit.expect(self._served.slug, causes=causes.values(), references=causes)
        done: list[Done] = []
        for reference, cause in causes.items():
            done += self._apply(cause, reference, ConfirmationDue())
            reminders.fire(self._unit.connection, reference, CONFIRM_ASK, 0, at=self._now)
        return done

    # ------------------------------------------------------------ access

    def waiting_for_access(self) -> list[str]:
        """References that have paid and were not sent the present ID and password."""
        if not self._roster.access_open(self._now):
            return []
        if self._now >= self._served.rules.access_ends_at:
            return []
        return applications.waiting_for_access(
            self._unit.connection, self._served.slug, self._roster.access_generation, BATCH
        )

    def access(self) -> list[Done]:
        """ID and password to everybody who has paid and does not have them."""
        generation = self._roster.access_generation
        done: list[Done] = []
        for reference in self.waiting_for_access():
            cause = f"access:{reference}.{generation}"
            done += self._apply(cause, reference, AccessDue(generation=generation))
        return done

    # ------------------------------------------------------------ free seats

    def next_in_line(self) -> str | None:
        """Who waits and fits, where seats are still offered without a person."""
        moment = Moment(self._roster, self._served.rules, self._now)
        return self._roster.next_in_line if registration.offers_open(moment) else None

    def offers(self) -> list[Done]:
        """A seat that became free without a cause of its own, such as a larger capacity."""
        reference = self.next_in_line()
        waiting = self._unit.application(reference) if reference else None
        if reference is None or waiting is None:
            return []
        return self._apply(f"seat:{reference}.{waiting.version}", reference, SeatBecameFree())

    def _apply(self, cause: str, reference: str, event: Event) -> list[Done]:
        return door.apply(
            self._office,
            self._unit,
            self._served,
            cause=cause,
            target=reference,
            event=event,
            now=self._now,
        )


def _cause(due: Due) -> str:
    return f"reminder:{due.reference}.{due.kind}.{due.number}"


def _event(due: Due, *, superseded: bool, money_open: bool) -> Event:
    if due.kind == CONFIRM_END:
        return ConfirmationLapsed()
    if due.kind == LAPSE:
        return CorrectionLapsed()
    if due.kind == EXPIRY:
        return PaymentLapsed(money_open=money_open)
    if due.kind == LIST_END:
        return WaitlistEnded()
    return ReminderDue(
        kind=due.kind,
        number=due.number,
        due_at=due.due_at,
        superseded=superseded,
        money_open=money_open,
    )
