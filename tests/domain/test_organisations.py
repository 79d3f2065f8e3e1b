"""Organisations and municipalities as they write themselves at the bank."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pipeline.domain import kana, organisations

TABLE = Path(__file__).parents[3] / "shared" / "domain" / "tables" / "zengin_abbrev.json"


@pytest.mark.parametrize(
    ("payer", "registered"),
    [
        ("ﾌｸ)ﾐﾄﾞﾘﾉｼｼﾔｶｲﾌｸｼｷﾖｳｷﾞｶｲ", "ミドリノシシャカイフクシキョウギカイ"),
        ("ﾌｸ.ﾐﾄﾞﾘﾉｼｼﾔｷﾖｳ", "ミドリノシシャカイフクシキョウギカイ"),
        ("ｼﾔｶｲﾌｸｼﾎｳｼﾞﾝ ﾐﾄﾞﾘﾉｼ ｼﾔｷﾖｳ", "ミドリノシシャカイフクシキョウギカイ"),
        ("ﾄｸﾋ)ｻｻｴｱｲ", "特定非営利活動法人ささえあい"),
        ("ｴﾇﾋﾟｰｵｰﾎｳｼﾞﾝ ﾋﾀﾞﾏﾘ", "NPO法人ひだまり"),
        ("ｸﾙﾐｾｲｷﾖｳ", "くるみ生活協同組合"),
        ("ﾆｼﾞｲﾛﾉｳｷﾖｳ", "ニジイロノウギョウキョウドウクミアイ"),
        ("ｱｵｿﾞﾗ(ｶ", "株式会社あおぞら"),
        ("ｶ)ｱｵｿﾞﾗ", "㈱あおぞら"),
        ("ｻﾞｲ)ﾜｶﾊﾞ ﾀﾞｲﾋﾖｳ", "一般財団法人わかば"),
        ("社会福祉法人みどり野市社会福祉協議会", "みどり野市社協"),
    ],
)
def test_these_are_one_organisation(payer: str, registered: str) -> None:
    assert organisations.forms(payer) & organisations.forms(registered)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ﾌｸ)ﾐﾄﾞﾘｶｲ", "ミドリノカイ"),
        ("ﾐﾄﾞﾘﾉｼｼﾔｷﾖｳ", "ワカバシシャカイフクシキョウギカイ"),
        ("ﾐﾄﾞﾘｾｲｷﾖｳ", "ミドリノウキョウ"),
        ("ｼﾔｶｲﾌｸｼｷﾖｳｷﾞｶｲ", "シャカイフクシキョウギカイ"),
        ("個人", "個人"),
        ("なし", "なし"),
    ],
)
def test_these_are_not_or_say_nothing(one: str, other: str) -> None:
    assert not organisations.forms(one) & organisations.forms(other)


def test_every_abbreviation_of_a_legal_form_is_known() -> None:
    if not TABLE.exists():
        pytest.skip("the facts are not beside this project")
    table = json.loads(TABLE.read_text("utf-8"))
    for word, short in table["corporation"].items():
        for written in (f"{short})ヒナタ", f"ヒナタ({short}", f"{short}）ヒナタ", f"{word}ヒナタ"):
            assert organisations.forms(written) == {"ヒナタ"}, written


@pytest.mark.parametrize(
    ("payer", "place"),
    [
        ("ｱｵﾊﾞﾀﾞｲｼ ｶｲｹｲｶﾝﾘｼﾔ", "アオバダイシ"),
        ("ｱｵﾊﾞﾀﾞｲｼｶｲｹｲｶﾝ", "アオバダイシ"),
        ("ﾊﾅﾊﾞﾀｹﾏﾁ ｽｲﾄｳｲﾝ", "ハナバタケマチ"),
        ("ﾏﾂｶｾﾞﾁﾖｳ ｶｲｹｲｶﾝﾘｼﾔ ﾔﾏﾀﾞ ﾀﾛｳ", "マツカゼチヨウ"),
        ("ｼｵﾐｼﾁﾖｳ ﾔﾏﾀﾞ ﾀﾛｳ", "シオミシ"),
        ("ｱｷﾀｹﾝﾁｼﾞ", "アキタケン"),
        ("青葉台市会計管理者", "青葉台市"),
        ("ﾊﾔｼｶｲｹｲｼﾞﾑｼﾖ", None),
        ("ﾆｼ ﾁﾖｳｺ", None),
        ("ﾌｸ)ﾐﾄﾞﾘﾉｼｼﾔｷﾖｳ", None),
    ],
)
def test_the_place_whose_office_pays(payer: str, place: str | None) -> None:
    assert organisations.municipality(map(kana.key, payer.split())) == place


@pytest.mark.parametrize(
    ("form", "belongs"),
    [
        ("アオバダイシヤクシヨ", True),
        ("アオバダイシ", True),
        ("アオバダイシフクシカ", True),
        ("青葉台市役所", False),
        ("アオバダイシシヤキヨウ", False),
        ("アオバシヤクシヨ", False),
    ],
)
def test_what_belongs_to_a_municipality(form: str, belongs: bool) -> None:
    assert organisations.is_of_municipality(form, "アオバダイシ") is belongs
