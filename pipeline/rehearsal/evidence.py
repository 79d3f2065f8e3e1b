"""Reads what went in and what came out, as an outsider would: by subject, headers and words.

Law of this file: it reads bytes with the standard library alone and judges nothing.  Our letters
are recognised by their subjects (`SUBJECTS`); applicants' forms by the labels that the organiser
listed; automatic mail by the headers and subjects that mail programs agree on (RFC 3834, RFC 2919
and what is common beside them).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.message import Message
from email.utils import getaddresses, parseaddr

from pipeline.rehearsal.season import Facts, MailIn, MailOut, plain

# ---------------------------------------------------------------- our letters

SUBJECTS: Mapping[str, str] = {
    "received": r"^お申込みの受付とお振込みのご案内",
    "correction_needed": r"^お申込み内容のご確認のお願い",
    "confirm_application": r"^お申込みのご確認のお願い",
    "waitlisted": r"^満席のお知らせとキャンセル待ちのご案内",
    "seat_offered": r"^お席のご用意とお振込みのご案内",
    "not_open_yet": r"^お申込みの受付開始日について",
    "closed_full": r"^満席のため受付を終了いたしました",
    "closed_late": r"^お申込みの受付期間について",
    "already_registered": r"^お申込みの状況のご案内",
    "payment_reminder": r"^参加費のお振込みのお願い",
    "last_day": r"^お振込み期限(（本日）)?のお知らせ",
    "payment_received": r"^ご入金の確認と今後のご案内",
    "access": r"^特設ページと(ライブ配信|動画視聴)のご案内",
    "zoom_look_ahead": r"^ライブ配信のご案内",
    "ondemand_ending": r"^動画の視聴期限のお知らせ",
    "withdrawn": r"^お申込みの取消しを承りました",
    "withdrawal_confirm": r"^お申込みの取消しのご確認",
    "no_refund": r"^お申込みの取消しについて",
    "expired": r"^お申込みの受付終了のお知らせ",
    "waitlist_ended": r"^キャンセル待ちの終了のお知らせ",
    "lapsed": r"^お申込み内容の確認期限の終了のお知らせ",
    "short_payment": r"^参加費の不足分のお振込みのお願い",
    "late_payment": r"^ご入金のお取り扱いについて",
    "over_payment": r"^参加費を上回るご入金について",
    "paid_twice": r"^重ねてのご入金について",
    "paid_without_seat": r"^キャンセル待ち中のご入金について",
    "paid_when_closed": r"^受付終了後のご入金について",
    "payment_reversed": r"^ご入金の確認の取消しについて",
    "payment_report_noted": r"^お振込みのご連絡をいただきました",
    "extended": r"^お振込み期限の延長のご案内",
    "declined": r"^お申込みにつきまして",
    "cancelled": r"^お申込みの取消しのお知らせ",
    "event_over": r"^(ライブ)?配信の終了について",
    "to_a_person": r"^メールを受け取りました",
    "change_notice": r"^変更のご依頼を受け取りました",
}
"""A pattern for each letter's subject, without 【受付番号…】; each matches its own kind alone."""

_REFERENCE = re.compile(r"【受付番号[:：\s]*(\d+)】")


@dataclass(frozen=True, slots=True, eq=False)
class Letter:
    """One mail of ours, read."""

    number: int
    """Its place among all that left."""
    at: datetime
    recipient: str
    kind: str
    """A key of `SUBJECTS`; empty when the subject is not known."""
    reference: str
    """The 受付番号 of its subject; empty for none."""
    subject: str
    message_id: str
    answers: str
    """In-Reply-To: the Message-ID of the mail that it answers."""
    references: tuple[str, ...]
    automatic: str
    """Auto-Submitted: auto-replied for an answer, auto-generated for the rest."""
    sender: str
    to: str
    headers: frozenset[str]
    text: str
    raw: bytes

    @property
    def solicited(self) -> bool:
        """Whether it answers a mail that has just come."""
        return self.automatic == "auto-replied"

    def __str__(self) -> str:
        kind = self.kind or f"unknown letter '{self.subject}'"
        return f"{kind} {self.reference} to {self.recipient} at {self.at:%m-%d %H:%M}"


