"""Tasks of a flood: one that names it, in the place of ten thousand.

Law of this file: whoever writes more than the caps of the rules allow is recorded like everybody
else, mail by mail, and hides nobody else's task.  Only what a mail asks of a person is gathered,
never an application and never a letter that came back; the first ones have tasks of their own, so
a loop or an eager office is seen as it always was.  Of applications those alone are gathered whom
another flood kept from being asked.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from pipeline.domain.decision import Decision, Reason, Task, TaskKind
from pipeline.domain.events import Applied, Bounced, Event, FromOutside, Unanswerable
from pipeline.domain.moment import is_registered
from pipeline.domain.rules import Caps
from pipeline.store.unit import Unit

NOBODYS_NUMBER = "the password is asked for with a number that is nobody's"
"""`Unanswerable.kind` of a guess, or of a slip in somebody's own number."""
GATHERED = "no task of its own: a flood"
"""Stands in the note of each such decision, so that the journal can be searched for it."""
_HELD = "held"
_GATHERED_KINDS = frozenset({
    TaskKind.ANSWER, TaskKind.REVIEW, TaskKind.CHANGE, TaskKind.INVOICE, TaskKind.RECEIPT,
    TaskKind.MONEY, TaskKind.SYSTEM,
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Flood:
    """What is counted together."""

    key: str
    what: str
    span: timedelta
    """Within which time."""
    most: int
    """How many are no flood yet."""
    where: str = "inbox"
    """Where all of them are seen."""

    @property
    def task(self) -> Task:
        within = "a day" if self.span.days else "an hour"
        detail = f"a flood: more than {self.most} {within} of {self.what}"
        return Task(TaskKind.SYSTEM, f"{detail}; further ones open no task: see {self.where}")


def held_back(
    unit: Unit, slug: str, caps: Caps, tasks: tuple[Task, ...], now: datetime
) -> tuple[Task, ...]:
    """The tasks of letters that a cap holds back: the first ones, and one that says where to look.

    Each such letter stands in the outbox, and `status` counts them.
    """
    if not any(task.kind is TaskKind.SYSTEM for task in tasks):
        return tasks
    day, most = timedelta(days=1), caps.per_address_per_day
    before = unit.asked_since(slug, _HELD, now - day)
    unit.count_asked(slug, _HELD, now)
    if before < most:
        return tasks
    detail = f"caps hold back more than {most} letters a day: see outbox list --status held"
    only = (Task(TaskKind.SYSTEM, detail),) if before == most else ()
    return (*(task for task in tasks if task.kind is not TaskKind.SYSTEM), *only)


def gather(
    unit: Unit, slug: str, caps: Caps, happened: Event, decision: Decision, now: datetime
) -> Decision:
    """The decision with its tasks, or with the flood's, or with none when that one is open."""
    if not decision.tasks or not {task.kind for task in decision.tasks} <= _GATHERED_KINDS:
        return decision
    tasks = decision.tasks
    for flood in _floods(decision, happened, caps):
        before = unit.asked_since(slug, flood.key, now - flood.span)
        unit.count_asked(slug, flood.key, now)
        if before >= flood.most:
            tasks = (flood.task,) if before == flood.most else ()
    if tasks == decision.tasks:
        return decision
    return replace(decision, tasks=tasks, note=f"{decision.note} ({GATHERED})".lstrip())


def _floods(decision: Decision, happened: Event, caps: Caps) -> Iterator[_Flood]:
    """Which floods a mail, or an application that is over, may be part of."""
    day, hour = timedelta(days=1), timedelta(hours=1)
    if decision.reason is Reason.NEVER_ASKED:
        what, where = "applications that were never asked", "application list --state expired"
        yield _Flood("never-asked", what, day, caps.per_address_per_day, where)
    if not isinstance(happened, FromOutside) or isinstance(happened, Applied | Bounced):
        return
    sender = happened.sender.lower()
    application = decision.application
    if isinstance(happened, Unanswerable) and happened.kind == NOBODYS_NUMBER:
        yield _Flood("number", f"mails by which {NOBODYS_NUMBER}", day, caps.per_address_per_day)
    if application is None or not is_registered(application, sender):
        domain = sender.rpartition("@")[2]
        yield _Flood(f"domain:{domain}", f"mails from {domain}", hour, caps.per_domain_per_hour)
    yield _Flood(f"address:{sender}", f"mails from {sender}", day, caps.per_address_per_day)
