"""What a stranger writes, as a person at a real terminal meets it: the daemon and its verbs."""

from __future__ import annotations

import base64
import os
import pty
import re
import smtplib
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from unicodedata import category

import pytest

from tests.console.test_abuse import SIGNS, encoded
from tests.servers.binaries import eventually

ROOT = Path(__file__).parent.parent.parent
OURS = re.compile(r"\x1b\[(?:[0-9;]*m|K)|\r\x1b\[K|\r\n")
"""What we tell a terminal: colours, and a line written over. Nothing of it is in SIGNS."""
TEMPLATE = "{{ 7*191 }}{% if 1 %}{{ self }}{% endif %}"
MAILS = (
    SIGNS["ESC"],
    SIGNS["C1"],
    SIGNS["OSC"],
    SIGNS["RLO"],
    SIGNS["LS"],
    "".join(SIGNS.values()),
)

pytestmark = pytest.mark.timeout(180)


@dataclass
class Terminal:
    """One program at a terminal of its own; what it shows is read as it comes."""

    environ: dict[str, str]
    words: tuple[str, ...]
    shown: bytes = b""
    process: subprocess.Popen[bytes] = field(init=False)
    _reading: threading.Thread = field(init=False)

    def __post_init__(self) -> None:
        ours, its = pty.openpty()
        self.process = subprocess.Popen(
            [sys.executable, "main.py", *self.words],
            cwd=ROOT,
            env=self.environ,
            stdin=its,
            stdout=its,
            stderr=its,
        )
        os.close(its)
        self._reading = threading.Thread(target=self._read, args=(ours,))
        self._reading.start()

    def _read(self, ours: int) -> None:
        try:
            while more := os.read(ours, 65536):
                self.shown += more
        except OSError:
            pass  # the last program at it has gone
        finally:
            os.close(ours)

    def ends(self) -> int:
        """Its exit code, when all it had to show is here."""
        code = self.process.wait(timeout=60)
        self._reading.join(timeout=60)
        return code

    def obeyed(self) -> set[str]:
        """What the terminal would have done, or hidden, that is not of our making."""
        text = OURS.sub("", self.shown.decode("utf-8"))
        return {c for c in text if c != "\n" and category(c) in {"Cc", "Cf", "Cs", "Zl", "Zp"}}


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    clean = {k: v for k, v in os.environ.items() if not k.startswith("UKETSUKE_")}
    more = {"UKETSUKE_VAR": str(tmp_path / "var"), "TERM": "xterm-256color"}
    return clean | more


@pytest.fixture
def daemon(environ: dict[str, str]) -> Iterator[Terminal]:
    one = Terminal(environ, ("run",))
    try:
        yield one
    finally:
        one.process.kill()
        one.ends()


def application(number: int, sign: str) -> bytes:
    form = (
        f"【氏名】見本{sign}花子\n【フリガナ】ミホン ハナコ\n【所属】{TEMPLATE}{sign}協議会\n"
        f"【役職】主{sign}任\n【都道府県】千葉県\n【電話番号】043-000-1111\n"
        "【参加区分】生活支援コーディネーター\n"
    )
    body = base64.encodebytes(form.encode()).decode().replace("\n", "\r\n")
    files = "".join(
        "--b\r\nContent-Type: application/octet-stream\r\nContent-Disposition: attachment; "
        f'filename="{name}"\r\n\r\nevil\r\n'
        for name in ("../../evil.txt", "/tmp/evil.txt", encoded(f"..\\evil{sign}.txt"), "~/evil")
    )
    return (
        f"From: {encoded(f'見本{sign}花子')} <a{number}@stranger.test>\r\n"
        "To: <office@example.jp>\r\n"
        f"Subject: {encoded(f'参加申込{sign}Bcc: evil@evil.test')}\r\n"
        f"Message-ID: <{number}@stranger.test>\r\nMIME-Version: 1.0\r\n"
        "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n"
        "Content-Type: text/plain; charset=UTF-8\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        f"{body}\r\n{files}--b--\r\n"
    ).encode()


def test_nothing_of_a_stranger_is_obeyed_by_a_terminal_a_template_or_a_disk(
    daemon: Terminal, environ: dict[str, str], tmp_path: Path
) -> None:
    eventually(lambda: b"swaks --server" in daemon.shown, "it invites", seconds=60)
    shown = daemon.shown.decode()
    (port,) = set(re.findall(r"swaks --server 127\.0\.0\.1:(\d+)", shown))
    office = re.findall(r"The office is ([^\s;,]+)", shown)[0]
    with smtplib.SMTP("127.0.0.1", int(port), "stranger.test") as smtp:
        for number, sign in enumerate(MAILS):
            smtp.sendmail(f"a{number}@stranger.test", [office], application(number, sign))

    everybody = {f"a{number}@stranger.test" for number in range(len(MAILS))}
    eventually(lambda: everybody <= set(letters(tmp_path)), "all are answered", seconds=90)
    verbs = [
        Terminal(environ, words)
        for words in (("inbox", "list"), ("application", "list"), ("task", "list"), ("log",))
    ]
    for one in verbs:
        assert one.ends() == 0
        assert one.shown
        assert not one.obeyed(), one.words
    daemon.process.terminate()
    assert daemon.ends() == 0
    assert not daemon.obeyed()

    texts = []
    for letter in map(letters(tmp_path).__getitem__, everybody):
        texts.append(letter.get_body(("plain",)).get_content())  # type: ignore[union-attr]  # it has one
        assert letter["Bcc"] is None
        assert "1337" not in texts[-1]
    assert any(TEMPLATE in text for text in texts), "as it was typed"
    assert not list(tmp_path.rglob("*evil*"))
    assert not [*ROOT.glob("*evil*"), *Path("/tmp").glob("evil*")]


def letters(folder: Path) -> dict[str, EmailMessage]:
    """What the sandbox kept of each recipient."""
    kept = (folder / "var" / "sandbox" / "sent").glob("[!.]*.eml")
    read = [message_from_bytes(path.read_bytes(), policy=policy.default) for path in kept]
    return {letter["To"].addresses[0].addr_spec: letter for letter in read}
