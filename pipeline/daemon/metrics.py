"""The office's figures for monitoring, in Prometheus' text format, on this machine only.

Law of this file: it names figures and judges nothing; `figures` asks, `health` judges.  What is
told counts people and never names one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Final

from prometheus_client import CollectorRegistry
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.exposition import start_http_server
from prometheus_client.registry import Collector

from pipeline.console.health import EventFigures, Figures, judge

LOOPBACK: Final = "127.0.0.1"
_NEVER: Final = float("inf")
"""How long ago something was that has never been."""


class OfficeFigures(Collector):
    """Asks for the figures at each visit of the collector."""

    def __init__(self, figures: Callable[[], Figures]) -> None:
        self._figures = figures

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Every figure, as it is now."""
        now = self._figures()
        yield _one("health", "0 well, 1 something waits for a person, 2 alarm", judge(now).level)
        yield _one("mails_unhandled", "Mails kept and not decided yet", now.unhandled)
        yield _one(
            "oldest_unhandled_mail_seconds",
            "Event time since the oldest of them arrived",
            _seconds(now.oldest_unhandled),
        )
        yield _one("mails_shunted", "Mails that could not be handled", now.shunted)
        yield _each("letters", "Letters by status", "status", dict(now.outbox))
        yield _one("letters_late", "Letters that should have left by now", now.late)
        yield _one(
            "oldest_late_letter_seconds",
            "Event time since the oldest of them was due",
            _seconds(now.oldest_late),
        )
        yield _one(
            "letters_kept_back", "Letters that a cap or a missing secret holds", now.kept_back
        )
        stopped = now.sending_stopped is not None
        yield _one("sending_stopped", "1 while an operator has stopped all sending", stopped)
        yield _one(
            "daemon_age_seconds",
            "Since a daemon was last known to live",
            _seconds(now.daemon, never=_NEVER),
        )
        polls = {poll.source: _seconds(poll.since, never=_NEVER) for poll in now.polls}
        yield _each("poll_age_seconds", "Since a mailbox was last read well", "source", polls)
        yield from _events(now.events)


def _events(events: tuple[EventFigures, ...]) -> Iterator[GaugeMetricFamily]:
    for name, about, of in _OF_AN_EVENT:
        yield _each(name, about, "event", {event.slug: of(event) for event in events})
    states = GaugeMetricFamily(
        "uketsuke_applications", "Applications by state", labels=("event", "state")
    )
    for event in events:
        for state, count in event.states.items():
            states.add_metric((event.slug, state), count)
    yield states


_OF_AN_EVENT: Final[tuple[tuple[str, str, Callable[[EventFigures], float]], ...]] = (
    ("seats", "Seats there are", lambda event: event.capacity),
    ("seats_taken", "Seats that somebody holds", lambda event: event.taken),
    ("seats_waited_for", "Seats that are waited for", lambda event: event.waiting),
    ("applications_held", "Applications that are held", lambda event: event.held),
    (
        "applications_unasked",
        "Applications that wait for the letter that asks for a confirmation",
        lambda event: event.unasked,
    ),
    ("tasks_open", "Tasks for a person", lambda event: event.open_tasks),
    (
        "oldest_task_seconds",
        "Event time since the oldest of them was opened",
        lambda event: _seconds(event.oldest_task),
    ),
    (
        "waiting_for_access",
        "Paid applications that were not sent the present ID and password",
        lambda event: event.waiting_for_access,
    ),
    ("money_open", "Amounts that wait for a person", lambda event: event.money_open),
    (
        "unsettled",
        "Unpaid applications that wait for the bank's word",
        lambda event: event.unsettled,
    ),
)


def _one(name: str, about: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"uketsuke_{name}", about, value=float(value))


def _each(name: str, about: str, label: str, values: dict[str, float]) -> GaugeMetricFamily:
    family = GaugeMetricFamily(f"uketsuke_{name}", about, labels=(label,))
    for key, value in values.items():
        family.add_metric((key,), float(value))
    return family


def _seconds(span: timedelta | None, never: float = 0.0) -> float:
    return never if span is None else span.total_seconds()


@contextmanager
def serving_metrics(figures: Callable[[], Figures], port: int) -> Iterator[int]:
    """Answer at http://127.0.0.1:PORT/metrics; gives the port, a free one for 0.

    Raises `OSError` where the port is taken.
    """
    registry = CollectorRegistry()
    registry.register(OfficeFigures(figures))
    server, thread = start_http_server(port, LOOPBACK, registry)
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
