import csv
import io
from dataclasses import replace
from datetime import datetime

import openpyxl
import pytest

from pipeline.clock import TOKYO
from pipeline.console import export
from pipeline.domain.application import Application, Participant, State
from pipeline.domain.rules import Rules

APPLICATION = Application(
    reference="123455",
    event="r7",
    state=State.PAID,
    contact_name="山田 太郎",
    contact_address="yamada@example.jp",
    participants=(
        Participant(1, name="山田 太郎", phone="+81-3-0000-0000", email="yamada@example.jp"),
        Participant(2, name="鈴木 花子", withdrawn=True),
    ),
    arrived_at=datetime(2026, 2, 2, 9, tzinfo=TOKYO),
    credited=2000,
    pay_by=datetime(2026, 3, 13, tzinfo=TOKYO),
)


def test_every_participant_has_a_row_and_excel_is_told_that_it_is_utf8(rules: Rules) -> None:
    raw = export.as_csv(export.sheet([APPLICATION], rules))

    assert raw.startswith(b"\xef\xbb\xbf")
    heading, first, second = csv.reader(io.StringIO(raw.decode("utf-8-sig")))
    assert heading[:2] == ["受付番号", "状態"]
    assert first[:4] == ["123455", "入金済み", "", "1"]
    assert "2026-03-12(木)" in first
    assert "2000" in first
    assert "辞退" in second


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠"])
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_no_cell_is_taken_for_a_formula(sign: str, kind: str, rules: Rules) -> None:
    evil = replace(
        APPLICATION, participants=(Participant(1, name=f'{sign}HYPERLINK("http://x.test")'),)
    )
    table = export.sheet([evil], rules)

    cells = (
        _cells(export.as_csv(table)) if kind == "csv" else _xlsx_cells(export.as_xlsx(table, "r"))
    )

    named = [cell for cell in cells if "HYPERLINK" in cell]
    assert len(named) == 1
    assert named[0].startswith("'")


def test_a_workbook_holds_text_only_and_bears_control_characters(rules: Rules) -> None:
    odd = replace(APPLICATION, contact_name="山田\x00\x1b太郎")

    cells = _xlsx_cells(export.as_xlsx(export.sheet([odd], rules), "r7-" * 20))

    assert "山田··太郎" in cells


def _cells(raw: bytes) -> list[str]:
    return [cell for row in csv.reader(io.StringIO(raw.decode("utf-8-sig"))) for cell in row]


def _xlsx_cells(raw: bytes) -> list[str]:
    book = openpyxl.load_workbook(io.BytesIO(raw))
    cells = [cell for page in book for row in page.iter_rows() for cell in row]
    assert {cell.data_type for cell in cells if cell.value is not None} == {"s"}
    return [str(cell.value) for cell in cells if cell.value is not None]
