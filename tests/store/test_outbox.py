"""The outbox: attempts are written down first, and what is known of each letter is the truth."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any

import pytest

from pipeline.domain.application import Application
from pipeline.domain.events import Held, MoneyArrived, QuestionAsked, WithdrawnByOperator
from pipeline.store import journal, outbox, outbox_console, settings
from pipeline.store.database import Database
from pipeline.store.outbox import CLAIMED_FOR, GONE_AFTER, RESEND_AFTER, Outgoing, Recovered
from pipeline.store.outbox_console import Letter
from tests.store.build import HANAKO, JIRO, OPENING, House, applied, later, letter

MONEY = MoneyArrived(amount=1000, value_date=OPENING.date(), who="suzuki", why="x")


def post(house: House, *letters: Any) -> list[int]:
    """Letters of nobody's application. Their numbers."""
    with house.database.write() as connection:
        unit = house.unit(connection)
        house.decide(unit, QuestionAsked(arrived_at=OPENING, sender=HANAKO), letters=letters)
        unit.flush()
        found = outbox_console.listing(connection, limit=len(letters))
    return [one.id for one in found]


def claim(house: House, now: datetime = OPENING, limit: int = 50, by: str = "a") -> list[Outgoing]:
    return outbox.claim(house.database, now, limit, by)


def settle(house: House, number: int, status: Any, by: str = "a", **said: Any) -> None:
    values = {"error": None, "next_attempt_at": None, "at": OPENING} | said
    with house.database.write() as connection:
        outbox.settle(connection, [outbox.Settled(number, status, **values)], by=by)


def show(database: Database, number: int) -> Letter:
    with database.read() as connection:
        found = outbox_console.show(connection, number)
    assert found is not None
    return found


# ---------------------------------------------------------------- claiming


def test_a_letter_leaves_with_everything_that_its_sender_needs(house: House) -> None:
    one = letter(raw=bytes(range(256)), secret=True)
    first = house.apply(applied(), letters=[one])

    (found,) = claim(house)

    assert (found.raw, found.secret, found.attempts) == (one.raw, True, 1)
    assert (found.recipient, found.envelope_sender) == (HANAKO, one.envelope_sender)
    assert (found.application, found.event) == (first.reference, house.slug)
    assert (found.message_id, found.created_at) == (one.message_id, OPENING)


def test_a_letter_without_an_application_leaves_as_well(house: House) -> None:
    post(house, letter())

    assert [one.application for one in claim(house)] == [None]


def test_the_attempt_is_committed_before_anything_is_dialled(house: House) -> None:
    (number,) = post(house, letter())
    claim(house)

    shown = show(house.database, number)
    assert (shown.status, shown.attempts) == ("sending", 1)
    assert shown.next_attempt_at == OPENING + CLAIMED_FOR


def test_nothing_leaves_before_its_time_and_the_longest_due_first(house: House) -> None:
    night = letter(not_before=later(hours=8))
    _, second, first = post(
        house, night, letter(not_before=later(hours=2)), letter(not_before=later(hours=1))
    )

    assert claim(house) == []
    assert [one.id for one in claim(house, later(hours=3))] == [first, second]


def test_a_claim_takes_no_more_than_it_was_asked_for(house: House) -> None:
    post(house, *(letter() for _ in range(5)))

    assert [len(claim(house, limit=2)) for _ in range(4)] == [2, 2, 1, 0]


def test_what_is_held_is_not_claimed(house: House) -> None:
    post(house, letter(held="cap reached"))

    assert claim(house) == []


def test_several_senders_never_get_the_same_letter(house: House) -> None:
    post(house, *(letter() for _ in range(60)))

    def until_empty(name: str) -> list[int]:
        found: list[int] = []
        while batch := claim(house, limit=7, by=name):
            found += [one.id for one in batch]
        return found

    with ThreadPoolExecutor(4) as threads:
        shares = list(threads.map(until_empty, "abcd"))

    everything = [number for share in shares for number in share]
    assert len(everything) == len(set(everything)) == 60


def test_the_next_attempt_can_be_waited_for(house: House) -> None:
    def next_attempt() -> datetime | None:
        with house.database.read() as connection:
            return outbox.next_attempt_at(connection)

    assert next_attempt() is None
    post(house, letter(not_before=later(hours=2)), letter(not_before=later(hours=1)))
    assert next_attempt() == later(hours=1)


