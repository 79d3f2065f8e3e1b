"""The inbox: nothing is lost, nothing read twice, and no mail can stop the others."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest

from pipeline.store import alone, inbox, inbox_console, journal
from pipeline.store.database import Database
from tests.store.build import OPENING, arrived, later, take_in


def uids(database: Database, limit: int = 50) -> list[str]:
    return [mail.raw.decode() for mail in inbox.claim(database, limit)]


def settle(database: Database, *ids: int) -> None:
    with database.write() as connection:
        inbox.settle(connection, [(one, "application") for one in ids], at=OPENING)


def mails(database: Database) -> list[inbox_console.Mail]:
    with database.read() as connection:
        return inbox_console.listing(connection)


# ---------------------------------------------------------------- taking in


def test_a_mail_is_kept_byte_for_byte(database: Database) -> None:
    raw = bytes(range(256)) * 10
    assert take_in(database, arrived(1, raw=raw, envelope_sender="")) == 1

    (mail,) = inbox.claim(database, 50)

    assert mail.raw == raw
    assert (mail.received_at, mail.event, mail.attempts) == (OPENING, "r7", 0)
    assert (mail.envelope_sender, mail.digest) == ("", "content 1")


def test_what_is_fetched_again_is_refused(database: Database) -> None:
    take_in(database, arrived(1), arrived(2))

    assert take_in(database, arrived(1), arrived(2), arrived(3)) == 1
    assert uids(database) == ["mail 1", "mail 2", "mail 3"]


def test_a_batch_may_name_the_same_place_twice(database: Database) -> None:
    assert take_in(database, arrived(1), arrived(1, raw=b"other")) == 1
    assert uids(database) == ["mail 1"]


def test_nothing_to_keep_is_nothing(database: Database) -> None:
    assert take_in(database) == 0


def test_uids_are_known_only_in_their_own_place(database: Database) -> None:
    take_in(database, arrived(7), arrived(9), arrived(8, uidvalidity=2))

    place = ("office@mail.example.jp", "INBOX", 1)
    with database.read() as connection:
        assert inbox.known_uids(connection, *place, range(2000)) == {7, 9}
        assert inbox.known_uids(connection, *place, []) == set()
        assert inbox.known_uids(connection, "other", "INBOX", 1, [7]) == set()
        assert inbox.known_uids(connection, "office@mail.example.jp", "INBOX", 2, [7, 8]) == {8}
        assert inbox.known_uids(connection, "office@mail.example.jp", "Other", 1, [7]) == set()


def test_strange_text_from_strangers_is_kept_as_far_as_it_can_be(database: Database) -> None:
    strange = arrived(1, message_id="<\0\udc80@x>", envelope_sender="\0")
    take_in(database, strange)

    (mail,) = inbox.claim(database, 1)

    assert mail.message_id == "<\ufffd?@x>"


def test_an_oversize_mail_is_set_aside_with_its_reason(database: Database) -> None:
    take_in(database, arrived(1, oversize=True, raw=b"Subject: big\r\n"), arrived(2))

    assert uids(database) == ["mail 2"]
    (big, _) = mails(database)
    assert (big.status, big.oversize) == ("shunted", True)
    assert "too large" in (big.reason or "")


# ---------------------------------------------------------------- the same letter again


def redelivered(database: Database) -> list[bool]:
    return [mail.redelivered for mail in inbox.claim(database, 50)]


def test_the_same_letter_under_another_uid_is_recognised(database: Database) -> None:
    take_in(database, arrived(1))
    take_in(database, arrived(2, digest="content 1", message_id="<1@machida.example.jp>"))

    assert redelivered(database) == [False, True]


def test_the_same_letter_under_a_new_uidvalidity_is_recognised(database: Database) -> None:
    take_in(database, arrived(1), arrived(2))
    take_in(database, arrived(1, uidvalidity=9), arrived(2, uidvalidity=9))

    assert redelivered(database) == [False, False, True, True]


def test_the_same_letter_twice_in_one_batch_is_recognised(database: Database) -> None:
    take_in(database, arrived(1), arrived(2, digest="content 1", message_id=arrived(1).message_id))

    assert redelivered(database) == [False, True]


def test_another_message_id_is_another_letter(database: Database) -> None:
    """Somebody who sends the same form again has written again."""
    take_in(database, arrived(1), arrived(2, digest="content 1"))

    assert redelivered(database) == [False, False]


def test_without_a_message_id_the_content_decides(database: Database) -> None:
    without = [arrived(n, message_id=None, digest="same") for n in (1, 2)]
    take_in(database, *without, arrived(3, digest="same"))

    assert redelivered(database) == [False, True, False]


def test_a_copy_to_another_event_is_not_a_second_delivery(database: Database) -> None:
    take_in(database, arrived(1), arrived(1, account="other", event="other", digest="content 1"))

    assert redelivered(database) == [False, False]


# ---------------------------------------------------------------- reading


def test_the_oldest_arrival_comes_first(database: Database) -> None:
    take_in(database, arrived(1, later(hours=2)), arrived(2, later(hours=1)))
    take_in(database, arrived(3, later(hours=1)), arrived(4, OPENING))

    assert uids(database, 3) == ["mail 4", "mail 2", "mail 3"]


def test_what_is_settled_is_not_claimed_again(database: Database) -> None:
    take_in(database, arrived(1), arrived(2))
    settle(database, inbox.claim(database, 1)[0].id)

    assert uids(database) == ["mail 2"]
    (first, _) = mails(database)
    assert (first.status, first.kind, first.settled_at) == ("processed", "application", OPENING)


def test_a_claim_is_bounded_by_bytes_as_well(database: Database) -> None:
    large = b"x" * (17 * 1024 * 1024)
    take_in(database, *(arrived(n, raw=large) for n in (1, 2)), arrived(3))

    assert [len(mail.raw) for mail in inbox.claim(database, 50)] == [len(large)]


def test_a_mail_that_raises_is_shunted_after_three_attempts(database: Database) -> None:
    take_in(database, arrived(1), arrived(2))
    bad = inbox.claim(database, 50)[0].id

    found = [inbox.failed(database, bad, f"KeyError: {n}\0") for n in (1, 2, 3)]

    assert found == ["new", "new", "shunted"]
    assert uids(database) == ["mail 2"]
    (mail, _) = mails(database)
    assert (mail.status, mail.attempts, mail.reason) == ("shunted", 3, "KeyError: 3\ufffd")


def test_what_somebody_else_settled_does_not_fail_any_more(database: Database) -> None:
    take_in(database, arrived(1))
    (mail,) = inbox.claim(database, 1)
    settle(database, mail.id)

    assert inbox.failed(database, mail.id, "too late") == "processed"


# ---------------------------------------------------------------- a mail that kills the process


def test_after_an_orderly_end_nothing_is_suspect(database: Database) -> None:
    take_in(database, arrived(1), arrived(2))
    assert inbox.after_unclean_end(database) == 0
    inbox.ended_cleanly(database)

    assert inbox.after_unclean_end(database) == 0
    assert uids(database) == ["mail 1", "mail 2"]


def dies(database: Database, gone: str, *alive: str) -> list[int]:
    """A daemon is gone, and those that live take up what it left."""
    assert gone not in alive
    with database.write() as connection:
        return alone.count_deaths(connection, alive or ("nobody else",))


def attempts(database: Database) -> list[int]:
    return [mail.attempts for mail in mails(database)]


def suspects(database: Database, *uids: int) -> None:
    """These mails wait, and a daemon died over some of them."""
    take_in(database, *(arrived(n) for n in uids))
    inbox.after_unclean_end(database)
    assert inbox.after_unclean_end(database) == len(uids)


def test_after_an_unclean_end_each_suspect_comes_alone_and_is_not_counted(
    database: Database,
) -> None:
    suspects(database, 1, 2)
    take_in(database, arrived(3))

    (first,) = inbox.claim(database, 50)
    assert first.raw == b"mail 1"
    settle(database, first.id)
    (second,) = inbox.claim(database, 50)
    settle(database, second.id)
    assert uids(database) == ["mail 3"]
    assert attempts(database) == [0, 0, 0]


def test_a_mail_that_kills_the_process_is_shunted_and_the_others_go_on(database: Database) -> None:
    take_in(database, *(arrived(n) for n in range(1, 9)))
    deadly, read, deaths = b"mail 5", [], 0
    for run in range(9):
        dies(database, f"run {run - 1}")
        inbox.after_unclean_end(database)
        while batch := inbox.claim(database, 50, f"run {run}"):
            if deadly in [mail.raw for mail in batch]:
                deaths += 1
                break
            read += [mail.raw for mail in batch]
            settle(database, *(mail.id for mail in batch))
        else:
            break

    assert deaths == 4  # once in a batch, then three times alone
    assert read == [f"mail {n}".encode() for n in (1, 2, 3, 4, 6, 7, 8)]
    shunted = [mail for mail in mails(database) if mail.status == "shunted"]
    assert [(mail.uid, mail.attempts, mail.reason) for mail in shunted] == [
        (5, 3, "the program died whenever it was read")
    ]


def test_a_suspect_that_raises_is_counted_once_for_each_try(database: Database) -> None:
    suspects(database, 1)

    found = []
    while batch := inbox.claim(database, 50, "a"):
        found.append(inbox.failed(database, batch[0].id, "KeyError"))

    assert found == ["new", "new", "shunted"]


def test_only_one_daemon_has_a_suspect_in_hand_and_only_its_death_counts(
    database: Database,
) -> None:
    suspects(database, 1, 2)

    assert [mail.raw for mail in inbox.claim(database, 50, "a")] == [b"mail 1"]
    assert [inbox.claim(database, 50, name) for name in "bcde"] == [[], [], [], []]
    dies(database, "b", "a", "c", "d", "e")
    dies(database, "c", "a", "d", "e")
    assert attempts(database) == [0, 0]

    dies(database, "a", "d", "e")
    dies(database, "a", "d", "e")
    assert attempts(database) == [1, 0]
    assert [mail.raw for mail in inbox.claim(database, 50, "d")] == [b"mail 1"]
    dies(database, "d", "e")
    assert attempts(database) == [2, 0]
    assert [mail.raw for mail in inbox.claim(database, 50, "e")] == [b"mail 2"]


@pytest.mark.server
def test_of_many_daemons_that_ask_at_once_one_gets_the_suspect(postgresql: Database) -> None:
    suspects(postgresql, 1)
    names = [f"daemon {n}" for n in range(6)]
    together = Barrier(len(names))

    def ask(name: str) -> int:
        together.wait(30)
        return len(inbox.claim(postgresql, 50, name))

    with ThreadPoolExecutor(len(names)) as threads:
        assert sorted(threads.map(ask, names)) == [0, 0, 0, 0, 0, 1]

    for name in names:
        dies(postgresql, name)
    assert attempts(postgresql) == [1]


def test_many_deaths_beside_a_mail_that_was_settled_or_put_down_cost_nothing(
    database: Database,
) -> None:
    suspects(database, 1, 2)
    (first,) = inbox.claim(database, 50, "a")
    settle(database, first.id)
    dies(database, "a")
    for n in range(5):
        inbox.claim(database, 50, f"b{n}")
        inbox.put_down(database, f"b{n}")
        dies(database, f"b{n}")

    assert attempts(database) == [0, 0]


def test_a_store_that_fails_between_claim_and_decision_costs_no_attempt(
    database: Database,
) -> None:
    suspects(database, 1)
    for _ in range(5):  # each time the decision could not be written
        assert len(inbox.claim(database, 50, "a")) == 1

    assert attempts(database) == [0]


def test_a_daemon_that_only_seemed_to_be_gone_gives_the_attempt_back(database: Database) -> None:
    suspects(database, 1)
    for _ in range(5):
        inbox.claim(database, 50, "a")
        dies(database, "a")
        assert attempts(database) == [1]
        inbox.put_down(database, "a")
        assert attempts(database) == [0]


def test_a_daemon_answers_for_a_batch_with_no_mail_that_it_had_alone_before(
    database: Database,
) -> None:
    suspects(database, 1)
    for _ in range(2):
        (first,) = inbox.claim(database, 50, "a")
        inbox.failed(database, first.id, "KeyError")
    take_in(database, arrived(2), arrived(3))

    assert len(inbox.claim(database, 50, "a")) == 2
    dies(database, "a")
    assert attempts(database) == [2, 0, 0]


def test_a_mail_that_failed_once_is_tried_again_alone_and_in_its_place(database: Database) -> None:
    take_in(database, *(arrived(n) for n in (1, 2, 3)))
    first, second, _ = inbox.claim(database, 50)
    settle(database, first.id)
    inbox.failed(database, second.id, "KeyError")

    assert uids(database) == ["mail 2"]
    settle(database, second.id)
    assert uids(database) == ["mail 3"]


def test_a_mail_that_failed_twice_is_tried_again_alone_when_nothing_else_waits(
    database: Database,
) -> None:
    take_in(database, *(arrived(n) for n in (1, 2, 3, 4)))
    first, *_, last = inbox.claim(database, 50)
    for _ in range(2):
        inbox.failed(database, first.id, "KeyError")
        inbox.failed(database, last.id, "KeyError")

    (second, third) = inbox.claim(database, 50)
    assert [second.raw, third.raw] == [b"mail 2", b"mail 3"]
    assert inbox.behind(database, third, 50) == []
    settle(database, second.id, third.id)
    assert uids(database) == ["mail 1"]
    settle(database, first.id)
    assert uids(database) == ["mail 4"]


def test_after_an_orderly_end_nothing_is_in_hand(database: Database) -> None:
    suspects(database, 1)
    inbox.claim(database, 50, "a")
    inbox.ended_cleanly(database, "daemon", "a")

    dies(database, "a")

    assert attempts(database) == [0]


def test_daemons_of_several_hosts_do_not_suspect_each_other(database: Database) -> None:
    take_in(database, arrived(1))
    inbox.after_unclean_end(database, "one.example.jp")

    assert inbox.after_unclean_end(database, "two.example.jp") == 0


# ---------------------------------------------------------------- operators


def test_a_shunted_mail_can_be_replayed_and_says_by_whom(database: Database) -> None:
    take_in(database, arrived(1))
    (mail,) = inbox.claim(database, 1)
    for _ in range(3):
        inbox.failed(database, mail.id, "KeyError")

    who: dict[str, Any] = {"who": "suzuki", "why": "mended", "at": OPENING}
    with database.write() as connection:
        assert inbox_console.replay(connection, mail.id, **who, cause="operator:1")
        assert not inbox_console.replay(connection, mail.id, **who, cause="operator:2")

    (again,) = inbox.claim(database, 1)
    assert (again.id, again.attempts) == (mail.id, 0)
    with database.read() as connection:
        (entry,) = journal.latest(connection)
    assert (entry.happened, entry.note) == ("MailReplayed", "suzuki: mended")
    assert entry.payload["mail"] == mail.id


def test_a_discarded_mail_is_never_read_and_never_lost(database: Database) -> None:
    take_in(database, arrived(1))
    (mail,) = inbox.claim(database, 1)
    who: dict[str, Any] = {"who": "suzuki", "why": "a loop", "at": OPENING}
    with database.write() as connection:
        assert inbox_console.discard(connection, mail.id, **who, cause="operator:1")

    assert inbox.claim(database, 1) == []
    with database.read() as connection:
        assert inbox_console.raw(connection, mail.id) == b"mail 1"
        shown = inbox_console.show(connection, mail.id)
        assert inbox_console.show(connection, 0) is None
    assert shown is not None
    assert (shown.status, shown.cause) == ("discarded", f"mail:{mail.id}")


def test_a_processed_mail_is_neither_replayed_nor_discarded(database: Database) -> None:
    take_in(database, arrived(1))
    (mail,) = inbox.claim(database, 1)
    settle(database, mail.id)
    who: dict[str, Any] = {"who": "suzuki", "why": "x", "at": OPENING, "cause": "operator:1"}

    with database.write() as connection:
        assert not inbox_console.replay(connection, mail.id, **who)
        assert not inbox_console.discard(connection, mail.id, **who)


def test_lists_can_be_narrowed_and_end_with_the_newest(database: Database) -> None:
    take_in(database, *(arrived(n) for n in (1, 2, 3)), arrived(4, event="other"))
    settle(database, *[mail.id for mail in inbox.claim(database, 1)])

    with database.read() as connection:
        listing = inbox_console.listing
        assert [mail.uid for mail in listing(connection, limit=2)] == [3, 4]
        assert [mail.uid for mail in listing(connection, "r7")] == [1, 2, 3]
        assert [mail.uid for mail in listing(connection, "r7", status="new")] == [2, 3]
