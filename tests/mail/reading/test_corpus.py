"""Every way in which a mail arrives, read as a person would read it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.mail.reading import Reading, as_json
from tests.mail.reading.cases import CASES, CORPUS, write

FILES = sorted(CORPUS.glob("*.eml"))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_the_corpus_is_read_as_expected(file: Path, reader: Callable[[bytes], Reading]) -> None:
    expected = json.loads(file.with_suffix(".expected.json").read_text("utf-8"))

    shown = as_json(reader(file.read_bytes()), file.name, text=True)

    assert {key: shown[key] for key in expected} == expected


def test_the_corpus_is_what_its_cases_make(tmp_path: Path) -> None:
    write(tmp_path)
    made = {file.name: file.read_bytes() for file in tmp_path.iterdir()}

    assert made == {file.name: file.read_bytes() for file in CORPUS.iterdir()}
    assert len(made) == 2 * len(CASES)
