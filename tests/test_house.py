"""The shape of the house, where no tool looks after it."""

from __future__ import annotations

import ast
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
AT_THE_TOP = {
    "pipeline", "templates", "rules", "tests", "docs", "main.py", "pyproject.toml", "README.md",
    "Makefile", "LICENSE", "CHANGELOG.md",
    "requirements.txt", "requirements-dev.txt", "requirements-fuzz.txt",
}  # fmt: skip
MAIN_MAY_IMPORT = {"config", "daemon", "console", "rehearsal", "store.database"}


def imports(path: Path) -> set[str]:
    """All that a file imports of the project, functions included."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
        elif isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
    return {name.removeprefix("pipeline.") for name in found if name.startswith("pipeline")}


def test_main_goes_from_settings_to_the_daemon_or_the_console_and_nothing_else() -> None:
    def room(name: str) -> str:
        return name if name == "store.database" else name.partition(".")[0]

    assert {room(name) for name in imports(ROOT / "main.py")} <= MAIN_MAY_IMPORT


def test_nothing_else_stands_at_the_top() -> None:
    listed = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if listed.returncode:
        pytest.skip("not a git checkout")
    tops = {line.partition("/")[0] for line in listed.stdout.splitlines()}
    assert {top for top in tops if not top.startswith(".")} <= AT_THE_TOP


@pytest.mark.parametrize(
    "path", sorted((ROOT / "pipeline").rglob("*.py")), ids=lambda path: str(path.relative_to(ROOT))
)
def test_every_file_says_its_law_in_its_first_lines(path: Path) -> None:
    if path.parent.name == "versions":
        return
    docstring = ast.get_docstring(ast.parse(path.read_text("utf-8")))
    assert docstring
    assert docstring[0].isupper() or docstring[0] in "`0123456789"
