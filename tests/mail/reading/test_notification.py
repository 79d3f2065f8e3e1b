"""What web forms send: the applicant is answered, never the robot, and nothing in a loop."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from pipeline.mail.reading import Kind, Reading
from tests.mail.reading.case import TO_OURS
from tests.mail.reading.letters import LINES, mail, text, word

APPLICANT = "machida@example.jp"
CONTACT_FORM_7 = (
    f"差出人: 町田 花子 <{APPLICANT}>",
    "題名: お問い合わせ",
    "",
    "メッセージ本文:",
    *LINES,
    "",
    "-- ",
    "このメールは 研究協議会 (https://form.example.org) のお問い合わせフォームから送信されました",
)
SCRIPT = ("タイムスタンプ: 2026/02/03 10:00:00", *(line.replace("：", ": ") for line in LINES))
MAILER = (
    "以下の内容で送信されました。",
    "-" * 40,
    *(part for line in LINES for part in (f"[{line.split('：')[0]}]", f"　{line.split('：')[1]}")),
    "-" * 40,
    "送信日時：2026/02/03 10:00:00",
    "IPアドレス：192.0.2.1",
)
ROBOTS = (b"wordpress@form.example.org", b"noreply@form.example.org", b"autoreply@form.example.org")
REPLY = b"Reply-To: " + APPLICANT.encode()


@pytest.mark.parametrize("sender", ROBOTS)
@pytest.mark.parametrize("lines", [CONTACT_FORM_7, SCRIPT, MAILER], ids=["cf7", "script", "mailer"])
@pytest.mark.parametrize("extra", [(), (REPLY,), (REPLY, b"Auto-Submitted: auto-generated")])
def test_the_applicant_is_answered_and_never_the_robot(
    lines: tuple[str, ...],
    sender: bytes,
    extra: tuple[bytes, ...],
    reader: Callable[[bytes], Reading],
) -> None:
    reading = reader(mail(text(*lines), subject=word("参加申込"), sender=sender, extra=extra))

    assert (reading.kind, reading.answer) == (Kind.APPLICATION, True), reading.why
    assert (reading.reply_to, reading.also) == (APPLICANT, ())


@pytest.mark.parametrize(
    "extra",
    [
        (b"Auto-Submitted: auto-replied",),
        (b"Return-Path: <>",),
        (b"X-Loop: yes",),
        (b"List-Id: <a.example.org>",),
        (b"Precedence: bulk",),
        TO_OURS,
    ],
    ids=lambda extra: extra[0].decode(),
)
def test_what_may_be_a_loop_is_not_answered(
    extra: tuple[bytes, ...], reader: Callable[[bytes], Reading]
) -> None:
    raw = mail(text(*CONTACT_FORM_7), sender=b"noreply@form.example.org", extra=(*extra, REPLY))

    assert not reader(raw).answer


def test_two_applicants_are_nobody(reader: Callable[[bytes], Reading]) -> None:
    two = (b"Reply-To: a@example.jp, b@example.jp",)
    raw = mail(text(*CONTACT_FORM_7), sender=b"noreply@form.example.org", extra=two)

    assert reader(raw).reply_to in {"a@example.jp", ""}
    assert reader(raw).reply_to != "noreply@form.example.org"


def test_a_robot_without_a_form_is_not_answered(reader: Callable[[bytes], Reading]) -> None:
    raw = mail(
        text("フォームから送信されました。", "お問い合わせありがとうございます。"),
        sender=b"noreply@form.example.org",
        extra=(REPLY,),
    )

    assert not reader(raw).answer


def test_a_person_with_a_form_in_prose_is_still_the_person(
    reader: Callable[[bytes], Reading],
) -> None:
    raw = mail(text("フォームからの送信ができないため、メールで申し込みます。", *LINES))

    assert reader(raw).reply_to == APPLICANT
    assert reader(raw).kind is Kind.APPLICATION


def test_a_mailer_that_writes_in_the_applicants_name_is_answered_there(
    reader: Callable[[bytes], Reading],
) -> None:
    reading = reader(mail(text(*MAILER), subject=word("参加申込")))

    assert (reading.kind, reading.answer) == (Kind.APPLICATION, True), reading.why
    assert reading.reply_to == APPLICANT
