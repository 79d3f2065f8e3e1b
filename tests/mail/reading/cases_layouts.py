"""Forms in every layout, for one person and for several, quoted and sent back."""

from __future__ import annotations

from tests.mail.reading.case import MATE, SAME, TO_OURS, Handmade, lines, quoted
from tests.mail.reading.letters import FORM, HTML, LINES, PLAIN, mail, multipart, text, word

REPLY = (b"In-Reply-To: <announce-1@example.jp>", b"References: <announce-1@example.jp>")

# ---------------------------------------------------------------- layouts

RETURNED = (
    "＜参加者1＞",
    "【お名前】町田　花子",
    "【フリガナ】マチダ　ハナコ",
    "【ご所属】はなみずき市社会福祉協議会",
    "【部署】",
    "【役職】",
    "【都道府県】長野県",
    "【メールアドレス】machida@example.jp",
    "【電話番号】026-000-1234",
    "【参加区分】",
    "生活支援コーディネーター",
    "",
    "＜参加者2＞",
    "【お名前】小川　次郎",
    "【フリガナ】オガワ　ジロウ",
    "【ご所属】はなみずき市社会福祉協議会",
    "【部署】",
    "【役職】",
    "【都道府県】長野県",
    "【メールアドレス】ogawa@example.jp",
    "【電話番号】026-000-1234",
    "【参加区分】生活支援コーディネーター",
)
OUR_LETTER = (
    "町田 花子 様",
    "",
    "〔1人目：町田 花子 様〕",
    "・「フリガナ」のご記入が見当たりません。",
    "",
    *RETURNED,
    "",
    "■メールの受信設定について",
    "メール：office@example.jp",
    "電話：03-1111-2222",
)
BOTH = (FORM, SAME | MATE)


