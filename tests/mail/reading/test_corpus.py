"""Every way in which a mail arrives, read as a person would read it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.mail.reading import Reading
from tests.mail.reading.cases import CASES, CORPUS, write
from tests.mail.reading.compare import differences, expectation
from tests.mail.reading.office import shown
from tests.mail.reading.unread import UNREAD

LEAST = 200
"""So many mails of our own at least."""


def cases() -> list[object]:
    """Each file; those that are not read yet are expected to fail."""
    return [
        pytest.param(
            file,
            id=file.stem,
            marks=[pytest.mark.xfail(reason=UNREAD[file.stem], strict=True)]
            if file.stem in UNREAD
            else [],
        )
        for file in sorted(CORPUS.glob("*.eml"))
    ]


@pytest.mark.parametrize("file", cases())
def test_the_corpus_is_read_as_expected(file: Path, reader: Callable[[bytes], Reading]) -> None:
    assert differences(expectation(file), shown(reader(file.read_bytes()))) == []


def test_the_corpus_is_what_its_cases_make(tmp_path: Path) -> None:
    write(tmp_path)
    made = {file.name: file.read_bytes() for file in tmp_path.iterdir()}

    assert made == {file.name: file.read_bytes() for file in CORPUS.iterdir()}
    assert len(made) == 2 * len(CASES) >= 2 * LEAST


def test_what_is_not_read_yet_is_in_the_corpus() -> None:
    assert set(UNREAD) <= {case.name for case in CASES}
