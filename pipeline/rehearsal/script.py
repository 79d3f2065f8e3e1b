"""The season's timetable: all stories, the strangers and the office's own days, by their times.

Law of this file: it tells what happens and expects nothing.
"""

from __future__ import annotations

from collections.abc import Collection

from pipeline.rehearsal import strangers
from pipeline.rehearsal.acts import Act, Arrange, Cover, Inspect, Responder, Script
from pipeline.rehearsal.cast import applicant
from pipeline.rehearsal.season import Facts
from pipeline.rehearsal.steps import day, when
from pipeline.rehearsal.stories import STORIES

CAPACITY = 56
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
        *(Cover(when(at), day(through)) for at, through in _COVERED),
        Arrange(when("02-20 17:00"), "postpone", "2026-02-25T10:00:00+09:00", "a video is late"),
        Inspect(when("02-26 18:00")),
        Arrange(when("03-17 15:00"), "rotate", why="the password was seen in a public place"),
        Arrange(when("03-18 17:00"), "link", why="the meeting is set up"),
        Inspect(when("03-19 18:00")),
        Inspect(when("05-01 11:00")),
    )


_COVERED = (
    ("02-09 17:00", "02-06"), ("02-16 17:00", "02-13"), ("02-24 17:00", "02-20"),
    ("03-02 17:00", "02-27"), ("03-09 17:00", "03-06"), ("03-13 17:00", "03-12"),
    ("03-16 17:00", "03-13"), ("04-02 11:00", "04-01"),
)  # fmt: skip
"""When the office says through which day it knows every transfer."""
