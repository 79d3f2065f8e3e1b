"""Mail that was kept is read, decided and answered; what cannot be handled is set aside."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.domain.application import State
from pipeline.mail.reading import read
from pipeline.store import inbox_console, tasks
from pipeline.store.database import Conflict
from pipeline.store.unit import Unit
from pipeline.workers.routing import route
from tests.workers.conftest import KANJI, Desk

Write = Callable[..., bytes]


def test_an_application_is_answered_with_payment_instructions(
    desk: Desk, application_mail: Write
) -> None:
    desk.receive(application_mail())

    desk.work()

    one = desk.application()
    assert one.state is State.AWAITING_PAYMENT
    (letter,) = desk.letters("hanako@example.jp")
    assert f"【受付番号{one.reference}】" in str(letter["Subject"])
    assert letter["In-Reply-To"] == "<1.hanako@example.jp>"
    assert letter["Auto-Submitted"] == "auto-replied"
    assert "1,000円" in desk.texts()[0]


def test_a_batch_is_decided_in_order_of_arrival_and_each_sees_those_before(
    desk: Desk, application_mail: Write
) -> None:
    for n in range(5):
        desk.receive(application_mail(f"見本 {KANJI[n]}子", f"a{n}@example.jp", number=n))

    desk.work()

    states = {one.contact_address: one.state for one in desk.applications()}
    seated = {address for address, state in states.items() if state is State.AWAITING_PAYMENT}
    assert seated == {"a0@example.jp", "a1@example.jp", "a2@example.jp"}
    assert states["a3@example.jp"] is states["a4@example.jp"] is State.WAITLISTED


def test_the_same_letter_under_another_uidvalidity_is_recorded_in_silence(
    desk: Desk, application_mail: Write
) -> None:
    desk.receive(application_mail())
    desk.work()

    desk.receive(application_mail(), uidvalidity=2)
    desk.work()

    assert len(desk.letters()) == 1
    assert len(desk.applications()) == 1


def test_the_same_person_with_another_mail_is_told_so_once(
    desk: Desk, application_mail: Write
) -> None:
    for n in range(3):
        desk.receive(application_mail(number=n))
        desk.work()

    assert len(desk.applications()) == 1
    # The third would be the very same letter within a day.
    assert len(desk.letters()) == 2


def test_an_automatic_reply_gets_no_answer(desk: Desk, application_mail: Write) -> None:
    desk.receive(application_mail(headers="Auto-Submitted: auto-replied\r\n"))

    desk.work()

    assert desk.letters() == []
    assert desk.applications() == []


def test_a_mail_that_raises_is_shunted_after_three_attempts_and_the_others_go_on(
    desk: Desk, application_mail: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = read

    def failing(raw: bytes, *rest: object, **more: object) -> object:
        if b"poison" in raw:
            raise RecursionError("too deep")
        return whole(raw, *rest, **more)  # type: ignore[arg-type]  # handed through as it came

    monkeypatch.setattr("pipeline.workers.reader.read", failing)
    desk.receive(application_mail("見本 一", "one@example.jp"))
    desk.receive(application_mail("見本 毒", "two@example.jp", headers="X-Test: poison\r\n"))
    desk.receive(application_mail("見本 三", "three@example.jp"))

    desk.work()

    assert {one.contact_address for one in desk.applications()} == {
        "one@example.jp",
        "three@example.jp",
    }
    with desk.office.database.read() as connection:
        assert [row.status for row in inbox_console.listing(connection, status="shunted")] == [
            "shunted"
        ]


def test_who_could_not_be_read_once_by_chance_is_not_overtaken(
    desk: Desk, application_mail: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole, once = read, iter([True])

    def failing(raw: bytes, *rest: object, **more: object) -> object:
        if b"unlucky" in raw and next(once, False):
            raise MemoryError("somebody else's")
        return whole(raw, *rest, **more)  # type: ignore[arg-type]  # handed through as it came

    monkeypatch.setattr("pipeline.workers.reader.read", failing)
    who = ("first", "second", "unlucky", "late")
    for n, one in enumerate(who):
        desk.receive(application_mail(f"見本 {KANJI[n]}子", f"{one}@example.jp", number=n))

    desk.work()

    states = {one.contact_address: one.state for one in desk.applications()}
    assert states["unlucky@example.jp"] is State.AWAITING_PAYMENT
    assert states["late@example.jp"] is State.WAITLISTED


def test_a_mail_whose_decision_raises_leaves_its_batch_without_a_trace(
    desk: Desk, application_mail: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = route

    def failing(reading: object, *rest: object, **more: object) -> object:
        if getattr(reading, "reply_to", "") == "two@example.jp":
            raise ZeroDivisionError("a bug")
        return whole(reading, *rest, **more)  # type: ignore[arg-type]  # handed through as it came

    monkeypatch.setattr("pipeline.workers.process.route", failing)
    for n, who in enumerate(("one", "two", "three")):
        desk.receive(application_mail(f"見本 {who}", f"{who}@example.jp", number=n))

    desk.work()

    assert {one.contact_address for one in desk.applications()} == {
        "one@example.jp",
        "three@example.jp",
    }
    assert len(desk.letters()) == 2


def test_a_shunted_mail_is_handled_after_its_replay(
    desk: Desk, application_mail: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr("pipeline.workers.process.route", _raise)
        desk.receive(application_mail())
        desk.work()
    assert desk.applications() == []
    with desk.office.database.write() as connection:
        (shunted,) = inbox_console.listing(connection, status="shunted")
        inbox_console.replay(
            connection,
            shunted.id,
            who="test",
            why="mended",
            at=desk.clock.now(),
            cause="operator:test",
        )

    desk.work()

    assert desk.application().state is State.AWAITING_PAYMENT


def _raise(*_: object, **__: object) -> None:
    raise ZeroDivisionError("a bug")


def test_after_a_conflict_it_is_decided_anew(
    desk: Desk, application_mail: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole, times = Unit.flush, []

    def once_in_vain(self: Unit) -> None:
        times.append(1)
        if len(times) == 1:
            raise Conflict("somebody else wrote first")
        whole(self)

    monkeypatch.setattr(Unit, "flush", once_in_vain)
    desk.receive(application_mail())

    desk.work()

    assert desk.application().state is State.AWAITING_PAYMENT
    assert len(desk.letters()) == 1


def test_a_mail_of_an_event_that_nobody_serves_is_kept(
    desk: Desk, application_mail: Write, tmp_path: Path
) -> None:
    desk.slug = "another-event"
    desk.receive(application_mail())

    desk.work()

    with desk.office.database.read() as connection:
        assert [row.status for row in inbox_console.listing(connection)] == ["shunted"]


def test_a_reply_to_of_the_senders_choice_is_nobodys_identity(
    desk: Desk, application_mail: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An authenticated stranger who has answers sent to the victim may not act as the victim."""
    desk.receive(application_mail())
    desk.work()
    whole = read

    def authenticated(raw: bytes, *rest: object, **more: object) -> object:
        from dataclasses import replace

        return replace(whole(raw, *rest, **more), authenticated=True)  # type: ignore[arg-type]  # handed through as it came

    monkeypatch.setattr("pipeline.workers.reader.read", authenticated)
    head = (
        "From: stranger@example.com\r\nReply-To: hanako@example.jp\r\nTo: office@example.jp\r\n"
        "Message-ID: <x@example.com>\r\nSubject: cancel\r\nMIME-Version: 1.0\r\n"
        "Content-Type: text/plain; charset=UTF-8\r\n\r\n"
    )
    desk.receive(head.encode() + "申込みをキャンセルします。".encode())

    desk.work()

    assert desk.application().state is State.AWAITING_PAYMENT


def test_a_form_from_a_robot_that_nobody_listed_is_seen_by_a_person(
    desk: Desk, application_mail: Write
) -> None:
    desk.receive(application_mail(address="form@cgi.example.com", headers="Precedence: bulk\r\n"))

    desk.work()

    assert desk.letters() == []
    with desk.office.database.read() as connection:
        assert [task.kind for task in tasks.listing(connection)] == ["review"]


def test_a_reply_that_quotes_a_whole_group_withdraws_only_who_is_named_in_it(
    desk: Desk, application_mail: Write
) -> None:
    desk.receive(application_mail("見本 花子", others=["見本 太一", "見本 次郎"]))
    desk.work()
    reference = desk.application().reference
    head = (
        "From: hanako@example.jp\r\nTo: office@example.jp\r\nMessage-ID: <c@example.jp>\r\n"
        f"Subject: {reference}\r\nMIME-Version: 1.0\r\n"
        "Content-Type: text/plain; charset=UTF-8\r\n\r\n"
    )
    body = "見本 次郎のみキャンセルします。\n\n> 見本 花子\n> 見本 太一\n> 見本 次郎\n"
    desk.receive(head.encode() + body.encode())

    desk.work()

    assert desk.application().withdrawal_of == (3,)
