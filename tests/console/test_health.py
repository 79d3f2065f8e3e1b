from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from pipeline.clock import TOKYO
from pipeline.console.health import EventFigures, Figures, Level, Poll, Trouble, judge

NOW = datetime(2026, 2, 10, 9, 0, tzinfo=TOKYO)
GAP = date(2026, 2, 4)
EVENT = EventFigures(
    slug="r7",
    title="研究協議会",
    capacity=500,
    taken=12,
    waiting=0,
    states={"awaiting_payment": 12},
    held=0,
    open_tasks=1,
    oldest_task=timedelta(hours=2),
    covered_through=None,
    gaps=(),
    money_open=0,
    asked_today=0,
    unsettled=0,
    settles_on=date(2026, 3, 13),
    access_opens_at=datetime(2026, 2, 24, 10, tzinfo=TOKYO),
    access_ends_at=datetime(2026, 5, 1, tzinfo=TOKYO),
    live_starts_at=datetime(2026, 3, 26, 10, tzinfo=TOKYO),
    access_missing=("id", "password"),
    access_trouble=None,
    zoom_missing=True,
    unasked=0,
    waiting_for_access=0,
)
WELL = Figures(
    now=NOW,
    clock="real",
    speed=1.0,
    sending_stopped=None,
    unhandled=0,
    oldest_unhandled=None,
    shunted=0,
    outbox={"sent": 12},
    late=0,
    oldest_late=None,
    kept_back=0,
    daemon=timedelta(seconds=5),
    polls=(Poll("mailbox", timedelta(seconds=20)),),
    events=(EVENT,),
)


def gone(seconds: int, *, refused: bool = False) -> Trouble:
    text = "LinkLost: IMAP 127.0.0.1:993: it does not answer"
    return Trouble("receive", timedelta(seconds=seconds), text, refused)


def test_an_office_at_work_is_fine_long_before_access_opens() -> None:
    health = judge(WELL)

    assert health.level is Level.FINE
    assert health.findings == ()


@pytest.mark.parametrize(
    ("figures", "level", "word"),
    [
        (replace(WELL, polls=(Poll("mailbox", None),)), Level.ALARM, "never read"),
        (replace(WELL, kept_back=2), Level.LOOK, "2 letters are kept back"),
        (replace(WELL, troubles=(gone(5),)), Level.FINE, ""),
        (replace(WELL, troubles=(gone(15),)), Level.LOOK, "gets nowhere (receive): LinkLost"),
        (replace(WELL, troubles=(gone(0, refused=True),)), Level.ALARM, "refuses our login"),
        (replace(WELL, read_only=True), Level.ALARM, "disk is read-only"),
        (
            replace(WELL, events=(replace(EVENT, access_trouble="chmod 600 r7.toml"),)),
            Level.LOOK,
            "chmod 600",
        ),
        (replace(WELL, polls=(Poll("mailbox", timedelta(hours=1)),)), Level.ALARM, "60 minutes"),
        (
            replace(WELL, unhandled=3, oldest_unhandled=timedelta(hours=1)),
            Level.ALARM,
            "3 mails wait",
        ),
        (replace(WELL, unhandled=3, oldest_unhandled=timedelta(minutes=1)), Level.FINE, ""),
        (
            replace(WELL, unhandled=3, oldest_unhandled=timedelta(hours=1), speed=1440.0),
            Level.FINE,
            "",
        ),
        (replace(WELL, daemon=None), Level.LOOK, "no daemon"),
        (replace(WELL, daemon=timedelta(minutes=30)), Level.ALARM, "for 30 minutes"),
        (replace(WELL, shunted=1), Level.LOOK, "could not be handled"),
        (replace(WELL, late=2, oldest_late=timedelta(hours=2)), Level.ALARM, "long ago"),
        (
            replace(WELL, late=2, oldest_late=timedelta(hours=2), sending_stopped="suzuki: test"),
            Level.LOOK,
            "suzuki",
        ),
        (replace(WELL, outbox={"unknown": 1}), Level.LOOK, "may or may not"),
        (replace(WELL, outbox={"failed": 1}), Level.LOOK, "could not be delivered"),
    ],
)
def test_what_is_wrong_with_mail_and_letters_is_said(
    figures: Figures, level: Level, word: str
) -> None:
    health = judge(figures)

    assert health.level is level
    assert word in " ".join(finding.what for finding in health.findings)


@pytest.mark.parametrize(
    ("event", "at", "level", "word"),
    [
        (replace(EVENT, taken=501), NOW, Level.ALARM, "1 seats more"),
        (replace(EVENT, held=2), NOW, Level.LOOK, "2 applications are held"),
        (replace(EVENT, unasked=5), NOW, Level.LOOK, "5 applications wait to be asked"),
        (replace(EVENT, oldest_task=timedelta(days=4)), NOW, Level.LOOK, "4 days"),
        (replace(EVENT, unsettled=9), NOW, Level.LOOK, "covers no day"),
        (replace(EVENT, gaps=((GAP, GAP),)), NOW, Level.LOOK, "leave out 2026-02-04 ("),
        (replace(EVENT, asked_today=2), NOW, Level.ALARM, "it is the live day, and 2 matters"),
        (replace(EVENT, money_open=3), NOW, Level.LOOK, "3 amounts wait"),
        (EVENT, datetime(2026, 2, 20, tzinfo=TOKYO), Level.LOOK, "access opens soon"),
        (EVENT, datetime(2026, 2, 24, 10, tzinfo=TOKYO), Level.ALARM, "id and password"),
        (EVENT, datetime(2026, 5, 1, tzinfo=TOKYO), Level.FINE, ""),
        (
            replace(EVENT, access_missing=()),
            datetime(2026, 3, 19, tzinfo=TOKYO),
            Level.LOOK,
            "Zoom link",
        ),
        (
            replace(EVENT, access_missing=()),
            datetime(2026, 3, 25, 12, tzinfo=TOKYO),
            Level.ALARM,
            "Zoom link",
        ),
    ],
)
def test_what_is_wrong_with_an_event_is_said(
    event: EventFigures, at: datetime, level: Level, word: str
) -> None:
    health = judge(replace(WELL, now=at, events=(event,)))

    assert health.level is level
    assert word in " ".join(finding.what for finding in health.findings)


def test_the_worst_finding_comes_first_and_gives_the_exit_code() -> None:
    health = judge(replace(WELL, shunted=1, polls=(Poll("mailbox", timedelta(days=1)),)))

    assert [finding.level for finding in health.findings] == [Level.ALARM, Level.LOOK]
    assert int(health.level) == 2
