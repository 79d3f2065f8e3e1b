"""What somebody wants without a form, and what is never answered."""

from __future__ import annotations

from tests.mail.reading.case import OUR_ID, Handmade, quoted, said
from tests.mail.reading.letters import FORM, LINES, mail, multipart, text, word

# ---------------------------------------------------------------- wishes


WISHES = (
    Handmade("60-cancelled", said("キャンセルします。"), kind="cancel_request"),
    Handmade(
        "61-cancelled-in-the-words-we-asked-for",
        said("取消しを確定します。", *quoted("　取消しを確定します"), reply=True),
        kind="cancel_request",
    ),
    Handmade(
        "62-a-question-about-cancelling",
        said("キャンセルした場合、返金はありますか。"),
        kind="question",
    ),
    Handmade(
        "63-the-password-did-not-come",
        said("IDとパスワードのメールが届いていません。", reply=True),
        kind="question",
    ),
    Handmade(
        "64-the-password-has-come",
        said("IDとパスワードを受け取りました。ありがとうございました。", reply=True),
        kind="acknowledgement",
    ),
    Handmade(
        "65-paid-with-a-reference",
        said("受付番号572421です。", "本日、参加費を振り込みました。", subject="ご連絡"),
        kind="payment_report",
        more={"reference_numbers": ["572421"]},
    ),
    Handmade(
        "66-an-invoice", said("請求書を発行していただけますでしょうか。"), kind="invoice_request"
    ),
    Handmade(
        "67-a-receipt-is-not-needed",
        said("領収書は不要です。よろしくお願いいたします。", reply=True),
        kind="acknowledgement",
    ),
    Handmade(
        "68-another-person-comes",
        said("町田に代わり、小川が代理で参加します。", reply=True),
        kind="change_request",
    ),
    Handmade(
        "69-applies-without-a-form",
        said("研究協議会への参加を申し込みます。", subject="参加について"),
        kind="application_incomplete",
        people=({"email": "machida@example.jp"},),
        more={"missing": ["name", "name_kana", "organization", "prefecture", "phone"]},
    ),
    Handmade(
        "70-a-form-and-a-question",
        mail(text(*LINES, "", "手話通訳はありますか。")),
        people=(FORM,),
        more={"also": ["question"]},
    ),
    Handmade(
        "71-a-form-and-an-invoice",
        mail(text("請求書の発行もお願いできますでしょうか。", *LINES)),
        people=(FORM,),
        more={"also": ["invoice_request"]},
    ),
    Handmade(
        "72-thanks",
        said("承知しました。ありがとうございました。", reply=True),
        kind="acknowledgement",
    ),
    Handmade(
        "75-our-letter-below-without-any-marks",
        said(
            "やはり参加いたします。よろしくお願いいたします。",
            "",
            "「令和7年度生活支援コーディネーター研究協議会」のお申込みの取消しのご連絡をいただきました。",
            "　取消しを確定します",
            "令和7年度生活支援コーディネーター研究協議会",
            "受付事務局",
            reply=True,
        ),
        kind="acknowledgement",
    ),
    Handmade(
        "76-only-the-afternoon-is-missed",
        said("当日は午後から欠席しますが、動画は拝見します。", reply=True),
        kind="needs_human",
    ),
    Handmade(
        "77-a-signature-makes-no-application",
        said(
            "ご返信ありがとうございます。よろしくお願いいたします。",
            "",
            "はなみずき市社会福祉協議会　町田",
            "TEL：026-000-1234",
            "E-mail：machida@example.jp",
            reply=True,
        ),
        kind="acknowledgement",
    ),
    Handmade(
        "78-who-applies-in-prose-is-asked-with-what-the-signature-says",
        said(
            "参加を申し込みます。",
            "--------------------",
            "はなみずき市社会福祉協議会　町田",
            "TEL：026-000-1234",
        ),
        kind="application_incomplete",
        people=({"phone": "026-000-1234", "email": "machida@example.jp"},),
        more={"missing": ["name", "name_kana", "organization", "prefecture"]},
    ),
    Handmade(
        "79-cancelled-in-the-subject-alone",
        said("", subject="参加キャンセルについて"),
        kind="cancel_request",
    ),
    Handmade("73-nothing-recognised", said("にゃーー。"), kind="needs_human"),
    Handmade(
        "74-no-word-of-japanese",
        mail(b"Buy now!\n", subject=b"Offer"),
        kind="unrelated",
        answer=False,
    ),
)

# ---------------------------------------------------------------- never answered

FAILED = b"""Reporting-MTA: dns; mail.example.jp

Final-Recipient: rfc822; machida@example.jp
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 no such user
"""
DSN = (b"Content-Type: message/delivery-status", FAILED)
UNANSWERED = (
    Handmade(
        "90-returned",
        multipart(
            "report; report-type=delivery-status",
            (b"Content-Type: text/plain", b"I could not deliver your letter.\n"),
            DSN,
            extra=(b"Return-Path: <>", b"Auto-Submitted: auto-replied"),
        ),
        kind="bounce",
        answer=False,
    ),
    Handmade(
        "91-returned-in-japanese-prose",
        mail(
            text(
                "次の宛先に配信できませんでした。", "<machida@example.jp>", "550 宛先が存在しません"
            ),
            sender=b"MAILER-DAEMON <>",
            subject=word("配信できませんでした"),
        ),
        kind="bounce",
        answer=False,
    ),
    Handmade(
        "92-absent-told-by-the-subject-alone",
        mail(
            text("2月3日まで不在にしております。"),
            subject=word("自動応答: 【受付番号123456】お振込みのお願い"),
        ),
        kind="auto_reply",
        answer=False,
    ),
    Handmade(
        "93-absent-told-by-the-text-alone",
        mail(text("このメールは自動返信です。担当者は不在です。"), subject=word("Re: お願い")),
        kind="auto_reply",
        answer=False,
    ),
    Handmade(
        "94-a-list",
        mail(text("今月のお知らせです。"), extra=(b"List-Id: <news.example.com>",)),
        kind="unrelated",
        answer=False,
    ),
    Handmade(
        "95-our-own-letter-come-back",
        mail(text(*LINES), message_id=OUR_ID),
        kind="unrelated",
        answer=False,
    ),
    Handmade(
        "96-a-form-from-a-robot-nobody-listed",
        mail(text(*LINES), sender=b"no-reply@form.example.org"),
        kind="needs_human",
        answer=False,
    ),
    Handmade(
        "97-spam-complaint",
        multipart(
            "report; report-type=feedback-report",
            (b"Content-Type: text/plain", b"complaint\n"),
            (b"Content-Type: message/feedback-report", b"Feedback-Type: abuse\n"),
        ),
        kind="needs_human",
        answer=False,
    ),
)
