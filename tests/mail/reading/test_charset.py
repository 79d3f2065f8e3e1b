"""Bytes as text: what the senders meant, whatever they called it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.mail.charset import UNREADABLE, decode
from pipeline.mail.jis import decode_euc, decode_jis
from tests.conftest import ROOT
from tests.mail.reading.letters import jis

JAPANESE = st.text(
    st.sampled_from("東京都千代田区お名前ふりがなアイウ、。ー０１２ＡＢＣabc 123\n髙﨑①㈱～－￠"),
    max_size=80,
)


DATA = Path(__file__).parent / "data"
ROWS = range(0x21, 0x7F)


def cells(name: str) -> Iterator[tuple[bytes, str]]:
    """Each double byte and what another implementation reads in it."""
    lines = (DATA / name).read_text("utf-8").removesuffix("\n").split("\n")
    assert [len(line) for line in lines] == [94] * 94
    for row, line in zip(ROWS, lines, strict=True):
        yield from ((bytes((row, cell)), char) for cell, char in zip(ROWS, line, strict=True))


def ours(pair: bytes, char: str) -> str:
    """What is ours to read where another has nothing: 〓 in the rows that are everybody's own."""
    return "〓" if char == "\ufffd" and pair[0] >= 0x75 else char


def test_every_cell_of_jis_x_0208_is_what_windows_means_by_it() -> None:
    high = bytes(n | 0x80 if n in ROWS else n for n in range(256))
    for pair, char in cells("jis_x_0208.txt"):
        assert decode_jis(b"\x1b$B" + pair + b"\x1b(B") == ours(pair, char), pair
        # A second time beside what no codec of Python knows, so that no shortcut is taken.
        assert decode_jis(b"\x1b$B" + pair + b"-!\x1b(B") == ours(pair, char) + "①", pair
        assert decode_euc(pair.translate(high)) == ours(pair, char), pair


def test_every_cell_of_jis_x_0212_is_what_java_means_by_it() -> None:
    for pair, char in cells("jis_x_0212_java.txt"):
        read = decode_jis(b"\x1b$(D" + pair + b"\x1b(B")
        # IBM's kanji that Java takes from JIS X 0208 instead.
        extra = char == "\ufffd" and read in "ⅠⅡⅢⅣⅤⅥⅦⅧⅨⅩ㈱№℡昻靍"
        assert extra or read == ours(pair, char), pair


def test_every_cell_of_jis_x_0212_is_what_eucjp_ms_means_by_it() -> None:
    for pair, char in cells("jis_x_0212_eucjp_ms.txt"):
        read = decode_euc(b"\x8f" + bytes(n | 0x80 for n in pair))
        # Where eucJP-ms has nothing, the other layout of IBM's kanji has something.
        other = b"\x73\x21" <= pair < b"\x73\x73"
        assert other or pair == b"\x22\x43" or read == ours(pair, char), pair
        assert "\ufffd" not in read or char == "\ufffd"


