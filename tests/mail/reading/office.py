"""The office whose mail the corpus is: who we are, and a reader for its mails."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from pipeline.config import load_rules
from pipeline.mail.own import Account, Own
from pipeline.mail.reading import Reading, read
from pipeline.mail.showing import as_json

OWN = Own(
    address="office@example.jp",
    addresses=frozenset({"office@example.jp", "shien@example.jp"}),
    message_domain="letters.example.jp",
    token_key=b"a key that only the tests know..",
    account=Account("架空銀行", "本店", "普通", "0000000", "研究協議会", "ケンキユウキヨウギカイ"),
)


def reader_of(rules_folder: Path) -> Callable[[bytes], dict[str, Any]]:
    """Reads a mail and shows it as `inspect --json` does."""
    rules = load_rules(rules_folder)

    def read_one(raw: bytes) -> dict[str, Any]:
        return shown(read(raw, rules, OWN))

    return read_one


def shown(reading: Reading) -> dict[str, Any]:
    """What `inspect --json` shows, and whom a bounce speaks of, which only the store is told."""
    out = as_json(reading, "mail.eml", text=True)
    if reading.bounce is not None:
        out["bounce"] = {
            "bounced_recipient": reading.bounce.address,
            "permanent": reading.bounce.permanent,
        }
    return out
