"""The corpus: mails as they really arrive, with what each must be read as.

Law of this folder: an expectation is what was put into a mail, never what the program says of it;
and the bytes are made without the program's own decoders.  `python -m tests.mail.reading.cases`
writes the corpus; a test sees that the files are what the cases make.
"""

from __future__ import annotations

import json
from pathlib import Path

from tests.mail.reading.cases_answers import ANSWERS, ATTACHMENTS
from tests.mail.reading.cases_bytes import ENCODINGS, HEADERS
from tests.mail.reading.cases_layouts import LAYOUTS
from tests.mail.reading.cases_wishes import UNANSWERED, WISHES
from tests.mail.reading.making.expect import Case
from tests.mail.reading.making.filed import FILED
from tests.mail.reading.making.free import FREE
from tests.mail.reading.making.machines import MACHINES
from tests.mail.reading.making.placed import PLACED
from tests.mail.reading.making.rosters import ROSTERS
from tests.mail.reading.making.rough import ROUGH
from tests.mail.reading.making.services import SERVICES
from tests.mail.reading.making.spoken import SPOKEN
from tests.mail.reading.making.strangers import STRANGE
from tests.mail.reading.making.systematic import SYSTEMATIC
from tests.mail.reading.making.unsure import UNSURE
from tests.mail.reading.making.voices import VOICES
from tests.mail.reading.making.wishes import WISHES as CORRESPONDENCE
from tests.mail.reading.making.workbooks import WORKBOOKS

CORPUS = Path(__file__).parent / "corpus"
HANDMADE = (*ENCODINGS, *HEADERS, *LAYOUTS, *ANSWERS, *WISHES, *ATTACHMENTS, *UNANSWERED)
CASES: tuple[Case, ...] = (
    *(one.case() for one in HANDMADE),
    *SYSTEMATIC,
    *PLACED,
    *WORKBOOKS,
    *ROSTERS,
    *FILED,
    *ROUGH,
    *SERVICES,
    *SPOKEN,
    *UNSURE,
    *VOICES,
    *FREE,
    *CORRESPONDENCE,
    *MACHINES,
    *STRANGE,
)


def write(folder: Path) -> None:
    """Write every case as NAME.eml and NAME.expected.json, and leave nothing else there."""
    folder.mkdir(exist_ok=True)
    for old in folder.iterdir():
        old.unlink()
    for case in CASES:
        (folder / f"{case.name}.eml").write_bytes(case.raw)
        expected = json.dumps(case.document(), ensure_ascii=False, indent=1) + "\n"
        (folder / f"{case.name}.expected.json").write_text(expected, encoding="utf-8")


if __name__ == "__main__":
    write(CORPUS)
