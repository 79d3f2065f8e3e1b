"""The IMAP link in moments that no real server has on demand."""

from __future__ import annotations

import imaplib
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest

from pipeline.transport.errors import CommandRefused, LinkLost, LoginRefused, NotSecure
from pipeline.transport.imap import ImapLink, ImapSettings
from tests.transport.scripted_imap import CLOSE, DONE, HALF, NO, OK, SILENCE, Answer, ScriptedImap

LONG = 60.0  # seconds that no test waits for
Script = Mapping[str, Answer | Sequence[Answer]]

NONE = ["* SEARCH", OK]
ONE = ["* SEARCH 1", OK]
FETCHED = [
    '* 1 FETCH (UID 1 INTERNALDATE "02-Feb-2026 09:00:00 +0900" BODY[] {3}\r\nabc)',
    OK,
]


def never() -> bool:
    return False


@contextmanager
def connected(script: Script, **settings: float) -> Iterator[tuple[ScriptedImap, ImapLink]]:
    with ScriptedImap(script) as server:
        link = ImapLink(server.settings(**settings))
        try:
            link.connect()
            link.uids_above(0, 1)
            yield server, link
        finally:
            link.close()


@contextmanager
def once_idling(server: ScriptedImap, act: Callable[[], None]) -> Iterator[None]:
    """Do something in another thread as soon as the link is in IDLE."""

    def run() -> None:
        assert server.idling.wait(10)
        act()

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield
    finally:
        thread.join(10)


def test_a_server_that_closes_during_idle_is_a_lost_link() -> None:
    with (
        connected({}) as (server, link),
        once_idling(server, server.hang_up),
        pytest.raises(LinkLost, match="IDLE"),
    ):
        link.wait(LONG, never)


def test_a_server_that_answers_no_more_is_a_lost_link() -> None:
    with (
        connected({"IDLE": ["+ idling", DONE, SILENCE]}, timeout=0.2) as (_, link),
        pytest.raises(LinkLost, match="timed out"),
    ):
        link.wait(0.05, never)


def test_a_goodbye_during_idle_is_a_lost_link() -> None:
    with (
        connected({"IDLE": ["+ idling", "* BYE shutting down", DONE, OK]}) as (_, link),
        pytest.raises(LinkLost, match="goodbye"),
    ):
        link.wait(LONG, never)


def test_an_arrival_that_comes_together_with_idles_own_answer_is_heard() -> None:
    with connected({"IDLE": ["+ idling\r\n* 2 EXISTS", DONE, OK]}) as (_, link):
        assert link.wait(LONG, never)


def test_an_arrival_that_comes_in_two_halves_is_heard() -> None:
    with connected({"IDLE": ["+ idling", "* 2 EXI", HALF, DONE, "STS", OK]}) as (_, link):
        assert link.wait(LONG, never)


def test_an_arrival_told_with_another_answer_is_heard() -> None:
    with connected({"SEARCH": [["* SEARCH", OK], ["* SEARCH", "* 2 EXISTS", OK]]}) as (
        server,
        link,
    ):
        link.uids_above(0, 10)
        link.uids_above(0, 10)

        assert link.wait(LONG, never)
        assert "IDLE" not in server.heard


def test_other_talk_is_not_taken_for_an_arrival() -> None:
    chatter = ["+ idling", "* OK Still here", "* 1 FETCH (FLAGS (\\Seen))", DONE, OK]
    with connected({"IDLE": [chatter, ["+ idling", DONE, OK]]}) as (server, link):
        assert not link.wait(0.2, never)
        assert server.heard.count("IDLE") == 2


def test_wake_ends_a_wait_from_another_thread() -> None:
    with connected({}) as (server, link), once_idling(server, link.wake):
        assert link.wait(LONG, never)


def test_wake_before_a_wait_ends_that_wait() -> None:
    with connected({}) as (_, link):
        link.wake()

        assert link.wait(LONG, never)


def test_wake_is_harmless_where_nobody_waits() -> None:
    link = ImapLink(ImapSettings("localhost", 1, "office", security="none"))

    link.wake()
    link.close()
    link.wake()


def test_stop_ends_a_wait() -> None:
    with connected({}) as (server, link):
        assert not link.wait(LONG, server.idling.is_set)


