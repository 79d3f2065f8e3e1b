"""Every step that writes can be killed: none is added without its points."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.inject import Armed
from tests.faults.plans import EACH_ONCE, RATED, READING, STORE
from tests.faults.points import NOT_THE_DAEMON_S, WRITERS, all_points

PIPELINE = Path(__file__).parent.parent.parent / "pipeline"


def writers(tree: ast.AST, module: str) -> Iterator[tuple[str, str]]:
    """Functions with a `with ....write(...)` of a database."""
    for function in ast.walk(tree):
        if not isinstance(function, ast.FunctionDef):
            continue
        for node in ast.walk(function):
            if not isinstance(node, ast.With):
                continue
            for item in node.items:
                call = item.context_expr
                if (
                    isinstance(call, ast.Call)
                    and isinstance(call.func, ast.Attribute)
                    and call.func.attr == "write"
                ):
                    yield module, function.name


def all_writers() -> set[tuple[str, str]]:
    found = set()
    for path in PIPELINE.rglob("*.py"):
        module = ".".join(path.relative_to(PIPELINE.parent).with_suffix("").parts)
        found |= set(writers(ast.parse(path.read_text("utf-8")), module))
    return found


def test_every_caller_of_write_that_a_daemon_has_is_named() -> None:
    # A console's verb is one transaction that is typed again.
    daemons = {
        one
        for one in all_writers()
        if not one[0].startswith(("pipeline.console.cli", "pipeline.rehearsal"))
    }
    assert daemons - NOT_THE_DAEMON_S.keys() == WRITERS.keys()


def test_the_exceptions_are_still_there() -> None:
    assert NOT_THE_DAEMON_S.keys() <= all_writers()


def test_a_caller_that_is_new_is_found() -> None:
    tree = ast.parse("def _fresh(db):\n    with db.write('x') as connection:\n        pass\n")
    assert list(writers(tree, "pipeline.new")) == [("pipeline.new", "_fresh")]


def test_every_point_is_met_by_some_season() -> None:
    plans = (*EACH_ONCE, *STORE, READING, RATED)
    words = [word for plan in plans for faults in plan.values() for word in faults]
    planned = {word.partition(":")[0] for word in words}
    assert planned == set(all_points())


def test_a_point_that_does_not_exist_cannot_be_armed(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no fault point"):
        Armed("send.after_lunch:1", tmp_path / "passed")


def test_a_point_kills_at_its_nth_passing_only(tmp_path: Path) -> None:
    armed = Armed("send.dotted:3", tmp_path / "passed")
    assert [armed.comes_to("send.dotted") for _ in range(5)] == [False, False, True, False, False]
    assert not armed.comes_to("send.dot")
