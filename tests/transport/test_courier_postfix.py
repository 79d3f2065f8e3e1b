"""The SMTP courier against a real Postfix, its mails read back from a real Dovecot."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from pipeline.transport.courier import Delivery, Fate, Parcel, SmtpCourier
from pipeline.transport.errors import LoginRefused, NotSecure
from pipeline.transport.imap import Fetched, ImapLink
from pipeline.transport.listener import Listener, Received
from pipeline.transport.security import Security
from tests.servers.binaries import eventually
from tests.servers.dovecot import PASSWORD, Dovecot
from tests.servers.postfix import Postfix, running_postfix

pytestmark = pytest.mark.server

RAW = (  # whole headers: Postfix adds what is missing
    "From: office@example.jp\r\nDate: Mon, 2 Feb 2026 09:00:00 +0900\r\n"
    "Message-ID: <1@example.jp>\r\nTo: a@example.jp\r\nSubject: one\r\n"
    "\r\n.はじめの点\r\n..\r\nおわり\r\n"
).encode()


def leave(parcel: Parcel) -> None:
    """Let every guarded mail go."""


def mailbox(dovecot: Dovecot, user: str, count: int) -> list[Fetched]:
    """The mails of a mailbox, once there are so many."""
    link = ImapLink(dovecot.settings(user))
    link.connect()
    try:
        eventually(
            lambda: len(link.uids_above(0, 1000)) >= count or link.wait(0.5, lambda: False) is None,
            f"{count} mails for {user}",
        )
        return link.fetch(link.uids_above(0, 1000))
    finally:
        link.close()


def carried(courier: SmtpCourier, parcels: Sequence[Parcel]) -> list[Delivery]:
    try:
        return list(courier.deliver(parcels, leave))
    finally:
        courier.close()


def test_fifty_mails_travel_on_one_connection(
    postfix: Postfix, dovecot: Dovecot, user: str
) -> None:
    parcels = [Parcel(n, "office@example.jp", user, RAW, guarded=n % 2 == 0) for n in range(50)]
    told = carried(SmtpCourier(postfix.settings()), parcels)

    assert [(d.id, d.fate, d.code) for d in told] == [(n, Fate.ACCEPTED, 250) for n in range(50)]
    eventually(lambda: " mail=50 rcpt=50 data=50 " in postfix.log(), "Postfix tells of 50 mails")
    mails = mailbox(dovecot, user, 50)
    assert len(mails) == 50
    assert all(mail.raw.endswith(RAW) for mail in mails)


@pytest.mark.parametrize("security", ["none", "starttls", "tls"])
def test_mail_is_carried_over_any_security(
    postfix: Postfix, dovecot: Dovecot, user: str, security: Security
) -> None:
    told = carried(
        SmtpCourier(postfix.settings(security)), [Parcel(1, "office+b-1@example.jp", user, RAW)]
    )

    assert [d.fate for d in told] == [Fate.ACCEPTED]
    [mail] = mailbox(dovecot, user, 1)
    assert mail.raw.startswith(b"Return-Path: <office+b-1@example.jp>\r\n")


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_the_password_is_checked(postfix: Postfix, user: str, security: Security) -> None:
    courier = SmtpCourier(postfix.settings(security, user=user, password=PASSWORD))
    courier.connect()
    courier.close()
    with pytest.raises(LoginRefused, match="535"):
        SmtpCourier(postfix.settings(security, user=user, password="wrong")).connect()


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_certificate_of_nobody_known_is_not_trusted(postfix: Postfix, security: Security) -> None:
    with pytest.raises(NotSecure, match="certificate"):
        SmtpCourier(postfix.settings(security, ca_file=None)).connect()


def test_a_refused_recipient_is_not_a_refused_connection(
    postfix: Postfix, dovecot: Dovecot, user: str
) -> None:
    parcels = [
        Parcel(1, "office@example.jp", user, RAW),
        Parcel(2, "office@example.jp", "refused@example.jp", RAW),
        Parcel(3, "", f"{user.replace('@', '+x@')}", RAW, guarded=True),
    ]
    told = carried(SmtpCourier(postfix.settings("tls")), parcels)

    assert [(d.fate, d.phase, d.code) for d in told] == [
        (Fate.ACCEPTED, "dot", 250),
        (Fate.REFUSED, "rcpt", 550),
        (Fate.ACCEPTED, "dot", 250),
    ]
    assert len(mailbox(dovecot, user, 2)) == 2


def test_postfix_hands_mail_to_our_listener_by_lmtp(dovecot: Dovecot) -> None:
    kept: list[Received] = []
    listener = Listener(
        "127.0.0.1", 0, keep=kept.extend, accept=lambda address: "office" in address, lmtp=True
    )
    listener.start()
    try:
        with running_postfix(dovecot, lmtp_to={"example.jp": listener.port}) as postfix:
            courier = SmtpCourier(postfix.settings())
            told = carried(
                courier,
                [
                    Parcel(1, "a@example.com", "office@example.jp", RAW),
                    Parcel(2, "", "office+b-1@example.jp", RAW),
                ],
            )
            eventually(lambda: len(kept) == 2, "both mails are kept")
    finally:
        listener.stop()

    assert [d.fate for d in told] == [Fate.ACCEPTED] * 2
    assert {(mail.envelope_sender, mail.recipients) for mail in kept} == {
        ("a@example.com", ("office@example.jp",)),
        ("", ("office+b-1@example.jp",)),
    }
    assert all(mail.raw.endswith(RAW) for mail in kept)
