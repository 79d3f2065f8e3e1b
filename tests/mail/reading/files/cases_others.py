"""Documents, lists with separators, archives and all that is not read."""

from __future__ import annotations

import io
import zipfile

from docx import Document

from tests.mail.reading.files.cases_sheets import GROUP, Case, but
from tests.mail.reading.files.making import (
    LABELS,
    ONE,
    TWO,
    form,
    listed,
    paper,
    separated,
    sheet,
    zipped,
)


def _saved(made: object) -> bytes:
    out = io.BytesIO()
    made.save(out)  # type: ignore[attr-defined]  # python-docx names its class and its maker alike
    return out.getvalue()


def _lines_of(person: dict[str, str]) -> list[str]:
    return [f"{label}：{answer}" for label, answer in form(person)]


def _pairs() -> bytes:
    p = ONE
    return paper([
        ("フリガナ", p["name_kana"], "都道府県", p["prefecture"]),
        ("氏　名", p["name"], "電話番号", p["phone"]),
        ("所　属", p["organization"], "メール", p["email"]),
        ("部　署", p["department"], "役　職", p["position"]),
    ], above=("参加申込書",))  # fmt: skip


def _merged() -> bytes:
    made = Document()
    table = made.add_table(rows=9, cols=3)
    for n, (label, answer) in enumerate(form(ONE)):
        table.cell(n, 1).text, table.cell(n, 2).text = label, answer
    table.cell(0, 0).merge(table.cell(7, 0)).text = "参加者"
    table.cell(8, 0).merge(table.cell(8, 2)).text = "※楷書でご記入ください"
    return _saved(made)


def _nested() -> bytes:
    made = Document()
    outer = made.add_table(rows=1, cols=1)
    inner = outer.cell(0, 0).add_table(rows=8, cols=2)
    for n, (label, answer) in enumerate(form(ONE)):
        inner.cell(n, 0).text, inner.cell(n, 1).text = label, answer
    return _saved(made)


def _contact_section() -> bytes:
    return paper(
        [("【連絡担当者】",), ("氏名", "田畑 恵"), ("TEL", "026-000-0001")],
        [("【参加者】",), *listed(ONE, TWO)],
    )


def _xml(body: str) -> bytes:
    """A document of raw markup."""
    space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    w14 = "http://schemas.microsoft.com/office/word/2010/wordml"
    raw = f'<w:document xmlns:w="{space}" xmlns:w14="{w14}"><w:body>{body}</w:body></w:document>'
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        made.writestr("[Content_Types].xml", "<Types/>")
        made.writestr("word/document.xml", raw)
    return out.getvalue()


def _row(*cells: str) -> str:
    return "<w:tr>" + "".join(f"<w:tc>{cell}</w:tc>" for cell in cells) + "</w:tr>"


def _p(text: str) -> str:
    return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"


def _rows_of(person: dict[str, str], leave: str = "") -> str:
    return "".join(_row(_p(label), _p(answer)) for label, answer in form(person) if label != leave)


def _controls() -> bytes:
    """Content controls: boxes, an answer, and one that still holds its placeholder."""
    box = "<w:sdt><w:sdtPr><w14:checkbox><w14:checked w14:val='{0}'/></w14:checkbox></w:sdtPr><w:sdtContent><w:r><w:t>{1}</w:t></w:r></w:sdtContent></w:sdt><w:r><w:t>{2}</w:t></w:r>"
    boxes = (
        "<w:p>"
        + box.format(0, "☐", "生活支援コーディネーター")
        + box.format(1, "☒", "行政・自治体関係者")
        + "</w:p>"
    )
    answer = f"<w:sdt><w:sdtPr/><w:sdtContent><w:p><w:r><w:t>{ONE['department']}</w:t></w:r></w:p></w:sdtContent></w:sdt>"
    held = "<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent><w:p><w:r><w:t>クリックして入力</w:t></w:r></w:p></w:sdtContent></w:sdt>"
    rest = {k: v for k, v in ONE.items() if k not in {"department", "position"}}
    rows = "".join(_row(_p(LABELS[k]), _p(rest[k])) for k in LABELS if k in rest)
    return _xml(
        f"<w:tbl>{rows}{_row(_p('部署'), answer)}{_row(_p('役職'), held)}{_row(_p('参加区分'), boxes)}</w:tbl>"
    )


