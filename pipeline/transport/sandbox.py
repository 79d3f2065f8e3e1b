"""The world on loopback: a mail server and the office's mailbox."""

from __future__ import annotations

from pathlib import Path

from pipeline.transport.imap import ImapSettings


class Sandbox:
    """An SMTP server that stands for the world and an IMAP server for the office's mailbox."""

    smtp_port: int
    imap_port: int
    user: str
    password: str

    def __init__(self, address: str) -> None:
        self._address = address

    def start(self, folder: Path, smtp_port: int = 0, imap_port: int = 0) -> None:
        """Listen at these ports; 0: any free one."""
        raise NotImplementedError

    def imap_settings(self) -> ImapSettings:
        """How the daemon gets into the office's mailbox."""
        raise NotImplementedError

    def deliver(self, raw: bytes, sender: str, recipient: str) -> None:
        """Send a mail through SMTP to the office."""
        raise NotImplementedError

    def stop(self) -> None:
        """Stop both servers."""
        raise NotImplementedError
