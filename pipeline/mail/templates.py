"""The letters' words: Jinja2 templates, compiled and checked at start."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from pipeline.domain.decision import LetterName
from pipeline.domain.rules import Rules


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong with one template. `line` is 0 where the whole file is meant."""

    file: str
    line: int
    what: str


class TemplateFaults(Exception):
    """Everything that is wrong with an event's templates, at once."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        self.faults = faults
        super().__init__("; ".join(f"{f.file}:{f.line}: {f.what}" for f in faults))


@dataclass(frozen=True, slots=True)
class Rendered:
    """A letter's words."""

    subject: str
    body: str


class Library:
    """The letters of one event."""

    @classmethod
    def load(cls, root: Path, rules: Rules) -> Self:
        """Compile every letter of an event. Raises TemplateFaults."""
        raise NotImplementedError

    def render(self, name: LetterName, values: Mapping[str, Any]) -> Rendered:
        """A letter in words."""
        raise NotImplementedError