# ---------------------------------------------------------------- settling


def test_a_letter_that_was_taken_never_leaves_again(house: House) -> None:
    (number,) = post(house, letter())
    claim(house)
    settle(house, number, "sent", at=later(minutes=1))

    assert claim(house, later(days=9)) == []
    assert show(house.database, number).settled_at == later(minutes=1)


def test_a_refusal_for_now_is_tried_later_and_says_why(house: House) -> None:
    (number,) = post(house, letter())
    claim(house)
    settle(house, number, "queued", error="data: 451 busy\0", next_attempt_at=later(minutes=5))

    assert show(house.database, number).last_error == "data: 451 busy\ufffd"
    assert claim(house, later(minutes=4)) == []
    (again,) = claim(house, later(minutes=5))
    assert again.attempts == 2


def test_a_refusal_for_good_is_final(house: House) -> None:
    (number,) = post(house, letter())
    claim(house)
    settle(house, number, "failed", error="rcpt: 550 no such user")

    assert claim(house, later(days=9)) == []


def test_a_letter_held_by_its_sender_says_why(house: House) -> None:
    (number,) = post(house, letter(secret=True))
    claim(house)
    settle(house, number, "held", error="not paid")

    assert show(house.database, number).held == "not paid"


def test_a_harmless_letter_of_unknown_fate_is_sent_once_more(house: House) -> None:
    (number,) = post(house, letter())
    (first,) = claim(house)
    settle(house, number, "unknown", error="dot: lost", next_attempt_at=later(minutes=30))

    assert claim(house, later(minutes=29)) == []
    (again,) = claim(house, later(minutes=30))
    assert again.message_id == first.message_id
    settle(house, number, "unknown", next_attempt_at=later(minutes=60))

    assert claim(house, later(days=9)) == []
    assert show(house.database, number).status == "unknown"


def test_a_letter_that_was_resent_may_still_be_refused_for_now(house: House) -> None:
    """Its second try was not taken for certain: the doubt about the first one stays."""
    (number,) = post(house, letter())
    claim(house)
    settle(house, number, "unknown", next_attempt_at=later(minutes=30))
    claim(house, later(minutes=30))
    settle(house, number, "queued", next_attempt_at=later(minutes=35))

    (third,) = claim(house, later(minutes=35))

    assert third.attempts == 3


def test_a_secret_of_unknown_fate_waits_for_a_person(house: House) -> None:
    (number,) = post(house, letter(secret=True))
    claim(house)
    settle(house, number, "unknown", error="dot: lost")

    assert claim(house, later(days=9)) == []


def test_what_was_settled_by_somebody_else_stays_as_it_is(house: House) -> None:
    (number,) = post(house, letter())
    claim(house)
    settle(house, number, "sent")
    settle(house, number, "queued", next_attempt_at=OPENING)

    assert show(house.database, number).status == "sent"


# ---------------------------------------------------------------- the secret


def paid(house: House, *letters: Any) -> Application:
    first = house.apply(applied(count=2))
    money = MoneyArrived(amount=2000, value_date=OPENING.date(), who="suzuki", why="x")
    return house.apply(money, first.reference, letters=letters)


def may_have_secret(house: House, number: int) -> bool:
    with house.database.read() as connection:
        return outbox.may_have_secret(connection, number)


def test_who_has_paid_may_have_the_secret_at_every_registered_address(house: House) -> None:
    others = (HANAKO.upper(), f"member2.{HANAKO}", JIRO)
    first = paid(house, *(letter(to, secret=True) for to in others))
    numbers = [one.id for one in claim(house)]

    assert [may_have_secret(house, number) for number in numbers] == [True, True, False]

    house.apply(WithdrawnByOperator(who="suzuki", why="x", participants=(2,)), first.reference)
    assert [may_have_secret(house, number) for number in numbers] == [True, False, False]


