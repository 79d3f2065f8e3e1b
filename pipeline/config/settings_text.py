"""The settings in words: the text of `.env.example`.

Law of this file: the words come from `settings`; a test compares the file with them.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from itertools import groupby
from typing import Final

from pipeline.config.environment import Known, known_settings
from pipeline.config.settings import PREFIX

_HEAD: Final = """\
Settings of Uketsuke. Copy this file to `.env` and take the # away from what you need.

Without any of them the program runs on its sandbox, and nothing leaves this machine. It is all
real or all sandbox: incoming mail (IMAP or LISTENER), outgoing mail (SMTP), the payment account
and the secrets are set together, or the program does not start. `python main.py check` says
what is wrong. Paths are below the folder of main.py. The environment wins over this file.
"""
_WIDTH: Final = 96


def example_settings() -> str:
    """Every setting with its description, as a comment that can be taken away."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    yield from (f"# {line}".rstrip() for line in _HEAD.splitlines())
    for group, members in groupby(known_settings(), key=_group):
        yield from ("", "", f"# ---- {group}")
        for one in members:
            yield ""
            yield from (f"# {line}" for line in textwrap.wrap(_what(one), _WIDTH))
            yield f"#{one.name}={one.example}"


def _group(one: Known) -> str:
    inside = one.name.removeprefix(PREFIX).split("__")[:-1]
    return f"{' '.join(inside)}: {one.group}" if inside else one.group


def _what(one: Known) -> str:
    if one.required:
        return f"{one.what} Cannot be left out where its group is used."
    if one.default in (None, ()):
        return one.what
    return f"{one.what} Unless given: {one.example}."