def test_without_idle_the_server_is_asked() -> None:
    script = {
        "CAPABILITY": ["* CAPABILITY IMAP4rev1", OK],
        "NOOP": ["* 2 EXISTS", OK],
    }
    with connected(script) as (server, link):
        assert link.wait(LONG, never)
        assert server.heard[-1] == "NOOP"


def test_while_mail_is_flowing_the_server_is_asked_at_short_intervals() -> None:
    script: Script = {
        "SEARCH": [NONE, ONE, NONE],
        "FETCH": FETCHED,
        "NOOP": [[OK], [OK], ["* 2 EXISTS", OK]],
    }
    with connected(script) as (server, link):
        link.fetch(link.uids_above(0, 10))

        assert link.wait(LONG, never)
        assert server.heard[-3:] == ["NOOP"] * 3


def test_the_last_mail_is_not_new_because_a_range_always_names_it() -> None:
    with connected({"SEARCH": [NONE, ["* SEARCH 5", OK]]}) as (server, link):
        assert link.uids_above(5, 10) == []
        assert server.heard[-1] == "UID SEARCH UID 6:*"


def test_what_one_search_found_is_given_out_in_portions() -> None:
    with connected({"SEARCH": [NONE, ["* SEARCH 3 1 2 5 4", OK], ONE]}) as (server, link):
        portions = [link.uids_above(0, 2), link.uids_above(2, 2)]
        before = server.heard.count("UID SEARCH UID 1:*")
        again = link.uids_above(0, 2)  # not what comes next: so it is asked anew

    assert portions == [[1, 2], [3, 4]]
    assert before == 2
    assert again == [1]


def test_a_huge_folder_is_searched_in_ranges() -> None:
    script: Script = {
        "SELECT": ["* 160000 EXISTS", "* OK [UIDVALIDITY 7] valid", OK],
        "SEARCH": [
            NONE,
            ["* SEARCH 200000", OK],
            ["* SEARCH", OK],
            ["* SEARCH 50008 50009", OK],
        ],
    }
    with connected(script) as (server, link):
        assert link.uids_above(7, 2) == [50008, 50009]
        assert server.heard[-3:] == [
            "UID SEARCH UID 4294967295:*",
            "UID SEARCH UID 8:50007",
            "UID SEARCH UID 50008:100007",
        ]


def test_without_move_mails_are_copied_flagged_and_expunged_by_uid() -> None:
    script = {"CAPABILITY": ["* CAPABILITY IMAP4rev1 UIDPLUS", OK]}
    with connected(script) as (server, link):
        link.move([1, 2], datetime(2026, 2, 2, tzinfo=UTC))

    assert (
        server.heard[-7:]
        == [
            'LIST "" ""',
            'LIST "" "Processed/2026-02"',
            'CREATE "Processed/2026-02"',
            'SUBSCRIBE "Processed/2026-02"',
            'UID COPY 1,2 "Processed/2026-02"',
            "UID STORE 1,2 +FLAGS.SILENT (\\Deleted)",
            "UID EXPUNGE 1,2",
        ]
        or server.heard[-8:-1]
    )


def test_without_uidplus_nothing_is_expunged() -> None:
    script = {"CAPABILITY": ["* CAPABILITY IMAP4rev1", OK]}
    with connected(script) as (server, link):
        link.move([1], datetime(2026, 2, 2, tzinfo=UTC))

    assert not any("EXPUNGE" in command for command in server.heard)


def test_folders_go_where_the_servers_namespace_says() -> None:
    script = {
        "CAPABILITY": ["* CAPABILITY IMAP4rev1 MOVE NAMESPACE", OK],
        "NAMESPACE": ['* NAMESPACE (("INBOX." ".")) NIL NIL', OK],
    }
    with connected(script) as (server, link):
        link.move([1], datetime(2026, 2, 2, tzinfo=UTC))

        assert server.heard[-1] == 'UID MOVE 1 "INBOX.Processed.2026-02"'


