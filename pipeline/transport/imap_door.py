"""The way into the mailbox: connecting, TLS, logging in, selecting the folder.

Law of this file: whatever goes wrong is raised as what the operator has to do about it, in one
line without secrets, and no half-open connection is left behind.
"""

from __future__ import annotations

import ssl
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from imapclient import IMAPClient, SocketTimeout
from imapclient.exceptions import (
    CapabilityError,
    IMAPClientAbortError,
    IMAPClientError,
    LoginError,
)

from pipeline.transport.errors import (
    LinkLost,
    LoginRefused,
    NotSecure,
    TransportError,
    one_line,
)
from pipeline.transport.security import Security, keep_alive, require_privacy, tls_context


@dataclass(frozen=True, slots=True)
class ImapSettings:
    """Which mailbox, and how to get in.  Secrets do not stand in its repr."""

    host: str
    port: int
    user: str
    password: str | None = field(default=None, repr=False)
    oauth_token: Callable[[], str] | None = field(default=None, repr=False)  # then XOAUTH2
    token_refused: Callable[[str], object] | None = field(default=None, repr=False)  # is told so
    security: Security = "tls"
    folder: str = "INBOX"
    processed: str = "Processed"  # its monthly folders are made below it
    max_size: int = 25 * 1024 * 1024  # bytes; larger mails come as their header block
    timeout: float = 30.0  # seconds, for connecting and for every answer
    ca_file: Path | None = None  # an authority of the operator's own
    plaintext_allowed: bool = False  # security "none" beyond this machine

    @property
    def name(self) -> str:
        """What messages call this server."""
        return f"IMAP {self.host}:{self.port}"


def open_mailbox(settings: ImapSettings) -> tuple[IMAPClient, Mapping[bytes, Any]]:
    """A connection with its folder selected, and what the server said of the folder.

    Raises `LinkLost`, `LoginRefused` (also where the folder is not there) or `NotSecure`.
    """
    require_privacy(
        settings.name, settings.host, settings.security, allowed=settings.plaintext_allowed
    )
    token = settings.oauth_token() if settings.oauth_token else None
    client: IMAPClient | None = None
    try:
        client = _connected(settings)
        _log_in(client, settings, token)
        selected: Mapping[bytes, Any] = client.select_folder(settings.folder)
    except (OSError, IMAPClientError) as error:
        if client is None:
            raise _not_connected(settings, error) from error
        hang_up(client)
        raise _named(settings, error, token) from error
    return client, selected


def hang_up(client: IMAPClient) -> None:
    """Close the connection, whatever state it is in."""
    with suppress(OSError, IMAPClientError):
        client.shutdown()


def _connected(settings: ImapSettings) -> IMAPClient:
    context = None if settings.security == "none" else tls_context(settings.ca_file)
    client = IMAPClient(
        settings.host,
        settings.port,
        ssl=settings.security == "tls",
        ssl_context=context,
        timeout=SocketTimeout(settings.timeout, settings.timeout),
    )
    client.normalise_times = False  # INTERNALDATE keeps its zone
    client._imap.debug = 0  # noqa: SLF001  -- it hands every line, tokens too, to the log
    keep_alive(client.socket())
    if settings.security == "starttls":
        try:
            client.starttls(context)
        except BaseException:
            hang_up(client)
            raise
    return client


def _log_in(client: IMAPClient, settings: ImapSettings, token: str | None) -> None:
    if token is not None:
        client.oauth2_login(settings.user, token)
    else:
        client.login(settings.user, settings.password or "")


def _not_connected(settings: ImapSettings, error: Exception) -> TransportError:
    """Nobody there, or TLS failed, or the server says goodbye instead of hello."""
    not_secure = isinstance(error, ssl.SSLCertVerificationError | CapabilityError)  # no STARTTLS
    return (NotSecure if not_secure else LinkLost)(f"{settings.name}: {one_line(error)}")


def _named(settings: ImapSettings, error: Exception, token: str | None) -> TransportError:
    said = one_line(error)
    match error:
        case LoginError() if not isinstance(error.__context__, IMAPClientAbortError):
            if token is not None and settings.token_refused is not None:
                settings.token_refused(token)
            return LoginRefused(f"{settings.name}: {settings.user}: {said}")
        case OSError() | IMAPClientAbortError() | LoginError():
            return LinkLost(f"{settings.name}: {said}")
        case _:
            return LoginRefused(f"{settings.name}: {settings.folder}: {said}")
