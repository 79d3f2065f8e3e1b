"""A copy is taken by a verb, and a verb brings it back to an empty installation."""

from __future__ import annotations

from pathlib import Path

from tests.console.conftest import House, Typing


def test_a_copy_comes_back_to_an_installation_that_has_lost_everything(
    typed: Typing, house: House, tmp_path: Path
) -> None:
    reference = house.apply("見本 一", "one@example.jp")
    copy = tmp_path / "copy.sqlite3"

    typed("backup", str(copy))
    elsewhere = Typing({**typed.environ, "UKETSUKE_VAR": str(tmp_path / "elsewhere")})
    said = elsewhere("restore", str(copy)).stdout

    assert "nothing leaves" in said
    assert elsewhere.json("application", "show", reference)["reference"] == reference
    assert "sending is stopped" in elsewhere("status", code=1).stdout


def test_what_cannot_be_copied_or_brought_back_is_said_in_a_line(
    typed: Typing, house: House, tmp_path: Path
) -> None:
    house.apply("見本 一", "one@example.jp")
    copy = tmp_path / "copy.sqlite3"
    typed("backup", str(copy))

    assert "overwrites nothing" in typed.wrong("backup", str(copy))
    assert "Not a directory" in typed.wrong("backup", str(copy / "copy"))
    assert "not empty" in typed.wrong("restore", str(copy))
    assert "no such file" in typed.wrong("restore", str(tmp_path / "nothing"))


def test_a_file_that_is_no_copy_is_refused(typed: Typing, tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("Dear office,")

    elsewhere = Typing({**typed.environ, "UKETSUKE_VAR": str(tmp_path / "elsewhere")})

    assert "letter.txt" in elsewhere.wrong("restore", str(tmp_path / "letter.txt"))
