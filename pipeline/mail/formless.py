"""What a mail wants that brings no form, or one that does not count.

Law of this file: an advertisement is told from an applicant's mail, then the table of wishes
decides, and what is left is a question, thanks, or a person's matter.
"""

from __future__ import annotations

import re
from typing import Final

from pipeline.domain.rules import Rules
from pipeline.mail.classify import Kind
from pipeline.mail.elsewhere import other_event
from pipeline.mail.folding import narrowed
from pipeline.mail.mailed import WISHES, Judgement, Mailed, also_wanted
from pipeline.mail.signs import SALES
from pipeline.mail.solicitation import topics
from pipeline.mail.wishes import Wishes

_APPLICATION_FILE: Final = re.compile(r"申込|申し込|参加|名簿|申請|受講")
_JAPANESE: Final = re.compile("[ぁ-んァ-ヶ一-龥｡-ﾟ]")
_OUR_MATTER: Final = re.compile(
    r"seminar|webinar|zoom|registration|register|conference|symposium|participa|on-?demand|"
    r"password",
    re.IGNORECASE,
)
_FOREIGN: Final = re.compile(r"[您们这请吗发业产优惠欢迎们价为]|[가-힣]|[а-яА-Я]{3}")
"""Letters of languages that no mail about our event is written in."""
_TO_MANY: Final = re.compile(
    r"https?:/|各位|お客様|お客さま|会員様|貴社|御社|弊社|ご案内申し上げ|募集", re.IGNORECASE
)
"""Signs of a mail that was sent to many."""
_NAMES_OURS: Final = re.compile(r"研究協議会|申し?込|受講|[Zz][Oo][Oo][Mm]|Ｚｏｏｍ|オンデマンド")
"""Words by which an applicant speaks of our matter."""
_SELLS: Final = 2
"""Topics of an advertisement that make one, where nothing of ours is wanted."""
_SELLS_SURELY: Final = 3
"""As many as outweigh a word such as 請求書 in it."""
_OURS_ALONE: Final = frozenset({"withdraw", "replace", "access", "paid"})
"""Wishes that no advertisement has."""
_EQUAL: Final = frozenset({"paid", "invoice", "receipt"})
"""Wishes of which none is more urgent than another."""
_SAID: Final = {
    "replace": "somebody is to come in another's place",
    "withdraw": "gives up a place",
    "change": "wants something changed",
    "access": "asks for ID and password",
    "paid": "says that money was sent",
    "invoice": "asks for an invoice or the like",
    "receipt": "asks for a receipt",
    "question": "asks something",
}
"""Each wish as the line that tells why a mail is of its kind."""


def without_form(mail: Mailed, rules: Rules) -> Judgement:
    """The kind of a mail whose form does not count."""
    wishes = mail.wishes
    if _sells(mail):
        what = "an advertisement, or an invitation to something else"
        return Judgement(Kind.UNRELATED, what, doubtful=True)
    if mail.files.locked and not mail.documents and _brings_form(mail):
        also = also_wanted(wishes, Kind.APPLICATION)
        why = f"asked for again without a password: {mail.files.locked[0]}"
        return Judgement(Kind.APPLICATION_INCOMPLETE, why, also)
    if mail.documents and _brings_form(mail):
        why = f"the form is in an attachment: {mail.unread}"
        also = also_wanted(wishes, Kind.APPLICATION)
        return Judgement(Kind.APPLICATION_NEEDS_REVIEW, why, also, review=why)
    for name, kind in _in_order(wishes):
        if name in wishes:
            also = also_wanted(wishes, kind)
            return Judgement(kind, _told(name, wishes), also, asks_access=name == "access")
    return _other(mail, rules)


def _in_order(wishes: Wishes) -> list[tuple[str, Kind]]:
    """The table of wishes; of papers and payments what the subject names comes first."""
    if wishes.titled.isdisjoint(_EQUAL):
        return list(WISHES)
    first = wishes.titled & _EQUAL
    return sorted(WISHES, key=lambda one: one[0] in _EQUAL and one[0] not in first)


def _told(name: str, wishes: Wishes) -> str:
    """The line for a person: what is wanted, and the words of the rules that say it."""
    return f"{_SAID[name]}: 「{wishes.words[name]}」"


def _sells(mail: Mailed) -> bool:
    """Whether it advertises something, and wants nothing of ours."""
    if SALES not in mail.wishes.signs or mail.ours or mail.wishes.named & _OURS_ALONE:
        return False
    others = mail.wishes.named & {"change", "invoice", "receipt", "application"}
    return topics(f"{mail.subject}\n{mail.text}") >= (_SELLS_SURELY if others else _SELLS)


def _other(mail: Mailed, rules: Rules) -> Judgement:
    wishes = mail.wishes
    applies = wishes.decided or "question" not in wishes
    if "application" in wishes and applies and not mail.ours:
        also = also_wanted(wishes, Kind.APPLICATION)
        other = other_event(mail.subject, mail.text, rules)
        if other:
            return Judgement(Kind.NEEDS_HUMAN, f"applies for another event: {other}", also)
        return Judgement(Kind.APPLICATION_INCOMPLETE, "applies without a form", also)
    if mail.documents:
        return Judgement(Kind.NEEDS_HUMAN, f"an attachment is to be read: {mail.unread}")
    if "question" in wishes:
        silent = SALES in wishes.signs and _to_many(mail) and topics(mail.text) > 0
        return Judgement(Kind.QUESTION, _told("question", wishes), silent=silent)
    return _little(mail)


def _little(mail: Mailed) -> Judgement:
    """A mail that wants nothing which could be recognised."""
    if mail.wishes.polite and ("thanks" in mail.wishes or mail.answers):
        return Judgement(Kind.ACKNOWLEDGEMENT, "thanks, and nothing else")
    if not (mail.subject + mail.text).strip():
        return Judgement(Kind.NEEDS_HUMAN, "there is no text in it")
    if not mail.answers and not mail.ours and _is_foreign(mail):
        return Judgement(Kind.UNRELATED, "no Japanese text, and nothing of our matter")
    return Judgement(Kind.NEEDS_HUMAN, "nothing was recognised in it", silent=_to_many(mail))


def _to_many(mail: Mailed) -> bool:
    """Whether it looks like a mail that was sent to many, and answers nothing of ours."""
    if mail.answers or mail.ours or _NAMES_OURS.search(mail.text) is not None:
        return False
    return _TO_MANY.search(mail.text) is not None


def _is_foreign(mail: Mailed) -> bool:
    text = f"{mail.subject}\n{mail.text}"
    letters = sum(map(str.isascii, filter(str.isalpha, text)))
    few = len(_JAPANESE.findall(text)) * 3 < letters  # a gateway's line below it
    japanese = not few and _JAPANESE.search(text) is not None and _FOREIGN.search(text) is None
    return not japanese and _OUR_MATTER.search(text) is None


def _brings_form(mail: Mailed) -> bool:
    names = map(narrowed, (*mail.documents, *mail.files.locked))
    others = mail.wishes.named & {"withdraw", "replace", "paid"}
    applies = "application" in mail.wishes or any(map(_APPLICATION_FILE.search, names))
    return bool(applies) and not others