@pytest.mark.parametrize("name", ["ibm_jisx0212_rows83_84", "eucjpms_g3_rows83_84"])
def test_the_kanji_of_ibm_stand_where_the_facts_say(name: str) -> None:
    facts = ROOT.parent / "shared" / "domain" / "tables" / f"{name}.json"
    if not facts.is_file():
        pytest.skip("the facts do not lie beside the project")
    for code, char in json.loads(facts.read_text("utf-8")).items():
        pair = bytes.fromhex(code)
        if name.startswith("ibm"):
            assert decode_jis(b"\x1b$(D" + pair + b"\x1b(B") == char
        else:
            assert decode_euc(b"\x8f" + bytes(n | 0x80 for n in pair)) == char


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
        (b"US$Bill (Boss)", "iso-2022-jp", "US$Bill (Boss)"),
        (b"\x0eLX6^E\x0f: x", None, "ﾌﾘｶﾞﾅ: x"),
        (b"\x1b$B;3 ED\x1b(B", "iso-2022-jp", "山 田"),
        (b"\x1b$B\x1b$B;3ED\x1b(B\x1b(B", "iso-2022-jp", "山田"),
        (b"\x1b$A<rLe\x1b(B", "iso-2022-jp-2", "简体"),
        (b"\x1b$(C0!3*\x1b(B", "iso-2022-jp-2", "가나"),
        (b"\x1b$)C\x0e0!3*\x0f", "iso-2022-kr", "가나"),
        (b"~{<:Ky2;~} x", "hz-gb-2312", "己所不 x"),
        (b"\x8f\xf3\xa1", "euc-jp", "ⅰ"),
        (b"\xa4\xa2\x8f\xa2\xb7", "eucjp-ms", "あ～"),
        ("日本".encode("utf-7"), "UTF-7", "日本"),
        ("\ufeff日本".encode("utf-16-le"), "iso-2022-jp", "日本"),
        ("\ufeff日本".encode("utf-16-be"), None, "日本"),
        ("お名前 山".encode("utf-16-be"), "utf-16", "お名前 山"),
        ("お名前 山".encode("utf-16-le"), "utf-16", "お名前 山"),
        ("abc".encode("utf-16-le"), "unicode", "abc"),
        ("お名前".encode("utf-32-le"), "utf-32", "お名前"),
        (b"\xed\xa1\x82\xed\xbe\xb7\xe7\x94\xb0", "utf-8", "𠮷田"),
        ("ﾔﾏﾀﾞ ﾊﾅｺ".encode("cp932"), None, "ﾔﾏﾀﾞ ﾊﾅｺ"),
        ("It’s “fine” café".encode("cp1252"), None, "It’s “fine” café"),
        ("お世話になります。①髙橋".encode("gb18030"), "GB2312", "お世話になります。①髙橋"),
        ("お世話になります。".encode("gbk"), "x-gbk", "お世話になります。"),
        ("安녕".encode("cp949"), "ks_c_5601-1987", "安녕"),
    ],
)
def test_the_bytes_decide(raw: bytes, label: str | None, text: str) -> None:
    assert decode(raw, label).text == text


@pytest.mark.parametrize(
    ("labels", "codec"),
    [
        (("Shift_JIS shift-jis SJIS x-sjis windows-31j csWindows31J CP932 MS932 MS_Kanji cp943C "
         "windows-932 x-ms-cp932 sjis-win Shift_JIS-2004 'Shift_JIS' \"shift_jis\"; x-sjis-cp932"),
         "cp932"),
        (("EUC-JP eucjp euc_jp x-euc-jp X-EUC cp51932 eucJP-ms eucJP-win EUC-JP-MS ujis eucJPms "
         "cseucpkdfmtjapanese EUC-JIS-2004 cp20932"), "euc-jp"),
        ("gb2312 GB_2312-80 gbk x-gbk gb18030 cp936 csGB2312", "gb18030"),
    ],
)  # fmt: skip
def test_a_label_is_known_however_it_is_written(labels: str, codec: str) -> None:
    for label in labels.split():
        found = decode("山田".encode(codec.replace("-", "_")), label)
        assert (found.text, found.charset, found.confidence) == ("山田", codec, "sure"), label


@pytest.mark.parametrize(
    "label", ["ISO-2022-JP", "iso2022jp", "csISO2022JP", "cp50220", "CP50221", "x-windows-50221",
              "iso-2022-jp-ms", "ISO-2022-JP-3", "x-windows-iso2022jp", "jis", "ms50220"],
)  # fmt: skip
def test_lost_escapes_are_looked_for_under_every_label_of_jis(label: str) -> None:
    assert decode(b"$B;3(B", label) == ("山", "iso-2022-jp", "guess", 0)


