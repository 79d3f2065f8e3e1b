"""What a file says and what the mail around it says, read together."""

from __future__ import annotations

import base64
from collections.abc import Callable

import pytest

from pipeline.mail.reading import Reading
from pipeline.mail.showing import as_json
from tests.mail.reading.files.cases_sheets import GROUP, but
from tests.mail.reading.files.making import (
    LETTER,
    ONE,
    THREE,
    TWO,
    carrying,
    form,
    listed,
    multipart_of,
    paper,
    sheet,
    word,
    zipped,
)
from tests.mail.reading.letters import HTML, PLAIN, attached, text

Reader = Callable[[bytes], Reading]
NAMES = ("name", "name_kana", "department", "position", "email", "phone")
GREETING = ("事務局 御中", "", "お世話になっております。")
PNG = b"\x89PNG\r\n\x1a\n"


def lines_of(person: dict[str, str], *leave: str) -> list[str]:
    return [f"{label}：{answer}" for label, answer in form(person) if label not in leave]


def shown(reader: Reader, raw: bytes) -> dict[str, object]:
    return as_json(reader(raw), "m.eml")


def names(reading: Reading) -> list[str | None]:
    return [p.name for p in reading.participants]


# ---------------------------------------------------------------- who only writes

INTRODUCED = (
    "長野県のはなみずき市社会福祉協議会 総務課 田畑です。",
    "はなみずき市社会福祉協議会（長野県）の田畑と申します。",
    "いつもお世話になっております。はなみずき市社会福祉協議会の田畑です。\n所在地：長野県はなみずき市1-1",
    (
        "お世話になっております。\n\n━━━━━━━━━━\nはなみずき市社会福祉協議会\n総務課 田畑 恵\n"
        "〒380-0000 長野県はなみずき市1-1\nTEL 026-000-0001\n━━━━━━━━━━"
    ),
    "所属：はなみずき市社会福祉協議会\n都道府県：長野県\n担当者：田畑 恵\nTEL：026-000-0001",
    "【担当者】\n氏名：田畑 恵\n所属：はなみずき市社会福祉協議会\n都道府県：長野県",
    "申込者：田畑 恵\n所属：はなみずき市社会福祉協議会\n都道府県：長野県\n電話番号：026-000-0001",
)


@pytest.mark.parametrize("introduction", INTRODUCED)
def test_whoever_writes_gives_organisation_and_prefecture(
    introduction: str, reader: Reader
) -> None:
    said = (*GREETING, *introduction.split("\n"), "参加申込書を添付します。3名参加いたします。")
    reading = reader(carrying(("名簿.xlsx", sheet(*listed(*GROUP, names=NAMES))), lines=said))

    assert reading.kind == "application", (reading.why, reading.problems)
    assert [(p.name, p.organization, p.prefecture) for p in reading.participants] == [
        (p["name"], p["organization"], p["prefecture"]) for p in GROUP
    ]


def test_a_prefecture_is_not_given_to_somebody_of_another_organisation(reader: Reader) -> None:
    columns = ("name", "name_kana", "organization", "email", "phone")
    other = but(TWO, organization="つばめ会")
    said = (*GREETING, "長野県のはなみずき市社会福祉協議会の田畑です。", "参加申込書を添付します。")
    reading = reader(carrying(("名簿.xlsx", sheet(*listed(ONE, other, names=columns))), lines=said))

    assert [p.prefecture for p in reading.participants] == ["長野県", None]
    assert reading.kind == "application_incomplete"


# ---------------------------------------------------------------- text and file


def test_a_form_in_the_text_and_the_same_in_a_file_are_one(reader: Reader) -> None:
    said = (*GREETING, "参加を申し込みます。", *lines_of(ONE))
    reading = reader(carrying(("申込書.xlsx", sheet(*form(ONE))), lines=said))

    assert (reading.kind, names(reading)) == ("application", [ONE["name"]])


def test_the_text_fills_what_the_file_leaves_open(reader: Reader) -> None:
    file = sheet(*(row for row in form(ONE) if row[0] not in {"電話番号", "フリガナ"}))
    told = ("名前", "name"), ("フリガナ", "name_kana"), ("電話番号", "phone")
    said = (*GREETING, "参加を申し込みます。", *(f"{label}：{ONE[name]}" for label, name in told))
    reading = reader(carrying(("申込書.xlsx", file), lines=said))

    assert reading.kind == "application"
    assert reading.participants[0].phone == ONE["phone"]


def test_a_contradiction_is_shown_to_a_person(reader: Reader) -> None:
    said = (*GREETING, "参加を申し込みます。", *lines_of(but(ONE, phone="026-000-9999")))
    reading = reader(carrying(("申込書.xlsx", sheet(*form(ONE))), lines=said))

    assert (reading.kind, reading.needs_review) == (
        "application_needs_review", "text and file differ in phone",
    )  # fmt: skip


