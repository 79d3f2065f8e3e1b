"""A mail as a certain program would send it.

Law of this file: it writes byte for byte, so that the same case gives the same file everywhere.
"""

from __future__ import annotations

from base64 import encodebytes
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Any

from tests.mail.reading.making.coding import UTF8, Coding
from tests.mail.reading.making.words import WAYS, Way

CRLF = b"\r\n"
UNTOLD = "参加申込"
"""The subject where a case does not care."""
OFFICE = b"shien@example.jp"


@dataclass(frozen=True, slots=True, kw_only=True)
class Dress:
    """What a mail program adds of its own."""

    name: str
    header: tuple[bytes, ...] = ()
    identity: bytes = b"<%s@mail.example.org>"
    boundary: bytes = b"----=_Part_%s"
    foot: str = ""
    """What it or its gateway writes below each text."""
    head: str = ""
    """What a gateway writes above each text."""


DRESSES: tuple[Dress, ...] = (
    Dress(name="plain"),
    Dress(
        name="outlook",
        header=(
            b"X-Mailer: Microsoft Outlook 16.0",
            b"Thread-Index: AdyUx0Rk3mE0AAAAAAAA",
            b"Content-Language: ja",
        ),
        identity=b"<000001dc94f0$%s$@example.jp>",
        boundary=b"----=_NextPart_000_0001_01DC94F0.%s",
    ),
    Dress(
        name="outlook-web",
        header=(
            b"Thread-Topic: =?utf-8?B?5Y+C5Yqg55Sz6L6844G/?=",
            b"Accept-Language: ja-JP, en-US",
            b"Content-Language: ja-JP",
            b"X-MS-Has-Attach:",
            b"X-MS-TNEF-Correlator:",
            b"X-MS-Exchange-Organization-AuthAs: Internal",
        ),
        identity=b"<TYCPR01MB%s.jpnprd01.prod.outlook.example>",
        boundary=b"_000_TYCPR01MB%s_",
    ),
    Dress(
        name="thunderbird",
        header=(b"User-Agent: Mozilla Thunderbird", b"Content-Language: ja"),
        boundary=b"------------%s",
    ),
    Dress(
        name="apple-mail",
        header=(b"X-Mailer: Apple Mail (2.3774.500.171.1.1)",),
        boundary=b"Apple-Mail=_%s",
    ),
    Dress(
        name="iphone",
        header=(b"X-Mailer: iPhone Mail (22D63)",),
        boundary=b"Apple-Mail-%s",
        foot="\n\niPhoneから送信",
    ),
    Dress(
        name="gmail",
        identity=b"<CAJ%s@mail.gmail.example>",
        boundary=b"000000000000%s",
    ),
    Dress(
        name="yahoo",
        header=(b"X-Mailer: YahooMailWebService/0.8.111_68", b"X-Originating-IP: [192.0.2.77]"),
    ),
    Dress(name="docomo", identity=b"<%s@mobile.example.jp>"),
    Dress(name="au", header=(b"X-Mailer: au Mail",), foot="\n\nauメールから送信"),
    Dress(name="becky", header=(b"X-Mailer: Becky! ver. 2.81.04 [ja]",)),
    Dress(
        name="notes",
        header=(
            b"X-Mailer: HCL Notes Release 11.0.1FP4",
            b"X-MIMETrack: Serialize by Router on SV01/EXAMPLE",
        ),
        identity=b"<OF%s-ON49258D@example.jp>",
    ),
    Dress(
        name="gateway",
        header=(b"X-Sanitizer: text-only; attachments=removed", b"X-Priority: 3 (Normal)"),
        head=(
            "※このメールは庁内ネットワークから送信されました。\n"
            "--------------------------------------------------\n\n"
        ),
        foot=(
            "\n\n--------------------------------------------------\n"
            "※本メールはセキュリティ対策のためテキスト形式に変換されています。\n"
            "※添付ファイルは削除されました。"
        ),
    ),
    Dress(
        name="disclaimer",
        foot=(
            "\n\n==================================================\n"
            "本メールに記載された情報は宛先の方のみに宛てたものです。\n"
            "誤って受信された場合は、お手数ですが破棄をお願いいたします。\n"
            "=================================================="
        ),
    ),
)
DRESS = {dress.name: dress for dress in DRESSES}


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One part of a multipart mail."""

    header: bytes
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """What is sent, before it is bytes."""

    subject: str = UNTOLD
    name: str = ""
    address: str = "sender@example.jp"
    text: str = ""
    html: str = ""
    stub: str | None = None
    """The text part beside `html` where the two differ."""
    coding: Coding = UTF8
    way: Way | None = None
    """How the header fields are written; None: as the coding would."""
    sender: bytes | None = None
    """The whole From field, where it is odd."""
    dress: Dress = DRESSES[0]
    header: tuple[bytes, ...] = ()
    files: tuple[Part, ...] = ()
    date: bytes = b"Tue, 10 Feb 2026 10:12:44 +0900"
    message_id: bytes | None = None
    raw: bytes | None = field(default=None, repr=False)

    def but(self, **changes: Any) -> Mail:
        """The same with something changed."""
        return replace(self, **changes)

    def build(self) -> bytes:
        """The bytes."""
        lines = [*self._envelope(), *self.dress.header, *self.header, b"MIME-Version: 1.0"]
        part = self._content()
        return CRLF.join([*lines, part.header]) + CRLF * 2 + part.body

    def _envelope(self) -> list[bytes]:
        way = self.way or WAYS["utf8-b"]
        name = way(self.name) + b" " if self.name else b""
        sender = self.sender if self.sender is not None else name + b"<%s>" % _wire(self.address)
        return [
            b"Received: from mx.example.org (mx.example.org [192.0.2.10])",
            b"\tby mail.example.jp (Postfix) with ESMTPS id 4C0DE00",
            b"\tfor <%s>; %s" % (OFFICE, self.date),
            b"From: " + sender,
            b"To: " + OFFICE,
            b"Subject: " + way(self.subject),
            b"Date: " + self.date,
            b"Message-ID: " + (self.message_id or self.dress.identity % self._mark(b"id")),
        ]

    def _mark(self, salt: bytes) -> bytes:
        told = f"{self.subject}|{self.address}|{self.text}|{self.html}".encode()
        return sha256(salt + told).hexdigest()[:16].upper().encode()

    def _content(self) -> Part:
        body = self._body()
        if not self.files:
            return body
        return self.multipart("mixed", (body, *self.files))

    def _body(self) -> Part:
        dressed = self.dress.head + self.text + self.dress.foot
        plain = Part(header=self.coding.header(), body=self.coding.payload(dressed + "\n"))
        if not self.html:
            return plain
        page = Part(header=self.coding.header_of("html"), body=self.coding.payload(self.html))
        if self.stub is None and not self.text:
            return page
        if self.stub is not None:
            plain = replace(plain, body=self.coding.payload(self.stub + "\n"))
        return self.multipart("alternative", (plain, page))

    def multipart(self, kind: str, parts: Sequence[Part], more: bytes = b"") -> Part:
        """Parts between boundaries."""
        mark = self.dress.boundary % self._mark(kind.encode())
        inner = b"".join(
            b"--" + mark + CRLF + part.header + CRLF * 2 + part.body.rstrip(CRLF) + CRLF * 2
            for part in parts
        )
        header = b'Content-Type: multipart/%s;%s\r\n boundary="%s"' % (kind.encode(), more, mark)
        return Part(header=header, body=inner + b"--" + mark + b"--" + CRLF)


def _wire(address: str) -> bytes:
    return address.encode()


def file_part(
    content: bytes, named: bytes, kind: bytes = b"application/octet-stream", typed: bytes = b""
) -> Part:
    """An attached file; `named` is the whole name parameter as it stands there."""
    return Part(
        header=(
            b"Content-Type: "
            + kind
            + typed
            + b"\r\nContent-Transfer-Encoding: base64\r\nContent-Disposition: attachment;\r\n "
            + named
        ),
        body=encodebytes(content).replace(b"\n", CRLF),
    )