@pytest.mark.parametrize("label", [None, "us-ascii", "utf-8", "x-unknown"])
def test_without_such_a_label_only_japanese_speaks_for_lost_escapes(label: str | None) -> None:
    sentence = jis("研究協議会への参加を申し込みます。").replace(b"\x1b", b"")
    program = b"$a = $B; foo($B{x}(B), $Bxyz(B);"

    assert decode(sentence, label).text == "研究協議会への参加を申し込みます。"
    assert decode(program, label).text == program.decode()


def test_lost_escapes_of_half_width_kana_are_put_back() -> None:
    raw = b"$B;3(B (IOA@^(B (I am) $B;3(J"

    assert decode(raw, "iso-2022-jp").text == "山 ﾏﾁﾀﾞ (I am) 山"


@pytest.mark.parametrize(
    ("raw", "label", "text"),
    [
        ("テスト".encode("cp932") + b"\xf9\xd2", "shift_jis", "テスト〓"),
        ("お名前".encode("cp932") + b"\xf0\x40", None, "お名前〓"),
        (b"\x1b$BK\\J8v}\x1b(B", "iso-2022-jp", "本文〓"),
        ("山田".encode("euc_jp") + b"\xf5\xa1", "euc-jp", "山田〓"),
        (b"\x8f\xf5\xa1" + "山田です".encode("euc_jp"), "euc-jp", "〓山田です"),
    ],
)
def test_pictures_of_telephones_and_made_up_kanji_are_one_missing_type_each(
    raw: bytes, label: str | None, text: str
) -> None:
    found = decode(raw, label)

    assert (found.text, found.replaced) == (text, 0)
    assert UNREADABLE.search(found.text)


@pytest.mark.parametrize("raw", [b"\x80", b"\xa0", b"\xfd", b"\xfe\xfd", b"\xff"])
def test_bytes_that_are_nothing_in_shift_jis_are_replaced(raw: bytes) -> None:
    found = decode("お名前です".encode("cp932") + raw + "お名前".encode("cp932"), "shift_jis")

    assert found.replaced == len(raw)
    assert found.text.replace("\ufffd", "") == "お名前ですお名前"


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("フリカ゛ナ", "フリガナ"), ("フリカ\u3099ナ", "フリガナ"), ("ハ゜ソコン", "パソコン"),
        ("カﾞ", "ガ"), ("ヒﾟ", "ピ"), ("は\u309a", "ぱ"), ("ウ゛", "ヴ"), ("ゝ゛", "ゞ"),
        ("あ゛゜", "あ゛゜"), ("ﾀﾞ", "ﾀﾞ"), ("神﨑髙福", "神﨑髙福"), ("e\u0301", "e\u0301"),
        ("゛", "゛"),
    ],
)  # fmt: skip
def test_marks_of_sound_join_their_kana_and_nothing_else_changes(raw: str, text: str) -> None:
    assert decode(raw.encode()).text == text


def test_what_was_encoded_twice_is_read_where_that_is_certain() -> None:
    sentence = "お世話になっております。"
    latin = sentence.encode().decode("latin-1").encode()
    windows = "をぁもや、りを".encode().decode("cp1252", "ignore").encode()

    assert decode(latin, "utf-8").text == sentence
    assert decode("São Paulo ã".encode(), "utf-8").text == "São Paulo ã"
    assert "を" not in decode(windows, "utf-8").text


def test_a_pasted_line_of_another_set_is_read_beside_jis() -> None:
    other = "お世話になります。"
    for codec in ("utf-8", "cp932"):
        assert decode(jis("山") + b"\n" + other.encode(codec)).text == "山\n" + other


def test_a_run_that_was_cut_loses_its_last_character_only() -> None:
    assert decode(b"\x1b$B;3E", "iso-2022-jp") == ("山\ufffd", "iso-2022-jp", "sure", 1)
    assert decode(b"\x1b$B;3ED", "iso-2022-jp") == ("山田", "iso-2022-jp", "sure", 0)


def test_bytes_that_begin_like_a_mark_are_text() -> None:
    assert decode("ﻙ日本".encode()).text == "ﻙ日本"
    assert decode(b"\xff\xfd").charset != "utf-16"