def test_who_has_not_paid_is_held_or_unknown_may_not(house: House) -> None:
    house.apply(applied(), letters=[letter(secret=True)])
    first = paid(house, letter(secret=True))
    post(house, letter(secret=True))
    unpaid, of_paid, of_nobody = [one.id for one in claim(house)]

    assert not may_have_secret(house, unpaid)
    assert not may_have_secret(house, of_nobody)
    assert may_have_secret(house, of_paid)
    house.apply(Held(who="suzuki", why="look"), first.reference)
    assert not may_have_secret(house, of_paid)


def test_the_mark_before_the_dot_is_committed(house: House) -> None:
    paid(house, letter(secret=True))
    (number,) = [one.id for one in claim(house)]

    assert outbox.mark_at_dot(house.database, number, by="a")
    assert show(house.database, number).status == "at_dot"
    assert not outbox.mark_at_dot(house.database, number, by="a")  # nobody sends it a second time


def test_no_mark_for_one_that_may_not_have_the_secret_any_more(house: House) -> None:
    first = paid(house, letter(secret=True))
    (number,) = [one.id for one in claim(house)]
    house.apply(WithdrawnByOperator(who="suzuki", why="x"), first.reference)

    assert not outbox.mark_at_dot(house.database, number, by="a")
    assert show(house.database, number).status == "sending"


# ---------------------------------------------------------------- after a crash


def recover(house: House, now: datetime = OPENING, by: str = "b") -> Recovered:
    machine = later(days=300)
    with house.database.write() as connection:
        alive = outbox.alive(connection, instance=by, machine_now=machine)
        return outbox.recover(connection, now=now, alive=alive)


def crash(house: House) -> tuple[int, int, int]:
    """The program dies with a harmless letter, a secret one, and one at its dot in hand."""
    paid(house, letter(), letter(secret=True), letter(secret=True))
    harmless, secret, at_dot = (one.id for one in claim(house))
    outbox.mark_at_dot(house.database, at_dot, by="a")
    return harmless, secret, at_dot


def test_each_letter_in_hand_becomes_what_is_known_of_it(house: House) -> None:
    harmless, secret, at_dot = crash(house)

    assert recover(house) == Recovered(queued=1, unknown=1, for_a_person=1)

    found = {number: show(house.database, number) for number in (harmless, secret, at_dot)}
    assert [found[n].status for n in (harmless, secret, at_dot)] == [
        "unknown",
        "queued",
        "unknown",
    ]
    assert [one.id for one in claim(house)] == [secret]
    assert [one.id for one in claim(house, later(days=9))] == [harmless]
    assert found[harmless].next_attempt_at == OPENING + RESEND_AFTER
    assert recover(house, by="a") == Recovered()


def test_whoever_seemed_to_be_gone_says_nothing_but_that_a_letter_was_sent(house: House) -> None:
    harmless, secret, at_dot = crash(house)
    recover(house)
    assert [one.id for one in claim(house, by="b")] == [secret]

    assert not outbox.mark_at_dot(house.database, secret, by="a")  # it is in other hands
    settle(house, secret, "held", by="a", error="not allowed")
    settle(house, harmless, "queued", by="a", next_attempt_at=OPENING)
    assert show(house.database, secret).status == "sending"
    assert show(house.database, harmless).status == "unknown"

    settle(house, harmless, "sent", by="a")
    settle(house, at_dot, "sent", by="a")
    assert show(house.database, harmless).status == "sent"
    assert show(house.database, at_dot).status == "sent"
    assert claim(house, later(days=9), by="b") == []


def test_a_harmless_letter_that_was_never_at_its_dot_again_is_tried_as_often_as_it_takes(
    house: House,
) -> None:
    (number,) = post(house, letter())
    (first,) = claim(house)
    assert not first.resent
    recover(house)
    for day in range(1, 6):
        (again,) = claim(house, later(days=day))
        assert again.resent
        assert recover(house, later(days=day)) == Recovered(unknown=1)

    assert show(house.database, number).attempts == 6


def test_a_crash_at_the_dot_of_the_second_try_leaves_a_harmless_letter_to_a_person(
    house: House,
) -> None:
    (number,) = post(house, letter())
    claim(house)
    recover(house)
    claim(house, later(days=1))
    assert outbox.mark_at_dot(house.database, number, by="a")

    assert recover(house, later(days=1)) == Recovered(for_a_person=1)
    assert claim(house, later(days=9)) == []
    assert show(house.database, number).attempts == 2


