"""Profiles: another bank is another file, and one that contradicts itself is refused by name."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.bank.csv_profile import ProfileFaults, load_profiles
from pipeline.bank.statement import own_account_matches, read
from pipeline.domain.remittance import AccountNumber, Flow
from tests.bank.shipped import PROFILES, ROOT
from tests.bank.writers_csv import WRITERS

NEW = """
name = "minamoto"
title = "ミナモト銀行 入出金明細"
headers = [["お取引日", "区分", "金額", "お取引内容", "差引残高"]]

[day]
booked = "お取引日"
forms = ["western-short"]

[amount]
column = "金額"
direction = "区分"
direction_in = ["ご入金"]
direction_out = ["お引出し"]

[balance]
column = "差引残高"
gaps = true

[text]
payer = "お取引内容"
prefix = '被振込 '

[account]
patterns = ['口座: *(?P<branch>[0-9]{3})-(?P<number>[0-9]{7})']

[rows]
totals = '合計'
"""
FILE = """口座： 120-7654321
お取引日,区分,金額,お取引内容,差引残高
26/03/02,ご入金,"1,000",被振込 ﾀｶﾊｼ,"1,000"
26/03/02,ご入金,500,被振込 ｻﾄｳ,
26/03/03,お引出し,330,手数料,"1,170"
合計,,,,
"""


def faults(tmp_path: Path, text: str, name: str = "minamoto.toml") -> tuple[str, ...]:
    (tmp_path / name).write_text(text, encoding="utf-8")
    with pytest.raises(ProfileFaults) as wrong:
        load_profiles(tmp_path)
    return tuple(str(wrong.value).splitlines())


def test_every_bank_that_is_shipped_has_a_writer_in_these_tests() -> None:
    assert sorted(one.name for one in PROFILES) == sorted(WRITERS)


def test_another_bank_is_another_file(tmp_path: Path) -> None:
    (tmp_path / "minamoto.toml").write_text(NEW, encoding="utf-8")

    (statement,) = read(FILE.encode("cp932"), (*PROFILES, *load_profiles(tmp_path)))

    assert statement.layout == "minamoto"
    assert statement.account == AccountNumber("", "120", "", "7654321")
    assert [(one.flow, one.amount, one.payer) for one in statement.remittances] == [
        (Flow.CREDIT, 1000, "ﾀｶﾊｼ"),
        (Flow.CREDIT, 500, "ｻﾄｳ"),
        (Flow.DEBIT, 330, "手数料"),
    ]
    assert (statement.opening_balance, statement.closing_balance) == (0, 1170)


def test_a_folder_without_profiles_has_none(tmp_path: Path) -> None:
    assert load_profiles(tmp_path) == ()


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("gaps = true", "holes = true", "balance.holes: is not known"),
        ('title = "ミナモト銀行 入出金明細"', "", "title: is missing"),
        (
            '"差引残高"]]',
            '"残高"]]',
            "headers[1] has no heading '差引残高'",
        ),
        (
            '"区分", "金額"',
            '"金額", "金額"',
            "headers[1] has a heading twice",
        ),
        (
            'direction = "区分"\n',
            "",
            "amount: should have both of a pair: incoming and outgoing, or column and direction",
        ),
        (
            'column = "金額"\n',
            'column = "金額"\nsigned = "金額"\n',
            "amount: should be exactly one of incoming/outgoing, signed, column/direction",
        ),
        (
            "totals = '合計'",
            "count = '明細件数:([0-9]+)'",
            "rows.count: needs the group (?P<count>...)",
        ),
        (
            "totals = '合計'",
            "period = '(?P<from>.+)-(?P<to>.+)'",
            "rows.period: needs the group (?P<through>...)",
        ),
        ("(?P<branch>", "(?P<office>", "account: no account has the part 'office'"),
        (
            "[rows]",
            "[marks]\naccount = '1'\naccount_cells = 9\nline = '2'\n[shapes]\n'区分' = '.'\n[rows]",
            "should have marks or shapes, not both",
        ),
        ("'合計'", "'合計('", "rows.totals: is no pattern: "),
        ('["western-short"]', '["lunar"]', "day.forms.1: Input should be "),
        (
            "totals = '合計'",
            "cancelled = ['取消']",
            "rows.cancelled and rows.skipped need rows.status",
        ),
        (
            "totals = '合計'",
            "status = '明細区分'",
            "no list of headers has the heading '明細区分'",
        ),
        ("prefix = ", "memo = [5]\nprefix = ", "text.memo.1: Input should be a valid string"),
        ('name = "minamoto"', 'name = "yamato"', "name: should be the file's name, 'minamoto'"),
        ('name = "minamoto"', "name = ", "is no TOML: "),
    ],
)
def test_a_profile_that_cannot_be_used_is_refused_with_its_file(
    tmp_path: Path, old: str, new: str, fault: str
) -> None:
    (said,) = faults(tmp_path, NEW.replace(old, new, 1))

    assert said.startswith(f"{tmp_path.name}/minamoto.toml: {fault}")


def test_everything_that_is_wrong_is_said_at_once(tmp_path: Path) -> None:
    (tmp_path / "b.toml").write_bytes("name = 'ミ'".encode("cp932"))

    assert len(faults(tmp_path, "x = 1", "a.toml")) > 4


@pytest.mark.parametrize("profile", PROFILES, ids=lambda one: one.name)
def test_the_shipped_profiles_say_which_bank_they_are_for(profile: object) -> None:
    name = getattr(profile, "name", "")
    first = (ROOT / "rules" / "banks" / f"{name}.toml").read_text(encoding="utf-8").splitlines()[0]

    assert first.startswith("# ")


@pytest.mark.parametrize(
    ("found", "same"),
    [
        (AccountNumber(), True),
        (AccountNumber("0999", "001", "1", "1234567"), True),
        (AccountNumber(number="0001234567"), True),
        (AccountNumber(branch="001"), True),
        (AccountNumber("0998", "001", "1", "1234567"), False),
        (AccountNumber("0999", "002", "1", "1234567"), False),
        (AccountNumber("0999", "001", "2", "1234567"), False),
        (AccountNumber("0999", "001", "1", "1234568"), False),
    ],
)
def test_an_account_is_ours_unless_something_that_both_tell_differs(
    found: AccountNumber, same: bool
) -> None:
    assert own_account_matches(found, AccountNumber("0999", "001", "1", "1234567")) is same