def read_letter(number: int, mail: MailOut) -> Letter:
    """One mail of ours."""
    message = message_from_bytes(mail.raw, policy=policy.compat32)
    subject = header(message, "Subject")
    reference = _REFERENCE.search(subject)
    return Letter(
        number=number,
        at=mail.at,
        recipient=mail.recipient.lower(),
        kind=kind_of(subject),
        reference=reference[1] if reference else "",
        subject=subject,
        message_id=header(message, "Message-ID"),
        answers=header(message, "In-Reply-To"),
        references=tuple(header(message, "References").split()),
        automatic=header(message, "Auto-Submitted").lower(),
        sender=parseaddr(header(message, "From"))[1].lower(),
        to=parseaddr(header(message, "To"))[1].lower().replace('"', ""),
        headers=frozenset(name.lower() for name in message),
        text=text_of(message),
        raw=mail.raw,
    )


def kind_of(subject: str) -> str:
    """Which letter has this subject; empty for none, or for more than one."""
    said = _REFERENCE.sub("", subject).strip()
    kinds = [kind for kind, pattern in SUBJECTS.items() if re.search(pattern, said)]
    return kinds[0] if len(kinds) == 1 else ""


# ---------------------------------------------------------------- mails from outside


@dataclass(frozen=True, slots=True, eq=False)
class Incoming:
    """One mail from outside, read."""

    number: int
    at: datetime
    sender: str
    """The address in From, lower case."""
    message_id: str
    answers: tuple[str, ...]
    subject: str
    text: str
    automatic: str
    """Why it must not be answered; empty when a person may have written it."""
    people: tuple[Mapping[str, str], ...]
    """The form in it: what each person answered, by field."""
    returned: str
    """The address that a delivery report says it could not reach; empty for none."""

    @property
    def is_form(self) -> bool:
        """Whether a person applies, or corrects an application, with it."""
        return not self.automatic and bool(self.people)

    def __str__(self) -> str:
        return f"mail '{self.subject}' of {self.sender} at {self.at:%m-%d %H:%M:%S}"


@dataclass(frozen=True, slots=True)
class Ours:
    """What we have sent, as far as it can come back."""

    message_ids: frozenset[str]
    lines: Mapping[str, frozenset[str]]
    """The lines of each letter by its Message-ID, for telling a quotation from an answer."""


def ours(letters: Iterable[Letter]) -> Ours:
    """Everything that has left."""
    known = tuple(letters)
    return Ours(
        frozenset(letter.message_id for letter in known if letter.message_id),
        {
            letter.message_id: frozenset(line.strip() for line in letter.text.splitlines())
            for letter in known
        },
    )


def read_incoming(number: int, mail: MailIn, facts: Facts, sent: Ours) -> Incoming:
    """One mail from outside, after all that we have sent."""
    message = message_from_bytes(mail.raw, policy=policy.compat32)
    text = text_of(message)
    thread = (*header(message, "References").split(), *header(message, "In-Reply-To").split())
    quoted = frozenset[str]().union(*(sent.lines.get(one, frozenset()) for one in thread))
    return Incoming(
        number=number,
        at=mail.at,
        sender=parseaddr(header(message, "From"))[1].lower(),
        message_id=header(message, "Message-ID"),
        answers=thread,
        subject=header(message, "Subject"),
        text=text,
        automatic=_automatic(message, mail.sender, facts, sent.message_ids),
        people=tuple(_people(text, facts)) if _answers_a_form(text, facts, quoted) else (),
        returned=_returned(message),
    )


_MACHINE_HEADERS = (
    "list-id", "list-post", "list-unsubscribe", "x-autoreply", "x-autorespond", "x-autoresponder",
    "x-autoreply-from", "x-mail-autoreply", "x-autogenerated", "x-loop",
)  # fmt: skip
_MACHINE_SENDERS = re.compile(r"^(mailer-daemon|postmaster|no-?reply)@", re.IGNORECASE)
_MACHINE_SUBJECTS = re.compile(
    r"自動応答|自動返信|不在通知|自動配信|out of office|automatic reply|auto[- ]reply|undelivered",
    re.IGNORECASE,
)


