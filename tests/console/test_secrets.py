"""Promise 4 at the console: no verb shows a secret, whatever strangers wrote into our store."""

import html
from pathlib import Path
from urllib.parse import quote

import pytest

from pipeline.console.cli import app
from pipeline.console.masks import Mask
from pipeline.domain.decision import Task, TaskKind
from pipeline.rehearsal.hunt import found_in, search
from pipeline.store import inbox, tasks
from tests.console.conftest import SLUG, House, Typing

SHOWING = """
status | check | journal | journal --json | application list | application list --json
application show {} | application show {} --json | application explain {}
application explain {} --json | task list | task list --json | inbox list | inbox list --json
inbox show 1 | inbox show 1 --json | outbox list | outbox list --json | outbox show 1
outbox show 1 --json | outbox show 2 | outbox show 2 --json | access status
access status --json | export --json | export --csv - | log | log --json
templates preview access | templates preview zoom_look_ahead --json
"""


@pytest.fixture
def leaked(house: House, typed: Typing) -> str:
    """An office into whose store a stranger has written our secrets, wherever one can."""
    said = " ".join(house.secrets.values())
    reference = house.apply(f"山田 {said}", "yamada@example.jp")
    house.it_is("2026-02-25T10:00:00")
    typed("payments", "record", reference, "--amount", "1000", "--value-date", "2026-02-24")
    typed("application", "hold", reference, "--why", house.secrets["password"])
    house.receive(f"Subject: {said}\r\n\r\n{said}\r\n".encode())
    for _ in range(3):
        inbox.failed(house.office.database, 1, f"ValueError: {said}")
    with house.office.database.write() as connection:
        task = Task(TaskKind.ANSWER, said)
        tasks.open_task(connection, SLUG, task, cause="mail:1", at=house.office.clock.now())
    return reference


def test_the_secrets_were_planted(leaked: str, house: House) -> None:
    assert {leak.name for leak in search(house.config.home, house.secrets)} == set(house.secrets)


def test_no_verb_shows_a_secret(leaked: str, house: House, typed: Typing) -> None:
    verbs = [verb.strip() for line in SHOWING.splitlines() for verb in line.split("|")]
    for verb in filter(None, verbs):
        told = typed.runner.invoke(app, verb.format(leaked).split(), env=typed.environ)

        assert told.exit_code in {0, 1, 2}, verb
        assert told.output or verb.startswith("log"), verb
        assert not found_in(told.output.encode(), house.secrets), verb


def test_no_export_holds_a_secret(leaked: str, house: House, typed: Typing, tmp_path: Path) -> None:
    folder = tmp_path / "exports"
    folder.mkdir()

    typed("export", "--csv", str(folder / "p.csv"), "--xlsx", str(folder / "p.xlsx"))

    assert search(folder, house.secrets) == []


# ---------------------------------------------------------------- masks

SECRET = "Pa$$<w0rd>&x"


@pytest.mark.parametrize(
    "written",
    [
        SECRET,
        SECRET.upper(),
        "".join(chr(ord(character) + 0xFEE0) for character in SECRET),
        html.escape(SECRET),
        quote(SECRET, safe=""),
        "".join(f"&#{ord(character)};" for character in SECRET),
        "Pa$$<w0\n> > rd>&x",
        "Pa$$<w=\r\n0rd>&x",
        "=50=61=24=24=3C=77=30=72=64=3E=26=78",
    ],
)
def test_a_secret_is_masked_however_a_mail_program_wrote_it(written: str) -> None:
    assert Mask([SECRET])(f"前{written}後") == "前[hidden]後"


def test_a_mask_leaves_everything_else() -> None:
    assert Mask([SECRET])("Pa$$word") == "Pa$$word"
    assert Mask([])("Pa$$word") == "Pa$$word"
    assert Mask([SECRET]).everywhere({"a": [SECRET, 1, None]}) == {"a": ["[hidden]", 1, None]}
