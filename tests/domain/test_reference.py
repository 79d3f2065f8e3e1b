import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.domain.reference import check_digit, draw, find_all, valid
from pipeline.domain.rules import ReferenceScheme

SIX = ReferenceScheme(digits=6, check="damm")
FOUR = ReferenceScheme(digits=4, check="none")
ONE = "572946"
OTHER = "120453"


def test_the_check_digit_is_damms() -> None:
    assert check_digit("572") == "4"  # the example of his thesis
    assert valid(ONE, SIX)
    assert valid(OTHER, SIX)


@pytest.mark.parametrize("scheme", [SIX, FOUR, ReferenceScheme(digits=10, check="damm")])
@given(seed=st.integers())
def test_a_drawn_reference_is_valid_and_has_no_leading_zero(
    scheme: ReferenceScheme, seed: int
) -> None:
    reference = draw(scheme, random.Random(seed).randrange)

    assert valid(reference, scheme)
    assert len(reference) == scheme.digits
    assert reference[0] != "0"


def test_the_whole_range_is_drawn() -> None:
    assert draw(FOUR, lambda _: 0) == "1000"
    assert draw(FOUR, lambda below: below - 1) == "9999"
    assert draw(SIX, lambda below: below - 1)[:5] == "99999"


@given(body=st.integers(10000, 99999), place=st.integers(0, 5), digit=st.sampled_from("0123456789"))
def test_a_mistyped_digit_is_nobodys(body: int, place: int, digit: str) -> None:
    right = f"{body}{check_digit(str(body))}"
    wrong = right[:place] + digit + right[place + 1 :]

    assert valid(wrong, SIX) is (wrong == right)


@given(body=st.integers(10000, 99999), place=st.integers(0, 4))
def test_two_swapped_digits_are_nobodys(body: int, place: int) -> None:
    right = f"{body}{check_digit(str(body))}"
    wrong = right[:place] + right[place + 1] + right[place] + right[place + 2 :]

    assert valid(wrong, SIX) is (wrong == right)


@pytest.mark.parametrize("text", ["", "57294", "5729460", "572945", "057294", "５７２９４６"])
def test_this_is_no_reference(text: str) -> None:
    assert not valid(text, SIX)


@pytest.mark.parametrize(
    "text",
    [
        f"Re: 【受付番号 {ONE}】お申込みを受け付けました",
        f"受付番号{ONE}の町田です",
        "受付番号：５７２９４６",
        f"No.{ONE}",
        f"{ONE}マチダハナコ",
        f"振込名義は {ONE} マチダ です。電話は042-000-0000です。",
        f"受付番号 {ONE}\n1000円を振り込みました。",
        f"(1) {ONE}",
    ],
)
def test_a_reference_is_found_in(text: str) -> None:
    assert find_all(text, SIX) == (ONE,)


@pytest.mark.parametrize(
    "text",
    [
        f"1{ONE}",
        f"{ONE}0",
        "572945",
        f"TEL 0120-{ONE}",
        f"(0120){ONE}",
        f"(0120) {ONE}",
        f"0120 {ONE}",
        f"０１２０－{ONE}",
        f"{ONE}-1234",
        f"{ONE}(12)34",
        f"¥{ONE}",
        f"{ONE}円",
        f"{ONE} 円",
        f"{ONE}@machida.example.jp",
        f"3.{ONE}",
    ],
)
def test_no_reference_is_found_in(text: str) -> None:
    assert find_all(text, SIX) == ()


def test_several_references_come_in_order_and_once() -> None:
    text = f"{ONE}、{OTHER} の二名分です。{ONE}"

    assert find_all(text, SIX) == (ONE, OTHER)


def test_a_year_is_no_reference_of_four_digits() -> None:
    assert find_all("2026年3月12日、受付番号 1018 と 1019", FOUR) == ("1018", "1019")
