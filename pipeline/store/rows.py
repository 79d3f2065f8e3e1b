"""Values as rows: what of an application, a decision or a task stands in which column.

Law of this file: an application's truth is its `value`; the columns beside it repeat what is asked
for, and are written in the same statement.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from pipeline.domain.application import Application
from pipeline.domain.decision import EXPIRY, LIST_END, Decision, Reminder, Task
from pipeline.domain.events import Event
from pipeline.store.values import application_text, key, mailbox_keys, plain, plain_or_none

Row = Mapping[str, Any]

WAITS_FOR_BANK = frozenset({EXPIRY, LIST_END})
"""Occasions that nobody may be asked about before the bank's word covers them."""


def application(one: Application) -> Row:
    """The application itself, but for its number and what never changes."""
    return {
        "state": one.state.value,
        "held": plain_or_none(one.held),
        "seats": one.seats,
        "credited": one.credited,
        "arrived_at": one.arrived_at,
        "pay_by": one.pay_by,
        "access_generation": one.access_generation,
        "version": one.version,
        "value": application_text(one),
    }


def people(number_of: Mapping[str, int], one: Application) -> list[Row]:
    """Whom it is found by: the contact in place 0, then the participants in their order.

    Before them, where the contact's address is another name of a mailbox, the mailbox.
    """
    found = [(one.contact_name, one.contact_address, False)]
    found += [(p.name or "", p.email or "", p.withdrawn) for p in one.participants]
    plainly, other_names = mailbox_keys(one.contact_address)
    first = 0
    if key(one.contact_address) != plainly:
        found, first = [("", other_names, False), *found], -1
    return [
        {
            "application": number_of[one.reference],
            "place": place,
            "slug": one.event,
            "name": plain(name) or None,
            "address": key(address) or None,
            "withdrawn": withdrawn,
        }
        for place, (name, address, withdrawn) in enumerate(found, first)
    ]


def reminder(number_of: Mapping[str, int], one: Application, planned: Reminder) -> Row:
    """One occasion that lies ahead of it."""
    return {
        "application": number_of[one.reference],
        "kind": planned.kind,
        "number": planned.number,
        "slug": one.event,
        "due_at": planned.due_at,
        "waits_for_bank": planned.kind in WAITS_FOR_BANK,
    }


def history(
    cause: str,
    event: Event,
    payload: str | None,
    decision: Decision,
    rules_digest: str,
    now: datetime,
) -> Row:
    """One decision, but for its application's number. `payload`: None where `event` has it."""
    after = decision.application
    return {
        "cause": cause,
        "happened": type(event).__name__,
        "payload": payload,
        "reason": decision.reason.value,
        "note": plain(decision.note),
        "state": after.state.value if after else None,
        "held": plain_or_none(after.held) if after else None,
        "version": after.version if after else None,
        "rules": rules_digest,
        "at": now,
    }


def task(new: Task, slug: str, cause: str, now: datetime) -> Row:
    """One task, but for its application's number."""
    return {
        "slug": slug,
        "kind": new.kind.value,
        "detail": plain(new.detail),
        "cause": cause,
        "opened_at": now,
    }
