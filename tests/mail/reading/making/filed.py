"""Applications in documents and lists, and files that a person must open."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tests.mail.reading.making.enclosing import (
    CLERK,
    COVER,
    DOCX,
    USUAL,
    mail,
    outlook,
    pairs,
    plain,
    xlsx,
)
from tests.mail.reading.making.expect import Case, application, case, kind, silent
from tests.mail.reading.making.files import (
    JPEG,
    OLD_OFFICE,
    PDF,
    Sheet,
    archive,
    document,
    locked,
    paragraph,
    table,
    workbook,
)
from tests.mail.reading.making.folk import MIWA, REN, TAICHI, YUI
from tests.mail.reading.making.layouts import FIRST, form
from tests.mail.reading.making.post import Mail, Part, file_part


def _docx() -> Case:
    cells = [
        (a, b or "") for a, b in ((str(x), y if isinstance(y, str) else "") for x, y in pairs(YUI))
    ]
    content = document(paragraph("参加申込書"), table(cells), paragraph("以上"))
    return mail(
        "docx-table",
        "docx, a table of labels and answers",
        YUI,
        file_part(content, outlook("参加申込書.docx"), DOCX),
        "参加申込書.docx",
        application(YUI),
    )


def _docx_spans() -> Case:
    told = {field: USUAL.write(TAICHI, field) for field in FIRST}
    content = document(
        paragraph("別紙１"),
        paragraph("参加申込書"),
        table(
            [
                ("フリガナ", told["name_kana"], "<", "<"),
                ("氏　　名", told["name"], "<", "<"),
                ("所　　属", told["organization"], "<", "<"),
                ("部署", told["department"], "役職", told["position"]),
                ("都道府県", told["prefecture"], "参加区分", told["category"]),
                ("ＴＥＬ", told["phone"], "E-mail", told["email"]),
            ]
        ),
    )
    return mail(
        "docx-spans",
        "docx, cells over several columns and two labels a row",
        TAICHI,
        file_part(content, plain("別紙１　参加申込書.docx"), DOCX),
        "別紙１　参加申込書.docx",
        application(TAICHI),
    )


def _docx_lines() -> Case:
    lines = [paragraph(f"{FIRST[field]}：{USUAL.write(REN, field)}") for field in FIRST]
    return mail(
        "docx-paragraphs",
        "docx, lines of text without a table",
        REN,
        file_part(document(*lines), plain("申込.docx"), DOCX),
        "申込.docx",
        application(REN),
    )


# ---------------------------------------------------------------- for a person


def _seen(*kinds: str) -> dict[str, Any]:
    """For a person; whether the sender already stands there as a participant is left open."""
    expected = kind(kinds or ("application_needs_review",))
    del expected["participants"]
    return expected


def _texts() -> Iterator[Case]:
    """The form as an attached text file."""
    for name, encoding in (("sjis", "cp932"), ("utf8", "utf-8")):
        person = TAICHI if name == "sjis" else YUI
        content = "\r\n".join(form(person, "lenticular")).encode(encoding)
        part = file_part(content, plain("申込書.txt"), b"text/plain")
        yield mail(
            f"text-{name}",
            f"a text file in {encoding}",
            person,
            part,
            "申込書.txt",
            application(person),
        )


def _signed() -> Case:
    """A signature of the mail itself is no document."""
    part = file_part(
        b"\x30\x82" + bytes(40), b'filename="smime.p7s"', b"application/pkcs7-signature"
    )
    return mail(
        "signature",
        "a form in the text and an S/MIME signature",
        REN,
        part,
        "smime.p7s",
        application(REN),
        text="\n".join(form(REN, "lenticular")),
        holds=False,
    )


def _logo() -> Case:
    """A logo below the signature is no document."""
    part = file_part(JPEG, b'filename="image001.jpg"', b"image/jpeg")
    return mail(
        "logo",
        "a form in the text and a logo of the office",
        YUI,
        part,
        "image001.jpg",
        application(YUI),
        text="\n".join(form(YUI, "colon")),
        holds=False,
    )


def _letter() -> Case:
    """A colleague's application, forwarded as an attached mail."""
    inner = Mail(
        name=MIWA.name, address=MIWA.email, text="\n".join(form(MIWA, "lenticular"))
    ).build()
    part = Part(
        header=b"Content-Type: message/rfc822\r\nContent-Disposition: attachment", body=inner
    )
    sent = Mail(
        name="総務課",
        address=CLERK,
        subject="FW: 参加申込",
        text="職員の申込みを転送いたします。",
        files=(part,),
    )
    return case(
        "file-letter",
        "an application forwarded as an attached mail",
        sent,
        kind(("application", "application_needs_review")) | {"participants": [MIWA.expected()]},
    )


