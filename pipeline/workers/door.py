"""The one door: every change of an application goes through `apply`.

Promise 3 lives here: nothing is sent that was not recorded with its cause, and no cause acts
twice.  An event is decided on what this write transaction knows, its letters are composed with
their Message-ID, and application, history, reminders, tasks and letters are recorded together.
What follows for other applications passes through the same door under the same cause.
"""

from __future__ import annotations

import secrets
from collections import deque
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from pipeline.domain import calendar
from pipeline.domain.application import Application
from pipeline.domain.decide import decide
from pipeline.domain.decision import (
    NEXT_IN_LINE,
    SECRET_LETTERS,
    Decision,
    Letter,
    Task,
    TaskKind,
)
from pipeline.domain.events import Event, FromOutside
from pipeline.mail import bounce
from pipeline.store.unit import NewLetter, Unit
from pipeline.workers.office import Served


@dataclass(frozen=True, slots=True)
class Done:
    """One decision that went through the door, for the log."""

    cause: str
    reference: str | None
    decision: Decision


def apply(
    unit: Unit, served: Served, *, cause: str, target: str | None, event: Event, now: datetime
) -> list[Done]:
    """Decide `event` for the application `target` (or none) and all that follows from it.

    Returns what was decided, the first one first; nothing when the cause was seen before.
    """
    if unit.seen(cause):
        return []
    done: list[Done] = []
    waiting: deque[tuple[str | None, Event]] = deque([(target, event)])
    while waiting:
        reference, happened = waiting.popleft()
        if reference == NEXT_IN_LINE:
            reference = unit.roster(served.slug).next_in_line
            if reference is None:
                continue
        decision = _decide_one(unit, served, cause, reference, happened, now)
        after = decision.application
        done.append(Done(cause, after.reference if after else None, decision))
        waiting.extend((follow.target, follow.event) for follow in decision.follow_ups)
    return done


def _decide_one(
    unit: Unit, served: Served, cause: str, reference: str | None, event: Event, now: datetime
) -> Decision:
    before = unit.application(reference) if reference is not None else None
    decision = decide(before, event, unit.roster(served.slug), served.rules, now)
    letters, tasks = _written(unit, served, decision, event, now)
    if before is None and decision.application is not None:
        unit.take_fresh()
    unit.record(
        cause=cause,
        event=served.slug,
        happened=event,
        before=before,
        decision=decision if not tasks else _with(decision, tasks),
        rules_digest=served.rules.digest,
        letters=letters,
    )
    return decision


def _with(decision: Decision, tasks: tuple[Task, ...]) -> Decision:
    from dataclasses import replace

    return replace(decision, tasks=decision.tasks + tasks)
