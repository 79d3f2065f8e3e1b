"""What the console asks: applications, journal, tasks, settings, money, figures."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from pipeline.clock import Setting
from pipeline.domain.application import State
from pipeline.domain.decision import Task, TaskKind
from pipeline.domain.events import Held, MoneyArrived, QuestionAsked, WithdrawnByOperator
from pipeline.store import (
    allocations,
    applications,
    inbox,
    journal,
    outbox,
    remittances,
    settings,
    status,
    tasks,
)
from pipeline.store.database import Conflict, Database
from tests.store.build import (
    HANAKO,
    JIRO,
    OPENING,
    House,
    applied,
    arrived,
    later,
    letter,
    take_in,
    with_capacity,
)

MONEY = MoneyArrived(amount=1000, value_date=date(2026, 2, 20), who="suzuki", why="bank book")
WHO: dict[str, Any] = {"who": "suzuki", "why": "as the board decided"}


# ---------------------------------------------------------------- applications


def test_applications_are_listed_in_order_of_arrival(house: House) -> None:
    late = house.apply(applied(at=later(hours=1)))
    early = house.apply(applied(JIRO))

    with house.database.read() as connection:
        found = applications.listing(connection, house.slug)
        assert found == [early, late]
        assert applications.listing(connection, house.slug, limit=1) == [early]
        assert applications.listing(connection, "another") == []
        assert applications.get(connection, late.reference) == late
        assert applications.get(connection, "000000") is None


def test_lists_of_applications_can_be_narrowed(house: House) -> None:
    first = house.apply(applied())
    second = house.apply(applied(JIRO, count=2))
    held = house.apply(Held(who="suzuki", why="look"), first.reference)
    paid = house.apply(MoneyArrived(amount=2000, value_date=date(2026, 2, 20)), second.reference)

    with house.database.read() as connection:
        listing = applications.listing
        assert listing(connection, held=True) == [held]
        assert listing(connection, held=False) == [paid]
        assert listing(connection, states=[State.PAID, State.ADMITTED]) == [paid]
        assert listing(connection, address=f"MEMBER2.{JIRO}") == [paid]
        assert listing(connection, address=HANAKO) == [held]


def test_the_export_has_everybody_who_stays(house: House) -> None:
    group = house.apply(applied(count=3))
    house.apply(WithdrawnByOperator(who="s", why="x", participants=(2,)), group.reference)
    gone = house.apply(applied(JIRO))
    house.apply(WithdrawnByOperator(who="s", why="x"), gone.reference)

    with house.database.read() as connection:
        seats = list(applications.participants(connection, house.slug))
        paid = list(applications.participants(connection, house.slug, states=[State.PAID]))

    named = [(one.application.reference, one.participant.number) for one in seats]
    assert named[:2] == [(group.reference, 1), (group.reference, 3)]
    assert paid == []


def test_who_waits_for_access_is_asked_by_generation(house: House) -> None:
    house.apply(applied("unpaid@example.jp"))
    first, second = (house.apply(applied(a)) for a in (HANAKO, JIRO))
    for one in (first, second):
        house.apply(MONEY, one.reference)

    with house.database.read() as connection:
        waiting = applications.waiting_for_access
        assert waiting(connection, house.slug, 1, 10) == [first.reference, second.reference]
        assert waiting(connection, house.slug, 1, 1) == [first.reference]
        assert waiting(connection, house.slug, 0, 10) == []


# ---------------------------------------------------------------- journal and tasks


def test_the_journal_ends_with_the_newest(house: House) -> None:
    for n in range(3):
        house.apply(applied(f"a{n}@example.jp"), cause=f"mail:{n}")

    with house.database.read() as connection:
        assert [e.cause for e in journal.latest(connection, limit=2)] == ["mail:1", "mail:2"]
        assert len(journal.latest(connection, house.slug)) == 3
        assert journal.latest(connection, "another") == []


def test_an_act_beside_the_door_is_noted_once(database: Database) -> None:
    note: dict[str, Any] = {
        "cause": "operator:1",
        "slug": "r7",
        "happened": "Looked",
        "at": OPENING,
        **WHO,
    }
    with database.write() as connection:
        journal.note(connection, **note, values={"mail": 3})

    with pytest.raises(Conflict), database.write() as connection:
        journal.note(connection, **note)

    with database.read() as connection:
        (entry,) = journal.of_cause(connection, "operator:1")
    assert entry.payload == {**WHO, "mail": 3}
    assert (entry.reason, entry.reference, entry.state) == ("operator", None, None)


def test_a_task_stays_open_until_somebody_closes_it(house: House) -> None:
    first = house.apply(applied())
    with house.database.write() as connection:
        new = Task(TaskKind.SYSTEM, "look at the server")
        about: dict[str, Any] = {"cause": "mail:1", "at": OPENING}
        number = tasks.open_task(connection, house.slug, new, **about, reference=first.reference)
        other = tasks.open_task(connection, house.slug, new, **about)

    with house.database.write() as connection:
        assert tasks.close(connection, number, **WHO, at=later(days=1))
        assert not tasks.close(connection, number, **WHO, at=later(days=2))

    with house.database.read() as connection:
        assert [one.id for one in tasks.listing(connection)] == [other]
        assert tasks.listing(connection, "another") == []
        (closed,) = tasks.listing(connection, reference=first.reference, closed=True)
        assert len(tasks.listing(connection, closed=True, limit=1)) == 1
    assert (closed.closed_by, closed.closed_at) == ("suzuki", later(days=1))
    assert (closed.reference, closed.kind) == (first.reference, "system")


# ---------------------------------------------------------------- settings


def test_what_is_set_is_known_to_the_roster_and_says_by_whom(house: House) -> None:
    slug = house.slug
    with house.database.write() as connection:
        settings.cover(connection, slug, through=date(2026, 3, 13), **WHO, at=OPENING)
        settings.postpone_access(connection, slug, until=later(days=30), **WHO, at=OPENING)
        assert settings.rotate_access(connection, slug, **WHO, at=OPENING) == 2
        assert settings.rotate_access(connection, slug, **WHO, at=later(days=1)) == 3

    with house.database.read() as connection:
        roster = house.unit(connection).roster(slug)
        noted = journal.latest(connection, slug)

    assert roster.covered_through == date(2026, 3, 13)
    assert roster.access_opens_at == later(days=30)
    assert roster.access_generation == 3
    assert [one.happened for one in noted] == [
        "PaymentsCovered",
        "AccessPostponed",
        "AccessRotated",
        "AccessRotated",
    ]
    assert {one.note for one in noted} == {"suzuki: as the board decided"}


def test_without_anything_set_the_rules_hold(house: House) -> None:
    with house.database.read() as connection:
        roster = House(house.database, house.rules, access_ready=True).unit(connection)
        found = roster.roster(house.slug)

    assert (found.covered_through, found.access_generation) == (None, 1)
    assert found.access_opens_at == house.rules.access_opens_at
    assert found.access_ready


def test_the_banks_word_never_goes_back(database: Database) -> None:
    for day in (13, 10):
        with database.write() as connection:
            settings.cover(connection, "r7", through=date(2026, 3, day), **WHO, at=OPENING)

    with database.read() as connection:
        assert settings.of_event(connection, "r7").covered_through == date(2026, 3, 13)
        assert settings.of_event(connection, "another").covered_through is None


def test_sending_is_stopped_and_goes_on(database: Database) -> None:
    def stopped() -> str | None:
        with database.read() as connection:
            return settings.sending_stopped(connection)

    assert stopped() is None
    with database.write() as connection:
        settings.stop_sending(connection, **WHO, at=OPENING)
    assert stopped() == "suzuki: as the board decided"
    with database.write() as connection:
        settings.resume_sending(connection, **WHO, at=OPENING)
    assert stopped() is None


def test_every_verb_reads_the_same_clock(database: Database) -> None:
    clock = Setting(OPENING, datetime(2026, 11, 24, tzinfo=UTC), 1440.0)
    with database.read() as connection:
        assert settings.clock(connection) is None
    with database.write() as connection:
        settings.keep_clock(connection, clock)

    with database.read() as connection:
        assert settings.clock(connection) == clock


def test_polls_and_beats_are_kept_by_name(database: Database) -> None:
    with database.write() as connection:
        settings.polled(connection, "office@mail.example.jp", later(hours=1))
        settings.polled(connection, "office@mail.example.jp", later(hours=2))
        settings.beat(connection, "a1b2", later(hours=3), OPENING)
        settings.beat(connection, "c_%", later(hours=4), OPENING)

    with database.read() as connection:
        assert settings.last_polls(connection) == {"office@mail.example.jp": later(hours=2)}
        assert settings.last_beats(connection) == {"a1b2": later(hours=3), "c_%": later(hours=4)}


# ---------------------------------------------------------------- money


def test_money_recorded_by_hand_has_a_number_of_its_own(house: House) -> None:
    hers, his = house.apply(applied()), house.apply(applied(JIRO))
    paid = WHO | {"amount": 1000, "value_date": date(2026, 3, 2), "at": OPENING}
    with house.database.write() as connection:
        first = remittances.record(connection, "r7", reference=hers.reference, **paid)
        second = remittances.record(connection, "r7", reference=hers.reference, **paid)
        third = remittances.record(connection, "other", reference=his.reference, **paid)
        for number, one in ((first, hers), (second, hers), (third, his)):
            shares = [(one.reference, 1000)]
            cause = f"remittance:{number}"
            allocations.allocate(connection, number, shares, cause=cause, at=OPENING)

    with house.database.read() as connection:
        found = allocations.of_application(connection, hers.reference)
        assert allocations.of_application(connection, "other") == []
    assert [one.id for one in found] == [first, second]
    assert (found[0].amount, found[0].value_date) == (1000, date(2026, 3, 2))
    assert (found[0].who, found[0].recorded_at) == ("suzuki", OPENING)


# ---------------------------------------------------------------- figures


def test_an_office_without_anything_has_no_figures(house: House) -> None:
    with house.database.read() as connection:
        office = status.of_office(connection, OPENING)
        event = status.of_event(connection, house.slug, OPENING)

    assert (office.inbox, office.outbox, office.late) == ({}, {}, 0)
    assert (office.oldest_new, office.oldest_late, office.sending_stopped) == (None, None, None)
    assert (event.taken, event.waiting, event.states, event.held) == (0, 0, {}, 0)
    assert (event.open_tasks, event.oldest_task, event.unsettled) == (0, None, 0)
    assert (event.open_money, event.oldest_money) == (0, None)


def test_the_figures_of_a_busy_office(house: House) -> None:
    small = House(house.database, with_capacity(house.rules, 3))
    first = small.apply(applied(), letters=[letter(not_before=later(hours=1)), letter()])
    second = small.apply(applied(JIRO, count=2))
    small.apply(applied("c@example.jp", count=2))
    small.apply(MONEY, first.reference)
    small.apply(Held(who="suzuki", why="look"), second.reference)
    small.apply(QuestionAsked(arrived_at=OPENING, sender=HANAKO), first.reference)
    outbox.claim(house.database, OPENING, 1, "a")
    seen: dict[str, Any] = {
        "reference": first.reference,
        "amount": 1,
        "value_date": date(2026, 3, 2),
    }
    with house.database.write() as connection:
        number = remittances.record(connection, small.slug, at=OPENING, **WHO, **seen)
        remittances.set_status(connection, [number], remittances.Status.OPEN)
    take_in(house.database, arrived(1, later(hours=2)), arrived(2, later(hours=1)))
    with house.database.write() as connection:
        inbox.settle(connection, [(inbox.claim(house.database, 2)[1].id, "x")], at=OPENING)

    with house.database.read() as connection:
        office = status.of_office(connection, later(hours=3))
        event = status.of_event(connection, house.slug, house.rules.closes_at)
        to_do = tasks.listing(connection)

    assert office.inbox == {"new": 1, "processed": 1}
    assert office.oldest_new == later(hours=1)
    assert office.outbox == {"queued": 1, "sending": 1}
    assert (office.late, office.oldest_late) == (1, later(hours=1))
    assert (event.taken, event.waiting) == (3, 2)
    assert event.states == {"paid": 1, "awaiting_payment": 1, "waitlisted": 1}
    assert (event.held, event.open_tasks, event.oldest_task) == (1, len(to_do), OPENING)
    assert to_do
    assert (event.unsettled, event.waiting_for_access) == (1, 1)
    assert (event.open_money, event.oldest_money) == (1, OPENING)