def test_somebody_whom_only_the_text_names_is_a_doubt(reader: Reader) -> None:
    said = (*GREETING, "参加を申し込みます。", *lines_of(THREE))
    reading = reader(carrying(("名簿.xlsx", sheet(*listed(ONE, TWO))), lines=said))

    assert reading.kind == "application_needs_review"
    assert THREE["name"] in (reading.needs_review or "")


def test_another_number_of_people_than_spoken_of_is_a_doubt(reader: Reader) -> None:
    said = (*GREETING, "4名参加いたします。名簿を添付します。")
    reading = reader(carrying(("名簿.xlsx", sheet(*listed(*GROUP))), lines=said))

    assert reading.needs_review == "4 people are spoken of, 3 were read"


def test_two_files_of_two_people_are_one_application(reader: Reader) -> None:
    files = (("申込書1.xlsx", sheet(*form(ONE))), ("申込書2.docx", paper(form(TWO))))

    assert names(reader(carrying(*files))) == [ONE["name"], TWO["name"]]


def test_the_same_list_in_two_kinds_of_files_counts_once(reader: Reader) -> None:
    files = (("名簿.xlsx", sheet(*listed(*GROUP))), ("名簿.pdf", b"%PDF-1.7"))
    reading = reader(carrying(*files))

    assert (reading.kind, len(reading.participants)) == ("application", 3)


@pytest.mark.parametrize(
    "name", ["開催要項.pdf", "チラシ.jpg", "受付メール.eml", "案内.docx", "要項.xlsx"]
)
def test_a_file_that_is_no_application_does_not_disturb_one(name: str, reader: Reader) -> None:
    content = {
        "開催要項.pdf": b"%PDF-1.7",
        "チラシ.jpg": b"\xff\xd8\xff" + b"0" * 200_000,
        "受付メール.eml": b"From: shien@wonder-craft.co.jp\r\nSubject: a\r\nDate: x\r\n\r\n"
        + "お名前：福祉 花子".encode(),
        "案内.docx": paper(
            [("日時", "3月26日"), ("対象", "生活支援コーディネーター、行政")], above=["開催要項"]
        ),
        "要項.xlsx": sheet(("開催要項",), ("日時", "3月26日"), ("参加費", 1000)),
    }[name]
    said = (*GREETING, "参加を申し込みます。", *lines_of(ONE))
    reading = reader(carrying((name, content), lines=said))

    assert (reading.kind, names(reading)) == ("application", [ONE["name"]])


def test_a_signature_below_a_file_is_nobodys_answer(reader: Reader) -> None:
    signature = ("-" * 20, "はなみずき市社会福祉協議会", "田畑 恵", "TEL：026-000-0001")
    said = (*LETTER, *signature, "E-mail：soumu@example.jp")
    reading = reader(carrying(("申込書.xlsx", sheet(*form(ONE))), lines=said))

    assert (reading.kind, names(reading)) == ("application", [ONE["name"]])
    assert reading.participants[0].phone == ONE["phone"]


def test_a_clerk_asked_about_in_the_sheet_is_no_participant(reader: Reader) -> None:
    rows = [*form(ONE), (None,), ("申込担当者", "田畑 恵"), ("担当者TEL", "026-000-0001")]

    assert names(reader(carrying(("申込書.xlsx", sheet(*rows))))) == [ONE["name"]]


# ---------------------------------------------------------------- what is no file


def picture(name: str, size: int, *, cid: bool, inline: bool) -> tuple[bytes, bytes]:
    header = attached(word(name), b"image/png")
    if inline:
        header = header.replace(b"attachment", b"inline")
    if cid:
        header += b"\nContent-ID: <logo@x>"
    return header, base64.encodebytes(PNG + b"0" * size)


def test_a_logo_is_no_file(reader: Reader) -> None:
    page = '<html><body>参加を申し込みます。<br><img src="cid:logo@x"></body></html>'.encode()
    for part in (picture("logo.png", 90_000, cid=True, inline=True),
                 picture("image001.png", 9_000, cid=False, inline=False)):  # fmt: skip
        raw = multipart_of((HTML, page), part)
        reading = reader(raw)
        assert reading.kind == "application_incomplete", reading.why


def test_a_photograph_of_a_form_is_shown_to_a_person(reader: Reader) -> None:
    raw = multipart_of(
        (PLAIN, text(*LETTER)), picture("IMG_0123.jpeg", 200_000, cid=False, inline=True)
    )

    assert reader(raw).kind == "application_needs_review"


