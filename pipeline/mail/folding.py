"""Text as it is searched: full and half width alike.

Law of this file: folding is for searching and comparing, never for what is kept.  Only the runs
that can change are folded; NFKC over a whole mail costs more than all that is looked for in it.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_WIDE: Final = re.compile(
    "[\uff01-\uff9f\uffe0-\uffe6\u2460-\u2473\u2160-\u217f\u3200-\u33ff\u2100-\u214f]+"
)


def _narrow(run: re.Match[str]) -> str:
    return unicodedata.normalize("NFKC", run.group())


def narrowed(text: str) -> str:
    """Full-width letters, half-width kana, circled digits and the like in their plain form."""
    return _WIDE.sub(_narrow, text)


def folded(text: str) -> str:
    """Narrowed, lower case, without any space: neither width nor a broken line hides a phrase."""
    return "".join(narrowed(text).split()).lower()
