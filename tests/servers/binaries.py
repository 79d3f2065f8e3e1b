"""Which servers this machine has, and throw-away things that all of them need.

Without a server a test is skipped with a visible reason; where UKETSUKE_REQUIRE_SERVERS is 1, as
in CI, it fails instead, so that nothing is skipped there unseen.
"""

from __future__ import annotations

import os
import shutil
import socket
import ssl
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from pipeline.clock import machine_seconds

_SBIN = "/usr/sbin:/usr/bin:/sbin:/bin"  # an ordinary user's PATH lacks the first


def require(*programs: str, root: bool = False) -> None:
    """Skip (or fail, where servers are required) unless all of these can be run."""
    missing = [name for name in programs if which(name) is None]
    if missing:
        _do_without(f"not installed: {', '.join(missing)}")
    if root and os.geteuid() != 0:
        _do_without(f"{', '.join(programs)} can only be started by root here")


def which(program: str) -> str | None:
    return shutil.which(program) or shutil.which(program, path=_SBIN)


def _do_without(reason: str) -> None:
    if os.environ.get("UKETSUKE_REQUIRE_SERVERS") == "1":
        pytest.fail(f"servers are required here, but {reason}")
    pytest.skip(reason)


@contextmanager
def open_folder(name: str) -> Iterator[Path]:
    """A short-lived folder that servers under other users can enter (pytest's cannot be)."""
    folder = Path(tempfile.mkdtemp(prefix=f"uketsuke-{name}-"))
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def free_ports(count: int) -> list[int]:
    """Ports that nobody uses just now."""
    holders = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [holder.getsockname()[1] for holder in holders]
    for holder in holders:
        holder.close()
    return ports


def eventually(true: Callable[[], bool], what: str, seconds: float = 20.0) -> None:
    """Wait until a server has done something that it gives no other sign of."""
    deadline = machine_seconds() + seconds
    pause = socket.socketpair()
    try:
        while not true():
            assert machine_seconds() < deadline, f"waited in vain: {what}"
            pause[0].settimeout(0.02)
            try:
                pause[0].recv(1)
            except TimeoutError:
                continue
    finally:
        for end in pause:
            end.close()


def answers(port: int) -> bool:
    """Whether somebody listens at this port."""
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


@dataclass(frozen=True, slots=True)
class Certificate:
    """A self-signed certificate for localhost and 127.0.0.1; `file` is its own authority."""

    file: Path
    key: Path

    def server_context(self) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.file, self.key)
        return context


def make_certificate(folder: Path) -> Certificate:
    made = Certificate(folder / "cert.pem", folder / "key.pem")
    subprocess.run(
        [
            *(which("openssl") or "openssl", "req", "-x509", "-newkey", "ec"),
            *("-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"),
            *("-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"),
            *("-keyout", str(made.key), "-out", str(made.file)),
        ],
        check=True,
        capture_output=True,
        timeout=60,
    )
    return made
