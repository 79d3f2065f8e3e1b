"""A mail that somebody wrote, or a robot for them: its form, its wishes, and so its kind.

Law of this file: order of steps only.  What is new is told from what is quoted, the form is read,
the wishes are looked for in the rest, and `kinds` judges.  A machine is never answered; where a
web form's robot wrote for somebody (`notification`), that somebody is.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date
from email.utils import parsedate_to_datetime
from typing import Final

from pipeline.domain import reference
from pipeline.domain.application import Participant
from pipeline.domain.rules import TOKYO, Rules
from pipeline.mail import notification, quoting
from pipeline.mail.addresses import Mailbox
from pipeline.mail.attached import Attached
from pipeline.mail.attachments import attached
from pipeline.mail.authentication import Standing
from pipeline.mail.bounce import is_own_id, verified_nonce
from pipeline.mail.classify import Kind, Nature, Verdict, says_it_is_automatic, takes_no_answer
from pipeline.mail.form import Form, heard_form, labels_for, problems_of, read_form
from pipeline.mail.incoming import IncomingMail
from pipeline.mail.kinds import Judgement, Mailed, is_whole, judge
from pipeline.mail.locks import unlocks
from pipeline.mail.numbers import named_number
from pipeline.mail.own import Own
from pipeline.mail.paying import PaymentSaid, listed_sender, notice, report
from pipeline.mail.people import People
from pipeline.mail.signs import DISOWNED, NOTICE
from pipeline.mail.suspicion import pretends
from pipeline.mail.wishes import Wishes, wishes

_ANSWER_SUBJECT: Final = re.compile(r"\s*(?:re|aw|sv|返信|回答)\s*[:：\]】]", re.IGNORECASE)
_UNANSWERED: Final = frozenset({
    Kind.UNRELATED, Kind.SUSPICIOUS, Kind.PAYMENT_NOTICE, Kind.ATTACHMENT_PASSWORD,
    Kind.ACKNOWLEDGEMENT,
})  # fmt: skip
_FORWARDED: Final = re.compile(r"\s*(?:fwd?|転送)\s*[:：]", re.IGNORECASE)
_APPLIES: Final = frozenset({Kind.APPLICATION_INCOMPLETE, Kind.APPLICATION_NEEDS_REVIEW})
_LOST: Final = re.compile(r"[?？〓�]")
"""What programs put in the place of a character that they do not have."""
_DATED_LIMIT: Final = 100


@dataclass(frozen=True, slots=True)
class Understood:
    """What somebody's mail says."""

    judgement: Judgement
    answer: bool
    form: Form
    said: str
    """The text without quotations."""
    confirmed: bool
    reply_to: str
    payment: PaymentSaid | None = None
    withdrawing: tuple[str, ...] = ()
    """The sentences that say who withdraws, folded."""
    by_person: bool = False
    """Whether somebody wrote it themselves: no machine, and no web form for them."""
    disowned: bool = False
    """Whether words stand in it of one who knows nothing of an application."""
    through_form: bool = False
    """Whether a web form that the rules name has sent it."""
    corrects: tuple[Participant, ...] = ()
    """What a wish for a change gives as answers of a form."""


@dataclass(frozen=True, slots=True)
class _Read:
    """One mail while it is being understood."""

    mail: IncomingMail
    rules: Rules
    own: Own
    standing: Standing
    said: quoting.Said
    robot: bool
    """Whether it speaks for somebody else."""
    contact: str
    form: Form
    files: Attached

    @property
    def text(self) -> str:
        return "\n".join(self.said.new)


def understood(
    mail: IncomingMail, written_by: Verdict, rules: Rules, own: Own, standing: Standing
) -> Understood:
    """Read a mail that is neither our own nor returned."""
    read, form_sent = _read(mail, written_by, rules, own, standing)
    machine = "" if read.robot else _machine(written_by, read.text, read.form)
    if machine:
        return _of_machine(read, written_by, machine)
    judgement, wanted, payment = _judged(read)
    unsure = "question" in wanted and not wanted.decided
    heard = _heard(read, judgement) if not unsure else None
    if heard is not None:
        read = heard
        judgement, wanted, payment = _judged(read)
    form = _form_of(judgement, read)
    return Understood(
        judgement,
        answer=(written_by.answer or form_sent)
        and judgement.kind not in _UNANSWERED
        and not judgement.silent
        and read.contact != "",
        form=form,
        said=read.text,
        confirmed=wanted.confirmed,
        reply_to=read.contact,
        payment=payment,
        withdrawing=wanted.told.get("withdraw", ()),
        by_person=not read.robot,
        disowned=DISOWNED in wanted.signs,
        through_form=written_by.nature is Nature.ROBOT,
        corrects=read.form.participants if judgement.kind is Kind.CHANGE_REQUEST else (),
    )


