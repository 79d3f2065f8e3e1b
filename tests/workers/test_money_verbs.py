"""What a person decides about money, and how it is undone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest

from pipeline.domain.application import State
from pipeline.domain.decision import Reason
from pipeline.store import money_acts
from pipeline.store.database import Conflict
from pipeline.store.remittances import Status
from pipeline.workers import tidying
from pipeline.workers.money_verbs import (
    CannotBe,
    UnknownRemittance,
    accept,
    assign,
    dismiss,
    refund,
    reverse,
)
from pipeline.workers.reconcile import UnknownReference
from tests.bank.values import Line
from tests.workers import money as m
from tests.workers.conftest import ON_BOTH, TOKYO, Desk

pytestmark = ON_BOTH
MONDAY = date(2026, 3, 2)
BY: dict[str, Any] = {"who": "suzuki", "why": "telephone"}
Mail = Callable[..., bytes]


@pytest.fixture
def taken(desk: Desk, application_mail: Mail) -> list[str]:
    """Three applications for the three seats there are, and a fourth that waits."""
    for number, name in enumerate(("見本 花子", "見本 月子", "見本 星子", "見本 雪子"), 1):
        desk.receive(application_mail(name, f"p{number}@example.jp", number=number))
    desk.work()
    desk.clock.set(datetime(2026, 3, 3, 9, tzinfo=TOKYO))
    desk.work()
    return [one.reference for one in desk.applications()]


def unknown(desk: Desk, amount: int = 1000, day: date = MONDAY) -> int:
    """Money of a payer whom nobody knows."""
    imported = m.take_in(desk, m.notice([Line(day, amount, "ｼﾗﾅｲ ﾋﾄ")]))
    return imported.lines[0].id or 0


def status(desk: Desk, number: int) -> Status:
    return next(one.status for one in m.money(desk) if one.id == number)


# ---------------------------------------------------------------- assigned


def test_a_person_says_whose_it_is(desk: Desk, taken: list[str]) -> None:
    number = unknown(desk)
    acted = assign(desk.office, number, [(taken[0], 1000)], **BY)

    assert acted.status is Status.SETTLED
    assert m.of(desk, taken[0]).state is State.ADMITTED
    assert m.credited(desk, taken[0]) == 1000
    assert m.asked(desk) == []
    with desk.office.database.read() as connection:
        (act,) = money_acts.acts(connection, number)
    assert (act.act, act.status, act.who, act.why) == ("assigned", "settled", "suzuki", "telephone")


def test_one_transfer_is_divided_among_several(desk: Desk, taken: list[str]) -> None:
    number = unknown(desk, 2000)
    acted = assign(desk.office, number, [(taken[0], 1000), (taken[1], 1000)], **BY)

    assert [one.cause for one in acted.done] == [f"remittance:{number}.1"] * 2
    assert [m.of(desk, one).state for one in taken[:2]] == [State.ADMITTED] * 2


def test_what_is_left_of_a_transfer_stays_open(desk: Desk, taken: list[str]) -> None:
    number = unknown(desk, 5000)
    acted = assign(desk.office, number, [(taken[0], 1000)], **BY)

    assert acted.status is Status.OPEN
    assert m.of(desk, taken[0]).state is State.ADMITTED
    assert len(m.asked(desk)) == 1


def test_assigning_it_to_somebody_else_takes_it_from_the_first(
    desk: Desk, taken: list[str]
) -> None:
    m.take_in(desk, m.notice([m.transfer(taken[0], MONDAY)] * 2))
    twice = m.money(desk, Status.OPEN)[0].id
    assert m.credited(desk, taken[0]) == 2000
    assign(desk.office, twice, [(taken[1], 1000)], **BY)

    assert [m.credited(desk, one) for one in taken[:2]] == [1000, 1000]
    assert [m.of(desk, one).state for one in taken[:2]] == [State.ADMITTED] * 2
    assert m.asked(desk) == []


@pytest.mark.parametrize(
    "shares",
    [[], [("0", 0)], [("0", -1)], [("0", 1001)], [("0", 400), ("0", 600)]],
)
def test_shares_that_cannot_be_are_refused(
    desk: Desk, taken: list[str], shares: list[tuple[str, int]]
) -> None:
    number = unknown(desk)
    with pytest.raises(CannotBe):
        assign(desk.office, number, [(taken[0], yen) for _, yen in shares], **BY)
    assert status(desk, number) is Status.OPEN


def test_an_application_or_a_remittance_that_is_not_there_is_said_so(
    desk: Desk, taken: list[str]
) -> None:
    number = unknown(desk)
    with pytest.raises(UnknownReference):
        assign(desk.office, number, [("999999", 1000)], **BY)
    with pytest.raises(UnknownRemittance):
        assign(desk.office, 999, [(taken[0], 1000)], **BY)


def test_what_stands_otherwise_must_be_reversed_first(desk: Desk, taken: list[str]) -> None:
    m.take_in(desk, m.notice([m.transfer(taken[0], MONDAY), m.transfer(taken[1], MONDAY, 600)]))
    settled, short = [one.id for one in m.money(desk)]
    with pytest.raises(CannotBe, match="reverse it first"):
        assign(desk.office, settled, [(taken[1], 1000)], **BY)
    with pytest.raises(CannotBe, match="assigned so already"):
        assign(desk.office, short, [(taken[1], 600)], **BY)


def test_two_who_act_at_once_do_not_both_win(
    desk: Desk, taken: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    number = unknown(desk)
    note = money_acts.note
    failed: list[bool] = []

    def first_a_conflict(*args: Any, **said: Any) -> int:
        if not failed:
            failed.append(True)
            raise Conflict("somebody else acted")
        return note(*args, **said)

    monkeypatch.setattr(money_acts, "note", first_a_conflict)
    assign(desk.office, number, [(taken[0], 1000)], **BY)
    assert failed
    assert m.credited(desk, taken[0]) == 1000


# ---------------------------------------------------------------- accepted


def test_a_short_payment_is_let_count_as_it_is(desk: Desk, taken: list[str]) -> None:
    m.take_in(desk, m.notice([m.transfer(taken[0], MONDAY, 670)]))
    (short,) = m.money(desk)
    acted = accept(desk.office, short.id, **BY)

    one = m.of(desk, taken[0])
    assert (one.state, one.credited, one.discount) == (State.ADMITTED, 670, 330)
    assert acted.status is Status.SETTLED
    assert m.asked(desk) == []


def test_late_money_is_let_count(desk: Desk, taken: list[str]) -> None:
    desk.clock.set(datetime(2026, 3, 17, 9, tzinfo=TOKYO))
    m.take_in(desk, m.notice([m.transfer(taken[0], date(2026, 3, 13))]))
    (late,) = m.money(desk)
    assert m.of(desk, taken[0]).held == Reason.PAID_LATE
    accept(desk.office, late.id, **BY)

    assert m.of(desk, taken[0]).state is State.ADMITTED


def test_more_than_is_owed_is_let_stay(desk: Desk, taken: list[str]) -> None:
    m.take_in(desk, m.notice([m.transfer(taken[0], MONDAY, 1500)]))
    (over,) = m.money(desk)
    acted = accept(desk.office, over.id, **BY)

    assert acted.changed
    assert m.of(desk, taken[0]).state is State.ADMITTED
    assert m.credited(desk, taken[0]) == 1500
    assert m.asked(desk) == []


def test_who_paid_in_line_is_accepted_into_a_free_seat_only(desk: Desk, taken: list[str]) -> None:
    m.take_in(desk, m.notice([m.transfer(taken[3], MONDAY)]))
    (early,) = m.money(desk)
    assert m.of(desk, taken[3]).state is State.WAITLISTED
    assert m.letters(desk, taken[3])[-1].startswith("paid_without_seat")
    refused = accept(desk.office, early.id, **BY)

    assert (refused.changed, refused.status) == (False, Status.OPEN)
    assert refused.done[0].decision.reason is Reason.NO_FREE_SEAT
    assert m.of(desk, taken[3]).version == m.of(desk, taken[3]).version
    assert len(m.asked(desk)) == 1
    with desk.office.database.read() as connection:
        assert money_acts.acts(connection, early.id) == []


def test_what_is_nobodys_cannot_be_accepted(desk: Desk, taken: list[str]) -> None:
    number = unknown(desk)
    with pytest.raises(CannotBe, match="assign it first"):
        accept(desk.office, number, **BY)


# ---------------------------------------------------------------- refunded, dismissed


def test_only_what_no_seat_needs_goes_back_by_itself(desk: Desk, taken: list[str]) -> None:
    m.take_in(desk, m.notice([m.transfer(taken[0], MONDAY, 1500)]))
    (over,) = m.money(desk)
    assign(desk.office, over.id, [(taken[0], 1500)], **BY)
    assert len(m.asked(desk)) == 1
    acted = refund(desk.office, over.id, **BY)

    assert acted.status is Status.SETTLED
    assert m.credited(desk, taken[0]) == 1000
    assert m.of(desk, taken[0]).state is State.ADMITTED
    assert m.asked(desk) == []


def test_a_whole_refund_makes_unpaid_again(desk: Desk, taken: list[str]) -> None:
    m.take_in(desk, m.notice([m.transfer(taken[0], MONDAY)]))
    (paid,) = m.money(desk)
    acted = refund(desk.office, paid.id, **BY)

    assert acted.status is Status.REFUNDED
    assert m.of(desk, taken[0]).state is State.AWAITING_PAYMENT
    assert m.credited(desk, taken[0]) == 0


def test_a_refund_of_more_than_arrived_is_refused(desk: Desk, taken: list[str]) -> None:
    number = unknown(desk)
    with pytest.raises(CannotBe, match="cannot go back"):
        refund(desk.office, number, amount=1001, **BY)
    assert refund(desk.office, number, **BY).status is Status.REFUNDED


def test_part_of_what_is_several_peoples_is_not_divided_by_itself(
    desk: Desk, taken: list[str]
) -> None:
    number = unknown(desk, 2000)
    assign(desk.office, number, [(taken[0], 1000), (taken[1], 1000)], **BY)
    with pytest.raises(CannotBe, match="several"):
        refund(desk.office, number, amount=1000, **BY)


def test_what_is_not_ours_is_dismissed(desk: Desk, taken: list[str]) -> None:
    number = unknown(desk)
    assert dismiss(desk.office, number, **BY).status is Status.DISMISSED
    assert m.asked(desk) == []


def test_a_cancellation_whose_credit_nobody_knows_is_dismissed(
    desk: Desk, taken: list[str]
) -> None:
    back = replace(m.transfer(taken[0], MONDAY), cancels=True)
    imported = m.take_in(desk, m.notice([back]))
    number = imported.lines[0].id or 0
    with pytest.raises(CannotBe, match="no money that came in"):
        accept(desk.office, number, **BY)
    assert dismiss(desk.office, number, **BY).status is Status.DISMISSED


# ---------------------------------------------------------------- undone


@pytest.mark.parametrize("act", ["assigned", "accepted", "refunded", "dismissed"])
def test_every_act_is_undone_and_asked_anew(desk: Desk, taken: list[str], act: str) -> None:
    m.take_in(desk, m.notice([m.transfer(taken[0], MONDAY, 670)]))
    (one,) = m.money(desk)
    if act == "assigned":
        assign(desk.office, one.id, [(taken[1], 670)], **BY)
    else:
        {"accepted": accept, "refunded": refund, "dismissed": dismiss}[act](
            desk.office, one.id, **BY
        )
    acted = reverse(desk.office, one.id, **BY)

    assert acted.status is Status.OPEN
    assert [m.credited(desk, ref) for ref in taken[:2]] == [0, 0]
    assert m.of(desk, taken[0]).state is State.AWAITING_PAYMENT
    assert len(m.asked(desk)) == 1

    assign(desk.office, one.id, [(taken[0], 670)], **BY)
    accept(desk.office, one.id, **BY)
    assert m.of(desk, taken[0]).state is State.ADMITTED
    assert m.asked(desk) == []


def test_money_by_hand_is_reversed_too(desk: Desk, taken: list[str]) -> None:
    desk.pay(taken[0], 1000, MONDAY)
    (by_hand,) = m.money(desk)
    reverse(desk.office, by_hand.id, **BY)

    assert m.of(desk, taken[0]).state is State.AWAITING_PAYMENT
    assert dismiss(desk.office, by_hand.id, **BY).status is Status.DISMISSED


def test_there_is_nothing_to_undo_where_nothing_was_done(desk: Desk, taken: list[str]) -> None:
    number = unknown(desk)
    with pytest.raises(CannotBe, match="already"):
        reverse(desk.office, number, **BY)


def test_money_of_an_application_that_was_completed_meanwhile_is_settled(
    desk: Desk, taken: list[str], application_mail: Mail
) -> None:
    desk.receive(application_mail("見本 霧子", "kiri@example.jp", number=9, leave_out="電話番号"))
    desk.work()
    waiting = desk.applications()[-1].reference
    m.take_in(desk, m.notice([m.transfer(waiting, MONDAY)]))
    assert len(m.money(desk, Status.OPEN)) == 1
    with desk.office.database.write() as connection:
        tidying.settle_what_is_paid(desk.office, connection, at=desk.clock.now())
    assert len(m.money(desk, Status.OPEN)) == 1
