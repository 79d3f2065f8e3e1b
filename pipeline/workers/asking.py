"""Who is asked now whether an application is theirs, and who later (`intake.confirm_by_mail`).

Law of this file: so many of these letters leave in an hour as the rules allow, who applied first
first; what is beyond that waits, and is neither dropped nor a person's work.  So whoever applies in
ten thousand names makes the others wait, and takes nothing from them.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from pipeline.domain.events import Applied, Event
from pipeline.store import reminders
from pipeline.store.caps import CONFIRM
from pipeline.store.unit import Unit
from pipeline.workers.office import Served


def room(unit: Unit, served: Served, now: datetime) -> int:
    """How many more of these letters may leave at this instant."""
    most = served.rules.intake.caps.confirm_letters_per_hour
    return max(0, most - unit.letters_since(served.slug, CONFIRM, now - timedelta(hours=1)))


def in_turn(unit: Unit, served: Served, event: Event, now: datetime) -> Event:
    """The event, which says so where it may have to wait behind others."""
    if not served.rules.intake.confirm_by_mail:
        return event
    if not isinstance(event, Applied) or event.vouched_for:
        return event
    if room(unit, served, now) and not reminders.unasked(unit.connection, served.slug, now, 1):
        return event
    return replace(event, ask_later=True)


def next_ones(unit: Unit, served: Served, now: datetime, limit: int) -> list[str]:
    """References of those who waited and may be asked now."""
    if not served.rules.intake.confirm_by_mail or now >= served.rules.closes_at:
        return []
    waiting = reminders.unasked(unit.connection, served.slug, now, limit)
    return waiting[: room(unit, served, now)] if waiting else []
