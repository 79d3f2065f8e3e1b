"""The parts of a mail, and the limits within which they are looked for."""

from __future__ import annotations

import base64
import binascii
import quopri

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.mail import html
from pipeline.mail.incoming import parse
from pipeline.mail.transfer import decoded, from_base64, undeclared
from tests.mail.reading.letters import HTML, PLAIN, attached, jis, mail, multipart, text


def test_of_two_forms_of_one_text_the_plain_one_is_read() -> None:
    raw = multipart("alternative", (PLAIN, b"plain"), (HTML, b"<p>html</p>"))

    assert parse(raw).text == "plain"


def test_where_the_plain_form_is_empty_the_other_is_read() -> None:
    raw = multipart("alternative", (PLAIN, b" \n "), (HTML, b"<p>html</p>"))

    assert parse(raw).text == "html"


def test_several_texts_are_read_in_their_order() -> None:
    raw = multipart("mixed", (PLAIN, b"one"), (HTML, b"two"), (PLAIN, b"three"))

    assert parse(raw).text == "one\ntwo\nthree"


def test_a_text_with_a_file_name_is_an_attachment() -> None:
    raw = multipart(
        "mixed", (PLAIN, b"text"), (attached(b"filename=a.txt", b"text/plain"), b"QQ==")
    )

    assert (parse(raw).text, parse(raw).attachments) == ("text", ("a.txt",))


def test_a_forwarded_mail_is_an_attachment() -> None:
    raw = multipart(
        "mixed", (PLAIN, b"text"), (b"Content-Type: message/rfc822", b"Subject: x\n\nbody")
    )

    assert (parse(raw).text, parse(raw).attachments) == ("text", ("message/rfc822",))


@pytest.mark.parametrize(
    ("raw", "body", "defect"),
    [
        (b"", "", "no header"),
        (b"only text\nno header", "only text\nno header", "no header"),
        (b"\n\nSubject: a\n\nb", "b", None),
        (b"From x@y Mon\nSubject: a\n\nb", "b", None),
        (b"Subject: a\r\rb", "b", None),
        (b"Subject: a\n\n", "", None),
        (
            b"Content-Type: multipart/mixed\n\n--x\n\na\n--x--\n",
            "a",
            "multipart without a boundary",
        ),
        (b"Content-Type: multipart/mixed; boundary=x\n\na", "a", "multipart without its parts"),
        (
            b"Content-Type: multipart/mixed; boundary=x\n\n--x\n\na\n",
            "a\n",
            "last part without its end",
        ),
        (b"Content-Type: nonsense\n\na", "a", None),
    ],
)
def test_what_is_broken_is_read_as_far_as_it_goes(
    raw: bytes, body: str, defect: str | None
) -> None:
    mail = parse(raw)

    assert mail.text == body
    assert mail.defects == ([defect] if defect else [])


def test_a_boundary_inside_a_line_is_text() -> None:
    raw = b"Content-Type: multipart/mixed; boundary=x\n\n--x\n\na --x b\n--xy\n--x--\n"

    assert parse(raw).text == "a --x b\n--xy"


def test_broken_lines_of_flowed_text_are_joined() -> None:
    raw = mail(b"a long \nline\n> quoted \n-- \nsign\n", content_type=b"text/plain; format=flowed")

    assert parse(raw).text == "a long line\n> quoted \n-- \nsign\n"


def test_a_space_that_only_breaks_a_line_is_deleted() -> None:
    flowed = b"text/plain; format=flowed; delsp="
    said = text("研究協議会に \n参加します。", "> 引用 ", "次")

    assert parse(mail(said, content_type=flowed + b"yes")).text == (
        "研究協議会に参加します。\n> 引用 \n次\n"
    )
    assert parse(mail(said, content_type=flowed + b"no")).text.startswith("研究協議会に 参加")


@pytest.mark.timeout(20)
def test_a_megabyte_of_broken_lines_is_joined_soon() -> None:
    said = b"a \n" * 300_000

    assert len(parse(mail(said, content_type=b"text/plain; format=flowed")).text) > 500_000


def test_control_characters_are_taken_out() -> None:
    assert parse(mail(b"a\x00b\x07c\td\xc2\x85e")).text.rstrip() == "abc\td\ne"


def test_deep_nesting_ends() -> None:
    raw = b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(1500)
    )
    mail = parse(raw)

    assert mail.parts is not None
    assert "nested deeper than 20" in mail.defects


@pytest.mark.timeout(20)
def test_a_hundred_thousand_parts_end() -> None:
    raw = b"Content-Type: multipart/mixed; boundary=x\n\n" + b"--x\n\n" * 100_000
    mail = parse(raw)

    assert len(mail.parts) <= 500
    assert "more than 500 parts" in mail.defects


def test_a_long_text_is_cut() -> None:
    mail_ = parse(multipart("mixed", (PLAIN, b"x" * 1_100_000), (PLAIN, b"never read")))

    assert len(mail_.text) <= 1_048_576
    assert "text over 1 MB" in mail_.defects


@pytest.mark.parametrize(
    "raw",
    [b"YWJj", b"YWJ\njZA==", b"YWJjZA", b"YWJjZA=", b"YQ==YmNk", b"Y W!J*j", b"YWJjZ", b"==="],
)
def test_base64_is_read_as_far_as_it_goes(raw: bytes) -> None:
    assert from_base64(raw) in {b"abc", b"abcd", b"abcd"[:4], b""}


@given(st.binary(max_size=200))
def test_base64_is_read_back(raw: bytes) -> None:
    assert decoded(base64.encodebytes(raw), b" BASE64 ") == raw


