"""What strangers write, on the office's terminal, in its log, its files and its letters.

Each sign below stands in the sender's name, the subject, the answers of the form and the names of
files of mails of its own.  They are taken in, read, decided and answered as the daemon does it;
then every verb that shows anything is typed.
"""

from __future__ import annotations

import base64
import csv
import io
import json
import re
from collections.abc import Iterator
from email import message_from_bytes, policy
from pathlib import Path
from unicodedata import category

import openpyxl
import pytest

from pipeline import log
from pipeline.console.cli import app
from pipeline.store import inbox
from pipeline.workers.process import process_next
from pipeline.workers.send import Sender
from tests.console.conftest import House, Typing
from tests.workers.conftest import ScriptedCourier

SIGNS = {
    "NUL": "\0", "BEL": "\a", "BS": "\b", "TAB": "\t", "LF": "\n", "VT": "\v", "CR": "\r",
    "CRLF": "\r\n", "SO": "\x0e", "ESC": "\x1b[2J\x1b]0;evil\x07", "FS": "\x1c", "DEL": "\x7f",
    "NEL": "\x85", "C1": "\x9b31m", "OSC": "\x9d0;evil\x9c", "SHY": "\xad", "ALM": "\u061c",
    "MVS": "\u180e", "ZWSP": "\u200b", "RLM": "\u200f", "LS": "\u2028", "PS": "\u2029",
    "LRE": "\u202a", "RLE": "\u202b", "PDF": "\u202c", "LRO": "\u202d", "RLO": "\u202e",
    "WJ": "\u2060", "LRI": "\u2066", "RLI": "\u2067", "FSI": "\u2068", "PDI": "\u2069",
    "ISS": "\u206a", "BOM": "\ufeff", "IAA": "\ufff9", "TAG": "\U000e0041",
}  # fmt: skip
FORMULAS = [*"=+-@\t\r＝＋－＠"]
SHOWING = """
status | status --json | journal | journal --json | application list | application list --json
task list | task list --json | inbox list | inbox list --json | outbox list | outbox list --json
export --json | export --csv - | log | log --json
"""
ABOUT_ONE = """
application show {reference} | application show {reference} --json
application explain {reference} | application explain {reference} --json
inbox show {number} | inbox show {number} --json
outbox show {number} | outbox show {number} --json
"""


def encoded(text: str) -> str:
    """As a header field carries it, whatever it is."""
    raw = base64.b64encode(text.encode("utf-8", "surrogatepass")).decode()
    return f"=?UTF-8?B?{raw}?="


def mails(number: int, sign: str) -> Iterator[bytes]:
    """An application, an incomplete one and a question, each with a file."""
    name = f"見本{sign}花子"
    form = (
        f"氏名：{name}\nフリガナ：ミホン ハナコ\n所属：みなみ野市{sign}協議会\n役職：主{sign}任\n"
    )
    form += "都道府県：千葉県\n電話番号：043-000-1111\n参加区分：生活支援コーディネーター\n"
    for kind, text in enumerate((form, form.replace("電話番号", "x"), f"何時{sign}からですか。")):
        address = f"a{number}.{kind}@example.jp"
        body = base64.encodebytes(text.encode()).decode().replace("\n", "\r\n")
        yield (
            f"From: {encoded(name)} <{address}>\r\nTo: <office@example.jp>\r\n"
            f"Subject: {encoded(f'参加{sign}申込')}\r\nMessage-ID: <{number}.{kind}@example.jp>\r\n"
            "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
            "--b\r\nContent-Type: text/plain; charset=UTF-8\r\n"
            f"Content-Transfer-Encoding: base64\r\n\r\n{body}\r\n"
            "--b\r\nContent-Type: application/octet-stream\r\n"
            f'Content-Disposition: attachment; filename="{encoded(f"申{sign}込.xlsx")}"\r\n\r\n'
            "no workbook\r\n--b--\r\n"
        ).encode()


def hidden(text: str) -> set[str]:
    """What would move a cursor, end a line, or show otherwise than it stands."""
    return {c for c in text if c != "\n" and category(c) in {"Cc", "Cf", "Cs", "Zl", "Zp"}}


@pytest.fixture
def courier() -> ScriptedCourier:
    return ScriptedCourier()


@pytest.fixture
def worked(house: House, courier: ScriptedCourier) -> House:
    """An office that has handled all of them, and written its log."""
    evil = "".join(SIGNS.values())
    raws = [raw for number, sign in enumerate(SIGNS.values()) for raw in mails(number, sign)]
    for uid, raw in enumerate([b"no mail at all", *raws], 1):
        house.receive(raw, uid)
    for _ in range(3):
        inbox.failed(house.office.database, 1, f"ValueError: {evil}")
    log.configure(house.config.var, clock=house.office.clock.now)
    try:
        sender = Sender(house.office, courier)
        while process_next(house.office) or sender.send_next():
            pass
        log.alarm(f"it said {evil}", worker="send", error=ValueError(evil), reference=evil)
    finally:
        log.close()
    return house