def _read(
    mail: IncomingMail, written_by: Verdict, rules: Rules, own: Own, standing: Standing
) -> tuple[_Read, bool]:
    """The mail with its form, and whether a web form that nobody listed has sent it."""
    said = _apart(mail, rules)
    listed = written_by.nature is Nature.ROBOT
    sent = not listed and notification.is_notification(mail)
    contact = reply_address(mail, own, robot=listed or sent)
    labels = labels_for(mail, rules)
    files = attached(mail, rules, labels)
    form = _trusted(mail, read_form(said, rules, labels, contact, files))
    if sent:
        may = notification.may_be_answered(mail, written_by)
        bears = any(p.name for p in form.participants) or written_by.nature is Nature.PERSON
        sent = may and bears
    if listed or sent:
        given = tuple(p.email for p in form.participants if p.email)
        contact = contact or notification.applicant(mail, given)
        said = quoting.Said(notification.without_technical(said.new), said.quoted)
        left = notification.without_technical(tuple(form.leftover.split("\n")))
        form = replace(form, leftover="\n".join(left))
    return _Read(mail, rules, own, standing, said, listed or sent, contact, form, files), sent


def _heard(read: _Read, judgement: Judgement) -> _Read | None:
    """The mail with what its sentences and signature say, where it applies and nobody is named."""
    form = read.form
    forwarded = _FORWARDED.match(read.mail.subject) is not None
    named = any(p.name for p in form.participants) or read.files.people
    if judgement.kind not in _APPLIES or named or (form.quoted and not forwarded):
        return None
    labels = labels_for(read.mail, read.rules)
    name = "" if read.robot else read.mail.author.name
    said = read.said
    if forwarded:
        said, name = quoting.Said(said.new + said.quoted, ()), ""
    heard = heard_form(said, read.rules, labels, read.contact, name)
    return replace(read, form=_trusted(read.mail, heard)) if heard is not None else None


def _form_of(judgement: Judgement, read: _Read) -> Form:
    """The form as far as it counts for this kind of mail."""
    if judgement.uses_form:
        return read.form
    if judgement.kind is Kind.APPLICATION_INCOMPLETE:
        people = People((Participant(1, email=read.contact or None),))
        return Form(people.participants, problems_of(people, read.rules))
    return Form()


def reply_address(mail: IncomingMail, own: Own, *, robot: bool) -> str:
    """Where an answer goes: Reply-To, else From, never an address of ours or of the robot."""
    boxes: tuple[Mailbox, ...] = mail.reply_to if robot else (*mail.reply_to, mail.author)
    for box in boxes:
        ours = box.address.lower() in own.addresses or verified_nonce(box.address, own) is not None
        if box.address and not ours and not (robot and box.address == mail.author.address):
            return box.address
    return ""


# ---------------------------------------------------------------- what is new


def _apart(mail: IncomingMail, rules: Rules) -> quoting.Said:
    """The text in two. A letter of ours that stands in it without any marks is quoted, too."""
    said = quoting.split(mail.text)
    signature = rules.event.office.signature
    if sum(map(mail.text.__contains__, signature)) < 2:  # noqa: PLR2004 - one line may be anybody's
        return said
    if sum(line.strip() in signature for line in said.new) < 2:  # noqa: PLR2004 - the same
        return said
    title = rules.event.title
    start = next((n for n, line in enumerate(said.new) if title in line), 0)
    return quoting.Said(said.new[:start], said.new[start:] + said.quoted)


def _trusted(mail: IncomingMail, form: Form) -> Form:
    """The form with a doubt, where the character set of its text was only guessed."""
    if form.found and form.review is None and mail.body.confidence == "guess":
        return replace(form, review="the character set was guessed")
    if form.review is None and any(_LOST.search(p.name or "") for p in form.participants):
        return replace(form, review="a character of a name was lost on the way")
    return form


