"""The whole way against real Dovecot and Postfix: what an applicant sees, parsed by others."""

from __future__ import annotations

import json
import smtplib
import uuid
from email.message import EmailMessage
from pathlib import Path

import mailparser
import pytest
from icalendar import Calendar

from tests.journeys.conftest import ACCESS, OFFICE, Installation, Mailbox
from tests.servers.binaries import eventually
from tests.servers.dovecot import PASSWORD, Dovecot
from tests.servers.postfix import Postfix
from tests.servers.postgres import Postgres

pytestmark = [pytest.mark.server, pytest.mark.timeout(180)]


def application(address: str) -> EmailMessage:
    mail = EmailMessage()
    mail["From"] = address
    mail["To"] = OFFICE
    mail["Subject"] = "研究協議会 参加申込"
    mail["Message-ID"] = f"<{uuid.uuid4()}@example.jp>"
    mail.set_content(
        "参加を申し込みます。\n\n氏名：見本 花子\nフリガナ：ミホン ハナコ\n"
        "所属：みなみ野市社会福祉協議会\n役職：主任\n都道府県：千葉県\n"
        f"メールアドレス：{address}\n電話番号：043-000-1111\n"
        "参加区分：生活支援コーディネーター\n",
        cte="base64",
    )
    return mail


def send(postfix: Postfix, mail: EmailMessage) -> None:
    with smtplib.SMTP("127.0.0.1", postfix.smtp, "applicant.test") as smtp:
        smtp.send_message(mail)


def new_address() -> str:
    return f"applicant-{uuid.uuid4().hex[:8]}@example.jp"


def reference_in(subject: str) -> str:
    return subject.partition("【受付番号")[2].partition("】")[0]


def test_an_application_is_answered_paid_and_admitted(
    installation: Installation, dovecot: Dovecot, postfix: Postfix
) -> None:
    address = new_address()
    applicant = Mailbox(dovecot, address)
    mail = application(address)
    installation.start()
    send(postfix, mail)

    (instructions,) = applicant.wait_for(1)
    raw = instructions.obj.as_bytes()
    parsed = mailparser.parse_from_bytes(raw)
    assert parsed.headers["In-Reply-To"] == mail["Message-ID"]
    assert mail["Message-ID"] in parsed.headers["References"]
    assert parsed.headers["Auto-Submitted"] == "auto-replied"
    assert parsed.to[0][1] == address
    assert "1,000円" in parsed.body
    assert ACCESS["password"] not in parsed.body
    reference = reference_in(parsed.subject)

    installation.verb(
        "payments", "record", reference, "--amount", "1000", "--value-date", "2026-02-25"
    )
    mails = applicant.wait_for(2)

    access = mailparser.parse_from_bytes(mails[1].obj.as_bytes())
    assert ACCESS["id"] in access.body
    assert ACCESS["password"] in access.body
    assert reference_in(access.subject) == reference
    ics = next(a for a in mails[1].attachments if a.content_type == "text/calendar")
    (event,) = Calendar.from_ical(ics.payload).walk("VEVENT")
    assert event.decoded("dtstart").isoformat() == "2026-03-26T10:00:00+09:00"
    assert event.decoded("dtend").isoformat() == "2026-03-26T16:00:00+09:00"
    # Whoever reads the history sees who did what, and no secret anywhere.
    life = installation.verb("application", "explain", reference)
    assert "paid" in life
    assert installation.stop() == 0
    for path in installation.folder.joinpath("var").rglob("*"):
        if path.is_file():
            assert ACCESS["password"].encode() not in path.read_bytes()


def test_mail_that_was_taken_in_is_moved_to_the_processed_folder(
    installation: Installation, dovecot: Dovecot, postfix: Postfix
) -> None:
    address = new_address()
    installation.start()
    send(postfix, application(address))
    Mailbox(dovecot, address).wait_for(1)

    eventually(lambda: not Mailbox(dovecot, OFFICE).mails(), "the office's inbox is empty")
    assert installation.stop() == 0


def test_mail_that_came_while_the_daemon_was_killed_is_answered_once(
    installation: Installation, dovecot: Dovecot, postfix: Postfix
) -> None:
    first, second = new_address(), new_address()
    installation.start()
    send(postfix, application(first))
    Mailbox(dovecot, first).wait_for(1)
    assert installation.daemon is not None
    installation.daemon.kill()
    installation.daemon.wait(timeout=30)
    send(postfix, application(second))

    installation.start()

    Mailbox(dovecot, second).wait_for(1)
    assert len(Mailbox(dovecot, first).mails()) == 1
    assert installation.stop() == 0


def test_a_bounce_of_the_real_postfix_finds_its_application(
    installation: Installation, dovecot: Dovecot, postfix: Postfix, tmp_path: Path
) -> None:
    """Postfix refuses the recipient at RCPT; the application learns of it and a task is opened."""
    address = f"refused-{uuid.uuid4().hex[:6]}@example.jp"
    installation.start()
    send(postfix, application(address))

    eventually(
        lambda: '"address"' in installation.verb("task", "list", "--json"), "a task for the office"
    )
    assert installation.stop() == 0


def test_a_second_daemon_on_the_same_file_refuses_to_start(
    installation: Installation, dovecot: Dovecot, postfix: Postfix
) -> None:
    installation.start()
    address = new_address()
    send(postfix, application(address))
    Mailbox(dovecot, address).wait_for(1)

    installation.verb("run", code=2)

    assert installation.stop() == 0


def test_servers_that_are_not_there_at_start_are_lines_in_the_log(
    installation: Installation, dovecot: Dovecot, postfix: Postfix
) -> None:
    installation.environ["UKETSUKE_IMAP__PORT"] = "1"
    installation.start()

    eventually(lambda: "ALARM" in installation.terminal(), "a line that says so")

    assert "Traceback" not in installation.terminal()
    assert installation.stop() == 0


def test_two_daemons_on_postgresql_share_a_mailbox_and_answer_everybody_once(
    installation: Installation, dovecot: Dovecot, postfix: Postfix, postgres: Postgres
) -> None:
    installation.environ["UKETSUKE_DATABASE_URL"] = postgres.url(postgres.new_database())
    twin = installation.twin()
    applicants = [Mailbox(dovecot, new_address()) for _ in range(20)]
    installation.start()
    eventually(lambda: "mailbox open" in installation.terminal(), "the first one works")
    twin.start()
    for applicant in applicants[:10]:
        send(postfix, application(applicant.address))
    applicants[0].wait_for(1)
    assert installation.daemon is not None
    installation.daemon.kill()
    installation.daemon.wait(timeout=30)

    for applicant in applicants[10:]:
        send(postfix, application(applicant.address))

    def in_doubt() -> set[str]:
        """Letters that were in the killed one's hand: they wait, and are listed as unknown."""
        listed = json.loads(twin.verb("outbox", "list", "--status", "unknown", "--json"))
        return {one["recipient"] for one in listed}

    eventually(
        lambda: {a.address for a in applicants if not a.mails()} <= in_doubt(),
        "everybody is answered, or the answer's fate is known to be unknown",
        seconds=60,
    )
    assert all(len(one.mails()) <= 1 for one in applicants)
    listed = json.loads(twin.verb("application", "list", "--json"))
    assert len(listed) == len(applicants)
    assert twin.stop() == 0


def test_the_password_file_is_what_logs_in(installation: Installation) -> None:
    assert PASSWORD not in " ".join(installation.environ.values())
