"""The README's table of settings is made from the settings themselves.

    WRITE_DOCS=1 .venv/bin/python -m pytest tests/docs/test_settings_table.py

writes it anew.
"""

from __future__ import annotations

import os
from itertools import groupby

from pipeline.config import known_settings
from pipeline.config.environment import Known
from pipeline.config.settings import PREFIX
from tests.docs.reading import ROOT

README = ROOT / "README.md"
BEGIN, END = "<!-- settings:begin", "<!-- settings:end -->"


def table() -> str:
    """A table for each group of settings."""
    parts: list[str] = []
    for group, members in groupby(known_settings(), key=lambda one: (_prefix(one), one.group)):
        parts += [_heading(*group), "", "| setting | what it is | unless given |", "|---|---|---|"]
        parts += [f"| `{one.name}` | {one.what} | {_default(one)} |" for one in members]
        parts.append("")
    return "\n".join(parts)


def _prefix(one: Known) -> str:
    return "__".join(one.name.removeprefix(PREFIX).split("__")[:-1])


def _heading(prefix: str, group: str) -> str:
    return f"**`{PREFIX}{prefix}__...`**: {group}" if prefix else f"**General.** {group}"


def _default(one: Known) -> str:
    if one.required:
        return "needed with its group"
    return "" if one.default in (None, ()) else f"`{one.example}`"


def test_the_readme_has_every_setting_as_it_is() -> None:
    text = README.read_text(encoding="utf-8")
    before, begin, rest = text.partition(BEGIN)
    marker, _, between = rest.partition("\n")
    _, end, after = between.partition(END)
    assert begin
    assert end
    current = f"{before}{BEGIN}{marker}\n\n{table()}\n{END}{after}"
    if os.environ.get("WRITE_DOCS"):
        README.write_text(current, encoding="utf-8")

    assert README.read_text(encoding="utf-8") == current, __doc__