def _automatic(message: Message, envelope: str, facts: Facts, sent: frozenset[str]) -> str:
    sender = parseaddr(header(message, "From"))[1].lower()
    submitted = header(message, "Auto-Submitted").lower()
    signs = {
        "null envelope sender": envelope == "" or header(message, "Return-Path") == "<>",
        "from ourselves": sender == facts.office or header(message, "Message-ID") in sent,
        "delivery report": message.get_content_type() == "multipart/report",
        "Auto-Submitted": submitted not in {"", "no"},
        "Precedence": header(message, "Precedence").lower()
        in {"bulk", "junk", "list", "auto_reply"},
        "a machine's header": any(name in message for name in _MACHINE_HEADERS),
        "a machine's address": bool(_MACHINE_SENDERS.match(sender)),
        "a machine's subject": bool(_MACHINE_SUBJECTS.search(header(message, "Subject"))),
    }
    return next((sign for sign, seen in signs.items() if seen), "")


def _returned(message: Message) -> str:
    if message.get_content_type() != "multipart/report":
        return ""
    for part in message.walk():
        status = header(part, "Status")
        if status.startswith("5"):
            for name in ("Original-Recipient", "Final-Recipient"):
                if name in part:
                    return header(part, name).partition(";")[2].strip().lower()
    return ""


# ---------------------------------------------------------------- forms

_LINE = re.compile(
    r"^[>\s]*[■□◆◇●○・※*]*\s*"
    r"(?:【(?P<boxed>[^】]+)】|(?P<plain>[^:：]{1,20})[:：])[ 　:：]*(?P<value>.*)$"
)
_SAMPLE = re.compile(r"記入例|例）")


def _answers_a_form(text: str, facts: Facts, quoted: frozenset[str]) -> bool:
    """Whether anything in it answers a form; our own words quoted back are no answer."""
    return any(
        _answer(line, facts) is not None
        for line in text.splitlines()
        if not (line.startswith(">") and line.lstrip("> ").strip() in quoted)
    )


def _people(text: str, facts: Facts) -> Iterator[Mapping[str, str]]:
    """What each person of a form answered; a new person begins at each name that is given."""
    person: dict[str, str] = {}
    for line in text.splitlines():
        if _SAMPLE.search(line):
            break
        answer = _answer(line, facts)
        if answer is None:
            continue
        field, value = answer
        if field == "name" and "name" in person:
            yield person
            person = {}
        person.setdefault(field, value)
    if person:
        yield person


def _answer(line: str, facts: Facts) -> tuple[str, str] | None:
    """Which question a line answers, and how."""
    match = _LINE.match(line)
    if match is None or not match["value"].strip():
        return None
    field = facts.labels.get(plain(match["boxed"] or match["plain"]))
    return (field, match["value"].strip()) if field is not None else None


# ---------------------------------------------------------------- bytes to words


def header(message: Message, name: str) -> str:
    """A header in words, its folding undone; empty when it is not there."""
    raw = message.get(name)
    if raw is None:
        return ""
    unfolded = re.sub(r"\r?\n(?=[ \t])", "", str(raw))
    try:
        return str(make_header(decode_header(unfolded))).strip()
    except (LookupError, UnicodeError):
        return unfolded.strip()


def text_of(message: Message) -> str:
    """The words of a mail: its plain parts, or whatever text it has when there are none."""
    texts = [part for part in message.walk() if part.get_content_maintype() == "text"]
    plain_ones = [part for part in texts if part.get_content_subtype() == "plain"]
    return "\n".join(_decoded(part) for part in plain_ones or texts)


_WIDER = {"shift_jis": "cp932", "x-sjis": "cp932", "iso-2022-jp": "iso2022_jp_ext"}
"""What mail programs really write under these names."""


def _decoded(part: Message) -> str:
    payload = part.get_payload(decode=True)
    if not isinstance(payload, bytes):
        return ""
    label = (part.get_content_charset() or "utf-8").lower()
    try:
        return payload.decode(_WIDER.get(label, label), "replace")
    except LookupError:
        return payload.decode("utf-8", "replace")


def addresses_in(value: str) -> frozenset[str]:
    """The addresses of a header or an answer, lower case."""
    return frozenset(address.lower() for _, address in getaddresses([value]) if "@" in address)
