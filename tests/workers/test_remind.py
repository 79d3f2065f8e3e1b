"""What is due happens in its time, once, and not when it has lost its sense."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, time, timedelta

from pipeline.clock import machine_now
from pipeline.domain import events
from pipeline.domain.application import State
from pipeline.domain.rules import QuietHours
from pipeline.store import settings
from pipeline.workers import act
from pipeline.workers.remind import remind_next
from tests.workers.conftest import KANJI, SECRETS, TOKYO, Desk

Write = Callable[..., bytes]


def at(month: int, day: int, hour: int = 12) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=TOKYO)


def registered(
    desk: Desk, write: Write, name: str = "見本 花子", address: str = "h@example.jp"
) -> str:
    desk.receive(write(name, address, number=desk.count))
    desk.work()
    return next(one.reference for one in desk.applications() if one.contact_address == address)


def test_payment_reminders_come_in_their_time_and_only_to_the_unpaid(
    desk: Desk, application_mail: Write
) -> None:
    registered(desk, application_mail)
    paid = registered(desk, application_mail, "見本 払子", "paid@example.jp")
    desk.pay(paid, 1000, date(2026, 2, 3))

    desk.pass_to(at(3, 12, 18))

    reminders = [text for text in desk.texts("h@example.jp") if "行き違い" in text]
    # Five business days after 2 February, 5 March, 10 March and the morning of 12 March.
    assert len(reminders) == 4
    assert not any("行き違い" in text for text in desk.texts("paid@example.jp"))


def test_after_an_outage_one_reminder_leaves_and_no_pile(
    desk: Desk, application_mail: Write
) -> None:
    registered(desk, application_mail)

    desk.clock.set(at(3, 10, 18))
    desk.work()

    assert len([text for text in desk.texts() if "行き違い" in text]) == 1


def test_a_reminder_that_has_lost_its_sense_is_dropped(desk: Desk, application_mail: Write) -> None:
    registered(desk, application_mail)

    desk.clock.set(at(3, 13, 9))
    desk.work()

    assert not any("行き違い" in text for text in desk.texts())


def test_nothing_leaves_of_our_own_accord_in_the_quiet_hours(
    desk: Desk, application_mail: Write
) -> None:
    registered(desk, application_mail)
    desk.clock.set(at(2, 9, 23))
    assert not remind_next(desk.office)

    desk.clock.set(at(2, 10, 6))
    assert not remind_next(desk.office)
    desk.clock.set(at(2, 10, 7))

    assert remind_next(desk.office)


def test_an_answer_leaves_in_the_quiet_hours(desk: Desk, application_mail: Write) -> None:
    desk.clock.set(at(2, 3, 2))

    registered(desk, application_mail)

    assert len(desk.letters()) == 1


def test_nobody_expires_before_the_banks_word_whatever_the_clock_says(
    desk: Desk, application_mail: Write
) -> None:
    registered(desk, application_mail)
    desk.pass_to(at(4, 1))
    assert desk.application().state is State.AWAITING_PAYMENT

    desk.cover(date(2026, 3, 12))
    assert desk.application().state is State.AWAITING_PAYMENT
    desk.cover(date(2026, 3, 13))

    assert desk.application().state is State.EXPIRED


# ---------------------------------------------------------------- what lies unread

ACCOUNT = "office@mail.example.jp"


def lacking(desk: Desk, write: Write) -> None:
    """Somebody's form lacks the telephone number, which may be given until 9 February."""
    desk.receive(write(leave_out="電話番号"))
    desk.work()
    assert desk.application().state is State.INCOMPLETE


def test_nobody_is_told_that_it_is_over_while_their_mail_lies_unread(
    desk: Desk, application_mail: Write
) -> None:
    lacking(desk, application_mail)
    desk.clock.set(at(2, 16))
    desk.receive(application_mail(number=2), at=at(2, 8))

    remind_next(desk.office)
    desk.work()

    assert desk.application().state is State.AWAITING_PAYMENT
    assert len(desk.letters()) == 2


def polled(desk: Desk, ago: timedelta) -> None:
    """The mailbox was last found empty so long ago."""
    with desk.office.database.write() as connection:
        settings.polled(connection, ACCOUNT, machine_now() - ago)


def test_nobody_is_told_that_it_is_over_before_the_mailbox_was_read(
    desk: Desk, application_mail: Write
) -> None:
    desk.office = replace(desk.office, accounts=(ACCOUNT,))
    lacking(desk, application_mail)
    desk.clock.set(at(2, 16))

    desk.work()
    assert desk.application().state is State.INCOMPLETE
    polled(desk, timedelta(hours=3))
    desk.work()
    assert desk.application().state is State.INCOMPLETE
    polled(desk, timedelta(minutes=4))
    desk.work()

    assert desk.application().state is State.EXPIRED


def test_what_ended_after_the_mailbox_was_read_waits_for_the_next_look(
    desk: Desk, application_mail: Write
) -> None:
    served = desk.office.events[desk.slug]
    awake = served.rules.reminders.model_copy(
        update={"quiet": QuietHours(starts=time(7), ends=time(7))}
    )
    served = replace(served, rules=served.rules.model_copy(update={"reminders": awake}))
    desk.office = replace(desk.office, accounts=(ACCOUNT,), events={desk.slug: served})
    lacking(desk, application_mail)
    desk.clock.set(datetime(2026, 2, 10, 0, 2, tzinfo=TOKYO))

    polled(desk, timedelta(minutes=4))
    desk.work()
    assert desk.application().state is State.INCOMPLETE
    polled(desk, timedelta(minutes=1))
    desk.work()

    assert desk.application().state is State.EXPIRED


