"""One loop for each worker, a scheduler that only ticks, and an end within ten seconds.

Law of this file: it knows when workers are called, never what they do.  APScheduler ticks in
machine time and rings bells; what is due is asked of the store with event time, so nothing is ever
dropped for having been late.  A server that is not there is a line in the log and another try, and
any other failure of a worker is a line with its cause and another try: a loop ends only when it is
told to.
"""

from __future__ import annotations

import gc
import os
import signal
import socket
import threading
import traceback
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, datetime
from queue import SimpleQueue

from apscheduler.schedulers.background import BackgroundScheduler

from pipeline import log
from pipeline.clock import machine_now, machine_seconds
from pipeline.daemon.progress import Progress, Pulse
from pipeline.log.trouble import Trouble
from pipeline.store import alone, inbox, outbox, settings
from pipeline.store.database import StoreError
from pipeline.transport.courier import Courier
from pipeline.transport.errors import LoginRefused, TransportError
from pipeline.transport.listener import Listener
from pipeline.workers.bank_folder import import_next
from pipeline.workers.office import Bell, Office
from pipeline.workers.process import process_next
from pipeline.workers.receive import Receiver
from pipeline.workers.remind import remind_next
from pipeline.workers.send import Sender

IDLE_SLICE = 60.0
"""Seconds of one IDLE; a dead link is noticed within one slice."""
POLL = 1.0
"""Seconds after which a worker looks by itself: operators' verbs ring no bell of ours."""
TICK = 1
HEARTBEAT = 2
"""Seconds of the scheduler's ticks; whose heart has not beaten for `outbox.GONE_AFTER` is gone."""
END_WITHIN = 10.0
_FIRST_PAUSE, _LONGEST_PAUSE = 1.0, 60.0


@dataclass
class _Loop:
    """One worker's thread."""

    name: str
    step: Callable[[], bool]
    wait: Callable[[], object]
    recover: Callable[[], None] = lambda: None
    failures: int = 0
    trouble: Trouble = field(default_factory=lambda: Trouble(machine_seconds))
    pulse: Pulse = field(init=False)

    def __post_init__(self) -> None:
        now = machine_seconds()
        self.pulse = Pulse(self.name, alive_at=now, worked_at=now)

    def run(self, stop: threading.Event) -> None:
        """Step while there is something to do, wait when there is not, until told to stop."""
        while not stop.is_set():
            self.pulse.alive_at = machine_seconds()
            try:
                if self.step():
                    self.pulse.worked_at = machine_seconds()
                elif not stop.is_set():
                    self.wait()
            except Exception as error:  # noqa: BLE001 - the worker's edge: say it, and try again
                stop.wait(self._failed(error))
            else:
                self.failures = 0
                self.trouble.over(worker=self.name)
                self.pulse.broken_since = self.pulse.ailing = None

    def _failed(self, error: Exception) -> float:
        """Say what went wrong; the seconds to wait before the next try."""
        pause = min(_FIRST_PAUSE * 2.0**self.failures, _LONGEST_PAUSE)
        if isinstance(error, LoginRefused):
            pause = _LONGEST_PAUSE
        self.failures += 1
        expected = isinstance(error, (TransportError, StoreError))
        if expected:
            self.pulse.broken_since = None
        elif self.pulse.broken_since is None:
            self.pulse.broken_since = machine_seconds()
        text = f"{type(error).__name__}: {error}"
        self.pulse.ailing = self._ailing(error, text) if expected else None
        self.trouble.met(
            error,
            text,
            worker=self.name,
            again_in=pause,
            trace=None if expected else traceback.format_exc(),
        )
        try:
            self.recover()
        except Exception as worse:  # noqa: BLE001 - the same edge
            log.alarm(f"{type(worse).__name__}: {worse}", worker=self.name)
        return pause

    def _ailing(self, error: Exception, text: str) -> settings.Ailing:
        before = self.pulse.ailing
        since = before.since if before is not None else machine_now()
        return settings.Ailing(self.name, since, text, isinstance(error, LoginRefused))


