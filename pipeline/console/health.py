"""Whether the office is well: figures in, findings and an exit code out.

Law of this file: pure.  `figures` gathers what the store, the clock and the secrets say; here it is
judged, for `status`, for the daemon's heartbeat and for monitoring alike.  An *alarm* is what costs
an applicant something while nobody looks; what only waits for a person *needs a look*.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import IntEnum


class Level(IntEnum):
    """How bad it is; the value is the exit code of `status`."""

    FINE = 0
    LOOK = 1
    """Something waits for a person."""
    ALARM = 2
    """Mail is not read, letters do not leave, or a promise is about to be broken."""


@dataclass(frozen=True, slots=True)
class Thresholds:
    """From where on a figure is worth a word."""

    daemon: timedelta = timedelta(minutes=2)
    """Machine time since a daemon was last known to live."""
    trouble: timedelta = timedelta(seconds=10)
    """Machine time since a worker first failed: a link that is lost and had again is no word."""
    poll: timedelta = timedelta(minutes=15)
    """Machine time since a mailbox was last read without a fault."""
    unhandled_mail: timedelta = timedelta(minutes=30)
    """Event time, as all that follow; on a fast clock so much of the machine's."""
    late_letter: timedelta = timedelta(hours=1)
    """How long after its next attempt was due a letter may still wait."""
    open_task: timedelta = timedelta(days=3)
    before_access: timedelta = timedelta(days=7)
    """How long before access opens the ID and password are asked for."""
    before_live: timedelta = timedelta(days=8)
    """The same for the Zoom link: a day before the last look-ahead wants it."""
    zoom_alarm: timedelta = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class EventFigures:
    """One event, as the store and its rules have it now."""

    slug: str
    title: str
    capacity: int
    taken: int
    waiting: int
    """Seats that are waited for."""
    states: Mapping[str, int]
    held: int
    unasked: int
    """Applications that wait for the letter that asks for a confirmation."""
    open_tasks: int
    oldest_task: timedelta | None
    covered_through: date | None
    gaps: tuple[tuple[date, date], ...]
    """Days that the bank's files leave out, first and last of each gap."""
    money_open: int
    """Amounts that wait for a person."""
    asked_today: int
    """Open tasks of this very day, where it is the live day; else 0."""
    unsettled: int
    """Unpaid applications whose `pay_by` is over and that wait for the bank's word."""
    settles_on: date | None
    """The day a statement must cover before the deadline's unpaid expire."""
    access_opens_at: datetime
    access_ends_at: datetime
    live_starts_at: datetime
    access_missing: tuple[str, ...]
    """Of 'id' and 'password', what the secrets file lacks."""
    access_trouble: str | None
    """Why the secrets file cannot be used; None while it can."""
    zoom_missing: bool
    waiting_for_access: int
    """Paid applications that were not sent the present ID and password."""

    @property
    def free(self) -> int:
        """Seats nobody holds."""
        return max(0, self.capacity - self.taken)


@dataclass(frozen=True, slots=True)
class Poll:
    """One source of mail, and how long ago it was last read without a fault; None for never."""

    source: str
    since: timedelta | None


@dataclass(frozen=True, slots=True)
class Trouble:
    """A worker that gets nowhere just now, for how long, and what it was told."""

    worker: str
    since: timedelta
    text: str
    refused: bool
    """A server refuses its login."""


@dataclass(frozen=True, slots=True)
class Figures:
    """The whole office at one moment."""

    now: datetime
    clock: str
    """'real', or the rehearsal's start and speed."""
    speed: float
    """Seconds of event time in one of the machine's."""
    sending_stopped: str | None
    """Who stopped it and why; None while letters leave."""
    unhandled: int
    """Mails kept and not decided yet."""
    oldest_unhandled: timedelta | None
    shunted: int
    outbox: Mapping[str, int]
    """Letters by status."""
    late: int
    """Letters that should have left by now, those that were tried in vain among them."""
    oldest_late: timedelta | None
    kept_back: int
    """Letters that a cap or a missing secret holds back."""
    daemon: timedelta | None
    """Machine time since a daemon was last known to live; None for never."""
    polls: tuple[Poll, ...]
    events: tuple[EventFigures, ...] = field(default=())
    troubles: tuple[Trouble, ...] = ()
    read_only: bool = False
    """Whether the store lies on a disk that nobody can write to."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing worth a word."""

    level: Level
    what: str
    event: str | None = None


@dataclass(frozen=True, slots=True)
class Health:
    """The judgement: the worst level, and every finding, worst first."""

    level: Level
    findings: tuple[Finding, ...]


def judge(figures: Figures, limits: Thresholds | None = None) -> Health:
    """What is wrong in these figures, if anything."""
    limits = limits or Thresholds()
    found = [*_daemon(figures, limits), *_troubles(figures, limits)]
    found += [*_mail(figures, limits), *_letters(figures, limits)]
    for event in figures.events:
        found += _seats(event)
        found += _people(event, limits)
        found += _bank(event)
        found += _live_day(event)
        found += _access(event, figures.now, limits)
        found += _zoom(event, figures.now, limits)
    worst_first = tuple(sorted(found, key=lambda finding: -finding.level))
    return Health(worst_first[0].level if worst_first else Level.FINE, worst_first)


