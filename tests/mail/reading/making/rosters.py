"""Lists of people in workbooks, documents and csv files, and a file for each of several."""

from __future__ import annotations

from collections.abc import Sequence

from tests.mail.reading.making.enclosing import (
    ALL,
    CLERK,
    COVER,
    DOCX,
    TITLE,
    USUAL,
    mail,
    pairs,
    pieces,
    plain,
    raw_utf8,
    rows,
    utf8_word,
    xlsx,
)
from tests.mail.reading.making.expect import Case, application, case
from tests.mail.reading.making.files import Sheet, document, paragraph, table, workbook
from tests.mail.reading.making.folk import MIWA, PEOPLE, REN, TAICHI, Person
from tests.mail.reading.making.layouts import FIRST, OWN, SHARED, colleagues
from tests.mail.reading.making.post import Mail, file_part


def _people() -> Case:
    people = colleagues(PEOPLE[12:16])
    sheet = Sheet(name="参加者名簿", rows=[["参加者名簿"], [], *rows(people)], merged=("A1:H1",))
    return mail(
        "xlsx-rows-of-people",
        "xlsx, a row for each of 4 people, sent by a clerk",
        people[0].but(name="総務課", email=CLERK),
        xlsx(workbook(sheet), pieces("参加者名簿.xlsx")),
        "参加者名簿.xlsx",
        application(*people, reply_to=CLERK),
    )


def _people_gap() -> Case:
    people = colleagues(PEOPLE[4:6])
    listed = rows(people)
    listed += [[number, *([None] * len(ALL))] for number in range(3, 11)]
    listed += [["※氏名は正確にご記入ください。"]]
    sheet = Sheet(name="名簿", rows=listed)
    return mail(
        "xlsx-empty-rows",
        "xlsx, 2 people and eight numbered rows left empty",
        people[0],
        xlsx(workbook(sheet), utf8_word("名簿.xlsx")),
        "名簿.xlsx",
        application(*people),
    )


def _shared_above() -> Case:
    people = colleagues(PEOPLE[18:21])
    head = [[FIRST[field], None, USUAL.write(people[0], field)] for field in SHARED]
    sheet = Sheet(name="申込書", rows=[*TITLE, *head, [], *rows(people, OWN)], merged=("A1:C1",))
    return mail(
        "xlsx-shared-above",
        "xlsx, what is shared above, the people in rows below",
        people[0],
        xlsx(workbook(sheet), raw_utf8("申込書.xlsx")),
        "申込書.xlsx",
        application(*people),
    )


def _two_sheets() -> Case:
    people = (REN, TAICHI)
    sheets = [Sheet(name=p.name.split()[0], rows=pairs(p)) for p in people]
    return mail(
        "xlsx-two-sheets",
        "xlsx, a sheet for each of 2 people",
        REN,
        xlsx(workbook(*sheets), plain("申込書2名.xlsx")),
        "申込書2名.xlsx",
        application(*people),
    )


def _invoice_too() -> Case:
    people = colleagues(PEOPLE[20:23])
    text = COVER + "\n\nまた、請求書を当会会長宛てに3名分まとめて発行してください。"
    return mail(
        "xlsx-and-invoice",
        "a list of 3 people, and one invoice is asked for",
        people[0],
        xlsx(workbook(Sheet(name="名簿", rows=rows(people))), plain("名簿.xlsx")),
        "名簿.xlsx",
        application(*people, sub_intents=["invoice_request"]),
        text=text,
    )


def _docx_people() -> Case:
    people = colleagues(PEOPLE[8:11])
    lines = [[str(cell or "") for cell in row] for row in rows(people)]
    return mail(
        "docx-rows-of-people",
        "docx, a row for each of 3 people",
        people[0],
        file_part(document(paragraph("参加者一覧"), table(lines)), plain("一覧.docx"), DOCX),
        "一覧.docx",
        application(*people),
    )


def _csv(name: str, content: bytes, people: Sequence[Person], description: str) -> Case:
    return mail(
        f"csv-{name}",
        description,
        people[0],
        file_part(content, plain("名簿.csv"), b"text/csv"),
        "名簿.csv",
        application(*(p.expected(department=None, position=None) for p in people)),
    )


def _lines(people: Sequence[Person], between: str = ",") -> str:
    return (
        "\r\n".join(between.join(str(cell or "") for cell in row) for row in rows(people)) + "\r\n"
    )


def _two_files() -> Case:
    """Two people, each with a form of their own."""
    people = (MIWA, TAICHI)
    parts = tuple(
        xlsx(workbook(Sheet(name="申込書", rows=pairs(p))), plain(f"申込書_{p.name_kana[0]}.xlsx"))
        for p in people
    )
    sent = Mail(name="総務課", address=CLERK, subject="申込書2名分", text=COVER, files=parts)
    expected = application(*people, reply_to=CLERK)
    expected["attachments"] = [{"filename": f"申込書_{p.name_kana[0]}.xlsx"} for p in people]
    return case(
        "file-xlsx-two-files", "a workbook for each of 2 people, sent by a clerk", sent, expected
    )


ROSTERS: tuple[Case, ...] = (
    _people(),
    _people_gap(),
    _shared_above(),
    _two_sheets(),
    _invoice_too(),
    _docx_people(),
    _two_files(),
    _csv(
        "cp932", _lines(PEOPLE[12:15]).encode("cp932"), PEOPLE[12:15], "csv in Shift_JIS, 3 people"
    ),
    _csv(
        "utf8-bom", _lines(PEOPLE[3:5]).encode("utf-8-sig"), PEOPLE[3:5], "csv in UTF-8 with a mark"
    ),
    _csv("tabs", _lines(PEOPLE[8:10], "\t").encode(), PEOPLE[8:10], "csv with tabs"),
)
