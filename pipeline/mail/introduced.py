"""Whose mail it is, as its writer says: 新潟県の雪の里市社会福祉協議会 総務課 田畑です.

Law of this file: only the organisation and its prefecture are taken, from the sentence in which
somebody introduces themselves, or from the lines below which they signed.
"""

from __future__ import annotations

import re
from typing import Final

from pipeline.domain.rules import Rules
from pipeline.mail.deduced import is_body
from pipeline.mail.places import prefecture_in, prefecture_named

_LINES: Final = 15
_INTRODUCES: Final = re.compile(
    r"(?:(?:いつも)?(?:大変)?お世話に(?:なっております|なります)[。、]?)?\s*(.{4,80}?)"
    r"(?:です|でございます|と申します|と申し上げます|より(?:お申込み|申込み|申し込み).*)[。、．.]?\s*"
)
_BODY: Final = re.compile(
    r"(.{2,40}?(?:協議会|社協|役所|役場|県庁|都庁|府庁|道庁|組合|生協|農協|法人\S{1,25}|センター|財団|協会|"
    r"ネットワーク|の会|[^\s]会|連合会))(?=[\s　、,の・（(]|$)"
)
_LABEL: Final = re.compile(r"^[^：:]{1,12}[：:]\s*")
_PLACED: Final = re.compile(r"[（(](.{2,3}[都道府県])[)）]")
_ADDRESSED: Final = re.compile(r"御中|様|宛|行$|各位")
_OF_PLACE: Final = re.compile(r"^(.{2,3}[都道府県])(?:の|\s)")


def introduced(lines: tuple[str, ...], rules: Rules) -> dict[str, tuple[str, str]]:
    """Organisation and prefecture of the writer: field -> answer and the line it stands in."""
    office = f"{rules.event.office.name}{rules.event.organizer}".replace(" ", "")
    written = [line for line in lines if line.strip() and _ADDRESSED.search(line) is None]
    found: dict[str, tuple[str, str]] = {}
    for line in written[:_LINES]:
        said = _INTRODUCES.fullmatch(line.strip())
        if said is not None and _take(said[1].strip(), line, found, office):
            break
    for line in written[-_LINES:]:
        if len(line) < 60 and "。" not in line:  # noqa: PLR2004 - a line of a signature
            if "organization" not in found:
                _take(_LABEL.sub("", line).strip(), line, found, office)
            named = prefecture_named(line)
            if named and "organization" in found:
                found.setdefault("prefecture", (named, line))
    return found


def _take(text: str, line: str, found: dict[str, tuple[str, str]], office: str) -> bool:
    """Take the organisation that a text begins with."""
    place = _OF_PLACE.match(text)
    named = prefecture_named(place[1]) if place is not None else None
    rest = text[place.end() :].strip() if place is not None and named else text
    body = _BODY.match(rest)
    if body is None or not is_body(body[1]) or body[1].replace(" ", "") in office:
        return False
    found.setdefault("organization", (body[1].strip(), line))
    behind = _PLACED.match(rest, body.end())
    if behind is not None:
        named = prefecture_named(behind[1])
    prefecture = named or prefecture_in(body[1])
    if prefecture:
        found.setdefault("prefecture", (prefecture, line))
    return True
