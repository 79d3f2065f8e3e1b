"""How things stand, as people and programs see it.

Law of this file: words and keys only; what is judged was judged by `health`.
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import timedelta
from typing import Any

from pipeline.console.health import EventFigures, Figures, Health
from pipeline.console.printing import age, day, say_fields, when
from pipeline.console.printing import say as say_line
from pipeline.console.words import STATE_TEXT, STATE_WORD
from pipeline.domain.application import State

_LETTERS = ("queued", "sending", "at_dot", "unknown", "failed", "held", "sent", "dropped")


def as_json(figures: Figures, health: Health) -> dict[str, Any]:
    """Figures and findings; spans are whole seconds."""
    return {
        "level": health.level.name.lower(),
        "exit_code": int(health.level),
        "findings": [
            {"level": f.level.name.lower(), "what": f.what, "event": f.event}
            for f in health.findings
        ],
        **asdict(figures),
        "events": [asdict(one) | {"free": one.free} for one in figures.events],
    }


def say(figures: Figures, health: Health) -> None:
    """The figures, and below them what is wrong."""
    letters = ", ".join(
        f"{figures.outbox[name]} {name}" for name in _LETTERS if figures.outbox.get(name)
    )
    unhandled = f"{figures.unhandled} unhandled"
    if figures.oldest_unhandled is not None:
        unhandled += f" (the oldest for {age(figures.oldest_unhandled)})"
    late = f"; {figures.late} due now" if figures.late else ""
    if figures.late and figures.oldest_late is not None:
        late += f", the oldest for {age(figures.oldest_late)}"
    say_fields(
        [
            ("time", f"{when(figures.now)}  clock: {figures.clock}"),
            ("daemon", _ago(figures.daemon, "alive")),
            *((f"mailbox {poll.source}", _ago(poll.since, "read")) for poll in figures.polls),
            ("mail", f"{unhandled}, {figures.shunted} shunted"),
            ("letters", (letters or "none yet") + late),
            (
                "sending",
                f"stopped ({figures.sending_stopped})" if figures.sending_stopped else "on",
            ),
        ]
    )
    for event in figures.events:
        say_line()
        say_fields(_event(event))
    say_line()
    for finding in health.findings:
        place = f"{finding.event}: " if finding.event else ""
        say_line(f"{finding.level.name}  {place}{finding.what}")
    if not health.findings:
        say_line("all is well")


def _ago(span: timedelta | None, did: str) -> str:
    return "never" if span is None else f"{did} {age(span)} ago"


def _event(one: EventFigures) -> list[tuple[str, object]]:
    states = [
        f"{one.states[state.value]} {STATE_TEXT[state]} {STATE_WORD[state]}"
        for state in State
        if one.states.get(state.value)
    ]
    missing = [*one.access_missing, *(["Zoom link"] if one.zoom_missing else [])]
    tasks = f"{one.open_tasks} open"
    if one.oldest_task is not None:
        tasks += f", the oldest for {age(one.oldest_task)}"
    waits = f"; {one.waiting_for_access} paid wait for it" if one.waiting_for_access else ""
    return [
        (f"event {one.slug}", one.title),
        ("  seats", f"{one.taken} of {one.capacity} taken, {one.free} free, {one.waiting} wanted"),
        ("  applications", ", ".join(states) or "none yet"),
        ("  held", one.held),
        ("  tasks", tasks),
        ("  bank's word", f"covers {day(one.covered_through)}; expiry needs {day(one.settles_on)}"),
        ("  access", f"opens {when(one.access_opens_at)}{waits}"),
        ("  secrets missing", ", ".join(missing) or "none"),
    ]
