"""What operators and workers set: small values by name, for one event or for the whole office.

Law of this file: a setting that changes what is decided (the bank's word, the opening of access, a
new password, the stop switch) is set with who and why, and the same transaction notes both in the
history.  What a worker notes for the others (the clock, the last good poll) is not.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from pipeline.clock import TOKYO, Setting
from pipeline.store import bank_statements, journal
from pipeline.store.schema import roster, setting
from pipeline.store.values import dump

OFFICE = ""
"""The slug of what concerns all events."""

_CLOCK = "clock"
_STOPPED = "sending_stopped"
_POLLED = "polled:"
_BEAT = "beat:"
_COVERED = "covered_through"
_POSTPONED = "access_postponed_to"
_GENERATION = "access_generation"

_PUT = sa.text(
    "INSERT INTO setting (slug, key, value, changes) VALUES (:slug, :key, :value, 1)"
    " ON CONFLICT (slug, key) DO UPDATE SET value = excluded.value, changes = setting.changes + 1"
    " RETURNING changes"
)
_OF_EVENT = sa.select(setting.c.key, setting.c.value).where(setting.c.slug == sa.bindparam("slug"))
_TAKEN = sa.select(roster.c.taken).where(roster.c.slug == sa.bindparam("slug"))


# ---------------------------------------------------------------- any setting


def get(connection: Connection, name: str, slug: str = OFFICE) -> Any:
    """The value of a setting, as JSON has it; None where it was never set."""
    text = connection.scalar(
        sa.select(setting.c.value).where(setting.c.slug == slug, setting.c.key == name)
    )
    return None if text is None else json.loads(text)


def put(connection: Connection, name: str, value: Any, slug: str = OFFICE) -> int:
    """Set it. Returns how often it has been set."""
    row = {"slug": slug, "key": name, "value": dump(value)}
    changes: int = connection.execute(_PUT, row).scalar_one()
    return changes


def _decide(
    connection: Connection,
    slug: str,
    name: str,
    value: Any,
    *,
    happened: str,
    who: str,
    why: str,
    at: datetime,
) -> None:
    changes = put(connection, name, value, slug)
    journal.note(
        connection,
        cause=f"setting:{slug}/{name}.{changes}",
        slug=slug,
        happened=happened,
        who=who,
        why=why,
        at=at,
        values={name: value},
    )


# ---------------------------------------------------------------- one event


@dataclass(frozen=True, slots=True)
class OfEvent:
    """What has been set for one event."""

    covered_through: date | None = None
    """The last day that the bank's statements cover."""
    access_postponed_to: datetime | None = None
    access_generation: int = 1


def of_event(connection: Connection, slug: str) -> OfEvent:
    """All that has been set for one event, in one query."""
    rows = connection.execute(_OF_EVENT, {"slug": slug})
    found = {name: json.loads(value) for name, value in rows}
    covered, postponed = found.get(_COVERED), found.get(_POSTPONED)
    return OfEvent(
        covered_through=date.fromisoformat(covered) if covered else None,
        access_postponed_to=_instant(postponed) if postponed else None,
        access_generation=found.get(_GENERATION, 1),
    )


def cover(
    connection: Connection, slug: str, *, through: date, who: str, why: str, at: datetime
) -> None:
    """An operator's word that everything through this day is known; it never goes back."""
    bank_statements.cover(connection, slug, through=through, who=who, why=why, at=at)
    _reach(connection, slug, through, who=who, why=why, at=at)


def reach(
    connection: Connection, slug: str, *, through: date, who: str, why: str, at: datetime
) -> bool:
    """The bank's files reach through this day. False, and nothing noted, when that was known."""
    known = of_event(connection, slug).covered_through
    if known is not None and known >= through:
        return False
    _reach(connection, slug, through, who=who, why=why, at=at)
    return True


def _reach(
    connection: Connection, slug: str, through: date, *, who: str, why: str, at: datetime
) -> None:
    known = of_event(connection, slug).covered_through
    latest = through if known is None else max(known, through)
    _decide(
        connection,
        slug,
        _COVERED,
        latest.isoformat(),
        happened="PaymentsCovered",
        who=who,
        why=why,
        at=at,
    )


def postpone_access(
    connection: Connection, slug: str, *, until: datetime, who: str, why: str, at: datetime
) -> None:
    """Access opens at another time than the rules say."""
    _decide(
        connection,
        slug,
        _POSTPONED,
        until.isoformat(),
        happened="AccessPostponed",
        who=who,
        why=why,
        at=at,
    )


def rotate_access(connection: Connection, slug: str, *, who: str, why: str, at: datetime) -> int:
    """There is a new ID and password. Returns their generation; the first one was 1."""
    generation = of_event(connection, slug).access_generation + 1
    _decide(
        connection,
        slug,
        _GENERATION,
        generation,
        happened="AccessRotated",
        who=who,
        why=why,
        at=at,
    )
    return generation


