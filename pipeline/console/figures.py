"""Gathers what `health` judges: the store's figures, the clock, and which secrets are there.

Law of this file: it asks and counts; it judges nothing, and it never holds a secret's value.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, time, timedelta

from sqlalchemy.engine import Connection

from pipeline.clock import Clock, RealClock, Setting, machine_now
from pipeline.config import Config
from pipeline.console.health import EventFigures, Figures, Poll, Trouble
from pipeline.console.printing import when
from pipeline.domain import settlement
from pipeline.domain.rules import Rules
from pipeline.store import remittances, settings, status, tasks
from pipeline.store.remittances import Status
from pipeline.workers import covering
from pipeline.workers.office import Office, Served
from pipeline.workers.statements import own_account


def mailboxes(config: Config) -> list[str]:
    """The accounts that a daemon of this configuration reads, as its polls are noted under."""
    if config.sandbox:
        return [f"sandbox/{slug}" for slug in config.events]
    boxes = (config.mailbox(slug) for slug in config.events)
    return sorted({f"{box.user}@{box.host}" for box in boxes if box is not None})


def figures(office: Office, accounts: Iterable[str] = ()) -> Figures:
    """The whole office now. `accounts`: the mailboxes that are read."""
    now = office.clock.now()
    machine = machine_now()
    with office.database.read() as connection:
        found = status.of_office(connection, now)
        clock = settings.clock(connection)
        return Figures(
            now=now,
            clock=_clock(office.clock, clock),
            speed=clock.speed if clock else 1.0,
            sending_stopped=found.sending_stopped,
            unhandled=found.inbox.get("new", 0),
            oldest_unhandled=_since(found.oldest_new, now),
            shunted=found.inbox.get("shunted", 0),
            outbox=dict(found.outbox),
            late=found.late,
            oldest_late=_since(found.oldest_late, now),
            kept_back=found.kept_back,
            read_only=office.database.read_only,
            daemon=_since(max(found.beats.values(), default=None), machine),
            polls=tuple(Poll(one, _since(found.polls.get(one), machine)) for one in accounts),
            troubles=tuple(
                Trouble(one.worker, max(timedelta(0), machine - one.since), one.text, one.refused)
                for one in found.ailing
            ),
            events=tuple(_event(connection, office, one, now) for one in office.events.values()),
        )


def _clock(clock: Clock, setting: Setting | None) -> str:
    if isinstance(clock, RealClock):
        return "real"
    if setting is None or not setting.speed:
        return "rehearsal, standing still"
    return f"rehearsal from {when(setting.rehearsed_from)}, {setting.speed:g} times as fast"


def _since(start: datetime | None, now: datetime) -> timedelta | None:
    return None if start is None else max(timedelta(0), now - start)


def _event(connection: Connection, office: Office, served: Served, now: datetime) -> EventFigures:
    rules, access = served.rules, served.access()
    coverage = covering.covered(connection, str(own_account(office)), served)
    waiting = remittances.listing(connection, statuses=[Status.OPEN], event=served.slug)
    found = status.of_event(connection, served.slug, now)
    return EventFigures(
        slug=served.slug,
        title=rules.event.short_title,
        capacity=rules.event.capacity,
        taken=found.taken,
        waiting=found.waiting,
        states=dict(found.states),
        held=found.held,
        unasked=found.unasked,
        open_tasks=found.open_tasks,
        oldest_task=_since(found.oldest_task, now),
        covered_through=found.covered_through,
        gaps=tuple((gap.first, gap.last) for gap in coverage.gaps),
        money_open=len(waiting),
        asked_today=_asked_today(connection, served, now),
        unsettled=found.unsettled if _bank_is_silent(found, rules, now) else 0,
        settles_on=settlement.settled_on(rules.closes_at, rules),
        access_opens_at=found.access_postponed_to or rules.access_opens_at,
        access_ends_at=rules.access_ends_at,
        live_starts_at=rules.live_starts_at,
        access_missing=tuple(name for name in ("id", "password") if name not in access.values),
        access_trouble=access.trouble,
        zoom_missing=not access.zoom_ready,
        waiting_for_access=found.waiting_for_access,
    )


def _asked_today(connection: Connection, served: Served, now: datetime) -> int:
    """Tasks of the live day, on that day: who asks then has no time to wait."""
    rules = served.rules
    if rules.local(now).date() != rules.event.live.on:
        return 0
    midnight = rules.moment(rules.event.live.on, time(0))
    return sum(one.opened_at >= midnight for one in tasks.listing(connection, served.slug))


def _bank_is_silent(found: status.OfEvent, rules: Rules, now: datetime) -> bool:
    """Whether some `pay_by` that is over may not be settled by the bank's word yet."""
    covered = found.covered_through
    return covered is None or settlement.expirable_before(covered, rules) < now
