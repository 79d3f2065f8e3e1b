"""Applications in prose, combined with other wishes, incomplete, and from odd senders."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tests.mail.reading.making.coding import BY_NAME, JIS, SJIS, UTF8
from tests.mail.reading.making.expect import Case, application, case, incomplete, kind
from tests.mail.reading.making.folk import (
    AYANO,
    AZUSA,
    FIELDS,
    HAJIME,
    HIROSHI,
    JOHN,
    KAITO,
    MEILING,
    MIWA,
    PEOPLE,
    SEIICHI,
    TAICHI,
    TAMOTSU,
    YOICHIRO,
    YUI,
    YURIKO,
    Person,
    unsaid,
)
from tests.mail.reading.making.layouts import FIRST, OWN, SHARED, colleagues, form
from tests.mail.reading.making.post import Mail
from tests.mail.reading.making.words import WAYS

REQUIRED = ("name", "name_kana", "organization", "prefecture", "phone")


def _loose(person: Person, **changes: Any) -> dict[str, Any]:
    """A person of whom prose need not tell office, post and kind."""
    return (
        person.expected(
            department_any=[person.department, None],
            position_any=[person.position, None],
            category_any=sorted({*unsaid(person), person.category}, key=lambda kind: kind or ""),
        )
        | changes
    )


def _mail(person: Person, text: str, **more: Any) -> Mail:
    return Mail(name=person.name, address=person.email, text=text).but(**more)


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
        _mail(person, text),
        application(_loose(person, **names)),
    )

    person = TAMOTSU
    text = f"""申込みの件でご連絡いたします。
