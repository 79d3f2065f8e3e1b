"""Which days the bank's word covers: whole days, without gaps, from the season's beginning."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from pipeline.domain.coverage import Coverage, Filed, Gap, breaks, coverage, whole_days

MONDAY = date(2026, 3, 2)
LATER = date(2026, 4, 1)


def day(number: int) -> date:
    """Of March."""
    return date(2026, 3, number)


def filed(first: int, last: int, **said: Any) -> Filed:
    """A file that covers these days of March and was made long after."""
    values: dict[str, Any] = {
        "layout": "camt-053",
        "covers_from": day(first),
        "covers_through": day(last),
        "period_stated": True,
        "made_on": LATER,
        "imported_on": LATER,
    }
    return Filed(**values | said)


# ---------------------------------------------------------------- whole days


def test_a_stated_period_is_covered_from_end_to_end() -> None:
    assert whole_days(filed(2, 6)) == (day(2), day(6))


def test_the_day_on_which_a_file_was_made_or_imported_was_not_over() -> None:
    assert whole_days(filed(2, 6, made_on=day(6))) == (day(2), day(5))
    assert whole_days(filed(2, 6, made_on=None, imported_on=day(6))) == (day(2), day(5))
    assert whole_days(filed(2, 6, imported_on=day(4))) == (day(2), day(3))
    assert whole_days(filed(6, 6, made_on=day(6))) is None


def test_without_a_period_the_last_lines_day_may_have_more() -> None:
    assert whole_days(filed(2, 6, period_stated=False)) == (day(2), day(5))
    assert whole_days(filed(2, 2, period_stated=False)) is None


def test_a_file_that_names_no_day_covers_none() -> None:
    assert whole_days(filed(2, 6, covers_from=None)) is None
    assert whole_days(filed(2, 6, covers_through=None)) is None


def test_a_layout_of_booking_days_covers_the_weekend_before_its_first() -> None:
    assert whole_days(filed(9, 9, layout="zengin-01")) == (day(7), day(9))


# ---------------------------------------------------------------- together


def test_nothing_is_covered_without_a_file() -> None:
    assert coverage([], MONDAY) == Coverage(MONDAY, None)
    assert coverage([filed(2, 6, covers_from=None)], MONDAY) == Coverage(MONDAY, None)


def test_files_that_follow_each_other_cover_all_their_days() -> None:
    both = [filed(4, 6), filed(1, 3)]

    assert coverage(both, MONDAY) == Coverage(MONDAY, day(6), (), day(6))


def test_files_that_overlap_do_too() -> None:
    some = [filed(2, 6), filed(3, 4), filed(5, 10), filed(1, 10)]

    assert coverage(some, MONDAY).through == day(10)


def test_a_gap_ends_the_banks_word_and_is_named() -> None:
    found = coverage([filed(2, 3), filed(6, 8), filed(10, 10)], MONDAY)

    assert found == Coverage(MONDAY, day(3), (Gap(day(4), day(5)), Gap(day(9), day(9))), day(10))


def test_a_season_whose_beginning_no_file_shows_is_not_covered() -> None:
    found = coverage([filed(5, 8)], MONDAY)

    assert (found.through, found.gaps) == (None, (Gap(day(2), day(4)),))


def test_an_operators_word_stands_for_everything_before() -> None:
    assert coverage([filed(6, 8)], MONDAY, day(5)).through == day(8)
    assert coverage([filed(6, 8)], MONDAY, day(20)).through == day(20)
    assert coverage([], MONDAY, day(1)).through is None


def test_weekends_between_files_of_booking_days_are_no_gap() -> None:
    weeks = [filed(2, 6, layout="zengin-03"), filed(9, 13, layout="zengin-03")]

    assert coverage(weeks, MONDAY).through == day(13)


# ---------------------------------------------------------------- balances


def test_a_balance_that_does_not_follow_is_a_gap() -> None:
    before, after = filed(2, 3, closing_balance=100), filed(4, 6, opening_balance=90)
    found = coverage([before, after], MONDAY)

    assert (found.through, found.gaps) == (day(3), (Gap(day(4), day(4), broken=True),))
    assert breaks([before], after)


def test_a_balance_that_follows_is_none() -> None:
    before = filed(2, 3, closing_balance=100)
    after = filed(4, 6, opening_balance=100, closing_balance=120)
    last = filed(7, 8, opening_balance=120)

    assert coverage([before, after, last], MONDAY).through == day(8)
    assert not breaks([before], after)


def test_the_gap_is_mended_by_a_file_that_follows() -> None:
    half = filed(2, 3, closing_balance=100)
    whole = filed(2, 3, closing_balance=90)
    after = filed(4, 6, opening_balance=90)

    assert coverage([half, whole, after], MONDAY).through == day(6)


def test_a_balance_of_a_day_that_was_not_over_says_nothing() -> None:
    half = filed(2, 4, made_on=day(4), closing_balance=100)
    after = filed(4, 6, opening_balance=90)

    assert coverage([half, after], MONDAY).through == day(6)
    assert not breaks([half], after)


def test_what_states_no_balance_breaks_nothing() -> None:
    assert not breaks([filed(2, 3, closing_balance=100)], filed(4, 6))
    assert not breaks([filed(2, 3)], filed(4, 6, opening_balance=90))
    assert not breaks([], filed(4, 6, opening_balance=90, covers_from=None))


# ---------------------------------------------------------------- in general


@given(spans=st.lists(st.tuples(st.integers(1, 25), st.integers(0, 6)), max_size=8))
def test_a_day_is_covered_when_every_day_up_to_it_stands_in_a_file(
    spans: list[tuple[int, int]],
) -> None:
    files = [filed(first, min(31, first + more)) for first, more in spans]
    known = {
        MONDAY + timedelta(days=n)
        for n in range(40)
        if any(
            f.covers_from
            and f.covers_through
            and f.covers_from <= MONDAY + timedelta(days=n) <= f.covers_through
            for f in files
        )
    }
    through = coverage(files, MONDAY).through
    expected = MONDAY - timedelta(days=1)
    while expected + timedelta(days=1) in known:
        expected += timedelta(days=1)

    assert (through or MONDAY - timedelta(days=1)) == expected