SENTENCE = "お世話になっております。研究協議会に申し込みます。\n" * 4


@pytest.mark.parametrize(
    ("body", "encoding"),
    [
        (SENTENCE.encode(), b"base64"),
        (SENTENCE.encode(), b"7bit"),
        (SENTENCE.encode(), b"quoted-printable"),
        (SENTENCE.encode(), b"no-such-encoding"),
        (base64.encodebytes(SENTENCE.encode()), b"7bit"),
        (base64.encodebytes(jis(SENTENCE)), b""),
        (base64.encodebytes(SENTENCE.encode()).replace(b"\n", b"!\n", 1), b"base64"),
        (base64.encodebytes(SENTENCE.encode()).rstrip(b"=\n"), b'"Base64";'),
        (quopri.encodestring(SENTENCE.encode()), b"8bit"),
        (quopri.encodestring(jis(SENTENCE)), b"7bit"),
        (quopri.encodestring(SENTENCE.encode()).replace(b"=E3", b"=e3"), b"quoted-printable"),
    ],
)
def test_a_body_is_read_whatever_its_field_says(body: bytes, encoding: bytes) -> None:
    raw = mail(body)
    raw = raw.replace(b"Content-Transfer-Encoding: 8bit", b"Content-Transfer-Encoding: " + encoding)

    assert parse(raw).text.strip() == SENTENCE.strip()


def test_plain_text_that_is_called_base64_stays_what_it_is() -> None:
    said = "Dear office\nplease register me\n"

    assert decoded(said.encode(), b"base64") == said.encode()


def test_a_note_below_base64_is_kept_beside_it() -> None:
    note = b"\n-- \nlist of an office\nhttps://example.org/list\n"
    packed = base64.encodebytes(SENTENCE.encode())

    assert decoded(packed + note, b"base64") == SENTENCE.encode() + note


@pytest.mark.parametrize("said", ["a = 3D\n", "=41=42", "x" * 60, "key=1B$x", "=E3=81"])
def test_ascii_that_only_looks_encoded_is_left_alone(said: str) -> None:
    assert undeclared(said.encode()) == said.encode()


def uuencoded(name: bytes, content: bytes) -> bytes:
    """A file in the manner of uuencode."""
    lines = (binascii.b2a_uu(content[n : n + 45]) for n in range(0, len(content), 45))
    return b"begin 644 " + name + b"\n" + b"".join(lines) + b"`\nend\n"


def test_files_inside_a_text_are_taken_out_of_it() -> None:
    files = uuencoded(b"a.csv", b"x,y\n" * 50) + b"between\n" + uuencoded(b"../b.exe", b"z")
    mail_ = parse(mail(b"before\n" + files + b"after\n"))

    assert mail_.text.split() == ["before", "between", "after"]
    assert mail_.attachments == ("a.csv", "b.exe")
    assert [mail_.body_of(p) for p in mail_.parts if p.attached] == [b"x,y\n" * 50, b"z"]


@pytest.mark.parametrize("said", ["begin 644 a\nnever ended\n", "begin the day\nend\n", "end\n"])
def test_words_are_no_file(said: str) -> None:
    assert parse(mail(said.encode())).text == said


@pytest.mark.parametrize("name", [b"x-uuencode", b"uuencode", b"X-UUE"])
def test_a_part_of_uuencode_is_read(name: bytes) -> None:
    assert decoded(uuencoded(b"a", b"content" * 20), name) == b"content" * 20


# ---------------------------------------------------------------- html


@pytest.mark.parametrize(
    ("page", "lines"),
    [
        ("<p>a</p><p>b</p>", "a\nb"),
        ("a<br>b<br/>c", "a\nb\nc"),
        ("<div>a</div>\n <div>b &amp; c&nbsp;d</div>", "a\nb & c\xa0d"),
        ("<table><tr><td>a</td><td><p>b</p></td></tr><tr><td>c<td>d</table>", "a\tb\nc\td"),
        ("<table><tr><td>a<br>b</td></tr></table>", "a\nb"),
        ("<table><tr><td><table><tr><td>a</td><td>b</td></tr></table></td></tr></table>", "a\tb"),
        ("<head><title>x</title></head><style>y</style><script>z</script>a", "a"),
        ("<head><body>a", "a"),
        ("a<!-- b -->c<![if !x]>d<!-- e", "acd e"),
        ("<pre>a\n b</pre>", "a\nb"),
        ("a<blockquote>b<br>c</blockquote>d", "a\n> b\n> c\nd"),
        ("1 < 2 and 3 > 2", "1 < 2 and 3 > 2"),
    ],
)
def test_html_becomes_the_lines_that_are_seen(page: str, lines: str) -> None:
    assert html.to_text(page) == lines


@pytest.mark.timeout(20)
@pytest.mark.parametrize(
    "piece", ["<!--", "<a ", "<", "<a x='", "&", "<td>", "<blockquote>", "]]>"]
)
def test_a_hostile_page_ends_soon(piece: str) -> None:
    assert html.to_text(piece * (1_000_000 // len(piece))) is not None


@given(st.lists(st.sampled_from([*"<>/!-&;'\"= \nab", "td", "tr", "pre", "<!--"])).map("".join))
def test_no_page_raises(page: str) -> None:
    html.to_text(page)


def test_the_text_of_a_mail_is_what_was_written() -> None:
    assert (
        parse(mail(text("お世話になります。"), encoding=b"base64")).text == "お世話になります。\n"
    )
