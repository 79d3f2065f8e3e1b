"""Is everything real, or everything the sandbox's?  And can the servers be reached safely?

Law of this file: with some but not all of incoming mail, outgoing mail, payment account and
secrets configured nothing starts, so that no real applicant is answered into a file.  The
rehearsal clock never meets a server beyond this machine.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from pipeline.config.environment import Given, variable
from pipeline.config.faults import Fault
from pipeline.config.settings import Imap, Smtp
from pipeline.transport.errors import NotSecure
from pipeline.transport.security import is_loopback, require_privacy

STORES: Final = ("sqlite:///", "postgresql+psycopg://")
"""How the URL of a store begins."""

_PARTS: Final = {
    "incoming mail": (("imap", "host"), ("listener", "port")),
    "outgoing mail": (("smtp", "host"),),
    "the payment account": (("account", "bank"),),
    "the secrets": (("secrets", "folder"),),
}
"""What is real or not, and the settings of which one says so."""


def is_sandbox(given: Given) -> bool:
    """Whether nothing real is configured at all."""
    return not any(_touched(given, part) for part in _PARTS)


def faults(given: Given) -> Iterator[Fault]:
    """Everything in which the settings do not go together."""
    settings = given.settings
    settings = given.settings
    yield from _store(given)
    if is_sandbox(given):
        if settings.database_url is not None:
            yield given.fault("database_url", what=_NOT_THE_SANDBOX_S)
        return
    yield from _halves(given)
    yield from _login(given, "imap", settings.imap)
    yield from _login(given, "smtp", settings.smtp)
    yield from _loopback(given)


def _touched(given: Given, part: str) -> bool:
    """Whether any setting of a part is there."""
    return any(given.touched(group) for group, _ in _PARTS[part])


def _complete(given: Given, part: str) -> bool:
    for group, name in _PARTS[part]:
        found = getattr(given.settings, group)
        if found is not None and getattr(found, name) is not None:
            return True
    return False


def _halves(given: Given) -> Iterator[Fault]:
    real = [part for part in _PARTS if _touched(given, part)]
    for part, places in _PARTS.items():
        # One that is there and not read is wrong, which has been said.
        if not _complete(given, part) and not any(variable(p) in given.where for p in places):
            seen = "other settings of it are there" if part in real else f"{real[0]} is real"
            what = f"is missing: {seen}, and everything is real or nothing is"
            if len(places) > 1:
                what += f" ({variable(places[1])} does as well)"
            yield given.fault(*places[0], what=what)


# ---------------------------------------------------------------- servers


def _login(given: Given, group: str, server: Imap | Smtp) -> Iterator[Fault]:
    if server.host is None:
        return
    has_secret = server.password_file is not None or server.oauth is not None
    if server.password_file is not None and server.oauth is not None:
        yield given.fault(group, "oauth", "token_url", what="is a second login beside the password")
    if server.user is None and (has_secret or group == "imap"):
        yield given.fault(group, "user", what="is missing: the server asks for a login name")
    if not has_secret and (server.user is not None or group == "imap"):
        yield given.fault(group, "password_file", what="is missing: no password and no OAuth")
    if server.ca_file is not None and not server.ca_file.is_file():
        yield given.fault(group, "ca_file", what="is no file")
    try:
        require_privacy(
            group.upper(), server.host, server.security, allowed=server.plaintext_allowed
        )
    except NotSecure as error:
        yield given.fault(group, "security", what=str(error))


def _loopback(given: Given) -> Iterator[Fault]:
    settings = given.settings
    if not settings.loopback_only:
        for name in ("start", "speed"):
            if variable(("clock", name)) in given.where:
                what = f"is the rehearsal clock's, which real servers have only with {_LOOPBACK}"
                yield given.fault("clock", name, what=what)
        return
    for group in ("imap", "smtp", "listener"):
        host = getattr(settings, group).host
        if host is not None and not is_loopback(host):
            yield given.fault(group, "host", what=f"{host} is not this machine, but {_LOOPBACK} is")


_LOOPBACK: Final = variable(("loopback_only",))


# ---------------------------------------------------------------- the store


def _store(given: Given) -> Iterator[Fault]:
    for place in (("database_url",), ("sandbox", "database_url")):
        owner = given.settings if len(place) == 1 else given.settings.sandbox
        url: str | None = getattr(owner, place[-1])
        # The URL is not repeated: a password may stand in it.
        if url is not None and not url.startswith(STORES):
            yield given.fault(*place, what=f"should begin with {' or '.join(STORES)}")


_NOT_THE_SANDBOX_S: Final = (
    "is set, but mail is the sandbox's, which never writes into a real store; "
    f"its own is {variable(('sandbox', 'database_url'))}"
)
