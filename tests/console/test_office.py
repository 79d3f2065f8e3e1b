"""The office as a whole: status, tasks, money, access, reminders, export, journal, log."""

import csv
import io
import json
from datetime import datetime
from pathlib import Path

import openpyxl
import pytest

from pipeline import log
from pipeline.clock import TOKYO, machine_now
from pipeline.domain.events import QuestionAsked
from pipeline.store import settings
from pipeline.workers.act import stop_sending
from tests.console.conftest import SLUG, House, Typing

# ---------------------------------------------------------------- status


def alive(house: House) -> None:
    """As if a daemon had just read the mailbox."""
    with house.office.database.write() as connection:
        settings.beat(connection, "daemon", machine_now(), house.office.clock.now())
        settings.polled(connection, f"sandbox/{SLUG}", machine_now())


def test_an_office_at_work_is_fine(house: House, typed: Typing) -> None:
    house.apply("山田 太郎", "yamada@example.jp", people=2)
    alive(house)

    told = typed.json("status", code=0)

    assert told["level"] == "fine"
    (event,) = told["events"]
    assert (event["taken"], event["free"], event["capacity"]) == (2, 498, 500)
    assert event["states"] == {"awaiting_payment": 1}
    assert told["outbox"] == {"queued": 1}
    assert "all is well" in typed("status", code=0).stdout


def test_what_waits_for_a_person_needs_a_look(house: House, typed: Typing) -> None:
    alive(house)
    stop_sending(house.office, who="tanaka", why="rehearsal of the office")

    told = typed("status", code=1).stdout

    assert "LOOK" in told
    assert "tanaka: rehearsal of the office" in told


@pytest.mark.parametrize(
    "settings",
    [
        {"UKETSUKE_IMAP__HOST": "mail.example.jp"},
        {"UKETSUKE_SANDBOX__DATABASE_URL": "postgresql+psycopg://nobody@127.0.0.1:1/nothing"},
    ],
    ids=["wrong settings", "no store"],
)
def test_what_keeps_status_from_telling_is_no_finding(
    house: House, typed: Typing, settings: dict[str, str]
) -> None:
    alive(house)
    typed.environ |= settings

    typed.wrong("status", code=3)
    typed.wrong("task", "list", code=2)


def test_a_status_that_was_typed_wrongly_is_no_finding(typed: Typing) -> None:
    typed.wrong("status", "--nonsense", code=3)


