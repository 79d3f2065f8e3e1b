"""Rules and letters, looked at before they are used."""

import shutil
import socket
import tomllib
from pathlib import Path

import pytest

from pipeline.domain.decide import TRANSITIONS
from pipeline.domain.decision import SECRET_LETTERS, LetterName
from tests.console.conftest import House, Typing

ROOT = Path(__file__).parents[2]
SHIPPED = ROOT / "rules" / "r7-kenkyu-kyogikai"


def test_what_is_shipped_is_well(typed: Typing) -> None:
    told = typed("check").stdout

    assert "sandbox" in told
    assert "all is well" in told
    assert typed.json("check") == {"faults": []}


def test_everything_that_is_wrong_is_said_at_once(typed: Typing) -> None:
    typed.environ["UKETSUKE_IMAP__HOST"] = "mail.example.jp"
    typed.environ["UKETSUKE_NO_SUCH_THING"] = "1"

    told = typed("check", code=2)
    faults = typed.json("check", code=2)["faults"]

    assert len(faults) > 1
    assert len(told.stdout.splitlines()) == len(faults)
    assert {"file", "key", "what"} == set(faults[0])
    assert "UKETSUKE_NO_SUCH_THING" in told.stdout


def test_servers_that_cannot_be_reached_are_told_all_at_once(typed: Typing, tmp_path: Path) -> None:
    secrets = tmp_path / "secrets"
    secrets.mkdir()
    for name, text in (("password", "Sesam-oeffne-dich"), ("token.key", "k" * 32)):
        (secrets / name).write_text(text, encoding="utf-8")
        (secrets / name).chmod(0o600)
    nobody = socket.socket()
    nobody.bind(("127.0.0.1", 0))  # bound and not listening: whoever knocks is refused
    port = str(nobody.getsockname()[1])
    for server in ("IMAP", "SMTP"):
        typed.environ |= {
            f"UKETSUKE_{server}__HOST": "127.0.0.1",
            f"UKETSUKE_{server}__PORT": port,
            f"UKETSUKE_{server}__SECURITY": "none",
            f"UKETSUKE_{server}__USER": "office",
            f"UKETSUKE_{server}__PASSWORD_FILE": str(secrets / "password"),
        }
    typed.environ |= {
        "UKETSUKE_SECRETS__FOLDER": str(secrets),
        "UKETSUKE_ACCOUNT__BANK": "見本銀行",
        "UKETSUKE_ACCOUNT__BRANCH": "見本支店",
        "UKETSUKE_ACCOUNT__KIND": "普通",
        "UKETSUKE_ACCOUNT__NUMBER": "1234567",
        "UKETSUKE_ACCOUNT__HOLDER": "事務局",
        "UKETSUKE_ACCOUNT__HOLDER_KANA": "ジムキヨク",
        "UKETSUKE_DATABASE_URL": "sqlite:////proc/no/such/place.sqlite3",
    }
    assert "real servers" in typed("check").stdout

    with nobody:
        faults = typed.json("check", "--connect", code=2)["faults"]

    assert [fault["file"] for fault in faults] == [
        "IMAP 127.0.0.1, INBOX",
        "SMTP 127.0.0.1",
        "store",
    ]


def test_a_folder_of_rules_is_checked_alone(typed: Typing, tmp_path: Path) -> None:
    assert "研究協議会" in typed("rules", "check").stdout
    broken = shutil.copytree(SHIPPED, tmp_path / "broken")
    (broken / "payment.toml").write_text('fee = "free"\n', encoding="utf-8")

    told = typed("rules", "check", str(broken), code=2).stdout

    assert "payment.toml: fee" in told
    assert "is no folder" in typed.wrong("rules", "check", str(tmp_path / "nowhere"))


def test_every_key_is_described_and_the_description_is_toml(typed: Typing) -> None:
    told = typed("rules", "describe").stdout

    for part in told.split("# file: ")[1:]:
        name, _, text = part.partition("\n")
        assert tomllib.loads(text), name


def test_an_event_of_ones_own_begins_with_rules_that_are_well(
    typed: Typing, tmp_path: Path
) -> None:
    typed.environ["UKETSUKE_RULES"] = str(tmp_path / "rules")
    (tmp_path / "rules").mkdir()

    assert "event.toml" in typed("rules", "new", "r8-event").stdout
    assert "r8-event" in typed("rules", "check").stdout
    assert "already" in typed.wrong("rules", "new", "r8-event")
    assert "lower-case" in typed.wrong("rules", "new", "R8 Event")


def test_the_states_are_a_page(typed: Typing) -> None:
    told = typed("rules", "states").stdout

    assert all(f"`{state}`" in told for state in TRANSITIONS if state is not None)


def test_every_letter_is_listed(typed: Typing) -> None:
    listed = {row["letter"]: row["secret"] for row in typed.json("templates", "list")}

    assert listed == {name.value: name in SECRET_LETTERS for name in LetterName}
    assert "received" in typed("templates", "list").stdout


@pytest.mark.parametrize("name", list(LetterName))
def test_every_letter_is_previewed_without_a_secret(
    name: LetterName, house: House, typed: Typing
) -> None:
    told = typed("templates", "preview", name.value).stdout

    assert "様" in told
    assert "⟦" not in told
    assert ("●●●●" in told) is (name in SECRET_LETTERS)
    assert not any(secret in told for secret in house.secrets.values())


def test_a_preview_is_read_by_programs_and_unknown_letters_are_told_so(typed: Typing) -> None:
    told = typed.json("templates", "preview", "received")
    assert set(told) == {"letter", "subject", "body"}
    assert "there is no letter" in typed.wrong("templates", "preview", "birthday")
