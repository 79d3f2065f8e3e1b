"""What a person's mail is, from its form and its wishes together.

Law of this file: a table of wishes in the order of what must not be overlooked, and a few rules
for the cases in which a form and a wish stand in one mail.  Further wishes are never lost: each is
named in `also`, and becomes a task.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from pipeline.domain.rules import Rules
from pipeline.mail.attached import SAYS_NOTHING, Attached
from pipeline.mail.classify import Kind
from pipeline.mail.elsewhere import other_event
from pipeline.mail.folding import narrowed
from pipeline.mail.form import Form
from pipeline.mail.locks import unlocks
from pipeline.mail.signs import FRAUD, LOCKED, SALES
from pipeline.mail.solicitation import topics
from pipeline.mail.suspicion import deceives
from pipeline.mail.wishes import Wishes

_WISHES: Final = (
    ("replace", Kind.CHANGE_REQUEST),
    ("withdraw", Kind.CANCEL_REQUEST),
    ("change", Kind.CHANGE_REQUEST),
    ("access", Kind.QUESTION),
    ("paid", Kind.PAYMENT_REPORT),
    ("invoice", Kind.INVOICE_REQUEST),
    ("receipt", Kind.RECEIPT_REQUEST),
)
"""What may be wanted, and the kind of mail that is; what stands first is the mail's kind."""
_WHOLE: Final = 4
"""Answers of one participant that make a form rather than a line of contact details."""

_APPLICATION_FILE: Final = re.compile(r"申込|申し込|参加|名簿|申請|受講")
_DANGEROUS: Final = re.compile(
    r"\.(?:exe|scr|com|pif|bat|cmd|js|jse|vbs|vbe|wsf|wsh|hta|lnk|iso|img|msi|jar|ps1|cpl|chm)$",
    re.IGNORECASE,
)
_JAPANESE: Final = re.compile("[ぁ-んァ-ヶ一-龥｡-ﾟ]")
_OUR_MATTER: Final = re.compile(
    r"seminar|webinar|zoom|registration|register|conference|symposium|participa|on-?demand|"
    r"password",
    re.IGNORECASE,
)
_NEVER_BESIDE_A_QUOTED_FORM: Final = frozenset({"paid", "access", "thanks"})
_FOREIGN: Final = re.compile(r"[您们这请吗发业产优惠欢迎们价为]|[가-힣]|[а-яА-Я]{3}")
"""Letters of languages that no mail about our event is written in."""
_SELLS: Final = 2
"""Topics of an advertisement that make one, where nothing of ours is wanted."""
_SELLS_SURELY: Final = 3
"""As many as outweigh a word such as 請求書 in it."""
_OURS_ALONE: Final = frozenset({"withdraw", "replace", "access", "paid"})
"""Wishes that no advertisement has."""
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


@dataclass(frozen=True, slots=True)
class Mailed:
    """What is known of a person's mail when its kind is told."""

    form: Form
    wishes: Wishes
    subject: str
    """The subject where it is the sender's own."""
    text: str
    """What the sender wrote."""
    files: Attached
    """What its files say."""
    attachments: tuple[str, ...]
    answers: bool
    """Whether it answers a mail."""
    ours: bool
    """Whether that mail is a letter of ours, or a 受付番号 is named in it."""
    pretends: str = ""
    """Why the sender looks like somebody else."""

    @property
    def documents(self) -> tuple[str, ...]:
        """Names of the files that nobody has read yet."""
        return tuple(name for name, _ in self.files.unread)

    @property
    def open(self) -> bool:
        """Whether answers may stand in one of those."""
        return any(why not in SAYS_NOTHING for _, why in self.files.unread)

    @property
    def unread(self) -> str:
        """The first of those, and why it was not read."""
        return next((f"{name} ({why})" for name, why in self.files.unread), "")


@dataclass(frozen=True, slots=True)
class Judgement:
    """The kind, and why."""

    kind: Kind
    why: str
    also: tuple[str, ...] = ()
    asks_access: bool = False
    uses_form: bool = False
    """Whether the form counts."""
    review: str | None = None
    doubtful: bool = False
    """Whether only words tell that nobody here is meant, so that somebody has to see it."""


def judge(mail: Mailed, rules: Rules) -> Judgement:
    """What a person's mail is."""
    why = _dangerous(mail)
    if why:
        return Judgement(Kind.SUSPICIOUS, why)
    if mail.form.found and _counts(mail) and not _overruled(mail):
        return _with_form(mail, rules)
    return _without_form(mail, rules)


def _dangerous(mail: Mailed) -> str:
    """Why nobody should trust the mail; "" where nothing speaks against it."""
    names = (*mail.attachments, *mail.documents)
    program = next((name for name in names if _DANGEROUS.search(name)), None)
    if program is not None:
        return f"a program is attached: {program}"
    if mail.pretends:
        return mail.pretends
    # A form with such words in it is shown to a person, not thrown out.
    return "" if is_whole(mail.form) else _deceit(mail)


def _deceit(mail: Mailed) -> str:
    if FRAUD not in mail.wishes.signs:
        return ""
    return deceives(f"{mail.subject}\n{mail.text}")


# ---------------------------------------------------------------- a form


def _counts(mail: Mailed) -> bool:
    """Whether the answers are a form, and not only how somebody can be reached."""
    form, wishes = mail.form, mail.wishes
    if mail.ours and form.quoted and not form.returned and (form.problems or not is_whole(form)):
        return False  # our own letter below it names the applicant, too
    if any(p.name or p.name_kana or p.category for p in form.participants):
        return True
    if "application" in wishes:
        return True
    polite = wishes.polite or "thanks" in wishes
    return mail.ours and not form.signed and not polite


