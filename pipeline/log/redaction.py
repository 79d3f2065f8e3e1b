"""Blacks secrets out of whatever we show.

Promise 4 reaches here: ID, password, Zoom link and keys stand in no line of the log.  What is
hidden stays hidden for the life of the process, also after a password was changed.
"""

from __future__ import annotations

import json
import threading
from typing import Final

HIDDEN: Final = "[hidden]"
SHORTEST: Final = 4

_lock = threading.Lock()
_forms: tuple[str, ...] = ()


def hide(secret: str | bytes) -> None:
    """Black this out of everything from now on.

    One with less than `SHORTEST` characters is not: it would black out half of every line, and
    hides nobody's door.
    """
    global _forms  # noqa: PLW0603 - one list for the process: whoever writes a line needs all of it
    plain = as_text(secret) if isinstance(secret, bytes) else secret
    if len(plain) < SHORTEST:
        return
    written = json.dumps(plain, ensure_ascii=False)[1:-1]
    with _lock:
        # The longest first: one secret may stand inside another.
        _forms = tuple(sorted({*_forms, plain, written}, key=len, reverse=True))


def redacted(text: str) -> str:
    """The text with every secret blacked out."""
    for form in _forms:
        if form in text:
            text = text.replace(form, HIDDEN)
    return text


def hidden(text: str) -> bool:
    """Whether some secret stands in the text."""
    return any(form in text for form in _forms)


def as_text(raw: bytes) -> str:
    """Bytes as every line shows them."""
    return raw.decode("utf-8", "backslashreplace")
