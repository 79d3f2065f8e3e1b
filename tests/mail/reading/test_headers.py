"""Header fields: words joined as bytes, addresses never lost, names of files made safe."""

from __future__ import annotations

import base64
import quopri

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.mail.addresses import Mailbox, address_of, mailboxes
from pipeline.mail.headers import FIELDS_LIMIT, message_ids, split, text_of
from pipeline.mail.parameters import described, file_name
from tests.mail.reading.letters import jis, word, word_of

TEXT = st.text(st.sampled_from('東京お名前ｶﾅ髙﨑①abc 19(),<>@"=?_'), min_size=1, max_size=60)


def squeezed(text: str) -> str:
    """Outer spaces mean nothing in a header."""
    return text.strip()


@given(
    TEXT, st.integers(1, 30), st.sampled_from(["utf-8", "iso-2022-jp", "shift_jis", "windows-31j"])
)
def test_words_cut_anywhere_are_read_back(text: str, size: int, charset: str) -> None:
    text = text.replace("ｶ", "カ").replace("ﾅ", "ナ")
    codec = "utf-8" if charset == "utf-8" else "cp932"
    raw = jis(text) if charset == "iso-2022-jp" else text.encode(codec)
    words = [word_of(raw[i : i + size], charset) for i in range(0, len(raw), size)]

    assert text_of(b"\r\n ".join(words)) == squeezed(text)


@given(TEXT)
def test_quoted_printable_words_are_read_back(text: str) -> None:
    packed = quopri.encodestring(text.encode(), header=True).replace(b"?", b"=3F")
    packed = packed.replace(b"=\n", b"").replace(b"\n", b"")

    assert text_of(b"=?utf-8?q?" + packed + b"?=") == squeezed(text)


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (b"=?utf-8*ja?B?5pel5pys?=", "日本"),
        (b"=?utf-8?B?5pel5pys", "日本"),
        (b"=?utf-8?B?5pel5pys=?=", "日本"),
        (b"=?utf-8?B?5pe?= =?utf-8?B?l5pys?=", "日本"),
        (b"=?utf-8?Q?Really??=", "Really?"),
        (b"=?windows-31j?B?+/w=?=", "髙"),
        (b"a =?utf-8?Q?b?= =?utf-8?Q?c?= d", "a bc d"),
        ("生の件名".encode(), "生の件名"),
        ("生の件名".encode("cp932"), "生の件名"),
        (jis("生の件名"), "生の件名"),
        (b"two\r\n lines\x00", "two lines"),
        (b"=?no-such?B?YQ==?=", "a"),
        (b"=?", "=?"),
        (b"=?utf-8?B?5Y8?= =?UTF-8*ja?Q?=82=E5=8A=A0?=", "参加"),
        (b"=?utf-8?B?5pel5pys5Q?= =?utf-8?B?j4I=?=", "日本参"),
        (b"=?utf-8?B?5pel\r\n 5pys?=", "日本"),
        (b"=?utf-8?B?5pel?=\r\n\t=?utf-8?B?5pys?=", "日本"),
        (b"=?utf-8?B?5pel?==?utf-8?B?5pys?=!", "日本!"),
        (b"[ML:1]=?utf-8?B?5pel?= x", "[ML:1]日 x"),
        (b"=??B?5pel5pys?=", "日本"),
        (b"=?unknown-8bit?B?k/qWew==?=", "日本"),
        (b"=?gb2312?B?yNWxvg==?=", "日本"),
        (b"=?Shift_JIS?Q?=93=FA=96{?=", "日本"),
        (b"=?iso-8859-1?B?5pel5pys?=", "日本"),
        (b"=?utf-8?Q?=3D=3Futf-8=3FB=3F5pel5pys=3F=3D?=", "日本"),
        (b"=?utf-8?B?YQ0KQmNjOiBi?=", "a Bcc: b"),
        (b"=?a=b?B?YQ?=", "=?a=b?B?YQ?="),
        (b"=?utf-8?Q?a=E2=80=AEb=00c?=", "ab c"),
        (b'"=?utf-8?B?5pel?=" x', '"日" x'),
        ("生の\r\n\t件名".encode(), "生の 件名"),
        (b"$B@8$N7oL>(B", "生の件名"),
    ],
)
def test_a_header_says(raw: bytes, text: str) -> None:
    assert text_of(raw) == text


def test_words_are_unpacked_twice_and_no_further() -> None:
    twice = word(word("日本").decode())

    assert text_of(twice) == "日本"
    assert text_of(word(twice.decode())) == word("日本").decode()


@pytest.mark.parametrize("cut", range(1, 9))
@pytest.mark.parametrize("closed", [True, False])
def test_jis_that_was_cut_inside_a_character_is_joined(cut: int, closed: bool) -> None:
    pairs = jis("参加申込")[3:-3]
    end, start = (b"\x1b(B", b"\x1b$B") if closed else (b"", b"")
    words = (b"\x1b$B" + pairs[:cut] + end, start + pairs[cut:] + b"\x1b(B")

    assert text_of(b"\r\n ".join(word_of(w, "ISO-2022-JP") for w in words)) == "参加申込"


