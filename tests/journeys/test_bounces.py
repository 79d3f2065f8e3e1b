"""Letters that a real Postfix takes and cannot deliver: its own notices come back to our tokens."""

from __future__ import annotations

import json
import smtplib
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.lmtp import LMTP
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.journeys.conftest import ACCESS, OFFICE, Installation, Mailbox
from tests.journeys.test_real_servers import application, new_address, send
from tests.servers.binaries import eventually, free_ports
from tests.servers.dovecot import Dovecot
from tests.servers.postfix import FORWARDED_TO, Postfix, running_postfix

pytestmark = [pytest.mark.server, pytest.mark.timeout(180)]
PATIENCE = 90.0  # seconds, on a busy machine
READ = "inbox WHERE status = 'processed'"


class NobodyHere:
    """A mailbox server behind Postfix that knows nobody."""

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Refused, after Postfix has accepted the letter."""
        del server, session, envelope, address, options  # it is the same for all
        return "550 5.1.1 nobody of this name"


class _Lmtp(Controller):
    def factory(self) -> SMTP:
        return LMTP(self.handler)


@pytest.fixture(scope="module")
def postfix(dovecot: Dovecot) -> Iterator[Postfix]:
    """One that takes mail for bounces.test and learns only later that nobody is there."""
    (port,) = free_ports(1)
    behind = _Lmtp(NobodyHere(), hostname="127.0.0.1", port=port)
    behind.start()
    try:
        with running_postfix(dovecot, lmtp_to={"bounces.test": port}) as running:
            yield running
    finally:
        behind.stop()


def test_a_letter_that_came_back_is_a_task_and_another_address_mends_it(
    installation: Installation, dovecot: Dovecot, postfix: Postfix
) -> None:
    """Mail that is sent on fails under a name that we do not know: the token knows whose it was."""
    gone, forwarded, new = "gone@bounces.test", "forwarded@example.jp", new_address()
    start(installation)
    for address in (gone, forwarded):
        send(postfix, application(address))
    eventually(lambda: count(installation, "task") == 2, "two tasks", PATIENCE)

    listed = applications(installation)
    tasks = json.loads(installation.verb("task", "list", "--json"))
    assert {one["kind"] for one in tasks} == {"address"}
    assert {one["reference"] for one in tasks} == {one["reference"] for one in listed.values()}
    assert listed[gone]["bounced"] == [gone]
    assert listed[forwarded]["bounced"] == [forwarded]
    named = [raw for (raw,) in rows(installation, "SELECT raw FROM inbox_raw")]
    assert any(f"Final-Recipient: rfc822; {FORWARDED_TO}".encode() in raw for raw in named)

    reference = listed[forwarded]["reference"]
    money = ("--amount", "1000", "--value-date", "2026-02-25")
    installation.verb("payments", "record", reference, *money)  # ID and password would leave now
    written = rows(installation, "SELECT letter FROM outbox WHERE recipient = ?", forwarded)
    assert written == [("received",)]

    installation.verb("application", "resend", reference, "--to", new, "--why", "by telephone")
    (access,) = Mailbox(dovecot, new).wait_for(1)
    assert reference in access.subject
    assert ACCESS["password"] in access.text
    assert installation.stop() == 0


def test_notices_that_anybody_could_write_change_nothing(
    installation: Installation, dovecot: Dovecot, postfix: Postfix
) -> None:
    """They come by the same real server, to addresses that are nearly right or are over."""
    hers, his, new = new_address(), new_address(), new_address()
    start(installation)
    for address in (hers, his):
        send(postfix, application(address))
        Mailbox(dovecot, address).wait_for(1)
    tokens = dict(rows(installation, "SELECT recipient, envelope_sender FROM outbox"))
    local, _, domain = tokens[hers].partition("@")
    other = "0" if local[-1] != "0" else "1"

    for to, failed, status in (
        (f"{local[:-1]}{other}@{domain}", hers, "5.1.1"),  # its HMAC altered
        (f"{local[:-1]}@{domain}", hers, "5.1.1"),
        (OFFICE, hers, "5.1.1"),
        (tokens[hers], hers, "4.2.2"),  # only for now
    ):
        notice(postfix, to, failed, status)
    eventually(lambda: count(installation, READ) == 6, "all are read", PATIENCE)
    assert count(installation, "task") == 0

    # Whoever has a letter of his own silences himself with its token, and nobody else.
    notice(postfix, tokens[his], hers, "5.1.1")
    eventually(lambda: count(installation, "task") == 1, "his address is in doubt", PATIENCE)
    listed = applications(installation)
    assert listed[hers]["bounced"] == []
    assert listed[his]["bounced"] == [his]

    # An old letter's token says nothing about the address that took the place of its own.
    reference = listed[his]["reference"]
    installation.verb("application", "resend", reference, "--to", new, "--why", "by telephone")
    Mailbox(dovecot, new).wait_for(1)
    for failed in (his, new):
        notice(postfix, tokens[his], failed, "5.1.1")
    eventually(lambda: count(installation, READ) == 9, "all are read", PATIENCE)
    assert applications(installation)[new]["bounced"] == []
    assert installation.stop() == 0


# ---------------------------------------------------------------- what the office sees


def start(installation: Installation) -> None:
    """Its daemon, which has made its store when this returns."""
    installation.start()
    eventually(lambda: "mailbox open" in installation.terminal(), "the daemon works", PATIENCE)


def applications(installation: Installation) -> dict[str, dict[str, Any]]:
    """By their contact's address."""
    listed = json.loads(installation.verb("application", "list", "--json"))
    return {one["contact"]["address"]: one for one in listed}


def count(installation: Installation, what: str) -> int:
    """By the store itself, because it is asked often."""
    ((number,),) = rows(installation, f"SELECT count(*) FROM {what}")
    return int(number)


def rows(installation: Installation, query: str, *values: str) -> list[tuple[Any, ...]]:
    store = installation.folder / "var" / "uketsuke.sqlite3"
    with closing(sqlite3.connect(f"file:{store}?mode=ro", uri=True)) as connection:
        return connection.execute(query, values).fetchall()


def notice(postfix: Postfix, to: str, failed: str, status: str) -> None:
    """A delivery status with a null sender, as anybody can write one."""
    raw = (
        "From: MAILER-DAEMON@mx.example.jp\r\n"
        f"To: <{to}>\r\nSubject: Undelivered Mail Returned to Sender\r\nMIME-Version: 1.0\r\n"
        "Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n"
        "--b\r\nContent-Type: text/plain\r\n\r\nyour mail could not be delivered\r\n"
        "--b\r\nContent-Type: message/delivery-status\r\n\r\n"
        "Reporting-MTA: dns; mx.example.jp\r\n\r\n"
        f"Final-Recipient: rfc822; {failed}\r\nAction: failed\r\nStatus: {status}\r\n"
        "\r\n--b--\r\n"
    )
    with smtplib.SMTP("127.0.0.1", postfix.smtp, "mx.test") as smtp:
        smtp.sendmail("", [to], raw)
