"""Workbooks that are laid out in less usual ways, and who takes part."""

from __future__ import annotations

import io
import zipfile

from tests.mail.reading.files.cases_sheets import GROUP, Case, but
from tests.mail.reading.files.making import (
    LABELS,
    ONE,
    THREE,
    TWO,
    Row,
    book,
    form,
    listed,
    saved,
    sheet,
)


def _numbered_blocks() -> bytes:
    rows: list[Row] = []
    for n, p in enumerate((ONE, TWO), start=1):
        block = form(p)
        rows += [(n if not i else None, *row) for i, row in enumerate(block)]
    return sheet(*rows, merged=("A1:A8", "A9:A16"))


def _reading_behind_name() -> bytes:
    names = ("position", "organization", "department", "prefecture", "email", "phone")
    head = ("No.", "氏名（ふりがな）", *(LABELS[n] for n in names))
    kana = ("まちだ　はなこ", "おがわ　じろう", "たかさき　まもる")
    rows = [
        (n, f"{p['name']}（{k}）", *(p[m] for m in names))
        for n, (p, k) in enumerate(zip(GROUP, kana, strict=True), start=1)
    ]
    return sheet(head, *rows)


def _nested_labels() -> bytes:
    p = ONE
    return sheet(
        ("参加者", "フリガナ", None, p["name_kana"]),
        (None, "氏名", None, p["name"]),
        (None, "所属", "法人名", p["organization"]),
        (None, None, "部署", p["department"]),
        (None, None, "役職", p["position"]),
        (None, "連絡先", "都道府県", p["prefecture"]),
        (None, None, "電話", p["phone"]),
        (None, None, "FAX", "026-000-9999"),
        (None, None, "メール", p["email"]),
        merged=("A1:A9", "B1:C1", "B2:C2", "B3:B5", "B6:B9"),
    )


def _reading_and_name_behind_one_label() -> bytes:
    rest = [row for row in form(ONE) if row[0] not in {"氏名", "フリガナ"}]
    return sheet(
        ("ふりがな\n氏　名", ONE["name_kana"]), (None, ONE["name"]), *rest, merged=("A1:A2",)
    )


def _reading_and_name_in_a_cell() -> bytes:
    rest = [row for row in form(ONE) if row[0] not in {"氏名", "フリガナ"}]
    return sheet(("氏名", f"{ONE['name_kana']}\n{ONE['name']}"), *rest)


def _heading_beside_the_list() -> bytes:
    head, *rows = listed(*GROUP)
    return sheet(("参加者", *head), *((None, *row) for row in rows), merged=("A1:A4",))


def _heading_above_the_headings() -> bytes:
    head, *rows = listed(*GROUP)
    return sheet(
        ("No", "参加者", *[None] * 7), (None, *head),
        *((n, *row) for n, row in enumerate(rows, start=1)),
        merged=("A1:A2", "B1:I1"),
    )  # fmt: skip


def _contact_table_above() -> bytes:
    names = ("name", "name_kana", "department", "position", "email", "phone")
    return sheet(
        ("団体名", "都道府県", "担当者氏名", "担当者電話", "担当者メール"),
        (ONE["organization"], ONE["prefecture"], "田畑 恵", "026-000-0001", "soumu@example.jp"),
        (None,),
        *listed(*GROUP, names=names),
    )


def _contact_run_above() -> bytes:
    names = ("name", "name_kana", "department", "position", "email", "phone")
    return sheet(
        ("団体名", ONE["organization"], "都道府県", ONE["prefecture"]),
        ("担当者", "田畑 恵", "所属部署", "総務課"),
        ("電話", "026-000-0001", "E-mail", "soumu@example.jp"),
        (None,),
        *listed(*GROUP, names=names),
    )


def _contact_phone_is_not_shared() -> bytes:
    names = ("name", "name_kana", "organization", "prefecture", "email")
    return sheet(
        ("担当者", "田畑 恵", "電話", "026-000-0001"), (None,), *listed(ONE, TWO, names=names)
    )


def _contact_beside_participant() -> bytes:
    left = form(ONE)
    right: list[Row] = [
        ("氏名", "田畑 恵"),
        ("TEL", "026-000-0001"),
        ("E-mail", "soumu@example.jp"),
    ]
    rows = [(*a, None, *(right[n] if n < 3 else ())) for n, a in enumerate(left)]
    return sheet(("【参加者】", None, None, "【連絡担当者】"), *rows, merged=("A1:B1", "D1:E1"))


def _one_phone_for_both() -> bytes:
    rows = [row for row in form(ONE) if row[0] not in {"電話番号", "メールアドレス"}]
    return sheet(*rows, ("担当者", "田畑 恵"), ("電話番号", ONE["phone"]), ("メール", ONE["email"]))


def _polite_cells() -> bytes:
    return sheet(
        *((label, answer, "様" if label == "氏名" else None) for label, answer in form(ONE)),
        ("押印", "㊞"),
    )


def _counted_names() -> bytes:
    rows = listed(*GROUP)
    for n, row in enumerate(rows[1:]):
        row[0] = f"{'①②③'[n]}{row[0]}"
    return sheet(*rows)