@pytest.mark.parametrize(
    ("raw", "boxes"),
    [
        (word("町田 花子") + b" <a@b.jp>", [("町田 花子", "a@b.jp")]),
        (b'"' + word("町田") + b'" <a@b.jp>', [("町田", "a@b.jp")]),
        (jis("町田") + b" <a@b.jp>", [("町田", "a@b.jp")]),
        (jis("＠，＜") + b" <a@b.jp>", [("＠，＜", "a@b.jp")]),
        (b'"' + jis("町田") + b'" <a@b.jp>', [("町田", "a@b.jp")]),
        ("表能".encode("cp932") + b" <a@b.jp>", [("表能", "a@b.jp")]),
        ("町田".encode() + b"<a@b.jp>", [("町田", "a@b.jp")]),
        (b"=?utf-8?Q?x=2Cy?= <a@b.jp>", [("x,y", "a@b.jp")]),
        (b"a..b.@docomo.example", [("", "a..b.@docomo.example")]),
        (b'"a..b."@docomo.example', [("", "a..b.@docomo.example")]),
        (b"a@B.JP (the name)", [("the name", "a@b.jp")]),
        (b"the name a@b.jp", [("the name", "a@b.jp")]),
        (b'"x, y" <a@b.jp>, c@d.jp', [("x, y", "a@b.jp"), ("", "c@d.jp")]),
        (b"group: a@b.jp, c@d.jp;", [("", "a@b.jp"), ("", "c@d.jp")]),
        (b"<@x.jp,@y.jp:a@b.jp>", [("", "a@b.jp")]),
        (b'"never closed <a@b.jp>', [("never closed", "a@b.jp")]),
        (b"MAILER-DAEMON <>", [("MAILER-DAEMON", "")]),
        (b"mailto:a@b.jp", [("", "a@b.jp")]),
        (b'"a@b.jp" <c@d.jp>', [("a@b.jp", "c@d.jp")]),
        (jis("町田")[:-3] + b" <a@b.jp>", [("町田", "a@b.jp")]),
        (jis("町田")[:-3] + b"<a@b.jp>", [("", "a@b.jp")]),
        (b"a@b.jp (" + jis("町田") + b")", [("町田", "a@b.jp")]),
        (word("町田 <a@b.jp>"), [("町田", "a@b.jp")]),
        (word("ａ＠ｂ．ｊｐ"), [("", "a@b.jp")]),
        (b"<<a@b.jp>>", [("", "a@b.jp")]),
        (b"A: B <a@b.jp>", [("A: B", "a@b.jp")]),
        (b"=?utf-8?Q?x <y>?= <a@b.jp>", [("x <y>", "a@b.jp")]),
        (b".a..b.@docomo.example", [("", ".a..b.@docomo.example")]),
        (b'<".a..b."@docomo.example>', [("", ".a..b.@docomo.example")]),
        (word("町田") + b" <a..b.@docomo.example>", [("町田", "a..b.@docomo.example")]),
        (b'"a\\"b c"@d.jp', [('"a\\"b c"@d.jp', "")]),
        (b'"a,b"@d.jp', [("", "a,b@d.jp")]),
        (b"undisclosed-recipients:;", [("undisclosed-recipients:;", "")]),
        (b'"', [('"', "")]),
        (b"(c):", [("(c):", "")]),
    ],
)
def test_an_address_is_never_lost(raw: bytes, boxes: list[tuple[str, str]]) -> None:
    assert list(mailboxes(raw)) == [Mailbox(*box) for box in boxes]


@pytest.mark.parametrize(
    "text", ["", "a", "a@", "@b.jp", "a b@c.jp", "日本@b.jp", "a@b jp", "a@-", "<a@b.jp",
             "a,b@c.jp", "a:b@c.jp", "a;b@c.jp", 'a"b@c.jp', "a(b@c.jp", "a@b@c.jp"],
)  # fmt: skip
def test_what_is_no_address_is_none(text: str) -> None:
    assert address_of(text) == ""


def test_two_hundred_addresses_are_enough() -> None:
    assert len(mailboxes(b"a@b.jp, " * 5000)) == 200