def test_a_refused_move_leaves_the_link_up() -> None:
    with connected({"MOVE": [[NO], [OK]], "SEARCH": ONE}) as (server, link):
        with pytest.raises(CommandRefused, match=r"MOVE.*full"):
            link.move([1], datetime(2026, 2, 2, tzinfo=UTC))
        link.move([1], datetime(2026, 2, 2, tzinfo=UTC))

        assert link.uids_above(0, 10) == [1]
        assert server.connections == 1


@pytest.mark.parametrize(
    "answer",
    [[SILENCE], [CLOSE], ["* SEARCH " + "1234567 " * 130_000, OK], ["* SEARCH x", OK]],
    ids=["silence", "close", "line too long", "nonsense"],
)
def test_after_a_lost_link_the_only_way_on_is_to_connect(
    answer: Answer, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The standard library's own limit; imap-tools, which other tests use, raises it for everybody.
    monkeypatch.setattr(imaplib, "_MAXLINE", 1_000_000)
    with connected({"SEARCH": [NONE, answer, ONE]}, timeout=2.0) as (server, link):
        with pytest.raises(LinkLost, match="SEARCH"):
            link.uids_above(0, 10)
        with pytest.raises(LinkLost, match="not connected"):
            link.uids_above(0, 10)

        assert link.connect() == 7
        assert link.uids_above(0, 10) == [1]
        assert server.connections == 2


@pytest.mark.parametrize(
    "answer", ["* 1 FETCH (UID 1 BODY[]", "* 1 FETCH (UID 1 BODY[] {9}\r\nabc)"]
)
def test_an_answer_that_makes_no_sense_is_a_lost_link(answer: str) -> None:
    with (
        connected({"FETCH": [answer, OK]}, timeout=0.5) as (_, link),
        pytest.raises(LinkLost),
    ):
        link.fetch([1])


def test_a_mail_that_went_in_between_is_left_out() -> None:
    gone = '* 2 FETCH (UID 2 INTERNALDATE "02-Feb-2026 09:00:00 +0900" BODY[] NIL)'
    with connected({"FETCH": [gone, "* 3 FETCH (FLAGS (\\Seen))", *FETCHED]}) as (_, link):
        assert [mail.uid for mail in link.fetch([1, 2, 3])] == [1]


def test_a_date_that_cannot_be_read_becomes_the_time_of_receipt() -> None:
    answer = FETCHED[0].replace("02-Feb-2026", "99-Xxx-2026")
    with connected({"FETCH": [answer, OK]}) as (_, link):
        assert link.fetch([1])[0].internal_date.tzinfo is not None


def test_a_refused_login_names_the_user_and_no_password() -> None:
    with ScriptedImap({"LOGIN": [NO]}) as server:
        link = ImapLink(server.settings(password="hidden-word"))
        with pytest.raises(LoginRefused, match=f"IMAP 127.0.0.1:{server.port}: office: ") as caught:
            link.connect()
        link.close()

    assert "hidden-word" not in str(caught.value)
    assert "hidden-word" not in repr(server.settings(password="hidden-word"))


def test_a_server_that_goes_away_at_login_is_a_lost_link() -> None:
    with ScriptedImap({"LOGIN": [CLOSE]}) as server:
        link = ImapLink(server.settings())
        with pytest.raises(LinkLost):
            link.connect()
        link.close()


def test_a_missing_folder_is_told_by_name() -> None:
    with ScriptedImap({"SELECT": [NO]}) as server:
        link = ImapLink(server.settings(folder="Eingang"))
        with pytest.raises(LoginRefused, match="Eingang"):
            link.connect()
        link.close()


def test_where_nobody_listens_the_link_is_lost() -> None:
    with ScriptedImap() as server:
        link = ImapLink(server.settings())
    with pytest.raises(LinkLost, match="refused"):
        link.connect()
    link.close()


def test_no_password_leaves_this_machine_in_the_clear() -> None:
    link = ImapLink(ImapSettings("mail.example.jp", 143, "office", "secret", security="none"))
    with pytest.raises(NotSecure, match="security none"):
        link.connect()
    link.close()


def test_no_password_is_sent_where_starttls_is_not_offered() -> None:
    with ScriptedImap() as server:
        link = ImapLink(server.settings(security="starttls"))
        with pytest.raises(NotSecure, match="STARTTLS"):
            link.connect()
        link.close()

    assert not any("LOGIN" in command for command in server.heard)
