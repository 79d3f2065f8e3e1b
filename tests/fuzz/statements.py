"""Coverage-guided fuzzing of the bank room: whatever bytes come, a statement or a refusal.

    python -m tests.fuzz.statements FOLDER [libFuzzer options]     (`make fuzz TARGET=statements`)

The folder is where inputs are kept; it begins with one good file of every layout.  A finding is an
input for which `check` raises or which takes too long: it is written to the path of
`-artifact_prefix`.  Mend the reader, and put the smallest form of it into tests/bank as a case.
"""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path
from typing import Final

import atheris  # only `make fuzz` installs it

with atheris.instrument_imports(include=["pipeline.bank"]):
    from pipeline.bank.statement import Refused, read
    from tests.bank.good import GOOD
    from tests.bank.shipped import PROFILES

HERE: Final = Path(__file__).parent
TODAY: Final = date(2026, 3, 20)
AHEAD: Final = date(2027, 4, 1)
"""Further ahead no day of a statement may lie."""


def check(raw: bytes) -> None:
    """What holds for every file, whoever made it."""
    said = ""
    try:
        statements = read(raw, PROFILES, today=TODAY)
    except Refused as refused:
        said, statements = str(refused), ()
    assert "\n" not in said, "a reason of several lines"
    assert said or statements, "neither a statement nor a refusal"
    for statement in statements:
        for one in statement.remittances:
            assert 0 < one.amount < 10**13, "no amount of this world"
            assert one.booked_on < AHEAD, "a day in the far future"
            assert one.line > 0, "a line without its place"


def main() -> None:
    """Hand the options to libFuzzer, with good files and our dictionary beside them."""
    folder = Path(sys.argv[1])
    for name, raw in GOOD.items():
        (folder / f"good-{name.replace(' ', '-')}").write_bytes(raw)
    atheris.Setup([*sys.argv, f"-dict={HERE / 'bank.dict'}", "-timeout=10"], check)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
