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
    r"(?:-{3}|[。!?:;」』】>}*=─━_~]|です|ます|した|せん|さい|しょう|すか|せんか|ますが|[まで]すね|"
    r"[います]よ|ない|たい|ねがい|願い|以上|下さい|[.…])$"
)
_ENTRY: Final = re.compile(
    r"^(?:[・■□◆◇●○◎※*▼▽☑☐✓【〔\[<(→]|[0-9]{1,2}[.)、]|--|[^、。!?]{1,14}[:=|])"
)
_LONGEST: Final = 500
"""Characters; nobody's sentence is longer, and patterns over it must end."""
_ENDING: Final = 8
"""Characters in which the end of a sentence shows."""
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
        elif _apart(open_line, line):
            _close(open_line, found)
            open_line = line
        else:
            open_line += line
    _close(open_line, found)
    return found


def _apart(above: str, below: str) -> bool:
    """Whether one line ends before the next one begins."""
    if len(above) > _LONGEST or _ENDED.search(above[-_ENDING:]) is not None:
        return True
    return _ENTRY.match(below) is not None or _ENTRY.match(above) is not None


def _close(block: str, found: list[str]) -> None:
    if not block:
        return
    if "。" not in block and "!" not in block and "?" not in block:
        pieces = [block]
    else:
        pieces = _PIECE.findall(block)
    for piece in pieces:
        found.extend(piece[n : n + _LONGEST] for n in range(0, len(piece), _LONGEST))
