from datetime import date, datetime, time

import pytest

from pipeline.domain.calendar import (
    add_business_days,
    business_days_between,
    is_business_day,
    is_quiet,
    next_waking,
)
from pipeline.domain.rules import TOKYO, QuietHours

NIGHT = QuietHours(starts=time(22), ends=time(7))


@pytest.mark.parametrize(
    "day",
    [
        pytest.param(date(2026, 3, 14), id="Saturday"),
        pytest.param(date(2026, 3, 15), id="Sunday"),
        pytest.param(date(2026, 2, 11), id="National Foundation Day"),
        pytest.param(date(2026, 2, 23), id="Emperor's Birthday"),
        pytest.param(date(2026, 3, 20), id="vernal equinox"),
        pytest.param(date(2026, 5, 6), id="substitute holiday"),
        pytest.param(date(2026, 9, 22), id="between two holidays"),
        pytest.param(date(2025, 12, 29), id="year-end"),
        pytest.param(date(2025, 12, 31), id="New Year's Eve"),
        pytest.param(date(2025, 1, 3), id="third of January"),
    ],
)
def test_nobody_works_on(day: date) -> None:
    assert not is_business_day(day)


@pytest.mark.parametrize("day", [date(2026, 3, 12), date(2025, 12, 26), date(2026, 1, 5)])
def test_offices_and_banks_work_on(day: date) -> None:
    assert is_business_day(day)


@pytest.mark.parametrize(
    ("day", "count", "then"),
    [
        (date(2026, 3, 12), 1, date(2026, 3, 13)),
        (date(2026, 3, 13), 1, date(2026, 3, 16)),
        (date(2026, 3, 14), 1, date(2026, 3, 16)),
        (date(2026, 2, 10), 5, date(2026, 2, 18)),
        (date(2025, 12, 26), 1, date(2026, 1, 5)),
        (date(2026, 3, 12), -3, date(2026, 3, 9)),
        (date(2026, 3, 16), -1, date(2026, 3, 13)),
        (date(2026, 3, 14), 0, date(2026, 3, 14)),
    ],
)
def test_business_days_are_counted_from_the_day_after(day: date, count: int, then: date) -> None:
    assert add_business_days(day, count) == then


@pytest.mark.parametrize("count", range(-12, 13))
@pytest.mark.parametrize("day", [date(2026, 2, 6), date(2026, 2, 11), date(2025, 12, 30)])
def test_counting_and_measuring_agree(day: date, count: int) -> None:
    assert business_days_between(day, add_business_days(day, count)) == count


@pytest.mark.parametrize(
    ("clock", "quiet"),
    [
        (time(21, 59), False),
        (time(22), True),
        (time(3), True),
        (time(6, 59), True),
        (time(7), False),
    ],
)
def test_the_night_is_quiet_from_its_start_to_before_its_end(clock: time, quiet: bool) -> None:
    assert is_quiet(datetime.combine(date(2026, 3, 5), clock, TOKYO), NIGHT, TOKYO) is quiet


def test_quiet_hours_may_lie_within_a_day() -> None:
    noon = QuietHours(starts=time(12), ends=time(13))

    assert is_quiet(datetime(2026, 3, 5, 12, 30, tzinfo=TOKYO), noon, TOKYO)
    assert not is_quiet(datetime(2026, 3, 5, 13, tzinfo=TOKYO), noon, TOKYO)


@pytest.mark.parametrize(
    ("when", "waking"),
    [
        (datetime(2026, 3, 5, 23, tzinfo=TOKYO), datetime(2026, 3, 6, 7, tzinfo=TOKYO)),
        (datetime(2026, 3, 6, 2, tzinfo=TOKYO), datetime(2026, 3, 6, 7, tzinfo=TOKYO)),
        (datetime(2026, 3, 6, 7, tzinfo=TOKYO), datetime(2026, 3, 6, 7, tzinfo=TOKYO)),
        (datetime(2026, 3, 6, 12, tzinfo=TOKYO), datetime(2026, 3, 6, 12, tzinfo=TOKYO)),
    ],
)
def test_what_falls_into_the_night_waits_for_the_morning(when: datetime, waking: datetime) -> None:
    assert next_waking(when, NIGHT, TOKYO) == waking
