"""Notifications of form services, and mails of payment agencies: machines that speak for people."""

from __future__ import annotations

from collections.abc import Iterator

from tests.mail.reading.making.coding import BY_NAME, JIS
from tests.mail.reading.making.expect import Case, application, case, kind, silent, tables
from tests.mail.reading.making.folk import (
    KEIKO,
    MEILING,
    REN,
    SARAH,
    SHINTARO,
    TAICHI,
    YURIKO,
)
from tests.mail.reading.making.layouts import FIRST, form
from tests.mail.reading.making.post import Mail
from tests.mail.reading.making.spelling import SPELLINGS
from tests.mail.reading.making.words import WAYS

USUAL = SPELLINGS["usual"]


def contact_form() -> Iterator[Case]:
    """WordPress Contact Form 7: the site writes, the applicant is in Reply-To."""
    for number, person in enumerate((KEIKO, SARAH)):
        question = "駐車場はありますか。" if number else ""
        text = "\n".join(
            (
                f"差出人: {person.name} <{person.email}>",
                "題名: 研究協議会参加申込",
                "",
                "メッセージ本文:",
                *form(person, "ascii-colon"),
                *([f"ご質問: {question}"] if question else ["ご質問:"]),
                "",
                "-- ",
                "このメールは 研究協議会 (https://form.example.org) のフォームから送信されました",
            )
        )
        mail = Mail(
            subject="[研究協議会] 「研究協議会参加申込」",
            name="研究協議会",
            address="wordpress@form.example.org",
            text=text,
            header=(
                f"Reply-To: {person.email}".encode(),
                b"X-Mailer: PHPMailer 6.9.1 (https://github.com/PHPMailer/PHPMailer)",
                b"X-WPCF7-Content-Type: text/plain",
            ),
        )
        yield case(
            f"service-contact-form-{number + 1}",
            "WordPress Contact Form 7" + (" with a question" if question else ""),
            mail,
            application(
                person,
                reply_to=person.email,
                sub_intents=["question"] if question else [],
                must_not=["reply to wordpress@form.example.org"],
            ),
        )


def contact_form_html() -> Case:
    """The same as HTML."""
    person = TAICHI
    rows = "<br>\n".join(f"{FIRST[f]}: {USUAL.write(person, f)}" for f in FIRST)
    mail = Mail(
        subject="参加申込フォーム",
        name="研究協議会",
        address="wordpress@form.example.org",
        html=f"<!doctype html><html><body>{rows}<br>\n<br>\n--<br>\n"
        "このメールは研究協議会のフォームから送信されました</body></html>",
        header=(
            WAYS["utf8-b"](person.name).join((b"Reply-To: ", f" <{person.email}>".encode())),
            b"X-WPCF7-Content-Type: text/html",
        ),
    )
    return case(
        "service-contact-form-html",
        "Contact Form 7 as HTML, a name in Reply-To",
        mail,
        application(person, reply_to=person.email),
    )


def google_script() -> Case:
    """A script that mails the answers of a Google Form."""
    person = YURIKO
    questions = {
        "name": "お名前（漢字）",
        "name_kana": "お名前（フリガナ）",
        "organization": "ご所属の団体名",
        "department": "部署名",
        "position": "役職名",
        "prefecture": "都道府県",
        "email": "メールアドレス",
        "phone": "電話番号（ハイフンあり）",
        "category": "参加区分",
    }
    lines = [f"{questions[f]}: {USUAL.write(person, f)}" for f in FIRST]
    text = "\n".join(
        ("フォームに新しい回答がありました。", "", "タイムスタンプ: 2026/02/10 10:12:44", *lines)
    )
    mail = Mail(
        subject="フォームの回答：参加申込",
        name="",
        address="form-script@example.com",
        text=text,
    )
    return case(
        "service-google-script",
        "a script for a Google Form; the applicant is the address in the answers",
        mail,
        application(person, reply_to=person.email, must_not=["reply to form-script@example.com"]),
    )


