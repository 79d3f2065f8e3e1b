"""Draws one mail at random: a form, a group, a page, a file or a wish, in any coding and dress.

Law of this file: seed and number give the same mail for ever.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from tests.mail.reading.making.coding import BY_NAME, CODINGS
from tests.mail.reading.making.enclosing import (
    DOCX,
    XLSX,
    cut_pieces,
    outlook,
    pieces,
    plain,
    raw,
    windows,
)
from tests.mail.reading.making.expect import application
from tests.mail.reading.making.files import Cell, Sheet, document, paragraph, table, workbook
from tests.mail.reading.making.folk import FIELDS, MIWA, PEOPLE, Person
from tests.mail.reading.making.layouts import (
    BELOW,
    GROUPS,
    LABELS,
    ORDERS,
    OWN,
    SHAPES,
    SHARED,
    colleagues,
    form,
)
from tests.mail.reading.making.machines import replies, returns
from tests.mail.reading.making.pages import PAGES
from tests.mail.reading.making.post import DRESSES, UNTOLD, Mail, file_part
from tests.mail.reading.making.spelling import SPELLINGS, UNICODE_ONLY, Spelling
from tests.mail.reading.making.strangers import strangers
from tests.mail.reading.making.systematic import SUBJECTS, body, read_as, signature
from tests.mail.reading.making.wishes import expected_of, letter, told
from tests.mail.reading.making.words import UNICODE, WAYS
from tests.mail.reading.making.wraps import WRAPS

WRAPPED = 0.3
"""How many forms stand in a quotation or beside a sample."""
GREETINGS_ALONE = (
    (),
    ("お世話になっております。", ""),
    ("研究協議会事務局　御中", "", "いつもお世話になっております。", ""),
    ("事務局　ご担当者様", "", "お世話になります。みどりが丘市社協の高瀬です。", ""),
)


@dataclass(frozen=True, slots=True)
class Drawn:
    """One mail, and what was drawn for it."""

    number: int
    raw: bytes
    expected: dict[str, Any]
    traits: dict[str, str]


def draw(seed: int, number: int) -> Drawn:
    """The mail of this seed and number, the same for ever."""
    chance = Random(f"{seed}.{number}")
    people = chance.sample(PEOPLE, len(PEOPLE))
    kind = chance.choices(list(MAKERS), (5, 2, 2, 1, 2, 1))[0]
    mail, expected, traits = MAKERS[kind](chance, people)
    mail, dressed = _dressed(chance, mail)
    return Drawn(number, mail.build(), expected, {"kind": kind, **traits, **dressed})


def _labels(chance: Random) -> dict[str, str]:
    return {field: chance.choice(names) for field, names in LABELS.items()}


def _named(labels: dict[str, str]) -> dict[str, str]:
    return {f"label of {field}": label for field, label in labels.items()}


def _spelling(chance: Random) -> tuple[str, Spelling]:
    names = [name for name in SPELLINGS if name not in UNICODE_ONLY]
    name = chance.choice(("usual", *names))
    return name, SPELLINGS[name]


Made = tuple[Mail, dict[str, Any], dict[str, str]]


def _form(chance: Random, people: Sequence[Person]) -> Made:
    person = _lacking(chance, people[0])
    shape = chance.choice(list(SHAPES))
    spelled, spelling = _spelling(chance)
    order = chance.choice(("usual", "usual", *ORDERS))
    fields = ORDERS[order]
    empty = shape not in BELOW and chance.random() < 0.5
    labels = _labels(chance)
    lines = form(person, shape, labels=labels, fields=fields, spelling=spelling, empty=empty)
    traits = {"shape": shape, "spelling": spelled, "order": order, **_named(labels)}
    if chance.random() < WRAPPED:
        wrap = chance.choice(list(WRAPS))
        text = "\n".join(WRAPS[wrap](lines))
    else:
        wrap = "none"
        text = body(lines, person, chance.randrange(60))
    mail = Mail(name=person.name, address=person.email, text=text)
    return mail, application(read_as(person, spelling)), traits | {"wrap": wrap}


def _lacking(chance: Random, person: Person) -> Person:
    """The person without what is not asked for, now and then."""
    if chance.random() < 0.3:
        person = person.but(department=None)
    return person.but(position=None) if chance.random() < 0.3 else person


def _group(chance: Random, people: Sequence[Person]) -> Made:
    group = chance.choice(GROUPS)
    some = colleagues(people[: chance.randint(2, 6)])
    lines = group.write(some)
    wrap = chance.choice(list(WRAPS)) if chance.random() < WRAPPED else "none"
    if wrap == "none":
        text = body(lines, some[0], chance.randrange(60))
    else:
        text = "\n".join(WRAPS[wrap](lines))
    mail = Mail(name=some[0].name, address=some[0].email, text=text)
    return mail, application(*some), {"group": group.name, "wrap": wrap}


def _page(chance: Random, people: Sequence[Person]) -> Made:
    person = _lacking(chance, people[0])
    page = chance.choice(list(PAGES))
    spelled, spelling = _spelling(chance)
    labels = _labels(chance)
    rows = [(labels[field], spelling.write(person, field)) for field in FIELDS]
    stub = chance.choice((None, "", "このメールはHTML形式です。"))
    mail = Mail(name=person.name, address=person.email, html=PAGES[page](rows), stub=stub)
    return (
        mail,
        application(read_as(person, spelling)),
        {"page": page, "spelling": spelled, **_named(labels)},
    )


COVERS = (
    "参加申込書をお送りします。ご確認ください。",
    "お世話になっております。\n標記の件、申込書を添付いたします。\nよろしくお願いいたします。",
    "添付のとおり申し込みます。",
)


def _file(chance: Random, people: Sequence[Person]) -> Made:
    layout = chance.choice(("left", "above", "rows", "merged", "document", "document-rows", "csv"))
    several = layout in {"rows", "document-rows", "csv"}
    some = colleagues(people[: chance.randint(2, 5)]) if several else (_lacking(chance, people[0]),)
    labels = _labels(chance)
    fields = (*OWN, *SHARED) if several else FIELDS
    usual = SPELLINGS["usual"]
    answers = [[usual.write(p, field) for field in fields] for p in some]
    head = [labels[field] for field in fields]
    content, name, media = _content(layout, head, answers)
    part = file_part(
        content, chance.choice((plain, outlook, pieces, raw, windows, cut_pieces))(name), media
    )
    sender = some[0]
    mail = Mail(name=sender.name, address=sender.email, text=chance.choice(COVERS), files=(part,))
    return mail, application(*some), {"file": layout, **_named(labels)}


def _content(
    layout: str, head: Sequence[str], answers: Sequence[Sequence[str]]
) -> tuple[bytes, str, bytes]:
    """The file, its name and its type."""
    pairs = [[label, answer] for label, answer in zip(head, answers[0], strict=True)]
    lines = [list(head), *(list(row) for row in answers)]
    if layout == "csv":
        text = "\r\n".join(",".join(row) for row in lines) + "\r\n"
        return text.encode("utf-8-sig"), "名簿.csv", b"text/csv"
    if layout.startswith("document"):
        rows = lines if layout == "document-rows" else pairs
        return document(paragraph("参加申込書"), table(rows)), "申込書.docx", DOCX
    sheet: dict[str, tuple[list[list[Cell]], list[str]]] = {
        "left": ([[a, b or None] for a, b in pairs], []),
        "above": ([[*head], [answer or None for answer in answers[0]]], []),
        "rows": ([[cell or None for cell in row] for row in lines], []),
        "merged": (
            [[a, None, b or None, None] for a, b in pairs],
            [f"{two}{n}" for n in range(1, len(pairs) + 1) for two in (f"A{n}:B", f"C{n}:D")],
        ),
    }
    cells, merged = sheet[layout]
    return workbook(Sheet(name="Sheet1", rows=cells, merged=merged)), "申込書.xlsx", XLSX


TOLD = tuple(told())


def _wish(chance: Random, people: Sequence[Person]) -> Made:
    theme, one = chance.choice(TOLD)
    mail = letter(one)
    greeting = "\n".join(chance.choice(GREETINGS_ALONE))
    if one.text:
        below = mail.text.removeprefix(one.text)
        signed = "\n".join(signature(MIWA, chance.randrange(12)))
        mail = mail.but(text=f"{greeting}{one.text}\n{signed}{below}")
    return mail, expected_of(theme, one), {"wish": f"{theme}-{one.name}"}


SILENT = (
    *((name, mail, expected) for name, _, mail, expected in (*replies(), *returns())),
    *strangers(),
)


def _silent(chance: Random, people: Sequence[Person]) -> Made:
    name, mail, expected = chance.choice(SILENT)
    return mail, expected, {"silent": name}


MAKERS: dict[str, Callable[[Random, Sequence[Person]], Made]] = {
    "form": _form,
    "group": _group,
    "page": _page,
    "file": _file,
    "wish": _wish,
    "silent": _silent,
}


def _dressed(chance: Random, mail: Mail) -> tuple[Mail, dict[str, str]]:
    coding = chance.choice([one for one in CODINGS if one.sure])
    if not coding.carries(mail.text + mail.html):
        coding = BY_NAME["utf8-base64"]
    way = chance.choice(
        list(WAYS if BY_NAME["sjis"].carries(mail.name + mail.subject) else UNICODE)
    )
    if "quoted" in way or "raw" in way:
        way = "utf8-b"
    dress = chance.choice(DRESSES)
    subject = chance.choice(SUBJECTS) if mail.subject == UNTOLD else mail.subject
    mail = mail.but(coding=coding, way=WAYS[way], dress=dress, subject=subject)
    return mail, {"coding": coding.name, "way": way, "dress": dress.name}
