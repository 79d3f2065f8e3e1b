"""Forms of machines and drawn tables, brought into the shape of an ordinary form.

Law of this file: lines in, lines out, and nothing but drawing is taken away.  What it does not
know it leaves as it is.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from typing import Final

_BORDER: Final = re.compile(r"[\s─━┌┬┐├┼┤└┴┘┏┳┓┣╋┫┗┻┛┠┨┯┷┿╂╭╮╰╯═╔╦╗╠╬╣╚╩╝+|\-=:｜│┃║]*")
_WALLS: Final = re.compile(r"\s*[│┃║]\s*")
_MEMBER: Final = re.compile(
    r'"((?:[^"\\]|\\.){1,60})"\s*:\s*(?:"((?:[^"\\]|\\.){0,400})"|([-\d.]+|null|true|false))'
)
_QUESTION: Final = re.compile(
    r"\s*(?:【?(?:質問|設問|項目名?|問)】?\s*\d{0,2}|[QＱ]\d{0,2})\s*[：:.．]\s*(.{1,60})"
)
_ANSWER: Final = re.compile(
    r"\s*(?:【?(?:回答|答え?|内容|入力値)】?\s*\d{0,2}|[AＡ]\d{0,2})\s*[：:.．]\s*(.*)"
)
_JSON_LIMIT: Final = 20_000


def laid_out(lines: Sequence[str]) -> Sequence[str]:
    """The lines as an ordinary form."""
    text = "\n".join(lines)
    if '":' in text or '" :' in text:
        lines = _members(text, lines)
    if "│" in text or "┃" in text or "║" in text or "|" in text:
        lines = list(_rows(lines))
    if "回答" in text or "\nA" in text or "\nＡ" in text or "内容" in text or "入力値" in text:
        lines = list(_asked(lines))
    return lines


def _members(text: str, lines: Sequence[str]) -> Sequence[str]:
    """The members of a JSON text, one a line; the lines themselves when it is none."""
    if "{" not in text or len(text) > _JSON_LIMIT:
        return lines
    start, end = text.index("{"), text.rfind("}") + 1
    found = _MEMBER.findall(text[start:end])
    if not found:
        return lines
    members = [f"{_string(name)}：{_string(value)}" for name, value, _ in found]
    return [*text[:start].split("\n"), *members, *text[end:].split("\n")]


def _string(inside: str) -> str:
    try:
        value = json.loads(f'"{inside}"')
    except ValueError:
        return inside
    # Half a surrogate pair may stand in there, which no text of ours can carry on.
    said: str = value.encode("utf-8", "replace").decode("utf-8")
    return said.replace("\n", " ")


def _rows(lines: Iterable[str]) -> Iterable[str]:
    """Rows of drawn tables with tabs between the cells, without their borders."""
    for line in lines:
        walled = "│" in line or "┃" in line or "║" in line or line.lstrip().startswith("|")
        if not walled and not (line and line[0] in "┌├└┏┣┗╔╠╚+"):
            yield line
        elif _BORDER.fullmatch(line) is None:
            inner = _WALLS.sub("\t", line.strip().strip("│┃║"))
            yield inner.strip("|") if "|" in inner else inner


def _asked(lines: Sequence[str]) -> Iterable[str]:
    """質問：… and 回答：… in one line."""
    place = 0
    while place < len(lines):
        asked = _QUESTION.fullmatch(lines[place])
        told = _ANSWER.fullmatch(lines[place + 1]) if asked and place + 1 < len(lines) else None
        if asked is not None and told is not None:
            yield f"{asked[1]}：{told[1]}"
            place += 2
        else:
            yield lines[place]
            place += 1
