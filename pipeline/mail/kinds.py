"""What a person's mail is, from its form and its wishes together.

Law of this file: what nobody should trust comes first, then the password of a file, then a form
that counts, and only then what is wanted beside one (`formless`).  A few rules say what counts
where a form and a wish stand in one mail.
"""

from __future__ import annotations

import re
from typing import Final

from pipeline.domain.rules import Rules
from pipeline.mail.classify import Kind
from pipeline.mail.elsewhere import other_event
from pipeline.mail.formless import without_form
from pipeline.mail.locks import unlocks
from pipeline.mail.mailed import WHOLE, Judgement, Mailed, also_wanted, answered, is_whole
from pipeline.mail.signs import FRAUD, LOCKED
from pipeline.mail.suspicion import deceives
from pipeline.mail.wishes import Wishes

__all__ = ["Judgement", "Mailed", "is_whole", "judge"]

_DANGEROUS: Final = re.compile(
    r"\.(?:exe|scr|com|pif|bat|cmd|js|jse|vbs|vbe|wsf|wsh|hta|lnk|iso|img|msi|jar|ps1|cpl|chm)$",
    re.IGNORECASE,
)
_NEVER_BESIDE_A_QUOTED_FORM: Final = frozenset({"paid", "access", "thanks"})


def judge(mail: Mailed, rules: Rules) -> Judgement:
    """What a person's mail is."""
    why = _dangerous(mail)
    if why:
        return Judgement(Kind.SUSPICIOUS, why)
    if _is_password(mail):
        return Judgement(Kind.ATTACHMENT_PASSWORD, "the password of a file, and nothing else")
    if mail.form.found and _counts(mail) and not _overruled(mail):
        return _with_form(mail, rules)
    return without_form(mail, rules)


def _is_password(mail: Mailed) -> bool:
    """Whether it is the second mail of a pair; the first one brought the file."""
    complete = is_whole(mail.form) and not mail.form.problems
    files = (*mail.documents, *mail.files.locked)
    if LOCKED not in mail.wishes.signs or files or complete:
        return False
    return unlocks(mail.text, answers=mail.answers)


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
    if form.signed and ("replace" in wishes or (_asks_only(wishes) and not wishes.decided)):
        return False  # a signature stands below anything
    if any(p.name or p.name_kana or p.category for p in form.participants):
        return True
    if "application" in wishes:
        return True
    polite = wishes.polite or "thanks" in wishes
    return mail.ours and not form.signed and not polite


def _asks_only(wishes: Wishes) -> bool:
    return not wishes.named.isdisjoint({"question", "change"})


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
        return not is_whole(form) or bool(changes and form.problems)
    return "question" in wishes and max(map(len, answered(form)), default=0) < WHOLE


def _with_form(mail: Mailed, rules: Rules) -> Judgement:
    form = mail.form
    also = also_wanted(mail.wishes, Kind.APPLICATION)
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
