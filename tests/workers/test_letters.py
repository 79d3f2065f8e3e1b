"""How decided letters leave: at once, in the morning, after a release, or not at all."""

from __future__ import annotations

from collections.abc import Callable

from pipeline.domain import events
from pipeline.store import outbox_console, tasks
from pipeline.workers import act
from tests.workers.conftest import Desk

Write = Callable[..., bytes]


def question(address: str, number: int) -> bytes:
    head = (
        f"From: {address}\r\nTo: office@example.jp\r\nSubject: question\r\n"
        f"Message-ID: <q{number}@example.jp>\r\nMIME-Version: 1.0\r\n"
        "Content-Type: text/plain; charset=UTF-8\r\n\r\n"
    )
    return head.encode() + f"質問{number}です。手話通訳はありますでしょうか。".encode()


def test_while_an_operator_holds_nothing_leaves_and_after_the_release_all_does(
    desk: Desk, application_mail: Write
) -> None:
    desk.receive(application_mail())
    desk.work()
    reference = desk.application().reference
    act.act(desk.office, reference, events.Held(who="test", why="telephone first"))
    desk.receive(application_mail(number=2))
    desk.work()
    assert len(desk.letters()) == 1

    act.act(desk.office, reference, events.Released(who="test", why="settled"))
    desk.work()

    assert len(desk.letters()) == 2


def test_whom_we_hold_ourselves_is_told_that_a_person_reads_the_mail(
    desk: Desk, application_mail: Write
) -> None:
    desk.receive(application_mail(category="その他"))
    desk.work()
    assert desk.application().held
    desk.receive(application_mail(category="その他", number=2, extra="\n急いでいます。\n"))

    desk.work()

    with desk.office.database.read() as connection:
        assert not [row for row in outbox_console.listing(connection) if row.status == "held"]


def test_the_very_same_letter_does_not_leave_twice_in_a_day(desk: Desk) -> None:
    for number in range(3):
        desk.receive(question("curious@example.jp", number))

    desk.work()

    assert len(desk.letters("curious@example.jp")) == 1
    with desk.office.database.read() as connection:
        assert len(tasks.listing(connection)) == 3


def test_beyond_the_cap_of_an_address_letters_are_kept_for_a_person(
    desk: Desk, application_mail: Write
) -> None:
    """A robot that applies again and again, each time with another name, is answered ten times."""
    names = "一二三四五六七八九十百千"
    for number, sign in enumerate(names):
        desk.receive(application_mail(f"見本 {sign}郎", "robot@example.jp", number=number))
        desk.work()

    assert len(desk.letters("robot@example.jp")) <= 10
    with desk.office.database.read() as connection:
        kept = [row for row in outbox_console.listing(connection) if row.status == "held"]
        assert kept
        assert "cap" in (kept[0].held or "")
        assert "system" in {task.kind for task in tasks.listing(connection)}


def test_deciding_closes_the_task_that_asked_for_it(desk: Desk, application_mail: Write) -> None:
    desk.receive(application_mail(category="その他"))
    desk.receive(question("curious@example.jp", 1))
    desk.work()

    reference = desk.application().reference
    act.act(desk.office, reference, events.Accepted(who="test", why="it fits"))

    with desk.office.database.read() as connection:
        assert [task.kind for task in tasks.listing(connection)] == ["answer"]
        closed = tasks.listing(connection, reference=reference, closed=True)
    assert [(one.kind, one.closed_by) for one in closed] == [("unlisted-kind", "test")]
