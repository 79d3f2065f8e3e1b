"""For each promise the program is made to break it, and the checker says that one, and no other.

A sabotage plays a short season with only those stories in which its promise is at stake.
"""

from __future__ import annotations

import random
import re
import shutil
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from pipeline import log
from pipeline.config import load_rules
from pipeline.domain import calendar, registration, reminding, settlement, validation
from pipeline.domain.application import Application, State
from pipeline.domain.correspondence import ask_for_change
from pipeline.domain.decide import TRANSITIONS
from pipeline.domain.decision import Decision, LetterName, Reason
from pipeline.domain.events import MoneyArrived, Unanswerable
from pipeline.domain.moment import Moment
from pipeline.domain.remittance import Remittance
from pipeline.domain.rules import Rules
from pipeline.domain.sameness import Recognised
from pipeline.mail import compose, wording
from pipeline.mail.templates import Library
from pipeline.rehearsal import house, stage
from pipeline.rehearsal.checker import PROMISES
from pipeline.rehearsal.season import TOKYO
from pipeline.rehearsal.stage import EVENT, ROOT, SEED, rehearse
from pipeline.rehearsal.stories import STORIES
from pipeline.store import reminders
from pipeline.workers import bank_plan, letters, remind, send

Patch = pytest.MonkeyPatch
DESK = letters.Desk
CAPACITY = 9


@pytest.fixture(scope="module")
def shipped() -> Library:
    """The shipped letters, compiled once: that takes longer than a short season."""
    return Library.load(ROOT / "templates", _rules(CAPACITY))


@pytest.fixture(autouse=True)
def _compiled_once(shipped: Library, monkeypatch: Patch) -> None:
    def load(root: Path, rules: Rules) -> Library:
        same = root == ROOT / "templates" and rules == _rules(CAPACITY)
        return shipped if same else Library.load(root, rules)

    monkeypatch.setattr(house, "load_library", load)


def _rules(capacity: int) -> Rules:
    return stage.with_capacity(load_rules(ROOT / "rules" / EVENT), capacity)


def broken(*stories: str, capacity: int = CAPACITY, **more: Any) -> frozenset[str]:
    """The promises that these stories find broken."""
    assert {story.name for story in STORIES} >= set(stories)
    outcome = rehearse(capacity=capacity, stories=frozenset(stories), **more)
    return frozenset(name for name, kept in outcome.promises.items() if not kept)


SABOTAGED: dict[str, Callable[..., None]] = {}


def sabotage(test: Callable[..., None]) -> Callable[..., None]:
    """A test that breaks the promise which its name ends with."""
    SABOTAGED[test.__name__.removeprefix("test_sabotage_of_")] = test
    return test


def test_every_promise_has_a_sabotage() -> None:
    assert set(SABOTAGED) == set(PROMISES)


# ---------------------------------------------------------------- answers


@sabotage
def test_sabotage_of_every_form_answered(monkeypatch: Patch) -> None:
    def without_a_letter(
        desk: letters.Desk, decision: Decision, *further: Any
    ) -> tuple[list[Any], tuple[Any, ...]]:
        kept = tuple(x for x in decision.letters if x.name is not LetterName.NOT_OPEN_YET)
        return prepare(desk, replace(decision, letters=kept), *further)

    prepare = DESK.prepare
    monkeypatch.setattr(DESK, "prepare", without_a_letter)

    assert broken("one second too early") == {"every_form_answered"}


@sabotage
def test_sabotage_of_answers_fit(monkeypatch: Patch) -> None:
    monkeypatch.setattr(validation, "problems_after", lambda people, unclear, rules: ())

    assert broken("never corrected") == {"answers_fit"}


@sabotage
def test_sabotage_of_nothing_automatic_answered(monkeypatch: Patch) -> None:
    for row in TRANSITIONS.values():
        monkeypatch.setitem(row, Unanswerable, ask_for_change)

    assert broken("on holiday") == {"nothing_automatic_answered"}


@sabotage
def test_sabotage_of_loops_end(monkeypatch: Patch, tmp_path: Path) -> None:
    # The cap is one of two brakes. The other lets the same letter leave once a day: here, an hour.
    rules = shutil.copytree(ROOT / "rules" / EVENT, tmp_path / EVENT)
    _edit(rules / "intake.toml", "same_letter_hours = 24", "same_letter_hours = 1")
    monkeypatch.setattr(stage, "_REPLIES_AFTER", timedelta(hours=2))
    monkeypatch.setattr(DESK, "_cap", lambda desk, letter, recipient: None)

    assert broken("on holiday, without a sign", rules_folder=rules) == {"loops_end"}


@sabotage
def test_sabotage_of_nobody_bothered(monkeypatch: Patch) -> None:
    monkeypatch.setattr("pipeline.domain.decide.is_bounced", lambda application, address: False)

    assert broken("address that bounces") == {"nobody_bothered"}


