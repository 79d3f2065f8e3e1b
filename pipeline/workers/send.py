"""Letters carried out, each attempt written down before anything is dialled.

Promise 4 lives here: access is a secret.  Letters lie in the outbox with markers; ID and password
are filled in only now, as the bytes leave, after asking once more, in a transaction of its own,
whether the application is paid and the recipient registered.  What was filled in is never written
anywhere.

Delivery has named phases.  Before the server's answer to the final dot a letter was not delivered;
a link lost after it leaves the letter *unknown*: a harmless one is sent once more with the same
Message-ID, one with the secret waits for a person.  What must not leave once more is marked before
its dot: a letter with the secret always, a harmless one in its second try.
"""

from __future__ import annotations

import traceback
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from pipeline import log
from pipeline.clock import machine_seconds
from pipeline.domain.events import LetterFailed
from pipeline.mail.compose import ZOOM_LINK_FOLLOWS, SecretMissing, fill
from pipeline.store import outbox, settings
from pipeline.store.database import Conflict, StoreError
from pipeline.store.outbox import Outgoing, Settled
from pipeline.store.unit import Unit
from pipeline.transport.courier import Courier, Delivery, Fate, Parcel
from pipeline.transport.errors import TransportError
from pipeline.workers import door
from pipeline.workers.office import Office

BATCH = 50
GIVE_UP_AFTER = timedelta(days=5)
"""How long a letter is tried (RFC 5321 §4.5.4.1: four to five days)."""
TRIES = 20
"""How often at least, which takes two and a half days: what waited here for days before its first
attempt (a hold, a stop) is not given up at the first greylisting."""
_DELAYS = tuple(timedelta(minutes=m) for m in (5, 15, 30, 60, 120, 240))
"""Waits between attempts; the last one repeats. A fifth of each is left to chance."""
_NOT_ALLOWED = "not paid, held, or the recipient is not registered"
_TOO_LARGE = 552
_AFTER_BROKEN_LINK = timedelta(minutes=1)
SETTLE_WITHIN = 0.1
"""Seconds of machine time: so much of what a server has said is in doubt after a death."""
RESEND_UNKNOWN_AFTER = timedelta(minutes=30)
"""When a harmless letter of unknown fate is sent once more."""


class _Unmarked(Exception):  # noqa: N818 - named for what becomes of the letter
    """The mark before a letter's last bytes could not be committed, so they did not leave."""

    def __init__(self, letter: int, error: StoreError) -> None:
        super().__init__(f"the mark before the dot: {error}")
        self.letter = letter


class _Withheld(Exception):  # noqa: N818 - named for what becomes of the letter
    """Between its claim and its last bytes its right to the secret was lost, or it itself."""

    def __init__(self, letter: int) -> None:
        super().__init__(f"letter {letter}")
        self.letter = letter


