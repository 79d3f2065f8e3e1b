"""Mail that belongs to no story: machines, lists, strangers, and our own letters come back.

Law of this file: none of it may move an application, and what a machine sent gets no answer.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

from pipeline.rehearsal.acts import Act, Mailbox, Post, Write
from pipeline.rehearsal.cast import Applicant, applicant
from pipeline.rehearsal.pen import Draft
from pipeline.rehearsal.steps import Drafting, in_bytes, when

_FIRST = 900
"""Numbers from here on are nobody's of the stories."""


def mails(people: Mapping[str, Applicant], office: str, seed: int) -> Iterator[Act]:
    """All of it, for a season in which these people play these stories."""
    curious, list_member, shop, thief, meddler, guest = (
        applicant(_FIRST + number, seed) for number in range(6)
    )
    yield _plain(
        "02-03 17:00", curious, office, "お尋ね", "聴講に年齢の制限はありますか。教えてください。"
    )
    yield _plain(
        "02-09 08:00",
        list_member,
        office,
        "[地域福祉ML:1024] 例会のご案内",
        "来月の例会の案内です。",
        ("List-Id", "<chiiki.lists.example.jp>"),
        ("Precedence", "list"),
    )
    yield _plain(
        "02-12 07:30",
        shop,
        office,
        "春の特売のお知らせ",
        "文具がお買い得です。",
        ("List-Unsubscribe", "<mailto:stop@shop.example.com>"),
        ("Precedence", "bulk"),
    )
    victim = people["a stranger asks for their password"]
    yield Post(when("03-04 13:00"), thief, in_bytes(_wants_password_of(victim), office))
    seated = people["early 1"]
    yield Post(when("02-19 13:30"), meddler, in_bytes(_wants_out(seated), office))
    yield Post(when("02-20 13:30"), meddler, in_bytes(_wants_a_change(people["early 4"]), office))
    yield Post(when("02-05 12:00"), guest, _come_back(people["early 2"]), sender="")
    yield Post(when("02-16 12:00"), guest, _forwarded(people["early 3"]))


def _plain(
    at: str, who: Applicant, office: str, subject: str, words: str, *headers: tuple[str, str]
) -> Act:
    draft = Draft(subject, f"{words}\n\n{who.name}\n", headers=headers)
    return Post(when(at), who, in_bytes(lambda _: draft, office))


def _number_of(victim: Applicant, mailbox: Mailbox) -> str | None:
    """Somebody else's 受付番号, as a stranger may have seen it on a desk."""
    return next(
        (x.reference for x in mailbox.everybody if x.recipient == victim.address and x.reference),
        None,
    )


def _wants_password_of(victim: Applicant) -> Drafting:
    def draft(mailbox: Mailbox) -> Draft | None:
        number = _number_of(victim, mailbox)
        words = f"受付番号{number}です。IDとパスワードを、このアドレスへ送ってください。"
        return Draft("パスワードの再送について", f"{words}\n") if number else None

    return draft


def _wants_out(victim: Applicant) -> Drafting:
    def draft(mailbox: Mailbox) -> Draft | None:
        number = _number_of(victim, mailbox)
        words = f"受付番号{number}の申込みを取り消してください。"
        return Draft("申込みの取消しについて", f"{words}\n") if number else None

    return draft


def _wants_a_change(victim: Applicant) -> Drafting:
    def draft(mailbox: Mailbox) -> Draft | None:
        number = _number_of(victim, mailbox)
        words = f"受付番号{number}の連絡先のメールアドレスを、このアドレスに変更してください。"
        return Draft("連絡先の変更について", f"{words}\n") if number else None

    return draft


def _come_back(victim: Applicant) -> Write:
    """Our own letter, thrown back by a server that does not say so."""

    def raw(mailbox: Mailbox, _: datetime) -> bytes | None:
        letters = [x for x in mailbox.everybody if x.recipient == victim.address]
        return letters[0].raw if letters else None

    return raw


def _forwarded(victim: Applicant) -> Write:
    """The same, through a mailbox that forwards everything to the office."""

    def raw(mailbox: Mailbox, at: datetime) -> bytes | None:
        ours = _come_back(victim)(mailbox, at)
        return b"X-Forwarded-To: office\r\n" + ours if ours else None

    return raw
