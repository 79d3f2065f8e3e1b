"""What a mail is, before anything that a person wrote is looked at.

Law of this file: the order is fixed, and not answering comes first: our own mail come back, then
returned mail, feedback reports, automatic replies, lists, and only then a person.  Returned mail
comes before automatic replies because a third of it says that it is one.  Senders that the
organiser lists as form robots count as persons, but only after returned mail.
"""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Final

from pipeline.domain.rules import Rules
from pipeline.mail.automatic import list_sign, says_it_is_automatic, signs_of, takes_no_answer
from pipeline.mail.bounce import is_own_id
from pipeline.mail.folding import folded
from pipeline.mail.headers import text_of
from pipeline.mail.incoming import IncomingMail
from pipeline.mail.nature import Nature, Verdict
from pipeline.mail.own import Own
from pipeline.mail.returned import about_returned_mail, returned

__all__ = [
    "Kind", "Nature", "Verdict", "says_it_is_automatic", "signs_of", "takes_no_answer", "verdict",
]  # fmt: skip


class Kind(StrEnum):
    """What a mail is, or what its writer wants."""

    APPLICATION = "application"
    APPLICATION_INCOMPLETE = "application_incomplete"
    APPLICATION_NEEDS_REVIEW = "application_needs_review"
    CHANGE_REQUEST = "change_request"
    CANCEL_REQUEST = "cancel_request"
    PAYMENT_REPORT = "payment_report"
    """A person says that they have paid."""
    PAYMENT_NOTICE = "payment_notice"
    """A machine says that somebody has paid."""
    INVOICE_REQUEST = "invoice_request"
    RECEIPT_REQUEST = "receipt_request"
    QUESTION = "question"
    ACKNOWLEDGEMENT = "acknowledgement"
    AUTO_REPLY = "auto_reply"
    BOUNCE = "bounce"
    UNRELATED = "unrelated"
    SUSPICIOUS = "suspicious"
    ATTACHMENT_PASSWORD = "attachment_password"  # noqa: S105 - the name of a kind, not a password
    NEEDS_HUMAN = "needs_human"


_FEW_LETTERS: Final = 4
"""Different letters, too few for a sentence."""
_SHORT: Final = 200
"""Characters; who writes more says something."""
_SUPPRESS: Final = re.compile(r"\b(?:all|autoreply|oof|dr|rn)\b", re.IGNORECASE)


def verdict(mail: IncomingMail, rules: Rules, own: Own, envelope_sender: str | None) -> Verdict:
    """Who or what wrote this mail. `envelope_sender`: "" or "<>" is the null reverse-path."""
    robot = any(mail.author.address.lower() == s.address.lower() for s in rules.form.senders)
    ours = _own(mail, rules, own, robot=robot)
    if ours:
        return Verdict(Nature.OWN, ours)
    null_path = _null_path(mail, envelope_sender)
    back = returned(mail, null_path=null_path)
    if back is not None:
        return back
    if robot:
        return Verdict(Nature.ROBOT, "a form robot that the rules list", answer=True)
    signs = (*signs_of(mail), *(("null envelope sender",) if null_path else ()))
    listed = list_sign(mail)
    if signs:
        return Verdict(Nature.AUTOMATIC, signs[0], signs=(*signs, listed) if listed else signs)
    if listed:
        return Verdict(Nature.LIST, listed)
    why = _no_answer_wanted(mail)
    return Verdict(Nature.PERSON, why, answer=not why)


def _no_answer_wanted(mail: IncomingMail) -> str:
    """Why a person's mail must not be answered by itself; "" when it may be."""
    suppressed = mail.header.first(b"x-auto-response-suppress")
    if suppressed is not None and _SUPPRESS.search(text_of(suppressed)) is not None:
        return "X-Auto-Response-Suppress forbids an answer"
    if about_returned_mail(mail):
        return "is about returned mail"
    if len(mail.text) < _SHORT and _says_nothing(mail):
        return "says nothing"
    if len(mail.parts) > 1 and mail.text.isascii() and _forwards(mail):
        return "another mail, and no Japanese word about it"
    return ""


def _says_nothing(mail: IncomingMail) -> bool:
    return len(set(folded(mail.text))) < _FEW_LETTERS and not mail.attachments


def _forwards(mail: IncomingMail) -> bool:
    return any(part.content_type == "message/rfc822" for part in mail.parts)


# ---------------------------------------------------------------- our own


def _own(mail: IncomingMail, rules: Rules, own: Own, *, robot: bool) -> str:
    if mail.message_id is not None:
        domain = mail.message_id.rpartition("@")[2].rstrip(">").lower()
        if is_own_id(mail.message_id, own):
            return "our own Message-ID"
        if any(domain == d.lower() for d in rules.intake.own_message_domains):
            return "a Message-ID of a domain of ours"
    if not robot and any(a.address.lower() in own.addresses for a in mail.authors):
        return "from an address of ours"
    return ""


def _null_path(mail: IncomingMail, envelope_sender: str | None) -> bool:
    if envelope_sender is not None:
        return envelope_sender.strip(" <>") == ""
    path = mail.header.first(b"return-path")
    return path is not None and path.strip(b" <>\r\n\t") == b""
