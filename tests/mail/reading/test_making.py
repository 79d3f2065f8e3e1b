"""The bytes of the corpus come from the standards: another encoder agrees where there is one."""

from __future__ import annotations

import shutil
import subprocess

import pytest

from tests.mail.reading.making.coding import Euc, Jis, windows_31j
from tests.mail.reading.making.folk import PEOPLE

TEXT = "".join(
    f"{p.name} {p.name_kana} {p.organization} {p.department or ''}\n" for p in PEOPLE
).replace("\ufa19", "神")
TEXT = "".join(char for char in TEXT if char != "𠮷")


def by_iconv(raw: bytes, charset: str) -> str:
    """What glibc's converter reads in bytes."""
    if shutil.which("iconv") is None:
        pytest.skip("iconv is not installed")
    ran = subprocess.run(
        ["iconv", "-f", charset, "-t", "UTF-8"], input=raw, capture_output=True, check=False
    )
    if b"not supported" in ran.stderr:
        pytest.skip(f"this iconv does not know {charset}")
    assert ran.returncode == 0, ran.stderr
    return ran.stdout.decode()


def test_shift_jis_is_what_another_converter_reads() -> None:
    assert by_iconv(windows_31j(TEXT + "①㈱～ﾀﾞ"), "CP932") == TEXT + "①㈱～ﾀﾞ"


def test_euc_is_what_another_converter_reads() -> None:
    assert by_iconv(Euc(ms=True)(TEXT + "①㈱ﾀﾞ"), "EUC-JP-MS") == TEXT + "①㈱ﾀﾞ"


def test_jis_is_what_python_reads_where_it_can() -> None:
    plain = "".join(char for char in TEXT if char not in "髙﨑德㈱")

    assert Jis(kana="escape")(plain + "ﾀﾞ").decode("iso2022_jp_ext") == plain + "ﾀﾞ"