LAYOUTS = (
    Handmade(
        "30-brackets-with-the-answer-below",
        mail(text(*[p for line in LINES for p in ("[" + line.replace("：", "]\n　"),)])),
        people=(FORM,),
    ),
    Handmade(
        "31-labels-spaced-out-and-numbered",
        mail(
            text(
                "1. 氏　　名　：町田　花子",
                "２．ﾌﾘｶﾞﾅ　：ﾏﾁﾀﾞ ﾊﾅｺ",
                "(3) 勤 務 先 → はなみずき市社会福祉協議会",
                "④県　　｜長野県",
                "・E-mail = machida@example.jp",
                "※TEL/FAX：026-000-1234",
                "FAX：026-000-9999",
                "＜参加区分＞　１：生活支援コーディネーター",
            )
        ),
        people=(FORM,),
    ),
    Handmade(
        "32-an-html-table",
        mail(
            (
                "<html><head><style>p{margin:0}</style></head><body><p>申し込みます。</p><table>"
                + "".join(
                    "<tr><td><p>{}</p></td><td><p>{}<o:p></o:p></p></td></tr>".format(
                        *line.split("：")
                    )
                    for line in LINES
                )
                + "</table></body></html>"
            ).encode(),
            content_type=b"text/html; charset=utf-8",
        ),
        people=(FORM,),
    ),
    Handmade(
        "33-html-beside-an-empty-text",
        multipart(
            "alternative",
            (PLAIN, b"\n"),
            (HTML, ("<div>" + "<br>".join(LINES) + "</div>").encode()),
        ),
        people=(FORM,),
    ),
    Handmade(
        "34-a-table-with-a-row-for-each",
        mail(
            text(
                "以下の2名が参加します。",
                "氏名\tフリガナ\t所属\t都道府県\tメール\t電話\t区分",
                "\t".join(line.partition("：")[2] for line in LINES),
                "小川　次郎\tオガワ　ジロウ\t同上\t同上\togawa@example.jp\t026-000-1234\tSC",
            )
        ),
        people=BOTH,
    ),
    Handmade(
        "35-two-numbered-blocks",
        mail(
            text(
                "【参加者１】",
                *LINES,
                "",
                "【参加者２】",
                "氏名：小川　次郎",
                "ふりがな：おがわ　じろう",
                *LINES[2:4],
                "メール：ogawa@example.jp",
                *LINES[5:],
            )
        ),
        people=BOTH,
    ),
    Handmade(
        "36-what-is-shared-stands-first",
        mail(
            text(
                "3名で参加します。よろしくお願いいたします。",
                "■3名共通",
                LINES[2],
                LINES[3],
                LINES[5],
                LINES[6],
                "",
                "氏名：町田　花子",
                "カナ：マチダ　ハナコ",
                "メール：machida@example.jp",
                "",
                "氏名：小川　次郎",
                "カナ：オガワ　ジロウ",
                "メール：ogawa@example.jp",
                "",
                "氏名：森　三葉",
                "カナ：モリ　ミツバ",
                "メール：mori@example.jp",
            )
        ),
        people=(
            *BOTH,
            SAME | {"name": "森 三葉", "name_kana": "モリ ミツバ", "email": "mori@example.jp"},
        ),
    ),
    Handmade(
        "37-what-is-shared-stands-last",
        mail(
            text(
                "氏名１：町田　花子（マチダ　ハナコ）",
                "氏名２：小川　次郎（オガワ　ジロウ）",
                "",
                LINES[2],
                LINES[3],
                LINES[4],
                LINES[5],
                LINES[6],
            )
        ),
        people=(FORM, SAME | MATE | {"email": "machida@example.jp"}),
    ),
    Handmade(
        "46-who-applies-for-others-is-no-participant",
        mail(
            text(
                "申込者：総務課　田畑",
                "TEL：026-000-1234",
                "",
                "参加者氏名：町田　花子",
                *LINES[1:5],
                LINES[6],
                "",
                "参加者氏名：小川　次郎",
                "フリガナ：オガワ　ジロウ",
                LINES[2],
                LINES[3],
                "メール：ogawa@example.jp",
                LINES[6],
            )
        ),
        people=BOTH,
    ),
    Handmade(
        "47-rows-with-slashes-and-what-is-shared-below",
        mail(
            text(
                "参加者2名です。",
                "氏名/フリガナ/メール",
                "町田　花子/マチダ　ハナコ/machida@example.jp",
                "小川　次郎/オガワ　ジロウ/ogawa@example.jp",
                "",
                LINES[2],
                LINES[3],
                LINES[5],
                LINES[6],
            )
        ),
        people=BOTH,
    ),
    Handmade(
        "48-a-reading-below-the-name",
        mail(text("氏名　町田　花子", "　　（マチダ　ハナコ）", *LINES[2:])),
        people=(FORM,),
    ),
    Handmade(
        "38-fewer-people-than-are-spoken-of",
        mail(text("下記の3名で参加を申し込みます。", *LINES)),
        kind="application_needs_review",
        people=(FORM,),
        more={"problems": ["3 people are spoken of, 1 were read"]},
    ),
    Handmade(
        "39-a-signature-is-no-second-person",
        mail(
            text(
                *lines(l5=""),
                "よろしくお願いいたします。",
                "--------------------",
                "はなみずき市社会福祉協議会",
                "町田",
                "TEL：026-000-1234",
                "FAX：026-000-9999",
                "E-mail：info@example.jp",
            )
        ),
        people=(FORM,),
    ),
    Handmade(
        "40-filled-in-inside-the-quotation",
        mail(
            text(
                "お世話になっております。下記に記入しました。",
                "",
                "2026年2月3日(火) 9:00 研究協議会事務局 <office@example.jp>:",
                *quoted(*[f"【{line.replace('：', '】')}" for line in LINES]),
                *quoted(
                    "----------",
                    "（記入例）",
                    "【お名前】福祉　太郎",
                    "【フリガナ】フクシ　タロウ",
                    "【電話番号】03-0000-0000",
                ),
            ),
            subject=word("Re: 研究協議会のご案内"),
            extra=REPLY,
        ),
        people=(FORM,),
    ),
    Handmade(
        "41-forwarded-with-a-copied-header",
        mail(
            text(
                "担当者より転送します。",
                "",
                "差出人: 町田 花子",
                "送信日時: 2026年2月3日 9:00",
                "宛先: 総務課",
                "件名: 参加申込",
                "",
                *LINES,
            ),
            sender=word("総務課") + b" <soumu@example.jp>",
            subject=word("FW: 参加申込"),
        ),
        people=(FORM,),
    ),
    Handmade(
        "42-our-form-filled-in-above",
        mail(
            text("記入いたしました。", *RETURNED, "", "町田", "", *quoted(*OUR_LETTER)),
            subject=word("Re: 【受付番号123456】お申込み内容のご確認のお願い"),
            extra=TO_OURS,
        ),
        people=BOTH,
    ),
    Handmade(
        "43-our-form-filled-in-inside-the-quotation",
        mail(
            text("よろしくお願いいたします。", *quoted(*OUR_LETTER)),
            subject=word("Re: お申込み内容のご確認のお願い"),
            extra=TO_OURS,
        ),
        people=BOTH,
    ),
    Handmade(
        "44-our-form-sent-back-with-its-gaps",
        mail(
            text(
                "ご連絡ありがとうございました。承知しました。",
                *quoted(*[line for line in OUR_LETTER if "マチダ" not in line][:9]),
            ),
            subject=word("Re: お申込み内容のご確認のお願い"),
            extra=TO_OURS,
        ),
        kind="acknowledgement",
    ),
    Handmade(
        "45-one-answer-to-what-was-asked",
        mail(
            text("フリガナはマチダ　ハナコです。", *quoted(*OUR_LETTER[:5])),
            subject=word("Re: お申込み内容のご確認のお願い"),
            extra=TO_OURS,
        ),
        kind="application_incomplete",
        people=({"name_kana": "マチダ ハナコ", "email": "machida@example.jp"},),
        more={"missing": ["name", "organization", "prefecture", "phone"]},
    ),
)
