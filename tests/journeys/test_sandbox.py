"""The first thing that a newcomer does: run it with nothing configured, and write to it."""

from __future__ import annotations

import os
import re
import shutil
import signal
import smtplib
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest

from tests.servers.binaries import eventually

ROOT = Path(__file__).parent.parent.parent


@dataclass
class Newcomer:
    """Somebody at a terminal."""

    folder: Path
    environ: dict[str, str]
    daemon: subprocess.Popen[bytes] | None = None
    runs: list[Path] = field(default_factory=list)

    def run(self, *options: str) -> None:
        self.runs.append(self.folder / f"terminal{len(self.runs)}")
        with self.runs[-1].open("w") as terminal:
            self.daemon = subprocess.Popen(
                [sys.executable, "main.py", "run", *options],
                cwd=ROOT,
                env=self.environ,
                stdout=terminal,
                stderr=subprocess.STDOUT,
            )

    def seen(self) -> str:
        return self.runs[-1].read_text("utf-8")

    def wait_for(self, words: str) -> str:
        """Until the terminal shows it; all that it shows."""
        eventually(lambda: re.search(words, self.seen()) is not None, f"'{words}' on the terminal")
        return self.seen()

    def stop(self, number: int = signal.SIGINT) -> int:
        assert self.daemon is not None
        self.daemon.send_signal(number)
        code = self.daemon.wait(timeout=20)
        self.daemon = None
        return code

    def letters(self) -> list[EmailMessage]:
        sent = self.folder / "var" / "sandbox" / "sent"
        return [
            message_from_bytes(path.read_bytes(), policy=policy.default)
            for path in sorted(sent.glob("*.eml"))
        ]


@pytest.fixture
def newcomer(tmp_path: Path) -> Iterator[Newcomer]:
    environ = {k: v for k, v in os.environ.items() if not k.startswith("UKETSUKE_")}
    one = Newcomer(tmp_path, environ | {"UKETSUKE_VAR": str(tmp_path / "var")})
    try:
        yield one
    finally:
        if one.daemon is not None:
            one.daemon.kill()
            one.daemon.wait(timeout=20)


def test_it_invites_answers_a_mail_of_ones_own_and_ends_with_ctrl_c(newcomer: Newcomer) -> None:
    newcomer.run()
    shown = newcomer.wait_for(r"swaks --server 127\.0\.0\.1:\d+")
    port = int(re.findall(r"127\.0\.0\.1:(\d+)", shown)[0])
    office = re.findall(r"The office is ([^\s;,]+)", shown)[0]
    mail = EmailMessage()
    mail["From"], mail["To"] = "newcomer@example.jp", office
    mail["Subject"], mail["Message-ID"] = "参加申込", "<first@example.jp>"
    mail.set_content("氏名：山田 花子\n", cte="base64")
    with smtplib.SMTP("127.0.0.1", port, "newcomer.test") as smtp:
        smtp.send_message(mail)

    newcomer.wait_for(r"recipient=newcomer@example\.jp\s+status=sent")

    (answer,) = [one for one in newcomer.letters() if "newcomer@" in one["To"]]
    assert answer["In-Reply-To"] == "<first@example.jp>"
    assert newcomer.stop() == 0
    assert "Traceback" not in newcomer.seen()


def test_a_dozen_samples_come_by_themselves_on_the_opening_day(newcomer: Newcomer) -> None:
    newcomer.run("--speed", "60")

    shown = newcomer.wait_for(r"letter=received")

    assert "2026-02-02(月) 09:0" in shown
    assert newcomer.stop(signal.SIGTERM) == 0


def test_the_clock_goes_on_where_it_stood(newcomer: Newcomer) -> None:
    newcomer.run("--speed", "86400")
    newcomer.wait_for(r"2026-02-(0[4-9]|[12]\d)|2026-0[3-9]")
    assert newcomer.stop() == 0
    last = re.findall(r"2026-\d\d-\d\d", newcomer.seen())[-1]

    newcomer.run("--speed", "1")
    newcomer.wait_for(r"mailbox open")

    assert re.findall(r"2026-\d\d-\d\d", newcomer.seen())[0] in {last, _next_day(last)}
    assert newcomer.stop() == 0


def _next_day(day: str) -> str:
    from datetime import date, timedelta

    return (date.fromisoformat(day) + timedelta(days=1)).isoformat()