def _old_boxes() -> bytes:
    def box(checked: int) -> str:
        return f"<w:r><w:fldChar w:fldCharType='begin'><w:ffData><w:checkBox><w:default w:val='{checked}'/></w:checkBox></w:ffData></w:fldChar></w:r><w:r><w:instrText>FORMCHECKBOX</w:instrText></w:r>"

    cell = f"<w:p>{box(1)}<w:r><w:t>生活支援コーディネーター</w:t></w:r>{box(0)}<w:r><w:t>行政</w:t></w:r></w:p>"
    return _xml(f"<w:tbl>{_rows_of(ONE)}{_row(_p('参加区分'), cell)}</w:tbl>")


def _crossed_out_option() -> bytes:
    cell = (
        "<w:p><w:r><w:rPr><w:dstrike/></w:rPr><w:t>主任</w:t></w:r><w:r><w:t>係長</w:t></w:r></w:p>"
    )
    return _xml(f"<w:tbl>{_rows_of(ONE, '役職')}{_row(_p('役職'), cell)}</w:tbl>")


def _deleted_text() -> bytes:
    cell = "<w:p><w:del><w:r><w:delText>主事</w:delText></w:r></w:del><w:ins><w:r><w:t>主任</w:t></w:r></w:ins></w:p>"
    return _xml(f"<w:tbl>{_rows_of(ONE, '役職')}{_row(_p('役職'), cell)}</w:tbl>")


def _ruby() -> bytes:
    cell = "<w:p><w:r><w:ruby><w:rt><w:r><w:t>まちだ</w:t></w:r></w:rt><w:rubyBase><w:r><w:t>町田</w:t></w:r></w:rubyBase></w:ruby></w:r><w:r><w:t> 花子</w:t></w:r></w:p>"
    return _xml(f"<w:tbl>{_row(_p('氏名'), cell)}{_rows_of(ONE, '氏名')}</w:tbl>")


def _text_box() -> bytes:
    box = "".join(_p(line) for line in _lines_of(ONE))
    return _xml(
        "<w:p><w:r><w:t>参加申込書</w:t></w:r><w:r><mc:AlternateContent xmlns:mc='m'><mc:Choice>"
        f"<w:txbxContent>{box}</w:txbxContent></mc:Choice><mc:Fallback><w:txbxContent>{box}"
        "</w:txbxContent></mc:Fallback></mc:AlternateContent></w:r></w:p>"
    )


def _outlook_rows() -> list[list[str]]:
    return listed(*GROUP)


def _quoted_breaks() -> bytes:
    rows = listed(ONE, TWO)
    rows[1][2] = "社会福祉法人\nはなみずき市社会福祉協議会"
    return separated(rows, "cp932")


def _kept_zeros() -> bytes:
    rows = listed(ONE, TWO)
    rows[1][-1], rows[2][-1] = '="0260001234"', "9012345678"
    return separated(rows, "cp932")


def _form_of_a_mail() -> bytes:
    body = "\r\n".join(["お申し込みします。", "", *_lines_of(TWO), "", "よろしくお願いします。"])
    return (
        "From: ogawa@example.jp\r\nTo: soumu@example.jp\r\nSubject: =?UTF-8?B?5Y+C5Yqg?=\r\n"
        "Date: Tue, 03 Feb 2026 09:12:40 +0900\r\nMIME-Version: 1.0\r\n"
        "Content-Type: text/plain; charset=UTF-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n" + body
    ).encode()


def _cp932_archive(content: bytes, name: str) -> bytes:
    """An archive whose name is Japanese and marked as nothing."""
    made = zipped(name__xlsx=content)
    written = name.encode("cp932")
    place = b"name.xlsx".ljust(len(written), b"_")
    made = zipped(**{place.decode().replace(".", "__"): content})
    return made.replace(place, written)


