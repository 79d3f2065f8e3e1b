"""Applications, letters and a door of our own for the tests. All people are invented."""

from __future__ import annotations

import itertools
import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.engine import Connection

from pipeline.clock import TOKYO
from pipeline.domain.application import Application, Participant, Thread
from pipeline.domain.decide import decide
from pipeline.domain.decision import NEXT_IN_LINE, Decision
from pipeline.domain.events import Applied, Event
from pipeline.domain.rules import Rules
from pipeline.store import inbox
from pipeline.store.database import Database
from pipeline.store.inbox import Arrived
from pipeline.store.unit import NewLetter, Standing, Unit

OPENING = datetime(2026, 2, 2, 9, 0, tzinfo=TOKYO)
HANAKO = "hanako@machida.example.jp"
JIRO = "jiro@machida.example.jp"


def later(**span: float) -> datetime:
    """So long after the opening."""
    return OPENING + timedelta(**span)


def with_capacity(rules: Rules, seats: int) -> Rules:
    """The shipped rules with fewer seats."""
    return rules.model_copy(update={"event": rules.event.model_copy(update={"capacity": seats})})


def people(count: int, address: str) -> tuple[Participant, ...]:
    """A group whose forms are complete; the first has the contact's address."""
    return tuple(
        Participant(
            number,
            name=f"町田{number}子",
            name_kana="マチダハナコ",
            organization="町田市社会福祉協議会",
            position="主任",
            prefecture="東京都",
            email=address if number == 1 else f"member{number}.{address}",
            phone="042-000-0000",
            category="sc",
        )
        for number in range(1, count + 1)
    )


def applied(address: str = HANAKO, count: int = 1, at: datetime = OPENING, **said: Any) -> Applied:
    """A complete form for so many people."""
    values: dict[str, Any] = {
        "arrived_at": at,
        "sender": address,
        "sender_name": "町田花子",
        "thread": Thread(f"<first.{address}>", ()),
        "participants": people(count, address),
    }
    return Applied(**values | said)


_numbers = itertools.count(1)


def letter(recipient: str = HANAKO, **said: Any) -> NewLetter:
    """A letter that may leave at once."""
    number = next(_numbers)
    values: dict[str, Any] = {
        "letter": "received",
        "recipient": recipient,
        "envelope_sender": f"office+b-{number}@office.example.jp",
        "message_id": f"<uketsuke.{number:020x}@office.example.jp>",
        "subject": "【受付番号】参加申込を受け付けました",
        "raw": f"letter {number}".encode(),
        "secret": False,
        "answer": True,
        "participant": None,
        "digest": f"digest {number}",
        "not_before": OPENING,
    }
    return NewLetter(**values | said)


def arrived(uid: int, at: datetime = OPENING, **said: Any) -> Arrived:
    """A mail as the office's mailbox hands it over."""
    values: dict[str, Any] = {
        "account": "office@mail.example.jp",
        "folder": "INBOX",
        "uidvalidity": 1,
        "uid": uid,
        "event": "r7",
        "raw": f"mail {uid}".encode(),
        "received_at": at,
        "digest": f"content {uid}",
        "message_id": f"<{uid}@machida.example.jp>",
    }
    return Arrived(**values | said)


def take_in(database: Database, *mails: Arrived) -> int:
    """Keep them in one transaction."""
    with database.write() as connection:
        return inbox.keep(connection, mails)


@dataclass
class House:
    """The door as workers have it, without letters but those that a test gives."""

    database: Database
    rules: Rules
    access_ready: bool = False
    dice: random.Random = field(default_factory=lambda: random.Random(7))

    @property
    def slug(self) -> str:
        return self.rules.slug

    def unit(self, connection: Connection) -> Unit:
        standing = Standing(self.rules, self.access_ready)
        return Unit(connection, {self.slug: standing}, self.dice.randrange)

    def apply(
        self,
        event: Event,
        target: str | None = None,
        *,
        cause: str | None = None,
        now: datetime = OPENING,
        letters: Sequence[NewLetter] = (),
    ) -> Application:
        """Carry one event through, in a transaction of its own. The application afterwards."""
        with self.database.write(f"event:{self.slug}") as connection:
            unit = self.unit(connection)
            decision = self.decide(unit, event, target, cause=cause, now=now, letters=letters)
            unit.flush()
        assert decision.application is not None
        return decision.application

    def decide(
        self,
        unit: Unit,
        event: Event,
        target: str | None = None,
        *,
        cause: str | None = None,
        now: datetime = OPENING,
        letters: Sequence[NewLetter] = (),
    ) -> Decision:
        """Decide an event and what follows from it, as the door does; nothing is flushed."""
        cause = cause or f"test:{next(_numbers)}"
        waiting: list[tuple[str | None, Event]] = [(target, event)]
        decisions: list[Decision] = []
        while waiting:
            reference, happened = waiting.pop(0)
            if reference == NEXT_IN_LINE:
                reference = unit.roster(self.slug).next_in_line
                if reference is None:
                    continue
            before = unit.application(reference) if reference else None
            decision = decide(before, happened, unit.roster(self.slug), self.rules, now)
            unit.record(
                cause=cause,
                slug=self.slug,
                event=happened,
                before=before,
                decision=decision,
                rules_digest=self.rules.digest,
                now=now,
                letters=() if decisions else letters,
            )
            decisions.append(decision)
            waiting += [(follow.target, follow.event) for follow in decision.follow_ups]
        return decisions[0]
