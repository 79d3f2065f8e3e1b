"""Authentication-Results: believed from one server, for one domain, and otherwise not at all."""

from __future__ import annotations

import pytest

from pipeline.domain.rules import Authentication, Rules
from pipeline.mail.addresses import Mailbox
from pipeline.mail.authentication import Standing, by_exchange, by_server
from pipeline.mail.own import Own
from pipeline.mail.reading import read
from tests.mail.reading.letters import LINES, mail, text

OURS = "mx.example.jp"
AUTHOR = (Mailbox("町田", "machida@city.example.jp"),)
PASS = b"mx.example.jp; dmarc=pass (p=none) header.from=city.example.jp"


def authenticated(results: list[bytes], authors: tuple[Mailbox, ...], server: str | None) -> bool:
    """Whether the server proves the author."""
    return by_server(results, authors, server) is Standing.PROVEN


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


def trusting_in(rules: Rules, way: Authentication, **more: str) -> Rules:
    """The rules with another way of telling whose word counts."""
    intake = rules.intake.model_copy(update={"authentication": way} | more)
    return rules.model_copy(update={"intake": intake})


def test_our_server_may_refute_the_sender() -> None:
    refuted = b"mx.example.jp; spf=fail; dmarc=fail (p=none) header.from=city.example.jp"

    assert by_server([refuted], AUTHOR, OURS) is Standing.FAILED
    assert by_server([refuted], AUTHOR, "other.example.jp") is Standing.UNKNOWN


# ---------------------------------------------------------------- Exchange Online

CHECKED = (
    b"spf=pass (sender IP is 192.0.2.1)\r\n smtp.mailfrom=city.example.jp; dkim=pass (signature was"
    b" verified) header.d=city.example.jp;dmarc=pass action=none header.from=city.example.jp;"
    b"compauth=pass reason=100"
)
OUTSIDE = [b"Anonymous"]


def test_exchange_vouches_for_mail_from_outside() -> None:
    assert by_exchange([CHECKED], OUTSIDE, AUTHOR) is Standing.PROVEN


@pytest.mark.parametrize(
    ("results", "marks"),
    [
        ([CHECKED], []),
        ([CHECKED], [b"Internal"]),
        ([CHECKED], [b"Anonymous", b"Anonymous"]),
        ([b"mx.example.org; " + CHECKED], OUTSIDE),
        ([b"dmarc=bestguesspass action=none header.from=city.example.jp"], OUTSIDE),
        ([b"spf=pass smtp.mailfrom=x; dmarc=pass header.from=other.example.jp"], OUTSIDE),
        ([CHECKED.replace(b"compauth=pass", b"compauth=softpass")], OUTSIDE),
        ([b"spf=none", CHECKED], OUTSIDE),
        ([], OUTSIDE),
    ],
)
def test_anything_else_of_exchange_proves_nothing(results: list[bytes], marks: list[bytes]) -> None:
    assert by_exchange(results, marks, AUTHOR) is Standing.UNKNOWN


def test_exchange_may_refute_the_sender() -> None:
    failed = CHECKED.replace(b"compauth=pass reason=100", b"compauth=fail reason=000")

    assert by_exchange([failed], OUTSIDE, AUTHOR) is Standing.FAILED


# ---------------------------------------------------------------- a reading


def test_two_from_fields_prove_nobody(rules: Rules, own: Own) -> None:
    trusting = trusting_in(rules, Authentication.AUTHSERV_ID, authserv_id=OURS)
    field = b"Authentication-Results: mx.example.jp; dmarc=pass header.from=example.jp"

    raw = mail(text(*LINES), extra=(field, b"From: other@example.com"))

    assert not read(raw, trusting, own).authenticated


def test_a_reading_says_so(rules: Rules, own: Own) -> None:
    trusting = trusting_in(rules, Authentication.AUTHSERV_ID, authserv_id=OURS)
    field = b"Authentication-Results: mx.example.jp; dmarc=pass header.from=example.jp"
    raw = mail(text(*LINES), extra=(field,))

    assert read(raw, trusting, own).authenticated
    assert not read(raw, rules, own).authenticated
