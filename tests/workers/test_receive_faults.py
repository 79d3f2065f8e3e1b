"""Whatever an IMAP server does: nothing is lost, nothing is answered twice, and work goes on.

The oracle is what arrived at the server and what left the office; each test says where the server
misbehaves.  Failures are answered as the daemon's loop answers them (forget the link, try again),
without its pauses.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

import pytest
import sqlalchemy as sa

from pipeline import log
from pipeline.clock import machine_seconds
from pipeline.store import settings
from pipeline.transport.errors import CommandRefused, LinkLost, TransportError
from pipeline.transport.imap import ImapLink
from pipeline.workers import receive
from pipeline.workers.receive import Receiver
from tests.servers.faulty_imap import (
    ALWAYS,
    BAD,
    BYE,
    CLOSE,
    CUT,
    DRIP,
    NO,
    NONSENSE,
    SILENCE,
    STALL,
    Fault,
    FaultyImap,
)
from tests.workers.conftest import KANJI, Desk

Write = Callable[..., bytes]
SOON = 0.2  # seconds until a silent server counts as dead
ACCOUNT = "office@imap.test"
WITHOUT_MOVE = "IMAP4rev1 IDLE UIDPLUS"


def receiver(desk: Desk, server: FaultyImap, **more: object) -> Receiver:
    link = ImapLink(server.settings(**{"timeout": SOON, **more}))
    return Receiver(desk.office, desk.slug, link, account=ACCOUNT)


def serve(one: Receiver, tries: int = 30) -> list[str]:
    """Take in until nothing is new; what went wrong on the way."""
    troubles: list[str] = []
    for _ in range(tries):
        try:
            if not one.receive_next():
                return troubles
        except TransportError as error:
            troubles.append(str(error))
            one.forget()
    raise AssertionError(troubles)


def kept(desk: Desk) -> list[bytes]:
    """The raw mails in the inbox, without those recognised as come before."""
    query = "SELECT raw FROM inbox JOIN inbox_raw USING (id) WHERE NOT redelivered ORDER BY id"
    with desk.office.database.read() as connection:
        return list(connection.scalars(sa.text(query)))


def poll(desk: Desk) -> datetime | None:
    with desk.office.database.read() as connection:
        return settings.last_polls(connection).get(ACCOUNT)


def mails(write: Write, numbers: Iterable[int]) -> list[bytes]:
    return [write(f"見本 {KANJI[n % 5]}子", f"a{n}@example.jp", number=n) for n in numbers]


def all_answered_once(desk: Desk, raws: Sequence[bytes]) -> None:
    assert Counter(kept(desk)) == Counter(raws)
    desk.work()
    assert len(desk.applications()) == len(raws)
    answered = Counter(str(letter["To"]) for letter in desk.letters())
    assert len(answered) == len(raws)
    assert set(answered.values()) == {1}


@contextmanager
def idle(one: Receiver, server: FaultyImap, act: Callable[[], object]) -> Iterator[None]:
    """`act` happens in another thread once the receiver is in IDLE."""

    def run() -> None:
        assert server.idling.wait(10)
        act()

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield
    finally:
        thread.join(10)


COMMANDS = ["GREETING", "CAPABILITY", "LOGIN", "SELECT", "SEARCH", "FETCH", "LIST", "CREATE"]
COMMANDS += ["SUBSCRIBE", "MOVE"]


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize(
    "action", [NO, BAD, BYE, CLOSE, SILENCE, CUT, STALL, DRIP, NONSENSE], ids=str
)
def test_a_fault_at_any_command_loses_nothing_and_answers_nobody_twice(
    desk: Desk, application_mail: Write, command: str, action: str
) -> None:
    raws = mails(application_mail, range(3))
    with FaultyImap(Fault(command, action, times=2)) as server:
        server.arrive(*raws)
        one = receiver(desk, server)
        troubles = serve(one)
        one.forget()

        all_answered_once(desk, raws)
        assert Counter(server.everywhere()) == Counter(raws)
    assert poll(desk) is not None
    if action in (BYE, CLOSE, SILENCE, CUT, STALL, NONSENSE):
        assert troubles
        assert all("IMAP 127.0.0.1" in trouble for trouble in troubles)


@pytest.mark.parametrize("command", ["COPY", "STORE", "EXPUNGE"])
@pytest.mark.parametrize("action", [NO, BAD, BYE, CLOSE, SILENCE, CUT], ids=str)
def test_a_server_without_move_that_fails_half_way_repeats_nothing(
    desk: Desk, application_mail: Write, command: str, action: str
) -> None:
    raws = mails(application_mail, range(2))
    with FaultyImap(Fault(command, action), capabilities=WITHOUT_MOVE) as server:
        server.arrive(*raws)
        one = receiver(desk, server)
        serve(one)
        one.forget()
        serve(one)
        one.forget()

        all_answered_once(desk, raws)
        assert set(server.everywhere()) == set(raws)


# ---------------------------------------------------------------- IDLE


@pytest.mark.parametrize("action", [BYE, CLOSE], ids=str)
def test_a_link_that_ends_in_idle_is_noticed_at_once_and_the_mail_meanwhile_is_taken_in(
    desk: Desk, application_mail: Write, action: str
) -> None:
    raws = mails(application_mail, range(2))
    with FaultyImap(Fault("IDLING", action)) as server:
        one = receiver(desk, server)
        serve(one)
        with pytest.raises(LinkLost):
            one.wait(60, lambda: False)
        one.forget()
        server.arrive(*raws)
        serve(one)
        one.forget()

        all_answered_once(desk, raws)


def test_a_black_hole_in_idle_is_noticed_when_its_slice_ends(
    desk: Desk, application_mail: Write
) -> None:
    raws = mails(application_mail, range(2))
    with FaultyImap(Fault("IDLING", SILENCE)) as server:
        one = receiver(desk, server)
        serve(one)
        with idle(one, server, lambda: server.arrive(*raws)), pytest.raises(LinkLost):
            one.wait(0.1, lambda: False)
        one.forget()
        serve(one)
        one.forget()

        all_answered_once(desk, raws)


def test_an_arrival_that_is_told_before_idle_begins_breaks_nothing(
    desk: Desk, application_mail: Write
) -> None:
    """RFC 3501, 7: a server may say anything at any time, also before "+ idling"."""
    raws = mails(application_mail, range(1))

    def arrive(server: FaultyImap) -> list[str]:
        server.arrive(*raws)
        return ["* 1 EXISTS", "* 1 RECENT"]

    with FaultyImap(Fault("IDLE", arrive)) as server:
        one = receiver(desk, server)
        serve(one)
        assert one.wait(60, lambda: False)
        assert serve(one) == []
        assert server.connections == 1
        one.forget()

        all_answered_once(desk, raws)


@pytest.mark.parametrize("action", [NO, BAD])
def test_a_server_that_offers_idle_and_refuses_it_is_asked_instead(
    desk: Desk, application_mail: Write, action: str
) -> None:
    raws = mails(application_mail, range(1))
    with FaultyImap(Fault("IDLE", action, times=ALWAYS)) as server:
        one = receiver(desk, server)
        serve(one)
        assert not one.wait(0.05, lambda: False)
        server.arrive(*raws)
        assert one.wait(60, lambda: False)
        assert serve(one) == []
        assert server.connections == 1
        assert server.heard.count("IDLE") == 1
        one.forget()

        all_answered_once(desk, raws)


# ---------------------------------------------------------------- the mailbox changes


def test_after_a_new_uidvalidity_everything_is_compared_by_content(
    desk: Desk, application_mail: Write
) -> None:
    """A mailbox restored from a backup: old mails are back, and new ones bear old numbers."""
    old, new = mails(application_mail, range(3)), mails(application_mail, range(3, 5))
    with FaultyImap() as server:
        server.arrive(*old)
        one = receiver(desk, server)
        serve(one)
        server.hang_up()
        server.folders["INBOX"] = {}
        server.rebuild(8)
        server.arrive(*new, *old)
        with pytest.raises(LinkLost):
            one.wait(60, lambda: False)
        one.forget()
        serve(one)
        one.forget()

        all_answered_once(desk, old + new)
        assert server.inbox == {}


@pytest.mark.parametrize("command", ["SEARCH", "FETCH"])
def test_a_uidvalidity_that_changes_while_we_are_connected_moves_no_stranger_away(
    desk: Desk, application_mail: Write, command: str
) -> None:
    old, new = mails(application_mail, range(2)), mails(application_mail, range(2, 4))

    def restored(server: FaultyImap) -> list[str]:
        server.folders["INBOX"] = {}
        server.rebuild(8)
        server.arrive(*new)
        return ["* OK [UIDVALIDITY 8] restored"]

    with FaultyImap(Fault("MOVE", NO)) as server:
        server.arrive(*old)
        one = receiver(desk, server)
        serve(one)
        server.arrive(*mails(application_mail, range(9, 10)))
        server.faults.append(Fault(command, restored))
        serve(one)
        one.forget()

        assert set(kept(desk)) >= set(new)
        assert Counter(kept(desk)).most_common(1)[0][1] == 1


def test_a_mail_that_the_server_leaves_out_of_its_answer_stays_where_it_is(
    desk: Desk, application_mail: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was found and never given: moving it away unread would lose it."""
    raws = mails(application_mail, range(3))
    with FaultyImap() as server:
        uids = server.arrive(*raws)
        server.inbox[uids[1]].hidden = True
        one = receiver(desk, server)
        serve(one)
        assert list(server.inbox) == [uids[1]]
        assert Counter(kept(desk)) == Counter([raws[0], raws[2]])

        server.inbox[uids[1]].hidden = False
        monkeypatch.setattr(receive, "COMPARE_EVERY", 0.0)
        one.forget()
        serve(one)
        one.forget()

        all_answered_once(desk, raws)


