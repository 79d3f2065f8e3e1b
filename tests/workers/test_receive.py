"""Mail is committed before its server is told; what is found again is refused or recognised."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipeline.store import inbox_console
from pipeline.store.database import Unavailable
from pipeline.transport.errors import CommandRefused, LinkLost
from pipeline.transport.imap import ImapLink
from pipeline.transport.listener import Received
from pipeline.transport.sandbox import Sandbox
from pipeline.workers.receive import Doorstep, Receiver
from tests.workers.conftest import KANJI, Desk

Write = Callable[..., bytes]


@pytest.fixture
def sandbox(desk: Desk, tmp_path: Path) -> Iterator[Sandbox]:
    running = Sandbox(office_address(desk))
    running.start(tmp_path / "world")
    yield running
    running.stop()


def office_address(desk: Desk) -> str:
    return desk.office.events[desk.slug].own.address


def receiver(desk: Desk, link: ImapLink) -> Receiver:
    return Receiver(desk.office, desk.slug, link, account="sandbox")


def statuses(desk: Desk) -> list[str]:
    with desk.office.database.read() as connection:
        return [row.status for row in inbox_console.listing(connection)]


def everything(one: Receiver) -> None:
    while one.receive_next():
        pass


def test_mail_is_taken_in_once_and_moved_away(
    desk: Desk, sandbox: Sandbox, application_mail: Write
) -> None:
    one = receiver(desk, ImapLink(sandbox.imap_settings()))
    for n in range(3):
        raw = application_mail(f"見本 {KANJI[n]}子", f"a{n}@example.jp", number=n)
        sandbox.deliver(raw, f"a{n}@example.jp", office_address(desk))

    everything(one)

    assert statuses(desk) == ["new"] * 3
    fresh = ImapLink(sandbox.imap_settings())
    fresh.connect()
    assert fresh.uids_above(0, 100) == []
    fresh.close()
    one.forget()


class Unlucky(ImapLink):
    """Loses the link, or is refused, when mails shall be moved away."""

    failures: list[Exception]

    def move(self, uids: Sequence[int], when: datetime) -> None:
        if self.failures:
            raise self.failures.pop(0)
        super().move(uids, when)


def test_a_link_lost_between_commit_and_move_repeats_nothing(
    desk: Desk, sandbox: Sandbox, application_mail: Write
) -> None:
    link = Unlucky(sandbox.imap_settings())
    link.failures = [LinkLost("cut")]
    one = receiver(desk, link)
    sandbox.deliver(application_mail(), "a@example.jp", office_address(desk))
    with pytest.raises(LinkLost):
        one.receive_next()
    assert statuses(desk) == ["new"]
    one.forget()

    everything(one)

    assert statuses(desk) == ["new"]
    one.forget()


def test_a_server_that_refuses_to_move_does_not_stop_the_mail_behind(
    desk: Desk, sandbox: Sandbox, application_mail: Write
) -> None:
    link = Unlucky(sandbox.imap_settings())
    link.failures = [CommandRefused("over quota")] * 2
    one = receiver(desk, link)
    sandbox.deliver(application_mail(number=1), "a@example.jp", office_address(desk))
    everything(one)
    sandbox.deliver(application_mail(number=2), "a@example.jp", office_address(desk))
    assert one.wait(5, lambda: False)

    everything(one)

    assert statuses(desk) == ["new", "new"]
    one.forget()


def test_a_store_that_cannot_commit_leaves_the_mail_on_the_server(
    desk: Desk, sandbox: Sandbox, application_mail: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = receiver(desk, ImapLink(sandbox.imap_settings()))
    sandbox.deliver(application_mail(), "a@example.jp", office_address(desk))

    def full(*_: object) -> int:
        raise Unavailable("disk full")

    with monkeypatch.context() as broken:
        broken.setattr("pipeline.store.inbox.keep", full)
        with pytest.raises(Unavailable):
            one.receive_next()
    assert statuses(desk) == []
    one.forget()

    everything(one)

    assert statuses(desk) == ["new"]
    one.forget()


def received(raw: bytes, *recipients: str) -> Received:
    return Received(raw, "a@example.jp", recipients, datetime(2026, 2, 2, tzinfo=UTC))


def test_what_the_listener_hands_over_is_kept_when_keep_returns(
    desk: Desk, application_mail: Write
) -> None:
    doorstep = Doorstep(desk.office)

    doorstep.keep([received(application_mail(number=n), office_address(desk)) for n in (1, 2)])

    assert statuses(desk) == ["new", "new"]


def test_the_listener_takes_our_addresses_with_their_tokens_and_no_others(desk: Desk) -> None:
    doorstep = Doorstep(desk.office)
    local, _, domain = office_address(desk).partition("@")

    assert doorstep.event_of(office_address(desk).upper()) == desk.slug
    assert doorstep.event_of(f"{local}+b-1234@{domain}") == desk.slug
    assert doorstep.event_of("somebody@example.org") is None
