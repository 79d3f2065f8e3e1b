"""What is held of somebody is shown to them, and is forgotten after the event."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pipeline.domain import events
from tests.console.conftest import SLUG, House, Typing

HANAKO = "hanako@machida.example.jp"
JIRO = "jiro@machida.example.jp"
QUESTION = (
    f"From: Hanako <{HANAKO}>\r\nTo: office@example.jp\r\nSubject: question\r\n"
    "Message-ID: <q@example.jp>\r\nContent-Type: text/plain; charset=UTF-8\r\n\r\n"
    "手話通訳はありますか。\r\n"
)
BYSTANDER = (
    f"From: boss@example.com\r\nTo: office@example.jp\r\nSubject: list\r\n"
    f"Content-Type: text/plain; charset=UTF-8\r\n\r\nour guest is {HANAKO}\r\n"
)


@pytest.fixture
def over(house: House) -> House:
    """Two applications that have ended, a mail, and half a year later."""
    for name, address in (("町田花子", HANAKO), ("相模次郎", JIRO)):
        reference = house.apply(name, address)
        house.happen(events.Cancelled(who="suzuki", why="by telephone"), reference)
    with house.office.database.write() as connection:
        connection.exec_driver_sql("UPDATE outbox SET status = 'sent'")
    house.it_is("2026-10-01T09:00:00")
    return house


def names_left(house: House) -> list[str]:
    path = Path(str(house.office.database.url.database))
    raw = path.read_bytes() + path.with_name(f"{path.name}-wal").read_bytes()
    return [name for name in ("町田花子", "相模次郎", HANAKO, JIRO) if name.encode() in raw]


def test_purge_only_counts_unless_it_is_told_to(over: House, typed: Typing) -> None:
    said = typed("purge", "--before", "2026-09-01").stdout

    assert "nothing is forgotten yet" in said
    assert typed.json("purge", "--before", "2026-09-01")["events"][SLUG]["applications"] == 2
    assert len(typed.json("application", "list", "--address", HANAKO)) == 1


def test_purge_forgets_and_the_journal_says_who_and_why(over: House, typed: Typing) -> None:
    assert names_left(over)

    done = typed.json(
        "purge", "--before", "2026-09-01", "--carry-out", "--why", "half a year", "--who", "suzuki"
    )

    assert done["events"][SLUG]["applications"] == 2
    assert names_left(over) == []
    assert typed.json("application", "list", "--address", HANAKO) == []
    assert typed.json("journal")[-1]["note"] == "suzuki: half a year"
    again = typed.json("purge", "--before", "2026-09-01")
    assert set(again["events"][SLUG].values()) == {0}


def test_what_was_forgotten_can_still_be_looked_at(over: House, typed: Typing) -> None:
    typed("purge", "--before", "2026-09-01", "--carry-out", "--why", "half a year")

    for one in typed.json("application", "list"):
        shown = typed("application", "explain", one["reference"]).stdout
        assert "(forgotten)" in shown
        assert typed("application", "show", one["reference"]).stdout
    for letter in typed.json("outbox", "list"):
        assert typed("outbox", "show", str(letter["id"])).stdout
    assert typed("export", "--csv", "-").stdout
    assert typed("task", "list", "--all").stdout
    typed("status", code=1)


def test_nothing_of_an_event_that_is_not_over_is_forgotten(house: House, typed: Typing) -> None:
    house.apply("町田花子", HANAKO)
    house.it_is("2026-04-29T09:00:00")

    done = typed.json("purge", "--before", "2026-04-29", "--carry-out", "--why", "too early")

    assert done["events"] == {}
    assert len(typed.json("application", "list", "--address", HANAKO)) == 1


def test_a_day_that_lies_ahead_is_refused_and_a_reason_is_wanted(
    over: House, typed: Typing
) -> None:
    assert "lies ahead" in typed.wrong("purge", "--before", "2027-09-01")
    assert "--why" in typed.wrong("purge", "--before", "2026-09-01", "--carry-out")


def test_old_files_of_the_log_go_and_the_present_one_stays(
    over: House, typed: Typing, tmp_path: Path
) -> None:
    folder = tmp_path / "var" / "log"
    folder.mkdir(parents=True, exist_ok=True)
    for name, day in ((".2", "2026-03-01"), (".1", "2026-09-20"), ("", "2026-03-01")):
        line = {"at": f"{day}T09:00:00+09:00", "level": "unit", "what": "send"}
        (folder / f"uketsuke.jsonl{name}").write_text(json.dumps(line) + "\n", "utf-8")

    typed("purge", "--before", "2026-09-01", "--carry-out", "--why", "half a year")

    left = {path.name for path in folder.glob("*.jsonl*")} - {"uketsuke.jsonl.lock"}
    assert left == {"uketsuke.jsonl", "uketsuke.jsonl.1"}


def test_all_that_is_held_of_a_person_is_told_and_nothing_of_another(
    house: House, typed: Typing
) -> None:
    house.receive(QUESTION.encode(), uid=11)
    house.receive(BYSTANDER.encode(), uid=12)
    house.receive(QUESTION.replace("hanako", "jiro").encode(), uid=13)
    mine = house.apply("町田花子", HANAKO)
    house.apply("相模次郎", JIRO)

    held = json.loads(typed("export", "--person", HANAKO.upper()).stdout)

    assert [one["reference"] for one in held["applications"]] == [mine]
    assert held["applications"][0]["participants"][0]["phone"] == "03-0000-0000"
    assert held["applications"][0]["history"][0]["said"]["sender"] == HANAKO
    texts = [mail["text"] for mail in held["mails"]]
    assert any("手話通訳" in text for text in texts)
    assert any("our guest" in text for text in texts)
    assert {letter["recipient"] for letter in held["letters"]} == {HANAKO}
    assert held["letters"][0]["text"]
    assert "相模次郎" not in json.dumps(held, ensure_ascii=False)
    assert JIRO not in json.dumps(held, ensure_ascii=False)


def test_our_secrets_are_masked_in_what_a_person_is_told(house: House, typed: Typing) -> None:
    secret = house.secrets["password"]
    house.receive(QUESTION.replace("手話", secret).encode(), uid=11)

    told = typed("export", "--person", HANAKO).stdout

    assert secret not in told
    assert len(json.loads(told)["mails"]) == 1


def test_a_person_who_was_forgotten_has_nothing(over: House, typed: Typing) -> None:
    typed("purge", "--before", "2026-09-01", "--carry-out", "--why", "half a year")

    held = json.loads(typed("export", "--person", HANAKO).stdout)

    assert {name: rest for name, rest in held.items() if name != "address" and rest} == {}
