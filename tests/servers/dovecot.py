"""A throw-away Dovecot 2.3 on loopback: IMAP, IMAPS and LMTP, every user is let in.

    with running_dovecot() as dovecot:
        link = ImapLink(dovecot.settings("office"))
        dovecot.deliver(raw, "office")

All of it lies in one folder that is removed at the end.  Every user name exists and has the
password `PASSWORD`; XOAUTH2 is asked of an introspection server where one is given.  Mail for
`user@any.domain` goes to `user@any.domain`'s own mailbox, and for `user+extension` to `user`'s.
"""

from __future__ import annotations

import itertools
import os
import pwd
import smtplib
import subprocess
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from pipeline.transport.imap import ImapSettings
from pipeline.transport.security import Security
from tests.servers.binaries import (
    Certificate,
    answers,
    eventually,
    free_ports,
    make_certificate,
    open_folder,
    require,
    which,
)

PASSWORD = "correct-horse"
_OWNER = pwd.getpwnam("nobody")

_CONFIG = """
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/dovecot.log
protocols = imap lmtp
listen = 127.0.0.1
ssl = yes
ssl_cert = <{certificate.file}
ssl_key = <{certificate.key}
disable_plaintext_auth = no
auth_mechanisms = plain login{xoauth2}
auth_verbose = yes
auth_failure_delay = 0
recipient_delimiter = +
mail_location = {store}:{folder}/mail/%u
mail_fsync = never
first_valid_uid = {owner.pw_uid}
first_valid_gid = {owner.pw_gid}
mail_max_userip_connections = 1000
namespace inbox {{
  inbox = yes
  prefix = {prefix}
  separator = {separator}
}}
{oauth_passdb}
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={owner.pw_uid} gid={owner.pw_gid} home={folder}/home/%u allow_all_users=yes
}}
service imap-login {{
  inet_listener imap {{
    port = {imap}
  }}
  inet_listener imaps {{
    port = {imaps}
    ssl = yes
  }}
  process_min_avail = 1
}}
service lmtp {{
  inet_listener lmtp {{
    address = 127.0.0.1
    port = {lmtp}
  }}
}}
service anvil {{
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service auth {{
  inet_listener {{
    address = 127.0.0.1
    port = {sasl}
  }}
}}
"""
_OAUTH_PASSDB = """
passdb {{
  driver = oauth2
  mechanisms = xoauth2
  args = {folder}/oauth2.conf.ext
}}
"""
_OAUTH = """
introspection_mode = get
introspection_url = {url}?token=
username_attribute = username
active_attribute = active
active_value = true
"""


@dataclass(frozen=True, slots=True)
class Dovecot:
    """What a test may know of it."""

    folder: Path
    certificate: Certificate
    imap: int
    imaps: int
    lmtp: int
    sasl: int  # for Postfix's smtpd_sasl_path

    def settings(self, user: str, security: Security = "none", **more: Any) -> ImapSettings:
        """How to get into `user`'s mailbox."""
        settings: dict[str, Any] = {
            "host": "127.0.0.1",
            "port": self.imaps if security == "tls" else self.imap,
            "user": user,
            "password": PASSWORD,
            "security": security,
            "ca_file": self.certificate.file,
            "timeout": 10.0,
        }
        return ImapSettings(**settings | more)

    def deliver(self, raw: bytes, recipient: str, sender: str = "") -> None:
        """Hand a mail over by LMTP: it is in the mailbox when this returns."""
        with smtplib.LMTP("127.0.0.1", self.lmtp, local_hostname="localhost") as lmtp:
            lmtp.sendmail(sender, [recipient], raw)

    def fill(self, user: str, mails: Iterable[bytes]) -> int:
        """Lay many mails into a mailbox that nobody has opened yet; returns how many."""
        mailbox = self.folder / "mail" / user
        for sub in ("cur", "new", "tmp"):
            (mailbox / sub).mkdir(parents=True, exist_ok=True)
        for raw in mails:
            (mailbox / "new" / f"{next(_SERIAL):09}.fill.localhost").write_bytes(raw)
        laid = list((mailbox / "new").iterdir())
        for path in (mailbox, *mailbox.iterdir(), *laid):
            os.chown(path, _OWNER.pw_uid, _OWNER.pw_gid)
        return len(laid)

    def log(self) -> str:
        """What it had to say."""
        path = self.folder / "dovecot.log"
        return path.read_text("utf-8", "replace") if path.exists() else ""


_SERIAL = itertools.count(1)


@contextmanager
def running_dovecot(
    *,
    introspection_url: str | None = None,
    separator: str = "/",
    prefix: str = "",
    store: Literal["maildir", "sdbox"] = "maildir",
) -> Iterator[Dovecot]:
    """Start it, and stop it whatever happens.

    A Maildir may number mails of one moment by their files' names, sdbox numbers them as they came.
    """
    require("dovecot", "openssl", root=True)
    with open_folder("dovecot") as folder:
        imap, imaps, lmtp, sasl = free_ports(4)
        dovecot = Dovecot(folder, make_certificate(folder), imap, imaps, lmtp, sasl)
        _write_config(dovecot, introspection_url, separator=separator, prefix=prefix, store=store)
        for name in ("mail", "home"):
            (folder / name).mkdir()
            os.chown(folder / name, _OWNER.pw_uid, _OWNER.pw_gid)
        process = subprocess.Popen(
            [which("dovecot") or "dovecot", "-F", "-c", str(folder / "dovecot.conf")],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            eventually(
                lambda: process.poll() is not None or all(map(answers, (imap, imaps, lmtp))),
                "Dovecot listens",
            )
            assert process.poll() is None, f"Dovecot did not start: {dovecot.log()}"
            yield dovecot
        finally:
            process.terminate()
            try:
                process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait(timeout=20)


def _write_config(dovecot: Dovecot, introspection_url: str | None, **words: str) -> None:
    folder = dovecot.folder
    text = _CONFIG.format(
        folder=folder,
        certificate=dovecot.certificate,
        xoauth2=" xoauth2" if introspection_url else "",
        oauth_passdb=_OAUTH_PASSDB.format(folder=folder) if introspection_url else "",
        owner=_OWNER,
        password=PASSWORD,
        **words,
        imap=dovecot.imap,
        imaps=dovecot.imaps,
        lmtp=dovecot.lmtp,
        sasl=dovecot.sasl,
    )
    (folder / "dovecot.conf").write_text(text, "utf-8")
    if introspection_url:
        (folder / "oauth2.conf.ext").write_text(_OAUTH.format(url=introspection_url), "utf-8")
