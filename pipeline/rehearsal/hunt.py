"""Looks for secrets where none may be, however they are wrapped.

Law of this file: it must find what a person with patience would find: plain, base64 at any
offset and with any line breaks, quoted-printable, percent and HTML escapes, UTF-16, inside zip
files (.xlsx) and gzip, and in every value of an SQLite file.  `blind_spots` plants a
secret in each of these ways and says which of them the search does not see; a search that has not
found what was planted has proved nothing.
"""

from __future__ import annotations

import base64
import gzip
import html
import io
import json
import quopri
import sqlite3
import tempfile
import urllib.parse
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

_SPACE = b" \t\r\n"
_DEPTH = 3
_TRIPLE = 3


@dataclass(frozen=True, slots=True)
class Leak:
    """A secret that was found, by its name; its value is never repeated."""

    name: str
    path: Path


def found_in(data: bytes, secrets: Mapping[str, str]) -> frozenset[str]:
    """The names of the secrets that stand in `data` in any form."""
    views = list(_views(data, _DEPTH))
    return frozenset(
        name
        for name, secret in secrets.items()
        if any(needle in view for needle in _needles(secret) for view in views)
    )


def search(folder: Path, secrets: Mapping[str, str]) -> list[Leak]:
    """Every secret in every file below `folder`."""
    leaks: list[Leak] = []
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        leaks += [Leak(name, path) for name in sorted(_found_in_file(path, secrets))]
    return leaks


def _found_in_file(path: Path, secrets: Mapping[str, str]) -> frozenset[str]:
    data = path.read_bytes()
    found = found_in(data, secrets)
    if data.startswith(b"SQLite format 3\0"):
        # A long value is spread over pages of the file; only SQLite itself puts it together again.
        found |= found_in(b"\n\n".join(_sqlite_values(path)), secrets)
    return found


def _sqlite_values(path: Path) -> Iterator[bytes]:
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as database:
        names = database.execute("select name from sqlite_master where type = 'table'").fetchall()
        for (name,) in names:
            for row in database.execute(f'select * from "{name}"'):  # noqa: S608 - its own names
                for value in row:
                    if isinstance(value, str):
                        yield value.encode("utf-8", "surrogatepass")
                    elif isinstance(value, bytes):
                        yield value


# ---------------------------------------------------------------- unwrapping


def _views(data: bytes, depth: int) -> Iterator[bytes]:
    """`data` as it is, and everything that can be unwrapped from it."""
    yield data
    yield data.translate(None, _SPACE)
    if b"=" in data:
        yield quopri.decodestring(data)
    if depth > 0:
        for inner in _unwrapped(data):
            yield from _views(inner, depth - 1)


def _unwrapped(data: bytes) -> Iterator[bytes]:
    if data.startswith(b"PK\x03\x04"):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for name in archive.namelist():
                yield archive.read(name)
    elif data.startswith(b"\x1f\x8b"):
        try:
            yield gzip.decompress(data)
        except (OSError, EOFError, zlib.error):
            return


@lru_cache
def _needles(secret: str) -> frozenset[bytes]:
    raw = secret.encode()
    return frozenset({
        raw,
        secret.encode("utf-16-le"),
        secret.encode("utf-16-be"),
        urllib.parse.quote(secret, safe="").encode(),
        html.escape(secret).encode(),
        json.dumps(secret)[1:-1].replace("/", "\\/").encode(),
        *(_base64_at(raw, offset) for offset in range(_TRIPLE)),
    })  # fmt: skip


def _base64_at(raw: bytes, offset: int) -> bytes:
    """What base64 makes of `raw` at this offset, without the characters that neighbours share."""
    encoded = base64.b64encode(b"\0" * offset + raw)
    first = (offset * 8 + 5) // 6
    last = (offset + len(raw)) * 8 // 6
    return encoded[first:last]


# ---------------------------------------------------------------- proof


def blind_spots() -> list[str]:
    """In which wrappings a planted secret is not found; empty when the search can be trusted."""
    planted = "planted/Secret&7391=x"
    missed: list[str] = []
    for name, plant in _PLANTS.items():
        with tempfile.TemporaryDirectory() as folder:
            plant(Path(folder), planted)
            if not search(Path(folder), {"planted": planted}):
                missed.append(name)
    return missed


def _plant_log(folder: Path, secret: str) -> None:
    (folder / "log.jsonl").write_text(json.dumps({"what": "send", "note": secret}) + "\n")


def _plant_mail(folder: Path, secret: str) -> None:
    (folder / "mail.eml").write_bytes(_mail("base64", base64.encodebytes(_text(secret))))


def _plant_quoted_mail(folder: Path, secret: str) -> None:
    (folder / "mail.eml").write_bytes(_mail("quoted-printable", quopri.encodestring(_text(secret))))


def _plant_utf16(folder: Path, secret: str) -> None:
    (folder / "export.csv").write_bytes(secret.encode("utf-16"))


def _plant_gzip(folder: Path, secret: str) -> None:
    (folder / "log.gz").write_bytes(gzip.compress(_text(secret)))


def _plant_zip(folder: Path, secret: str) -> None:
    with zipfile.ZipFile(folder / "export.xlsx", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/sharedStrings.xml", f"<t>{html.escape(secret)}</t>")


def _plant_sqlite(folder: Path, secret: str) -> None:
    # Long enough for overflow pages, whose borders would cut a raw search in two.
    mail = _mail("base64", base64.encodebytes(_text(secret) * 400))
    with closing(sqlite3.connect(folder / "store.db")) as database:
        database.execute("create table outbox (raw blob, subject text)")
        database.execute("insert into outbox values (?, ?)", (mail, "x"))
        database.commit()


def _text(secret: str) -> bytes:
    return f"パスワードは {secret} です。\r\n".encode()


def _mail(encoding: str, body: bytes) -> bytes:
    head = f"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: {encoding}\r\n"
    return head.encode() + b"\r\n" + body


_PLANTS: Mapping[str, Callable[[Path, str], None]] = {
    "a log line": _plant_log,
    "a base64 mail": _plant_mail,
    "a quoted-printable mail": _plant_quoted_mail,
    "UTF-16": _plant_utf16,
    "gzip": _plant_gzip,
    "a spreadsheet": _plant_zip,
    "an SQLite value": _plant_sqlite,
}