いちょう町役場長寿介護課の森保（もり たもつ）です。研究協議会への参加を希望いたします。
連絡先は電話{person.phone}、メールは{person.email}です。
奈良県から参加します。よろしくお願いいたします。"""
    yield case(
        "prose-sentences",
        "everything in sentences, no signature",
        _mail(person, text, coding=JIS),
        kind(
            ("application", "application_incomplete"),
            _loose(
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
        _mail(person, text),
        application(_loose(person)),
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
        _mail(people[0], text),
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
        _mail(person, text),
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
        _mail(AYANO, text),
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
            _mail(person, body, coding=coding),
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
    mail = _mail(
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


# ---------------------------------------------------------------- incomplete


def lacking() -> Iterator[Case]:
    """One required answer is missing."""
    for number, field in enumerate(REQUIRED):
        person = PEOPLE[number * 3 + 1]
        gone: dict[str, Any] = {field: None}
        shape = ("colon", "lenticular", "square-colon")[number % 3]
        fields = FIELDS if number % 2 else tuple(f for f in FIELDS if f != field)
        lines = [
            f"{FIRST[field]}：" if number % 2 and FIRST[field] in line else line
            for line in form(person, shape, fields=fields)
        ]
        mail = _mail(person, "\n".join(lines), name="" if field == "name" else person.name)
        yield case(
            f"incomplete-{field.replace('_', '-')}",
            f"{field} is missing",
            mail,
            incomplete(person.expected(**gone), missing=[field]),
        )
    person = MIWA
    fields = tuple(f for f in FIELDS if f != "email")
    yield case(
        "incomplete-no-address-but-from",
        "no address in the form: the sender's counts",
        _mail(person, "\n".join(form(person, fields=fields))),
        application(person),
    )


def unsure() -> Iterator[Case]:
    """Answers that are there, and not to be trusted."""
    comma = "m.takase@example,jp"
    read = MIWA.expected(email_any=[None, comma])
    text = "\n".join(form(MIWA)).replace(MIWA.email, comma)
    either = {"missing_fields_any": [[], ["email"]]}
    yield case(
        "incomplete-comma",
        "a comma for a dot in the address: asked about",
        _mail(MIWA, text),
        kind(("application_incomplete",), read, **either),
    )

    told = {
        "fuchu": ("府中市宮西町2-24", None),
        "date": ("伊達市", None),
        "kita-ku": ("北区", None),
        "fuchu-told": ("広島県府中市府川町", "広島県"),
        "unique": ("さいたま市浦和区", "埼玉県"),
        "postcode": ("〒380-0000　長野県架空市1-1", "長野県"),
        "short": ("神奈川", "神奈川県"),
        "kyoto": ("京都", "京都府"),
        "hokkaido": ("北海道札幌市", "北海道"),
    }
    for name, (answer, prefecture) in told.items():
        person = HAJIME.but(prefecture=prefecture)
        lines = [
            f"{'都道府県' if name in {'short', 'kyoto'} else '所在地'}：{answer}"
            if line.startswith("都道府県")
            else line
            for line in form(HAJIME)
        ]
        mail = _mail(HAJIME, "\n".join(lines))
        if prefecture:
            expected = application(person)
        else:
            expected = kind(
                ("application_incomplete",), person, missing_fields_any=[[], ["prefecture"]]
            )
        yield case(f"answer-place-{name}", f"所在地：{answer}", mail, expected)

    person = TAICHI
    lines = [line if not line.startswith("電話") else "FAX：018-000-2120" for line in form(person)]
    yield case(
        "incomplete-fax-only",
        "a FAX number is no telephone",
        _mail(person, "\n".join(lines)),
        incomplete(person.expected(phone=None), missing=["phone"]),
    )

    person = YUI
    fields = tuple(f for f in FIELDS if f != "name_kana")
    kana = "フリガナ：フクシ　タロウ"
    yield case(
        "incomplete-sample-left",
        "a sample value that was left in the form",
        _mail(person, "\n".join((*form(person, fields=fields), kana))),
        incomplete(person.expected(name_kana=None), missing=["name_kana"]),
    )

    people = colleagues((JOHN, HIROSHI))
    lines = [
        "【1人目】",
        *form(people[0], fields=(*OWN, *SHARED)),
        "",
        "【2人目】",
        *form(people[1], fields=("name", "email", *SHARED)),
    ]
    yield case(
        "incomplete-second-person",
        "the second person's reading is missing",
        _mail(people[0], "\n".join(lines)),
        incomplete(people[0], people[1].expected(name_kana=None), missing=["name_kana"]),
    )


def answers() -> Iterator[Case]:
    """Answers in unusual forms."""
    told: dict[str, tuple[Person, str, str, dict[str, Any]]] = {
        "phone-extension": (
            YOICHIRO,
            "電話番号：029-000-2107",
            "電話番号：029(000)2107（内線123）",
            {"phone_any": ["029-000-2107", "029(000)2107", "0290002107"]},
        ),
        "phone-country": (
            YOICHIRO,
            "電話番号：029-000-2107",
            "電話番号：+81-29-000-2107",
            {"phone_any": ["029-000-2107", "+81-29-000-2107", "0290002107"]},
        ),
        "phone-representative": (YOICHIRO, "電話番号：", "TEL/FAX：", {}),
        "phone-and-fax": (
            YOICHIRO,
            "電話番号：029-000-2107",
            "TEL：029-000-2107　FAX：029-000-9999",
            {},
        ),
        "reading-in-name": (
            MIWA,
            "お名前：高瀬　美和\nフリガナ：タカセ　ミワ",
            "氏名（フリガナ）：高瀬　美和（タカセ　ミワ）",
            {},
        ),
        "reading-below": (
            MIWA,
            "お名前：高瀬　美和\nフリガナ：タカセ　ミワ",
            "氏名：高瀬　美和\n　　　（タカセ　ミワ）",
            {},
        ),
        "organization-and-department": (
            YUI,
            "ご所属：しらかば市役所\n部署：高齢福祉課",
            "所属：しらかば市役所　高齢福祉課",
            {},
        ),
        "department-and-position": (
            AYANO,
            "部署：くらしの活動課\n役職：係長",
            "部署・役職：くらしの活動課　係長",
            {},
        ),
        "address-with-honorific": (MIWA, MIWA.email, f"{MIWA.email}です。", {}),
        "address-in-angles": (MIWA, MIWA.email, f"<{MIWA.email}>", {}),
        "mobile-kind": (SEIICHI, "参加区分：生協・農協・社協等", "参加区分：社協職員", {}),
        "kind-in-list": (
            MIWA,
            "参加区分：生活支援コーディネーター",
            "参加区分（該当に○）：①生活支援コーディネーター ○　②行政 　③NPO　④社協",
            {"category_any": ["sc", None]},
        ),
        "kind-ticked": (
            MIWA,
            "参加区分：生活支援コーディネーター",
            "参加区分：☑生活支援コーディネーター　□行政・自治体　□NPO　□社協等",
            {},
        ),
        "long-vowels": (
            YOICHIRO,
            "オオノ　ヨウイチロウ",
            "オオノ　ヨーイチロー",
            {"name_kana": "オオノ ヨーイチロー"},
        ),
    }
    for name, (person, old, new, changes) in told.items():
        text = "\n".join(form(person))
        assert old in text, name
        yield case(
            f"answer-{name}",
            f"{old} written as {new}".replace("\n", " / "),
            _mail(person, text.replace(old, new)),
            application(person.expected() | changes),
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
        mail = _mail(person, "\n".join(form(person, fields=fields)), sender=written.encode())
        yield case(
            f"sender-{name}",
            f"From: {written}",
            mail,
            application(person.expected(email=address), reply_to=address, from_address=address),
            nasty="dot" in name,
        )
    mail = _mail(
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
    mail = _mail(
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
    mail = _mail(
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


SPOKEN = (
    *prose(),
    *signs(),
    *combined(),
    *added(),
    *lacking(),
    *unsure(),
    *answers(),
    *senders(),
)
