"""Zip containers, and all that is unpacked of them: within limits, whatever they promise.

Law of this file: sizes are counted while bytes come out, and not believed before.  Nothing is
ever written to a disk, and no name in a container is a path.  Facts: APPNOTE.TXT (PKWARE) 4.3.16
(end record), 4.4.4 (bit 0: encrypted).
"""

from __future__ import annotations

import struct
import zipfile
import zlib
from dataclasses import dataclass
from io import BytesIO
from typing import Final

UNPACKED_LIMIT: Final = 50 * 1024 * 1024
"""Bytes that are unpacked of all the files of one mail."""
_ELEMENTS_LIMIT: Final = 1_000_000
"""Elements of markup of all the files of one mail."""
_CELLS_LIMIT: Final = 30_000
"""Written cells of all the files of one mail: a hundred forms have six thousand."""
_ENTRIES_LIMIT: Final = 2000
"""Entries of one container; an office document has some hundred, when it has many pictures."""
_DIRECTORY_LIMIT: Final = 512 * 1024
_RATIO_LIMIT: Final = 500
"""How many times smaller than its content an entry may be, from `_RATIO_FROM` bytes on."""
_RATIO_FROM: Final = 1024 * 1024
_END: Final = b"PK\x05\x06"
_END_64: Final = b"PK\x06\x07"
_END_LENGTH: Final = 22
_COMMENT_LIMIT: Final = 65_535
_ENCRYPTED: Final = 0x1
_BROKEN: Final = (
    zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, struct.error, ValueError,
    OverflowError, LookupError,
)  # fmt: skip
"""What zipfile and zlib raise for a damaged container."""
AS_THEY_ARE: Final = "latin-1"
"""Names that are not marked as UTF-8 are kept as bytes; who shows them decodes them."""
_METHODS: Final = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
"""Others may ask for any amount of memory, and no mail program packs with them."""


class Unreadable(ValueError):  # noqa: N818 - it names what the file is
    """A file that a person must look at. The text says why, in one line."""


class Locked(ValueError):  # noqa: N818 - it names what the file is
    """A file that asks for a password."""


@dataclass(slots=True)
class Budget:
    """What may still be spent on the files of one mail."""

    unpacked: int = UNPACKED_LIMIT
    elements: int = _ELEMENTS_LIMIT
    cells: int = _CELLS_LIMIT

    def unpack(self, size: int) -> None:
        """Count unpacked bytes."""
        self.unpacked -= size
        if self.unpacked < 0:
            raise Unreadable("more than 50 MB when unpacked")

    def take_cells(self, count: int) -> None:
        """Count written cells that somebody will look at."""
        self.cells -= count
        if self.cells < 0:
            raise Unreadable(f"more than {_CELLS_LIMIT} cells")

    def element(self) -> None:
        """Count an element of markup."""
        self.elements -= 1
        if self.elements < 0:
            raise Unreadable("too large to be read")


def container(raw: bytes) -> zipfile.ZipFile:
    """A zip container in memory. Raises Unreadable."""
    end = raw.rfind(_END, max(0, len(raw) - _COMMENT_LIMIT - _END_LENGTH))
    if end < 0 or len(raw) - end < _END_LENGTH:
        raise Unreadable("broken")
    entries, directory = struct.unpack_from("<HI", raw, end + 10)
    if entries > _ENTRIES_LIMIT or directory > _DIRECTORY_LIMIT or _END_64 in raw[end - 20 : end]:
        raise Unreadable(f"more than {_ENTRIES_LIMIT} entries")
    try:
        opened = zipfile.ZipFile(BytesIO(raw), metadata_encoding=AS_THEY_ARE)
    except _BROKEN as error:
        raise Unreadable("broken") from error
    if len(opened.infolist()) > _ENTRIES_LIMIT:
        raise Unreadable(f"more than {_ENTRIES_LIMIT} entries")
    return opened


def unpacked(opened: zipfile.ZipFile, entry: zipfile.ZipInfo, budget: Budget, limit: int) -> bytes:
    """The content of an entry. Raises Locked or Unreadable."""
    if entry.flag_bits & _ENCRYPTED:
        raise Locked(entry.filename)
    if entry.compress_type not in _METHODS:
        raise Unreadable("packed in a way that is not read")
    large = entry.file_size > _RATIO_FROM
    if large and entry.file_size > entry.compress_size * _RATIO_LIMIT:
        raise Unreadable("packed like a bomb")
    most = min(limit, budget.unpacked)
    if entry.file_size > most:
        raise Unreadable("too large when unpacked")
    try:
        with opened.open(entry) as stream:
            content = stream.read(most + 1)
    except _BROKEN as error:
        raise Unreadable("broken") from error
    if len(content) > most:
        raise Unreadable("too large when unpacked")
    budget.unpack(len(content))
    return content
