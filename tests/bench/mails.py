"""Applications for the bench: ordinary Japanese office mails of about 3 KB, one a person."""

from __future__ import annotations

import base64

_BODY = """全国社会福祉協議会　研究協議会事務局　御中

いつもお世話になっております。
標記の研究協議会への参加を申し込みます。
下記のとおりですので、よろしくお願いいたします。

■氏名：試験　{name}
■フリガナ：シケン　タロウ
■所属：社会福祉法人みなみ野市社会福祉協議会
■部署：地域福祉課
■役職：第１層生活支援コーディネーター
■都道府県：千葉県
■メールアドレス：{address}
■電話番号：043-{phone:03d}-{last:04d}
■参加区分：１．生活支援コーディネーター

当日は職場の会議室から参加する予定です。
{filler}
――――――――――――――――――――
社会福祉法人みなみ野市社会福祉協議会
地域福祉課　試験　{name}
電話　043-{phone:03d}-{last:04d}
――――――――――――――――――――
"""
_FILLER = "地域の皆さまとともに、支え合いの仕組みづくりを進めております。\n"
_USUAL = 8
"""Lines of it in a usual mail."""


def address(number: int) -> str:
    """The address of the applicant of this number."""
    return f"bench{number}@d{number % 997}.example.jp"


_DIGITS = str.maketrans("0123456789", "零一二三四五六七八九")


def body(number: int, lines: int = _USUAL) -> str:
    """The text of the application of this number, with so many lines that say nothing."""
    return _BODY.format(
        name=str(number).translate(_DIGITS),
        phone=200 + number // 10**4 % 700,
        last=number % 10**4,
        address=address(number),
        filler=_FILLER * lines,
    )


def application(number: int, to: str = "office@example.jp", lines: int = _USUAL) -> bytes:
    """One application of so many, UTF-8 in base64."""
    text = base64.encodebytes(body(number, lines).encode()).replace(b"\n", b"\r\n")
    subject = base64.b64encode("研究協議会の参加申込".encode()).decode()
    head = (
        f"Received: from mx.example.jp (mx.example.jp [192.0.2.10])\r\n"
        f"\tby mail.example.jp with ESMTP id {number:08d}; Tue, 3 Feb 2026 09:12:44 +0900\r\n"
        f"From: <{address(number)}>\r\n"
        f"To: <{to}>\r\n"
        f"Subject: =?UTF-8?B?{subject}?=\r\n"
        f"Date: Tue, 3 Feb 2026 09:12:44 +0900\r\n"
        f"Message-ID: <bench.{number}@example.jp>\r\n"
        "MIME-Version: 1.0\r\n"
        "Content-Type: text/plain; charset=UTF-8\r\n"
        "Content-Transfer-Encoding: base64\r\n\r\n"
    )
    return head.encode() + text
