"""What is owed, as reconciliation is told it; and one account for two events."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime

import pytest

from pipeline.domain.application import State
from pipeline.domain.events import Resent
from pipeline.domain.rules import ReferenceScheme
from pipeline.workers.act import act
from pipeline.workers.claims import claim_of, claims_of, ledger
from pipeline.workers.send import Sender
from tests.workers import money as m
from tests.workers.conftest import TOKYO, Desk

MONDAY = date(2026, 3, 2)
Mail = Callable[..., bytes]


@pytest.fixture
def two(desk: Desk, application_mail: Mail) -> list[str]:
    """One application in each of two events, whose numbers are made alike."""
    served = desk.office.events[desk.slug]
    rules = served.rules.model_copy(update={"slug": "second"})
    events = {desk.slug: served, "second": replace(served, rules=rules)}
    desk.office = replace(desk.office, events=events)
    desk.sender = Sender(desk.office, desk.courier)
    desk.receive(application_mail())
    first, desk.slug = desk.slug, "second"
    desk.receive(application_mail("見本 月子", "p2@example.jp", number=2))
    desk.work()
    references = [desk.application().reference]
    desk.slug = first
    references.insert(0, desk.application().reference)
    desk.clock.set(datetime(2026, 3, 3, 9, tzinfo=TOKYO))
    desk.work()
    return references


def test_each_transfer_goes_to_its_own_event(desk: Desk, two: list[str]) -> None:
    m.take_in(desk, m.notice([m.transfer(one, MONDAY) for one in two]))

    assert [m.of(desk, one).state for one in two] == [State.ADMITTED] * 2
    assert [one.event for one in m.money(desk)] == [desk.slug, "second"]


def test_where_numbers_are_made_differently_none_is_proven_by_its_digit(
    desk: Desk, two: list[str]
) -> None:
    served = desk.office.events["second"]
    scheme = ReferenceScheme(digits=8, check="none")
    payment = served.rules.payment.model_copy(update={"reference": scheme})
    other = replace(served, rules=served.rules.model_copy(update={"payment": payment}))
    office = replace(desk.office, events={**desk.office.events, "second": other})
    with desk.office.database.read() as connection:
        assert ledger(desk.office, connection).scheme is not None
        assert ledger(office, connection).scheme is None


def test_a_claim_says_who_may_pay_for_it(desk: Desk, application_mail: Mail) -> None:
    desk.receive(application_mail(others=("見本 次郎",)))
    desk.work()
    one = desk.application()
    rules = desk.office.events[desk.slug].rules
    with desk.office.database.read() as connection:
        (claim,) = claims_of(connection, {desk.slug: rules})

    assert (claim.reference, claim.state, claim.due) == (one.reference, "awaiting_payment", 2000)
    assert claim.names[:2] == (("見本 花子", "ミホン ハナコ"), ("見本 次郎", "ミホン ハナコ"))
    assert claim.organizations == (("みなみ野市社会福祉協議会", None),)
    assert (claim.group, claim.pay_by) == (None, date(2026, 3, 12))
    assert claim_of(one, 1000) == replace(claim, names=(), organizations=())


def test_what_one_contact_has_applied_for_is_a_group(desk: Desk, application_mail: Mail) -> None:
    desk.receive(application_mail(number=1))
    desk.receive(application_mail("見本 月子", "b@example.jp", number=2))
    desk.work()
    first, second = desk.applications()
    rules = desk.office.events[desk.slug].rules
    by = {"who": "suzuki", "why": "telephone"}
    act(desk.office, second.reference, Resent(to=first.contact_address.upper(), **by))
    with desk.office.database.read() as connection:
        groups = [one.group for one in claims_of(connection, {desk.slug: rules})]

    assert groups == [f"{desk.slug}/{first.contact_address}"] * 2
