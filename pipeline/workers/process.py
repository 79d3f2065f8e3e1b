"""Mail that was kept, read and carried to the door.

Law of this file: a batch is one unit of work.  Parsing and reading come before the write
transaction opens; inside it each mail is decided in order of arrival and sees what the ones before
it decided; everything is written at the end.  A mail that raises ends the batch with its attempt
counted: the ones before it are decided, and it is the next, alone and in its place, before those
behind it.  What becomes of it then is the inbox's to say; after three attempts it is shunted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline import log
from pipeline.mail.bounce import message_id_of
from pipeline.mail.reading import Reading
from pipeline.store import inbox
from pipeline.store.database import Conflict, StoreError, Unavailable
from pipeline.store.inbox import Waiting
from pipeline.store.unit import Unit
from pipeline.workers import asking, door, notices
from pipeline.workers.door import Done
from pipeline.workers.office import Office, Served
from pipeline.workers.reader import Order, Unread
from pipeline.workers.routing import APPLICATIONS, route

BATCH = 100
"""Mails in one unit of work at most; `inbox.claim` gives out no more (`SUSPECTS`)."""
MOST_ROUNDS = 20
"""How often a batch is decided anew because somebody else wrote first."""
REDELIVERED = "redelivered"


@dataclass(frozen=True, slots=True)
class _Read:
    """One mail and what was read in it; None for a letter that came a second time."""

    mail: Waiting
    reading: Reading | None


class _Poisoned(Exception):  # noqa: N818 - named for what the batch does next
    """One mail of the batch cannot be decided; those before it can be without it."""

    def __init__(self, mail: Waiting, error: Exception) -> None:
        super().__init__(f"mail {mail.id}: {error!r}")
        self.mail = mail
        self.error = error


def process_next(office: Office) -> bool:
    """Read and decide the next batch of mails. False when none waits."""
    batch = inbox.claim(office.database, BATCH, office.instance)
    if not batch:
        return False
    known = [mail for mail in batch if mail.event in office.events]
    for mail in batch:
        if mail.event not in office.events:
            _shunt(office, mail, KeyError(f"no event '{mail.event}' is served"))
    readings = _read(office, known)
    if len(batch) == BATCH:
        behind = inbox.behind(office.database, batch[-1], BATCH)
        office.reader.ahead(_orders([mail for mail in behind if mail.event in office.events]))
    _decide_all(office, readings)
    office.send_bell.ring()
    return True


def _read(office: Office, batch: Sequence[Waiting]) -> list[_Read]:
    """The batch in its order, up to the first that cannot be read."""
    found: list[_Read] = []
    answers = office.reader.read(_orders(batch))
    for mail in batch:
        answer = None if mail.redelivered else next(answers)
        if isinstance(answer, Unread):
            _shunt(office, mail, answer)
            break
        found.append(_Read(mail, answer))
    return found


def _orders(batch: Sequence[Waiting]) -> list[Order]:
    """What a reader is told of them; a letter that came a second time is not read again."""
    return [Order(m.id, m.event, m.raw, m.envelope_sender) for m in batch if not m.redelivered]


def _shunt(office: Office, mail: Waiting, error: Exception) -> None:
    status = inbox.failed(office.database, mail.id, f"{type(error).__name__}: {error}")
    log.alarm(
        "a mail could not be handled",
        mail=mail.id,
        attempts=mail.attempts + 1,
        status=status,
        error=f"{type(error).__name__}: {error}",
    )


def _decide_all(office: Office, batch: list[_Read]) -> None:
    """The whole batch in one transaction; one by one where it cannot be written together.

    Raises `Unavailable` where the store is not there: that is no mail's fault.
    """
    try:
        _decide_together(office, batch)
    except Unavailable:
        raise
    except StoreError as error:
        if len(batch) == 1:
            _shunt(office, batch[0].mail, error)
            return
        log.alarm(f"a batch is decided one by one: {error}", mails=len(batch))
        for one in batch:
            _decide_all(office, [one])


def _decide_together(office: Office, batch: list[_Read]) -> None:
    """Again up to a mail that failed, and anew where somebody else wrote first."""
    rounds = 0
    while batch:
        try:
            done = _decide_batch(office, batch)
        except _Poisoned as poisoned:
            _shunt(office, poisoned.mail, poisoned.error)
            batch = batch[: [one.mail.id for one in batch].index(poisoned.mail.id)]
        except Conflict:
            rounds += 1
            if rounds == MOST_ROUNDS:
                raise
            log.notice("decided anew after a conflict", mails=len(batch))
        else:
            log.units("read", [_told(one) for one in batch])
            door.tell(done)
            return


def _decide_batch(office: Office, batch: Sequence[_Read]) -> list[Done]:
    now = office.clock.now()
    slugs = sorted({one.mail.event for one in batch})
    locks = [office.events[slug].lock for slug in slugs]
    done: list[Done] = []
    with office.database.write(*locks) as connection:
        unit = Unit(connection, office.standings(), office.random)
        for slug in slugs:
            _expect(unit, slug, [one for one in batch if one.mail.event == slug])
        for one in batch:
            if one.reading is None:
                continue
            try:
                done += _decide_one(office, unit, one.mail, one.reading)
            except StoreError:
                raise  # the store's trouble is no mail's fault
            except Exception as error:
                raise _Poisoned(one.mail, error) from error
        unit.flush()
        inbox.settle(
            connection,
            [
                (one.mail.id, one.reading.kind.value if one.reading else REDELIVERED)
                for one in batch
            ],
            at=now,
        )
    return done


def _expect(unit: Unit, slug: str, batch: Sequence[_Read]) -> None:
    """Look up at once what the mails of a batch may concern."""
    readings = [one.reading for one in batch if one.reading is not None]
    unit.expect(
        slug,
        causes=[_cause(one.mail) for one in batch],
        references=[r.reference for r in readings if r.reference],
        message_ids=[i for r in readings for i in r.answers_to],
        addresses=[r.reply_to for r in readings if r.reply_to],
        fresh=sum(r.kind in APPLICATIONS for r in readings),
    )


def _decide_one(office: Office, unit: Unit, mail: Waiting, reading: Reading) -> list[Done]:
    served: Served = office.events[mail.event]
    noticed = notices.take(
        office, unit, served, cause=_cause(mail), reading=reading, arrived_at=mail.received_at
    )
    if noticed is not None:
        return noticed
    token = reading.bounce.token if reading.bounce else None
    routed = route(
        reading,
        served.slug,
        mail.received_at,
        unit,
        failed_letter=message_id_of(token, served.own) if token else None,
    )
    now = office.clock.now()
    return door.apply(
        office,
        unit,
        served,
        cause=_cause(mail),
        target=routed.target,
        event=asking.in_turn(unit, served, routed.event, now),
        now=now,
    )


def _cause(mail: Waiting) -> str:
    return f"mail:{mail.id}"


def _told(one: _Read) -> dict[str, str | None]:
    reading = one.reading
    return {
        "cause": _cause(one.mail),
        "kind": reading.kind.value if reading else REDELIVERED,
        "reason": reading.why if reading else "the same letter came before",
        "sender": reading.reply_to or reading.sender_address if reading else None,
    }
