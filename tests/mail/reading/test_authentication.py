"""Authentication-Results: believed from one server, for one domain, and otherwise not at all."""

from __future__ import annotations

import pytest

from pipeline.domain.rules import Rules
from pipeline.mail.addresses import Mailbox
from pipeline.mail.authentication import authenticated
from pipeline.mail.own import Own
from pipeline.mail.reading import read
from tests.mail.reading.letters import LINES, mail, text

OURS = "mx.example.jp"
AUTHOR = (Mailbox("町田", "machida@city.example.jp"),)
PASS = b"mx.example.jp; dmarc=pass (p=none) header.from=city.example.jp"


@pytest.mark.parametrize(
    "field",
    [
        PASS,
        b"mx.example.jp 1; spf=pass smtp.mailfrom=x@y;\r\n\tdmarc=pass header.from=city.example.jp",
        b"MX.example.JP; DMARC=pass header.from=City.Example.JP",
        b"mx.example.jp; dkim=pass header.d=city.example.jp header.s=a",
        b"mx.example.jp; dkim=fail header.d=x.jp; dkim=pass header.d=city.example.jp",
    ],
)
def test_our_server_vouches_for_the_domain(field: bytes) -> None:
    assert authenticated([field], AUTHOR, OURS)


@pytest.mark.parametrize(
    "field",
    [
        b"other.example.jp; dmarc=pass header.from=city.example.jp",
        b"mx.example.jp; dmarc=fail header.from=city.example.jp",
        b"mx.example.jp; dmarc=pass header.from=example.jp",
        b"mx.example.jp; dmarc=pass",
        b"mx.example.jp; dkim=pass header.d=example.jp",
        b"mx.example.jp; dkim=pass header.i=@city.example.jp",
        b"mx.example.jp; spf=pass smtp.mailfrom=city.example.jp",
        b"mx.example.jp; none",
        b"mx.example.jp (; dmarc=pass header.from=city.example.jp)",
        b'mx.example.jp; spf=pass smtp.mailfrom="; dmarc=pass header.from=city.example.jp; "@y',
        b'mx.example.jp; spf=pass smtp.mailfrom="; dmarc=pass header.from=city.example.jp',
        b"mx.example.jp; x=y dmarc=pass header.from=city.example.jp",
        b"mx.example.jp; dmarc=passed header.from=city.example.jp",
        b"mx.example.jp; dmarc=pass header.from=x.jp header.from=city.example.jp",
        b"(mx.example.jp); dmarc=pass header.from=city.example.jp",
        PASS + b" " * 9000,
        b"",
        b";",
    ],
)
def test_anything_else_is_not_authenticated(field: bytes) -> None:
    assert not authenticated([field], AUTHOR, OURS)


def test_only_the_topmost_counts() -> None:
    assert not authenticated([b"mx.example.jp; dmarc=fail", PASS], AUTHOR, OURS)
    assert not authenticated([b"other; none", PASS], AUTHOR, OURS)


def test_without_a_named_server_nobody_is_authenticated() -> None:
    assert not authenticated([PASS], AUTHOR, None)
    assert not authenticated([], AUTHOR, OURS)


def test_two_authors_are_nobody() -> None:
    assert not authenticated([PASS], (*AUTHOR, Mailbox("", "x@y.jp")), OURS)
    assert not authenticated([PASS], (Mailbox("町田", ""),), OURS)


def test_a_reading_says_so(rules: Rules, own: Own) -> None:
    intake = rules.intake.model_copy(update={"authserv_id": OURS})
    trusting = rules.model_copy(update={"intake": intake})
    field = b"Authentication-Results: mx.example.jp; dmarc=pass header.from=example.jp"
    raw = mail(text(*LINES), extra=(field,))

    assert read(raw, trusting, own).authenticated
    assert not read(raw, rules, own).authenticated
