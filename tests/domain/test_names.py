import pytest

from pipeline.domain.names import name_key


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("町田花子", "町田　花子"),
        ("町田花子", " 町田\u00a0花子 "),
        ("髙橋一郎", "高橋一郎"),
        ("山﨑", "山崎"),
        ("渡邊", "渡辺"),
        ("渡邉", "渡辺"),
        ("齋藤", "斉藤"),
        ("斎藤", "齊藤"),
        ("濵田", "浜田"),
        ("𠮷田", "吉田"),
        ("\ufa19谷", "神谷"),
        ("辻\U000e0100", "辻"),
        ("葛\ufe00西", "葛西"),
        ("ﾏﾁﾀﾞ ﾊﾅｺ", "マチダハナコ"),
        ("Ｍａｃｈｉｄａ", "machida"),
    ],
)
def test_these_may_be_the_same_person(one: str, other: str) -> None:
    assert name_key(one) == name_key(other)


@pytest.mark.parametrize(
    ("one", "other"), [("町田花子", "町田華子"), ("マチダ", "まちだ"), ("上田", "土田")]
)
def test_these_are_different_people(one: str, other: str) -> None:
    assert name_key(one) != name_key(other)
