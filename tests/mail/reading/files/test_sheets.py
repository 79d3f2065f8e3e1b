"""Workbooks are read as a person would read them."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from pipeline.mail.reading import Reading
from pipeline.mail.showing import as_json
from tests.mail.reading.files.cases_more import MORE
from tests.mail.reading.files.cases_others import OTHERS
from tests.mail.reading.files.cases_sheets import SHEETS, Case
from tests.mail.reading.files.making import carrying


def check(case: Case, reader: Callable[[bytes], Reading]) -> None:
    """One file in a mail, against what is expected of it."""
    shown = as_json(reader(carrying((case.file, case.made()), lines=case.lines)), "m.eml")

    read = zip(shown["participants"], case.people, strict=False)
    people = [{name: person[name] for name in wanted} for person, wanted in read]
    assert (shown["kind"], people) == (case.kind, list(case.people)), shown["problems"]
    if case.people:
        assert len(shown["participants"]) == len(case.people)
    if "problem" in case.more:
        assert any(case.more["problem"] in p for p in shown["problems"])
    elif case.kind == "application":
        assert shown["problems"] == []
    assert shown["answer"]


@pytest.mark.parametrize("case", SHEETS, ids=lambda case: case.name)
def test_a_workbook_is_read(case: Case, reader: Callable[[bytes], Reading]) -> None:
    check(case, reader)


@pytest.mark.parametrize("case", OTHERS, ids=lambda case: case.name)
def test_another_file_is_read(case: Case, reader: Callable[[bytes], Reading]) -> None:
    check(case, reader)


@pytest.mark.parametrize("case", MORE, ids=lambda case: case.name)
def test_an_unusual_workbook_is_read(case: Case, reader: Callable[[bytes], Reading]) -> None:
    check(case, reader)
