"""The IMAP link against a real Dovecot."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from imapclient import IMAPClient

from pipeline.clock import machine_now
from pipeline.transport.errors import LoginRefused, NotSecure
from pipeline.transport.imap import ImapLink, ImapSettings
from pipeline.transport.security import Security
from tests.servers.dovecot import PASSWORD, Dovecot, running_dovecot

pytestmark = pytest.mark.server

LONG = 60.0  # seconds that no test waits for
RAW = "Subject: 申込\r\n\r\n.山田です\r\n".encode()
FEBRUARY = datetime(2026, 2, 2, 9, tzinfo=ZoneInfo("Asia/Tokyo"))


def never() -> bool:
    return False


@contextmanager
def connected(settings: ImapSettings) -> Iterator[ImapLink]:
    link = ImapLink(settings)
    try:
        link.connect()
        yield link
    finally:
        link.close()


@contextmanager
def another_client(dovecot: Dovecot, user: str) -> Iterator[IMAPClient]:
    """As the office's people have one."""
    with IMAPClient("127.0.0.1", dovecot.imap, ssl=False) as client:
        client.login(user, PASSWORD)
        yield client


@contextmanager
def meanwhile(act: Callable[[], None]) -> Iterator[None]:
    thread = threading.Thread(target=act)
    thread.start()
    try:
        yield
    finally:
        thread.join(30)


@pytest.mark.parametrize("security", ["none", "starttls", "tls"])
def test_mail_comes_byte_by_byte_over_any_security(
    dovecot: Dovecot, user: str, security: Security
) -> None:
    dovecot.deliver(RAW, user)
    with connected(dovecot.settings(user, security)) as link:
        [mail] = link.fetch(link.uids_above(0, 10))

    assert mail.raw.endswith(b"\r\n" + RAW)
    assert mail.size == len(mail.raw)
    assert not mail.oversize
    assert abs(mail.internal_date - machine_now()) < timedelta(minutes=10)


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_certificate_of_nobody_known_is_not_trusted(
    dovecot: Dovecot, user: str, security: Security
) -> None:
    link = ImapLink(dovecot.settings(user, security, ca_file=None))
    with pytest.raises(NotSecure, match="certificate"):
        link.connect()
    link.close()


def test_a_wrong_password_is_refused(dovecot: Dovecot, user: str) -> None:
    link = ImapLink(dovecot.settings(user, "tls", password="wrong"))
    with pytest.raises(LoginRefused, match="AUTHENTICATIONFAILED"):
        link.connect()
    link.close()


def test_a_token_opens_the_mailbox(dovecot: Dovecot, user: str) -> None:
    dovecot.deliver(RAW, user)
    token = f"good-{user}"
    with connected(dovecot.settings(user, "tls", password=None, oauth_token=lambda: token)) as link:
        assert len(link.uids_above(0, 10)) == 1


def test_a_bad_token_is_refused(dovecot: Dovecot, user: str) -> None:
    link = ImapLink(dovecot.settings(user, "tls", oauth_token=lambda: "bad-token"))
    with pytest.raises(LoginRefused) as caught:
        link.connect()
    link.close()

    assert "bad-token" not in str(caught.value)


@pytest.mark.parametrize("security", ["none", "tls"])
def test_an_arrival_ends_idle(dovecot: Dovecot, user: str, security: Security) -> None:
    with connected(dovecot.settings(user, security)) as link:
        link.uids_above(0, 10)
        with meanwhile(lambda: dovecot.deliver(RAW, user)):
            heard = link.wait(LONG, never)

        assert heard
        assert len(link.uids_above(0, 10)) == 1


def test_mails_in_quick_succession_are_all_heard(dovecot: Dovecot, user: str) -> None:
    def deliver_ten() -> None:
        for _ in range(10):
            dovecot.deliver(RAW, user)

    with connected(dovecot.settings(user)) as link, meanwhile(deliver_ten):
        found: list[int] = []
        while len(found) < 10:
            uids = link.uids_above(max(found, default=0), 100)
            found += [mail.uid for mail in link.fetch(uids)]
            if not uids:
                assert link.wait(LONG, never)

    assert found == list(range(1, 11))


def test_mails_that_came_while_we_were_away_are_found(dovecot: Dovecot, user: str) -> None:
    dovecot.deliver(RAW, user)
    with connected(dovecot.settings(user)) as link:
        last = link.uids_above(0, 10)[-1]
    dovecot.deliver(RAW, user)
    dovecot.deliver(RAW, user)
    with connected(dovecot.settings(user)) as link:
        assert link.uids_above(last, 10) == [last + 1, last + 2]


def test_reading_leaves_mails_unread_for_people(dovecot: Dovecot, user: str) -> None:
    dovecot.deliver(RAW, user)
    with connected(dovecot.settings(user)) as link:
        link.fetch(link.uids_above(0, 10))
    with another_client(dovecot, user) as client:
        client.select_folder("INBOX")

        assert len(client.search("UNSEEN")) == 1


