"""The corpus: one case for each way in which a mail arrives, with what it must be read as.

Law of this folder: the expectation is written by hand beside the case, never taken from what the
program says.  `python -m tests.mail.reading.cases` writes the corpus; a test sees that the files
are what the cases make.
"""

from __future__ import annotations

import json
from pathlib import Path

from tests.mail.reading.cases_answers import ANSWERS, ATTACHMENTS
from tests.mail.reading.cases_bytes import ENCODINGS, HEADERS
from tests.mail.reading.cases_layouts import LAYOUTS
from tests.mail.reading.cases_wishes import UNANSWERED, WISHES

CORPUS = Path(__file__).parent / "corpus"
CASES = (*ENCODINGS, *HEADERS, *LAYOUTS, *ANSWERS, *WISHES, *ATTACHMENTS, *UNANSWERED)


def write(folder: Path) -> None:
    """Write every case as NN-name.eml and NN-name.expected.json."""
    folder.mkdir(exist_ok=True)
    for case in CASES:
        (folder / f"{case.name}.eml").write_bytes(case.raw)
        expected = json.dumps(case.expected, ensure_ascii=False, indent=1) + "\n"
        (folder / f"{case.name}.expected.json").write_text(expected, encoding="utf-8")


if __name__ == "__main__":
    write(CORPUS)
