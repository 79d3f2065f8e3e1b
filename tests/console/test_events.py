"""One installation that serves several events."""

import shutil
from pathlib import Path

import pytest

from pipeline.config import ROOT
from tests.console.conftest import SLUG, House, Typing


@pytest.fixture
def two_events(environ: dict[str, str], tmp_path: Path) -> Path:
    """The shipped event and one like it with a folder of its own; asked for before `house`."""
    folder = tmp_path / "rules"
    for slug in (SLUG, "r8-event"):
        shutil.copytree(ROOT / "rules" / SLUG, folder / slug)
    event = folder / "r8-event" / "event.toml"
    text = event.read_text(encoding="utf-8")
    event.write_text(text.replace('folder = "INBOX"', 'folder = "R8"'), encoding="utf-8")
    environ["UKETSUKE_RULES"] = str(folder)
    return folder


ABOUT_ONE = ("access status", "export --json", "payments covered --through 2026-02-01")


@pytest.mark.parametrize("verb", ABOUT_ONE)
def test_what_is_about_one_event_must_name_it(
    verb: str, two_events: Path, house: House, typed: Typing
) -> None:
    line = typed.wrong(*verb.split())

    assert "--event" in line
    assert "r8-event" in line
    typed(*verb.split(), "--event", "r8-event")


def test_listings_tell_of_all_events_or_of_one(
    two_events: Path, house: House, typed: Typing
) -> None:
    reference = house.apply("山田 太郎", "yamada@example.jp")

    assert [one["reference"] for one in typed.json("application", "list")] == [reference]
    assert typed.json("application", "list", "--event", "r8-event") == []
    assert [event["slug"] for event in typed.json("status", code=1)["events"]] == [
        SLUG,
        "r8-event",
    ]


def test_an_application_of_an_event_that_is_served_no_more_is_only_shown(
    two_events: Path, house: House, typed: Typing
) -> None:
    reference = house.apply("山田 太郎", "yamada@example.jp")
    shutil.rmtree(two_events / SLUG)

    assert typed.json("application", "show", reference)["event"] == SLUG
    assert "participant 1" in typed("application", "show", reference).stdout
    for verb in (["application", "hold"], ["payments", "record"]):
        options = (
            ["--why", "x"] if "hold" in verb else ["--amount", "1000", "--value-date", "2026-02-02"]
        )
        assert f"no event '{SLUG}' is served" in typed.wrong(*verb, reference, *options)
