"""The world on loopback, with the real IMAP link inside."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from email import message_from_bytes
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from pipeline.transport.courier import Delivery, Fate, Parcel
from pipeline.transport.errors import LinkLost, LoginRefused
from pipeline.transport.file_courier import FileCourier
from pipeline.transport.imap import Fetched, ImapLink, ImapSettings
from pipeline.transport.sandbox import Sandbox

OFFICE = "Office@example.jp"
RAW = b"From: a@example.jp\r\nSubject: one\r\n\r\n\x00bytes \xe3\x81\x82\r\n.\r\n"
LONG = 60.0  # seconds that no test waits for


def never() -> bool:
    return False


@contextmanager
def sandbox(folder: Path) -> Iterator[Sandbox]:
    running = Sandbox(OFFICE)
    running.start(folder)
    try:
        yield running
    finally:
        running.stop()


@contextmanager
def mailbox(settings: ImapSettings) -> Iterator[ImapLink]:
    link = ImapLink(settings)
    try:
        link.connect()
        yield link
    finally:
        link.close()


def next_mails(link: ImapLink, above: int = 0) -> list[Fetched]:
    while not (uids := link.uids_above(above, 500)):
        assert link.wait(LONG, never)
    return link.fetch(uids)


def test_a_mail_from_the_world_lies_in_the_mailbox_byte_by_byte(tmp_path: Path) -> None:
    with sandbox(tmp_path) as world, mailbox(world.imap_settings()) as link:
        world.deliver(RAW, "a@example.jp", "office+b-x@example.jp")
        [mail] = next_mails(link)

    assert mail.raw.endswith(b"\r\n" + RAW)
    headers = message_from_bytes(mail.raw)
    assert headers["Return-Path"] == "<a@example.jp>"
    assert headers["Delivered-To"] == "office+b-x@example.jp"
    assert mail.internal_date.tzinfo is not None


def test_an_arrival_ends_idle(tmp_path: Path) -> None:
    with sandbox(tmp_path) as world, mailbox(world.imap_settings()) as link:
        link.uids_above(0, 10)
        sender = threading.Thread(target=world.deliver, args=(RAW, "a@example.jp", OFFICE))
        sender.start()
        mails = next_mails(link)
        sender.join(20)

    assert len(mails) == 1


def test_a_mail_that_comes_just_before_idle_is_heard(tmp_path: Path) -> None:
    """A race, so it is run often; whoever misses one waits in vain."""
    with sandbox(tmp_path) as world, mailbox(world.imap_settings()) as link:
        last = 0
        for _ in range(200):
            sender = threading.Thread(target=world.deliver, args=(RAW, "a@example.jp", OFFICE))
            sender.start()
            while not (uids := link.uids_above(last, 10)):
                assert link.wait(10, never)
            last = uids[-1]
            sender.join(20)


def test_hundreds_of_mails_are_taken_in_and_moved_away(tmp_path: Path) -> None:
    february = datetime(2026, 2, 2, tzinfo=ZoneInfo("Asia/Tokyo"))

    def deliver() -> None:
        for _ in range(200):
            world.deliver(RAW, "a@example.jp", OFFICE)

    with sandbox(tmp_path) as world, mailbox(world.imap_settings()) as link:
        sender = threading.Thread(target=deliver)
        sender.start()
        seen: list[int] = []
        while len(seen) < 200:
            uids = [mail.uid for mail in next_mails(link, max(seen, default=0))]
            link.move(uids, february)
            seen += uids
        sender.join(20)

        assert link.uids_above(0, 500) == []
    assert len(set(seen)) == 200


def test_mail_for_others_is_not_taken(tmp_path: Path) -> None:
    with sandbox(tmp_path) as world, pytest.raises(LinkLost, match="550"):
        world.deliver(RAW, "a@example.jp", "other@example.jp")


def test_the_mailbox_has_its_password(tmp_path: Path) -> None:
    with sandbox(tmp_path) as world:
        settings = world.imap_settings()
        link = ImapLink(
            ImapSettings(settings.host, settings.port, settings.user, "wrong", security="none")
        )
        with pytest.raises(LoginRefused):
            link.connect()
        link.close()


def test_what_nobody_fetched_is_there_after_a_restart(tmp_path: Path) -> None:
    with sandbox(tmp_path) as world, mailbox(world.imap_settings()) as link:
        world.deliver(RAW, "a@example.jp", OFFICE)
        world.deliver(RAW + b"second\r\n", "a@example.jp", OFFICE)
        before = next_mails(link)
        link.move([before[0].uid], before[0].internal_date)
    with sandbox(tmp_path) as world, mailbox(world.imap_settings()) as link:
        after = next_mails(link)

    assert [mail.raw for mail in after] == [before[1].raw]
    assert abs((after[0].internal_date - before[1].internal_date).total_seconds()) < 2


def test_ports_can_be_chosen_and_a_taken_one_is_told(tmp_path: Path) -> None:
    with sandbox(tmp_path / "one") as world:
        for ports in ({"imap_port": world.imap_port}, {"smtp_port": world.smtp_port}):
            other = Sandbox(OFFICE)
            with pytest.raises(OSError, match="in use"):
                other.start(tmp_path / "two", **ports)
            other.stop()


# ------------------------------------------------------------ what leaves


def carry(
    courier: FileCourier, recipient: str, *, guarded: bool = False, number: int = 1
) -> Delivery:
    parcel = Parcel(number, "office+b-1@example.jp", recipient, RAW, guarded)
    [told] = courier.deliver([parcel], lambda parcel: None)
    return told


def kept(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def no_bounce(raw: bytes, address: str) -> None:
    raise AssertionError(address)


def test_mails_are_kept_as_numbered_files(tmp_path: Path) -> None:
    courier = FileCourier(tmp_path / "sent", no_bounce)
    told = [carry(courier, "a@example.jp"), carry(courier, '"../x y"@example.jp')]
    carry(FileCourier(tmp_path / "sent", no_bounce), "c@example.jp")  # after a restart

    assert [(d.fate, d.phase, d.code) for d in told] == [(Fate.ACCEPTED, "dot", 250)] * 2
    assert kept(tmp_path / "sent") == [
        "000001-a@example.jp.eml",
        "000002-_.._x_y_@example.jp.eml",
        "000003-c@example.jp.eml",
    ]
    assert (tmp_path / "sent" / "000001-a@example.jp.eml").read_bytes() == RAW


def test_a_guarded_mail_is_kept_only_after_leave(tmp_path: Path) -> None:
    courier = FileCourier(tmp_path, no_bounce)
    parcel = Parcel(1, "office@example.jp", "a@example.jp", RAW, guarded=True)

    def before_dot(parcel: Parcel) -> None:
        raise LookupError(parcel.id)

    with pytest.raises(LookupError):
        list(courier.deliver([parcel], before_dot))

    assert kept(tmp_path) == []


def test_a_refusing_address_refuses(tmp_path: Path) -> None:
    told = carry(FileCourier(tmp_path, no_bounce), "refuse.me@example.jp")

    assert (told.fate, told.phase, told.code) == (Fate.REFUSED, "rcpt", 550)
    assert kept(tmp_path) == []


def test_a_late_address_puts_each_mail_off_once(tmp_path: Path) -> None:
    courier = FileCourier(tmp_path, no_bounce)
    told = [carry(courier, "later@example.jp", number=n) for n in (1, 1, 2)]

    assert [d.fate for d in told] == [Fate.LATER, Fate.ACCEPTED, Fate.LATER]
    assert len(kept(tmp_path)) == 1


def test_a_bouncing_address_sends_a_report_into_the_offices_mailbox(tmp_path: Path) -> None:
    with sandbox(tmp_path) as world, mailbox(world.imap_settings()) as link:
        courier = FileCourier(tmp_path / "sent", lambda raw, to: world.deliver(raw, "", to))
        told = carry(courier, "bounce@example.com")
        [mail] = next_mails(link)

    report = message_from_bytes(mail.raw)
    assert told.fate is Fate.ACCEPTED
    assert report["Return-Path"] == "<>"
    assert report["Delivered-To"] == "office+b-1@example.jp"
    assert report.get_content_type() == "multipart/report"
    parts = [part.as_string() for part in report.walk()]
    assert any("Final-Recipient: rfc822; bounce@example.com" in part for part in parts[1:])
    assert any("Subject: one" in part for part in parts[1:])
    assert b"bytes" not in mail.raw  # what was in the letter does not come back


def test_a_report_is_never_answered_with_a_report(tmp_path: Path) -> None:
    courier = FileCourier(tmp_path, no_bounce)
    list(courier.deliver([Parcel(1, "", "bounce@example.jp", RAW)], lambda parcel: None))
