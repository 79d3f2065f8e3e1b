"""Applications in workbooks: labels left or above, merged cells, rows of people, sample sheets."""

from __future__ import annotations

from collections.abc import Iterator

from tests.mail.reading.making.coding import Jis
from tests.mail.reading.making.enclosing import (
    TITLE,
    USUAL,
    bare,
    both,
    cut_pieces,
    folded,
    mail,
    only_named,
    outlook,
    pairs,
    plain,
    raw,
    windows,
    xlsx,
)
from tests.mail.reading.making.expect import Case, application, incomplete, kind
from tests.mail.reading.making.files import Cell, Sheet, workbook
from tests.mail.reading.making.folk import (
    AYANO,
    AZUSA,
    HANA,
    KAITO,
    KEIKO,
    MIWA,
    REN,
    SEIICHI,
    YUI,
    YURIKO,
    unsaid,
)
from tests.mail.reading.making.layouts import FIRST
from tests.mail.reading.making.post import file_part
from tests.mail.reading.making.words import word

SAMPLE = Sheet(
    name="記入例",
    rows=[
        ["記入例"],
        ["お名前", "福祉　太郎"],
        ["フリガナ", "フクシ　タロウ"],
        ["ご所属", "○○市社会福祉協議会"],
        ["都道府県", "東京都"],
        ["メールアドレス", "fukushi@example.jp"],
        ["電話番号", "03-0000-0000"],
    ],
)


def _left() -> Case:
    sheet = Sheet(name="申込書", rows=[*TITLE, *pairs(MIWA)], merged=("A1:B1",))
    return mail(
        "xlsx-labels-left",
        "xlsx, labels left of the answers",
        MIWA,
        xlsx(workbook(sheet), plain("参加申込書.xlsx")),
        "参加申込書.xlsx",
        application(MIWA),
    )


def _above() -> Case:
    fields = tuple(FIRST)
    sheet = Sheet(
        name="Sheet1",
        rows=[
            *TITLE,
            [FIRST[field] for field in fields],
            [USUAL.write(SEIICHI, field) or None for field in fields],
        ],
    )
    return mail(
        "xlsx-labels-above",
        "xlsx, labels above the answers",
        SEIICHI,
        xlsx(workbook(sheet), outlook("申込書（髙橋）.xlsx")),
        "申込書（髙橋）.xlsx",
        application(SEIICHI),
    )


def _merged() -> Case:
    spread = [[label, None, None, answer, None] for label, answer in pairs(YUI)]
    merged = ["A1:E1"]
    for number in range(3, 3 + len(spread)):
        merged += [f"A{number}:C{number}", f"D{number}:E{number}"]
    sheet = Sheet(name="申込", rows=[*TITLE, *spread], merged=merged)
    return mail(
        "xlsx-merged",
        "xlsx, merged cells between label and answer",
        YUI,
        xlsx(workbook(sheet), folded("令和７年度参加申込書しらかば市.xlsx")),
        "令和７年度参加申込書しらかば市.xlsx",
        application(YUI),
    )


def _beside_sample() -> Case:
    sheet = Sheet(name="申込書", rows=pairs(KEIKO))
    return mail(
        "xlsx-sample-sheet",
        "xlsx with a sheet of sample values first",
        KEIKO,
        xlsx(workbook(SAMPLE, sheet), bare("申込書.xlsx")),
        "申込書.xlsx",
        application(KEIKO, must_not=["participant 福祉 太郎"]),
    )


def _sample_column() -> Case:
    examples = [
        "（記入例）",
        "福祉　太郎",
        "フクシ　タロウ",
        "○○市社会福祉協議会",
        "○○課",
        "主事",
        "東京都",
        "fukushi@example.jp",
        "03-0000-0000",
        "生活支援コーディネーター",
    ]
    answers: list[list[Cell]] = [["項目", "ご記入欄"], *pairs(AZUSA)]
    sheet = Sheet(
        name="申込書", rows=[[*row, ex] for row, ex in zip(answers, examples, strict=True)]
    )
    return mail(
        "xlsx-sample-column",
        "xlsx with a column of sample values beside",
        AZUSA,
        xlsx(workbook(sheet), raw("申込書.xlsx")),
        "申込書.xlsx",
        application(AZUSA, must_not=["participant 福祉 太郎"]),
        nasty=True,
    )


def _numbers() -> Case:
    person = HANA.but(phone="09000002121")
    cells = pairs(person)
    cells = [[a, 9000002121 if a == "電話番号" else b] for a, b in cells]
    sheet = Sheet(name="Sheet1", rows=cells)
    read = person.expected(phone_any=["09000002121", "090-0000-2121"])
    return mail(
        "xlsx-lost-zero",
        "xlsx, a telephone number stored as a number",
        HANA,
        xlsx(workbook(sheet), plain("form.xlsx")),
        "form.xlsx",
        application(read),
    )


def _ticked() -> Case:
    cells = [row for row in pairs(AYANO) if row[0] != "参加区分"]
    cells += [
        ["参加区分", "□生活支援コーディネーター"],
        [None, "□行政・自治体関係者"],
        [None, "□NPO・ボランティア団体等"],
        [None, "☑生協・農協・社協等"],
    ]
    sheet = Sheet(name="申込書", rows=cells)
    return mail(
        "xlsx-ticked",
        "xlsx, ticked boxes",
        AYANO,
        xlsx(workbook(sheet), plain("申込書.xlsx")),
        "申込書.xlsx",
        application(AYANO),
    )


