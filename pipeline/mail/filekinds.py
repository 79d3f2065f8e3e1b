"""What kind of file some bytes are.

Law of this file: the first bytes decide, and what stands inside of containers; a name only where
bytes cannot tell.  Kinds that are not read have the words in which a person is told so.
"""

from __future__ import annotations

import re
from typing import Final

WORKBOOK: Final = "workbook"
DOCUMENT: Final = "document"
ARCHIVE: Final = "archive"
MESSAGE: Final = "message"
PAGE: Final = "page"
TEXT: Final = "text"
LOCKED: Final = "locked"

_MAGIC: Final = (
    (b"%PDF-", "a PDF"),
    (b"\xff\xd8\xff", "an image"),
    (b"\x89PNG\r\n\x1a\n", "an image"),
    (b"GIF8", "an image"),
    (b"BM", "an image"),
    (b"II*\x00", "an image, perhaps a fax"),
    (b"MM\x00*", "an image, perhaps a fax"),
    (b"\x78\x9f\x3e\x22", "winmail.dat, which only Outlook opens"),
    (b"7z\xbc\xaf\x27\x1c", "an archive of another kind"),
    (b"Rar!", "an archive of another kind"),
    (b"\x1f\x8b", "an archive of another kind"),
    (b"MZ", "a program"),
    (b"{\\rtf", "a document in RTF"),
    (b"RIFF", "a sound, a film or an image"),
    (b"ID3", "a sound"),
)  # fmt: skip
_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OLE_KINDS: Final = (
    ("EncryptedPackage", LOCKED),
    ("WordDocument", "an old Word document (.doc)"),
    ("Workbook", "an old Excel workbook (.xls)"),
    ("Book", "an old Excel workbook (.xls)"),
    ("JSRV_SegmentInformation", "a document of Ichitaro (.jtd)"),
    ("DocumentText", "a document of Ichitaro (.jtd)"),
    ("__properties_version1.0", "a message saved by Outlook (.msg)"),
    ("PowerPoint Document", "slides (.ppt)"),
)
"""Streams by which old office files are told apart ([MS-CFB] 2.6.1: names in UTF-16)."""
_PATTERNS: Final = (
    (re.compile(rb"..-lh[0-7d]-", re.DOTALL), "an archive of another kind"),
    (re.compile(rb"....ftyp", re.DOTALL), "an image or a film"),
)
_MESSAGE: Final = re.compile(
    rb"\s*(?:[A-Za-z][A-Za-z0-9-]{1,40}:[^\n]*\n(?:[ \t][^\n]*\n)*){3}", re.DOTALL
)
_OF_A_MESSAGE: Final = re.compile(
    rb"^(?:from|received|return-path|date):", re.IGNORECASE | re.MULTILINE
)
_PAGE: Final = re.compile(
    rb"\s*(?:<!--.{0,200}?-->\s*)?<(?:!doctype html|html|meta|table|head)",
    re.IGNORECASE | re.DOTALL,
)
_ZIP: Final = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")


def kind_of(raw: bytes, content_type: str) -> str:
    """The kind of a file: one of the names above, or why it is not read."""
    head = raw[:2000]
    if head.startswith(_ZIP):
        return ARCHIVE
    if head.startswith(_OLE):
        return _old_office(raw)
    said = next((why for magic, why in _MAGIC if head.startswith(magic)), None)
    said = said or next((why for magic, why in _PATTERNS if magic.match(head)), None)
    return said or _kind_of_text(head, content_type)


def _kind_of_text(head: bytes, content_type: str) -> str:
    if content_type == "message/rfc822":
        return MESSAGE
    if _MESSAGE.match(head) is not None and _OF_A_MESSAGE.search(head) is not None:
        return MESSAGE
    return PAGE if content_type == "text/html" or _PAGE.match(head) is not None else TEXT


def _old_office(raw: bytes) -> str:
    for name, kind in _OLE_KINDS:
        if name.encode("utf-16-le") in raw:
            return kind
    return "an old office document"


def packed_kind(names: frozenset[str]) -> str:
    """The kind of a zip container, by the names in it (lower case)."""
    if "[content_types].xml" in names:
        if any(name.endswith("word/document.xml") for name in names):
            return DOCUMENT
        if any(name.endswith(("workbook.xml", "workbook.bin")) for name in names):
            return WORKBOOK
        return "a document of another kind"
    if "mimetype" in names and "content.xml" in names:
        return "an OpenDocument file"
    if any(name.endswith(".iwa") for name in names):
        return "a document of Pages or Numbers"
    return ARCHIVE
