"""What one case of the corpus is, and the answers and lines that most of them share.

Everybody in here is invented.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tests.mail.reading.letters import FORM, LINES, mail, text, word


@dataclass(frozen=True)
class Case:
    """One raw mail, and what is expected of its reading."""

    name: str
    raw: bytes
    kind: str = "application"
    answer: bool = True
    people: tuple[dict[str, Any], ...] = ()
    more: dict[str, Any] = field(default_factory=dict)

    @property
    def expected(self) -> dict[str, Any]:
        """The keys of `inspect --json` that the test compares."""
        empty = dict.fromkeys(FIELDS)
        people = [empty | person for person in self.people]
        common = {"kind": self.kind, "answer": self.answer, "participants": people}
        return common | {"missing": [], "also": [], "problems": []} | self.more


FIELDS = (
    "name", "name_kana", "organization", "department", "position", "prefecture", "email", "phone",
    "category",
)  # fmt: skip


def but(**changes: str | None) -> dict[str, Any]:
    """The usual person with some answers changed."""
    return FORM | changes


def lines(**changes: str) -> tuple[str, ...]:
    """The usual lines with some changed: by their place, l0 to l6; "" leaves one out."""
    changed = [changes.get(f"l{n}", line) for n, line in enumerate(LINES)]
    return tuple(line for line in changed if line)


MATE = {
    "name": "小川 次郎",
    "name_kana": "オガワ ジロウ",
    "email": "ogawa@example.jp",
}
SAME = {k: FORM[k] for k in ("organization", "prefecture", "phone", "category")}


OUR_ID = b"<uketsuke.0123456789abcdef0123@letters.example.jp>"
TO_OURS = (b"In-Reply-To: " + OUR_ID, b"References: " + OUR_ID)


def quoted(*said: str) -> list[str]:
    """Lines as a quotation."""
    return [f"> {line}" for line in said]


def said(*wish: str, subject: str = "お世話になっております", reply: bool = False) -> bytes:
    """A mail of a few lines without a form."""
    title = f"Re: 【受付番号123456】{subject}" if reply else subject
    return mail(text(*wish), subject=word(title), extra=TO_OURS if reply else ())
