"""Covers our secrets in what strangers send back to us, however their program has written it.

Promise 4 reaches here: a mail that quotes an access letter holds the ID and the password; it stays
in the inbox as it came, and is masked wherever it is shown.  Beyond what the log blacks out, this
finds a secret in full width, in HTML's escapes, and broken over quoted lines.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterable
from typing import Any
from urllib.parse import quote

from pipeline.log import HIDDEN

_BREAK = r"(?:=?[\r\n]+[>\s|]*)?"
"""A line that ends within the secret, with the marks of a quotation before the next one."""


class Mask:
    """Replaces some secrets in any text."""

    def __init__(self, secrets: Iterable[str]) -> None:
        whole = sorted({s for s in secrets if s}, key=len, reverse=True)
        self._pattern = re.compile("|".join(map(_written, whole)) or r"(?!)", re.IGNORECASE)

    def __call__(self, text: str) -> str:
        """The text with every secret covered."""
        return self._pattern.sub(HIDDEN, text)

    def everywhere(self, value: Any) -> Any:
        """The same in every text of a JSON value."""
        if isinstance(value, str):
            return self(value)
        if isinstance(value, list):
            return [self.everywhere(one) for one in value]
        if isinstance(value, dict):
            return {name: self.everywhere(one) for name, one in value.items()}
        return value


def _written(secret: str) -> str:
    """A pattern for a secret as mail programs may have written it."""
    return _BREAK.join(_character(character) for character in secret)


def _character(character: str) -> str:
    code = ord(character)
    ways = {character, html.escape(character), quote(character, safe=""), f"={code:02X}"}
    ways |= {f"&#{code};", f"&#x{code:x};"}
    if "!" <= character <= "~":
        ways.add(chr(code + 0xFEE0))  # its full-width form (U+FF01 to U+FF5E)
    ways.add(unicodedata.normalize("NFKC", character))
    return "(?:" + "|".join(re.escape(way) for way in sorted(ways, key=len, reverse=True)) + ")"
