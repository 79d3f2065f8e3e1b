"""Applications in prose, combined with other wishes, and from odd senders."""

from __future__ import annotations

from collections.abc import Iterator

from tests.mail.reading.making.coding import BY_NAME, JIS, SJIS, UTF8
from tests.mail.reading.making.expect import Case, application, case, kind, mail_of
from tests.mail.reading.making.folk import (
    AYANO,
    AZUSA,
    FIELDS,
    KAITO,
    MEILING,
    MIWA,
    PEOPLE,
    SEIICHI,
    TAICHI,
    TAMOTSU,
    YURIKO,
)
from tests.mail.reading.making.layouts import colleagues, form
from tests.mail.reading.making.voices import loose
from tests.mail.reading.making.words import WAYS

# ---------------------------------------------------------------- prose and signatures


def prose() -> Iterator[Case]:
    """Sentences and a signature, no form."""
    person = YURIKO
    text = f"""研究協議会事務局　御中

お世話になっております。
富山県のかえで市社会福祉協議会で生活支援コーディネーターをしております、
二階堂ゆり子（ニカイドウ ユリコ）と申します。
標記の研究協議会に参加を申し込みます。

--
かえで市社会福祉協議会　ボランティアセンター
主任　二階堂 ゆり子
〒000-0000 富山県かえで市架空1-2
TEL {person.phone}  FAX 076-000-9999
{person.email}"""
    names = {
        "name_any": ["二階堂 ゆり子", "二階堂ゆり子"],
        "position_any": ["主任", "生活支援コーディネーター", None],
    }
    yield case(
        "prose-introduction",
        "prose, the reading in brackets, a signature",
        mail_of(person, text),
        application(loose(person, **names)),
    )

    person = TAMOTSU
    text = f"""申込みの件でご連絡いたします。
いちょう町役場長寿介護課の森保（もり たもつ）です。研究協議会への参加を希望いたします。
連絡先は電話{person.phone}、メールは{person.email}です。
奈良県から参加します。よろしくお願いいたします。"""
    yield case(
        "prose-sentences",
        "everything in sentences, no signature",
        mail_of(person, text, coding=JIS),
        kind(
            ("application", "application_incomplete"),
            loose(
                person,
                name_any=["森 保", "森保"],
                name_kana_any=["モリ タモツ", None],
                organization_any=["いちょう町役場", None],
                prefecture_any=["奈良県", None],
            ),
        ),
    )

    person = AZUSA
    text = f"""参加申込みします。

氏名　間 あずさ（ハザマ アズサ）

**********************************
こぶし市社会福祉協議会
地域福祉係　間 あずさ
宮城県こぶし市架空町3-4
電話：{person.phone} / FAX：022-000-9999
E-mail：{person.email}
**********************************"""
    yield case(
        "prose-name-and-signature",
        "one labelled line, the rest in the signature",
        mail_of(person, text),
        application(loose(person)),
    )

    people = colleagues((MIWA, SEIICHI))
    text = f"""事務局御中

以下の2名が参加します。
・{people[0].name}（{people[0].name_kana}）{people[0].email}
・{people[1].name}（{people[1].name_kana}）{people[1].email}

所属：{people[0].organization}（千葉県）
TEL：{people[0].phone}
区分：生活支援コーディネーター"""
    changes = {
        "prefecture_any": ["千葉県"],
        "organization_any": [
            people[0].organization,
            f"{people[0].organization}（千葉県）",
        ],
    }
    yield case(
        "prose-two-below",
        "two people in a list, what is shared below",
        mail_of(people[0], text),
        application(*(p.expected() | changes for p in people)),
    )


def signs() -> Iterator[Case]:
    """A telephone number that stands only in the signature."""
    person = KAITO
    fields = tuple(f for f in FIELDS if f != "phone")
    text = "\n".join(
        (
            *form(person, "colon", fields=fields),
            "",
            "よろしくお願いします。",
            "━━━━━━━━━━━━",
            person.organization,
            f"ＴＥＬ：{person.phone}",
            "ＦＡＸ：0980-00-9999",
        )
    )
    yield case(
        "sign-phone",
        "the telephone number stands only in the signature",
        mail_of(person, text),
        application(person),
    )
    text = "\n".join(
        (
            *form(AYANO, "colon"),
            "",
            "========",
            "もみじ農業協同組合",
            "代表 082-000-9900",
            "info@example.jp",
        )
    )
    yield case(
        "sign-other-numbers",
        "the signature has the office's own number and address",
        mail_of(AYANO, text),
        application(AYANO),
    )


# ---------------------------------------------------------------- several wishes


