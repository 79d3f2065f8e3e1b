"""A dozen sample mails for somebody who looks at the program for the first time.

Law of this file: the same cast and the same pen as the rehearsal; only who writes what differs.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from pipeline.rehearsal import pen
from pipeline.rehearsal.cast import Applicant, applicant

_SEED = 8


def visitors(office: str, since: datetime) -> Iterator[tuple[bytes, str]]:
    """Mails to the office's address and their envelope senders, in the order of writing."""
    at = since
    for who, draft in _dozen():
        at += timedelta(minutes=1)
        yield pen.mail(who, draft, to=office, at=at), who.address


def _dozen() -> Iterator[tuple[Applicant, pen.Draft]]:
    first = applicant(1, _SEED)
    yield first, pen.application(first)
    for number in (2, 3, 4, 5):
        one = applicant(number, _SEED)
        yield one, pen.application(one)
    trio = applicant(6, _SEED, people=3)
    yield trio, pen.application(trio)
    forgetful = applicant(7, _SEED)
    yield forgetful, pen.application(forgetful, lacking=[(0, "name_kana"), (0, "phone")])
    curious = applicant(8, _SEED)
    yield curious, pen.Draft("お尋ね", "手話通訳はありますでしょうか。教えてください。\n")
    away = applicant(9, _SEED)
    yield (
        away,
        pen.Draft(
            "自動応答: 不在のお知らせ",
            "休暇中です。\n",
            headers=(("Auto-Submitted", "auto-replied"),),
        ),
    )
    unreachable = applicant(10, _SEED, local="bounce.")
    yield unreachable, pen.application(unreachable)
    yield first, pen.application(first)
    grateful = applicant(11, _SEED)
    yield grateful, pen.application(grateful)