def test_mails_that_people_have_deleted_are_left_out(dovecot: Dovecot, user: str) -> None:
    for _ in range(3):
        dovecot.deliver(RAW, user)
    with connected(dovecot.settings(user)) as link:
        uids = link.uids_above(0, 10)
        with another_client(dovecot, user) as client:
            client.select_folder("INBOX")
            client.delete_messages([2])
            client.expunge()

        assert [mail.uid for mail in link.fetch(uids)] == [1, 3]


def test_a_folder_made_anew_has_another_uidvalidity(dovecot: Dovecot, user: str) -> None:
    """UIDs start again there: the second mail 1 is another mail than the first."""
    link = ImapLink(dovecot.settings(user, folder="Intake"))
    with another_client(dovecot, user) as client:
        client.create_folder("Intake")
        client.append("Intake", RAW)
        before, first = link.connect(), link.uids_above(0, 10)
        link.close()
        client.delete_folder("Intake")
        client.create_folder("Intake")
        client.append("Intake", RAW)
    after, second = link.connect(), link.uids_above(0, 10)
    link.close()

    assert before != after
    assert first == second == [1]


def test_taken_mails_move_to_the_folder_of_the_month(dovecot: Dovecot, user: str) -> None:
    for _ in range(4):
        dovecot.deliver(RAW, user)
    with connected(dovecot.settings(user)) as link:
        link.move([1, 2], FEBRUARY)
        link.move([4], FEBRUARY + timedelta(days=30))

        assert link.uids_above(0, 10) == [3]
    with another_client(dovecot, user) as client:
        assert client.folder_status("Processed/2026-02", ["MESSAGES"]) == {b"MESSAGES": 2}
        assert client.folder_status("Processed/2026-03", ["MESSAGES"]) == {b"MESSAGES": 1}
        subscribed = {name for _, _, name in client.list_sub_folders()}
        assert {"Processed/2026-02", "Processed/2026-03"} <= subscribed


def test_moving_what_is_gone_is_no_error(dovecot: Dovecot, user: str) -> None:
    dovecot.deliver(RAW, user)
    with connected(dovecot.settings(user)) as link:
        link.move([1], FEBRUARY)
        link.move([1], FEBRUARY)

        assert link.uids_above(0, 10) == []


@pytest.mark.parametrize("max_size", [10_000, 100_000])
def test_an_oversize_mail_comes_as_its_header_block(
    dovecot: Dovecot, user: str, max_size: int
) -> None:
    head = b"Subject: large\r\nFrom: a@example.jp\r\n\r\n"
    large = head + b"x" * max_size + b"\r\n"
    dovecot.deliver(RAW, user)
    dovecot.deliver(large, user)
    dovecot.deliver(RAW, user)
    with connected(dovecot.settings(user, max_size=max_size)) as link:
        mails = link.fetch(link.uids_above(0, 10))

    assert [(mail.uid, mail.oversize) for mail in mails] == [(1, False), (2, True), (3, False)]
    assert mails[1].size > len(large)
    assert mails[1].raw.endswith(head)


def test_large_mails_share_a_batch_only_as_far_as_memory_goes(dovecot: Dovecot, user: str) -> None:
    megabytes = b"Subject: large\r\n\r\n" + (b"x" * 76 + b"\r\n") * 140_000  # 11 MB
    for _ in range(4):
        dovecot.deliver(megabytes, user)
    dovecot.deliver(RAW, user)
    with connected(dovecot.settings(user)) as link:
        batches = [[mail.uid for mail in batch] for batch in link.batches([1, 2, 3, 4, 5])]

    assert batches == [[1, 2, 3], [4, 5]]


def test_many_mails_come_in_batches_and_in_order(dovecot: Dovecot, user: str) -> None:
    count = dovecot.fill(user, [b"Subject: %d\r\n\r\nhello\r\n" % n for n in range(1200)])
    with connected(dovecot.settings(user)) as link:
        uids = link.uids_above(0, 5000)
        batches = list(link.batches(uids))

    assert count == len(uids) == 1200
    assert [len(batch) for batch in batches] == [500, 500, 200]
    assert [mail.uid for batch in batches for mail in batch] == uids


def test_a_folder_follows_the_servers_own_delimiter_and_prefix() -> None:
    with running_dovecot(separator=".", prefix="INBOX.") as dovecot:
        dovecot.deliver(RAW, "office")
        with connected(dovecot.settings("office")) as link:
            link.move([1], FEBRUARY)
        with another_client(dovecot, "office") as client:
            status = client.folder_status("INBOX.Processed.2026-02", ["MESSAGES"])

    assert status == {b"MESSAGES": 1}