# ---------------------------------------------------------------- seats


@sabotage
def test_sabotage_of_never_oversold(monkeypatch: Patch) -> None:
    monkeypatch.setattr(registration, "_fits", lambda application, at: True)

    assert broken("early 1", "early 2", "early 3", capacity=2) == {"never_oversold"}


@sabotage
def test_sabotage_of_nobody_overtaken(monkeypatch: Patch) -> None:
    monkeypatch.setattr(registration, "offers_open", lambda at: False)
    monkeypatch.setattr(
        registration, "_fits", lambda application, at: application.seats <= at.roster.free
    )
    stories = ("withdrawn before payment", "early 9", "by invoice")

    assert broken(*stories, capacity=1) == {"nobody_overtaken"}


@sabotage
def test_sabotage_of_no_seat_withheld(monkeypatch: Patch) -> None:
    monkeypatch.setattr(registration, "_fits", lambda application, at: False)

    assert broken("early 1") == {"no_seat_withheld"}


@sabotage
def test_sabotage_of_in_time_is_in_time(monkeypatch: Patch) -> None:
    monkeypatch.setattr(registration, "_doors", lambda event, at: None)

    assert broken("one second too early") == {"in_time_is_in_time"}


def test_a_sabotage_that_calls_the_last_minute_late(monkeypatch: Patch) -> None:
    doors = registration._doors

    def close_a_minute_early(event: Any, at: Moment) -> Decision | None:
        return doors(replace(event, arrived_at=event.arrived_at + timedelta(minutes=1)), at)

    monkeypatch.setattr(registration, "_doors", close_a_minute_early)

    assert broken("the last minute") == {"in_time_is_in_time"}


@sabotage
def test_sabotage_of_nobody_expired_wrongly(monkeypatch: Patch) -> None:
    _without_the_bank(monkeypatch)

    assert broken("never pays") == {"nobody_expired_wrongly"}


def test_a_sabotage_that_expires_before_the_bank_has_shown_a_payment_in_time(
    monkeypatch: Patch,
) -> None:
    _without_the_bank(monkeypatch)

    assert "nobody_expired_wrongly" in broken("on the last day, imported later")


def _without_the_bank(monkeypatch: Patch) -> None:
    def over(pay_by: datetime | None, at: Moment) -> bool:
        return pay_by is not None and at.now >= pay_by

    ever = datetime(2027, 1, 1, tzinfo=TOKYO)
    monkeypatch.setattr(settlement, "bank_has_spoken", over)
    monkeypatch.setattr(settlement, "expirable_before", lambda covered, rules: ever)


# ---------------------------------------------------------------- money


@sabotage
def test_sabotage_of_no_transfer_counts_twice(monkeypatch: Patch) -> None:
    def nothing_known(lines: Sequence[Remittance], *_: object) -> tuple[Recognised, ...]:
        return tuple(Recognised() for _ in lines)

    monkeypatch.setattr(bank_plan, "recognised", nothing_known)

    assert broken("early 1") == {"no_transfer_counts_twice"}


@sabotage
def test_sabotage_of_every_payer_is_told(monkeypatch: Patch) -> None:
    def without_a_letter(
        desk: letters.Desk, decision: Decision, *further: Any
    ) -> tuple[list[Any], tuple[Any, ...]]:
        kept = tuple(x for x in decision.letters if x.name is not LetterName.PAYMENT_RECEIVED)
        return prepare(desk, replace(decision, letters=kept), *further)

    prepare = DESK.prepare
    monkeypatch.setattr(DESK, "prepare", without_a_letter)

    assert broken("early 1") == {"every_payer_is_told"}


def test_a_seat_lost_although_its_payment_in_time_was_imported_late_is_seen(
    monkeypatch: Patch,
) -> None:
    closed = TRANSITIONS[State.EXPIRED]
    monkeypatch.setitem(closed, MoneyArrived, lambda gone, *_: Decision(Reason.NOT_EXPECTED, gone))

    assert "paid_are_admitted" in broken("on the last day, and missed by the bank")


# ---------------------------------------------------------------- access


@sabotage
def test_sabotage_of_access_only_when_paid(monkeypatch: Patch) -> None:
    monkeypatch.setattr(Moment, "owed", lambda at, application: at.rules.payment.fee)

    assert broken("short, and no more") == {"access_only_when_paid"}


@sabotage
def test_sabotage_of_secret_nowhere_else(tmp_path: Path) -> None:
    password = house.made_up(random.Random(SEED))["password"]
    templates = shutil.copytree(ROOT / "templates", tmp_path / "templates")
    _edit(templates / "payment_reminder.txt", "先日は", f"{password} 先日は")

    assert broken("never pays", templates=templates) == {"secret_nowhere_else"}