def combined() -> Iterator[Case]:
    """An application that wants more."""
    told: dict[str, tuple[str, list[str], list[str]]] = {
        "question": ("Zoomの接続テストはいつできますか。", ["question"], []),
        "invoice": (
            "請求書の発行をお願いいたします。宛名は「会長」でお願いします。",
            ["invoice_request"],
            [],
        ),
        "receipt": ("入金後、領収書の発行をお願いいたします。", ["receipt_request"], []),
        "question-and-invoice": (
            "請求書を発行していただくことは可能でしょうか。また、動画は何日から視聴できますか。",
            ["question", "invoice_request"],
            [],
        ),
        "paid-already": ("参加費は本日振り込みました。", ["payment_report"], []),
        "nothing-more": ("ご多忙のところ恐縮ですが、ご確認をお願いいたします。", [], []),
        "no-receipt": ("なお、領収書は不要です。", [], []),
    }
    for number, (name, (text, also, allowed)) in enumerate(told.items()):
        person = PEOPLE[(number * 4 + 1) % len(PEOPLE)]
        lines = form(person, "lenticular")
        above = number % 2
        body = "\n".join((text, "", *lines) if above else (*lines, "", text))
        coding = UTF8 if "𠮷" in body or "\ufa19" in body else (JIS, SJIS, UTF8)[number % 3]
        yield case(
            f"combined-{name}",
            f"an application and: {name.replace('-', ' ')}",
            mail_of(person, body, coding=coding),
            application(person, sub_intents=also, sub_intents_allowed=allowed),
        )


def added() -> Iterator[Case]:
    """One more person in the thread of an application."""
    person = MEILING
    thread = (
        b"In-Reply-To: <uketsuke.0123456789abcdef0123@letters.example.jp>",
        b"References: <uketsuke.0123456789abcdef0123@letters.example.jp>",
    )
    text = "\n".join(("もう1名追加で申し込みます。", "", *form(person, "colon")))
    mail = mail_of(
        person,
        text,
        subject="Re: 【受付番号572421】お申込みを受け付けました",
        header=thread,
        address="yamada@example.org",
        name="山田",
    )
    yield case(
        "combined-one-more",
        "one more participant, in the thread",
        mail,
        kind(("application", "change_request"), person),
    )


# ---------------------------------------------------------------- senders


def senders() -> Iterator[Case]:
    """From and Reply-To as they are, and where an answer goes."""
    told = {
        "dots": ("a..b.@mobile.example.jp", "<a..b.@mobile.example.jp>"),
        "leading-dot": (".momo@mobile.example.jp", "<.momo@mobile.example.jp>"),
        "quoted-local": ("hana..h@mobile.example.jp", '<"hana..h"@mobile.example.jp>'),
        "bare": ("momo@mobile.example.jp", "momo@mobile.example.jp"),
        "capitals": ("Momo.H@example.jp", "<Momo.H@example.jp>"),
        "comment": ("momo@example.jp", "momo@example.jp (Momo)"),
    }
    person = TAICHI
    fields = tuple(f for f in FIELDS if f != "email")
    for name, (address, written) in told.items():
        mail = mail_of(person, "\n".join(form(person, fields=fields)), sender=written.encode())
        yield case(
            f"sender-{name}",
            f"From: {written}",
            mail,
            application(person.expected(email=address), reply_to=address, from_address=address),
            nasty="dot" in name,
        )
    mail = mail_of(
        person,
        "\n".join(form(person)),
        header=(b"Reply-To: " + WAYS["jis-b"]("総務課") + b" <soumu@example.jp>",),
    )
    yield case(
        "sender-reply-to",
        "an answer goes to Reply-To",
        mail,
        application(person, reply_to="soumu@example.jp", from_address=person.email),
    )
    mail = mail_of(
        person,
        "\n".join(form(person)),
        name="株式会社架空, 東海林",
        way=lambda text: b'"' + WAYS["jis-b"](text) + b'"',
        subject="application",
    )
    yield case(
        "sender-comma-in-word",
        "a comma inside an encoded word inside quotes",
        mail,
        application(person, reply_to=person.email, from_address=person.email),
        nasty=True,
    )
    mail = mail_of(
        person,
        "\n".join(form(person)),
        coding=BY_NAME["utf8-qp"],
        sender=b"=?utf-8?Q?=E6=9D=B1=E6=B5=B7=E6=9E=97?=<" + person.email.encode() + b">",
    )
    yield case(
        "sender-no-space",
        "no space between the encoded name and <",
        mail,
        application(person, reply_to=person.email, decoded_from_name="東海林"),
    )


SPOKEN: tuple[Case, ...] = (*prose(), *signs(), *combined(), *added(), *senders())
