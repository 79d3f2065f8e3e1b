"""One raw mail, read once: everything that a worker must know of it.

Law of this file: `read` never raises for what a stranger wrote, and what it is not sure of it
says so (`needs_review`, `problems`, `defects`) instead of guessing.  It only puts together what
the other files of this room read: who wrote it (`classify`), the form (`form`), what is wanted
(`wishes`), and from both the kind (`kinds`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Final

from pipeline.domain import reference
from pipeline.domain.application import Participant, Problem, Thread
from pipeline.domain.rules import Rules
from pipeline.mail import dsn, locks
from pipeline.mail.authentication import Standing, standing
from pipeline.mail.bounce import BounceNotice
from pipeline.mail.classify import Kind, Nature, verdict
from pipeline.mail.form import Form
from pipeline.mail.headers import split
from pipeline.mail.incoming import IncomingMail, parse
from pipeline.mail.kinds import Judgement
from pipeline.mail.numbers import named_number
from pipeline.mail.own import Own
from pipeline.mail.paying import PaymentSaid, listed_sender
from pipeline.mail.person import Understood, understood
from pipeline.mail.signature import Resolver

__all__ = ["BounceNotice", "Kind", "Own", "PaymentSaid", "Reading", "digest", "read"]

_ANSWERED_LIMIT: Final = 50
"""Message-IDs of earlier mails that are kept."""
_SOME_DIGITS: Final = re.compile(r"[0-9０-９]{4}")
"""No reference is shorter."""
_TRACE: Final = re.compile(
    rb"received|return-path|delivered-to|x-original-to|envelope-to|x-envelope-to|x-envelope-from|"
    rb"delivery-date|x-received|received-spf|authentication-results|arc-.*|x-delivered-to|"
    rb"x-spam-.*|x-virus-.*|x-forwarded-.*|x-google-smtp-source|x-gm-.*|x-ms-exchange-.*|"
    rb"x-uid|x-uidl|x-mozilla-.*|x-evolution.*|status|x-status|content-length|lines"
)
"""Fields that servers on the way write, each time anew."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a mail says."""

    kind: Kind
    why: str
    """Why it is of this kind, one line."""
    answer: bool
    """Whether an automatic answer may leave."""
    reply_to: str
    """The address that an answer goes to; "" when there is none."""
    sender_name: str
    sender_address: str
    authenticated: bool
    participants: tuple[Participant, ...]
    problems: tuple[Problem, ...]
    also: tuple[str, ...]
    """Values of the kinds that the mail is beside its own."""
    reference: str | None
    """A valid 受付番号 that stands in it."""
    asks_access: bool
    """Whether the ID and password are asked for."""
    confirmed: bool
    """Whether it holds the words that our letters ask for before a withdrawal."""
    needs_review: str | None
    """Why our own reading is not to be trusted."""
    bounce: BounceNotice | None
    thread: Thread
    answers_to: tuple[str, ...]
    """Message-IDs from In-Reply-To, then from References (the newest last)."""
    message_id: str | None
    subject: str
    attachments: tuple[str, ...]
    defects: tuple[str, ...]
    text: str
    """The readable text, decoded."""
    said: str = ""
    """What the sender wrote themselves: the text without quotations."""
    sources: tuple[tuple[int, str, str], ...] = ()
    """Which line gave which answer: participant, field, line."""
    payment: PaymentSaid | None = None
    """What a report or a notice says of a payment."""
    named_reference: str | None = None
    """A number that the mail itself calls 受付番号, also when it is none of ours."""
    withdrawing: tuple[str, ...] = ()
    """The sentences that say who withdraws, folded."""
    corrects: tuple[Participant, ...] = ()
    """Answers of a form beside a wish for a change."""
    doubtful: bool = False
    """Whether only words tell that nobody here is meant."""
    by_person: bool = False
    """Whether somebody wrote it themselves: no machine, and no web form for them."""
    disowned: bool = False
    """Whether words stand in it of one who knows nothing of an application."""
    through_form: bool = False
    """Whether a web form that the rules name has sent it, for an applicant."""

    @property
    def proven(self) -> bool:
        """Whether the address that an answer goes to is proven to be the sender's.

        A Reply-To chosen by the sender is nobody's identity.
        """
        return self.authenticated and self.reply_to.lower() == self.sender_address.lower()


def read(
    raw: bytes,
    rules: Rules,
    own: Own,
    *,
    envelope_sender: str | None = None,
    resolver: Resolver | None = None,
) -> Reading:
    """Read one mail. Never raises for what stands in it.

    `envelope_sender` is what the server was told (MAIL FROM), when that is known; "" or "<>" is
    the null reverse-path.  `resolver` answers questions for signing keys; without it, and where
    the rules do not ask for it, no signature is verified.
    """
    mail = parse(raw)
    stands = standing(mail, rules.intake, resolver)
    written_by = verdict(mail, rules, own, envelope_sender)
    kind = _NOT_FOR_US.get(written_by.nature)
    if kind is not None:
        judgement = Judgement(kind, written_by.why)
        found = Understood(judgement, False, Form(), "", False, "")  # noqa: FBT003 - named in the class
    else:
        found = understood(mail, written_by, rules, own, stands)
    bounce = dsn.notice(mail, own) if kind is Kind.BOUNCE else None
    return _reading(mail, found, bounce, rules, stands)


