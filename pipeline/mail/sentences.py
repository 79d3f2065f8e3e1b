"""A text as sentences, the way phrases are looked for in it.

Law of this file: folded text in, folded sentences out (NFKC where width differs, lower case, no
spaces).  A line that was only broken by a mail program is joined to the next one; a line that is
an entry, a bullet or a whole sentence of its own is not, so that what one line excuses does not
excuse its neighbour.
"""

from __future__ import annotations

import re
from typing import Final

from pipeline.mail.folding import narrowed

_ENDED: Final = re.compile(
    r"(?:[。!?:;」』】>}*=─━_~]|です|ます|した|せん|さい|しょう|すか|せんか|ますが|[まで]すね|"
    r"[います]よ|ない|たい|ねがい|願い|以上|下さい|[.…])$"
)
_ENTRY: Final = re.compile(
    r"^(?:[・■□◆◇●○◎※*▼▽☑☐✓【〔\[<(→]|[0-9]{1,2}[.)、]|--|[^、。!?]{1,14}[:=|])"
)
_PIECE: Final = re.compile(r"[^。!?]*[。!?]+|[^。!?]+$")


def sentences(text: str) -> list[str]:
    """The sentences of a text, folded, in their order; each keeps its closing mark."""
    found: list[str] = []
    open_line = ""
    for raw in narrowed(text).lower().split("\n"):
        line = "".join(raw.split())
        if not line:
            _close(open_line, found)
            open_line = ""
        elif not open_line:
            open_line = line
        elif _ENDED.search(open_line) is not None or _ENTRY.match(line) or _ENTRY.match(open_line):
            _close(open_line, found)
            open_line = line
        else:
            open_line += line
    _close(open_line, found)
    return found


def _close(block: str, found: list[str]) -> None:
    if not block:
        return
    if "。" not in block and "!" not in block and "?" not in block:
        found.append(block)
        return
    found.extend(_PIECE.findall(block))
