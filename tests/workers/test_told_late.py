"""Nobody is told that it is over whom we told late what to do: after a stop, an outage, a hold."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path

from pipeline.domain import events
from pipeline.domain.application import State
from pipeline.domain.decision import Reason
from pipeline.domain.rules import Rules
from pipeline.mail.templates import Library
from pipeline.store import journal, outbox_console
from pipeline.transport.courier import Fate
from pipeline.workers import act
from tests.workers.confirmation import HANAKO, Write, answer, confirming, open_tasks
from tests.workers.conftest import KANJI, ON_BOTH, TOKYO, Desk, open_desk

WHO = {"who": "test", "why": "telephone"}
CORRECT = "お申込み内容のご確認のお願い"
LAPSED = "お申込み内容の確認期限の終了のお知らせ"
EXPIRED = "お申込みの受付終了のお知らせ"


def at(month: int, day: int, hour: int = 12) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=TOKYO)


def stop(desk: Desk) -> None:
    act.stop_sending(desk.office, **WHO)


def resume(desk: Desk) -> None:
    act.resume_sending(desk.office, **WHO)
    desk.work()


def apply(desk: Desk, raw: bytes) -> None:
    desk.receive(raw)
    desk.work()


def only_letter(desk: Desk, act_on: Callable[..., bool]) -> None:
    """An operator holds or drops the only letter there is."""
    with desk.office.database.write() as connection:
        (letter,) = outbox_console.listing(connection)
        assert act_on(connection, letter.id, at=desk.clock.now(), cause="operator:1", **WHO)


def one_line(text: str) -> str:
    return text.replace("\r", "").replace("\n", "")


def reasons(desk: Desk) -> list[str]:
    with desk.office.database.read() as connection:
        told = journal.of_application(connection, desk.application().reference)
    return [entry.reason for entry in told]


# ---------------------------------------------------------------- a correction


@ON_BOTH
def test_whoever_was_never_asked_for_a_correction_does_not_lapse(
    desk: Desk, application_mail: Write
) -> None:
    stop(desk)
    apply(desk, application_mail(leave_out="電話番号"))
    desk.pass_to(at(2, 13))
    assert desk.application().state is State.INCOMPLETE
    resume(desk)

    (subject,) = desk.subjects()
    assert CORRECT in subject
    assert "令和8年2月18日(水)までに" in desk.texts()[0]
    assert Reason.ASKED_ANEW in reasons(desk)


def test_its_days_begin_when_the_letter_leaves_and_end_like_all_others(
    desk: Desk, application_mail: Write
) -> None:
    stop(desk)
    apply(desk, application_mail(leave_out="電話番号"))
    desk.pass_to(at(2, 16))
    resume(desk)

    desk.pass_to(at(2, 24, 18))
    assert desk.application().state is State.INCOMPLETE
    desk.pass_to(at(3, 4))
    assert desk.application().state is State.EXPIRED
    assert LAPSED in desk.subjects()[-1]
    assert open_tasks(desk) == []


def test_whoever_was_asked_days_late_is_asked_anew(desk: Desk, application_mail: Write) -> None:
    """The server took nothing for two days; the letter that left then names a day too early."""
    desk.courier.fates = [Fate.LATER] * 14
    apply(desk, application_mail(leave_out="電話番号"))
    desk.pass_to(at(2, 10))
    assert desk.courier.fates == []

    assert [CORRECT in one for one in desk.subjects()] == [True, True]
    first, second = desk.texts()
    assert "令和8年2月9日(月)までに" in first
    assert "令和8年2月13日(金)までに" in second
    desk.pass_to(at(2, 13, 18))
    assert desk.application().state is State.INCOMPLETE
    desk.pass_to(at(2, 14))
    assert desk.application().state is State.EXPIRED


def test_whoever_was_asked_in_time_lapses_whatever_is_said_later(
    desk: Desk, application_mail: Write
) -> None:
    """Somebody who writes every day until the end keeps no seat by our answers."""
    apply(desk, application_mail(leave_out="電話番号"))
    desk.pass_to(at(2, 8))
    stop(desk)
    act.act(desk.office, desk.application().reference, events.Resent(**WHO))
    desk.pass_to(at(2, 10))

    assert desk.application().state is State.EXPIRED


def test_a_letter_that_a_person_holds_has_told_nobody(desk: Desk, application_mail: Write) -> None:
    stop(desk)
    apply(desk, application_mail(leave_out="電話番号"))
    only_letter(desk, outbox_console.hold)
    resume(desk)
    desk.pass_to(at(2, 10))

    assert desk.application().state is State.INCOMPLETE
    assert len(desk.subjects()) == 1


def test_a_letter_that_a_person_dropped_was_not_to_leave(
    desk: Desk, application_mail: Write
) -> None:
    stop(desk)
    apply(desk, application_mail(leave_out="電話番号"))
    only_letter(desk, outbox_console.drop)
    desk.pass_to(at(2, 10))

    assert desk.application().state is State.EXPIRED


# ---------------------------------------------------------------- a payment


def test_whoever_was_never_told_how_to_pay_does_not_expire(
    desk: Desk, application_mail: Write
) -> None:
    desk.clock.set(at(3, 9))
    stop(desk)
    apply(desk, application_mail())
    desk.pass_to(at(3, 14))
    desk.cover(date(2026, 3, 13))

    assert desk.application().state is State.AWAITING_PAYMENT
    assert desk.application().held == Reason.NOT_EXPIRED_YET
    assert open_tasks(desk) == ["review"]
    resume(desk)
    assert not [one for one in desk.subjects() if EXPIRED in one]


def test_whoever_was_told_how_to_pay_on_the_last_day_is_looked_at(
    desk: Desk, application_mail: Write
) -> None:
    desk.clock.set(at(3, 9))
    stop(desk)
    apply(desk, application_mail())
    desk.pass_to(at(3, 12, 20))
    resume(desk)
    desk.pass_to(at(3, 14))
    desk.cover(date(2026, 3, 13))

    assert desk.application().state is State.AWAITING_PAYMENT
    assert open_tasks(desk) == ["review"]


def test_nobody_is_reminded_of_a_letter_that_has_not_left(
    desk: Desk, application_mail: Write
) -> None:
    stop(desk)
    apply(desk, application_mail())
    desk.pass_to(at(2, 12))
    resume(desk)

    (subject,) = desk.subjects()
    assert "お申込みの受付とお振込みのご案内" in subject
    desk.pass_to(at(3, 6))
    assert len(desk.subjects()) > 1


def test_whoever_had_their_days_expires_however_late_the_letter_was(
    desk: Desk, application_mail: Write
) -> None:
    stop(desk)
    apply(desk, application_mail())
    desk.pass_to(at(2, 20))
    resume(desk)
    desk.pass_to(at(3, 14))
    desk.cover(date(2026, 3, 13))

    assert desk.application().state is State.EXPIRED
    assert EXPIRED in desk.subjects()[-1]


def test_an_offered_seat_waits_for_its_letter(desk: Desk, application_mail: Write) -> None:
    for n in range(4):
        apply(desk, application_mail(f"見本 {KANJI[n]}子", f"a{n}@example.jp", number=n))
    stop(desk)
    first = desk.applications()[0].reference
    act.act(desk.office, first, events.WithdrawnByOperator(who="test", why="telephone"))
    desk.work()
    desk.pass_to(at(2, 9))
    desk.cover(date(2026, 2, 9))
    desk.pass_to(at(2, 10))
    resume(desk)

    assert desk.applications()[3].state is State.AWAITING_PAYMENT
    offers = [text for text in desk.texts("a3@example.jp") if "参加をご希望の場合は" in text]
    assert len(offers) == 1
    assert "令和8年2月13日(金)までに参加費をお振込みください" in one_line(offers[0])


# ---------------------------------------------------------------- a confirmation


def test_whoever_was_never_asked_for_a_confirmation_is_asked_anew(
    tmp_path: Path, rules: Rules, library: Library, application_mail: Write
) -> None:
    with open_desk(tmp_path / "s.sqlite3", confirming(rules), library) as desk:
        stop(desk)
        apply(desk, application_mail())
        desk.pass_to(at(2, 10))
        resume(desk)
        letter = desk.letters(HANAKO)[0]
        assert "令和8年2月13日(金)までに" in desk.texts(HANAKO)[0]
        assert len(desk.letters(HANAKO)) == 1

        desk.receive(answer(letter, "確認しました。"))
        desk.work()
        assert desk.application().state is State.AWAITING_PAYMENT


# ---------------------------------------------------------------- what waited and is put off


def test_what_waited_here_for_days_is_not_given_up_at_its_first_attempt(
    desk: Desk, application_mail: Write
) -> None:
    stop(desk)
    apply(desk, application_mail())
    desk.pass_to(at(2, 9))
    desk.courier.fates = [Fate.LATER]
    resume(desk)
    assert desk.subjects() == []

    desk.clock.set(desk.clock.now() + timedelta(minutes=10))
    desk.work()
    assert len(desk.letters()) == 1
    assert open_tasks(desk) == []
