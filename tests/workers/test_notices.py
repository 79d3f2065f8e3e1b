"""Payment notices by mail: announced, money, or a person's; and each number once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest

from pipeline.domain.application import State
from pipeline.domain.rules import Authentication, NoticeSender
from pipeline.store.remittances import Status
from pipeline.workers.money_verbs import accept, assign
from tests.mail.reading.letters import mail, text, word
from tests.workers import money as m
from tests.workers.conftest import ON_BOTH, TOKYO, Desk

pytestmark = ON_BOTH
AGENCY = b"notice@pay.example.com"
BY: dict[str, Any] = {"who": "suzuki", "why": "telephone"}


@pytest.fixture
def reference(desk: Desk, application_mail: Callable[..., bytes]) -> str:
    """An application, in an office that trusts one agency."""
    served = desk.office.events[desk.slug]
    rules = served.rules
    listed = NoticeSender(sender="notice@pay.example.com", channel="convenience_store")
    intake = rules.intake.model_copy(
        update={"authentication": Authentication.AUTHSERV_ID, "authserv_id": "mx.example.jp"}
    )
    payment = rules.payment.model_copy(update={"notices": (listed,)})
    trusting = rules.model_copy(update={"intake": intake, "payment": payment})
    desk.office = replace(desk.office, events={desk.slug: replace(served, rules=trusting)})
    desk.receive(application_mail())
    desk.work()
    desk.clock.set(datetime(2026, 2, 3, 9, tzinfo=TOKYO))
    desk.work()
    return desk.application().reference


def tell(
    desk: Desk,
    reference: str,
    *,
    final: bool = True,
    amount: int = 1000,
    number: str = "8812345678",
    day: str = "2026年2月3日",
    result: bytes = b"pass",
) -> None:
    """The agency writes."""
    stage = "確報" if final else "速報"
    lines = (
        f"コンビニ決済の入金（{stage}）のお知らせ",
        f"受付番号：{reference}",
        f"決済番号：{number}",
        f"金額：{amount:,}円",
        f"入金日：{day}",
        f"これは{desk.count}通目です。",
    )
    raw = mail(text(*lines), subject=word(f"【入金{stage}】コンビニ決済"), sender=AGENCY)
    vouched = b"Authentication-Results: mx.example.jp; dmarc=%s header.from=pay.example.com\r\n"
    desk.receive(vouched % result + raw)
    desk.work()


def test_a_final_notice_is_money(desk: Desk, reference: str) -> None:
    tell(desk, reference)

    assert desk.application().state is State.PAID
    assert m.credited(desk, reference) == 1000
    (kept,) = m.money(desk)
    assert (kept.layout, kept.status) == ("notice:convenience_store", Status.SETTLED)
    assert kept.line.value_date == date(2026, 2, 3)


def test_a_preliminary_notice_only_announces(desk: Desk, reference: str) -> None:
    tell(desk, reference, final=False)

    one = desk.application()
    assert (one.state, one.credited, one.payment_reported) == (State.AWAITING_PAYMENT, 0, True)
    assert [kept.status for kept in m.money(desk)] == [Status.EXPECTED]
    assert m.asked(desk) == []

    tell(desk, reference, final=True)
    assert desk.application().state is State.PAID
    assert [kept.status for kept in m.money(desk)] == [Status.SETTLED, Status.SETTLED]


def test_the_same_number_comes_once(desk: Desk, reference: str) -> None:
    tell(desk, reference, final=False)
    tell(desk, reference, final=False)
    tell(desk, reference)
    tell(desk, reference)
    tell(desk, reference, final=False)

    assert m.credited(desk, reference) == 1000
    assert len(m.money(desk)) == 2


def test_another_number_is_another_payment(desk: Desk, reference: str) -> None:
    tell(desk, reference)
    tell(desk, reference, number="8812345679")

    assert m.credited(desk, reference) == 1000
    assert [kept.status for kept in m.money(desk)] == [Status.SETTLED, Status.OPEN]
    assert len(m.asked(desk)) == 1


@pytest.mark.parametrize("said", [{"amount": 700}, {"amount": 3000}])
def test_another_sum_is_a_persons(desk: Desk, reference: str, said: dict[str, Any]) -> None:
    tell(desk, reference, **said)

    assert desk.application().state is State.AWAITING_PAYMENT
    (kept,) = m.money(desk)
    assert kept.status is Status.OPEN
    assert [one.reference for one in m.asked(desk)] == [reference]
    assign(desk.office, kept.id, [(reference, kept.line.amount)], **BY)
    if said["amount"] < 1000:
        accept(desk.office, kept.id, **BY)
    assert desk.application().state is State.PAID


@pytest.mark.parametrize("said", [{"result": b"none"}, {"reference": "123456"}, {"number": ""}])
def test_a_notice_that_cannot_be_followed_is_read_by_a_person(
    desk: Desk, reference: str, said: dict[str, Any]
) -> None:
    tell(desk, **{"reference": reference, **said})

    assert desk.application().state is State.AWAITING_PAYMENT
    assert m.money(desk) == []