def test_a_fault_of_the_program_is_no_finding(
    house: House, typed: Typing, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> None:
        raise ZeroDivisionError("a bug")

    monkeypatch.setattr("pipeline.console.health.judge", fails)

    assert "ZeroDivisionError: a bug" in typed.wrong("status", code=3)


def test_a_missing_password_is_an_alarm_once_access_is_due(house: House, typed: Typing) -> None:
    alive(house)
    secrets = house.config.secrets / f"{SLUG}.toml"
    secrets.write_text("", encoding="utf-8")
    house.it_is("2026-02-25T10:00:00")

    told = typed.json("status", code=2)

    assert told["level"] == "alarm"
    assert "id and password" in told["findings"][0]["what"]


def test_a_new_installation_says_that_no_daemon_ever_ran(typed: Typing) -> None:
    assert "no daemon has ever run" in typed("status", code=1).stdout


# ---------------------------------------------------------------- tasks


def test_tasks_are_listed_and_closed_with_who_and_why(house: House, typed: Typing) -> None:
    reference = house.apply("山田 太郎", "yamada@example.jp")
    typed("payments", "record", reference, "--amount", "1500", "--value-date", "2026-02-02")

    (task,) = typed.json("task", "list")
    assert task["reference"] == reference
    assert "500 yen more" in typed("task", "list").stdout

    typed("task", "done", str(task["id"]), "--why", "returned", "--who", "佐藤")

    assert typed.json("task", "list") == []
    (closed,) = typed.json("task", "list", "--all", "--reference", reference)
    assert (closed["closed_by"], closed["closed_why"]) == ("佐藤", "returned")
    assert "no open task" in typed.wrong("task", "done", str(task["id"]), code=1)
    assert "TASK" in typed.wrong("task", "done", "first")


# ---------------------------------------------------------------- money


def test_a_recorded_payment_pays_by_its_value_date(house: House, typed: Typing) -> None:
    reference = house.apply("山田 太郎", "yamada@example.jp")
    amount = ("--amount", "１，０００円")

    told = typed("payments", "record", reference, *amount, "--value-date", "2026-02-02").stdout

    assert "入金確認" in told
    assert typed.json("application", "show", reference)["state"] == "paid"


@pytest.mark.parametrize(
    ("amount", "value_date", "said"),
    [
        ("0", "2026-02-02", "--amount"),
        ("-1000", "2026-02-02", "--amount"),
        ("1000.5", "2026-02-02", "--amount"),
        ("千円", "2026-02-02", "--amount"),
        ("1000", "02.02.2026", "--value-date"),
        ("1000", "2026-02-03", "has not come yet"),
    ],
)
def test_money_that_cannot_be_is_told_so(
    amount: str, value_date: str, said: str, house: House, typed: Typing
) -> None:
    reference = house.apply("山田 太郎", "yamada@example.jp")

    line = typed.wrong(
        "payments", "record", reference, f"--amount={amount}", "--value-date", value_date
    )

    assert said in line
    assert typed.json("application", "show", reference)["credited"] == 0


def test_the_banks_word_reaches_through_a_day_that_is_over(house: House, typed: Typing) -> None:
    house.it_is("2026-03-16T10:00:00")

    typed("payments", "covered", "--through", "2026-03-13", "--who", "佐藤")

    (event,) = typed.json("status", code=1)["events"]
    assert event["covered_through"] == "2026-03-13"
    assert "is not over yet" in typed.wrong("payments", "covered", "--through", "2026-03-16")


# ---------------------------------------------------------------- access


def test_access_tells_what_is_there_and_never_what_it_is(house: House, typed: Typing) -> None:
    told = typed.json("access", "status")

    assert told["id"] is told["password"] is told["zoom_link"] is True
    assert told["opens_at"] == "2026-02-24T10:00:00+09:00"
    shown = typed("access", "status").stdout
    assert "there" in shown
    assert not any(secret in shown for secret in house.secrets.values())


def test_access_is_postponed_to_a_day_or_a_time(typed: Typing) -> None:
    typed("access", "postpone", "2026-03-02", "--why", "the videos slip")
    assert typed.json("access", "status")["opens_at"] == "2026-03-02T10:00:00+09:00"

    typed("access", "postpone", "2026-03-03 15:30", "--why", "they slip again")
    told = typed.json("access", "status")
    assert told["opens_at"] == "2026-03-03T15:30:00+09:00"
    assert told["postponed"] is True


@pytest.mark.parametrize("until", ["2026-05-01", "soon", "2026-03-02 25:00"])
def test_access_is_not_postponed_to_what_cannot_be(until: str, typed: Typing) -> None:
    typed.wrong("access", "postpone", until, "--why", "x")

    assert typed.json("access", "status")["postponed"] is False


def test_a_new_password_has_a_number_of_its_own(house: House, typed: Typing) -> None:
    typed("access", "rotate", "--why", "it leaked")

    assert typed.json("access", "status")["generation"] == 2
    (house.config.secrets / f"{SLUG}.toml").write_text("", encoding="utf-8")
    assert "lacks" in typed.wrong("access", "rotate", "--why", "again")


# ---------------------------------------------------------------- reminders


def test_remind_decides_what_is_due_once(house: House, typed: Typing) -> None:
    house.apply("山田 太郎", "yamada@example.jp")
    assert "nothing was due" in typed("remind").stdout
    house.everything_leaves()
    house.it_is("2026-02-10T10:00:00")

    assert "letters lie in the outbox" in typed("remind").stdout
    assert "nothing was due" in typed("remind").stdout
    letters = [letter["letter"] for letter in typed.json("outbox", "list")]
    assert letters == ["received", "payment_reminder"]


# ---------------------------------------------------------------- export


def test_participants_are_exported_for_spreadsheets(
    house: House, typed: Typing, tmp_path: Path
) -> None:
    house.apply("山田 太郎", "yamada@example.jp", people=2)
    house.apply("=cmd|' /C calc'!A0", "evil@example.jp", complete=False)
    table, book = tmp_path / "参加者.csv", tmp_path / "p.xlsx"

    typed("export", "--csv", str(table), "--xlsx", str(book))

    assert table.read_bytes().startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(table.read_text(encoding="utf-8-sig"))))
    assert len(rows) == 4
    assert not any(cell.startswith("=") for row in rows for cell in row)
    page = openpyxl.load_workbook(book)[SLUG]
    assert [[cell.value or "" for cell in row] for row in page.iter_rows()] == rows
    assert table.stat().st_mode & 0o077 == 0


