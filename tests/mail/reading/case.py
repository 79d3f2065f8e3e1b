"""What one case of the corpus is, and the answers and lines that most of them share.

Everybody in here is invented.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tests.mail.reading.letters import FORM, LINES, mail, text, word
from tests.mail.reading.making.expect import Case
from tests.mail.reading.making.folk import FIELDS


@dataclass(frozen=True)
class Handmade:
    """One raw mail written by hand, and what is expected of its reading."""

    name: str
    raw: bytes
    kind: str = "application"
    answer: bool = True
    people: tuple[dict[str, Any], ...] = ()
    more: dict[str, Any] = field(default_factory=dict)

    def case(self) -> Case:
        """The same in the shape of the corpus."""
        expected = {
            "classification": self.kind,
            "acceptable_classifications": [self.kind],
            "participants": [dict.fromkeys(FIELDS) | person for person in self.people],
            **{NAMED.get(key, key): value for key, value in self.more.items()},
        }
        if self.kind.startswith("application") or not self.answer:
            expected["reply_expected"] = self.answer
        sender = expected.pop("sender", None)
        if sender is not None:
            expected |= {"decoded_from_name": sender["name"], "from_address": sender["address"]}
        if self.kind.startswith("application"):
            expected = {"missing_fields": [], "sub_intents": []} | expected
        what = self.name.partition("-")[2].replace("-", " ")
        return Case(self.name, what, self.raw, expected)


NAMED = {"missing": "missing_fields", "also": "sub_intents", "subject": "decoded_subject"}
"""Keys of `inspect --json`, and how an expectation calls them."""


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
