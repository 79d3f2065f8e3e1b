"""No bytes of a stranger raise, and none of them makes an answer to a machine."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.domain.rules import Rules
from pipeline.mail.own import Own
from pipeline.mail.reading import Kind, Reading, digest, read
from pipeline.mail.showing import as_json, explain
from tests.mail.reading.cases import CASES
from tests.mail.reading.letters import mail

BOUNCES = [case.raw for case in CASES if case.expected["classification"] == "bounce"]
PIECES = [
    b"\r\n", b"\n\n", b"From: ", b"Subject: ", b"Content-Type: multipart/mixed; boundary=x\n",
    b"--x\n", b"--x--", b"Content-Transfer-Encoding: base64\n", b"=?utf-8?B?", b"?=", b"\x1b$B",
    b"\x1b(B", "【氏名】".encode(), "＜参加者1＞".encode(), "氏名：".encode(), b"@", b"<", b">",
    b'"', b"\xff", b"; charset=", b"\x00", "同上".encode(), b"\t", b"> ",
]  # fmt: skip


def survives(raw: bytes, rules: Rules, own: Own) -> Reading:
    """Read it, and show it in every way."""
    reading = read(raw, rules, own)
    as_json(reading, "x", text=True)
    explain(reading)
    digest(raw)
    return reading


@given(raw=st.binary(max_size=600))
def test_random_bytes_are_read(raw: bytes, rules: Rules, own: Own) -> None:
    survives(raw, rules, own)


@given(raw=st.lists(st.sampled_from(PIECES), max_size=40).map(b"".join))
def test_pieces_of_mail_in_any_order_are_read(raw: bytes, rules: Rules, own: Own) -> None:
    survives(raw, rules, own)
    survives(mail(raw), rules, own)


@given(
    raw=st.sampled_from([case.raw for case in CASES]),
    place=st.integers(0, 4000),
    length=st.integers(0, 60),
    piece=st.sampled_from(PIECES) | st.binary(max_size=8),
)
def test_damaged_mails_are_read(
    raw: bytes, place: int, length: int, piece: bytes, rules: Rules, own: Own
) -> None:
    survives(raw[:place] + piece + raw[place + length :], rules, own)


@given(raw=st.sampled_from(BOUNCES), cut=st.integers(0, 3000))
def test_a_bounce_that_was_cut_is_never_answered(
    raw: bytes, cut: int, rules: Rules, own: Own
) -> None:
    header_end = raw.index(b"\r\n\r\n") + 4

    assert not survives(raw[: max(header_end, cut)], rules, own).answer


@pytest.mark.timeout(60)
@pytest.mark.parametrize(
    "line",
    [
        "氏名：", "【氏名】", "＜参加者1＞", "> ", "同上", "氏名\tカナ\t",
        "2026/2/9 <a@b>:", "-" * 80, "参加者1人目", "1.", "メール：a@b.jp フリガナ：ア ", "。",
        "キャンセル場合", "a／b／",
    ],
)  # fmt: skip
def test_a_megabyte_of_one_line_ends_soon(line: str, reader: Callable[[bytes], Reading]) -> None:
    times = 1_000_000 // len(line.encode())

    assert reader(mail((line + "\n").encode() * times)).kind in Kind
    assert reader(mail(line.encode() * times)).kind in Kind
