"""A throw-away Postfix on loopback, with its own configuration, queue and data folders.

    with running_dovecot() as dovecot, running_postfix(dovecot) as postfix:
        courier = SmtpCourier(postfix.settings())

Every domain is ours: mail for anybody is handed to Dovecot by LMTP and lies in the mailbox named
by the address without its extension (`office+x@example.jp` in `office@example.jp`), unless
`lmtp_to` names another LMTP port for an address or a domain.  A recipient whose local part begins
with `refused` is refused with 550; one that begins with `forwarded` is sent on to `FORWARDED_TO`.
It offers STARTTLS, implicit TLS at `smtps`, and AUTH by Dovecot's SASL: any user with
`tests.servers.dovecot.PASSWORD`.
"""

from __future__ import annotations

import os
import pwd
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.transport.security import Security
from pipeline.transport.smtp_link import SmtpSettings
from tests.servers.binaries import answers, eventually, free_ports, open_folder, require, which
from tests.servers.dovecot import Dovecot

FORWARDED_TO = "behind@bounces.test"
_MAIN = """
compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/data
maillog_file = {folder}/postfix.log
maillog_file_prefixes = {folder}
mail_owner = postfix
myhostname = mail.sandbox.test
mydestination =
inet_interfaces = loopback-only
inet_protocols = ipv4
alias_maps =
alias_database =
biff = no
mynetworks = 127.0.0.0/8
recipient_delimiter = +
virtual_mailbox_domains = static:ours
virtual_mailbox_maps = static:ours
virtual_alias_maps = regexp:{{ {{ /^forwarded/ {forwarded_to} }} }}
transport_maps = inline:{{ {routes} }}
virtual_transport = lmtp:inet:127.0.0.1:{lmtp}
smtpd_recipient_restrictions =
    check_recipient_access regexp:{{ {{ /^refused/ 550 5.1.1 nobody of this name }} }},
    permit_mynetworks, reject
smtpd_error_sleep_time = 0
smtpd_tls_security_level = may
smtpd_tls_cert_file = {certificate.file}
smtpd_tls_key_file = {certificate.key}
smtpd_sasl_auth_enable = yes
smtpd_sasl_type = dovecot
smtpd_sasl_path = inet:127.0.0.1:{sasl}
message_size_limit = 40000000
mailbox_size_limit = 0
virtual_mailbox_limit = 0
lmtp_destination_concurrency_limit = 20
"""
_MASTER = """
127.0.0.1:{smtp} inet n - n - - smtpd
127.0.0.1:{smtps} inet n - n - - smtpd -o smtpd_tls_wrappermode=yes
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
lmtp unix - - n - - lmtp
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
tlsmgr unix - - n 1000? 1 tlsmgr
postlog unix-dgram n - n - 1 postlogd
"""


@dataclass(frozen=True, slots=True)
class Postfix:
    """What a test may know of it."""

    folder: Path
    smtp: int
    smtps: int
    ca_file: Path

    def settings(self, security: Security = "none", **more: Any) -> SmtpSettings:
        """How a courier gets in; without AUTH unless `user` and `password` are given."""
        settings: dict[str, Any] = {
            "host": "127.0.0.1",
            "port": self.smtps if security == "tls" else self.smtp,
            "security": security,
            "ca_file": self.ca_file,
            "timeout": 10.0,
        }
        return SmtpSettings(**settings | more)

    def log(self) -> str:
        """What it had to say."""
        path = self.folder / "postfix.log"
        return path.read_text("utf-8", "replace") if path.exists() else ""


@contextmanager
def running_postfix(
    dovecot: Dovecot, *, lmtp_to: Mapping[str, int] | None = None
) -> Iterator[Postfix]:
    """Start it, and stop it whatever happens."""
    require("postfix", root=True)
    with open_folder("postfix") as folder:
        smtp, smtps = free_ports(2)
        postfix = Postfix(folder, smtp, smtps, dovecot.certificate.file)
        _write_config(postfix, dovecot, lmtp_to or {})
        _postfix(folder, "start")
        try:
            eventually(lambda: answers(smtp) and answers(smtps), "Postfix listens")
            yield postfix
        finally:
            _postfix(folder, "stop")


def _write_config(postfix: Postfix, dovecot: Dovecot, lmtp_to: Mapping[str, int]) -> None:
    folder = postfix.folder
    for name in ("etc", "queue", "data"):
        (folder / name).mkdir()
    owner = pwd.getpwnam("postfix")
    os.chown(folder / "data", owner.pw_uid, owner.pw_gid)
    routes = {"unused.test": dovecot.lmtp, **lmtp_to}  # an inline table must not be empty
    main = _MAIN.format(
        folder=folder,
        lmtp=dovecot.lmtp,
        sasl=dovecot.sasl,
        certificate=dovecot.certificate,
        forwarded_to=FORWARDED_TO,
        routes=", ".join(f"{{{to} = lmtp:inet:127.0.0.1:{port}}}" for to, port in routes.items()),
    )
    (folder / "etc" / "main.cf").write_text(main, "utf-8")
    master = _MASTER.format(smtp=postfix.smtp, smtps=postfix.smtps)
    (folder / "etc" / "master.cf").write_text(master, "utf-8")


def _postfix(folder: Path, verb: str) -> None:
    done = subprocess.run(
        [which("postfix") or "postfix", "-c", str(folder / "etc"), verb],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    log = folder / "postfix.log"
    said = done.stderr + (log.read_text("utf-8", "replace") if log.exists() else "")
    assert done.returncode == 0, f"postfix {verb}: {said}"
