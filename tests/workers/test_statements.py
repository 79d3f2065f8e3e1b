"""The bank's files, from bytes to seats: what pays, what waits, and what never counts twice."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime
from itertools import product
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.bank.statement import Refused
from pipeline.domain.application import State
from pipeline.domain.coverage import Gap
from pipeline.domain.verdict import Action, Outcome
from pipeline.store import bank_statements, remittances, tasks
from pipeline.store import settings as set_
from pipeline.store.remittances import Status
from pipeline.workers import reconcile
from pipeline.workers.statements import import_statement
from tests.bank import writers_zengin
from tests.bank.shipped import PROFILES
from tests.bank.values import Line
from tests.workers import money as m
from tests.workers.conftest import ON_BOTH, TOKYO, Desk

pytestmark = ON_BOTH
MONDAY, TUESDAY, FRIDAY = date(2026, 3, 2), date(2026, 3, 3), date(2026, 3, 6)
Mail = Callable[..., bytes]


def at(day: date, hour: int = 9) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=TOKYO)


@pytest.fixture
def taken(desk: Desk, application_mail: Mail) -> list[str]:
    """Two applications that wait for money, and the third of March."""
    for number, name in enumerate(("見本 花子", "見本 月子"), 1):
        desk.receive(application_mail(name, f"p{number}@example.jp", number=number))
    desk.work()
    desk.clock.set(at(TUESDAY))
    desk.work()
    return [one.reference for one in desk.applications()]


# ---------------------------------------------------------------- what pays


def test_a_transfer_that_agrees_in_everything_pays(desk: Desk, taken: list[str]) -> None:
    imported = m.take_in(desk, m.notice([m.transfer(taken[0], MONDAY)]))

    (line,) = imported.lines
    assert (line.verdict.action, line.new, line.status) == (Action.MATCH, True, Status.SETTLED)
    assert m.of(desk, taken[0]).state is State.ADMITTED
    assert m.credited(desk, taken[0]) == 1000
    assert m.asked(desk) == []
    with desk.office.database.read() as connection:
        kept = remittances.get(connection, line.id or 0)
    assert kept is not None
    assert (kept.line, kept.verdict) == (line.remittance, line.verdict)


def test_one_transfer_for_two_is_one_cause(desk: Desk, taken: list[str]) -> None:
    both = Line(MONDAY, 2000, f"{taken[0]} {taken[1]} {m.KANA}")
    imported = m.take_in(desk, m.notice([both]))

    assert imported.lines[0].verdict.outcome is Outcome.MATCHED_GROUP
    assert [one.cause for one in imported.done] == [f"remittance:{imported.lines[0].id}"] * 2
    assert [m.credited(desk, one) for one in taken] == [1000, 1000]


def test_a_dry_run_says_the_same_and_writes_nothing(desk: Desk, taken: list[str]) -> None:
    raw = m.notice([m.transfer(taken[0], MONDAY), Line(MONDAY, 5000, "ﾀﾞﾚｶ")])
    tried = m.take_in(desk, raw, dry_run=True)

    assert m.money(desk) == []
    assert m.of(desk, taken[0]).state is State.AWAITING_PAYMENT
    done = m.take_in(desk, raw)
    assert [one.verdict for one in tried.lines] == [one.verdict for one in done.lines]
    assert [one.id for one in tried.lines] == [None, None]


def test_a_crash_in_the_middle_leaves_nothing(
    desk: Desk, taken: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    raw = m.notice([m.transfer(taken[0], MONDAY), m.transfer(taken[1], MONDAY)])

    def dies(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as during:
        during.setattr(bank_statements, "keep_lines", dies)
        with pytest.raises(KeyboardInterrupt):
            m.take_in(desk, raw)
    assert m.money(desk) == []
    assert m.of(desk, taken[0]).state is State.AWAITING_PAYMENT

    m.take_in(desk, raw)
    assert [m.credited(desk, one) for one in taken] == [1000, 1000]


def test_a_file_of_another_account_is_refused_whole(desk: Desk, taken: list[str]) -> None:
    raw = m.notice([m.transfer(taken[0], MONDAY)], number="7654321")

    with pytest.raises(Refused, match="another account"):
        m.take_in(desk, raw)
    assert m.money(desk) == []


def test_of_a_file_of_several_accounts_only_ours_counts(desk: Desk, taken: list[str]) -> None:
    ours = m.part([m.transfer(taken[0], MONDAY)])
    theirs = replace(m.part([m.transfer(taken[1], MONDAY)]), number="7654321")
    raw = b"".join(writers_zengin.account([theirs, ours]))
    imported = m.take_in(desk, raw)

    assert [line.verdict.references for line in imported.lines] == [(taken[0],)]
    assert "other accounts" in imported.warnings[-1]


# ---------------------------------------------------------------- never twice


@pytest.mark.parametrize("again", [m.notice, m.account, m.rakuten])
def test_the_same_transfers_in_another_file_change_nothing(
    desk: Desk, taken: list[str], again: Callable[[list[Line]], bytes]
) -> None:
    lines = [m.transfer(taken[0], MONDAY), Line(MONDAY, 700, "ﾎｶﾉﾋﾄ ﾅﾏｴ"), m.transfer("", MONDAY)]
    m.take_in(desk, m.notice(lines))
    before = [(one.id, one.status) for one in m.money(desk)]
    asked = m.asked(desk)
    imported = m.take_in(desk, again(lines), "b.txt")

    assert not any(line.new for line in imported.lines)
    assert [(one.id, one.status) for one in m.money(desk)] == before
    assert m.asked(desk) == asked
    assert m.credited(desk, taken[0]) == 1000
    assert [line.status for line in imported.lines] == [status for _, status in before]


def test_two_truly_equal_transfers_both_count(desk: Desk, taken: list[str]) -> None:
    line = m.transfer(taken[0], MONDAY)
    m.take_in(desk, m.account([line]))
    imported = m.take_in(desk, m.account([line, line]), "b.txt")

    assert [one.new for one in imported.lines] == [False, True]
    assert imported.lines[1].verdict.outcome is Outcome.TWICE
    assert m.credited(desk, taken[0]) == 2000
    (task,) = m.asked(desk)
    assert task.reference == taken[0]
    assert "paid_twice:queued" in m.letters(desk, taken[0]) or "paid_twice:sent" in m.letters(
        desk, taken[0]
    )


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    amounts=st.lists(st.sampled_from([300, 700, 1000]), min_size=1, max_size=5),
    files=st.lists(
        st.tuples(st.sampled_from(["01", "03", "csv"]), st.integers(0, 3), st.integers(0, 3)),
        min_size=1,
        max_size=4,
    ),
)
def test_any_files_count_what_was_really_transferred(
    taken_anew: Callable[[], tuple[Desk, list[str]]],
    amounts: list[int],
    files: list[tuple[str, int, int]],
) -> None:
    desk, taken = taken_anew()
    lines = [
        m.transfer(taken[0], date(2026, 2, 24 + place % 3), amount)
        for place, amount in enumerate(sorted(amounts))
    ]
    lines.sort(key=lambda line: line.day)
    shown: set[int] = set()
    for kind, one, other in files:
        first, last = (date(2026, 2, 24 + n) for n in sorted((one, other)))
        here = [n for n, line in enumerate(lines) if first <= line.day <= last]
        shown.update(here)
        mine = [lines[n] for n in here]
        if kind == "csv":
            if mine:
                m.take_in(desk, m.rakuten(mine))
        else:
            m.take_in(desk, (m.notice if kind == "01" else m.account)(mine, first, last))

    arrived = [one.line.amount for one in m.money(desk)]
    assert sorted(arrived) == sorted(lines[n].amount for n in shown)


@pytest.fixture
def taken_anew(desk: Desk, application_mail: Mail) -> Callable[[], tuple[Desk, list[str]]]:
    """An application, and an office that has forgotten all money."""
    desk.receive(application_mail())
    desk.work()
    (reference,) = [one.reference for one in desk.applications()]
    desk.clock.set(at(TUESDAY))

    def anew() -> tuple[Desk, list[str]]:
        with desk.office.database.write() as connection:
            if desk.office.database.is_sqlite:
                for table, act in product(("allocation", "money_act"), ("update", "delete")):
                    connection.execute(sa.text(f"DROP TRIGGER IF EXISTS {table}_no_{act}"))
            else:
                connection.execute(sa.text("SET LOCAL session_replication_role = replica"))
            for table in ("statement_line", "statement", "allocation", "money_act", "remittance"):
                connection.execute(sa.text(f"DELETE FROM {table}"))
        return desk, [reference]

    return anew


# ---------------------------------------------------------------- what a person decides


def test_less_than_is_owed_is_credited_and_the_rest_is_asked_for(
    desk: Desk, taken: list[str]
) -> None:
    m.take_in(desk, m.notice([m.transfer(taken[0], MONDAY, 670)]))

    assert m.of(desk, taken[0]).state is State.AWAITING_PAYMENT
    assert m.credited(desk, taken[0]) == 670
    assert m.letters(desk, taken[0])[-1].startswith("short_payment")
    assert [one.reference for one in m.asked(desk)] == [taken[0]]

    desk.clock.set(at(FRIDAY))
    m.take_in(desk, m.notice([m.transfer(taken[0], TUESDAY, 330)], first=TUESDAY), "b.txt")
    assert m.of(desk, taken[0]).state is State.ADMITTED
    assert [one.status for one in m.money(desk)] == [Status.SETTLED, Status.SETTLED]
    assert m.asked(desk) == []


def test_more_than_is_owed_pays_nobody_before_a_person_has_decided(
    desk: Desk, taken: list[str]
) -> None:
    m.take_in(desk, m.notice([m.transfer(taken[0], MONDAY, 3000)]))

    assert m.of(desk, taken[0]).state is State.AWAITING_PAYMENT
    assert m.credited(desk, taken[0]) == 0
    assert m.letters(desk, taken[0])[-1].startswith("over_payment")
    assert [one.status for one in m.money(desk)] == [Status.OPEN]
    assert len(m.asked(desk)) == 1


def test_a_payer_whom_nobody_knows_is_a_task_and_gets_no_letter(
    desk: Desk, taken: list[str]
) -> None:
    before = [m.letters(desk, one) for one in taken]
    m.take_in(desk, m.notice([Line(MONDAY, 1000, "ｼﾗﾅｲ ﾋﾄ")]))

    (task,) = m.asked(desk)
    assert task.cause == f"remittance:{m.money(desk)[0].id}"
    assert "ｼﾗﾅｲ ﾋﾄ" in task.detail
    assert [m.letters(desk, one) for one in taken] == before


def test_money_dated_after_the_last_day_keeps_its_seat(desk: Desk, taken: list[str]) -> None:
    desk.clock.set(at(date(2026, 3, 18)))
    days = date(2026, 3, 13)
    m.take_in(desk, m.notice([m.transfer(taken[0], days)], last=date(2026, 3, 16)))

    assert m.of(desk, taken[0]).held == "paid-late"
    assert m.of(desk, taken[1]).state is State.EXPIRED


def test_a_payment_in_time_that_is_imported_late_opens_the_application_again(
    desk: Desk, taken: list[str]
) -> None:
    desk.clock.set(at(date(2026, 3, 17)))
    desk.cover(date(2026, 3, 16))
    assert m.of(desk, taken[0]).state is State.EXPIRED

    m.take_in(desk, m.notice([m.transfer(taken[0], date(2026, 3, 12))]))
    assert m.of(desk, taken[0]).state is State.ADMITTED
    assert m.credited(desk, taken[0]) == 1000


def test_nobody_expires_whose_money_may_lie_with_a_person(desk: Desk, taken: list[str]) -> None:
    desk.clock.set(at(date(2026, 3, 17)))
    hers = Line(MONDAY, 1000, m.KANA)
    m.take_in(desk, m.notice([hers], last=date(2026, 3, 16)))

    assert [m.of(desk, one).state for one in taken] == [State.AWAITING_PAYMENT] * 2
    assert m.of(desk, taken[0]).held == "not-expired-yet"


# ---------------------------------------------------------------- taken back


def test_what_the_bank_takes_back_is_unpaid_again(desk: Desk, taken: list[str]) -> None:
    line = m.transfer(taken[0], MONDAY)
    m.take_in(desk, m.notice([line]))
    assert m.of(desk, taken[0]).state is State.ADMITTED

    desk.clock.set(at(FRIDAY))
    back = replace(line, day=TUESDAY, cancels=True)
    imported = m.take_in(desk, m.notice([line, back]), "b.txt")
    assert [one.verdict.outcome for one in imported.lines] == [Outcome.MATCHED, Outcome.REVERSED]
    again = m.of(desk, taken[0])
    assert (again.state, again.credited, again.access_generation) == (
        State.AWAITING_PAYMENT,
        0,
        0,
    )
    assert [one.status for one in m.money(desk)] == [Status.REVERSED, Status.SETTLED]
    assert {one.kind for one in _tasks(desk)} == {"money", "secret"}
    assert m.letters(desk, taken[0])[-1].startswith("payment_reversed")

    m.take_in(desk, m.notice([line, back]), "c.txt")
    assert m.credited(desk, taken[0]) == 0


def test_access_that_has_not_left_stays_here(desk: Desk, taken: list[str]) -> None:
    line = m.transfer(taken[0], MONDAY)
    raw = m.notice([line])
    import_statement(desk.office, raw, name="a", who="s", profiles=PROFILES)
    assert "access:queued" in m.letters(desk, taken[0])

    desk.clock.set(at(FRIDAY))
    back = replace(line, day=TUESDAY, cancels=True)
    import_statement(desk.office, m.notice([back]), name="b", who="s", profiles=PROFILES)
    assert "access:dropped" in m.letters(desk, taken[0])
    assert {one.kind for one in _tasks(desk)} == {"money"}


def test_a_credit_and_its_cancellation_pay_nobody_in_whatever_order_they_come(
    desk: Desk, taken: list[str]
) -> None:
    line = m.transfer(taken[0], MONDAY)
    back = replace(line, cancels=True)
    m.take_in(desk, m.notice([line, back]))
    m.take_in(desk, m.notice([replace(back, payer=f"{taken[1]} {m.KANA}")]), "b.txt")
    assert len(m.asked(desk)) == 1
    m.take_in(desk, m.notice([m.transfer(taken[1], MONDAY)]), "c.txt")

    assert [m.of(desk, one).state for one in taken] == [State.AWAITING_PAYMENT] * 2
    assert m.asked(desk) == []


@contextmanager
def questions(desk: Desk) -> Iterator[list[str]]:
    """What is asked of the store meanwhile."""
    found: list[str] = []

    def note(_c: Any, _cursor: Any, text: str, *_: Any) -> None:
        if text.startswith("SELECT"):
            found.append(text)

    engines = desk.office.database._engines()
    for engine in engines:
        sa.event.listen(engine, "before_cursor_execute", note)
    yield found
    for engine in engines:
        sa.event.remove(engine, "before_cursor_execute", note)


def test_many_cancellations_ask_no_more_than_one(desk: Desk, taken: list[str]) -> None:
    lines = [m.transfer(taken[n % 2], MONDAY, 10 + n) for n in range(8)]
    back = [replace(line, day=TUESDAY, cancels=True) for line in lines]
    m.take_in(desk, m.notice(lines))
    desk.clock.set(at(FRIDAY))
    desk.work()
    with questions(desk) as one:
        m.take_in(desk, m.notice(back[:1], TUESDAY), dry_run=True)
    with questions(desk) as many:
        tried = m.take_in(desk, m.notice(back, TUESDAY), dry_run=True)

    assert {line.verdict.outcome for line in tried.lines} == {Outcome.REVERSED}
    assert len(many) == len(one)


def test_many_short_payments_are_settled_with_one_look_at_who_paid(
    desk: Desk, taken: list[str]
) -> None:
    m.take_in(desk, m.notice([m.transfer(taken[n % 2], MONDAY, 100 + n) for n in range(8)]))
    owed = [1000 - m.credited(desk, one) for one in taken]
    desk.clock.set(at(FRIDAY))
    rest = [m.transfer(one, TUESDAY, yen) for one, yen in zip(taken, owed, strict=True)]
    with questions(desk) as asked:
        import_statement(
            desk.office, m.notice(rest, TUESDAY), name="b.txt", who="s", profiles=PROFILES
        )

    assert {one.status for one in m.money(desk)} == {Status.SETTLED}
    each = [text for text in asked if text.startswith("SELECT application.value \nFROM")]
    assert len([text for text in each if "application.reference" in text]) <= 2


def _tasks(desk: Desk) -> list[tasks.OpenedTask]:
    with desk.office.database.read() as connection:
        return tasks.listing(connection)


# ---------------------------------------------------------------- by hand


def test_what_was_recorded_by_hand_is_known_again_in_the_file(desk: Desk, taken: list[str]) -> None:
    desk.pay(taken[0], 1000, MONDAY)
    imported = m.take_in(desk, m.notice([m.transfer(taken[0], MONDAY)]))

    assert imported.lines[0].verdict.outcome is Outcome.DUPLICATE
    assert m.credited(desk, taken[0]) == 1000
    by_hand, line = m.money(desk)
    assert (line.status, line.twin) == (Status.SETTLED, by_hand.id)
    assert m.asked(desk) == []

    m.take_in(desk, m.account([m.transfer(taken[0], MONDAY)] * 2), "b.txt")
    assert m.credited(desk, taken[0]) == 2000


def test_a_record_by_hand_is_shown_with_a_line_that_is_nobodys_by_itself(
    desk: Desk, taken: list[str]
) -> None:
    desk.pay(taken[0], 1000, MONDAY)
    imported = m.take_in(desk, m.notice([Line(MONDAY, 1000, "ｶ)ﾍﾞﾂﾉ ﾅﾏｴ")]))

    verdict = imported.lines[0].verdict
    assert (verdict.action, verdict.outcome) == (Action.REVIEW, Outcome.DUPLICATE)
    assert verdict.references == (taken[0],)
    assert len(m.asked(desk)) == 1


# ---------------------------------------------------------------- which days are covered


def covered(desk: Desk) -> date | None:
    with desk.office.database.read() as connection:
        return set_.of_event(connection, desk.slug).covered_through


def test_only_days_that_were_over_count_as_covered(desk: Desk, taken: list[str]) -> None:
    desk.clock.set(at(FRIDAY, 15))
    made_today = m.notice([], last=FRIDAY, made=FRIDAY)
    imported = m.take_in(desk, made_today)

    assert covered(desk) == date(2026, 3, 5)
    assert imported.coverage[desk.slug].gaps == ()


def test_a_gap_is_named_and_stops_the_banks_word(desk: Desk, taken: list[str]) -> None:
    desk.clock.set(at(date(2026, 3, 17)))
    m.take_in(desk, m.notice([], last=TUESDAY))
    imported = m.take_in(desk, m.notice([], FRIDAY, date(2026, 3, 16)), "b.txt")

    found = imported.coverage[desk.slug]
    assert found.gaps == (Gap(date(2026, 3, 4), date(2026, 3, 5)),)
    assert (found.through, found.latest) == (TUESDAY, date(2026, 3, 16))
    assert m.of(desk, taken[0]).state is State.AWAITING_PAYMENT

    m.take_in(desk, m.account([], date(2026, 3, 4), date(2026, 3, 5)), "c.txt")
    assert covered(desk) == date(2026, 3, 16)
    assert m.of(desk, taken[0]).state is State.EXPIRED


def test_balances_that_do_not_follow_are_a_task_and_cover_nothing_beyond(
    desk: Desk, taken: list[str]
) -> None:
    desk.clock.set(at(date(2026, 3, 10)))
    m.take_in(desk, m.account([], last=TUESDAY, opening=1000))
    later = m.account([m.transfer(taken[0], FRIDAY)], date(2026, 3, 4), FRIDAY, opening=900)
    imported = m.take_in(desk, later, "b.txt")

    assert "does not follow" in imported.warnings[0]
    assert len(m.asked(desk)) == 1
    assert covered(desk) == TUESDAY
    assert imported.coverage[desk.slug].gaps[0].broken
    assert m.credited(desk, taken[0]) == 1000


def test_a_csv_without_a_period_proves_the_days_before_its_last_line(
    desk: Desk, taken: list[str]
) -> None:
    m.take_in(desk, m.notice([], last=date(2026, 2, 26)))
    m.take_in(desk, m.rakuten([Line(date(2026, 2, 27), 10, "ｱ"), Line(MONDAY, 10, "ｱ")]), "b.csv")

    assert covered(desk) == date(2026, 3, 1)


def test_an_operators_word_covers_what_no_file_does(desk: Desk, taken: list[str]) -> None:
    desk.clock.set(at(date(2026, 3, 10)))
    desk.cover(MONDAY)
    m.take_in(desk, m.notice([], TUESDAY, FRIDAY))

    assert covered(desk) == FRIDAY
    with desk.office.database.read() as connection:
        assert bank_statements.word(connection, desk.slug) == MONDAY
        assert [one.file for one in bank_statements.files(connection, 5)] == ["a.txt"]


def test_money_by_hand_that_is_short_stays_open(desk: Desk, taken: list[str]) -> None:
    reconcile.record_payment(
        desk.office, taken[0], amount=600, value_date=MONDAY, who="suzuki", why="seen"
    )

    assert [one.status for one in m.money(desk)] == [Status.OPEN]
