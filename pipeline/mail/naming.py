"""Whom of a group a withdrawal is about.

Law of this file: only names in the sentences that say the wish count, so that who is named beside
it as taking part is not withdrawn with the others.  Where a mail speaks of some of several people
and does not say clearly of whom, it says so, and a person decides.
"""

from __future__ import annotations

import re
from typing import Final

from pipeline.domain.application import Application, Participant
from pipeline.domain.names import name_key
from pipeline.mail.folding import narrowed
from pipeline.mail.reading import Reading

_SOME: Final = re.compile(
    r"(?:[0-9]|[一二三四五六七八九])[名人](?:が|は|の|分|様|のみ|だけ)?(?!(?:全員|とも|共))|のみ|だけ|うち|一部|のほう|の方は|の分"
)
_ALL: Final = re.compile(r"全員|[0-9一二三四五六七八九][名人](?:とも|共|全員)|すべて|全て")
_STAYS: Final = re.compile(r"(?:参加|出席|受講)(?:いた|致|させ|し|する|予定)|予定(?:どおり|通り)")


def named_people(reading: Reading, application: Application | None) -> tuple[tuple[int, ...], bool]:
    """Numbers of the participants whom a withdrawal names, and whether it is unclear who is meant.

    No number at all stands for everybody.
    """
    if application is None or len(application.active) < 2:  # noqa: PLR2004 - a group is two or more
        return (), False
    wish = name_key("。".join(reading.withdrawing))
    told = name_key(reading.said)
    named = _named(application.active, wish)
    if named and len(named) < len(application.active):
        return named, False
    if _ALL.search(wish) is not None or (not named and not _divides(told, application)):
        return (), False
    if named and not _divides(told, application):
        return named, False
    return (), True


def _divides(told: str, application: Application) -> bool:
    """Whether the mail tells some of a group from the others."""
    own = _named(application.active, told)
    some = _SOME.search(narrowed(told)) is not None
    stays = _STAYS.search(told) is not None
    return some or (stays and own != ())


def _named(people: tuple[Participant, ...], text: str) -> tuple[int, ...]:
    return tuple(p.number for p in people if any(name in text for name in _names(p, people)))


def _names(person: Participant, people: tuple[Participant, ...]) -> tuple[str, ...]:
    """How a mail may name somebody: in full, or by a family name that nobody else here has."""
    if not person.name:
        return ()
    whole = name_key(person.name)
    family = _family(person.name)
    alone = sum(_family(p.name or "") == family for p in people) == 1
    return (whole, family) if family and alone else (whole,)


def _family(name: str) -> str:
    """The family name where a space sets it apart; "" where nothing does."""
    first, _, rest = " ".join(name.split()).partition(" ")
    return name_key(first) if rest else ""