def seats_taken(connection: Connection, slug: str) -> int:
    """Seats that are held now, by the counter that every decision keeps."""
    return connection.scalar(_TAKEN, {"slug": slug}) or 0


# ---------------------------------------------------------------- the whole office


def stop_sending(connection: Connection, *, who: str, why: str, at: datetime) -> None:
    """Nothing leaves any more, from the next batch on."""
    said = f"{who}: {why}"
    _decide(connection, OFFICE, _STOPPED, said, happened="SendingStopped", who=who, why=why, at=at)


def resume_sending(connection: Connection, *, who: str, why: str, at: datetime) -> None:
    """What waits in the outbox leaves again."""
    _decide(connection, OFFICE, _STOPPED, None, happened="SendingResumed", who=who, why=why, at=at)


def sending_stopped(connection: Connection) -> str | None:
    """Who stopped all sending and why; None while letters leave."""
    said: str | None = get(connection, _STOPPED)
    return said


def polled(connection: Connection, account: str, when: datetime) -> None:
    """A mailbox was found empty or emptied; machine time, for the watchdog on silent outages."""
    put(connection, f"{_POLLED}{account}", when.isoformat())


def last_polls(connection: Connection) -> dict[str, datetime]:
    """When each mailbox was last known to hold nothing new, machine time."""
    found = beginning_with(connection, _POLLED)
    return {account: _instant(value) for account, value in found.items()}


def common_time(connection: Connection, machine_now: datetime) -> datetime:
    """Machine time for what several machines compare: the database server's, where there is one."""
    if connection.dialect.name == "sqlite":
        return machine_now
    common: datetime = connection.execute(sa.select(sa.func.clock_timestamp())).scalar_one()
    return common


@dataclass(frozen=True, slots=True)
class Ailing:
    """A worker whose last step went wrong, for a reason that lies outside of the program."""

    worker: str
    since: datetime
    """When the first of its failures was, machine time of its own machine."""
    text: str
    """The last one's kind and words, for a person."""
    refused: bool
    """A server refuses its login: that does not pass by itself."""


def beat(
    connection: Connection,
    instance: str,
    machine_now: datetime,
    now: datetime,
    ailing: Sequence[Ailing] = (),
) -> None:
    """A daemon lives: at this machine time, and at that event time; what it cannot do just now."""
    told = [[one.worker, one.since.isoformat(), one.text, one.refused] for one in ailing]
    put(connection, f"{_BEAT}{instance}", [machine_now.isoformat(), now.isoformat(), told])


def last_beats(connection: Connection) -> dict[str, datetime]:
    """When each daemon was last known to live, machine time."""
    found = beginning_with(connection, _BEAT)
    return {instance: _instant(value[0]) for instance, value in found.items()}


def ailing(connection: Connection) -> list[Ailing]:
    """What the workers of all daemons told of at their last beats."""
    beats = beginning_with(connection, _BEAT).values()
    told = [one for value in beats for some in value[2:] for one in some]
    return [Ailing(worker, _instant(since), text, refused) for worker, since, text, refused in told]


def forget_beats(connection: Connection, instances: Collection[str]) -> None:
    """These daemons are gone, and what they had in hand has been taken up."""
    forget(connection, [f"{_BEAT}{instance}" for instance in instances])


def forget(connection: Connection, names: Collection[str]) -> None:
    """What workers noted for the others under these names is over."""
    if names:
        wanted = (setting.c.slug == OFFICE, setting.c.key.in_(names))
        connection.execute(sa.delete(setting).where(*wanted))


def beginning_with(connection: Connection, prefix: str) -> dict[str, Any]:
    """The office's settings whose names begin so, by the rest of their names."""
    rows = connection.execute(
        sa.select(setting.c.key, setting.c.value).where(
            setting.c.slug == OFFICE, setting.c.key.startswith(prefix, autoescape=True)
        )
    )
    return {name.removeprefix(prefix): json.loads(value) for name, value in rows}


def keep_clock(connection: Connection, clock: Setting) -> None:
    """From now on every verb reads this rehearsal clock."""
    put(
        connection,
        _CLOCK,
        {
            "rehearsed_from": clock.rehearsed_from.isoformat(),
            "since": clock.since.isoformat(),
            "speed": clock.speed,
        },
    )


def clock(connection: Connection) -> Setting | None:
    """The rehearsal clock that stands in the store; None: the real one."""
    kept = get(connection, _CLOCK)
    if kept is None:
        return None
    return Setting(_instant(kept["rehearsed_from"]), _instant(kept["since"]), kept["speed"])


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(TOKYO)
