"""A zip archive as the files in it.

Law of this file: names are for showing, and no path leaves this file.  A password is never tried:
who locked a file is asked for it without.  Archives in archives go to a person.  Names that are not
marked as UTF-8 are decoded as mail is: Windows writes CP932.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from typing import Final

from pipeline.mail.charset import decode
from pipeline.mail.unpacking import AS_THEY_ARE, Budget, Unreadable, unpacked

_ASIDE: Final = re.compile(
    r"(?:^|/)(?:__MACOSX/|\.[^./\\]|Thumbs\.db$|desktop\.ini$)", re.IGNORECASE
)
"""What systems put beside files."""
_SLASH: Final = re.compile(r"[/\\:]")
_UNSAFE: Final = re.compile(
    r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u200b-\u200f\u202a-\u202e\u2066-\u2069]"
)
_NAME_LIMIT: Final = 120
_UTF8: Final = 0x800


def files(opened: zipfile.ZipFile) -> list[tuple[str, zipfile.ZipInfo]]:
    """The files in an archive: a safe name, and where it is."""
    found = [
        (_name(entry), entry)
        for entry in opened.infolist()
        if not entry.is_dir() and _ASIDE.search(entry.filename) is None
    ]
    return [(name, entry) for name, entry in found if name]


def contents(
    found: list[tuple[str, zipfile.ZipInfo]], opened: zipfile.ZipFile, budget: Budget, limit: int
) -> Iterator[tuple[str, bytes | Unreadable]]:
    """Each file's bytes, or why it cannot be had. Raises Locked at a locked one."""
    for name, entry in found:
        try:
            yield name, unpacked(opened, entry, budget, limit)
        except Unreadable as error:
            yield name, error


def _name(entry: zipfile.ZipInfo) -> str:
    name = entry.filename
    if not entry.flag_bits & _UTF8:
        # Windows writes CP932, and Macs UTF-8 without saying so.
        name = decode(name.encode(AS_THEY_ARE), "cp932").text
    return _UNSAFE.sub("", _SLASH.split(name.rstrip("/"))[-1]).strip(" .")[:_NAME_LIMIT]
