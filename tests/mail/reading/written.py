"""Texts as applicants write them, with the people whom a clerk would read in each.

Law of the folder `written`: one file a text, .txt or .html, in three parts between lines of %%.
First what its header says otherwise than most, then the text, then a line for each participant,
the fields of `FIELD_NAMES` with tabs between and `-` for none.  What is expected was written by
hand.  Everybody in there is invented.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pipeline.domain.rules import FIELD_NAMES
from tests.mail.reading.letters import mail, word

FOLDER = Path(__file__).parent / "written"


@dataclass(frozen=True)
class Written:
    """A text, or a page of HTML, with what is expected of it."""

    body: str
    people: tuple[dict[str, str | None], ...] = ()
    sender: str = "山田 太郎 <yamada@example.jp>"
    subject: str = "参加申込"
    html: bool = False

    @property
    def raw(self) -> bytes:
        """The mail."""
        name, _, address = self.sender.rpartition(" ")
        kind = b"text/html" if self.html else b"text/plain"
        return mail(
            self.body.encode() + b"\n",
            sender=word(name) + b" " + address.encode(),
            subject=word(self.subject),
            content_type=kind + b'; charset="UTF-8"',
        )


def load(file: Path) -> Written:
    """One file of the folder."""
    head, body, people = file.read_text("utf-8").split("%%\n")
    told = dict(line.split(": ", 1) for line in head.splitlines() if line)
    rows = (line.split("\t") for line in people.splitlines())
    return Written(
        body.removesuffix("\n"),
        tuple(
            {f: None if v == "-" else v for f, v in zip(FIELD_NAMES, row, strict=True)}
            for row in rows
        ),
        sender=told.get("From", Written.sender),
        subject=told.get("Subject", Written.subject),
        html=file.suffix == ".html",
    )
