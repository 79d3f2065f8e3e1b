"""What is known of a person's mail when its kind is told, and what the telling says.

Law of this file: values only, and the table of wishes in the order of what must not be overlooked.
Further wishes are never lost: each is named in `also`, and becomes a task.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from pipeline.mail.attached import SAYS_NOTHING, Attached
from pipeline.mail.classify import Kind
from pipeline.mail.form import Form
from pipeline.mail.wishes import Wishes

WISHES: Final = (
    ("replace", Kind.CHANGE_REQUEST),
    ("withdraw", Kind.CANCEL_REQUEST),
    ("change", Kind.CHANGE_REQUEST),
    ("access", Kind.QUESTION),
    ("paid", Kind.PAYMENT_REPORT),
    ("invoice", Kind.INVOICE_REQUEST),
    ("receipt", Kind.RECEIPT_REQUEST),
)
"""What may be wanted, and the kind of mail that is; what stands first is the mail's kind."""
WHOLE: Final = 4
"""Answers of one participant that make a form rather than a line of contact details."""


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
    silent: bool = False
    """Whether it gets no answer although a person reads it: it may be meant for anybody."""
    doubtful: bool = False
    """Whether only words tell that nobody here is meant, so that somebody has to see it."""


def also_wanted(wishes: Wishes, kind: Kind) -> tuple[str, ...]:
    """What else is wanted."""
    wanted = [k for name, k in WISHES if name in wishes]
    if "question" in wishes:
        wanted.append(Kind.QUESTION)
    return tuple(dict.fromkeys(k.value for k in wanted if k is not kind))


def is_whole(form: Form) -> bool:
    """Whether there are enough answers of one participant to make a form."""
    return any("name" in fields and len(fields) >= WHOLE for fields in answered(form))


def answered(form: Form) -> list[set[str]]:
    """For each participant the fields that the form answers itself."""
    return [{f for n, f, _ in form.sources if n == p.number} for p in form.participants]
