"""The script that everybody writes: one mail at a time, a connection and a commit each.

It reads with imap-tools, parses with the standard library, keeps rows in sqlite3 and answers with
smtplib.  It checks less than the project does, and is the measure that the project is held to.
"""

from __future__ import annotations

import smtplib
import sqlite3
from email.message import EmailMessage
from pathlib import Path

from imap_tools import MailBoxUnencrypted


def run(
    imap_port: int, user: str, password: str, folder: str, smtp_port: int, database: Path
) -> int:
    """Answer everything in a folder; the number of mails answered."""
    rows = sqlite3.connect(database)
    rows.execute("CREATE TABLE IF NOT EXISTS application (id INTEGER PRIMARY KEY, sender, text)")
    answered = 0
    with MailBoxUnencrypted("127.0.0.1", imap_port).login(user, password, folder) as mailbox:
        for mail in mailbox.fetch(mark_seen=True):
            fields = dict(
                line.lstrip("■").split("：", 1) for line in mail.text.splitlines() if "：" in line
            )
            rows.execute(
                "INSERT INTO application (sender, text) VALUES (?, ?)", (mail.from_, str(fields))
            )
            rows.commit()
            answer = EmailMessage()
            answer["From"] = "office@example.jp"
            answer["To"] = mail.from_
            answer["Subject"] = f"Re: {mail.subject}"
            answer["In-Reply-To"] = mail.obj["Message-ID"]
            answer.set_content("お申込みを受け付けました。\n" * 30)
            with smtplib.SMTP("127.0.0.1", smtp_port) as server:
                server.send_message(answer)
            answered += 1
    rows.close()
    return answered
