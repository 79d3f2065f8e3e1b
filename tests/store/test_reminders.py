"""Occasions: planned as a set, fired once, asked for with event time."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

from pipeline.domain.application import Application, State
from pipeline.domain.decision import EXPIRY, LAPSE, LIST_END, Decision, Reason, Reminder
from pipeline.domain.events import Extended
from pipeline.store import reminders
from pipeline.store.reminders import Due, Planned
from tests.store.build import HANAKO, JIRO, OPENING, House, applied, later, with_capacity

HEARD_ALL = later(days=999)
RULES_DAY = datetime.combine(date(2026, 3, 5), datetime.min.time(), OPENING.tzinfo)


def planned(house: House, reference: str) -> list[Planned]:
    with house.database.read() as connection:
        return reminders.of_application(connection, reference)


def due(
    house: House,
    now: datetime,
    *,
    limit: int = 100,
    settled_before: datetime | None = None,
    heard_until: datetime | None = HEARD_ALL,
    skip: tuple[tuple[str, int], ...] = (),
) -> list[Due]:
    with house.database.read() as connection:
        return reminders.due(
            connection,
            house.slug,
            now,
            limit,
            settled_before=settled_before,
            heard_until=heard_until,
            skip=skip,
        )


def plan(house: House, one: Application | None, *moments: Reminder) -> Application:
    """Record a decision that leaves an application with exactly these occasions ahead."""
    with house.database.write() as connection:
        unit = house.unit(connection)
        reference = unit.roster(house.slug).fresh_reference
        assert reference is not None
        new = Application(
            reference, house.slug, State.AWAITING_PAYMENT, "", HANAKO, (), OPENING, version=1
        )
        after = one.but(version=one.version + 1) if one else new
        before = unit.application(one.reference) if one else None
        unit.record(
            cause=f"test:{after.reference}.{after.version}",
            slug=house.slug,
            event=Extended(who="suzuki", why="x", until=date(2026, 3, 20)),
            before=before,
            decision=Decision(Reason.EXTENDED, after, reminders=moments),
            rules_digest="",
            now=OPENING,
            letters=(),
        )
        unit.flush()
    return after


def fire(house: House, reference: str, kind: str, number: int) -> None:
    with house.database.write() as connection:
        reminders.fire(connection, reference, kind, number, at=later(days=9))


A, B, C = (Reminder(kind, 1, later(days=n)) for n, kind in enumerate("abc", 1))


def test_a_decision_plans_what_lies_ahead(house: House) -> None:
    first = house.apply(applied())

    found = planned(house, first.reference)

    assert (EXPIRY, first.pay_by) in [(one.kind, one.due_at) for one in found]
    assert len(found) > 1
    assert {one.fired_at for one in found} == {None}


def test_what_is_no_longer_ahead_goes_and_what_is_new_comes(house: House) -> None:
    one = plan(house, None, A, B)
    plan(house, one, B, C)

    assert [r.kind for r in planned(house, one.reference)] == ["b", "c"]


def test_an_occasion_may_be_put_off(house: House) -> None:
    one = plan(house, None, A)
    plan(house, one, replace(A, due_at=later(days=5)))

    assert [r.due_at for r in planned(house, one.reference)] == [later(days=5)]


def test_what_has_fired_stays_and_never_comes_back(house: House) -> None:
    one = plan(house, None, A, B)
    fire(house, one.reference, "a", 1)
    one = plan(house, one)
    assert [(r.kind, r.fired_at) for r in planned(house, one.reference)] == [("a", later(days=9))]

    plan(house, one, replace(A, due_at=later(days=30)), B)

    found = planned(house, one.reference)
    assert [(r.kind, r.due_at) for r in found] == [("a", A.due_at), ("b", B.due_at)]
    assert [r.kind for r in due(house, later(days=60))] == ["b"]


def test_firing_twice_keeps_the_first_time(house: House) -> None:
    one = plan(house, None, A)
    fire(house, one.reference, "a", 1)
    with house.database.write() as connection:
        reminders.fire(connection, one.reference, "a", 1, at=later(days=20))

    assert planned(house, one.reference)[0].fired_at == later(days=9)


def test_nothing_is_due_before_its_time(house: House) -> None:
    one = plan(house, None, A)

    assert due(house, later(days=1, seconds=-1)) == []
    assert due(house, later(days=1)) == [Due(one.reference, "a", 1, A.due_at)]


def test_the_longest_due_application_comes_first_with_all_that_is_due(house: House) -> None:
    """One that was cut in two would be reminded twice after an outage."""
    late = plan(house, None, B)
    early = plan(house, None, A, replace(C, due_at=later(days=2, hours=1)))
    third = plan(house, None, replace(B, due_at=later(days=2, hours=2)))

    found = due(house, later(days=9), limit=1)
    assert [(one.reference, one.kind) for one in found] == [
        (early.reference, "a"),
        (early.reference, "c"),
    ]
    found = due(house, later(days=9), limit=3)
    assert [one.reference for one in found] == [early.reference, early.reference, late.reference]
    assert due(house, later(days=9))[-1].reference == third.reference


def test_what_waits_for_the_bank_is_due_only_up_to_its_word(house: House) -> None:
    expiry = Reminder(EXPIRY, 1, later(days=3))
    end = Reminder(LIST_END, 1, later(days=4))
    one = plan(house, None, expiry, end, Reminder(LAPSE, 1, later(days=5)))

    assert [d.kind for d in due(house, later(days=9))] == [LAPSE]
    covered = due(house, later(days=9), settled_before=later(days=3))
    assert [d.kind for d in covered] == [EXPIRY, LAPSE]
    assert due(house, later(days=2), settled_before=later(days=9)) == []
    assert [d.reference for d in covered] == [one.reference] * 2


def test_what_waits_for_something_else_hides_nothing_behind_it(house: House) -> None:
    plan(house, None, A)
    behind = plan(house, None, B)

    found = due(house, later(days=9), limit=1, skip=(("a", 1),))

    assert [one.reference for one in found] == [behind.reference]


def test_another_events_occasions_are_its_own(house: House) -> None:
    plan(house, None, A)

    with house.database.read() as connection:
        assert (
            reminders.due(
                connection, "another", later(days=9), 9, settled_before=None, heard_until=HEARD_ALL
            )
            == []
        )


def test_what_tells_that_it_is_over_waits_until_the_mail_before_it_is_decided(
    house: House,
) -> None:
    plan(house, None, A, Reminder(LAPSE, 1, later(days=2)), Reminder(EXPIRY, 1, later(days=3)))

    def kinds(heard_until: datetime | None) -> list[str]:
        settled = later(days=9)
        found = due(house, later(days=9), settled_before=settled, heard_until=heard_until)
        return [one.kind for one in found]

    assert kinds(None) == ["a"]
    assert kinds(later(days=2, seconds=-1)) == ["a"]
    assert kinds(later(days=2)) == ["a", LAPSE]
    assert kinds(later(days=3)) == ["a", LAPSE, EXPIRY]


def test_the_next_occasion_can_be_waited_for(house: House) -> None:
    with house.database.read() as connection:
        assert reminders.next_due_at(connection, house.slug) is None
    plan(house, None, Reminder(EXPIRY, 1, later(days=1)), B)

    with house.database.read() as connection:
        by_itself = reminders.next_due_at(connection, house.slug)
        with_word = reminders.next_due_at(connection, house.slug, settled_before=later(days=1))

    assert (by_itself, with_word) == (B.due_at, later(days=1))


def test_who_gets_a_seat_waits_for_the_list_no_longer(house: House) -> None:
    small = House(house.database, with_capacity(house.rules, 1))
    seated = small.apply(applied())
    waiting = small.apply(applied(JIRO))
    assert [one.kind for one in planned(house, waiting.reference)] == [LIST_END]

    from pipeline.domain.events import WithdrawnByOperator

    small.apply(WithdrawnByOperator(who="suzuki", why="x"), seated.reference)

    assert planned(house, seated.reference) == []
    assert EXPIRY in {one.kind for one in planned(house, waiting.reference)}
    assert LIST_END not in {one.kind for one in planned(house, waiting.reference)}