def test_a_sabotage_that_logs_what_was_filled_in(monkeypatch: Patch) -> None:
    def loud(raw: bytes, secrets: Any) -> bytes:
        log.unit("fill", note=str(dict(secrets)))
        return compose.fill(raw, secrets)

    monkeypatch.setattr(send, "fill", loud)

    assert broken("early 1") == {"secret_nowhere_else"}


@sabotage
def test_sabotage_of_paid_are_admitted(monkeypatch: Patch) -> None:
    monkeypatch.setattr(remind._Run, "waiting_for_access", lambda run: [])

    assert broken("early 1") == {"paid_are_admitted"}


@sabotage
def test_sabotage_of_admitted_are_prepared(monkeypatch: Patch) -> None:
    monkeypatch.setattr(house.Keys, "zoom_ready", False)

    assert broken("early 1") == {"admitted_are_prepared"}


# ---------------------------------------------------------------- reminders


@sabotage
def test_sabotage_of_reminders_once(monkeypatch: Patch) -> None:
    due_at = reminding._due_at

    def a_day_late(*given: Any) -> datetime | None:
        due = due_at(*given)
        return due + timedelta(days=1) if due is not None else None

    monkeypatch.setattr(reminding, "_due_at", a_day_late)

    assert "reminders_once" in broken("never pays")


def test_a_sabotage_that_fires_a_reminder_twice(monkeypatch: Patch) -> None:
    fire, times = reminders.fire, dict[tuple[Any, ...], int]()

    def fire_the_second_time(connection: Any, *occasion: Any, at: datetime) -> None:
        times[occasion] = times.get(occasion, 0) + 1
        if occasion[1] != "ondemand_ending" or times[occasion] > 1:
            fire(connection, *occasion, at=at)

    monkeypatch.setattr(reminders, "fire", fire_the_second_time)
    monkeypatch.setattr(remind, "_cause", lambda due: f"{due}{times}")

    assert broken("early 1") == {"reminders_once", "no_letter_twice"}


@sabotage
def test_sabotage_of_nothing_at_night(monkeypatch: Patch) -> None:
    monkeypatch.setattr(calendar, "next_waking", lambda when, quiet, zone: when)

    assert broken("never corrected") == {"nothing_at_night"}


@sabotage
def test_sabotage_of_no_reminder_unwelcome(monkeypatch: Patch) -> None:
    silence = reminding._silence

    def forgetful(rule: Any, application: Application, event: Any, at: Moment) -> Reason | None:
        unaware = application.but(payment_reported=False, invoice_requested=False)
        return silence(rule, unaware, event, at)

    monkeypatch.setattr(reminding, "_silence", forgetful)

    assert broken("says to have paid") == {"no_reminder_unwelcome"}


@sabotage
def test_sabotage_of_reminders_keep_distance(monkeypatch: Patch) -> None:
    silence = reminding._silence

    def impatient(rule: Any, application: Application, event: Any, at: Moment) -> Reason | None:
        return silence(rule, application.but(payment_letter_at=None), event, at)

    monkeypatch.setattr(reminding, "_silence", impatient)

    assert broken("comes late to the list") == {"reminders_keep_distance"}


# ---------------------------------------------------------------- letters


@sabotage
def test_sabotage_of_every_letter_in_order(tmp_path: Path) -> None:
    templates = shutil.copytree(ROOT / "templates", tmp_path / "templates")
    _edit(templates / "payment_reminder.txt", "Subject: {{ tag }}", "Subject: ")

    assert broken("never pays", templates=templates) == {"every_letter_in_order"}


@sabotage
def test_sabotage_of_instructions_right(monkeypatch: Patch) -> None:
    monkeypatch.setattr(wording, "yen", lambda amount: f"{amount + 500:,}円")

    assert broken("early 1") == {"instructions_right"}


@sabotage
def test_sabotage_of_answers_in_their_thread(monkeypatch: Patch) -> None:
    _rewrite(monkeypatch, rb"References: [^\r]*(\r\n[ \t][^\r]*)*", b"References: <x@y.test>")

    assert broken("early 1") == {"answers_in_their_thread"}


@sabotage
def test_sabotage_of_message_ids_unique(monkeypatch: Patch) -> None:
    _rewrite(monkeypatch, rb"Message-ID: [^\r]*", b"Message-ID: <again@uketsuke.test>")

    assert broken("early 1") == {"message_ids_unique"}


@sabotage
def test_sabotage_of_no_letter_twice(monkeypatch: Patch) -> None:
    monkeypatch.setattr(DESK, "_said_today", lambda desk, composed: False)

    assert broken("the same three times") == {"no_letter_twice"}


def _rewrite(monkeypatch: Patch, header: bytes, other: bytes) -> None:
    """Every letter leaves with another header than it was written with."""

    def parcel(letter: Any, raw: bytes) -> Any:
        return made(letter, re.sub(header, other, raw, count=1))

    made = send._parcel
    monkeypatch.setattr(send, "_parcel", parcel)


def _edit(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text, path.name
    path.write_text(text.replace(old, new, 1), "utf-8")
