"""The unit of work: what it knows, what it writes, and what it refuses."""

from __future__ import annotations

import json
import random
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa

from pipeline.domain.application import SEATED, Application, Participant, State
from pipeline.domain.decision import Decision, Reason, Task, TaskKind
from pipeline.domain.events import (
    Accepted,
    Applied,
    Cancelled,
    Event,
    Held,
    MoneyArrived,
    QuestionAsked,
    Released,
    Resent,
    WithdrawnByOperator,
)
from pipeline.domain.rules import Rules
from pipeline.store import applications, journal, known, outbox_console, settings, tasks
from pipeline.store.database import Conflict, Database, Misused, StoreError
from pipeline.store.schema import application as application_table
from pipeline.store.schema import metadata, participant
from pipeline.store.unit import Standing, Unit
from tests.store.build import (
    HANAKO,
    JIRO,
    OPENING,
    House,
    applied,
    later,
    letter,
    people,
    with_capacity,
)

MONEY = MoneyArrived(amount=1000, value_date=date(2026, 2, 20), who="suzuki", why="bank book")
WITHDRAW = WithdrawnByOperator(who="suzuki", why="telephone")


def stored(database: Database, reference: str) -> Application:
    with database.read() as connection:
        found = applications.get(connection, reference)
    assert found is not None
    return found


def taken(house: House) -> int:
    with house.database.read() as connection:
        return settings.seats_taken(connection, house.slug)


def rows(database: Database, name: str) -> int:
    with database.read() as connection:
        query = sa.select(sa.func.count()).select_from(metadata.tables[name])
        return connection.scalar(query) or 0


# ---------------------------------------------------------------- what is written


def test_an_application_comes_back_as_it_was_decided(house: House) -> None:
    decided = house.apply(applied(count=3))

    assert stored(house.database, decided.reference) == decided


def test_names_come_back_byte_for_byte(house: House) -> None:
    strange = replace(people(1, HANAKO)[0], name="髙橋\0﨑\ud800 か\u3099", organization="")
    decided = house.apply(applied(participants=(strange,), sender_name="x\0"))

    assert stored(house.database, decided.reference).participants == (strange,)


def test_a_change_replaces_what_was_there(house: House) -> None:
    first = house.apply(applied())
    paid = house.apply(MONEY, first.reference)

    assert paid.state is State.PAID
    assert stored(house.database, first.reference) == paid
    assert rows(house.database, "application") == 1


def test_the_columns_beside_the_value_say_the_same(house: House) -> None:
    first = house.apply(applied("Hanako@Machida.Example.JP", count=2))
    changed = house.apply(replace(WITHDRAW, participants=(2,)), first.reference)

    with house.database.read() as connection:
        row = connection.execute(sa.select(application_table)).one()
        found = connection.execute(
            sa.select(participant.c.place, participant.c.address, participant.c.withdrawn)
        ).all()

    assert (row.reference, row.slug, row.state) == (first.reference, house.slug, changed.state)
    assert (row.seats, row.version, row.pay_by) == (1, changed.version, changed.pay_by)
    assert [tuple(one) for one in found] == [
        (0, HANAKO, False),
        (1, HANAKO, False),
        (2, f"member2.{HANAKO}", True),
    ]


def test_why_and_by_which_rules_stands_in_the_history(house: House) -> None:
    first = house.apply(applied(), cause="mail:1")
    house.apply(MONEY, first.reference, cause="remittance:7", now=later(days=18))

    with house.database.read() as connection:
        life = journal.of_application(connection, first.reference)

    assert [(one.cause, one.happened, one.reason, one.state) for one in life] == [
        ("mail:1", "Applied", "accepted", "awaiting_payment"),
        ("remittance:7", "MoneyArrived", "paid", "paid"),
    ]
    assert life[0].payload["sender"] == HANAKO
    assert life[1].payload["amount"] == 1000
    assert life[1].note == "1000 yen, value date 2026-02-20, suzuki: bank book"
    assert {one.rules for one in life} == {house.rules.digest}
    assert [one.at for one in life] == [OPENING, later(days=18)]


def test_an_event_without_an_application_keeps_its_reason(house: House) -> None:
    early = applied(at=later(days=-2))
    with house.database.write() as connection:
        unit = house.unit(connection)
        house.decide(unit, early, cause="mail:1")
        unit.flush()

    with house.database.read() as connection:
        (entry,) = journal.of_cause(connection, "mail:1")

    assert (entry.reference, entry.reason, entry.state) == (None, "not-open-yet", None)