OTHERS = (
    Case("paper-form", lambda: paper(form(ONE)), (ONE,), file="申込書.docx"),
    Case("paper-pairs", _pairs, (ONE,), file="申込書.docx"),
    Case("paper-merged", _merged, (ONE,), file="申込書.docx"),
    Case("paper-nested", _nested, (ONE,), file="申込書.docx"),
    Case("paper-list", lambda: paper(listed(*GROUP), above=("参加者名簿",)), GROUP, file="名簿.docx"),
    Case("paper-lines", lambda: paper(above=["参加申込書", *_lines_of(ONE)]), (ONE,), file="申込書.docx"),
    Case("paper-contact", _contact_section, (ONE, TWO), file="申込書.docx"),
    Case("paper-controls", _controls, (but(ONE, position=None, category="gov"),), file="申込書.docx"),
    Case("paper-old-boxes", _old_boxes, (but(ONE, category="sc"),), file="申込書.docx"),
    Case("paper-deleted", _deleted_text, (ONE,), file="申込書.docx"),
    Case("paper-ruby", _ruby, (ONE,), file="申込書.docx"),
    Case("paper-text-box", _text_box, (ONE,), file="申込書.docx"),
    Case("paper-crossed-out", _crossed_out_option, (but(ONE, position="係長"),), file="申込書.docx"),
    Case("csv-cp932", lambda: separated(listed(*GROUP), "cp932"), GROUP, file="名簿.csv"),
    Case("csv-utf8-mark", lambda: separated(listed(*GROUP), "utf-8-sig"), GROUP, file="名簿.csv"),
    Case("csv-utf8", lambda: separated(listed(*GROUP), "utf-8"), GROUP, file="名簿.csv"),
    Case("csv-utf16-tabs", lambda: separated(listed(*GROUP), "utf-16", "\t"), GROUP, file="名簿.txt"),
    Case("csv-tabs", lambda: separated(listed(*GROUP), "cp932", "\t"), GROUP, file="名簿.tsv"),
    Case("csv-semicolons", lambda: separated(listed(*GROUP), "utf-8", ";"), GROUP, file="名簿.csv"),
    Case("csv-form", lambda: separated(form(ONE), "cp932"), (ONE,), file="申込書.csv"),
    Case("csv-quoted-breaks", _quoted_breaks,
         (but(ONE, organization="社会福祉法人 はなみずき市社会福祉協議会"), TWO), file="名簿.csv"),
    Case("csv-kept-zeros", _kept_zeros,
         (but(ONE, phone="0260001234"), but(TWO, phone="09012345678")), file="名簿.csv"),
    Case("tabs-named-xls", lambda: separated(listed(*GROUP), "utf-16", "\t"), GROUP, file="名簿.xls"),
    Case("workbook-named-xls", lambda: sheet(*listed(*GROUP)), GROUP, file="名簿.xls"),
    Case("workbook-named-dat", lambda: sheet(*listed(*GROUP)), GROUP, file="data.dat"),
    Case("text-form", lambda: "\r\n".join(_lines_of(ONE)).encode("cp932"), (ONE,), file="申込.txt"),
    Case("mail-in-mail", _form_of_a_mail, (TWO,), file="転送.eml"),
    Case("zip-workbook", lambda: zipped(list__xlsx=sheet(*listed(*GROUP))), GROUP, file="申込.zip"),
    Case("zip-cp932-name", lambda: _cp932_archive(sheet(*form(ONE)), "申込書.xlsx"), (ONE,), file="a.zip"),
    Case("zip-two-files", lambda: zipped(a__xlsx=sheet(*form(ONE)), b__docx=paper(form(TWO))),
         (ONE, TWO), file="申込.zip"),
    Case("pdf", lambda: b"%PDF-1.7 ...", (), "application_needs_review", "申込書.pdf",
         more={"problem": "申込書.pdf (a PDF)"}),
    Case("image", lambda: b"\xff\xd8\xff" + b"0" * 99_000, (), "application_needs_review",
         "申込書.jpg", more={"problem": "an image"}),
    Case("old-xls", lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "Workbook".encode("utf-16-le"), (),
         "application_needs_review", "申込書.xls", more={"problem": "old Excel"}),
    Case("old-doc", lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "WordDocument".encode("utf-16-le"), (),
         "application_needs_review", "申込書.doc", more={"problem": "old Word"}),
    Case("winmail", lambda: b"\x78\x9f\x3e\x22....", (), "application_needs_review", "winmail.dat",
         more={"problem": "Outlook"}),
    Case("zip-in-zip", lambda: zipped(a__zip=zipped(b__xlsx=sheet(*form(ONE)))), (),
         "application_needs_review", "申込.zip", more={"problem": "an archive in an archive"}),
    Case("broken-workbook", lambda: sheet(*form(ONE))[:2000], (), "application_needs_review",
         more={"problem": "broken"}),
    Case("locked-workbook",
         lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
         ({"name": None, "email": "machida@example.jp"},), "application_incomplete"),
)  # fmt: skip
