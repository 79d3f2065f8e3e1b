"""Handing mails to a mail server, many on one connection.

Law of this file: nothing here repeats a mail whose final dot has been handed over.  A link that is
lost says nothing about the mails behind: they go on over a new one, unless a new one brings not
even its first mail to an answer; then the rest are UNTRIED.  Some servers offer PIPELINING and do
not stand it: after a link that broke among commands written ahead, they are written one by one.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence

from pipeline import clock
from pipeline.transport.conversation import Talk
from pipeline.transport.errors import LinkLost, TransportError
from pipeline.transport.pace import OwnTurns, Pace, Turns
from pipeline.transport.parcel import BeforeDot, Courier, Delivery, Fate, Parcel
from pipeline.transport.smtp_link import Broken, SmtpLink, SmtpSettings

__all__ = [
    "BeforeDot",
    "Courier",
    "Delivery",
    "Fate",
    "Parcel",
    "SmtpCourier",
    "SmtpSettings",
]


class SmtpCourier:
    """One persistent SMTP connection, for one thread; `stop` alone may be called from another."""

    def __init__(
        self,
        settings: SmtpSettings,
        *,
        pause: Callable[[float], object] | None = None,
        seconds: Callable[[], float] = clock.machine_seconds,
        turns: Turns | None = None,
    ) -> None:
        """`turns` are shared with other couriers; without them it keeps its own rate."""
        self._settings = settings
        self._stopping = threading.Event()
        if turns is None and settings.per_second is not None:
            turns = OwnTurns(settings.per_second, seconds)
        self._pace = Pace(turns, pause or self._stopping.wait)
        self._link: SmtpLink | None = None
        self._ahead = True  # whether commands are written ahead where the server offers it

    def connect(self) -> None:
        """Be connected; raises `LinkLost`, `LoginRefused` or `NotSecure`."""
        if self._link is None:
            self._link = SmtpLink(self._settings, ahead=self._ahead)

    def deliver(self, parcels: Sequence[Parcel], before_dot: BeforeDot) -> Iterator[Delivery]:
        """Yield each parcel's fate as soon as it is known, in order."""
        waiting = deque(parcels)
        whole = False
        try:
            while waiting and not self._stopping.is_set():
                yield from self._over_one_link(waiting, before_dot)
            whole = not waiting
            yield from _untried(waiting, "we are stopping")
        finally:
            if not whole:  # the server has heard of mails that it will not get
                self._hang_up(politely=False)

    def stop(self) -> None:
        """Let `deliver` end after the mail in hand: the rest are UNTRIED, now and later."""
        self._stopping.set()

    def close(self) -> None:
        """Say goodbye; the next `deliver` connects anew."""
        self._hang_up(politely=True)

    def _over_one_link(self, waiting: deque[Parcel], before_dot: BeforeDot) -> Iterator[Delivery]:
        inherited = self._link is not None  # then it may have died of old age
        try:
            self.connect()
        except TransportError as error:
            yield from _untried(waiting, str(error), error)
            return
        assert self._link is not None
        talk = Talk(self._link, self._pace, waiting, before_dot, self._stopping)
        try:
            yield from talk.deliver()
        except Broken as broken:
            if self._link.pipelining and talk.may_repeat and not broken.closing:
                self._ahead = False  # perhaps it was that which the server did not stand
            self._hang_up(politely=False)
            good = inherited or talk.settled > 0
            if waiting and not (good and talk.may_repeat):
                yield talk.broken_off(broken)
            if not good:
                lost = LinkLost(f"the link was lost: {broken}")
                yield from _untried(waiting, str(lost), lost)

    def _hang_up(self, *, politely: bool) -> None:
        link, self._link = self._link, None
        if link is not None:
            link.close(politely=politely)


def _untried(
    waiting: deque[Parcel], text: str, trouble: TransportError | None = None
) -> Iterator[Delivery]:
    while waiting:
        yield Delivery(waiting.popleft().id, Fate.UNTRIED, "connect", None, text, trouble)
