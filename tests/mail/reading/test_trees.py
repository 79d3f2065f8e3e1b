"""Mails that Hypothesis puts together: any MIME tree, and pieces of the corpus in each other."""

from __future__ import annotations

import base64
import json
import quopri
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.domain.rules import Rules
from pipeline.mail.addresses import address_of
from pipeline.mail.own import Own
from pipeline.mail.reading import Kind, Reading, digest, read
from pipeline.mail.showing import as_json, explain

CORPUS = [file.read_bytes() for file in sorted((Path(__file__).parent / "corpus").glob("*.eml"))]
SILENT = {Kind.BOUNCE, Kind.AUTO_REPLY, Kind.SUSPICIOUS, Kind.PAYMENT_NOTICE}
SENTENCE = "お名前：町田　花子\nフリガナ：マチダ　ハナコ\n①㈱ｱ"
TYPES = st.sampled_from([
    b"text/plain", b"text/html", b"text/plain; format=flowed; delsp=yes", b"message/rfc822",
    b"message/delivery-status", b"application/octet-stream; name=a.xlsx", b"image/png", b"x", b"",
    b"text/plain; charset*=''x", b"text/plain; name*0*=utf-8''%E6; name*1=b",
])  # fmt: skip
LABELS = st.sampled_from(
    [b"utf-8", b"iso-2022-jp", b"Shift_JIS", b"euc-jp", b"utf-16", b"utf-7", b""]
)
ENCODINGS = st.sampled_from([b"base64", b"quoted-printable", b"8bit", b"x-uuencode", b""])
BODIES = st.sampled_from(
    [SENTENCE.encode(c) for c in ("utf-8", "cp932", "utf-16", "utf-7")]
    + ["町田".encode("euc_jp"), b"\x1b$BD.ED\x1b(B", b"<p>a<td>b", b"begin 644 a\n#86)C\nend\n"]
) | st.binary(max_size=60)
KINDS = st.sampled_from([b"mixed", b"alternative", b"related", b"report", b"report; report-type=x"])


@st.composite
def leaves(draw: st.DrawFn) -> bytes:
    """One part: its type, label and encoding need not agree with its bytes."""
    body, encoding = draw(BODIES), draw(ENCODINGS)
    if draw(st.booleans()):
        packed = {b"base64": base64.encodebytes, b"quoted-printable": quopri.encodestring}
        body = packed.get(encoding, bytes)(body)
    head = b"Content-Type: " + draw(TYPES) + b"; charset=" + draw(LABELS) + b"\r\n"
    return head + b"Content-Transfer-Encoding: " + encoding + b"\r\n\r\n" + body


def joined(kind: bytes, parts: list[bytes], boundary: bytes) -> bytes:
    """A multipart of these parts; a boundary may stand in another."""
    between = b"\r\n--" + boundary + b"\r\n"
    head = b"Content-Type: multipart/" + kind + b'; boundary="' + boundary + b'"\r\n\r\n'
    return head + between.join((b"", *parts)) + b"\r\n--" + boundary + b"--\r\n"


TREES = st.recursive(
    leaves(),
    lambda inner: st.builds(
        joined, KINDS, st.lists(inner, max_size=4), st.sampled_from([b"a", b"ab", b"-", b"=_x"])
    ),
    max_leaves=12,
)


def holds(raw: bytes, rules: Rules, own: Own) -> Reading:
    """What is true of every reading."""
    reading = read(raw, rules, own)
    json.dumps(as_json(reading, "x", text=True), ensure_ascii=False).encode()
    explain(reading).encode()
    digest(raw)
    assert reading.why
    assert not (reading.answer and reading.kind in SILENT)
    assert not reading.answer or reading.reply_to
    assert reading.reply_to in {"", address_of(reading.reply_to)}
    return reading


@settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(tree=TREES)
def test_any_tree_is_read(tree: bytes, rules: Rules, own: Own) -> None:
    holds(b"From: machida@example.jp\r\nSubject: x\r\n" + tree, rules, own)


@given(
    one=st.sampled_from(CORPUS),
    other=st.sampled_from(CORPUS),
    place=st.floats(0, 1),
    start=st.floats(0, 1),
    length=st.integers(0, 400),
)
def test_a_piece_of_another_mail_is_survived(
    one: bytes, other: bytes, place: float, start: float, length: int, rules: Rules, own: Own
) -> None:
    at, begin = int(place * len(one)), int(start * len(other))

    holds(one[:at] + other[begin : begin + length] + one[at:], rules, own)


@given(
    raw=st.sampled_from(CORPUS),
    flips=st.lists(st.tuples(st.floats(0, 1), st.integers(0, 255)), min_size=1, max_size=8),
)
def test_changed_bytes_are_survived(
    raw: bytes, flips: list[tuple[float, int]], rules: Rules, own: Own
) -> None:
    changed = bytearray(raw)
    for place, byte in flips:
        changed[int(place * (len(raw) - 1))] = byte

    holds(bytes(changed), rules, own)
