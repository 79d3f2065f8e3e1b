"""A statement that is not read, and why.

Law of this file: a file is refused whole, with one clear reason and the line where it shows.

Errors:
    Refused     nothing of the file counts; the office looks at the line, or asks the bank again
"""

from __future__ import annotations

from typing import Self


class Refused(ValueError):  # noqa: N818 - it is what happened, and the office's word for it
    """The whole file is refused; `str()` is one line, such as `line 7: 残高 does not follow`."""

    def __init__(self, reason: str, line: int | None = None, unit: str = "line") -> None:
        self.reason, self.line, self.unit = reason, line, unit
        super().__init__(reason if line is None else f"{unit} {line}: {reason}")

    def at(self, line: int, unit: str = "line") -> Self:
        """The same, with its place; a place that is known already stays."""
        return self if self.line is not None else type(self)(self.reason, line, unit)


def shown(text: str, most: int = 40) -> str:
    """What stands in a file, as a reason quotes it: short, on one line."""
    return repr(text if len(text) <= most else text[:most] + "…")