_NOT_FOR_US: Final = {
    Nature.OWN: Kind.UNRELATED,
    Nature.BOUNCE: Kind.BOUNCE,
    Nature.FEEDBACK: Kind.NEEDS_HUMAN,
}
"""Mail whose text is not read for forms and wishes."""


def _reading(
    mail: IncomingMail,
    found: Understood,
    bounce: BounceNotice | None,
    rules: Rules,
    stands: Standing,
) -> Reading:
    judgement, form = found.judgement, found.form
    covers = judgement.kind is Kind.ATTACHMENT_PASSWORD
    named = named_number(mail.subject, found.said)
    valid = _reference(mail, found.said, rules)
    return Reading(
        kind=judgement.kind,
        why=judgement.why,
        answer=found.answer,
        reply_to=found.reply_to,
        sender_name=_sender_name(mail, found.reply_to),
        sender_address=mail.author.address,
        authenticated=stands is Standing.PROVEN,
        participants=form.participants,
        problems=form.problems,
        also=judgement.also,
        reference=valid,
        asks_access=judgement.asks_access,
        confirmed=found.confirmed,
        needs_review=judgement.review,
        bounce=bounce,
        thread=Thread(mail.message_id, _older(mail)),
        answers_to=_answered(mail, returned=bounce is not None),
        message_id=mail.message_id,
        subject=locks.covered(mail.subject) if covers else mail.subject,
        attachments=mail.attachments,
        defects=tuple(dict.fromkeys(mail.defects)),
        text=locks.covered(mail.text) if covers else mail.text,
        said=locks.covered(found.said) if covers else found.said,
        sources=form.sources,
        payment=_trusted(_numbered(found.payment, named or valid), mail, rules, stands),
        named_reference=named,
        withdrawing=found.withdrawing,
        corrects=found.corrects,
        doubtful=judgement.doubtful,
        by_person=found.by_person,
        disowned=found.disowned,
        through_form=found.through_form,
    )


def _numbered(said: PaymentSaid | None, number: str | None) -> PaymentSaid | None:
    """With the number that the mail names elsewhere, where no label of it does."""
    if said is None or said.reference is not None:
        return said
    return replace(said, reference=number)


def _trusted(
    said: PaymentSaid | None, mail: IncomingMail, rules: Rules, stands: Standing
) -> PaymentSaid | None:
    """A notice counts when its sender is listed and proven, and when it is final."""
    if said is None or said.notice_type != "final" or stands is not Standing.PROVEN:
        return said
    return replace(said, trusted=listed_sender(mail.author.address, rules) is not None)


def _sender_name(mail: IncomingMail, reply_to: str) -> str:
    """The name of the one who is answered: From's, unless somebody elsewhere is answered."""
    if not reply_to or reply_to.rpartition("@")[2] == mail.author.address.rpartition("@")[2]:
        return mail.author.name
    return next((m.name for m in mail.reply_to if m.address == reply_to), "")


def _reference(mail: IncomingMail, said: str, rules: Rules) -> str | None:
    """The first valid 受付番号: in the subject, in what is new, in what is quoted."""
    for text in dict.fromkeys((mail.subject, said, mail.text)):
        if _SOME_DIGITS.search(text) is None:
            continue
        found = reference.find_all(text, rules.payment.reference)
        if found:
            return found[0]
    return None


def _older(mail: IncomingMail) -> tuple[str, ...]:
    """The mails before this one in its thread (RFC 5322 §3.6.4)."""
    return (mail.references or mail.in_reply_to[:1])[-_ANSWERED_LIMIT:]


def _answered(mail: IncomingMail, *, returned: bool) -> tuple[str, ...]:
    ids = (*mail.in_reply_to[:5], *mail.references[-_ANSWERED_LIMIT:])
    more = dsn.returned_ids(mail) if returned else ()
    return tuple(dict.fromkeys((*ids, *more)))


# ---------------------------------------------------------------- the same letter again


def digest(raw: bytes) -> str:
    """The identity of a mail's content: the same letter delivered again has the same.

    A hash over the header without the fields that servers on the way write, and the body; line
    ends do not count.
    """
    block = split(raw, 0, len(raw))
    content = sha256()
    for name, values in sorted(block.fields.items()):
        if _TRACE.fullmatch(name) is None:
            for value in values:
                content.update(name + b":" + value.replace(b"\r\n", b"\n").strip() + b"\n")
    content.update(b"\n" + raw[block.end :].replace(b"\r\n", b"\n").rstrip(b"\n"))
    return content.hexdigest()
