"""A mail that somebody wrote, or a robot for them: its form, its wishes, and so its kind.

Law of this file: order of steps only.  What is new is told from what is quoted, the form is read,
the wishes are looked for in the rest, and `kinds` judges.  A machine that the rules do not list is
never answered, but a form that it brings is shown to a person.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Final

from pipeline.domain import reference
from pipeline.domain.application import Participant
from pipeline.domain.rules import Rules
from pipeline.mail import quoting
from pipeline.mail.addresses import Mailbox
from pipeline.mail.bounce import is_own_id, verified_nonce
from pipeline.mail.classify import Kind, Nature, Verdict, says_it_is_automatic
from pipeline.mail.form import Form, labels_for, problems_of, read_form
from pipeline.mail.incoming import IncomingMail
from pipeline.mail.kinds import Judgement, Mailed, judge
from pipeline.mail.own import Own
from pipeline.mail.people import People
from pipeline.mail.wishes import wishes

_ANSWER_SUBJECT: Final = re.compile(r"\s*(?:re|aw|sv|返信|回答)\s*[:：\]】]", re.IGNORECASE)
_UNANSWERED: Final = frozenset({Kind.UNRELATED, Kind.SUSPICIOUS})


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


def understood(mail: IncomingMail, written_by: Verdict, rules: Rules, own: Own) -> Understood:
    """Read a mail that is neither our own nor returned."""
    said = _apart(mail, rules)
    text = "\n".join(said.new)
    robot = written_by.nature is Nature.ROBOT
    contact = reply_address(mail, own, robot=robot)
    form = _trusted(mail, read_form(said, rules, labels_for(mail, rules), contact))
    machine = "" if robot else _machine(written_by, text, form)
    if machine:
        judgement = _of_machine(written_by, machine, form)
        return Understood(judgement, False, Form(), text, False, "")  # noqa: FBT003 - named in the class
    if robot and not contact:
        contact = next((p.email for p in form.participants if p.email), "") or ""
    judgement, confirmed = _judged(mail, form, text, rules, own)
    if judgement.kind is Kind.APPLICATION_INCOMPLETE and not judgement.uses_form:
        people = People((Participant(1, email=contact or None),))
        form = Form(people.participants, problems_of(people, rules))
    elif not judgement.uses_form:
        form = Form()
    return Understood(
        judgement,
        answer=written_by.answer and judgement.kind not in _UNANSWERED and contact != "",
        form=form,
        said=text,
        confirmed=confirmed,
        reply_to=contact,
    )


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
    return form


# ---------------------------------------------------------------- machines


def _machine(written_by: Verdict, text: str, form: Form) -> str:
    if written_by.nature is not Nature.PERSON:
        return written_by.why
    return "" if form.found or not says_it_is_automatic(text) else "the text says so"


def _of_machine(written_by: Verdict, why: str, form: Form) -> Judgement:
    if any(p.name for p in form.participants):
        return Judgement(Kind.NEEDS_HUMAN, f"a form in a mail that gets no answer: {why}")
    automatic = written_by.nature is not Nature.LIST
    return Judgement(Kind.AUTO_REPLY if automatic else Kind.UNRELATED, why)


# ---------------------------------------------------------------- wishes


def _judged(
    mail: IncomingMail, form: Form, text: str, rules: Rules, own: Own
) -> tuple[Judgement, bool]:
    older = (*mail.in_reply_to, *mail.references)
    ours = any(is_own_id(one, own) for one in older) or bool(
        reference.find_all(mail.subject, rules.payment.reference)
    )
    # In an answer the subject is the words of the one who wrote before.
    theirs = not older and not ours and _ANSWER_SUBJECT.match(mail.subject) is None
    subject = f"{mail.subject}。\n" if theirs else ""
    wanted = wishes(subject + (form.leftover if form.found else text), rules)
    mailed = Mailed(
        form=form,
        wishes=wanted,
        text=subject + text,
        documents=mail.documents,
        attachments=mail.attachments,
        answers=bool(older),
        ours=ours,
    )
    return judge(mailed), wanted.confirmed
