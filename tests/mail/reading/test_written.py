"""Texts as people write them, each read as a careful clerk would read it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.mail.reading import Kind, Reading
from pipeline.mail.showing import as_json
from tests.mail.reading.written import FOLDER, Written, load

FILES = sorted(FOLDER.iterdir())
Reader = Callable[[bytes], Reading]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_everybody_is_read_with_every_answer(file: Path, reader: Reader) -> None:
    written = load(file)
    shown = as_json(reader(written.raw), "x")["participants"]

    assert shown == list(written.people)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_no_readable_application_goes_to_a_person(file: Path, reader: Reader) -> None:
    reading = reader(load(file).raw)

    assert reading.needs_review is None
    assert reading.kind in {Kind.APPLICATION, Kind.APPLICATION_INCOMPLETE}


@pytest.mark.parametrize(
    ("subject", "body"),
    [
        (
            "振込のご連絡",
            "山田太郎です。本日参加費を振り込みました。\n\n--\n山田太郎\nTEL 026-000-1234",
        ),
        (
            "確認",
            "下記の2名の申込みについて、受付状況を教えてください。\n・山田 太郎（やまだ たろう）",
        ),
        ("研修会のご案内", "以下の内容で開催します。\n10:00 開会 佐藤 清和（さとう きよかず）"),
        ("キャンセル", "山田太郎（やまだたろう）の参加を取り消します。"),
        (
            "お尋ね",
            "山田太郎（やまだたろう）と申します。\n参加費の支払方法について教えてください。",
        ),
    ],
    ids=["payment", "question", "programme", "withdrawal", "introduction"],
)
def test_nobody_is_registered_who_does_not_apply(subject: str, body: str, reader: Reader) -> None:
    reading = reader(Written(body, subject=subject).raw)

    assert reading.participants == ()


@pytest.mark.parametrize(
    "body",
    [
        "はなみずき市社協の山田です。参加を申し込みます。",
        "参加を申し込みます。\n\n--\nはなみずき市社会福祉協議会\nTEL 026-000-1234",
        "参加を申し込みます。よろしくお願いいたします。",
    ],
    ids=["a family's name", "a signature without a name", "nothing"],
)
def test_who_is_not_told_for_sure_is_asked_for(body: str, reader: Reader) -> None:
    reading = reader(Written(body, sender="info <info@example.jp>").raw)

    assert reading.kind is Kind.APPLICATION_INCOMPLETE
    assert [p.name for p in reading.participants] == [None]


def test_a_colleague_who_comes_too_is_read_or_shown_to_a_person(reader: Reader) -> None:
    form = load(FOLDER / "squares.txt").body + "\n\n"
    told = reader(Written(form + "同僚の鈴木 花子（スズキ ハナコ）も参加いたします。").raw)
    unclear = reader(Written(form + "同僚の鈴木も参加いたします。").raw)

    assert [p.name for p in told.participants] == ["山田 太郎", "鈴木 花子"]
    assert told.participants[1].organization == told.participants[0].organization
    assert unclear.kind is Kind.APPLICATION_NEEDS_REVIEW


def test_what_was_concluded_names_the_line_that_says_it(reader: Reader) -> None:
    lines = ("氏名：山田 太郎", "所属：岩沼市社会福祉協議会　地域福祉課", "役職：第２層ＳＣ")
    reading = reader(Written("\n".join(lines)).raw)
    sources = {field: line for _, field, line in reading.sources}

    assert sources["prefecture"] == sources["department"] == lines[1]
    assert sources["category"] == lines[2]


@pytest.mark.parametrize(
    "body",
    [
        "氏名\u3000" + "\u3000" * 200_000 + "x",
        "参加を申し込みます。" + "（ヤマダ）" * 50_000,
        "参加を申し込みます。" + "山" * 200_000 + "です。",
        '{"お名前":"' * 50_000,
        "氏名：" + "山田太郎、" * 30_000,
        "お名前（" * 50_000 + "：x",
    ],
    ids=["spaces", "readings", "a name", "JSON", "names", "brackets"],
)
def test_a_hostile_text_ends_with_a_verdict(body: str, reader: Reader) -> None:
    reading = reader(Written(body).raw)

    assert reading.kind is Kind.APPLICATION_INCOMPLETE
    assert len(reading.participants) == 1
