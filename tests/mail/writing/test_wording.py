"""Days, money and lines as our letters say them."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.domain.rules import TOKYO
from pipeline.mail import wording


@pytest.mark.parametrize(
    ("on", "said"),
    [
        (date(2026, 3, 12), "令和8年3月12日(木)"),
        (date(2026, 2, 2), "令和8年2月2日(月)"),
        (date(2019, 5, 1), "令和元年5月1日(水)"),
        (date(2019, 12, 31), "令和元年12月31日(火)"),
        (date(2020, 1, 1), "令和2年1月1日(水)"),
        (date(2019, 4, 30), "2019年4月30日(火)"),
    ],
)
def test_a_day_is_said_with_era_and_weekday(on: date, said: str) -> None:
    assert wording.day(on) == said


@pytest.mark.parametrize(
    ("end", "said"),
    [
        (datetime(2026, 3, 13, 0, 0, tzinfo=TOKYO), "令和8年3月12日(木)"),
        (datetime(2026, 3, 9, 15, 0, tzinfo=TOKYO), "令和8年3月9日(月)15時00分"),
        (datetime(2026, 3, 1, 0, 0, tzinfo=TOKYO), "令和8年2月28日(土)"),
    ],
)
def test_an_exclusive_end_is_said_as_its_last_day(end: datetime, said: str) -> None:
    assert wording.last_moment(end) == said


def test_money_has_commas() -> None:
    assert wording.yen(1000) == "1,000円"
    assert wording.yen(1234567) == "1,234,567円"


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("緒方　桜", "緒方　桜"),
        ("髙﨑 健", "髙﨑 健"),
        ("神\U000e0100田", "神\U000e0100田"),
        ("緒方\r\n桜", "緒方 桜"),
        ("緒方\u2028桜", "緒方 桜"),
        ("緒方\u0085桜", "緒方 桜"),
        ("緒方\x00桜", "緒方桜"),
        ("緒方\x0b\x0c桜", "緒方 桜"),
        ("\u202e逆\u202c", "逆"),
        ("見え\u200bない", "見えない"),
        ("⟦PASSWORD⟧", "[PASSWORD]"),
        ("片\ud83d割れ", "片\ufffd割れ"),
    ],
)
def test_what_somebody_wrote_stays_in_its_line(written: str, said: str) -> None:
    assert wording.one_line(written) == said


def test_what_somebody_wrote_carries_no_link_and_has_an_end() -> None:
    assert "://" not in wording.quoted("https://example.com/win")
    assert len(wording.quoted("あ" * 500)) == 100
    assert wording.quoted(None) == ""


@given(st.text())
def test_any_text_becomes_one_line_that_can_be_sent(text: str) -> None:
    line = wording.one_line(text)

    assert len(line.splitlines()) <= 1
    assert "⟦" not in line
    assert "⟧" not in line
    line.encode()


@given(st.text(alphabet="あのがを漢字カナー、。（）「」abc019 \u3000※・", max_size=400))
def test_a_long_line_is_broken_without_losing_a_character(text: str) -> None:
    lines = wording.wrapped(text).split("\n")

    assert all(wording.width(line) <= wording.COLUMNS for line in lines)
    spaces = str.maketrans("", "", " \u3000")
    assert "".join(lines).translate(spaces) == text.translate(spaces)


def test_a_line_is_not_begun_by_a_comma_or_a_closing_bracket() -> None:
    text = "あ" * 35 + "、" + "い" * 34 + "）」。" + "う" * 10

    lines = wording.wrapped(text).split("\n")

    assert all(line[0] not in "、。）」" for line in lines)


def test_numbers_and_names_stay_whole() -> None:
    text = "お振込みの期限を過ぎておりますので、恐れ入りますが、あらためて令和8年3月12日(木)までに"

    first, second = wording.wrapped(text).split("\n")

    assert first.endswith("あらためて")
    assert "令和8年3月12日(木)" in second


def test_a_bullet_hangs_over_its_lines() -> None:
    lines = wording.wrapped("※" + "あいうえお、" * 10).split("\n")

    assert len(lines) > 1
    assert all(line.startswith("\u3000") for line in lines[1:])


def test_an_address_alone_in_its_line_is_not_broken() -> None:
    url = "https://example.jp/" + "a" * 90

    assert wording.wrapped(f"はじめに\n{url}\nおわり") == f"はじめに\n{url}\nおわり"


def test_half_width_counts_one_and_the_rest_two() -> None:
    assert wording.width("abc") == 3
    assert wording.width("漢字カナ※─") == 12
    assert wording.width("ｶﾅ") == 2
