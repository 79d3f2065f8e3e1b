"""What is stored comes back equal."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.clock import TOKYO
from pipeline.domain.application import Application, Participant, Problem, State, Thread
from pipeline.domain.events import MoneyArrived
from pipeline.store.columns import Instant, as_text
from pipeline.store.values import application_of, application_text, event_text, key, plain
from tests.store.build import applied

texts = st.text(max_size=20) | st.text(st.characters(categories=["Cs"]), max_size=1)
zones = st.sampled_from([TOKYO, UTC, timezone(timedelta(hours=-9, minutes=-30))])
instants = st.datetimes(datetime(2025, 1, 1), datetime(2030, 1, 1), timezones=zones)
maybe_text = st.none() | texts
maybe_instant = st.none() | instants
participants = st.builds(
    Participant, number=st.integers(1, 50), **dict.fromkeys(Participant.__slots__[1:10], maybe_text)
)
problems = st.builds(
    Problem, participant=st.integers(1, 50), field=texts, fault=texts, read_as=maybe_text
)
threads = st.builds(
    Thread, message_id=maybe_text, references=st.lists(texts, max_size=3).map(tuple)
)
applications = st.builds(
    Application,
    reference=texts,
    event=texts,
    state=st.sampled_from(State),
    contact_name=texts,
    contact_address=texts,
    participants=st.lists(participants, max_size=4).map(tuple),
    arrived_at=instants,
    thread=threads,
    held=maybe_text,
    pay_by=maybe_instant,
    correct_by=maybe_instant,
    problems=st.lists(problems, max_size=3).map(tuple),
    credited=st.integers(-(10**12), 10**12),
    instructed_at=maybe_instant,
    payment_letter_at=maybe_instant,
    payment_reported=st.booleans(),
    access_sent_at=maybe_instant,
    access_resent_at=maybe_instant,
    access_generation=st.integers(0, 10**6),
    closed_reason=maybe_text,
    bounced=st.lists(texts, max_size=3).map(tuple),
    version=st.integers(0, 10**9),
)


@given(applications)
def test_an_application_comes_back_equal(application: Application) -> None:
    text = application_text(application)

    assert application_of(text) == application
    assert "\0" not in text.encode().decode()


@given(applications)
def test_instants_come_back_in_tokyo(application: Application) -> None:
    back = application_of(application_text(application))

    assert back.arrived_at.tzinfo is TOKYO
    assert back.pay_by is None or back.pay_by.tzinfo is TOKYO


def test_a_field_that_was_not_stored_comes_back_as_its_default() -> None:
    old = application_text(
        Application("123455", "r7", State.PAID, "", "", (), datetime(2026, 2, 2, tzinfo=UTC))
    )

    assert "credited" not in json.loads(old)
    assert application_of(old).credited == 0


def test_what_happened_is_kept_for_a_person_to_read() -> None:
    money = MoneyArrived(amount=3000, value_date=datetime(2026, 3, 9).date(), who="suzuki")

    assert json.loads(event_text(money)) == {
        "amount": 3000,
        "value_date": "2026-03-09",
        "who": "suzuki",
    }
    assert "町田1子" in event_text(applied())


@given(st.text() | st.text(st.characters(categories=["Cs"])))
def test_plain_text_is_what_both_engines_keep(text: str) -> None:
    kept = plain(text)

    assert "\0" not in kept
    assert kept.encode().decode() == kept
    assert len(kept) == len(text)


def test_addresses_are_compared_in_lower_case() -> None:
    assert key("Hanako@Machida.Example.JP") == key("hanako@machida.example.jp")


@given(st.lists(instants, min_size=2))
def test_instants_as_text_sort_as_time_does(found: list[datetime]) -> None:
    assert [as_text(one) for one in sorted(found)] == sorted(map(as_text, found))


def test_a_time_without_a_zone_is_refused() -> None:
    dialect = type("Dialect", (), {"name": "sqlite"})()

    with pytest.raises(ValueError, match="without a zone"):
        Instant().process_bind_param(datetime(2026, 2, 2), dialect)