def _reach_in_a_cell() -> bytes:
    names = ("name", "name_kana", "organization", "department", "position", "prefecture")
    rows = [(*(p[n] for n in names), f"{p['phone']}\n{p['email']}") for p in GROUP]
    return sheet((*(LABELS[n] for n in names), "TEL・E-mail"), *rows)


def _two_lists_beside() -> bytes:
    names = ("name", "name_kana", "position", "email", "phone")
    left, right = listed(ONE, TWO, names=names), listed(THREE, names=names)
    shared = [("団体名", ONE["organization"]), ("都道府県", ONE["prefecture"]), (None,)]
    rows = [(*left[n], *(right[n] if n < len(right) else ())) for n in range(3)]
    return sheet(*shared, *rows)


def _long_labels() -> bytes:
    return sheet(
        ("受講者氏名", ONE["name"]), ("受講者フリガナ", ONE["name_kana"]),
        ("勤務先名称（正式名）", None),
        ("ご所属先", ONE["organization"]), ("所属部署名", ONE["department"]), ("役職名等", None),
        ("現在の役職", ONE["position"]), ("勤務先都道府県", ONE["prefecture"]),
        ("ＩＤ・パスワード送付先メールアドレス", ONE["email"]),
        ("日中連絡先電話番号", ONE["phone"]),
        ("緊急連絡先電話番号", "090-0000-0000"), ("所属長氏名", "山本 長"),
    )  # fmt: skip


def _numbered_labels() -> bytes:
    rows: list[Row] = []
    for n, p in enumerate((ONE, TWO), start=1):
        rows += [(f"{label}{n}", p[name]) for name, label in LABELS.items()]
    return sheet(*rows)


def _robot_export() -> bytes:
    head, *rows = listed(ONE, TWO)
    return sheet(
        ("タイムスタンプ", *head, "質問"),
        ("2026/02/06 10:00", *rows[0]),
        ("2026/02/06 10:05", *rows[1]),
    )


def _shared_strings() -> bytes:
    """As Excel itself saves: shared strings with readings and runs, a prefix before each name."""

    def item(text: str) -> str:
        runs = "".join(f"<x:r><x:t>{piece}</x:t></x:r>" for piece in (text[:2], text[2:]))
        return f"<x:si>{runs}<x:rPh sb='0' eb='1'><x:t>ヨミ</x:t></x:rPh></x:si>"

    rows = form(ONE)
    texts = [text for row in rows for text in row]
    cells = "".join(
        f"<x:row r='{n + 1}'><x:c r='B{n + 1}' t='s'><x:v>{2 * n}</x:v></x:c>"
        f"<x:c r='C{n + 1}' t='s'><x:v>{2 * n + 1}</x:v></x:c></x:row>"
        for n in range(len(rows))
    )
    space = "xmlns:x='http://purl.oclc.org/ooxml/spreadsheetml/main'"
    parts = {
        "xl/sharedStrings.xml": f"<x:sst {space}>{''.join(map(item, texts))}</x:sst>",
        "xl/worksheets/sheet1.xml": (
            f"<x:worksheet {space}><x:sheetData>{cells}</x:sheetData></x:worksheet>"
        ),
    }
    out = io.BytesIO()
    made = sheet(*rows)
    with zipfile.ZipFile(io.BytesIO(made)) as old, zipfile.ZipFile(out, "w") as new:
        for name in {*old.namelist(), *parts}:
            new.writestr(name, parts[name] if name in parts else old.read(name))
    return out.getvalue()


def _two_sheets_form_and_list() -> bytes:
    names = ("name", "name_kana", "department", "position", "email", "phone")
    first = [("参加申込書",), ("団体名", ONE["organization"]), ("所在地", "長野県はなみずき市1-1"),
             ("連絡担当者", "田畑 恵"), ("電話番号", "026-000-0001")]  # fmt: skip
    return saved(book(("申込書", first), ("参加者名簿", listed(*GROUP, names=names))))


def _blank_rows_between() -> bytes:
    rows: list[Row] = []
    for row in form(ONE):
        rows += [row, (None,)]
    return sheet(*rows)


def _number_dots() -> bytes:
    return sheet(
        *((f"{n}．{label}", answer) for n, (label, answer) in enumerate(form(ONE), start=1))
    )


def _spaced_labels() -> bytes:
    spaced = {"name": "氏　　名", "name_kana": "ふ り が な", "organization": "所　属",
              "position": "職　名", "phone": "ＴＥＬ", "email": "Ｅ－ｍａｉｌ"}  # fmt: skip
    return sheet(*form(ONE, **spaced))


def _prefilled_rows() -> bytes:
    """Rows in which only what all have in common is filled in already."""
    rows = listed(ONE, TWO)
    blank = [None, None, ONE["organization"], None, None, ONE["prefecture"], None, None]
    return sheet(*rows, *[blank] * 8)


def _group_rows() -> bytes:
    head, one, two, three = listed(*GROUP)
    return sheet(head, ("地域福祉課",), one, two, ("総務係",), three, merged=("A2:H2", "A5:H5"))


