"""Rules that must be refused: every folder of `tests/bad_rules` is a case, told by its README."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.config import check

ROOT = Path(__file__).parent.parent.parent
CASES = sorted(path for path in (ROOT / "tests" / "bad_rules").iterdir() if path.is_dir())
SLUG = "r7-kenkyu-kyogikai"


@pytest.fixture
def office(tmp_path: Path) -> Path:
    """A folder with the rules and templates as they are shipped."""
    for name in ("rules", "templates"):
        shutil.copytree(ROOT / name, tmp_path / name)
    return tmp_path


def bare(line: str) -> str:
    return line.split(" #", maxsplit=1)[0].rstrip()


def changed(text: str, old: list[str], new: list[str]) -> str:
    lines = text.splitlines()
    if not old:
        return "\n".join([*lines, *new]) + "\n"
    places = [
        start
        for start in range(len(lines))
        if [bare(line) for line in lines[start : start + len(old)]] == old
    ]
    assert len(places) == 1, f"{old} stands {len(places)} times in the file"
    lines[places[0] : places[0] + len(old)] = new
    return "\n".join(lines) + "\n"


def blocks(lines: list[str]) -> Iterator[tuple[list[str], list[str]]]:
    """Lines to take away, and what to put in their place."""
    old: list[str] = []
    new: list[str] = []
    for line in lines:
        if line.startswith("-") and new:
            yield old, new
            old, new = [], []
        (old if line.startswith("-") else new).append(line[2:])
    yield old, new


def lay_over(office: Path, change: str) -> None:
    for part in change.split("=== ")[1:]:
        head, *lines = part.rstrip("\n").splitlines()
        name, _, verb = head.partition(" ")
        path = office / (name if "/" in name else f"rules/{SLUG}/{name}")
        if verb == "copied":
            shutil.copytree(office / "rules" / SLUG, path)
        elif verb == "removed":
            path.unlink()
        else:
            text = path.read_text(encoding="utf-8") if path.exists() else ""
            for old, new in blocks(lines):
                text = changed(text, old, new)
            path.write_text(text, encoding="utf-8")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_is_refused_for_the_stated_reason(case: Path, office: Path) -> None:
    lay_over(office, (case / "change.txt").read_text(encoding="utf-8"))

    faults = check({}, office)

    expected = (case / "expected.txt").read_text(encoding="utf-8")
    assert "".join(f"{fault}\n" for fault in faults) == expected


def test_the_shipped_rules_are_not_refused(office: Path) -> None:
    assert check({}, office) == []


def test_there_is_something_to_refuse() -> None:
    assert len(CASES) >= 18
