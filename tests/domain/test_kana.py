"""The canonical kana key: what a bank's form cannot show makes no difference."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.domain import kana
from tests.domain.ledgers import at_the_bank

KATAKANA = [chr(code) for code in range(0x30A1, 0x30F5)] + ["ー", "・", " "]
names = st.text(st.sampled_from(KATAKANA), min_size=1, max_size=16)


@given(names)
def test_a_name_at_the_bank_has_the_key_of_the_name(name: str) -> None:
    large = name.translate(str.maketrans("ヮヰヱ", "ワイエ"))

    assert kana.key(at_the_bank(large)) == kana.key(name)


@given(names)
def test_width_makes_no_difference(name: str) -> None:
    assert kana.key(unicodedata.normalize("NFD", name)) == kana.key(name)
    assert kana.key(name.replace(" ", "\u3000")) == kana.key(name)


@given(names, st.integers(0, 16))
def test_a_long_vowel_mark_or_a_dot_makes_no_difference(name: str, at: int) -> None:
    for mark in "ー-‐・. )":
        assert kana.key(name[:at] + mark + name[at:]) == kana.key(name)


@given(names)
def test_hiragana_makes_no_difference(name: str) -> None:
    hiragana = "".join(
        chr(ord(letter) - 0x60) if "ァ" <= letter <= "ヶ" else letter for letter in name
    )

    assert kana.key(hiragana) == kana.key(name)


@given(st.text(max_size=20))
def test_a_key_is_its_own_key(text: str) -> None:
    assert kana.key(kana.key(text)) == kana.key(text)


@given(names)
def test_a_weak_key_is_its_own_weak_key_and_that_of_the_key(name: str) -> None:
    weak = kana.weak_key(name)

    assert kana.weak_key(weak) == weak
    assert kana.weak_key(kana.key(name)) == weak


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ｲﾄｳ ｼﾞﾖ-ｼﾞ", "伊藤 ジョージ".replace("伊藤", "イトウ")),
        ("ｲｶﾞﾗｼ ｳﾞｲｳﾞｲｱﾝ", "イガラシ ヴィヴィアン"),
        ("ﾀｶﾊｼ ｶｵﾙ", "たかはし かをる"),
        ("カ゛ワ", "ガワ"),
        ("ｶ ﾞﾜ", "ガワ"),
        ("ＪＯＨＮ　Ｓｍｉｔｈ", "John Smith"),
        ("髙橋　太郎", "高橋太郎"),
        ("ｽｽﾞｷ ﾐﾂｴ", "スズキ ミツヱ"),
    ],
)
def test_these_have_one_key(one: str, other: str) -> None:
    assert kana.key(one) == kana.key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ヤマザキ", "ヤマサキ"),
        ("オオノ", "オノ"),
        ("チヅル", "チズル"),
        ("ハナコ", "ハナ"),
        ("ショウジ", "ショオジ"),
    ],
)
def test_these_have_two_keys(one: str, other: str) -> None:
    assert kana.key(one) != kana.key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ヤマザキ", "ヤマサキ"),
        ("オオノ", "オーノ"),
        ("オオノ", "オウノ"),
        ("チヅル", "チズル"),
        ("ユウコ", "ユーコ"),
        ("ケイコ", "ケーコ"),
    ],
)
def test_people_hear_these_alike(one: str, other: str) -> None:
    assert kana.weak_key(one) == kana.weak_key(other)


def test_voice_marks_take_places_of_their_own_at_the_bank() -> None:
    assert kana.width_at_the_bank("ﾔﾏｻﾞｷ") == kana.width_at_the_bank("ヤマザキ") == 5
    assert kana.ends_with_a_field("123456 ﾀｶﾊｼ ﾀﾛ")
    assert not kana.ends_with_a_field("123456 ﾀｶﾊｼ ﾀ")
