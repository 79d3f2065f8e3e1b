"""The transition table as a page: what may happen to an application, and what is done then.

Law of this file: nothing is told here; states, events and handlers speak for themselves, by the
table that `decide()` reads and by their first lines.  `docs/states.md` is this page.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator

from pipeline.console.words import EVENT_TEXT, STATE_TEXT, STATE_WORD
from pipeline.domain.application import CLOSED, State
from pipeline.domain.decide import TRANSITIONS, Handler, Row
from pipeline.domain.events import (
    Event,
    FromBank,
    FromOperator,
    FromOutside,
    FromTime,
    FromUs,
)

_HEAD = """\
# What may happen to an application

Made by `python main.py rules states` from the table in `pipeline/domain/decide.py`. An event that
a state does not name is recorded and changes nothing.
"""
_SOURCES: tuple[tuple[type[Event], str], ...] = (
    (FromOutside, "mail"),
    (FromTime, "time"),
    (FromBank, "bank"),
    (FromOperator, "office"),
    (FromUs, "consequence"),
)


def page() -> str:
    """The whole table in Markdown."""
    parts = [_HEAD, *_state("no application yet", TRANSITIONS[None])]
    for state in State:
        if state not in CLOSED:
            parts += _state(
                f"`{state}`: {STATE_TEXT[state]} ({STATE_WORD[state]})", TRANSITIONS[state]
            )
    closed = ", ".join(f"`{state}`" for state in State if state in CLOSED)
    parts += _state(f"closed: {closed}", TRANSITIONS[State.EXPIRED])
    return "\n".join(parts).rstrip("\n") + "\n"


def _state(title: str, row: Row) -> Iterator[str]:
    yield f"## {title}\n"
    yield "| from | event | what is done |"
    yield "|---|---|---|"
    for base, source in _SOURCES:
        for kind, handler in row.items():
            if issubclass(kind, base):
                yield f"| {source} | {_named(kind)} | {_told(handler)} |"
    yield ""


def _named(kind: type[Event]) -> str:
    return f"{EVENT_TEXT[kind.__name__]} (`{kind.__name__}`)"


def _told(handler: Handler) -> str:
    lines = (inspect.getdoc(handler) or "").splitlines()
    return lines[0].replace("|", "/") if lines else f"`{handler.__name__}`"
