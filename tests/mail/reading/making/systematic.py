"""One mail for each shape of label, each group layout, each coding, each way of writing a header.

Around the one thing that a mail is about, the rest turns: people, labels, programs, spellings.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import cycle, islice
from typing import Any, TypeVar

from tests.mail.reading.making.coding import BY_NAME, CODINGS, Coding
from tests.mail.reading.making.expect import Case, application, case
from tests.mail.reading.making.folk import PEOPLE, Person, unsaid
from tests.mail.reading.making.layouts import GROUPS, LABELS, ORDERS, SHAPES, colleagues, form
from tests.mail.reading.making.post import DRESSES, Mail
from tests.mail.reading.making.spelling import SPELLINGS, UNICODE_ONLY, Spelling
from tests.mail.reading.making.words import WAYS

T = TypeVar("T")
GREETINGS = (
    ("お世話になっております。", "標記研究協議会に参加を申し込みます。", ""),
    ("研究協議会事務局　御中", "", "下記のとおり参加を申し込みます。", ""),
    ("ご担当者様", "", "いつもお世話になっております。", "以下の内容で申込みいたします。", ""),
    ("参加申込の件、下記のとおりです。よろしくお願いいたします。", ""),
    (),
    (
        "事務局　御中",
        "",
        "令和7年度生活支援コーディネーター研究協議会の参加申込書",
        "==============",
        "",
    ),
)
FAREWELLS = (
    ("", "どうぞよろしくお願いいたします。"),
    ("", "以上、よろしくお願い申し上げます。"),
    (),
    ("", "ご確認のほどお願いいたします。"),
)
SUBJECTS = (
    "参加申込",
    "【申込】令和7年度生活支援コーディネーター研究協議会",
    "研究協議会参加申込書の送付について",
    "参加を申し込みます（①名）",
    "Re: 生活支援コーディネーター研究協議会のご案内",
    "お申し込み",
)


def turn(items: Sequence[T], number: int) -> T:
    """Item by number, round and round."""
    return items[number % len(items)]


def signature(person: Person, number: int) -> list[str]:
    """How a mail ends."""
    rule = turn(("━" * 20, "-- ", "*" * 30, "=" * 24, "＝＊＝＊＝＊＝＊＝＊", "─" * 18), number)
    if number % 3 == 0:
        return []
    return [
        "",
        rule,
        person.organization,
        person.name,
        "〒000-0000　架空市架空1-2-3",
        f"TEL：{person.phone}　FAX：03-0000-9999",
        f"E-mail：{person.email}",
        rule,
    ]


def body(lines: Sequence[str], person: Person, number: int) -> str:
    """Lines between a greeting and a signature."""
    return "\n".join(
        (
            *turn(GREETINGS, number),
            *lines,
            *turn(FAREWELLS, number),
            *signature(person, number),
        )
    )


def labels(number: int) -> dict[str, str]:
    """A set of labels; each number takes others."""
    return {field: turn(names, number) for field, names in LABELS.items()}


def usable(coding: Coding, text: str) -> Coding:
    """The coding, or one like it that can write the text."""
    return coding if coding.carries(text) else BY_NAME["utf8-base64"]


SURE = tuple(coding for coding in CODINGS if coding.sure)
SPELLED = tuple(name for name in SPELLINGS if name not in UNICODE_ONLY)


def read_as(person: Person, spelling: Spelling, **changes: Any) -> dict[str, Any]:
    """What a spelling makes of a person."""
    out = person.expected(**spelling.read(person)) | changes
    if spelling is SPELLINGS["capitals"]:
        user, _, domain = person.email.partition("@")
        out["email_any"] = [person.email, f"{user}@{domain.upper()}"]
    return out


def shapes() -> Iterator[Case]:
    """Each shape of label, with the labels and people turning."""
    for number, shape in enumerate(SHAPES):
        person = turn(PEOPLE, number)
        spelling = SPELLINGS[turn(SPELLED, number)]
        lines = form(person, shape, labels=labels(number), spelling=spelling)
        text = body(lines, person, number)
        coding = usable(turn(SURE, number * 7), text)
        mail = Mail(
            subject=turn(SUBJECTS, number),
            name=person.name,
            address=person.email,
            text=text,
            coding=coding,
            way=WAYS["utf8-b"],
            dress=turn(DRESSES, number),
        )
        yield case(
            f"shape-{shape}",
            f"label shape {shape}, {coding.name}, {mail.dress.name}",
            mail,
            application(read_as(person, spelling)),
        )


def spellings() -> Iterator[Case]:
    """Each way of writing an answer."""
    for number, (name, spelling) in enumerate(SPELLINGS.items()):
        person = turn(PEOPLE, number * 5 + 3)
        text = body(form(person, "square-colon", spelling=spelling), person, number * 3)
        mail = Mail(name=person.name, address=person.email, text=text)
        yield case(
            f"spelling-{name}",
            f"answers written with the habit {name}",
            mail,
            application(read_as(person, spelling)),
        )


def orders() -> Iterator[Case]:
    """Each order of the questions."""
    for number, (name, fields) in enumerate(ORDERS.items()):
        person = turn(PEOPLE, number * 7 + 5)
        lines = form(person, turn(("colon", "lenticular", "dot"), number), fields=fields)
        text = body(lines, person, number + 1)
        mail = Mail(name=person.name, address=person.email, text=text)
        yield case(f"order-{name}", f"questions in the order {name}", mail, application(person))


def groups() -> Iterator[Case]:
    """Each layout for several people."""
    for number, group in enumerate(GROUPS):
        people = colleagues(tuple(islice(cycle(PEOPLE), number, number + 2 + number % 4)))
        text = body(group.write(people), people[0], number)
        mail = Mail(
            subject=f"参加申込（{len(people)}名）",
            name=people[0].name,
            address=people[0].email,
            text=text,
            coding=usable(turn(SURE, number * 5 + 2), text),
            dress=turn(DRESSES, number + 4),
        )
        yield case(
            f"group-{group.name}",
            f"{len(people)} people laid out as {group.name}, {mail.coding.name}",
            mail,
            application(*(person.expected() for person in people)),
        )


def codings() -> Iterator[Case]:
    """Each coding, with the characters that tell it from its neighbours."""
    for number, coding in enumerate(CODINGS):
        person = _for(coding, number)
        half = SPELLINGS["half-kana"]
        lines = [
            *(
                f"{mark}{line}"
                for mark, line in zip("①②③④⑤⑥⑦⑧⑨", form(person, spelling=half), strict=False)
            ),
            "（10:00～16:00のライブ配信に参加します）",
        ]
        if not coding.rare or coding.name.startswith("utf8-mac"):
            lines = form(person)
        text = "\n".join(("参加を申し込みます。", "", *lines, "", "よろしくお願いいたします。"))
        mail = Mail(name=person.name, address=person.email, text=text, coding=coding)
        expected = application(person)
        if not coding.sure:
            expected["acceptable_classifications"] = ["application", "application_needs_review"]
        yield case(
            f"coding-{coding.name}",
            f"text part as {coding.name}, labelled {coding.label}",
            mail,
            expected,
            nasty=not coding.sure or "called" in coding.name,
        )


def _for(coding: Coding, number: int) -> Person:
    """Someone whose name this coding can write, rare characters preferred."""
    names = ("髙﨑 德子", "髙﨑 ㈱子") if coding.rare else ("高崎 徳子",)
    person = turn(PEOPLE, number)
    kana = "タカサキ ノリコ"
    return person.but(name=names[0], name_kana=kana, email=f"takasaki{number}@example.jp")


def headers() -> Iterator[Case]:
    """Each way of writing Subject and From."""
    for number, (name, way) in enumerate(WAYS.items()):
        person = turn(PEOPLE, number).but(name="髙﨑 表子", name_kana="タカサキ ヒョウコ")
        subject = f"【申込】研究協議会①～髙﨑表子の参加申込{number}"
        mail = Mail(
            subject=subject,
            name=person.name,
            address=person.email,
            text="\n".join(form(person, "lenticular")),
            way=way,
        )
        if name.endswith("quoted"):
            plain = WAYS.get(name.removesuffix("-raw-quoted") + "-b") or WAYS["utf8-b"]
            mail = mail.but(sender=way(person.name) + f" <{person.email}>".encode(), way=plain)
        yield case(
            f"header-{name}",
            f"Subject and From written as {name}",
            mail,
            application(
                person,
                reply_to=person.email,
                decoded_subject=subject,
                decoded_from_name=person.name,
                from_address=person.email,
            ),
            nasty=any(word in name for word in ("raw", "cut", "quoted", "unpadded")),
        )


def dresses() -> Iterator[Case]:
    """Each mail program, in the alternative and the HTML form too."""
    for number, dress in enumerate(DRESSES):
        person = turn(PEOPLE, number * 7 + 1)
        text = body(form(person, "lenticular"), person, number + 1)
        mail = Mail(name=person.name, address=person.email, text=text, dress=dress)
        yield case(
            f"dress-{dress.name}",
            f"as {dress.name} sends it",
            mail,
            application(person, reply_to=person.email),
        )


def without_a_kind() -> Iterator[Case]:
    """Nobody says what kind of applicant they are: nothing is missing."""
    person = turn(PEOPLE, 8)
    fields = ("name", "name_kana", "organization", "prefecture", "email", "phone")
    mail = Mail(name=person.name, address=person.email, text="\n".join(form(person, fields=fields)))
    read = person.expected(department=None, position=None) | {"category_any": list(unsaid(person))}
    yield case("without-a-kind", "no label for the kind of applicant", mail, application(read))


SYSTEMATIC = (
    *shapes(),
    *spellings(),
    *orders(),
    *groups(),
    *codings(),
    *headers(),
    *dresses(),
    *without_a_kind(),
)
