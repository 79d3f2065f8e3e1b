"""What a person's mail is, from its form and its wishes together.

Law of this file: a table of wishes in the order of what must not be overlooked, and a few rules
for the cases in which a form and a wish stand in one mail.  Further wishes are never lost: each is
named in `also`, and becomes a task.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from pipeline.mail.classify import Kind
from pipeline.mail.folding import folded, narrowed
from pipeline.mail.form import Form
from pipeline.mail.wishes import Wishes

_WISHES: Final = (
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
_PASSWORD: Final = re.compile(
    r"(?:パスワード|pw|pass(?:word)?)(?:[はも]?[:=「]|は(?:以下|下記|次))"
)
_PACKED: Final = re.compile(r"添付|ファイル|zip|圧縮|暗号化|解凍|展開")
_JAPANESE: Final = re.compile("[ぁ-んァ-ヶ一-龥｡-ﾟ]")


@dataclass(frozen=True, slots=True)
class Mailed:
    """What is known of a person's mail when its kind is told."""

    form: Form
    wishes: Wishes
    text: str
    """What the sender wrote, and the subject where it is theirs."""
    documents: tuple[str, ...]
    attachments: tuple[str, ...]
    answers: bool
    """Whether it answers a mail."""
    ours: bool
    """Whether that mail is a letter of ours, or its subject names a reference."""


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


def judge(mail: Mailed) -> Judgement:
    """What a person's mail is."""
    dangerous = next((name for name in mail.attachments if _DANGEROUS.search(name)), None)
    if dangerous is not None:
        return Judgement(Kind.SUSPICIOUS, f"a program is attached: {dangerous}")
    if mail.form.found and _counts(mail) and not _overruled(mail):
        return _with_form(mail)
    return _without_form(mail)


# ---------------------------------------------------------------- a form


def _counts(mail: Mailed) -> bool:
    """Whether the answers are a form, and not only how somebody can be reached."""
    form, wishes = mail.form, mail.wishes
    if any(p.name or p.name_kana or p.category for p in form.participants):
        return True
    if "application" in wishes:
        return True
    polite = wishes.polite or "thanks" in wishes
    return mail.ours and not form.signed and not polite


def _overruled(mail: Mailed) -> bool:
    """Whether the form only stands beside something else that is wanted."""
    form, wishes = mail.form, mail.wishes
    if "withdraw" in wishes or ("change" in wishes and mail.ours and not form.returned):
        return True
    if "application" in wishes:
        return False
    if form.returned:
        # Our own form, still with gaps, below an answer that speaks of something else.
        return form.quoted and form.problems != () and wishes.named != frozenset()
    if form.quoted:
        return bool(wishes.named & {"paid", "access", "thanks"})
    asks = wishes.named & {"change", "access", "paid", "invoice", "receipt", "question"}
    return bool(asks) and not _is_whole(form)


def _is_whole(form: Form) -> bool:
    answered = [{f for n, f, _ in form.sources if n == p.number} for p in form.participants]
    return any("name" in fields and len(fields) >= _WHOLE for fields in answered)


def _with_form(mail: Mailed) -> Judgement:
    form = mail.form
    also = _also(mail.wishes, Kind.APPLICATION)
    review = form.review
    if form.problems and mail.documents and review is None:
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
    """What else is wanted. A question counts only where nothing says what it is about."""
    wanted = [k for name, k in _WISHES if name in wishes]
    if not wanted and "question" in wishes:
        wanted = [Kind.QUESTION]
    return tuple(dict.fromkeys(k.value for k in wanted if k is not kind))


# ---------------------------------------------------------------- no form


def _without_form(mail: Mailed) -> Judgement:
    wishes = mail.wishes
    if _is_password(mail):
        return Judgement(Kind.ATTACHMENT_PASSWORD, "a password for an attachment")
    if mail.documents and _brings_form(mail):
        why = f"the form is in an attachment: {mail.documents[0]}"
        also = _also(wishes, Kind.APPLICATION)
        return Judgement(Kind.APPLICATION_NEEDS_REVIEW, why, also, review=why)
    for name, kind in _WISHES:
        if name in wishes:
            also = _also(wishes, kind)
            access = name == "access"
            return Judgement(kind, f"asks by a phrase of '{name}'", also, asks_access=access)
    return _other(mail)


def _other(mail: Mailed) -> Judgement:
    wishes = mail.wishes
    applies = wishes.decided or "question" not in wishes
    if "application" in wishes and applies and not mail.ours:
        also = _also(wishes, Kind.APPLICATION)
        return Judgement(Kind.APPLICATION_INCOMPLETE, "applies without a form", also)
    if mail.documents:
        return Judgement(Kind.NEEDS_HUMAN, f"an attachment is to be read: {mail.documents[0]}")
    if "question" in wishes:
        return Judgement(Kind.QUESTION, "asks by a phrase of 'question'")
    if "thanks" in wishes or (wishes.polite and mail.answers):
        return Judgement(Kind.ACKNOWLEDGEMENT, "thanks, and nothing else")
    if not mail.answers and not mail.ours and _JAPANESE.search(mail.text) is None:
        return Judgement(Kind.UNRELATED, "no Japanese text, and no answer to a mail of ours")
    return Judgement(Kind.NEEDS_HUMAN, "nothing was recognised in it")


def _brings_form(mail: Mailed) -> bool:
    names = map(narrowed, mail.documents)
    others = mail.wishes.named & {"withdraw", "paid"}
    applies = "application" in mail.wishes or any(map(_APPLICATION_FILE.search, names))
    return bool(applies) and not others


def _is_password(mail: Mailed) -> bool:
    """The second mail of a pair: the password of a file that came in the first."""
    if mail.documents or "question" in mail.wishes:
        return False
    text = folded(mail.text)
    return _PASSWORD.search(text) is not None and _PACKED.search(text) is not None
