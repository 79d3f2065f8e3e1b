"""Commands in documents are commands that there are, and every verb is told of."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
import typer.main

import main  # noqa: F401 - it adds the verbs run and rehearse
from pipeline.console.cli import app
from tests.docs.reading import Document, document, documents

ALL = [(one, words) for one in documents() for words in one.commands()]


def verbs(command: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Every verb of the program, groups left out."""
    within = getattr(command, "commands", None)
    if within is None:
        yield path, command
        return
    for name, inner in within.items():
        yield from verbs(inner, (*path, name))


VERBS = dict(verbs(typer.main.get_command(app)))
GROUPS = {path[0] for path in VERBS if len(path) > 1}


def verb_of(words: list[str]) -> tuple[str, ...]:
    return tuple(words[:2]) if words[0] in GROUPS else tuple(words[:1])


def fault(words: list[str]) -> str | None:
    """Why a command cannot be given like this; None when it can."""
    if words[0] == "--help":
        return None
    path = verb_of(words)
    if path not in VERBS:
        return f"there is no verb {' '.join(path)}"
    command = VERBS[path]
    context = command.context_class(command, info_name=path[-1])
    try:
        given, left, _ = command.make_parser(context).parse_args(words[len(path) :])
    except Exception as error:  # noqa: BLE001 - whatever the parser says is the answer
        return str(error)
    if left:
        return f"too many words: {left}"
    lacking = [p.name for p in command.params if p.required and not given.get(p.name)]
    return f"lacks {lacking}" if lacking else None


@pytest.mark.parametrize(
    ("where", "words"), ALL, ids=[f"{one.name}: {' '.join(words)}" for one, words in ALL]
)
def test_every_command_in_the_documents_can_be_given(where: Document, words: list[str]) -> None:
    assert fault(words) is None, where.name


def test_commands_are_found_at_all() -> None:
    told = {one.name: sum(where == one for where, _ in ALL) for one in documents()}

    assert told["README.md"] > 5
    assert told["docs/README.ja.md"] > 20
    assert told["docs/operations.md"] > 50


@pytest.mark.parametrize(
    "words",
    [
        ["nothing"],
        ["outbox", "nothing"],
        ["status", "--nothing"],
        ["application", "hold", "482617"],
        ["application", "show", "482617", "482618"],
        ["payments", "record", "482617", "--amount", "1000"],
    ],
    ids=" ".join,
)
def test_a_command_that_cannot_be_given_would_be_told(words: list[str]) -> None:
    assert fault(words) is not None


@pytest.mark.parametrize("path", VERBS, ids=" ".join)
def test_every_verb_stands_in_the_operators_table(path: tuple[str, ...]) -> None:
    told = {verb_of(words) for words in document("docs/operations.md").commands()}

    assert path in told


NAMED = re.compile(rf"({'|'.join(sorted(GROUPS))}) [a-z]+( (--|[A-Z0-9]).*)?")


def test_every_verb_named_by_itself_is_one() -> None:
    """`payments record` in a sentence: the first word is a group, so the second is its verb."""
    named = [
        (one.name, span) for one in documents() for span in one.spans() if NAMED.fullmatch(span)
    ]

    assert len(named) > 50
    assert [(name, span) for name, span in named if verb_of(span.split()) not in VERBS] == []
