"""Which faults a season meets, and when: each point once in a handful of seasons.

Law of this file: a mail that was alone in hand at three deaths is set aside for a person, and a
harmless letter that was at its final dot at two waits for one; both are the design's word.  So no
phase has more deaths of that kind than the design bears, and each fault comes where its step is
sure to happen.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from threading import Lock
from typing import Final

from tests.faults.points import AROUND, STORE_FAILS
from tests.faults.sink import CLOSE, KEEP_AND_CLOSE, Script

Plan = Mapping[int, tuple[str, ...]]
"""By phase of the season, and after the last one for its end."""


def _around(*names: str) -> tuple[str, ...]:
    return tuple(f"{name}.{when}" for name in names for when in AROUND)


def _fails(*names: str) -> tuple[str, ...]:
    return tuple(f"{name}.{how}" for name in names for how in STORE_FAILS)


EACH_ONCE: Final[tuple[Plan, ...]] = (
    {
        0: _around("start.tables", "start.clock", "beat", "start.suspects", "recover"),
        1: ("process.read", "process.suspect.begin", "process.suspect.commit"),
        2: ("process.read", "process.suspect.committed", "process.decide.begin"),
        3: (*_around("remind.decide"), "send.claim.begin", "send.claim.commit", "send.mail"),
        4: (
            *_around("bank.import", "bank.refuse"),
            *("bank.move", "bank.moved", "bank.reason", "send.rcpt"),
        ),
        5: (
            *("send.mark.begin", "send.mark.commit", "send.secret_half"),
            *("send.secret_dot", "send.secret_dotted"),
        ),
        7: ("process.decide.committed",),
        8: ("send.data",),
        9: ("send.mark.committed",),
        10: _around("receive.poll"),
        12: ("end.clean.begin", "end.clean.commit", "end.clock.begin"),
    },
    {
        0: ("receive.fetched", "receive.keep.begin"),
        1: ("receive.keep.commit", "receive.keep.committed"),
        2: ("receive.move", "receive.moved"),
        3: ("send.answered",),
        4: ("send.settle.begin",),
        6: ("send.connect",),
        7: ("process.decide.commit", "send.secret_answered"),
        8: ("send.settle.commit",),
        9: ("send.settle.committed",),
        12: ("end.clean.committed", "end.clock.commit", "end.clock.committed"),
    },
    {
        0: ("listen.keep.begin", "listen.keep.commit"),
        1: ("send.claim.committed",),
        2: ("send.dotted",),
        3: ("send.half",),
        8: ("send.dot",),
    },
    {0: ("listen.keep.committed", "send.refused.begin")},
    {0: ("send.refused.commit",)},
    {0: ("send.refused.committed",)},
)
"""Each death once in these six, in `READING`, `STORE` and `RATED`."""

READING: Final[Plan] = {
    0: ("process.child", "process.failed.begin"),
    1: ("process.child", "process.failed.commit"),
    2: ("process.child", "process.failed.committed"),
    7: ("process.child:1", "process.child:2", *_fails("process.failed")),
}
"""A season in which mails are read in a process of its own, which is killed as well."""

STORE: Final[tuple[Plan, ...]] = (
    {
        0: _fails("receive.poll", "receive.keep", "listen.keep", "process.decide", "beat"),
        1: ("process.read", *_fails("process.suspect", "recover")),
        2: _fails("send.claim", "send.settle"),
        3: _fails("remind.decide", "send.claim", "send.settle"),
        4: _fails("bank.import", "bank.refuse"),
        5: _fails("send.mark"),
        7: ("send.claim.unsaid", *_fails("send.let_go")),
    },
    {
        0: _fails("send.refused"),
        3: ("send.claim.unsaid", "send.let_go.begin"),
        4: ("send.claim.unsaid", "send.let_go.commit"),
        5: ("send.claim.unsaid", "send.let_go.committed"),
    },
)
"""Seasons in which the store fails, before and after COMMIT, and few deaths."""

RATED: Final[Plan] = {
    1: ("send.turn.begin",),
    2: ("send.turn.commit",),
    3: ("send.turn.committed",),
    4: ("send.turn_ahead.begin",),
    5: ("send.turn.lost",),
    6: ("send.turn_ahead.commit",),
    8: ("send.turn.unsaid",),
    9: ("send.turn_ahead.committed",),
    10: _fails("send.turn_ahead"),
}
"""A season on PostgreSQL with a rate of sending, which all daemons share."""

# ---------------------------------------------------------------- the world's mail server

SERVER: Final[Mapping[str, tuple[str, str]]] = {
    "mail: 451": ("mail", "451 4.3.0 later"),
    "mail: closed": ("mail", CLOSE),
    "rcpt: 450": ("rcpt", "450 4.2.1 later"),
    "rcpt: closed": ("rcpt", CLOSE),
    "data: 451": ("data", "451 4.3.0 later"),
    "data: closed": ("data", CLOSE),
    "dot: 452": ("dot", "452 4.3.1 no room"),
    "dot: 421": ("dot", "421 4.3.2 closing"),
    "dot: closed": ("dot", CLOSE),
    "dot: taken, then closed": ("dot", KEEP_AND_CLOSE),
}
"""Phase and answer: what a server does to every fifth letter or so, and only once to each."""


def scripted(fault: tuple[str, str], chance: random.Random) -> Script:
    """A server that does so to some letters; the same one is not hit again."""
    at, answer = fault
    guard = Lock()
    spared: dict[str, int] = {}

    def script(phase: str, recipient: str) -> str | None:
        if phase != at:
            return None
        with guard:
            spared[recipient] = spared.get(recipient, 0) - 1
            if spared[recipient] >= 0 or chance.random() > _SOME:
                return None
            spared[recipient] = _SPARED if recipient else _SPARED_OF_ALL
        return answer

    return script


_SOME: Final = 0.25
_SPARED: Final = 2
"""So many letters to the same recipient are let through after one that was hit."""
_SPARED_OF_ALL: Final = 10
"""The same where the recipient is not known yet."""