def _docx_ticked() -> Case:
    told = {field: USUAL.write(MIWA, field) for field in FIRST}
    told["category"] = "☑生活支援コーディネーター　□行政・自治体　□NPO　□生協・農協・社協"
    content = document(table([(FIRST[field], told[field]) for field in FIRST]))
    part = file_part(content, plain("参加申込書.docx"), DOCX)
    return mail(
        "docx-ticked", "docx, ticked boxes", MIWA, part, "参加申込書.docx", application(MIWA)
    )


def _to_a_person(name: str, file: str, content: bytes, media: bytes, what: str) -> Case:
    return mail(name, what, MIWA, file_part(content, plain(file), media), file, _seen())


def _zip() -> bytes:
    return locked("参加申込書.xlsx", workbook(Sheet(name="申込書", rows=pairs(MIWA))), b"Xk39-abz")


def _macro() -> Case:
    content = workbook(
        Sheet(name="申込書", rows=pairs(MIWA)), extra={"xl/vbaProject.bin": OLD_OFFICE}
    )
    expected = kind(
        ("application", "application_needs_review", "suspicious"),
        must_not=[],
    )
    del expected["participants"]
    part = file_part(
        content, plain("申込書.xlsm"), b"application/vnd.ms-excel.sheet.macroEnabled.12"
    )
    return mail(
        "xlsm-macro", "a workbook with macros", MIWA, part, "申込書.xlsm", expected, nasty=True
    )


def _bomb() -> Case:
    inner = archive({"xl/workbook.xml": b"<x>" + b"A" * 40_000 + b"</x>"})
    expected = kind(("application_needs_review",))
    return mail(
        "xlsx-broken",
        "a workbook that is none inside",
        MIWA,
        xlsx(inner, plain("申込書.xlsx")),
        "申込書.xlsx",
        expected,
        nasty=True,
    )


FILED: tuple[Case, ...] = (
    _docx(),
    _docx_spans(),
    _docx_lines(),
    *_texts(),
    _signed(),
    _logo(),
    _letter(),
    _docx_ticked(),
    _to_a_person("pdf", "参加申込書.pdf", PDF, b"application/pdf", "a PDF file"),
    _to_a_person("scan", "scan0001.jpg", JPEG, b"image/jpeg", "a scan"),
    _to_a_person(
        "xls", "参加申込書.xls", OLD_OFFICE, b"application/vnd.ms-excel", "an old workbook"
    ),
    _to_a_person(
        "doc", "参加申込書.doc", OLD_OFFICE, b"application/msword", "an old Word document"
    ),
    mail(
        "locked-zip",
        "a ZIP file under a password",
        MIWA,
        file_part(_zip(), plain("参加申込書.zip"), b"application/zip"),
        "参加申込書.zip",
        _seen("application_needs_review", "application_incomplete"),
        text=COVER + "\n※パスワードは別メールでお送りします。",
        nasty=True,
    ),
    mail(
        "winmail",
        "a winmail.dat",
        MIWA,
        file_part(
            b"\x78\x9f\x3e\x22" + bytes(60), b'filename="winmail.dat"', b"application/ms-tnef"
        ),
        "winmail.dat",
        _seen("application_needs_review", "needs_human", "application_incomplete"),
    ),
    _macro(),
    _bomb(),
    mail(
        "program",
        "a program dressed as a form",
        MIWA,
        file_part(b"MZ" + bytes(62), plain("参加申込書.xlsx.exe")),
        "参加申込書.xlsx.exe",
        silent(("suspicious",)),
        holds=False,
        nasty=True,
    ),
)