def test_tasks_and_letters_know_where_they_come_from(house: House) -> None:
    question = QuestionAsked(arrived_at=OPENING, sender=HANAKO, why="parking")
    first = house.apply(applied(), cause="mail:1", letters=[letter()])
    house.apply(question, first.reference, cause="mail:2")

    with house.database.read() as connection:
        (task,) = tasks.listing(connection)
        (sent,) = outbox_console.listing(connection)
        raw = outbox_console.raw(connection, sent.id)

    assert (task.reference, task.cause, task.detail) == (first.reference, "mail:2", "parking")
    assert (sent.reference, sent.cause, sent.status) == (first.reference, "mail:1", "queued")
    assert raw is not None
    assert raw.startswith(b"letter")


def test_one_cause_may_change_several_applications(house: House) -> None:
    small = House(house.database, with_capacity(house.rules, 1))
    first = small.apply(applied())
    waiting = small.apply(applied(JIRO), now=later(hours=1))
    small.apply(WITHDRAW, first.reference, cause="operator:1", now=later(hours=2))

    with house.database.read() as connection:
        led_to = journal.of_cause(connection, "operator:1")

    assert [(one.reference, one.happened, one.reason) for one in led_to] == [
        (first.reference, "WithdrawnByOperator", "withdrawn"),
        (waiting.reference, "SeatBecameFree", "seat-offered"),
    ]
    assert led_to[0].payload == {"who": "suzuki", "why": "telephone"}
    assert led_to[1].payload == {}


def test_one_cause_may_come_back_to_the_same_application(house: House) -> None:
    """A group in line that becomes smaller fits the seat that was free all the time."""
    small = House(house.database, with_capacity(house.rules, 2))
    small.apply(applied())
    group = small.apply(applied(JIRO, count=2))
    small.apply(replace(WITHDRAW, participants=(2,)), group.reference, cause="operator:1")

    with house.database.read() as connection:
        led_to = journal.of_cause(connection, "operator:1")

    assert [one.reason for one in led_to] == ["participant-withdrawn", "seat-offered"]
    assert stored(house.database, group.reference).state is State.AWAITING_PAYMENT


def test_what_raises_while_deciding_leaves_no_trace(house: House) -> None:
    def fail() -> None:
        with house.database.write() as connection:
            unit = house.unit(connection)
            house.decide(unit, applied(), letters=[letter()])
            unit.flush()
            raise KeyError

    with pytest.raises(KeyError):
        fail()

    left = {name: rows(house.database, name) for name in metadata.tables}
    assert left == dict.fromkeys(metadata.tables, 0)


# ---------------------------------------------------------------- causes


def test_a_cause_is_seen_in_the_same_batch_and_ever_after(house: House) -> None:
    with house.database.write() as connection:
        unit = house.unit(connection)
        unit.expect(house.slug, causes=["mail:1", "mail:2"])
        before = unit.seen("mail:1")
        house.decide(unit, applied(), cause="mail:1")
        in_batch = unit.seen("mail:1")
        unit.flush()

    with house.database.read() as connection:
        unit = house.unit(connection)
        assert (before, in_batch, unit.seen("mail:1")) == (False, True, True)
        assert not unit.seen("mail:2")


def test_the_same_cause_from_two_units_is_a_conflict(house: House) -> None:
    house.apply(applied(), cause="mail:1")

    with pytest.raises(Conflict):
        house.apply(applied(JIRO), cause="mail:1")

    assert rows(house.database, "application") == 1


# ---------------------------------------------------------------- the batch so far


def test_a_batch_sees_what_it_decided_before(house: House) -> None:
    small = House(house.database, with_capacity(house.rules, 2))
    with house.database.write() as connection:
        unit = small.unit(connection)
        unit.expect(small.slug, addresses=[HANAKO, JIRO], fresh=3)
        first = small.decide(unit, applied()).application
        assert first is not None
        roster = unit.roster(small.slug)
        second = small.decide(unit, applied(JIRO, count=2))
        of_hanako = unit.open_of_address(small.slug, HANAKO.upper())
        as_it_is = unit.application(first.reference)
        seats = unit.seats_of_sender(small.slug, JIRO)
        unit.flush()

    assert (roster.taken, roster.free) == (1, 1)
    assert second.reason is Reason.GROUP_DOES_NOT_FIT
    assert of_hanako == (first,)
    assert as_it_is == first
    assert seats == 2


