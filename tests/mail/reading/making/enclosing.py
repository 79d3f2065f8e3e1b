"""How a file is enclosed: its name in the header, a cover of a few words, the rows inside."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from tests.mail.reading.making.coding import Jis, windows_31j
from tests.mail.reading.making.expect import Case, case
from tests.mail.reading.making.files import Cell
from tests.mail.reading.making.folk import Person
from tests.mail.reading.making.layouts import FIRST, OWN, SHARED
from tests.mail.reading.making.post import DRESS, Mail, Part, file_part
from tests.mail.reading.making.spelling import SPELLINGS
from tests.mail.reading.making.words import whole, word

XLSX = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DOCX = b"application/vnd.openxmlformats-officedocument.wordprocessingml.document"
USUAL = SPELLINGS["usual"]
ALL = (*OWN, *SHARED)
COVER = "お世話になっております。\n参加申込書を添付いたしますので、よろしくお願いいたします。"
CLERK = "soumu@example.jp"
TITLE: list[list[Cell]] = [["令和7年度生活支援コーディネーター研究協議会　参加申込書"], []]


# ---------------------------------------------------------------- how names of files are written


def plain(name: str) -> bytes:
    """RFC 2231 in UTF-8: the right way."""
    return f"filename*=UTF-8''{quote(name)}".encode()


def outlook(name: str) -> bytes:
    """An encoded word inside quotation marks."""
    return b'filename="' + word(Jis()(name), "ISO-2022-JP") + b'"'


def folded(name: str) -> bytes:
    """Two encoded words, folded inside the quotation marks."""
    return b'filename="' + whole(Jis(), "ISO-2022-JP", 8)(name) + b'"'


def bare(name: str) -> bytes:
    """An encoded word without quotation marks."""
    return b"filename=" + word(Jis()(name), "ISO-2022-JP")


def raw(name: str) -> bytes:
    """Bytes of Shift_JIS as they are."""
    return b'filename="' + windows_31j(name) + b'"'


def raw_utf8(name: str) -> bytes:
    """Bytes of UTF-8 as they are."""
    return b'filename="' + name.encode() + b'"'


def pieces(name: str) -> bytes:
    """RFC 2231 continuations in ISO-2022-JP."""
    told = quote(Jis()(name))
    at = told.rindex("%", 0, len(told) // 2)
    return f"filename*0*=ISO-2022-JP''{told[:at]};\r\n filename*1*={told[at:]}".encode()


def windows(name: str) -> bytes:
    """RFC 2231 labelled Shift_JIS, with what only Windows writes."""
    return f"filename*=Shift_JIS'ja'{quote(windows_31j(name))}".encode()


def cut_pieces(name: str) -> bytes:
    """RFC 2231 continuations in UTF-8, cut inside a character, the order turned."""
    told = quote(name)
    at = told.index("%", len(told) // 3) + 3
    return f"filename*1*={told[at:]};\r\n filename*0*=utf-8''{told[:at]}".encode()


def both(name: str) -> bytes:
    """A plain substitute beside the true name."""
    return f"filename=\"_____.xlsx\"; filename*=UTF-8''{quote(name)}".encode()


def utf8_word(name: str) -> bytes:
    """A UTF-8 word in quotation marks."""
    return b'filename="=?UTF-8?B?' + b64encode(name.encode()) + b'?="'


def only_named(name: str) -> bytes:
    """No file name at all but the type's own name: see `typed`."""
    return b"size=9999"


# ---------------------------------------------------------------- workbooks


def pairs(person: Person, fields: Sequence[str] = tuple(FIRST)) -> list[list[Cell]]:
    """Rows of label and answer."""
    return [[FIRST[field], USUAL.write(person, field) or None] for field in fields]


def rows(people: Sequence[Person], fields: Sequence[str] = ALL) -> list[list[Cell]]:
    """A row of labels and a row for each person."""
    out: list[list[Cell]] = [["No.", *(FIRST[field] for field in fields)]]
    for number, person in enumerate(people, 1):
        out.append([number, *(USUAL.write(person, field) or None for field in fields)])
    return out


def mail(
    name: str,
    description: str,
    person: Person,
    part: Part,
    file: str,
    expected: dict[str, Any],
    *,
    text: str = COVER,
    holds: bool = True,
    nasty: bool = False,
    **more: Any,
) -> Case:
    """A mail with one file."""
    sent = Mail(
        subject="研究協議会参加申込書の送付",
        name=person.name,
        address=person.email,
        text=text,
        files=(part,),
        dress=DRESS["outlook"],
    ).but(**more)
    listed = {"attachments": [{"filename": file, "holds_application": holds}]}
    return case(f"file-{name}", description, sent, expected | listed, nasty=nasty)


def xlsx(content: bytes, named: bytes, typed: bytes = b"") -> Part:
    """A workbook as a part."""
    return file_part(content, named, XLSX, typed)
