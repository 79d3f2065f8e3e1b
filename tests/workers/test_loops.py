"""Whatever answers our letters by itself: it dies out, within the caps of the rules.

The world here is harsh: it answers every letter, at once, for three days.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, timedelta
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from pipeline.domain.rules import Rules
from pipeline.mail.templates import Library
from pipeline.store import outbox_console, tasks
from pipeline.transport.courier import Delivery, Parcel
from pipeline.workers import act
from tests.workers.conftest import SECRETS, Desk, open_desk

Write = Callable[..., bytes]
Answer = Callable[[Parcel], Iterable[bytes]]
_numbers = itertools.count(1)


def mail(sender: str, subject: str, text: str, headers: str = "") -> bytes:
    head = (
        f"From: <{sender}>\r\nTo: <office@example.jp>\r\nSubject: {subject}\r\n"
        f"Message-ID: <r{next(_numbers)}@responder.example.org>\r\n{headers}"
        "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=UTF-8\r\n"
        "Content-Transfer-Encoding: 8bit\r\n\r\n"
    )
    return (head + text).encode()


def the_world_answers(desk: Desk, answer: Answer, *, days: int = 3) -> None:
    """Every letter is answered within a minute; after each silence an hour passes."""
    until = desk.clock.now() + timedelta(days=days)
    answered = 0
    desk.work()
    while desk.clock.now() < until:
        new = desk.courier.sent[answered:]
        answered += len(new)
        for parcel in new:
            for raw in answer(parcel):
                desk.receive(raw)
        desk.clock.set(desk.clock.now() + timedelta(minutes=1 if new else 60))
        desk.work()
        assert len(desk.courier.sent) < 3000, "it never ends"


def answered_at(desk: Desk) -> Iterator[tuple[str, date]]:
    """To whom an automatic answer has left, and on which day."""
    with desk.office.database.read() as connection:
        for letter in outbox_console.listing(connection, limit=10_000):
            if letter.answer and letter.status == "sent":
                yield letter.recipient, letter.created_at.date()


def most_a_day(desk: Desk) -> int:
    return max(Counter(answered_at(desk)).values(), default=0)


def came_to_rest(desk: Desk) -> bool:
    """The last day was silent."""
    last = max((day for _, day in answered_at(desk)), default=date.min)
    return last < (desk.clock.now() - timedelta(days=1)).date()


# ---------------------------------------------------------------- responders


def test_a_responder_with_its_mark_hears_nothing_more(desk: Desk, application_mail: Write) -> None:
    desk.receive(application_mail())

    the_world_answers(
        desk,
        lambda letter: [
            mail(letter.recipient, "Re: auto", "不在です。", "Auto-Submitted: auto-replied\r\n")
        ],
    )

    assert len(desk.letters()) == 1


def test_a_responder_without_any_mark_dies_out_within_the_cap(
    desk: Desk, application_mail: Write
) -> None:
    desk.receive(application_mail())

    the_world_answers(
        desk,
        lambda letter: [
            mail(letter.recipient, "Re: your mail", f"Got it, number {next(_numbers)}. Thank you?")
        ],
    )

    assert most_a_day(desk) <= desk.office.events[desk.slug].rules.intake.caps.per_address_per_day
    assert came_to_rest(desk)
    assert len(desk.letters()) <= 4


def test_one_that_applies_anew_with_each_answer_is_stopped_by_the_cap_of_its_address(
    desk: Desk, application_mail: Write
) -> None:
    """The worst of all: each answer is a form with another name, and gets another letter."""
    names = (f"見本 {a}{b}" for a in "一二三四五六七八九十" for b in "郎子男美雄江介代助枝")
    desk.receive(application_mail())

    the_world_answers(
        desk,
        lambda letter: [application_mail(next(names), letter.recipient, number=next(_numbers))],
    )

    cap = desk.office.events[desk.slug].rules.intake.caps.per_address_per_day
    assert most_a_day(desk) == cap
    assert came_to_rest(desk)
    with desk.office.database.read() as connection:
        held = outbox_console.listing(connection, status="held")
        assert "cap reached" in str(held[0].held)
        assert any("held back" in task.detail for task in tasks.listing(connection))


def test_one_with_a_new_address_each_time_is_stopped_by_the_cap_of_its_domain(
    tmp_path: Path, small_rules: Rules, library: Library
) -> None:
    rules = capped(small_rules, per_domain_per_hour=20)
    with open_desk(tmp_path / "s.sqlite3", rules, library) as desk:
        desk.receive(mail("r0@example.org", "hello", "Is there parking?"))

        the_world_answers(
            desk,
            lambda _: [
                mail(f"r{next(_numbers)}@example.org", "hello", f"{next(_numbers)}: what is it?")
            ],
        )

        assert len(desk.letters()) == 20
        assert came_to_rest(desk)


def test_one_with_a_new_domain_each_time_is_stopped_by_the_cap_of_the_office(
    tmp_path: Path, small_rules: Rules, library: Library
) -> None:
    rules = capped(small_rules, per_domain_per_hour=20, per_office_per_hour=30)
    with open_desk(tmp_path / "s.sqlite3", rules, library) as desk:
        desk.receive(mail("r0@example.org", "hello", "Is there parking?"))

        the_world_answers(
            desk,
            lambda _: [
                mail(f"r@n{next(_numbers)}.example.org", "hello", f"{next(_numbers)}: what is it?")
            ],
        )

        assert len(desk.letters()) == 30
        assert came_to_rest(desk)


def capped(rules: Rules, **caps: int) -> Rules:
    intake = rules.intake
    changed = intake.model_copy(update={"caps": intake.caps.model_copy(update=caps)})
    return rules.model_copy(update={"intake": changed})


# ---------------------------------------------------------------- two of our own


@pytest.mark.parametrize("honest", [True, False], ids=["as it left", "stripped of its marks"])
def test_two_offices_that_write_to_each_other_fall_silent(
    tmp_path: Path, small_rules: Rules, library: Library, application_mail: Write, *, honest: bool
) -> None:
    """A forged mail makes one office write to the other; a gateway may take our marks away."""
    one = open_desk(
        tmp_path / "a.sqlite3", small_rules, library, address="a@a.test", domain="a.test"
    )
    two = open_desk(
        tmp_path / "b.sqlite3", small_rules, library, address="b@b.test", domain="b.test"
    )
    with one as here, two as there:
        here.receive(application_mail(address="b@b.test"))
        passed = {id(here): 0, id(there): 0}
        for _ in range(3 * 24 * 12):
            for desk, other, to in ((here, there, "b@b.test"), (there, here, "a@a.test")):
                desk.work()
                new = [p for p in desk.courier.sent[passed[id(desk)] :] if p.recipient == to]
                passed[id(desk)] = len(desk.courier.sent)
                for parcel in new:
                    other.receive(parcel.raw if honest else stripped(parcel.raw))
                desk.clock.set(desk.clock.now() + timedelta(minutes=5))

        for desk in (here, there):
            desk.work()
            assert came_to_rest(desk)
        if honest:
            assert (len(here.letters()), len(there.letters())) == (1, 0)
        else:
            assert most_a_day(here) <= 3
            assert most_a_day(there) <= 3


_MARKS = (b"auto-submitted", b"x-auto-response-suppress", b"precedence", b"return-path")


def stripped(raw: bytes) -> bytes:
    """A letter without anything that tells a machine."""
    head, _, body = raw.partition(b"\r\n\r\n")
    lines = [line for line in head.split(b"\r\n") if line.partition(b":")[0].lower() not in _MARKS]
    return b"\r\n".join(lines) + b"\r\n\r\n" + body


# ---------------------------------------------------------------- lists, bounces, access


def test_a_list_that_gets_a_letter_and_passes_it_on_to_us_is_not_answered(
    desk: Desk, application_mail: Write
) -> None:
    desk.receive(application_mail(address="list@example.org"))

    the_world_answers(
        desk,
        lambda letter: [
            b"List-Id: <members.example.org>\r\nPrecedence: list\r\n" + letter.raw,
            mail(
                "member@example.com",
                "Re: list",
                "なぜ届くのですか。",
                "List-Id: <m.example.org>\r\n",
            ),
        ],
    )

    assert len(desk.letters()) == 1


def test_our_own_letter_come_back_bare_is_not_answered(desk: Desk, application_mail: Write) -> None:
    """A list or a forwarder without any mark of its own."""
    desk.receive(application_mail(address="list@example.org"))

    the_world_answers(desk, lambda letter: [stripped(letter.raw)])

    assert len(desk.letters()) == 1


def test_a_bounce_and_the_bounce_of_a_bounce_lead_to_no_letter(
    desk: Desk, application_mail: Write
) -> None:
    desk.receive(application_mail())

    the_world_answers(
        desk,
        lambda letter: [
            bounce(letter.recipient),
            bounce(desk.office.events[desk.slug].own.address),
            mail("MAILER-DAEMON@example.org", "Undelivered Mail", "could not be delivered"),
            mail(letter.recipient, "Undeliverable: x", "550 5.1.1", "Return-Path: <>\r\n"),
        ],
    )

    assert len(desk.letters()) == 1


def bounce(address: str) -> bytes:
    text = (
        "--b\r\nContent-Type: text/plain\r\n\r\nnobody of this name\r\n"
        "--b\r\nContent-Type: message/delivery-status\r\n\r\n"
        "Reporting-MTA: dns; mx.example.org\r\n\r\n"
        f"Final-Recipient: rfc822; {address}\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n--b--\r\n"
    )
    head = (
        "From: MAILER-DAEMON@mx.example.org\r\nTo: office@example.jp\r\n"
        f"Subject: Undelivered Mail Returned to Sender\r\nMessage-ID: <b{next(_numbers)}@mx>\r\n"
        "MIME-Version: 1.0\r\nReturn-Path: <>\r\nContent-Type: multipart/report;"
        " report-type=delivery-status; boundary=b\r\n\r\n"
    )
    return (head + text).encode()


@pytest.mark.parametrize(
    "text",
    ["パスワードを教えてください。", "ID とパスワードが届きません。再送してください。", "ok?"],
)
def test_whatever_answers_an_access_letter_gets_the_secret_once_a_day_at_most(
    desk: Desk, application_mail: Write, text: str
) -> None:
    desk.receive(application_mail())
    desk.work()
    desk.pay(desk.application().reference, 1000, date(2026, 2, 2))
    desk.pass_to(desk.clock.now().replace(day=24, hour=12))
    before = len(desk.letters())

    the_world_answers(
        desk,
        lambda letter: [
            mail(letter.recipient, "Re: access", f"{text} {next(_numbers)}", in_answer_to(letter))
        ],
    )

    secret = [p for p in desk.courier.sent[before:] if SECRETS["password"].encode() in decoded(p)]
    assert len(secret) <= 3
    assert most_a_day(desk) <= 10


def in_answer_to(letter: Parcel) -> str:
    head = letter.raw.partition(b"\r\n\r\n")[0].decode()
    number = next(
        line.partition(": ")[2] for line in head.split("\r\n") if line.startswith("Message-ID")
    )
    return f"In-Reply-To: {number}\r\n"


def decoded(parcel: Parcel) -> bytes:
    """The words of a letter, whatever they were encoded as."""
    parts = message_from_bytes(parcel.raw, policy=policy.default).walk()
    return "".join(
        str(part.get_content()) for part in parts if part.get_content_type() == "text/plain"
    ).encode()


# ---------------------------------------------------------------- the switch


def test_after_the_stop_switch_only_what_is_in_hand_leaves_and_nothing_twice(
    desk: Desk,
) -> None:
    for number in range(180):
        desk.receive(mail(f"q{number}@q{number}.example.org", "question", "駐車場はありますか。"))
    stopped: list[int] = []
    deliver = desk.courier.deliver

    def stop_at_the_third(
        parcels: Sequence[Parcel], before_dot: Callable[[Parcel], None]
    ) -> Iterator[Delivery]:
        for delivery in deliver(parcels, before_dot):
            yield delivery
            if len(desk.courier.sent) == 3 and not stopped:
                stopped.append(len(parcels))
                act.stop_sending(desk.office, who="suzuki", why="wrong words")

    desk.courier.deliver = stop_at_the_third  # type: ignore[method-assign]  # the test's hand
    desk.work()

    assert len(desk.courier.sent) == stopped[0] <= 50
    desk.work()
    assert len(desk.courier.sent) == stopped[0]
    act.resume_sending(desk.office, who="suzuki", why="mended")
    desk.work()
    assert len(desk.courier.sent) == 180
    assert len({parcel.recipient for parcel in desk.courier.sent}) == 180
