"""Opens everything secret that the settings name, or has the sandbox make its own up.

Law of this file: every secret is read once here, so that all that is wrong with them is said at
once; after this the log blacks them out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar
from urllib.parse import unquote, urlsplit

from pipeline import log
from pipeline.config import secret_files
from pipeline.config.environment import Given, variable
from pipeline.config.faults import Fault, Refused
from pipeline.config.secret_files import TOKEN_KEY, AccessFile
from pipeline.config.settings import Imap, Smtp
from pipeline.transport.oauth import OAuthToken

_Read = TypeVar("_Read")


@dataclass(frozen=True, slots=True, repr=False)
class Login:
    """How one server lets us in."""

    password: str | None = None
    token: OAuthToken | None = None


@dataclass(frozen=True, slots=True, repr=False)
class Vault:
    """All secrets of an installation."""

    folder: Path
    key: bytes
    accesses: dict[str, AccessFile]
    imap: Login
    smtp: Login

    def secrets(self) -> set[str]:
        """Every ID, password and Zoom link."""
        return {value for access in self.accesses.values() for value in access().values.values()}


NOTHING = Vault(Path(), b"", {}, Login(), Login())
"""What stands in while other faults keep the sandbox from making anything up."""


def open_vault(given: Given, slugs: Iterable[str], faults: list[Fault]) -> Vault:
    """The secrets of real servers and of every event; what is wrong is added to `faults`."""
    settings = given.settings
    _hide_url(settings.database_url)
    folder = settings.secrets.folder
    if folder is None:
        return NOTHING  # `reality` says that it is missing
    key = _tried(
        lambda: secret_files.read_key(folder / TOKEN_KEY, _shown(folder, TOKEN_KEY)), faults
    )
    accesses = {
        slug: AccessFile(folder / f"{slug}.toml", _shown(folder, f"{slug}.toml")) for slug in slugs
    }
    for access in accesses.values():
        faults += access.faults()
    return Vault(
        folder,
        key or b"",
        accesses,
        _login("imap", settings.imap, faults),
        _login("smtp", settings.smtp, faults),
    )


def make_up_vault(folder: Path, slugs: Iterable[str]) -> Vault:
    """The sandbox's secrets: made up once for each store, and kept. Raises `Refused`."""
    accesses = {}
    for slug in slugs:
        try:
            secret_files.make_up(folder, slug)
        except OSError as error:
            what = f"the sandbox cannot be made: {error.strerror}"
            raise Refused([Fault(str(folder), "", what)]) from error
        accesses[slug] = AccessFile(folder / f"{slug}.toml", f"{slug}.toml")
        accesses[slug]()
    key = secret_files.read_key(folder / TOKEN_KEY, TOKEN_KEY)
    return Vault(folder, key, accesses, Login(), Login())


def _login(group: str, server: Imap | Smtp, faults: list[Fault]) -> Login:
    def word(path: Path | None, *place: str) -> str | None:
        if path is None:
            return None
        shown = f"{variable((group, *place))} ({path.name})"
        return _tried(lambda: secret_files.read_word(path, shown), faults)

    password = word(server.password_file, "password_file")
    oauth = server.oauth
    if oauth is None:
        return Login(password)
    secret = word(oauth.client_secret_file, "oauth", "client_secret_file")
    refresh = word(oauth.refresh_token_file, "oauth", "refresh_token_file")
    token = OAuthToken(oauth.token_url, oauth.client_id, secret or "", refresh, oauth.scope)
    return Login(password, token)


def _tried(read: Callable[[], _Read], faults: list[Fault]) -> _Read | None:
    try:
        return read()
    except Refused as refused:
        faults += refused.faults
        return None


def _shown(folder: Path, name: str) -> str:
    return f"{folder.name}/{name}"


def _hide_url(url: str | None) -> None:
    password = urlsplit(url).password if url else None
    if password:
        log.hide(password)
        log.hide(unquote(password))