@dataclass(slots=True)
class Sender:
    """One worker that sends, with its own courier."""

    office: Office
    courier: Courier
    _unsettled: list[tuple[Outgoing, Settled]] = field(default_factory=list)
    """Fates that could not be written down yet: before anything else leaves, they are."""

    _settled_at: float = 0.0
    _trouble: TransportError | None = None
    """What kept the courier from trying."""

    def send_next(self) -> bool:
        """Send the next batch. False when nothing may leave now.

        Raises what keeps the courier from its server, when all fates are written down.
        """
        office = self.office
        self._settle()
        self._trouble = None
        now = office.clock.now()
        with office.database.read() as connection:
            if settings.sending_stopped(connection):
                return False
        batch = self._claimed(now)
        if not batch:
            return False
        letters = {letter.id: letter for letter in batch}
        self._unsettled = [(letter, _not_its_turn(letter.id, now)) for letter in batch]
        ready, settled = self._made_ready(batch, now)
        # From here on letters leave, and nobody may say that they did not.
        self._unsettled = [(letters[one.id], one) for one in settled]
        self._settled_at = machine_seconds()
        left = self._delivered(ready, letters, now)
        self._unsettled += [(letters[one.id], one) for one in left]
        self._settle()
        if self._trouble is not None:
            raise self._trouble
        return True

    def _claimed(self, now: datetime) -> list[Outgoing]:
        """The next letters, in our hands; those of a claim that came to nothing are let go first.

        The answer to COMMIT may be lost where the commit was not.
        """
        office, hands = self.office, self.office.hands
        with hands.guard:
            if hands.in_doubt:
                outbox.let_go(
                    office.database, instance=office.instance, in_hand=hands.held, now=now
                )
                hands.in_doubt = False
            try:
                batch = outbox.claim(office.database, now, BATCH, office.instance)
            except StoreError:
                hands.in_doubt = True
                raise
            hands.held |= {letter.id for letter in batch}
        return batch

    def _made_ready(
        self, batch: Sequence[Outgoing], now: datetime
    ) -> tuple[list[Parcel], list[Settled]]:
        parcels: list[Parcel] = []
        settled: list[Settled] = []
        for letter in batch:
            if not letter.secret:
                parcels.append(_parcel(letter, letter.raw))
                continue
            raw, why_not = self._filled(letter)
            if raw is None:
                settled.append(Settled(letter.id, "held", why_not, None, now))
            else:
                parcels.append(_parcel(letter, raw))
        return parcels, settled

    def _filled(self, letter: Outgoing) -> tuple[bytes | None, str]:
        with self.office.database.read() as connection:
            allowed = outbox.may_have_secret(connection, letter.id)
        if not allowed:
            return None, _NOT_ALLOWED
        access = self.office.events[letter.event].access()
        try:
            return fill(letter.raw, {"zoom_link": ZOOM_LINK_FOLLOWS, **access.values}), ""
        except SecretMissing as missing:
            return None, f"secret missing: {missing}"

    def _delivered(
        self, parcels: Sequence[Parcel], letters: Mapping[int, Outgoing], now: datetime
    ) -> list[Settled]:
        """Deliver them, and note each fate; what the courier left without one, with its fate."""
        settled: list[Settled] = []
        left = [parcel.id for parcel in parcels]
        try:
            for delivery in self.courier.deliver(parcels, self._before_dot):
                left.remove(delivery.id)
                letter = letters[delivery.id]
                self._unsettled.append((letter, self._settled(delivery, letter, now)))
                self._settle_in_time()
        except _Unmarked as unmarked:
            left.remove(unmarked.letter)
            settled.append(_later(unmarked.letter, str(unmarked), now))
        except _Withheld as withheld:
            left.remove(withheld.letter)
            settled.append(Settled(withheld.letter, "held", _NOT_ALLOWED, None, now))
        except Exception as error:  # noqa: BLE001 - the worker's edge: nobody knows how far it got
            said = f"{type(error).__name__}: {error}"
            log.alarm(f"sending broke off: {said}", trace=traceback.format_exc())
            for one in left[:1]:
                again = None if letters[one].secret else now + RESEND_UNKNOWN_AFTER
                settled.append(Settled(one, "unknown", said, again, now))
            left = left[1:]
        return settled + [_not_its_turn(one, now) for one in left]

    def _before_dot(self, parcel: Parcel) -> None:
        office = self.office
        try:
            # What is known of the letters before: so no death leaves two secrets in doubt.
            self._settle()
            marked = outbox.mark_at_dot(office.database, parcel.id, by=office.instance)
        except StoreError as error:
            raise _Unmarked(parcel.id, error) from error
        if not marked:
            raise _Withheld(parcel.id)

    def _settled(self, delivery: Delivery, letter: Outgoing, now: datetime) -> Settled:
        said = f"{delivery.phase}: {delivery.code or ''} {delivery.text}".strip()
        if delivery.fate is Fate.ACCEPTED:
            return Settled(delivery.id, "sent", None, None, now)
        if delivery.fate is Fate.REFUSED and not _about_us(delivery):
            return Settled(delivery.id, "failed", said, None, now)
        if delivery.fate is Fate.UNKNOWN:
            again = None if letter.secret else now + RESEND_UNKNOWN_AFTER
            return Settled(delivery.id, "unknown", said, again, now)
        if delivery.fate is Fate.UNTRIED:
            # The link broke before its turn: no attempt of its own, and no hurry.
            self._trouble = delivery.trouble
            return _later(delivery.id, said, now)
        if now - letter.created_at >= GIVE_UP_AFTER and letter.attempts >= TRIES:
            return Settled(delivery.id, "failed", f"given up: {said}", None, now)
        return Settled(delivery.id, "queued", said, now + self._delay(letter.attempts), now)

    def _delay(self, attempts: int) -> timedelta:
        delay = _DELAYS[min(attempts, len(_DELAYS)) - 1]
        # Jitter, so that what failed together does not come back together.
        return delay * (0.9 + self.office.random(2001) / 10000)

    # ------------------------------------------------------------ what became of them

    def _settle_in_time(self) -> None:
        """In the middle of a batch: what is known does not wait until a slow server has all."""
        if machine_seconds() - self._settled_at < SETTLE_WITHIN:
            return
        with suppress(StoreError):  # nothing is forgotten: it is written with the rest
            self._settle()
        self._settled_at = machine_seconds()

    def _settle(self) -> None:
        """Write down each fate; a letter refused for good tells its application at once."""
        others = [one for letter, one in self._unsettled if not _concerns(letter, one)]
        if others:
            with self.office.database.write() as connection:
                outbox.settle(connection, others, by=self.office.instance)
        for letter, one in self._unsettled:
            if _concerns(letter, one):
                self._settle_refused(letter, one)
        _tell_all(self._unsettled)
        self.office.hands.held -= {letter.id for letter, _ in self._unsettled}
        self._unsettled = []

    def _settle_refused(self, letter: Outgoing, settled: Settled) -> None:
        office = self.office
        served = office.events[letter.event]
        event = LetterFailed(
            recipient=letter.recipient, letter=letter.letter, diagnosis=settled.error or ""
        )
        while True:
            try:
                with office.database.write(served.lock) as connection:
                    unit = Unit(connection, office.standings(), office.random)
                    done = door.apply(
                        office,
                        unit,
                        served,
                        cause=f"outbox:{letter.id}",
                        target=letter.application,
                        event=event,
                        now=office.clock.now(),
                    )
                    unit.flush()
                    outbox.settle(connection, [settled], by=office.instance)
            except Conflict:
                continue  # somebody else wrote first: decide anew
            door.tell(done)
            return


