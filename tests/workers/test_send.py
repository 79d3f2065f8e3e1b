"""Letters leave once, with the secret filled in only then, and every fate is written down."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, timedelta

import pytest

from pipeline.domain import events
from pipeline.domain.application import State
from pipeline.store import outbox, outbox_console, tasks
from pipeline.transport.courier import Delivery, Fate, Parcel
from pipeline.workers import act, send
from pipeline.workers.process import process_next
from pipeline.workers.send import Sender
from tests.workers.conftest import KANJI, SECRETS, TOKYO, Desk, ScriptedCourier

Write = Callable[..., bytes]
RELEASE = datetime(2026, 2, 24, 12, tzinfo=TOKYO)


def statuses(desk: Desk) -> list[str]:
    with desk.office.database.read() as connection:
        return [row.status for row in outbox_console.listing(connection)]


@pytest.fixture
def paid(desk: Desk, application_mail: Write) -> Desk:
    """One application, paid in time; access is not open yet."""
    desk.receive(application_mail())
    desk.work()
    desk.pay(desk.application().reference, 1000, date(2026, 2, 3))
    return desk


def test_a_letter_put_off_is_sent_later_with_the_same_message_id(
    desk: Desk, application_mail: Write
) -> None:
    desk.courier.fates = [Fate.LATER, Fate.LATER]
    desk.receive(application_mail())
    desk.work()
    assert statuses(desk) == ["queued"]

    desk.clock.advance(timedelta(hours=1))
    desk.work()
    assert statuses(desk) == ["queued"]
    desk.clock.advance(timedelta(hours=1))
    desk.work()

    assert statuses(desk) == ["sent"]
    assert len(desk.courier.sent) == 1


def test_a_letter_that_never_gets_through_fails_and_its_application_learns_of_it(
    desk: Desk, application_mail: Write
) -> None:
    desk.courier.fates = [Fate.LATER] * 100
    desk.receive(application_mail())
    desk.work()

    desk.pass_to(desk.clock.now() + timedelta(days=6))

    assert statuses(desk)[0] == "failed"
    assert desk.application().bounced == ("hanako@example.jp",)


def test_a_refused_recipient_is_written_to_no_more_and_becomes_a_task(
    desk: Desk, application_mail: Write
) -> None:
    desk.courier.fates = [Fate.REFUSED]
    desk.receive(application_mail())
    desk.work()

    desk.pass_to(datetime(2026, 2, 20, tzinfo=TOKYO))

    assert desk.courier.sent == []
    with desk.office.database.read() as connection:
        assert [task.kind for task in tasks.listing(connection)] == ["address"]


def test_a_harmless_letter_of_unknown_fate_is_sent_once_more_and_not_again(
    desk: Desk, application_mail: Write
) -> None:
    desk.courier.fates = [Fate.UNKNOWN, Fate.UNKNOWN]
    desk.receive(application_mail())
    desk.work()

    desk.clock.advance(timedelta(hours=2))
    desk.work()
    desk.clock.advance(timedelta(days=1))
    desk.work()

    assert desk.courier.fates == []
    assert statuses(desk) == ["unknown"]


def test_a_letter_with_the_secret_and_of_unknown_fate_waits_for_a_person(paid: Desk) -> None:
    paid.courier.fates = [Fate.UNKNOWN]

    paid.pass_to(RELEASE + timedelta(days=2))

    assert "unknown" in statuses(paid)
    assert not any(SECRETS["password"] in text for text in paid.texts())


def test_the_secret_leaves_only_when_access_opens(paid: Desk) -> None:
    paid.pass_to(RELEASE - timedelta(hours=3))
    assert not any(SECRETS["password"] in text for text in paid.texts())

    paid.pass_to(RELEASE)

    assert [SECRETS["password"] in text for text in paid.texts()] == [False, False, True]
    assert paid.application().state is State.ADMITTED


def test_who_asks_for_the_password_on_the_day_it_came_is_sent_it_once_more(paid: Desk) -> None:
    """It is the very same letter, and whoever asks has lost the first one."""
    paid.pass_to(RELEASE)
    for number in (1, 2):
        paid.clock.advance(timedelta(hours=1))
        head = (
            "From: hanako@example.jp\r\nTo: office@example.jp\r\nSubject: password\r\n"
            f"Message-ID: <p{number}@example.jp>\r\nMIME-Version: 1.0\r\n"
            "Content-Type: text/plain; charset=UTF-8\r\n\r\n"
        )
        paid.receive(head.encode() + "パスワードを再度お送りください。".encode())
        paid.work()

    assert [SECRETS["password"] in text for text in paid.texts()] == [False, False, True, True]


def test_without_the_secrets_the_letters_wait(paid: Desk) -> None:
    password = paid.vault.values.pop("password")
    paid.pass_to(RELEASE + timedelta(days=1))
    assert paid.application().state is State.PAID

    paid.vault.values["password"] = password
    paid.work()

    assert paid.application().state is State.ADMITTED


def test_while_the_zoom_link_is_missing_the_access_letter_says_that_it_follows(paid: Desk) -> None:
    del paid.vault.values["zoom_link"]

    paid.pass_to(RELEASE)

    assert SECRETS["password"] in paid.texts()[-1]
    assert "あらためてお送り" in paid.texts()[-1]


def test_an_application_held_while_the_bytes_leave_gets_no_secret(paid: Desk) -> None:
    def hold_it(_: Parcel) -> None:
        act.act(paid.office, paid.application().reference, events.Held(who="test", why="telephone"))

    paid.courier.at_dot = hold_it

    paid.pass_to(RELEASE)

    assert statuses(paid).count("held") == 1
    assert not any(SECRETS["password"] in text for text in paid.texts())


def test_the_stop_switch_works_at_once_and_nothing_is_lost(
    desk: Desk, application_mail: Write
) -> None:
    act.stop_sending(desk.office, who="test", why="a loop")
    desk.receive(application_mail())
    desk.work()
    assert desk.letters() == []

    act.resume_sending(desk.office, who="test", why="mended")
    desk.work()

    assert len(desk.letters()) == 1


def test_a_courier_that_breaks_off_leaves_no_letter_without_a_fate(
    desk: Desk, application_mail: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    for n in range(3):
        desk.receive(application_mail(f"見本 {KANJI[n]}子", f"a{n}@example.jp", number=n))
    whole = desk.courier.deliver

    def breaking(
        parcels: Sequence[Parcel], before_dot: Callable[[Parcel], None]
    ) -> Iterator[Delivery]:
        yield next(whole(parcels, before_dot))
        raise ZeroDivisionError("a bug")

    with monkeypatch.context() as broken:
        broken.setattr(desk.courier, "deliver", breaking)
        process_next(desk.office)
        desk.sender.send_next()
        assert sorted(statuses(desk)) == ["queued", "sent", "unknown"]

    desk.clock.advance(timedelta(hours=1))
    desk.work()

    assert statuses(desk) == ["sent"] * 3


def test_an_address_that_no_letter_can_be_written_to_is_a_task_and_stops_nothing(
    desk: Desk, application_mail: Write
) -> None:
    desk.receive(application_mail())
    desk.work()
    reference = desk.application().reference

    act.act(desk.office, reference, events.Resent(who="test", why="by phone", to="花子@例え.jp"))
    desk.work()

    with desk.office.database.read() as connection:
        assert [task.kind for task in tasks.listing(connection)] == ["address"]
    assert len(desk.letters()) == 1


def test_what_a_server_has_taken_is_written_down_before_the_batch_ends(
    desk: Desk, application_mail: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A death in the middle of a slow batch leaves few letters in doubt."""
    monkeypatch.setattr(send, "SETTLE_WITHIN", 0.0)
    seen: list[list[str]] = []

    class Looking(ScriptedCourier):
        def deliver(
            self, parcels: Sequence[Parcel], before_dot: Callable[[Parcel], None]
        ) -> Iterator[Delivery]:
            for delivery in super().deliver(parcels, before_dot):
                yield delivery
                seen.append(statuses(desk))

    desk.sender.courier = Looking()
    desk.receive(application_mail(address="hanako@example.jp"))
    desk.receive(application_mail("見本 次郎", "jiro@example.com", number=2))
    desk.work()

    assert seen == [["sent", "sending"], ["sent", "sent"]]


def test_a_harmless_letter_is_marked_at_its_dot_in_its_second_try_and_only_there(
    desk: Desk, application_mail: Write
) -> None:
    def dies(_: Parcel) -> None:
        raise KeyboardInterrupt

    def takes_over() -> None:
        with desk.office.database.write() as connection:
            outbox.recover(connection, now=desk.clock.now(), alive={"another"})
        desk.clock.advance(timedelta(hours=1))

    desk.receive(application_mail())
    process_next(desk.office)
    desk.courier.fates = [Fate.UNKNOWN]
    desk.courier.at_dot = dies  # not called in the first try
    desk.sender.send_next()
    desk.clock.advance(timedelta(hours=1))
    for _ in range(3):  # never at the dot: as often as it takes
        with pytest.raises(KeyboardInterrupt):
            desk.sender.send_next()
        desk.sender = Sender(desk.office, desk.courier)
        takes_over()
    desk.courier.at_dot = lambda _: None

    desk.work()

    assert len(desk.courier.sent) == 1
    assert statuses(desk) == ["sent"]
