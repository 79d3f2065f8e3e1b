"""A daemon of one's own, as an operator starts it, against real servers."""

from __future__ import annotations

import os
import secrets
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from imap_tools import MailBoxUnencrypted, MailMessage

from tests.servers.binaries import eventually
from tests.servers.dovecot import PASSWORD, Dovecot, running_dovecot
from tests.servers.postfix import Postfix, running_postfix
from tests.servers.postgres import Postgres, running_postgres

ROOT = Path(__file__).parent.parent.parent
OFFICE = "shien@wonder-craft.co.jp"
"""As the shipped rules say; the servers on loopback take every domain for theirs."""
ACCESS = {
    "id": "guest-4711",
    "password": "kaeru-no-uta-88",
    "zoom_link": "https://zoom.example.com/j/1",
}


@dataclass
class Installation:
    """One installation: its settings, its folder, its daemon."""

    environ: dict[str, str]
    folder: Path
    daemon: subprocess.Popen[bytes] | None = None

    def twin(self) -> Installation:
        """A second machine with the same settings, and a folder of its own."""
        folder = self.folder / "twin"
        folder.mkdir()
        return Installation(self.environ | {"UKETSUKE_VAR": str(folder / "var")}, folder)

    def start(self) -> None:
        """Start the daemon as a process of its own."""
        with (self.folder / "terminal").open("a") as terminal:
            self.daemon = subprocess.Popen(
                [sys.executable, "main.py", "run"],
                cwd=ROOT,
                env=self.environ,
                stdout=terminal,
                stderr=subprocess.STDOUT,
            )

    def stop(self, with_signal: int = signal.SIGTERM) -> int:
        """Stop it; its exit code."""
        assert self.daemon is not None
        self.daemon.send_signal(with_signal)
        code = self.daemon.wait(timeout=30)
        self.daemon = None
        return code

    def verb(self, *words: str, code: int = 0) -> str:
        """One verb of the console; what it printed."""
        done = subprocess.run(
            [sys.executable, "main.py", *words],
            cwd=ROOT,
            env=self.environ,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == code, done.stdout + done.stderr
        return done.stdout

    def terminal(self) -> str:
        """What the daemon has said."""
        return (self.folder / "terminal").read_text("utf-8")


@pytest.fixture(scope="module")
def dovecot() -> Iterator[Dovecot]:
    with running_dovecot() as running:
        yield running


@pytest.fixture(scope="module")
def postfix(dovecot: Dovecot) -> Iterator[Postfix]:
    with running_postfix(dovecot) as running:
        yield running


@pytest.fixture(scope="module")
def postgres() -> Iterator[Postgres]:
    with running_postgres() as running:
        yield running


@pytest.fixture
def installation(tmp_path: Path, dovecot: Dovecot, postfix: Postfix) -> Iterator[Installation]:
    """Configured for the real servers, with a rehearsal clock on the morning after the release."""
    vault = tmp_path / "secrets"
    vault.mkdir(mode=0o700)
    password = _secret(vault / "password", PASSWORD)
    _secret(vault / "token.key", secrets.token_hex(32))
    toml = "".join(f'{name} = "{value}"\n' for name, value in ACCESS.items())
    _secret(vault / "r7-kenkyu-kyogikai.toml", toml)
    settings = {
        "VAR": str(tmp_path / "var"),
        "LOOPBACK_ONLY": "true",
        "CLOCK__START": "2026-02-25T09:00:00",
        "CLOCK__SPEED": "1",
        "IMAP__HOST": "127.0.0.1",
        "IMAP__PORT": str(dovecot.imaps),
        "IMAP__USER": OFFICE,
        "IMAP__PASSWORD_FILE": str(password),
        "IMAP__CA_FILE": str(dovecot.certificate.file),
        "SMTP__HOST": "127.0.0.1",
        "SMTP__PORT": str(postfix.smtp),
        "SMTP__SECURITY": "starttls",
        "SMTP__CA_FILE": str(postfix.ca_file),
        "SECRETS__FOLDER": str(vault),
        "ACCOUNT__BANK": "見本銀行",
        "ACCOUNT__BRANCH": "本店",
        "ACCOUNT__KIND": "普通",
        "ACCOUNT__NUMBER": "1234567",
        "ACCOUNT__HOLDER": "見本事務局",
        "ACCOUNT__HOLDER_KANA": "ミホンジムキヨク",
    }
    environ = {k: v for k, v in os.environ.items() if not k.startswith("UKETSUKE_")}
    environ |= {f"UKETSUKE_{name}": value for name, value in settings.items()}
    one = Installation(environ, tmp_path)
    try:
        yield one
    finally:
        if one.daemon is not None:
            one.daemon.kill()
            one.daemon.wait(timeout=30)


def _secret(path: Path, text: str) -> Path:
    path.write_text(text, "utf-8")
    path.chmod(0o600)
    return path


@dataclass(frozen=True)
class Mailbox:
    """An applicant's mailbox."""

    dovecot: Dovecot
    address: str

    def mails(self) -> Sequence[MailMessage]:
        """What lies in it."""
        with MailBoxUnencrypted("127.0.0.1", self.dovecot.imap).login(
            self.address, PASSWORD, "INBOX"
        ) as box:
            return list(box.fetch(mark_seen=False))

    def wait_for(self, count: int) -> Sequence[MailMessage]:
        """Until so many lie in it."""
        there = f"{count} mails for {self.address}"
        eventually(lambda: len(self.mails()) >= count, there, seconds=60)
        return self.mails()
