"""The search for secrets finds what was planted, and its own blindness."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest

from pipeline.rehearsal import hunt

SECRET = {"password": "kumo7391tori"}


def test_the_search_sees_every_wrapping_that_it_claims_to_see() -> None:
    assert hunt.blind_spots() == []


def test_a_search_that_sees_nothing_is_found_to_be_blind(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hunt, "_needles", lambda secret: frozenset({b"something else"}))

    assert "an SQLite value" in hunt.blind_spots()


@pytest.mark.parametrize("before", ["", "a", "ab", "パ"])
def test_base64_is_seen_through_at_every_offset(before: str) -> None:
    wrapped = base64.b64encode(f"{before}{SECRET['password']} です".encode())

    assert hunt.found_in(wrapped, SECRET) == {"password"}


def test_base64_is_seen_through_when_its_lines_are_broken() -> None:
    wrapped = base64.encodebytes(b"x" * 50 + SECRET["password"].encode() + b"y" * 50)

    assert hunt.found_in(wrapped, SECRET) == {"password"}


def test_what_is_not_there_is_not_found(tmp_path: Path) -> None:
    (tmp_path / "log.jsonl").write_text("kumo-7391-tori\n", "utf-8")

    assert hunt.search(tmp_path, SECRET) == []


def test_the_file_is_named_and_the_secret_is_not(tmp_path: Path) -> None:
    (tmp_path / "log.jsonl").write_text("it is kumo7391tori\n", "utf-8")

    (leak,) = hunt.search(tmp_path, SECRET)

    assert leak == hunt.Leak("password", tmp_path / "log.jsonl")
    assert SECRET["password"] not in repr(leak)
