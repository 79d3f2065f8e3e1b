"""Header fields as bytes, read back by the standard library."""

from __future__ import annotations

import re
from base64 import b64decode
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.utils import getaddresses, parsedate_to_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.domain.rules import TOKYO
from pipeline.mail import wire
from pipeline.mail.addresses import address_of
from pipeline.mail.wording import one_line


def value(field: str) -> str:
    """The value of one field as a parser gives it, still encoded."""
    message = message_from_bytes(field.encode("ascii") + b"\r\n", policy=policy.compat32)
    assert len(message) == 1
    return str(next(iter(message.values())))


def read_back(field: str) -> str:
    """What was meant by a field."""
    return str(make_header(decode_header(value(field).replace("\r\n", "").replace("\n", ""))))


def lines(field: str) -> list[str]:
    assert field.endswith("\r\n")
    return field[:-2].split("\r\n")


@given(st.text(max_size=300))
def test_any_subject_comes_back_as_it_was(text: str) -> None:
    said = one_line(text)
    field = wire.unstructured("Subject", said)

    assert all(len(line) <= 76 for line in lines(field))
    assert all(line.startswith(" ") for line in lines(field)[1:])
    assert read_back(field).strip() == said.strip()


@given(st.text(alphabet="aé令𠮷", max_size=300))
def test_every_encoded_word_holds_whole_characters(text: str) -> None:
    words = re.findall(r"=\?UTF-8\?B\?([^?]*)\?=", wire.unstructured("Subject", text))

    if words:
        assert "".join(b64decode(word).decode() for word in words) == text


@given(st.text(min_size=1, max_size=120))
def test_any_name_comes_back_beside_its_address(text: str) -> None:
    said = one_line(text)
    field = wire.mailbox("To", said, "sakura@example.jp")

    assert all(len(line) <= 76 for line in lines(field))
    assert [address for _, address in getaddresses([value(field)])] == ["sakura@example.jp"]
    assert said.strip() in read_back(field)


def test_a_plain_word_needs_no_encoding() -> None:
    assert wire.unstructured("Subject", "Hello 2026") == "Subject: Hello 2026\r\n"
    assert "=?UTF-8?B?" in wire.unstructured("Subject", "=?UTF-8?Q?forged?=")


@pytest.mark.parametrize(
    ("canonical", "on_the_wire"),
    [
        ("sakura@example.jp", "sakura@example.jp"),
        ("sakura+tag@example.jp", "sakura+tag@example.jp"),
        ("a..b.@docomo.ne.jp", '"a..b."@docomo.ne.jp'),
        (".first@example.jp", '".first"@example.jp'),
        ("with space@example.jp", '"with space"@example.jp'),
        ('quo"te\\d@example.jp', '"quo\\"te\\\\d"@example.jp'),
        ("a@b@example.jp", '"a@b"@example.jp'),
        ("sakura@my_host.example.jp", "sakura@my_host.example.jp"),
        ("sakura@[192.0.2.1]", "sakura@[192.0.2.1]"),
        ("sakura@みどり野.example.jp", "sakura@xn--p9j0b8a7377e.example.jp"),
    ],
)
def test_an_address_is_written_as_smtp_wants_it(canonical: str, on_the_wire: str) -> None:
    assert wire.address(canonical) == on_the_wire


@pytest.mark.parametrize(
    "nonsense",
    ["", "nobody", "@example.jp", "名前@example.jp", "a\r\nBcc: b@example.jp", "a@b c", "a@",
     "a\x00@example.jp", "x" * 65 + "@example.jp", "a@example.jp\r\nX: y", "a@-bad.example.jp"],
)  # fmt: skip
def test_what_is_no_address_is_refused(nonsense: str) -> None:
    with pytest.raises(wire.Unaddressable):
        wire.address(nonsense)


@given(st.from_regex(r"[!-~]{1,70}@[A-Za-z0-9._\[\]:-]{1,30}", fullmatch=True))
def test_every_address_that_we_take_in_can_be_written_to(text: str) -> None:
    taken = address_of(text)

    if taken:
        assert address_of(wire.address(taken)) == taken


def test_a_date_is_written_in_english_whatever_the_zone() -> None:
    tokyo = datetime(2026, 3, 12, 9, 5, 7, tzinfo=TOKYO)

    assert wire.dated(tokyo) == "Thu, 12 Mar 2026 09:05:07 +0900"
    assert parsedate_to_datetime(wire.dated(tokyo)) == tokyo
    assert wire.dated(tokyo.astimezone(UTC)) == "Thu, 12 Mar 2026 00:05:07 +0000"


@pytest.mark.parametrize(
    ("given_id", "kept"),
    [
        ("<a.b@example.jp>", "<a.b@example.jp>"),
        ("a.b@example.jp", "<a.b@example.jp>"),
        ("<a b@example.jp>", None),
        ("<a@example.jp>\r\nBcc: x@example.jp", None),
        ("<名@example.jp>", None),
        ("<" + "a" * 300 + "@example.jp>", None),
        ("", None),
        (None, None),
    ],
)
def test_only_a_message_id_becomes_one_of_ours(given_id: str | None, kept: str | None) -> None:
    assert wire.message_id(given_id) == kept


def test_a_long_thread_keeps_its_first_and_its_latest_mails() -> None:
    ids = tuple(f"<{n}@example.jp>" for n in range(40))

    field = wire.references(ids)

    kept = value(field).split()
    assert kept[0] == ids[0]
    assert kept[-1] == ids[-1]
    assert len(kept) == 12
    assert all(len(line) <= 76 for line in lines(field))


@given(st.binary(max_size=2000))
def test_a_body_in_base64_has_lines_of_76(body: bytes) -> None:
    encoded = wire.base64_lines(body)
    mail = b"Content-Transfer-Encoding: base64\r\n\r\n" + encoded

    assert all(len(line) <= 76 for line in encoded.split(b"\r\n"))
    assert not body or encoded.endswith(b"\r\n")
    assert message_from_bytes(mail).get_payload(decode=True) == body
