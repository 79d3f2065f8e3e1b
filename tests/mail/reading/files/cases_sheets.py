"""Workbooks as applicants fill them in, and who takes part."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from openpyxl.styles import Font

from tests.mail.reading.files.making import (
    LABELS,
    LETTER,
    ONE,
    THREE,
    TWO,
    book,
    form,
    listed,
    saved,
    sheet,
)


@dataclass(frozen=True)
class Case:
    """A file, and what is read of the mail that carries it."""

    name: str
    made: Callable[[], bytes]
    people: tuple[dict[str, Any], ...] = ()
    kind: str = "application"
    file: str = "参加申込書.xlsx"
    lines: tuple[str, ...] = LETTER
    more: dict[str, Any] = field(default_factory=dict)


def but(person: dict[str, str], **changes: Any) -> dict[str, Any]:
    """Somebody with some answers changed."""
    return person | changes


GROUP = (ONE, TWO, THREE)


def _halves(name: str) -> list[str]:
    return name.split()


def _titled() -> bytes:
    return sheet(
        ("令和7年度生活支援コーディネーター研究協議会　参加申込書",),
        (None,),
        *form(ONE),
        (None,),
        ("※ご記入のうえメールでお送りください。",),
        merged=("A1:F1", "A12:F12"),
    )


def _pairs() -> bytes:
    p = ONE
    return sheet(
        ("参加申込書",),
        ("フリガナ", p["name_kana"], None, "都道府県", p["prefecture"]),
        ("氏　　名", p["name"], None, "電話番号", p["phone"]),
        ("所　　属", p["organization"], None, "ＦＡＸ", "026-000-9999"),
        ("部　　署", p["department"], None, "E-mail", p["email"]),
        ("役　　職", p["position"], None, "備考", "特になし"),
        merged=("A1:E1", "B2:C2", "B3:C3", "B4:C4", "B5:C5", "B6:C6"),
    )


def _above() -> bytes:
    p = ONE
    return sheet(
        ("参加申込書",),
        ("氏名", "フリガナ"),
        (p["name"], p["name_kana"]),
        ("所属", "部署", "役職"),
        (p["organization"], p["department"], p["position"]),
        ("都道府県", "電話番号", "メールアドレス"),
        (p["prefecture"], p["phone"], p["email"]),
    )


def _list(*rows: Any, people: tuple[dict[str, str], ...] = GROUP, **more: Any) -> bytes:
    return sheet(*rows, *listed(*people), **more)


def _numbered_list() -> bytes:
    head, *rows = listed(*GROUP)
    empty: list[list[Any]] = [[n, *[None] * len(head)] for n in range(4, 11)]
    return sheet(
        ("参加者名簿",), (None,), ("No.", *head),
        *([n, *row] for n, row in enumerate(rows, start=1)), *empty,
        ("合計", "3名"), (None,), ("※行が足りない場合は追加してください。",),
        merged=("A1:I1",),
    )  # fmt: skip


def _two_line_headings() -> bytes:
    rows = [
        (n, p["name"], p["name_kana"], p["organization"], p["department"], p["position"],
         p["prefecture"], p["email"], p["phone"])
        for n, p in enumerate(GROUP, start=1)
    ]  # fmt: skip
    return sheet(
        ("No", "氏名", "フリガナ", "所属", None, None, "都道府県", "連絡先", None),
        (None, None, None, "団体名", "部署", "役職", None, "メールアドレス", "電話番号"),
        *rows,
        merged=("A1:A2", "B1:B2", "C1:C2", "D1:F1", "G1:G2", "H1:I1"),
    )


def _stacked() -> bytes:
    """Two lines for each person: reading above the name, number above the address."""
    rows: list[list[Any]] = [["No", "フリガナ", "所属", "役職", "都道府県", "電話番号"],
                             [None, "氏名", "部署", None, None, "メール"]]  # fmt: skip
    merged = ["A1:A2", "D1:D2", "E1:E2"]
    for n, p in enumerate(GROUP, start=1):
        row = len(rows) + 1
        rows += [
            [n, p["name_kana"], p["organization"], p["position"], p["prefecture"], p["phone"]],
            [None, p["name"], p["department"], None, None, p["email"]],
        ]
        merged += [f"{c}{row}:{c}{row + 1}" for c in "ADE"]
    return sheet(*rows, merged=merged)


def _stacked_in_cells() -> bytes:
    head = ("フリガナ\n氏名", "所属", "部署", "役職", "都道府県", "メール\nアドレス", "電話番号")
    rows = [
        (f"{p['name_kana']}\n{p['name']}", p["organization"], p["department"], p["position"],
         p["prefecture"], p["email"], p["phone"])
        for p in GROUP
    ]  # fmt: skip
    return sheet(head, *rows)


def _shared_above() -> bytes:
    names = ("name", "name_kana", "department", "position", "email", "phone")
    return sheet(
        ("参加者名簿",),
        ("団体名", ONE["organization"]),
        ("都道府県", ONE["prefecture"]),
        (None,),
        *listed(*GROUP, names=names),
    )


def _contact_above() -> bytes:
    return sheet(
        ("参加申込書",),
        ("【申込担当者】",),
        ("団体名", ONE["organization"], None, "所在地", "長野県はなみずき市1-2-3"),
        ("担当者名", "田畑 恵", None, "TEL", "026-000-0001"),
        ("E-mail", "soumu@example.jp"),
        (None,),
        ("【参加者】",),
        *listed(*GROUP, names=("name", "name_kana", "department", "position", "email", "phone")),
        merged=("A1:F1", "A2:F2", "A7:F7"),
    )


def _contact_below() -> bytes:
    head, *rows = listed(*GROUP)
    return sheet(
        ("No.", *head),
        *([n, *row] for n, row in enumerate(rows, start=1)),
        (None,),
        ("連絡担当者", "田畑 恵", "電話", "026-000-0001", "メール", "soumu@example.jp"),
    )


def _contact_section_below() -> bytes:
    return sheet(
        *listed(*GROUP),
        (None,),
        ("連絡先",),
        ("氏名", "田畑 恵"),
        ("TEL", "026-000-0001"),
        ("E-mail", "soumu@example.jp"),
        merged=("A6:H6",),
    )


def _contact_beside_form() -> bytes:
    rows: list[list[Any]] = [["参加者", label, ONE[name]] for name, label in LABELS.items()]
    rows += [
        ["連絡担当者", "氏名", "田畑 恵"],
        [None, "電話番号", "026-000-0001"],
        [None, "メールアドレス", "soumu@example.jp"],
    ]
    return sheet(*rows, merged=("A1:A8", "A9:A11"))


def _columns() -> bytes:
    return sheet(
        ("参加申込書",),
        (None, "参加者1", "参加者2", "参加者3"),
        *([label, *(p[name] for p in GROUP)] for name, label in LABELS.items()),
        merged=("A1:D1",),
    )


def _columns_with_sample() -> bytes:
    sample = {
        "name": "福祉 太郎", "name_kana": "フクシ タロウ", "organization": "○○市社会福祉協議会",
        "department": "地域福祉課", "position": "主事", "prefecture": "東京都",
        "email": "fukushi@example.jp", "phone": "03-0000-0000",
    }  # fmt: skip
    return sheet(
        ("項目", "記入例", "ご記入欄"),
        *([label, sample[name], ONE[name]] for name, label in LABELS.items()),
    )


def _sample_row() -> bytes:
    head, *rows = listed(ONE, TWO)
    sample = ["福祉　太郎", "フクシ　タロウ", "○○市社会福祉協議会", "地域福祉課", "主事", "東京都",
              "fukushi@example.jp", "03-0000-0000"]  # fmt: skip
    return sheet(("", *head), ("例", *sample), *([n, *row] for n, row in enumerate(rows, start=1)))


def _sample_sheet() -> bytes:
    sample = but(ONE, name="見本 一郎", name_kana="ミホン イチロウ", email="mihon@example.jp")
    return saved(book(("申込書", form(TWO)), ("記入例", form(sample))))


def _sample_block() -> bytes:
    sample = but(ONE, name="田中 一郎", name_kana="タナカ イチロウ", email="tanaka@example.jp")
    return sheet(("【記入例】",), *form(sample), (None,), ("【ご記入欄】",), *form(TWO),
                 merged=("A1:B1", "A11:B11"))  # fmt: skip


def _one_sheet_each() -> bytes:
    return saved(book(("1人目", form(ONE)), ("2人目", form(TWO)), ("3人目", form(THREE))))


def _forms_below() -> bytes:
    return sheet(
        ("参加者①",), *form(ONE), (None,), ("参加者②",), *form(TWO), merged=("A1:B1", "A11:B11")
    )


def _forms_beside() -> bytes:
    left, right = form(ONE), form(TWO)
    return sheet(("参加者1", None, None, "参加者2"),
                 *((*a, None, *b) for a, b in zip(left, right, strict=True)))  # fmt: skip


def _forms_unheaded() -> bytes:
    return sheet(*form(ONE), (None,), *form(TWO))


def _lost_zeros() -> bytes:
    head, *rows = listed(ONE, TWO)
    rows[0][-1] = 9012345678
    rows[1][-1] = 260001235
    return sheet(head, *rows)


def _full_width() -> bytes:
    wide = but(ONE, phone="０２６－０００－１２３４", email="ｍａｃｈｉｄａ＠ｅｘａｍｐｌｅ．ｊｐ",
               name_kana="ﾏﾁﾀﾞ ﾊﾅｺ", name="町田　花子")  # fmt: skip
    return sheet(*form(wide))


def _halved() -> bytes:
    names = [n for n in LABELS if n not in {"name", "name_kana"}]
    rows = [[*_halves(p["name"]), *_halves(p["name_kana"]), *(p[n] for n in names)] for p in GROUP]
    return sheet(("姓", "名", "セイ", "メイ", *(LABELS[n] for n in names)), *rows)


def _halved_in_form() -> bytes:
    rest = [row for row in form(ONE) if row[0] not in {"氏名", "フリガナ"}]
    return sheet(
        ("フリガナ", "セイ", "マチダ", "メイ", "ハナコ"),
        ("氏名", "姓", "町田", "名", "花子"),
        *rest,
    )


def _ticked_cell() -> bytes:
    kinds = (
        "☑生活支援コーディネーター　□行政・自治体関係者　□NPO・ボランティア団体\n"
        "□生協・農協・社協等　□その他"
    )
    return sheet(*form(ONE), ("参加区分", kinds))


def _ticked_columns() -> bytes:
    head, *rows = listed(*GROUP)
    marks = (("○", None, None), (None, "○", None), (None, None, "○"))
    return sheet(
        (*head, "参加区分", None, None),
        (*[None] * len(head), "生活支援コーディネーター", "行政・自治体", "社協"),
        *([*row, *mark] for row, mark in zip(rows, marks, strict=True)),
        merged=(*(f"{c}1:{c}2" for c in "ABCDEFGH"), "I1:K1"),
    )


def _linked_boxes() -> bytes:
    return sheet(
        *form(ONE),
        (
            "参加区分",
            False,
            "生活支援コーディネーター",
            True,
            "行政・自治体関係者",
            False,
            "その他",
        ),
    )


def _boxes_behind() -> bytes:
    return sheet(
        *form(ONE), ("参加区分", "生活支援コーディネーター", "■", "行政", "□", "その他", "□")
    )


def _options_unticked() -> bytes:
    return sheet(
        *form(ONE), ("参加区分", "生活支援コーディネーター ・ 行政 ・ NPO ・ 社協 ・ その他")
    )


def _hidden_sheet() -> bytes:
    made = book(("名簿", listed(ONE)), ("旧名簿", listed(TWO)))
    made.worksheets[1].sheet_state = "hidden"
    return saved(made)


def _hidden_row() -> bytes:
    made = book(("名簿", listed(*GROUP)))
    made.worksheets[0].row_dimensions[3].hidden = True
    return saved(made)


def _hidden_sample_row() -> bytes:
    sample = but(ONE, name="福祉 太郎", name_kana="フクシ タロウ")
    made = book(("名簿", listed(sample, ONE, TWO)))
    made.worksheets[0].row_dimensions[2].hidden = True
    return saved(made)


def _crossed_out() -> bytes:
    made = book(("名簿", listed(*GROUP)))
    for cell in made.worksheets[0][3]:
        cell.font = Font(strike=True)
    return saved(made)


def _formula_unsaved() -> bytes:
    rows = listed(ONE, TWO)
    rows[2][0] = "=Sheet2!A1"
    return sheet(*rows)


def _merged_organization() -> bytes:
    rows = listed(*GROUP)
    for row in rows[2:]:
        row[2] = None
        row[5] = None
    return sheet(*rows, merged=("C2:C4", "F2:F4"))


def _first_row_alone() -> bytes:
    rows = listed(*GROUP)
    for row in rows[2:]:
        row[2] = row[5] = None
    return sheet(*rows)


def _ditto() -> bytes:
    rows = listed(*GROUP)
    for row in rows[2:]:
        row[2], row[5] = "同上", "〃"
    return sheet(*rows)


def _remark_column() -> bytes:
    head, *rows = listed(*GROUP)
    return sheet((*head, "備考"), [*rows[0], None], [*rows[1], "都合により欠席"], [*rows[2], None])


def _attendance_columns() -> bytes:
    head, *rows = listed(*GROUP)
    return sheet((*head, "オンデマンド", "Zoom（3/26）", "備考"),
                 *([*row, "○", "○", None] for row in rows))  # fmt: skip


def _unfilled() -> bytes:
    return sheet(("参加申込書",), *((label, None) for label in LABELS.values()), merged=("A1:B1",))


def _unfilled_list() -> bytes:
    return sheet(("参加者名簿",), ("No.", *LABELS.values()), *([n] for n in range(1, 11)))


def _unknown_questions() -> bytes:
    """Blank answers beside questions of the form that are none of ours."""
    return sheet(
        ("参加申込書",),
        ("フリガナ", ONE["name_kana"], "性別", "女"),
        ("氏名", ONE["name"], "年齢", 45),
        ("所属", ONE["organization"], "部署", None),
        ("役職", None, "経験年数", 3),
        ("都道府県", ONE["prefecture"], "郵便番号", "380-0000"),
        ("電話番号", ONE["phone"], "FAX", None),
        ("メールアドレス", ONE["email"], "備考", None),
    )


def _far_values() -> bytes:
    return sheet(*((label, None, None, answer) for label, answer in form(ONE)))


def _label_remarks() -> bytes:
    return sheet(
        ("氏名（必須）", ONE["name"]),
        ("フリガナ（全角カナ）", ONE["name_kana"]),
        ("ご所属 ※正式名称", ONE["organization"]),
        ("部署\n（課・係）", ONE["department"]),
        ("役職名", ONE["position"]),
        ("所在地（都道府県）", ONE["prefecture"]),
        ("メールアドレス\n※ＩＤ・パスワードの送付先となります", ONE["email"]),
        ("電話番号\n（日中連絡のつく番号）", ONE["phone"]),
    )


def _inline() -> bytes:
    return sheet(*([f"{label}：{answer}"] for label, answer in form(ONE)))


def _inline_one_cell() -> bytes:
    return sheet(["\n".join(f"{label}：{answer}" for label, answer in form(ONE))])


def _applicant_and_list() -> bytes:
    return sheet(
        ("申込者氏名", "田畑 恵", "電話番号", "026-000-0001"),
        ("所属", ONE["organization"], "都道府県", ONE["prefecture"]),
        (None,),
        *listed(*GROUP, names=("name", "name_kana", "department", "position", "email", "phone")),
    )


def _applicant_alone() -> bytes:
    return sheet(*form(ONE, name="申込者氏名"))


def _phone_in_pieces() -> bytes:
    rows = [row for row in form(ONE) if row[0] != "電話番号"]
    return sheet(*rows, ("電話番号", "026", "-", "000", "-", "1234"))


def _address_for_prefecture() -> bytes:
    rows = [row for row in form(ONE) if row[0] != "都道府県"]
    return sheet(*rows, ("住所", "〒380-0000", "長野県はなみずき市本町1-1"))


def _repeated_headings() -> bytes:
    head, one, two, three = listed(*GROUP)
    return sheet(head, one, two, (None,), head, three)


def _one_twice() -> bytes:
    return saved(book(("申込書", form(ONE)), ("名簿", listed(ONE, TWO))))


def _names_only() -> bytes:
    return sheet(("No.", "氏名", "備考"), (1, "町田 花子"), (2, "小川 次郎"))


def _many_blank_rows() -> bytes:
    made = book(("名簿", listed(*GROUP)))
    for row in range(10, 1500):
        made.worksheets[0].cell(row, 1).font = Font(bold=True)
    return saved(made)


def _note_column() -> bytes:
    return sheet(*(
        (label, answer, "※正確にご記入ください") for label, answer in form(ONE)
    ))  # fmt: skip


def _category_number() -> bytes:
    return sheet(*form(ONE), ("参加区分（1:SC 2:行政 3:NPO 4:社協等）", 1))


def _dropdown_list_visible() -> bytes:
    return saved(
        book(("名簿", listed(ONE)), ("都道府県一覧", [["都道府県"], ["北海道"], ["青森県"]]))
    )


def _wrapped() -> bytes:
    return sheet(*form(but(ONE, organization="社会福祉法人\nはなみずき市社会福祉協議会")))


SHEETS = (
    Case("form-left", lambda: sheet(*form(ONE)), (ONE,)),
    Case("form-titled", _titled, (ONE,)),
    Case("form-pairs-merged", _pairs, (ONE,)),
    Case("form-labels-above", _above, (ONE,)),
    Case("form-far-values", _far_values, (ONE,)),
    Case("form-label-remarks", _label_remarks, (ONE,)),
    Case("form-inline", _inline, (ONE,)),
    Case("form-inline-one-cell", _inline_one_cell, (ONE,)),
    Case("form-unknown-questions", _unknown_questions, (but(ONE, department=None, position=None),)),
    Case("form-note-column", _note_column, (ONE,)),
    Case("form-halved-name", _halved_in_form, (ONE,)),
    Case("form-phone-in-pieces", _phone_in_pieces, (ONE,)),
    Case("form-address", _address_for_prefecture, (ONE,)),
    Case("form-full-width", _full_width, (ONE,)),
    Case("form-wrapped", _wrapped,
         (but(ONE, organization="社会福祉法人 はなみずき市社会福祉協議会"),)),
    Case("form-applicant-alone", _applicant_alone, (ONE,)),
    Case("list", _list, GROUP),
    Case("list-titled", lambda: _list(("参加者名簿",), ("令和8年2月6日現在",)), GROUP),
    Case("list-numbered-blank-rows-total", _numbered_list, GROUP),
    Case("list-two-line-headings", _two_line_headings, GROUP),
    Case("list-two-lines-each", _stacked, GROUP),
    Case("list-two-lines-in-cells", _stacked_in_cells, GROUP),
    Case("list-halved-names", _halved, GROUP),
    Case("list-shared-above", _shared_above, GROUP),
    Case("list-contact-above", _contact_above, GROUP),
    Case("list-contact-below", _contact_below, GROUP),
    Case("list-contact-section-below", _contact_section_below, GROUP),
    Case("list-applicant-above", _applicant_and_list, GROUP),
    Case("list-merged-organization", _merged_organization, GROUP),
    Case("list-first-row-alone", _first_row_alone, GROUP),
    Case("list-ditto", _ditto, GROUP),
    Case("list-attendance-columns", _attendance_columns, GROUP),
    Case("list-repeated-headings", _repeated_headings, GROUP),
    Case("list-many-blank-rows", _many_blank_rows, GROUP),
    Case("list-lost-zeros", _lost_zeros,
         (but(ONE, phone="09012345678"), but(TWO, phone="0260001235"))),
    Case("form-contact-beside", _contact_beside_form, (ONE,)),
    Case("columns", _columns, GROUP),
    Case("columns-with-sample", _columns_with_sample, (ONE,)),
    Case("sample-row", _sample_row, (ONE, TWO)),
    Case("sample-sheet", _sample_sheet, (TWO,)),
    Case("sample-block", _sample_block, (TWO,)),
    Case("forms-one-sheet-each", _one_sheet_each, GROUP),
    Case("forms-below", _forms_below, (ONE, TWO)),
    Case("forms-beside", _forms_beside, (ONE, TWO)),
    Case("forms-unheaded", _forms_unheaded, (ONE, TWO)),
    Case("form-and-list-of-the-same", _one_twice, (ONE, TWO)),
    Case("ticked-in-cell", _ticked_cell, (but(ONE, category="sc"),)),
    Case("ticked-columns", _ticked_columns,
         (but(ONE, category="sc"), but(TWO, category="gov"), but(THREE, category="coop_shakyo"))),
    Case("ticked-linked-boxes", _linked_boxes, (but(ONE, category="gov"),)),
    Case("ticked-boxes-behind", _boxes_behind, (but(ONE, category="sc"),)),
    Case("options-unticked", _options_unticked, (ONE,)),
    Case("category-number", _category_number, (but(ONE, category="sc"),)),
    Case("hidden-sheet", _hidden_sheet, (ONE,)),
    Case("hidden-sample-row", _hidden_sample_row, (ONE, TWO)),
    Case("visible-choices", _dropdown_list_visible, (ONE,)),
    Case("names-only", _names_only, ({"name": "町田 花子"}, {"name": "小川 次郎"}),
         "application_incomplete"),
    Case("hidden-row", _hidden_row, (ONE, THREE), "application_needs_review",
         more={"problem": "hidden rows"}),
    Case("crossed-out", _crossed_out, (ONE, THREE), "application_needs_review",
         more={"problem": "crossed out"}),
    Case("formula-unsaved", _formula_unsaved, (), "application_needs_review",
         more={"problem": "a formula without its result"}),
    Case("remark-of-absence", _remark_column, GROUP, "application_needs_review",
         more={"problem": "perhaps nobody takes part"}),
    Case("unfilled-form", _unfilled, (), "application_needs_review",
         more={"problem": "not filled in"}),
    Case("unfilled-list", _unfilled_list, (), "application_needs_review",
         more={"problem": "not filled in"}),
)  # fmt: skip
