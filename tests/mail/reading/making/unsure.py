"""Applications that lack something, and answers that are not to be trusted or oddly written."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tests.mail.reading.making.expect import Case, application, case, incomplete, kind, mail_of
from tests.mail.reading.making.folk import (
    AYANO,
    FIELDS,
    HAJIME,
    HIROSHI,
    JOHN,
    MIWA,
    PEOPLE,
    SEIICHI,
    TAICHI,
    YOICHIRO,
    YUI,
    Person,
)
from tests.mail.reading.making.layouts import FIRST, OWN, SHARED, colleagues, form

REQUIRED = ("name", "name_kana", "organization", "prefecture", "phone")


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
        mail = mail_of(person, "\n".join(lines), name="" if field == "name" else person.name)
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
        mail_of(person, "\n".join(form(person, fields=fields))),
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
        mail_of(MIWA, text),
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
        mail = mail_of(HAJIME, "\n".join(lines))
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
        mail_of(person, "\n".join(lines)),
        incomplete(person.expected(phone=None), missing=["phone"]),
    )

    person = YUI
    fields = tuple(f for f in FIELDS if f != "name_kana")
    kana = "フリガナ：フクシ　タロウ"
    yield case(
        "incomplete-sample-left",
        "a sample value that was left in the form",
        mail_of(person, "\n".join((*form(person, fields=fields), kana))),
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
        mail_of(people[0], "\n".join(lines)),
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
            mail_of(person, text.replace(old, new)),
            application(person.expected() | changes),
        )


UNSURE: tuple[Case, ...] = (*lacking(), *unsure(), *answers())
