from datetime import UTC, date, datetime, timedelta

import pytest

from pipeline.clock import TOKYO
from pipeline.console import printing


def test_times_are_told_in_japan_with_their_weekday() -> None:
    assert printing.when(datetime(2026, 2, 2, 0, 30, tzinfo=UTC)) == "2026-02-02(月) 09:30"
    assert printing.day(date(2026, 3, 12)) == "2026-03-12(木)"
    assert printing.when(None) == printing.day(None) == "-"


def test_an_end_at_midnight_is_told_as_the_day_before() -> None:
    midnight = datetime(2026, 3, 13, tzinfo=TOKYO)

    assert printing.until(midnight) == "2026-03-12(木)"
    assert printing.until(midnight - timedelta(hours=1)) == "2026-03-12(木) 23:00"


@pytest.mark.parametrize(
    ("span", "said"),
    [
        (timedelta(seconds=8), "8 s"),
        (timedelta(minutes=12, seconds=30), "12 min 30 s"),
        (timedelta(hours=3), "3 h"),
        (timedelta(days=3, hours=4, minutes=5), "3 d 4 h"),
        (timedelta(0), "0 s"),
        (timedelta(seconds=-5), "0 s"),
        (None, "-"),
    ],
)
def test_ages_are_told_in_two_units(span: timedelta | None, said: str) -> None:
    assert printing.age(span) == said


@pytest.mark.parametrize(
    "trick",
    ["\x1b[2J", "\x9b2J", "\x07", "\u202ereversed", "\u200bhidden", "\x7f", "\r", "\x00", "\u2028"],
)
def test_no_control_character_of_a_stranger_reaches_the_terminal(trick: str) -> None:
    shown = printing.printable(f"山田{trick}太郎", lines=True)

    assert all(character.isprintable() for character in shown)
    assert shown.startswith("山田·")


def test_a_lone_surrogate_is_shown_and_not_an_error() -> None:
    assert printing.printable("a\udce9b") == "a?b"


def test_line_breaks_stay_only_where_lines_are_wanted() -> None:
    assert printing.printable("a\r\nb", lines=True) == "a\nb"
    assert printing.printable("a\nb") == "a·b"


def test_json_holds_no_raw_control_character(capsys: pytest.CaptureFixture[str]) -> None:
    printing.say_json({"text": "a\x1b\x9b\u202eb", "at": datetime(2026, 2, 2, tzinfo=TOKYO)})

    shown = capsys.readouterr().out
    assert "\\u001b\\u009b\\u202e" in shown
    assert "2026-02-02T00:00:00+09:00" in shown


def test_a_table_of_japanese_text_stays_within_a_hundred_columns(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from rich.cells import cell_len

    monkeypatch.delenv("COLUMNS", raising=False)
    row = ["123455", "社会福祉法人全国社会福祉協議会地域福祉部" * 3, "山田 太郎", 3]

    printing.say_table(["number*", "organization", "name*", "seats"], [row], right=["seats"])

    lines = capsys.readouterr().out.splitlines()
    assert max(cell_len(line) for line in lines) <= printing.PLAIN_WIDTH
    assert any("123455" in line and "山田 太郎" in line for line in lines)


def test_no_colours_leave_for_what_is_no_terminal(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")

    printing.say_table(["name"], [["山田"]])

    assert "\x1b" not in capsys.readouterr().out