@pytest.mark.parametrize(
    ("raw", "name"),
    [
        (b"attachment; filename*=utf-8''%E6%97%A5.xlsx", "日.xlsx"),
        (b"attachment; filename*0*=utf-8''%E6%97; filename*1*=%A5; filename*2=.xlsx", "日.xlsx"),
        (b"attachment; filename*=shift_jis''%FB%FC.doc", "髙.doc"),
        (b'attachment; filename="' + word_of(jis("申込"), "iso-2022-jp") + b'.xlsx"', "申込.xlsx"),
        (b"attachment; filename=" + word("申込.xlsx"), "申込.xlsx"),
        (b'attachment; filename="' + "申込.xlsx".encode("cp932") + b'"', "申込.xlsx"),
        (b'attachment; filename="../../etc/passwd"', "passwd"),
        (b'attachment; filename="C:\\\\x\\\\a.txt"', "a.txt"),
        ('attachment; filename="a\u202etxt.exe"'.encode(), "atxt.exe"),
        (b'attachment; filename="a\\"b.txt"', 'a"b.txt'),
        (b"attachment", ""),
        (b'attachment; filename="' + "申込.xlsx".encode("euc_jp") + b'"', "申込.xlsx"),
        (b'attachment; filename="' + "表能.xlsx".encode("cp932") + b'"', "表能.xlsx"),
        (b"attachment; filename=" + "申込.xlsx".encode("cp932"), "申込.xlsx"),
        (b"attachment; filename=" + jis("申込") + b".xlsx", "申込.xlsx"),
        (b"attachment; filename=" + word_of(jis("申込.xlsx"), "ISO-2022-JP"), "申込.xlsx"),
        (b'attachment; filename="=?utf-8?B?5pel?=\r\n\t=?utf-8?B?5pysLnhsc3g=?="', "日本.xlsx"),
        (b"attachment; filename*1=%A5.xlsx; filename*0*=%E6%97", "日.xlsx"),
        (b"attachment; filename*1=%A5.txt; filename*0=a", "a%A5.txt"),
        (b"attachment; filename*=utf-8''%93%FA.xlsx", "日.xlsx"),
        (b"attachment; filename=a.txt; filename*=utf-8''%FF%FE", "a.txt"),
        (b"attachment; filename*=utf-8''..%2F..%2Fb%00c%0D%0A.txt", "bc.txt"),
        (b'attachment; filename="%E6%97%A5.txt"', "日.txt"),
        (b'attachment; filename="100%25%25.txt"', "100%25%25.txt"),
        (b'attachment; filename="never closed.txt', "never closed.txt"),
        (b'attachment; filename="x;y.txt"', "x;y.txt"),
        (b"attachment; filename=x y.txt", "x y.txt"),
        (b'inline; name="a.txt"', "a.txt"),
        (b'attachment; filename=".."', ""),
    ],
)
def test_a_file_name_is_read_and_made_safe(raw: bytes, name: str) -> None:
    assert file_name(described(raw), described(None)) == name


def test_a_name_stands_in_for_a_missing_file_name() -> None:
    given = described(b'application/x; name="' + word("申込.xlsx") + b'"')

    assert file_name(described(b'attachment; filename=""'), given) == "申込.xlsx"
    assert file_name(described(b"attachment; filename=b.txt"), given) == "b.txt"


def test_a_long_file_name_keeps_its_ending() -> None:
    raw = b"attachment; filename=" + b"a" * 500 + b".xlsx"

    assert file_name(described(raw), described(None)).endswith("….xlsx")


def test_message_ids_are_what_can_be_quoted() -> None:
    assert message_ids(b"<a@b> junk <c d> <[x@y]> <\xff@z>") == ("<a@b>", "<[x@y]>")


def test_a_broken_line_in_the_header_loses_only_itself() -> None:
    raw = b"From: a@b.jp\nbroken line\nSubject: kept\n\nbody"
    block = split(raw, 0, len(raw))

    assert (block.first(b"subject"), raw[block.end :]) == (b" kept", b"body")
    assert block.defects == ["line in header that is no field"]


def test_limits_end_a_header() -> None:
    many = b"A: b\n" * (FIELDS_LIMIT + 5) + b"\n"
    long = b"A: " + b"x" * 70_000 + b"\n\n"
    endless = b"A: b\n" + b"B: " + b"x" * 300_000

    assert "more than 1000 header fields" in split(many, 0, len(many)).defects
    assert "header field over 64 KB" in split(long, 0, len(long)).defects
    assert "header block over 256 KB" in split(endless, 0, len(endless)).defects


@pytest.mark.timeout(20)
@pytest.mark.parametrize(
    "piece",
    [b"(", b'"\\"', b"a@b,", b"=?a?b?", b"<", b"\x1b$B", b"\xff", b"=?utf-8?Q?=?= ", b"@", b":@",
     b"\x1b(I", b'"@', b"=?x?B?", b"\n "],
)  # fmt: skip
def test_a_hostile_field_ends_soon(piece: bytes) -> None:
    raw = piece * (60_000 // len(piece)) + b"@"

    assert mailboxes(raw) is not None
    assert text_of(raw) is not None
    assert described(raw) is not None


@given(st.binary(max_size=300))
def test_no_field_raises(raw: bytes) -> None:
    text_of(raw)
    mailboxes(raw)
    file_name(described(raw), described(raw))
    split(raw, 0, len(raw))


def test_base64_is_what_the_words_hold() -> None:
    assert base64.b64decode(word("a").split(b"?")[3]) == b"a"
