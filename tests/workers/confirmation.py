"""An office that asks for a confirmation by mail, and what comes back to it."""

from __future__ import annotations

import base64
import itertools
from collections.abc import Callable
from email.header import Header
from email.message import EmailMessage

from pipeline.domain.rules import Authentication, Rules
from pipeline.store import tasks
from tests.workers.conftest import Desk

Write = Callable[..., bytes]
HANAKO = "hanako@example.jp"
SERVER = "mx.example.jp"
PROVEN = f"Authentication-Results: {SERVER}; dmarc=pass header.from=example.jp\r\n"
ASKED = "お申込みのご確認のお願い"
_numbers = itertools.count(1)


def confirming(rules: Rules, *, seats: int = 3, **intake: object) -> Rules:
    said = {
        "confirm_by_mail": True,
        "authentication": Authentication.AUTHSERV_ID,
        "authserv_id": SERVER,
    }
    return rules.model_copy(
        update={
            "intake": rules.intake.model_copy(update=said | intake),
            "event": rules.event.model_copy(update={"capacity": seats}),
        }
    )


def answer(
    to: EmailMessage, text: str, sender: str = HANAKO, headers: str = "", *, thread: bool = True
) -> bytes:
    """What a person, or a machine, writes in answer to a letter of ours."""
    ids = f"In-Reply-To: {to['Message-ID']}\r\n" if thread else ""
    body = base64.encodebytes(text.encode()).decode().replace("\n", "\r\n")
    return (
        f"From: <{sender}>\r\nTo: <office@example.jp>\r\n"
        f"Subject: {Header('Re: ' + str(to['Subject']), 'utf-8').encode()}\r\n"
        f"Message-ID: <r{next(_numbers)}@example.jp>\r\n{ids}{headers}"
        "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=UTF-8\r\n"
        f"Content-Transfer-Encoding: base64\r\n\r\n{body}"
    ).encode()


def asked(desk: Desk, raw: bytes, to: str = HANAKO) -> EmailMessage:
    """An application comes, and the letter that asks whether it is theirs."""
    desk.receive(raw)
    desk.work()
    letter = desk.letters(to)[-1]
    assert ASKED in str(letter["Subject"])
    return letter


def open_tasks(desk: Desk) -> list[str]:
    with desk.office.database.read() as connection:
        return [task.kind for task in tasks.listing(connection)]