def _written_on(mail: IncomingMail) -> date | None:
    """The day on which its sender says to have written it, in Japan."""
    try:
        return (
            parsedate_to_datetime(mail.field_text(b"date")[:_DATED_LIMIT]).astimezone(TOKYO).date()
        )
    except (ValueError, OverflowError):
        return None


# ---------------------------------------------------------------- machines


def _machine(written_by: Verdict, text: str, form: Form) -> str:
    if written_by.nature is not Nature.PERSON:
        return written_by.why
    named = any(p.name or p.name_kana for p in form.participants) and not form.quoted
    return "" if named else says_it_is_automatic(text)


def _of_machine(read: _Read, written_by: Verdict, why: str) -> Understood:
    judgement, payment = _machine_judgement(read, written_by, why)
    nobody = takes_no_answer(read.contact)
    return Understood(
        judgement,
        answer=False,
        form=Form(),
        said=read.text,
        confirmed=False,
        reply_to="" if nobody else read.contact,
        payment=payment,
    )


def _machine_judgement(
    read: _Read, written_by: Verdict, why: str
) -> tuple[Judgement, PaymentSaid | None]:
    noticed = _noticed(read)
    if noticed is not None:
        return _notice_judgement(read, noticed), noticed
    if unlocks(read.text, answers=False):
        return Judgement(Kind.ATTACHMENT_PASSWORD, "a machine tells the password of a file"), None
    if any(p.name for p in read.form.participants) and not read.form.quoted:
        what = f"a form in a mail that gets no answer: {why}"
        return Judgement(Kind.NEEDS_HUMAN, what), None
    automatic = written_by.nature is not Nature.LIST
    return Judgement(Kind.AUTO_REPLY if automatic else Kind.UNRELATED, why), None


def _noticed(read: _Read) -> PaymentSaid | None:
    mail = read.mail
    listed = listed_sender(mail.author.address, read.rules)
    return notice(mail.subject, read.text, _written_on(mail), listed)


def _notice_judgement(read: _Read, noticed: PaymentSaid) -> Judgement:
    listed = listed_sender(read.mail.author.address, read.rules)
    if listed is not None and read.standing is Standing.FAILED:
        return Judgement(Kind.SUSPICIOUS, "a payment notice whose sender our server refutes")
    stage = noticed.notice_type or "of an unknown stage"
    sender = "a listed sender" if listed is not None else "a sender that the rules do not list"
    return Judgement(Kind.PAYMENT_NOTICE, f"a payment notice ({stage}) of {sender}")


# ---------------------------------------------------------------- wishes


def _judged(read: _Read) -> tuple[Judgement, Wishes, PaymentSaid | None]:
    mail, form, rules, own = read.mail, read.form, read.rules, read.own
    older = (*mail.in_reply_to, *mail.references)
    scheme = rules.payment.reference
    answered = any(is_own_id(one, own) for one in older) or bool(
        reference.find_all(mail.subject, scheme)
    )
    # In an answer the subject is the words of the one who wrote before.
    theirs = not older and not answered and _ANSWER_SUBJECT.match(mail.subject) is None
    subject = mail.subject if theirs and not read.robot else ""
    ours = answered or reference.valid(named_number(read.text) or "", scheme)
    # What stands in a whole form is answers; of a few labelled lines the words count as well.
    form_alone = is_whole(form) and not form.signed
    wanted = wishes(form.leftover if form_alone else read.text, rules, subject)
    senders = tuple(n.sender.rpartition("@")[2].lower() for n in rules.payment.notices)
    mailed = Mailed(
        form=form,
        wishes=wanted,
        subject=subject,
        text=read.text,
        files=read.files,
        attachments=mail.attachments,
        answers=bool(older),
        ours=ours,
        pretends=pretends(mail.author, rules, own, others=senders),
    )
    judgement = judge(mailed, rules)
    if judgement.kind is not Kind.SUSPICIOUS and not (
        NOTICE not in wanted.signs or is_whole(form) or "paid" in wanted
    ):
        noticed = _noticed(read)
        if noticed is not None:
            return _notice_judgement(read, noticed), wanted, noticed
    paid = Kind.PAYMENT_REPORT in {judgement.kind, *judgement.also}
    return judgement, wanted, report(read.text, _written_on(mail)) if paid else None