def _concerns(letter: Outgoing, settled: Settled) -> bool:
    """Whether an application must learn of it."""
    return settled.status == "failed" and letter.application is not None


def _about_us(delivery: Delivery) -> bool:
    """Whether a refusal concerns the office and not the recipient: its word on the sender.

    A blocked account or a used-up quota must not cost the applicants their addresses; tried again
    it ends like any other, after `GIVE_UP_AFTER`.  552 means this mail's size (RFC 1870, 6).
    """
    return delivery.phase == "mail" and delivery.code != _TOO_LARGE


def _later(letter: int, why: str, now: datetime) -> Settled:
    return Settled(letter, "queued", why, now + _AFTER_BROKEN_LINK, now, tried=False)


def _not_its_turn(letter: int, now: datetime) -> Settled:
    return Settled(letter, "queued", "not its turn", now, now, tried=False)


def _parcel(letter: Outgoing, raw: bytes) -> Parcel:
    guarded = letter.secret or letter.resent
    return Parcel(letter.id, letter.envelope_sender, letter.recipient, raw, guarded)


def _tell_all(settled: Sequence[tuple[Outgoing, Settled]]) -> None:
    """A line for each letter that was tried, and one for all the others."""
    log.units("send", [_told(letter, one) for letter, one in settled if one.tried])
    others = [one for _, one in settled if not one.tried]
    if others:
        log.unit("send", letters=len(others), status="queued", reason=others[0].error)


def _told(letter: Outgoing, settled: Settled) -> dict[str, object]:
    return {
        "reference": letter.application,
        "cause": f"outbox:{letter.id}",
        "letter": letter.letter,
        "recipient": letter.recipient,
        "status": settled.status,
        "reason": settled.error,
        "attempt": letter.attempts,
    }