def verbs(typed: Typing) -> Iterator[str]:
    """Those that show the office, and those that show one application, mail or letter."""
    applications = typed.json("application", "list")
    letters = typed.json("outbox", "list", "--limit", "1000")
    yield from (verb.strip() for line in SHOWING.splitlines() for verb in line.split("|"))
    about = [verb.strip() for line in ABOUT_ONE.splitlines() for verb in line.split("|")]
    for number, application in enumerate(applications[::20], 1):
        reference = application["reference"]
        for verb in filter(None, about):
            yield verb.format(reference=reference, number=min(number * 20, len(letters)))


def test_no_verb_lets_anything_through_that_a_terminal_would_obey(
    worked: House, typed: Typing
) -> None:
    assert len(typed.json("application", "list")) > len(SIGNS)
    for verb in filter(None, verbs(typed)):
        told = typed.runner.invoke(app, verb.split(), env=typed.environ)

        assert told.exit_code in {0, 1, 2}, verb
        assert told.output, verb
        shown = told.stdout.removeprefix("\ufeff")
        if "--csv" in verb:
            shown = shown.replace("\r\n", "\n")
        assert not hidden(shown + told.stderr), verb


def test_a_log_keeps_one_line_for_each_event_whatever_stands_in_it(worked: House) -> None:
    (path,) = worked.config.var.rglob("*.jsonl")
    text = path.read_text("utf-8")

    assert not hidden(text)
    lines = text.splitlines()  # which ends lines where terminals and editors may
    assert len(lines) == text.count("\n") > len(SIGNS)
    assert all(json.loads(line)["at"] for line in lines)
    entry = json.loads(lines[-1])
    assert entry["reference"] == "".join(SIGNS.values()), "it is escaped, and not lost"
    shown = log.readable(entry)
    assert not hidden(shown)
    assert len(shown.splitlines()) == 1


def test_no_letter_carries_anything_of_it_in_its_head_or_its_text(
    worked: House, courier: ScriptedCourier
) -> None:
    assert len(courier.sent) > len(SIGNS)
    for parcel in courier.sent:
        head = parcel.raw.partition(b"\r\n\r\n")[0].decode("ascii")
        assert not set(head) & {chr(n) for n in range(0x20)} - {"\r", "\n"}
        assert not re.search(r"\r(?!\n)|(?<!\r)\n|\r\n(?![ A-Z])", head)
        letter = message_from_bytes(parcel.raw, policy=policy.default)
        text = letter.get_body(("plain",)).get_content().replace("\r\n", "\n")  # type: ignore[union-attr]  # it has one
        told = [str(value) for value in letter.values()]
        assert not hidden("".join([text, *told]))
        assert len(set(letter.keys())) == len(letter.keys())


def test_no_cell_of_an_export_is_a_formula_however_it_came(
    house: House, typed: Typing, tmp_path: Path
) -> None:
    for uid, sign in enumerate(FORMULAS, 1):
        evil = f'{sign}HYPERLINK("http://x.test";"見本")'
        form = (
            f"【氏名】{evil}\n【フリガナ】{evil}\n【所属】{evil}\n【部署】{evil}\n【役職】{evil}\n"
            "【都道府県】千葉県\n【電話番号】043-000-1111\n【参加区分】生活支援コーディネーター\n"
        )
        body = base64.encodebytes(form.encode()).decode().replace("\n", "\r\n")
        raw = (
            f"From: {encoded(evil)} <a{uid}@example.jp>\r\nTo: <office@example.jp>\r\n"
            f"Subject: {encoded('参加申込')}\r\nMIME-Version: 1.0\r\n"
            "Content-Type: text/plain; charset=UTF-8\r\nContent-Transfer-Encoding: base64\r\n"
            f"\r\n{body}"
        )
        house.receive(raw.encode(), uid)
    while process_next(house.office):
        pass
    table, book = tmp_path / "p.csv", tmp_path / "p.xlsx"

    typed("export", "--csv", str(table), "--xlsx", str(book))

    rows = list(csv.reader(io.StringIO(table.read_text("utf-8-sig"), newline="")))
    sheet = openpyxl.load_workbook(book).worksheets[0]
    cells = [cell for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} == {"s"}
    texts = [text for row in rows for text in row] + [str(cell.value) for cell in cells]
    assert sum("HYPERLINK" in text for text in texts) > len(FORMULAS)
    assert not [text for text in texts if text.lstrip(" \u3000").startswith(tuple(FORMULAS))]
    assert len(rows) == len(FORMULAS) + 1