def test_an_export_is_narrowed_and_read_by_programs(house: House, typed: Typing) -> None:
    house.apply("山田 太郎", "yamada@example.jp")
    house.apply("鈴木 花子", "suzuki@example.jp", complete=False)

    (row,) = typed.json("export", "--state", "incomplete")

    assert (row["name"], row["state"]) == ("鈴木 花子", "incomplete")
    assert "鈴木" in typed("export", "--csv", "-").stdout


def test_an_export_must_be_told_where_to(typed: Typing, tmp_path: Path) -> None:
    assert "--csv" in typed.wrong("export")
    assert "No such file" in typed.wrong("export", "--csv", str(tmp_path / "no" / "where.csv"))


# ---------------------------------------------------------------- journal and log


def test_the_journal_has_decisions_and_acts_of_all(house: House, typed: Typing) -> None:
    reference = house.apply("山田 太郎", "yamada@example.jp")
    typed("outbox", "stop", "--why", "a mistake in a letter", "--who", "佐藤")

    decided, act = typed.json("journal")

    assert (decided["reference"], decided["reason"]) == (reference, "accepted")
    assert act["event"] == "SendingStopped"
    assert act["note"] == "佐藤: a mistake in a letter"
    assert "送信停止" in typed("journal").stdout
    assert len(typed.json("journal", "--limit", "1")) == 1


def test_the_log_is_read_back_filtered(house: House, typed: Typing) -> None:
    at = datetime(2026, 2, 2, 9, tzinfo=TOKYO)
    log.configure(house.config.var, clock=lambda: at)
    log.unit("decide", reference="123455", reason="accepted")
    log.alarm("the mail server is gone")
    log.close()

    lines = [json.loads(line) for line in typed("log", "--json").stdout.splitlines()]
    assert [line["what"] for line in lines] == ["decide", "the mail server is gone"]
    assert "accepted" in typed("log", "--reference", "１２３４５５").stdout
    assert "accepted" not in typed("log", "--level", "alarm").stdout
    assert typed("log", "--since", "2026-02-03").stdout == ""
    assert typed("log", "--since", "2026-02-02 09:00", "--reference", "123455").stdout


def test_a_log_that_is_not_there_has_no_lines(typed: Typing) -> None:
    assert typed("log").stdout == ""
    assert "alarm" in typed.wrong("log", "--level", "debug")
    assert "--since" in typed.wrong("log", "--since", "yesterday")


def test_what_operators_do_stands_in_the_log(house: House, typed: Typing) -> None:
    reference = house.apply("山田 太郎", "yamada@example.jp")
    typed("application", "hold", reference, "--why", "to be asked")
    typed("outbox", "drop", "1", "--why", "written by hand", "--who", "佐藤")

    decided, dropped = map(json.loads, typed("log", "--json").stdout.splitlines())

    assert (decided["what"], decided["reference"], decided["reason"]) == (
        "decide",
        reference,
        "held",
    )
    assert decided["cause"].startswith("operator:")
    assert (dropped["act"], dropped["who"]) == ("outbox drop", "佐藤")
    assert dropped["reason"] == "written by hand"


def test_a_question_on_the_live_day_is_urgent(typed: Typing, house: House) -> None:
    house.it_is("2026-03-26T10:30:00")
    now = house.office.clock.now()
    house.happen(QuestionAsked(arrived_at=now, sender="one@example.jp"))

    assert "it is the live day, and 1 matters" in typed("status", code=2).stdout
    house.it_is("2026-03-27T10:30:00")
    assert "it is the live day" not in typed("status", code=2).stdout
