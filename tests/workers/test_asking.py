"""A flood of applications in other people's names, where the rules say `confirm_by_mail`."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from pipeline.domain.application import State
from pipeline.domain.decision import Reason
from pipeline.domain.events import Held, Released, Resent
from pipeline.domain.rules import Rules
from pipeline.mail.templates import Library
from pipeline.store import journal, status, tasks
from pipeline.workers import act
from tests.workers.confirmation import (
    ASKED,
    HANAKO,
    PROVEN,
    Write,
    answer,
    confirming,
    open_tasks,
)
from tests.workers.conftest import ON_BOTH, Desk, open_desk, store_of

CAP = 5
WHO = {"who": "test", "why": "telephone"}
AN_HOUR = timedelta(minutes=71)
"""An hour and the slot of ten minutes that is counted whole."""
NAMES = ["見本 " + "".join(some) for some in itertools.product("一二三四五六七八九十", repeat=3)]


@pytest.fixture
def desk(
    request: pytest.FixtureRequest, tmp_path: Path, rules: Rules, library: Library
) -> Iterator[Desk]:
    """An office with three seats that asks five people in an hour."""
    caps = rules.intake.caps.model_copy(
        update={"confirm_letters_per_hour": CAP, "per_office_per_hour": 8}
    )
    with open_desk(store_of(request, tmp_path), confirming(rules, caps=caps), library) as one:
        yield one


def victim(number: int) -> str:
    return f"victim{number}@d{number % 3}.example.com"


@pytest.fixture
def flood(application_mail: Write) -> Iterator[bytes]:
    """Applications in one name after the other, as many as are asked for."""
    return (application_mail(NAMES[n], victim(n), number=n) for n in itertools.count())


def pour(desk: Desk, flood: Iterator[bytes], count: int) -> None:
    for raw in itertools.islice(flood, count):
        desk.receive(raw)
    desk.work()


def still_to_ask(desk: Desk) -> int:
    """How many wait to be asked, as `status` says it."""
    with desk.office.database.read() as connection:
        return status.of_event(connection, desk.slug, desk.clock.now()).unasked


def asked_of(desk: Desk) -> list[str]:
    """Who was asked, in that order."""
    return [str(one["To"]) for one in desk.letters() if ASKED in str(one["Subject"])]


def test_nobody_elses_answer_is_kept_back_and_no_tasks_are_opened(
    desk: Desk, flood: Iterator[bytes], application_mail: Write
) -> None:
    pour(desk, flood, 25)
    desk.receive(application_mail(headers=PROVEN, number=99))
    desk.work()

    assert len(desk.letters()) == CAP + 1
    assert "お申込みの受付とお振込みのご案内" in desk.subjects(HANAKO)[-1]
    assert open_tasks(desk) == []


@ON_BOTH
def test_who_applies_in_the_middle_of_it_is_asked_later_and_gets_a_seat(
    desk: Desk, flood: Iterator[bytes], application_mail: Write
) -> None:
    pour(desk, flood, 12)
    desk.receive(application_mail(number=99))
    pour(desk, flood, 4)
    assert desk.letters(HANAKO) == []

    for hour in range(1, 4):
        desk.clock.set(desk.clock.now() + AN_HOUR)
        desk.work()
        assert len(asked_of(desk)) == min(CAP * (hour + 1), 17)

    assert asked_of(desk) == [*map(victim, range(12)), HANAKO, *map(victim, range(12, 16))]
    desk.receive(answer(desk.letters(HANAKO)[0], "確認しました。"))
    desk.work()
    seated = [one for one in desk.applications() if one.seats_held]
    assert [one.contact_address for one in seated] == [HANAKO]


def test_the_days_for_the_answer_begin_when_the_letter_leaves(
    desk: Desk, flood: Iterator[bytes]
) -> None:
    """Whoever waited in a flood has as many days as others, and is not over before."""
    pour(desk, flood, CAP + 1)
    desk.clock.set(desk.clock.now() + timedelta(days=1))
    desk.work()

    assert "令和8年2月4日(水)までに" in desk.texts(victim(0))[0]
    assert "令和8年2月5日(木)までに" in desk.texts(victim(CAP))[0]
    desk.pass_to(desk.clock.now() + timedelta(days=2))
    assert [one.state for one in desk.applications()] == [State.EXPIRED] * CAP + [State.UNCONFIRMED]
    desk.pass_to(desk.clock.now() + timedelta(days=1))
    assert desk.applications()[-1].closed_reason == Reason.NEVER_CONFIRMED
    assert open_tasks(desk) == []


def test_who_comes_when_there_is_room_again_waits_behind_the_others(
    desk: Desk, flood: Iterator[bytes], application_mail: Write
) -> None:
    pour(desk, flood, CAP + 2)
    desk.clock.set(desk.clock.now() + AN_HOUR)
    desk.receive(application_mail(number=99))
    desk.work()

    assert asked_of(desk) == [*map(victim, range(CAP + 2)), HANAKO]


def test_nobody_is_asked_in_the_night(desk: Desk, flood: Iterator[bytes]) -> None:
    pour(desk, flood, CAP + 1)
    evening = desk.clock.now().replace(hour=23)
    desk.clock.set(evening)
    desk.work()
    assert len(asked_of(desk)) == CAP

    desk.clock.set(evening + timedelta(hours=10))
    desk.work()
    assert len(asked_of(desk)) == CAP + 1


def test_a_proven_form_needs_no_turn_and_no_question_comes_after_it(
    desk: Desk, flood: Iterator[bytes], application_mail: Write
) -> None:
    pour(desk, flood, CAP)
    desk.receive(application_mail(number=98))
    desk.receive(application_mail(headers=PROVEN, number=99))
    desk.work()
    desk.pass_to(desk.clock.now() + timedelta(days=1))

    assert len(asked_of(desk)) == CAP
    assert len(desk.letters(HANAKO)) == 1
    assert desk.applications()[-1].state is State.AWAITING_PAYMENT


def test_an_operator_asks_out_of_turn(desk: Desk, flood: Iterator[bytes]) -> None:
    pour(desk, flood, CAP + 3)
    last = desk.applications()[-1]

    act.act(desk.office, last.reference, Resent(**WHO))
    desk.work()

    assert asked_of(desk)[-1] == last.contact_address
    assert "令和8年2月4日(水)までに" in desk.texts(last.contact_address)[0]
    desk.pass_to(desk.clock.now() + timedelta(hours=6))
    assert Counter(asked_of(desk)) == Counter(map(victim, range(CAP + 3)))


def test_what_an_operator_holds_is_asked_when_it_is_released(
    desk: Desk, flood: Iterator[bytes]
) -> None:
    pour(desk, flood, CAP + 1)
    last = desk.applications()[-1]
    act.act(desk.office, last.reference, Held(**WHO))
    desk.pass_to(desk.clock.now() + timedelta(days=1))
    assert len(asked_of(desk)) == CAP

    act.act(desk.office, last.reference, Released(**WHO))
    desk.work()
    assert asked_of(desk)[-1] == last.contact_address


@ON_BOTH
def test_status_says_how_many_wait_and_the_history_says_why(
    desk: Desk, flood: Iterator[bytes]
) -> None:
    pour(desk, flood, CAP + 3)

    assert still_to_ask(desk) == 3
    with desk.office.database.read() as connection:
        told = journal.of_application(connection, desk.applications()[-1].reference)
    assert [entry.reason for entry in told] == [Reason.TO_BE_ASKED]
    desk.clock.set(desk.clock.now() + AN_HOUR)
    desk.work()
    assert still_to_ask(desk) == 0


@ON_BOTH
def test_whom_nobody_could_ask_before_closing_a_person_decides_about(
    desk: Desk, flood: Iterator[bytes]
) -> None:
    closes_at = desk.office.events[desk.slug].rules.closes_at
    desk.clock.set(closes_at - timedelta(minutes=90))
    pour(desk, flood, CAP + 15)
    desk.pass_to(closes_at + timedelta(hours=12))

    over = Counter(one.closed_reason for one in desk.applications())
    assert over == {Reason.NEVER_CONFIRMED: CAP, Reason.NEVER_ASKED: 15}
    assert len(asked_of(desk)) == CAP
    with desk.office.database.read() as connection:
        listed = tasks.listing(connection)
    assert [one.kind for one in listed] == ["review"] * 10 + ["system"]
    assert "of applications that were never asked" in listed[-1].detail
    assert still_to_ask(desk) == 0


def test_hundreds_in_other_peoples_names_take_nothing_from_a_real_applicant(
    tmp_path: Path, rules: Rules, library: Library, application_mail: Write, flood: Iterator[bytes]
) -> None:
    caps = rules.intake.caps.model_copy(update={"confirm_letters_per_hour": 100})
    with open_desk(tmp_path / "many.sqlite3", confirming(rules, caps=caps), library) as desk:
        pour(desk, flood, 250)
        desk.receive(application_mail(number=250))
        desk.work()
        for _ in range(2):
            desk.clock.set(desk.clock.now() + AN_HOUR)
            desk.work()

        desk.receive(answer(desk.letters(HANAKO)[0], "確認しました。"))
        desk.work()

        seated = [one for one in desk.applications() if one.seats_held]
        assert [one.contact_address for one in seated] == [HANAKO]
        assert set(Counter(asked_of(desk)).values()) == {1}
        desk.pass_to(desk.clock.now() + timedelta(days=4))
        states = Counter(one.state for one in desk.applications())
        assert states == {State.EXPIRED: 250, State.AWAITING_PAYMENT: 1}
        assert open_tasks(desk) == []
