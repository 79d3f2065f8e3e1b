"""Documents, lists with separators, archives and all that is not read."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from typing import Any

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


def _run(text: str, before: str = "") -> str:
    return f"<w:r>{before}<w:t>{text}</w:t></w:r>"


def _control(properties: str, content: str) -> str:
    return f"<w:sdt><w:sdtPr>{properties}</w:sdtPr><w:sdtContent>{content}</w:sdtContent></w:sdt>"


def _box(text: str, *, ticked: bool) -> str:
    state = f"<w14:checkbox><w14:checked w14:val='{ticked:d}'/></w14:checkbox>"
    return _control(state, _run("☒" if ticked else "☐")) + _run(text)


def _table(rows: str) -> bytes:
    return _xml(f"<w:tbl>{rows}</w:tbl>")


def _controls() -> bytes:
    """Content controls: boxes, an answer, and one that still holds its placeholder."""
    boxes = (
        f"<w:p>{_box('生活支援コーディネーター', ticked=False)}"
        f"{_box('行政・自治体関係者', ticked=True)}</w:p>"
    )
    answer = _control("", _p(ONE["department"]))
    held = _control("<w:showingPlcHdr/>", _p("クリックして入力"))
    rest = {k: v for k, v in ONE.items() if k not in {"department", "position"}}
    rows = "".join(_row(_p(LABELS[k]), _p(rest[k])) for k in LABELS if k in rest)
    rows += _row(_p("部署"), answer) + _row(_p("役職"), held) + _row(_p("参加区分"), boxes)
    return _table(rows)


def _old_boxes() -> bytes:
    def box(checked: int) -> str:
        data = f"<w:ffData><w:checkBox><w:default w:val='{checked}'/></w:checkBox></w:ffData>"
        field = f"<w:fldChar w:fldCharType='begin'>{data}</w:fldChar>"
        return f"<w:r>{field}</w:r><w:r><w:instrText>FORMCHECKBOX</w:instrText></w:r>"

    cell = f"<w:p>{box(1)}{_run('生活支援コーディネーター')}{box(0)}{_run('行政')}</w:p>"
    return _table(_rows_of(ONE) + _row(_p("参加区分"), cell))


def _crossed_out_option() -> bytes:
    cell = f"<w:p>{_run('主任', '<w:rPr><w:dstrike/></w:rPr>')}{_run('係長')}</w:p>"
    return _table(_rows_of(ONE, "役職") + _row(_p("役職"), cell))


def _deleted_text() -> bytes:
    gone = "<w:del><w:r><w:delText>主事</w:delText></w:r></w:del>"
    cell = f"<w:p>{gone}<w:ins>{_run('主任')}</w:ins></w:p>"
    return _table(_rows_of(ONE, "役職") + _row(_p("役職"), cell))


def _ruby() -> bytes:
    ruby = f"<w:ruby><w:rt>{_run('まちだ')}</w:rt><w:rubyBase>{_run('町田')}</w:rubyBase></w:ruby>"
    cell = f"<w:p><w:r>{ruby}</w:r>{_run(' 花子')}</w:p>"
    return _table(_row(_p("氏名"), cell) + _rows_of(ONE, "氏名"))


def _text_box() -> bytes:
    box = "".join(_p(line) for line in _lines_of(ONE))
    return _xml(
        "<w:p><w:r><w:t>参加申込書</w:t></w:r><w:r><mc:AlternateContent xmlns:mc='m'><mc:Choice>"
        f"<w:txbxContent>{box}</w:txbxContent></mc:Choice><mc:Fallback><w:txbxContent>{box}"
        "</w:txbxContent></mc:Fallback></mc:AlternateContent></w:r></w:p>"
    )


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


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def _old(stream: str) -> Callable[[], bytes]:
    """A file of the old kind with one stream's name in it."""
    return lambda: OLE + stream.encode("utf-16-le")


def _paper(name: str, made: Callable[[], bytes], *people: dict[str, Any]) -> Case:
    return Case(f"paper-{name}", made, people or (ONE,), file="申込書.docx")


