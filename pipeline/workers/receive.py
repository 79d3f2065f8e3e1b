"""Mail taken in: from the office's mailbox by IMAP, and from the listener.

Promise 1 lives here: nothing received is lost.  The raw bytes are committed before the server is
told that we have them; only then are they moved away, by UID.  What is found again (after a crash
between the two, or under a new UIDVALIDITY) is refused by the inbox's unique key or recognised by
its content; discovery never depends on flags, for people read the mailbox with other programs.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence

from pipeline import log
from pipeline.clock import machine_now, machine_seconds
from pipeline.mail.incoming import parse
from pipeline.mail.reading import digest
from pipeline.store import inbox, settings
from pipeline.store.inbox import Arrived
from pipeline.transport.errors import CommandRefused, TransportError
from pipeline.transport.imap import Fetched, ImapLink
from pipeline.transport.listener import Received
from pipeline.workers.office import Office

BATCH = 500
COMPARE_EVERY = 600.0
"""Seconds of machine time between two full comparisons of the folder with the inbox."""
_FEWER = 8
_TWICE = 2
_PASSED_OVER = 60.0
"""Seconds of machine time until a mail that could not be fetched is tried again, then doubled."""


class Receiver:
    """Takes in the mail of one event's folder over one IMAP link."""

    def __init__(self, office: Office, slug: str, link: ImapLink, account: str) -> None:
        self._office = office
        self._slug = slug
        self._link = link
        self._account = account
        self._uidvalidity: int | None = None
        self._numbered_by: int | None = None
        self._above = 0
        self._compare_at = 0.0
        self._portion = BATCH
        self._failed: dict[int, int] = {}
        """How often each mail could not be fetched alone."""
        self._passed_over: dict[int, float] = {}
        """Mails that the server does not give out, and when each is tried again."""

    def receive_next(self) -> bool:
        """Take in the next batch. False when the folder holds nothing new.

        Raises what the link raises; the next call connects again and compares from the start.
        """
        if self._uidvalidity is None:
            self._connect()
        uids = self._link.uids_above(self._above, self._portion)
        if uids:
            self._take([uid for uid in uids if uid not in self._passed_over])
            self._above = max(uids)
            return True
        again = self._to_be_tried_again()
        if again is not None:
            self._take([again])
            return True
        self._polled()
        return False

    def wait(self, seconds: float, stop: Callable[[], bool]) -> bool:
        """Until the server says that something may be new, or for so many seconds."""
        return self._link.wait(seconds, stop)

    def wake(self) -> None:
        """End a wait now; from any thread."""
        self._link.wake()

    def forget(self) -> None:
        """After a failure: close the link and begin anew at the next call."""
        self._uidvalidity = None
        self._link.close()

    def _connect(self) -> None:
        self._uidvalidity = self._link.connect()
        if self._uidvalidity != self._numbered_by:
            self._numbered_by = self._uidvalidity
            self._failed, self._passed_over = {}, {}
        self._above = 0
        self._compare_at = machine_seconds() + COMPARE_EVERY
        log.notice("mailbox open", account=self._account, uidvalidity=self._uidvalidity)

    def _polled(self) -> None:
        if machine_seconds() >= self._compare_at:
            # Whatever was left behind or put back by somebody is found by starting over.
            self._above = 0
            self._compare_at = machine_seconds() + COMPARE_EVERY
        with self._office.database.write() as connection:
            settings.polled(connection, self._account, machine_now())

    def _take(self, uids: Sequence[int]) -> None:
        assert self._uidvalidity is not None
        place = (self._account, self._link.folder, self._uidvalidity)
        with self._office.database.read() as connection:
            ours = set(inbox.known_uids(connection, *place, uids))
        for batch in self._fetched([uid for uid in uids if uid not in ours]):
            with self._office.database.write(f"mailbox:{self._account}") as connection:
                kept = inbox.keep(connection, [self._arrived(one, place) for one in batch])
            ours |= {one.uid for one in batch}
            log.unit("receive", account=self._account, mails=len(batch), kept=kept)
            self._office.process_bell.ring()
        # What was found and not given (somebody took it, or the server cannot read it) is not ours.
        self._move([uid for uid in uids if uid in ours])

    def _move(self, uids: Sequence[int]) -> None:
        if not uids:
            return
        try:
            self._link.move(uids, self._office.clock.now())
        except CommandRefused as refused:
            # They are ours; that they still lie there costs a look, and must not stop the others.
            log.alarm(f"taken in, but not moved away: {refused}", account=self._account)

    # ------------------------------------------------------------ mails that cannot be fetched

    def _fetched(self, uids: Sequence[int]) -> Iterator[list[Fetched]]:
        """All batches; after a failure ever fewer at a time, until the culprit stands alone."""
        try:
            yield from self._link.batches(uids)
        except TransportError as error:
            self._portion = max(1, len(uids) // _FEWER)
            if len(uids) == 1:
                self._blame(uids[0], error)
            raise
        self._portion = min(BATCH, self._portion * 2)
        for uid in uids:
            self._failed.pop(uid, None)
            self._passed_over.pop(uid, None)

    def _blame(self, uid: int, error: TransportError) -> None:
        """Pass over a mail that twice failed alone, so that it does not stop the others."""
        times = self._failed[uid] = self._failed.get(uid, 0) + 1
        if times >= _TWICE:
            pause = min(_PASSED_OVER * 2.0 ** (times - _TWICE), COMPARE_EVERY)
            self._passed_over[uid] = machine_seconds() + pause
        if times == _TWICE:
            log.alarm(
                f"a mail cannot be fetched, and stays on the server for now: {error}",
                account=self._account,
                uid=uid,
            )

    def _to_be_tried_again(self) -> int | None:
        """One that was passed over long enough ago."""
        now = machine_seconds()
        return next((uid for uid, at in self._passed_over.items() if now >= at), None)

    def _arrived(self, one: Fetched, place: tuple[str, str, int]) -> Arrived:
        account, folder, uidvalidity = place
        return Arrived(
            account=account,
            folder=folder,
            uidvalidity=uidvalidity,
            uid=one.uid,
            event=self._slug,
            raw=one.raw,
            received_at=self._office.clock.arrival(one.internal_date),
            digest=digest(one.raw),
            message_id=parse(one.raw).message_id,
            oversize=one.oversize,
        )


class Doorstep:
    """Takes in what the listener is handed: committed when `keep` returns, else it raises."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._account = f"listener:{office.instance}"
        # A start of its own for each daemon keeps the unique key of the inbox unique.
        self._epoch = int(machine_now().timestamp())
        self._numbers = itertools.count(1)

    def event_of(self, address: str) -> str | None:
        """Whose mailbox an address is; with one event, all our addresses are its own."""
        for slug, served in self._office.events.items():
            own = served.own
            local, at, domain = address.lower().rpartition("@")
            if own.delimiter:
                local = local.partition(own.delimiter)[0]
            ours = own.addresses if len(self._office.events) == 1 else {own.address.lower()}
            if f"{local}{at}{domain}" in ours:
                return slug
        return None

    def keep(self, mails: Sequence[Received]) -> None:
        """Commit all of them in one transaction."""
        rows = [self._arrived(mail, slug) for mail in mails for slug in self._events_of(mail)]
        with self._office.database.write(f"mailbox:{self._account}") as connection:
            inbox.keep(connection, rows)
        log.unit("receive", account=self._account, mails=len(rows), kept=len(rows))
        self._office.process_bell.ring()

    def _events_of(self, mail: Received) -> list[str]:
        found = (self.event_of(address) for address in mail.recipients)
        return list(dict.fromkeys(slug for slug in found if slug is not None))

    def _arrived(self, one: Received, slug: str) -> Arrived:
        return Arrived(
            account=self._account,
            folder="",
            uidvalidity=self._epoch,
            uid=next(self._numbers),
            event=slug,
            raw=one.raw,
            received_at=self._office.clock.arrival(one.received_at),
            digest=digest(one.raw),
            message_id=parse(one.raw).message_id,
            envelope_sender=one.envelope_sender,
        )
