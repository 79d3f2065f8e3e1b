"""A transfer counts once in however many files and layouts it stands, and equal ones each count."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from hypothesis import example, given, settings
from hypothesis import strategies as st

from pipeline.domain.remittance import Flow, Remittance
from pipeline.domain.sameness import (
    Alike,
    Known,
    Recognised,
    bank_id,
    content,
    likeness,
    recognised,
)

MONDAY = date(2026, 3, 2)


def line(payer: str = "1001 ﾀｶﾊｼ ﾀﾛｳ", day: date = MONDAY, **said: object) -> Remittance:
    values = {"flow": Flow.CREDIT, "booked_on": day, "value_date": day, "amount": 1000}
    return Remittance(**{**values, "payer": payer, **said})  # type: ignore[arg-type]  # by name


def known(number: int, one: Remittance, layout: str = "zengin-01") -> Known:
    ids = frozenset(filter(None, [bank_id(one)]))
    return Known(number, one, {layout: content(one)}, {layout: ids})


# ---------------------------------------------------------------- a store, as far as this goes


@dataclass
class Shelf:
    """What was imported so far."""

    rows: list[Known] = field(default_factory=list)
    counted: list[Remittance] = field(default_factory=list)
    in_doubt: list[Remittance] = field(default_factory=list)

    def take_in(self, lines: list[Remittance], layout: str) -> None:
        for one, found in zip(lines, recognised(lines, layout, self.rows), strict=True):
            if found.known is not None:
                row = self.rows[found.known]
                seen = {**row.seen, layout: content(one)}
                ids = row.ids.get(layout, frozenset()) | frozenset(filter(None, [bank_id(one)]))
                self.rows[found.known] = replace(row, seen=seen, ids={**row.ids, layout: ids})
                continue
            self.rows.append(known(len(self.rows), one, layout))
            (self.in_doubt if found.doubtful is not None else self.counted).append(one)


@dataclass(frozen=True)
class Transfer:
    """What really happened."""

    day: date
    payer: str
    amount: int = 1000
    code: str = ""
    weekend: bool = False
    """Valued two days before it was booked."""

    @property
    def value(self) -> date:
        return self.day - timedelta(days=2 if self.weekend else 0)


def _wide(text: str) -> str:
    import unicodedata

    return unicodedata.normalize("NFKC", text)


def _in_layout(one: Transfer, number: int, layout: str) -> Remittance:
    """As each kind of file tells it."""
    full = line(
        one.payer,
        one.day,
        value_date=one.value,
        amount=one.amount,
        payer_code=one.code,
        bank_id=f"{number:06}",
    )
    if layout == "zengin-01":
        return full
    if layout == "zengin-03":
        return replace(full, memo="ﾌﾘｺﾐ", bank_id=f"{number:08}")
    name = f"{one.code.lstrip('0')} {one.payer}".strip() if one.code else one.payer
    cut = replace(full, payer=_wide(name), payer_code="", bank_id="", value_date=one.day)
    return cut if layout == "csv-wide" else replace(cut, payer=_wide(name[:14]))


LAYOUTS = ("zengin-01", "zengin-03", "csv-wide", "csv-cut")
CLEAR = ("1001 ﾀｶﾊｼ ﾀﾛｳ", "ﾔﾏｻﾞｷ ﾊﾅｺ", "ｼﾔｶｲﾌｸｼﾎｳｼﾞﾝ ｱｵﾊﾞﾀﾞｲ", "1002 ﾔﾏｻﾞｷ ﾊﾅｺ", "ﾄｸﾋ)ﾋﾀﾞﾏﾘﾉｶｲ")
"""None is the beginning of another."""
HARD = (*CLEAR, "ﾀﾅｶ", "ﾀﾅｶ ｲﾁﾛｳ", "ﾀﾅｶ ｲﾁﾛｳﾀ", "", "ｼﾔｶｲﾌｸｼﾎｳｼﾞﾝ ｱｵﾊﾞﾆｼ", "1001")


def transfers(
    payers: tuple[str, ...], *, weekends: bool = True, unique: bool = False
) -> st.SearchStrategy[list[Transfer]]:
    one = st.builds(
        Transfer,
        day=st.sampled_from([MONDAY + timedelta(days=n) for n in range(4)]),
        payer=st.sampled_from(payers),
        amount=st.sampled_from([1000, 1000, 1000, 2000]),
        code=st.sampled_from(["", "", "0000001003"]),
        weekend=st.booleans() if weekends else st.just(value=False),
    )
    by_payer = (lambda one: one.payer.lstrip("0123456789 ")) if unique else None
    return st.lists(one, max_size=9, unique_by=by_payer)


FILES = st.lists(
    st.tuples(st.sampled_from(LAYOUTS), st.integers(0, 3), st.integers(0, 3)),
    min_size=1,
    max_size=7,
)


def imported(real: list[Transfer], files: list[tuple[str, int, int]]) -> tuple[Shelf, int]:
    """All files taken in one after the other; and how many transfers they show in all."""
    shelf, shown = Shelf(), set()
    for layout, one, other in files:
        first, last = sorted((one, other))
        days = {MONDAY + timedelta(days=n) for n in range(first, last + 1)}
        here = [n for n, transfer in enumerate(real) if transfer.day in days]
        shown.update(here)
        shelf.take_in([_in_layout(real[n], n + 1, layout) for n in here], layout)
    return shelf, len(shown)


@settings(max_examples=300, deadline=None)
@given(
    real=transfers(CLEAR, weekends=False) | transfers(CLEAR, unique=True),
    files=FILES,
)
def test_any_files_in_any_order_count_each_transfer_once(
    real: list[Transfer], files: list[tuple[str, int, int]]
) -> None:
    shelf, shown = imported(real, files)

    assert shelf.in_doubt == []
    assert len(shelf.counted) == shown


@settings(max_examples=300, deadline=None)
@given(real=transfers(HARD), files=FILES)
@example(real=[Transfer(MONDAY, "ﾀﾅｶ"), Transfer(MONDAY, "ﾀﾅｶ ｲﾁﾛｳ")], files=[("csv-cut", 0, 0)])
def test_where_names_cannot_tell_a_person_does_and_nothing_counts_twice(
    real: list[Transfer], files: list[tuple[str, int, int]]
) -> None:
    shelf, shown = imported(real, files)

    assert len(shelf.counted) <= shown
    assert len(shelf.counted) + len(shelf.in_doubt) >= shown


@settings(max_examples=200, deadline=None)
@given(real=transfers(HARD), file=st.tuples(st.sampled_from(LAYOUTS), st.just(0), st.just(3)))
def test_the_same_file_again_shows_nothing_new(
    real: list[Transfer], file: tuple[str, int, int]
) -> None:
    once, _ = imported(real, [file])
    twice, _ = imported(real, [file, file, file])

    assert (twice.counted, twice.in_doubt) == (once.counted, once.in_doubt)


# ---------------------------------------------------------------- one layout


def test_the_second_of_two_equal_lines_is_new_where_one_is_known() -> None:
    found = recognised([line(), line()], "zengin-01", [known(7, line())])

    assert found == (Recognised(7), Recognised())


def test_the_banks_number_says_which_of_equal_lines_is_known() -> None:
    rows = [known(7, line(bank_id="000003"))]
    found = recognised([line(bank_id="000009"), line(bank_id="000003")], "zengin-01", rows)

    assert found == (Recognised(), Recognised(7))


def test_another_number_of_the_bank_on_a_line_that_is_equal_else_is_a_persons() -> None:
    rows = [known(7, line(bank_id="000003"))]

    assert recognised([line(bank_id="000009")], "zengin-01", rows) == (Recognised(doubtful=7),)


def test_numbers_that_change_with_the_export_are_seen_to_where_the_whole_day_is_there() -> None:
    others = line("ﾔﾏｻﾞｷ ﾊﾅｺ", bank_id="000004")
    rows = [known(7, line(bank_id="000003")), known(8, others)]
    again = [line(bank_id="000001"), replace(others, bank_id="000002")]

    assert recognised(again, "zengin-01", rows) == (Recognised(7), Recognised(8))


def test_notes_and_the_method_do_not_make_another_transfer() -> None:
    row = known(7, line(memo="a note of ours"))

    assert recognised([line(memo="another", method="11")], "zengin-01", [row]) == (Recognised(7),)


# ---------------------------------------------------------------- two layouts


def test_a_cut_off_name_of_another_layout_is_the_whole_one() -> None:
    whole = known(7, line("ｼﾔｶｲﾌｸｼﾎｳｼﾞﾝ ｱｵﾊﾞﾀﾞｲ"))

    assert recognised([line("ｼﾔｶｲﾌｸｼﾎｳ")], "rakuten", [whole]) == (Recognised(7),)


def test_a_short_beginning_may_be_another_name() -> None:
    row = known(7, line("ﾀﾅｶ ｲﾁﾛｳ"))

    assert recognised([line("ﾀﾅｶ")], "rakuten", [row]) == (Recognised(doubtful=7),)


def test_what_is_left_beside_a_cut_off_name_is_a_persons() -> None:
    row = known(7, line("ｼﾔｶｲﾌｸｼﾎｳ"), "rakuten")
    both = [line("ｼﾔｶｲﾌｸｼﾎｳｼﾞﾝ ｱｵﾊﾞ"), line("ｼﾔｶｲﾌｸｼﾎｳｼﾞﾝ ﾐﾄﾞﾘ")]
    found = recognised(both, "zengin-03", [row])

    assert Counter(one.known for one in found) == {7: 1, None: 1}
    assert [one.doubtful for one in found if one.known is None] == [7]


def test_equal_names_go_before_cut_off_ones() -> None:
    rows = [known(7, line("ｼﾔｶｲﾌｸｼﾎｳｼﾞﾝ ｱｵﾊﾞ"))]
    found = recognised([line("ｼﾔｶｲﾌｸｼﾎｳ"), line("ｼﾔｶｲﾌｸｼﾎｳｼﾞﾝ ｱｵﾊﾞ")], "zengin-03", rows)

    assert found == (Recognised(), Recognised(7))


def test_cut_off_names_find_a_whole_one_each_where_that_is_possible() -> None:
    rows = [known(7, line("ｼﾔｶｲﾌｸｼﾎｳｼﾞﾝ ｱｵﾊﾞ")), known(8, line("ｼﾔｶｲﾌｸｼﾎｳｼﾞﾝ ﾐﾄﾞﾘ"))]
    found = recognised([line("ｼﾔｶｲﾌｸｼﾎｳ"), line("ｼﾔｶｲﾌｸｼﾎｳｼﾞﾝﾐﾄﾞ")], "rakuten", rows)

    assert found == (Recognised(7), Recognised(8))


def test_a_line_without_a_name_may_be_any_of_its_day_and_sum() -> None:
    assert recognised([line("")], "yucho-direct", [known(7, line())]) == (Recognised(doubtful=7),)


def test_of_several_the_one_of_the_same_days_is_meant() -> None:
    saturday = known(7, line(value_date=MONDAY - timedelta(days=2)))
    monday = known(8, line())

    assert recognised([line(payer="１００１ タカハシ　タロウ")], "rakuten", [saturday, monday]) == (
        Recognised(8),
    )


def test_another_day_sum_or_way_is_another_transfer() -> None:
    row = known(7, line())
    others = [
        line(day=MONDAY + timedelta(days=1)),
        line(amount=1001),
        line(flow=Flow.CANCELLATION),
    ]

    assert recognised(others, "rakuten", [row]) == (Recognised(),) * 3


def test_what_two_lines_have_in_common() -> None:
    one = line("1001 ﾀｶﾊｼ ﾀﾛｳ")

    assert likeness(one, line("１００１タカハシ タロウ")) is Alike.EQUAL
    assert likeness(one, line("ﾀｶﾊｼ ﾀﾛｳ", payer_code="0000001001")) is Alike.LETTERS
    assert likeness(one, line("1002 ﾀｶﾊｼ ﾀﾛｳ")) is Alike.NO
    assert likeness(one, line("1001 ﾀｶﾊｼ")) is Alike.BEGINNING
    assert likeness(one, line("1001 ﾔﾏﾀﾞ")) is Alike.NO
    assert likeness(one, line("1001")) is Alike.NAMELESS
    assert likeness(line("10012 ｱ"), line("100 ｱ")) is Alike.LETTERS
    assert likeness(line("ﾀﾅ"), line("ﾀﾅｶ")) is Alike.NO
