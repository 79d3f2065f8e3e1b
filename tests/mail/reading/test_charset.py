"""Bytes as text: what the senders meant, whatever they called it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.mail.charset import decode
from pipeline.mail.jis import decode_euc, decode_jis
from tests.mail.reading.letters import jis

JAPANESE = st.text(
    st.sampled_from("東京都千代田区お名前ふりがなアイウ、。ー０１２ＡＢＣabc 123\n髙﨑①㈱～－￠"),
    max_size=80,
)
UNIX = str.maketrans("〜‖−¢£¬", "～∥－￠￡￢")


def test_every_cell_is_what_windows_means_by_it() -> None:
    for row in range(0x21, 0x7F):
        for cell in range(0x21, 0x7F):
            read = decode_jis(b"\x1b$B" + bytes((row, cell)) + b"\x1b(B")
            try:
                unix = bytes((row | 0x80, cell | 0x80)).decode("euc_jp")
            except UnicodeDecodeError:
                assert len(read) == 1
            else:
                assert read == unix.translate(UNIX)


@pytest.mark.parametrize(
    ("raw", "label", "text"),
    [
        (b"\x1b$B-!-j\x1b(B", "iso-2022-jp", "①㈱"),
        (b"\x1b$B|byu\x1b(B", "iso-2022-jp", "髙﨑"),
        (b"\x1b$(Dt)sI\x1b(B", "iso-2022-jp", "髙﨑"),
        (b"\x1b$(D\x22\x37\x1b(B", "iso-2022-jp", "～"),
        (b"\x1b$@F|K\\\x1b(J", "iso-2022-jp", "日本"),
        (b"\x1b(I6E\x1b(B", "cp50221", "ｶﾅ"),
        (b"\x0e6E\x0f kana", "iso-2022-jp", "ｶﾅ kana"),
        (b"\x1b$BF|K\\\x1b(B \xb6\xc5", "iso-2022-jp", "日本 ｶﾅ"),
        (b"\x1b$BF|\nK\\", "us-ascii", "日\nK\\"),
        (b"\x1b$(Q.!\x1b(B", "iso-2022-jp-3", "俱"),
        (b"\xfb\xfc\xfa\xb1\x87\x40", "shift_jis", "髙﨑①"),
        (b"\xee\xe0\xed\x95", "x-sjis", "髙﨑"),
        (b"\xed\x95\x87\x40", "shift_jis", "﨑①"),
        ("日本".encode(), "shift_jis", "日本"),
        (b"\xfc\xe2\xf9\xf5\xad\xa1", "euc-jp", "髙﨑①"),
        (b"\x8f\xf4\xfb \x8e\xb6", "eucjp-ms", "髙 ｶ"),
        ("\ufeff日本".encode(), None, "日本"),
        ("简体".encode("gb18030"), "gb2312", "简体"),
        ("café".encode("latin-1"), "iso-8859-1", "café"),
        ("привет".encode("koi8-r"), "koi8-r", "привет"),
        ("日本".encode("utf-16"), "utf-16", "日本"),
        (b"plain", "no-such-charset", "plain"),
        (b"US$Bill", "iso-2022-jp", "US$Bill"),
    ],
)
def test_the_bytes_decide(raw: bytes, label: str | None, text: str) -> None:
    assert decode(raw, label).text == text


@pytest.mark.parametrize("codec", ["cp932", "euc_jp"])
@pytest.mark.parametrize("label", [None, "us-ascii", "iso-8859-1", "utf-8", "unknown-8bit"])
def test_a_sentence_is_recognised_under_any_label(codec: str, label: str | None) -> None:
    sentence = "研究協議会への参加を申し込みます。よろしくお願いいたします。"
    found = decode(sentence.encode(codec), label)

    assert (found.text, found.confidence) == (sentence, "sure")


def test_euc_under_the_other_label_is_recognised() -> None:
    sentence = "よろしくお願いいたします。"

    assert decode(sentence.encode("euc_jp"), "shift_jis").text == sentence


def test_lost_escapes_are_put_back_and_said_to_be_a_guess() -> None:
    found = decode(jis("日本 and あ\n東京").replace(b"\x1b", b""), "iso-2022-jp")

    assert (found.text, found.confidence) == ("日本 and あ\n東京", "guess")


def test_what_was_cut_inside_a_character_stays_what_it_is() -> None:
    found = decode(("名" * 50).encode()[:-1], None)

    assert (found.text, found.replaced) == ("名" * 49 + "\ufffd", 1)
    assert (found.charset, found.confidence) == ("utf-8", "sure")


def test_what_cannot_be_read_is_counted() -> None:
    assert decode(b"\x1b$B\x75\x21F|\x1b(B").replaced == 1


@given(JAPANESE)
def test_what_windows_writes_is_read_back(text: str) -> None:
    assert decode(jis(text), "iso-2022-jp").text == text
    assert decode(text.encode("cp932"), "shift_jis").text == text
    assert decode(text.encode(), None).text == text


@given(st.binary(max_size=400), st.sampled_from([None, "shift_jis", "euc-jp", "iso-2022-jp", "x"]))
def test_no_bytes_raise(raw: bytes, label: str | None) -> None:
    found = decode(raw, label)

    assert found.replaced == found.text.count("\ufffd")


@given(
    st.lists(
        st.sampled_from([b"\x1b$B", b"\x1b(B", b"\x1b(I", b"\x0e", b"\x0f", b"\n", b"0Y", b"a"])
    )
)
def test_a_line_ends_every_shift(pieces: list[bytes]) -> None:
    assert decode_jis(b"".join(pieces) + b"\nplain").endswith("\nplain")


@pytest.mark.timeout(20)
@pytest.mark.parametrize(
    "piece", [b"$B", b"\x1b$B", b"\x1b$B\n", b"\x0e", b"\x0ea", b"\x8f", b"\xa1", b"\x1b$B\xff"]
)
def test_a_megabyte_of_anything_ends_soon(piece: bytes) -> None:
    raw = piece * (1_000_000 // len(piece))

    assert decode(raw, "iso-2022-jp").text is not None
    assert decode_euc(raw) is not None
