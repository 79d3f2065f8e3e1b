"""Secrets in files: the ID, the password and the Zoom link of an event, keys and passwords.

Promise 4 begins here: a secret is read from a file that only its owner can read, told to the log
as something to black out before anybody else sees it, and repeated in no fault.

Errors:
    Refused     a file is missing, open to others or not what it should be
"""

from __future__ import annotations

import os
import secrets
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, ValidationError

from pipeline import log
from pipeline.config.faults import Fault, Refused, dotted, sentences
from pipeline.domain.rules import Text, Url, shaped

TOKEN_KEY: Final = "token.key"  # noqa: S105 - the name of a file
SHORTEST_KEY: Final = 32
"""Bytes of the key of bounce tokens (RFC 2104 asks for the hash's length)."""
_OTHERS: Final = 0o077
"""Permission bits of everybody but the owner."""

Word = Annotated[Text, shaped(f".{{{log.SHORTEST},}}", f"{log.SHORTEST} characters long at least")]
"""Long enough to be blacked out of the log."""


class _SecretsToml(BaseModel):
    """SLUG.toml: what the letters of access carry. All may come later than the file."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: Word | None = None
    password: Word | None = None
    zoom_link: Url | None = None


@dataclass(frozen=True, slots=True)
class AccessSecrets:
    """The ID, the password and the Zoom link of one event, as far as they are there."""

    values: Mapping[str, str] = field(default_factory=dict, repr=False)
    """What stands in the place of the letters' markers."""
    trouble: str | None = None
    """Why there are none, in words without a secret; None while nothing is wrong."""

    @property
    def ready(self) -> bool:
        """Whether ID and password are both there."""
        return "id" in self.values and "password" in self.values

    @property
    def zoom_ready(self) -> bool:
        """Whether the Zoom link is there as well."""
        return "zoom_link" in self.values


class AccessFile:
    """The secrets file of one event. Calling it reads the file anew when it has changed.

    A file that is missing has no secrets yet; one that is wrong has none either, and `trouble`
    says why. A rotation is thereby an edit of the file.
    """

    def __init__(self, path: Path, shown: str) -> None:
        self._path, self._shown = path, shown
        self._seen: tuple[int, ...] = ()
        self._access = AccessSecrets()

    def __call__(self) -> AccessSecrets:
        """What the file holds now."""
        seen = self._look()
        if seen != self._seen:
            # Read after the look: a change in between is seen at the next call.
            self._access = self._read() if seen else AccessSecrets()
            self._seen = seen
        return self._access

    def faults(self) -> list[Fault]:
        """What is wrong with the file; a missing one is not."""
        try:
            if self._path.exists():
                read_access(self._path, self._shown)
        except Refused as refused:
            return refused.faults
        return []

    def _look(self) -> tuple[int, ...]:
        try:
            found = self._path.stat()
        except OSError:
            return ()
        return (found.st_mtime_ns, found.st_size, found.st_ino, found.st_mode)

    def _read(self) -> AccessSecrets:
        try:
            return AccessSecrets(read_access(self._path, self._shown))
        except Refused as refused:
            return AccessSecrets(trouble=str(refused.faults[0]))


def read_access(path: Path, shown: str) -> dict[str, str]:
    """The secrets in a file, after telling the log to black them out. Raises `Refused`."""
    raw = read_secret(path, shown)
    try:
        table = tomllib.loads(raw.decode("utf-8-sig"))
        found = _SecretsToml.model_validate(table).model_dump(exclude_none=True)
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        # Not the parser's own words: they may repeat what stands in the line.
        raise Refused([Fault(shown, "", "is no TOML in UTF-8")]) from error
    except ValidationError as error:
        raise Refused(
            Fault(shown, dotted(place), what)
            for place, what in sentences(error, _SecretsToml, secret=True)
        ) from error
    for value in found.values():
        log.hide(value)
    return found


def read_secret(path: Path, shown: str) -> bytes:
    """The bytes of a file that only its owner may read. Raises `Refused`."""
    try:
        with path.open("rb") as stream:
            mode = os.fstat(stream.fileno()).st_mode
            if os.name == "posix" and mode & _OTHERS:
                raise Refused([Fault(shown, "", "is open to others than its owner: chmod 600")])
            return stream.read()
    except OSError as error:
        raise Refused([Fault(shown, "", f"cannot be read: {error.strerror}")]) from error


def read_word(path: Path, shown: str) -> str:
    """A password in a file of one line. Raises `Refused`."""
    try:
        word = read_secret(path, shown).decode("utf-8-sig").rstrip("\r\n")
    except UnicodeDecodeError as error:
        raise Refused([Fault(shown, "", "is not UTF-8")]) from error
    if not word or "\n" in word:
        raise Refused([Fault(shown, "", "should hold one line with the password")])
    log.hide(word)
    return word


def read_key(path: Path, shown: str) -> bytes:
    """The key of bounce tokens. Raises `Refused`."""
    key = read_secret(path, shown)
    if len(key) < SHORTEST_KEY:
        what = f"should hold {SHORTEST_KEY} random bytes: head -c {SHORTEST_KEY} /dev/urandom"
        raise Refused([Fault(shown, "", what)])
    log.hide(key)
    return key


# ---------------------------------------------------------------- the sandbox makes its own up


def make_up(folder: Path, slug: str) -> None:
    """An ID, a password, a Zoom link and a key for the sandbox, unless they are there already."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    number = 10**10 + secrets.randbelow(9 * 10**10)
    text = (
        "# Made up by the sandbox.\n"
        f'id = "sandbox-{secrets.token_hex(4)}"\n'
        f'password = "{secrets.token_urlsafe(12)}"\n'
        f'zoom_link = "https://zoom.example.jp/j/{number}?pwd={secrets.token_urlsafe(12)}"\n'
    )
    write_new(folder / f"{slug}.toml", text.encode())
    write_new(folder / TOKEN_KEY, secrets.token_bytes(SHORTEST_KEY))


def write_new(path: Path, content: bytes) -> None:
    """A new file for its owner only, whole or not at all; one that is there stays as it is."""
    if path.exists():
        return
    half = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as stream:
        stream.write(content)
    try:
        os.link(half, path)  # unlike a rename it does not replace what another process just made
    except FileExistsError:
        pass
    finally:
        half.unlink()