class Daemon:
    """All the loops of one process."""

    def __init__(
        self,
        office: Office,
        *,
        receivers: Sequence[Receiver] = (),
        couriers: Sequence[Courier] = (),
        listeners: Sequence[Listener] = (),
    ) -> None:
        self._office = office
        self._receivers = receivers
        self._couriers = couriers
        self._listeners = listeners
        self._stop = threading.Event()
        self._told: SimpleQueue[None] = SimpleQueue()
        self._day: date | None = None
        self._seats = ""
        self._trouble = Trouble(machine_seconds)
        self._threads: list[threading.Thread] = []
        self._scheduler = BackgroundScheduler(timezone="Asia/Tokyo")
        self._progress = Progress()
        self._loops = [
            *(self._receiving(one) for one in receivers),
            _Loop(
                "process",
                lambda: process_next(office),
                _rung(office.process_bell),
                self._put_down,
            ),
            _Loop("remind", lambda: remind_next(office), _rung(office.remind_bell)),
            _Loop("bank", lambda: import_next(office), lambda: self._stop.wait(POLL)),
            *(
                _Loop(f"send {n}", Sender(office, courier).send_next, _rung(office.send_bell))
                for n, courier in enumerate(couriers, 1)
            ),
        ]

    def _receiving(self, receiver: Receiver) -> _Loop:
        return _Loop(
            "receive",
            receiver.receive_next,
            lambda: receiver.wait(IDLE_SLICE, self._stop.is_set),
            receiver.forget,
        )

    def _put_down(self) -> None:
        """A mail that this daemon cannot handle now is not kept from others."""
        with suppress(StoreError):  # while the store is away, nobody can have it
            inbox.put_down(self._office.database, self._office.instance)

    def stop(self, *_: object) -> None:
        """End after the work in hand; also a signal handler.

        A handler interrupts this very thread wherever it is, so it may take no lock that the thread
        can hold; `SimpleQueue.put` takes none, `Event.set` does.
        """
        self._told.put(None)

    def run(self) -> None:
        """Serve until SIGTERM or SIGINT, then end in order."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self.stop)
        self.start()
        self._told.get()
        self.finish()

    def start(self) -> None:
        """Take up what a crash left behind, then start every loop."""
        # Rules, templates and libraries stay as long as we do: looking through them for garbage
        # again and again takes 70 ms each time, while every worker waits.
        gc.collect()
        gc.freeze()
        self._heartbeat()
        self._take_up()
        for listener in self._listeners:
            listener.start()
        self._threads = [
            threading.Thread(target=loop.run, args=(self._stop,), name=loop.name, daemon=True)
            for loop in self._loops
        ]
        for thread in self._threads:
            thread.start()
        self._scheduler.add_job(self._office.remind_bell.ring, "interval", seconds=TICK)
        self._scheduler.add_job(self._heartbeat, "interval", seconds=HEARTBEAT)
        self._scheduler.add_job(lambda: log.progress(self._seats), "interval", seconds=TICK)
        self._scheduler.start()
        _notify("READY=1")

    def _take_up(self) -> None:
        suspects = inbox.after_unclean_end(self._office.database, self._name)
        if suspects:
            log.notice("the last run ended uncleanly", mails_read_one_by_one=suspects)
        self._recover()

    @property
    def _name(self) -> str:
        """Which daemon this is, across restarts: one for each machine."""
        return socket.gethostname()

    def _recover(self) -> None:
        """Letters and mails in the hands of daemons that are gone."""
        with self._office.database.write() as connection:
            alive = outbox.alive(
                connection,
                instance=self._office.instance,
                machine_now=settings.common_time(connection, machine_now()),
            )
            found = outbox.recover(connection, now=self._office.clock.now(), alive=alive)
            died_with = alone.count_deaths(connection, alive)
        if died_with:
            log.alarm("a daemon died over a mail that it had alone in hand", mails=died_with)
        if found:
            log.notice(
                "letters taken up from a daemon that is gone",
                queued=found.queued,
                unknown=found.unknown,
                for_a_person=found.for_a_person,
            )

    def finish(self) -> None:
        """Wake everybody, let the work in hand end, and hang up."""
        _notify("STOPPING=1")
        gc.unfreeze()
        self._stop.set()
        for listener in self._listeners:
            listener.stop()
        for receiver in self._receivers:
            receiver.wake()
        for courier in self._couriers:
            courier.stop()
        office = self._office
        for bell in (office.process_bell, office.remind_bell, office.send_bell):
            bell.ring()
        self._scheduler.shutdown(wait=False)
        until = machine_seconds() + END_WITHIN
        for thread in self._threads:
            thread.join(max(0.0, until - machine_seconds()))
        stuck = [thread.name for thread in self._threads if thread.is_alive()]
        if not stuck:
            self._hang_up()
        log.notice("stopped", stuck=stuck or None)

    def _hang_up(self) -> None:
        for courier in self._couriers:
            courier.close()
        for receiver in self._receivers:
            receiver.forget()
        inbox.ended_cleanly(self._office.database, self._name, self._office.instance)

    # ------------------------------------------------------------ is it alive?

    def _heartbeat(self) -> None:
        try:
            now = self._office.clock.now()
            with self._office.database.write() as connection:
                beaten = settings.common_time(connection, machine_now())
                ailing = [one for loop in self._loops if (one := loop.pulse.ailing) is not None]
                settings.beat(connection, self._office.instance, beaten, now, ailing)
            self._say_the_day(now)
            if self._threads:
                self._recover()
            waits = self._waits(now)
        except StoreError as error:
            # Nothing gets on without the store: systemd may start us anew when it stays away.
            text = f"{type(error).__name__}: {error}"
            self._trouble.met(error, text, worker="heartbeat")
            return
        self._trouble.over(worker="heartbeat")
        pulses = [loop.pulse for loop in self._loops]
        stuck = self._progress.stuck(pulses, waits, machine_seconds())
        if stuck:
            log.alarm("a worker is stuck", workers=stuck)
        else:
            _notify("WATCHDOG=1")

    def _waits(self, now: datetime) -> dict[str, bool]:
        """Whether mails wait to be handled, and letters to leave, at this moment."""
        with self._office.database.read() as connection:
            due = outbox.next_attempt_at(connection)
            return {
                "process": inbox.oldest_waiting(connection) is not None,
                "send": due is not None and due <= now and not settings.sending_stopped(connection),
            }

    def _say_the_day(self, now: datetime) -> None:
        """One line at the beginning of each of the event's days, and the words of the last line."""
        with self._office.database.read() as connection:
            seats = {
                slug: f"{settings.seats_taken(connection, slug)}/{served.rules.event.capacity}"
                for slug, served in self._office.events.items()
            }
        self._seats = "  ".join(f"{slug} {taken}" for slug, taken in seats.items())
        if now.date() != self._day:
            self._day = now.date()
            for slug, taken in seats.items():
                log.notice("day", event=slug, seats=taken)


def _rung(bell: Bell) -> Callable[[], None]:
    return lambda: bell.wait(POLL)


def _notify(state: str) -> None:
    """Tell systemd (sd_notify(3)); nothing where nobody listens."""
    address = os.environ.get("NOTIFY_SOCKET")
    if not address:
        return
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as notify:
        notify.connect("\0" + address[1:] if address.startswith("@") else address)
        notify.sendall(state.encode())
