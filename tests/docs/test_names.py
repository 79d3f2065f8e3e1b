"""What documents name is there, and what there is is named."""

from __future__ import annotations

import ast
import re
import tomllib
from pathlib import Path

import pytest

from pipeline.config import describe, known_settings
from pipeline.domain.application import State
from pipeline.domain.decision import OUR_HOLDS, LetterName, TaskKind
from tests.docs.reading import ROOT, Document, document, documents

ALL = documents()
SPANS = {span for one in ALL for span in one.spans()}
FOR_TESTS = {"UKETSUKE_REQUIRE_SERVERS"}
FOR_THE_OFFICE = ("docs/operations.md", "docs/README.ja.md")

PATH = re.compile(r"[A-Za-z0-9_.-]+(/[A-Za-z0-9_.-]+)*/?")
SUFFIXES = {".py", ".md", ".toml", ".txt", ".service", ".example"}
RUNS = ("var/", "secrets/", ".venv/", "rules/my-event/", "templates/my-event/")
"""What is there only on a machine that runs it."""

each = pytest.mark.parametrize("one", ALL, ids=lambda one: one.name)


# ---------------------------------------------------------------- settings, letters, words


@each
def test_every_setting_that_is_named_is_known(one: Document) -> None:
    known = {setting.name for setting in known_settings()} | FOR_TESTS
    named = set(re.findall(r"UKETSUKE_[A-Z_]*[A-Z]", one.text))
    groups = {name.rpartition("__")[0] for name in known}

    assert named - known - groups == set()


@pytest.mark.parametrize("setting", [one.name for one in known_settings()])
def test_every_setting_is_named(setting: str) -> None:
    assert setting in SPANS


@pytest.mark.parametrize("letter", LetterName, ids=str)
def test_every_letter_stands_in_the_office_table(letter: LetterName) -> None:
    assert f"| `{letter}` |" in document("docs/README.ja.md").text


@pytest.mark.parametrize("name", FOR_THE_OFFICE)
@pytest.mark.parametrize("word", [*TaskKind, *sorted(OUR_HOLDS)], ids=str)
def test_every_task_and_every_hold_has_its_row(word: str, name: str) -> None:
    assert f"\n| `{word}` |" in document(name).text


@pytest.mark.parametrize("state", State, ids=str)
def test_every_state_is_named(state: State) -> None:
    assert f"| `{state}` |" in document("docs/README.ja.md").text
    assert f"`{state}`" in document("docs/glossary.md").text


def test_every_name_with_an_underscore_is_one_of_ours() -> None:
    """Letters, states, keys of rules, secrets and log lines, or names in the code."""
    rules = set(re.findall(r"^#? ?\[*(?:\w+\.)?(\w+)[\] =]", describe(), re.MULTILINE))
    code = "".join(path.read_text("utf-8") for path in (ROOT / "pipeline").rglob("*.py"))
    bench = (ROOT / "tests" / "bench" / "run.py").read_text("utf-8")
    names = {span for span in SPANS if re.fullmatch(r"[a-z]+(_[a-z0-9]+)+", span)}
    known = {*LetterName, *State} | rules | set(re.findall(r"\w+", code + bench))

    assert len(names) > len(LetterName) / 2
    assert names - known == set()


# ---------------------------------------------------------------- status


def findings() -> list[str]:
    """The fixed words of each finding in `console.health`."""
    tree = ast.parse((ROOT / "pipeline" / "console" / "health.py").read_text("utf-8"))
    calls = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Finding"
    ]
    found = [max(_words(call.args[1]), key=len) for call in calls]
    assert len(found) > 10
    return found


def _words(node: ast.AST) -> list[str]:
    parts = [n.value for n in ast.walk(node) if isinstance(n, ast.Constant)]
    return [part.strip(" :(") for part in parts if isinstance(part, str)] or [""]


@pytest.mark.parametrize("words", [words for words in findings() if words])
def test_every_finding_of_status_has_its_row(words: str) -> None:
    section = document("docs/operations.md").text.partition("## What `status` says")[2]

    assert words in section.partition("\n## ")[0].replace("` N `", " ").replace("`", "")


# ---------------------------------------------------------------- files and links


def paths(one: Document) -> set[str]:
    spans = {span for span in one.spans() if PATH.fullmatch(span)}
    return {span for span in spans if "/" in span or Path(span).suffix in SUFFIXES}


def is_there(name: str, one: Document) -> bool:
    if name.startswith(RUNS):
        return True
    places = (ROOT / name, one.path.parent / name)
    anywhere = "/" not in name and any(ROOT.glob(f"[!.]*/**/{name}"))
    return anywhere or any(place.exists() for place in places)


@each
def test_every_file_that_is_named_is_there(one: Document) -> None:
    assert {name for name in paths(one) if not is_there(name, one)} == set()


def test_a_file_that_is_not_there_would_be_told() -> None:
    assert not is_there("pipeline/nothing.py", document("README.md"))
    assert not is_there("nothing.toml", document("README.md"))


@each
def test_every_link_leads_somewhere(one: Document) -> None:
    lost = []
    for link in one.links():
        if link.startswith(("https://", "http://")):
            continue
        name, _, anchor = link.partition("#")
        target = (one.path.parent / name).resolve() if name else one.path
        if not target.exists() or (anchor and anchor not in Document(target).anchors()):
            lost.append(link)

    assert lost == []


def test_every_document_can_be_found_from_the_readme() -> None:
    linked = {(ROOT / link.partition("#")[0]).resolve() for link in document("README.md").links()}

    assert {one.name for one in ALL if one.path not in linked} <= {"README.md"}


# ---------------------------------------------------------------- libraries, changes


def test_every_direct_dependency_is_explained() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    wanted = [*project["project"]["dependencies"], *project["dependency-groups"]["dev"]]
    names = {re.split(r"[\[<>=~!;, ]", one)[0] for one in wanted}
    rows = re.findall(r"^\| (`.+?`) \|", document("docs/libraries.md").text, re.MULTILINE)
    told = {name for row in rows for name in re.findall(r"`(.+?)`", row)}

    assert told == names


def test_the_changelog_has_a_place_for_what_comes_next() -> None:
    assert re.search(r"^## Unreleased$", document("CHANGELOG.md").text, re.MULTILINE)
