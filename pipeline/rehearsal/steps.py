"""The steps that a story is made of: what one applicant does, or has done to them.

Law of this file: each step is a sentence of the script as a function; it says when and what, and
leaves how it is put into bytes to `pen`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta

from pipeline.rehearsal import pen
from pipeline.rehearsal.acts import (
    Act,
    JudgeMoney,
    Mailbox,
    Operate,
    Pay,
    Post,
    Responder,
    TakeBack,
    Write,
)
from pipeline.rehearsal.cast import Applicant
from pipeline.rehearsal.evidence import Letter
from pipeline.rehearsal.pen import Draft
from pipeline.rehearsal.season import TOKYO

Step = Callable[[Applicant, str], Iterator[Act | Responder]]
"""Given the applicant and the office's address, the acts of one step."""

Drafting = Callable[[Mailbox], Draft | None]
"""What an applicant writes after what they have seen; None when there is nothing to answer."""
YEAR = 2026


def when(text: str) -> datetime:
    """`02-05 09:30` or `02-05 09:30:15` as an instant of the season."""
    return datetime.fromisoformat(f"{YEAR}-{text}").replace(tzinfo=TOKYO)


def day(text: str) -> date:
    """`02-05` as a day of the season."""
    return date.fromisoformat(f"{YEAR}-{text}")


# ---------------------------------------------------------------- mails

ON_LEAVE = "ただいま休暇をいただいております。お急ぎの方は代表電話までお願いいたします。"


def applies(
    at: str,
    *,
    lacking: Collection[tuple[int, str]] = (),
    category: str = "",
    email: str = "",
    only: int | None = None,
    copies: int = 1,
) -> Step:
    """Sends an application; `copies` of the very same mail arrive one after the other.

    `lacking`: answers left out. `email`: an address for the form, other than the sender's. `only`:
    the one participant that this mail is about.
    """

    def step(who: Applicant, office: str) -> Iterator[Act]:
        people = who.people if only is None else (who.people[only],)
        if category:
            people = tuple(replace(person, category=category) for person in people)
        if email:
            people = tuple(replace(person, email=email) for person in people)
        draft = pen.application(replace(who, people=people), lacking)
        raw = pen.mail(who, draft, to=office, at=when(at))
        for copy in range(copies):
            yield Post(when(at) + timedelta(minutes=copy), who, lambda _, __: raw)

    return step


def corrects(at: str, *, leaving: Collection[str] = ()) -> Step:
    """Answers the correction letter with its form filled in; `leaving` stays open this time."""

    def filled(mailbox: Mailbox) -> Draft | None:
        letter = mailbox.last("correction_needed", "waitlisted")
        return pen.filled_in(letter, mailbox.who, leaving) if letter else None

    return _post(at, filled)


def writes(at: str, subject: str, words: str) -> Step:
    """Writes in the thread of the newest letter; with a subject, or without to reply."""

    def written(mailbox: Mailbox) -> Draft | None:
        letter = mailbox.last()
        if subject or letter is None:
            signed = f"研究協議会事務局　御中\n\n{words}\n\n{mailbox.who.name}\n"
            number = mailbox.reference()
            return Draft(f"{subject}（受付番号{number}）" if number else subject, signed)
        return pen.reply(letter, words)

    return _post(at, written)


def withdraws(at: str) -> Step:
    """Answers the newest letter with a wish to withdraw."""

    def wish(mailbox: Mailbox) -> Draft | None:
        letter = mailbox.last()
        words = "業務の都合により参加できなくなりました。申込みを取り消させていただきたく存じます。"
        return pen.reply(letter, words, quote=False) if letter else None

    return _post(at, wish)


def confirms_withdrawal(at: str) -> Step:
    """Answers the letter that asks to confirm a withdrawal, in the words that it asks for."""

    def confirmed(mailbox: Mailbox) -> Draft | None:
        letter = mailbox.last("withdrawal_confirm", "no_refund")
        return pen.reply(letter, pen.asked_words(letter), quote=False) if letter else None

    return _post(at, confirmed)


def asks_for_password(at: str) -> Step:
    """Has lost the password."""

    def asked(mailbox: Mailbox) -> Draft | None:
        number = mailbox.reference()
        words = "特設ページのIDとパスワードがわからなくなりました。お送りいただけますでしょうか。"
        return Draft(f"パスワードについて（受付番号{number}）", f"{words}\n\n{mailbox.who.name}\n")

    return _post(at, asked)


def _post(at: str, draft: Drafting) -> Step:
    def step(who: Applicant, office: str) -> Iterator[Act]:
        yield Post(when(at), who, in_bytes(draft, office))

    return step


def in_bytes(draft: Drafting, office: str) -> Write:
    """A draft as its author's mail program sends it."""

    def write(mailbox: Mailbox, at: datetime) -> bytes | None:
        made = draft(mailbox)
        return pen.mail(mailbox.who, made, to=office, at=at) if made else None

    return write


def responds(
    since: str, until: str, *, marked: bool = False, subject: str = "", words: str = ON_LEAVE
) -> Step:
    """Its mail program answers every letter by itself; `marked`: and says so in its headers."""

    def step(who: Applicant, office: str) -> Iterator[Responder]:
        headers = (("Auto-Submitted", "auto-replied"), ("Precedence", "bulk")) if marked else ()

        def answer(letter: Letter, at: datetime) -> bytes:
            draft = Draft(subject or f"Re: {letter.subject}", f"{words}\n", letter, headers)
            return pen.mail(who, draft, to=office, at=at)

        yield Responder(who, when(since), when(until), answer)

    return step


# ---------------------------------------------------------------- money, and the office


def pays(
    at: str,
    *,
    amount: int = 1000,
    booked: str = "",
    nth: int = 0,
    unasked: bool = False,
    numbered: bool = True,
    missed: bool = False,
) -> Step:
    """Makes a transfer; `booked` is the bank's day for it when that is not the same day.

    Nobody pays who was not asked to, but for `unasked`.
    """

    def step(who: Applicant, _: str) -> Iterator[Act]:
        made = when(at)
        yield Pay(
            made,
            who,
            amount,
            booked_on=day(booked) if booked else made.date(),
            value_date=made.date(),
            nth=nth,
            unasked=unasked,
            numbered=numbered,
            missed=missed,
        )

    return step


def taken_back(at: str) -> Step:
    """The bank takes the last transfer back: it was a mistake of its own."""

    def step(who: Applicant, _: str) -> Iterator[Act]:
        yield TakeBack(when(at), who)

    return step


def judged(at: str, what: str) -> Step:
    """An operator decides about the applicant's transfer: assign or accept."""

    def step(who: Applicant, _: str) -> Iterator[Act]:
        yield JudgeMoney(when(at), who, what)

    return step


def office(at: str, what: str, value: str = "", why: str = "", *, nth: int = 0) -> Step:
    """An operator acts on the applicant's application."""

    def step(who: Applicant, _: str) -> Iterator[Act]:
        yield Operate(when(at), who, what, value, why, nth)

    return step
