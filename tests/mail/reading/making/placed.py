"""One mail for each page of HTML and each place where a form may stand."""

from __future__ import annotations

from collections.abc import Iterator

from tests.mail.reading.making.coding import BY_NAME
from tests.mail.reading.making.expect import Case, application, case
from tests.mail.reading.making.folk import PEOPLE
from tests.mail.reading.making.layouts import FIRST, OWN, SHARED, colleagues, form
from tests.mail.reading.making.pages import PAGES, people_table
from tests.mail.reading.making.post import DRESS, Mail
from tests.mail.reading.making.spelling import SPELLINGS
from tests.mail.reading.making.systematic import labels, turn, usable
from tests.mail.reading.making.wraps import FORWARDED, WRAPS

USUAL = SPELLINGS["usual"]
STUBS = (
    "このメールはHTML形式です。",
    "お使いのメールソフトはHTMLメールに対応していません。",
    "",
)


def pages() -> Iterator[Case]:
    """Each page: alone, or beside a text part that says nothing."""
    for number, (name, page) in enumerate(PAGES.items()):
        person = turn(PEOPLE, number * 3 + 2)
        named = labels(number)
        rows = [(named[field], USUAL.write(person, field)) for field in named]
        html = page(rows)
        coding = usable(
            BY_NAME[turn(("utf8-qp", "jis", "utf8-base64", "sjis", "gbk-called-gb2312"), number)],
            html,
        )
        mail = Mail(
            name=person.name,
            address=person.email,
            html=html,
            coding=coding,
            stub=turn(STUBS, number) if number % 2 else None,
            dress=DRESS["outlook-web" if number % 3 else "outlook"],
        )
        yield case(f"page-{name}", f"HTML {name}, {coding.name}", mail, application(person))


def people_pages() -> Iterator[Case]:
    """A table of HTML with a row for each person."""
    people = colleagues(PEOPLE[12:15])
    fields = (*OWN, *SHARED)
    head = ["No.", *(FIRST[field] for field in fields)]
    rows = [[str(n), *(USUAL.write(p, f) for f in fields)] for n, p in enumerate(people, 1)]
    mail = Mail(
        name="総務課",
        address="soumu@example.jp",
        html=people_table(head, rows),
        coding=BY_NAME["utf8-qp"],
        dress=DRESS["outlook-web"],
    )
    yield case(
        "page-people-rows",
        "HTML table with a row for each of 3 people, sent by a clerk",
        mail,
        application(*people, reply_to="soumu@example.jp"),
    )


def places() -> Iterator[Case]:
    """Each place for a form."""
    never = ["participant 福祉 太郎"]
    for number, (name, wrap) in enumerate(WRAPS.items()):
        person = turn(PEOPLE, number * 5 + 4)
        shape = turn(("lenticular", "colon", "square-colon"), number)
        text = "\n".join(wrap(form(person, shape, empty=False)))
        forwarded = name in FORWARDED
        mail = Mail(
            subject=("FW: " if forwarded else "Re: ") + "研究協議会のご案内",
            name="総務課" if forwarded else person.name,
            address="soumu@example.jp" if forwarded else person.email,
            text=text,
            coding=usable(BY_NAME[turn(("jis", "utf8-base64", "sjis"), number)], text),
            header=(
                b"In-Reply-To: <announce-20260123@example.jp>",
                b"References: <announce-20260123@example.jp>",
            ),
        )
        yield case(
            f"place-{name}",
            f"form {name.replace('-', ' ')}",
            mail,
            application(person, must_not=never),
        )


PLACED = (*pages(), *people_pages(), *places())
