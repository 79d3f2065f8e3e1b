"""What came and what leaves, as the console shows it."""

import json
import re
from email.message import EmailMessage
from pathlib import Path

import pytest

from pipeline.console.cli import app
from pipeline.store import inbox
from tests.console.conftest import House, Typing


def mail(text: str, subject: str = "参加申込") -> bytes:
    message = EmailMessage()
    message["From"] = "山田 太郎 <yamada@example.jp>"
    message["To"] = "office@example.jp"
    message["Subject"] = subject
    message["Message-ID"] = "<1@example.jp>"
    message.set_content(text)
    return bytes(message)


def shunted(house: House, raw: bytes) -> None:
    house.receive(raw)
    for _ in range(3):
        inbox.failed(house.office.database, 1, "ValueError: no such thing")


# ---------------------------------------------------------------- inbox


def test_mails_are_listed_by_status(house: House, typed: Typing) -> None:
    shunted(house, mail("よろしく"))
    house.receive(mail("別のメール"), uid=2)

    assert [m["status"] for m in typed.json("inbox", "list")] == ["shunted", "new"]
    (one,) = typed.json("inbox", "list", "--status", "shunted")
    assert one["reason"] == "ValueError: no such thing"
    assert "ValueError" in typed("inbox", "list").stdout
    assert "discarded" in typed.wrong("inbox", "list", "--status", "lost")
    assert "no mail" in typed("inbox", "list", "--status", "discarded").stdout


def test_a_mail_is_shown_as_it_is_read(house: House, typed: Typing) -> None:
    house.receive(mail("氏名：山田 太郎\n"))

    shown = typed("inbox", "show", "1").stdout

    assert "参加申込" in shown
    assert "氏名：山田 太郎" in shown
    told = typed.json("inbox", "show", "1")
    assert told["status"] == "new"
    assert told["reading"]["subject"] == "参加申込"
    assert "氏名" in told["reading"]["text"]


def test_no_control_character_of_a_mail_reaches_the_terminal(house: House, typed: Typing) -> None:
    house.receive(mail("hello \x1b[2J\x9b31m \u202etxet\n", subject="x\x1b]0;title\x07"))

    for told in (typed("inbox", "show", "1").stdout, typed("inbox", "list").stdout):
        assert not set(told) & set("\x1b\x9b\x07\u202e")


@pytest.mark.parametrize("quoted", ["{}", "> {}", "<b>{}</b>"])
def test_secrets_that_a_mail_quotes_are_masked(quoted: str, house: House, typed: Typing) -> None:
    lines = "\n".join(quoted.format(secret) for secret in house.secrets.values())
    house.receive(mail(f"ログインできません。\n{lines}\n", subject=house.secrets["password"]))

    shown = typed("inbox", "show", "1").stdout + typed("inbox", "show", "1", "--json").stdout

    assert "ログインできません" in shown
    assert "[hidden]" in shown
    assert not any(secret in shown for secret in house.secrets.values())


def test_a_shunted_mail_is_replayed_or_discarded(house: House, typed: Typing) -> None:
    shunted(house, mail("よろしく"))

    typed("inbox", "replay", "1", "--why", "mended")
    assert typed.json("inbox", "show", "1")["status"] == "new"
    assert "is new" in typed.wrong("inbox", "replay", "1", code=1)
    typed("inbox", "discard", "1", "--why", "an advertisement")
    assert typed.json("inbox", "show", "1")["status"] == "discarded"
    assert "already" in typed.wrong("inbox", "discard", "1", "--why", "again", code=1)


@pytest.mark.parametrize("verb", ["show", "replay", "discard"])
def test_a_mail_that_is_not_there_is_told_so(verb: str, typed: Typing) -> None:
    why = [] if verb == "show" else ["--why", "x"]

    assert "there is no mail 7" in typed.wrong("inbox", verb, "7", *why)
    assert "MAIL" in typed.wrong("inbox", verb, "first", *why)


# ---------------------------------------------------------------- outbox


def test_letters_are_listed_and_shown(house: House, typed: Typing) -> None:
    reference = house.apply("山田 太郎", "yamada@example.jp")

    (one,) = typed.json("outbox", "list", "--reference", reference)
    assert (one["letter"], one["status"]) == ("received", "queued")
    assert "queued for 2026-02-02(月) 09:00" in typed("outbox", "list").stdout
    shown = typed("outbox", "show", "1").stdout
    assert f"■受付番号：{reference}" in shown
    assert "お振込み" in typed.json("outbox", "show", "1")["text"]
    assert typed.json("outbox", "list", "--status", "failed") == []
    assert "dropped" in typed.wrong("outbox", "list", "--status", "lost")


