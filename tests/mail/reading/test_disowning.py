"""Who says to know nothing of an application, and who only uses such words."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from pipeline.mail.reading import Reading
from tests.mail.reading.letters import LINES, mail, text

Read = Callable[[bytes], Reading]
QUOTED = (
    "",
    "2026年2月10日(火) 10:00 <office@example.jp>:",
    "> お心当たりのない場合は、このメールを破棄してください。",
)


@pytest.mark.parametrize(
    "words",
    [
        "心当たりがありません。",
        "お心当たりはございません。",
        "本件、心当たりございませんので破棄いたします。",
        "身に覚えがありません。",
        "申し込んだ覚えがございません。",
        "覚えのない申込みです。",
        "申し込んでいません。",
        "私は申し込んでおりません",
        "間違いです。申込みはしておりません。",
        "申込みなどしていないのですが。",
        "人違いではないでしょうか。",
        "だれかが勝手に申し込んだようです。",
        "I did not apply for this.",
    ],
)
def test_who_knows_nothing_of_it(reader: Read, words: str) -> None:
    assert reader(mail(text(words, *QUOTED))).disowned
    assert reader(mail(text(words))).disowned


@pytest.mark.parametrize(
    "words",
    [
        "確認しました。",
        "はい、申し込みをしております。",
        "たしかに申し込んでいます。",
        "申し込んだ覚えがあります。",
        "心当たりがあります。私です。",
        "Zoomの使い方を存じませんので、教えてください。",
        "",
        "参加費の振込先をまだ知りません。",
    ],
)
def test_who_only_uses_such_words(reader: Read, words: str) -> None:
    assert not reader(mail(text(words, *QUOTED))).disowned


def test_our_own_letter_below_without_any_marks_is_not_their_word(reader: Read) -> None:
    below = (
        "確認しました。",
        "",
        "お心当たりのない場合は、このメールを破棄してください。ご返信は必要ございません。",
    )

    assert not reader(mail(text(*below))).disowned


def test_a_person_and_a_machine_are_told_apart(reader: Read) -> None:
    automatic = b"Auto-Submitted: auto-replied"

    assert reader(mail(text("確認しました。"))).by_person
    assert reader(mail(text(""))).by_person
    assert reader(mail(text(*LINES))).by_person
    assert not reader(mail(text("確認しました。"), extra=[automatic])).by_person
    assert not reader(mail(text("只今不在です。急ぎの場合は代表電話へ。"))).by_person


def test_a_receipt_of_having_opened_a_letter_is_a_machines(reader: Read) -> None:
    receipt = text("開封されました。", "確認しました。")
    kind = b"multipart/report; report-type=disposition-notification; boundary=b"
    body = (
        b'--b\r\nContent-Type: text/plain; charset="UTF-8"\r\n\r\n'
        + receipt
        + b"\r\n--b\r\nContent-Type: message/disposition-notification\r\n\r\n"
        b"Disposition: manual-action/MDN-sent-manually; displayed\r\n--b--\r\n"
    )

    assert not reader(mail(body, content_type=kind)).by_person
