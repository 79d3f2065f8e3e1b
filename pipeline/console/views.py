"""Applications and tasks, as people and programs see them.

Law of this file: values in, rows out; keys of the JSON are stable, and words are for people only.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from pipeline.console.printing import say, say_fields, say_table, until, when
from pipeline.console.words import STATE_TEXT, STATE_WORD
from pipeline.domain.application import Application, Participant

if TYPE_CHECKING:
    from pipeline.domain.rules import Rules
    from pipeline.store.allocations import Credited
    from pipeline.store.tasks import OpenedTask

# ---------------------------------------------------------------- applications


def state(application: Application) -> str:
    """Where it stands, with a mark where it is held."""
    text = f"{STATE_TEXT[application.state]} {STATE_WORD[application.state]}"
    return f"{text}, held 保留" if application.held is not None else text


def application_json(application: Application) -> dict[str, Any]:
    """One application with everything that is known of it."""
    return {
        "reference": application.reference,
        "event": application.event,
        "state": application.state.value,
        "held": application.held,
        "contact": {"name": application.contact_name, "address": application.contact_address},
        "seats": application.seats,
        "seats_held": application.seats_held,
        "participants": [asdict(person) for person in application.participants],
        "problems": [asdict(problem) for problem in application.problems],
        "arrived_at": application.arrived_at,
        "confirm_by": application.confirm_by,
        "correct_by": application.correct_by,
        "pay_by": application.pay_by,
        "credited": application.credited,
        "payment_reported": application.payment_reported,
        "invoice_requested": application.invoice_requested,
        "withdrawal_asked": application.withdrawal_asked,
        "access_sent_at": application.access_sent_at,
        "access_resent_at": application.access_resent_at,
        "access_generation": application.access_generation,
        "closed_reason": application.closed_reason,
        "bounced": list(application.bounced),
        "version": application.version,
    }


def say_applications(found: Sequence[Application]) -> None:
    """A table, one line for each."""
    say_table(
        ("reference*", "state", "name", "address", "seats", "yen", "pay by*"),
        (
            (
                one.reference,
                one.state.value if one.held is None else f"{one.state.value}, held",
                one.contact_name,
                one.contact_address,
                one.seats,
                one.credited or "",
                until(one.pay_by),
            )
            for one in found
        ),
        right=("seats", "yen"),
        empty="no application",
    )


def say_application(
    application: Application,
    rules: Rules | None,
    tasks: Sequence[OpenedTask],
    money: Sequence[Credited],
) -> None:
    """All of one application. `rules` are the event's, if it is still served."""
    say_fields(
        (name, value) for name, value in _fields(application, rules) if value not in {"", None}
    )
    say()
    for person in application.participants:
        say(f"participant {person.number}{'  withdrawn 辞退' if person.withdrawn else ''}")
        say_fields(_person(person, rules))
    if application.problems:
        say()
        for problem in application.problems:
            read = f", read as '{problem.read_as}'" if problem.read_as else ""
            label = _label(problem.field, rules)
            say_fields([(f"participant {problem.participant}", f"{label}: {problem.fault}{read}")])
    if money:
        say()
        say_table(
            ("payment*", "yen", "value date*", "recorded*", "by", "why"),
            ((m.id, m.amount, m.value_date, m.recorded_at, m.who, m.why) for m in money),
            right=("payment*", "yen"),
        )
    if tasks:
        say()
        say_tasks(tasks)


def _fields(one: Application, rules: Rules | None) -> Iterable[tuple[str, str | None]]:
    yield "reference 受付番号", one.reference
    yield "event", one.event
    yield "state", state(one)
    yield "held because", one.held
    yield "closed because", one.closed_reason
    yield "contact", f"{one.contact_name} <{one.contact_address}>"
    yield "arrived", when(one.arrived_at)
    yield "seats", str(one.seats)
    asked = until(one.confirm_by) if one.confirm_by else None
    yield "confirm by", "not asked yet, waits for its turn" if one.never_asked else asked
    yield "to be reviewed", one.review
    yield "correct by", until(one.correct_by) if one.correct_by else None
    yield "pay by", until(one.pay_by) if one.pay_by else None
    owed = f" of {one.seats * rules.payment.fee}" if rules else ""
    yield "arrived money", f"{one.credited}{owed} yen"
    yield "said to be paid", "yes" if one.payment_reported else None
    yield "invoice asked for", "yes" if one.invoice_requested else None
    yield "withdrawal asked for", "yes" if one.withdrawal_asked else None
    yield "access sent", when(one.access_sent_at) if one.access_sent_at else None
    yield "mail does not reach", ", ".join(one.bounced)


def _person(person: Participant, rules: Rules | None) -> Iterable[tuple[str, str]]:
    for name, value in asdict(person).items():
        if isinstance(value, str):
            yield f"  {_label(name, rules)}", value


def _label(field: str, rules: Rules | None) -> str:
    return rules.label(field) if rules else field


# ---------------------------------------------------------------- tasks


def task_json(task: OpenedTask) -> dict[str, Any]:
    """One task."""
    return asdict(task)


def say_tasks(tasks: Sequence[OpenedTask]) -> None:
    """A table, one line for each."""
    say_table(
        ("task*", "opened*", "kind*", "reference*", "what is to be done", "from*"),
        ((t.id, t.opened_at, t.kind, t.reference, t.detail + _done(t), t.cause) for t in tasks),
        right=("task*",),
        empty="no task is open",
    )


def _done(task: OpenedTask) -> str:
    if task.closed_at is None:
        return ""
    why = f": {task.closed_why}" if task.closed_why else ""
    return f" (done {when(task.closed_at)} by {task.closed_by}{why})"


# ---------------------------------------------------------------- access


def say_access(told: Mapping[str, Any]) -> None:
    """Which secrets are there and when they leave, in lines."""
    there = {True: "there", False: "missing"}
    opens = when(told["opens_at"])
    if told["postponed"]:
        opens += " (postponed)"
    say_fields(
        [
            ("event", told["event"]),
            ("ID", there[told["id"]]),
            ("password", there[told["password"]]),
            ("Zoom link", there[told["zoom_link"]]),
            ("trouble", told["trouble"] or "none"),
            ("opens", opens),
            ("ends", until(told["ends_at"])),
            ("password number", told["generation"]),
            ("waiting for it", f"{told['waiting']} paid applications"),
        ]
    )
