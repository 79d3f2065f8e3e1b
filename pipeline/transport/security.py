"""How a connection is kept private and alive: one place for IMAP and SMTP.

Law of this file: no password leaves without TLS, except to this very machine or where the
operator has said so; every socket has timeouts and keepalive, for a link that dies in silence
is the usual way in which mail programs stop.
"""

from __future__ import annotations

import ipaddress
import socket
import ssl
from pathlib import Path
from typing import Literal

from pipeline.transport.errors import NotSecure

Security = Literal["tls", "starttls", "none"]


def require_privacy(what: str, host: str, security: Security, *, allowed: bool) -> None:
    """Raise `NotSecure` where a password would leave this machine in the clear."""
    if security == "none" and not allowed and not is_loopback(host):
        raise NotSecure(f"{what}: security none is only for this machine; use tls")


def is_loopback(host: str) -> bool:
    """Is that this very machine?  Names other than localhost are not looked up."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def tls_context(ca_file: Path | None) -> ssl.SSLContext:
    """Certificates are always checked; `ca_file` adds an authority of the operator's own."""
    context = ssl.create_default_context()
    if ca_file is not None:
        context.load_verify_locations(ca_file)
    return context


def keep_alive(link: socket.socket) -> None:
    """Have the system probe a silent peer (dead after about two minutes), and hold nothing back."""
    link.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    # A command in several small writes would wait 40 ms for the peer's delayed acknowledgement.
    link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    for name, value in (("TCP_KEEPIDLE", 60), ("TCP_KEEPINTVL", 15), ("TCP_KEEPCNT", 4)):
        option = getattr(socket, name, None)  # not every system has all of them
        if option is not None:
            link.setsockopt(socket.IPPROTO_TCP, option, value)