def test_a_second_daemon_on_the_same_file_refuses_and_says_why(newcomer: Newcomer) -> None:
    newcomer.run()
    newcomer.wait_for("mailbox open")

    second = subprocess.run(
        [sys.executable, "main.py", "run"],
        cwd=ROOT,
        env=newcomer.environ,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )

    assert second.returncode == 2
    assert newcomer.daemon is not None
    assert str(newcomer.daemon.pid) in second.stderr
    assert second.stderr.count("\n") == 1
    assert newcomer.stop() == 0


def test_systemd_is_told_when_it_is_ready_and_when_it_stops(newcomer: Newcomer) -> None:
    path = newcomer.folder / "notify"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listening:
        listening.bind(str(path))
        listening.settimeout(30)
        newcomer.environ["NOTIFY_SOCKET"] = str(path)
        newcomer.run()
        told = {listening.recv(100), listening.recv(100)}
        newcomer.wait_for("mailbox open")
        assert newcomer.stop(signal.SIGTERM) == 0
        while b"STOPPING=1" not in told:
            told.add(listening.recv(100))

    assert {b"READY=1", b"WATCHDOG=1", b"STOPPING=1"} <= told


def test_a_wrong_setting_is_one_clear_line_and_no_start(newcomer: Newcomer) -> None:
    newcomer.environ["UKETSUKE_IMAP__HOST"] = "mail.example.jp"
    newcomer.run()

    assert newcomer.daemon is not None
    assert newcomer.daemon.wait(timeout=30) == 2
    newcomer.daemon = None
    assert "Traceback" not in newcomer.seen()
    assert "UKETSUKE_SMTP__HOST" in newcomer.seen()


# ---------------------------------------------------------------- confirmation by mail

FORM = """参加を申し込みます。
氏名：山田 花子
フリガナ：ヤマダ ハナコ
所属：みなみ野市社会福祉協議会
役職：主任
都道府県：千葉県
メールアドレス：hanako@machi.example.jp
電話番号：043-000-1111
参加区分：生活支援コーディネーター
"""


def send(port: int, office: str, text: str, **head: str) -> None:
    mail = EmailMessage()
    mail["From"], mail["To"] = "hanako@machi.example.jp", office
    for name, value in head.items():
        mail[name.replace("_", "-")] = value
    mail.set_content(text, cte="base64")
    with smtplib.SMTP("127.0.0.1", port, "newcomer.test") as smtp:
        smtp.send_message(mail)


def test_where_the_rules_say_so_an_application_counts_from_the_answer_to_our_letter(
    newcomer: Newcomer,
) -> None:
    rules = newcomer.folder / "rules"
    shutil.copytree(ROOT / "rules", rules)
    intake = rules / "r7-kenkyu-kyogikai" / "intake.toml"
    switched = re.sub(
        "confirm_by_mail = false", "confirm_by_mail = true", intake.read_text("utf-8")
    )
    intake.write_text(switched, "utf-8")
    newcomer.environ["UKETSUKE_RULES"] = str(rules)
    newcomer.run()
    shown = newcomer.wait_for(r"swaks --server 127\.0\.0\.1:\d+")
    port = int(re.findall(r"127\.0\.0\.1:(\d+)", shown)[0])
    office = re.findall(r"The office is ([^\s;,]+)", shown)[0]

    send(port, office, FORM, Subject="参加申込", Message_ID="<first@machi.example.jp>")
    newcomer.wait_for(r"letter=confirm_application\s+recipient=hanako@machi")
    (asked,) = [one for one in newcomer.letters() if "hanako@" in one["To"]]
    send(
        port,
        office,
        "",
        Subject=f"Re: {asked['Subject']}",
        In_Reply_To=asked["Message-ID"],
        Message_ID="<second@machi.example.jp>",
    )
    newcomer.wait_for(r"letter=received\s+recipient=hanako@machi")

    _, told = [one for one in newcomer.letters() if "hanako@" in one["To"]]
    assert told["In-Reply-To"] == "<second@machi.example.jp>"
    assert told["Subject"].split("】")[0] == asked["Subject"].split("】")[0]
    assert "参加費" in told.get_content()
    assert newcomer.stop() == 0
    assert "Traceback" not in newcomer.seen()
