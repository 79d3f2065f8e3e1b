"""The office, opened: the store, the clock and all events, as one value for workers and verbs.

Law of this file: whoever acts on the store comes in here, the daemon and the shortest verb alike,
so that they share its tables and its clock.  The clock's setting stands in the store.  A daemon
that ends in order freezes the rehearsal clock, so that no days pass while nobody works.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from pipeline.clock import Clock, RealClock, RehearsalClock, Setting, machine_now
from pipeline.config import Config
from pipeline.store import settings
from pipeline.store.database import Database
from pipeline.workers.office import Office, Served


@contextmanager
def opened(config: Config) -> Iterator[Office]:
    """The office of this configuration, its tables brought up to date; closed at the end."""
    database = Database(config.database_url)
    try:
        database.migrate()
        yield office_of(config, database, clock_of(config, database))
    finally:
        database.close()


def office_of(config: Config, database: Database, clock: Clock) -> Office:
    """An office on a store that is open, with a clock of the caller's."""
    events = {
        slug: Served(rules, config.library(slug), config.own(slug), config.access(slug))
        for slug, rules in config.events.items()
    }
    return Office(database, clock, events)


def clock_of(config: Config, database: Database) -> Clock:
    """The clock that stands in the store; a rehearsal that nobody has begun stands at its start."""
    if not config.clock.rehearsal:
        return RealClock()
    with database.read() as connection:
        kept = settings.clock(connection)
    return RehearsalClock(kept or Setting(config.clock.start, machine_now(), 0.0))


def start_clock(config: Config, database: Database) -> Clock:
    """Let the rehearsal clock go on from where it stands, at the configured speed."""
    clock = clock_of(config, database)
    if isinstance(clock, RealClock):
        return clock
    setting = Setting(clock.now(), machine_now(), config.clock.speed)
    with database.write() as connection:
        settings.keep_clock(connection, setting)
    return RehearsalClock(setting)


def freeze_clock(config: Config, database: Database) -> None:
    """Let the rehearsal clock stand where it is."""
    if not config.clock.rehearsal:
        return
    now = clock_of(config, database).now()
    with database.write() as connection:
        settings.keep_clock(connection, Setting(now, machine_now(), 0.0))
