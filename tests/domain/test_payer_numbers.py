"""References in what payers write: at the front, at the back, several, broken, or none at all."""

from __future__ import annotations

import pytest

from pipeline.domain.payer_numbers import Numbering, Numbers, read, read_code
from pipeline.domain.rules import ReferenceScheme

PLAIN = [*map(str, range(1001, 1024)), "1110", "2026"]
CHECKED = ["572946", "120453"]
YEN = 1000


def numbering(references: list[str], scheme: ReferenceScheme | None = None) -> Numbering:
    lengths = frozenset(map(len, references))
    return Numbering(scheme, frozenset(references), lengths)


FOUR = numbering(PLAIN)
SIX = numbering(CHECKED, ReferenceScheme(digits=6, check="damm"))


def plain(text: str) -> Numbers:
    return read(text, FOUR, YEN)


def checked(text: str) -> Numbers:
    return read(text, SIX, YEN)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("1001 ﾀｶﾊｼ ﾀﾛｳ", "タカハシ タロウ"),
        ("1001ﾀｶﾊｼ ﾀﾛｳ", "タカハシ タロウ"),
        ("ﾀｶﾊｼ ﾀﾛｳ1001", "タカハシ タロウ"),
        ("１００１　タカハシ", "タカハシ"),
        ("No.1001ﾀｶﾊｼ", "タカハシ"),
        ("ｳｹﾂｹﾊﾞﾝｺﾞｳ1001 ﾀｶﾊｼ", "タカハシ"),
        ("受付番号：1001 高橋", "高橋"),
        ("#1001", ""),
        ("1001ﾊﾞﾝ ﾀｶﾊｼ", "タカハシ"),
        ("1001ﾊﾞﾝﾄﾞｳ ｼﾞﾛｳ", "バンドウ ジロウ"),
        ("1001ｴﾝﾄﾞｳ ﾀﾛｳ", "エンドウ タロウ"),
        ("0000001001 ﾀｶﾊｼ", "タカハシ"),
        ("1001 ﾀｶﾊｼ ﾎｶ2ﾒｲ", "タカハシ"),
        ("03-1234-5678 1001 ﾀｶﾊｼ", "タカハシ"),
        ("1001 ﾀｶﾊｼ 3/2", "タカハシ"),
        ("1001 YOSHINO 1001", "YOSHINO"),
        ("PETER 1001", "PETER"),
    ],
)
def test_the_number_and_the_name(text: str, name: str) -> None:
    found = plain(text)

    assert found.known == ("1001",)
    assert found.unknown == ()
    assert found.rest == name


@pytest.mark.parametrize(
    ("text", "several"),
    [
        ("1007-1009 ﾐﾄﾞﾘ", ["1007", "1008", "1009"]),
        ("1007～1009", ["1007", "1008", "1009"]),
        ("1007ｰ1009", ["1007", "1008", "1009"]),
        ("1007ｶﾗ1009", ["1007", "1008", "1009"]),
        ("1007-9", ["1007", "1008", "1009"]),
        ("1007-09ﾐﾄﾞﾘﾉ", ["1007", "1008", "1009"]),
        ("1018 1019", ["1018", "1019"]),
        ("1018,1019", ["1018", "1019"]),
        ("1018･1019", ["1018", "1019"]),
        ("1018/1019", ["1018", "1019"]),
        ("1018,19,20", ["1018", "1019", "1020"]),
        ("10181019", ["1018", "1019"]),
        ("1019 1018 1019", ["1019", "1018"]),
    ],
)
def test_several_numbers(text: str, several: list[str]) -> None:
    assert list(plain(text).known) == several


def test_a_range_may_also_be_its_two_ends() -> None:
    assert plain("1007-1009").ends == ("1007", "1009")


def test_a_range_with_a_gap_names_what_is_nobodys() -> None:
    assert set(plain("1022-1025").unknown) == {"1024", "1025"}


@pytest.mark.parametrize(
    "text",
    [
        "ﾀｶﾊｼ ﾀﾛｳ",
        "1000ｴﾝ ﾀｶﾊｼ",
        "1000円",
        "¥1001",
        "1,001円",
        "2026/1/5",
        "0901001",
        "090-1001-1002",
    ],
)
def test_no_number_at_all(text: str) -> None:
    assert plain(text).silent


def test_what_may_be_a_year_or_an_amount_is_doubtful_or_nothing() -> None:
    assert plain("2026 ﾀｶﾊｼ").doubtful == {"2026"}
    assert plain("1000 ﾀｶﾊｼ").silent
    assert plain("3000 ﾀｶﾊｼ").silent
    assert plain("1999 ﾀｶﾊｼ").silent


@pytest.mark.parametrize(
    ("text", "kind", "number"),
    [
        ("9999 ﾀｶﾊｼ", "unknown", "9999"),
        ("10012 ﾀｶﾊｼ", "unknown", "10012"),
        ("101 ｵｵﾉ", "truncated", "101"),
        ("ﾊｾｶﾞﾜ ｷﾖｳｲﾁ 10", "truncated", "10"),
        ("1O02 ﾔﾏｻﾞｷ", "unclear", "1002"),
    ],
)
def test_a_number_that_is_nobodys(text: str, kind: str, number: str) -> None:
    assert getattr(plain(text), kind) == (number,)
    assert plain(text).known == ()


@pytest.mark.parametrize(
    "text",
    ["572946 ﾔﾏﾀﾞ", "572 946 ﾔﾏﾀﾞ", "572-946ﾔﾏﾀﾞ", "57 29 46 ﾔﾏﾀﾞ", "0000572946 ﾔﾏﾀﾞ"],
)
def test_a_number_that_proves_itself_may_be_broken(text: str) -> None:
    assert checked(text).known == ("572946",)
    assert checked(text).rest == "ヤマダ"


def test_without_a_check_digit_a_broken_number_is_none() -> None:
    assert plain("10 01 ﾀｶﾊｼ").known == ()


@pytest.mark.parametrize(
    "text", ["572946 120453", "572946-120453", "572946120453", "572946・120453"]
)
def test_numbers_drawn_at_random_make_no_range(text: str) -> None:
    assert checked(text).known == tuple(CHECKED)
    assert checked(text).unknown == ()


@pytest.mark.parametrize(
    ("text", "kind"),
    [("572945 ﾔﾏﾀﾞ", "wrong"), ("57294 ﾔﾏﾀﾞ", "truncated"), ("5729466 ﾔﾏﾀﾞ", "wrong")],
)
def test_a_mistyped_number_is_nobodys(text: str, kind: str) -> None:
    assert getattr(checked(text), kind)
    assert checked(text).known == ()


@pytest.mark.parametrize(
    ("code", "number"),
    [("0000001012", "1012"), ("1012      ", "1012"), ("１０１２", "1012"), ("0000009999", None),
     ("0000000000", None), ("", None), ("A1012", None)],
)  # fmt: skip
def test_the_payers_code(code: str, number: str | None) -> None:
    assert read_code(code, FOUR) == number
