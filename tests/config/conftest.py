"""An office to configure: a folder with the shipped rules and letters, and real-looking secrets."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.log import redaction

ROOT = Path(__file__).parent.parent.parent


@pytest.fixture(autouse=True)
def nothing_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    """What one test hides from the log is not hidden from the next."""
    monkeypatch.setattr(redaction, "_forms", ())


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A folder as a fresh clone has it."""
    shutil.copytree(ROOT / "rules", tmp_path / "rules")
    shutil.copytree(ROOT / "templates", tmp_path / "templates")
    return tmp_path


@pytest.fixture
def secret(root: Path) -> Callable[[str, str | bytes], Path]:
    """Writes a secret file as it should be."""

    def write(name: str, content: str | bytes) -> Path:
        path = root / "secrets" / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        path.chmod(0o600)
        return path

    return write


@pytest.fixture
def real(secret: Callable[[str, str | bytes], Path]) -> dict[str, str]:
    """An environment with everything real."""
    secret("mail.password", "Sesam-oeffne-dich\n")
    secret("token.key", b"k" * 32)
    secret(
        "r7-kenkyu-kyogikai.toml",
        'id = "member-of-2026"\npassword = "Hirakegoma-2026"\n'
        'zoom_link = "https://zoom.example.jp/j/1?pwd=abcd"\n',
    )
    return {
        "UKETSUKE_IMAP__HOST": "imap.example.jp",
        "UKETSUKE_IMAP__USER": "office",
        "UKETSUKE_IMAP__PASSWORD_FILE": "secrets/mail.password",
        "UKETSUKE_SMTP__HOST": "smtp.example.jp",
        "UKETSUKE_SMTP__USER": "office",
        "UKETSUKE_SMTP__PASSWORD_FILE": "secrets/mail.password",
        "UKETSUKE_ACCOUNT__BANK": "見本銀行",
        "UKETSUKE_ACCOUNT__BRANCH": "見本支店",
        "UKETSUKE_ACCOUNT__KIND": "普通",
        "UKETSUKE_ACCOUNT__NUMBER": "1234567",
        "UKETSUKE_ACCOUNT__HOLDER": "研究協議会事務局",
        "UKETSUKE_ACCOUNT__HOLDER_KANA": "ケンキユウキヨウギカイジムキヨク",
        "UKETSUKE_SECRETS__FOLDER": "secrets",
    }