def test_mails_that_others_take_away_while_they_are_fetched_are_left_out(
    desk: Desk, application_mail: Write
) -> None:
    raws = mails(application_mail, range(4))
    with FaultyImap(Fault("FETCH", lambda server: server.expunge(2, 3), about="BODY")) as server:
        server.arrive(*raws)
        one = receiver(desk, server)
        assert serve(one) == []
        one.forget()

        all_answered_once(desk, [raws[0], raws[3]])


@pytest.mark.parametrize("command", ["SEARCH", "FETCH", "MOVE", "DONE", "IDLING"])
def test_what_others_do_meanwhile_is_heard_and_disturbs_nothing(
    desk: Desk, application_mail: Write, command: str
) -> None:
    raws = mails(application_mail, range(3))
    chatter = ["* 1 FETCH (FLAGS (\\Seen \\Flagged))", "* 0 RECENT", "* OK [ALERT] tea is ready"]
    with FaultyImap(Fault(command, lambda _: chatter, times=4)) as server:
        server.arrive(*raws)
        one = receiver(desk, server)
        assert serve(one) == []
        one.wait(0.05, lambda: False)
        assert serve(one) == []
        assert server.connections == 1
        one.forget()

        all_answered_once(desk, raws)


def test_mails_that_a_person_has_read_flagged_or_put_back_are_taken_in_once(
    desk: Desk, application_mail: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(receive, "COMPARE_EVERY", 0.0)
    raws = mails(application_mail, range(2))
    with FaultyImap() as server:
        for uid in server.arrive(*raws):
            server.inbox[uid].flags |= {"\\Seen", "\\Flagged"}
        one = receiver(desk, server)
        serve(one)
        back = server.folders["Processed/2026-02"].popitem()[1].raw
        server.arrive(back)
        serve(one)
        one.forget()

        all_answered_once(desk, raws)
        assert server.inbox == {}


# ---------------------------------------------------------------- one bad mail among good ones


@pytest.mark.parametrize("action", [NO, BAD, CLOSE, SILENCE, CUT, NONSENSE], ids=str)
def test_a_mail_that_the_server_cannot_give_out_does_not_stop_the_others(
    desk: Desk, application_mail: Write, action: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    raws = mails(application_mail, range(8))
    with FaultyImap() as server:
        uids = server.arrive(*raws)
        bad = uids[4]

        def poisoned(words: str) -> bool:
            first = words.partition(" ")[0]
            spans = (part.partition(":") for part in first.split(","))
            return any(int(low) <= bad <= int(high or low) for low, _, high in spans)

        usual = server.action

        def action_of(name: str, words: str) -> object:
            if name == "FETCH" and poisoned(words):
                return action
            return usual(name, words)

        server.action = action_of  # type: ignore[method-assign,assignment]  # only this one mail
        one = receiver(desk, server)
        with log.captured(desk.clock.now) as lines:
            serve(one)
        said = [line for line in lines if str(bad) in str(line.get("uid"))]
        one.forget()

        assert list(server.inbox) == [bad]
        assert len(said) == 1
        all_answered_once(desk, raws[:4] + raws[5:])

        server.action = usual  # type: ignore[method-assign]  # and now it can be read
        later = machine_seconds() + 2 * receive.COMPARE_EVERY
        monkeypatch.setattr("pipeline.workers.receive.machine_seconds", lambda: later)
        serve(one)
        one.forget()
        all_answered_once(desk, raws)


def test_a_mail_over_the_limit_is_kept_as_its_header_and_given_to_a_person(
    desk: Desk, application_mail: Write
) -> None:
    raw, large = mails(application_mail, [1, 2])
    large += b"x" * 5000 + b"\r\n"
    with FaultyImap() as server:
        server.arrive(raw, large)
        one = receiver(desk, server, max_size=4000)
        assert serve(one) == []
        one.forget()

        head = large.partition(b"\r\n\r\n")[0] + b"\r\n\r\n"
        assert Counter(kept(desk)) == Counter([raw, head])
        assert large in server.everywhere()
    desk.work()
    assert len(desk.applications()) == 1


# ---------------------------------------------------------------- the folder for what is processed


@pytest.mark.parametrize("command", ["MOVE", "LIST", "CREATE"])
def test_where_moving_is_refused_for_good_mail_is_taken_in_all_the_same(
    desk: Desk, application_mail: Write, command: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    raws = mails(application_mail, range(5))
    with FaultyImap(Fault(command, NO, times=ALWAYS)) as server:
        one = receiver(desk, server)
        with log.captured(desk.clock.now) as lines:
            for raw in raws:
                server.arrive(raw)
                assert serve(one) == []
            monkeypatch.setattr(receive, "COMPARE_EVERY", 0.0)
            one.forget()
            serve(one)
        one.forget()

        alarms = [line for line in lines if "not moved away" in str(line)]
        assert 1 <= len(alarms) <= len(raws) + 1
        assert len(server.inbox) == len(raws)
        all_answered_once(desk, raws)


def test_a_folder_that_is_missing_is_told_and_found_when_it_is_there(
    desk: Desk, application_mail: Write
) -> None:
    raws = mails(application_mail, range(1))
    with FaultyImap(Fault("SELECT", NO, times=3)) as server:
        server.arrive(*raws)
        one = receiver(desk, server)
        troubles = serve(one)
        one.forget()

    assert len(troubles) == 3
    assert all("INBOX" in trouble for trouble in troubles)
    all_answered_once(desk, raws)


# ---------------------------------------------------------------- many


def test_twenty_thousand_mails_at_once_are_taken_in_a_batch_at_a_time(
    desk: Desk, application_mail: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In batches of 500, each committed on its own: so memory does not grow with their number."""
    one_mail = application_mail()
    raws = [one_mail.replace(b"<1.", f"<{n}.".encode(), 1) for n in range(20_000)]
    most = 0
    batches = ImapLink.batches

    def counted(link: ImapLink, uids: Sequence[int]) -> Iterator[list[object]]:
        nonlocal most
        for batch in batches(link, uids):
            most = max(most, len(batch))
            yield list(batch)

    monkeypatch.setattr(ImapLink, "batches", counted)
    with FaultyImap(Fault("FETCH", CLOSE, after=30), Fault("MOVE", CLOSE, after=20)) as server:
        server.arrive(*raws)
        one = receiver(desk, server, timeout=30)
        troubles = serve(one, 100)
        one.forget()
        assert server.inbox == {}

    assert most <= 500
    assert len(troubles) == 2
    with desk.office.database.read() as connection:
        found = connection.scalar(sa.text("SELECT count(DISTINCT message_id) FROM inbox"))
        assert found == connection.scalar(sa.text("SELECT count(*) FROM inbox")) == 20_000


def test_a_refused_move_says_so_in_words_of_the_server(desk: Desk) -> None:
    with FaultyImap(Fault("MOVE", NO)) as server:
        (uid,) = server.arrive(b"Subject: a\r\n\r\n")
        link = ImapLink(server.settings())
        link.connect()
        with pytest.raises(CommandRefused, match="refused by the test"):
            link.move([uid], desk.clock.now())
        link.close()
