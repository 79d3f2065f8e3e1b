"""Mails that are put together wrongly, as gateways, scripts and old programs do."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Iterator, Sequence

from tests.mail.reading.making.coding import JIS, Jis, windows_31j
from tests.mail.reading.making.expect import Case, application, kind, review
from tests.mail.reading.making.folk import (
    AZUSA,
    HANA,
    KAITO,
    MIWA,
    REN,
    SEIICHI,
    TAICHI,
    YUI,
    YURIKO,
    Person,
)
from tests.mail.reading.making.layouts import form
from tests.mail.reading.making.post import CRLF, Mail
from tests.mail.reading.making.words import WAYS

PLAIN = b"Content-Type: text/plain; charset=%s"
ENCODED = b"Content-Transfer-Encoding: %s"


def _mail(person: Person, fields: Sequence[bytes], body: bytes) -> bytes:
    """A mail whose MIME fields and body are given as they are."""
    address = person.email.encode()
    head = (
        b"From: " + WAYS["utf8-b"](person.name) + b" <%s>" % address,
        b"To: shien@example.jp",
        b"Subject: " + WAYS["jis-b"]("研究協議会参加申込"),
        b"Date: Tue, 10 Feb 2026 10:12:44 +0900",
        b"Message-ID: <rough.%s@mail.example.org>" % address.partition(b"@")[0],
    )
    return CRLF.join((*head, *fields)) + CRLF * 2 + body


def _bare_lf(text: str) -> tuple[tuple[bytes, ...], bytes]:
    return (PLAIN % b"iso-2022-jp",), WIDE(text)


def _no_mime(text: str) -> tuple[tuple[bytes, ...], bytes]:
    return (), WIDE(text)


def _no_mime_sjis(text: str) -> tuple[tuple[bytes, ...], bytes]:
    return (), windows_31j(text)


def _one_line(text: str) -> tuple[tuple[bytes, ...], bytes]:
    return (PLAIN % b"UTF-8", ENCODED % b"base64"), b64encode(text.encode()).rstrip(b"=")


def _never_closed(text: str) -> tuple[tuple[bytes, ...], bytes]:
    inner = (b"--=_open", PLAIN % b"UTF-8", ENCODED % b"base64", b"", b64encode(text.encode()), b"")
    return (b'Content-Type: multipart/mixed; boundary="=_open"',), CRLF.join(inner)


def _broken_qp(text: str) -> tuple[tuple[bytes, ...], bytes]:
    told = b"".join(b"=%02x" % byte if byte > 126 else bytes((byte,)) for byte in text.encode())
    return (PLAIN % b"UTF-8", ENCODED % b"quoted-printable"), told + b"a = b ="


def _meta_only(text: str) -> tuple[tuple[bytes, ...], bytes]:
    meta = '<meta http-equiv="Content-Type" content="text/html; charset=shift_jis">'
    lines = text.replace("\r\n", "<br>\r\n")
    page = f"<html><head>{meta}</head><body>{lines}</body></html>"
    return (b"Content-Type: text/html",), windows_31j(page)


def _folded_empty(text: str) -> tuple[tuple[bytes, ...], bytes]:
    return (b"X-Note: a\r\n \r\n b", PLAIN % b"utf-8"), text.encode()


def _two_types(text: str) -> tuple[tuple[bytes, ...], bytes]:
    return (PLAIN % b"us-ascii", PLAIN % b"ISO-2022-JP"), WIDE(text)


WIDE = Jis(kana="wide")
FAULTS: tuple[tuple[str, str, Callable[[str], tuple[tuple[bytes, ...], bytes]]], ...] = (
    ("bare-lf", "lines ended by LF alone", _bare_lf),
    ("no-mime-header", "no MIME header at all, JIS", _no_mime),
    ("sjis-no-mime", "no MIME header at all, Shift_JIS", _no_mime_sjis),
    ("base64-one-line", "base64 in one endless line, without padding", _one_line),
    ("boundary-never-closed", "a multipart whose end is missing", _never_closed),
    ("qp-broken", "quoted-printable with stray = and lower-case digits", _broken_qp),
    ("html-meta-only", "HTML whose character set stands only in its meta element", _meta_only),
    ("folded-empty-line", "a folded header line of spaces only", _folded_empty),
    ("two-content-types", "Content-Type twice", _two_types),
)


def rough() -> Iterator[Case]:
    """Each way of putting a mail together wrongly."""
    people = (MIWA, YUI, TAICHI, REN, KAITO, AZUSA, SEIICHI, HANA, YURIKO)
    for number, (name, what, write) in enumerate(FAULTS):
        person = people[number]
        shape = ("lenticular", "colon", "square-colon")[number % 3]
        text = "\r\n".join(("参加を申し込みます。", "", *form(person, shape), ""))
        raw = _mail(person, *write(text))
        if name == "bare-lf":
            raw = raw.replace(CRLF, b"\n")
        yield Case(f"rough-{name}", what, raw, application(person), nasty=True)


def lost() -> Iterator[Case]:
    """Characters of a name that were lost on the way: a person looks, or it is asked for."""
    lines = form(SEIICHI)
    for name, sign in (("geta", "〓"), ("question-mark", "?"), ("replacement", "\ufffd")):
        text = "\n".join(line.replace("髙", sign) for line in lines)
        read = SEIICHI.expected(name_any=[f"{sign}橋 誠一", None])
        mail = Mail(name="", address=SEIICHI.email, text=text)
        yield Case(
            f"rough-lost-{name}",
            f"a character of the name was lost on the way: {sign}",
            mail.build(),
            kind(("application_needs_review", "application_incomplete"), read),
            nasty=True,
        )
    mail = Mail(name=REN.name, address=REN.email, text="\n".join(form(REN)), coding=JIS)
    cut = mail.build()[:-3]
    either = kind(("application", "application_needs_review"), REN)
    yield Case("rough-cut-inside", "JIS cut inside the last character", cut, either, nasty=True)
    undefined = WIDE("お名前：柊木　").removesuffix(b"\x1b(B") + b"\x2f\x7e\x1b(B"
    raw = Mail(name="", address=REN.email, text="", coding=JIS).build()
    rest = WIDE("\r\n".join(("", *form(REN)[1:])))
    what = "a cell of JIS X 0208 that is empty, in the name"
    seen = review(REN.expected(name_any=["柊木 \ufffd", None]))
    yield Case("rough-undefined-cell", what, raw + undefined + rest, seen, nasty=True)


ROUGH: tuple[Case, ...] = (*rough(), *lost())
