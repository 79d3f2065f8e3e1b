"""What is expected of a mail, in the shape in which it stands beside it."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.mail.reading.making.folk import Person
from tests.mail.reading.making.post import Mail


@dataclass(frozen=True, slots=True)
class Case:
    """One mail of the corpus."""

    name: str
    """The file's name without its ending."""
    description: str
    raw: bytes
    expected: dict[str, Any] = field(repr=False)
    nasty: bool = False
    """Whether it is broken, and not only unusual."""

    def document(self) -> dict[str, Any]:
        """What is written beside the mail."""
        return {
            "id": self.name.partition("-")[0],
            "file": f"{self.name}.eml",
            "description": self.description,
            "nasty": self.nasty,
            "expected": self.expected,
        }


def case(
    name: str, description: str, mail: Mail, expected: dict[str, Any], *, nasty: bool = False
) -> Case:
    """A case of a mail."""
    return Case(name, description, mail.build(), expected, nasty)


ANSWERED = {"reply_expected": True}


def mail_of(person: Person, text: str, **more: Any) -> Mail:
    """A mail from somebody."""
    return Mail(name=person.name, address=person.email, text=text).but(**more)


def application(*people: Person | dict[str, Any], **more: Any) -> dict[str, Any]:
    """A complete application."""
    return kind("application", *people, **ANSWERED | {"missing_fields": []} | more)


def incomplete(
    *people: Person | dict[str, Any], missing: Iterable[str], **more: Any
) -> dict[str, Any]:
    """An application that lacks something."""
    return kind(
        "application_incomplete", *people, **ANSWERED | {"missing_fields": list(missing)} | more
    )


def review(*people: Person | dict[str, Any], **more: Any) -> dict[str, Any]:
    """An application that a person must see."""
    return kind("application_needs_review", *people, **more)


def kind(
    named: str | Sequence[str], *people: Person | dict[str, Any], **more: Any
) -> dict[str, Any]:
    """A mail of a kind, or of one of several that are all right."""
    kinds = [named] if isinstance(named, str) else list(named)
    read = [p.expected() if isinstance(p, Person) else p for p in people]
    return {
        "classification": kinds[0],
        "acceptable_classifications": kinds,
        "participants": read,
    } | more


def silent(named: str | Sequence[str], **more: Any) -> dict[str, Any]:
    """A mail that is never answered."""
    return kind(named, reply_expected=False, must_not=["reply"], **more)


def tables(name: str) -> dict[str, list[dict[str, Any]]]:
    """The mails that stand in NAME.toml beside this file."""
    return tomllib.loads((Path(__file__).parent / f"{name}.toml").read_text("utf-8"))


def ascii_lines(lines: Iterable[str]) -> tuple[bytes, ...]:
    """Header lines as bytes."""
    return tuple(line.encode("ascii") for line in lines)
