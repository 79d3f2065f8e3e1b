"""What the rules answer when they are asked; how they are read is tested with `config`."""

from datetime import UTC, datetime, time

import pytest
from pydantic import ValidationError

from pipeline.domain.rules import TOKYO, Event, Office, QuietHours, ReminderRule, Rules


def test_the_shipped_season(rules: Rules) -> None:
    def at(month: int, day: int, hour: int = 0) -> datetime:
        return datetime(2026, month, day, hour, tzinfo=TOKYO)

    assert rules.opens_at == at(2, 2)
    assert rules.closes_at == at(3, 13)
    assert rules.access_ends_at == at(5, 1)
    assert rules.live_starts_at == at(3, 26, 10)
    assert rules.live_ends_at == at(3, 26, 16)
    assert at(2, 20) < rules.access_opens_at < at(3, 1)


def test_an_instant_of_another_zone_is_told_in_the_events(rules: Rules) -> None:
    utc = datetime(2026, 3, 12, 15, tzinfo=UTC)

    assert rules.local(utc) == rules.closes_at
    assert rules.local(utc).hour == 0


def test_fields_and_kinds_are_known_by_name(rules: Rules) -> None:
    assert rules.label("name") == "お名前"
    assert rules.label("shoe_size") == "shoe_size"
    assert rules.category_listed("sc")
    assert not rules.category_listed("other")
    assert not rules.category_listed(None)


def test_a_reminder_has_exactly_one_time() -> None:
    said = {"kind": "payment", "number": 1, "letter": "payment_reminder", "audience": "unpaid"}
    for times in ({}, {"at": datetime(2026, 3, 5), "after_business_days": 5}):
        with pytest.raises(ValidationError, match="exactly one"):
            ReminderRule.model_validate(said | times)


def test_times_are_local_and_carry_no_offset() -> None:
    with pytest.raises(ValidationError, match="without an offset"):
        QuietHours(starts=time(22, tzinfo=UTC), ends=time(7))


@pytest.mark.parametrize("label", [" 事務局", "事務\n局"])
def test_a_text_is_one_line(rules: Rules, label: str) -> None:
    office = rules.event.office.model_dump() | {"name": label}
    with pytest.raises(ValidationError, match="one line"):
        Office.model_validate(office)


def test_a_mail_address_looks_like_one(rules: Rules) -> None:
    event = rules.event.model_dump()
    event["office"] |= {"mail": "office"}
    with pytest.raises(ValidationError, match="mail address"):
        Event.model_validate(event)