def mailer() -> Case:
    """A CGI form mailer: labels in brackets, answers below."""
    person = SHINTARO
    lines: list[str] = []
    for field in FIRST:
        lines += [f"[{FIRST[field]}]", f" {USUAL.write(person, field)}", ""]
    text = "\n".join(
        (
            "フォームメールより送信されました。",
            "-" * 50,
            *lines,
            "-" * 50,
            "送信日時：2026/02/10(火) 10:12:44",
            "IPアドレス：192.0.2.55",
            "ブラウザ：Mozilla/5.0 (Windows NT 10.0; Win64; x64)",
        )
    )
    mail = Mail(
        subject="参加申込フォーム",
        name="",
        address=person.email,
        text=text,
        coding=JIS,
        header=(b"X-Mailer: PostMail 7.1",),
    )
    return case(
        "service-form-mailer",
        "a CGI form mailer that writes in the applicant's name",
        mail,
        application(person, reply_to=person.email),
    )


def bridge() -> Case:
    """A form service: its robot writes, the applicant is a field."""
    person = REN
    lines = [
        f"■{FIRST[field]}\n{USUAL.write(person, field)}"
        for field in FIRST
        if USUAL.write(person, field)
    ]
    text = "\n".join(
        (
            "以下の内容でフォームに回答がありました。",
            "",
            "回答ID：A-000123",
            "回答日時：2026-02-10 10:12",
            "",
            *lines,
            "",
            "※本メールは送信専用アドレスから自動配信しています。",
        )
    )
    mail = Mail(
        subject="【自動配信】フォームに回答がありました",
        name="フォーム通知",
        address="autoreply@kintoneapp.example.com",
        text=text,
        header=(b"Auto-Submitted: auto-generated",),
    )
    expected = kind(
        ("application", "needs_human", "application_needs_review", "auto_reply"),
        must_not=["reply to autoreply@kintoneapp.example.com"],
    )
    del expected["participants"]
    return case(
        "service-robot-not-listed",
        "a form service that nobody listed: an application or a person, never an answer to it",
        mail,
        expected,
    )


def formrun() -> Case:
    """A form service that sends from its own address with Reply-To."""
    person = MEILING
    lines = form(person, "lenticular-below")
    mail = Mail(
        subject="【新着】参加申込フォームに回答がありました",
        name="フォームサービス",
        address="notification@forms.example.com",
        text="\n".join(
            (
                "新しい回答が届きました。",
                "",
                *lines,
                "回答を確認する: https://forms.example.com/r/1",
            )
        ),
        header=(f"Reply-To: {person.email}".encode(),),
    )
    return case(
        "service-reply-to",
        "a form service; the applicant is in Reply-To",
        mail,
        application(
            person,
            reply_to=person.email,
            must_not=["reply to notification@forms.example.com"],
        ),
    )


# ---------------------------------------------------------------- payment agencies


def notices() -> Iterator[Case]:
    """What machines say about money: noted, never answered, never money.

    Each comes from a machine that says so, and from one that looks like a person.
    """
    for told in tables("machines")["notice"]:
        foot = "\n\n※本メールは送信専用です。ご返信いただいてもお答えできません。"
        machine = Mail(
            subject=told["subject"],
            name="入金通知",
            address="no-reply@pay.example.com",
            text=told["text"] + foot,
            header=(b"Auto-Submitted: auto-generated",),
            coding=BY_NAME["jis" if told["name"] in {"final", "bank"} else "utf8-base64"],
            date=b"Tue, 24 Feb 2026 18:25:00 +0900",
        )
        plain = machine.but(text=told["text"], header=(), address="info@agency.example.net")
        expected = silent(told.get("kinds", ("payment_notice",)), **told["more"])
        yield case(f"notice-{told['name']}", told["what"], machine, expected)
        what = f"{told['what']}, without a machine's header"
        yield case(f"notice-{told['name']}-plain", what, plain, expected)


SERVICES = (
    *contact_form(),
    contact_form_html(),
    google_script(),
    mailer(),
    bridge(),
    formrun(),
    *notices(),
)
