"""Raw mails for tests, written byte by byte: what Python's own writer would not write.

Everybody in here is invented.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence

CRLF = b"\r\n"

FORM = {
    "name": "町田 花子",
    "name_kana": "マチダ ハナコ",
    "organization": "はなみずき市社会福祉協議会",
    "prefecture": "長野県",
    "email": "machida@example.jp",
    "phone": "026-000-1234",
    "category": "sc",
}
"""What `LINES` says."""
LINES = (
    "お名前：町田　花子",
    "フリガナ：マチダ　ハナコ",
    "ご所属：はなみずき市社会福祉協議会",
    "都道府県：長野県",
    "メールアドレス：machida@example.jp",
    "電話番号：026-000-1234",
    "参加区分：生活支援コーディネーター",
)


def word(text: str, charset: str = "utf-8") -> bytes:
    """One encoded word."""
    return word_of(text.encode(charset), charset)


def word_of(raw: bytes, charset: str) -> bytes:
    """One encoded word of given bytes."""
    return b"=?%s?B?%s?=" % (charset.encode(), base64.b64encode(raw))


def jis(text: str) -> bytes:
    """ISO-2022-JP as Windows writes it: the rows 13 and 89 to 92 are there, each run closed."""
    out = b""
    double = False
    for char in text:
        pair = _jis_pair(char)
        if (pair is not None) != double:
            out += b"\x1b$B" if pair is not None else b"\x1b(B"
            double = pair is not None
        out += pair if pair is not None else char.encode("ascii")
    return out + (b"\x1b(B" if double else b"")


def _jis_pair(char: str) -> bytes | None:
    if char.isascii():
        return None
    raw = _CP932.get(char) or char.encode("cp932")
    lead, trail = raw
    row = (lead - (0xC1 if lead >= 0xE0 else 0x81)) * 2 + 0x21
    if trail >= 0x9F:
        return bytes((row + 1, trail - 0x7E))
    return bytes((row, trail - (0x20 if trail >= 0x80 else 0x1F)))


_CP932 = {
    "髙": b"\xee\xe0",
    "﨑": b"\xed\x95",
    "①": b"\x87\x40",
    "②": b"\x87\x41",
    "㈱": b"\x87\x8a",
}
"""Where the rows of the NEC selection stand; from there the arithmetic leads into rows 89 to 92."""


def mail(
    body: bytes,
    *,
    subject: bytes = b"",
    sender: bytes = b"",
    content_type: bytes = b'text/plain; charset="UTF-8"',
    encoding: bytes = b"8bit",
    extra: Sequence[bytes] = (),
    message_id: bytes = b"<m1@mail.example.org>",
) -> bytes:
    """A mail as it arrives, CRLF throughout."""
    if encoding == b"base64":
        body = base64.encodebytes(body)
    header = [
        b"Received: from mx.example.org (mx.example.org [192.0.2.10])",
        b"\tby mail.example.jp (Postfix) with ESMTPS id 4ABCDE",
        b"\tfor <office@example.jp>; Tue, 03 Feb 2026 09:12:44 +0900",
        b"From: " + (sender or word("町田 花子") + b" <machida@example.jp>"),
        b"To: office@example.jp",
        b"Subject: " + (subject or word("参加申込")),
        b"Date: Tue, 03 Feb 2026 09:12:40 +0900",
        b"Message-ID: " + message_id,
        *extra,
        b"MIME-Version: 1.0",
        b"Content-Type: " + content_type,
        b"Content-Transfer-Encoding: " + encoding,
    ]
    lines = body.replace(b"\r\n", b"\n").replace(b"\n", CRLF)
    return CRLF.join(header) + CRLF * 2 + lines


def text(*lines: str) -> bytes:
    """Lines as a UTF-8 body."""
    return "\n".join(lines).encode() + b"\n"


def multipart(kind: str, *parts: tuple[bytes, bytes], extra: Sequence[bytes] = ()) -> bytes:
    """A multipart mail of (header, body) pairs."""
    body = b"".join(b"--=_b\n" + head + b"\n\n" + content + b"\n" for head, content in parts)
    return mail(
        b"This is a multi-part message.\n" + body + b"--=_b--\n",
        content_type=b'multipart/%s; boundary="=_b"' % kind.encode(),
        encoding=b"7bit",
        extra=extra,
    )


PLAIN = b"Content-Type: text/plain; charset=UTF-8\nContent-Transfer-Encoding: 8bit"
HTML = b"Content-Type: text/html; charset=UTF-8\nContent-Transfer-Encoding: 8bit"


def attached(name: bytes, kind: bytes = b"application/octet-stream") -> bytes:
    """The header of an attached file; `name` is the parameter as it stands there."""
    return (
        b"Content-Type: " + kind + b"\nContent-Transfer-Encoding: base64\n"
        b"Content-Disposition: attachment;\n " + name
    )
