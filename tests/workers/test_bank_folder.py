"""Files put into the bank's folder: taken in when they are whole, moved when that is committed."""

from __future__ import annotations

import errno
import fcntl
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from pipeline import log
from pipeline.store import database as database_
from pipeline.workers import bank_folder
from pipeline.workers.bank_folder import import_next, prepare
from pipeline.workers.office import Bank, Office
from pipeline.workers.statements import import_statement
from tests.bank.shipped import PROFILES
from tests.workers import money as m
from tests.workers.conftest import ON_BOTH, TOKYO, Desk

pytestmark = ON_BOTH
MONDAY = date(2026, 3, 2)
Mail = Callable[..., bytes]


@pytest.fixture
def office(desk: Desk, tmp_path: Path, application_mail: Mail) -> Office:
    desk.receive(application_mail())
    desk.work()
    desk.clock.set(datetime(2026, 3, 3, 9, tzinfo=TOKYO))
    bank = Bank(tmp_path / "bank", PROFILES)
    prepare(bank)
    return replace(desk.office, bank=bank)


def put(office: Office, name: str, raw: bytes) -> Path:
    assert office.bank is not None
    path = office.bank.folder / "incoming" / name
    path.write_bytes(raw)
    return path


def there(office: Office, folder: str) -> list[str]:
    assert office.bank is not None
    return sorted(path.name for path in (office.bank.folder / folder).iterdir())


def look_twice(office: Office) -> bool:
    return import_next(office) or import_next(office)


def paid(desk: Desk) -> bytes:
    return m.notice([m.transfer(desk.application().reference, MONDAY)])


def test_a_file_is_taken_in_and_moved(desk: Desk, office: Office) -> None:
    put(office, "0302.txt", paid(desk))

    assert look_twice(office)
    assert m.credited(desk, desk.application().reference) == 1000
    assert (there(office, "incoming"), there(office, "done")) == ([], ["0302.txt"])
    assert not look_twice(office)


def test_a_file_that_still_grows_is_left_alone(desk: Desk, office: Office) -> None:
    raw = paid(desk)
    path = put(office, "0302.txt", raw[:500])
    assert not import_next(office)
    path.write_bytes(raw)

    assert not import_next(office)
    assert import_next(office)
    assert m.credited(desk, desk.application().reference) == 1000


@pytest.mark.parametrize("name", [".0302.txt", "0302.txt.part", "0302.txt.TMP", "0302.txt~"])
def test_a_file_whose_name_says_that_it_is_not_whole_is_left_alone(
    desk: Desk, office: Office, name: str
) -> None:
    put(office, name, paid(desk))

    assert not look_twice(office)
    assert there(office, "incoming") == [name]


def test_a_file_that_is_refused_lies_beside_its_reason(desk: Desk, office: Office) -> None:
    put(office, "0302.txt", paid(desk).replace(b"1234567", b"7654321"))

    assert look_twice(office)
    assert there(office, "refused") == ["0302.txt", "0302.txt.reason.txt"]
    assert office.bank is not None
    reason = (office.bank.folder / "refused" / "0302.txt.reason.txt").read_text(encoding="utf-8")
    assert "another account" in reason
    (task,) = m.asked(desk)
    assert reason.strip() in task.detail

    put(office, "0302.txt", paid(desk).replace(b"1234567", b"7654321"))
    assert look_twice(office)
    assert there(office, "refused")[:2] == ["0302.2.txt", "0302.2.txt.reason.txt"]
    assert len(m.asked(desk)) == 1