def _readings() -> Case:
    sheet = Sheet(
        name="申込書", rows=pairs(YURIKO), readings={"二階堂　ゆり子": "ニカイドウユリコ"}
    )
    return mail(
        "xlsx-phonetic",
        "xlsx, a name with a phonetic run",
        YURIKO,
        xlsx(workbook(sheet), plain("申込書.xlsx")),
        "申込書.xlsx",
        application(YURIKO),
    )


def _formulas() -> Case:
    cells = pairs(KAITO)
    place = next(n for n, row in enumerate(cells, 1) if row[0] == "ご所属")
    sheet = Sheet(
        name="申込書", rows=cells, formulas={f"B{place}": 'HYPERLINK("http://x.example.com")'}
    )
    read = KAITO.expected(organization_any=[KAITO.organization, None])
    expected = kind(("application", "application_needs_review", "application_incomplete"), read)
    return mail(
        "xlsx-formula",
        "xlsx, an answer that is a formula with a kept value",
        KAITO,
        xlsx(workbook(sheet), plain("申込書.xlsx")),
        "申込書.xlsx",
        expected,
    )


def _list_with_lookup() -> Case:
    sheet = Sheet(name="申込書", rows=pairs(MIWA))
    hidden = Sheet(name="リスト", rows=[["北海道"], ["青森県"], ["岩手県"], ["氏名"]], hidden=True)
    return mail(
        "xlsx-hidden-list",
        "xlsx with a hidden sheet of choices",
        MIWA,
        xlsx(workbook(sheet, hidden), plain("申込書.xlsx")),
        "申込書.xlsx",
        application(MIWA),
    )


def _incomplete() -> Case:
    cells = [[a, None if a == "フリガナ" else b] for a, b in pairs(SEIICHI)]
    sheet = Sheet(name="申込書", rows=cells)
    return mail(
        "xlsx-incomplete",
        "xlsx, one required answer left empty",
        SEIICHI,
        xlsx(workbook(sheet), plain("申込書.xlsx")),
        "申込書.xlsx",
        incomplete(SEIICHI.expected(name_kana=None), missing=["name_kana"]),
    )


def _body_and_file() -> Case:
    text = "\n".join(
        (
            "参加申込書を添付いたします。内容は下記のとおりです。",
            "",
            *(f"{a}：{b or ''}" for a, b in pairs(HANA)),
        )
    )
    sheet = Sheet(name="申込書", rows=pairs(HANA))
    return mail(
        "xlsx-and-text",
        "the same application in the text and in a workbook",
        HANA,
        xlsx(workbook(sheet), plain("申込書.xlsx")),
        "申込書.xlsx",
        application(HANA),
        text=text,
    )


def _named_in_type() -> Case:
    sheet = Sheet(name="申込書", rows=pairs(AZUSA))
    typed = b';\r\n name="' + word(Jis()("申込書.xlsx"), "ISO-2022-JP") + b'"'
    return mail(
        "xlsx-named-in-type",
        "the file's name stands only in Content-Type",
        AZUSA,
        xlsx(workbook(sheet), only_named("申込書.xlsx"), typed),
        "申込書.xlsx",
        application(AZUSA),
    )


def _octets() -> Case:
    sheet = Sheet(name="申込書", rows=pairs(KEIKO))
    return mail(
        "xlsx-octet-stream",
        "a workbook sent as application/octet-stream",
        KEIKO,
        file_part(workbook(sheet), plain("申込書.xlsx")),
        "申込書.xlsx",
        application(KEIKO),
    )


def _no_kind() -> Case:
    fields = tuple(field for field in FIRST if field != "category")
    sheet = Sheet(name="申込書", rows=pairs(REN, fields))
    read = REN.expected(category_any=list(unsaid(REN)))
    return mail(
        "xlsx-without-a-kind",
        "xlsx without a question for the kind of applicant",
        REN,
        xlsx(workbook(sheet), plain("申込書.xlsx")),
        "申込書.xlsx",
        application(read),
    )


def _names() -> Iterator[Case]:
    """More ways of writing a file's name."""
    for number, (way, what) in enumerate(
        (
            (windows, "RFC 2231 in Shift_JIS with a character of Windows"),
            (cut_pieces, "RFC 2231 pieces cut inside a character, in the wrong order"),
            (both, "a plain substitute beside the true name"),
        )
    ):
        person = (SEIICHI, AYANO, KAITO)[number]
        sheet = Sheet(name="申込書", rows=pairs(person))
        name = f"参加申込書（髙橋①）{number + 1}.xlsx"
        part = xlsx(workbook(sheet), way(name))
        yield mail(
            f"named-{way.__name__.replace('_', '-')}", what, person, part, name, application(person)
        )


WORKBOOKS: tuple[Case, ...] = (
    _left(), _above(), _merged(), _beside_sample(), _sample_column(), _numbers(), _ticked(),
    _readings(), _formulas(), _list_with_lookup(), _incomplete(), _body_and_file(),
    _named_in_type(), _octets(), _no_kind(), *_names(),
)  # fmt: skip