def test_a_letter_is_held_released_retried_and_dropped(house: House, typed: Typing) -> None:
    house.apply("山田 太郎", "yamada@example.jp")

    def status() -> str:
        found: str = typed.json("outbox", "show", "1")["status"]
        return found

    typed("outbox", "hold", "1", "--why", "a wrong date")
    assert status() == "held"
    typed("outbox", "release", "1")
    assert status() == "queued"
    typed("outbox", "retry", "1")
    assert status() == "queued"
    typed("outbox", "drop", "1", "--why", "written by hand")
    assert status() == "dropped"
    assert "is dropped" in typed.wrong("outbox", "release", "1", code=1)
    happened = [entry["event"] for entry in typed.json("journal")]
    assert happened[-4:] == ["LetterHeld", "LetterReleased", "LetterRetried", "LetterDropped"]


@pytest.mark.parametrize("verb", ["show", "hold", "release", "retry", "drop"])
def test_a_letter_that_is_not_there_is_told_so(verb: str, typed: Typing) -> None:
    why = [] if verb == "show" else ["--why", "x"]

    assert "there is no letter 7" in typed.wrong("outbox", verb, "7", *why)


def test_all_sending_is_stopped_and_resumed(typed: Typing) -> None:
    typed("outbox", "stop", "--why", "a mistake in a letter", "--who", "佐藤")
    assert typed.json("status", code=1)["sending_stopped"] == "佐藤: a mistake in a letter"

    typed("outbox", "resume")
    assert typed.json("status", code=1)["sending_stopped"] is None


def test_an_access_letter_is_shown_with_masks(house: House, typed: Typing) -> None:
    reference = house.apply("山田 太郎", "yamada@example.jp")
    house.it_is("2026-02-25T10:00:00")
    typed("payments", "record", reference, "--amount", "1000", "--value-date", "2026-02-24")

    number = str(typed.json("outbox", "list")[-1]["id"])
    shown = typed("outbox", "show", number).stdout

    assert "access" in shown
    assert "[id: hidden]" in shown
    assert "[password: hidden]" in shown
    assert not any(secret in shown for secret in house.secrets.values())


# ---------------------------------------------------------------- inspect


def test_a_mail_is_inspected_without_touching_anything(typed: Typing, tmp_path: Path) -> None:
    var = tmp_path / "untouched"
    typed.environ["UKETSUKE_VAR"] = str(var)
    one, other = tmp_path / "一.eml", tmp_path / "2.eml"
    one.write_bytes(mail("氏名：山田 太郎\n"))
    other.write_bytes(b"\xff\xfe nothing \x1b[2J of a mail")

    told = typed("inspect", str(one), str(other))

    assert "\x1b" not in told.stdout
    assert "氏名：山田 太郎" in typed("inspect", "--text", str(one)).stdout
    assert str(other) in told.stdout
    found = typed.json("inspect", "--text", str(one))
    assert found["file"] == str(one)
    assert "氏名：山田 太郎" in found["text"]
    lines = typed("inspect", "--json", str(one), str(other)).stdout.splitlines()
    assert len(lines) == 2
    assert not list(var.rglob("*.sqlite3"))


def test_a_mail_comes_by_standard_input(typed: Typing) -> None:
    told = typed.runner.invoke(
        app, ["inspect", "--json", "-"], env=typed.environ, input=mail("参加希望")
    )

    assert told.exit_code == 0
    assert '"参加申込"' in told.stdout


def test_a_file_that_is_not_there_stops_none_of_the_others(typed: Typing, tmp_path: Path) -> None:
    one = tmp_path / "1.eml"
    one.write_bytes(mail("氏名：山田 太郎\n"))
    files = ["inspect", "--json", str(tmp_path / "no.eml"), str(one), str(tmp_path)]

    told = typed.runner.invoke(app, files, env=typed.environ)

    assert told.exit_code == 2
    assert [json.loads(line)["file"] for line in told.stdout.splitlines()] == [str(one)]
    assert len(told.stderr.splitlines()) == 2


def test_an_explanation_shows_which_line_gave_which_answer(typed: Typing, tmp_path: Path) -> None:
    one = tmp_path / "1.eml"
    one.write_bytes(mail("氏名：山田 太郎\n電話番号：03-0000-1111\n"))

    told = typed("inspect", str(one)).stdout

    assert "application_incomplete" in told
    assert re.search(r"1 +name +山田 太郎 +氏名：山田 太郎", told)
    assert re.search(r"missing +organization of participant 1", told)


def test_a_file_that_is_not_there_is_told_so(typed: Typing, tmp_path: Path) -> None:
    assert "No such file" in typed.wrong("inspect", str(tmp_path / "no.eml"))
    assert "FILE" in typed.wrong("inspect")
