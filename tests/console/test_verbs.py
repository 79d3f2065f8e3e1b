"""Which verbs there are, and how a failure of any of them ends."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import typer

import main  # noqa: F401 - it adds the verbs run and rehearse
from pipeline.console.cli import app
from tests.console.conftest import Typing

VERBS = """
run  rehearse  check  inspect  status  remind  log  export
application list|show|explain|hold|release|accept|decline|extend|withdraw|resend|cancel
task list|done
inbox list|show|replay|discard
outbox list|show|hold|release|retry|drop|stop|resume
payments record|covered
access status|postpone|rotate
rules describe|check|states|new
templates preview|list
"""


def promised() -> Iterator[tuple[str, ...]]:
    for line in VERBS.split("\n"):
        words = line.split()
        if "|" in line:
            yield from ((words[0], verb) for verb in words[1].split("|"))
        else:
            yield from ((verb,) for verb in words)


def there() -> set[tuple[str, ...]]:
    root = typer.main.get_command(app)
    verbs: set[tuple[str, ...]] = set()
    for name, command in root.commands.items():  # type: ignore[attr-defined]  # a group's
        below = getattr(command, "commands", None)
        verbs |= {(name, verb) for verb in below} if below else {(name,)}
    return verbs


def test_every_promised_verb_exists() -> None:
    assert set(promised()) <= there()


@pytest.mark.parametrize("verb", sorted(there()), ids=" ".join)
def test_every_verb_explains_itself(verb: tuple[str, ...], typed: Typing) -> None:
    told = typed(*verb, "--help").stdout

    assert "Usage:" in told


def cannot(verb: str) -> int:
    """With what a verb ends that cannot do its work; the codes 0 to 2 of `status` are findings."""
    return 3 if verb == "status" else 2


@pytest.mark.parametrize("verb", sorted(there()), ids=" ".join)
def test_an_unknown_option_ends_as_one_line(verb: tuple[str, ...], typed: Typing) -> None:
    line = typed.wrong(*verb, "--no-such-option", code=cannot(verb[0]))

    assert "--no-such-option" in line


def test_an_unknown_verb_ends_as_one_line_with_a_guess(typed: Typing) -> None:
    assert "Did you mean 'status'" in typed.wrong("statsu")


@pytest.mark.parametrize("words", [(), ("application",)])
def test_a_group_alone_shows_its_verbs(words: tuple[str, ...], typed: Typing) -> None:
    assert "Usage:" in typed(*words, code=2).output


LISTINGS = (
    "application list", "task list", "inbox list", "outbox list", "journal", "templates list",
)  # fmt: skip


@pytest.mark.parametrize("verb", LISTINGS)
def test_every_listing_is_an_array_for_programs(verb: str, typed: Typing) -> None:
    assert isinstance(typed.json(*verb.split()), list)


OPENING = [
    "status", "application list", "task list", "inbox list", "outbox list", "access status",
    "journal", "remind", "export --json", "check",
]  # fmt: skip


@pytest.mark.parametrize("verb", OPENING)
def test_settings_that_are_refused_end_every_verb_in_the_same_way(verb: str, typed: Typing) -> None:
    typed.environ["UKETSUKE_IMAP__HOST"] = "mail.example.jp"

    told = typed(*verb.split(), code=cannot(verb))

    assert "UKETSUKE_" in told.output
    assert "Traceback" not in told.output


@pytest.mark.parametrize("verb", OPENING[:-1])
def test_a_store_that_cannot_be_opened_ends_as_one_line(verb: str, typed: Typing) -> None:
    typed.environ["UKETSUKE_SANDBOX__DATABASE_URL"] = "sqlite:////proc/no/such/place.sqlite3"

    assert "/proc/no" in typed.wrong(*verb.split(), code=cannot(verb))


def test_a_store_that_is_broken_ends_as_one_line(typed: Typing, tmp_path: Path) -> None:
    broken = tmp_path / "broken.sqlite3"
    broken.write_bytes(b"no database " * 1000)
    typed.environ["UKETSUKE_SANDBOX__DATABASE_URL"] = f"sqlite:///{broken}"

    assert "the store: file is not a database" in typed.wrong("status", code=cannot("status"))


@pytest.mark.parametrize("verb", ["application list", "inbox list", "access status"])
def test_an_event_that_is_not_served_is_wrong(verb: str, typed: Typing) -> None:
    line = typed.wrong(*verb.split(), "--event", "no-such-event")

    assert "r7-kenkyu-kyogikai" in line


@pytest.mark.parametrize(
    "verb",
    [
        "application hold", "application accept", "application decline", "application cancel",
        "application withdraw", "inbox discard", "outbox hold", "outbox drop", "outbox stop",
        "access rotate",
    ],
)  # fmt: skip
def test_an_act_that_costs_somebody_something_needs_a_reason(verb: str, typed: Typing) -> None:
    number = ["1"] if "stop" not in verb and "rotate" not in verb else []

    assert "--why" in typed.wrong(*verb.split(), *number)


@pytest.mark.parametrize(
    ("option", "text"),
    [
        ("--why", " "),
        ("--why", "x" * 201),
        ("--why", "two\nlines"),
        ("--why", "\x1b[2J"),
        ("--who", ""),
        ("--who", "x" * 61),
    ],
)
def test_who_and_why_are_one_short_line(option: str, text: str, typed: Typing) -> None:
    given = {"--why": "because", "--who": "tanaka"} | {option: text}

    line = typed.wrong("outbox", "stop", "--why", given["--why"], "--who", given["--who"])

    assert option in line