def test_applications_are_found_by_any_address_in_them(house: House) -> None:
    group = house.apply(applied(count=2))
    single = house.apply(applied(f"member2.{HANAKO}", at=later(minutes=1)))
    closed = house.apply(applied(JIRO))
    house.apply(WITHDRAW, closed.reference)

    with house.database.read() as connection:
        unit = house.unit(connection)
        unit.expect(house.slug, addresses=[HANAKO, f"member2.{HANAKO}", JIRO])
        found = {
            address: [one.reference for one in unit.open_of_address(house.slug, address)]
            for address in (HANAKO, f"MEMBER2.{HANAKO}", JIRO, "nobody@example.jp")
        }
        seats = unit.seats_of_sender(house.slug, f"member2.{HANAKO}")

    assert found == {
        HANAKO: [group.reference],
        f"MEMBER2.{HANAKO}": [group.reference, single.reference],
        JIRO: [],
        "nobody@example.jp": [],
    }
    assert seats == 1


def test_an_address_with_very_many_applications_does_not_hide_the_others(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(known, "MOST_OF_ADDRESS", 4)
    monkeypatch.setattr(known, "_MOST_AT_ONCE", 6)
    single = house.apply(applied(JIRO))
    many = [house.apply(applied(at=later(minutes=n))) for n in range(9)]

    with house.database.read() as connection:
        unit = house.unit(connection)
        unit.expect(house.slug, addresses=[HANAKO, JIRO])
        of_jiro = unit.open_of_address(house.slug, JIRO)
        of_hanako = unit.open_of_address(house.slug, HANAKO)

    assert of_jiro == (single,)
    assert of_hanako == tuple(many[-4:])


def test_what_the_batch_closed_or_moved_is_not_found_at_its_old_address(house: House) -> None:
    closed, moved = (house.apply(applied(address)) for address in (HANAKO, JIRO))
    new = "new@machida.example.jp"
    with house.database.write() as connection:
        unit = house.unit(connection)
        unit.expect(house.slug, addresses=[HANAKO, JIRO, new])
        house.decide(unit, WITHDRAW, closed.reference)
        house.decide(unit, Resent(who="suzuki", why="telephone", to=new), moved.reference)
        found = [
            [one.reference for one in unit.open_of_address(house.slug, address)]
            for address in (HANAKO, JIRO, new)
        ]
        unit.flush()

    assert found == [[], [], [moved.reference]]


def test_an_address_of_another_event_is_not_found(house: House) -> None:
    house.apply(applied())

    with house.database.read() as connection:
        unit = house.unit(connection)
        assert unit.open_of_address("another", HANAKO) == ()


def test_a_message_id_of_ours_names_its_application(house: House) -> None:
    ours, of_nobody = letter(), letter()
    first = house.apply(applied(), letters=[ours])
    with house.database.write() as connection:
        unit = house.unit(connection)
        house.decide(unit, applied(at=later(days=-2)), letters=[of_nobody])
        unit.flush()

    with house.database.read() as connection:
        unit = house.unit(connection)
        ids = [ours.message_id, of_nobody.message_id, "<else@machida.example.jp>"]
        unit.expect(house.slug, message_ids=ids)
        assert unit.by_message_id(house.slug, ids) == {ours.message_id: first.reference}


def test_references_are_drawn_until_nobody_has_them(house: House) -> None:
    with house.database.write() as connection:
        unit = house.unit(connection)
        unit.expect(house.slug, fresh=40)
        found = [house.decide(unit, applied(f"a{n}@example.jp")).application for n in range(40)]
        unit.flush()

    again = House(house.database, house.rules)  # its dice fall as those of the first
    more = again.apply(applied("more@example.jp"))
    references = {one.reference for one in found if one}
    assert len(references) == 40
    assert more.reference not in references


def test_without_a_reference_left_none_is_offered(house: House) -> None:
    taken_one = house.apply(applied()).reference
    body = int(taken_one[:-1])  # the last digit is a check digit
    with house.database.read() as connection:
        standings = {house.slug: Standing(house.rules, access_ready=False)}
        always_the_same = Unit(connection, standings, lambda _: body - 10_000)

        assert always_the_same.roster(house.slug).fresh_reference is None


# ---------------------------------------------------------------- seats and the line


def test_the_counter_of_seats_is_the_sum_of_seats_held(house: House) -> None:
    small = House(house.database, with_capacity(house.rules, 6))
    first = small.apply(applied(count=3))
    second = small.apply(applied(JIRO, count=2))
    third = small.apply(applied("c@example.jp", count=4))
    small.apply(replace(WITHDRAW, participants=(2,)), first.reference)
    small.apply(MONEY, second.reference)
    small.apply(Cancelled(who="suzuki", why="x"), first.reference)
    small.apply(Accepted(who="suzuki", why="x"), first.reference)
    small.apply(WITHDRAW, third.reference)

    with house.database.read() as connection:
        held = sum(one.seats_held for one in applications.listing(connection, small.slug))
        column = connection.scalar(
            sa.select(sa.func.sum(application_table.c.seats)).where(
                application_table.c.state.in_([state.value for state in SEATED])
            )
        )

    assert taken(small) == held == column


def test_first_in_line_is_who_arrived_first_and_fits(house: House) -> None:
    small = House(house.database, with_capacity(house.rules, 2))
    small.apply(applied(count=2))
    group = small.apply(applied("group@example.jp", count=2, at=later(hours=2)))
    late = small.apply(applied("late@example.jp", at=later(hours=3)))
    early = small.apply(applied("early@example.jp", at=later(hours=1)))

    def next_for(seats: int) -> str | None:
        with house.database.read() as connection:
            unit = House(house.database, with_capacity(house.rules, 2 + seats)).unit(connection)
            return unit.roster(small.slug).next_in_line

    assert [next_for(seats) for seats in (0, 1, 2)] == [None, early.reference, early.reference]

    small.apply(Held(who="suzuki", why="look"), early.reference)
    assert [next_for(seats) for seats in (1, 2)] == [late.reference, group.reference]

    small.apply(Released(who="suzuki", why="fine"), early.reference)
    assert next_for(1) == early.reference


def test_of_two_that_arrived_in_the_same_second_the_first_one_read_is_first(house: House) -> None:
    small = House(house.database, with_capacity(house.rules, 1))
    small.apply(applied())
    found = [small.apply(applied(f"w{n}@example.jp", at=later(hours=1))) for n in range(8)]

    for expected in found:
        with house.database.read() as connection:
            unit = House(house.database, with_capacity(house.rules, 2)).unit(connection)
            assert unit.roster(small.slug).next_in_line == expected.reference
        small.apply(WITHDRAW, expected.reference)


def test_of_two_of_a_batch_that_arrived_in_the_same_second_the_first_one_read_is_first(
    house: House,
) -> None:
    small = House(house.database, with_capacity(house.rules, 1))
    seated = small.apply(applied())
    at = later(hours=1)
    stored_one = small.apply(applied("stored@example.jp", at=at))
    with house.database.write() as connection:
        unit = small.unit(connection)
        for n in range(8):
            small.decide(unit, applied(f"w{n}@example.jp", at=at))
        offered = []
        leaving = seated.reference
        for _ in range(9):
            small.decide(unit, WITHDRAW, leaving)
            (one,) = [
                one
                for address in ("stored@example.jp", *(f"w{n}@example.jp" for n in range(8)))
                for one in unit.open_of_address(small.slug, address)
                if one.state is State.AWAITING_PAYMENT
            ]
            offered.append(one.contact_address)
            leaving = one.reference
        unit.flush()

    assert offered[0] == stored_one.contact_address
    assert offered[1:] == [f"w{n}@example.jp" for n in range(8)]


def test_the_line_is_right_within_a_batch(house: House) -> None:
    """Who waits in the database, who joins and who leaves in the batch: all are one line."""
    small = House(house.database, with_capacity(house.rules, 1))
    seated = small.apply(applied())
    second = small.apply(applied("second@example.jp", at=later(hours=2)))
    with house.database.write() as connection:
        unit = small.unit(connection)
        first = small.decide(unit, applied("first@example.jp", at=later(hours=1))).application
        small.decide(unit, applied("third@example.jp", at=later(hours=3)))
        assert unit.roster(small.slug).next_in_line is None
        small.decide(unit, WITHDRAW, seated.reference)
        assert first is not None
        offered = unit.application(first.reference)
        assert offered is not None
        assert offered.state is State.AWAITING_PAYMENT
        small.decide(unit, WITHDRAW, first.reference)
        unit.flush()

    assert stored(house.database, second.reference).state is State.AWAITING_PAYMENT
    assert taken(small) == 1


def test_a_long_line_of_groups_hides_nobody_behind_it(house: House) -> None:
    small = House(house.database, with_capacity(house.rules, 1))
    small.apply(applied())
    with house.database.write() as connection:
        unit = small.unit(connection)
        for n in range(70):
            small.decide(unit, applied(f"w{n}@example.jp", at=later(minutes=n)))
        unit.flush()
    roomy = House(house.database, with_capacity(house.rules, 71))

    with house.database.write() as connection:
        unit = roomy.unit(connection)
        given = []
        while (reference := unit.roster(roomy.slug).next_in_line) is not None:
            given.append(reference)
            small_one = unit.application(reference)
            assert small_one is not None
            unit.record(
                cause=f"seat:{reference}",
                slug=roomy.slug,
                event=Accepted(who="suzuki", why="x"),
                before=small_one,
                decision=Decision(
                    Reason.ACCEPTED_BY_OPERATOR,
                    small_one.but(state=State.AWAITING_PAYMENT, version=small_one.version + 1),
                ),
                rules_digest="",
                now=OPENING,
                letters=(),
            )
        unit.flush()

    arrived = sorted(
        (stored(house.database, reference).arrived_at, given.index(reference))
        for reference in given
    )
    assert [place for _, place in arrived] == list(range(70))
    assert taken(roomy) == 71


# ---------------------------------------------------------------- somebody else was faster


def interrupted(house: House, mine: Event, theirs: Event, target: str | None) -> None:
    """Decide `mine`; before it is written, somebody without any lock writes `theirs`."""
    with house.database.read() as connection:
        unit = house.unit(connection)
        house.decide(unit, mine, target, cause="test:mine")
        parts = (unit._known, unit._caps, unit._writing)
    house.apply(theirs, target, cause="test:theirs")
    with house.database.write() as connection:
        unit.connection = connection
        for part in parts:
            part._connection = connection
        unit.flush()


def test_an_application_that_somebody_else_changed_is_decided_anew(house: House) -> None:
    first = house.apply(applied())

    with pytest.raises(Conflict, match="application"):
        interrupted(house, MONEY, Held(who="suzuki", why="look"), first.reference)

    assert stored(house.database, first.reference).state is State.AWAITING_PAYMENT


def test_seats_that_somebody_else_took_are_decided_anew(house: House) -> None:
    single = House(house.database, with_capacity(house.rules, 2))
    single.apply(applied("before@example.jp"))

    with pytest.raises(Conflict, match="seats"):
        interrupted(single, applied(), applied(JIRO), None)

    assert taken(single) == 2


def test_the_first_seat_of_all_is_no_exception(house: House) -> None:
    single = House(house.database, with_capacity(house.rules, 1))

    with pytest.raises(Conflict, match="seats"):
        interrupted(single, applied(), applied(JIRO), None)

    assert taken(single) == 1


def test_deciding_on_an_older_value_of_the_batch_is_refused(house: House) -> None:
    first = house.apply(applied())

    def twice() -> None:
        with house.database.write() as connection:
            unit = house.unit(connection)
            house.decide(unit, MONEY, first.reference)
            unit.record(
                cause="test:old",
                slug=house.slug,
                event=MONEY,
                before=first,
                decision=Decision(Reason.PAID, first),
                rules_digest="",
                now=OPENING,
                letters=(),
            )

    with pytest.raises(Misused, match="older"):
        twice()


@pytest.mark.parametrize("locked", [True, False], ids=["with the event's lock", "without any"])
def test_the_last_seat_is_never_given_twice(house: House, locked: bool) -> None:
    few = with_capacity(house.rules, 5)

    def apply(n: int) -> State:
        own = House(house.database, few, dice=random.Random(n))
        while True:
            try:
                lock = [f"event:{own.slug}"] if locked else []
                with own.database.write(*lock) as connection:
                    unit = own.unit(connection)
                    decision = own.decide(unit, applied(f"a{n}@example.jp"), cause=f"mail:{n}")
                    unit.flush()
            except Conflict:
                continue
            assert decision.application is not None
            return decision.application.state

    with ThreadPoolExecutor(6) as threads:
        states = list(threads.map(apply, range(24)))

    assert states.count(State.AWAITING_PAYMENT) == 5
    assert states.count(State.WAITLISTED) == 19
    assert taken(House(house.database, few)) == 5


# ---------------------------------------------------------------- held applications


def statuses(database: Database, reference: str) -> list[tuple[str, str | None]]:
    with database.read() as connection:
        found = outbox_console.listing(connection, reference=reference)
    return [(one.status, one.held) for one in found]


def test_letters_of_a_held_application_wait_for_its_release(house: House) -> None:
    hold, release = Held(who="suzuki", why="look"), Released(who="suzuki", why="fine")
    first = house.apply(applied(), letters=[letter()])
    other = house.apply(applied(JIRO), letters=[letter(JIRO)])

    house.apply(hold, first.reference)
    house.apply(MONEY, first.reference, letters=[letter(held="application held")])
    assert statuses(house.database, first.reference) == [("held", "application held")] * 2

    house.apply(hold, first.reference)
    house.apply(release, first.reference, letters=[letter(held="cap reached")])
    assert statuses(house.database, first.reference) == [
        ("queued", None),
        ("queued", None),
        ("held", "cap reached"),
    ]
    assert statuses(house.database, other.reference) == [("queued", None)]


def test_a_hold_by_the_program_keeps_no_letter_back(house: House) -> None:
    late = MoneyArrived(amount=1000, value_date=date(2026, 3, 20), who="bank")
    first = house.apply(applied(), letters=[letter()])

    held = house.apply(late, first.reference)

    assert held.held is not None
    assert statuses(house.database, first.reference) == [("queued", None)]


def test_what_waited_for_an_application_that_was_closed_does_not_leave_by_itself(
    house: House,
) -> None:
    first = house.apply(applied(), letters=[letter()])
    house.apply(Held(who="suzuki", why="look"), first.reference)
    house.apply(WITHDRAW, first.reference)

    assert statuses(house.database, first.reference) == [("held", "application held")]


# ---------------------------------------------------------------- at random


def test_many_batches_at_random_keep_every_count(house: House) -> None:
    dice = random.Random(3)
    small = House(house.database, with_capacity(house.rules, 12))
    for batch in range(12):
        with house.database.write(f"event:{small.slug}") as connection:
            unit = small.unit(connection)
            all_so_far = [one.reference for one in applications.listing(connection, small.slug)]
            for n in range(6):
                event: Any = applied(f"a{batch}.{n}@example.jp", count=dice.randint(1, 3))
                target = dice.choice([None, *all_so_far])
                if target is not None:
                    event = dice.choice([MONEY, WITHDRAW, Cancelled(who="s", why="x")])
                small.decide(unit, event, target)
                roster = unit.roster(small.slug)
                assert roster.taken <= roster.capacity
            unit.flush()

        with house.database.read() as connection:
            everybody = applications.listing(connection, small.slug)
            unit = small.unit(connection)
            roster = unit.roster(small.slug)
            waiting = [
                one
                for one in everybody
                if one.state is State.WAITLISTED and one.seats <= roster.free
            ]
        assert roster.taken == sum(one.seats_held for one in everybody)
        expected = min(waiting, key=lambda one: one.arrived_at, default=None)
        assert roster.next_in_line == (expected.reference if expected else None)


def test_a_participant_number_that_comes_twice_stops_nobody(house: House) -> None:
    """Numbers are the reader's word; two of the same must not poison a batch."""
    double = (Participant(1, name="a", email=HANAKO), Participant(1, name="b", email=JIRO))
    decided = house.apply(applied(participants=double))

    with house.database.read() as connection:
        unit = house.unit(connection)
        assert [one.reference for one in unit.open_of_address(house.slug, JIRO)] == [
            decided.reference
        ]


def test_a_task_needs_no_application(house: House) -> None:
    with house.database.write() as connection:
        unit = house.unit(connection)
        unit.record(
            cause="mail:1",
            slug=house.slug,
            event=Applied(arrived_at=OPENING, sender="", participants=()),
            before=None,
            decision=Decision(Reason.TO_A_PERSON, tasks=(Task(TaskKind.ANSWER, "who?\0"),)),
            rules_digest="",
            now=OPENING,
            letters=(),
        )
        unit.flush()

    with house.database.read() as connection:
        (task,) = tasks.listing(connection)
    assert (task.reference, task.detail) == (None, "who?\ufffd")


def test_a_payload_is_json(house: House) -> None:
    house.apply(applied(), cause="mail:1")
    with house.database.read() as connection:
        text = connection.scalar(sa.text("SELECT payload FROM event"))

    assert json.loads(str(text))["participants"][0]["name"] == "町田1子"


def test_a_unit_in_a_reading_transaction_cannot_be_flushed(house: House) -> None:
    def flush() -> None:
        with house.database.read() as connection:
            unit = house.unit(connection)
            house.decide(unit, applied())
            unit.flush()

    with pytest.raises(StoreError):
        flush()


def test_rules_of_the_shipped_event_are_the_ones_under_test(rules: Rules) -> None:
    assert rules.event.capacity == 500