def test_halves_beside_a_bad_byte_are_still_read_somehow() -> None:
    found = decode(b"\xed\xa1\x82\xed\xbe\xb7\xff" + "お名前です。".encode() * 9, "utf-8")

    assert found.text.endswith("お名前です。")
    assert (found.confidence, found.replaced > 0) == ("guess", True)


@pytest.mark.parametrize("label", ["iso-8859-1", "windows-1252", None])
def test_western_text_is_no_japanese(label: str | None) -> None:
    said = "Größe, naïve, señor: voilà déjà vu"

    assert decode(said.encode("cp1252"), label)[:3] == (said, "windows-1252", "guess")


def test_noise_between_shifts_is_no_jis() -> None:
    assert decode(b"\x89PNG\x0e\x00\x01\x0f", None).charset != "iso-2022-jp"


@pytest.mark.parametrize(
    "label", ["utf-7\x11\x00x", "utf-16\x00", "rot13", "idna", "zip", "é", "\x00"]
)
def test_a_label_that_is_none_is_harmless(label: str) -> None:
    assert decode(b"plain", label).text == "plain"
    assert decode("お名前です".encode("cp932"), label).text == "お名前です"


def test_halves_of_characters_never_leave() -> None:
    for raw, label in (
        (b"+2AA-", "utf-7"),
        (b"\xff\xfe\x00\xd8a\x00", None),
        (b"\xed\xa0\x80", None),
    ):
        decode(raw, label).text.encode()


@pytest.mark.parametrize("codec", ["cp932", "euc_jp"])
@pytest.mark.parametrize("label", [None, "us-ascii", "iso-8859-1", "utf-8", "unknown-8bit"])
def test_a_sentence_is_recognised_under_any_label(codec: str, label: str | None) -> None:
    sentence = "研究協議会への参加を申し込みます。よろしくお願いいたします。"
    found = decode(sentence.encode(codec), label)

    assert (found.text, found.confidence) == (sentence, "sure")


@pytest.mark.parametrize(("codec", "label"), [("euc_jp", "shift_jis"), ("cp932", "euc-jp")])
def test_a_form_without_hiragana_is_recognised_under_the_other_label(
    codec: str, label: str
) -> None:
    form = "氏名＝平良　海斗\nｶﾅ＝タイラ　カイト\n法人名＝珊瑚町社会福祉協議会\n県＝沖縄県"
    found = decode(form.encode(codec), label)

    assert (found.text, found.confidence) == (form, "sure")


def test_euc_under_the_other_label_is_recognised() -> None:
    sentence = "よろしくお願いいたします。"

    assert decode(sentence.encode("euc_jp"), "shift_jis").text == sentence


def test_half_width_kana_that_could_be_kanji_of_euc_are_a_guess() -> None:
    assert decode("ﾔﾏﾀﾞ ﾊﾅｺ".encode("cp932"), "shift_jis")[:3] == ("ﾔﾏﾀﾞ ﾊﾅｺ", "cp932", "sure")
    assert decode("ﾋﾌﾅﾍｻﾔ".encode("cp932"), "shift_jis")[:3] == ("ﾋﾌﾅﾍｻﾔ", "cp932", "guess")


def test_lost_escapes_are_put_back_and_said_to_be_a_guess() -> None:
    found = decode(jis("日本 and あ\n東京").replace(b"\x1b", b""), "iso-2022-jp")

    assert (found.text, found.confidence) == ("日本 and あ\n東京", "guess")


def test_what_was_cut_inside_a_character_stays_what_it_is() -> None:
    found = decode(("名" * 50).encode()[:-1], None)

    assert (found.text, found.replaced) == ("名" * 49 + "\ufffd", 1)
    assert (found.charset, found.confidence) == ("utf-8", "sure")


def test_what_cannot_be_read_is_counted() -> None:
    assert decode(b"\x1b$B\x29\x21F|\x1b(B").replaced == 1


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
