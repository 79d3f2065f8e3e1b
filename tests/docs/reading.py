"""Documents as a test reads them: their code, their commands, their links and headings."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
_FENCED = re.compile(r"^( *)```[^\n]*\n(.*?)^\1```$", re.DOTALL | re.MULTILINE)
_SPAN = re.compile(r"(`+)(.+?)\1")
_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
_COMMAND = re.compile(r"(?:main\.py|(?:^|[\s$])uk) (.+)")
_ENDS = re.compile(r" [|>#<]|;|&&")
"""Where a command ends on its line."""


@dataclass(frozen=True)
class Document:
    """One document."""

    path: Path

    @property
    def name(self) -> str:
        """Its path below the project's folder."""
        return self.path.relative_to(ROOT).as_posix()

    @property
    def text(self) -> str:
        """All of it."""
        return _text(self.path)

    @property
    def prose(self) -> str:
        """What is no fenced code."""
        return _FENCED.sub("", self.text)

    def spans(self) -> list[str]:
        """What stands between backticks within a line."""
        return [found[1] for found in _SPAN.findall(self.prose)]

    def code(self) -> list[str]:
        """Spans, and the lines of fenced code."""
        fenced = [body.replace("\\\n", " ") for _, body in _FENCED.findall(self.text)]
        return self.spans() + [line.strip() for body in fenced for line in body.splitlines()]

    def commands(self) -> Iterator[list[str]]:
        """Command lines of the program, without its name."""
        for line in self.code():
            for said in _COMMAND.findall(line):
                words = shlex.split(_ENDS.split(said)[0], comments=True)
                if words != ["$@"]:
                    yield words

    def links(self) -> list[str]:
        """Where its links lead."""
        return _LINK.findall(_SPAN.sub("", self.prose))

    def anchors(self) -> set[str]:
        """What can be linked to within it, as GitHub names headings."""
        return {_slug(heading) for heading in _HEADING.findall(self.prose)}


@cache
def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def _slug(heading: str) -> str:
    plain = heading.replace("`", "").strip().lower()
    return re.sub(r"[^\w\- ]", "", plain).replace(" ", "-")


def documents() -> list[Document]:
    """Every document of the project."""
    paths = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]
    return [Document(path) for path in paths]


def document(name: str) -> Document:
    """The document of that name."""
    return Document(ROOT / name)
