"""Bombs: every limit holds, and time grows with the size of a mail and not faster."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from pipeline.mail.addresses import mailboxes
from pipeline.mail.incoming import parse
from pipeline.mail.reading import Kind, Reading
from tests.mail.reading.letters import LINES, attached, mail, multipart, text

HEADER = b"From: machida@example.jp\nTo: office@example.jp\nSubject: x\n"
MIXED = HEADER + b"Content-Type: multipart/mixed; boundary=x\n\n"


@pytest.mark.parametrize(
    ("raw", "defect"),
    [
        (HEADER + b"X: y\n" * 70_000 + b"\nbody", "header block over 256 KB"),
        (HEADER + b"X: y\n" * 1_100 + b"\nbody", "more than 1000 header fields"),
        (HEADER + b"X: " + b"y" * 70_000 + b"\n\nbody", "header field over 64 KB"),
        (HEADER + b"X: y\n" + b" folded\n" * 9_000 + b"\nbody", "header field over 64 KB"),
        (HEADER + b"\n" + b"a\n" * 600_000, "text over 1 MB"),
        (MIXED + b"--x\n\na\n" * 600, "more than 500 parts"),
        (MIXED + b"--x\n\n" * 100_000, "more than 500 parts"),
        (
            HEADER + b"".join(
                b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n)
                for n in range(1_500)
            ),
            "nested deeper than 20",
        ),
    ],
    ids=["block", "fields", "field", "folded", "text", "parts", "empty-parts", "nesting"],
)  # fmt: skip
def test_a_limit_is_told_and_the_mail_read(
    raw: bytes, defect: str, reader: Callable[[bytes], Reading]
) -> None:
    reading = reader(raw)

    assert defect in reading.defects
    assert reading.sender_address == "machida@example.jp"


def test_what_is_within_the_limits_is_no_defect() -> None:
    mail_ = parse(
        HEADER + b"X: y\n" * 990 + b"Y: " + b"y" * 65_000 + b"\n"
        b"Content-Type: multipart/mixed; boundary=x\n\n" + b"--x\n\na\n" * 499 + b"--x--\n"
    )

    assert mail_.text.count("a") == 499
    assert mail_.defects == []


@pytest.mark.parametrize("depth", [19, 20])
def test_twenty_levels_are_read(depth: int) -> None:
    raw = HEADER
    for n in range(depth):
        raw += b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n)
    mail_ = parse(raw + b"\nthe text\n")

    assert ("the text" in mail_.text) == (depth <= 20)


def test_two_hundred_addresses_are_read() -> None:
    many = b", ".join(b"n%d@b.jp" % n for n in range(20_000))

    assert [m.address for m in mailboxes(many)] == [f"n{n}@b.jp" for n in range(200)]


def test_twenty_five_megabytes_beside_the_text_change_nothing(
    reader: Callable[[bytes], Reading],
) -> None:
    big = (attached(b'filename="a.bin"'), b"QUJD\n" * 5_000_000)
    reading = reader(
        multipart("mixed", (b"Content-Type: text/plain; charset=utf-8", text(*LINES)), big)
    )

    assert reading.participants[0].name == "町田 花子"
    assert reading.attachments == ("a.bin",)


PIECES = (
    b"(", b")", b"<", b">", b'"', b",", b";", b"@", b":", b"\\", b"=?", b"?=", b"=?utf-8?B?",
    b"=?utf-8?Q?=", b"=", b"%", b"a@b.jp,", b"(a", b"\n ", b"\n\t", b"\r", b"\x00", b"\xff",
    b"\x8f", b"\x1b$B", b"\x1b(", b"--x\n", b"--x--\n", b"begin 644 a\n", b"begin 644 a\n!\n",
    b"end\n", b"A: b\n", b"<td>", b"<!--", b"&", b"A" * 76 + b"\n", b"=E3=81", b"5.1.1 ",
    b"a@b.jp\n", b"rcpt to:", b"Status: 5.1.1\n\n", b'{"notificationType":', b"\xe3\x81\x82",
)  # fmt: skip
ENCODINGS = (b"base64", b"quoted-printable", b"x-uuencode", b"7bit")
CHARSETS = (b"iso-2022-jp", b"shift_jis", b"utf-7", b"utf-16")


@pytest.mark.timeout(60)
@pytest.mark.parametrize("piece", PIECES)
def test_a_flood_ends_soon_wherever_it_stands(
    piece: bytes, reader: Callable[[bytes], Reading]
) -> None:
    flood = piece * (200_000 // len(piece))
    status = b"Content-Type: message/delivery-status\n\n"
    report = b"Content-Type: multipart/report; report-type=delivery-status; boundary=y\n\n"
    raws = [
        HEADER + b"\n" + flood,
        HEADER + b"Content-Type: text/html\n\n" + flood,
        b"From: a@b.jp\nSubject: " + flood + b"\n\nx",
        b"From: " + flood + b" <a@b.jp>\n\nx",
        b"From: a@b.jp\nReferences: " + flood + b"\n\nx",
        HEADER + b"Content-Type: multipart/mixed; boundary=x; " + flood + b"\n\n--x\n\na\n--x--\n",
        HEADER + b"Content-Disposition: attachment; filename=" + flood + b"\n\n",
        MIXED + flood,
        HEADER + report + b"--y\n\n" + flood + b"\n--y\n" + status + flood + b"\n--y--\n",
        b"From: MAILER-DAEMON@b.jp\nSubject: Undelivered Mail\n\n" + flood,
    ]
    raws += [HEADER + b"Content-Transfer-Encoding: " + e + b"\n\n" + flood for e in ENCODINGS]
    raws += [HEADER + b"Content-Type: text/plain; charset=" + c + b"\n\n" + flood for c in CHARSETS]
    for raw in raws:
        assert reader(raw).kind in Kind


@pytest.mark.timeout(60)
@pytest.mark.parametrize("piece", [b"(", b">", b"=?", b"<", b"--x\n", b"a@b.jp, "])
def test_a_megabyte_ends_soon(piece: bytes, reader: Callable[[bytes], Reading]) -> None:
    flood = piece * (1_000_000 // len(piece))

    assert reader(mail(flood)).kind in Kind
    assert reader(MIXED + flood).kind in Kind
    assert reader(b"From: " + flood + b"\n\nx").kind in Kind
