"""The sample mails beside the project, with what is expected of them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.mail.reading import Reading
from tests.mail.reading.compare import differences, expectation
from tests.mail.reading.office import shown

SAMPLES = Path(__file__).parents[4] / "shared" / "samples" / "mail"
FILES = sorted(SAMPLES.glob("*.eml"))


def test_there_are_samples() -> None:
    if not SAMPLES.is_dir():
        pytest.skip("the sample mails do not lie beside the project")
    assert FILES


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_sample_is_read_as_expected(file: Path, reader: Callable[[bytes], Reading]) -> None:
    assert differences(expectation(file), shown(reader(file.read_bytes()))) == []
