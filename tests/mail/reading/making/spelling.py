"""How people write the same answer, and what is to be stored of it.

Law of this file: every way of writing returns the text and what a clerk would put down for it.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

from tests.mail.reading.making.folk import WORDS, Person

HALF = dict(
    zip(
        "ァアィイゥウェエォオカキクケコサシスセソタチッツテトナニヌネノハヒフヘホマミムメモャヤュユョヨラリルレロワヲンー・",
        "ｧｱｨｲｩｳｪｴｫｵｶｷｸｹｺｻｼｽｾｿﾀﾁｯﾂﾃﾄﾅﾆﾇﾈﾉﾊﾋﾌﾍﾎﾏﾐﾑﾒﾓｬﾔｭﾕｮﾖﾗﾘﾙﾚﾛﾜｦﾝｰ･",
        strict=True,
    )
)


def half(text: str) -> str:
    """Katakana made half-width."""
    out = ""
    for char in text:
        apart = unicodedata.normalize("NFD", char) if "ァ" <= char <= "ヺ" else char
        base, marks = apart[0], apart[1:]
        out += HALF.get(base, base) + "".join("ﾞ" if mark == "\u3099" else "ﾟ" for mark in marks)
    return out


def hiragana(text: str) -> str:
    """Katakana made hiragana."""
    return "".join(chr(ord(c) - 0x60) if "ァ" <= c <= "ヶ" else c for c in text)


def wide(text: str) -> str:
    """ASCII made full-width."""
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)


def spaced(text: str) -> str:
    """An ideographic space between the names."""
    return text.replace(" ", "\u3000")


def without_suffix(prefecture: str) -> str:
    """A prefecture as people say it."""
    return prefecture if prefecture == "北海道" else prefecture[:-1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Spelling:
    """One habit of writing."""

    name: Callable[[str], str] = spaced
    kana: Callable[[str], str] = spaced
    prefecture: Callable[[str], str] = str
    email: Callable[[str], str] = str
    phone: Callable[[str], str] = str
    phone_read: Callable[[str], str] = str
    honorific: str = ""
    category: Callable[[str], str] = str

    def write(self, person: Person, field: str) -> str:
        """The answer as this habit writes it; "" where there is none."""
        value: str | None = getattr(person, field)
        if value is None:
            return ""
        if field == "category":
            return self.category(WORDS[value])
        ways = {
            "name": lambda text: self.name(text) + self.honorific,
            "name_kana": self.kana,
            "prefecture": self.prefecture,
            "email": self.email,
            "phone": self.phone,
        }
        return ways.get(field, str)(value)

    def read(self, person: Person) -> dict[str, str | None]:
        """What a clerk puts down: changes to what the person is."""
        out: dict[str, str | None] = {"phone": self.phone_read(person.phone)}
        if self.name("甲 乙") == "甲乙":
            out["name"] = person.name.replace(" ", "")
        if self.kana("ア イ") in {"アイ", "あい"}:
            out["name_kana"] = person.name_kana.replace(" ", "")
        return out


def _joined(text: str) -> str:
    return text.replace(" ", "")


def _bare(text: str) -> str:
    return text.replace("-", "")


SPELLINGS: dict[str, Spelling] = {
    "usual": Spelling(),
    "ascii-space": Spelling(name=str, kana=str),
    "hiragana": Spelling(kana=lambda text: spaced(hiragana(text))),
    "half-kana": Spelling(kana=half),
    "joined": Spelling(name=_joined, kana=_joined),
    "wide-address": Spelling(email=wide, phone=wide),
    "long-vowel-hyphens": Spelling(phone=lambda text: wide(text).replace("－", "ー")),
    "minus-hyphens": Spelling(phone=lambda text: text.replace("-", "−")),
    "bare-phone": Spelling(phone=_bare, phone_read=_bare),
    "short-prefecture": Spelling(prefecture=without_suffix),
    "honorific": Spelling(honorific="　様"),
    "numbered-kind": Spelling(category=lambda text: f"１：{text}"),
    "mailto": Spelling(email=lambda text: f"mailto:{text}"),
    "capitals": Spelling(email=lambda text: text.split("@")[0] + "@" + text.split("@")[1].upper()),
    "nbsp": Spelling(name=lambda text: text.replace(" ", "\u00a0")),
    "two-spaces": Spelling(
        name=lambda text: text.replace(" ", "　　"), kana=lambda t: t.replace(" ", "  ")
    ),
}
"""By name. Those that not every character set can write are left out where it matters."""
UNICODE_ONLY = frozenset({"nbsp"})
