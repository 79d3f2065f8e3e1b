"""Applications, events and moments for the tests of the domain. All people are invented."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import Any

from pipeline.domain.application import Application, Participant, Problem, State, Thread
from pipeline.domain.decide import decide
from pipeline.domain.decision import Decision, Letter, LetterName, Roster, TaskKind
from pipeline.domain.events import Applied, Event, FromOutside, MoneyArrived
from pipeline.domain.rules import TOKYO, Rules

CONTACT = "hanako@machida.example.jp"
COLLEAGUE = "jiro@machida.example.jp"
STRANGER = "somebody@elsewhere.example.com"
REFERENCE = "572946"
OPENING = datetime(2026, 2, 2, 9, 0, tzinfo=TOKYO)
TUESDAY = datetime(2026, 2, 10, 10, 0, tzinfo=TOKYO)
"""A working day at the season's beginning; 11 February is a holiday."""
LAST_DAY = date(2026, 3, 12)


def day(month: int, number: int, hour: int = 10, minute: int = 0) -> datetime:
    """An instant of the season."""
    return datetime(2026, month, number, hour, minute, tzinfo=TOKYO)


def person(number: int = 1, **said: str | None) -> Participant:
    """Somebody whose form is complete."""
    names = ("町田花子", "町田次郎", "町田三郎", "町田四郎", "町田五郎")
    kana = ("マチダハナコ", "マチダジロウ", "マチダサブロウ", "マチダシロウ", "マチダゴロウ")
    values: dict[str, Any] = {
        "name": names[number - 1],
        "name_kana": kana[number - 1],
        "organization": "架空市社会福祉協議会",
        "department": "地域福祉課",
        "position": "第2層生活支援コーディネーター",
        "prefecture": "東京都",
        "email": CONTACT if number == 1 else f"member{number}@machida.example.jp",
        "phone": "042-000-0000",
        "category": "sc",
    }
    return Participant(number, **values | said)


def people(count: int) -> tuple[Participant, ...]:
    """A group whose forms are complete."""
    return tuple(person(number) for number in range(1, count + 1))


def roster(rules: Rules, **said: Any) -> Roster:
    """An event with free seats, nobody waiting, and access not ready."""
    values: dict[str, Any] = {
        "capacity": rules.event.capacity,
        "taken": 0,
        "fresh_reference": REFERENCE,
        "access_opens_at": rules.access_opens_at,
    }
    return Roster(**values | said)


def full(rules: Rules, **said: Any) -> Roster:
    """An event without a free seat."""
    return roster(rules, taken=rules.event.capacity, **said)


def outside(kind: type[FromOutside], /, **said: Any) -> Any:
    """A mail of the contact, on the Tuesday."""
    values: dict[str, Any] = {
        "arrived_at": TUESDAY,
        "sender": CONTACT,
        "sender_name": "町田花子",
        "thread": Thread("<mail@machida.example.jp>", ()),
    }
    return kind(**values | said)


def applied(count: int = 1, **said: Any) -> Applied:
    """A complete form for so many people."""
    event: Applied = outside(Applied, **{"participants": people(count)} | said)
    return event


def money(amount: int = 1000, value_date: date = date(2026, 2, 20)) -> MoneyArrived:
    """A remittance that was recorded by hand."""
    return MoneyArrived(amount=amount, value_date=value_date, who="suzuki", why="bank book")


def application(state: State, rules: Rules, **said: Any) -> Application:
    """An application as it would stand in this state."""
    values: dict[str, Any] = {
        "reference": REFERENCE,
        "event": rules.slug,
        "state": state,
        "contact_name": "町田花子",
        "contact_address": CONTACT,
        "participants": people(1),
        "arrived_at": TUESDAY,
        "thread": Thread("<first@machida.example.jp>", ()),
        "version": 1,
    }
    return Application(**values | _usual(state, rules) | said)


def _usual(state: State, rules: Rules) -> dict[str, Any]:
    accepted: dict[str, Any] = {"instructed_at": TUESDAY, "pay_by": rules.closes_at}
    if state is State.INCOMPLETE:
        lacking = replace(person(), phone=None)
        return {
            "participants": (lacking,),
            "problems": (problem(1, "phone"),),
            "correct_by": rules.end_of(date(2026, 2, 18)),
        }
    if state is State.AWAITING_PAYMENT:
        return accepted
    if state is State.PAID:
        return accepted | {"credited": 1000}
    if state is State.ADMITTED:
        sent = {"access_sent_at": day(2, 26), "access_generation": 1}
        return accepted | {"credited": 1000} | sent
    if state is State.EXPIRED:
        return accepted | {"closed_reason": "expired-unpaid"}
    by_itself: dict[State, dict[str, Any]] = {
        State.UNCONFIRMED: {"confirm_by": rules.end_of(date(2026, 2, 13))},
        State.WAITLISTED: {},
    }
    return by_itself.get(state, {"closed_reason": state.value})


def problem(number: int, field: str, fault: str = "missing") -> Problem:
    """One thing that is wrong with a form."""
    return Problem(number, field, fault)


def run(
    before: Application | None,
    event: Event,
    rules: Rules,
    *,
    now: datetime | None = None,
    roster_: Roster | None = None,
) -> Decision:
    """Decide at the mail's arrival, or on the Tuesday."""
    if now is None:
        now = event.arrived_at if isinstance(event, FromOutside) else TUESDAY
    return decide(before, event, roster_ or roster(rules), rules, now)


def after(decision: Decision) -> Application:
    """The application of a decision that has one."""
    assert decision.application is not None
    return decision.application


def names(decision: Decision) -> list[LetterName]:
    """Which letters leave."""
    return [letter.name for letter in decision.letters]


def only(decision: Decision) -> Letter:
    """The one letter that leaves."""
    (letter,) = decision.letters
    return letter


def asked(decision: Decision) -> list[TaskKind]:
    """What a person is asked to do."""
    return [task.kind for task in decision.tasks]
