"""What was answered, sure or unclear, and what is attached."""

from __future__ import annotations

import base64

from tests.mail.reading.case import Handmade, but, lines, said
from tests.mail.reading.letters import (
    FORM,
    HTML,
    LINES,
    PLAIN,
    attached,
    jis,
    mail,
    multipart,
    text,
    word_of,
)

# ---------------------------------------------------------------- answers

ANSWERS = (
    Handmade(
        "50-a-comma-for-a-dot-is-asked-about",
        mail(text(*lines(l4="メールアドレス：machida@example,jp"))),
        kind="application_incomplete",
        people=(but(email=None),),
        more={"problems": ["email of participant 1 unclear: machida@example,jp"]},
    ),
    Handmade(
        "51-full-width-is-folded",
        mail(
            text(
                *lines(
                    l4="メールアドレス：ｍａｃｈｉｄａ＠ｅｘａｍｐｌｅ．ｊｐ",
                    l5="電話番号：０２６ー０００−１２３４",
                    l3="都道府県：長野",
                )
            )
        ),
        people=(FORM,),
    ),
    Handmade(
        "52-something-is-missing",
        mail(text(*lines(l1="フリガナ：", l5=""))),
        kind="application_incomplete",
        people=(but(name_kana=None, phone=None),),
        more={"missing": ["name_kana", "phone"]},
    ),
    Handmade(
        "53-a-kind-that-is-not-listed",
        mail(text(*lines(l6="参加区分：会社員"))),
        people=(but(category="other"),),
    ),
    Handmade(
        "54-a-fax-number-is-no-telephone",
        mail(text(*lines(l5="FAX：026-000-1234"))),
        kind="application_incomplete",
        people=(but(phone=None),),
        more={"missing": ["phone"]},
    ),
    Handmade(
        "55-office-and-position-behind-one-label",
        mail(text(*lines(l6="部署・役職：地域福祉課　第1層生活支援コーディネーター"))),
        people=(
            but(
                category="sc",
                department="地域福祉課",
                position="第1層生活支援コーディネーター",
            ),
        ),
    ),
    Handmade(
        "58-organisation-office-and-position-behind-one-label",
        mail(text(*lines(l2="所属・役職：はなみずき町役場　福祉課　主任"))),
        people=(but(organization="はなみずき町役場", department="福祉課", position="主任"),),
    ),
    Handmade(
        "56-ticked-boxes",
        mail(text(*lines(l6="参加区分：□生活支援コーディネーター ■行政・自治体 □NPO"))),
        people=(but(category="gov"),),
    ),
    Handmade(
        "57-a-municipality-alone-is-not-sure",
        mail(text(*lines(l3="所在地：府中市宮西町"))),
        kind="application_incomplete",
        people=(but(prefecture=None),),
        more={"problems": ["prefecture of participant 1 unclear: 府中市宮西町"]},
    ),
)

# ---------------------------------------------------------------- attachments

XLSX = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ATTACHMENTS = (
    Handmade(
        "80-the-form-is-attached",
        multipart(
            "mixed",
            (PLAIN, text("参加申込書を添付します。")),
            (
                attached(
                    b'filename="' + word_of(jis("参加申込書") + b".xlsx", "ISO-2022-JP") + b'"',
                    XLSX,
                ),
                base64.b64encode(b"PK\x03\x04"),
            ),
        ),
        kind="application_needs_review",
        more={
            "attachments": [{"filename": "参加申込書.xlsx"}],
        },
    ),
    Handmade(
        "81-the-password-of-a-file",
        said("先ほどお送りした添付ファイルのパスワードは以下のとおりです。", "パスワード：aB3-xyz"),
        kind="attachment_password",
    ),
    Handmade(
        "82-a-program-is-attached",
        multipart(
            "mixed",
            (PLAIN, text(*LINES)),
            (attached(b"filename*=utf-8''%E7%94%B3%E8%BE%BC.pdf.exe"), base64.b64encode(b"MZ")),
        ),
        kind="suspicious",
        answer=False,
        more={"attachments": [{"filename": "申込.pdf.exe"}]},
    ),
    Handmade(
        "83-a-picture-in-the-text-is-no-document",
        multipart(
            "related",
            (HTML, ("<p>" + "<br>".join(LINES) + "</p><img src=cid:1>").encode()),
            (
                b"Content-Type: image/png; name=logo.png\nContent-ID: <1>",
                b"\x89PNG",
            ),
        ),
        people=(FORM,),
        more={"attachments": [{"filename": "logo.png"}]},
    ),
)
