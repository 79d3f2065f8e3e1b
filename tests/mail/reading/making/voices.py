"""Forms as people make them up themselves, from voices.toml.

Several labels stand in a line, or none at all, or in drawn boxes; and extra questions of other
forms stand beside, which must not become answers.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tests.mail.reading.making.coding import BY_NAME
from tests.mail.reading.making.expect import Case, application, case, kind, tables
from tests.mail.reading.making.folk import BY_CALL, Person, unsaid
from tests.mail.reading.making.layouts import FIRST
from tests.mail.reading.making.post import DRESS, Mail
from tests.mail.reading.making.spelling import SPELLINGS, hiragana

EITHER = ("application", "application_incomplete")
NEVER = ["participant 山田 太郎", "participant 架空 太郎", "participant 田畑"]
DRESSED = ("plain", "outlook", "becky", "apple-mail", "gmail")


def answers(person: Person) -> dict[str, str]:
    """What stands for each name in braces."""
    usual = SPELLINGS["usual"]
    return {
        **{field: usual.write(person, field) for field in FIRST},
        "name_plain": person.name,
        "name_kana_plain": person.name_kana,
        "hiragana": hiragana(person.name_kana),
    }


def loose(person: Person, **changes: Any) -> dict[str, Any]:
    """A person whose office, post and kind may be read or not."""
    said = {
        "department_any": [person.department, None],
        "position_any": [person.position, None],
        "category_any": sorted({*unsaid(person), person.category}, key=lambda one: one or ""),
    }
    return person.expected(**said | changes)


def _expected(person: Person, how: str) -> dict[str, Any]:
    if not how:
        return application(person, must_not=NEVER)
    read = loose(person, name_any=[person.name, person.name.replace(" ", "")])
    if how == "loosely":
        return application(read, must_not=NEVER)
    for field in ("name", "name_kana", "organization", "prefecture", "phone"):
        read[f"{field}_any"] = [*read.get(f"{field}_any", [read[field]]), None]
    return kind(EITHER, read)


def voices() -> Iterator[Case]:
    """All of them."""
    for number, told in enumerate(tables("voices")["voice"]):
        person = BY_CALL[told["person"]]
        text = told["text"].format_map(answers(person))
        coding = BY_NAME[("utf8-base64", "jis", "sjis")[number % 3]]
        mail = Mail(
            name=person.name,
            address=person.email,
            text=text,
            coding=coding if coding.carries(text) else BY_NAME["utf8-base64"],
            dress=DRESS[DRESSED[number % len(DRESSED)]],
        )
        expected = _expected(person, told.get("read", ""))
        yield case(f"voice-{told['name']}", told["name"].replace("-", " "), mail, expected)


VOICES = tuple(voices())
