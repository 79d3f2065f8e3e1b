"""Mail taken in: from the office's mailbox by IMAP, and from the listener.

Promise 1 lives here: nothing received is lost.  The raw bytes are committed before the server is
told that we have them; only then are they moved away, by UID.  What is found again (after a crash
between the two, or under a new UIDVALIDITY) is refused by the inbox's unique key or recognised by
its content; discovery never depends on flags, for people read the mailbox with other programs.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence

from pipeline import log
from pipeline.clock import machine_now, machine_seconds
from pipeline.mail.incoming import parse
from pipeline.mail.reading import digest
from pipeline.store import inbox, settings
from pipeline.store.inbox import Arrived
from pipeline.transport.errors import CommandRefused
from pipeline.transport.imap import Fetched, ImapLink
from pipeline.transport.listener import Received
from pipeline.workers.office import Office

BATCH = 500
COMPARE_EVERY = 600.0
"""Seconds of machine time between two full comparisons of the folder with the inbox."""


class Receiver:
    """Takes in the mail of one event's folder over one IMAP link."""

    def __init__(self, office: Office, slug: str, link: ImapLink, account: str) -> None:
        self._office = office
        self._slug = slug
        self._link = link
        self._account = account
        self._uidvalidity: int | None = None
        self._above = 0
        self._compare_at = 0.0

    def receive_next(self) -> bool:
        """Take in the next batch. False when the folder holds nothing new.

        Raises what the link raises; the next call connects again and compares from the start.
        """
        if self._uidvalidity is None:
            self._connect()
        uids = self._link.uids_above(self._above, BATCH)
        if not uids:
            self._polled()
            return False
        self._take(uids)
        self._above = max(uids)
        return True

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
            known = inbox.known_uids(connection, *place, uids)
        for batch in self._link.batches([uid for uid in uids if uid not in known]):
            with self._office.database.write(f"mailbox:{self._account}") as connection:
                kept = inbox.keep(connection, [self._arrived(one, place) for one in batch])
            log.unit("receive", account=self._account, mails=len(batch), kept=kept)
            self._office.process_bell.ring()
        try:
            self._link.move(uids, self._office.clock.now())
        except CommandRefused as refused:
            # They are ours; that they still lie there costs a look, and must not stop the others.
            log.alarm(f"taken in, but not moved away: {refused}", account=self._account)

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
