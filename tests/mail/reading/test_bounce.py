"""The token in our envelope sender, and what returned mail says."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pipeline.domain.rules import Rules
from pipeline.mail.bounce import envelope_sender, message_id_of, token, verified_nonce, verify
from pipeline.mail.own import Own
from pipeline.mail.reading import BounceNotice, Kind, read
from tests.mail.reading.letters import mail, multipart, text

NONCE = "0123456789abcdef0123"


def report(*fields: bytes, extra: tuple[bytes, ...] = (), returned: bytes = b"") -> bytes:
    """A delivery status with these fields of one recipient."""
    parts = [
        (b"Content-Type: text/plain", b"Your letter came back.\n"),
        (
            b"Content-Type: message/delivery-status",
            b"Reporting-MTA: dns; mx.example.com\n\n" + b"\n".join(fields) + b"\n",
        ),
    ]
    if returned:
        parts.append((b"Content-Type: message/rfc822", returned))
    return multipart("report; report-type=delivery-status", *parts, extra=extra)


def notice(raw: bytes, rules: Rules, own: Own) -> BounceNotice:
    """What is read of a returned mail."""
    reading = read(raw, rules, own)
    assert reading.kind is Kind.BOUNCE
    assert not reading.answer
    assert reading.bounce is not None
    return reading.bounce


def test_a_token_is_known_again(own: Own) -> None:
    address = envelope_sender(own, NONCE)

    assert address.startswith(f"office+b-{NONCE}-")
    assert verified_nonce(address, own) == NONCE
    assert verified_nonce(f"<{address.upper()}>", own) == NONCE


@pytest.mark.parametrize(
    "forge",
    [
        lambda a: a.replace("0123456789abcdef0123", "0123456789abcdef0124"),
        lambda a: a.replace("office+", "other+"),
        lambda a: a.replace("@example.jp", "@example.com"),
        lambda a: a.replace("@example.jp", "0@example.jp"),
        lambda a: a[:-12] + a[-11:],
        lambda a: a.replace("+b-", "+"),
        lambda _: "office@example.jp",
        lambda _: "",
    ],
)
def test_a_forged_token_is_nobodys(forge: object, own: Own) -> None:
    assert callable(forge)
    assert verified_nonce(forge(envelope_sender(own, NONCE)), own) is None


def test_another_key_makes_another_token(own: Own) -> None:
    other = replace(own, token_key=b"another key")

    assert verified_nonce(envelope_sender(other, NONCE), own) is None
    assert verify(token(NONCE, own.token_key), own.token_key) == NONCE


def test_without_a_delimiter_the_address_is_plain(own: Own) -> None:
    plain = replace(own, delimiter=None)

    assert envelope_sender(plain, NONCE) == own.address
    assert verified_nonce(envelope_sender(own, NONCE), plain) is None


def test_a_local_part_that_would_be_too_long_stays_plain(own: Own) -> None:
    long = replace(own, address="a-rather-long-office-name@example.jp")

    assert envelope_sender(long, NONCE) == long.address


def test_only_a_nonce_makes_a_token(own: Own) -> None:
    with pytest.raises(ValueError, match="20 lower-case hex"):
        envelope_sender(own, "XYZ")


@pytest.mark.parametrize(
    "field", [b"To: ", b"Delivered-To: ", b"X-Original-To: ", b"Envelope-To: "]
)
def test_the_letter_that_failed_is_told_by_the_address_it_came_back_to(
    field: bytes, rules: Rules, own: Own
) -> None:
    raw = report(b"Action: failed", extra=(field + envelope_sender(own, NONCE).encode(),))

    assert notice(raw.replace(b"To: office@example.jp\r\n", b""), rules, own).token == NONCE


def test_it_is_told_by_what_came_back_with_it(rules: Rules, own: Own) -> None:
    returned = (
        b"Return-Path: <" + envelope_sender(own, NONCE).encode() + b">\nTo: a@example.com\n\n"
    )
    found = notice(report(b"Action: failed", returned=returned), rules, own)

    assert (found.token, found.address) == (NONCE, "a@example.com")


def test_a_letter_that_came_back_whole_is_answered_to_by_its_id(rules: Rules, own: Own) -> None:
    returned = f"Message-ID: {message_id_of(NONCE, own)}\nTo: a@example.com\n\n".encode()
    reading = read(report(b"Action: failed", returned=returned), rules, own)

    assert reading.answers_to == (message_id_of(NONCE, own),)


TO_A = b"Final-Recipient: rfc822; a@example.com"


@pytest.mark.parametrize(
    ("fields", "address", "permanent"),
    [
        ((TO_A, b"Action: failed", b"Status: 5.1.1"), "a@example.com", True),
        ((TO_A.replace(b" a@", b"<A@"), b"Action: failed"), "A@example.com", True),
        ((b"Original-Recipient: rfc822;b@example.com", TO_A), "b@example.com", True),
        ((TO_A, b"Action: delayed", b"Status: 4.4.1"), "a@example.com", False),
        ((TO_A, b"Action: failed", b"Status: 4.4.7"), "a@example.com", False),
        ((TO_A.replace(b"a@", b"a..b.@"), b"Action: failed"), "a..b.@example.com", True),
    ],
)
def test_a_delivery_status_is_read(
    fields: tuple[bytes, ...], address: str, permanent: bool, rules: Rules, own: Own
) -> None:
    found = notice(report(*fields), rules, own)

    assert (found.address, found.permanent) == (address, permanent)


@pytest.mark.parametrize(
    ("subject", "body", "address", "permanent"),
    [
        (b"Returned mail", "<a@example.com>: 550 5.1.1 User unknown", "a@example.com", True),
        (b"Undelivered Mail", "a@example.com\n452 4.2.2 mailbox full", "a@example.com", False),
        (
            b"Warning",
            "a@example.com: not yet been delivered, will be retried",
            "a@example.com",
            False,
        ),
        (b"failure notice", "a@example.com: No such user here", "a@example.com", True),
        (
            b"Mail Error",
            "office@example.jp wrote to a@example.com, host unknown",
            "a@example.com",
            True,
        ),
        (b"Mail Error", "nothing to read", "", True),
    ],
)
def test_a_servers_prose_is_read(
    subject: bytes, body: str, address: str, permanent: bool, rules: Rules, own: Own
) -> None:
    raw = mail(text(body), subject=subject, sender=b"MAILER-DAEMON@mx.example.com")
    found = notice(raw, rules, own)

    assert (found.address, found.permanent) == (address, permanent)


def test_a_report_of_success_is_no_bounce(rules: Rules, own: Own) -> None:
    reading = read(
        report(b"Final-Recipient: rfc822; a@example.com", b"Action: relayed"), rules, own
    )

    assert (reading.kind, reading.bounce, reading.answer) == (Kind.AUTO_REPLY, None, False)


def test_who_is_absent_is_no_bounce_even_with_a_null_path(rules: Rules, own: Own) -> None:
    raw = mail(text("不在にしております。至急の場合は内線550 までお願いします。"),
               subject=b"Automatic reply: x", extra=(b"Return-Path: <>",))  # fmt: skip

    assert read(raw, rules, own).kind is Kind.AUTO_REPLY
    assert read(raw, rules, own, envelope_sender="").kind is Kind.AUTO_REPLY