def _text(name: str, encoding: str, delimiter: str = ",", file: str = "名簿.csv") -> Case:
    return Case(name, lambda: separated(listed(*GROUP), encoding, delimiter), GROUP, file=file)


def _unread(name: str, made: Callable[[], bytes], file: str, problem: str) -> Case:
    return Case(name, made, (), "application_needs_review", file, more={"problem": problem})


WRAPPED = but(ONE, organization="社会福祉法人 はなみずき市社会福祉協議会")
OTHERS = (
    _paper("form", lambda: paper(form(ONE))),
    _paper("pairs", _pairs),
    _paper("merged", _merged),
    _paper("nested", _nested),
    _paper("list", lambda: paper(listed(*GROUP), above=("参加者名簿",)), *GROUP),
    _paper("lines", lambda: paper(above=["参加申込書", *_lines_of(ONE)])),
    _paper("contact", _contact_section, ONE, TWO),
    _paper("controls", _controls, but(ONE, position=None, category="gov")),
    _paper("old-boxes", _old_boxes, but(ONE, category="sc")),
    _paper("deleted", _deleted_text),
    _paper("ruby", _ruby),
    _paper("text-box", _text_box),
    _paper("crossed-out", _crossed_out_option, but(ONE, position="係長")),
    _text("csv-cp932", "cp932"),
    _text("csv-utf8-mark", "utf-8-sig"),
    _text("csv-utf8", "utf-8"),
    _text("csv-utf16-tabs", "utf-16", "\t", "名簿.txt"),
    _text("csv-tabs", "cp932", "\t", "名簿.tsv"),
    _text("csv-semicolons", "utf-8", ";"),
    _text("tabs-named-xls", "utf-16", "\t", "名簿.xls"),
    Case("csv-form", lambda: separated(form(ONE), "cp932"), (ONE,), file="申込書.csv"),
    Case("csv-quoted-breaks", _quoted_breaks, (WRAPPED, TWO), file="名簿.csv"),
    Case("csv-kept-zeros", _kept_zeros,
         (but(ONE, phone="0260001234"), but(TWO, phone="09012345678")), file="名簿.csv"),
    Case("workbook-named-xls", lambda: sheet(*listed(*GROUP)), GROUP, file="名簿.xls"),
    Case("workbook-named-dat", lambda: sheet(*listed(*GROUP)), GROUP, file="data.dat"),
    Case("text-form", lambda: "\r\n".join(_lines_of(ONE)).encode("cp932"), (ONE,), file="申込.txt"),
    Case("mail-in-mail", _form_of_a_mail, (TWO,), file="転送.eml"),
    Case("zip-workbook", lambda: zipped(list__xlsx=sheet(*listed(*GROUP))), GROUP, file="a.zip"),
    Case("zip-cp932-name", lambda: _cp932_archive(sheet(*form(ONE)), "申込書.xlsx"), (ONE,),
         file="a.zip"),
    Case("zip-two-files", lambda: zipped(a__xlsx=sheet(*form(ONE)), b__docx=paper(form(TWO))),
         (ONE, TWO), file="申込.zip"),
    _unread("pdf", lambda: b"%PDF-1.7 ...", "申込書.pdf", "申込書.pdf (a PDF)"),
    _unread("image", lambda: b"\xff\xd8\xff" + b"0" * 99_000, "申込書.jpg", "an image"),
    _unread("old-xls", _old("Workbook"), "申込書.xls", "old Excel"),
    _unread("old-doc", _old("WordDocument"), "申込書.doc", "old Word"),
    _unread("ichitaro", _old("DocumentText"), "申込書.jtd", "Ichitaro"),
    _unread("winmail", lambda: b"\x78\x9f\x3e\x22....", "winmail.dat", "Outlook"),
    _unread("zip-in-zip", lambda: zipped(a__zip=zipped(b__xlsx=sheet(*form(ONE)))), "申込.zip",
            "an archive in an archive"),
    _unread("broken-workbook", lambda: sheet(*form(ONE))[:2000], "申込書.xlsx", "broken"),
    Case("locked-workbook", _old("EncryptedPackage"),
         ({"name": None, "email": "machida@example.jp"},), "application_incomplete"),
)  # fmt: skip