def _daemon(figures: Figures, limits: Thresholds) -> Iterator[Finding]:
    if figures.read_only:
        yield Finding(Level.ALARM, "the store's disk is read-only: nothing can be taken in or sent")
    if figures.daemon is None:
        yield Finding(Level.LOOK, "no daemon has ever run here")
    elif figures.daemon > limits.daemon:
        minutes = int(figures.daemon.total_seconds() // 60)
        yield Finding(Level.ALARM, f"no daemon has been alive for {minutes} minutes")


def _troubles(figures: Figures, limits: Thresholds) -> Iterator[Finding]:
    for one in figures.troubles:
        if one.refused:
            yield Finding(Level.ALARM, f"a server refuses our login ({one.worker}): {one.text}")
        elif one.since >= limits.trouble:
            yield Finding(Level.LOOK, f"a worker gets nowhere ({one.worker}): {one.text}")


def _mail(figures: Figures, limits: Thresholds) -> Iterator[Finding]:
    for poll in figures.polls:
        if poll.since is None:
            # Without a daemon that goes without saying.
            if figures.daemon is not None:
                yield Finding(Level.ALARM, f"{poll.source} was never read")
        elif poll.since > limits.poll:
            minutes = int(poll.since.total_seconds() // 60)
            yield Finding(Level.ALARM, f"{poll.source} was last read {minutes} minutes ago")
    if _beyond(figures.oldest_unhandled, limits.unhandled_mail, figures.speed):
        yield Finding(Level.ALARM, f"{figures.unhandled} mails wait to be handled")
    if figures.shunted:
        yield Finding(Level.LOOK, f"{figures.shunted} mails could not be handled (inbox list)")


def _letters(figures: Figures, limits: Thresholds) -> Iterator[Finding]:
    if figures.sending_stopped is not None:
        yield Finding(Level.LOOK, f"sending is stopped ({figures.sending_stopped})")
    elif figures.late and _beyond(figures.oldest_late, limits.late_letter, figures.speed):
        yield Finding(Level.ALARM, f"{figures.late} letters should have left long ago")
    if figures.kept_back:
        yield Finding(
            Level.LOOK, f"{figures.kept_back} letters are kept back (outbox list --status held)"
        )
    for status, what in (
        ("unknown", "letters may or may not have arrived"),
        ("failed", "letters could not be delivered"),
    ):
        if count := figures.outbox.get(status, 0):
            yield Finding(Level.LOOK, f"{count} {what} (outbox list --status {status})")


def _seats(event: EventFigures) -> Iterator[Finding]:
    if event.taken > event.capacity:
        over = event.taken - event.capacity
        yield Finding(Level.ALARM, f"{over} seats more are taken than there are", event.slug)


def _people(event: EventFigures, limits: Thresholds) -> Iterator[Finding]:
    if event.held:
        yield Finding(
            Level.LOOK, f"{event.held} applications are held (application list --held)", event.slug
        )
    if event.unasked:
        what = f"{event.unasked} applications wait to be asked for a confirmation"
        yield Finding(Level.LOOK, f"{what} (application list --state unconfirmed)", event.slug)
    if _beyond(event.oldest_task, limits.open_task):
        days = event.oldest_task.days if event.oldest_task else 0
        yield Finding(
            Level.LOOK, f"{event.open_tasks} tasks are open, the oldest for {days} days", event.slug
        )


def _bank(event: EventFigures) -> Iterator[Finding]:
    for first, last in event.gaps:
        days = first.isoformat() if first == last else f"{first} to {last}"
        yield Finding(
            Level.LOOK, f"the bank's files leave out {days} (payments import)", event.slug
        )
    if event.money_open:
        yield Finding(
            Level.LOOK,
            f"{event.money_open} amounts wait for a person (payments unmatched)",
            event.slug,
        )
    if event.unsettled:
        through = event.covered_through.isoformat() if event.covered_through else "no day"
        yield Finding(
            Level.LOOK,
            f"{event.unsettled} unpaid applications wait for the bank's word, "
            f"which covers {through} (payments covered)",
            event.slug,
        )


def _live_day(event: EventFigures) -> Iterator[Finding]:
    if event.asked_today:
        yield Finding(
            Level.ALARM,
            f"it is the live day, and {event.asked_today} matters of today wait (task list)",
            event.slug,
        )


def _access(event: EventFigures, now: datetime, limits: Thresholds) -> Iterator[Finding]:
    if not event.access_missing or now >= event.access_ends_at:
        return
    lacking = f"the secrets file lacks the {' and '.join(event.access_missing)}"
    why = event.access_trouble or lacking
    if now >= event.access_opens_at:
        yield Finding(
            Level.ALARM,
            f"access should be open, but {why}: {event.waiting_for_access} paid applications wait",
            event.slug,
        )
    elif now >= event.access_opens_at - limits.before_access:
        yield Finding(Level.LOOK, f"access opens soon, and {why}", event.slug)
    elif event.access_trouble:
        yield Finding(Level.LOOK, event.access_trouble, event.slug)


def _zoom(event: EventFigures, now: datetime, limits: Thresholds) -> Iterator[Finding]:
    if not event.zoom_missing or now >= event.live_starts_at:
        return
    left = event.live_starts_at - now
    if left <= limits.before_live:
        level = Level.ALARM if left <= limits.zoom_alarm else Level.LOOK
        yield Finding(level, "the Zoom link is still missing in the secrets file", event.slug)


def _beyond(span: timedelta | None, limit: timedelta, speed: float = 1.0) -> bool:
    return span is not None and span > limit * max(1.0, speed)
