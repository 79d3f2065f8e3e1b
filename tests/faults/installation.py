"""What an office is installed with: settings, secrets, and the shipped rules with other seats.

Law of this file: whatever a daemon is told comes through the settings that an operator has.
"""

from __future__ import annotations

import os
import re
import secrets
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pipeline.rehearsal.statements import NUMBER
from tests.faults.oracle import ACCESS
from tests.faults.processes import ROOT
from tests.servers.dovecot import PASSWORD

EVENT = "r7-kenkyu-kyogikai"
_ANY = 1_000_000


@dataclass(frozen=True, slots=True)
class Installation:
    """One office: a folder with its secrets, its rules and its store, and the servers it knows."""

    folder: Path
    clock: Path
    imap: int
    """Ports."""
    smtp: int
    user: str
    """Name of its mailbox."""
    capacity: int
    database: str | None = None
    """Address of the store; without one it is SQLite, in the folder."""

    def environ(self) -> dict[str, str]:
        """Writes secrets and rules down, and says the settings that all its daemons share."""
        vault = self.folder / "secrets"
        vault.mkdir(mode=0o700)
        _secret(vault / "password", PASSWORD)
        _secret(vault / "token.key", secrets.token_hex(32))
        _secret(vault / f"{EVENT}.toml", "".join(f'{k} = "{v}"\n' for k, v in ACCESS.items()))
        settings = {
            "RULES": str(_rules(self.folder / "rules", self.capacity)),
            "TEMPLATES": str(ROOT / "templates"),
            "LOOPBACK_ONLY": "true",
            "DATABASE_URL": self.database or f"sqlite:///{self.folder}/store.sqlite3",
            "CLOCK__START": "2026-02-02T09:00:00",
            "CLOCK__SPEED": "1",
            "IMAP__HOST": "127.0.0.1",
            "IMAP__PORT": str(self.imap),
            "IMAP__SECURITY": "none",
            "IMAP__USER": self.user,
            "IMAP__PASSWORD_FILE": str(vault / "password"),
            "SMTP__HOST": "127.0.0.1",
            "SMTP__PORT": str(self.smtp),
            "SMTP__SECURITY": "none",
            "SECRETS__FOLDER": str(vault),
            "ACCOUNT__BANK": "見本銀行",
            "ACCOUNT__BRANCH": "本店",
            "ACCOUNT__KIND": "普通",
            "ACCOUNT__NUMBER": NUMBER,
            "ACCOUNT__HOLDER": "見本事務局",
            "ACCOUNT__HOLDER_KANA": "ケンキユウキヨウギカイジムキヨク",
            "FAULT_CLOCK": str(self.clock),
            "FAULT_READER": "here",
        }
        environ = {k: v for k, v in os.environ.items() if not k.startswith("UKETSUKE_")}
        return environ | {f"UKETSUKE_{name}": value for name, value in settings.items()}

    def of_daemon(self, number: int, port: int) -> tuple[Path, Mapping[str, str]]:
        """A folder for what one of its daemons says of itself, and the settings of its own."""
        folder = self.folder / f"daemon-{number}"
        folder.mkdir()
        return folder, {
            "UKETSUKE_VAR": str(folder / "var"),
            "UKETSUKE_LISTENER__PORT": str(port),
            "UKETSUKE_FAULT_NAME": f"machine-{number}",
            "UKETSUKE_FAULT_FOLDER": str(folder),
        }


def _secret(path: Path, text: str) -> None:
    path.write_text(text, "utf-8")
    path.chmod(0o600)


def _rules(folder: Path, capacity: int) -> Path:
    """The shipped rules with other seats, and with caps that no large season reaches."""
    shutil.copytree(ROOT / "rules", folder)
    _set(folder / EVENT / "event.toml", "capacity", capacity)
    for cap in ("per_domain_per_hour", "per_office_per_hour"):
        _set(folder / EVENT / "intake.toml", cap, _ANY)
    return folder


def _set(path: Path, key: str, value: int) -> None:
    text, times = re.subn(
        rf"^{key} = \d+", f"{key} = {value}", path.read_text("utf-8"), flags=re.MULTILINE
    )
    if times != 1:
        raise AssertionError(f"{path.name} does not name {key} once")
    path.write_text(text, "utf-8")