def dies_before_it_moves_a_file(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    def dies(*_: object) -> Path:
        raise KeyboardInterrupt

    with monkeypatch.context() as during:
        during.setattr(bank_folder, "_move", dies)
        with pytest.raises(KeyboardInterrupt):
            look_twice(office)


def test_a_crash_between_commit_and_move_counts_nothing_twice(
    desk: Desk, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(office, "0302.txt", paid(desk))

    dies_before_it_moves_a_file(office, monkeypatch)
    assert there(office, "incoming") == ["0302.txt"]

    assert look_twice(office)
    assert m.credited(desk, desk.application().reference) == 1000
    assert len(m.money(desk)) == 1
    assert there(office, "done") == ["0302.txt"]


def test_a_store_that_cannot_be_asked_leaves_the_file_where_it_is(
    desk: Desk, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(office, "0302.txt", paid(desk))

    def away(*_: object, **__: object) -> None:
        raise database_.Unavailable("no space left")

    with monkeypatch.context() as during:
        during.setattr(bank_folder, "import_statement", away)
        with pytest.raises(database_.Unavailable):
            look_twice(office)
    assert there(office, "incoming") == ["0302.txt"]
    assert look_twice(office)


def test_a_file_on_which_the_program_fails_does_not_stop_the_others(
    desk: Desk, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(office, "0302.txt", paid(desk))

    def fails(*_: object, **__: object) -> None:
        raise ZeroDivisionError("a bug")

    monkeypatch.setattr(bank_folder, "import_statement", fails)
    assert look_twice(office)
    assert there(office, "refused") == ["0302.txt", "0302.txt.reason.txt"]


def test_a_file_that_is_too_large_is_refused_unread(
    desk: Desk, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bank_folder, "MOST_BYTES", 100)
    put(office, "0302.txt", paid(desk))

    assert look_twice(office)
    assert "0302.txt.reason.txt" in there(office, "refused")


def test_without_a_folder_nothing_is_watched(desk: Desk) -> None:
    assert not import_next(desk.office)


# ---------------------------------------------------------------- several daemons, one folder


def another(office: Office) -> Office:
    """A second daemon at the same folder and the same store."""
    assert office.bank is not None
    return replace(office, bank=Bank(office.bank.folder, PROFILES))


def no_locks(*_: object) -> None:
    raise OSError(errno.ENOLCK, "No locks available")


def test_while_one_daemon_works_on_the_folder_another_leaves_it_alone(
    desk: Desk, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(office, "0302.txt", paid(desk))
    other, found = another(office), []
    move = bank_folder._move

    def moved(path: Path, folder: Path) -> Path:
        found.append(look_twice(other))
        return move(path, folder)

    monkeypatch.setattr(bank_folder, "_move", moved)

    assert look_twice(office)
    assert found == [False]
    assert there(office, "done") == ["0302.txt"]
    assert not look_twice(other)


def test_a_daemon_that_dies_over_a_file_leaves_it_to_the_others(
    desk: Desk, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(office, "0302.txt", paid(desk))

    dies_before_it_moves_a_file(office, monkeypatch)

    assert look_twice(another(office))
    assert there(office, "done") == ["0302.txt"]
    assert m.credited(desk, desk.application().reference) == 1000


@pytest.mark.parametrize("step", ["_read", "_move"])
def test_without_locks_a_file_that_somebody_else_took_in_is_no_alarm(
    desk: Desk, office: Office, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    monkeypatch.setattr(fcntl, "flock", no_locks)
    put(office, "0302.txt", paid(desk))
    other, whole = another(office), getattr(bank_folder, step)
    import_next(other)

    def late(*args: object) -> object:
        monkeypatch.setattr(bank_folder, step, whole)
        assert look_twice(other)
        return whole(*args)

    monkeypatch.setattr(bank_folder, step, late)
    with log.captured(office.clock.now) as lines:
        assert look_twice(office)

    assert [line for line in lines if "alarm" in str(line).lower()] == []
    assert (there(office, "incoming"), there(office, "refused")) == ([], [])
    assert there(office, "done") == ["0302.txt"]
    assert m.credited(desk, desk.application().reference) == 1000
    assert m.asked(desk) == []


def test_a_file_that_was_replaced_while_it_was_read_is_taken_in_as_well(
    desk: Desk, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(office, "0302.txt", m.notice([], last=MONDAY))

    def replaced(*args: Any, **more: Any) -> Any:
        found = import_statement(*args, **more)
        put(office, "0302.txt", paid(desk))
        return found

    with monkeypatch.context() as during:
        during.setattr(bank_folder, "import_statement", replaced)
        assert look_twice(office)
    assert there(office, "done") == []

    assert look_twice(office)
    assert m.credited(desk, desk.application().reference) == 1000
    assert there(office, "done") == ["0302.txt"]


@pytest.mark.parametrize("locks", [True, False], ids=["locks", "no locks"])
def test_daemons_that_share_a_folder_take_each_file_in_once(
    desk: Desk, office: Office, monkeypatch: pytest.MonkeyPatch, *, locks: bool
) -> None:
    if not locks:
        monkeypatch.setattr(fcntl, "flock", no_locks)
    reference = desk.application().reference
    days = [date(2026, 2, day) for day in range(16, 28)]
    for day in days:
        put(office, f"{day:%m%d}.txt", m.notice([m.transfer(reference, day, 10)], day, day))
    daemons = [another(office) for _ in range(3)]

    def serve(daemon: Office) -> None:
        idle = 0
        while idle < 3 or there(office, "incoming"):
            idle = 0 if import_next(daemon) else idle + 1

    with log.captured(office.clock.now) as lines, ThreadPoolExecutor(3) as threads:
        list(threads.map(serve, daemons))

    assert [line for line in lines if "alarm" in str(line).lower()] == []
    assert there(office, "refused") == []
    assert there(office, "done") == [f"{day:%m%d}.txt" for day in days]
    assert [one.line.amount for one in m.money(desk)] == [10] * len(days)
    assert m.credited(desk, reference) == 10 * len(days)