@pytest.mark.parametrize("link", [
    "https://drive.google.com/file/d/abc/view", "https://firestorage.jp/download/abc",
    "https://xgf.nu/abcd", "https://51.gigafile.nu/0311-abc", "https://1drv.ms/x/s!abc",
])  # fmt: skip
def test_a_link_to_a_file_is_shown_to_a_person(link: str, reader: Reader) -> None:
    from tests.mail.reading.letters import mail

    reading = reader(mail(text(*GREETING, "参加申込書を下記よりダウンロードください。", link)))

    assert reading.kind == "application_needs_review"
    assert "a link to a download" in (reading.needs_review or "")


def test_a_program_in_an_archive_is_suspicious(reader: Reader) -> None:
    assert reader(carrying(("申込.zip", zipped(form__exe=b"MZ")))).kind == "suspicious"


# ---------------------------------------------------------------- locks


def test_a_locked_archive_is_asked_for_again(reader: Reader) -> None:
    raw = bytearray(zipped(a__xlsx=sheet(*form(ONE))))
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        raw[raw.find(mark) + offset] |= 1
    reading = reader(carrying(("参加申込書.zip", bytes(raw))))

    assert (reading.kind, reading.answer) == ("application_incomplete", True)
    assert {p.field for p in reading.problems} >= {"name", "name_kana", "organization", "phone"}
    assert "参加申込書.zip" in reading.why


@pytest.mark.parametrize("encoding", ["cp932", "utf-8"])
def test_a_name_in_an_archive_is_shown_as_it_was_meant(encoding: str, reader: Reader) -> None:
    written = "申込書.pdf".encode(encoding)
    place = "x" * (len(written) - 4) + "__pdf"
    raw = zipped(**{place: b"%PDF-1.7"}).replace(place.replace("__", ".").encode(), written)
    reading = reader(carrying(("参加申込.zip", raw)))

    assert "参加申込.zip/申込書.pdf (a PDF)" in (reading.needs_review or "")


# ---------------------------------------------------------------- mails in mails


def forwarding(inner: bytes, said: str, number: int = 0) -> bytes:
    """A mail with another as a file; each has a boundary of its own."""
    inner = inner.replace(b"=_b", b"=_in%d" % number)
    head = b"Content-Type: message/rfc822\nContent-Disposition: attachment"
    return multipart_of((PLAIN, text(said)), (head, inner))


def test_a_forwarded_mail_with_a_workbook_is_read(reader: Reader) -> None:
    inner = carrying(("名簿.xlsx", sheet(*listed(ONE, TWO))))
    reading = reader(forwarding(inner, "申込みを転送します。"))

    assert (reading.kind, names(reading)) == ("application", [ONE["name"], TWO["name"]])


def test_mails_are_opened_to_a_depth_of_two(reader: Reader) -> None:
    raw = carrying(("名簿.xlsx", sheet(*listed(ONE))))
    for number in range(3):
        raw = forwarding(raw, "参加申込書を転送します。", number)

    assert reader(raw).kind == "application_needs_review"


# ---------------------------------------------------------------- telling


def test_each_answer_names_its_file_sheet_and_cell(reader: Reader) -> None:
    from tests.mail.reading.files.making import book, saved

    file = saved(book(("案内", [("開催案内",)]), ("申込", form(ONE))))
    reading = reader(carrying(("申込書.xlsx", file)))

    assert (1, "name", "申込書.xlsx, 申込!B1") in reading.sources


def test_what_stands_in_a_file_is_not_in_the_mails_text(reader: Reader) -> None:
    reading = reader(carrying(("申込書.xlsx", sheet(*form(ONE)))))

    assert ONE["name"] not in reading.text
    assert ONE["name"] not in reading.said


def test_twenty_files_are_read_and_no_more(reader: Reader) -> None:
    files = [
        (f"{n}.xlsx", sheet(*form(but(ONE, name=f"町田 {chr(0x4E00 + n)}")))) for n in range(25)
    ]
    reading = reader(carrying(*files))

    assert len(reading.participants) == 20


def test_a_large_file_is_not_opened(reader: Reader) -> None:
    reading = reader(carrying(("申込書.xlsx", b"PK\x03\x04" + b"0" * 16_000_000)))

    assert "larger than 10 MB" in (reading.needs_review or "")


# ---------------------------------------------------------------- papers for something else


def test_the_form_of_another_event_is_shown_to_a_person(reader: Reader) -> None:
    file = sheet(("生活支援コーディネーター養成研修 受講申込書",), (None,), *form(ONE))
    reading = reader(carrying(("申込書.xlsx", file)))

    assert reading.kind == "application_needs_review"
    assert "for another event" in (reading.needs_review or "")


def test_a_paper_for_money_is_no_application(reader: Reader) -> None:
    file = sheet(("債権者登録申請書",), (None,), *form(ONE))
    said = (*GREETING, "請求書の発行をお願いします。様式を添付します。")
    reading = reader(carrying(("様式.xlsx", file), lines=said))

    assert reading.participants == ()
    assert reading.kind == "application_needs_review"
    assert "invoice_request" in reading.also