def _overruled(mail: Mailed) -> bool:
    """Whether the form only stands beside something else that is wanted."""
    form, wishes = mail.form, mail.wishes
    changes = wishes.named & {"change", "replace"}
    if "withdraw" in wishes or (changes and mail.ours and not form.returned):
        return True
    if "application" in wishes:
        return False
    if form.returned:
        # Our own form, still with gaps, below an answer that speaks of something else.
        return form.quoted and form.problems != () and wishes.named != frozenset()
    if form.quoted:
        others = wishes.named - {"question"} if mail.ours else wishes.named
        return bool(others & _NEVER_BESIDE_A_QUOTED_FORM) or (mail.ours and bool(others))
    if wishes.named & {"change", "replace", "access", "paid", "invoice", "receipt"}:
        return not is_whole(form)
    return "question" in wishes and max(map(len, _answered(form)), default=0) < _WHOLE


def is_whole(form: Form) -> bool:
    """Whether there are enough answers of one participant to make a form."""
    return any("name" in fields and len(fields) >= _WHOLE for fields in _answered(form))


def _answered(form: Form) -> list[set[str]]:
    return [{f for n, f, _ in form.sources if n == p.number} for p in form.participants]


def _with_form(mail: Mailed, rules: Rules) -> Judgement:
    form = mail.form
    also = _also(mail.wishes, Kind.APPLICATION)
    other = other_event(mail.subject, form.leftover, rules)
    if other and not form.returned and not mail.ours:
        return Judgement(Kind.NEEDS_HUMAN, f"a form for another event: {other}", also)
    review = form.review or _deceit(mail) or None
    if form.problems and mail.open and review is None:
        review = "incomplete, and an attachment may hold the rest"
    if review is not None:
        return Judgement(Kind.APPLICATION_NEEDS_REVIEW, review, also, uses_form=True, review=review)
    where = "the form of our letter" if form.returned else "a form"
    where += " in the quoted text" if form.quoted else ""
    if form.problems:
        what = ", ".join(dict.fromkeys(f"{p.field} {p.fault}" for p in form.problems))
        return Judgement(Kind.APPLICATION_INCOMPLETE, f"{where}: {what}", also, uses_form=True)
    return Judgement(Kind.APPLICATION, f"{where}, complete", also, uses_form=True)


def _also(wishes: Wishes, kind: Kind) -> tuple[str, ...]:
    """What else is wanted."""
    wanted = [k for name, k in _WISHES if name in wishes]
    if "question" in wishes:
        wanted.append(Kind.QUESTION)
    return tuple(dict.fromkeys(k.value for k in wanted if k is not kind))


# ---------------------------------------------------------------- no form


def _without_form(mail: Mailed, rules: Rules) -> Judgement:
    wishes = mail.wishes
    files = (*mail.documents, *mail.files.locked)
    if LOCKED in wishes.signs and not files and unlocks(mail.text, answers=mail.answers):
        return Judgement(Kind.ATTACHMENT_PASSWORD, "the password of a file, and nothing else")
    if _sells(mail):
        what = "an advertisement, or an invitation to something else"
        return Judgement(Kind.UNRELATED, what, doubtful=True)
    if mail.files.locked and not mail.documents and _brings_form(mail):
        also = _also(wishes, Kind.APPLICATION)
        why = f"asked for again without a password: {mail.files.locked[0]}"
        return Judgement(Kind.APPLICATION_INCOMPLETE, why, also)
    if mail.documents and _brings_form(mail):
        why = f"the form is in an attachment: {mail.unread}"
        also = _also(wishes, Kind.APPLICATION)
        return Judgement(Kind.APPLICATION_NEEDS_REVIEW, why, also, review=why)
    for name, kind in _WISHES:
        if name in wishes:
            also = _also(wishes, kind)
            return Judgement(kind, _told(name, wishes), also, asks_access=name == "access")
    return _other(mail, rules)


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
        also = _also(wishes, Kind.APPLICATION)
        other = other_event(mail.subject, mail.text, rules)
        if other:
            return Judgement(Kind.NEEDS_HUMAN, f"applies for another event: {other}", also)
        return Judgement(Kind.APPLICATION_INCOMPLETE, "applies without a form", also)
    if mail.documents:
        return Judgement(Kind.NEEDS_HUMAN, f"an attachment is to be read: {mail.unread}")
    if "question" in wishes:
        return Judgement(Kind.QUESTION, _told("question", wishes))
    return _little(mail)


def _little(mail: Mailed) -> Judgement:
    """A mail that wants nothing which could be recognised."""
    if "thanks" in mail.wishes or (mail.wishes.polite and mail.answers):
        return Judgement(Kind.ACKNOWLEDGEMENT, "thanks, and nothing else")
    if not (mail.subject + mail.text).strip():
        return Judgement(Kind.NEEDS_HUMAN, "there is no text in it")
    if not mail.answers and not mail.ours and _is_foreign(mail):
        return Judgement(Kind.UNRELATED, "no Japanese text, and nothing of our matter")
    return Judgement(Kind.NEEDS_HUMAN, "nothing was recognised in it")


def _is_foreign(mail: Mailed) -> bool:
    text = f"{mail.subject}\n{mail.text}"
    japanese = _JAPANESE.search(text) is not None and _FOREIGN.search(text) is None
    return not japanese and _OUR_MATTER.search(text) is None


def _brings_form(mail: Mailed) -> bool:
    names = map(narrowed, (*mail.documents, *mail.files.locked))
    others = mail.wishes.named & {"withdraw", "replace", "paid"}
    applies = "application" in mail.wishes or any(map(_APPLICATION_FILE.search, names))
    return bool(applies) and not others