def _missing_kana() -> bytes:
    rows = listed(ONE, TWO)
    rows[2][1] = None
    return sheet(*rows)


def _wrong_address() -> bytes:
    return sheet(*form(but(ONE, email="machida@example,jp")))


def _numbered_sections() -> bytes:
    names = ("name", "name_kana", "department", "position", "email")
    return sheet(
        ("1．団体情報",),
        ("団体名", ONE["organization"], None, "都道府県", ONE["prefecture"]),
        ("電話番号", "026-000-0001", None, "FAX", "026-000-0002"),
        ("2．参加者情報",), *listed(ONE, TWO, names=names),
        ("3．連絡担当者",), ("氏名", "田畑 恵", None, "E-mail", "soumu@example.jp"),
    )  # fmt: skip


def _companions() -> bytes:
    return sheet(*form(ONE), (None,), ("その他の参加者",), *listed(TWO), merged=("A10:H10",))


def _representative_and_companions() -> bytes:
    return sheet(*form(ONE, name="代表者氏名"), (None,), *listed(TWO))


def _who_does_not_come() -> bytes:
    head, one, two = listed(ONE, TWO)
    return sheet((*head, "参加"), (*one, "○"), (*two, "×"))


def _invoice_section() -> bytes:
    return sheet(*form(ONE), (None,), ("【請求書送付先】",), ("宛名", "はなみずき市長"),
                 ("氏名", "経理 太郎"), ("住所", "東京都千代田区1-1"))  # fmt: skip


def _reading_of_the_organization() -> bytes:
    rest = [row for row in form(ONE) if row[0] not in {"氏名", "フリガナ", "所属"}]
    return sheet(("フリガナ", "ハナミズキシシャキョウ"), ("団体名", ONE["organization"]),
                 ("フリガナ", ONE["name_kana"]), ("氏名", ONE["name"]), *rest)  # fmt: skip


_OFFICE = {"phone": "026-000-0001"}
MORE = (
    Case("blocks-numbered", _numbered_blocks, (ONE, TWO)),
    Case("list-reading-behind-name", _reading_behind_name, GROUP),
    Case("form-nested-labels", _nested_labels, (ONE,)),
    Case("form-reading-and-name-behind-one-label", _reading_and_name_behind_one_label, (ONE,)),
    Case("form-reading-and-name-in-a-cell", _reading_and_name_in_a_cell, (ONE,)),
    Case("list-heading-beside", _heading_beside_the_list, GROUP),
    Case("list-heading-above", _heading_above_the_headings, GROUP),
    Case("list-contact-table-above", _contact_table_above, GROUP),
    Case("list-contact-run-above", _contact_run_above, GROUP),
    Case("list-contact-phone-is-not-shared", _contact_phone_is_not_shared,
         (but(ONE, phone=None, department=None, position=None),
          but(TWO, phone=None, department=None, position=None, category="coop_shakyo")),
         "application_incomplete"),
    Case("form-contact-at-the-right", _contact_beside_participant, (ONE,)),
    Case("form-one-phone-for-both", _one_phone_for_both, (ONE,)),
    Case("form-polite-cells", _polite_cells, (ONE,)),
    Case("list-counted-names", _counted_names, GROUP),
    Case("list-reach-in-a-cell", _reach_in_a_cell, GROUP),
    Case("lists-side-by-side", _two_lists_beside,
         tuple(but(p, department=None) for p in GROUP)),
    Case("form-long-labels", _long_labels, (ONE,)),
    Case("form-numbered-labels", _numbered_labels, (ONE, TWO)),
    Case("list-of-a-robot", _robot_export, (ONE, TWO)),
    Case("form-shared-strings", _shared_strings, (ONE,)),
    Case("form-and-list-on-two-sheets", _two_sheets_form_and_list, GROUP),
    Case("form-blank-rows-between", _blank_rows_between, (ONE,)),
    Case("form-number-dots", _number_dots, (ONE,)),
    Case("form-spaced-labels", _spaced_labels, (ONE,)),
    Case("list-prefilled-rows", _prefilled_rows, (ONE, TWO)),
    Case("list-group-rows", _group_rows, GROUP),
    Case("list-missing-kana", _missing_kana, (ONE, but(TWO, name_kana=None)),
         "application_incomplete"),
    Case("list-numbered-sections", _numbered_sections, (but(ONE, **_OFFICE), but(TWO, **_OFFICE))),
    Case("form-and-companions", _companions, (ONE, TWO)),
    Case("form-invoice-section", _invoice_section, (ONE,)),
    Case("form-reading-of-the-organization", _reading_of_the_organization, (ONE,)),
    Case("representative-and-companions", _representative_and_companions, (TWO,),
         "application_needs_review", more={"problem": "a reading beside the list"}),
    Case("who-does-not-come", _who_does_not_come, (ONE, TWO), "application_needs_review",
         more={"problem": "perhaps nobody takes part"}),
    Case("form-wrong-address", _wrong_address, (but(ONE, email=None),), "application_incomplete"),
)  # fmt: skip
