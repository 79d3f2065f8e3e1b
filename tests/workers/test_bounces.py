"""Letters that come back: the token tells which one, and nothing else is believed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from pipeline.domain import events
from pipeline.mail.bounce import token
from pipeline.store import journal, tasks
from pipeline.transport.courier import Parcel
from pipeline.workers import act
from tests.workers.conftest import Desk

Write = Callable[..., bytes]
HANAKO = "hanako@example.jp"
COLLEAGUE = "p0@example.jp"


def dsn(to: str, failed: str, *, status: str = "5.1.1", action: str = "failed") -> bytes:
    """A notice of RFC 3464, as the receiving server sends it to our envelope sender."""
    text = (
        "--b\r\nContent-Type: text/plain\r\n\r\nyour mail could not be delivered\r\n"
        "--b\r\nContent-Type: message/delivery-status\r\n\r\n"
        "Reporting-MTA: dns; mx.example.jp\r\n\r\n"
        f"Final-Recipient: rfc822; {failed}\r\nAction: {action}\r\nStatus: {status}\r\n"
        f"Diagnostic-Code: smtp; 550 {status} nobody\r\n\r\n--b--\r\n"
    )
    head = (
        "Return-Path: <>\r\nFrom: MAILER-DAEMON@mx.example.jp\r\n"
        f"To: <{to}>\r\nSubject: Undelivered Mail Returned to Sender\r\n"
        "Auto-Submitted: auto-replied\r\nMIME-Version: 1.0\r\n"
        "Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n"
    )
    return (head + text).encode()


@pytest.fixture
def letter(desk: Desk, application_mail: Write) -> Parcel:
    """Payment instructions for two that have left."""
    desk.receive(application_mail(others=["見本 次郎"]))
    desk.work()
    (parcel,) = desk.courier.sent
    assert parcel.recipient == HANAKO
    assert "+b-" in parcel.envelope_sender
    return parcel


def is_unharmed(desk: Desk) -> bool:
    with desk.office.database.read() as connection:
        return not tasks.listing(connection) and desk.application().bounced == ()


def test_a_bounce_with_our_token_is_a_task_and_silences_the_address(
    desk: Desk, letter: Parcel
) -> None:
    desk.receive(dsn(letter.envelope_sender, HANAKO))
    desk.work()

    assert desk.application().bounced == (HANAKO,)
    with desk.office.database.read() as connection:
        (task,) = tasks.listing(connection)
    assert task.kind == "address"
    desk.pass_to(desk.clock.now() + timedelta(days=45))
    assert len(desk.letters()) == 1


def test_another_address_mends_it_and_letters_flow_again(desk: Desk, letter: Parcel) -> None:
    desk.receive(dsn(letter.envelope_sender, HANAKO))
    desk.work()
    reference = desk.application().reference

    act.act(desk.office, reference, events.Resent(who="suzuki", why="told", to="new@example.jp"))
    desk.pass_to(desk.clock.now() + timedelta(days=30))

    assert desk.application().bounced == ()
    assert len(desk.letters("new@example.jp")) > 1
    assert len(desk.letters(HANAKO)) == 1


def test_a_letter_that_was_forwarded_and_failed_there_failed_for_the_one_it_was_for(
    desk: Desk, letter: Parcel
) -> None:
    """The notice names the address behind; the token names ours."""
    desk.receive(dsn(letter.envelope_sender, "hanako.private@example.com"))
    desk.work()

    assert desk.application().bounced == (HANAKO,)


def test_a_token_replayed_for_another_address_changes_nothing(desk: Desk, letter: Parcel) -> None:
    """Whoever has a letter of ours knows its token; it must not silence a colleague."""
    desk.receive(dsn(letter.envelope_sender, COLLEAGUE))
    desk.work()

    assert is_unharmed(desk)


def test_a_token_says_nothing_about_another_application(
    desk: Desk, letter: Parcel, application_mail: Write
) -> None:
    desk.receive(application_mail("別人 一郎", "ichiro@example.com", number=9))
    desk.work()

    desk.receive(dsn(letter.envelope_sender, "ichiro@example.com"))
    desk.work()

    by_address = {one.contact_address: one.bounced for one in desk.applications()}
    assert by_address["ichiro@example.com"] == ()


def forged(letter: Parcel, how: str) -> str:
    local, _, domain = letter.envelope_sender.partition("@")
    start, _, made = local.partition("+")
    nonce = made.split("-")[1]
    return {
        "wrong mac": f"{start}+b-{nonce}-{'0' * 16}@{domain}",
        "another office's key": f"{start}+{token(nonce, b'theirs')}@{domain}",
        "cut short": f"{start}+{made[:-1]}@{domain}",
        "nonce of nobody": f"{start}+{token('ab' * 10, b'office.example.jp')}@{domain}",
        "no token": f"{start}@{domain}",
        "another domain": f"{local}@example.com",
        "another name": f"someone+{made}@{domain}",
    }[how]


@pytest.mark.parametrize(
    "how",
    [
        "wrong mac",
        "another office's key",
        "cut short",
        "nonce of nobody",
        "no token",
        "another domain",
        "another name",
    ],
)
def test_a_forged_token_changes_nothing(desk: Desk, letter: Parcel, how: str) -> None:
    desk.receive(dsn(forged(letter, how), HANAKO))
    desk.work()

    assert is_unharmed(desk)
    assert len(desk.letters()) == 1


@pytest.mark.parametrize(
    ("status", "action"), [("4.2.2", "delayed"), ("4.4.1", "failed"), ("2.1.5", "delivered")]
)
def test_a_temporary_notice_changes_nothing(
    desk: Desk, letter: Parcel, status: str, action: str
) -> None:
    desk.receive(dsn(letter.envelope_sender, HANAKO, status=status, action=action))
    desk.work()

    assert is_unharmed(desk)


def test_the_same_notice_twice_is_one_task(desk: Desk, letter: Parcel) -> None:
    for _ in range(2):
        desk.receive(dsn(letter.envelope_sender, HANAKO))
        desk.work()

    with desk.office.database.read() as connection:
        assert len(tasks.listing(connection)) == 1


def test_a_vacation_reply_to_a_bounce_address_is_no_bounce(desk: Desk, letter: Parcel) -> None:
    raw = (
        f"Return-Path: <>\r\nFrom: {HANAKO}\r\nTo: {letter.envelope_sender}\r\n"
        "Subject: Out of office\r\nAuto-Submitted: auto-replied\r\n\r\nback on Monday\r\n"
    )
    desk.receive(raw.encode())
    desk.work()

    assert is_unharmed(desk)
    with desk.office.database.read() as connection:
        assert journal.latest(connection)[-1].happened == "Unanswerable"
