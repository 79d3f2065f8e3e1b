"""The season's timetable: all stories, the strangers and the office's own days, by their times.

Law of this file: it tells what happens and expects nothing.
"""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterator
from datetime import date, datetime, time, timedelta

from pipeline.rehearsal import strangers
from pipeline.rehearsal.acts import Act, Arrange, Import, Inspect, Responder, Script
from pipeline.rehearsal.cast import applicant
from pipeline.rehearsal.season import TOKYO, Facts, is_workday
from pipeline.rehearsal.steps import day, when
from pipeline.rehearsal.stories import STORIES

CAPACITY = 60
"""Seats of the rehearsal: few enough to fill, with a list behind them."""
STARTS, ENDS = "02-01 08:00", "05-01 12:00"


def script(facts: Facts, seed: int, names: Collection[str] | None = None) -> Script:
    """The whole season, or only the stories of these names and the office's own days."""
    told = [s for s in STORIES if names is None or s.name in names]
    people = {
        story.name: applicant(number, seed, people=story.people, local=story.local)
        for number, story in enumerate(STORIES)
        if story in told
    }
    done: list[Act | Responder] = [*_office()]
    for story in told:
        for step in story.steps:
            done += step(people[story.name], facts.office)
    if names is None:
        done += strangers.mails(people, facts.office, seed)
    return Script(
        starts=when(STARTS),
        ends=when(ENDS),
        acts=tuple(
            sorted((a for a in done if not isinstance(a, Responder)), key=lambda act: act.at)
        ),
        responders=tuple(r for r in done if isinstance(r, Responder)),
        applicants=tuple(people.values()),
    )


def _office() -> tuple[Act, ...]:
    """What the office does for everybody."""
    return (
        *_statements(),
        Arrange(when("02-20 17:00"), "postpone", "2026-02-25T10:00:00+09:00", "a video is late"),
        Inspect(when("02-26 18:00")),
        Arrange(when("03-17 15:00"), "rotate", why="the password was seen in a public place"),
        Arrange(when("03-18 17:00"), "link", why="the meeting is set up"),
        Inspect(when("03-19 18:00")),
        Inspect(when("05-01 11:00")),
    )


# ---------------------------------------------------------------- what the bank tells, and when

_FROM, _UNTIL = "02-01", "04-03"
_IN_THE_MORNING = time(8, 30)
_FORGOTTEN = "03-13"
"""The morning on which nobody fetches the file: that of the deadline day is imported late."""
_DAILY = ("zengin-01", "zengin-03", "camt-053")


def _statements() -> Iterator[Import]:
    """Each working morning the days since the last file, in one of three layouts.

    Every other Friday a list of the last two weeks is imported as well, which tells nothing new.
    """
    first, layouts = day(_FROM), itertools.cycle(_DAILY)
    today = first
    while today < day(_UNTIL):
        today += timedelta(days=1)
        if is_workday(today) and today != day(_FORGOTTEN):
            last = today - timedelta(days=1)
            yield Import(_morning(today), next(layouts), first, last)
            first = today
    for friday in ("02-13", "02-27", "03-06"):
        since = day(friday) - timedelta(days=14)
        yield Import(when(f"{friday} 16:00"), "csv", since, day(friday))
    # The bank had missed a transfer, and tells of the same days again.
    yield Import(when("03-18 10:00"), "zengin-01", day("03-12"), day("03-13"), corrected=True)


def _morning(today: date) -> datetime:
    return datetime.combine(today, _IN_THE_MORNING, TOKYO)
