"""One mail, read once: what a worker is told of it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from pipeline.domain.application import Thread
from pipeline.domain.rules import Rules
from pipeline.mail.own import Own
from pipeline.mail.reading import Kind, Reading, digest, read
from pipeline.mail.showing import as_json, explain
from tests.mail.reading.case import OUR_ID, TO_OURS, quoted
from tests.mail.reading.letters import LINES, mail, text, word

KEYS = {
    "file", "kind", "answer", "reply_to", "authenticated", "subject", "sender", "participants",
    "also", "missing", "reference", "payment", "attachments", "problems", "defects",
}  # fmt: skip


def test_the_thread_of_the_answer_is_the_mails(reader: Callable[[bytes], Reading]) -> None:
    raw = mail(text(*LINES), extra=(b"In-Reply-To: <b@x>", b"References: <a@x> <b@x>"))
    reading = reader(raw)

    assert reading.thread == Thread("<m1@mail.example.org>", ("<a@x>", "<b@x>"))
    assert reading.answers_to == ("<b@x>", "<a@x>")


def test_without_references_what_is_answered_stands_for_them(
    reader: Callable[[bytes], Reading],
) -> None:
    assert reader(mail(b"x", extra=(b"In-Reply-To: <b@x>",))).thread.references == ("<b@x>",)


def test_an_id_that_cannot_be_quoted_is_none(reader: Callable[[bytes], Reading]) -> None:
    assert reader(mail(b"x", message_id=b"not an id")).message_id is None


@pytest.mark.parametrize(
    ("subject", "body", "reference"),
    [
        ("Re: 【受付番号572421】お振込み", "x", "572421"),
        ("x", "受付番号は５７２４２１です。", "572421"),
        ("x", "受付番号は572422です。", None),
        ("x", "電話は0572-421-572です。", None),
    ],
)
def test_a_reference_counts_when_its_check_digit_is_right(
    subject: str, body: str, reference: str | None, reader: Callable[[bytes], Reading]
) -> None:
    assert reader(mail(text(body), subject=word(subject))).reference == reference


def test_our_own_words_below_confirm_nothing(
    rules: Rules, reader: Callable[[bytes], Reading]
) -> None:
    words = rules.intake.words.withdraw_confirmed[0]
    said = reader(mail(text(f"{words}。"), extra=TO_OURS))
    below = reader(mail(text("キャンセルしたいです。", *quoted(words)), extra=TO_OURS))

    assert (said.kind, said.confirmed) == (Kind.CANCEL_REQUEST, True)
    assert (below.kind, below.confirmed) == (Kind.CANCEL_REQUEST, False)
    assert words not in below.said


def test_our_letter_below_without_marks_confirms_nothing(
    rules: Rules, reader: Callable[[bytes], Reading]
) -> None:
    letter = (rules.event.title, rules.intake.words.withdraw_confirmed[0])
    raw = mail(text("キャンセルの件です。", *letter, *rules.event.office.signature), extra=TO_OURS)

    assert not reader(raw).confirmed


def test_the_password_is_asked_for(reader: Callable[[bytes], Reading]) -> None:
    reading = reader(mail(text("パスワードを忘れました。"), extra=TO_OURS))

    assert (reading.kind, reading.asks_access) == (Kind.QUESTION, True)


def test_the_name_is_the_one_of_who_is_answered(reader: Callable[[bytes], Reading]) -> None:
    elsewhere = mail(
        text(*LINES), extra=(b"Reply-To: " + word("総務") + b" <a@other.example.com>",)
    )
    same = mail(text(*LINES), extra=(b"Reply-To: <soumu@example.jp>",))

    assert reader(elsewhere).sender_name == "総務"
    assert reader(same).sender_name == "町田 花子"


def test_a_reply_to_of_ours_is_no_address_to_answer(reader: Callable[[bytes], Reading]) -> None:
    raw = mail(text(*LINES), extra=(b"Reply-To: office@example.jp",))

    assert reader(raw).reply_to == "machida@example.jp"


def test_without_an_address_nothing_is_answered(reader: Callable[[bytes], Reading]) -> None:
    reading = reader(mail(text(*LINES), sender=word("町田")))

    assert (reading.reply_to, reading.answer) == ("", False)


# ---------------------------------------------------------------- the same letter again


def test_a_letter_delivered_again_has_the_same_digest() -> None:
    raw = mail(text(*LINES))
    again = (
        b"Return-Path: <machida@example.jp>\r\nDelivered-To: office@example.jp\r\n"
        b"Received: from elsewhere\r\n\tby here; later\r\nX-Spam-Score: 1\r\n" + raw
    )

    assert digest(again) == digest(raw)
    assert digest(raw.replace(b"\r\n", b"\n") + b"\n") == digest(raw)


@pytest.mark.parametrize("part", [b"Subject: ", b"Message-ID: <", "花子".encode()])
def test_another_letter_has_another_digest(part: bytes) -> None:
    raw = mail(text(*LINES))

    assert digest(raw.replace(part, part + b"x")) != digest(raw)


# ---------------------------------------------------------------- for people


def test_the_json_has_the_keys_that_were_promised(reader: Callable[[bytes], Reading]) -> None:
    reading = reader(mail(text(*LINES)))

    assert set(as_json(reading, "a.eml")) == KEYS
    assert set(as_json(reading, "a.eml", text=True)) == KEYS | {"text"}


def test_an_explanation_names_kind_lines_and_doubts(reader: Callable[[bytes], Reading]) -> None:
    raw = mail(text(*LINES[:4], "メールアドレス：a@example,jp", "ご質問：手話はありますか。"))
    said = explain(reader(raw))

    assert "application_incomplete: a form" in said
    assert "1. prefecture: 長野県  <- 都道府県：長野県" in said
    assert "email of participant 1 unclear: a@example,jp" in said
    assert "also wanted: question" in said


def test_our_own_letter_is_only_noted(rules: Rules, own: Own) -> None:
    reading = read(mail(text(*LINES), message_id=OUR_ID), rules, own)

    assert (reading.kind, reading.participants) == (Kind.UNRELATED, ())
    assert reading.text == text(*LINES).decode()
