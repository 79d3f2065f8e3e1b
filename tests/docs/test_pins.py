"""What is installed is what was pinned: by version, by content, under a licence we can keep."""

from __future__ import annotations

import re
from importlib import metadata

import pytest

from tests.docs.reading import ROOT

FILES = ("requirements.txt", "requirements-dev.txt", "requirements-fuzz.txt")
ENTRY = re.compile(
    r"^(?P<name>[A-Za-z0-9._-]+)(\[[^\]]*\])?(?P<pin>[^\s;\\]*)(?P<rest>.*)", re.DOTALL
)
NOT_OURS = re.compile(r"\b(AGPL|GPL|SSPL|BUSL|Commons Clause|proprietary)\b", re.IGNORECASE)
"""An LGPL library that is imported and not changed may be used under any licence."""

_TELLING = ("License-Expression", "Classifier")


def entries(file: str) -> list[re.Match[str]]:
    """One entry for each pin, with the lines that belong to it."""
    text = (ROOT / file).read_text("utf-8")
    lines = [line for line in text.splitlines() if not line.lstrip().startswith("#")]
    found = re.split(r"\n(?=\S)", "\n".join(lines).strip())
    matches = [ENTRY.match(one) for one in found]
    assert all(matches)
    return [match for match in matches if match is not None]


@pytest.mark.parametrize("file", FILES)
def test_every_library_is_pinned_by_version_and_by_content(file: str) -> None:
    loose = [
        one["name"]
        for one in entries(file)
        if not re.fullmatch(r"==[0-9][0-9A-Za-z.+!]*", one["pin"])
        or not re.search(r"--hash=sha256:[0-9a-f]{64}", one["rest"])
    ]

    assert loose == []


def test_the_same_library_has_the_same_version_everywhere() -> None:
    pins: dict[str, set[str]] = {}
    for file in FILES:
        for one in entries(file):
            pins.setdefault(one["name"].lower(), set()).add(one["pin"])

    assert {name: found for name, found in pins.items() if len(found) > 1} == {}


def test_no_librarys_licence_forbids_what_we_do() -> None:
    """As far as each tells; what is not installed on this system is passed over."""
    forbidding = []
    for one in entries("requirements.txt"):
        try:
            told = metadata.metadata(one["name"])
        except metadata.PackageNotFoundError:
            continue  # another system's, such as colorama
        words = [word for name in _TELLING for word in told.get_all(name) or []]
        licence = " ".join(word for word in words if "licen" in word.lower() or "::" not in word)
        if NOT_OURS.search(re.sub(r"LGPL|Lesser General", "", licence)):
            forbidding.append((one["name"], licence))

    assert forbidding == []
