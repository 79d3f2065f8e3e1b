"""Coverage-guided fuzzing of the reading: whatever bytes come, what must be true of the verdict.

    python -m tests.fuzz.reading [FOLDER...] [libFuzzer options]     (`make fuzz` does it)

The first folder is where new inputs are kept; the corpus of the tests is always read beside it.  A
finding is an input for which `check` raises or which takes too long: it is written to the path of
`-artifact_prefix`.  Read it with `python main.py inspect FILE`, mend the reading, and put the
smallest form of it into the tests of its room as a case; the file itself is then of no more use.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Final

import atheris  # only `make fuzz` installs it

with atheris.instrument_imports(include=["pipeline.mail", "pipeline.domain"]):
    from pipeline.config import load_rules
    from pipeline.mail.addresses import address_of
    from pipeline.mail.classify import Kind
    from pipeline.mail.own import Account, Own
    from pipeline.mail.reading import Reading, digest, read
    from pipeline.mail.showing import as_json, explain

HERE: Final = Path(__file__).parent
ROOT: Final = HERE.parent.parent
CORPUS: Final = ROOT / "tests" / "mail" / "reading" / "corpus"
RULES: Final = load_rules(ROOT / "rules" / "r7-kenkyu-kyogikai")
OWN: Final = Own(
    address="office@example.jp",
    addresses=frozenset({"office@example.jp"}),
    message_domain="letters.example.jp",
    token_key=b"a key that only the fuzzer knows",
    account=Account("架空銀行", "本店", "普通", "0000000", "研究協議会", "ケンキユウキヨウギカイ"),
)
MACHINES: Final = frozenset({Kind.BOUNCE, Kind.AUTO_REPLY, Kind.SUSPICIOUS, Kind.PAYMENT_NOTICE})
"""Kinds that are never answered."""


def check(raw: bytes) -> None:
    """What holds for every mail, whoever wrote it."""
    reading = read(raw, RULES, OWN)
    shown = json.dumps(as_json(reading, "x", text=True), ensure_ascii=False)
    shown.encode()  # a lone surrogate raises here
    explain(reading).encode()
    digest(raw)
    assert reading.why, "a verdict without its reason"
    assert reading.kind is Kind.BOUNCE or reading.bounce is None, "a notice without a bounce"
    assert not (reading.answer and reading.kind in MACHINES), "a machine would be answered"
    _check_address(reading)


def _check_address(reading: Reading) -> None:
    if reading.answer:
        assert reading.reply_to, "an answer to nobody"
    if reading.reply_to:
        assert address_of(reading.reply_to) == reading.reply_to, "an answer to what is no address"
        assert reading.reply_to.lower() not in OWN.addresses, "an answer to ourselves"


def main() -> None:
    """Hand the options to libFuzzer, with our corpus and dictionary beside them."""
    options = [*sys.argv, str(CORPUS), f"-dict={HERE / 'mail.dict'}", "-timeout=10"]
    atheris.Setup(options, check)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
