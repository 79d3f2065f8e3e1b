"""Which prefecture a text names, and when it names none."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pipeline.mail.places import PREFECTURES, prefecture_in, prefecture_of

TABLES = Path(__file__).parents[4] / "shared" / "domain" / "tables"


@pytest.mark.parametrize(
    ("text", "prefecture"),
    [
        ("岩沼市社会福祉協議会", "宮城県"),
        ("社会福祉法人岩沼市社会福祉協議会", "宮城県"),
        ("（福）岩沼市社協", "宮城県"),
        ("〒989-0000 岩沼市桜1-2-3", "宮城県"),
        ("横浜市役所", "神奈川県"),
        ("大阪市北区社会福祉協議会", "大阪府"),
        ("世田谷区", "東京都"),
        ("東広島市社会福祉協議会", "広島県"),
        ("北広島市社会福祉協議会", "北海道"),
        ("四日市市社会福祉協議会", "三重県"),
        ("焼津市", "静岡県"),
        ("京都府庁", "京都府"),
        ("NPO法人ひだまり（長野県）", "長野県"),
    ],
)
def test_a_place_says_its_prefecture(text: str, prefecture: str) -> None:
    assert prefecture_in(text) == prefecture


@pytest.mark.parametrize(
    "text",
    [
        "府中市社会福祉協議会", "伊達市", "池田町役場", "北区社会福祉協議会", "みなみ野市社協",
        "東村山社会福祉協議会", "川崎市場", "岩沼市と横浜市", "長野県と新潟県", "ささゆり生協", "",
    ],
)  # fmt: skip
def test_what_may_mean_two_places_or_none_says_nothing(text: str) -> None:
    assert prefecture_in(text) is None


@pytest.mark.parametrize(
    ("word", "prefecture"),
    [
        ("千葉", "千葉県"),
        ("北海道", "北海道"),
        ("東京", "東京都"),
        ("Nagano", "長野県"),
        ("府中", None),
    ],
)
def test_a_word_is_a_prefecture_without_its_ending(word: str, prefecture: str | None) -> None:
    assert prefecture_of(word) == prefecture


def test_every_name_of_the_table_says_its_prefecture_alone() -> None:
    if not TABLES.is_dir():
        pytest.skip("the tables do not lie beside the project")
    unique = json.loads((TABLES / "municipality_to_prefecture.json").read_text("utf-8"))["unique"]
    several = json.loads((TABLES / "ambiguous_municipalities.json").read_text("utf-8"))

    assert {name: prefecture_in(name) for name in unique} == unique
    assert set(unique.values()) == set(PREFECTURES)
    assert {prefecture_in(name) for name in several["ambiguous"]} == {None}
    assert {prefecture_in(name) for name in several["ambiguous_wards"]} == {None}