def test_an_unread_mail_that_came_too_late_holds_nothing_up(
    desk: Desk, application_mail: Write
) -> None:
    lacking(desk, application_mail)
    desk.clock.set(at(2, 16))
    desk.receive(application_mail("見本 次子", "next@example.jp"), at=at(2, 15))

    remind_next(desk.office)

    assert desk.application().state is State.EXPIRED


def test_a_payment_recorded_late_counts_by_its_value_date(
    desk: Desk, application_mail: Write
) -> None:
    reference = registered(desk, application_mail)
    desk.pass_to(at(3, 17))

    desk.pay(reference, 1000, date(2026, 3, 12))
    desk.cover(date(2026, 3, 16))

    assert desk.application().state is State.ADMITTED


def test_a_withdrawal_gives_the_seat_to_the_first_in_line(
    desk: Desk, application_mail: Write
) -> None:
    for n in range(5):
        registered(desk, application_mail, f"見本 {KANJI[n]}子", f"a{n}@example.jp")
    first = desk.applications()[0]

    act.act(desk.office, first.reference, events.WithdrawnByOperator(who="test", why="telephone"))
    desk.work()

    states = {one.contact_address: one.state for one in desk.applications()}
    assert states["a3@example.jp"] is State.AWAITING_PAYMENT
    assert states["a4@example.jp"] is State.WAITLISTED


def test_a_larger_capacity_is_offered_by_itself(desk: Desk, application_mail: Write) -> None:
    for n in range(5):
        registered(desk, application_mail, f"見本 {KANJI[n]}子", f"a{n}@example.jp")
    served = desk.office.events[desk.slug]
    event = served.rules.event.model_copy(update={"capacity": 5})
    from dataclasses import replace

    roomier = replace(served, rules=served.rules.model_copy(update={"event": event}))
    desk.office.events[desk.slug] = roomier  # type: ignore[index]  # a restart with other rules

    desk.work()

    assert {one.state for one in desk.applications()} == {State.AWAITING_PAYMENT}


def test_a_postponed_access_waits_and_a_rotated_one_goes_to_all_again(
    desk: Desk, application_mail: Write
) -> None:
    reference = registered(desk, application_mail)
    desk.pay(reference, 1000, date(2026, 2, 3))
    act.postpone_access(desk.office, desk.slug, until=at(2, 26, 9), who="test", why="videos")
    desk.pass_to(at(2, 25))
    assert desk.application().state is State.PAID

    desk.pass_to(at(2, 27))
    assert desk.application().state is State.ADMITTED
    desk.vault.values["password"] = "another-word-99"
    act.rotate_access(desk.office, desk.slug, who="test", why="leaked")
    desk.work()

    texts = desk.texts()
    assert SECRETS["password"] in texts[-2]
    assert "another-word-99" in texts[-1]


def test_the_look_ahead_waits_for_the_zoom_link(desk: Desk, application_mail: Write) -> None:
    reference = registered(desk, application_mail)
    desk.pay(reference, 1000, date(2026, 2, 3))
    link = desk.vault.values.pop("zoom_link")
    desk.pass_to(at(3, 20))
    assert not any(link in text for text in desk.texts())

    desk.vault.values["zoom_link"] = link
    desk.work()
    assert link in desk.texts()[-1]
    desk.pass_to(at(3, 26, 8))

    assert len([text for text in desk.texts() if link in text]) == 2


def test_an_incomplete_application_lapses_after_its_last_day_and_not_before(
    desk: Desk, application_mail: Write
) -> None:
    desk.receive(application_mail(leave_out="フリガナ"))
    desk.work()
    assert desk.application().state is State.INCOMPLETE

    desk.pass_to(at(2, 9, 18))
    assert desk.application().state is State.INCOMPLETE
    desk.pass_to(at(2, 10, 12))

    assert desk.application().state is State.EXPIRED


def test_a_held_application_does_not_lapse_while_it_waits_for_us(
    desk: Desk, application_mail: Write
) -> None:
    desk.receive(application_mail(category="その他"))
    desk.work()
    assert desk.application().held

    desk.pass_to(at(3, 1))

    assert desk.application().state is State.INCOMPLETE
    act.act(desk.office, desk.application().reference, events.Accepted(who="test", why="fits"))
    desk.work()
    assert desk.application().state is State.AWAITING_PAYMENT


def test_the_end_of_the_list_is_told_after_the_expiry_run(
    desk: Desk, application_mail: Write
) -> None:
    for n in range(4):
        registered(desk, application_mail, f"見本 {KANJI[n]}子", f"a{n}@example.jp")
    desk.pass_to(at(3, 16))
    assert desk.applications()[-1].state is State.WAITLISTED

    desk.cover(date(2026, 3, 13))

    assert {one.state for one in desk.applications()} == {State.EXPIRED}
    assert len(desk.letters("a3@example.jp")) == 2


def test_nothing_is_due_twice(desk: Desk, application_mail: Write) -> None:
    registered(desk, application_mail)
    desk.pass_to(at(2, 20))
    sent = len(desk.letters())

    for _ in range(3):
        desk.clock.advance(timedelta(minutes=1))
        desk.work()

    assert len(desk.letters()) == sent
