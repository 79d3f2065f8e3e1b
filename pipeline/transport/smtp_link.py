"""One SMTP connection: greeting, EHLO, TLS and AUTH by smtplib, then its socket by ourselves.

smtplib waits for every answer before it writes the next command; writing ahead (RFC 2920) carries
several times as much.  Law of this file: `write` knows how much it has handed over when the link
breaks, for the caller must know whether the final dot was among it; every wait has a timeout.
"""

from __future__ import annotations

import smtplib
import socket
import ssl
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from pipeline.transport.errors import (
    LinkLost,
    LoginRefused,
    NotSecure,
    TransportError,
    one_line,
)
from pipeline.transport.security import Security, keep_alive, require_privacy, tls_context
from pipeline.transport.unread import says_something

_LONGEST_REPLY_LINE = 8192  # bytes; RFC 5321 allows 512, servers write more
_LONGEST_REPLY = 100  # lines
CLOSING = 421
_NEVER = 500  # reply codes from here on: trying again does not help
_GOODBYE = 2.0  # seconds


@dataclass(frozen=True, slots=True)
class SmtpSettings:
    """Which mail server carries our letters.  Secrets do not stand in its repr."""

    host: str
    port: int
    user: str | None = None  # None: no AUTH
    password: str | None = field(default=None, repr=False)
    oauth_token: Callable[[], str] | None = field(default=None, repr=False)  # then XOAUTH2
    token_refused: Callable[[str], object] | None = field(default=None, repr=False)  # is told so
    security: Security = "starttls"
    per_second: float | None = None  # at most so many mails a second
    hostname: str = "localhost"  # what we call ourselves in EHLO
    timeout: float = 60.0  # seconds, for connecting and for every answer but the last
    dot_timeout: float = 600.0  # seconds; RFC 5321, 4.5.3.2.6: impatience here sends mails twice
    ca_file: Path | None = None  # an authority of the operator's own
    plaintext_allowed: bool = False  # security "none" beyond this machine


class Reply(NamedTuple):
    """What the server said (RFC 5321, 4.2); `kind` is the first digit: 2 yes, 4 later, 5 never."""

    code: int
    kind: int
    text: str


class Broken(Exception):  # noqa: N818  -- a state of the link, seen by the courier alone
    """The link is gone, or of no more use.

    `code` is the server's last word, if any; `sent` bytes of the last write had been handed over.
    """

    def __init__(self, text: str, *, code: int | None = None, sent: int = 0) -> None:
        super().__init__(text)
        self.code = code
        self.sent = sent

    @property
    def closing(self) -> bool:
        """Whether the server had said that it goes (RFC 5321, 3.8)."""
        return self.code == CLOSING


class SmtpLink:
    """Open and logged in when it is made; raises `LinkLost`, `LoginRefused`, `NotSecure`."""

    def __init__(self, settings: SmtpSettings, *, ahead: bool = True) -> None:
        self._settings = settings
        smtp = _opened(settings)
        assert smtp.sock is not None
        assert smtp.file is not None
        self._smtp = smtp
        self._sock: socket.socket = smtp.sock
        self._reader = smtp.file
        self._patience: float | None = None  # seconds, as the socket was told last
        keep_alive(self._sock)
        self._sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.pipelining = ahead and smtp.has_extn("pipelining")
        self.takes_size = smtp.has_extn("size")

    def write(self, data: bytes) -> None:
        """All of it; raises `Broken`."""
        sent = 0
        view = memoryview(data)
        self._be_patient(self._settings.timeout)
        try:
            while sent < len(data):
                sent += self._sock.send(view[sent:])
        except OSError as error:
            raise Broken(one_line(error), sent=sent) from error

    def reply(self, *, last: bool = False) -> Reply:
        """The next answer, the `last` of a mail with more patience; raises `Broken`."""
        self._be_patient(self._settings.dot_timeout if last else self._settings.timeout)
        line = self._line()
        text = line[4:]
        lines = 1
        while line[3:4] == b"-" and lines < _LONGEST_REPLY:
            line = self._line()
            text += line[4:]
            lines += 1
        if not line[:3].isdigit() or line[3:4] == b"-":  # the latter: it does not end
            raise Broken(f"not SMTP: {line[:60]!r}")
        code = int(line[:3])
        return Reply(code, code // 100, " ".join(text.decode("utf-8", "replace").split()))

    def _be_patient(self, seconds: float) -> None:
        if seconds != self._patience:
            self._sock.settimeout(seconds)
            self._patience = seconds

    def _line(self) -> bytes:
        try:
            line: bytes = self._reader.readline(_LONGEST_REPLY_LINE)
        except OSError as error:
            raise Broken(one_line(error)) from error
        if not line.endswith(b"\n"):
            raise Broken("the server has closed the connection")
        return line

    def is_quiet(self) -> bool:
        """Whether the server says nothing, not even goodbye."""
        return not says_something(self._sock, self._reader)

    def close(self, *, politely: bool) -> None:
        """Hang up; with QUIT where nothing is under way."""
        if politely:
            with suppress(OSError):
                self._be_patient(_GOODBYE)
                self._sock.sendall(b"QUIT\r\n")
                self._reader.readline(_LONGEST_REPLY_LINE)
        self._smtp.close()


def _opened(settings: SmtpSettings) -> smtplib.SMTP:
    name = f"SMTP {settings.host}:{settings.port}"
    require_privacy(name, settings.host, settings.security, allowed=settings.plaintext_allowed)
    token = settings.oauth_token() if settings.oauth_token else None
    smtp: smtplib.SMTP | None = None
    try:
        smtp = _greeted(settings)
        _log_in(smtp, settings, token)
    except (smtplib.SMTPException, OSError) as error:
        if smtp is not None:
            smtp.close()
        named = _named(name, error)
        if isinstance(named, LoginRefused) and token is not None and settings.token_refused:
            settings.token_refused(token)
        raise named from error
    return smtp


def _greeted(settings: SmtpSettings) -> smtplib.SMTP:
    context = None if settings.security == "none" else tls_context(settings.ca_file)
    place = (settings.host, settings.port, settings.hostname)
    if settings.security == "tls":
        return smtplib.SMTP_SSL(*place, timeout=settings.timeout, context=context)
    smtp = smtplib.SMTP(*place, timeout=settings.timeout)
    if settings.security == "starttls":
        try:
            smtp.starttls(context=context)
        except BaseException:
            smtp.close()
            raise
    return smtp


def _log_in(smtp: smtplib.SMTP, settings: SmtpSettings, token: str | None) -> None:
    smtp.ehlo_or_helo_if_needed()
    if settings.user is None:
        return
    if token is None:
        smtp.login(settings.user, settings.password or "")
        return
    first = f"user={settings.user}\x01auth=Bearer {token}\x01\x01"
    # A refusal comes as a challenge that wants an empty answer.
    smtp.auth("XOAUTH2", lambda challenge=None: first if challenge is None else "")


def _named(name: str, error: Exception) -> TransportError:
    """What the caller does next about it."""
    text = f"{name}: {_said(error)}"
    match error:
        case smtplib.SMTPAuthenticationError(smtp_code=code) if code >= _NEVER:
            return LoginRefused(text)
        case smtplib.SMTPNotSupportedError():
            return NotSecure(text) if "STARTTLS" in text else LoginRefused(text)
        case ssl.SSLCertVerificationError():
            return NotSecure(text)
        case _:
            return LinkLost(text)


def _said(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPResponseException):
        said = error.smtp_error
        words = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
        return one_line(f"{error.smtp_code} {words}")
    return one_line(error)
