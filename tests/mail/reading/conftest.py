"""Fixtures for the tests of reading: who we are, and the events' rules."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from pipeline.domain.rules import Rules
from pipeline.mail.own import Account, Own
from pipeline.mail.reading import Reading, read


@pytest.fixture(scope="session")
def own() -> Own:
    """An office at example.jp."""
    account = Account("架空銀行", "本店", "普通", "0000000", "研究協議会", "ケンキユウキヨウギカイ")
    return Own(
        address="office@example.jp",
        addresses=frozenset({"office@example.jp", "shien@example.jp"}),
        message_domain="letters.example.jp",
        token_key=b"a key that only the tests know..",
        account=account,
    )


@pytest.fixture(scope="session")
def reader(rules: Rules, own: Own) -> Callable[[bytes], Reading]:
    """Reads a mail for that office."""

    def read_one(raw: bytes) -> Reading:
        return read(raw, rules, own)

    return read_one