def test_a_second_try_that_was_put_off_is_still_the_second(house: House) -> None:
    (number,) = post(house, letter())
    claim(house)
    recover(house)
    claim(house, later(days=1))
    settle(house, number, "queued", next_attempt_at=later(days=1), tried=False)

    (again,) = claim(house, later(days=1))
    assert again.resent
    settle(house, number, "unknown", next_attempt_at=later(days=2))
    assert claim(house, later(days=9)) == []


def test_what_this_daemon_has_in_hand_is_its_own(house: House) -> None:
    crash(house)

    assert not recover(house, by="a")


@pytest.mark.server
def test_what_another_daemon_that_lives_has_in_hand_is_left_to_it(
    postgresql: Database, house: House
) -> None:
    house.database = postgresql
    crash(house)
    with postgresql.write() as connection:
        settings.beat(connection, "a", later(days=300) - GONE_AFTER / 2, OPENING)
    assert not recover(house)

    with postgresql.write() as connection:
        settings.beat(connection, "a", later(days=300) - GONE_AFTER, OPENING)
    assert recover(house)
    with postgresql.read() as connection:
        assert settings.last_beats(connection) == {}


def test_on_sqlite_every_other_daemon_is_gone(sqlite: Database, house: House) -> None:
    house.database = sqlite
    crash(house)
    with sqlite.write() as connection:
        settings.beat(connection, "a", later(days=300), OPENING)

    assert recover(house)


# ---------------------------------------------------------------- operators

WHO: dict[str, Any] = {"who": "suzuki", "why": "asked by telephone", "at": OPENING}


@pytest.mark.parametrize(
    ("act", "before", "after"),
    [
        (outbox_console.hold, "queued", "held"),
        (outbox_console.hold, "unknown", "held"),
        (outbox_console.hold, "sending", None),
        (outbox_console.release, "held", "queued"),
        (outbox_console.release, "failed", None),
        (outbox_console.retry, "failed", "queued"),
        (outbox_console.retry, "unknown", "queued"),
        (outbox_console.retry, "queued", "queued"),
        (outbox_console.retry, "sent", None),
        (outbox_console.retry, "sending", None),
        (outbox_console.drop, "queued", "dropped"),
        (outbox_console.drop, "held", "dropped"),
        (outbox_console.drop, "failed", "dropped"),
        (outbox_console.drop, "unknown", "dropped"),
        (outbox_console.drop, "sent", None),
        (outbox_console.drop, "sending", None),
    ],
    ids=lambda value: value if isinstance(value, str) else getattr(value, "__name__", "refused"),
)
def test_an_operator_may(house: House, act: Any, before: str, after: str | None) -> None:
    first = house.apply(applied(), letters=[letter(not_before=later(hours=9))])
    (number,) = [one.id for one in claim(house, later(hours=9))]
    if before != "sending":
        far = later(days=30)
        settle(house, number, before, error="why it was", next_attempt_at=far)

    with house.database.write() as connection:
        done = act(connection, number, **WHO, cause="operator:1")

    assert done is (after is not None)
    shown = show(house.database, number)
    assert shown.status == (after or before)
    with house.database.read() as connection:
        noted = journal.of_cause(connection, "operator:1")
    assert [(one.reference, one.note) for one in noted] == (
        [(first.reference, "suzuki: asked by telephone")] if done else []
    )
    if after == "held":
        assert shown.held == "suzuki: asked by telephone"
    if after == "queued":
        assert (shown.held, shown.next_attempt_at) == (None, OPENING)


def test_lists_can_be_narrowed_and_end_with_the_newest(house: House) -> None:
    first = house.apply(applied(), letters=[letter(), letter(held="cap reached")])
    post(house, letter(JIRO))

    with house.database.read() as connection:
        listing = outbox_console.listing
        assert [one.recipient for one in listing(connection, limit=2)] == [HANAKO, JIRO]
        assert [one.held for one in listing(connection, status="held")] == ["cap reached"]
        assert len(listing(connection, house.slug, reference=first.reference)) == 2
        assert listing(connection, "another") == []
        assert outbox_console.show(connection, 0) is None
        assert outbox_console.raw(connection, 0) is None
