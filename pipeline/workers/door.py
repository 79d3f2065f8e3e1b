"""The one door: every change of an application goes through `apply`.

Promise 3 lives here: nothing is sent that was not recorded with its cause, and no cause acts
twice.  An event is decided on what this write transaction knows, its letters are composed with
their Message-ID, and application, history, reminders, tasks and letters are recorded together.
What follows for other applications passes through the same door under the same cause.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from pipeline import log
from pipeline.domain.decide import decide
from pipeline.domain.decision import NEXT_IN_LINE, Decision
from pipeline.domain.events import Event
from pipeline.store.unit import Unit
from pipeline.workers import floods
from pipeline.workers.letters import Desk
from pipeline.workers.office import Office, Served


@dataclass(frozen=True, slots=True)
class Done:
    """One decision that went through the door."""

    cause: str
    happened: Event
    decision: Decision
    letters: tuple[str, ...]
    """Names of the letters that were recorded, those that wait among them."""

    @property
    def reference(self) -> str | None:
        """Whose application it was about."""
        return self.decision.application.reference if self.decision.application else None


@dataclass(frozen=True, slots=True)
class Told:
    """One event, and whose it is."""

    served: Served
    target: str | None
    event: Event


def apply(
    office: Office,
    unit: Unit,
    served: Served,
    *,
    cause: str,
    target: str | None,
    event: Event,
    now: datetime,
) -> list[Done]:
    """Decide `event` for the application `target` (or none), and all that follows from it.

    Returns what was decided, the first one first; nothing when the cause was seen before.
    """
    return apply_each(office, unit, [Told(served, target, event)], cause=cause, now=now)


def apply_each(
    office: Office, unit: Unit, told: Sequence[Told], *, cause: str, now: datetime
) -> list[Done]:
    """The same for one cause that concerns several applications, such as a transfer for three."""
    if unit.seen(cause):
        return []
    done: list[Done] = []
    waiting = deque(told)
    while waiting:
        one = waiting.popleft()
        reference = one.target
        if reference == NEXT_IN_LINE:
            reference = unit.roster(one.served.slug).next_in_line
            if reference is None:
                continue
        decided = _decide_one(office, unit, one.served, cause, reference, one.event, now)
        done.append(decided)
        follow_ups = decided.decision.follow_ups
        waiting.extend(Told(one.served, follow.target, follow.event) for follow in follow_ups)
    return done


def _decide_one(
    office: Office,
    unit: Unit,
    served: Served,
    cause: str,
    reference: str | None,
    happened: Event,
    now: datetime,
) -> Done:
    before = unit.application(reference) if reference is not None else None
    roster = unit.roster(served.slug)
    decision = decide(before, happened, roster, served.rules, now)
    desk = Desk(office, unit, served, now, roster.access_opens_at)
    letters, tasks = desk.prepare(decision, before, happened)
    caps = served.rules.intake.caps
    if tasks:
        tasks = floods.held_back(unit, served.slug, caps, tasks, now)
        decision = replace(decision, tasks=decision.tasks + tasks)
    decision = floods.gather(unit, served.slug, caps, happened, decision, now)
    unit.record(
        cause=cause,
        slug=served.slug,
        event=happened,
        before=before,
        decision=decision,
        rules_digest=served.rules.digest,
        now=now,
        letters=letters,
    )
    return Done(cause, happened, decision, tuple(letter.letter for letter in letters))


def tell(done: list[Done]) -> None:
    """One line in the log for each decision, once it is committed."""
    log.units("decide", [_told(one) for one in done])


def _told(one: Done) -> dict[str, str | None]:
    after = one.decision.application
    return {
        "reference": one.reference,
        "cause": one.cause,
        "happened": type(one.happened).__name__,
        "reason": one.decision.reason.value,
        "state": after.state.value if after else None,
        "letters": ", ".join(one.letters) or None,
        "tasks": ", ".join(task.kind.value for task in one.decision.tasks) or None,
    }
